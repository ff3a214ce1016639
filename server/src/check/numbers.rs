//! The range of every setting that is a number, for the reader of the file and for the checks.

use super::Checks;
use crate::config::Config;
use fapi::Lifetimes;
use std::ops::RangeInclusive;
use std::time::Duration;
use tokio::sync::Semaphore;

/// The longest timeout in seconds: longer ones would never end a connection.
const LONGEST_TIMEOUT: u64 = 3_600;
/// The least that HTTP/1 needs for a head, in octets.
const SMALLEST_HEAD: u64 = 8 * 1024;
/// The longest request that is kept in memory, in octets.
const LONGEST_REQUEST: u64 = 1 << 30;
/// The least tolerance that FAPI 2.0 demands (§5.3.2.1), in seconds.
const LEAST_TOLERANCE: u64 = 10;

const LIFETIME: RangeInclusive<u64> = 1..=u32::MAX as u64;
const TIMEOUT: RangeInclusive<u64> = 1..=LONGEST_TIMEOUT;

/// The range of a setting.
pub(crate) struct Range {
    pub(crate) path: &'static str,
    pub(crate) range: RangeInclusive<u64>,
    unit: &'static str,
    /// The reason, if the bounds do not speak for themselves.
    reason: &'static str,
}

const fn seconds(path: &'static str, range: RangeInclusive<u64>) -> Range {
    Range { path, range, unit: " of seconds", reason: "" }
}

const fn octets(path: &'static str, range: RangeInclusive<u64>) -> Range {
    Range { path, range, unit: " of octets", reason: "" }
}

const fn count(path: &'static str, range: RangeInclusive<u64>) -> Range {
    Range { path, range, unit: "", reason: "" }
}

/// The ranges of all numbers in a configuration.
pub(crate) static RANGES: [Range; 25] = [
    seconds("hsts", 0..=u32::MAX as u64),
    seconds("lifetimes.request_uri", LIFETIME),
    seconds("lifetimes.interaction", LIFETIME),
    seconds("lifetimes.code", LIFETIME),
    seconds("lifetimes.replay_memory", LIFETIME),
    seconds("lifetimes.access_token", LIFETIME),
    seconds("lifetimes.id_token", LIFETIME),
    seconds("lifetimes.grant", LIFETIME),
    seconds("lifetimes.refresh_retry_window", 0..=Lifetimes::MAX_REFRESH_RETRY_WINDOW as u64),
    seconds("lifetimes.session", LIFETIME),
    seconds("lifetimes.proof", LIFETIME),
    seconds("lifetimes.assertion", LIFETIME),
    Range {
        path: "lifetimes.future_tolerance",
        range: LEAST_TOLERANCE..=u32::MAX as u64,
        unit: " of seconds",
        reason: " (clients whose clocks are 10 seconds ahead are served: FAPI2-SP-5.3.2.1-13)",
    },
    seconds("lifetimes.jwks", LIFETIME),
    octets("limits.body", 1..=LONGEST_REQUEST),
    octets("limits.head", SMALLEST_HEAD..=LONGEST_REQUEST),
    count("limits.connections", 1..=Semaphore::MAX_PERMITS as u64),
    seconds("limits.handshake_timeout", TIMEOUT),
    seconds("limits.head_timeout", TIMEOUT),
    seconds("limits.body_timeout", TIMEOUT),
    seconds("limits.shutdown_timeout", 0..=LONGEST_TIMEOUT),
    count("limits.requests_per_second", 1..=u32::MAX as u64),
    count("limits.burst", 1..=u32::MAX as u64),
    seconds("outbound.timeout", TIMEOUT),
    seconds("outbound.stale_if_error", 0..=u32::MAX as u64),
];

impl Range {
    /// The range of the setting at a path.
    pub(crate) fn of(path: &str) -> Option<&'static Self> {
        RANGES.iter().find(|range| range.path == path)
    }

    /// The numbers that are accepted, in words.
    pub(crate) fn words(&self) -> String {
        format!("a whole number{} from {} to {}{}", self.unit, self.range.start(), self.range.end(), self.reason)
    }
}

/// Checks every number of a configuration that does not come from a file; the reader has checked those that do.
pub(super) fn check(config: &Config, checks: &mut Checks) {
    for range in &RANGES {
        let Some(number) = number(config, range.path) else { continue };
        let text = format_args!("expected {}, found {number}", range.words());
        checks.demand(range.range.contains(&number), &[], range.path, text);
    }
}

/// The number at a path. A part of a second counts as one.
fn number(config: &Config, path: &str) -> Option<u64> {
    let Config { lifetimes, limits, outbound, .. } = config;
    let whole = |time: Duration| time.as_secs() + u64::from(time.subsec_nanos() > 0);
    let octets = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
    Some(match path {
        "hsts" => config.hsts.into(),
        "lifetimes.request_uri" => lifetimes.request_uri.into(),
        "lifetimes.interaction" => lifetimes.interaction.into(),
        "lifetimes.code" => lifetimes.code.into(),
        "lifetimes.replay_memory" => lifetimes.replay_memory.into(),
        "lifetimes.access_token" => lifetimes.access_token.into(),
        "lifetimes.id_token" => lifetimes.id_token.into(),
        "lifetimes.grant" => lifetimes.grant.into(),
        "lifetimes.refresh_retry_window" => lifetimes.refresh_retry_window.into(),
        "lifetimes.session" => lifetimes.session.into(),
        "lifetimes.proof" => lifetimes.proof.into(),
        "lifetimes.assertion" => lifetimes.assertion.into(),
        "lifetimes.future_tolerance" => lifetimes.future_tolerance.into(),
        "lifetimes.jwks" => lifetimes.jwks.into(),
        "limits.body" => octets(limits.body),
        "limits.head" => octets(limits.head),
        "limits.connections" => octets(limits.connections),
        "limits.handshake_timeout" => whole(limits.handshake_timeout),
        "limits.head_timeout" => whole(limits.head_timeout),
        "limits.body_timeout" => whole(limits.body_timeout),
        "limits.shutdown_timeout" => whole(limits.shutdown_timeout),
        "limits.requests_per_second" => limits.requests_per_second?.into(),
        "limits.burst" => limits.burst.into(),
        "outbound.timeout" => whole(outbound.timeout),
        "outbound.stale_if_error" => whole(outbound.stale_if_error),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Otherwise its range would not be checked.
    #[test]
    fn every_range_is_that_of_a_number() {
        let mut config = Config::new(None);
        config.limits.requests_per_second = Some(1);
        for Range { path, range, .. } in &RANGES {
            assert!(number(&config, path).is_some_and(|number| range.contains(&number)), "{path}");
        }
    }
}
