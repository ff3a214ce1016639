//! Runs scenarios: several at a time, each within a time limit. One that panics does not stop the others.
//!
//! A verdict is final only when everything has run: a failure and a deviation that no scenario is about are repeated alone first, and
//! such deviations are told once, by [`EVERYTHING_ELSE`](crate::scenario::EVERYTHING_ELSE).

mod aside;
mod judge;
mod planned;
mod settle;
mod unsteady;
mod watch;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use fapi::requirement::{Level, Requirement, local};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

pub use planned::{Planned, planned};

use judge::{crashed, judge};
use watch::Watch;

use crate::finding::{Finding, Obstacle};
use crate::http::HttpExchange;
use crate::ledger::Unjudged;
use crate::scenario::{self, Scenario};
use crate::selection::Selection;
use crate::target::Target;
use crate::variant::{Plan, Variant};

/// The default time limit of a scenario, not counting its waits.
pub const SCENARIO_LIMIT: Duration = Duration::from_secs(90);

/// The longest wait that `--fast` allows, in seconds.
const SHORT: u64 = 5;

/// The options of a run.
#[derive(Debug, Clone)]
pub struct Options {
    /// The plan.
    pub plan: &'static Plan,
    /// The scenarios.
    pub scenarios: Selection,
    /// Leave out scenarios that must wait for time to pass.
    pub fast: bool,
    /// Leave out races, floods and lockouts.
    pub gentle: bool,
    /// The number of scenarios that run at a time.
    pub jobs: usize,
    /// The time limit of a scenario, not counting its waits.
    pub limit: Duration,
}

/// The verdict on a scenario. Exhaustive: these are the words of the JSON report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Verdict {
    /// The server does what it must do and should do.
    Passed,
    /// The server does what it must do, but not what it should do.
    Warning,
    /// A finding.
    Failed,
    /// Not run, or not applicable to the target.
    Skipped,
    /// A finding that is known, with a reason.
    Expected,
}

/// One scenario in one variant, and how it ended.
#[derive(Debug)]
pub struct Judgement {
    /// The scenario.
    pub scenario: &'static Scenario,
    /// The plan.
    pub plan: &'static Plan,
    /// The variant.
    pub variant: Variant,
    /// How it ended.
    pub outcome: Verdict,
    /// The findings, the most important one first.
    pub findings: Vec<Finding>,
    /// Deviations that the scenario is not about. They are told once for the server.
    pub in_passing: Vec<Finding>,
    /// The reason why it was left out, or why a finding is expected.
    pub reason: Option<String>,
    /// The exchange that shows the reason why nothing was judged.
    pub shown_by: Option<u64>,
    /// Observations that are allowed, but not recommended.
    pub warnings: Vec<String>,
    /// Everything sent.
    pub exchanges: Vec<Arc<HttpExchange>>,
    /// The requirements that the server itself named.
    pub observed: Vec<String>,
    /// How long it took.
    pub took: Duration,
    /// True if it was not started, because of an option or of the target file.
    pub left_out: bool,
    /// The kind of reason for which it was skipped, if it applies and ran, but could not be judged.
    pub unjudged: Option<Unjudged>,
    /// True if it failed while other scenarios ran, but not alone.
    pub only_in_company: bool,
}

/// The end of a run.
#[derive(Debug)]
pub struct Outcome {
    /// Every scenario in every variant, in the order of the report.
    pub judgements: Vec<Judgement>,
    /// The reason why the run ended early, if it did. Scenarios that did not end before are skipped.
    pub ended: Option<Obstacle>,
}

/// Work to be done.
#[derive(Clone)]
struct Job {
    scenario: &'static Scenario,
    target: Arc<Target>,
}

/// Runs every scenario that applies. `progress` gets each judgement as soon as its scenario ends; the outcome has the final ones, in
/// the order of the report.
pub async fn run(targets: &[Arc<Target>], options: &Options, mut progress: impl FnMut(&Judgement)) -> Outcome {
    let turns = Arc::new(Semaphore::new(options.jobs.max(1)));
    let watch = Arc::new(Watch::default());
    let jobs: Vec<_> = jobs(targets, options).into_iter().filter(|job| job.scenario.id != scenario::EVERYTHING_ELSE).collect();
    let mut running = JoinSet::new();
    let places: HashMap<_, _> = jobs
        .iter()
        .enumerate()
        .map(|(place, job)| (running.spawn(started(job.clone(), options.clone(), turns.clone(), watch.clone())).id(), place))
        .collect();
    let mut ended: Vec<Option<Judgement>> = jobs.iter().map(|_| None).collect();
    while let Some(done) = running.join_next_with_id().await {
        let (id, judged) = match done {
            Ok((id, judgement)) => (id, Ok(judgement)),
            Err(error) => (error.id(), Err(error.to_string())),
        };
        let Some((job, place)) = places.get(&id).and_then(|place| Some((jobs.get(*place)?, ended.get_mut(*place)?))) else {
            continue;
        };
        let judgement = judged.unwrap_or_else(|error| crashed(job, options, &error));
        progress(&judgement);
        *place = Some(judgement);
    }
    watch.look_again(targets).await;
    let mut judgements: Vec<_> = ended.into_iter().flatten().collect();
    settle::repeat(&jobs, &mut judgements, options, &watch).await;
    watch.void(targets, &mut judgements);
    let unsteady = Box::pin(unsteady::settled(targets, &jobs, &mut judgements, options, &watch)).await;
    let summaries = settle::everything_else(targets, &jobs, &judgements, unsteady, options, &watch).await;
    summaries.iter().for_each(&mut progress);
    judgements.extend(summaries);
    Outcome { judgements, ended: watch.ended() }
}

