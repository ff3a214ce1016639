//! The directory of the keys: every file in it is a key that can be used, or a mistake.
//!
//! `ES256.pem`, `PS256.pem`, `EdDSA.pem` and `RS256.pem` sign, the last only where FAPI is not in force; `ES256-NAME.pem` and so on
//! are published beside them, before and after a rotation. `secret.key` is 32 random octets. Names that begin with a period are left
//! alone.

use super::{KeyError, SIGNING_ALGORITHMS, SigningKey};
use crate::private_file::{permissions, private_key_der};
use fapi::jose::Algorithm;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// The file of the secret from which the other keys are derived.
pub(super) const SECRET: &str = "secret.key";
/// Its length in octets.
const SECRET_LENGTH: usize = 32;

/// The keys in a directory.
#[derive(Default)]
pub(super) struct Found {
    /// The signing keys: by algorithm, the one that signs first, then the others by name.
    pub(super) signing: Vec<SigningKey>,
    /// The secret, if its file exists.
    pub(super) secret: Option<Zeroizing<Vec<u8>>>,
    /// Every file that is no usable key.
    pub(super) mistakes: Vec<KeyError>,
}

/// Reads every file of a directory; one that does not exist is empty.
pub(super) fn read(directory: &Path) -> Found {
    let mut found = Found::default();
    let entries = match fs::read_dir(directory).and_then(Iterator::collect::<Result<Vec<_>, _>>) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return found,
        Err(error) => {
            found.mistakes.push(KeyError::File(directory.to_owned(), error));
            return found;
        }
    };
    let mut names: Vec<_> = entries.iter().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.retain(|name| !name.starts_with('.'));
    names.sort_by_key(|name| (rank(name), name.clone()));
    let mut kids: Vec<(String, String)> = vec![];
    for name in names {
        let path = directory.join(&name);
        match (algorithm_of(&name), &*name) {
            (Some(algorithm), _) => match signing_key(algorithm, &path) {
                Ok(key) => match kids.iter().find(|(kid, _)| kid == key.kid()) {
                    Some((_, first)) => {
                        found.mistakes.push(KeyError::Unreadable(path, format!("holds the same key as {first}")));
                    }
                    None => {
                        kids.push((key.kid().to_owned(), name));
                        found.signing.push(key);
                    }
                },
                Err(mistake) => found.mistakes.push(mistake),
            },
            (None, SECRET) => match secret(&path) {
                Ok(secret) => found.secret = Some(secret),
                Err(mistake) => found.mistakes.push(mistake),
            },
            _ => found.mistakes.push(KeyError::Unreadable(path, expected_names())),
        }
    }
    found
}

/// The file of the key that signs with this algorithm.
pub(super) fn signing_file(algorithm: Algorithm) -> String {
    format!("{}.pem", algorithm.name())
}

/// The algorithm of a file that is named `ALGORITHM.pem` or `ALGORITHM-NAME.pem`.
fn algorithm_of(name: &str) -> Option<Algorithm> {
    let stem = name.strip_suffix(".pem")?;
    let named = stem.split_once('-').map_or(stem, |(algorithm, _)| algorithm);
    SIGNING_ALGORITHMS.into_iter().find(|algorithm| algorithm.name() == named)
}

/// The order of the files: by algorithm, and before the others of an algorithm the one that signs.
fn rank(name: &str) -> (usize, bool) {
    let place = |algorithm| SIGNING_ALGORITHMS.iter().position(|known| *known == algorithm);
    (algorithm_of(name).and_then(place).unwrap_or(usize::MAX), name.contains('-'))
}

fn expected_names() -> String {
    let name = |algorithm: Algorithm| format!("{0}.pem or {0}-NAME.pem", algorithm.name());
    let names: Vec<_> = SIGNING_ALGORITHMS.into_iter().map(name).collect();
    format!("is not named like a key; expected {}, or {SECRET}", names.join(", "))
}

fn signing_key(algorithm: Algorithm, path: &Path) -> Result<SigningKey, KeyError> {
    let der = private_key_der(path).map_err(|reason| KeyError::Unreadable(path.to_owned(), reason))?;
    SigningKey::from_pkcs8(algorithm, der.secret_pkcs8_der()).map_err(|_| {
        let fits = |other: &Algorithm| SigningKey::from_pkcs8(*other, der.secret_pkcs8_der()).is_ok();
        let expected = match algorithm {
            Algorithm::ES256 => "a key of the curve P-256",
            Algorithm::EdDSA => "a key of the curve Ed25519",
            _ => "an RSA key of 2048 to 8192 bits",
        };
        let found = SIGNING_ALGORITHMS.into_iter().find(fits).map(|other| format!(", found one for {}", other.name()));
        KeyError::Unreadable(path.to_owned(), format!("expected {expected}{}", found.unwrap_or_default()))
    })
}

fn secret(path: &Path) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    permissions(path).map_err(|reason| KeyError::Unreadable(path.to_owned(), reason))?;
    let secret = Zeroizing::new(fs::read(path).map_err(KeyError::file(path))?);
    if secret.len() == SECRET_LENGTH {
        return Ok(secret);
    }
    let text = format!("expected {SECRET_LENGTH} random octets, found {}", secret.len());
    Err(KeyError::Unreadable(PathBuf::from(path), text))
}
