//! The keys of the host: signing keys, decryption keys, and one secret from which the keys for MACs, sealing and nonces are derived.

mod decryption;
mod directory;
mod signing;

pub use decryption::DecryptionKey;
pub use signing::SigningKey;

use crate::private_file::{pem, private_directory, write_private};
use aws_lc_rs::aead::{AES_256_GCM, Aad, Nonce, RandomizedNonceKey};
use aws_lc_rs::{hkdf, hmac, rand};
use directory::{SECRET, key_file, read};
use fapi::jose::jwe::{self, Recipient};
use fapi::jose::{Algorithm, Jwk, KeyManagement};
use fapi::{KeyUse, Secret, ServerDecryptionKey, Unavailable};
use std::fmt;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// The signature algorithms of a new server, the preferred one first; those that its policy does not admit are left out. RS256 is
/// the algorithm of ID tokens for clients that register none, where FAPI is not in force.
pub const SIGNING_ALGORITHMS: [Algorithm; 4] = [Algorithm::ES256, Algorithm::PS256, Algorithm::EdDSA, Algorithm::RS256];

/// The algorithms of the decryption keys of a new server. Others encrypt request objects with them.
pub const DECRYPTION_ALGORITHMS: [KeyManagement; 2] = [KeyManagement::RsaOaep256, KeyManagement::EcdhEsA256Kw];

const SEAL_VERSION: u8 = 1;
const SEAL_CONTEXT: &[u8] = b"fapi-server sealed value 1";
const NONCE_LENGTH: usize = 12;

/// All keys of one server. `Debug` shows key identifiers only.
pub struct Keyring {
    signing: Vec<SigningKey>,
    decryption: Vec<DecryptionKey>,
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
        let mut decryption = vec![];
        for algorithm in DECRYPTION_ALGORITHMS {
            decryption.push(DecryptionKey::from_pkcs8(algorithm, &DecryptionKey::generate(algorithm)?)?);
        }
        Self::of(signing, decryption, &*fresh_secret()?)
    }

    /// Opens the keys in a directory: `ES256.pem`, `PS256.pem`, `EdDSA.pem` and `RS256.pem` (PKCS #8, without a password), which
    /// sign; further keys `ES256-NAME.pem` and so on, which are published only; `RSA-OAEP-256.pem` and so on, which decrypt, and
    /// `RSA-OAEP-256-NAME.pem`, which decrypt and are not published; and `secret.key`, 32 random octets. Missing files are generated
    /// for these signing algorithms and for [`DECRYPTION_ALGORITHMS`], readable by their owner only. Any other file, and a file that
    /// everybody can read, is an error.
    pub fn open(directory: &Path, algorithms: &[Algorithm]) -> Result<Self, KeyError> {
        private_directory(directory).map_err(KeyError::file(directory))?;
        let new = |name: &str, generate: &dyn Fn() -> Result<Zeroizing<Vec<u8>>, KeyError>| {
            let path = directory.join(key_file(name));
            if path.exists() {
                return Ok(());
            }
            write_private(&path, pem("PRIVATE KEY", &generate()?).as_bytes()).map_err(KeyError::file(&path))
        };
        for algorithm in algorithms.iter().copied() {
            new(algorithm.name(), &|| SigningKey::generate(algorithm))?;
        }
        for algorithm in DECRYPTION_ALGORITHMS {
            new(algorithm.name(), &|| DecryptionKey::generate(algorithm))?;
        }
        let path = directory.join(SECRET);
        if !path.exists() {
            write_private(&path, &*fresh_secret()?).map_err(KeyError::file(&path))?;
        }
        let found = read(directory);
        match (found.mistakes.into_iter().next(), found.secret) {
            (Some(mistake), _) => Err(mistake),
            (None, Some(secret)) => Self::of(found.signing, found.decryption, &secret),
            (None, None) => Err(KeyError::Unreadable(path, "was removed".into())),
        }
    }

    /// Every file in a directory that is no usable key. A directory that does not exist has none, and nothing is generated.
    pub(crate) fn mistakes(directory: &Path) -> Vec<KeyError> {
        read(directory).mistakes
    }

    fn of(signing: Vec<SigningKey>, decryption: Vec<DecryptionKey>, secret: &[u8]) -> Result<Self, KeyError> {
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
            decryption,
            mac: hmac::Key::new(hmac::HMAC_SHA256, &*derived("mac")?),
            nonces: hmac::Key::new(hmac::HMAC_SHA256, &*derived("nonces")?),
            seal: RandomizedNonceKey::new(&AES_256_GCM, &*derived("seal")?).map_err(|_| KeyError::Backend)?,
        })
    }

    /// The public halves of the signing keys, the preferred one first.
    pub fn public_keys(&self) -> Result<Vec<Jwk>, KeyError> {
        self.signing.iter().map(SigningKey::public_jwk).collect()
    }

    /// The public halves of the decryption keys.
    pub fn decryption_keys(&self) -> Result<Vec<ServerDecryptionKey>, KeyError> {
        self.decryption.iter().map(DecryptionKey::public).collect()
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
            KeyUse::Encrypt { recipient, header, input } => encrypted(Recipient::from(recipient), header, input),
            KeyUse::EncryptShared { key, header, input } => {
                encrypted(Recipient::Shared(&Secret::from(key.clone())), header, input)
            }
            KeyUse::Decrypt { key, input } => {
                let known = self.decryption.iter().find(|known| known.kid() == key).ok_or(Unavailable)?;
                // The library knows an empty answer as the one failure.
                Ok(known.decrypt(input).unwrap_or_default())
            }
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

/// A compact JWE for this recipient.
fn encrypted(recipient: Recipient<'_>, header: &str, input: &[u8]) -> Result<Vec<u8>, Unavailable> {
    let mut drawn = true;
    let jwe = jwe::encrypt(recipient, header, input, &mut |octets| drawn &= rand::fill(octets).is_ok());
    jwe.ok().filter(|_| drawn).map(String::into_bytes).ok_or(Unavailable)
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let decryption = self.decryption.iter().map(DecryptionKey::kid);
        f.debug_list().entries(self.signing.iter().map(SigningKey::kid).chain(decryption)).finish()
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
    fn what_is_encrypted_for_a_published_key_is_decrypted_and_nothing_else_is() {
        let keyring = Keyring::generate().unwrap();
        for key in keyring.decryption_keys().unwrap() {
            let (kid, alg) = (key.jwk.kid().unwrap().to_owned(), key.alg().unwrap());
            let header = format!(r#"{{"alg":"{alg}","enc":"A256GCM","kid":"{kid}"}}"#);
            let sent = KeyUse::Encrypt { recipient: key.jwk, header, input: b"request".to_vec() };
            let jwe = keyring.use_key(&sent).unwrap();
            let decrypt = |key: &str, input: &[u8]| keyring.use_key(&KeyUse::Decrypt { key: key.into(), input: input.to_vec() });
            assert_eq!(decrypt(&kid, &jwe).unwrap(), b"request");
            assert_eq!(decrypt(&kid, &jwe[..jwe.len() - 4]).unwrap(), b"", "a failure is an empty answer");
            assert_eq!(decrypt(&kid, b"no JWE").unwrap(), b"");
            assert_eq!(decrypt("other", &jwe), Err(Unavailable));
        }
    }

    #[test]
    fn debug_shows_key_identifiers_only() {
        let keyring = Keyring::generate().unwrap();
        assert_eq!(format!("{keyring:?}").matches('"').count(), 2 * (SIGNING_ALGORITHMS.len() + DECRYPTION_ALGORITHMS.len()));
    }
}
