//! Tasks of this workspace that need more than one cargo command: `cargo xtask TASK`.

mod mutants;
mod notices;
mod page;
mod peers;

use std::io::{self, Write};
use std::process::{ExitCode, ExitStatus};

const USAGE: &str = "\
Usage: cargo xtask TASK

Tasks:
  mutants [--features LIST] [OPTIONS]
                      Run the conformance suite, built with these features, against servers that are
                      wrong in one respect each; `cargo xtask mutants --help` lists the options
  notices [--features LIST] [--filter-platform TARGET]
                      Print the licences of the software inside the conformance suite
  oauch               Print docs/oauch.md, the checks of OAuch with the scenarios that make them
  pipeline            Print docs/pipeline.md, the statements, choices and tables of the OIDC-conformant pipeline
  peers REPORT...     Print the table of what each server keeps, from the JSON reports of their runs

Exit codes: those of the task, and 2 if it cannot be run.
";

/// The exit code of a task that cannot be run; the suite's commands use the same one.
const UNUSABLE: u8 = 2;

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    let done = match arguments.next() {
        Some(compiler) if mutants::compiles() => mutants::compile(&compiler, arguments),
        Some(task) if task == "mutants" => mutants::run(arguments),
        Some(task) if task == "oauch" => page::run("oauch"),
        Some(task) if task == "pipeline" => page::run("pipeline"),
        Some(task) if task == "peers" => return peers::run(arguments).map_or_else(failed, |()| ExitCode::SUCCESS),
        Some(task) if task == "notices" => return notices::run(arguments).map_or_else(failed, |()| ExitCode::SUCCESS),
        Some(task) if task == "--help" || task == "-h" => return usage(&mut io::stdout(), 0),
        _ => return usage(&mut io::stderr(), UNUSABLE),
    };
    done.map_or_else(failed, code)
}

fn usage(stream: &mut impl Write, code: u8) -> ExitCode {
    ExitCode::from(if stream.write_all(USAGE.as_bytes()).is_ok() { code } else { UNUSABLE })
}

fn failed(error: io::Error) -> ExitCode {
    // A failure to write to standard error cannot be reported.
    let _ = writeln!(io::stderr(), "xtask: {error}");
    ExitCode::from(UNUSABLE)
}

/// Converts the exit code of a program. A program that was ended by a signal has none.
fn code(ended: ExitStatus) -> ExitCode {
    ExitCode::from(ended.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(UNUSABLE))
}
