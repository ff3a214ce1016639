//! Mistakes in settings, and choices that are unwise.

use crate::requirement::Requirement;
use std::fmt;

/// One mistake in the settings.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Mistake {
    /// The member of the settings that it is about, such as `apis[0].dialect`; empty if it is about none of the APIs.
    pub place: String,
    /// The mistake, in words.
    pub text: String,
    /// The requirement that it would break.
    pub basis: &'static Requirement,
    /// Its weight.
    pub weight: Weight,
}

/// The place, if there is one, the words, and the id of the requirement.
impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let colon = if self.place.is_empty() { "" } else { ": " };
        write!(f, "{}{colon}{} ({})", self.place, self.text, self.basis.id)
    }
}

/// The weight of a mistake. Exhaustive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// No server can be built.
    Wrong,
    /// A server can be built, and its operator should know.
    Unwise,
}
