//! Tries mutants and finds the scenarios that kill them.

use std::sync::Arc;
use std::time::{Duration, Instant};

use fapi::requirement::{Duty, Requirement};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::policy::as_the_host_likes;
use super::{Family, Mutant};
use crate::finding::{About, Finding};
use crate::redact::Redactor;
use crate::runner::{self, Judgement, SCENARIO_LIMIT, Verdict};
use crate::scenario::{self, EVERYTHING_ELSE, Kind, Scenario};
use crate::target::Target;
use crate::target::in_process::{Alteration, Fixture, WAIVES};
use crate::variant::{PLANS, Plan, Variant};

/// The mutants to try, and how thoroughly.
#[derive(Debug, Clone)]
pub struct Options {
    /// A pattern for the ids of mutants; `*` matches anything.
    pub mutants: String,
    /// Runs every scenario against every mutant, not only those that cite its requirement, until the first kill.
    pub full: bool,
    /// The number of mutants to try at a time.
    pub jobs: usize,
}

/// The result of a mutant.
#[derive(Debug)]
pub struct Trial {
    /// The mutant.
    pub mutant: Mutant,
    /// Failed scenarios that cite its requirement, with findings against it.
    pub killed_by: Vec<Kill>,
    /// Other failed scenarios.
    pub other_kills: Vec<Kill>,
    /// The reason why the mutant is not usable, if there is one.
    pub unfit: Option<String>,
    /// The duration.
    pub took: Duration,
}

/// A failed scenario with its finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kill {
    /// The scenario.
    pub scenario: &'static str,
    /// The variant.
    pub variant: Variant,
    /// The finding, redacted.
    pub finding: String,
}

/// The status of a mutant. Exhaustive: these are the words of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// A scenario that cites its requirement failed.
    Killed,
    /// No such scenario failed.
    Survived,
    /// No HTTP peer can detect the fault, for a given reason.
    Unobservable,
}

/// Tries mutants and reports each trial as soon as it ends. The unaltered server must pass first.
pub async fn run(mutants: Vec<Mutant>, options: &Options, mut each: impl FnMut(&Trial)) -> Result<Vec<Trial>, String> {
    if !WAIVES {
        return Err("this build cannot leave out checks, which mutants need".into());
    }
    let mut fixtures = Vec::new();
    for plan in PLANS.iter().filter(|plan| mutants.iter().any(|mutant| mutant.plan().id == plan.id)) {
        let fixture = Fixture::new(plan, &plan.variants())?;
        sound(plan, &fixture).await?;
        fixtures.push((plan, fixture));
    }
    let turns = Arc::new(Semaphore::new(options.jobs.max(1)));
    let mut running = JoinSet::new();
    for (place, mutant) in mutants.into_iter().enumerate() {
        let plan = mutant.plan();
        let fixture = fixtures.iter().find(|(known, _)| known.id == plan.id).map(|(_, fixture)| fixture.clone());
        let Some(fixture) = fixture else { return Err(format!("no server for {}", mutant.id)) };
        let (turns, full) = (turns.clone(), options.full);
        running.spawn(async move {
            let _turn = turns.acquire().await.ok();
            (place, tried(mutant, &fixture, full).await)
        });
    }
    let mut trials = Vec::new();
    while let Some(done) = running.join_next().await {
        let (place, trial) = done.map_err(|error| error.to_string())?;
        each(&trial);
        trials.push((place, trial));
    }
    trials.sort_by_key(|(place, _)| *place);
    Ok(trials.into_iter().map(|(_, trial)| trial).collect())
}

impl Trial {
    /// The status.
    pub fn status(&self) -> Status {
        match (self.killed_by.is_empty(), self.mutant.unobservable) {
            _ if self.unfit.is_some() => Status::Survived,
            (false, None) => Status::Killed,
            (true, Some(_)) if self.other_kills.is_empty() => Status::Unobservable,
            _ => Status::Survived,
        }
    }
}

