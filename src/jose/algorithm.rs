//! Signature algorithms and sets of them.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::hash::Hash;

macro_rules! algorithms {
    ($($variant:ident $name:literal $hash:ident $doc:literal)*) => {
        /// A JWS signature algorithm that the library can verify. `none` is not supported
        /// ([RFC 7518 §3.1](https://www.rfc-editor.org/rfc/rfc7518#section-3.1)). Non-exhaustive: the registry can grow.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Algorithm {
            $(#[doc = $doc] $variant,)*
        }

        impl Algorithm {
            const ALL: &[Self] = &[$(Self::$variant),*];

            /// Returns the algorithm with this registered name, or `None` if it is not supported. Names are case-sensitive
            /// ([RFC 7515 §4.1.1](https://www.rfc-editor.org/rfc/rfc7515#section-4.1.1)).
            pub fn parse(name: &str) -> Option<Self> {
                match name {
                    $($name => Some(Self::$variant),)*
                    _ => None,
                }
            }

            /// Returns the registered name.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }

            /// Returns the hash function of the algorithm, which `at_hash`, `c_hash` and `s_hash` use as well
            /// ([OIDC Core §3.1.3.6](https://openid.net/specs/openid-connect-core-1_0.html#CodeIDToken)).
            pub const fn hash(self) -> Hash {
                match self {
                    $(Self::$variant => Hash::$hash,)*
                }
            }
        }
    };
}

algorithms! {
    ES256 "ES256" Sha256 "ECDSA on P-256 with SHA-256."
    ES384 "ES384" Sha384 "ECDSA on P-384 with SHA-384."
    ES512 "ES512" Sha512 "ECDSA on P-521 with SHA-512."
    PS256 "PS256" Sha256 "RSASSA-PSS with SHA-256."
    PS384 "PS384" Sha384 "RSASSA-PSS with SHA-384."
    PS512 "PS512" Sha512 "RSASSA-PSS with SHA-512."
    RS256 "RS256" Sha256 "RSASSA-PKCS1-v1_5 with SHA-256."
    RS384 "RS384" Sha384 "RSASSA-PKCS1-v1_5 with SHA-384."
    RS512 "RS512" Sha512 "RSASSA-PKCS1-v1_5 with SHA-512."
    EdDSA "EdDSA" Sha512 "EdDSA, with Ed25519 keys only ([RFC 8037](https://www.rfc-editor.org/rfc/rfc8037#section-3.1))."
    Ed25519 "Ed25519" Sha512 "Ed25519 as fully specified ([RFC 9864](https://www.rfc-editor.org/rfc/rfc9864#section-2.2))."
    HS256 "HS256" Sha256 "HMAC with SHA-256."
    HS384 "HS384" Sha384 "HMAC with SHA-384."
    HS512 "HS512" Sha512 "HMAC with SHA-512."
}

impl Algorithm {
    /// Returns true if its key is a secret shared by both sides.
    pub const fn is_symmetric(self) -> bool {
        matches!(self, Self::HS256 | Self::HS384 | Self::HS512)
    }

