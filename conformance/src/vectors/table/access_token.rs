//! `access_token`: JWT access tokens at a resource.

mod binding;
mod content;

use serde_json::{Map, Value, json};

use super::common::{self, CLIENT, ISSUER, NOW};
use crate::keys::digest;
use crate::vectors::file::{File, Group};
use crate::vectors::keys::Keys;

const URL: &str = "https://api.example/accounts";
const RESOURCE: &str = "https://api.example";

pub(super) fn file(keys: &Keys) -> File {
    File::new(
        "access_token",
        &[
            "A GET request to `url` of a resource: its Authorization and DPoP fields, and the certificate of its connection (base64 DER).",
            "The resource is `resource`, trusts `keys` of `issuer`, and demands `scope` where the group gives one.",
            "The private claim `grant` names the grant of the token. The grant of these files is live, unless the group says that",
            "the tokens in `revoked` were revoked, or that everything based on a login before `subject_revoked_at` was ended.",
            "The output is the client, user and scope for which the request is answered.",
            "The tokens are from one server, which puts `kid`, `scope` and `grant` into each; a token without them is not from it.",
        ],
    )
    .flag("Good", "accepted input")
    .flag("Header", "typ, alg, kid and the form of the JWT")
    .flag("Signature", "signatures and their keys")
    .flag("Claims", "claims that are missing, have the wrong type or are for another party")
    .flag("Time", "tokens that are expired or not valid yet")
    .flag("Revoked", "tokens and grants that were revoked")
    .flag("Scope", "the scope of the token")
    .flag("Scheme", "the transmission of the token")
    .flag("Binding", "the binding of the token")
    .groups(content::groups(keys))
    .groups(binding::groups(keys))
}

/// The claims of a valid token.
fn claims() -> Map<String, Value> {
    let claims = json!({
        "iss": ISSUER, "sub": CLIENT, "aud": RESOURCE, "exp": NOW + 300, "iat": NOW, "jti": "t1", "client_id": CLIENT,
        "scope": "accounts payments", "grant": digest(&format!("client credentials\0{CLIENT}\0{RESOURCE}")),
    });
    claims.as_object().cloned().unwrap_or_default()
}

fn with(name: &str, value: impl Into<Value>) -> Value {
    common::with(&claims(), name, value)
}

/// A token with these claims.
fn token(keys: &Keys, claims: &Value) -> String {
    keys.jws("server-eddsa", "EdDSA", &json!({ "typ": "at+jwt", "kid": "as-1" }), claims)
}

/// A token bound to a DPoP key.
pub(super) fn bound_to(keys: &Keys, key: &str) -> String {
    token(keys, &with("cnf", json!({ "jkt": keys.thumbprint(key) })))
}

/// A resource under these policies.
fn resource(keys: &Keys, policy: &[&str]) -> Group {
    Group::new()
        .gives("policy", json!(policy))
        .gives("issuer", ISSUER)
        .gives("resource", RESOURCE)
        .gives("url", URL)
        .gives("now", NOW)
        .gives(
            "keys",
            json!([common::named(keys, "server-eddsa", "as-1", "EdDSA"), common::named(keys, "server-es256", "as-2", "ES256")]),
        )
}

fn bearer(token: &str) -> Value {
    json!({ "authorization": format!("Bearer {token}") })
}

/// The output for a token of the client itself.
fn client() -> Value {
    json!({ "client_id": CLIENT, "subject": null, "scope": "accounts payments" })
}
