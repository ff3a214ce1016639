//! The grant types that no client may use.

use super::members;
use crate::grant_type::GrantType;
use crate::policy::rule::Bound;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;

/// A set of known grant types that no client may use.
///
/// ```
/// use fapi::GrantType;
/// use fapi::policy::{Bound, ForbiddenGrants};
///
/// let without_passwords = ForbiddenGrants::of(&[GrantType::Password]);
/// assert!(without_passwords.admits(&GrantType::AuthorizationCode) && !without_passwords.admits(&GrantType::Password));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ForbiddenGrants(u32);

impl ForbiddenGrants {
    /// The set of these; grant types that this library does not know are left out.
    pub const fn of(grant_types: &[GrantType]) -> Self {
        let (mut bits, mut at) = (0, 0);
        while at < grant_types.len() {
            if let Some(place) = grant_types[at].place() {
                bits |= 1 << place;
            }
            at += 1;
        }
        Self(bits)
    }

    fn contains(self, grant_type: &GrantType) -> bool {
        grant_type.place().is_some_and(|place| self.0 & (1 << place) != 0)
    }

    fn iter(self) -> impl Iterator<Item = &'static GrantType> {
        GrantType::KNOWN.iter().filter(move |known| self.contains(known))
    }
}

impl Bound for ForbiddenGrants {
    type Input = GrantType;

    fn admits(self, grant_type: &GrantType) -> bool {
        !self.contains(grant_type)
    }

    fn meet(self, other: Self) -> Option<Self> {
        Some(Self(self.0 | other.0))
    }
}

impl fmt::Display for ForbiddenGrants {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.iter().map(GrantType::as_str).collect();
        write!(f, "never {}", names.join(", "))
    }
}

impl Serialize for ForbiddenGrants {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl<'de> Deserialize<'de> for ForbiddenGrants {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let forbidden = members::<GrantType, _>(deserializer)?;
        match forbidden.iter().find(|grant_type| grant_type.place().is_none()) {
            Some(unknown) => {
                Err(de::Error::invalid_value(de::Unexpected::Str(unknown.as_str()), &"a grant type that this library knows"))
            }
            None => Ok(Self::of(&forbidden)),
        }
    }
}
