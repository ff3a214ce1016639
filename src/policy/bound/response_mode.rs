//! The response modes of authorization requests.

use super::members;
use crate::detail::Harmless;
use crate::policy::rule::Bound;
use crate::response_mode::ResponseMode;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// A set of response modes.
///
/// ```
/// use fapi::policy::{Bound, ResponseMode, ResponseModes};
///
/// let signed = ResponseModes::of(&[ResponseMode::QueryJwt, ResponseMode::FragmentJwt]);
/// assert!(signed.admits(&ResponseMode::Query.signed()) && !signed.admits(&ResponseMode::Query));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ResponseModes(u8);

impl ResponseModes {
    /// Every response mode.
    pub const ALL: Self = Self::of(ResponseMode::ALL);

    /// The set of these.
    pub const fn of(modes: &[ResponseMode]) -> Self {
        let (mut bits, mut index) = (0, 0);
        while index < modes.len() {
            bits |= 1 << modes[index] as u8;
            index += 1;
        }
        Self(bits)
    }

    /// All of them, in the order of their definition.
    pub fn iter(self) -> impl Iterator<Item = ResponseMode> {
        ResponseMode::ALL.iter().copied().filter(move |mode| self.admits(mode))
    }
}

impl Bound for ResponseModes {
    type Input = ResponseMode;

    fn admits(self, mode: &ResponseMode) -> bool {
        self.0 & (1 << *mode as u8) != 0
    }

    fn meet(self, other: Self) -> Option<Self> {
        (self.0 & other.0 != 0).then_some(Self(self.0 & other.0))
    }
}

impl Harmless for ResponseModes {}

impl fmt::Display for ResponseModes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.iter().map(ResponseMode::name).collect();
        f.write_str(&names.join(", "))
    }
}

impl Serialize for ResponseModes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl<'de> Deserialize<'de> for ResponseModes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self::of(&members::<ResponseMode, _>(deserializer)?))
    }
}
