//! The parameters of an authorization request beside its request object.

use crate::policy::rule::Bound;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The meaning of the parameters outside of a request object. Without this rule, they fill in for those that the object does not
/// have ([OpenID Connect Core §6.3.3](https://openid.net/specs/openid-connect-core-1_0.html#RequestParameterValidation)).
///
/// ```
/// use fapi::policy::{Bound, OutsideInput, OutsideRule};
///
/// assert!(OutsideRule::Ignored.admits(&OutsideInput::Ignored) && !OutsideRule::Ignored.admits(&OutsideInput::Merged));
/// assert!(!OutsideRule::Refused.admits(&OutsideInput::Ignored));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum OutsideRule {
    /// They have no effect ([RFC 9101 §6.3](https://www.rfc-editor.org/rfc/rfc9101#section-6.3)).
    Ignored,
    /// There are none but `client_id` and those that authenticate the client.
    Refused,
}

/// The parameters outside of the request object of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum OutsideInput {
    /// There are some, and they fill in for those that the object does not have.
    Merged,
    /// There are some, and they have no effect.
    Ignored,
    /// There are none but `client_id` and those that authenticate the client.
    None,
}

impl Bound for OutsideRule {
    type Input = OutsideInput;

    fn admits(self, outside: &OutsideInput) -> bool {
        match self {
            Self::Ignored => *outside != OutsideInput::Merged,
            Self::Refused => *outside == OutsideInput::None,
        }
    }

    fn meet(self, other: Self) -> Option<Self> {
        Some(self.max(other))
    }
}

impl fmt::Display for OutsideRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ignored => "without effect",
            Self::Refused => "none",
        })
    }
}
