//! The addresses that authorization responses are sent to.

use crate::policy::rule::Bound;
use crate::redirect_uri::is_loopback;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The addresses that authorization responses may be sent to.
///
/// ```
/// use fapi::policy::{Bound, RedirectRule};
///
/// assert!(RedirectRule::Encrypted.admits("http://127.0.0.1:8080/cb"));
/// assert!(!RedirectRule::Encrypted.admits("http://client.example/cb"));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RedirectRule {
    /// No address over an unencrypted connection, except on the loopback interface.
    Encrypted,
}

impl Bound for RedirectRule {
    type Input = str;

    fn admits(self, uri: &str) -> bool {
        let Some((scheme, rest)) = uri.split_once("://") else { return true };
        if !scheme.eq_ignore_ascii_case("http") {
            return true;
        }
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let host = match authority.rsplit_once(':') {
            Some((host, port)) if port.bytes().all(|octet| octet.is_ascii_digit()) => host,
            _ => authority,
        };
        is_loopback(host)
    }

    fn meet(self, _: Self) -> Option<Self> {
        Some(self)
    }
}

impl fmt::Display for RedirectRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no http but loopback")
    }
}
