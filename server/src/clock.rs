//! What time it is: an argument to the library, so a value here.

use fapi::Timestamp;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// Says what time it is.
pub trait Clock: Send + Sync + 'static {
    /// Now, in whole seconds.
    fn now(&self) -> Timestamp;
}

/// The computer's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_seconds(real())
    }
}

/// The computer's clock, set forward or back by somebody who does not want to wait.
#[derive(Debug, Default)]
pub struct ManualClock {
    offset: AtomicI64,
}

impl ManualClock {
    /// A clock that tells the real time until it is moved.
    pub fn new() -> Self {
        Self::default()
    }

    /// Moves it by so many seconds, back if negative.
    pub fn advance(&self, seconds: i64) {
        self.offset.fetch_add(seconds, Ordering::SeqCst);
    }

    /// Puts it at so many seconds from the real time.
    pub fn set_offset(&self, seconds: i64) {
        self.offset.store(seconds, Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_seconds(real().saturating_add(self.offset.load(Ordering::SeqCst)))
    }
}

/// A clock before 1970 counts as 1970.
fn real() -> i64 {
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
