//! The findings of a run of checks.

use std::fmt;

/// The checks that ran, each with what it found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[must_use = "checks that fail change nothing by themselves"]
pub struct Report {
    ran: Vec<&'static str>,
    failures: Vec<Failure>,
}

/// A rule that does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Failure {
    /// The rule, as the name of its check.
    pub check: &'static str,
    /// The event that happened instead.
    pub found: String,
}

/// The result of a check: nothing, or its finding.
pub(super) type Found<T = ()> = Result<T, String>;

impl Report {
    pub(super) fn record(&mut self, check: &'static str, found: Found) {
        self.ran.push(check);
        self.failures.extend(found.err().map(|found| Failure { check, found }));
    }

    /// Returns true if checks ran and every rule held.
    pub fn passed(&self) -> bool {
        self.failures.is_empty() && !self.ran.is_empty()
    }

    /// The rules that did not hold.
    pub fn failures(&self) -> &[Failure] {
        &self.failures
    }

    /// The names of all checks that ran.
    pub fn checks(&self) -> &[&'static str] {
        &self.ran
    }

    /// Both reports as one.
    pub fn and(mut self, other: Self) -> Self {
        self.ran.extend(other.ran);
        self.failures.extend(other.failures);
        self
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} checks, {} failed", self.ran.len(), self.failures.len())?;
        for Failure { check, found } in &self.failures {
            write!(f, "\n  {check}: {found}")?;
        }
        Ok(())
    }
}

/// `Err` with the message unless the condition holds.
pub(super) fn expect(holds: bool, otherwise: impl FnOnce() -> String) -> Found {
    if holds { Ok(()) } else { Err(otherwise()) }
}
