//! A rate limiter per key, in bounded memory.

use governor::clock::Clock;
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::StateStore;
use governor::state::keyed::ShrinkableKeyedStateStore;
use governor::{Quota, RateLimiter};
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// The number of keys at which those without effect are dropped.
const MOST: usize = 16_384;

/// A limiter that can take back what it has counted.
pub(super) struct Keyed<K: Clone + Eq + Hash, C: Clock> {
    limiter: RateLimiter<K, Entries<K>, C, NoOpMiddleware<C::Instant>>,
    entries: Entries<K>,
    /// The time after which a key may have one more.
    every: Duration,
}

impl<K: Clone + Eq + Hash, C: Clock> Keyed<K, C> {
    pub(super) fn new(quota: Quota, clock: C) -> Self {
        let entries = Entries(Arc::default());
        Self { limiter: RateLimiter::new(quota, entries.clone(), clock), entries, every: quota.replenish_interval() }
    }

    /// Counts one for this key, or returns the time to wait.
    pub(super) fn take(&self, key: &K) -> Result<(), Duration> {
        if self.limiter.len() >= MOST {
            self.limiter.retain_recent();
            self.entries.keep_the_most_used(MOST / 2);
            self.limiter.shrink_to_fit();
        }
        self.limiter.check_key(key).map_err(|not_until| not_until.wait_time_from(self.limiter.clock().now()))
    }

    /// Counts one less for this key.
    pub(super) fn give_back(&self, key: &K) {
        if let Some(used_until) = self.entries.lock().get_mut(key) {
            *used_until = used_until.saturating_sub(self.every.into());
        }
    }

    /// Counts nothing for this key.
    pub(super) fn forget(&self, key: &K) {
        self.entries.lock().remove(key);
    }
}

/// The state of every key: the moment until which its quota is used up, since the limiter was made. Governor's own store gives no
/// access to its entries, so counts could be neither returned nor dropped.
struct Entries<K>(Arc<Mutex<HashMap<K, Nanos>>>);

impl<K: Eq + Hash> Entries<K> {
    /// Drops the keys with the least use, until at most `most` are left: a flood of keys does not end a limit that is in force.
    fn keep_the_most_used(&self, most: usize) {
        let mut entries = self.lock();
        if entries.len() > most {
            let mut used: Vec<u64> = entries.values().map(|used_until| used_until.as_u64()).collect();
            let surplus = used.len() - most;
            let (_, least, _) = used.select_nth_unstable(surplus - 1);
            let least = Nanos::new(*least);
            entries.retain(|_, used_until| *used_until > least);
        }
    }

    /// Entries are consistent between any two statements here.
    fn lock(&self) -> MutexGuard<'_, HashMap<K, Nanos>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K> Clone for Entries<K> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<K: Clone + Eq + Hash> StateStore for Entries<K> {
    type Key = K;

    fn measure_and_replace<T, F, E>(&self, key: &K, decide: F) -> Result<T, E>
    where
        F: Fn(Option<Nanos>) -> Result<(T, Nanos), E>,
    {
        let mut entries = self.lock();
        let (outcome, used_until) = decide(entries.get(key).copied())?;
        entries.insert(key.clone(), used_until);
        Ok(outcome)
    }
}

impl<K: Clone + Eq + Hash> ShrinkableKeyedStateStore<K> for Entries<K> {
    fn retain_recent(&self, drop_below: Nanos) {
        self.lock().retain(|_, used_until| *used_until > drop_below);
    }

    fn shrink_to_fit(&self) {
        self.lock().shrink_to_fit();
    }

    fn len(&self) -> usize {
        self.lock().len()
    }

    fn is_empty(&self) -> bool {
        self.lock().is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use governor::clock::FakeRelativeClock;
    use std::num::NonZeroU32;

    fn keyed(clock: &FakeRelativeClock) -> Keyed<usize, FakeRelativeClock> {
        Keyed::new(Quota::per_second(NonZeroU32::MIN).allow_burst(NonZeroU32::new(2).unwrap()), clock.clone())
    }

    #[test]
    fn keys_whose_quota_is_whole_again_are_dropped() {
        let clock = FakeRelativeClock::default();
        let keyed = keyed(&clock);
        for key in 0..MOST {
            assert!(keyed.take(&key).is_ok());
        }
        assert_eq!(keyed.limiter.len(), MOST);
        clock.advance(Duration::from_secs(3));
        assert!(keyed.take(&MOST).is_ok());
        assert_eq!(keyed.limiter.len(), 1);
        assert!(keyed.entries.lock().capacity() < MOST, "the memory is given back too");
    }

    #[test]
    fn memory_is_bounded_and_a_flood_of_keys_ends_no_limit_that_is_in_force() {
        let keyed = keyed(&FakeRelativeClock::default());
        let limited = usize::MAX;
        while keyed.take(&limited).is_ok() {}
        for key in 0..10 * MOST {
            assert!(keyed.take(&key).is_ok());
            assert!(keyed.limiter.len() <= MOST);
        }
        assert_eq!(keyed.take(&limited), Err(Duration::from_secs(1)));
    }

    #[test]
    fn what_is_given_back_can_be_taken_again_and_never_more() {
        let keyed = keyed(&FakeRelativeClock::default());
        assert_eq!([keyed.take(&1).is_ok(), keyed.take(&1).is_ok(), keyed.take(&1).is_ok()], [true, true, false]);
        keyed.give_back(&1);
        assert_eq!([keyed.take(&1).is_ok(), keyed.take(&1).is_ok()], [true, false]);
        for _ in 0..5 {
            keyed.give_back(&1);
        }
        assert_eq!([keyed.take(&1).is_ok(), keyed.take(&1).is_ok(), keyed.take(&1).is_ok()], [true, true, false]);
        keyed.forget(&1);
        assert!(keyed.take(&1).is_ok());
        keyed.give_back(&2);
        assert_eq!(keyed.limiter.len(), 1, "a key that was not counted stays unknown");
    }
}
