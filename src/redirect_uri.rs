//! Redirect URIs: validated once, at registration, and then compared octet by octet
//! ([RFC 6749 §3.1.2](https://www.rfc-editor.org/rfc/rfc6749#section-3.1.2)).

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use thiserror::Error;

use crate::requirement::{Requirement, local, rfc6749, rfc8252, rfc9700};
use crate::uri::{self, Uri, UriError};

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
        let parsed = Uri::parse(uri)?;
        if parsed.has_fragment() {
            return Err(RedirectUriError::Fragment);
        }
        let kind = match parsed.scheme().to_ascii_lowercase().as_str() {
            "https" => {
                web(&parsed)?;
                RedirectKind::Https
            }
            "http" => {
                web(&parsed)?;
                if !parsed.is_loopback() {
                    return Err(RedirectUriError::Unencrypted);
                }
                RedirectKind::Loopback
            }
            private if private.contains('.') => {
                private_use(&parsed)?;
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
    if parameters.is_empty() {
        return uri.to_owned();
    }
    let (_, query, fragment) = uri::cut(uri);
    let fragment = fragment.map_or(0, |fragment| fragment.len() + 1);
    let (before, fragment) = uri.split_at(uri.len() - fragment);
    let mut extended = before.to_owned();
    match query {
        None => extended.push('?'),
        Some(query) if query.is_empty() || query.ends_with('&') => {}
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

/// The host of an `http` or `https` URI is one on which browsers would agree.
fn web(uri: &Uri<'_>) -> Result<(), RedirectUriError> {
    if uri.userinfo().is_some() {
        return Err(RedirectUriError::UserInformation);
    }
    let plain = |octet: u8| octet.is_ascii_alphanumeric() || matches!(octet, b'-' | b'.');
    let named = uri.host().is_some_and(|host| host.starts_with('[') || (!host.is_empty() && host.bytes().all(plain)));
    let proper = named && uri.port().is_none_or(is_port) && uri.browsers_agree();
    if proper { Ok(()) } else { Err(RedirectUriError::Host) }
}

/// 1 to 65535, without leading zeros.
fn is_port(digits: &str) -> bool {
    !digits.starts_with('0') && digits.parse::<u16>().is_ok()
}

/// A private-use URI has a path or an authority, and no user information: neither in the authority nor, without one, in the first
/// segment of the path.
fn private_use(uri: &Uri<'_>) -> Result<(), RedirectUriError> {
    if uri.authority().unwrap_or_default().is_empty() && uri.after_authority().is_empty() {
        return Err(RedirectUriError::Host);
    }
    let place = uri.authority().or_else(|| uri.path().split('/').next());
    if place.is_some_and(|place| place.contains('@')) { Err(RedirectUriError::UserInformation) } else { Ok(()) }
}

/// Splits an `http` URI on a loopback address into the parts before and after the port.
fn without_loopback_port(uri: &str) -> Option<(&str, &str)> {
    let uri = Uri::split(uri)?;
    let host = uri.host().filter(|host| matches!(*host, "127.0.0.1" | "[::1]"))?;
    let free = uri.scheme() == "http" && uri.userinfo().is_none() && uri.port().is_none_or(is_port);
    free.then(|| (host, uri.after_authority()))
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

impl From<UriError> for RedirectUriError {
    fn from(error: UriError) -> Self {
        match error {
            UriError::Character => Self::Character,
            UriError::Relative => Self::Relative,
            UriError::Authority => Self::Host,
        }
    }
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
