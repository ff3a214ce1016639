//! Public JSON Web Keys ([RFC 7517](https://www.rfc-editor.org/rfc/rfc7517)).

use data_encoding::BASE64;
use serde::ser::{Serialize, Serializer};

use super::{Algorithm, Curve, EcKey, Ed25519Key, JwkError, Object, PublicKey, RsaKey, base64url};
use crate::jose::primitives::Primitives;

/// A public key for verifying signatures, with the metadata of its JWK.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Jwk {
    key: PublicKey,
    kid: Option<String>,
    alg: Option<Algorithm>,
    purpose: Purpose,
    x5c: Vec<Vec<u8>>,
}

impl Jwk {
    /// The maximum number of certificates in `x5c`.
    pub const MOST_CERTIFICATES: usize = 10;

    /// Parses a key that must be public, complete, in range and meant for verification
    /// ([RFC 7517 §4](https://www.rfc-editor.org/rfc/rfc7517#section-4)). Unknown members are ignored.
    pub fn parse(object: &Object, primitives: &dyn Primitives) -> Result<Self, JwkError> {
        if let Some(member) = private_member(object) {
            return Err(JwkError::Private(member));
        }
        if optional(object, "kty")? == Some("oct") {
            return Err(JwkError::Symmetric);
        }
        // A key for encryption is named as one, even if its algorithm or curve is unknown here.
        let purpose = Purpose::parse(object)?;
        if encrypts_only(object)? {
            return Err(JwkError::Purpose);
        }
        let key = public_key(object)?;
        if !primitives.accepts(&key) {
            return Err(match key {
                PublicKey::Rsa(_) => JwkError::RsaLimits,
                _ => JwkError::Point,
            });
        }
        let kid = optional(object, "kid")?.map(str::to_owned);
        let alg = optional(object, "alg")?.map(|name| Algorithm::parse(name).ok_or(JwkError::AlgUnknown)).transpose()?;
        if alg.is_some_and(|alg| !key.fits(alg)) {
            return Err(JwkError::AlgUnfit);
        }
        let x5c = certificates(object, &key)?;
        Ok(Self { key, kid, alg, purpose, x5c })
    }

    /// Returns the key without its metadata.
    pub fn key(&self) -> &PublicKey {
        &self.key
    }

    /// Returns the key ID, which is only a hint ([RFC 7515 §4.1.4](https://www.rfc-editor.org/rfc/rfc7515#section-4.1.4)).
    pub fn kid(&self) -> Option<&str> {
        self.kid.as_deref()
    }

    /// Returns the algorithm to which the owner restricts the key, if any.
    pub fn alg(&self) -> Option<Algorithm> {
        self.alg
    }

    /// Returns the certificates from `x5c`, in DER. The first one holds this key; the chain is not validated
    /// ([RFC 7517 §4.7](https://www.rfc-editor.org/rfc/rfc7517#section-4.7)).
    pub fn x5c(&self) -> impl ExactSizeIterator<Item = &[u8]> {
        self.x5c.iter().map(Vec::as_slice)
    }

    /// Returns true if signatures with this algorithm may be verified with the key: the kind and curve match, and the key's own
    /// `alg`, if present, agrees ([RFC 8725 §3.1](https://www.rfc-editor.org/rfc/rfc8725#section-3.1)).
    pub fn fits(&self, algorithm: Algorithm) -> bool {
        self.key.fits(algorithm) && self.alg.is_none_or(|alg| alg.is_synonym_of(algorithm))
    }

    /// Returns the key as a JSON object with public members only, in a fixed order.
    pub fn to_json(&self) -> Object {
        let text = |octets: &[u8]| base64url::encode(octets);
        let mut object = match &self.key {
            PublicKey::Ec(key) => {
                let object = Object::new().with("kty", "EC").with("crv", key.curve().name());
                object.with("x", text(key.x())).with("y", text(key.y()))
            }
            PublicKey::Rsa(key) => Object::new().with("kty", "RSA").with("n", text(key.n())).with("e", text(key.e())),
            PublicKey::Ed25519(key) => Object::new().with("kty", "OKP").with("crv", "Ed25519").with("x", text(key.x())),
        };
        if let Some(kid) = self.kid() {
            object.insert("kid", kid);
        }
        if let Some(alg) = self.alg {
            object.insert("alg", alg.name());
        }
        if self.purpose.signature_use {
            object.insert("use", "sig");
        }
        if !self.purpose.operations.is_empty() {
            object.insert("key_ops", self.purpose.operations.clone());
        }
        if !self.x5c.is_empty() {
            object.insert("x5c", self.x5c.iter().map(|der| BASE64.encode(der)).collect::<Vec<_>>());
        }
        object
    }
}

