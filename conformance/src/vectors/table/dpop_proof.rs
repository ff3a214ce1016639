//! `dpop_proof`: proofs with requests.

mod claims;
mod header;
mod resource;

use serde_json::{Map, Value, json};

use super::common::{self, ISSUER, NOW};
use crate::vectors::file::{File, Group};
use crate::vectors::keys::Keys;

/// The `htu` of proofs at the token endpoint.
const TOKEN: &str = "https://as.example/token";

pub(super) fn file(keys: &Keys) -> File {
    File::new(
        "dpop_proof",
        &[
            "The DPoP field of a request; a list if there are several fields, null if there is none.",
            "Without `access_token` the request is a valid token request of the group's client to the token endpoint; with it, a",
            "request with `method` to `url`, whose Authorization field has the scheme DPoP and that token, which is valid.",
            "Every test starts from the same state of the server: only the proofs in the group's `spent` were used before. A proof",
            "is identified by its `jti` and its key. A `jti` has at most 256 octets. Without a policy every asymmetric algorithm is",
            "allowed, and a client that is not bound to DPoP need not send a proof.",
        ],
    )
    .flag("Rfc", "an example of a specification")
    .flag("Good", "accepted input")
    .flag("Form", "texts that are not exactly one strict JWT")
    .flag("Header", "typ, alg and jwk")
    .flag("Algorithm", "algorithms that are not allowed")
    .flag("Key", "keys that are private, unusable or not the signer's")
    .flag("Target", "htm and htu")
    .flag("Time", "iat, exp and nbf at and beyond their limits")
    .flag("Number", "numbers that are not valid times")
    .flag("Jti", "the identifier, and its second use")
    .flag("Nonce", "nonces of the server")
    .flag("Ath", "the access token that a proof is for")
    .flag("Binding", "the key that an access token is bound to")
    .groups(claims::groups(keys))
    .groups(header::groups(keys))
    .groups(resource::groups(keys))
}

/// A token endpoint, with a client that authenticates with its secret and may have bound tokens.
fn token_endpoint() -> Group {
    Group::new()
        .gives("policy", json!([]))
        .gives("issuer", ISSUER)
        .gives("now", NOW)
        .gives("lifetimes", json!({ "proof": 60, "future_tolerance": 30 }))
        .gives("client", json!({ "token_endpoint_auth_method": "client_secret_post" }))
        .gives("client_secret", "a secret that is long enough for every purpose")
}

fn good(jti: &str) -> Map<String, Value> {
    let claims = json!({ "jti": jti, "htm": "POST", "htu": TOKEN, "iat": NOW });
    claims.as_object().cloned().unwrap_or_default()
}

/// A proof with these claims, signed with the sender's P-256 key.
fn proof(keys: &Keys, claims: &Value) -> String {
    by(keys, "sender-es256", "ES256", claims)
}

/// A proof signed with this key.
fn by(keys: &Keys, name: &str, algorithm: &str, claims: &Value) -> String {
    keys.jws(name, algorithm, &json!({ "typ": "dpop+jwt", "jwk": keys.public(name) }), claims)
}

/// A proof whose claims are this text.
fn of_text(keys: &Keys, claims: &str) -> String {
    let header = json!({ "typ": "dpop+jwt", "alg": "ES256", "jwk": keys.public("sender-es256") });
    keys.jws_of("sender-es256", "ES256", header.to_string().as_bytes(), claims.as_bytes())
}

fn with(name: &str, value: impl Into<Value>) -> Value {
    common::with(&good("a"), name, value)
}

fn without(name: &str) -> Value {
    common::without(&good("a"), name)
}
