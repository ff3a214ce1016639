//! Values that a member of a client has by name, and the error about a name that is none of them.

use crate::reason::Reason;
use crate::requirement::Requirement;
use serde::{Deserialize, Deserializer};
use std::fmt;
use std::str::FromStr;

/// A name that is none of those that a member of a client may have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownName {
    name: String,
    known: Vec<&'static str>,
    basis: &'static Requirement,
}

impl UnknownName {
    pub(super) fn new(name: &str, known: impl IntoIterator<Item = &'static str>, basis: &'static Requirement) -> Self {
        Self { name: name.to_owned(), known: known.into_iter().collect(), basis }
    }

    /// The statement that lists the names.
    pub fn basis(&self) -> &'static Requirement {
        self.basis
    }
}

/// In the words of serde for an enumeration.
impl fmt::Display for UnknownName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "unknown variant `{}`, expected one of `{}` ({})", self.name, self.known.join("`, `"), self.basis.id)
    }
}

impl std::error::Error for UnknownName {}

impl Reason for UnknownName {
    fn basis(&self) -> &'static Requirement {
        self.basis
    }

    fn tell(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected one of {}", self.known.join(", "))
    }
}

/// Reads a value by its name.
pub(super) fn by_name<'de, T: FromStr<Err = UnknownName>, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
}
