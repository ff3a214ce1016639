//! JSON Web Signatures in compact form ([RFC 7515](https://www.rfc-editor.org/rfc/rfc7515)).

use std::fmt;

use subtle::ConstantTimeEq;

use super::{Algorithm, Algorithms, Claims, JoseError, Jwk, PublicKey, base64url};
use crate::jose::primitives::Primitives;
use crate::secret::Secret;

mod header;

pub use header::Header;

/// A well-formed JWS whose signature has not been verified yet.
#[derive(Clone)]
pub struct Jws {
    compact: String,
    signed: usize,
    header: Header,
    payload: Vec<u8>,
    signature: Vec<u8>,
}

impl Jws {
    /// The maximum length that [`parse`](Self::parse) accepts, in octets.
    pub const LIMIT: usize = 16 * 1024;

    /// Parses a JWS in compact serialization of at most [`Self::LIMIT`] octets
    /// ([RFC 7515 §5.2](https://www.rfc-editor.org/rfc/rfc7515#section-5.2)).
    pub fn parse(compact: &str) -> Result<Self, JoseError> {
        Self::parse_within(compact, Self::LIMIT)
    }

    /// Like [`parse`](Self::parse), with a limit in octets that the caller chooses.
    pub fn parse_within(compact: &str, limit: usize) -> Result<Self, JoseError> {
        if compact.len() > limit {
            return Err(JoseError::TooLong);
        }
        if !compact.bytes().all(|octet| octet.is_ascii_alphanumeric() || matches!(octet, b'_' | b'-' | b'.')) {
            return Err(JoseError::Character);
        }
        let mut parts = compact.split('.');
        let (Some(header), Some(payload), Some(signature), None) = (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(JoseError::Parts);
        };
        let decode = |part| base64url::decode(part).ok_or(JoseError::Base64);
        Ok(Self {
            signed: header.len() + 1 + payload.len(),
            header: Header::parse(&decode(header)?)?,
            payload: decode(payload)?,
            signature: decode(signature)?,
            compact: compact.to_owned(),
        })
    }

    /// Returns the header, which must not be trusted before the signature is verified.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// Returns the octets that were signed as payload.
    pub fn payload(&self) -> &[u8] {
        &self.payload
    }

    /// Parses the payload as a claims set ([RFC 7519 §7.2](https://www.rfc-editor.org/rfc/rfc7519#section-7.2)).
    pub fn claims(&self) -> Result<Claims, JoseError> {
        Claims::parse(&self.payload)
    }

    /// Returns the input of the signature: header and payload as they were received.
    pub fn signing_input(&self) -> &[u8] {
        &self.compact.as_bytes()[..self.signed]
    }

    /// Returns the octets of the signature.
    pub fn signature(&self) -> &[u8] {
        &self.signature
    }

    /// Returns the JWS as it was received.
    pub fn as_str(&self) -> &str {
        &self.compact
    }

    /// Verifies the signature with the key. The algorithm in the header must be one that the caller allows
    /// ([RFC 8725 §3.1](https://www.rfc-editor.org/rfc/rfc8725#section-3.1)).
    pub fn verify(&self, key: &Jwk, allowed: Algorithms, primitives: &dyn Primitives) -> Result<(), JoseError> {
        let alg = self.allowed_alg(allowed)?;
        if !key.fits(alg) {
            return Err(JoseError::KeyUnfit(alg));
        }
        if self.signature.len() != key.key().signature_length() {
            return Err(if matches!(key.key(), PublicKey::Ec(_)) { JoseError::SignatureLength } else { JoseError::Signature });
        }
        match primitives.verify(alg, key.key(), self.signing_input(), &self.signature) {
            true => Ok(()),
            false => Err(JoseError::Signature),
        }
    }

    /// Verifies the signature as a MAC under the secret, in constant time. The algorithm in the header must be one that the
    /// caller allows ([RFC 7518 §3.2](https://www.rfc-editor.org/rfc/rfc7518#section-3.2)).
    pub fn verify_mac(&self, secret: &Secret, allowed: Algorithms, primitives: &dyn Primitives) -> Result<(), JoseError> {
        let alg = self.allowed_alg(allowed)?;
        if !alg.is_symmetric() {
            return Err(JoseError::KeyUnfit(alg));
        }
        if secret.as_bytes().len() < alg.hash().length() {
            return Err(JoseError::SecretShort(alg));
        }
        let mac = primitives.mac(alg.hash(), secret.as_bytes(), self.signing_input());
        match mac.ct_eq(&self.signature).into() {
            true => Ok(()),
            false => Err(JoseError::Signature),
        }
    }

    fn allowed_alg(&self, allowed: Algorithms) -> Result<Algorithm, JoseError> {
        let alg = self.header.alg();
        if allowed.contains(alg) { Ok(alg) } else { Err(JoseError::AlgRefused(alg)) }
    }
}

/// Shows only the header, because a signed message may be a credential.
impl fmt::Debug for Jws {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Jws").field("header", &self.header).finish_non_exhaustive()
    }
}
