//! Parties that messages are encrypted for.

use data_encoding::BASE64URL_NOPAD;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::exchange::SECRET;
use crate::vectors::keys::Keys;

/// The key management algorithms with a key pair, each with a key that it fits.
pub(super) const PUBLIC: [(&str, &str); 6] = [
    ("RSA-OAEP", "recipient-rsa"),
    ("RSA-OAEP-256", "recipient-rsa"),
    ("ECDH-ES", "recipient-p256"),
    ("ECDH-ES+A128KW", "recipient-p384"),
    ("ECDH-ES+A192KW", "recipient-p521"),
    ("ECDH-ES+A256KW", "recipient-x25519"),
];

/// Algorithms under a key that is made of the client's secret, each with the length of that key.
pub(super) const SHARED: [(&str, usize); 4] = [("A128KW", 16), ("A256KW", 32), ("A256GCMKW", 32), ("dir", 16)];

/// Every content encryption algorithm.
pub(super) const ENCRYPTION: [&str; 6] = ["A128CBC-HS256", "A192CBC-HS384", "A256CBC-HS512", "A128GCM", "A192GCM", "A256GCM"];

/// The kid of the key that messages are encrypted for.
pub(super) const KID: &str = "e1";

/// The private key of a recipient, for one algorithm.
pub(super) fn private(keys: &Keys, name: &str, alg: &str) -> Map<String, Value> {
    marked(keys.private(name), alg)
}

/// The public key of a recipient as it is registered.
pub(super) fn public(keys: &Keys, name: &str, alg: &str) -> Map<String, Value> {
    let mut key = marked(keys.public(name), alg);
    key.insert("use".into(), "enc".into());
    key
}

/// The key of this length that is made of the secret of the clients in these files.
pub(super) fn shared(alg: &str, length: usize) -> Map<String, Value> {
    let key = BASE64URL_NOPAD.encode(&Sha256::digest(SECRET.as_bytes())[..length]);
    marked(Map::from_iter([("kty".to_owned(), json!("oct")), ("k".to_owned(), json!(key))]), alg)
}

fn marked(mut key: Map<String, Value>, alg: &str) -> Map<String, Value> {
    key.insert("kid".into(), KID.into());
    key.insert("alg".into(), alg.into());
    key
}

/// The server's keys for several algorithms, the default one first.
pub(super) fn server_keys(keys: &Keys, default: &str) -> Value {
    let mut all = SIGNING.map(|(name, algorithm)| super::common::named(keys, name, algorithm, algorithm)).to_vec();
    all.sort_by_key(|key| key["alg"] != default);
    json!(all)
}

/// The algorithms of the server's keys; each key has the name of its algorithm as `kid`.
pub(super) const SIGNING: [(&str, &str); 5] = [
    ("server-es256", "ES256"),
    ("server-es384", "ES384"),
    ("server-ps256", "PS256"),
    ("server-rs256", "RS256"),
    ("server-eddsa", "EdDSA"),
];
