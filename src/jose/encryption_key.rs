//! Public keys to encrypt for ([RFC 7517 §4.2](https://www.rfc-editor.org/rfc/rfc7517#section-4.2)).

use super::jwk::{optional, private_member, public_key};
use super::{Json, JwkError, Object, PublicKey};
use crate::jose::primitives::Primitives;
use std::cmp::Ordering;

/// A public key that messages are encrypted for, with its owner's statements about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EncryptionKey {
    key: PublicKey,
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
        let key = public_key(object)?;
        if !primitives.accepts(&key) {
            return Err(match key {
                PublicKey::Rsa(_) => JwkError::RsaLimits,
                _ => JwkError::Point,
            });
        }
        if optional(object, "use")?.is_some_and(|usage| usage != "enc") || !encrypts(object)? {
            return Err(JwkError::Purpose);
        }
        let text = |name| Ok(optional(object, name)?.map(str::to_owned));
        Ok(Self { key, kid: text("kid")?, alg: text("alg")?, json: object.to_string() })
    }

    /// The key itself.
    pub fn key(&self) -> &PublicKey {
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

    /// The JWK as its owner wrote it.
    pub fn as_json(&self) -> &str {
        &self.json
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
