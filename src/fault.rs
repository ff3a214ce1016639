//! Mistakes that are not the peer's.

use std::fmt;

/// The host answered nonsense, or this library has a bug: `server_error` on the wire, the text in the event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault(pub(crate) String);

impl Fault {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Fault {}
