//! Tries mutants: which scenarios notice?

use std::sync::Arc;
use std::time::{Duration, Instant};

use fapi::requirement::{Duty, Level, Requirement};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::policy::as_the_host_likes;
use super::{Family, Mutant};
use crate::finding::About;
use crate::redact::Redactor;
use crate::runner::{self, Judgement, Outcome, SCENARIO_LIMIT};
use crate::scenario::{self, Kind, Scenario};
use crate::target::Target;
use crate::target::in_process::{Alteration, Fixture, WAIVES};
use crate::variant::{PLANS, Variant};

/// What to try, and how thoroughly.
#[derive(Debug, Clone)]
pub struct Options {
    /// Which mutants, by id; `*` stands for anything.
    pub mutants: String,
    /// Every scenario against every mutant, not only those that cite its requirement until the first kill.
    pub full: bool,
    /// How many mutants at a time.
    pub jobs: usize,
}

/// What became of a mutant.
#[derive(Debug)]
pub struct Trial {
    /// The mutant.
    pub mutant: Mutant,
    /// Scenarios that noticed and cite its requirement.
    pub killed_by: Vec<Kill>,
    /// Scenarios that noticed and are about something else.
    pub other_kills: Vec<Kill>,
    /// What keeps it from being a mutant of its family.
    pub unfit: Option<String>,
    /// How long it took.
    pub took: Duration,
}

/// A scenario that noticed, and what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kill {
    /// The scenario.
    pub scenario: &'static str,
    /// The variant.
    pub variant: Variant,
    /// What it found, without secrets.
    pub finding: String,
}

/// The end of a mutant. Exhaustive: these are the words of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// A scenario that cites its requirement noticed.
    Killed,
    /// None did.
    Survived,
    /// No peer can tell, for a reason that is given.
    Unobservable,
}

/// Tries mutants and hands over each trial as soon as it is over. The server that they are made from must pass first.
pub async fn run(mutants: Vec<Mutant>, options: &Options, mut each: impl FnMut(&Trial)) -> Result<Vec<Trial>, String> {
    if !WAIVES {
        return Err("this program was built without the means to leave out a check".into());
    }
    let fixture = Fixture::new(&PLANS[0], &PLANS[0].variants())?;
    sound(&fixture).await?;
    let turns = Arc::new(Semaphore::new(options.jobs.max(1)));
    let mut running = JoinSet::new();
    for (place, mutant) in mutants.into_iter().enumerate() {
        let (fixture, turns, full) = (fixture.clone(), turns.clone(), options.full);
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
    /// How it ended.
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
    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Killed => "killed",
            Self::Survived => "survived",
            Self::Unobservable => "unobservable",
        }
    }
}

/// Whether a scenario is about a requirement, by its own row or by one that restates it.
pub fn cites(scenario: &Scenario, requirement: &Requirement) -> bool {
    scenario.requires.iter().any(|cited| is_or_restates(cited, requirement))
}

/// Whether what a scenario found is that this requirement is broken: it is about the requirement, and what it found is no other.
/// A scenario about a refusal shows nothing if it does not get as far as that, nor if it is refused all the same.
fn shows(judgement: &Judgement, mutant: &Mutant) -> bool {
    let (scenario, requirement) = (judgement.scenario, mutant.requirement);
    cites(scenario, requirement)
        && judgement.finding.as_ref().is_none_or(|finding| {
            let asserted = match finding.about {
                About::Assertion => true,
                // Whoever does not check something refuses nothing for it; a bad refusal is what it is.
                About::Refusal => mutant.family == Family::BadReply || requirement.duty != Duty::Refuse,
                About::Step => scenario.kind == Kind::Positive,
                About::Suite => false,
            };
            asserted && finding.requirement.is_none_or(|named| is_or_restates(named, requirement))
        })
}

fn is_or_restates(named: &Requirement, requirement: &Requirement) -> bool {
    named == requirement || requirement.restated_by.contains(&named.id)
}

