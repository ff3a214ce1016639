//! The result of one test.

use fapi::requirement::{self, Requirement};
use fapi::{Detail, ErrorCode};
use std::fmt;

/// One test, with the result that its file expects and the result of the library.
#[derive(Debug, Clone)]
pub struct Judged {
    /// The kind of the file.
    pub kind: String,
    /// The number of the group in the file, from 0.
    pub group: usize,
    /// The profiles that are in force in the group or, where each test has its own server, in the test.
    pub profiles: Vec<String>,
    /// The id of the test.
    pub id: String,
    /// The result that the file expects.
    pub expected: Expected,
    /// The result of the library. `Ok` means accepted, with the outputs of the file.
    pub got: Result<(), Otherwise>,
}

/// The expected result of a test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expected {
    /// It is accepted.
    Valid {
        /// The requirement that the acceptance shows, if the test was made for one.
        shows: Option<String>,
    },
    /// It is refused.
    Invalid {
        /// The id of the requirement it breaks.
        requirement: String,
        /// The error code on the wire, if the kind has one.
        error: Option<String>,
    },
}

/// Every result except acceptance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Otherwise {
    /// Refused, for these requirements.
    Refused {
        /// The error code that the peer gets.
        error: Option<&'static str>,
        /// The requirements that the refusal names: every row that the failed check enforces, broad and narrow ones.
        requirements: Vec<&'static Requirement>,
        /// What is wrong, in words, if an exchange refused.
        detail: Option<String>,
    },
    /// Accepted, but with another output than that of the file.
    Differs(String),
    /// Not judged, because the file or the runner is wrong, or because a fault of the host occurred first.
    Unjudged(String),
}

impl Judged {
    /// Returns true if the library's result is the expected one. One check may enforce several rows ("it is a JWT", "it has three
    /// parts"): a test names the one that its input is about, and the refusal must name it among others.
    pub fn agrees(&self) -> bool {
        match (&self.expected, &self.got) {
            (Expected::Valid { .. }, Ok(())) => true,
            (Expected::Invalid { requirement, error: wanted }, Err(Otherwise::Refused { error, requirements, .. })) => {
                requirements.iter().any(|broken| broken.id == requirement)
                    && wanted.as_deref().is_none_or(|wanted| *error == Some(wanted))
            }
            _ => false,
        }
    }

    /// The requirement that this test shows: the one it names, if the result is the expected one.
    pub fn observed(&self) -> Option<&'static Requirement> {
        let named = match &self.expected {
            Expected::Valid { shows } => shows.as_deref(),
            Expected::Invalid { requirement, .. } => Some(requirement.as_str()),
        };
        named.filter(|_| self.agrees()).and_then(requirement::find)
    }

    pub(super) fn impossible(why: Otherwise) -> Self {
        let expected = Expected::Valid { shows: None };
        Self { kind: String::new(), group: 0, profiles: vec![], id: "the file".into(), expected, got: Err(why) }
    }
}

impl fmt::Display for Judged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.expected {
            Expected::Valid { .. } => write!(f, "{} expects valid", self.id)?,
            Expected::Invalid { requirement, error: None } => write!(f, "{} expects invalid for {requirement}", self.id)?,
            Expected::Invalid { requirement, error: Some(error) } => {
                write!(f, "{} expects invalid for {requirement} with {error}", self.id)?;
            }
        }
        match &self.got {
            Ok(()) => f.write_str(", but it was accepted"),
            Err(Otherwise::Refused { error, requirements, .. }) => {
                let ids: Vec<_> = requirements.iter().map(|requirement| requirement.id).collect();
                write!(f, ", but it was refused for {}", ids.join(", "))?;
                error.map_or(Ok(()), |error| write!(f, " with {error}"))
            }
            Err(Otherwise::Differs(how)) => write!(f, ", but its output differs: {how}"),
            Err(Otherwise::Unjudged(why)) => write!(f, ", but it could not be judged: {why}"),
        }
    }
}

impl Otherwise {
    /// A refusal by a parser, whose error names one requirement.
    pub(super) fn refused(basis: &'static Requirement) -> Self {
        Self::Refused { error: None, requirements: vec![basis], detail: None }
    }

    /// A refusal by an exchange.
    pub(super) fn told(error: ErrorCode, requirements: &[&'static Requirement], detail: &Detail) -> Self {
        Self::Refused { error: Some(error.name()), requirements: requirements.to_vec(), detail: Some(detail.to_string()) }
    }

    /// An error that a well-formed file cannot cause.
    pub(super) fn unjudged(why: impl std::fmt::Display) -> Self {
        Self::Unjudged(why.to_string())
    }

    /// Compares a computed output with that of the file.
    pub(super) fn unless_same<T: PartialEq + std::fmt::Debug>(wanted: &T, got: &T) -> Result<(), Self> {
        if wanted == got { Ok(()) } else { Err(Self::Differs(format!("got {got:?}, expected {wanted:?}"))) }
    }
}
