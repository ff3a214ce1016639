//! `jws`: compact JWS and the keys that verify them.

mod algorithm;
mod form;
mod header;
mod mac;

use crate::vectors::file::{File, Group};
use crate::vectors::keys::Keys;
use serde_json::{Value, json};

/// The payload of tests that do not depend on it.
const PAYLOAD: &[u8] = br#"{"iss":"joe"}"#;

pub(super) fn file(keys: &Keys) -> File {
    File::new(
        "jws",
        &[
            "A compact JWS, what it must verify with and the algorithms that are allowed.",
            "A group gives a public JWK, or the octets of a shared secret. With `payload` it says that a claims set is wanted.",
            "Limits: 16,384 octets; 32 objects and arrays inside of each other. `b64` and `zip` are refused, critical or not.",
        ],
    )
    .flag("Rfc", "an example of a specification")
    .flag("Signature", "a signature that was spoilt, or is of something else")
    .flag("Malleable", "a second spelling of a good signature")
    .flag("WrongForm", "a signature in a form that JOSE does not use")
    .flag("WrongKey", "a good signature by another key, or another algorithm of the same key")
    .flag("KeyInMessage", "a message that brings its own key")
    .flag("AlgNone", "no signature at all")
    .flag("AlgConfusion", "an algorithm of the sender's choice")
    .flag("Parts", "more or fewer than three parts, or another serialization")
    .flag("Base64", "base64 that is not strict base64url")
    .flag("HeaderJson", "a header that is not one strict JSON object")
    .flag("HeaderParameter", "a parameter that is missing, ill-typed or changes what is signed")
    .flag("Crit", "extensions that must be understood")
    .flag("Ignored", "what is not understood and may be there")
    .flag("Claims", "a payload that is no strict claims set")
    .flag("Size", "longest messages and shortest secrets")
    .groups(form::groups(keys))
    .groups(header::groups(keys))
    .groups(algorithm::groups(keys))
    .groups(mac::groups())
}

/// A group with one key and these algorithms.
fn of_key(key: impl Into<Value>, algorithms: &[&str]) -> Group {
    Group::new().gives("key", key).gives("algorithms", json!(algorithms))
}

/// The algorithms of FAPI 2.0.
const FAPI: &[&str] = &["PS256", "ES256", "EdDSA", "Ed25519"];
