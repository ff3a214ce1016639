//! `run`: checks all arguments and files before the first request, and writes the reports after the last.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use super::{CLEAN, FINDINGS, Format, RunArguments, Wanted, check};
use crate::expected::{self, Known};
use crate::report::{self, Report, terminal::Terminal};
use crate::runner::{self, Options, SCENARIO_LIMIT};
use crate::say;
use crate::target::{self, Target, UserStrategy};
use crate::variant::Plan;

/// Runs the scenarios, writes the reports, and returns the exit code.
pub(super) async fn run(arguments: RunArguments) -> Result<u8, String> {
    let plan = arguments.plan;
    let mut known = Known::default();
    for path in &arguments.expected {
        known.add(Known::read(path).map_err(|mistakes| mistakes.to_string())?);
    }
    if let Some(path) = arguments.write_expected.as_deref().filter(|path| path.exists()) {
        return Err(format!("{} exists, and is not overwritten", path.display()));
    }
    let reports = if arguments.report.is_empty() { every_report() } else { arguments.report.clone() };
    reports.iter().try_for_each(|wanted| folder_of(&wanted.path))?;
    let targets = targets(arguments.target.as_deref(), plan).await?;
    let manual = targets.iter().any(|target| matches!(target.user, UserStrategy::Manual));
    let options = Options {
        plan,
        scenarios: arguments.scenario.clone(),
        fast: arguments.fast,
        gentle: arguments.gentle,
        jobs: if manual { 1 } else { arguments.jobs.into() },
        limit: if manual { SCENARIO_LIMIT * 10 } else { SCENARIO_LIMIT },
    };
    let count = runner::count(&targets, &options);
    if count == 0 {
        return Err(format!("no scenario of {} matches {}; see `list --plan {0}`", plan.id, arguments.scenario));
    }
    if arguments.target.is_some() && !arguments.no_preflight {
        check::before_run(&targets, !arguments.unredacted).await?;
    }
    let strict = targets.iter().all(|target| target.instance.strict());
    let (started, began) = (now(), Instant::now());
    let mut terminal = Terminal::begin(count, &targets[0].name, &options, !arguments.unredacted);
    let outcome = runner::run(&targets, &options, |judgement| terminal.progressed(judgement)).await;
    let mut judgements = outcome.judgements;
    for judgement in &mut judgements {
        if strict {
            judgement.strictly();
        } else {
            known.apply(judgement);
        }
        terminal.judged(judgement);
    }
    let run = report::Run {
        target: targets[0].name.clone(),
        issuers: issuers(&targets),
        plan,
        started,
        took: began.elapsed(),
        redacted: !arguments.unredacted,
    };
    let report = Report::new(run, &judgements, known.stale(&arguments.scenario));
    let mut written = Vec::new();
    for Wanted { format, path } in reports {
        let text = match format {
            Format::Json => report::json::write(&report),
            Format::Junit => report::junit::write(&report)?,
            Format::Html => report::html::write(&report),
        };
        write(&path, &text)?;
        written.push(path);
    }
    if let Some(path) = &arguments.write_expected {
        write(path, &expected::draft(&report))?;
        written.push(path.clone());
    }
    terminal.end(&report, &written);
    if let Some(obstacle) = outcome.ended {
        return Err(format!("the run ended early, and nothing after that is a finding: {}", obstacle.text));
    }
    Ok(if report.is_clean() { CLEAN } else { FINDINGS })
}

/// The targets of a file that answer, or the reference server.
async fn targets(file: Option<&Path>, plan: &'static Plan) -> Result<Vec<Arc<Target>>, String> {
    let targets = match file {
        Some(path) => target::file::read(path, plan).map_err(|mistakes| mistakes.to_string())?,
        None => target::in_process::start(plan).await?,
    };
    let left_out = plan.variants().into_iter().filter(|variant| !targets.iter().any(|target| target.variant == *variant));
    let left_out: Vec<_> = left_out.map(|variant| variant.to_string()).collect();
    if !left_out.is_empty() {
        say(&format!("variants skipped for lack of features or of two clients in the target file: {}", left_out.join(", ")));
    }
    Ok(targets.into_iter().map(Arc::new).collect())
}

fn issuers(targets: &[Arc<Target>]) -> Vec<String> {
    let mut issuers: Vec<String> = Vec::new();
    for target in targets {
        if !issuers.contains(&target.issuer) {
            issuers.push(target.issuer.clone());
        }
    }
    issuers
}

fn every_report() -> Vec<Wanted> {
    let below = |format, name: &str| Wanted { format, path: PathBuf::from("target/conformance").join(name) };
    vec![below(Format::Html, "report.html"), below(Format::Json, "report.json"), below(Format::Junit, "report.xml")]
}

fn folder_of(path: &Path) -> Result<(), String> {
    match path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        Some(folder) => std::fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display())),
        None => Ok(()),
    }
}

pub(super) fn write(path: &Path, text: &str) -> Result<(), String> {
    folder_of(path)?;
    std::fs::write(path, text).map_err(|error| {
        say(&format!("the run is over, but {} cannot be written", path.display()));
        format!("{}: {error}", path.display())
    })
}

fn now() -> String {
    let now = jiff::Timestamp::now();
    jiff::Timestamp::from_second(now.as_second()).unwrap_or(now).to_string()
}
