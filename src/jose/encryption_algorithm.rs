//! The algorithms of JWE ([RFC 7518 §4.1](https://www.rfc-editor.org/rfc/rfc7518#section-4.1),
//! [§5.1](https://www.rfc-editor.org/rfc/rfc7518#section-5.1)).

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

macro_rules! algorithms {
    ($(#[$doc:meta])* $enum:ident, $what:literal, $($variant:ident $name:literal $variant_doc:literal)*) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum $enum {
            $(#[doc = $variant_doc] $variant,)*
        }

        impl $enum {
            /// Every algorithm.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// Returns the algorithm with this registered name, or `None` if it is not supported. Names are case-sensitive.
            pub fn parse(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|algorithm| algorithm.name() == name)
            }

            /// Returns the registered name.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }
        }

        impl fmt::Display for $enum {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.name())
            }
        }

        impl Serialize for $enum {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.name())
            }
        }

        impl<'de> Deserialize<'de> for $enum {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let name = std::borrow::Cow::<str>::deserialize(deserializer)?;
                Self::parse(&name).ok_or_else(|| de::Error::custom(concat!("not a known ", $what)))
            }
        }
    };
}

algorithms! {
    /// A key management algorithm, the `alg` of a JWE. RSA1_5 and passwords are not supported
    /// ([RFC 8725 §3.2](https://www.rfc-editor.org/rfc/rfc8725#section-3.2)). Non-exhaustive: the registry can grow.
    KeyManagement, "key management algorithm",
    RsaOaep "RSA-OAEP" "RSAES OAEP with SHA-1, which is sound there."
    RsaOaep256 "RSA-OAEP-256" "RSAES OAEP with SHA-256."
    RsaOaep384 "RSA-OAEP-384" "RSAES OAEP with SHA-384."
    RsaOaep512 "RSA-OAEP-512" "RSAES OAEP with SHA-512."
    EcdhEs "ECDH-ES" "Key agreement; its result is the content encryption key."
    EcdhEsA128Kw "ECDH-ES+A128KW" "Key agreement; its result wraps the content encryption key with AES-128."
    EcdhEsA192Kw "ECDH-ES+A192KW" "Key agreement; its result wraps the content encryption key with AES-192."
    EcdhEsA256Kw "ECDH-ES+A256KW" "Key agreement; its result wraps the content encryption key with AES-256."
    A128Kw "A128KW" "AES-128 key wrap under a shared key."
    A192Kw "A192KW" "AES-192 key wrap under a shared key."
    A256Kw "A256KW" "AES-256 key wrap under a shared key."
    A128GcmKw "A128GCMKW" "AES-128-GCM under a shared key."
    A192GcmKw "A192GCMKW" "AES-192-GCM under a shared key."
    A256GcmKw "A256GCMKW" "AES-256-GCM under a shared key."
    Dir "dir" "The shared key is the content encryption key."
}

impl KeyManagement {
    /// Every algorithm whose recipient has a public key.
    pub const ASYMMETRIC: &[Self] = Self::ALL.split_at(8).0;

    /// Returns true if its key is a secret shared by both sides.
    pub const fn is_symmetric(self) -> bool {
        self.kind_of_key().is_none()
    }

    /// Returns true if the JWE has no encrypted key, because the content encryption key is shared or agreed upon
    /// ([RFC 7516 §5.2](https://www.rfc-editor.org/rfc/rfc7516#section-5.2), step 10).
    pub const fn is_direct(self) -> bool {
        matches!(self, Self::EcdhEs | Self::Dir)
    }

    /// Returns true if both sides agree on a key with an ephemeral one
    /// ([RFC 7518 §4.6](https://www.rfc-editor.org/rfc/rfc7518#section-4.6)).
    pub const fn agrees(self) -> bool {
        matches!(self.kind_of_key(), Some(Kind::Agreement))
    }

    /// Returns true if the header carries the parameters of AES-GCM
    /// ([RFC 7518 §4.7.1](https://www.rfc-editor.org/rfc/rfc7518#section-4.7.1)).
    pub const fn wraps_with_gcm(self) -> bool {
        matches!(self, Self::A128GcmKw | Self::A192GcmKw | Self::A256GcmKw)
    }

