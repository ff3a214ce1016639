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
            "A compact JWS, its key or secret, and the algorithms that are allowed.",
            "A group has a public JWK, or the octets of a shared secret. With `payload`, the payload must be a claims set.",
            "Limits: 16,384 octets; 32 levels of objects and arrays. `b64` and `zip` are refused, critical or not.",
        ],
    )
    .flag("Rfc", "an example of a specification")
    .flag("Signature", "signatures that were modified, or that are of another message")
    .flag("Malleable", "another spelling of a valid signature")
    .flag("WrongForm", "a signature in a form that JOSE does not use")
    .flag("WrongKey", "a valid signature by another key, or with another algorithm of the same key")
    .flag("KeyInMessage", "messages that contain their own key")
    .flag("AlgNone", "no signature at all")
    .flag("AlgConfusion", "an algorithm of the sender's choice")
    .flag("Parts", "more or fewer than three parts, or another serialization")
    .flag("Base64", "base64 that is not strict base64url")
    .flag("HeaderJson", "a header that is not one strict JSON object")
    .flag("HeaderParameter", "parameters that are missing, have the wrong type or change what is signed")
    .flag("Crit", "extensions that must be understood")
    .flag("Ignored", "unknown parameters that are allowed")
    .flag("Claims", "payloads that are not a strict claims set")
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
