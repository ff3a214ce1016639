//! The cookie jar. cookie_store parses cookies and decides which URL they are sent to, as RFC 6265 says; the rules that browsers
//! follow beyond it (RFC 6265bis) are here.

use cookie::time::OffsetDateTime;
use cookie_store::{Cookie, RawCookie};
use url::{Host, Url};

/// The longest name and value of a cookie, in bytes together.
const LONGEST: usize = 4096;

/// The cookies of one browser, in the order of their creation.
#[derive(Clone, Default)]
pub(super) struct Jar(Vec<Cookie<'static>>);

impl Jar {
    /// Stores, replaces or deletes the cookie of one `Set-Cookie` field.
    pub(super) fn store(&mut self, from: &Url, field: &str, now: OffsetDateTime) {
        let Some(cookie) = read(from, field, now) else { return };
        let key = |cookie: &Cookie| (cookie.name().to_owned(), cookie.domain.clone(), String::from(&cookie.path));
        let known = self.0.iter().position(|other| key(other) == key(&cookie));
        match (known, cookie.expires_by(&now)) {
            (Some(known), true) => drop(self.0.remove(known)),
            (Some(known), false) => self.0[known] = cookie,
            (None, true) => {}
            (None, false) => self.0.push(cookie),
        }
    }

    /// The values of the cookies, in the order of their names.
    pub(super) fn values(&self) -> Vec<&str> {
        let mut cookies: Vec<_> = self.0.iter().collect();
        cookies.sort_by_key(|cookie| cookie.name().to_owned());
        cookies.iter().map(|cookie| cookie.value()).collect()
    }

    /// The `Cookie` field for this URL, with the longest paths first.
    pub(super) fn header(&self, url: &Url, now: OffsetDateTime) -> Option<String> {
        let url = as_secure(url);
        let mut sent: Vec<_> = self.0.iter().filter(|cookie| cookie.matches(&url) && !cookie.expires_by(&now)).collect();
        sent.sort_by_key(|cookie| std::cmp::Reverse(cookie.path.len()));
        let pairs: Vec<_> = sent.iter().map(|cookie| format!("{}={}", cookie.name(), cookie.value())).collect();
        (!pairs.is_empty()).then(|| pairs.join("; "))
    }
}

/// Reads a cookie. Returns `None` for a cookie that browsers ignore.
fn read(from: &Url, field: &str, now: OffsetDateTime) -> Option<Cookie<'static>> {
    let mut raw = RawCookie::parse(field.to_owned()).ok()?;
    let from = as_secure(from);
    let may_be_secure = raw.secure() != Some(true) || from.scheme() == "https";
    if raw.name().len() + raw.value().len() > LONGEST || !may_be_secure || !keeps_its_prefix(&raw) {
        return None;
    }
    // `Max-Age` takes precedence over `Expires`. It counts from the caller's time, not from the library's.
    if let Some(age) = raw.max_age() {
        raw.set_expires(now.saturating_add(age));
        raw.set_max_age(None);
    }
    // A cookie for a whole top-level domain is ignored. A host that has such a name itself (`localhost`) keeps its cookie to
    // itself.
    if let Some(domain) = raw.domain().filter(|domain| !domain.contains(['.', ':'])) {
        if !from.host_str().is_some_and(|host| host.eq_ignore_ascii_case(domain)) {
            return None;
        }
        raw.unset_domain();
    }
    Cookie::try_from_raw_cookie(&raw, &from).ok().map(Cookie::into_owned)
}

/// The name prefixes promise properties. A cookie without them is ignored.
fn keeps_its_prefix(raw: &RawCookie) -> bool {
    let name = raw.name().to_ascii_lowercase();
    let is_secure = raw.secure() == Some(true);
    if name.starts_with("__host-") {
        return is_secure && raw.domain().is_none() && raw.path() == Some("/");
    }
    is_secure || !name.starts_with("__secure-")
}

