//! Rate limits: requests per client address, and login attempts per user name and per client address.

mod keyed;

use fapi::Admission;
use governor::Quota;
use governor::clock::{Clock, MonotonicClock};
use keyed::Keyed;
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::time::Duration;
use tokio::sync::{Semaphore, SemaphorePermit};

/// The limit of requests per client address.
pub(crate) struct Limiter<C: Clock = MonotonicClock>(Keyed<IpAddr, C>);

impl Limiter {
    pub(crate) fn new(per_second: u32, burst: u32) -> Self {
        Self::at(per_second, burst, MonotonicClock)
    }
}

impl<C: Clock> Limiter<C> {
    fn at(per_second: u32, burst: u32, clock: C) -> Self {
        let at_least_one = |number| NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN);
        Self(Keyed::new(Quota::per_second(at_least_one(per_second)).allow_burst(at_least_one(burst)), clock))
    }

    pub(crate) fn admit(&self, address: IpAddr) -> Admission {
        match self.0.take(&network(address)) {
            Ok(()) => Admission::Admitted,
            Err(wait) => Admission::Limited { retry_after: wait.as_nanos().div_ceil(1_000_000_000).clamp(1, 3_600) as u32 },
        }
    }
}

/// The limit of failed logins. An attempt is counted before the password is verified, so that many at once do not pass; one that
/// succeeds is given back.
pub(crate) struct Throttle<C: Clock = MonotonicClock> {
    names: Keyed<String, C>,
    addresses: Keyed<IpAddr, C>,
    /// The attempts under way. They are fewer than the failures that a name may have, so that several logins of one user at the same
    /// time do not use up the limit before the first of them has succeeded.
    pending: Semaphore,
}

/// The number of failures that a user name may have at once, and the time after which one more is allowed.
const PER_NAME: (NonZeroU32, Duration) = (NonZeroU32::new(5).unwrap(), Duration::from_secs(60));
/// The same for a client address, which many users may share.
const PER_ADDRESS: (NonZeroU32, Duration) = (NonZeroU32::new(50).unwrap(), Duration::from_secs(6));

impl Default for Throttle {
    fn default() -> Self {
        Self::at(&MonotonicClock)
    }
}

impl<C: Clock + Clone> Throttle<C> {
    fn at(clock: &C) -> Self {
        let quota = |(burst, every)| Quota::with_period(every).unwrap_or(Quota::per_minute(NonZeroU32::MIN)).allow_burst(burst);
        let pending = Semaphore::new(PER_NAME.0.get() as usize - 1);
        let (names, addresses) = (Keyed::new(quota(PER_NAME), clock.clone()), Keyed::new(quota(PER_ADDRESS), clock.clone()));
        Self { names, addresses, pending }
    }
}

impl<C: Clock> Throttle<C> {
    /// Waits until an attempt may begin; it is under way until the permit is dropped.
    pub(crate) async fn begin(&self) -> Option<SemaphorePermit<'_>> {
        self.pending.acquire().await.ok()
    }

    /// Counts an attempt; `false` if the password must not be verified now.
    pub(crate) fn admits(&self, name: &str, address: IpAddr) -> bool {
        // The address comes first: once it is limited, it no longer uses up the attempts of others.
        self.addresses.take(&network(address)).is_ok() && self.names.take(&name.to_owned()).is_ok()
    }

    /// The attempt that was admitted last has succeeded.
    pub(crate) fn succeeded(&self, name: &str, address: IpAddr) {
        self.names.forget(&name.to_owned());
        self.addresses.give_back(&network(address));
    }
}

