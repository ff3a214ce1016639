//! Servers whose store or clock is bad.

use super::Mutant;

/// One per way to forget.
pub(super) fn all() -> Vec<Mutant> {
    vec![]
}
