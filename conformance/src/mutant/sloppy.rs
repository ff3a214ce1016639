//! Servers whose replies are spoilt.

use super::Mutant;

/// One per member that a server sends.
pub(super) fn all() -> Vec<Mutant> {
    vec![]
}
