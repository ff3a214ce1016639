//! Redirect URIs: validated once, at registration, and then compared octet by octet
//! ([RFC 6749 §3.1.2](https://www.rfc-editor.org/rfc/rfc6749#section-3.1.2)).

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use thiserror::Error;
use url::Url;

use crate::requirement::{Requirement, local, rfc6749, rfc8252, rfc9700};

/// A registered redirect URI.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RedirectUri {
    uri: String,
    kind: RedirectKind,
}

/// The kind of receiver at a redirect URI. Exhaustive: [RFC 8252 §7](https://www.rfc-editor.org/rfc/rfc8252#section-7) has
/// these three.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RedirectKind {
    /// A server, or an application that claims the URI of a server.
    Https,
    /// An application that listens on the user's own machine.
    Loopback,
    /// An application that the operating system starts for a private-use scheme.
    PrivateUse,
}

impl RedirectUri {
    /// The maximum length of a redirect URI, in octets.
    pub const LENGTH: usize = 2048;

    /// Parses a redirect URI. It must be absolute, without fragment and user information, and its scheme must be `https`, or
    /// `http` on a loopback host, or a private-use scheme with a period in its name
    /// ([RFC 6749 §3.1.2](https://www.rfc-editor.org/rfc/rfc6749#section-3.1.2),
    /// [RFC 8252 §8.4](https://www.rfc-editor.org/rfc/rfc8252#section-8.4)).
    pub fn parse(uri: &str) -> Result<Self, RedirectUriError> {
        if uri.len() > Self::LENGTH {
            return Err(RedirectUriError::TooLong);
        }
        if !has_uri_characters(uri) {
            return Err(RedirectUriError::Character);
        }
        if uri.contains('#') {
            return Err(RedirectUriError::Fragment);
        }
        let (scheme, rest) = uri.split_once(':').filter(|(scheme, _)| is_scheme(scheme)).ok_or(RedirectUriError::Relative)?;
        let kind = match scheme.to_ascii_lowercase().as_str() {
            "https" => {
                host(uri, rest)?;
                RedirectKind::Https
            }
            "http" if is_loopback(host(uri, rest)?) => RedirectKind::Loopback,
            "http" => return Err(RedirectUriError::Unencrypted),
            private if private.contains('.') => {
                private_use(rest)?;
                RedirectKind::PrivateUse
            }
            _ => return Err(RedirectUriError::Scheme),
        };
        Ok(Self { uri: uri.to_owned(), kind })
    }

    /// Returns the URI as it was registered.
    pub fn as_str(&self) -> &str {
        &self.uri
    }

    /// Returns the kind of receiver.
    pub fn kind(&self) -> RedirectKind {
        self.kind
    }

    /// Returns true if `sent`, the value in a request, matches this URI: octet by octet, except for the port of a loopback
    /// address, which is chosen when the application starts
    /// ([RFC 6749 §3.1.2.3](https://www.rfc-editor.org/rfc/rfc6749#section-3.1.2.3),
    /// [RFC 8252 §7.3](https://www.rfc-editor.org/rfc/rfc8252#section-7.3)).
    pub fn matches(&self, sent: &str) -> bool {
        if self.uri == sent {
            return true;
        }
        match (self.kind, without_loopback_port(&self.uri), without_loopback_port(sent)) {
            (RedirectKind::Loopback, Some(registered), Some(sent)) => registered == sent,
            _ => false,
        }
    }
}

/// Adds response parameters to the query of a URI and leaves the existing query unchanged
/// ([RFC 6749 §4.1.2](https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2)).
pub fn with_parameters(uri: &str, parameters: &[(&str, &str)]) -> String {
    let (before, fragment) = uri.split_at(uri.find('#').unwrap_or(uri.len()));
    let mut extended = before.to_owned();
    if parameters.is_empty() {
        return extended + fragment;
    }
    match before.split_once('?') {
        None => extended.push('?'),
        Some((_, query)) if query.is_empty() || query.ends_with('&') => {}
        Some(_) => extended.push('&'),
    }
    extended.push_str(&form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish());
    extended + fragment
}

/// The URI with response parameters as its fragment
/// ([OAuth 2.0 Multiple Response Type Encoding Practices §2.1](https://openid.net/specs/oauth-v2-multiple-response-types-1_0.html#ResponseModes)).
pub(crate) fn with_fragment(uri: &str, parameters: &[(&str, &str)]) -> String {
    let before = uri.split('#').next().unwrap_or_default();
    format!("{before}#{}", form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish())
}

fn has_uri_characters(uri: &str) -> bool {
    let escape = |rest: &[u8]| rest.get(1..3).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit));
    let octets = uri.as_bytes();
    octets.iter().enumerate().all(|(at, octet)| match octet {
        b'%' => escape(&octets[at..]),
        b'-' | b'.' | b'_' | b'~' | b':' | b'/' | b'?' | b'#' | b'[' | b']' | b'@' => true,
        b'!' | b'$' | b'&' | b'\'' | b'(' | b')' | b'*' | b'+' | b',' | b';' | b'=' => true,
        _ => octet.is_ascii_alphanumeric(),
    })
}

