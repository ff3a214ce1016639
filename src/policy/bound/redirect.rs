//! The addresses that authorization responses are sent to.

use crate::policy::rule::Bound;
use crate::uri::Uri;
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
        // A text without scheme leads nowhere.
        Uri::split(uri).is_none_or(|uri| !uri.has_scheme("http") || uri.is_loopback())
    }

    fn meet(self, _: Self) -> Option<Self> {
        Some(self)
    }
}

impl fmt::Display for RedirectRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("http only on loopback")
    }
}
