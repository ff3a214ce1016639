//! The algorithm of the answer: that of the client.

use fapi::requirement::jarm::SIGNED_RESPONSE_ALG;
use serde_json::{Value, json};

use super::super::common;
use super::super::recipient;
use super::{Group, Keys, agreed, alone, answer, claims, of};

pub(super) fn groups(keys: &Keys) -> Vec<Group> {
    let mut groups: Vec<Group> = recipient::SIGNING.into_iter().map(|(_, algorithm)| registered(keys, algorithm)).collect();
    groups.extend([default(keys, "ES256"), default(keys, "PS256"), by_secret(keys), of_fapi2(keys)]);
    groups
}

fn signed(algorithm: &str) -> Value {
    json!({ "alg": algorithm, "typ": "JWT", "kid": algorithm })
}

fn both(group: Group, what: &str, header: &Value) -> Group {
    let code = answer("query", header.clone(), claims(&["code", "state"], json!({ "state": "a state" })));
    let values = json!({ "error": "login_required", "state": "a state" });
    let error = answer("query", header.clone(), claims(&["error", "error_description", "state"], values));
    group
        .valid("Algorithm", format!("{what}: a code"), agreed(&[]))
        .shows(&SIGNED_RESPONSE_ALG)
        .output(code)
        .valid("Algorithm", format!("{what}: an error"), alone(&[("prompt", Some("none"))]))
        .shows(&SIGNED_RESPONSE_ALG)
        .output(error)
}

fn registered(keys: &Keys, algorithm: &str) -> Group {
    let group = of(&[], json!({ "authorization_signed_response_alg": algorithm }));
    // The default of the server is another algorithm.
    let default = if algorithm == "ES256" { "PS256" } else { "ES256" };
    both(group.gives("keys", recipient::server_keys(keys, default)), &format!("registered: {algorithm}"), &signed(algorithm))
}

fn default(keys: &Keys, algorithm: &str) -> Group {
    let only = recipient::SIGNING.into_iter().filter(|(_, known)| *known == algorithm);
    let only: Vec<_> = only.map(|(name, known)| common::named(keys, name, known, known)).collect();
    both(of(&[], json!({})).gives("keys", json!(only)), &format!("a server with {algorithm} alone"), &signed(algorithm))
}

fn by_secret(keys: &Keys) -> Group {
    let group = of(&[], json!({ "authorization_signed_response_alg": "HS256" }));
    let header = json!({ "alg": "HS256", "typ": "JWT" });
    both(group.gives("keys", recipient::server_keys(keys, "ES256")), "registered: HS256", &header)
}

fn of_fapi2(keys: &Keys) -> Group {
    let jwks = json!({ "keys": [common::named(keys, "client-es256", "k1", "ES256")] });
    let group = common::fapi2_client(Group::new(), keys)
        .gives("policy", json!(["fapi2_security", "fapi2_signed_responses"]))
        .gives("keys", recipient::server_keys(keys, "ES256"))
        .gives("endpoint", "pushed_authorization_request_endpoint")
        .gives(
            "client",
            json!({
                "token_endpoint_auth_method": "private_key_jwt", "jwks": jwks, "authorization_signed_response_alg": "PS256",
            }),
        );
    let code = answer("query", signed("PS256"), claims(&["code", "state"], json!({ "state": "a state" })));
    group.valid("Algorithm", "FAPI 2.0, registered: PS256", agreed(&[])).shows(&SIGNED_RESPONSE_ALG).output(code)
}
