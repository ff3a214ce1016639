//! Settles a run: failures are repeated alone, and deviations that no scenario is about are told once.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::task::JoinSet;

use super::judge::{blank, judge};
use super::unsteady::Unsteady;
use super::watch::Watch;
use super::{Job, Judgement, Options, Verdict, clause_of, fails};
use crate::finding::{About, Finding};
use crate::ledger::Unjudged;
use crate::scenario::{self, EVERYTHING_ELSE, Kind, Scenario};
use crate::target::Target;

/// The number of times that a failure which does not occur alone is tried alone.
const TIMES: usize = 2;
/// The number of times that it is then tried while other scenarios run.
const IN_COMPANY: usize = 3;
/// The number of scenarios that saw a deviation in passing and are repeated to see it again.
const WITNESSES: usize = 2;

/// Repeats each failure alone, and each scenario in which the server did not answer or did not look at a request.
pub(super) async fn repeat(jobs: &[Job], judgements: &mut [Judgement], options: &Options, watch: &Watch) {
    for (number, judgement) in judgements.iter_mut().enumerate() {
        let job = &jobs[number];
        let of_the_suite = judgement.finding().is_some_and(|finding| finding.about == About::Suite);
        if job.target.instance.strict() || of_the_suite || watch.ended().is_some() {
            continue;
        }
        let is_disturbed = |judgement: &Judgement| judgement.unjudged == Some(Unjudged::Disturbed);
        if is_disturbed(judgement) {
            let undisturbed = |again: &Judgement| !is_disturbed(again);
            let again = alone(job, options, watch, undisturbed).await;
            let is_turned_away = |again: &Judgement| again.exchanges.iter().any(|exchange| exchange.is_turned_away());
            if again.as_ref().is_some_and(|again| is_disturbed(again) && is_turned_away(again)) {
                // That may be so for this kind of request only.
                watch.ends_if_it_stopped(&job.target).await;
            }
            if let Some(again) = again.filter(|_| watch.ended().is_none()) {
                *judgement = again;
            }
        } else if judgement.outcome == Verdict::Failed {
            let failed = |again: &Judgement| again.outcome == Verdict::Failed;
            match alone(job, options, watch, failed).await {
                Some(again) if failed(&again) => *judgement = again,
                Some(again) => *judgement = not_alone(judgement, again, jobs, number, options, watch).await,
                None => {}
            }
        }
    }
}

/// Tries a scenario alone, until it ends like this or was tried often enough. Returns the last judgement, unless the run ended.
async fn alone(job: &Job, options: &Options, watch: &Watch, is_wanted: impl Fn(&Judgement) -> bool) -> Option<Judgement> {
    let mut last = None;
    for _ in 0..TIMES {
        let tried = judge(job, options, watch).await;
        if watch.ended().is_some() {
            return last;
        }
        let done = is_wanted(&tried);
        last = Some(tried);
        if done {
            break;
        }
    }
    last
}

/// The judgement of a scenario that failed while others ran, but not alone: a finding if it fails again while others run, and also if the
/// server accepted what it must refuse, since one time is too often. Anything else is a warning that says so.
async fn not_alone(
    before: &mut Judgement,
    alone: Judgement,
    jobs: &[Job],
    number: usize,
    options: &Options,
    watch: &Watch,
) -> Judgement {
    let others: Vec<_> = neighbours(jobs, number).collect();
    let company = options.jobs.saturating_sub(1).min(others.len());
    for _ in 0..IN_COMPANY {
        if company == 0 || watch.ended().is_some() {
            break;
        }
        let again = among(&jobs[number], &others, company, options, watch).await;
        if again.outcome == Verdict::Failed && watch.ended().is_none() {
            return again
                .saying(&format!("only under load: while up to {} scenarios run at a time, but not alone", options.jobs));
        }
    }
    let accepts = before.finding().is_some_and(|finding| finding.about == About::Assertion);
    if before.scenario.kind == Kind::Negative && accepts {
        let mut kept = Judgement { findings: std::mem::take(&mut before.findings), ..blank(&jobs[number], options) };
        (kept.exchanges, kept.warnings) = (std::mem::take(&mut before.exchanges), std::mem::take(&mut before.warnings));
        kept.conclude();
        return kept.saying("by chance or under load: once, but not when the scenario was repeated");
    }
    in_company(before, alone, options)
}