/// Runs one scenario against one target, immediately and once.
pub async fn alone(scenario: &'static Scenario, target: Arc<Target>, options: Options) -> Judgement {
    let job = Job { scenario, target };
    let (running, watch) = (job.clone(), Watch::default());
    let once = options.clone();
    let running = tokio::spawn(async move { judge(&running, &once, &watch).await });
    running.await.unwrap_or_else(|error| crashed(&job, &options, &error.to_string()))
}

impl Verdict {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Warning => "warning",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
            Self::Expected => "expected",
        }
    }
}

impl Judgement {
    /// Judges as strictly as for the reference server: a warning and a deviation in passing are findings, and so is a scenario that did
    /// not run although no option left it out.
    pub fn strictly(&mut self) {
        let got = match self.outcome {
            Verdict::Warning if self.findings.is_empty() => format!("warnings: {}", self.warnings.join("; ")),
            Verdict::Skipped if !self.left_out => format!("skipped: {}", self.reason.take().unwrap_or_default()),
            Verdict::Passed if self.in_passing.is_empty() => return,
            Verdict::Skipped | Verdict::Expected => return,
            Verdict::Passed | Verdict::Warning | Verdict::Failed => {
                self.outcome = Verdict::Failed;
                self.findings.append(&mut self.in_passing);
                return;
            }
        };
        self.outcome = Verdict::Failed;
        self.findings = vec![Finding::new("a clean pass of the reference server", got)];
    }

    /// The most important finding.
    pub fn finding(&self) -> Option<&Finding> {
        self.findings.first()
    }

    /// The findings, the reason and the warnings in one text.
    pub fn detail(&self) -> Option<String> {
        let findings = self.findings.iter().map(|finding| format!("expected {}; got {}", finding.expected, finding.got));
        let parts: Vec<_> = findings.chain(self.reason.clone()).chain(self.warnings.iter().cloned()).collect();
        (!parts.is_empty()).then(|| parts.join("; "))
    }

    /// The clause to cite for the most important finding.
    pub fn clause(&self) -> Option<&'static Requirement> {
        clause_of(self.scenario, self.finding()?)
    }
}

/// The clause to cite for a finding of a scenario: the finding's own, or the first binding one of the scenario.
pub fn clause_of(scenario: &Scenario, finding: &Finding) -> Option<&'static Requirement> {
    let binding = || scenario.requires.iter().find(|requirement| binds(requirement)).or(scenario.requires.first());
    finding.requirement.or_else(|| binding().copied())
}

/// Returns true if a finding of a scenario fails a server: the clause is a MUST of a standard. Anything else is at most a warning.
pub fn fails(scenario: &Scenario, finding: &Finding) -> bool {
    !finding.advice && clause_of(scenario, finding).is_none_or(binds)
}

/// Returns true if a requirement is an absolute one, and of a standard.
pub fn binds(requirement: &Requirement) -> bool {
    matches!(requirement.level, Level::Must | Level::MustNot) && requirement.document != local::SAME_BROWSER.document
}

fn jobs(targets: &[Arc<Target>], options: &Options) -> Vec<Job> {
    let mut jobs = Vec::new();
    let features = options.plan.features();
    for target in targets {
        // A target in a variant of another plan does not run.
        let Some(features) = features.iter().find(|features| features.variant == target.variant) else { continue };
        let chosen = scenario::all().filter(|scenario| scenario.applies(features) && options.scenarios.fits(scenario.id));
        for scenario in chosen {
            let known = |job: &Job| job.scenario.id == scenario.id && job.target.issuer == target.issuer;
            if scenario.needs.once {
                jobs.retain(|job| !known(job));
            }
            jobs.push(Job { scenario, target: target.clone() });
        }
    }
    jobs
}

async fn started(job: Job, options: Options, turns: Arc<Semaphore>, watch: Arc<Watch>) -> Judgement {
    // A scenario that only waits does not occupy a place.
    let waits = job.scenario.needs.seconds > 0 && !job.target.instance.strict();
    let _turn = if waits { None } else { turns.acquire().await.ok() };
    // After a server has limited the rate of requests, one scenario runs at a time, beside those that wait.
    let is_slow = !waits && job.target.connector.patience().is_slow();
    let _one = if is_slow { Some(watch.one_by_one.lock().await) } else { None };
    judge(&job, &options, &watch).await
}
