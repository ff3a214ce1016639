//! `run`: checks all arguments and files before the first request, and writes the reports after the last.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use super::{CLEAN, FINDINGS, Format, RunArguments, UNUSABLE, Wanted, check};
use crate::expected::{self, Known};
use crate::output::visible;
use crate::report::{self, Flags, Report, Run, terminal::Terminal};
use crate::runner::{self, Judgement, Options, Outcome, SCENARIO_LIMIT, Verdict};
use crate::selection::Selection;
use crate::target::{self, Target, UserStrategy};
use crate::variant::Plan;
use crate::{say, scenario};

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
    let scenarios = chosen(&arguments.scenario, plan)?;
    let variants = Selection::from(arguments.variant.join(",").as_str());
    let targets = targets(arguments.target.as_deref(), plan, &variants, arguments.fast).await?;
    let manual = targets.iter().any(|target| matches!(target.user, UserStrategy::Manual));
    let options = Options {
        plan,
        scenarios,
        fast: arguments.fast,
        gentle: arguments.gentle,
        jobs: if manual { 1 } else { arguments.jobs.into() },
        limit: if manual { SCENARIO_LIMIT * 10 } else { SCENARIO_LIMIT },
    };
    let planned = runner::planned(&targets, &options);
    if planned.count == 0 {
        return Err(format!("no scenario of {} matches {} in these variants; see `list --plan {0}`", plan.id, options.scenarios));
    }
    if arguments.target.is_some() && !arguments.no_preflight {
        check::before_run(&targets, !arguments.unredacted).await?;
    }
    let mut run = run_of(&arguments, &targets, &options, &variants);
    let began = Instant::now();
    let mut terminal = Terminal::begin(&planned, &run.target, &options, arguments.verbose);
    let Outcome { mut judgements, ended } = runner::run(&targets, &options, |judgement| terminal.progressed(judgement)).await;
    run.took = began.elapsed();
    if let Some(obstacle) = ended {
        (run.ended, run.ended_by) = (Some(visible(&obstacle.text)), obstacle.exchange);
    }
    if targets.iter().all(|target| target.instance.strict()) {
        judgements.iter_mut().for_each(Judgement::strictly);
    } else {
        // After an early end, what did not run contradicts no known result.
        let ran = judgements.iter_mut().filter(|judgement| run.ended.is_none() || judgement.outcome != Verdict::Skipped);
        ran.for_each(|judgement| known.apply(judgement));
    }
    let stale = if run.ended.is_some() { Vec::new() } else { known.stale(plan, &options.scenarios, &variants) };
    let report = Report::new(run, &judgements, stale);
    let mut written = Vec::new();
    for Wanted { format, path } in reports {
        let text = match format {
            Format::Json => report::json::write(&report),
            Format::Junit => report::junit::write(&report)?,
            Format::Html => report::html::write(&report),
            Format::Sarif => report::sarif::write(&report),
            Format::ThreatsHtml => report::threat_report::html(&report),
            Format::ThreatsJson => report::threat_report::json(&report),
        };
        write(&path, &text)?;
        written.push(path);
    }
    if let Some(path) = &arguments.write_expected {
        write(path, &expected::draft(&report))?;
        written.push(path.clone());
    }
    terminal.end(&report, &written);
    Ok(match (&report.run.ended, report.is_clean()) {
        (Some(_), _) => UNUSABLE,
        (None, true) => CLEAN,
        (None, false) => FINDINGS,
    })
}

/// The scenarios that the flags choose. A glob that matches no scenario of the plan is a mistake.
fn chosen(globs: &[String], plan: &'static Plan) -> Result<Selection, String> {
    let selection = Selection::from(globs.join(",").as_str());
    let ids: Vec<_> = scenario::of(plan).map(|scenario| scenario.id).collect();
    match selection.unmatched(&ids).as_slice() {
        [] => Ok(selection),
        unmatched => Err(format!("no scenario of {} matches {}; see `list --plan {0}`", plan.id, unmatched.join(" or "))),
    }
}

/// The description of a run that begins now.
fn run_of(arguments: &RunArguments, targets: &[Arc<Target>], options: &Options, variants: &Selection) -> Run {
    let flags = Flags {
        scenarios: options.scenarios.clone(),
        variants: variants.clone(),
        fast: options.fast,
        gentle: options.gentle,
        jobs: options.jobs,
        verbose_report: arguments.verbose_report,
    };
    Run {
        file: arguments.target.clone(),
        line: arguments.target.as_deref().and_then(line_of_issuer).unwrap_or(1),
        issuers: issuers(targets),
        flags,
        known_results: arguments.expected.clone(),
        started: now(),
        redacted: !arguments.unredacted,
        secrets: target::secrets(targets),
        ..Run::new(targets[0].name.clone(), options.plan)
    }
}

/// The line of a target file that names the issuer.
fn line_of_issuer(file: &Path) -> Option<usize> {
    let text = std::fs::read_to_string(file).ok()?;
    let names = |line: &str| line.trim_start().strip_prefix("issuer").is_some_and(|rest| rest.trim_start().starts_with('='));
    text.lines().position(names).map(|index| index + 1)
}

/// The targets of a file that answer, or the reference server.
async fn targets(file: Option<&Path>, plan: &'static Plan, chosen: &Selection, fast: bool) -> Result<Vec<Arc<Target>>, String> {
    let mut targets = match file {
        Some(path) => target::file::read(path, plan).map_err(|mistakes| mistakes.to_string())?,
        None => target::in_process::start(plan).await?,
    };
    let left_out = plan.variants().into_iter().filter(|variant| !targets.iter().any(|target| target.variant == *variant));
    let left_out: Vec<_> = left_out.map(|variant| variant.to_string()).filter(|variant| chosen.fits(variant)).collect();
    if !left_out.is_empty() {
        say(&format!("variants skipped for lack of features or of two clients in the target file: {}", left_out.join(", ")));
    }
    targets.iter_mut().for_each(|target| target.waits &= !fast);
    Ok(check::of_variants(targets, chosen)?.into_iter().map(Arc::new).collect())
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
    vec![
        below(Format::Html, "report.html"),
        below(Format::Json, "report.json"),
        below(Format::Junit, "report.xml"),
        below(Format::Sarif, "report.sarif"),
        below(Format::ThreatsHtml, "threats.html"),
        below(Format::ThreatsJson, "threats.json"),
    ]
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
