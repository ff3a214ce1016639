//! Settles a run: failures are repeated alone, and deviations that no scenario is about are told once.

use std::sync::Arc;

use super::judge::{blank, judge};
use super::watch::Watch;
use super::{Job, Judgement, Options, Verdict, clause_of, fails};
use crate::finding::{About, Finding};
use crate::scenario::{self, EVERYTHING_ELSE, Scenario};
use crate::target::Target;

/// The number of times that a failure which does not occur alone is tried alone.
const TIMES: usize = 2;

/// Repeats each failure alone. One that does not occur then is a warning that says so.
pub(super) async fn repeat(jobs: &[Job], judgements: &mut [Judgement], options: &Options, watch: &Watch) {
    for (job, judgement) in jobs.iter().zip(judgements) {
        let of_the_suite = judgement.finding().is_some_and(|finding| finding.about == About::Suite);
        if judgement.outcome != Verdict::Failed || job.target.instance.strict() || of_the_suite || watch.ended().is_some() {
            continue;
        }
        let mut again = None;
        for _ in 0..TIMES {
            let tried = judge(job, options, watch).await;
            if watch.ended().is_some() {
                break;
            }
            let failed = tried.outcome == Verdict::Failed;
            again = Some(tried);
            if failed {
                break;
            }
        }
        match again {
            Some(again) if again.outcome == Verdict::Failed => *judgement = again,
            Some(again) => *judgement = in_company(judgement, again, options),
            None => {}
        }
    }
}

/// The judgement of a scenario that failed in company, but not alone.
fn in_company(before: &Judgement, alone: Judgement, options: &Options) -> Judgement {
    let detail = before.detail().unwrap_or_default();
    let text = if options.jobs > 1 {
        format!(
            "not a finding: it failed while up to {} scenarios ran at a time, but alone it did not, {TIMES} times ({detail})",
            options.jobs
        )
    } else {
        format!("not a finding: it failed once, but not when it was repeated, {TIMES} times ({detail})")
    };
    let outcome = if alone.outcome == Verdict::Skipped { Verdict::Skipped } else { Verdict::Warning };
    let warnings = alone.warnings.iter().cloned().chain([text]).collect();
    Judgement { outcome, warnings, only_in_company: true, ..alone }
}

/// Judges the scenario that tells what the others saw in passing, in each variant that ran: each deviation once, unless a scenario
/// about its clause tells it. If the scenario was not chosen, it is there only if it has something to tell.
pub(super) fn everything_else(targets: &[Arc<Target>], judgements: &[Judgement], options: &Options) -> Vec<Judgement> {
    let Some(scenario) = scenario::find(EVERYTHING_ELSE) else { return Vec::new() };
    let chosen = options.scenarios.fits(scenario.id);
    let ran = targets.iter().filter(|target| scenario.runs(options.plan, target.variant));
    let jobs = ran.map(|target| Job { scenario, target: target.clone() });
    // A finding that fails tells its clause altogether; advice only that there is something to advise.
    let mut told: Vec<Told> = Vec::new();
    for judgement in judgements {
        told.extend(judgement.findings.iter().filter_map(|finding| told_by(judgement.scenario, finding)));
    }
    let mut summaries = Vec::new();
    for job in jobs {
        let mut summary = blank(&job, options);
        let here = judgements.iter().filter(|judgement| judgement.variant == job.target.variant);
        for judgement in here {
            for finding in &judgement.in_passing {
                let Some((clause, fails)) = told_by(scenario, finding) else { continue };
                if !told.contains(&(clause, true)) && !told.contains(&(clause, fails)) {
                    told.push((clause, fails));
                    summary.take(judgement, finding);
                }
            }
        }
        summary.conclude();
        if chosen || !summary.findings.is_empty() {
            summaries.push(summary);
        }
    }
    summaries
}

impl Judgement {
    /// Takes over a finding with the exchange that shows it.
    fn take(&mut self, seen: &Judgement, finding: &Finding) {
        let shown = seen.exchanges.iter().find(|exchange| Some(exchange.number) == finding.exchange);
        self.exchanges.extend(shown.cloned());
        let got = format!("{} (seen in {})", finding.got, seen.scenario.id);
        self.findings.push(Finding { got, about: About::Assertion, ..finding.clone() });
    }
}

/// The id of a clause that was told, and true if a finding against it failed.
type Told = (&'static str, bool);

fn told_by(scenario: &Scenario, finding: &Finding) -> Option<Told> {
    Some((clause_of(scenario, finding)?.id, fails(scenario, finding)))
}
