//! The audience of client assertions.

use crate::policy::rule::Bound;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The audience that a client assertion must have. Without a rule, it is the issuer or one of the endpoints that take assertions,
/// among others or alone.
///
/// ```
/// use fapi::policy::{AssertionAudience, AudienceRule, Bound};
///
/// assert!(AudienceRule::SoleIssuer.admits(&AssertionAudience::SoleIssuer));
/// assert!(!AudienceRule::IssuerString.admits(&AssertionAudience::SoleIssuer));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum AudienceRule {
    /// The issuer and nothing else, as a string or as the one element of an array.
    SoleIssuer,
    /// The issuer, as a string.
    IssuerString,
}

/// The audience of a client assertion that names this server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum AssertionAudience {
    /// The issuer, as a string.
    IssuerString,
    /// An array whose one element is the issuer.
    SoleIssuer,
    /// An array that holds the issuer or an endpoint, and others.
    Among,
    /// The address of an endpoint.
    Address,
}

impl Bound for AudienceRule {
    type Input = AssertionAudience;

    fn admits(self, audience: &AssertionAudience) -> bool {
        match self {
            Self::SoleIssuer => matches!(audience, AssertionAudience::IssuerString | AssertionAudience::SoleIssuer),
            Self::IssuerString => *audience == AssertionAudience::IssuerString,
        }
    }

    fn meet(self, other: Self) -> Option<Self> {
        Some(self.max(other))
    }
}

impl fmt::Display for AudienceRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::SoleIssuer => "only the issuer",
            Self::IssuerString => "the issuer as a string",
        })
    }
}
