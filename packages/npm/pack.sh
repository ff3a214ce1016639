#!/usr/bin/env bash
# pack.sh PROGRAM NOTICES TARGET FOLDER: makes the two npm packages, and prints their paths: `fapi-conformance` with the launcher, and
# `fapi-conformance-PLATFORM` with the program. The second takes its version, licence and description from the first.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=../common.sh
source "$(dirname "${BASH_SOURCE[0]}")/../common.sh"
program=$1 notices=$2 platform=$(platform npm "$3") folder=$(realpath -m "$4")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

mkdir -p "$work/main" "$work/$platform" "$folder"
install -m 644 "$packages/npm/package.json" "$packages/npm/launch.js" "$work/main/"
install -m 755 "$program" "$work/$platform/$name"
install -m 644 "$notices" "$work/$platform/"
node - "$packages/npm/package.json" "$platform" >"$work/$platform/package.json" <<'JS'
const [main, platform] = process.argv.slice(2);
const { name, version, description, license } = require(main);
const [os, cpu] = platform.split("-");
// A program for glibc does not run on musl.
const libc = os === "linux" ? { libc: ["glibc"] } : {};
const words = `The program of ${name} for ${platform}. ${description}`;
const own = { name: `${name}-${platform}`, version, description: words, license, os: [os], cpu: [cpu], ...libc };
console.log(JSON.stringify({ ...own, files: [name, "LICENSE-*", "THIRD-PARTY.txt"], preferUnplugged: true }, null, 2));
JS
for package in main "$platform"; do
    install -m 644 "$packages/about.md" "$work/$package/README.md"
    install -m 644 "$repository"/LICENSE-* "$work/$package/"
    (cd "$work/$package" && npm pack --silent --pack-destination "$folder") | sed "s|^|$folder/|"
done
