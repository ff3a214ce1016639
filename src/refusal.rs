//! A refusal is a decision: an error, the requirements it enforces, the place it is delivered to, and its writes.

use crate::delivery::Delivery;
use crate::error_code::ErrorCode;
use crate::record::Write;
use crate::requirement::Requirement;

/// The peer broke a rule.
#[derive(Debug, Clone)]
#[must_use]
pub(crate) struct Refusal {
    pub(crate) code: ErrorCode,
    /// The requirements that were broken, the most specific first.
    pub(crate) basis: Vec<&'static Requirement>,
    /// The place it is delivered to; `None` is the endpoint's default.
    pub(crate) delivery: Option<Delivery>,
    pub(crate) writes: Vec<Write>,
    pub(crate) client: Option<String>,
    pub(crate) subject: Option<String>,
}

impl Refusal {
    pub(crate) fn new(code: ErrorCode, basis: Vec<&'static Requirement>) -> Self {
        Self { code, basis, delivery: None, writes: vec![], client: None, subject: None }
    }

    /// Cites further requirements that the same mistake breaks.
    pub(crate) fn also(mut self, basis: impl IntoIterator<Item = &'static Requirement>) -> Self {
        self.basis.extend(basis);
        self
    }

    /// Stores something with the refusal because the clause says so: a revocation, a spent value, a counter.
    pub(crate) fn writing(mut self, writes: impl IntoIterator<Item = Write>) -> Self {
        self.writes.extend(writes);
        self
    }

    /// Names the user whom the refusal concerns, for the event.
    pub(crate) fn about(mut self, subject: Option<&str>) -> Self {
        self.subject = subject.map(str::to_owned);
        self
    }
}

/// A check that may refuse, with the requirements that its refusal cites.
pub(crate) trait Also {
    /// Cites one more requirement if the check refuses.
    fn also(self, basis: &'static Requirement) -> Self;

    /// Stores something if the check refuses.
    fn writing(self, writes: impl IntoIterator<Item = Write>) -> Self;
}

impl<T> Also for Result<T, Refusal> {
    fn also(self, basis: &'static Requirement) -> Self {
        self.map_err(|refusal| refusal.also([basis]))
    }

    fn writing(self, writes: impl IntoIterator<Item = Write>) -> Self {
        self.map_err(|refusal| refusal.writing(writes))
    }
}

impl Requirement {
    /// `RULE.require(condition, error)?` refuses with this requirement unless the condition holds.
    pub(crate) fn require(&'static self, holds: bool, code: ErrorCode) -> Result<(), Refusal> {
        if self.broken_unless(holds) { Err(self.refuse(code)) } else { Ok(()) }
    }

    /// `let x = RULE.demand(option, error)?` is [`require`](Self::require) for a check that yields a value.
    pub(crate) fn demand<T>(&'static self, value: Option<T>, code: ErrorCode) -> Result<T, Refusal> {
        value.ok_or_else(|| self.refuse(code))
    }

    /// `return Err(RULE.refuse(error).writing([…]).into())` where a refusal changes what is stored.
    pub(crate) fn refuse(&'static self, code: ErrorCode) -> Refusal {
        Refusal::new(code, vec![self])
    }

    /// The single enforcement point of every requirement; policy rules pass through here too.
    pub(crate) fn broken_unless(&'static self, holds: bool) -> bool {
        #[cfg(fapi_waive)]
        if crate::waive::active(self) {
            return false;
        }
        !holds
    }
}
