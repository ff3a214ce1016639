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
    /// What went wrong.
    pub about: About,
}

/// What went wrong. Exhaustive: what was to be shown, what had to work before it could be, what shows it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum About {
    /// What is asserted.
    #[default]
    Assertion,
    /// It refused, as it must, but in other words than it should.
    Refusal,
    /// A step that a good server serves: in a scenario about a refusal, nothing was asserted yet.
    Step,
    /// The suite itself: it came to no end, or could not begin.
    Suite,
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
        Self { expected: expected.into(), got: got.into(), exchange: None, requirement: None, about: About::Assertion }
    }

    /// The same finding, shown by this exchange.
    #[must_use]
    pub fn shown_by(mut self, exchange: u64) -> Self {
        self.exchange = Some(exchange);
        self
    }

    /// The same finding, of a refusal that is none of those expected.
    #[must_use]
    pub fn of_a_refusal(mut self) -> Self {
        self.about = About::Refusal;
        self
    }

    /// The same finding, of a step on the way.
    #[must_use]
    pub fn on_the_way(mut self) -> Self {
        self.about = About::Step;
        self
    }

    /// The same finding, of the suite itself.
    #[must_use]
    pub fn of_the_suite(mut self) -> Self {
        self.about = About::Suite;
        self
    }

    /// The same finding, against this clause.
    #[must_use]
    pub fn against(mut self, requirement: &'static Requirement) -> Self {
        self.requirement = Some(requirement);
        self
    }
}

impl Stop {
    /// What a step came to is what is asserted: a finding against this clause.
    #[must_use]
    pub fn against(self, requirement: &'static Requirement) -> Self {
        match self {
            Self::Failed(mut finding) if finding.about != About::Suite => {
                finding.about = About::Assertion;
                finding.against(requirement).into()
            }
            other => other,
        }
    }

    /// The same, but against a narrower clause where it is against this one.
    #[must_use]
    pub fn narrowed(self, from: &'static Requirement, to: &'static Requirement) -> Self {
        match self {
            Self::Failed(finding) if finding.requirement == Some(from) => finding.against(to).into(),
            other => other,
        }
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
