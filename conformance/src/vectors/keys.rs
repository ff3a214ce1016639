//! The test keys of the vectors. They are generated once, published with the files, and must not be used for anything else.

use std::path::Path;

use data_encoding::BASE64URL_NOPAD;
use josekit::jwk::Jwk;
use josekit::jws::{self, JwsSigner};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256, Sha384, Sha512};

/// The keys by name.
pub(crate) struct Keys(Map<String, Value>);

/// The name of every key, with its kind.
const NAMES: &[(&str, &str)] = &[
    ("server-es256", "ES256"),
    ("server-es384", "ES384"),
    ("server-ps256", "PS256"),
    ("server-eddsa", "EdDSA"),
    ("client-es256", "ES256"),
    ("client-es384", "ES384"),
    ("client-es512", "ES512"),
    ("client-ps256", "PS256"),
    ("client-eddsa", "EdDSA"),
    ("sender-es256", "ES256"),
    ("sender-es384", "ES384"),
    ("sender-es512", "ES512"),
    ("sender-ps256", "PS256"),
    ("sender-eddsa", "EdDSA"),
    ("stranger-es256", "ES256"),
    ("stranger-ps256", "PS256"),
    ("stranger-eddsa", "EdDSA"),
    ("short-rsa", "RSA-2040"),
];

impl Keys {
    /// Reads the keys of this folder; generates and writes those that are missing.
    pub(crate) fn read(folder: &Path) -> Result<Self, String> {
        let path = folder.join("keys.json");
        let failed = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
        let text = std::fs::read_to_string(&path).unwrap_or_else(|_| "{}".into());
        let file: Value = serde_json::from_str(&text).map_err(|error| failed(&error))?;
        let mut keys = file["keys"].as_object().cloned().unwrap_or_default();
        let before = keys.len();
        for (name, what) in NAMES {
            if !keys.contains_key(*name) {
                keys.insert((*name).into(), Value::Object(made(what)?));
            }
        }
        if keys.len() > before {
            let header = "Private keys that signed the vectors: public, and only for tests.";
            let file = json!({ "header": [header], "keys": keys });
            let text = serde_json::to_string_pretty(&file).map_err(|error| failed(&error))?;
            std::fs::write(&path, text + "\n").map_err(|error| failed(&error))?;
        }
        Ok(Self(keys))
    }

    /// The public members of a key.
    pub(crate) fn public(&self, name: &str) -> Map<String, Value> {
        let members = ["kty", "crv", "x", "y", "n", "e"];
        self.private(name).into_iter().filter(|(name, _)| members.contains(&name.as_str())).collect()
    }

    /// All members of a key.
    pub(crate) fn private(&self, name: &str) -> Map<String, Value> {
        self.0.get(name).and_then(Value::as_object).cloned().unwrap_or_default()
    }

    /// The RFC 7638 thumbprint of a key.
    pub(crate) fn thumbprint(&self, name: &str) -> String {
        let members: std::collections::BTreeMap<_, _> = self.public(name).into_iter().collect();
        let members: Vec<_> = members.iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
        crate::keys::digest(&format!("{{{}}}", members.join(",")))
    }

    /// Signs these octets.
    pub(crate) fn sign(&self, name: &str, algorithm: &str, message: &[u8]) -> Vec<u8> {
        sign_by(self.private(name), algorithm, message)
    }

    /// A compact JWS by this key; `alg` is added to the header.
    pub(crate) fn jws(&self, name: &str, algorithm: &str, header: &Value, payload: &Value) -> String {
        let mut whole = Map::from_iter([("alg".to_owned(), Value::from(algorithm))]);
        whole.extend(header.as_object().cloned().unwrap_or_default());
        self.jws_of(name, algorithm, Value::Object(whole).to_string().as_bytes(), payload.to_string().as_bytes())
    }

    /// A compact JWS by this key over these octets of header and payload.
    pub(crate) fn jws_of(&self, name: &str, algorithm: &str, header: &[u8], payload: &[u8]) -> String {
        signed(header, payload, |message| self.sign(name, algorithm, message))
    }
}

