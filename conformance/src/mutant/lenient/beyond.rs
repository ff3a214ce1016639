//! Refusals that no request under the plan can meet, each with the reason. What is refused here is shown by vectors.

/// Ids, and why there is no mutant.
pub(super) const BEYOND: &[(&str, &str)] = &[];
