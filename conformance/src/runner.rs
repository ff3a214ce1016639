//! Runs scenarios: several at a time, reported in a fixed order, each within a time limit. One that panics does not stop the others.

use std::sync::Arc;
use std::time::{Duration, Instant};

use fapi::requirement::Requirement;
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;

use crate::finding::{Finding, Stop};
use crate::http::{Http, HttpExchange};
use crate::scenario::{self, Scenario};
use crate::session::{Session, Trace};
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
    /// The ids of the scenarios; `*` stands for anything.
    pub scenarios: String,
    /// Leave out scenarios that must wait for time to pass.
    pub fast: bool,
    /// Leave out races, floods and lockouts.
    pub gentle: bool,
    /// The number of scenarios that run at a time.
    pub jobs: usize,
    /// The time limit of a scenario, not counting its waits.
    pub limit: Duration,
}

/// The end of a scenario. Exhaustive: these are the words of the JSON report.
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
    /// The finding, if there is one.
    pub finding: Option<Finding>,
    /// The reason why it was left out, or why a finding is expected.
    pub reason: Option<String>,
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
}

/// Work to be done.
struct Job {
    scenario: &'static Scenario,
    target: Arc<Target>,
}

/// Runs every scenario that applies. `each` gets the judgements in order, each as soon as all earlier ones are complete, and may
/// change them.
pub async fn run(targets: &[Arc<Target>], options: &Options, mut each: impl FnMut(&mut Judgement)) -> Vec<Judgement> {
    let turns = Arc::new(Semaphore::new(options.jobs.max(1)));
    let running: Vec<_> = jobs(targets, options).into_iter().map(|job| start(job, options, turns.clone())).collect();
    let mut judgements = Vec::with_capacity(running.len());
    for (scenario, variant, handle) in running {
        let mut judgement = match handle.await {
            Ok(judgement) => judgement,
            Err(error) => crashed(scenario, variant, options.plan, &error.to_string()),
        };
        each(&mut judgement);
        judgements.push(judgement);
    }
    judgements
}

/// Runs one scenario against one target, immediately.
pub async fn alone(scenario: &'static Scenario, target: Arc<Target>, options: Options) -> Judgement {
    let (variant, plan) = (target.variant, options.plan);
    let running = tokio::spawn(async move { judge(Job { scenario, target }, &options).await });
    running.await.unwrap_or_else(|error| crashed(scenario, variant, plan, &error.to_string()))
}

/// The number of scenarios that would run.
pub fn count(targets: &[Arc<Target>], options: &Options) -> usize {
    jobs(targets, options).len()
}

/// Returns true if a glob (`*` for anything, `?` for one character) matches an id.
pub fn fits(glob: &str, id: &str) -> bool {
    match (glob.chars().next(), id.chars().next()) {
        (None, None) => true,
        (Some('*'), _) => fits(&glob[1..], id) || id.chars().next().is_some_and(|first| fits(glob, &id[first.len_utf8()..])),
        (Some('?'), Some(here)) => fits(&glob[1..], &id[here.len_utf8()..]),
        (Some(wanted), Some(here)) if wanted == here => fits(&glob[wanted.len_utf8()..], &id[here.len_utf8()..]),
        _ => false,
    }
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
    /// Judges as strictly as for the reference server: a warning is a finding, and so is a scenario that did not run although no
    /// option left it out.
    pub fn strictly(&mut self) {
        let got = match self.outcome {
            Verdict::Warning => format!("warnings: {}", self.warnings.join("; ")),
            Verdict::Skipped if !self.left_out => format!("skipped: {}", self.reason.take().unwrap_or_default()),
            _ => return,
        };
        self.outcome = Verdict::Failed;
        self.finding = Some(Finding::new("a clean pass of the reference server", got));
    }

    /// The finding, the reason and the warnings in one text.
    pub fn detail(&self) -> Option<String> {
        let finding = self.finding.as_ref().map(|finding| format!("expected {}; got {}", finding.expected, finding.got));
        let parts: Vec<_> = finding.into_iter().chain(self.reason.clone()).chain(self.warnings.iter().cloned()).collect();
        (!parts.is_empty()).then(|| parts.join("; "))
    }

    /// The clause to cite for a finding.
    pub fn clause(&self) -> Option<&'static Requirement> {
        self.finding.as_ref()?.requirement.or_else(|| self.scenario.requires.first().copied())
    }
}

fn jobs(targets: &[Arc<Target>], options: &Options) -> Vec<Job> {
    let mut jobs = Vec::new();
    let features = options.plan.features();
    for target in targets {
        // A target in a variant of another plan does not run.
        let Some(features) = features.iter().find(|features| features.variant == target.variant) else { continue };
        let chosen = scenario::all().filter(|scenario| scenario.applies(features) && fits(&options.scenarios, scenario.id));
        jobs.extend(chosen.map(|scenario| Job { scenario, target: target.clone() }));
    }
    jobs
}

