//! The only parser of URIs: the syntax of [RFC 3986](https://www.rfc-editor.org/rfc/rfc3986) over octets.
//!
//! Components are slices of what was sent. Nothing is normalised here, because URIs are compared octet by octet almost
//! everywhere; where they are not, the caller says how. The one question that another standard answers is how browsers read a
//! URI ([URL Standard](https://url.spec.whatwg.org/)), and [`Uri::browsers_agree`] asks it.

use std::net::Ipv6Addr;
use url::Url;

/// A URI with a scheme, in its components.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Uri<'a> {
    text: &'a str,
    scheme: &'a str,
    authority: Option<&'a str>,
    path: &'a str,
    query: Option<&'a str>,
    fragment: Option<&'a str>,
}

/// The reason why a text is not a URI.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum UriError {
    /// A character that is not allowed at its place, or an escape without two hexadecimal digits.
    Character,
    /// There is no scheme.
    Relative,
    /// The host or the port is malformed.
    Authority,
}

impl<'a> Uri<'a> {
    /// Parses a URI ([RFC 3986 §3](https://www.rfc-editor.org/rfc/rfc3986#section-3)).
    pub(crate) fn parse(text: &'a str) -> Result<Self, UriError> {
        if !has_uri_characters(text) {
            return Err(UriError::Character);
        }
        let uri = Self::split(text).ok_or(UriError::Relative)?;
        if uri.after_authority().contains(['[', ']']) || uri.fragment.is_some_and(|fragment| fragment.contains('#')) {
            return Err(UriError::Character);
        }
        if uri.authority.is_some() && !uri.has_proper_authority() {
            return Err(UriError::Authority);
        }
        Ok(uri)
    }

    /// The components of a text that has a scheme, whatever else it has
    /// ([RFC 3986 appendix B](https://www.rfc-editor.org/rfc/rfc3986#appendix-B)).
    pub(crate) fn split(text: &'a str) -> Option<Self> {
        let (scheme, rest) = text.split_once(':').filter(|(scheme, _)| is_scheme(scheme))?;
        let (hierarchy, query, fragment) = cut(rest);
        let (authority, path) = match hierarchy.strip_prefix("//") {
            None => (None, hierarchy),
            Some(rest) => {
                let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
                (Some(authority), path)
            }
        };
        Some(Self { text, scheme, authority, path, query, fragment })
    }

    /// The scheme as it was sent.
    pub(crate) fn scheme(&self) -> &'a str {
        self.scheme
    }

    /// Returns true if this is its scheme, in upper or lower case.
    pub(crate) fn has_scheme(&self, scheme: &str) -> bool {
        self.scheme.eq_ignore_ascii_case(scheme)
    }

    /// The text between `//` and the path.
    pub(crate) fn authority(&self) -> Option<&'a str> {
        self.authority
    }

    /// The part of the authority before `@`.
    pub(crate) fn userinfo(&self) -> Option<&'a str> {
        self.authority?.rsplit_once('@').map(|(userinfo, _)| userinfo)
    }

    /// The host, an IPv6 address in its brackets. `None` if there is no authority, or none that has a host and perhaps a port.
    pub(crate) fn host(&self) -> Option<&'a str> {
        self.host_and_port().map(|(host, _)| host)
    }

    /// The digits after the colon, of which there may be none.
    pub(crate) fn port(&self) -> Option<&'a str> {
        self.host_and_port().and_then(|(_, port)| port)
    }

    /// The path; it may be empty.
    pub(crate) fn path(&self) -> &'a str {
        self.path
    }

    pub(crate) fn has_query(&self) -> bool {
        self.query.is_some()
    }

    pub(crate) fn has_fragment(&self) -> bool {
        self.fragment.is_some()
    }

    /// Path, query and fragment as they were sent.
    pub(crate) fn after_authority(&self) -> &'a str {
        let before = self.scheme.len() + 1 + self.authority.map_or(0, |authority| authority.len() + 2);
        &self.text[before..]
    }

    /// Returns true if the host is this machine: `localhost`, `127.0.0.1` or `[::1]`.
    pub(crate) fn is_loopback(&self) -> bool {
        self.host().is_some_and(|host| matches!(host, "127.0.0.1" | "[::1]") || host.eq_ignore_ascii_case("localhost"))
    }

    /// Returns true if it is an `http` or `https` URI with a host and without user information, which browsers can read as well.
    pub(crate) fn is_web(&self) -> bool {
        (self.has_scheme("https") || self.has_scheme("http"))
            && self.host().is_some_and(|host| !host.is_empty())
            && self.userinfo().is_none()
            && Url::parse(self.text).is_ok()
    }

    /// Returns true if browsers would connect to exactly this host, in upper or lower case.
    pub(crate) fn browsers_agree(&self) -> bool {
        let browser = Url::parse(self.text).ok();
        let seen = browser.as_ref().and_then(Url::host_str);
        seen.zip(self.host()).is_some_and(|(seen, host)| seen.eq_ignore_ascii_case(host))
    }

    fn host_and_port(&self) -> Option<(&'a str, Option<&'a str>)> {
        let authority = self.authority?;
        let place = authority.rsplit_once('@').map_or(authority, |(_, place)| place);
        let end = if place.starts_with('[') { place.find(']')? + 1 } else { place.find(':').unwrap_or(place.len()) };
        match place.split_at(end) {
            (host, "") => Some((host, None)),
            (host, port) => {
                let port = port.strip_prefix(':').filter(|port| port.bytes().all(|octet| octet.is_ascii_digit()))?;
                Some((host, Some(port)))
            }
        }
    }

    fn has_proper_authority(&self) -> bool {
        let Some(host) = self.host() else { return false };
        let proper = match host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
            Some(address) => address.parse::<Ipv6Addr>().is_ok(),
            None => !host.contains(['[', ']']),
        };
        proper && self.userinfo().is_none_or(|userinfo| !userinfo.contains(['@', '[', ']']))
    }
}

