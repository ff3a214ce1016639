//! `mutants`, which works only in the build of `cargo xtask mutants`, because other builds cannot leave out checks.

use std::time::Instant;

use super::{CLEAN, FINDINGS, Format, MutantsArguments, run::write};
use crate::mutant::{self, report, trial};
use crate::report::terminal::line;
use crate::say;
use crate::selection::fits;
use crate::target::in_process::WAIVES;

/// Tries the mutants whose ids match, and prints and writes the kill matrix.
pub(super) async fn mutants(arguments: MutantsArguments) -> Result<u8, String> {
    if !WAIVES {
        return Err("this program cannot leave out checks, which mutants need: run `cargo xtask mutants` in a checkout of its \
                    sources, with the same options"
            .into());
    }
    if arguments.report.as_ref().is_some_and(|wanted| wanted.format != Format::Json) {
        return Err("mutants are reported in JSON only".into());
    }
    let mutants: Vec<_> = mutant::all().into_iter().filter(|mutant| fits(&arguments.mutant, &mutant.id)).collect();
    if mutants.is_empty() {
        return Err(format!("no mutant matches {}", arguments.mutant));
    }
    let began = Instant::now();
    say(&format!("{} mutants; testing the unmodified server first", mutants.len()));
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
