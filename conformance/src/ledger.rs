//! The ledger of a scenario: everything that it notes besides its end.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use fapi::requirement::{self, Requirement};

use crate::finding::{Finding, Tried};
use crate::target::Ordinary;

/// The ledger of one scenario. Clones share it.
#[derive(Debug, Clone)]
pub struct Ledger {
    subject: &'static [&'static Requirement],
    pages: Arc<Mutex<Pages>>,
}

/// The content of a ledger.
#[derive(Debug, Clone, Default)]
pub struct Pages {
    /// Behaviour that is allowed but not recommended.
    pub warnings: Vec<String>,
    /// Findings that did not end the scenario.
    pub findings: Vec<Finding>,
    /// Deviations that the scenario is not about.
    pub in_passing: Vec<Finding>,
    /// The ordinary requests of which a defective form was refused.
    pub refused: BTreeSet<Ordinary>,
    /// True if the scenario looked at something other than the replies to its requests.
    pub looked: bool,
    /// The requirements that the server itself named.
    pub observed: Vec<String>,
    /// The first reason why something could not be judged.
    pub unjudged: Option<(Unjudged, String)>,
}

/// The kind of reason for which a scenario that ran could not be judged. Exhaustive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unjudged {
    /// A request that is served by a correct server was refused: a step, or a control.
    Refused,
    /// The server did not answer, or limited the rate of requests, or stood behind a gateway that did not reach it. Another time it
    /// may answer.
    Disturbed,
}

impl Ledger {
    /// Opens the ledger of a scenario that is about these requirements.
    pub fn new(subject: &'static [&'static Requirement]) -> Self {
        Self { subject, pages: Arc::default() }
    }

    /// Notes behaviour that is allowed but not recommended.
    pub fn warn(&self, text: impl Into<String>) {
        self.open().warnings.push(text.into());
    }

    /// Notes a finding, and goes on.
    pub fn also(&self, finding: Finding) {
        self.open().findings.push(finding);
    }

    /// Notes a deviation. It ends the scenario only if the scenario is about its requirement; otherwise it is told once for the
    /// server.
    pub fn deviates(&self, finding: Finding) -> Tried<()> {
        if finding.requirement.is_some_and(|broken| self.is_about(broken)) {
            return Err(finding.into());
        }
        self.in_passing(finding);
        Ok(())
    }

    /// Notes a deviation that is not what the scenario is about.
    pub fn in_passing(&self, finding: Finding) {
        self.open().in_passing.push(finding);
    }

    /// Notes that a defective form of an ordinary request was refused.
    pub fn refused(&self, ordinary: Ordinary) {
        self.open().refused.insert(ordinary);
    }

    /// Notes that the scenario looked at something other than the replies to its requests.
    pub fn looked(&self) {
        self.open().looked = true;
    }

    /// Notes that something could not be judged.
    pub fn unjudged(&self, kind: Unjudged, reason: impl Into<String>) {
        self.open().unjudged.get_or_insert_with(|| (kind, reason.into()));
    }

    /// Notes requirements that the server itself named.
    pub fn observed(&self, named: &[String]) {
        self.open().observed.extend_from_slice(named);
    }

    /// Returns true if the scenario is about a requirement, or about one that says the same.
    pub fn is_about(&self, broken: &Requirement) -> bool {
        self.subject.iter().any(|subject| is_same(subject, broken.id))
    }

    /// The content so far.
    pub fn read(&self) -> Pages {
        self.open().clone()
    }

    fn open(&self) -> MutexGuard<'_, Pages> {
        self.pages.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns true if two requirements are the same, or one restates the other.
pub fn is_same(wanted: &Requirement, id: &str) -> bool {
    wanted.id == id
        || wanted.restated_by.contains(&id)
        || requirement::find(id).is_some_and(|named| named.restated_by.contains(&wanted.id))
}

#[cfg(test)]
mod tests {
    use super::*;
    use fapi::requirement::rfc6749;

    static OF_CACHES: &[&Requirement] = &[&rfc6749::NO_STORE];
    static OF_TOKENS: &[&Requirement] = &[&rfc6749::TOKEN_RESPONSE];

    #[test]
    fn a_deviation_ends_only_the_scenario_that_is_about_it() {
        let deviation = || Finding::new("Cache-Control: no-store", "none").against(&rfc6749::NO_STORE);
        let about = Ledger::new(OF_CACHES);
        assert!(about.deviates(deviation()).is_err() && about.read().in_passing.is_empty());
        let other = Ledger::new(OF_TOKENS);
        assert!(other.deviates(deviation()).is_ok());
        assert_eq!(other.read().in_passing.len(), 1);
    }
}
