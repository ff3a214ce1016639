//! The keys of the host: signing keys, and one secret from which the keys for MACs, sealing and nonces are derived.

mod directory;
mod signing;

pub use signing::SigningKey;

use crate::private_file::{pem, private_directory, write_private};
use aws_lc_rs::aead::{AES_256_GCM, Aad, Nonce, RandomizedNonceKey};
use aws_lc_rs::{hkdf, hmac, rand};
use directory::{SECRET, read, signing_file};
use fapi::jose::{Algorithm, Jwk};
use fapi::{KeyUse, Unavailable};
use std::fmt;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// The signature algorithms of a new server, the preferred one first; those that its policy does not admit are left out. RS256 is
/// the algorithm of ID tokens for clients that register none, where FAPI is not in force.
pub const SIGNING_ALGORITHMS: [Algorithm; 4] = [Algorithm::ES256, Algorithm::PS256, Algorithm::EdDSA, Algorithm::RS256];

const SEAL_VERSION: u8 = 1;
const SEAL_CONTEXT: &[u8] = b"fapi-server sealed value 1";
const NONCE_LENGTH: usize = 12;

/// All keys of one server. `Debug` shows key identifiers only.
pub struct Keyring {
    signing: Vec<SigningKey>,
    mac: hmac::Key,
    nonces: hmac::Key,
    seal: RandomizedNonceKey,
}

impl Keyring {
    /// Generates keys in memory.
    pub fn generate() -> Result<Self, KeyError> {
        let mut signing = vec![];
        for algorithm in SIGNING_ALGORITHMS {
            signing.push(SigningKey::from_pkcs8(algorithm, &SigningKey::generate(algorithm)?)?);
        }
        Self::of(signing, &*fresh_secret()?)
    }

    /// Opens the keys in a directory: `ES256.pem`, `PS256.pem`, `EdDSA.pem` and `RS256.pem` (PKCS #8, without a password), which
    /// sign; further keys `ES256-NAME.pem` and so on, which are published only; and `secret.key`, 32 random octets. Missing files
    /// are generated for these algorithms, readable by their owner only. Any other file, and a file that everybody can read, is an
    /// error.
    pub fn open(directory: &Path, algorithms: &[Algorithm]) -> Result<Self, KeyError> {
        private_directory(directory).map_err(KeyError::file(directory))?;
        for algorithm in algorithms.iter().copied() {
            let path = directory.join(signing_file(algorithm));
            if !path.exists() {
                let generated = pem("PRIVATE KEY", &SigningKey::generate(algorithm)?);
                write_private(&path, generated.as_bytes()).map_err(KeyError::file(&path))?;
            }
        }
        let path = directory.join(SECRET);
        if !path.exists() {
            write_private(&path, &*fresh_secret()?).map_err(KeyError::file(&path))?;
        }
        let found = read(directory);
        match (found.mistakes.into_iter().next(), found.secret) {
            (Some(mistake), _) => Err(mistake),
            (None, Some(secret)) => Self::of(found.signing, &secret),
            (None, None) => Err(KeyError::Unreadable(path, "was removed".into())),
        }
    }

    /// Every file in a directory that is no usable key. A directory that does not exist has none, and nothing is generated.
    pub(crate) fn mistakes(directory: &Path) -> Vec<KeyError> {
        read(directory).mistakes
    }

