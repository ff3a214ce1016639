//! Until when may be forgotten, by a clock that can be set wrong.
//!
//! What is forgotten cannot be recognised again. A clock that is set forward and back must not make the server forget which
//! proofs and assertions were used, so a leap forward counts only after it has lasted.

use fapi::Timestamp;
use std::time::{Duration, Instant};

/// So long a leap must last before it is believed.
const BELIEVED_AFTER: Duration = Duration::from_secs(3_600);
/// Clocks run differently; less than that is no leap.
const DRIFT: u64 = 5;

/// The time that has passed for sure.
pub(crate) struct Steady {
    sure: Timestamp,
    at: Instant,
    /// Since when the clock has been ahead.
    ahead_since: Option<Instant>,
}

impl Steady {
    pub(crate) fn new(now: Timestamp, at: Instant) -> Self {
        Self { sure: now, at, ahead_since: None }
    }

    /// The time up to which everything may be forgotten: not after `now`, and no further than time has passed.
    pub(crate) fn passed(&mut self, now: Timestamp, at: Instant) -> Timestamp {
        let elapsed = at.saturating_duration_since(self.at);
        let expected = self.sure.after(u32::try_from(elapsed.as_secs()).unwrap_or(u32::MAX));
        let leapt = now > expected && now.since(expected) > DRIFT;
        self.ahead_since = if leapt { self.ahead_since.or(Some(at)) } else { None };
        let lasted = self.ahead_since.is_some_and(|since| at.saturating_duration_since(since) >= BELIEVED_AFTER);
        self.sure = if leapt && !lasted { expected } else { now };
        self.at = at;
        self.sure
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEGIN: Timestamp = Timestamp::from_seconds(1_000_000);

    #[test]
    fn time_that_passes_is_believed() {
        let at = Instant::now();
        let mut steady = Steady::new(BEGIN, at);
        for minute in 1..=10 {
            let now = BEGIN.after(60 * minute);
            assert_eq!(steady.passed(now, at + Duration::from_secs(60 * u64::from(minute))), now);
        }
    }

    #[test]
    fn a_leap_that_is_taken_back_forgets_nothing_and_one_that_lasts_is_believed() {
        let at = Instant::now();
        let mut steady = Steady::new(BEGIN, at);
        let after = |seconds| at + Duration::from_secs(seconds);
        assert_eq!(steady.passed(BEGIN.after(86_460), after(60)), BEGIN.after(60));
        assert_eq!(steady.passed(BEGIN.after(120), after(120)), BEGIN.after(120));
        for minute in 3..63 {
            let passed = 60 * minute;
            assert_eq!(steady.passed(BEGIN.after(86_400 + passed), after(passed.into())), BEGIN.after(passed), "{minute}");
        }
        assert_eq!(steady.passed(BEGIN.after(86_400 + 3_780), after(3_780)), BEGIN.after(86_400 + 3_780));
    }

    #[test]
    fn a_step_back_is_followed_at_once() {
        let at = Instant::now();
        let mut steady = Steady::new(BEGIN.after(7_200), at);
        assert_eq!(steady.passed(BEGIN, at), BEGIN);
    }
}
