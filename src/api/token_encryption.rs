//! The encryption of an API's access tokens: a signed JWT inside a JWE, which the API alone can read.

use crate::jose::{ContentEncryption, EncryptionKey, Jwk, JwkError, KeyManagement, Object, base64url};
use crate::primitives::{Primitives, sha256};
use rustls_pki_types::pem::{PemObject, SectionKind};
use serde::{Deserialize, Serialize};
use std::fmt;
use x509_parser::prelude::{FromDer, X509Certificate};
use x509_parser::public_key::PublicKey;
use x509_parser::x509::SubjectPublicKeyInfo;

/// The encryption of an API's access tokens. Their content is encrypted with A256GCM.
///
/// ```
/// use fapi::TokenEncryption;
///
/// let encryption: Result<TokenEncryption, _> = serde_json::from_str(
///     r#"{
///         "format": "compact-nested-jwe",
///         "encryption_key": { "alg": "RSA-OAEP-256", "kid": "payments-1", "pem": "-----BEGIN PUBLIC KEY-----\n..." }
///     }"#,
/// );
/// assert!(encryption.is_ok());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct TokenEncryption {
    /// The form of an encrypted token.
    pub format: TokenFormat,
    /// The key of the API.
    pub encryption_key: TokenEncryptionKey,
}

/// The form of an encrypted access token. Non-exhaustive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum TokenFormat {
    /// A signed JWT in a JWE in compact form ([RFC 7519 §11.2](https://www.rfc-editor.org/rfc/rfc7519#section-11.2)).
    #[serde(rename = "compact-nested-jwe")]
    CompactNestedJwe,
}

/// The public key of an API that its access tokens are encrypted for.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct TokenEncryptionKey {
    /// The name to show to people; nothing depends on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// RSA-OAEP-256, RSA-OAEP-384 or RSA-OAEP-512.
    pub alg: KeyManagement,
    /// The `kid` in the header of the tokens; without it, the header has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kid: Option<String>,
    /// An RSA public key, or a certificate of one, in PEM.
    pub pem: String,
}

impl TokenEncryption {
    /// The algorithm that the content of tokens is encrypted with.
    pub const ENC: ContentEncryption = ContentEncryption::A256Gcm;

    /// The algorithms that the key of an API may be for.
    pub const ALGORITHMS: &[KeyManagement] = &[KeyManagement::RsaOaep256, KeyManagement::RsaOaep384, KeyManagement::RsaOaep512];

    /// Tokens that are encrypted for this key.
    pub fn new(encryption_key: TokenEncryptionKey) -> Self {
        Self { format: TokenFormat::CompactNestedJwe, encryption_key }
    }
}

/// Shows no key material.
impl fmt::Debug for TokenEncryptionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("TokenEncryptionKey");
        shown.field("name", &self.name).field("alg", &self.alg).field("kid", &self.kid).finish_non_exhaustive()
    }
}

impl TokenEncryptionKey {
    /// A key for this algorithm, without name and `kid`.
    pub fn new(alg: KeyManagement, pem: impl Into<String>) -> Self {
        Self { name: None, alg, kid: None, pem: pem.into() }
    }

    /// The key that the PEM holds.
    pub fn key(&self, primitives: &dyn Primitives) -> Result<EncryptionKey, TokenKeyError> {
        EncryptionKey::parse(&self.jwk()?, primitives).map_err(TokenKeyError::Unusable)
    }

    /// The SHA-256 thumbprint of the key ([RFC 7638](https://www.rfc-editor.org/rfc/rfc7638)), by which people recognize it.
    pub fn thumbprint_sha256(&self, primitives: &dyn Primitives) -> Result<String, TokenKeyError> {
        let key = Jwk::parse(&self.jwk()?, primitives).map_err(TokenKeyError::Unusable)?;
        Ok(key.thumbprint(primitives))
    }

    /// The SHA-256 thumbprint of the certificate ([RFC 8705 §3.1](https://www.rfc-editor.org/rfc/rfc8705#section-3.1)), if the PEM
    /// holds one.
    pub fn certificate_thumbprint_sha256(&self, primitives: &dyn Primitives) -> Option<String> {
        match self.section().ok()? {
            (SectionKind::Certificate, der) => Some(base64url::encode(sha256(primitives, &der))),
            _ => None,
        }
    }

    /// The only section of the PEM.
    fn section(&self) -> Result<(SectionKind, Vec<u8>), TokenKeyError> {
        let mut sections = <(SectionKind, Vec<u8>)>::pem_slice_iter(self.pem.as_bytes());
        match (sections.next(), sections.next()) {
            (Some(Ok(section)), None) => Ok(section),
            _ => Err(TokenKeyError::Pem),
        }
    }

    /// The RSA numbers as a JWK.
    fn jwk(&self) -> Result<Object, TokenKeyError> {
        let (kind, der) = self.section()?;
        match kind {
            SectionKind::PublicKey => {
                let (rest, info) = SubjectPublicKeyInfo::from_der(&der).map_err(|_| TokenKeyError::Pem)?;
                if rest.is_empty() { rsa(&info) } else { Err(TokenKeyError::Pem) }
            }
            SectionKind::Certificate => {
                let (rest, certificate) = X509Certificate::from_der(&der).map_err(|_| TokenKeyError::Pem)?;
                if rest.is_empty() { rsa(certificate.public_key()) } else { Err(TokenKeyError::Pem) }
            }
            SectionKind::PrivateKey | SectionKind::RsaPrivateKey | SectionKind::EcPrivateKey => Err(TokenKeyError::Private),
            _ => Err(TokenKeyError::Pem),
        }
    }
}

fn rsa(info: &SubjectPublicKeyInfo<'_>) -> Result<Object, TokenKeyError> {
    let Ok(PublicKey::RSA(key)) = info.parsed() else { return Err(TokenKeyError::NotRsa) };
    let number =
        |octets: &[u8]| base64url::encode(octets.iter().position(|octet| *octet != 0).map_or(&[][..], |at| &octets[at..]));
    Ok(Object::new().with("kty", "RSA").with("n", number(key.modulus)).with("e", number(key.exponent)))
}

/// Why a PEM is no key that access tokens can be encrypted for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TokenKeyError {
    /// It is not one public key or certificate in PEM.
    #[error("expected one public key or certificate in PEM")]
    Pem,
    /// It is a private key, which its owner must keep.
    #[error("it is a private key; expected the public key of the API, or a certificate")]
    Private,
    /// It is a key of another kind.
    #[error("it is not an RSA key")]
    NotRsa,
    /// It is an RSA key that cannot be used.
    #[error("{0}")]
    Unusable(JwkError),
}
