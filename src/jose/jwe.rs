//! JSON Web Encryption in compact form ([RFC 7516](https://www.rfc-editor.org/rfc/rfc7516)).
//!
//! The library reads a JWE, and its host decrypts it. Hosts that hold their keys in memory can use the functions here, which the
//! feature `aws-lc-rs` enables.

use std::fmt;

use super::encryption_algorithm::AES_BLOCK;
use super::primitives::Primitives;
use super::{ContentEncryption, Jws, KeyManagement, base64url};

#[cfg(feature = "aws-lc-rs")]
mod agreement;
#[cfg(feature = "aws-lc-rs")]
mod content;
#[cfg(feature = "aws-lc-rs")]
mod decrypt;
#[cfg(feature = "aws-lc-rs")]
mod decryption_key;
#[cfg(feature = "aws-lc-rs")]
mod encrypt;
mod error;
mod header;
#[cfg(feature = "aws-lc-rs")]
mod private_jwk;
#[cfg(feature = "aws-lc-rs")]
mod spki;
#[cfg(feature = "aws-lc-rs")]
mod wrap;

#[cfg(feature = "aws-lc-rs")]
pub use decrypt::decrypt;
#[cfg(feature = "aws-lc-rs")]
pub use decryption_key::{DecryptionKey, KeyRejected};
#[cfg(feature = "aws-lc-rs")]
pub use encrypt::{EncryptionFailed, Recipient, encrypt};

pub use error::{DecryptionFailed, JweError};
pub use header::JweHeader;

/// A well-formed JWE that has not been decrypted yet.
#[derive(Clone)]
pub struct Jwe {
    compact: String,
    header: JweHeader,
    header_length: usize,
    encrypted_key: Vec<u8>,
    iv: Vec<u8>,
    ciphertext: Vec<u8>,
    tag: Vec<u8>,
}

impl Jwe {
    /// The maximum length that [`parse`](Self::parse) accepts, in octets: enough for a JWS of [`Jws::LIMIT`] octets.
    pub const LIMIT: usize = 24 * 1024;

    /// Parses a JWE in compact serialization of at most [`Self::LIMIT`] octets
    /// ([RFC 7516 §5.2](https://www.rfc-editor.org/rfc/rfc7516#section-5.2)).
    pub fn parse(compact: &str, primitives: &dyn Primitives) -> Result<Self, JweError> {
        Self::parse_within(compact, Self::LIMIT, primitives)
    }

    /// Like [`parse`](Self::parse), with a limit in octets that the caller chooses.
    pub fn parse_within(compact: &str, limit: usize, primitives: &dyn Primitives) -> Result<Self, JweError> {
        if compact.len() > limit {
            return Err(JweError::TooLong);
        }
        if !compact.bytes().all(|octet| octet.is_ascii_alphanumeric() || matches!(octet, b'_' | b'-' | b'.')) {
            return Err(JweError::Character);
        }
        let parts: Vec<&str> = compact.split('.').collect();
        let Ok([header, encrypted_key, iv, ciphertext, tag]) = <[&str; 5]>::try_from(parts) else {
            return Err(JweError::Parts);
        };
        let decode = |part| base64url::decode(part).ok_or(JweError::Base64);
        let jwe = Self {
            header: JweHeader::parse(&decode(header)?, primitives)?,
            header_length: header.len(),
            encrypted_key: decode(encrypted_key)?,
            iv: decode(iv)?,
            ciphertext: decode(ciphertext)?,
            tag: decode(tag)?,
            compact: compact.to_owned(),
        };
        if jwe.header.alg().is_direct() && !jwe.encrypted_key.is_empty() {
            return Err(JweError::EncryptedKey);
        }
        let enc = jwe.header.enc();
        let padded = enc.is_gcm() || !jwe.ciphertext.is_empty() && jwe.ciphertext.len().is_multiple_of(AES_BLOCK);
        if jwe.iv.len() != enc.iv_length() || jwe.tag.len() != enc.tag_length() || !padded {
            return Err(JweError::Length(enc));
        }
        Ok(jwe)
    }

    /// Returns true if a text has the five parts of a JWE rather than the three of a JWS
    /// ([RFC 7516 §9](https://www.rfc-editor.org/rfc/rfc7516#section-9)).
    pub fn looks_like(compact: &str) -> bool {
        compact.bytes().filter(|&octet| octet == b'.').count() == 4
    }

    /// Returns the header, which must not be trusted before the JWE is decrypted.
    pub fn header(&self) -> &JweHeader {
        &self.header
    }

    /// Returns the encrypted key, which is empty if the key is shared or agreed upon directly.
    pub fn encrypted_key(&self) -> &[u8] {
        &self.encrypted_key
    }

    /// Returns the initialization vector.
    pub fn iv(&self) -> &[u8] {
        &self.iv
    }

    /// Returns the ciphertext.
    pub fn ciphertext(&self) -> &[u8] {
        &self.ciphertext
    }

    /// Returns the authentication tag.
    pub fn tag(&self) -> &[u8] {
        &self.tag
    }

    /// Returns the additional authenticated data: the header as it was received.
    pub fn additional_data(&self) -> &[u8] {
        &self.compact.as_bytes()[..self.header_length]
    }

    /// Returns the JWE as it was received.
    pub fn as_str(&self) -> &str {
        &self.compact
    }

    /// Checks that the JWE uses the one algorithm of the recipient's key, and a content encryption algorithm that the caller
    /// allows ([RFC 7516 §11.4](https://www.rfc-editor.org/rfc/rfc7516#section-11.4),
    /// [RFC 8725 §3.1](https://www.rfc-editor.org/rfc/rfc8725#section-3.1)).
    pub fn require(&self, alg: KeyManagement, allowed: &[ContentEncryption]) -> Result<(), JweError> {
        if self.header.alg() != alg {
            return Err(JweError::KeyUnfit(self.header.alg()));
        }
        if !allowed.contains(&self.header.enc()) {
            return Err(JweError::EncRefused(self.header.enc()));
        }
        Ok(())
    }

    /// Parses the plaintext of this JWE, which declares it as a JWT, as a JWS, whose signature is then to be verified
    /// ([RFC 7519 §5.2](https://www.rfc-editor.org/rfc/rfc7519#section-5.2)).
    pub fn nested(&self, plaintext: &[u8]) -> Result<Jws, JweError> {
        if !self.header.cty_is("JWT") {
            return Err(JweError::NotNested);
        }
        let text = std::str::from_utf8(plaintext).map_err(|_| JweError::Content(super::JoseError::Character))?;
        Jws::parse(text).map_err(JweError::Content)
    }
}

/// Shows only the header, because an encrypted message may be a credential.
impl fmt::Debug for Jwe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Jwe").field("header", &self.header).finish_non_exhaustive()
    }
}