/// The network of an address that belongs to one subscriber: a single IPv4 address, or a /64 of IPv6.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX)).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use governor::clock::FakeRelativeClock;

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn a_burst_is_admitted_and_what_comes_after_waits() {
        let clock = FakeRelativeClock::default();
        let limiter = Limiter::at(2, 3, clock.clone());
        let ask = || limiter.admit(address("192.0.2.1"));
        assert_eq!([ask(), ask(), ask()], [Admission::Admitted; 3]);
        assert_eq!(ask(), Admission::Limited { retry_after: 1 });
        assert_eq!(limiter.admit(address("192.0.2.2")), Admission::Admitted, "another peer has a limit of its own");
        clock.advance(Duration::from_millis(499));
        assert_eq!(ask(), Admission::Limited { retry_after: 1 });
        clock.advance(Duration::from_millis(1));
        assert_eq!([ask(), ask()], [Admission::Admitted, Admission::Limited { retry_after: 1 }]);
        clock.advance(Duration::from_secs(3_600));
        assert_eq!([ask(), ask(), ask()], [Admission::Admitted; 3], "the burst is full again");
        assert_eq!(ask(), Admission::Limited { retry_after: 1 }, "and never more than full");
    }

    #[test]
    fn extreme_limits_are_limits() {
        let clock = FakeRelativeClock::default();
        for (per_second, burst) in [(0, 0), (1, 1), (u32::MAX, 1)] {
            let limiter = Limiter::at(per_second, burst, clock.clone());
            let answers = [limiter.admit(address("192.0.2.1")), limiter.admit(address("192.0.2.1"))];
            assert_eq!(answers, [Admission::Admitted, Admission::Limited { retry_after: 1 }], "{per_second} {burst}");
        }
        let limiter = Limiter::at(1, u32::MAX, clock);
        assert_eq!(limiter.admit(address("192.0.2.1")), Admission::Admitted);
    }

    #[test]
    fn the_limits_of_logins_are_documented() {
        let documented = include_str!("../../docs/operating.md");
        let row = |who: &str, (failures, every): (NonZeroU32, Duration)| {
            format!("| {who} | {failures} | {} seconds |", every.as_secs())
        };
        assert!(documented.contains(&row("user name", PER_NAME)));
        assert!(documented.contains(&row("client address (an IPv6 /64 counts as one)", PER_ADDRESS)));
    }

    #[test]
    fn a_network_of_ipv6_is_one_peer() {
        assert_eq!(network(address("2001:db8::1")), network(address("2001:db8::ffff:1")));
        assert_ne!(network(address("2001:db8::1")), network(address("2001:db8:0:1::1")));
    }

    #[test]
    fn passwords_of_a_name_are_not_tried_without_end() {
        let clock = FakeRelativeClock::default();
        let throttle = Throttle::at(&clock);
        let try_at = |name: &str, from: &str| throttle.admits(name, address(from));
        let first_five: Vec<_> = (1..=5).map(|host| try_at("alice", &format!("192.0.2.{host}"))).collect();
        assert_eq!(first_five, [true; 5]);
        assert!(!try_at("alice", "192.0.2.9"), "the limit is that of the name, whatever the address");
        assert!(try_at("bob", "192.0.2.1"), "another name has a limit of its own");
        clock.advance(Duration::from_secs(59));
        assert!(!try_at("alice", "192.0.2.1"));
        clock.advance(Duration::from_secs(1));
        assert!(try_at("alice", "192.0.2.1"));
        assert!(!try_at("alice", "192.0.2.1"), "one attempt per minute");
        throttle.succeeded("alice", address("192.0.2.1"));
        assert!(try_at("alice", "192.0.2.1"), "a login that succeeds ends the pause");
    }

    #[test]
    fn an_address_does_not_try_names_without_end() {
        let clock = FakeRelativeClock::default();
        let throttle = Throttle::at(&clock);
        let tries: Vec<_> = (0..51).map(|number| throttle.admits(&format!("user{number}"), address("192.0.2.1"))).collect();
        assert_eq!(tries.iter().filter(|admitted| **admitted).count(), 50);
        assert!(throttle.admits("alice", address("192.0.2.2")), "another address has a limit of its own");
        clock.advance(Duration::from_secs(6));
        assert_eq!([0, 1].map(|_| throttle.admits("alice", address("192.0.2.1"))), [true, false]);
    }

    #[test]
    fn logins_that_succeed_are_not_limited() {
        let throttle = Throttle::at(&FakeRelativeClock::default());
        for _ in 0..200 {
            assert!(throttle.admits("alice", address("192.0.2.1")));
            throttle.succeeded("alice", address("192.0.2.1"));
        }
    }
}
