//! The time for which a document may be used ([RFC 9111 §4.2](https://www.rfc-editor.org/rfc/rfc9111#section-4.2)).

use http::HeaderMap;
use http::header::{AGE, CACHE_CONTROL, DATE, EXPIRES, HeaderName};
use std::time::SystemTime;

/// The shortest and the longest lifetime of a document in seconds, and the lifetime if its host states none. The shortest one
/// holds even for `no-store`, since otherwise every request of a client would reach its host.
const SHORTEST: u32 = 60;
const LONGEST: u32 = 24 * 3_600;
const DEFAULT: u32 = 300;

/// The statements of a host about the age of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Freshness {
    /// Seconds for which the document is used without asking again.
    pub(super) lifetime: u32,
    /// Seconds after these for which the host allows it to be used while the host is down; `None` if it says nothing.
    pub(super) stale_if_error: Option<u32>,
}

impl Freshness {
    /// Reads the headers of a response that was received at this time.
    pub(super) fn of(headers: &HeaderMap, received: SystemTime) -> Self {
        let values = headers.get_all(CACHE_CONTROL).iter().filter_map(|value| value.to_str().ok());
        let directives: Vec<_> =
            values.flat_map(|value| value.split(',')).map(|directive| directive.trim().to_ascii_lowercase()).collect();
        let has = |names: &[&str]| directives.iter().any(|directive| names.contains(&name(directive)));
        let seconds = |wanted: &str| {
            let mut values = directives.iter().filter(|directive| name(directive) == wanted);
            values.next().map(|directive| delta_seconds(directive.split_once('=').map_or("", |(_, value)| value)))
        };
        let forbidden = has(&["no-store", "no-cache"]);
        let stated = if forbidden { Some(0) } else { seconds("max-age").or_else(|| expires_in(headers, received)) };
        let age = text(headers, &AGE).map_or(0, delta_seconds);
        // RFC 9111 4.2.4: no stale response where the host demands that it is asked.
        let asked = forbidden || has(&["must-revalidate"]);
        Self {
            lifetime: stated.map_or(DEFAULT, |stated| stated.saturating_sub(age)).clamp(SHORTEST, LONGEST),
            stale_if_error: if asked { Some(0) } else { seconds("stale-if-error") },
        }
    }
}

fn name(directive: &str) -> &str {
    directive.split('=').next().unwrap_or_default().trim_end()
}

/// A number of seconds; a large one is the greatest, and one that is none is 0, because invalid information means stale
/// ([RFC 9111 §4.2.1](https://www.rfc-editor.org/rfc/rfc9111#section-4.2.1)).
fn delta_seconds(text: &str) -> u32 {
    let digits = text.trim().trim_matches('"');
    let number = !digits.is_empty() && digits.bytes().all(|octet| octet.is_ascii_digit());
    if number { digits.parse().unwrap_or(u32::MAX) } else { 0 }
}

/// The seconds from `Date` to `Expires`.
fn expires_in(headers: &HeaderMap, received: SystemTime) -> Option<u32> {
    let expires = httpdate::parse_http_date(text(headers, &EXPIRES)?);
    let date = text(headers, &DATE).and_then(|date| httpdate::parse_http_date(date).ok()).unwrap_or(received);
    let lifetime = expires.ok().and_then(|expires| expires.duration_since(date).ok()).unwrap_or_default();
    Some(u32::try_from(lifetime.as_secs()).unwrap_or(u32::MAX))
}

fn text<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    headers.get(name)?.to_str().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(headers: &[(&'static str, &'static str)]) -> (u32, Option<u32>) {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, value.parse().unwrap());
        }
        let received = httpdate::parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT").unwrap();
        let freshness = Freshness::of(&map, received);
        (freshness.lifetime, freshness.stale_if_error)
    }

    #[test]
    fn cache_control_sets_the_lifetime_within_bounds() {
        assert_eq!(of(&[]), (300, None));
        assert_eq!(of(&[("cache-control", "max-age=120")]), (120, None));
        assert_eq!(of(&[("cache-control", "public, Max-Age=\"120\" , immutable")]), (120, None));
        assert_eq!(of(&[("cache-control", "public"), ("cache-control", "max-age=120")]), (120, None));
        assert_eq!(of(&[("cache-control", "max-age=0")]), (60, None));
        assert_eq!(of(&[("cache-control", "max-age=31536000")]), (86_400, None));
        assert_eq!(of(&[("cache-control", "max-age=99999999999999999999")]), (86_400, None));
        assert_eq!(of(&[("cache-control", "max-age=soon")]), (60, None));
        assert_eq!(of(&[("cache-control", "max-age=-1")]), (60, None));
        assert_eq!(of(&[("cache-control", "max-age")]), (60, None));
        assert_eq!(of(&[("cache-control", "s-max-age=120")]), (300, None));
    }

    #[test]
    fn time_in_other_caches_counts() {
        assert_eq!(of(&[("cache-control", "max-age=600"), ("age", "500")]), (100, None));
        assert_eq!(of(&[("cache-control", "max-age=600"), ("age", "601")]), (60, None));
        assert_eq!(of(&[("age", "500")]), (300, None));
    }

    #[test]
    fn expires_counts_without_max_age() {
        let date = ("date", "Sun, 06 Nov 1994 08:49:37 GMT");
        assert_eq!(of(&[date, ("expires", "Sun, 06 Nov 1994 08:59:37 GMT")]), (600, None));
        assert_eq!(of(&[("expires", "Sunday, 06-Nov-94 08:59:37 GMT")]), (600, None));
        assert_eq!(of(&[("expires", "Sun Nov  6 08:59:37 1994")]), (600, None));
        assert_eq!(of(&[("expires", "0")]), (60, None));
        assert_eq!(of(&[("expires", "Sun, 06 Nov 1994 08:00:00 GMT")]), (60, None));
        assert_eq!(of(&[("cache-control", "max-age=120"), ("expires", "0")]), (120, None));
    }

    #[test]
    fn hosts_limit_the_use_of_stale_copies() {
        assert_eq!(of(&[("cache-control", "max-age=120, stale-if-error=30")]), (120, Some(30)));
        assert_eq!(of(&[("cache-control", "max-age=120, must-revalidate")]), (120, Some(0)));
        assert_eq!(of(&[("cache-control", "max-age=120, must-revalidate, stale-if-error=30")]), (120, Some(0)));
        assert_eq!(of(&[("cache-control", "no-store, max-age=120")]), (60, Some(0)));
        assert_eq!(of(&[("cache-control", "no-cache")]), (60, Some(0)));
    }
}
