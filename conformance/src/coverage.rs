//! Coverage of the requirements registry: the rows that vectors, scenarios and mutants show.
//!
//! "Enforced" is observed, not claimed: a row counts if a run of the vectors or scenarios returned its id in a refusal, or if a
//! vector or scenario for it succeeded. Evidence for a row that restates another row counts for both. The row of a profile is
//! shown only if that profile was in force. A row that the library cannot enforce itself is the caller's duty; every other row
//! without evidence needs an [exception](exceptions) with a reason.

pub mod exceptions;
pub mod report;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use fapi::requirement::{self, Duty, Requirement};

use crate::runner::{self, Judgement, Options, SCENARIO_LIMIT, Verdict};
use crate::target::in_process;
use crate::variant::Plan;
use crate::vectors::runner as vectors;
use exceptions::Exceptions;

/// The evidence of a run, by kind.
#[derive(Debug, Default)]
pub struct Observed {
    /// Rows shown by vectors.
    pub vectors: Evidence,
    /// Rows shown by scenarios.
    pub scenarios: Evidence,
    /// Rows broken by a mutant that was killed.
    pub mutants: Evidence,
}

/// The ids seen, with the profiles that were in force at the time.
#[derive(Debug, Default)]
pub struct Evidence(BTreeMap<String, BTreeSet<String>>);

/// How a row is accounted for: the first of these that applies. Exhaustive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Account {
    /// A vector or scenario shows it, or a row that restates it.
    Shown,
    /// It is the caller's duty.
    Caller,
    /// Nothing shows it, and an exception gives the reason.
    Exception,
    /// It belongs to a feature that is not implemented yet.
    Planned,
    /// It is claimed, but nothing shows it.
    Missing,
}

/// The coverage of the whole registry.
#[derive(Debug)]
pub struct Coverage {
    /// The evidence of the run.
    pub observed: Observed,
    /// How each row is accounted for.
    pub accounts: BTreeMap<&'static str, Account>,
    /// Exceptions that are not needed, or that name no row.
    pub stale: Vec<String>,
    /// Failures of vectors and scenarios, which therefore show nothing.
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
    /// The rows that are claimed but not shown.
    pub fn missing(&self) -> impl Iterator<Item = &'static Requirement> {
        self.accounts.iter().filter(|(_, account)| **account == Account::Missing).filter_map(|(id, _)| requirement::find(id))
    }

    /// Returns true if everything that is claimed is shown and no run failed.
    pub fn is_whole(&self) -> bool {
        self.missing().next().is_none() && self.stale.is_empty() && self.failures.is_empty()
    }
}

impl Observed {
    /// Returns true if vectors or scenarios show a row.
    fn show(&self, row: &Requirement) -> bool {
        self.vectors.show(row) || self.scenarios.show(row)
    }

    /// Returns true if vectors or scenarios show a row under its own id.
    fn name(&self, row: &Requirement) -> bool {
        self.vectors.name(row) || self.scenarios.name(row)
    }
}

impl Account {
    /// The word for it in reports.
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
    /// Adds ids that were seen while these profiles were in force.
    pub fn add(&mut self, ids: impl IntoIterator<Item = String>, profiles: &[String]) {
        for id in ids {
            self.0.entry(id).or_default().extend(profiles.iter().cloned());
        }
    }

    /// Returns true if a row, or one that restates it, was shown under the profile that it belongs to.
    pub fn show(&self, row: &Requirement) -> bool {
        self.name(row) || row.restated_by.iter().any(|id| self.has(id, row))
    }

    /// Returns true if a row was shown under its own id.
    pub fn name(&self, row: &Requirement) -> bool {
        self.has(row.id, row)
    }

    fn has(&self, id: &str, row: &Requirement) -> bool {
        let profile = PROFILES.iter().find(|(prefix, _)| row.id.starts_with(prefix)).map(|(_, profile)| *profile);
        self.0.get(id).is_some_and(|profiles| profile.is_none_or(|profile| profiles.contains(profile)))
    }
}

/// The documents that are profiles, by the prefix of their row ids. The rows of other documents apply under every policy.
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
    for judgement in &judgements.judgements {
        if judgement.outcome == Verdict::Passed {
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

/// The ids that a scenario shows: those that the server named in refusals, and its requirements that are not about refusals.
fn proven(judgement: &Judgement) -> Vec<String> {
    let cited = judgement.scenario.requires.iter().filter(|row| row.duty != Duty::Refuse).map(|row| row.id.to_owned());
    judgement.observed.iter().cloned().chain(cited).collect()
}
