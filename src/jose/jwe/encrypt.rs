//! Encryption in memory, over `aws-lc-rs`.

use aws_lc_rs::error::Unspecified;
use aws_lc_rs::rsa::{OaepPublicEncryptingKey, PublicEncryptingKey};
use thiserror::Error;
use zeroize::Zeroizing;

use super::agreement::{Context, ephemeral};
use super::content::{seal, seal_gcm};
use super::decryption_key::{fits_length, oaep};
use super::spki;
use super::wrap::wrap;
use crate::jose::encryption_algorithm::GCM_IV;
use crate::jose::{ContentEncryption, EncryptionKey, Json, KeyManagement, Object, RecipientKey, base64url};
use crate::secret::Secret;

/// Whom a message is encrypted for.
#[derive(Debug, Clone, Copy)]
pub enum Recipient<'a> {
    /// The owner of this public key.
    Public(&'a EncryptionKey),
    /// Everybody who shares this key, whose length must be the one that the algorithm demands.
    Shared(&'a Secret),
}

impl<'a> From<&'a EncryptionKey> for Recipient<'a> {
    fn from(key: &'a EncryptionKey) -> Self {
        Self::Public(key)
    }
}

/// Encrypts the plaintext; the result is a compact JWE ([RFC 7516 §5.1](https://www.rfc-editor.org/rfc/rfc7516#section-5.1)).
///
/// The header, a JSON object, names `alg` and `enc`; the parameters of the key management algorithm are appended to it. Keys and
/// initialization vectors are drawn with `fill_random`, which must fill its argument with octets from a cryptographically secure
/// generator; `aws-lc-rs` draws only the seed of OAEP itself. Nothing is compressed
/// ([RFC 8725 §3.6](https://www.rfc-editor.org/rfc/rfc8725#section-3.6)).
pub fn encrypt(
    recipient: Recipient<'_>,
    header: &str,
    plaintext: &[u8],
    fill_random: &mut dyn FnMut(&mut [u8]),
) -> Result<String, EncryptionFailed> {
    let mut header = Object::parse(header.as_bytes()).map_err(|_| EncryptionFailed::Header)?;
    let text = |name| header.get(name).and_then(Json::as_str);
    let alg = text("alg").and_then(KeyManagement::parse).ok_or(EncryptionFailed::Header)?;
    let enc = text("enc").and_then(ContentEncryption::parse).ok_or(EncryptionFailed::Header)?;
    if NOT_OURS.iter().any(|name| header.contains(name)) {
        return Err(EncryptionFailed::Header);
    }
    let (random, iv) = (drawn(enc.key_length(), fill_random), drawn(enc.iv_length(), fill_random));
    let (content_key, encrypted_key) = match recipient {
        Recipient::Public(key) if !key.fits(alg) => return Err(EncryptionFailed::KeyUnfit(alg)),
        Recipient::Shared(secret) if !fits_length(alg, secret) => return Err(EncryptionFailed::KeyUnfit(alg)),
        Recipient::Public(key) => match key.key() {
            RecipientKey::Rsa(key) => {
                let encrypted = encrypt_rsa(alg, &spki::write(key), &random)?;
                (random, encrypted)
            }
            key => {
                let (party_u, party_v) = (party(&header, "apu")?, party(&header, "apv")?);
                let (private, public) = ephemeral(key, fill_random)?;
                header.insert("epk", public.to_json());
                let agreed = Context { alg, enc, party_u: &party_u, party_v: &party_v }.agree(&private, key)?;
                if alg.is_direct() {
                    (agreed, vec![])
                } else {
                    let encrypted = wrap(&agreed, &random)?;
                    (random, encrypted)
                }
            }
        },
        Recipient::Shared(secret) if alg == KeyManagement::Dir => {
            if secret.as_bytes().len() != enc.key_length() {
                return Err(EncryptionFailed::KeyUnfit(alg));
            }
            (Zeroizing::new(secret.as_bytes().to_vec()), vec![])
        }
        Recipient::Shared(secret) if alg.wraps_with_gcm() => {
            let iv = drawn(GCM_IV, fill_random);
            let (encrypted, tag) = seal_gcm(secret.as_bytes(), &iv, &[], &random)?;
            header.insert("iv", base64url::encode(&*iv));
            header.insert("tag", base64url::encode(tag));
            (random, encrypted)
        }
        Recipient::Shared(secret) => {
            let encrypted = wrap(secret.as_bytes(), &random)?;
            (random, encrypted)
        }
    };
    let header = base64url::encode(header.to_string());
    let (ciphertext, tag) = seal(enc, &content_key, &iv, header.as_bytes(), plaintext)?;
    let encoded = [&encrypted_key, &*iv, &ciphertext, &tag].map(base64url::encode);
    Ok(format!("{header}.{}", encoded.join(".")))
}

/// Parameters that the caller may not set: encryption adds them, or they demand what it does not do.
const NOT_OURS: [&str; 7] = ["zip", "crit", "epk", "iv", "tag", "p2s", "p2c"];

/// A message cannot be encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum EncryptionFailed {
    /// The header is not a JSON object with a known `alg` and `enc`, or it has a parameter that only encryption itself may set.
    #[error("the header has no known alg and enc, or a parameter that only encryption itself may set")]
    Header,
    /// The key cannot be used with the algorithm.
    #[error("the key cannot be used with the algorithm {0}")]
    KeyUnfit(KeyManagement),
    /// The cryptographic backend failed.
    #[error("the cryptographic backend failed")]
    Backend,
}

impl From<Unspecified> for EncryptionFailed {
    fn from(_: Unspecified) -> Self {
        Self::Backend
    }
}

fn drawn(length: usize, fill_random: &mut dyn FnMut(&mut [u8])) -> Zeroizing<Vec<u8>> {
    let mut octets = Zeroizing::new(vec![0; length]);
    fill_random(&mut octets);
    octets
}

fn encrypt_rsa(alg: KeyManagement, spki: &[u8], key: &[u8]) -> Result<Vec<u8>, EncryptionFailed> {
    let oaep = oaep(alg).ok_or(EncryptionFailed::KeyUnfit(alg))?;
    let public = PublicEncryptingKey::from_der(spki).map_err(|_| EncryptionFailed::KeyUnfit(alg))?;
    let public = OaepPublicEncryptingKey::new(public)?;
    let mut encrypted = vec![0; public.ciphertext_size()];
    let length = public.encrypt(oaep, key, &mut encrypted, None)?.len();
    encrypted.truncate(length);
    Ok(encrypted)
}

fn party(header: &Object, name: &str) -> Result<Vec<u8>, EncryptionFailed> {
    let Some(value) = header.get(name) else { return Ok(vec![]) };
    value.as_str().and_then(base64url::decode).ok_or(EncryptionFailed::Header)
}
