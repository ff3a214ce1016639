//! AES key wrap ([RFC 3394](https://www.rfc-editor.org/rfc/rfc3394),
//! [RFC 7518 §4.4](https://www.rfc-editor.org/rfc/rfc7518#section-4.4)): over `aws-lc-rs`, and over `aes-kw` for AES-192, which
//! the former lacks.

use aes_kw::{KeyInit, KwAes192};
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::key_wrap::{AES_128, AES_256, AesKek, KeyWrap};
use zeroize::Zeroizing;

/// Wraps a content encryption key.
pub(super) fn wrap(wrapping: &[u8], key: &[u8]) -> Result<Vec<u8>, Unspecified> {
    let mut wrapped = vec![0; key.len() + OVERHEAD];
    let length = match kek(wrapping)? {
        Kek::AwsLc(kek) => kek.wrap(key, &mut wrapped)?.len(),
        Kek::Aes192(kek) => kek.wrap_key(key, &mut wrapped).map_err(|_| Unspecified)?.len(),
    };
    wrapped.truncate(length);
    Ok(wrapped)
}

/// Unwraps what [`wrap`] made.
pub(super) fn unwrap(wrapping: &[u8], wrapped: &[u8]) -> Result<Zeroizing<Vec<u8>>, Unspecified> {
    let mut key = Zeroizing::new(vec![0; wrapped.len()]);
    let length = match kek(wrapping)? {
        Kek::AwsLc(kek) => kek.unwrap(wrapped, &mut key)?.len(),
        Kek::Aes192(kek) => kek.unwrap_key(wrapped, &mut key).map_err(|_| Unspecified)?.len(),
    };
    key.truncate(length);
    Ok(key)
}

/// The octets that a wrapped key is longer.
const OVERHEAD: usize = 8;

enum Kek {
    AwsLc(AesKek),
    Aes192(Box<KwAes192>),
}

fn kek(key: &[u8]) -> Result<Kek, Unspecified> {
    Ok(match key.len() {
        16 => Kek::AwsLc(AesKek::new(&AES_128, key)?),
        24 => Kek::Aes192(KwAes192::new_from_slice(key).map(Box::new).map_err(|_| Unspecified)?),
        _ => Kek::AwsLc(AesKek::new(&AES_256, key)?),
    })
}