/// A MAC over these octets, with a secret of any length: josekit would refuse the secrets that the library must refuse
/// ([RFC 2104 §2](https://www.rfc-editor.org/rfc/rfc2104#section-2)).
pub(crate) fn mac(secret: &[u8], algorithm: &str, message: &[u8]) -> Vec<u8> {
    match algorithm {
        "HS256" => hmac::<Sha256>(64, secret, message),
        "HS384" => hmac::<Sha384>(128, secret, message),
        _ => hmac::<Sha512>(128, secret, message),
    }
}

fn hmac<D: Digest>(block: usize, secret: &[u8], message: &[u8]) -> Vec<u8> {
    let mut key = if secret.len() > block { D::digest(secret).to_vec() } else { secret.to_vec() };
    key.resize(block, 0);
    let padded = |octet: u8| key.iter().map(|it| it ^ octet).collect::<Vec<u8>>();
    let inner = D::digest([&padded(0x36)[..], message].concat());
    D::digest([&padded(0x5c)[..], &inner].concat()).to_vec()
}

/// A compact JWS whose signature this function makes from its signing input.
pub(crate) fn signed(header: &[u8], payload: &[u8], sign: impl FnOnce(&[u8]) -> Vec<u8>) -> String {
    sealed(&format!("{}.{}", BASE64URL_NOPAD.encode(header), BASE64URL_NOPAD.encode(payload)), sign)
}

/// A signing input, followed by the signature that this function makes from it.
pub(crate) fn sealed(message: &str, sign: impl FnOnce(&[u8]) -> Vec<u8>) -> String {
    format!("{message}.{}", BASE64URL_NOPAD.encode(&sign(message.as_bytes())))
}

/// Signs these octets with this private key.
pub(crate) fn sign_by(key: Map<String, Value>, algorithm: &str, message: &[u8]) -> Vec<u8> {
    sure(algorithm, Jwk::from_map(key).and_then(|jwk| signer(algorithm, &jwk)?.sign(message)))
}

fn sure<T>(algorithm: &str, done: Result<T, josekit::JoseError>) -> T {
    done.unwrap_or_else(|error| unreachable!("a {algorithm} key of the tables can sign: {error}"))
}

fn signer(algorithm: &str, jwk: &Jwk) -> Result<Box<dyn JwsSigner>, josekit::JoseError> {
    Ok(match algorithm {
        "ES256" => Box::new(jws::ES256.signer_from_jwk(jwk)?),
        "ES384" => Box::new(jws::ES384.signer_from_jwk(jwk)?),
        "ES512" => Box::new(jws::ES512.signer_from_jwk(jwk)?),
        "ES256K" => Box::new(jws::ES256K.signer_from_jwk(jwk)?),
        "PS256" => Box::new(jws::PS256.signer_from_jwk(jwk)?),
        "PS384" => Box::new(jws::PS384.signer_from_jwk(jwk)?),
        "PS512" => Box::new(jws::PS512.signer_from_jwk(jwk)?),
        "RS256" => Box::new(jws::RS256.signer_from_jwk(jwk)?),
        "RS384" => Box::new(jws::RS384.signer_from_jwk(jwk)?),
        "RS512" => Box::new(jws::RS512.signer_from_jwk(jwk)?),
        _ => Box::new(jws::EdDSA.signer_from_jwk(jwk)?),
    })
}

fn made(what: &str) -> Result<Map<String, Value>, String> {
    use josekit::jwk::alg::ec::EcCurve;
    use josekit::jwk::alg::ed::EdCurve;
    let jwk = match what {
        "ES256" => Jwk::generate_ec_key(EcCurve::P256),
        "ES384" => Jwk::generate_ec_key(EcCurve::P384),
        "ES512" => Jwk::generate_ec_key(EcCurve::P521),
        "EdDSA" => Jwk::generate_ed_key(EdCurve::Ed25519),
        "RSA-2040" => Jwk::generate_rsa_key(2040),
        _ => Jwk::generate_rsa_key(2048),
    };
    let mut jwk: Map<String, Value> = jwk.map_err(|error| format!("{what}: {error}"))?.into();
    jwk.retain(|name, _| !["alg", "use", "key_ops"].contains(&name.as_str()));
    Ok(jwk)
}
