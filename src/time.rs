//! Time is an argument.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Seconds that a use or a revocation is remembered beyond its end, for hosts whose clocks differ.
pub(crate) const MARGIN: u32 = 60;

/// A moment, in whole seconds since 1970-01-01T00:00:00Z (RFC 7519's NumericDate without fractions).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(i64);

impl Timestamp {
    /// Later than every moment this library deals with; the expiry of what never expires.
    pub const NEVER: Self = Self(i64::MAX);

    /// The moment `seconds` after the epoch.
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds)
    }

    /// Seconds since the epoch.
    pub const fn seconds(self) -> i64 {
        self.0
    }

    /// `seconds` later; stays at the end of time instead of wrapping.
    #[must_use]
    pub const fn after(self, seconds: u32) -> Self {
        Self(self.0.saturating_add(seconds as i64))
    }

    /// `seconds` earlier; stays at the beginning of time instead of wrapping.
    #[must_use]
    pub const fn before(self, seconds: u32) -> Self {
        Self(self.0.saturating_sub(seconds as i64))
    }

    /// Whole seconds from `earlier` to here, 0 if it is not earlier.
    pub const fn since(self, earlier: Self) -> u64 {
        let passed = self.0.saturating_sub(earlier.0);
        if passed > 0 { passed as u64 } else { 0 }
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
