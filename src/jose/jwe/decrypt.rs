//! Decryption in memory, over `aws-lc-rs`.

use aws_lc_rs::error::Unspecified;
use aws_lc_rs::rand;
use zeroize::Zeroizing;

use super::agreement::Context;
use super::content::{open, open_gcm};
use super::decryption_key::Material;
use super::wrap::unwrap;
use super::{DecryptionFailed, DecryptionKey, Jwe};
use crate::jose::KeyManagement;

/// Decrypts a JWE. Whatever is wrong, the error and the work are the same: if no content encryption key of the right length
/// results, a random one takes its place, and the tag is wrong
/// ([RFC 7516 §11.5](https://www.rfc-editor.org/rfc/rfc7516#section-11.5)).
pub fn decrypt(jwe: &Jwe, key: &DecryptionKey) -> Result<Vec<u8>, DecryptionFailed> {
    let mut random = Zeroizing::new(vec![0; jwe.header().enc().key_length()]);
    rand::fill(&mut random).map_err(|_| DecryptionFailed)?;
    let content_key = match content_key(jwe, key) {
        Ok(found) if found.len() == random.len() => found,
        _ => random,
    };
    open(jwe, &content_key).map_err(|_| DecryptionFailed)
}

/// The content encryption key, which may have the wrong length.
fn content_key(jwe: &Jwe, key: &DecryptionKey) -> Result<Zeroizing<Vec<u8>>, Unspecified> {
    let (header, encrypted) = (jwe.header(), jwe.encrypted_key());
    if header.alg() != key.alg() {
        return Err(Unspecified);
    }
    match &key.material {
        Material::Rsa(private, oaep) => {
            // An encrypted key of another length costs as much as any other.
            let mut input = encrypted.to_vec();
            input.resize(private.key_size_bytes(), 0);
            let mut output = Zeroizing::new(vec![0; private.min_output_size()]);
            let length = private.decrypt(oaep, &input, &mut output, None).map(|key| key.len());
            output.truncate(length?);
            if encrypted.len() == input.len() { Ok(output) } else { Err(Unspecified) }
        }
        Material::Agreement(private) => {
            let agreed = Context::of(header).agree(private, header.epk().ok_or(Unspecified)?)?;
            if header.alg().is_direct() { Ok(agreed) } else { unwrap(&agreed, encrypted) }
        }
        Material::Shared(secret) if header.alg() == KeyManagement::Dir => Ok(Zeroizing::new(secret.as_bytes().to_vec())),
        Material::Shared(secret) if header.alg().wraps_with_gcm() => {
            let (iv, tag) = header.key_iv_and_tag();
            open_gcm(secret.as_bytes(), iv, &[], encrypted, tag).map(Zeroizing::new)
        }
        Material::Shared(secret) => unwrap(secret.as_bytes(), encrypted),
    }
}
