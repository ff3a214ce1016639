//! The time up to which records may be deleted, taken from a clock that may be set wrong.
//!
//! A deleted record cannot be recognised again. A clock that is set forward and then back must not make the server delete the
//! records of proofs and assertions that were used, so a jump forward counts only after it has lasted.

use fapi::Timestamp;
use std::time::{Duration, Instant};

/// A jump forward counts after it has lasted this long.
const JUMP_LASTS: Duration = Duration::from_secs(3_600);
/// Clocks drift; a difference of at most this many seconds is not a jump.
const DRIFT: u64 = 5;

/// Follows the wall clock and ignores short jumps forward.
pub(crate) struct ExpiryClock {
    now: Timestamp,
    read_at: Instant,
    ahead_since: Option<Instant>,
}

impl ExpiryClock {
    pub(crate) fn new(wall_clock: Timestamp, at: Instant) -> Self {
        Self { now: wall_clock, read_at: at, ahead_since: None }
    }

    /// The time up to which records may be deleted. It is never after the wall clock, and advances no faster than `at` unless the
    /// wall clock has been ahead for [`JUMP_LASTS`].
    pub(crate) fn read(&mut self, wall_clock: Timestamp, at: Instant) -> Timestamp {
        let elapsed = at.saturating_duration_since(self.read_at);
        let expected = self.now.after(u32::try_from(elapsed.as_secs()).unwrap_or(u32::MAX));
        let ahead = wall_clock > expected && wall_clock.since(expected) > DRIFT;
        self.ahead_since = if ahead { self.ahead_since.or(Some(at)) } else { None };
        let lasted = self.ahead_since.is_some_and(|since| at.saturating_duration_since(since) >= JUMP_LASTS);
        self.now = if ahead && !lasted { expected } else { wall_clock };
        self.read_at = at;
        self.now
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEGIN: Timestamp = Timestamp::from_seconds(1_000_000);

    #[test]
    fn a_wall_clock_that_runs_evenly_is_followed() {
        let at = Instant::now();
        let mut clock = ExpiryClock::new(BEGIN, at);
        for minute in 1..=10 {
            let now = BEGIN.after(60 * minute);
            assert_eq!(clock.read(now, at + Duration::from_secs(60 * u64::from(minute))), now);
        }
    }

    #[test]
    fn a_jump_forward_counts_only_after_it_has_lasted() {
        let at = Instant::now();
        let mut clock = ExpiryClock::new(BEGIN, at);
        let after = |seconds| at + Duration::from_secs(seconds);
        assert_eq!(clock.read(BEGIN.after(86_460), after(60)), BEGIN.after(60));
        assert_eq!(clock.read(BEGIN.after(120), after(120)), BEGIN.after(120));
        for minute in 3..63 {
            let elapsed = 60 * minute;
            assert_eq!(clock.read(BEGIN.after(86_400 + elapsed), after(elapsed.into())), BEGIN.after(elapsed), "{minute}");
        }
        assert_eq!(clock.read(BEGIN.after(86_400 + 3_780), after(3_780)), BEGIN.after(86_400 + 3_780));
    }

    #[test]
    fn a_step_back_is_followed_at_once() {
        let at = Instant::now();
        let mut clock = ExpiryClock::new(BEGIN.after(7_200), at);
        assert_eq!(clock.read(BEGIN, at), BEGIN);
    }
}
