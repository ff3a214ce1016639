//! The results of a scenario that does not pass.

use fapi::requirement::Requirement;

/// A finding: the expected behaviour and the observed one.
#[derive(Debug, Clone)]
pub struct Finding {
    /// The expected behaviour.
    pub expected: String,
    /// The observed behaviour.
    pub got: String,
    /// The exchange that shows it.
    pub exchange: Option<u64>,
    /// The violated clause, if it is narrower than those of the scenario.
    pub requirement: Option<&'static Requirement>,
    /// The kind of fault.
    pub about: About,
    /// True if no clause decides, so that the finding is at most a warning.
    pub advice: bool,
}

/// The kind of fault: in the asserted behaviour, in a step before it, or in the suite. Exhaustive.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum About {
    /// The asserted behaviour.
    #[default]
    Assertion,
    /// A refusal, as required, but with another status or error than expected.
    Refusal,
    /// A step that a correct server serves. If the server does not serve it in its ordinary form either, it is told once, under its
    /// own clause, and the scenario is not judged.
    Step,
    /// A request without a response.
    Silence,
    /// The suite itself: a scenario did not finish, or could not start.
    Suite,
}

/// The reason why a scenario stopped early. Exhaustive.
#[derive(Debug, Clone)]
pub enum Stop {
    /// The target violated an assertion.
    Failed(Box<Finding>),
    /// The target does not offer the feature under test, or nothing can be judged.
    Skipped(Skipped),
    /// The suite cannot get on with this target. This is no verdict on the server.
    Obstacle(Box<Obstacle>),
}

/// The reason why a scenario judges nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// One sentence, without its full stop.
    pub reason: String,
    /// The exchange that shows it, unless it is in the target file or in the metadata.
    pub exchange: Option<u64>,
}

/// A reason why the suite cannot get on with a target, other than a violation of a clause: a mistake in the target file or in the
/// registration, pages that it cannot drive, a server that is gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Obstacle {
    /// The kind of obstacle.
    pub hindrance: Hindrance,
    /// One sentence for the user: the observation, and the line of the target file or the registration to look at.
    pub text: String,
    /// The exchange that shows it.
    pub exchange: Option<u64>,
}

/// The kind of an obstacle. Exhaustive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hindrance {
    /// The server refuses the user's name or password.
    Login,
    /// A page cannot be driven by the strategy of the target file.
    Pages,
    /// The server asks for slower requests, and keeps asking.
    Rate,
    /// The server does not answer any more.
    Gone,
    /// A setting of the target file or of the registration does not fit the server.
    Settings,
    /// The program that the target file names for the pages does not work.
    Program,
}

/// The result of a step of a scenario.
pub type Tried<T> = Result<T, Stop>;

impl Finding {
    /// Makes a finding without an exchange as evidence.
    pub fn new(expected: impl Into<String>, got: impl Into<String>) -> Self {
        Self {
            expected: expected.into(),
            got: got.into(),
            exchange: None,
            requirement: None,
            about: About::Assertion,
            advice: false,
        }
    }

    /// Names the exchange that shows the finding.
    #[must_use]
    pub fn shown_by(mut self, exchange: u64) -> Self {
        self.exchange = Some(exchange);
        self
    }

    /// Returns true if it is about the asserted behaviour.
    pub fn is_asserted(&self) -> bool {
        self.about == About::Assertion
    }

    /// Marks the finding as a refusal other than the expected ones.
    #[must_use]
    pub fn of_a_refusal(mut self) -> Self {
        self.about = About::Refusal;
        self
    }

    /// Marks the finding as the refusal of a step that a correct server serves, against the clause by which it is served.
    #[must_use]
    pub fn on_the_way(mut self, requirement: &'static Requirement) -> Self {
        self.about = About::Step;
        self.against(requirement)
    }

    /// Marks the finding as a failure of the suite itself.
    #[must_use]
    pub fn of_the_suite(mut self) -> Self {
        self.about = About::Suite;
        self
    }

    /// Marks the finding as advice: no clause decides.
    #[must_use]
    pub fn as_advice(mut self) -> Self {
        self.advice = true;
        self
    }

    /// Marks the finding as a missing response.
    #[must_use]
    pub fn of_silence(mut self) -> Self {
        self.about = About::Silence;
        self
    }

    /// Names the violated clause.
    #[must_use]
    pub fn against(mut self, requirement: &'static Requirement) -> Self {
        self.requirement = Some(requirement);
        self
    }
}

impl Stop {
    /// Makes the refusal of a step the asserted behaviour: a finding against this clause. A finding that is already about a clause
    /// of its own stays as it is.
    #[must_use]
    pub fn against(self, requirement: &'static Requirement) -> Self {
        match self {
            Self::Failed(mut finding) if finding.about == About::Step => {
                finding.about = About::Assertion;
                finding.against(requirement).into()
            }
            other => other,
        }
    }

    /// Replaces the clause of a finding against `from` by the narrower clause `to`.
    #[must_use]
    pub fn narrowed(self, from: &'static Requirement, to: &'static Requirement) -> Self {
        match self {
            Self::Failed(finding) if finding.requirement == Some(from) => finding.against(to).into(),
            other => other,
        }
    }
}

impl Obstacle {
    /// Makes an obstacle without an exchange that shows it.
    pub fn new(hindrance: Hindrance, text: impl Into<String>) -> Self {
        Self { hindrance, text: text.into(), exchange: None }
    }

    /// Names the exchange that shows it.
    #[must_use]
    pub fn shown_by(mut self, exchange: u64) -> Self {
        self.exchange = Some(exchange);
        self
    }
}

impl Skipped {
    /// Makes a reason without an exchange that shows it.
    pub fn new(reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), exchange: None }
    }

    /// Names the exchange that shows it.
    #[must_use]
    pub fn shown_by(mut self, exchange: impl Into<Option<u64>>) -> Self {
        self.exchange = exchange.into();
        self
    }
}

impl From<Skipped> for Stop {
    fn from(skipped: Skipped) -> Self {
        Self::Skipped(skipped)
    }
}

impl From<Obstacle> for Stop {
    fn from(obstacle: Obstacle) -> Self {
        Self::Obstacle(Box::new(obstacle))
    }
}

impl From<Finding> for Stop {
    fn from(finding: Finding) -> Self {
        Self::Failed(Box::new(finding))
    }
}

/// Skips a scenario because the target does not offer the feature under test, as its file or its metadata shows.
pub fn skip<T>(reason: impl Into<String>) -> Tried<T> {
    Err(Skipped::new(reason).into())
}

/// Stops a scenario with a finding.
pub fn fail<T>(expected: impl Into<String>, got: impl Into<String>) -> Tried<T> {
    Err(Finding::new(expected, got).into())
}