/// The other scenarios, beginning with those that ran beside this one. Those that wait or burden the server are left out.
fn neighbours(jobs: &[Job], number: usize) -> impl Iterator<Item = &Job> {
    let (before, from) = jobs.split_at(number);
    let is_light = |job: &&Job| job.scenario.needs.seconds == 0 && !job.scenario.needs.rough;
    from.iter().skip(1).chain(before).filter(is_light)
}

/// Tries a scenario while this many others run.
async fn among(job: &Job, others: &[&Job], company: usize, options: &Options, watch: &Watch) -> Judgement {
    let done = Arc::new(AtomicBool::new(false));
    let mut running = JoinSet::new();
    let watch_of_others = Arc::new(Watch::default());
    for first in 0..company {
        let own: Vec<Job> = others.iter().skip(first).step_by(company).map(|job| (*job).clone()).collect();
        let (done, options, watch) = (done.clone(), options.clone(), watch_of_others.clone());
        running.spawn(async move {
            for job in own.iter().cycle() {
                if done.load(Ordering::Relaxed) || watch.ended().is_some() {
                    break;
                }
                judge(job, &options, &watch).await;
                tokio::task::yield_now().await;
            }
        });
    }
    let judgement = judge(job, options, watch).await;
    done.store(true, Ordering::Relaxed);
    while running.join_next().await.is_some() {}
    judgement
}

/// The judgement of a scenario whose failure does not occur again.
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

/// Judges the scenario that tells what the others saw in passing, in each variant that ran: each deviation once for each kind of request,
/// if it is seen again, unless a scenario about its clause tells it. If the scenario was not chosen, it is there only if it has something
/// to tell.
pub(super) async fn everything_else(
    targets: &[Arc<Target>],
    jobs: &[Job],
    judgements: &[Judgement],
    mut unsteady: Vec<Unsteady>,
    options: &Options,
    watch: &Watch,
) -> Vec<Judgement> {
    let Some(scenario) = scenario::find(EVERYTHING_ELSE) else { return Vec::new() };
    let chosen = options.scenarios.fits(scenario.id);
    // A finding that fails tells its clause altogether; advice only that there is something to advise.
    let mut told: Vec<Told> = Vec::new();
    for judgement in judgements {
        told.extend(judgement.findings.iter().filter_map(|finding| told_by(judgement.scenario, finding)));
    }
    let mut told_here: Vec<Deviation> = Vec::new();
    let mut summaries = Vec::new();
    for target in targets.iter().filter(|target| scenario.runs(options.plan, target.variant)) {
        let own = Job { scenario, target: target.clone() };
        let mut summary = blank(&own, options);
        for Unsteady { finding, shown, .. } in unsteady.extract_if(.., |found| found.target.variant == target.variant) {
            summary.findings.push(finding);
            summary.exchanges.push(shown);
        }
        let mut seen: Vec<(Deviation, Vec<Witness<'_>>)> = Vec::new();
        let here = jobs.iter().zip(judgements).filter(|(job, _)| job.target.variant == target.variant);
        for (job, judgement) in here {
            for finding in &judgement.in_passing {
                let Some(deviation) = Deviation::of(judgement, finding) else { continue };
                let (clause, fails) = deviation.told;
                if told.contains(&(clause, true)) || told.contains(&(clause, fails)) {
                    continue;
                }
                let witness = Witness { job, judgement, finding };
                match seen.iter_mut().find(|(other, _)| other.says(&deviation)) {
                    Some((_, witnesses)) => witnesses.push(witness),
                    None => seen.push((deviation, vec![witness])),
                }
            }
        }
        for (deviation, witnesses) in seen {
            if told_here.iter().any(|other| other.says(&deviation)) {
                continue;
            }
            match recurring(&deviation, &witnesses, options, watch).await {
                // No clause says that a connection is never lost.
                Some(witness) if witness.finding.about == About::Silence => {
                    summary.warnings.push(witness.without_answer(&deviation));
                    told_here.push(deviation);
                }
                Some(witness) => {
                    summary.take(witness, &deviation);
                    told_here.push(deviation);
                }
                None => summary.warnings.extend(witnesses.first().map(Witness::not_again)),
            }
        }
        summary.conclude();
        if chosen || !summary.findings.is_empty() {
            summaries.push(summary);
        }
    }
    summaries
}

/// The first of the scenarios that saw a deviation which sees it again. After the end of a run, and at a server that never changes, one
/// time is enough.
async fn recurring<'a, 'w>(
    deviation: &Deviation,
    witnesses: &'a [Witness<'w>],
    options: &Options,
    watch: &Watch,
) -> Option<&'a Witness<'w>> {
    let mut in_order: Vec<_> = witnesses.iter().collect();
    in_order.sort_by_key(|witness| witness.job.scenario.needs.seconds);
    for witness in in_order.into_iter().take(WITNESSES) {
        if witness.job.target.instance.strict() || watch.ended().is_some() {
            let is_silence = witness.finding.about == About::Silence;
            return Some(witness).filter(|_| !is_silence || watch.ended().is_none());
        }
        let sees_it = |again: &Judgement| {
            let all = again.in_passing.iter().chain(&again.findings);
            all.filter_map(|finding| Deviation::of(again, finding)).any(|other| other.says(deviation))
        };
        if alone(witness.job, options, watch, sees_it).await.is_some_and(|again| sees_it(&again)) {
            return Some(witness);
        }
    }
    None
}