    fn of(signing: Vec<SigningKey>, secret: &[u8]) -> Result<Self, KeyError> {
        let derived = |label: &'static str| -> Result<Zeroizing<[u8; 32]>, KeyError> {
            let mut key = Zeroizing::new([0; 32]);
            let info = [label.as_bytes()];
            let extracted = hkdf::Salt::new(hkdf::HKDF_SHA256, b"fapi-server").extract(secret);
            let okm = extracted.expand(&info, hkdf::HKDF_SHA256).map_err(|_| KeyError::Backend)?;
            okm.fill(&mut *key).map_err(|_| KeyError::Backend)?;
            Ok(key)
        };
        Ok(Self {
            signing,
            mac: hmac::Key::new(hmac::HMAC_SHA256, &*derived("mac")?),
            nonces: hmac::Key::new(hmac::HMAC_SHA256, &*derived("nonces")?),
            seal: RandomizedNonceKey::new(&AES_256_GCM, &*derived("seal")?).map_err(|_| KeyError::Backend)?,
        })
    }

    /// The public halves of the signing keys, the preferred one first.
    pub fn public_keys(&self) -> Result<Vec<Jwk>, KeyError> {
        self.signing.iter().map(SigningKey::public_jwk).collect()
    }

    /// Answers a step of an exchange; `Unavailable` for unknown keys and uses.
    pub fn use_key(&self, key_use: &KeyUse) -> Result<Vec<u8>, Unavailable> {
        match key_use {
            KeyUse::Sign { key, algorithm, input } => {
                let known = self.signing.iter().find(|known| known.kid() == key).ok_or(Unavailable)?;
                known.sign(*algorithm, input).ok_or(Unavailable)
            }
            KeyUse::Mac { input } => Ok(hmac::sign(&self.mac, input).as_ref().to_vec()),
            KeyUse::Seal { input } => self.seal(input).ok_or(Unavailable),
            KeyUse::Open { input } => self.open_sealed(input).ok_or(Unavailable),
            _ => Err(Unavailable),
        }
    }

    /// A value for DPoP nonces that cannot be predicted without the secret.
    pub(crate) fn nonce(&self, input: &[u8]) -> hmac::Tag {
        hmac::sign(&self.nonces, input)
    }

    /// `version || nonce || ciphertext || tag`.
    fn seal(&self, input: &[u8]) -> Option<Vec<u8>> {
        let mut text = input.to_vec();
        let nonce = self.seal.seal_in_place_append_tag(Aad::from(SEAL_CONTEXT), &mut text).ok()?;
        let mut sealed = vec![SEAL_VERSION];
        sealed.extend_from_slice(nonce.as_ref());
        sealed.append(&mut text);
        Some(sealed)
    }

    fn open_sealed(&self, sealed: &[u8]) -> Option<Vec<u8>> {
        let sealed = sealed.strip_prefix(&[SEAL_VERSION])?;
        let (nonce, text) = sealed.split_at_checked(NONCE_LENGTH)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let mut text = text.to_vec();
        let length = self.seal.open_in_place(nonce, Aad::from(SEAL_CONTEXT), &mut text).ok()?.len();
        text.truncate(length);
        Some(text)
    }
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.signing.iter().map(SigningKey::kid)).finish()
    }
}

/// Reasons for which keys cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// A file or directory cannot be read or written.
    #[error("{}: cannot be used: {}", .0.display(), .1)]
    File(PathBuf, std::io::Error),
    /// A file has the wrong content.
    #[error("{}: {}", .0.display(), .1)]
    Unreadable(PathBuf, String),
    /// A key does not fit its algorithm.
    #[error("not a usable {0} key")]
    Unfit(&'static str),
    /// The cryptographic backend failed.
    #[error("the cryptographic backend failed")]
    Backend,
}

impl KeyError {
    fn file(path: &Path) -> impl FnOnce(std::io::Error) -> Self + '_ {
        |error| Self::File(path.to_owned(), error)
    }
}

/// 32 octets of the operating system's randomness.
pub(crate) fn fresh_secret() -> Result<Zeroizing<[u8; 32]>, KeyError> {
    let mut secret = Zeroizing::new([0; 32]);
    rand::fill(&mut *secret).map_err(|_| KeyError::Backend)?;
    Ok(secret)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_value_opens_and_an_altered_one_does_not() {
        let keyring = Keyring::generate().unwrap();
        let sealed = keyring.use_key(&KeyUse::Seal { input: b"secret".to_vec() }).unwrap();
        let again = keyring.use_key(&KeyUse::Seal { input: b"secret".to_vec() }).unwrap();
        assert_ne!(sealed, again, "every sealed value has a nonce of its own");
        assert_eq!(keyring.use_key(&KeyUse::Open { input: sealed.clone() }).unwrap(), b"secret");
        for index in 0..sealed.len() {
            let mut altered = sealed.clone();
            altered[index] ^= 1;
            assert_eq!(keyring.use_key(&KeyUse::Open { input: altered }), Err(Unavailable));
        }
        for length in 0..sealed.len() {
            assert_eq!(keyring.use_key(&KeyUse::Open { input: sealed[..length].to_vec() }), Err(Unavailable));
        }
        assert_eq!(Keyring::generate().unwrap().use_key(&KeyUse::Open { input: sealed }), Err(Unavailable));
    }

    #[test]
    fn debug_shows_key_identifiers_only() {
        let keyring = Keyring::generate().unwrap();
        assert_eq!(format!("{keyring:?}").matches('"').count(), 2 * SIGNING_ALGORITHMS.len());
    }
}