impl Status {
    /// The word in reports.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Killed => "killed",
            Self::Survived => "survived",
            Self::Unobservable => "unobservable",
        }
    }
}

/// Returns true if a scenario cites a requirement, by its own row or by one that restates it.
pub fn cites(scenario: &Scenario, requirement: &Requirement) -> bool {
    scenario.requires.iter().any(|cited| is_or_restates(cited, requirement))
}

/// Returns true if the judgement on a scenario shows that the requirement is broken: the scenario cites it, and a finding is against
/// no other; or a finding against it was made in passing, which the run tells once for the server.
fn shows(judgement: &Judgement, mutant: &Mutant) -> bool {
    let (scenario, requirement) = (judgement.scenario, mutant.requirement);
    let cited = cites(scenario, requirement);
    let verdict = match judgement.outcome {
        Verdict::Failed => true,
        Verdict::Warning => is_advice(requirement),
        Verdict::Passed | Verdict::Skipped | Verdict::Expected => false,
    };
    let asserted = |finding: &Finding| match finding.about {
        About::Assertion => true,
        // A missing check cannot cause another refusal; a bad reply can.
        About::Refusal => mutant.family == Family::BadReply || requirement.duty != Duty::Refuse,
        About::Step | About::Silence => scenario.kind == Kind::Positive,
        About::Suite => false,
    };
    let against = |finding: &Finding| finding.requirement.is_none_or(|named| is_or_restates(named, requirement));
    let shown = judgement.findings.is_empty() || judgement.findings.iter().any(|finding| asserted(finding) && against(finding));
    let in_passing = |finding: &Finding| {
        asserted(finding)
            && (!finding.advice || is_advice(requirement))
            && finding.requirement.is_some_and(|named| is_or_restates(named, requirement))
    };
    (cited && verdict && shown) || judgement.in_passing.iter().any(in_passing)
}

fn is_advice(requirement: &Requirement) -> bool {
    !runner::binds(requirement)
}

fn is_or_restates(named: &Requirement, requirement: &Requirement) -> bool {
    named == requirement || requirement.restated_by.contains(&named.id)
}

/// Demands that the unaltered server, without its reasons for refusals, passes everything; and that it also does so with the
/// longer lifetimes that policy mutants configure.
async fn sound(plan: &'static Plan, fixture: &Fixture) -> Result<(), String> {
    passes(plan, fixture, &Alteration { mute: true, ..Alteration::default() }).await?;
    passes(plan, fixture, &Alteration { mute: true, configure: Some(as_the_host_likes), ..Alteration::default() }).await
}

async fn passes(plan: &'static Plan, fixture: &Fixture, alteration: &Alteration) -> Result<(), String> {
    let targets = opened(fixture, alteration).await?;
    let judgements = runner::run(&targets, &all_scenarios(plan), |_| {}).await.judgements;
    match judgements.iter().find(|judgement| judgement.outcome != Verdict::Passed || !judgement.in_passing.is_empty()) {
        None => Ok(()),
        Some(judgement) => {
            let (id, variant) = (judgement.scenario.id, judgement.variant);
            Err(format!("the unaltered server does not pass {id} in {variant}: {}", judgement.detail().unwrap_or_default()))
        }
    }
}

async fn tried(mutant: Mutant, fixture: &Fixture, full: bool) -> Trial {
    let began = Instant::now();
    let mut trial = Trial { killed_by: vec![], other_kills: vec![], unfit: None, took: Duration::ZERO, mutant };
    match opened(fixture, &trial.mutant.alteration(fixture)).await {
        Err(error) => trial.unfit = Some(format!("it does not start: {error}")),
        Ok(targets) => {
            let (about, others): (Vec<_>, Vec<_>) = scenarios().partition(|scenario| cites(scenario, trial.mutant.requirement));
            trial.play(&targets, &in_order(about), full).await;
            if full {
                trial.play(&targets, &others, true).await;
            } else if trial.mutant.family.serves_valid_requests() {
                trial.serves(fixture).await;
            }
        }
    }
    trial.took = began.elapsed();
    trial
}

