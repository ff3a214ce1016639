//! A demand that something is present.

use crate::policy::rule::Bound;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Demands that something is present.
///
/// ```
/// use fapi::policy::{Bound, Presence};
///
/// assert!(Presence::Required.admits(&true) && !Presence::Required.admits(&false));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Presence {
    /// It must be present.
    Required,
}

impl Bound for Presence {
    type Input = bool;

    fn admits(self, present: &bool) -> bool {
        *present
    }

    fn meet(self, _: Self) -> Option<Self> {
        Some(self)
    }
}

impl fmt::Display for Presence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("required")
    }
}
