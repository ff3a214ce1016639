//! Cryptographic primitives: the trait that a backend implements.
//!
//! The library only verifies: it computes digests and MACs and checks signatures. Signing and decryption are done by the host.

use std::fmt::Debug;

use rustls_pki_types::SignatureVerificationAlgorithm;

use super::{Algorithm, PublicKey};

pub use super::hash::Hash;

#[cfg(feature = "aws-lc-rs")]
mod aws_lc;

#[cfg(feature = "aws-lc-rs")]
pub use aws_lc::aws_lc;

/// The computations that a backend provides. Every function is pure, total and safe on input that a peer chose.
pub trait Primitives: Send + Sync + Debug {
    /// Returns the digest of `input`, of exactly [`Hash::length`] octets.
    fn digest(&self, hash: Hash, input: &[u8]) -> Vec<u8>;

    /// Returns the HMAC of `input` under `key`, of exactly [`Hash::length`] octets
    /// ([RFC 2104](https://www.rfc-editor.org/rfc/rfc2104)).
    fn mac(&self, hash: Hash, key: &[u8], input: &[u8]) -> Vec<u8>;

    /// Returns true if the backend can use the key: the point is on its curve, the modulus is in range. Called once, when a key
    /// is parsed ([RFC 7518 §6.2.1](https://www.rfc-editor.org/rfc/rfc7518#section-6.2.1)).
    fn accepts(&self, key: &PublicKey) -> bool;

    /// Returns true if `signature`, in JOSE form (raw `R || S` for ECDSA), is a valid signature by `key` over `message` with
    /// `algorithm`. Returns false for an algorithm that does not belong to the key and for MACs
    /// ([RFC 7518 §3](https://www.rfc-editor.org/rfc/rfc7518#section-3)).
    fn verify(&self, algorithm: Algorithm, key: &PublicKey, message: &[u8], signature: &[u8]) -> bool;

    /// Returns the signature algorithms that are accepted in certificate chains.
    fn certificate_algorithms(&self) -> &'static [&'static dyn SignatureVerificationAlgorithm];
}

/// Computes the SHA-256 digest of `input`.
pub fn sha256(primitives: &dyn Primitives, input: &[u8]) -> [u8; 32] {
    let digest = primitives.digest(Hash::Sha256, input);
    let mut octets = [0; 32];
    for (octet, computed) in octets.iter_mut().zip(digest) {
        *octet = computed;
    }
    octets
}

#[cfg(all(test, feature = "aws-lc-rs"))]
mod tests {
    use super::*;

    #[test]
    fn digests_and_macs_have_their_hash_length() {
        for hash in [Hash::Sha256, Hash::Sha384, Hash::Sha512] {
            assert_eq!(aws_lc().digest(hash, b"abc").len(), hash.length());
            assert_eq!(aws_lc().mac(hash, b"key", b"abc").len(), hash.length());
        }
    }

    #[test]
    fn sha256_is_sha256() {
        let empty = sha256(aws_lc(), b"");
        assert_eq!(crate::jose::base64url::encode(empty), "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU");
    }
}
