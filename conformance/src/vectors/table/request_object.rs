//! `request_object`: the parameters of authorization requests as signed JWTs.

mod algorithm;
mod claims;
mod encrypted;
mod form;
mod outside;
mod parameters;
mod reference;
mod times;
mod typ;

use data_encoding::BASE64URL_NOPAD;
use serde_json::{Map, Value, json};

use super::common::{self, CLIENT, ISSUER, NOW};
use super::exchange::{CHALLENGE, REDIRECT, SECRET};
use crate::vectors::file::{File, Group};
use crate::vectors::keys::Keys;

pub(super) fn file(keys: &Keys) -> File {
    File::new(
        "request_object",
        &[
            "A request object of a client, at the authorization endpoint, or pushed first where the group names that endpoint. It is sent",
            "as `request`, with the parameters that the input lists as `outside`; `client_id` and the client's credentials are always",
            "sent. With `document`, it is what the client serves at `request_uri` instead.",
            "The output tells which parameters are in force: the page that the user sees first, the place that the answer goes to, its",
            "state, and the `nonce` of the ID token if the output has that member.",
            "Limits: 32,768 octets, 24,576 if it is encrypted; 32 levels of objects and arrays.",
        ],
    )
    .flag("Good", "accepted input")
    .flag("Algorithm", "algorithms that are not allowed, or not registered")
    .flag("Signature", "signatures and their keys")
    .flag("Typ", "JWTs for another purpose")
    .flag("Parts", "texts that are not a compact serialization")
    .flag("Form", "headers and claims that are not strict JSON, or not understood")
    .flag("Size", "longest request objects")
    .flag("Audience", "the audience of the request object")
    .flag("Identity", "iss, sub and client_id")
    .flag("Time", "exp, nbf and iat at and beyond their limits")
    .flag("Number", "numbers that are not valid times")
    .flag("Nested", "request objects in request objects")
    .flag("Type", "parameters that have the wrong type of JSON value")
    .flag("Parameter", "parameters inside that are refused like others")
    .flag("Outside", "parameters beside the request object")
    .flag("Reference", "request objects that are fetched")
    .flag("Encrypted", "request objects that are encrypted for the server")
    .flag("Required", "requests without a request object where there must be one")
    .groups(algorithm::groups(keys))
    .groups(typ::groups(keys))
    .groups(form::groups(keys))
    .groups(claims::groups(keys))
    .groups(times::groups(keys))
    .groups(parameters::groups(keys))
    .groups(outside::groups(keys))
    .groups(reference::groups(keys))
    .groups(encrypted::groups(keys))
}

/// The keys that the clients register: one per algorithm.
const CLIENT_KEYS: [(&str, &str, &str); 3] =
    [("client-es256", "k1", "ES256"), ("client-ps256", "k2", "PS256"), ("client-eddsa", "k3", "EdDSA")];

fn jwks(keys: &Keys) -> Value {
    let named = CLIENT_KEYS.map(|(name, kid, algorithm)| common::named(keys, name, kid, algorithm));
    json!({ "keys": named })
}

/// A client with a secret and these metadata, under these policies.
fn of(policy: &[&str], client: Value) -> Group {
    Group::new().gives("policy", json!(policy)).gives("now", NOW).gives("client", client).gives("client_secret", SECRET)
}

/// A client with its keys at the authorization endpoint of an OAuth server.
fn plain(keys: &Keys) -> Group {
    of(&[], json!({ "jwks": jwks(keys) }))
}

/// A client of FAPI 2.0 Message Signing with these keys, which pushes its requests.
fn fapi2_with(keys: &Keys, jwks: Value) -> Group {
    let claims = Value::Object(common::assertion_claims("an assertion of the group"));
    Group::new()
        .gives("policy", json!(["fapi2_security", "fapi2_signed_requests"]))
        .gives("now", NOW)
        .gives("client", json!({ "token_endpoint_auth_method": "private_key_jwt", "jwks": jwks }))
        .gives("client_assertion", keys.jws("client-es256", "ES256", &json!({ "kid": "k1" }), &claims))
        .gives("endpoint", "pushed_authorization_request_endpoint")
}

