//! Clocks: the library takes the time as an argument, and the host reads it here.

use fapi::Timestamp;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// A source of the current time.
pub trait Clock: Send + Sync + 'static {
    /// The current time in whole seconds.
    fn now(&self) -> Timestamp;
}

/// The system clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_seconds(system_seconds())
    }
}

/// The system clock with an offset, for tests that move time.
#[derive(Debug, Default)]
pub struct ManualClock {
    offset: AtomicI64,
    /// The system time at which the clock stands still, in seconds.
    stopped_at: Option<i64>,
}

impl ManualClock {
    /// A clock with the system time until it is moved.
    pub fn new() -> Self {
        Self::default()
    }

    /// A clock that stands at the present system time until it is moved.
    pub fn stopped() -> Self {
        Self { stopped_at: Some(system_seconds()), ..Self::default() }
    }

    /// Moves the clock by this many seconds; backwards if negative.
    pub fn advance(&self, seconds: i64) {
        self.offset.fetch_add(seconds, Ordering::SeqCst);
    }

    /// Sets the offset from the system time in seconds.
    pub fn set_offset(&self, seconds: i64) {
        self.offset.store(seconds, Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        let base = self.stopped_at.unwrap_or_else(system_seconds);
        Timestamp::from_seconds(base.saturating_add(self.offset.load(Ordering::SeqCst)))
    }
}

/// The system time; 0 for a clock before 1970.
fn system_seconds() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |passed| i64::try_from(passed.as_secs()).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manual_clock_moves_both_ways() {
        let clock = ManualClock::new();
        let before = clock.now();
        clock.advance(3_600);
        assert!(clock.now().since(before) >= 3_600);
        clock.set_offset(-3_600);
        assert!(clock.now() < before);
    }
}