/// A server that nothing is wrong with, but that does not say why it refuses, passes everything; so does one whose host likes
/// everything longer, as that of each policy mutant does.
async fn sound(fixture: &Fixture) -> Result<(), String> {
    passes(fixture, &Alteration { mute: true, ..Alteration::default() }).await?;
    passes(fixture, &Alteration { mute: true, configure: Some(as_the_host_likes), ..Alteration::default() }).await
}

async fn passes(fixture: &Fixture, alteration: &Alteration) -> Result<(), String> {
    let targets = opened(fixture, alteration).await?;
    let judgements = runner::run(&targets, &all_scenarios(), |_| {}).await;
    match judgements.iter().find(|judgement| judgement.outcome != Outcome::Passed) {
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
            let (about, others): (Vec<_>, Vec<_>) =
                scenario::all().partition(|scenario| cites(scenario, trial.mutant.requirement));
            trial.play(&targets, &in_order(about), full).await;
            if full {
                trial.play(&targets, &others, true).await;
            } else if trial.mutant.family == Family::MissingCheck {
                let happy: Vec<_> = scenario::all().filter(|scenario| ROUND.contains(&scenario.id)).collect();
                trial.play(&targets, &happy, true).await;
            }
        }
    }
    trial.took = began.elapsed();
    trial
}

/// Scenarios that visit every endpoint: even the default run sees that a server with a missing check serves.
const ROUND: &[&str] = &["metadata", "flow", "refresh-id-token", "userinfo", "introspection-reply", "revoke-unknown-token"];

/// Those that refuse first, those that need a server of their own last.
fn in_order(mut scenarios: Vec<&'static Scenario>) -> Vec<&'static Scenario> {
    scenarios.sort_by_key(|scenario| (scenario.needs.seconds > 0, scenario.kind == Kind::Positive));
    scenarios
}

impl Trial {
    /// Runs scenarios in every variant they apply to, to the first kill or through.
    async fn play(&mut self, targets: &[Arc<Target>], scenarios: &[&'static Scenario], through: bool) {
        for scenario in scenarios {
            let mut running = JoinSet::new();
            for target in targets.iter().filter(|target| scenario.runs(&PLANS[0], target.variant)) {
                running.spawn(runner::alone(scenario, target.clone(), all_scenarios()));
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
        if judgement.outcome == Outcome::Passed {
            return;
        }
        let requirement = self.mutant.requirement;
        let (scenario, variant) = (judgement.scenario, judgement.variant);
        let finding = Redactor::over(&judgement.exchanges).text(&judgement.detail().unwrap_or_default());
        let kill = Kill { scenario: scenario.id, variant, finding };
        let word = judgement.outcome.word();
        if judgement.finding.as_ref().is_some_and(|finding| finding.about == About::Suite) {
            self.unfit.get_or_insert(format!("{} in {variant} comes to no end: {}", scenario.id, kill.finding));
        } else if self.mutant.family == Family::MissingCheck && scenario.kind == Kind::Positive {
            let unfit =
                format!("{}: {word} in {variant}, but a server with a missing check serves: {}", scenario.id, kill.finding);
            self.unfit.get_or_insert(unfit);
        } else {
            let advice = !matches!(requirement.level, Level::Must | Level::MustNot);
            match judgement.outcome {
                Outcome::Failed if shows(judgement, &self.mutant) => self.killed_by.push(kill),
                Outcome::Warning if advice && shows(judgement, &self.mutant) => self.killed_by.push(kill),
                Outcome::Failed => self.other_kills.push(kill),
                _ => {}
            }
        }
    }
}

async fn opened(fixture: &Fixture, alteration: &Alteration) -> Result<Vec<Arc<Target>>, String> {
    Ok(fixture.start(alteration).await?.into_iter().map(Arc::new).collect())
}

fn all_scenarios() -> runner::Options {
    runner::Options { plan: &PLANS[0], scenarios: "*".into(), fast: false, gentle: false, jobs: 8, limit: SCENARIO_LIMIT }
}
