//! Algorithms: those that the caller registered.

use fapi::requirement::rfc9701::{ENCRYPTED_RESPONSE_ALG, RESPONSE_ENCRYPTED, SIGNED_FIRST, SIGNED_RESPONSE_ALG};
use serde_json::{Map, Value, json};

use super::super::common::{self, NOW};
use super::super::recipient;
use super::{CONCERNS, Group, JSON, Keys, RESOURCE, accepting, active, ask, inactive, jwt, jwt_for, of};

pub(super) fn groups(keys: &Keys) -> Vec<Group> {
    let mut groups: Vec<Group> = recipient::SIGNING.into_iter().map(|(_, algorithm)| registered(keys, algorithm)).collect();
    groups.push(by_secret(keys));
    groups.push(default(keys));
    for (at, (alg, name)) in recipient::PUBLIC.into_iter().enumerate() {
        let caller = json!({ "jwks": { "keys": [recipient::public(keys, name, alg)] } });
        let private = recipient::private(keys, name, alg);
        groups.push(encrypted(caller, private, alg, Some(recipient::ENCRYPTION[(at + 3) % 6]), Some(recipient::KID)));
    }
    for (at, (alg, length)) in recipient::SHARED.into_iter().enumerate() {
        let enc = if alg == "dir" { "A128GCM" } else { recipient::ENCRYPTION[at] };
        groups.push(encrypted(json!({}), recipient::shared(alg, length), alg, Some(enc), None));
    }
    let caller = json!({ "jwks": { "keys": [recipient::public(keys, "recipient-x25519", "ECDH-ES")] } });
    let private = recipient::private(keys, "recipient-x25519", "ECDH-ES");
    let group = encrypted(caller, private, "ECDH-ES", None, Some(recipient::KID));
    let json = accepting(RESOURCE, "{access_token}", JSON);
    let group = group.invalid(&ENCRYPTED_RESPONSE_ALG, "Encrypted", "JSON, where answers are encrypted", json);
    groups.push(group.error("invalid_request"));
    groups
}

fn signed(algorithm: &str) -> Value {
    json!({ "alg": algorithm, "typ": "token-introspection+jwt", "kid": algorithm })
}

fn both(group: Group, what: &str, header: &Value) -> Group {
    group
        .valid("Algorithm", format!("{what}: an active token"), ask(RESOURCE, "{access_token}"))
        .shows(&SIGNED_RESPONSE_ALG)
        .output(jwt_for(RESOURCE, header.clone(), NOW, active(CONCERNS)))
        .valid("Algorithm", format!("{what}: an inactive token"), ask(RESOURCE, "unknown"))
        .output(jwt_for(RESOURCE, header.clone(), NOW, inactive()))
}

fn registered(keys: &Keys, algorithm: &str) -> Group {
    let default = if algorithm == "ES256" { "PS256" } else { "ES256" };
    let group = of(&[], json!({ "introspection_signed_response_alg": algorithm }));
    both(group.gives("keys", recipient::server_keys(keys, default)), &format!("registered: {algorithm}"), &signed(algorithm))
}

fn by_secret(keys: &Keys) -> Group {
    let group = of(&[], json!({ "introspection_signed_response_alg": "HS256" }));
    let header = json!({ "alg": "HS256", "typ": "token-introspection+jwt" });
    both(group.gives("keys", recipient::server_keys(keys, "ES256")), "registered: HS256", &header)
}

fn default(keys: &Keys) -> Group {
    let only = json!([common::named(keys, "server-ps256", "PS256", "PS256")]);
    both(of(&[], json!({})).gives("keys", only), "a server with PS256 alone", &signed("PS256"))
}

fn encrypted(mut caller: Value, private: Map<String, Value>, alg: &str, enc: Option<&str>, kid: Option<&str>) -> Group {
    caller["introspection_encrypted_response_alg"] = alg.into();
    if let Some(enc) = enc {
        caller["introspection_encrypted_response_enc"] = enc.into();
    }
    let told = |token: Value| {
        let mut told = jwt(token);
        told["encryption"] = json!({ "alg": alg, "enc": enc.unwrap_or("A128CBC-HS256"), "cty": "JWT" });
        if let Some(kid) = kid {
            told["encryption"]["kid"] = kid.into();
        }
        told
    };
    let what = format!("{alg} and {}", enc.unwrap_or("no enc"));
    of(&[], caller)
        .gives("recipients", json!([private]))
        .valid("Encrypted", format!("{what}: an active token"), ask(RESOURCE, "{access_token}"))
        .shows(&SIGNED_FIRST)
        .output(told(active(CONCERNS)))
        .valid("Encrypted", format!("{what}: an inactive token, and any answer accepted"), accepting(RESOURCE, "unknown", "*/*"))
        .shows(&RESPONSE_ENCRYPTED)
        .output(told(inactive()))
}
