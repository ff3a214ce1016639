//! The greatest number of seconds.

use crate::policy::rule::Bound;
use serde::{Deserialize, Serialize};
use std::fmt;

/// At most this many seconds.
///
/// ```
/// use fapi::policy::{AtMost, Bound};
///
/// assert!(AtMost(60).admits(&60) && !AtMost(60).admits(&61));
/// assert_eq!(AtMost(60).meet(AtMost(30)), Some(AtMost(30)));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AtMost(pub u32);

impl Bound for AtMost {
    type Input = u32;

    fn admits(self, seconds: &u32) -> bool {
        *seconds <= self.0
    }

    fn meet(self, other: Self) -> Option<Self> {
        Some(Self(self.0.min(other.0)))
    }
}

impl fmt::Display for AtMost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "at most {} s", self.0)
    }
}
