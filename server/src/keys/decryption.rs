//! Decryption keys.

use super::KeyError;
use aws_lc_rs::digest::{SHA256, digest};
use data_encoding::BASE64URL_NOPAD;
use fapi::jose::jwe::{self, decrypt};
use fapi::jose::{EncryptionKey, Jwe, KeyManagement};
use fapi::primitives::aws_lc;
use fapi::{ServerDecryptionKey, Timestamp};
use zeroize::Zeroizing;

/// A private decryption key and its key identifier.
pub struct DecryptionKey {
    kid: String,
    key: jwe::DecryptionKey,
    /// The key set lists it.
    pub(super) is_published: bool,
}

impl DecryptionKey {
    /// Generates a private key in PKCS #8: RSA of 2048 bits or P-256.
    pub fn generate(algorithm: KeyManagement) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        jwe::DecryptionKey::generate_pkcs8(algorithm).map_err(|_| KeyError::Unfit(algorithm.name()))
    }

    /// Reads a key for an algorithm with public keys; the key set lists it.
    pub fn from_pkcs8(algorithm: KeyManagement, der: &[u8]) -> Result<Self, KeyError> {
        let unfit = || KeyError::Unfit(algorithm.name());
        let key = jwe::DecryptionKey::from_pkcs8(algorithm, der).map_err(|_| unfit())?;
        let public = key.public_key().ok_or_else(unfit)?.to_json().with("alg", algorithm.name()).to_string();
        let kid = BASE64URL_NOPAD.encode(&digest(&SHA256, public.as_bytes()).as_ref()[..12]);
        Ok(Self { kid, key, is_published: true })
    }

    /// The key identifier, derived from the public key and its algorithm.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// The plaintext of a compact JWE; `None` if it is no JWE for this key, for whatever reason.
    pub fn decrypt(&self, compact: &[u8]) -> Option<Vec<u8>> {
        let jwe = Jwe::parse(std::str::from_utf8(compact).ok()?, aws_lc()).ok()?;
        decrypt(&jwe, &self.key).ok()
    }

    /// The public key. One that the key set does not list was listed before.
    pub(super) fn public(&self) -> Result<ServerDecryptionKey, KeyError> {
        let unfit = || KeyError::Unfit(self.key.alg().name());
        let public = self.key.public_key().ok_or_else(unfit)?.to_json();
        let public = public.with("kid", self.kid()).with("use", "enc").with("alg", self.key.alg().name());
        let key = ServerDecryptionKey::new(EncryptionKey::parse(&public, aws_lc()).map_err(|_| unfit())?);
        Ok(if self.is_published { key } else { key.unpublished_at(Timestamp::from_seconds(0)) })
    }
}
