//! What of the registry is shown, and by what.
//!
//! "Enforced" is observed, not claimed: a row counts when a run of the vectors or scenarios returned its id in a refusal, or when
//! a vector or scenario that was made for it succeeded. A row may be shown by one that restates it. The row of a profile is shown
//! only where that profile was in force. What a library cannot do itself is its caller's duty; every other row that nothing shows
//! needs an [exception](exceptions) with a reason.

pub mod exceptions;
pub mod report;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use fapi::requirement::{self, Duty, Requirement};

use crate::runner::{self, Judgement, Options, Outcome, SCENARIO_LIMIT};
use crate::target::in_process;
use crate::variant::Plan;
use crate::vectors::runner as vectors;
use exceptions::Exceptions;

/// What a run showed, by the kind of evidence.
#[derive(Debug, Default)]
pub struct Observed {
    /// Shown by vectors.
    pub vectors: Evidence,
    /// Shown by scenarios.
    pub scenarios: Evidence,
    /// Broken by a mutant that was killed.
    pub mutants: Evidence,
}

/// The ids that were seen, and the profiles that were in force where they were.
#[derive(Debug, Default)]
pub struct Evidence(BTreeMap<String, BTreeSet<String>>);

/// How one row is accounted for. Exhaustive; the first that fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Account {
    /// A vector or a scenario shows it, or one that restates it.
    Shown,
    /// It is the caller's duty.
    Caller,
    /// Nothing shows it, for a reason that is given.
    Exception,
    /// It belongs to what is not built yet.
    Planned,
    /// It is claimed, and nothing shows it.
    Missing,
}

/// The whole registry, accounted for.
#[derive(Debug)]
pub struct Coverage {
    /// What a run showed.
    pub observed: Observed,
    /// How each row is accounted for.
    pub accounts: BTreeMap<&'static str, Account>,
    /// Exceptions that are not needed, or name no row.
    pub stale: Vec<String>,
    /// What kept a vector or a scenario from showing anything.
    pub failures: Vec<String>,
}

/// Runs the vectors, and the scenarios of these plans against the reference server, and accounts for every row.
pub async fn measure(plans: &'static [Plan], mutants: Evidence, exceptions: &Exceptions) -> Result<Coverage, String> {
    let mut observed = Observed { mutants, ..Observed::default() };
    let mut failures = run_vectors(&mut observed);
    for plan in plans {
        failures.extend(run_scenarios(plan, &mut observed).await?);
    }
    let accounts = requirement::all().map(|row| (row.id, account(row, &observed, exceptions))).collect();
    let stale = exceptions.stale(|id| shown(id, &observed));
    Ok(Coverage { observed, accounts, stale, failures })
}

impl Coverage {
    /// The rows that are claimed and not shown.
    pub fn missing(&self) -> impl Iterator<Item = &'static Requirement> {
        self.accounts.iter().filter(|(_, account)| **account == Account::Missing).filter_map(|(id, _)| requirement::find(id))
    }

    /// Whether everything that is claimed is shown.
    pub fn is_whole(&self) -> bool {
        self.missing().next().is_none() && self.stale.is_empty() && self.failures.is_empty()
    }
}

impl Observed {
    /// Whether vectors or scenarios show a row.
    fn show(&self, row: &Requirement) -> bool {
        self.vectors.show(row) || self.scenarios.show(row)
    }

    /// Whether vectors or scenarios show a row under its own id.
    fn name(&self, row: &Requirement) -> bool {
        self.vectors.name(row) || self.scenarios.name(row)
    }
}

impl Account {
    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Shown => "shown",
            Self::Caller => "caller",
            Self::Exception => "exception",
            Self::Planned => "planned",
            Self::Missing => "missing",
        }
    }
}

impl Evidence {
    /// Adds that ids were seen while these profiles were in force.
    pub fn add(&mut self, ids: impl IntoIterator<Item = String>, profiles: &[String]) {
        for id in ids {
            self.0.entry(id).or_default().extend(profiles.iter().cloned());
        }
    }

    /// Whether a row is shown, itself or by one that restates it, under the profile that it belongs to.
    pub fn show(&self, row: &Requirement) -> bool {
        self.name(row) || row.restated_by.iter().any(|id| self.has(id, row))
    }

    /// Whether a row is shown under its own id.
    pub fn name(&self, row: &Requirement) -> bool {
        self.has(row.id, row)
    }

    fn has(&self, id: &str, row: &Requirement) -> bool {
        let profile = PROFILES.iter().find(|(prefix, _)| row.id.starts_with(prefix)).map(|(_, profile)| *profile);
        self.0.get(id).is_some_and(|profiles| profile.is_none_or(|profile| profiles.contains(profile)))
    }
}

/// The documents that are profiles, by how the ids of their rows begin. Rows of other documents bind under every policy.
const PROFILES: &[(&str, &str)] = &[("FAPI2-", FAPI2)];
const FAPI2: &str = "fapi2_security";

fn account(row: &'static Requirement, observed: &Observed, exceptions: &Exceptions) -> Account {
    if row.planned.is_some() {
        Account::Planned
    } else if observed.show(row) {
        Account::Shown
    } else if row.duty == Duty::Caller {
        Account::Caller
    } else if exceptions.reason(row.id).is_some() {
        Account::Exception
    } else {
        Account::Missing
    }
}

fn shown(id: &str, observed: &Observed) -> Option<bool> {
    let row = requirement::find(id)?;
    let needless = row.planned.is_some() || row.duty == Duty::Caller;
    Some(needless || observed.show(row))
}

fn run_vectors(observed: &mut Observed) -> Vec<String> {
    let judged: Vec<_> = vectors::files().iter().flat_map(|(_, text)| vectors::run(text)).collect();
    for judged in &judged {
        observed.vectors.add(judged.observed().map(|row| row.id.to_owned()), &judged.profiles);
    }
    judged.iter().filter(|judged| !judged.agrees()).map(|judged| format!("vector {} disagrees", judged.id)).collect()
}

async fn run_scenarios(plan: &'static Plan, observed: &mut Observed) -> Result<Vec<String>, String> {
    let targets = in_process::start(plan).await?.into_iter().map(Arc::new).collect::<Vec<_>>();
    let options = Options { plan, scenarios: "*".into(), fast: false, gentle: false, jobs: 8, limit: SCENARIO_LIMIT };
    let judgements = runner::run(&targets, &options, |_| {}).await;
    let mut failures = Vec::new();
    for judgement in &judgements {
        if judgement.outcome == Outcome::Passed {
            observed.scenarios.add(proven(judgement), &in_force(plan));
        } else {
            let (id, variant, outcome) = (judgement.scenario.id, judgement.variant, judgement.outcome.word());
            failures.push(format!("scenario {id} in {variant} is {outcome}: {}", judgement.detail().unwrap_or_default()));
        }
    }
    Ok(failures)
}

/// The ids of a plan's profiles, by which vectors name them too.
pub fn in_force(plan: &Plan) -> Vec<String> {
    plan.profile_ids().iter().map(ToString::to_string).collect()
}

/// A refusal is proven by the ids the server named; that something is served, sent or seen to, by a pass.
fn proven(judgement: &Judgement) -> Vec<String> {
    let cited = judgement.scenario.requires.iter().filter(|row| row.duty != Duty::Refuse).map(|row| row.id.to_owned());
    judgement.observed.iter().cloned().chain(cited).collect()
}
