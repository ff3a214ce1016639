//! What became of one test.

use fapi::ErrorCode;
use fapi::requirement::{self, Requirement};
use std::fmt;

/// One test, what its file expects and what the library said.
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
    /// What the file says.
    pub expected: Expected,
    /// What the library says; `Ok` is accepted, with the outputs that the file names.
    pub got: Result<(), Otherwise>,
}

/// What a file expects of a test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expected {
    /// It is accepted.
    Valid {
        /// The requirement that accepting it shows to be kept, if it was made for one.
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

/// Everything but acceptance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Otherwise {
    /// Refused, for these requirements.
    Refused {
        /// What the peer is told.
        error: Option<&'static str>,
        /// The requirements the refusal itself names: every row that the check which failed rests on, broad ones and narrow ones.
        requirements: Vec<&'static Requirement>,
    },
    /// Accepted, with another output than the file names.
    Differs(String),
    /// The file or the runner is wrong, or a host's fault came in between: nothing was judged.
    Unjudged(String),
}

impl Judged {
    /// Whether the library says what the file says. One check may rest on several rows ("it is a JWT", "it has three parts"): a test
    /// names the one that its input is about, and the refusal must have it among its own.
    pub fn agrees(&self) -> bool {
        match (&self.expected, &self.got) {
            (Expected::Valid { .. }, Ok(())) => true,
            (Expected::Invalid { requirement, error: wanted }, Err(Otherwise::Refused { error, requirements })) => {
                requirements.iter().any(|broken| broken.id == requirement)
                    && wanted.as_deref().is_none_or(|wanted| *error == Some(wanted))
            }
            _ => false,
        }
    }

    /// The requirement that this test has observed: the one it names, if file and library agree.
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
            Expected::Valid { .. } => write!(f, "{} says valid", self.id)?,
            Expected::Invalid { requirement, error: None } => write!(f, "{} says invalid for {requirement}", self.id)?,
            Expected::Invalid { requirement, error: Some(error) } => {
                write!(f, "{} says invalid for {requirement} with {error}", self.id)?;
            }
        }
        match &self.got {
            Ok(()) => f.write_str(", and it was accepted"),
            Err(Otherwise::Refused { error, requirements }) => {
                let ids: Vec<_> = requirements.iter().map(|requirement| requirement.id).collect();
                write!(f, ", and it was refused for {}", ids.join(", "))?;
                error.map_or(Ok(()), |error| write!(f, " with {error}"))
            }
            Err(Otherwise::Differs(how)) => write!(f, ", and its output differs: {how}"),
            Err(Otherwise::Unjudged(why)) => write!(f, ", and it could not be judged: {why}"),
        }
    }
}

impl Otherwise {
    /// A refusal by a parser, whose errors have one basis.
    pub(super) fn refused(basis: &'static Requirement) -> Self {
        Self::Refused { error: None, requirements: vec![basis] }
    }

    /// A refusal by an exchange.
    pub(super) fn told(error: ErrorCode, requirements: &[&'static Requirement]) -> Self {
        Self::Refused { error: Some(error.name()), requirements: requirements.to_vec() }
    }

    /// A well-formed file would not have brought this about.
    pub(super) fn unjudged(why: impl std::fmt::Display) -> Self {
        Self::Unjudged(why.to_string())
    }

    /// Compares a computed output with the one of the file.
    pub(super) fn unless_same<T: PartialEq + std::fmt::Debug>(wanted: &T, got: &T) -> Result<(), Self> {
        if wanted == got { Ok(()) } else { Err(Self::Differs(format!("{got:?} in place of {wanted:?}"))) }
    }
}
