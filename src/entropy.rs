//! Randomness is an argument: one seed per exchange, from which every handle of that exchange is derived.

use crate::primitives::{Hash, Primitives};
use data_encoding::BASE64URL_NOPAD;
use std::fmt;
use subtle::ConstantTimeEq;
use zeroize::Zeroize;

/// 32 fresh octets of the host's cryptographic random generator, used for one exchange only.
///
/// Everything that must be unpredictable (codes, `request_uri`s, tokens, `jti`s) is derived from them, so an exchange that is
/// run again with the same answers says the same bytes.
pub struct Entropy([u8; 32]);

impl Entropy {
    /// Takes the seed. The host draws it from a cryptographic generator (RFC 6749 §10.10: at least 128 bits; these are 256).
    pub const fn new(seed: [u8; 32]) -> Self {
        Self(seed)
    }

    /// An unguessable value of 256 bits for one use of this exchange.
    pub(crate) fn handle(&self, primitives: &dyn Primitives, label: &str) -> Handle {
        Handle(BASE64URL_NOPAD.encode(&primitives.mac(Hash::Sha256, &self.0, label.as_bytes())))
    }
}

impl Drop for Entropy {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl fmt::Debug for Entropy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Entropy(..)")
    }
}

/// A value that gives rights to who shows it. Stores keep its digest only.
#[derive(Clone)]
pub(crate) struct Handle(String);

impl Handle {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    pub(crate) fn digest(&self, primitives: &dyn Primitives) -> String {
        digest(primitives, self.0.as_bytes())
    }
}

/// What a store keeps in place of a handle: base64url of its SHA-256.
pub(crate) fn digest(primitives: &dyn Primitives, value: &[u8]) -> String {
    BASE64URL_NOPAD.encode(&primitives.digest(Hash::Sha256, value))
}

/// Whether two strings are equal, in a time that depends on their lengths only.
pub(crate) fn same(a: &str, b: &str) -> bool {
    a.as_bytes().ct_eq(b.as_bytes()).into()
}

macro_rules! cookies {
    ($($(#[$doc:meta])* $name:ident;)*) => { $(
        $(#[$doc])*
        #[derive(Clone)]
        pub struct $name(Handle);

        impl $name {
            /// The value as the browser sent it.
            pub fn new(value: impl Into<String>) -> Self {
                Self(Handle(value.into()))
            }

            /// The value for the cookie.
            pub fn as_str(&self) -> &str {
                self.0.as_str()
            }

            pub(crate) fn digest(&self, primitives: &dyn Primitives) -> String {
                self.0.digest(primitives)
            }

            /// Whether it can be one of ours: base64url of 256 bits.
            #[allow(dead_code, reason = "asked where a peer's value would be adopted")]
            pub(crate) fn is_well_formed(&self) -> bool {
                self.as_str().len() == 43 && BASE64URL_NOPAD.decode(self.as_str().as_bytes()).is_ok()
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer).map(Self::new)
            }
        }

        impl From<Handle> for $name {
            fn from(handle: Handle) -> Self {
                Self(handle)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(..)"))
            }
        }
    )* };
}

cookies! {
    /// Names a login session; a new one at every login.
    SessionHandle;
    /// Names a browser, so that an interaction is answered only where it began; outlives logins.
    BrowserHandle;
    /// Names an open interaction, in the address of its pages.
    InteractionId;
}
