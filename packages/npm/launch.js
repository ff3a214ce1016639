#!/usr/bin/env node
// Runs the program of this platform with the same arguments, passes signals on to it, and ends as it ends.
"use strict";

const { spawn } = require("node:child_process");
const { optionalDependencies } = require("./package.json");

/** The suite's exit code for a configuration that it cannot run. */
const UNUSABLE = 2;

const child = spawn(program(), process.argv.slice(2), { stdio: "inherit" });
child.on("error", (error) => refuse(`the program does not start: ${error.message}`));
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.on(signal, () => child.kill(signal));
}
child.on("exit", (code, signal) => {
  if (signal === null) {
    process.exit(code);
  }
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
});

/** The path of the program, which is in the package of the platform. npm installs only the package that fits. */
function program() {
  const name = `fapi-conformance-${process.platform}-${process.arch}`;
  if (!Object.hasOwn(optionalDependencies, name)) {
    const platforms = Object.keys(optionalDependencies).map((it) => it.replace("fapi-conformance-", ""));
    refuse(`there is no package for ${process.platform}-${process.arch}, only for ${platforms.join(", ")}`);
  }
  try {
    return require.resolve(`${name}/fapi-conformance`);
  } catch {
    refuse(`the package ${name} is missing: optional dependencies were left out, or this system does not have glibc`);
  }
}

function refuse(words) {
  console.error(`fapi-conformance: ${words}`);
  process.exit(UNUSABLE);
}