/// The URL by which `Secure` is judged: browsers count this machine itself as secure, even without TLS.
fn as_secure(url: &Url) -> Url {
    let is_loopback = match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    let mut url = url.clone();
    if is_loopback {
        let _ = url.set_scheme("https");
    }
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_800_000_000;

    fn at(seconds: i64) -> OffsetDateTime {
        OffsetDateTime::from_unix_timestamp(seconds).unwrap_or_else(|error| panic!("{seconds}: {error}"))
    }

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    /// A jar after this URL has set these cookies.
    fn jar(from: &str, fields: &[&str]) -> Jar {
        let mut jar = Jar::default();
        jar.set(from, fields);
        jar
    }

    impl Jar {
        fn set(&mut self, from: &str, fields: &[&str]) {
            for field in fields {
                self.store(&url(from), field, at(NOW));
            }
        }

        fn sent(&self, to: &str) -> String {
            self.header(&url(to), at(NOW)).unwrap_or_default()
        }
    }

    #[test]
    fn a_domain_cookie_is_sent_to_the_other_hosts_of_the_domain() {
        let jar = jar("https://as.bugs.test/authorize", &["sso=1; Domain=bugs.test; Path=/; Secure", "own=2; Path=/; Secure"]);
        assert_eq!(jar.sent("https://login.bugs.test/"), "sso=1");
        assert_eq!(jar.sent("https://bugs.test/"), "sso=1");
        assert_eq!(jar.sent("https://as.bugs.test/"), "sso=1; own=2");
        assert_eq!(jar.sent("https://login.otherbugs.test/"), "");
    }

    #[test]
    fn a_leading_dot_and_the_case_of_a_domain_do_not_count() {
        let jar = jar("https://as.bugs.test/", &["sso=1; domain=.BUGS.test"]);
        assert_eq!(jar.sent("https://login.bugs.test/"), "sso=1");
    }

    #[test]
    fn a_cookie_for_a_foreign_or_a_top_level_domain_is_ignored() {
        let jar = jar("https://as.bugs.test/", &["a=1; Domain=other.test", "b=2; Domain=login.bugs.test", "c=3; Domain=test"]);
        assert!(jar.0.is_empty());
    }

    #[test]
    fn localhost_and_addresses_keep_their_cookies_to_themselves() {
        let named = jar("http://localhost:8080/", &["a=1; Domain=localhost; Secure"]);
        assert_eq!(named.sent("http://localhost:9090/"), "a=1");
        assert_eq!(named.sent("http://as.localhost/"), "");
        let four = jar("http://127.0.0.1:8080/", &["a=1; Domain=127.0.0.1; Secure", "b=2; Domain=0.0.1", "c=3"]);
        assert_eq!(four.sent("http://127.0.0.1:9090/"), "a=1; c=3");
        assert_eq!(four.sent("http://127.0.0.2/"), "");
        let six = jar("http://[::1]/", &["a=1; Secure"]);
        assert_eq!(six.sent("http://[::1]:8080/"), "a=1");
    }

    #[test]
    fn a_secure_cookie_needs_tls_or_loopback_in_both_directions() {
        let jar = jar("https://a.example/", &["a=1; Secure", "b=2"]);
        assert_eq!(jar.sent("http://a.example/"), "b=2");
        let mut plain = self::jar("http://a.example/", &["a=1; Secure"]);
        assert_eq!(plain.sent("https://a.example/"), "");
        plain.set("http://as.localhost/", &["a=1; Secure"]);
        assert_eq!(plain.sent("http://as.localhost/"), "a=1");
    }

    #[test]
    fn a_path_covers_what_is_below_it() {
        let jar = jar("https://a.example/auth/login/1", &["a=1; Path=/auth", "b=2; Path=/", "c=3", "d=4; Path=auth"]);
        assert_eq!(jar.sent("https://a.example/auth"), "a=1; b=2");
        assert_eq!(jar.sent("https://a.example/author"), "b=2");
        assert_eq!(jar.sent("https://a.example/auth/login/2"), "c=3; d=4; a=1; b=2");
    }

    #[test]
    fn cookies_of_equal_paths_are_sent_in_the_order_of_their_creation() {
        let mut jar = jar("https://a.example/", &["z=1", "m=2", "a=3", "m=4"]);
        assert_eq!(jar.sent("https://a.example/"), "z=1; m=4; a=3");
        jar.set("https://a.example/", &["z=; Max-Age=0", "z=5"]);
        assert_eq!(jar.sent("https://a.example/"), "m=4; a=3; z=5");
    }

    #[test]
    fn a_cookie_expires_at_the_time_that_it_names() {
        let expires = [
            "a=1; Max-Age=60",
            "b=2; Expires=Fri, 15 Jan 2027 08:01:00 GMT",
            "c=3; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT",
            "d=4",
        ];
        let jar = jar("https://a.example/", &expires);
        let sent = |seconds| jar.header(&url("https://a.example/"), at(seconds)).unwrap_or_default();
        assert_eq!(sent(NOW + 59), "a=1; b=2; c=3; d=4");
        assert_eq!(sent(NOW + 60), "d=4");
        assert_eq!(sent(NOW + 1_000_000_000), "d=4");
    }

    #[test]
    fn a_past_expiry_deletes_the_cookie_of_that_name_domain_and_path() {
        let past = ["Max-Age=0", "Max-Age=-1", "expires=Thu, 01 Jan 1970 00:00:00 GMT", "Expires=Wed, 09-Jun-2021 10:18:14 GMT"];
        for past in past {
            let mut jar = jar("https://a.example/", &["a=1; Path=/", "a=2; Path=/x", "b=3; Path=/"]);
            jar.set("https://a.example/", &[&format!("a=; Path=/; {past}")]);
            assert_eq!(jar.sent("https://a.example/x"), "a=2; b=3", "{past}");
        }
    }

    #[test]
    fn a_path_that_is_written_and_one_that_follows_from_the_url_are_the_same() {
        let jar = jar("https://a.example/x", &["a=1; Path=/", "a=2"]);
        assert_eq!(jar.sent("https://a.example/"), "a=2");
    }

    #[test]
    fn the_longest_age_is_no_overflow() {
        let jar = jar("https://a.example/", &["a=1; Max-Age=99999999999999999999"]);
        assert_eq!(jar.sent("https://a.example/"), "a=1");
    }

    #[test]
    fn a_prefix_is_kept_or_the_cookie_is_ignored() {
        let kept = ["__Host-a=1; Secure; Path=/", "__Secure-b=2; Secure; Domain=bugs.test; Path=/x"];
        assert_eq!(jar("https://as.bugs.test/", &kept).sent("https://as.bugs.test/x"), "__Secure-b=2; __Host-a=1");
        for field in [
            "__Host-a=1; Path=/",
            "__Host-a=1; Secure",
            "__Host-a=1; Secure; Path=/x",
            "__Host-a=1; Secure; Path=/; Domain=as.bugs.test",
            "__host-a=1; Secure",
            "__Secure-a=1",
        ] {
            assert!(jar("https://as.bugs.test/", &[field]).0.is_empty(), "{field}");
        }
    }

    #[test]
    fn a_cookie_that_is_none_is_ignored() {
        let long = format!("a={}", "x".repeat(LONGEST));
        assert!(jar("https://a.example/", &["", ";", "a", "=1", "; Path=/", &long]).0.is_empty());
    }

    #[test]
    fn a_clone_shares_nothing() {
        let original = jar("https://a.example/", &["a=1"]);
        let mut clone = original.clone();
        clone.set("https://a.example/", &["a=2", "b=3"]);
        assert_eq!(original.sent("https://a.example/"), "a=1");
        assert_eq!(clone.sent("https://a.example/"), "a=2; b=3");
    }
}
