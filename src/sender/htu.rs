//! Comparison of the target that a DPoP proof names with the target that was called
//! ([RFC 9449 §4.3](https://www.rfc-editor.org/rfc/rfc9449#section-4.3)).

use std::borrow::Cow;

use crate::form::hex;
use crate::uri::{self, Uri};

/// Returns true if both name the same target. Query and fragment are ignored, and spellings that RFC 3986 considers equivalent
/// are normalized: case of scheme and host, default port, unnecessary escapes, dot segments, empty path
/// ([RFC 9449 §4.3](https://www.rfc-editor.org/rfc/rfc9449#section-4.3),
/// [RFC 3986 §6.2.2, §6.2.3](https://www.rfc-editor.org/rfc/rfc3986#section-6.2.2)). A text that is not an `http` or `https`
/// URI, or that has user information, never matches.
pub fn same_target(htu: &str, endpoint: &str) -> bool {
    match (Target::parse(htu), Target::parse(endpoint)) {
        (Some(htu), Some(endpoint)) => htu.is(&endpoint),
        _ => false,
    }
}

struct Target<'a> {
    encrypted: bool,
    host: &'a str,
    port: u16,
    path: &'a str,
}

impl<'a> Target<'a> {
    fn parse(uri: &'a str) -> Option<Self> {
        if !uri.bytes().all(|octet| matches!(octet, 0x21..=0x7e)) {
            return None;
        }
        let (before, ..) = uri::cut(uri);
        let uri = Uri::split(before)?;
        let encrypted = uri.has_scheme("https");
        if !encrypted && !uri.has_scheme("http") {
            return None;
        }
        let host = uri.host().filter(|host| !host.is_empty())?;
        let default = if encrypted { 443 } else { 80 };
        let port = match uri.port() {
            None | Some("") => default,
            Some(digits) => digits.parse().ok()?,
        };
        let proper = uri.userinfo().is_none() && !before.contains('\\') && has_whole_escapes(before);
        proper.then(|| Self { encrypted, host, port, path: uri.path() })
    }

    fn is(&self, other: &Self) -> bool {
        self.encrypted == other.encrypted
            && self.port == other.port
            && unescaped(self.host).eq_ignore_ascii_case(&unescaped(other.host))
            && (self.path == other.path || plain_path(self.path) == plain_path(other.path))
    }
}

fn has_whole_escapes(text: &str) -> bool {
    let mut pieces = text.split('%');
    pieces.next();
    pieces.all(|piece| piece.as_bytes().get(..2).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit)))
}

/// Decodes the escapes of unreserved characters and writes all others in upper case.
fn unescaped(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len());
    let mut pieces = text.split('%');
    plain.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        match piece.as_bytes() {
            [high, low, ..] => {
                let octet = hex(high).unwrap_or(0) << 4 | hex(low).unwrap_or(0);
                if octet.is_ascii_alphanumeric() || matches!(octet, b'-' | b'.' | b'_' | b'~') {
                    plain.push(octet.into());
                } else {
                    plain.push('%');
                    plain.extend([*high, *low].map(|digit| char::from(digit.to_ascii_uppercase())));
                }
                plain.push_str(&piece[2..]);
            }
            _ => plain.push_str(piece),
        }
    }
    Cow::Owned(plain)
}

/// Returns the path without unnecessary escapes and dot segments; the result is never empty
/// ([RFC 3986 §5.2.4](https://www.rfc-editor.org/rfc/rfc3986#section-5.2.4)).
fn plain_path(path: &str) -> String {
    let path = unescaped(path);
    let mut kept: Vec<&str> = Vec::new();
    let mut segments = path.split('/').skip(1).peekable();
    while let Some(segment) = segments.next() {
        let last = segments.peek().is_none();
        match segment {
            "." if last => kept.push(""),
            "." => {}
            ".." => {
                kept.pop();
                if last {
                    kept.push("");
                }
            }
            segment => kept.push(segment),
        }
    }
    format!("/{}", kept.join("/"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ENDPOINT: &str = "https://as.example.com/oauth/token";

    #[test]
    fn equivalent_spellings_match() {
        for htu in [
            ENDPOINT,
            "HTTPS://AS.example.COM/oauth/token",
            "https://as.example.com:443/oauth/token",
            "https://as.example.com:/oauth/token",
            "https://as.example.com/oauth/token?a=b",
            "https://as.example.com/oauth/token#here",
            "https://as.example.com/oauth/token?a#b?c",
            "https://as.example.com/%6fauth/%74oken",
            "https://as%2Eexample.com/oauth/token",
            "https://as.example.com/./oauth/x/../token",
            "https://as.example.com/../oauth/token",
            "https://as.example.com/oauth/%2e/token",
        ] {
            assert!(same_target(htu, ENDPOINT) && same_target(ENDPOINT, htu), "{htu}");
        }
        assert!(same_target("http://a", "http://A:80/"));
        assert!(same_target("http://[::1]:8080/a%2fb", "http://[::1]:8080/a%2Fb"));
    }

    #[test]
    fn different_targets_do_not_match() {
        for htu in [
            "",
            "/oauth/token",
            "https:/as.example.com/oauth/token",
            "//as.example.com/oauth/token",
            "http://as.example.com/oauth/token",
            "http://as.example.com:443/oauth/token",
            "https://as.example.com:8443/oauth/token",
            "https://as.example.com:443x/oauth/token",
            "https://as.example.com:+443/oauth/token",
            "https://as.example.com:65979/oauth/token",
            "https://user@as.example.com/oauth/token",
            "https://as.example.com@evil.example/oauth/token",
            "https://as.example.com./oauth/token",
            "https://as.example.com/oauth/token/",
            "https://as.example.com/oauth//token",
            "https://as.example.com/Oauth/token",
            "https://as.example.com/oauth%2Ftoken",
            "https://as.example.com/oauth/token%",
            "https://as.example.com/oauth\\token",
            "https://as.example.com/oauth/token ",
            " https://as.example.com/oauth/token",
        ] {
            assert!(!same_target(htu, ENDPOINT), "{htu}");
        }
        assert!(!same_target("https:///a", "https:///a"));
        assert!(!same_target("https://[::1]443/", "https://[::1]443/"));
        assert!(!same_target("https://user@a/", "https://user@a/"));
        assert!(!same_target("https://a/\u{e9}", "https://a/\u{e9}"));
    }

    proptest! {
        #[test]
        fn comparison_is_symmetric_for_any_text(one: String, other in "[a-zA-Z:/@?#.%0-9\\[\\]]{0,24}") {
            prop_assert_eq!(same_target(&one, &other), same_target(&other, &one));
            let uri = format!("https://{other}");
            prop_assert!(!same_target(&uri, ENDPOINT));
        }

        #[test]
        fn normalization_agrees_with_the_url_standard(path in "(/[a-z%2.eEf]{0,3}){0,5}", port in prop::option::of(440u16..446)) {
            let port = port.map_or(String::new(), |port| format!(":{port}"));
            let uri = format!("https://Host.example{port}{path}");
            if let (Some(_), Ok(url)) = (Target::parse(&uri), url::Url::parse(&uri)) {
                prop_assert!(same_target(&uri, url.as_str()), "{} {}", uri, url);
            }
        }
    }
}
