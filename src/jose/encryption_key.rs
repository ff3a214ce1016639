//! Public keys to encrypt for ([RFC 7517 §4.2](https://www.rfc-editor.org/rfc/rfc7517#section-4.2)).

use super::jwk::{octets, optional, private_member, public_key};
use super::{EcKey, Json, Jwk, JwkError, KeyManagement, Object, PublicKey, RsaKey, X25519Key, base64url};
use crate::jose::primitives::Primitives;
use std::cmp::Ordering;

/// A public key that messages are encrypted for, with its owner's statements about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EncryptionKey {
    key: RecipientKey,
    kid: Option<String>,
    alg: Option<String>,
    /// The key as its owner wrote it: hosts hand it to whatever encrypts.
    json: String,
}

impl EncryptionKey {
    /// The key that the object describes, if it is public, complete, in range and not reserved for signatures
    /// ([RFC 7517 §4.2](https://www.rfc-editor.org/rfc/rfc7517#section-4.2)).
    pub fn parse(object: &Object, primitives: &dyn Primitives) -> Result<Self, JwkError> {
        if let Some(member) = private_member(object) {
            return Err(JwkError::Private(member));
        }
        let key = RecipientKey::parse(object, primitives)?;
        if optional(object, "use")?.is_some_and(|usage| usage != "enc") || !encrypts(object)? {
            return Err(JwkError::Purpose);
        }
        let text = |name| Ok(optional(object, name)?.map(str::to_owned));
        Ok(Self { key, kid: text("kid")?, alg: text("alg")?, json: object.to_string() })
    }

    /// A key that its owner reserves neither for signatures nor for an algorithm, as one to encrypt for.
    pub(super) fn of(key: &Jwk) -> Option<Self> {
        let recipient = match key.key() {
            PublicKey::Ec(point) => RecipientKey::Ec(point.clone()),
            PublicKey::Rsa(numbers) => RecipientKey::Rsa(numbers.clone()),
            PublicKey::Ed25519(_) => return None,
        };
        let kid = key.kid().map(str::to_owned);
        (key.alg().is_none() && key.is_for_everything()).then(|| Self {
            key: recipient,
            kid,
            alg: None,
            json: key.to_json().to_string(),
        })
    }

    /// The key itself.
    pub fn key(&self) -> &RecipientKey {
        &self.key
    }

    /// The name that its owner gave it.
    pub fn kid(&self) -> Option<&str> {
        self.kid.as_deref()
    }

    /// The key management algorithm that its owner restricts it to, by its registered name.
    pub fn alg(&self) -> Option<&str> {
        self.alg.as_deref()
    }

    /// Returns true if messages may be encrypted for the key with this algorithm: the kind matches, and the key's own `alg`, if
    /// present, agrees ([RFC 7516 §11.4](https://www.rfc-editor.org/rfc/rfc7516#section-11.4)).
    pub fn fits(&self, algorithm: KeyManagement) -> bool {
        self.key.fits(algorithm) && self.alg().is_none_or(|alg| alg == algorithm.name())
    }

    /// The JWK as its owner wrote it.
    pub fn as_json(&self) -> &str {
        &self.json
    }
}

/// A public key without its metadata: of the recipient of a message, or the sender's ephemeral one. Non-exhaustive: the registry
/// can grow.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum RecipientKey {
    /// A point on one of the NIST curves.
    Ec(EcKey),
    /// An RSA modulus and exponent.
    Rsa(RsaKey),
    /// A point on curve25519.
    X25519(X25519Key),
}

impl RecipientKey {
    /// The key that the object describes, if it is complete, in range and on its curve
    /// ([RFC 8725 §3.4](https://www.rfc-editor.org/rfc/rfc8725#section-3.4)).
    pub(super) fn parse(object: &Object, primitives: &dyn Primitives) -> Result<Self, JwkError> {
        if optional(object, "kty")? == Some("OKP") && optional(object, "crv")? == Some("X25519") {
            return X25519Key::new(&octets(object, "x")?).map(Self::X25519);
        }
        let key = public_key(object)?;
        let accepted = primitives.accepts(&key);
        match key {
            PublicKey::Ec(key) => {
                if accepted {
                    Ok(Self::Ec(key))
                } else {
                    Err(JwkError::Point)
                }
            }
            PublicKey::Rsa(key) => {
                if accepted {
                    Ok(Self::Rsa(key))
                } else {
                    Err(JwkError::RsaLimits)
                }
            }
            PublicKey::Ed25519(_) => Err(JwkError::Curve),
        }
    }

    /// Returns true if `algorithm` takes keys of this kind
    /// ([RFC 7518 §4.1](https://www.rfc-editor.org/rfc/rfc7518#section-4.1),
    /// [RFC 8037 §3.2](https://www.rfc-editor.org/rfc/rfc8037#section-3.2)).
    pub fn fits(&self, algorithm: KeyManagement) -> bool {
        match self {
            Self::Rsa(_) => !algorithm.is_symmetric() && !algorithm.agrees(),
            Self::Ec(_) | Self::X25519(_) => algorithm.agrees(),
        }
    }

    /// Returns the key as a JSON object, in a fixed order.
    pub fn to_json(&self) -> Object {
        match self {
            Self::Ec(key) => key.to_json(),
            Self::Rsa(key) => key.to_json(),
            Self::X25519(key) => Object::new().with("kty", "OKP").with("crv", "X25519").with("x", base64url::encode(key.x())),
        }
    }
}

/// Orders keys by their JSON text, so that uses of keys can be sorted.
impl Ord for EncryptionKey {
    fn cmp(&self, other: &Self) -> Ordering {
        self.json.cmp(&other.json)
    }
}

impl PartialOrd for EncryptionKey {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Returns true unless `key_ops` leaves no way to encrypt for the key.
fn encrypts(object: &Object) -> Result<bool, JwkError> {
    let Some(operations) = object.get("key_ops") else { return Ok(true) };
    let operations = Json::as_strings(operations).ok_or(JwkError::Member("key_ops"))?;
    Ok(operations.iter().any(|operation| matches!(*operation, "encrypt" | "wrapKey" | "deriveKey" | "deriveBits")))
}

#[cfg(all(test, feature = "aws-lc-rs"))]
mod tests {
    use super::*;
    use crate::jose::primitives::aws_lc;

    const EC: &str = r#""kty":"EC","crv":"P-256","x":"axfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpY","y":"T-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU""#;

    fn parse(members: &str) -> Result<EncryptionKey, JwkError> {
        let object = Object::parse(format!("{{{EC}{members}}}").as_bytes()).expect("an object");
        EncryptionKey::parse(&object, aws_lc())
    }

    #[test]
    fn a_key_for_encryption_is_read_with_its_algorithm() {
        let key = parse(r#","use":"enc","alg":"ECDH-ES","kid":"e""#).expect("a key");
        assert_eq!((key.kid(), key.alg()), (Some("e"), Some("ECDH-ES")));
        assert!(key.as_json().contains(r#""use":"enc""#));
        assert!(parse("").is_ok(), "a key without use may encrypt");
        assert!(parse(r#","key_ops":["deriveKey"]"#).is_ok());
    }

    #[test]
    fn keys_for_signatures_and_private_keys_are_refused() {
        assert_eq!(parse(r#","use":"sig""#), Err(JwkError::Purpose));
        assert_eq!(parse(r#","key_ops":["verify"]"#), Err(JwkError::Purpose));
        assert_eq!(parse(r#","key_ops":"encrypt""#), Err(JwkError::Member("key_ops")));
        assert_eq!(parse(r#","d":"AA""#), Err(JwkError::Private("d")));
    }
}
