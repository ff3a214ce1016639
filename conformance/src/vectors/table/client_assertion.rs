//! `client_assertion`: JWTs that authenticate clients.

mod algorithm;
mod audience;
mod claims;

use serde_json::{Map, Value, json};

use super::common::{self, ISSUER, NOW};
use crate::vectors::file::{File, Group};
use crate::vectors::keys::Keys;

pub(super) fn file(keys: &Keys) -> File {
    File::new(
        "client_assertion",
        &[
            "A client assertion at the endpoint that the group names, from a client with the registration of the group.",
            "Every test starts from the same state of the server: only the assertions in the group's `spent` were used before.",
            "A `jti` has at most 256 octets.",
            "Times: `now` is the server's time; `lifetimes` has its limits for the times of assertions.",
        ],
    )
    .flag("Good", "accepted input")
    .flag("Time", "exp, nbf and iat at and beyond their limits")
    .flag("Number", "numbers that are not valid times")
    .flag("Audience", "the audience of the assertion")
    .flag("Identity", "iss and sub")
    .flag("Jti", "the identifier, and its second use")
    .flag("Typ", "JWTs for another purpose")
    .flag("Algorithm", "algorithms that are not allowed, or not registered")
    .flag("Signature", "signatures and their keys")
    .flag("Form", "texts that are not strict JWTs")
    .groups(claims::groups(keys))
    .groups(audience::groups(keys))
    .groups(algorithm::groups(keys))
}

/// A client with three keys, under these policies.
fn client(keys: &Keys, policy: &[&str]) -> Group {
    let jwks = json!({ "keys": [
        common::named(keys, "client-es256", "k1", "ES256"),
        common::named(keys, "client-ps256", "k2", "PS256"),
        common::named(keys, "client-eddsa", "k3", "EdDSA"),
    ]});
    registered(policy, json!({ "token_endpoint_auth_method": "private_key_jwt", "jwks": jwks }))
}

fn registered(policy: &[&str], client: Value) -> Group {
    Group::new()
        .gives("policy", json!(policy))
        .gives("issuer", ISSUER)
        .gives("now", NOW)
        .gives("lifetimes", json!({ "assertion": 86_400, "future_tolerance": 30 }))
        .gives("client", client)
}

const FAPI: &[&str] = &["fapi2_security"];

fn good() -> Map<String, Value> {
    common::assertion_claims("a")
}

/// An assertion with these claims, signed with the first key.
fn assertion(keys: &Keys, claims: &Value) -> String {
    keys.jws("client-es256", "ES256", &json!({ "kid": "k1" }), claims)
}

/// An assertion whose claims are this text.
fn of_text(keys: &Keys, claims: &str) -> String {
    keys.jws_of("client-es256", "ES256", br#"{"alg":"ES256","kid":"k1"}"#, claims.as_bytes())
}

/// The text of valid claims, with this text as the value of one of them.
fn with_text(name: &str, value: &str) -> String {
    let claims = good();
    let members =
        claims.iter().map(|(known, it)| format!("\"{known}\":{}", if known == name { value.to_owned() } else { it.to_string() }));
    let added = (!claims.contains_key(name)).then(|| format!("\"{name}\":{value}"));
    format!("{{{}}}", members.chain(added).collect::<Vec<_>>().join(","))
}
