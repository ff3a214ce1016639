//! `mutants`: in a program of its own, because no program that is installed shall be able to leave out a check.

use std::path::Path;
use std::process::Command;
use std::time::Instant;

use super::{CLEAN, FINDINGS, Format, MutantsArguments, run::write};
use crate::mutant::{self, Mutant, report, trial};
use crate::report::terminal::line;
use crate::runner::fits;
use crate::say;
use crate::target::in_process::WAIVES;

/// The program's name among the examples.
const PROGRAM: &str = "mutants";

/// Tries mutants, if this is the program for it, or builds that program and runs it.
pub(super) async fn mutants(arguments: MutantsArguments) -> Result<u8, String> {
    if arguments.report.as_ref().is_some_and(|wanted| wanted.format != Format::Json) {
        return Err("mutants are reported in JSON only".into());
    }
    let mutants: Vec<_> = mutant::all().into_iter().filter(|mutant| fits(&arguments.mutant, &mutant.id)).collect();
    if mutants.is_empty() {
        return Err(format!("no mutant fits {}", arguments.mutant));
    }
    if WAIVES { tried(arguments, mutants).await } else { elsewhere() }
}

async fn tried(arguments: MutantsArguments, mutants: Vec<Mutant>) -> Result<u8, String> {
    let began = Instant::now();
    say(&format!("{} mutants; first the server that nothing is wrong with", mutants.len()));
    let options = trial::Options { mutants: arguments.mutant, full: arguments.full, jobs: arguments.jobs.into() };
    let trials = trial::run(mutants, &options, |trial| line(&report::line(trial))).await?;
    if let Some(wanted) = arguments.report {
        write(&wanted.path, &report::json(&trials))?;
    }
    let survivors: Vec<_> = trials.iter().filter(|trial| trial.status() == trial::Status::Survived).collect();
    if !survivors.is_empty() {
        line("\nsurvivors:");
        survivors.iter().for_each(|trial| line(&report::line(trial)));
    }
    line(&format!("\n{}\n\n{:.1} s", report::table(&trials), began.elapsed().as_secs_f64()));
    Ok(if survivors.is_empty() { CLEAN } else { FINDINGS })
}

/// Builds the library, the server and the suite once more, able to leave out checks, and hands over to that program. It is an
/// example, so that `cargo install` never installs it.
fn elsewhere() -> Result<u8, String> {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
    if !manifest.exists() {
        return Err(format!("mutants are built from the sources, and {} is not there", manifest.display()));
    }
    let own = std::env::current_exe().map_err(|error| error.to_string())?;
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or("cargo".into()));
    cargo.arg("run").arg("--quiet").arg("--manifest-path").arg(&manifest).args(["--example", PROGRAM]);
    if !cfg!(debug_assertions) {
        cargo.arg("--release");
    }
    say(&format!("building servers that can be wrong, in the checkout of {}", manifest.display()));
    let arguments = std::env::args_os().skip(1);
    let ended = cargo.arg("--").args(arguments).env("RUSTC_WORKSPACE_WRAPPER", own).env(WRAPPING, "1").status();
    let ended = ended.map_err(|error| format!("cargo: {error}"))?;
    Ok(ended.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(FINDINGS))
}

/// Says to this program that cargo calls it in the compiler's place.
const WRAPPING: &str = "FAPI_CONFORMANCE_WAIVES";

/// The compiler with the one flag more, if cargo calls this program in its place: the flag is for the workspace's own crates, and
/// what they depend on is not built again.
pub(super) fn compile() -> Option<Result<u8, String>> {
    std::env::var_os(WRAPPING)?;
    let mut arguments = std::env::args_os().skip(1);
    let rustc = arguments.next()?;
    if Path::new(&rustc).file_stem().is_none_or(|name| name != "rustc") {
        return None;
    }
    let ended = Command::new(rustc).args(arguments).args(["--cfg", "fapi_waive"]).status();
    Some(ended.map(|ended| u8::from(!ended.success())).map_err(|error| format!("rustc: {error}")))
}
