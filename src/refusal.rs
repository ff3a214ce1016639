//! A refusal is a decision: an error, the requirements it enforces, the place it is delivered to, and its writes.

use crate::delivery::Delivery;
use crate::detail::{Detail, Words};
use crate::error_code::ErrorCode;
use crate::event::Claimed;
use crate::record::Write;
use crate::requirement::Requirement;

/// The peer broke a rule.
#[derive(Debug, Clone)]
#[must_use]
pub(crate) struct Refusal {
    pub(crate) code: ErrorCode,
    /// The requirements that were broken, the most specific first.
    pub(crate) basis: Vec<&'static Requirement>,
    /// What is wrong, and what was expected.
    pub(crate) detail: Detail,
    /// The place it is delivered to; `None` is the endpoint's default.
    pub(crate) delivery: Option<Delivery>,
    pub(crate) writes: Vec<Write>,
    pub(crate) client: Option<String>,
    pub(crate) subject: Option<String>,
    /// The identity that was claimed and not proven.
    pub(crate) claimed: Option<Box<Claimed>>,
}

impl Refusal {
    pub(crate) fn new(code: ErrorCode, basis: Vec<&'static Requirement>, words: impl Words) -> Self {
        Self { code, basis, detail: words.detail(), delivery: None, writes: vec![], client: None, subject: None, claimed: None }
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

    /// Names the identity that was claimed and not proven, for the event.
    pub(crate) fn claiming(mut self, claimed: Claimed) -> Self {
        self.claimed = Some(Box::new(claimed));
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
    /// `RULE.require(condition, error, words)?` refuses with this requirement unless the condition holds. The words say what is
    /// wrong and what was expected.
    pub(crate) fn require(&'static self, holds: bool, code: ErrorCode, words: impl Words) -> Result<(), Refusal> {
        if self.broken_unless(holds) { Err(self.refuse(code, words)) } else { Ok(()) }
    }

    /// `let x = RULE.demand(option, error, words)?` is [`require`](Self::require) for a check that yields a value.
    pub(crate) fn demand<T>(&'static self, value: Option<T>, code: ErrorCode, words: impl Words) -> Result<T, Refusal> {
        value.ok_or_else(|| self.refuse(code, words))
    }

    /// `return Err(RULE.refuse(error, words).writing([…]).into())` where a refusal changes what is stored.
    pub(crate) fn refuse(&'static self, code: ErrorCode, words: impl Words) -> Refusal {
        Refusal::new(code, vec![self], words)
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
