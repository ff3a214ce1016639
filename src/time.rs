//! Time is an argument: the library reads no clock.

use serde::{Deserialize, Serialize};
use std::fmt;

/// The seconds for which a use or a revocation is remembered beyond its end, because the clocks of hosts differ.
pub(crate) const MARGIN: u32 = 60;

/// A point in time, in whole seconds since 1970-01-01T00:00:00Z (RFC 7519's NumericDate without fractions).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(i64);

impl Timestamp {
    /// A time later than any other; the expiry of records that never expire.
    pub const NEVER: Self = Self(i64::MAX);

    /// Returns the time `seconds` after the epoch.
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds)
    }

    /// Returns the seconds since the epoch.
    pub const fn seconds(self) -> i64 {
        self.0
    }

    /// Returns the time `seconds` later, or the latest possible time instead of wrapping.
    #[must_use]
    pub const fn after(self, seconds: u32) -> Self {
        Self(self.0.saturating_add(seconds as i64))
    }

    /// Returns the time `seconds` earlier, or the earliest possible time instead of wrapping.
    #[must_use]
    pub const fn before(self, seconds: u32) -> Self {
        Self(self.0.saturating_sub(seconds as i64))
    }

    /// Returns the whole seconds from `earlier` to this time, or 0 if `earlier` is not earlier.
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
