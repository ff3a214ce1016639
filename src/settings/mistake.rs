//! Mistakes in settings, and choices that are unwise.

use crate::requirement::Requirement;

/// One mistake in the settings.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Mistake {
    /// The mistake, in words.
    pub text: String,
    /// The requirement that it would break.
    pub basis: &'static Requirement,
    /// Its weight.
    pub weight: Weight,
}

/// The weight of a mistake. Exhaustive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// No server can be built.
    Wrong,
    /// A server can be built, and its operator should know.
    Unwise,
}