impl Serialize for Jwk {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_json().serialize(serializer)
    }
}

const PRIVATE_MEMBERS: [&str; 9] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"];

/// The first member that only a private key has.
pub(super) fn private_member(object: &Object) -> Option<&'static str> {
    PRIVATE_MEMBERS.into_iter().find(|member| object.contains(member))
}

pub(super) fn public_key(object: &Object) -> Result<PublicKey, JwkError> {
    match required(object, "kty")? {
        "EC" => {
            let curve = Curve::parse(required(object, "crv")?).ok_or(JwkError::Curve)?;
            EcKey::new(curve, &octets(object, "x")?, &octets(object, "y")?).map(PublicKey::Ec)
        }
        "RSA" => RsaKey::new(&octets(object, "n")?, &octets(object, "e")?).map(PublicKey::Rsa),
        "OKP" => match required(object, "crv")? {
            "Ed25519" => Ed25519Key::new(&octets(object, "x")?).map(PublicKey::Ed25519),
            _ => Err(JwkError::Curve),
        },
        "oct" => Err(JwkError::Symmetric),
        _ => Err(JwkError::TypeUnknown),
    }
}

pub(super) fn optional<'a>(object: &'a Object, name: &'static str) -> Result<Option<&'a str>, JwkError> {
    object.get(name).map(|value| value.as_str().ok_or(JwkError::Member(name))).transpose()
}

fn required<'a>(object: &'a Object, name: &'static str) -> Result<&'a str, JwkError> {
    optional(object, name)?.ok_or(JwkError::Member(name))
}

fn octets(object: &Object, name: &'static str) -> Result<Vec<u8>, JwkError> {
    base64url::decode(required(object, name)?).ok_or(JwkError::Base64(name))
}

/// Returns true if the algorithm or the curve is one that only encrypts or agrees on keys
/// ([RFC 7518 §4.1](https://www.rfc-editor.org/rfc/rfc7518#section-4.1),
/// [RFC 8037 §3.2](https://www.rfc-editor.org/rfc/rfc8037#section-3.2)).
fn encrypts_only(object: &Object) -> Result<bool, JwkError> {
    let alg = optional(object, "alg")?.unwrap_or_default();
    let encrypts = alg == "RSA1_5" || alg.starts_with("RSA-OAEP") || alg.starts_with("ECDH-ES");
    Ok(encrypts || matches!(optional(object, "crv")?, Some("X25519" | "X448")))
}

/// The values of `use` and `key_ops`, limited to combinations that allow verification.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Purpose {
    signature_use: bool,
    operations: Vec<String>,
}

impl Purpose {
    fn parse(object: &Object) -> Result<Self, JwkError> {
        let usage = optional(object, "use")?;
        let operations = match object.get("key_ops") {
            None => Vec::new(),
            Some(value) => value.as_strings().filter(|list| !list.is_empty()).ok_or(JwkError::Member("key_ops"))?,
        };
        let repeated = operations.iter().enumerate().any(|(at, operation)| operations[..at].contains(operation));
        let signs = operations.iter().all(|operation| matches!(*operation, "sign" | "verify"));
        let encrypts = operations.iter().all(|operation| !matches!(*operation, "sign" | "verify"));
        match usage {
            _ if repeated => return Err(JwkError::PurposeContradicts),
            Some("sig") if !signs => return Err(JwkError::PurposeContradicts),
            Some("enc") if !encrypts => return Err(JwkError::PurposeContradicts),
            None | Some("sig") => {}
            Some(_) => return Err(JwkError::Purpose),
        }
        if !operations.is_empty() && !operations.contains(&"verify") {
            return Err(JwkError::Purpose);
        }
        Ok(Self { signature_use: usage.is_some(), operations: operations.into_iter().map(str::to_owned).collect() })
    }
}

fn certificates(object: &Object, key: &PublicKey) -> Result<Vec<Vec<u8>>, JwkError> {
    let Some(value) = object.get("x5c") else { return Ok(Vec::new()) };
    let texts = value.as_strings().ok_or(JwkError::Member("x5c"))?;
    if texts.is_empty() || texts.len() > Jwk::MOST_CERTIFICATES {
        return Err(JwkError::Certificate);
    }
    let decoded = texts.into_iter().map(|text| base64url::decode_padded(text.as_bytes())).collect::<Option<Vec<_>>>();
    let certificates = decoded.ok_or(JwkError::Certificate)?;
    let holds_key = |der: &Vec<u8>| match x509_parser::parse_x509_certificate(der) {
        Ok(([], certificate)) => *certificate.public_key().subject_public_key.data == *key.encoded(),
        _ => false,
    };
    if certificates.first().is_some_and(holds_key) { Ok(certificates) } else { Err(JwkError::Certificate) }
}
