//! Randomness is an argument: each exchange gets one seed, from which all of its handles are derived.

use crate::primitives::{Hash, Primitives};
use data_encoding::BASE64URL_NOPAD;
use std::fmt;
use subtle::ConstantTimeEq;
use zeroize::Zeroize;

/// 32 fresh octets from the host's cryptographic random generator, for one exchange only.
///
/// Everything that must be unpredictable (codes, `request_uri`s, tokens, `jti`s) is derived from them. An exchange that is run
/// again with the same answers therefore produces the same bytes.
pub struct Entropy([u8; 32]);

impl Entropy {
    /// Takes the seed. The host draws it from a cryptographic generator. (RFC 6749 §10.10 requires 128 bits; the seed has 256.)
    pub const fn new(seed: [u8; 32]) -> Self {
        Self(seed)
    }

    /// Derives an unguessable value of 256 bits for one purpose of this exchange.
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

/// A value that grants rights to whichever party presents it. Stores keep only its digest.
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

/// Returns the form in which stores keep a handle: base64url of its SHA-256.
pub(crate) fn digest(primitives: &dyn Primitives, value: &[u8]) -> String {
    BASE64URL_NOPAD.encode(&primitives.digest(Hash::Sha256, value))
}

/// Compares two strings in a time that depends only on their lengths.
pub(crate) fn same(a: &str, b: &str) -> bool {
    a.as_bytes().ct_eq(b.as_bytes()).into()
}

macro_rules! cookies {
    ($($(#[$doc:meta])* $name:ident;)*) => { $(
        $(#[$doc])*
        #[derive(Clone)]
        pub struct $name(Handle);

        impl $name {
            /// Takes the value as the browser sent it.
            pub fn new(value: impl Into<String>) -> Self {
                Self(Handle(value.into()))
            }

            /// Returns the value for the cookie.
            pub fn as_str(&self) -> &str {
                self.0.as_str()
            }

            pub(crate) fn digest(&self, primitives: &dyn Primitives) -> String {
                self.0.digest(primitives)
            }

            /// Returns true if the value has the form of one that this library made: base64url of 256 bits.
            #[allow(dead_code, reason = "needed only for types whose value may be adopted from a peer")]
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
    /// Identifies a login session. Every login gets a new one.
    SessionHandle;
    /// Identifies a browser, so that an interaction can be answered only in the browser where it began. It outlives logins.
    BrowserHandle;
    /// Identifies an open interaction, as part of the address of its pages.
    InteractionId;
}
