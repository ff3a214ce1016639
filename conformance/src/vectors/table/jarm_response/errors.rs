//! Errors, which are signed if the request asks for a signed answer, and told to nobody else.

use fapi::requirement::jarm::ALL_PARAMETERS_INSIDE;
use fapi::requirement::rfc6749::{NO_REDIRECT_ON_DOUBT, NO_REPEATED_PARAMETER, STATE_SYNTAX};
use serde_json::json;

use super::super::exchange::REDIRECT;
use super::{Group, Keys, alone, answer, claims, error, header, of, of_types, request};

pub(super) fn groups(_: &Keys) -> Vec<Group> {
    vec![signed(), without_signature(), hybrid()]
}

/// Parameters that are replaced, or left out.
type Changes = &'static [(&'static str, Option<&'static str>)];

/// Changes of a request, with the error that follows.
const FAULTS: &[(&str, Changes, &str)] = &[
    ("no response_type", &[("response_type", None)], "invalid_request"),
    ("an unknown response_type", &[("response_type", Some("saml"))], "unsupported_response_type"),
    ("the response_type none, without a redirect", &[("response_type", Some("none"))], "unsupported_response_type"),
    ("an unknown scope", &[("scope", Some("x"))], "invalid_scope"),
    ("a malformed scope", &[("scope", Some("openid  accounts"))], "invalid_scope"),
    ("prompt none login", &[("prompt", Some("none login"))], "invalid_request"),
    ("a negative max_age", &[("max_age", Some("-1"))], "invalid_request"),
    ("malformed claims", &[("claims", Some("{"))], "invalid_request"),
    ("a malformed challenge", &[("code_challenge", Some("short"))], "invalid_request"),
    ("another API", &[("resource", Some("https://other.example"))], "invalid_target"),
    ("registration", &[("registration", Some("{}"))], "registration_not_supported"),
    ("a request_uri", &[("request_uri", Some("https://client.example/request"))], "request_uri_not_supported"),
    ("an id_token_hint that is no JWT", &[("id_token_hint", Some("a.b.c"))], "invalid_request"),
];

fn signed() -> Group {
    let mut group = of(&[], json!({}));
    for (what, changes, code) in FAULTS {
        group = group.valid("Error", format!("{what}, signed"), alone(changes)).shows(&ALL_PARAMETERS_INSIDE);
        group = group.output(error("query", code));
    }
    for (mode, place) in [("jwt", "query"), ("query.jwt", "query"), ("fragment.jwt", "fragment"), ("form_post.jwt", "form_post")]
    {
        let denied = json!({ "parameters": request(&[("response_mode", Some(mode))]), "user": { "denies": true } });
        group = group.valid("Error", format!("the user refuses, by {mode}"), denied).output(error(place, "access_denied"));
        let silent = alone(&[("response_mode", Some(mode)), ("prompt", Some("none"))]);
        group = group.valid("Error", format!("no page may be shown, by {mode}"), silent).output(error(place, "login_required"));
    }
    let stateless = answer("query", header(), claims(&["error", "error_description"], json!({ "error": "invalid_scope" })));
    group = group.valid("Error", "an error without state", alone(&[("state", None), ("scope", Some("x"))])).output(stateless);
    for (what, changes) in [
        ("an unregistered redirect_uri", &[("redirect_uri", Some("https://evil.example/cb"))][..]),
        ("a redirect_uri with another query", &[("redirect_uri", Some("https://client.example/cb?a=b"))]),
    ] {
        group = group.invalid(&NO_REDIRECT_ON_DOUBT, "Refused", format!("{what}: no answer"), alone(changes));
    }
    let twice = |name: &str| {
        let mut input = alone(&[]);
        if let Some(all) = input["parameters"].as_array_mut() {
            all.push(json!([name, "jwt"]));
        }
        input
    };
    group
        .invalid(&STATE_SYNTAX, "Refused", "a state with a line feed: no answer", alone(&[("state", Some("a\nb"))]))
        .invalid(&NO_REPEATED_PARAMETER, "Refused", "response_mode twice: no answer", twice("response_mode"))
        .invalid(&NO_REPEATED_PARAMETER, "Refused", "redirect_uri twice: no answer", twice("redirect_uri"))
        .errors("invalid_request")
}

/// The same errors to a client that did not ask for a signed answer.
fn without_signature() -> Group {
    let mut group = of(&["openid"], json!({}));
    for (mode, place) in [("query", "query"), ("fragment", "fragment"), ("form_post", "form_post")] {
        let told = json!({ "sent_to": REDIRECT, "mode": place, "parameters": ["error", "error_description", "iss", "state"] });
        let input = alone(&[("response_mode", Some(mode)), ("prompt", Some("none"))]);
        group = group.valid("Error", format!("no page may be shown, by {mode}, which is not signed"), input).output(told);
    }
    group
}

/// Errors of requests whose modes cannot be used: they take the mode that is next to it.
fn hybrid() -> Group {
    let mut group = of(&[], of_types(&["code", "code id_token", "id_token"]));
    for response_type in ["code id_token", "id_token"] {
        let input = alone(&[("response_type", Some(response_type)), ("response_mode", Some("query.jwt"))]);
        let what = format!("query.jwt for {response_type}: the error, by fragment.jwt");
        group = group.valid("Error", what, input).output(error("fragment", "invalid_request"));
        let input = alone(&[("response_type", Some(response_type)), ("prompt", Some("none"))]);
        group = group
            .valid("Error", format!("no page may be shown for {response_type}"), input)
            .output(error("fragment", "login_required"));
        let input = alone(&[("response_type", Some(response_type)), ("nonce", None)]);
        group = group.valid("Error", format!("no nonce for {response_type}"), input).output(error("fragment", "invalid_request"));
    }
    group
}
