//! Proofs with access tokens.

use fapi::requirement::rfc9449::{
    NONCE_RECENT, PROOF_ATH, PROOF_COMPLETE, PROOF_FRESH, PROOF_HTM, PROOF_HTU, PROOF_ONCE, PROOF_WELL_FORMED, RESOURCE_NONCE,
    RESOURCE_PROOF, TOKEN_BOUND_TO_KEY,
};
use serde_json::{Map, Value, json};

use super::super::access_token;
use super::super::common::{self, ISSUER, NOW};
use super::{Group, Keys, by, proof};
use crate::keys::digest;

pub(super) fn groups(keys: &Keys) -> Vec<Group> {
    vec![bound(keys), ath(keys), targets(keys), spent(keys), nonces(keys)]
}

const URL: &str = "https://api.example/accounts";

fn token(keys: &Keys) -> String {
    access_token::bound_to(keys, "sender-es256")
}

fn resource(keys: &Keys, method: &str) -> Group {
    Group::new()
        .gives("policy", json!(["fapi2_security"]))
        .gives("issuer", ISSUER)
        .gives("now", NOW)
        .gives("lifetimes", json!({ "proof": 60, "future_tolerance": 30 }))
        .gives("keys", json!([common::named(keys, "server-eddsa", "as-1", "EdDSA")]))
        .gives("method", method)
        .gives("url", URL)
        .gives("access_token", token(keys))
}

fn good(keys: &Keys, jti: &str) -> Map<String, Value> {
    let claims = json!({ "jti": jti, "htm": "GET", "htu": URL, "iat": NOW, "ath": digest(&token(keys)) });
    claims.as_object().cloned().unwrap_or_default()
}

fn bound(keys: &Keys) -> Group {
    let claims = Value::Object(good(keys, "a"));
    resource(keys, "GET")
        .valid("Binding", "by the key that the token is bound to", proof(keys, &claims))
        .invalid(&TOKEN_BOUND_TO_KEY, "Binding", "by another key", by(keys, "stranger-es256", "ES256", &claims))
        .invalid(&TOKEN_BOUND_TO_KEY, "Binding", "by a key of another type", by(keys, "sender-eddsa", "EdDSA", &claims))
        .errors("invalid_token")
        .invalid(&RESOURCE_PROOF, "Binding", "no proof", Value::Null)
        .invalid(
            &PROOF_FRESH,
            "Time",
            "at a resource: iat 61 seconds ago",
            proof(keys, &common::with(&good(keys, "a"), "iat", NOW - 61)),
        )
        .errors("invalid_dpop_proof")
}

fn ath(keys: &Keys) -> Group {
    let token = token(keys);
    let of = |value: Value| proof(keys, &common::with(&good(keys, "a"), "ath", value));
    let hash = digest(&token);
    let mut group = resource(keys, "GET").valid("Ath", "the hash of the token", of(json!(hash))).invalid(
        &PROOF_COMPLETE,
        "Ath",
        "no ath",
        proof(keys, &common::without(&good(keys, "a"), "ath")),
    );
    for (what, value) in [
        ("the hash of another token", digest("another")),
        ("the hash of no token", digest("")),
        ("the token itself", token.clone()),
        ("the hash with padding", format!("{hash}=")),
        ("the hash in upper case", hash.to_uppercase()),
        ("the hash of the scheme and the token", digest(&format!("DPoP {token}"))),
        ("the hash of the claims of the token", digest(token.split('.').nth(1).unwrap_or_default())),
        ("the left half of the hash", hash[..22].to_owned()),
        ("empty", String::new()),
    ] {
        group = group.invalid(&PROOF_ATH, "Ath", format!("ath: {what}"), of(json!(value)));
    }
    for (what, value) in [("a number", json!(1)), ("null", Value::Null), ("a list", json!([hash]))] {
        group = group.invalid(&PROOF_WELL_FORMED, "Ath", format!("ath: {what}"), of(value));
    }
    group.errors("invalid_dpop_proof")
}

fn targets(keys: &Keys) -> Group {
    let of = |name: &str, value: &str| {
        let mut claims = good(keys, "a");
        claims.insert("htm".into(), "PATCH".into());
        proof(keys, &common::with(&claims, name, value))
    };
    resource(keys, "PATCH")
        .valid("Target", "at a resource: its method and address", of("htu", URL))
        .valid("Target", "at a resource: a query", of("htu", "https://api.example/accounts?id=1"))
        .invalid(&PROOF_HTM, "Target", "at a resource: htm GET", of("htm", "GET"))
        .invalid(&PROOF_HTM, "Target", "at a resource: htm in lower case", of("htm", "patch"))
        .invalid(&PROOF_HTU, "Target", "at a resource: htu of the token endpoint", of("htu", "https://as.example/token"))
        .invalid(&PROOF_HTU, "Target", "at a resource: htu of the resource above", of("htu", "https://api.example/"))
        .invalid(&PROOF_HTU, "Target", "at a resource: htu of a resource below", of("htu", "https://api.example/accounts/1"))
        .errors("invalid_dpop_proof")
}

fn spent(keys: &Keys) -> Group {
    let used = proof(keys, &Value::Object(good(keys, "used")));
    resource(keys, "GET")
        .gives("spent", json!([used]))
        .valid("Jti", "at a resource: another jti", proof(keys, &Value::Object(good(keys, "unused"))))
        .invalid(&PROOF_ONCE, "Jti", "at a resource: exactly the proof that was used", used)
        .invalid(&PROOF_ONCE, "Jti", "at a resource: a new proof with the jti that was used", {
            proof(keys, &common::with(&good(keys, "used"), "iat", NOW + 1))
        })
        .errors("invalid_dpop_proof")
}

fn nonces(keys: &Keys) -> Group {
    let of = |nonce: &str| proof(keys, &common::with(&good(keys, "a"), "nonce", nonce));
    resource(keys, "GET")
        .gives("nonces", json!(["resource-2", "resource-1"]))
        .valid("Nonce", "at a resource: the current nonce", of("resource-2"))
        .valid("Nonce", "at a resource: the nonce before it", of("resource-1"))
        .invalid(&RESOURCE_NONCE, "Nonce", "at a resource: no nonce", proof(keys, &Value::Object(good(keys, "a"))))
        .invalid(&NONCE_RECENT, "Nonce", "at a resource: a nonce that was not issued", of("nonce-2"))
        .errors("use_dpop_nonce")
}
