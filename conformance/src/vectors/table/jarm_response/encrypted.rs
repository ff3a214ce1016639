//! Answers that are encrypted for the client after they were signed.

use fapi::requirement::jarm::{CODE_ENCRYPTED, ENCRYPTED_RESPONSE_ALG, SIGNED};
use fapi::requirement::oauth2_rt::NO_COMBINATION_IN_QUERY;
use serde_json::{Map, Value, json};

use super::super::exchange::REDIRECT;
use super::super::recipient;
use super::{Group, Keys, agreed, alone, answer, claims, code, error, header, of, of_types};

pub(super) fn groups(keys: &Keys) -> Vec<Group> {
    let mut groups = vec![];
    for (at, (alg, name)) in recipient::PUBLIC.into_iter().enumerate() {
        let client = json!({ "jwks": { "keys": [recipient::public(keys, name, alg)] } });
        groups.push(registered(
            client,
            recipient::private(keys, name, alg),
            alg,
            recipient::ENCRYPTION[at],
            Some(recipient::KID),
        ));
    }
    for (at, (alg, length)) in recipient::SHARED.into_iter().enumerate() {
        // A key for `dir` is as long as the content encryption needs it.
        let enc = if alg == "dir" { "A128GCM" } else { recipient::ENCRYPTION[at] };
        groups.push(registered(json!({}), recipient::shared(alg, length), alg, enc, None));
    }
    groups.push(by_default(keys));
    groups.push(with_tokens(keys));
    groups
}

fn encrypted(mut answer: Value, alg: &str, enc: &str, kid: Option<&str>) -> Value {
    answer["encryption"] = json!({ "alg": alg, "enc": enc, "cty": "JWT" });
    if let Some(kid) = kid {
        answer["encryption"]["kid"] = kid.into();
    }
    answer
}

fn group(mut client: Value, private: Map<String, Value>, alg: &str, enc: Option<&str>) -> Group {
    client["authorization_encrypted_response_alg"] = alg.into();
    if let Some(enc) = enc {
        client["authorization_encrypted_response_enc"] = enc.into();
    }
    of(&[], client).gives("recipients", json!([private]))
}

fn registered(client: Value, private: Map<String, Value>, alg: &str, enc: &str, kid: Option<&str>) -> Group {
    group(client, private, alg, Some(enc))
        .valid("Encrypted", format!("{alg} and {enc}: a code"), agreed(&[]))
        .shows(&SIGNED)
        .output(encrypted(code("query"), alg, enc, kid))
        .valid("Encrypted", format!("{alg} and {enc}: an error, by form_post.jwt"), {
            alone(&[("prompt", Some("none")), ("response_mode", Some("form_post.jwt"))])
        })
        .shows(&ENCRYPTED_RESPONSE_ALG)
        .output(encrypted(error("form_post", "login_required"), alg, enc, kid))
}

fn by_default(keys: &Keys) -> Group {
    let alg = "ECDH-ES";
    let client = json!({ "jwks": { "keys": [recipient::public(keys, "recipient-p256", alg)] } });
    let plain = json!({ "sent_to": REDIRECT, "mode": "query", "parameters": ["code", "iss", "state"] });
    group(client, recipient::private(keys, "recipient-p256", alg), alg, None)
        .valid("Encrypted", "no enc is registered", agreed(&[]))
        .shows(&ENCRYPTED_RESPONSE_ALG)
        .output(encrypted(code("query"), alg, "A128CBC-HS256", Some(recipient::KID)))
        .valid("Encrypted", "an answer that is not asked to be a JWT", agreed(&[("response_mode", Some("query"))]))
        .output(plain)
}

/// What nobody else can read may be in a query, tokens as well.
fn with_tokens(keys: &Keys) -> Group {
    let alg = "RSA-OAEP-256";
    let mut client = of_types(&["code id_token"]);
    client["jwks"] = json!({ "keys": [recipient::public(keys, "recipient-rsa", alg)] });
    let claims = claims(&["code", "id_token", "state"], json!({ "state": "a state" }));
    let asked = |mode: &str| agreed(&[("response_type", Some("code id_token")), ("response_mode", Some(mode))]);
    let mut group = group(client, recipient::private(keys, "recipient-rsa", alg), alg, Some("A256GCM"));
    for (mode, place) in [("query.jwt", "query"), ("jwt", "fragment"), ("form_post.jwt", "form_post")] {
        let told = encrypted(answer(place, header(), claims.clone()), alg, "A256GCM", Some(recipient::KID));
        group = group
            .valid("Encrypted", format!("a code and an ID token in an encrypted JWT, by {mode}"), asked(mode))
            .shows(&CODE_ENCRYPTED)
            .output(told);
    }
    let readable = [("response_type", Some("code id_token")), ("response_mode", Some("query")), ("state", Some("readable"))];
    group
        .invalid(&NO_COMBINATION_IN_QUERY, "Refused", "an ID token by query, where JWTs would be encrypted", agreed(&readable))
        .error("invalid_request")
}