/// A scenario that saw a deviation in passing.
struct Witness<'w> {
    job: &'w Job,
    judgement: &'w Judgement,
    finding: &'w Finding,
}

/// What is told once: a clause, and the kind of request in whose response it was not kept.
struct Deviation {
    told: Told,
    purpose: String,
}

impl Deviation {
    fn of(judgement: &Judgement, finding: &Finding) -> Option<Self> {
        let shown = judgement.exchanges.iter().find(|exchange| Some(exchange.number) == finding.exchange);
        // What stands before a server does so everywhere.
        let purpose =
            shown.filter(|exchange| !exchange.is_intercepted()).map(|exchange| exchange.purpose.clone()).unwrap_or_default();
        Some(Self { told: told_by(scenario::find(EVERYTHING_ELSE)?, finding)?, purpose })
    }

    /// Returns true if this deviation tells the other one: it is the same, or fails where the other one is advice.
    fn says(&self, other: &Self) -> bool {
        self.told.0 == other.told.0 && self.purpose == other.purpose && (self.told.1 || !other.told.1)
    }
}

impl Witness<'_> {
    fn without_answer(&self, deviation: &Deviation) -> String {
        let (got, scenario, purpose) = (&self.finding.got, self.judgement.scenario.id, &deviation.purpose);
        format!("a {purpose} is not answered, nor is it when {scenario} is repeated: {got}")
    }

    fn not_again(&self) -> String {
        let Finding { expected, got, .. } = self.finding;
        format!(
            "not a finding: {} saw it once, but not when it was repeated (expected {expected}; got {got})",
            self.judgement.scenario.id
        )
    }
}

impl Judgement {
    /// The same judgement, in which each finding says when it occurs.
    fn saying(mut self, when: &str) -> Self {
        for finding in &mut self.findings {
            finding.got = format!("{} ({when})", finding.got);
        }
        self
    }

    /// Takes over a finding with the exchange that shows it.
    fn take(&mut self, witness: &Witness<'_>, deviation: &Deviation) {
        let (seen, finding) = (witness.judgement, witness.finding);
        let shown = seen.exchanges.iter().find(|exchange| Some(exchange.number) == finding.exchange);
        self.exchanges.extend(shown.cloned());
        let at = if deviation.purpose.is_empty() { String::new() } else { format!(" at the {}", deviation.purpose) };
        let got = format!("{} (seen in {}{at})", finding.got, seen.scenario.id);
        self.findings.push(Finding { got, about: About::Assertion, ..finding.clone() });
    }
}

/// The id of a clause that was told, and true if a finding against it failed.
type Told = (&'static str, bool);

fn told_by(scenario: &Scenario, finding: &Finding) -> Option<Told> {
    Some((clause_of(scenario, finding)?.id, fails(scenario, finding)))
}