    /// Returns true if both names denote the same computation, as `EdDSA` with an Ed25519 key and `Ed25519` do.
    pub(crate) fn is_synonym_of(self, other: Self) -> bool {
        let ed25519 = |algorithm| matches!(algorithm, Self::EdDSA | Self::Ed25519);
        self == other || ed25519(self) && ed25519(other)
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Serialize for Algorithm {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for Algorithm {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = std::borrow::Cow::<str>::deserialize(deserializer)?;
        Self::parse(&name).ok_or_else(|| de::Error::custom("not a known signature algorithm"))
    }
}

/// A set of algorithms, such as the allow-list that every verification requires
/// ([RFC 8725 §3.1](https://www.rfc-editor.org/rfc/rfc8725#section-3.1)).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Algorithms(u32);

impl Algorithms {
    /// The empty set.
    pub const NONE: Self = Self(0);

    /// Every algorithm that uses a public key.
    pub const ALL_ASYMMETRIC: Self = Self::of(&[
        Algorithm::ES256,
        Algorithm::ES384,
        Algorithm::ES512,
        Algorithm::PS256,
        Algorithm::PS384,
        Algorithm::PS512,
        Algorithm::RS256,
        Algorithm::RS384,
        Algorithm::RS512,
        Algorithm::EdDSA,
        Algorithm::Ed25519,
    ]);

    /// Every algorithm that uses a shared secret.
    pub const ALL_SYMMETRIC: Self = Self::of(&[Algorithm::HS256, Algorithm::HS384, Algorithm::HS512]);

    /// Creates a set with these members.
    pub const fn of(members: &[Algorithm]) -> Self {
        let mut bits = 0;
        let mut at = 0;
        while at < members.len() {
            bits |= 1 << members[at] as u32;
            at += 1;
        }
        Self(bits)
    }

    /// Returns true if the set contains `algorithm`.
    pub const fn contains(self, algorithm: Algorithm) -> bool {
        self.0 & (1 << algorithm as u32) != 0
    }

    /// Returns the algorithms that are in both sets.
    #[must_use]
    pub const fn intersection(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Returns the algorithms that are in at least one of the two sets.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Returns true if `other` contains every member of this set.
    pub const fn is_subset(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }

    /// Returns true if the set has no members.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Iterates over the members in the order in which [`Algorithm`] declares them.
    pub fn iter(self) -> impl Iterator<Item = Algorithm> {
        Algorithm::ALL.iter().copied().filter(move |&algorithm| self.contains(algorithm))
    }
}

impl FromIterator<Algorithm> for Algorithms {
    fn from_iter<I: IntoIterator<Item = Algorithm>>(members: I) -> Self {
        members.into_iter().fold(Self::NONE, |set, algorithm| set.union(Self::of(&[algorithm])))
    }
}

impl fmt::Debug for Algorithms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

impl Serialize for Algorithms {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl<'de> Deserialize<'de> for Algorithms {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Vec::<Algorithm>::deserialize(deserializer)?.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_back_and_case_counts() {
        for &algorithm in Algorithm::ALL {
            assert_eq!(Algorithm::parse(algorithm.name()), Some(algorithm));
            assert_eq!(Algorithm::parse(&algorithm.name().to_lowercase()), None);
        }
        for refused in ["none", "", "ES256K", "RSA-OAEP", "Ed448"] {
            assert_eq!(Algorithm::parse(refused), None);
        }
    }

    #[test]
    fn every_algorithm_is_in_exactly_one_half() {
        for &algorithm in Algorithm::ALL {
            assert_eq!(Algorithms::ALL_SYMMETRIC.contains(algorithm), algorithm.is_symmetric());
            assert_eq!(Algorithms::ALL_ASYMMETRIC.contains(algorithm), !algorithm.is_symmetric());
        }
    }

    #[test]
    fn only_the_two_names_of_ed25519_are_synonyms() {
        use Algorithm::{ES256, Ed25519, EdDSA};
        assert!(EdDSA.is_synonym_of(Ed25519) && Ed25519.is_synonym_of(EdDSA) && ES256.is_synonym_of(ES256));
        assert!(!EdDSA.is_synonym_of(ES256) && !ES256.is_synonym_of(Ed25519) && !ES256.is_synonym_of(Algorithm::ES384));
    }

    #[test]
    fn a_set_is_written_and_read_as_a_list_of_names() -> Result<(), serde_json::Error> {
        let set = Algorithms::of(&[Algorithm::PS256, Algorithm::ES256]);
        assert_eq!(serde_json::to_string(&set)?, r#"["ES256","PS256"]"#);
        assert_eq!(serde_json::from_str::<Algorithms>(r#"["PS256","ES256","PS256"]"#)?, set);
        assert!(serde_json::from_str::<Algorithms>(r#"["PS256","none"]"#).is_err());
        assert_eq!([Algorithm::ES256, Algorithm::PS256].into_iter().collect::<Algorithms>(), set);
        assert_eq!(set.iter().map(|algorithm| algorithm.to_string()).collect::<Vec<_>>(), ["ES256", "PS256"]);
        Ok(())
    }

    #[test]
    fn sets_are_sets() {
        let (one, other) =
            (Algorithms::of(&[Algorithm::PS256, Algorithm::ES256]), Algorithms::of(&[Algorithm::ES256, Algorithm::EdDSA]));
        assert_eq!(one.intersection(other), Algorithms::of(&[Algorithm::ES256]));
        assert_eq!(one.union(other), Algorithms::of(&[Algorithm::PS256, Algorithm::ES256, Algorithm::EdDSA]));
        assert_eq!(one.intersection(one), one);
        assert_eq!(one.union(one), one);
        assert!(one.is_subset(one) && one.is_subset(one.union(other)) && Algorithms::NONE.is_subset(one));
        assert!(!one.is_subset(other) && !one.is_subset(Algorithms::NONE));
        assert!(Algorithms::NONE.is_empty() && !one.is_empty());
        assert!(one.contains(Algorithm::PS256) && !one.contains(Algorithm::EdDSA));
    }

    #[test]
    fn a_set_shows_its_names() {
        let set = Algorithms::of(&[Algorithm::PS256, Algorithm::ES256]);
        assert_eq!(format!("{set:?}"), "{ES256, PS256}");
        assert!(set.intersection(Algorithms::ALL_SYMMETRIC).is_empty());
    }
}
