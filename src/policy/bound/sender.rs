//! The keys and certificates that access tokens are bound to.

use super::members;
use crate::policy::rule::Bound;
use serde::de::{Deserialize, Deserializer, Error};
use serde::{Serialize, Serializer};
use std::borrow::Cow;
use std::fmt;

/// A set of sender constraints: the keys and certificates to which an access token may be bound.
///
/// ```
/// use fapi::policy::{Bound, SenderConstraints};
///
/// let bound = SenderConstraints::DPOP.or(SenderConstraints::MTLS);
/// assert!(bound.admits(&SenderConstraints::DPOP) && !bound.admits(&SenderConstraints::NONE));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SenderConstraints(u8);

/// Each constraint, its name for people and its name in data.
const NAMES: [(SenderConstraints, &str, &str); 3] = [
    (SenderConstraints::NONE, "none", "none"),
    (SenderConstraints::DPOP, "DPoP", "dpop"),
    (SenderConstraints::MTLS, "mTLS", "mtls"),
];

impl SenderConstraints {
    /// It is a bearer token.
    pub const NONE: Self = Self(1);
    /// It is bound to a DPoP key.
    pub const DPOP: Self = Self(2);
    /// It is bound to a certificate.
    pub const MTLS: Self = Self(4);

    /// Either set.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Returns true if it contains all of `other`.
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
}

impl Bound for SenderConstraints {
    /// The constraints that this request can satisfy.
    type Input = SenderConstraints;

    fn admits(self, offered: &SenderConstraints) -> bool {
        self.0 & offered.0 != 0
    }

    fn meet(self, other: Self) -> Option<Self> {
        (self.0 & other.0 != 0).then_some(Self(self.0 & other.0))
    }
}

impl fmt::Display for SenderConstraints {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = NAMES.into_iter().filter(|(sender, ..)| self.contains(*sender)).map(|(_, name, _)| name).collect();
        f.write_str(&names.join(" or "))
    }
}

impl Serialize for SenderConstraints {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(NAMES.iter().filter(|(sender, ..)| self.contains(*sender)).map(|(.., name)| name))
    }
}

impl<'de> Deserialize<'de> for SenderConstraints {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut constraints = Self(0);
        for name in members::<Cow<'_, str>, _>(deserializer)? {
            let known = NAMES.iter().find(|(.., known)| *known == name);
            let (sender, ..) = known.ok_or_else(|| D::Error::custom(format_args!("unknown sender constraint {name:?}")))?;
            constraints = constraints.or(*sender);
        }
        Ok(constraints)
    }
}
