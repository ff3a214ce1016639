//! Content encryption ([RFC 7518 §5](https://www.rfc-editor.org/rfc/rfc7518#section-5)), over `aws-lc-rs`.

use aws_lc_rs::aead::{self, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::cipher::{self, PaddedBlockDecryptingKey, PaddedBlockEncryptingKey, UnboundCipherKey};
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::hmac;
use aws_lc_rs::iv::FixedLength;
use subtle::ConstantTimeEq;

use super::Jwe;
use crate::jose::ContentEncryption;

/// A ciphertext and its tag.
pub(super) type Sealed = (Vec<u8>, Vec<u8>);

/// Encrypts the plaintext under a key and an initialization vector of the right lengths.
pub(super) fn seal(enc: ContentEncryption, key: &[u8], iv: &[u8], aad: &[u8], plaintext: &[u8]) -> Result<Sealed, Unspecified> {
    if enc.is_gcm() { seal_gcm(key, iv, aad, plaintext) } else { seal_cbc(enc, key, iv, aad, plaintext) }
}

/// Decrypts the ciphertext of a message under a key of the right length.
pub(super) fn open(jwe: &Jwe, key: &[u8]) -> Result<Vec<u8>, Unspecified> {
    if jwe.header().enc().is_gcm() {
        open_gcm(key, jwe.iv(), jwe.additional_data(), jwe.ciphertext(), jwe.tag())
    } else {
        open_cbc(jwe, key)
    }
}

/// Encrypts with AES-GCM; the length of the key chooses the variant of AES.
pub(super) fn seal_gcm(key: &[u8], iv: &[u8], aad: &[u8], plaintext: &[u8]) -> Result<Sealed, Unspecified> {
    let mut text = plaintext.to_vec();
    let nonce = Nonce::try_assume_unique_for_key(iv)?;
    let tag = gcm(key)?.seal_in_place_separate_tag(nonce, Aad::from(aad), &mut text)?;
    Ok((text, tag.as_ref().to_vec()))
}

/// Decrypts what [`seal_gcm`] made.
pub(super) fn open_gcm(key: &[u8], iv: &[u8], aad: &[u8], ciphertext: &[u8], tag: &[u8]) -> Result<Vec<u8>, Unspecified> {
    let mut text = ciphertext.to_vec();
    gcm(key)?.open_in_place_separate_tag(Nonce::try_assume_unique_for_key(iv)?, Aad::from(aad), tag, &mut text)?;
    Ok(text)
}

fn gcm(key: &[u8]) -> Result<LessSafeKey, Unspecified> {
    let algorithm = match key.len() {
        16 => &aead::AES_128_GCM,
        24 => &aead::AES_192_GCM,
        _ => &aead::AES_256_GCM,
    };
    Ok(LessSafeKey::new(UnboundKey::new(algorithm, key)?))
}

fn seal_cbc(enc: ContentEncryption, key: &[u8], iv: &[u8], aad: &[u8], plaintext: &[u8]) -> Result<Sealed, Unspecified> {
    let (mac_key, cipher_key) = key.split_at(key.len() / 2);
    let mut text = plaintext.to_vec();
    let iv_of_cipher = FixedLength::from(<&[u8; 16]>::try_from(iv).map_err(|_| Unspecified)?);
    let key = PaddedBlockEncryptingKey::cbc_pkcs7(cbc(cipher_key)?)?;
    key.less_safe_encrypt(&mut text, cipher::EncryptionContext::Iv128(iv_of_cipher))?;
    let tag = mac(enc, mac_key, iv, aad, &text);
    Ok((text, tag))
}

/// Verifies the tag before it decrypts ([RFC 7518 §5.2.2.2](https://www.rfc-editor.org/rfc/rfc7518#section-5.2.2.2)).
fn open_cbc(jwe: &Jwe, key: &[u8]) -> Result<Vec<u8>, Unspecified> {
    let (mac_key, cipher_key) = key.split_at(key.len() / 2);
    let tag = mac(jwe.header().enc(), mac_key, jwe.iv(), jwe.additional_data(), jwe.ciphertext());
    if !bool::from(tag.ct_eq(jwe.tag())) {
        return Err(Unspecified);
    }
    let mut text = jwe.ciphertext().to_vec();
    let iv = FixedLength::from(<&[u8; 16]>::try_from(jwe.iv()).map_err(|_| Unspecified)?);
    let key = PaddedBlockDecryptingKey::cbc_pkcs7(cbc(cipher_key)?)?;
    let length = key.decrypt(&mut text, cipher::DecryptionContext::Iv128(iv))?.len();
    text.truncate(length);
    Ok(text)
}

fn cbc(key: &[u8]) -> Result<UnboundCipherKey, Unspecified> {
    let algorithm = match key.len() {
        16 => &cipher::AES_128,
        24 => &cipher::AES_192,
        _ => &cipher::AES_256,
    };
    UnboundCipherKey::new(algorithm, key)
}

/// The left half of the HMAC of the additional data, the initialization vector, the ciphertext and the length of the additional
/// data in bits ([RFC 7518 §5.2.2.1](https://www.rfc-editor.org/rfc/rfc7518#section-5.2.2.1)).
fn mac(enc: ContentEncryption, key: &[u8], iv: &[u8], aad: &[u8], ciphertext: &[u8]) -> Vec<u8> {
    let algorithm = match enc {
        ContentEncryption::A128CbcHs256 => hmac::HMAC_SHA256,
        ContentEncryption::A192CbcHs384 => hmac::HMAC_SHA384,
        _ => hmac::HMAC_SHA512,
    };
    let bits = (aad.len() as u64).wrapping_mul(8).to_be_bytes();
    let mut context = hmac::Context::with_key(&hmac::Key::new(algorithm, key));
    for part in [aad, iv, ciphertext, &bits] {
        context.update(part);
    }
    context.sign().as_ref()[..enc.tag_length()].to_vec()
}
