//! Common parts of the tables.

use serde_json::{Map, Value, json};

use crate::vectors::file::Group;
use crate::vectors::keys::Keys;

pub(super) const ISSUER: &str = "https://as.example";
pub(super) const NOW: i64 = 1_800_000_000;
pub(super) const CLIENT: &str = "client-1";

/// A public key with a kid and its algorithm.
pub(super) fn named(keys: &Keys, name: &str, kid: &str, algorithm: &str) -> Map<String, Value> {
    let mut key = keys.public(name);
    key.insert("kid".into(), kid.into());
    key.insert("alg".into(), algorithm.into());
    key
}

/// The claims of a valid client assertion.
pub(super) fn assertion_claims(jti: &str) -> Map<String, Value> {
    let claims = json!({ "iss": CLIENT, "sub": CLIENT, "aud": ISSUER, "jti": jti, "iat": NOW, "exp": NOW + 60 });
    claims.as_object().cloned().unwrap_or_default()
}

/// A group under FAPI 2.0 whose client authenticates with `private_key_jwt` and a valid assertion.
pub(super) fn fapi2_client(group: Group, keys: &Keys) -> Group {
    let jwks = json!({ "keys": [named(keys, "client-es256", "k1", "ES256")] });
    let claims = Value::Object(assertion_claims("an assertion of the group"));
    group
        .gives("policy", json!(["fapi2_security"]))
        .gives("now", NOW)
        .gives("client", json!({ "token_endpoint_auth_method": "private_key_jwt", "jwks": jwks }))
        .gives("client_assertion", keys.jws("client-es256", "ES256", &json!({ "kid": "k1" }), &claims))
}

/// The claims with one of them changed or added.
pub(super) fn with(claims: &Map<String, Value>, name: &str, value: impl Into<Value>) -> Value {
    let mut claims = claims.clone();
    claims.insert(name.into(), value.into());
    Value::Object(claims)
}

/// The claims without one of them.
pub(super) fn without(claims: &Map<String, Value>, name: &str) -> Value {
    let claims = claims.iter().filter(|(known, _)| *known != name);
    Value::Object(claims.map(|(name, value)| (name.clone(), value.clone())).collect())
}
