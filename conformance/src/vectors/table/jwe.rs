//! `jwe`: compact JWE and the keys that decrypt them.

mod algorithm;
mod form;
mod header;
mod rfc;

use crate::vectors::file::{File, Group};
use crate::vectors::keys::Keys;
use data_encoding::BASE64URL_NOPAD;
use serde_json::{Value, json};

/// The plaintext of tests that do not depend on it.
const PLAINTEXT: &str = r#"{"iss":"joe"}"#;

/// Every content encryption algorithm, with the length of its key.
const ENCRYPTION: [(&str, usize); 6] =
    [("A128GCM", 16), ("A192GCM", 24), ("A256GCM", 32), ("A128CBC-HS256", 32), ("A192CBC-HS384", 48), ("A256CBC-HS512", 64)];

pub(super) fn file(keys: &Keys) -> File {
    File::new(
        "jwe",
        &[
            "A compact JWE for a key, which is used with one algorithm only, and the content encryption that is allowed.",
            "A group has a private JWK, or the octets of a shared key. The output is the plaintext.",
            "With `content`, the plaintext must be declared to be a JWT, and be a JWS; its signature is not verified.",
            "Limits: 24,576 octets; 32 levels of objects and arrays. RSA1_5, passwords and compression are refused.",
        ],
    )
    .flag("Rfc", "an example of a specification")
    .flag("Algorithm", "every algorithm with every kind of key")
    .flag("Altered", "messages of which one part was altered")
    .flag("WrongKey", "a valid message for another recipient")
    .flag("AlgConfusion", "an algorithm that the key is not for, or that is not allowed")
    .flag("EncryptedKey", "encrypted keys of a wrong form, which must not be told apart")
    .flag("InvalidPoint", "ephemeral keys off their curve, or of small order")
    .flag("Insecure", "RSA1_5, passwords and compression")
    .flag("Parts", "more or fewer than five parts, or another serialization")
    .flag("Base64", "base64 that is not strict base64url")
    .flag("Length", "initialization vectors, ciphertexts and tags of a wrong length")
    .flag("HeaderJson", "a header that is not one strict JSON object")
    .flag("HeaderParameter", "parameters that are missing or have the wrong type or length")
    .flag("Crit", "extensions that must be understood")
    .flag("Ignored", "unknown parameters that are allowed")
    .flag("Nested", "signed messages inside")
    .flag("Size", "longest messages")
    .groups(rfc::groups())
    .groups(algorithm::groups(keys))
    .groups(form::groups())
    .groups(header::groups(keys))
}

/// A group with this private key.
fn of_key(keys: &Keys, name: &str, alg: &str, encryption: &[&str]) -> Group {
    Group::new().gives("key", keys.private(name)).gives("alg", alg).gives("encryption", json!(encryption))
}

/// A group with this shared key.
fn of_secret(secret: &[u8], alg: &str, encryption: &[&str]) -> Group {
    Group::new().gives("secret", octets(secret)).gives("alg", alg).gives("encryption", json!(encryption))
}

fn octets(octets: &[u8]) -> Value {
    json!({ "base64url": BASE64URL_NOPAD.encode(octets) })
}

/// A shared key of this length, of octets that are not UTF-8.
fn secret(length: usize) -> Vec<u8> {
    (0..length).map(|at| (at as u8).wrapping_mul(37).wrapping_add(200)).collect()
}
