//! What a scenario may end with besides passing.

use fapi::requirement::Requirement;

/// What the suite expected and what it met instead.
#[derive(Debug, Clone)]
pub struct Finding {
    /// What should have happened.
    pub expected: String,
    /// What happened.
    pub got: String,
    /// The exchange that shows it.
    pub exchange: Option<u64>,
    /// The clause that is broken, where it is narrower than the scenario's own.
    pub requirement: Option<&'static Requirement>,
}

/// Why a scenario stopped before its end. Exhaustive: a scenario passes, fails or does not apply.
#[derive(Debug, Clone)]
pub enum Stop {
    /// The target did something that it should not.
    Failed(Box<Finding>),
    /// The target does not offer what the scenario is about.
    Skipped(String),
}

/// The result of a step of a scenario.
pub type Tried<T> = Result<T, Stop>;

impl Finding {
    /// A finding with no exchange to point at.
    pub fn new(expected: impl Into<String>, got: impl Into<String>) -> Self {
        Self { expected: expected.into(), got: got.into(), exchange: None, requirement: None }
    }

    /// The same finding, shown by this exchange.
    #[must_use]
    pub fn shown_by(mut self, exchange: u64) -> Self {
        self.exchange = Some(exchange);
        self
    }

    /// The same finding, against this clause.
    #[must_use]
    pub fn against(mut self, requirement: &'static Requirement) -> Self {
        self.requirement = Some(requirement);
        self
    }
}

impl From<Finding> for Stop {
    fn from(finding: Finding) -> Self {
        Self::Failed(Box::new(finding))
    }
}

/// Stops a scenario because the target does not offer what it is about.
pub fn skip<T>(reason: impl Into<String>) -> Tried<T> {
    Err(Stop::Skipped(reason.into()))
}

/// Stops a scenario with a finding.
pub fn fail<T>(expected: impl Into<String>, got: impl Into<String>) -> Tried<T> {
    Err(Finding::new(expected, got).into())
}
