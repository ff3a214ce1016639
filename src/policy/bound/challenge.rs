//! The PKCE challenge of an authorization request.

use crate::pkce::{ChallengeMethod, CodeChallenge};
use crate::policy::rule::Bound;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The PKCE challenge that an authorization request must carry
/// ([RFC 7636 §4.3](https://www.rfc-editor.org/rfc/rfc7636#section-4.3)).
///
/// ```
/// use fapi::policy::{Bound, ChallengeInput, ChallengeRule};
///
/// assert!(ChallengeRule::Present.admits(&ChallengeInput::Plain));
/// assert!(!ChallengeRule::S256.admits(&ChallengeInput::Plain));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ChallengeRule {
    /// Any, from clients that cannot authenticate.
    OfPublicClients,
    /// Any.
    Present,
    /// S256.
    #[serde(rename = "S256")]
    S256,
}

/// The PKCE challenge of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ChallengeInput {
    /// None.
    Absent {
        /// The client can authenticate.
        confidential: bool,
    },
    /// `plain`, named or by default.
    Plain,
    /// `S256`.
    S256,
}

impl ChallengeInput {
    pub(crate) fn of(challenge: &CodeChallenge) -> Self {
        match challenge.method() {
            ChallengeMethod::Plain => Self::Plain,
            ChallengeMethod::S256 => Self::S256,
        }
    }
}

impl Bound for ChallengeRule {
    type Input = ChallengeInput;

    fn admits(self, challenge: &ChallengeInput) -> bool {
        match self {
            Self::OfPublicClients => *challenge != ChallengeInput::Absent { confidential: false },
            Self::Present => !matches!(challenge, ChallengeInput::Absent { .. }),
            Self::S256 => *challenge == ChallengeInput::S256,
        }
    }

    fn meet(self, other: Self) -> Option<Self> {
        Some(self.max(other))
    }
}

impl fmt::Display for ChallengeRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OfPublicClients => "of public clients",
            Self::Present => "required",
            Self::S256 => "S256",
        })
    }
}