/// Every scenario that sends something itself.
fn scenarios() -> impl Iterator<Item = &'static Scenario> {
    scenario::all().filter(|scenario| scenario.id != EVERYTHING_ELSE)
}

/// Scenarios that use every endpoint, so that even the default run detects a server with a missing check that does not serve valid
/// requests.
const ROUND: &[&str] = &["metadata", "flow", "refresh-id-token", "userinfo", "introspection-reply", "revoke-unknown-token"];

/// Scenarios about refusals first, scenarios that wait last.
fn in_order(mut scenarios: Vec<&'static Scenario>) -> Vec<&'static Scenario> {
    scenarios.sort_by_key(|scenario| (scenario.needs.seconds > 0, scenario.kind == Kind::Positive));
    scenarios
}

impl Trial {
    /// Checks that a server with the fault serves valid requests. It is a new one, because scenarios about a user who refuses can use up
    /// the attempts to log in.
    async fn serves(&mut self, fixture: &Fixture) {
        let happy: Vec<_> = scenarios().filter(|scenario| ROUND.contains(&scenario.id)).collect();
        match opened(fixture, &self.mutant.alteration(fixture)).await {
            Ok(targets) => self.play(&targets, &happy, true).await,
            Err(error) => self.unfit = Some(format!("it does not start: {error}")),
        }
    }

    /// Runs scenarios in every variant they apply to, until the first kill or all of them.
    async fn play(&mut self, targets: &[Arc<Target>], scenarios: &[&'static Scenario], through: bool) {
        for scenario in scenarios {
            let mut running = JoinSet::new();
            let most = if scenario.needs.once { 1 } else { targets.len() };
            for target in targets.iter().rev().filter(|target| scenario.runs(self.mutant.plan(), target.variant)).take(most) {
                running.spawn(runner::alone(scenario, target.clone(), all_scenarios(self.mutant.plan())));
            }
            let mut judged: Vec<_> = running.join_all().await;
            judged.sort_by_key(|judgement| judgement.variant);
            judged.iter().for_each(|judgement| self.note(judgement));
            if !through && !self.killed_by.is_empty() {
                return;
            }
        }
    }

    fn note(&mut self, judgement: &Judgement) {
        if judgement.outcome == Verdict::Passed && judgement.in_passing.is_empty() {
            return;
        }
        let (scenario, variant) = (judgement.scenario, judgement.variant);
        let in_passing = judgement.in_passing.iter().map(|finding| format!("expected {}; got {}", finding.expected, finding.got));
        let detail: Vec<_> = judgement.detail().into_iter().chain(in_passing).collect();
        let finding = Redactor::over(&judgement.exchanges).text(&detail.join("; "));
        let kill = Kill { scenario: scenario.id, variant, finding };
        let word = judgement.outcome.word();
        if judgement.finding().is_some_and(|finding| finding.about == About::Suite) {
            self.unfit.get_or_insert(format!("{} in {variant} did not finish: {}", scenario.id, kill.finding));
        } else if self.mutant.family.serves_valid_requests()
            && scenario.kind == Kind::Positive
            && judgement.outcome != Verdict::Passed
        {
            let unfit = format!(
                "{} {word} in {variant}, although a server with a missing check must serve valid requests: {}",
                scenario.id, kill.finding
            );
            self.unfit.get_or_insert(unfit);
        } else {
            match judgement.outcome {
                _ if shows(judgement, &self.mutant) => self.killed_by.push(kill),
                Verdict::Failed => self.other_kills.push(kill),
                _ => {}
            }
        }
    }
}

async fn opened(fixture: &Fixture, alteration: &Alteration) -> Result<Vec<Arc<Target>>, String> {
    Ok(fixture.start(alteration).await?.into_iter().map(Arc::new).collect())
}

fn all_scenarios(plan: &'static Plan) -> runner::Options {
    runner::Options { plan, scenarios: "*".into(), fast: false, gentle: false, jobs: 8, limit: SCENARIO_LIMIT }
}
