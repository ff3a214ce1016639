//! The algorithms of signatures.

use super::members;
use crate::jose::{Algorithm, Algorithms};
use crate::policy::rule::Bound;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// A set of signature algorithms.
///
/// ```
/// use fapi::jose::{Algorithm, Algorithms};
/// use fapi::policy::{AlgorithmSet, Bound};
///
/// let elliptic = AlgorithmSet(Algorithms::of(&[Algorithm::ES256, Algorithm::EdDSA]));
/// assert!(elliptic.admits(&Algorithm::ES256) && !elliptic.admits(&Algorithm::RS256));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AlgorithmSet(pub Algorithms);

impl Bound for AlgorithmSet {
    type Input = Algorithm;

    fn admits(self, algorithm: &Algorithm) -> bool {
        self.0.contains(*algorithm)
    }

    fn meet(self, other: Self) -> Option<Self> {
        let both = self.0.intersection(other.0);
        (!both.is_empty()).then_some(Self(both))
    }
}

impl fmt::Display for AlgorithmSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.0.iter().map(Algorithm::name).collect();
        f.write_str(&names.join(", "))
    }
}

impl Serialize for AlgorithmSet {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter())
    }
}

impl<'de> Deserialize<'de> for AlgorithmSet {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(Algorithms::of(&members::<Algorithm, _>(deserializer)?)))
    }
}
