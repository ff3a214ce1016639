//! JOSE, limited to verification: JSON, keys, signatures and claims, strict where the specifications leave a choice.
//!
//! Everything here processes input from a peer: it never panics, never follows a reference (`jku`, `x5u`) and never trusts a
//! key that came with the message it signs.

pub mod algorithm;
pub mod base64url;
pub mod encryption_key;
pub mod error;
mod half_hash;
mod hash;
pub mod json;
pub mod jwk;
pub mod jwk_set;
pub mod jws;
pub mod jwt;
pub mod primitives;
pub mod public_key;
mod thumbprint;

pub use algorithm::{Algorithm, Algorithms};
pub use encryption_key::EncryptionKey;
pub use error::{JoseError, JwkError, JwkSetError};
pub use json::{Json, JsonError, Object};
pub use jwk::Jwk;
pub use jwk_set::{JwkSet, SkippedKey};
pub use jws::{Header, Jws};
pub use jwt::{Audience, ClaimError, Claims, NumericDate};
pub use public_key::{Curve, EcKey, Ed25519Key, PublicKey, RsaKey};