fn start(job: Job, options: &Options, turns: Arc<Semaphore>) -> (&'static Scenario, Variant, JoinHandle<Judgement>) {
    let (scenario, variant, options) = (job.scenario, job.target.variant, options.clone());
    let work = async move {
        // A scenario that only waits does not occupy a place.
        let waits = scenario.needs.seconds > 0 && !job.target.instance.strict();
        let _turn = if waits { None } else { turns.acquire().await.ok() };
        judge(job, &options).await
    };
    (scenario, variant, tokio::spawn(work))
}

async fn judge(Job { scenario, target }: Job, options: &Options) -> Judgement {
    let began = Instant::now();
    let judged = |outcome, finding, reason: Option<String>, trace: Trace| Judgement {
        scenario,
        plan: options.plan,
        variant: target.variant,
        outcome,
        finding,
        reason,
        warnings: trace.warnings,
        exchanges: trace.exchanges,
        observed: trace.observed,
        took: began.elapsed(),
        left_out: false,
    };
    let left_out =
        |reason: &str| Judgement { left_out: true, ..judged(Verdict::Skipped, None, Some(reason.to_owned()), Trace::default()) };
    if options.gentle && scenario.needs.rough {
        return left_out("left out by --gentle");
    }
    let mut running_on = target.clone();
    let mut limit = options.limit;
    if scenario.needs.nonces {
        match target.instance.demanding_nonces().await {
            Ok(Some(own)) => running_on = Arc::new(own),
            Ok(None) => {}
            Err(error) => {
                let finding = Finding::new("a server of its own for a scenario about nonces", error).of_the_suite();
                return judged(Verdict::Failed, Some(finding), None, Trace::default());
            }
        }
    }
    if scenario.needs.seconds > 0 {
        match target.instance.fresh().await {
            Ok(Some(fresh)) => running_on = Arc::new(fresh),
            Ok(None) if scenario.needs.rarely => limit += Duration::from_secs(scenario.needs.seconds),
            Ok(None) if options.fast && scenario.needs.seconds > SHORT => {
                return left_out("it has to wait, and --fast leaves that out");
            }
            Ok(None) if !target.waits && scenario.needs.seconds > SHORT => {
                return left_out("it has to wait, and the target file says `waits = false`");
            }
            Ok(None) => {
                let seconds = scenario.needs.seconds;
                if seconds > SHORT {
                    let (id, variant) = (scenario.id, target.variant);
                    crate::say(&format!("{id} ({variant}) has to wait, for up to {seconds} s; --fast leaves that out"));
                }
                limit += Duration::from_secs(seconds);
            }
            Err(error) => {
                let finding = Finding::new("a server of its own for a scenario that moves time", error).of_the_suite();
                return judged(Verdict::Failed, Some(finding), None, Trace::default());
            }
        }
    }
    let http = Http::new(running_on.connector.clone());
    // The session itself needs no wait, so only the time limit applies.
    let late = |limit: Duration| Stop::from(Finding::new(format!("an end within {limit:?}"), "none").of_the_suite());
    let session = tokio::time::timeout(options.limit, Session::open(scenario.requires, running_on, http.clone())).await;
    let (ended, trace) = match session.unwrap_or_else(|_| Err(late(options.limit))) {
        Err(stop) => (Err(stop), Trace { exchanges: http.exchanges(), ..Trace::default() }),
        Ok(session) => {
            let ended = tokio::time::timeout(limit, (scenario.run)(&session)).await;
            (ended.unwrap_or_else(|_| Err(late(limit))), session.trace())
        }
    };
    match ended {
        Ok(()) if trace.warnings.is_empty() => judged(Verdict::Passed, None, None, trace),
        Ok(()) => judged(Verdict::Warning, None, None, trace),
        Err(Stop::Failed(finding)) => judged(Verdict::Failed, Some(*finding), None, trace),
        Err(Stop::Skipped(reason)) => judged(Verdict::Skipped, None, Some(reason), trace),
        Err(Stop::Obstacle(obstacle)) => judged(Verdict::Skipped, None, Some(obstacle.text), trace),
    }
}

fn crashed(scenario: &'static Scenario, variant: Variant, plan: &'static Plan, error: &str) -> Judgement {
    Judgement {
        scenario,
        plan,
        variant,
        outcome: Verdict::Failed,
        finding: Some(Finding::new("the suite itself to work", error).of_the_suite()),
        reason: None,
        warnings: Vec::new(),
        exchanges: Vec::new(),
        observed: Vec::new(),
        took: Duration::ZERO,
        left_out: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs() {
        for (glob, id) in [("*", ""), ("*", "a-b"), ("push-*", "push-x"), ("*-x", "push-x"), ("p?sh*x", "push-x"), ("**", "é")] {
            assert!(fits(glob, id), "{glob} {id}");
        }
        for (glob, id) in [("", "a"), ("push", "push-x"), ("?", ""), ("*y", "push-x")] {
            assert!(!fits(glob, id), "{glob} {id}");
        }
    }
}