fn fapi2(keys: &Keys) -> Group {
    fapi2_with(keys, jwks(keys))
}

/// A client of FAPI 1.0 Advanced with these keys, which sends its requests by value and gets signed responses.
fn fapi1_with(jwks: Value) -> Group {
    let client = json!({
        "token_endpoint_auth_method": "private_key_jwt", "jwks": jwks, "grant_types": ["authorization_code"],
        "tls_client_certificate_bound_access_tokens": true,
    });
    Group::new().gives("policy", json!(["openid", "fapi1_advanced"])).gives("now", NOW).gives("client", client)
}

fn fapi1(keys: &Keys) -> Group {
    fapi1_with(jwks(keys))
}

/// The claims of a valid request object.
fn good() -> Map<String, Value> {
    members(json!({
        "iss": CLIENT, "aud": ISSUER, "iat": NOW, "nbf": NOW, "exp": NOW + 300, "client_id": CLIENT, "response_type": "code",
        "redirect_uri": REDIRECT, "scope": "openid accounts", "state": "a state", "nonce": "a nonce",
        "code_challenge": CHALLENGE, "code_challenge_method": "S256",
    }))
}

/// The same for FAPI 2.0, where the API alone is asked for.
fn good2() -> Map<String, Value> {
    members(common::with(&members(common::without(&good(), "nonce")), "scope", "accounts"))
}

/// The same for FAPI 1.0.
fn good1() -> Map<String, Value> {
    members(common::with(&good(), "response_mode", "jwt"))
}

fn members(value: Value) -> Map<String, Value> {
    value.as_object().cloned().unwrap_or_default()
}

/// A header without `alg`.
fn header(kid: &str) -> Value {
    json!({ "typ": "oauth-authz-req+jwt", "kid": kid })
}

/// These claims, signed with the first key of the client.
fn signed(keys: &Keys, claims: &Value) -> String {
    keys.jws("client-es256", "ES256", &header("k1"), claims)
}

/// The input with this request object and nothing beside it.
fn sent(object: impl Into<String>) -> Value {
    json!({ "request": object.into() })
}

fn by_value(keys: &Keys, claims: &Value) -> Value {
    sent(signed(keys, claims))
}

/// A request object whose claims are this text.
fn of_text(keys: &Keys, claims: &str) -> Value {
    sent(keys.jws_of("client-es256", "ES256", br#"{"typ":"oauth-authz-req+jwt","kid":"k1","alg":"ES256"}"#, claims.as_bytes()))
}

/// The text of these claims with this text in front of the others.
fn text_with(claims: &Map<String, Value>, more: &str) -> String {
    Value::Object(claims.clone()).to_string().replacen('{', &format!("{{{more},"), 1)
}

/// A compact serialization of this header and these claims with a given signature.
fn compact(header: &Value, claims: &Value, signature: &[u8]) -> String {
    let parts = [header.to_string().into_bytes(), claims.to_string().into_bytes(), signature.to_vec()];
    parts.map(|part| BASE64URL_NOPAD.encode(&part)).join(".")
}

/// What is in force for [`good`].
fn in_force() -> Map<String, Value> {
    members(json!({
        "page": "login", "scope": "openid accounts", "redirect_uri": REDIRECT, "mode": "query", "state": "a state",
    }))
}

/// What is in force for [`good2`].
fn in_force2() -> Map<String, Value> {
    members(common::with(&in_force(), "scope", "accounts"))
}

/// Sets this as the output of the tests that were added since there were so many.
fn output(group: Group, force: &Map<String, Value>) -> Group {
    group.output(Value::Object(force.clone()))
}
