//! What of the registry is shown, and by what.
//!
//! "Enforced" is observed, not claimed: a row counts when a run of the vectors or scenarios returned its id in a refusal, or when
//! a vector or scenario that was made for it succeeded. A row may be shown by one that restates it. What a library cannot do
//! itself is its caller's duty; every other row that nothing shows needs an [exception](exceptions) with a reason.

pub mod exceptions;
pub mod report;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use fapi::requirement::{self, Duty, Requirement};

use crate::runner::{self, Judgement, Options, Outcome, SCENARIO_LIMIT};
use crate::target::in_process;
use crate::variant::{PLANS, Variant};
use crate::vectors::runner as vectors;
use exceptions::Exceptions;

/// What a run showed: ids by the kind of evidence.
#[derive(Debug, Default)]
pub struct Observed {
    /// Shown by vectors.
    pub vectors: BTreeSet<String>,
    /// Shown by scenarios.
    pub scenarios: BTreeSet<String>,
    /// Broken by a mutant that was killed.
    pub mutants: BTreeSet<String>,
}

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

/// Runs the vectors and every scenario against the reference server, and accounts for every row.
pub async fn measure(mutants: BTreeSet<String>, exceptions: &Exceptions) -> Result<Coverage, String> {
    let mut observed = Observed { mutants, ..Observed::default() };
    let mut failures = run_vectors(&mut observed);
    failures.extend(run_scenarios(&mut observed).await?);
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
    /// Whether a row is shown by this evidence, itself or by one that restates it.
    fn by(evidence: &BTreeSet<String>, row: &Requirement) -> bool {
        evidence.contains(row.id) || row.restated_by.iter().any(|id| evidence.contains(*id))
    }

    /// Whether vectors show it.
    pub fn by_vectors(&self, row: &Requirement) -> bool {
        Self::by(&self.vectors, row)
    }

    /// Whether scenarios show it.
    pub fn by_scenarios(&self, row: &Requirement) -> bool {
        Self::by(&self.scenarios, row)
    }

    /// Whether a mutant that breaks it was killed.
    pub fn by_mutants(&self, row: &Requirement) -> bool {
        Self::by(&self.mutants, row)
    }
}

fn account(row: &'static Requirement, observed: &Observed, exceptions: &Exceptions) -> Account {
    if row.planned.is_some() {
        Account::Planned
    } else if observed.by_vectors(row) || observed.by_scenarios(row) {
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
    Some(needless || observed.by_vectors(row) || observed.by_scenarios(row))
}

fn run_vectors(observed: &mut Observed) -> Vec<String> {
    let judged: Vec<_> = vectors::files().iter().flat_map(|(_, text)| vectors::run(text)).collect();
    observed.vectors.extend(judged.iter().filter_map(|judged| judged.observed()).map(|row| row.id.to_owned()));
    judged.iter().filter(|judged| !judged.agrees()).map(|judged| format!("vector {} disagrees", judged.id)).collect()
}

async fn run_scenarios(observed: &mut Observed) -> Result<Vec<String>, String> {
    let targets = in_process::start(&Variant::all().collect::<Vec<_>>()).await?.into_iter().map(Arc::new).collect::<Vec<_>>();
    let options = Options { plan: &PLANS[0], scenarios: "*".into(), fast: false, gentle: false, jobs: 8, limit: SCENARIO_LIMIT };
    let judgements = runner::run(&targets, &options, |_| {}).await;
    let mut failures = Vec::new();
    for judgement in &judgements {
        if judgement.outcome == Outcome::Passed {
            observed.scenarios.extend(proven(judgement));
        } else {
            failures.push(format!("scenario {} in {} is {}", judgement.scenario.id, judgement.variant, judgement.outcome.word()));
        }
    }
    Ok(failures)
}

/// A refusal is proven by the ids the server named; that something is served, sent or seen to, by a pass.
fn proven(judgement: &Judgement) -> Vec<String> {
    let cited = judgement.scenario.requires.iter().filter(|row| row.duty != Duty::Refuse).map(|row| row.id.to_owned());
    judgement.observed.iter().cloned().chain(cited).collect()
}
