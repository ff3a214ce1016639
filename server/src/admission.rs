//! How often somebody may ask: a bucket of tokens per client address, and a pause after failed logins.

use fapi::{Admission, Timestamp};
use std::collections::HashMap;
use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

/// Beyond so many entries, those that have nothing left to say are forgotten.
const ENTRIES: usize = 16_384;

/// Requests per client address.
pub(crate) struct Limiter {
    per_second: f64,
    burst: f64,
    buckets: Mutex<HashMap<IpAddr, Bucket>>,
}

struct Bucket {
    tokens: f64,
    at: Instant,
}

impl Limiter {
    pub(crate) fn new(per_second: u32, burst: u32) -> Self {
        Self { per_second: per_second.into(), burst: burst.into(), buckets: Mutex::default() }
    }

    pub(crate) fn admit(&self, address: IpAddr, now: Instant) -> Admission {
        let mut buckets = whole(&self.buckets);
        let filled = |bucket: &Bucket| {
            let passed = now.saturating_duration_since(bucket.at).as_secs_f64();
            (bucket.tokens + passed * self.per_second).min(self.burst)
        };
        if buckets.len() >= ENTRIES {
            buckets.retain(|_, bucket| filled(bucket) < self.burst);
        }
        let bucket = buckets.entry(network(address)).or_insert(Bucket { tokens: self.burst, at: now });
        bucket.tokens = filled(bucket);
        bucket.at = now;
        if bucket.tokens >= 1.0 {
            bucket.tokens -= 1.0;
            return Admission::Admitted;
        }
        let seconds = ((1.0 - bucket.tokens) / self.per_second).ceil();
        Admission::Limited { retry_after: seconds.clamp(1.0, 3_600.0) as u32 }
    }
}

/// Whoever has a /64 has all its addresses.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX)).into(),
    }
}

/// Failed logins: from the fifth in a row on, each doubles the pause before the next try.
#[derive(Default)]
pub(crate) struct Throttle {
    names: Mutex<HashMap<String, Failures>>,
    addresses: Mutex<HashMap<IpAddr, Failures>>,
}

#[derive(Clone, Copy)]
struct Failures {
    count: u32,
    last: Timestamp,
}

const FREE_FOR_NAME: u32 = 5;
const FREE_FOR_ADDRESS: u32 = 50;
const LONGEST_PAUSE: u32 = 300;

impl Throttle {
    /// Whether it is too early to look at another password.
    pub(crate) fn pauses(&self, name: &str, address: IpAddr, now: Timestamp) -> bool {
        let pauses = |failures: Option<&Failures>, free| failures.is_some_and(|failures| now < failures.until(free));
        pauses(whole(&self.names).get(name), FREE_FOR_NAME)
            || pauses(whole(&self.addresses).get(&network(address)), FREE_FOR_ADDRESS)
    }

    pub(crate) fn failed(&self, name: &str, address: IpAddr, now: Timestamp) {
        count(&self.names, name.to_owned(), now);
        count(&self.addresses, network(address), now);
    }

    pub(crate) fn succeeded(&self, name: &str) {
        whole(&self.names).remove(name);
    }
}

impl Failures {
    fn until(self, free: u32) -> Timestamp {
        let doublings = self.count.saturating_sub(free);
        let pause = if doublings == 0 { 0 } else { 1_u32.checked_shl(doublings).unwrap_or(LONGEST_PAUSE).min(LONGEST_PAUSE) };
        self.last.after(pause)
    }
}

fn count<K: Eq + Hash>(all: &Mutex<HashMap<K, Failures>>, key: K, now: Timestamp) {
    let mut all = whole(all);
    let forgotten = |failures: &Failures| failures.last.after(LONGEST_PAUSE) <= now;
    if all.len() >= ENTRIES {
        all.retain(|_, failures| !forgotten(failures));
    }
    let failures = all.entry(key).or_insert(Failures { count: 0, last: now });
    let before = if forgotten(failures) { 0 } else { failures.count };
    *failures = Failures { count: before.saturating_add(1), last: now };
}

/// Entries are whole between any two statements here.
fn whole<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn a_burst_is_admitted_and_what_comes_after_waits() {
        let (limiter, begin) = (Limiter::new(2, 3), Instant::now());
        let ask = |milliseconds| limiter.admit(address("192.0.2.1"), begin + Duration::from_millis(milliseconds));
        assert_eq!([ask(0), ask(0), ask(0)], [Admission::Admitted; 3]);
        assert_eq!(ask(0), Admission::Limited { retry_after: 1 });
        assert_eq!(ask(500), Admission::Admitted);
        assert_eq!(ask(500), Admission::Limited { retry_after: 1 });
        assert_eq!(limiter.admit(address("192.0.2.2"), begin), Admission::Admitted, "others are not concerned");
    }

    #[test]
    fn a_network_of_ipv6_is_one_caller() {
        assert_eq!(network(address("2001:db8::1")), network(address("2001:db8::ffff:1")));
        assert_ne!(network(address("2001:db8::1")), network(address("2001:db8:0:1::1")));
    }

    #[test]
    fn passwords_cannot_be_tried_without_end() {
        let (throttle, from) = (Throttle::default(), address("192.0.2.1"));
        let at = |seconds: i64| Timestamp::from_seconds(1_000 + seconds);
        for _ in 0..FREE_FOR_NAME {
            assert!(!throttle.pauses("alice", from, at(0)));
            throttle.failed("alice", from, at(0));
        }
        throttle.failed("alice", from, at(0));
        assert!(throttle.pauses("alice", from, at(1)));
        assert!(throttle.pauses("alice", address("192.0.2.9"), at(1)), "the name is meant, not the address");
        assert!(!throttle.pauses("bob", from, at(1)));
        assert!(!throttle.pauses("alice", from, at(2)));
        throttle.failed("alice", from, at(2));
        assert!(throttle.pauses("alice", from, at(5)));
        throttle.succeeded("alice");
        assert!(!throttle.pauses("alice", from, at(5)));
    }
}