    /// Returns the length of the key that wraps the content encryption key, in octets, if AES wraps it.
    pub const fn wrapping_length(self) -> Option<usize> {
        match self {
            Self::EcdhEsA128Kw | Self::A128Kw | Self::A128GcmKw => Some(16),
            Self::EcdhEsA192Kw | Self::A192Kw | Self::A192GcmKw => Some(24),
            Self::EcdhEsA256Kw | Self::A256Kw | Self::A256GcmKw => Some(32),
            _ => None,
        }
    }

    const fn kind_of_key(self) -> Option<Kind> {
        match self {
            Self::RsaOaep | Self::RsaOaep256 | Self::RsaOaep384 | Self::RsaOaep512 => Some(Kind::Rsa),
            Self::EcdhEs | Self::EcdhEsA128Kw | Self::EcdhEsA192Kw | Self::EcdhEsA256Kw => Some(Kind::Agreement),
            _ => None,
        }
    }
}

/// The kinds of public keys.
enum Kind {
    Rsa,
    Agreement,
}

algorithms! {
    /// A content encryption algorithm, the `enc` of a JWE. Non-exhaustive: the registry can grow.
    ContentEncryption, "content encryption algorithm",
    A128Gcm "A128GCM" "AES-128-GCM."
    A192Gcm "A192GCM" "AES-192-GCM."
    A256Gcm "A256GCM" "AES-256-GCM."
    A128CbcHs256 "A128CBC-HS256" "AES-128-CBC with HMAC-SHA-256."
    A192CbcHs384 "A192CBC-HS384" "AES-192-CBC with HMAC-SHA-384."
    A256CbcHs512 "A256CBC-HS512" "AES-256-CBC with HMAC-SHA-512."
}

impl ContentEncryption {
    /// Returns true if this is AES-GCM.
    pub const fn is_gcm(self) -> bool {
        matches!(self, Self::A128Gcm | Self::A192Gcm | Self::A256Gcm)
    }

    /// Returns the length of the content encryption key, in octets.
    pub const fn key_length(self) -> usize {
        match self {
            Self::A128Gcm => 16,
            Self::A192Gcm => 24,
            Self::A256Gcm | Self::A128CbcHs256 => 32,
            Self::A192CbcHs384 => 48,
            Self::A256CbcHs512 => 64,
        }
    }

    /// Returns the length of the initialization vector, in octets.
    pub const fn iv_length(self) -> usize {
        if self.is_gcm() { GCM_IV } else { AES_BLOCK }
    }

    /// Returns the length of the authentication tag, in octets.
    pub const fn tag_length(self) -> usize {
        if self.is_gcm() { GCM_TAG } else { self.key_length() / 2 }
    }
}

/// The length of the initialization vector of AES-GCM, in octets.
pub(super) const GCM_IV: usize = 12;
/// The length of the tag of AES-GCM, in octets.
pub(super) const GCM_TAG: usize = 16;
/// The length of a block of AES, in octets.
pub(super) const AES_BLOCK: usize = 16;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_back_and_case_counts() {
        for &alg in KeyManagement::ALL {
            assert_eq!(KeyManagement::parse(alg.name()), Some(alg));
            assert_eq!(serde_json::from_value::<KeyManagement>(serde_json::json!(alg)).ok(), Some(alg));
        }
        for &enc in ContentEncryption::ALL {
            assert_eq!(ContentEncryption::parse(enc.name()), Some(enc));
            assert_eq!(serde_json::from_value::<ContentEncryption>(serde_json::json!(enc)).ok(), Some(enc));
        }
        for refused in ["RSA1_5", "PBES2-HS256+A128KW", "rsa-oaep", "DIR", "", "A128GCM", "none"] {
            assert_eq!(KeyManagement::parse(refused), None, "{refused}");
        }
        assert_eq!(ContentEncryption::parse("a128gcm"), None);
    }

    #[test]
    fn half_of_them_take_public_keys() {
        for &alg in KeyManagement::ALL {
            assert_eq!(KeyManagement::ASYMMETRIC.contains(&alg), !alg.is_symmetric(), "{alg}");
            assert_eq!(alg.agrees(), alg.name().starts_with("ECDH-ES"), "{alg}");
            assert_eq!(alg.wrapping_length().is_some(), alg.name().ends_with("KW"), "{alg}");
        }
    }
}
