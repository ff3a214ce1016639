//! Every refusal says in words of its own what is wrong, and repeats no secret and no text of the peer.

use crate::vectors_are_judged_alike::runner::{self, Otherwise};
use fapi::jose::base64url;
use fapi::{Detail, GrantType};
use serde_json::Value;
use std::collections::BTreeSet;

/// What refusals may say although peers send it too: the issuer that is configured, names of parameters and of registered values.
const KNOWN: &[&str] = &[
    "as.example",
    "https://as.example",
    "application/x-www-form-urlencoded",
    "assertion",
    "jwt-bearer",
    "client_assertion",
    "client_assertion_type",
    "client_id",
    "client_secret",
    "code_challenge_method",
    "code_verifier",
    "connection",
    "dpop_jkt",
    "grant_type",
    "id_token_hint",
    "redirect_uri",
    "registration",
    "request_uri",
    "resource",
    "response_mode",
    "response_type",
    "authorization_code",
    "client_credentials",
    "client_secret_basic",
    "client_secret_jwt",
    "client_secret_post",
    "code_challenge",
    "private_key_jwt",
    "refresh_token",
    "self_signed_tls_client_auth",
    "audience",
    "tls_client_auth",
    "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    "non_interactive",
];

/// A text that is at least so long does not stand in a refusal by chance.
const TELLING: usize = 8;

#[test]
fn of_the_vectors() {
    let (mut distinct, mut repeated, mut count) = (BTreeSet::new(), vec![], 0);
    for (kind, text) in runner::files() {
        let file: Value = serde_json::from_str(text).unwrap();
        let inputs = file["groups"].as_array().unwrap().iter().flat_map(|group| group["tests"].as_array().unwrap());
        for (judged, test) in runner::run(text).iter().zip(inputs) {
            let Err(Otherwise::Refused { detail: Some(detail), requirements, .. }) = &judged.got else { continue };
            let place = format!("{kind} {}: {detail}", judged.id);
            assert!(detail.split(' ').count() >= 3 && detail.ends_with('.'), "{place}");
            assert!(detail.len() <= Detail::LENGTH && detail.bytes().all(is_allowed), "{place}");
            for requirement in requirements {
                assert!(!detail.contains(requirement.id) && detail != requirement.summary, "{place}");
            }
            for sent in texts(&test["input"]) {
                // A grant type that the library knows is one of its own words.
                if detail.contains(&format!("Grant type `{sent}`")) && GrantType::from(sent.as_str()).name().is_some() {
                    continue;
                }
                if detail.contains(&sent) && sent.len() >= TELLING && !KNOWN.contains(&sent.as_str()) {
                    repeated.push(format!("{place} repeats {sent:?}"));
                }
            }
            distinct.insert(detail.clone());
            count += 1;
        }
    }
    assert!(repeated.is_empty(), "{repeated:#?}");
    assert!(count > 700, "{count}");
    assert!(distinct.len() > 120, "{}: {distinct:#?}", distinct.len());
}

fn is_allowed(octet: u8) -> bool {
    matches!(octet, 0x20..=0x21 | 0x23..=0x5b | 0x5d..=0x7e)
}

/// Every text in an input, also within forms and JWTs.
fn texts(input: &Value) -> Vec<String> {
    let mut found = vec![];
    let mut open = vec![input.clone()];
    while let Some(value) = open.pop() {
        match value {
            Value::Array(values) => open.extend(values),
            Value::Object(members) => open.extend(members.into_iter().map(|(_, value)| value)),
            Value::String(text) => {
                let form = text.split_once('?').map_or(text.as_str(), |(_, query)| query);
                if form.contains('=') {
                    open.extend(form_urlencoded::parse(form.as_bytes()).map(|(_, value)| Value::from(&*value)));
                }
                for part in text.split(['.', ' ']).filter(|part| part.len() > 8) {
                    open.extend(base64url::decode(part).and_then(|octets| serde_json::from_slice(&octets).ok()));
                }
                found.push(text);
            }
            _ => {}
        }
    }
    found
}