fn is_scheme(scheme: &str) -> bool {
    scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme.bytes().all(|octet| octet.is_ascii_alphanumeric() || matches!(octet, b'+' | b'-' | b'.'))
}

/// Returns the host of an `http` or `https` URI, provided that browsers would read the same host.
fn host<'a>(uri: &str, rest: &'a str) -> Result<&'a str, RedirectUriError> {
    let after = rest.strip_prefix("//").ok_or(RedirectUriError::Host)?;
    let authority = &after[..after.find(['/', '?']).unwrap_or(after.len())];
    if authority.contains('@') {
        return Err(RedirectUriError::UserInformation);
    }
    if after[authority.len()..].contains(['[', ']']) {
        return Err(RedirectUriError::Character);
    }
    let end = if authority.starts_with('[') { authority.find(']').map(|at| at + 1) } else { authority.find(':') };
    let (host, port) = authority.split_at(end.unwrap_or(authority.len()));
    let named = host.starts_with('[') || host.bytes().all(|octet| octet.is_ascii_alphanumeric() || matches!(octet, b'-' | b'.'));
    let browser = Url::parse(uri).map_err(|_| RedirectUriError::Host)?;
    let agreed = browser.host_str().is_some_and(|seen| seen.eq_ignore_ascii_case(host));
    if host.is_empty() || !named || !(port.is_empty() || is_port(port)) || !agreed {
        return Err(RedirectUriError::Host);
    }
    Ok(host)
}

fn is_port(port: &str) -> bool {
    port.strip_prefix(':').is_some_and(|digits| {
        digits.starts_with(|first: char| matches!(first, '1'..='9'))
            && digits.bytes().all(|octet| octet.is_ascii_digit())
            && digits.parse::<u16>().is_ok()
    })
}

/// Returns true if the host is this machine.
pub(crate) fn is_loopback(host: &str) -> bool {
    host == "127.0.0.1" || host == "[::1]" || host.eq_ignore_ascii_case("localhost")
}

/// Checks that a private-use URI has a path or an authority, and no user information.
fn private_use(rest: &str) -> Result<(), RedirectUriError> {
    let path = rest.strip_prefix("//").unwrap_or(rest);
    if path.is_empty() {
        return Err(RedirectUriError::Host);
    }
    let authority = &path[..path.find(['/', '?']).unwrap_or(path.len())];
    if authority.contains('@') {
        return Err(RedirectUriError::UserInformation);
    }
    Ok(())
}

/// Splits an `http` URI on a loopback address into the parts before and after the port.
fn without_loopback_port(uri: &str) -> Option<(&str, &str)> {
    let address = ["http://127.0.0.1", "http://[::1]"].into_iter().find(|address| uri.starts_with(address))?;
    let (address, rest) = uri.split_at(address.len());
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (port, rest) = rest.split_at(end);
    (port.is_empty() || is_port(port)).then_some((address, rest))
}

impl std::str::FromStr for RedirectUri {
    type Err = RedirectUriError;

    fn from_str(uri: &str) -> Result<Self, RedirectUriError> {
        Self::parse(uri)
    }
}

impl fmt::Display for RedirectUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.uri)
    }
}

impl Serialize for RedirectUri {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.uri)
    }
}

impl<'de> Deserialize<'de> for RedirectUri {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&Cow::<str>::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

/// The reason why a redirect URI cannot be registered. Non-exhaustive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum RedirectUriError {
    /// The URI is longer than [`RedirectUri::LENGTH`].
    #[error("the redirect URI is too long")]
    TooLong,
    /// The URI contains a character that is not allowed in URIs, or a malformed escape.
    #[error("the redirect URI contains a character that is not allowed in URIs")]
    Character,
    /// The URI has a fragment.
    #[error("the redirect URI has a fragment")]
    Fragment,
    /// The URI has no scheme.
    #[error("the redirect URI is not absolute")]
    Relative,
    /// The host is missing or malformed, or browsers would read it differently.
    #[error("the redirect URI has no valid host or path")]
    Host,
    /// The URI contains a user name or password.
    #[error("the redirect URI has user information")]
    UserInformation,
    /// The URI leads to another machine by `http`.
    #[error("the redirect URI uses http without encryption")]
    Unencrypted,
    /// The scheme cannot belong to an application, as with `javascript`.
    #[error("the scheme of the redirect URI is not allowed")]
    Scheme,
}

impl RedirectUriError {
    /// Returns the requirement that was violated.
    pub fn basis(&self) -> &'static Requirement {
        match self {
            Self::TooLong => &local::REQUEST_SIZE,
            Self::Character | Self::Relative | Self::Host | Self::UserInformation => &rfc6749::REDIRECT_ABSOLUTE,
            Self::Fragment => &rfc6749::REDIRECT_WITHOUT_FRAGMENT,
            Self::Unencrypted => &rfc9700::REDIRECT_ENCRYPTED,
            Self::Scheme => &rfc8252::REDIRECT_COMPLETE,
        }
    }
}
