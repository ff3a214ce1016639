//! The `x-fapi` headers of requests to resources.

use crate::policy::rule::Bound;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The demand on the headers `x-fapi-interaction-id`, `x-fapi-auth-date` and `x-fapi-customer-ip-address` of a request with an access
/// token ([FAPI 1.0 Part 1 §6.2.2](https://openid.net/specs/openid-financial-api-part-1-1_0-final.html#rfc.section.6.2.2)). Without a
/// rule nothing is demanded of them.
///
/// ```
/// use fapi::policy::{Bound, InteractionInput, InteractionRule};
///
/// assert!(InteractionRule::WellFormed.admits(&InteractionInput::Absent));
/// assert!(!InteractionRule::Required.admits(&InteractionInput::Absent));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum InteractionRule {
    /// Each one that is sent is sent once and has its syntax: a UUID, a date of HTTP, an IP address.
    WellFormed,
    /// The same, and `x-fapi-interaction-id` is sent. The other two tell about a user, who need not be there.
    Required,
}

/// The `x-fapi` headers of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum InteractionInput {
    /// One of them does not have its syntax.
    Malformed,
    /// All are well-formed, and `x-fapi-interaction-id` is not there.
    Absent,
    /// All are well-formed, and `x-fapi-interaction-id` is there.
    Present,
}

impl Bound for InteractionRule {
    type Input = InteractionInput;

    fn admits(self, headers: &InteractionInput) -> bool {
        match self {
            Self::WellFormed => *headers != InteractionInput::Malformed,
            Self::Required => *headers == InteractionInput::Present,
        }
    }

    fn meet(self, other: Self) -> Option<Self> {
        Some(self.max(other))
    }
}

impl fmt::Display for InteractionRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::WellFormed => "well-formed",
            Self::Required => "well-formed, and `x-fapi-interaction-id` is sent",
        })
    }
}