/// The text before query and fragment, the query, and the fragment.
pub(crate) fn cut(text: &str) -> (&str, Option<&str>, Option<&str>) {
    let (before, fragment) = text.split_once('#').map_or((text, None), |(before, fragment)| (before, Some(fragment)));
    let (before, query) = before.split_once('?').map_or((before, None), |(before, query)| (before, Some(query)));
    (before, query, fragment)
}

/// [RFC 3986 §3.1](https://www.rfc-editor.org/rfc/rfc3986#section-3.1).
fn is_scheme(scheme: &str) -> bool {
    scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme.bytes().all(|octet| octet.is_ascii_alphanumeric() || matches!(octet, b'+' | b'-' | b'.'))
}

/// [RFC 3986 §2](https://www.rfc-editor.org/rfc/rfc3986#section-2).
fn has_uri_characters(text: &str) -> bool {
    let escape = |rest: &[u8]| rest.get(1..3).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit));
    let octets = text.as_bytes();
    octets.iter().enumerate().all(|(at, octet)| match octet {
        b'%' => escape(&octets[at..]),
        b'-' | b'.' | b'_' | b'~' | b':' | b'/' | b'?' | b'#' | b'[' | b']' | b'@' => true,
        b'!' | b'$' | b'&' | b'\'' | b'(' | b')' | b'*' | b'+' | b',' | b';' | b'=' => true,
        _ => octet.is_ascii_alphanumeric(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn composed(uri: &Uri<'_>) -> String {
        let authority = uri.authority.map_or(String::new(), |authority| format!("//{authority}"));
        let query = uri.query.map_or(String::new(), |query| format!("?{query}"));
        let fragment = uri.fragment.map_or(String::new(), |fragment| format!("#{fragment}"));
        format!("{}:{authority}{}{query}{fragment}", uri.scheme, uri.path)
    }

    /// The examples of RFC 3986 §1.1.2, and a few more.
    #[test]
    fn components_are_where_the_standard_has_them() {
        for (text, scheme, authority, path, query, fragment) in [
            ("ftp://ftp.is.co.za/rfc/rfc1808.txt", "ftp", Some("ftp.is.co.za"), "/rfc/rfc1808.txt", None, None),
            ("ldap://[2001:db8::7]/c=GB?objectClass?one", "ldap", Some("[2001:db8::7]"), "/c=GB", Some("objectClass?one"), None),
            ("mailto:John.Doe@example.com", "mailto", None, "John.Doe@example.com", None, None),
            ("tel:+1-816-555-1212", "tel", None, "+1-816-555-1212", None, None),
            ("telnet://192.0.2.16:80/", "telnet", Some("192.0.2.16:80"), "/", None, None),
            ("urn:oasis:names:specification", "urn", None, "oasis:names:specification", None, None),
            ("a:", "a", None, "", None, None),
            ("a://", "a", Some(""), "", None, None),
            ("a:///b//c", "a", Some(""), "/b//c", None, None),
            ("a://b?c/d#e?f/g", "a", Some("b"), "", Some("c/d"), Some("e?f/g")),
            ("a:?#", "a", None, "", Some(""), Some("")),
        ] {
            let uri = Uri::parse(text).unwrap();
            assert_eq!(
                (uri.scheme(), uri.authority(), uri.path(), uri.query, uri.fragment),
                (scheme, authority, path, query, fragment)
            );
            assert_eq!((uri.has_query(), uri.has_fragment()), (query.is_some(), fragment.is_some()));
            assert_eq!(composed(&uri), text);
        }
    }

    #[test]
    fn an_authority_is_a_host_with_perhaps_a_user_and_a_port() {
        for (text, userinfo, host, port) in [
            ("a://b", None, "b", None),
            ("a://b:", None, "b", Some("")),
            ("a://b:80/c", None, "b", Some("80")),
            ("a://u:p@b:080", Some("u:p"), "b", Some("080")),
            ("a://@b", Some(""), "b", None),
            ("a://:80", None, "", Some("80")),
            ("a://[::1]:1", None, "[::1]", Some("1")),
            ("a://%41.b!$&'()*+,;=~_", None, "%41.b!$&'()*+,;=~_", None),
        ] {
            let uri = Uri::parse(text).unwrap();
            assert_eq!((uri.userinfo(), uri.host(), uri.port()), (userinfo, Some(host), port), "{text}");
        }
        assert_eq!(Uri::parse("a:b@c:1").map(|uri| (uri.userinfo(), uri.host(), uri.port())), Ok((None, None, None)));
    }

    #[test]
    fn what_is_no_uri_says_why() {
        use UriError::{Authority, Character, Relative};
        for (text, error) in [
            ("", Relative),
            ("a", Relative),
            (":a", Relative),
            ("1a:b", Relative),
            ("a_b:c", Relative),
            ("/a:b", Relative),
            ("//a/b", Relative),
            ("a:b c", Character),
            ("a:\u{e9}", Character),
            ("a:\\b", Character),
            ("a:b%", Character),
            ("a:b%4", Character),
            ("a:b%4g", Character),
            ("a:b#c#d", Character),
            ("a:[b]", Character),
            ("a://b/[c]", Character),
            ("a://b?[c]", Character),
            ("a://[::1", Authority),
            ("a://[::1]b", Authority),
            ("a://[::1]80", Authority),
            ("a://[]", Authority),
            ("a://[1.2.3.4]", Authority),
            ("a://[fe80::1%25eth0]", Authority),
            ("a://b[c]", Authority),
            ("a://b]", Authority),
            ("a://b:c", Authority),
            ("a://b:+80", Authority),
            ("a://b:80:80", Authority),
            ("a://b@c@d", Authority),
            ("a://[::1]@b", Authority),
        ] {
            assert_eq!(Uri::parse(text).map(|uri| composed(&uri)), Err(error), "{text}");
        }
    }

    #[test]
    fn this_machine_has_three_names() {
        for (text, loopback) in [
            ("http://127.0.0.1:80/", true),
            ("a://LocalHost", true),
            ("a://u@[::1]", true),
            ("a://127.0.0.2", false),
            ("a://localhost.", false),
            ("a://127.0.0.1:x", false),
            ("a:localhost", false),
        ] {
            assert_eq!(Uri::split(text).unwrap().is_loopback(), loopback, "{text}");
        }
    }

    #[test]
    fn the_web_has_hosts_and_browsers_that_read_them() {
        for (text, web, agreed) in [
            ("https://as.example:8443/a?b#c", true, true),
            ("HTTP://AS.example", true, true),
            ("https://0x7f.1/", true, false),
            ("https://[0:0:0:0:0:0:0:1]/", true, false),
            ("https://as%2Eexample/", true, false),
            ("https://u@as.example/", false, true),
            ("https:as.example/", false, false),
            ("https:///a", false, false),
            ("https://:80/", false, false),
            ("https://a:65536/", false, false),
            ("https://a%00b/", false, false),
            ("wss://as.example/", false, true),
        ] {
            let uri = Uri::parse(text).unwrap();
            assert_eq!((uri.is_web(), uri.browsers_agree()), (web, agreed), "{text}");
        }
    }

    proptest! {
        #[test]
        fn components_make_up_what_was_read(text in "[a-zA-Z0-9:/?#@.%\\[\\]\u{e9} -]{0,24}") {
            if let Some(uri) = Uri::split(&text) {
                prop_assert_eq!(composed(&uri), &*text);
                prop_assert!(text.ends_with(uri.after_authority()) && uri.after_authority().starts_with(uri.path()));
            }
            prop_assert!(Uri::parse(&text).is_err() || Uri::split(&text).is_some());
        }

        #[test]
        fn another_reader_sees_the_same(
            host in "[a-z]{1,4}(\\.[a-z]{1,4}){0,2}", port in prop::option::of(1u16..), path in "(/[a-z0-9~-]{0,3}){0,3}",
        ) {
            let text = format!("wss://{host}{}{path}", port.map_or(String::new(), |port| format!(":{port}")));
            let (uri, other) = (Uri::parse(&text).unwrap(), Url::parse(&text).unwrap());
            prop_assert_eq!(uri.host(), other.host_str());
            prop_assert_eq!(uri.port().and_then(|port| port.parse().ok()), port);
            prop_assert_eq!(other.path(), if path.is_empty() { "/" } else { uri.path() });
        }
    }
}
