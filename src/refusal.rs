//! A refusal is a decision: an error, the requirements it rests on, where it is told, and what it writes.

mod code;
mod delivery;

pub use code::ErrorCode;
pub(crate) use delivery::{AuthenticationChallenge, Delivery, RedirectTarget, ResourceChallenge, empty, json, no_store, render};

use crate::record::Write;
use crate::requirement::Requirement;

/// The peer broke a rule.
#[derive(Debug, Clone)]
#[must_use]
pub(crate) struct Refusal {
    pub(crate) code: ErrorCode,
    /// The requirements that were broken, the most specific first.
    pub(crate) basis: Vec<&'static Requirement>,
    /// Where it is told; `None` is the endpoint's own way.
    pub(crate) delivery: Option<Delivery>,
    pub(crate) writes: Vec<Write>,
    pub(crate) client: Option<String>,
    pub(crate) subject: Option<String>,
}

impl Refusal {
    pub(crate) fn new(code: ErrorCode, basis: Vec<&'static Requirement>) -> Self {
        Self { code, basis, delivery: None, writes: vec![], client: None, subject: None }
    }

    /// What the clause itself asks to be stored: a revocation, a spent value, a counter.
    pub(crate) fn writing(mut self, writes: impl IntoIterator<Item = Write>) -> Self {
        self.writes.extend(writes);
        self
    }
}

impl Requirement {
    /// `RULE.require(what must hold, how to refuse otherwise)?`
    pub(crate) fn require(&'static self, holds: bool, code: ErrorCode) -> Result<(), Refusal> {
        if self.broken_unless(holds) { Err(self.refuse(code)) } else { Ok(()) }
    }

    /// `let x = RULE.demand(option, code)?` for a check that yields a value.
    pub(crate) fn demand<T>(&'static self, value: Option<T>, code: ErrorCode) -> Result<T, Refusal> {
        value.ok_or_else(|| self.refuse(code))
    }

    /// `return Err(RULE.refuse(code).writing([…]).into())` where a refusal changes what is stored.
    pub(crate) fn refuse(&'static self, code: ErrorCode) -> Refusal {
        Refusal::new(code, vec![self])
    }

    /// The one place at which a requirement bites; the rules of a policy come through here too.
    pub(crate) fn broken_unless(&'static self, holds: bool) -> bool {
        #[cfg(fapi_waive)]
        if crate::waive::active(self) {
            return false;
        }
        !holds
    }
}
