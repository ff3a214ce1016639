//! The place of the answer, and its claims.

use fapi::requirement::fapi2_ms::{RESPONSE_MODES_OF_CLIENT, SIGNED_RESPONSE_REQUIRED};
use fapi::requirement::jarm::{
    ALL_PARAMETERS_INSIDE, CODE_AND_STATE, FORM_POST_JWT, FRAGMENT_JWT, JWT_MODE, NO_TOKEN_IN_QUERY_JWT, QUERY_JWT,
    RESPONSE_CLAIMS,
};
use fapi::requirement::oauth2_rt::{NO_COMBINATION_IN_QUERY, NO_TOKEN_IN_QUERY};
use fapi::requirement::oidcc::RESPONSE_MODE_SUPPORTED;
use serde_json::{Value, json};

use super::super::common;
use super::super::exchange::REDIRECT;
use super::{Group, Keys, agreed, answer, claims, code, header, of, of_types};

pub(super) fn groups(keys: &Keys) -> Vec<Group> {
    vec![places(), contents(), addresses(), types(), restricted(), signed_only(), pushed(keys)]
}

fn mode(mode: &str) -> Value {
    agreed(&[("response_mode", Some(mode))])
}

/// An answer that is not signed.
fn plain(mode: &str, names: &[&str]) -> Value {
    let mut names = names.to_vec();
    names.sort_unstable();
    json!({ "sent_to": REDIRECT, "mode": mode, "parameters": names })
}

fn places() -> Group {
    let mut group = of(&[], json!({}));
    for (name, place, shown) in [
        ("jwt", "query", &JWT_MODE),
        ("query.jwt", "query", &QUERY_JWT),
        ("fragment.jwt", "fragment", &FRAGMENT_JWT),
        ("form_post.jwt", "form_post", &FORM_POST_JWT),
    ] {
        group = group.valid("Mode", format!("a code by {name}"), mode(name)).shows(shown).output(code(place));
    }
    for (name, place) in [("query", "query"), ("fragment", "fragment"), ("form_post", "form_post")] {
        let what = format!("a code by {name}, which is not signed");
        group = group.valid("Mode", what, mode(name)).output(plain(place, &["code", "state", "iss"]));
    }
    group = group
        .valid("Mode", "a code without response_mode, which is not signed", agreed(&[("response_mode", None)]))
        .output(plain("query", &["code", "state", "iss"]));
    for name in ["JWT", "jwt.query", "query.JWT", "web_message", "web_message.jwt", "query.jwt ", "jwt jwt", "none", ".jwt"] {
        group = group.invalid(&RESPONSE_MODE_SUPPORTED, "Refused", format!("response_mode: {name:?}"), mode(name));
    }
    group.errors("invalid_request")
}

fn contents() -> Group {
    let mut group = of(&[], json!({}))
        .valid("Claims", "no state", agreed(&[("state", None)]))
        .shows(&RESPONSE_CLAIMS)
        .output(answer("query", header(), claims(&["code"], json!({}))))
        .valid("Claims", "an empty state", agreed(&[("state", Some(""))]))
        .output(answer("query", header(), claims(&["code"], json!({}))));
    let long = "s".repeat(2_000);
    for (what, state) in [
        ("quotation marks", r#""'\"#),
        ("characters that forms escape", " +&=%2B#?/"),
        ("markup", "<b>&amp;</b>"),
        ("a JWT", "eyJhbGciOiJub25lIn0.e30."),
        ("a number", "007"),
        ("JSON", r#"{"iss":"https://evil.example"}"#),
        ("2,000 characters", &long),
    ] {
        for place in ["query", "form_post"] {
            let input = agreed(&[("state", Some(state)), ("response_mode", Some(&format!("{place}.jwt")))]);
            let claims = claims(&["code", "state"], json!({ "state": state }));
            group = group.valid("Claims", format!("state of {what}, by {place}.jwt"), input).shows(&CODE_AND_STATE);
            group = group.output(answer(place, header(), claims));
        }
    }
    group
}

/// Redirect URIs with a query of their own, and a client with another identifier.
fn addresses() -> Group {
    let uris = ["https://client.example/cb?a=b", "https://client.example/cb2", "http://127.0.0.1/cb"];
    let with = |uri: &str, mode: &str| agreed(&[("redirect_uri", Some(uri)), ("response_mode", Some(mode))]);
    let sent = |sent_to: &str, mode: &str, parameters: &[&str]| {
        let named = claims(&["code", "state"], json!({ "state": "a state", "aud": "client:2/~" }));
        let mut told = answer(mode, header(), named);
        (told["sent_to"], told["parameters"]) = (sent_to.into(), json!(parameters));
        told
    };
    of(&[], json!({ "client_id": "client:2/~", "redirect_uris": uris }))
        .valid("Mode", "a redirect URI with a query: query.jwt", with(uris[0], "query.jwt"))
        .output(sent("https://client.example/cb", "query", &["a", "response"]))
        .valid("Mode", "a redirect URI with a query: fragment.jwt", with(uris[0], "fragment.jwt"))
        .output(sent(uris[0], "fragment", &["response"]))
        .valid("Mode", "a redirect URI with a query: form_post.jwt", with(uris[0], "form_post.jwt"))
        .output(sent(uris[0], "form_post", &["response"]))
        .valid("Mode", "the second redirect URI", with(uris[1], "jwt"))
        .output(sent(uris[1], "query", &["response"]))
        .valid("Mode", "a redirect URI with a port of its own", with("http://127.0.0.1:8080/cb", "jwt"))
        .output(sent("http://127.0.0.1:8080/cb", "query", &["response"]))
}

/// Answers with tokens, which only RFC 6749 alone allows for access tokens.
fn types() -> Group {
    let mut group =
        of(&["rfc6749"], of_types(&["code", "id_token", "code id_token", "code token", "code id_token token", "id_token token"]));
    let asked =
        |response_type: &str, mode: &str| agreed(&[("response_type", Some(response_type)), ("response_mode", Some(mode))]);
    let token = &["access_token", "token_type", "expires_in", "scope"][..];
    for (response_type, names) in [
        ("id_token", vec!["id_token"]),
        ("code id_token", vec!["code", "id_token"]),
        ("code token", [&["code"], token].concat()),
        ("code id_token token", [&["code", "id_token"], token].concat()),
        ("id_token token", [&["id_token"], token].concat()),
    ] {
        let values = match names.contains(&"access_token") {
            true => json!({ "state": "a state", "token_type": "Bearer", "expires_in": 300, "scope": "openid accounts" }),
            false => json!({ "state": "a state" }),
        };
        let claims = claims(&[&names[..], &["state"]].concat(), values);
        for (mode, place) in [("jwt", "fragment"), ("fragment.jwt", "fragment"), ("form_post.jwt", "form_post")] {
            let what = format!("{response_type} by {mode}");
            group = group.valid("ResponseType", what, asked(response_type, mode)).shows(&ALL_PARAMETERS_INSIDE);
            group = group.output(answer(place, header(), claims.clone()));
        }
        let what = format!("{response_type} by query.jwt");
        group = group.invalid(&NO_TOKEN_IN_QUERY_JWT, "Refused", what, asked(response_type, "query.jwt"));
        let requirement = if response_type.contains(' ') { &NO_COMBINATION_IN_QUERY } else { &NO_TOKEN_IN_QUERY };
        group = group.invalid(requirement, "Refused", format!("{response_type} by query"), asked(response_type, "query"));
    }
    group.errors("invalid_request")
}

/// A client that registered its modes.
fn restricted() -> Group {
    let mut group = of(&[], json!({ "response_modes": ["jwt", "form_post"] }));
    for (name, place) in [("jwt", "query"), ("query.jwt", "query")] {
        group = group.valid("Mode", format!("response_modes jwt and form_post: {name}"), mode(name)).output(code(place));
    }
    group = group
        .valid("Mode", "response_modes jwt and form_post: form_post", mode("form_post"))
        .output(plain("form_post", &["code", "state", "iss"]));
    for name in ["query", "fragment", "fragment.jwt", "form_post.jwt"] {
        let what = format!("response_modes jwt and form_post: {name}");
        group = group.invalid(&RESPONSE_MODES_OF_CLIENT, "Refused", what, mode(name));
    }
    group
        .invalid(
            &RESPONSE_MODES_OF_CLIENT,
            "Refused",
            "response_modes jwt and form_post: none",
            agreed(&[("response_mode", None)]),
        )
        .errors("invalid_request")
}

/// A server on which answers are signed.
fn signed_only() -> Group {
    let mut group = of(&["fapi2_signed_responses"], json!({}));
    for (name, place) in [("jwt", "query"), ("query.jwt", "query"), ("fragment.jwt", "fragment"), ("form_post.jwt", "form_post")]
    {
        group = group.valid("Mode", format!("signed answers: {name}"), mode(name)).output(code(place));
    }
    for name in ["query", "fragment", "form_post"] {
        group = group.invalid(&SIGNED_RESPONSE_REQUIRED, "Refused", format!("signed answers: {name}"), mode(name));
    }
    group
        .invalid(&SIGNED_RESPONSE_REQUIRED, "Refused", "signed answers: no mode", agreed(&[("response_mode", None)]))
        .invalid(&SIGNED_RESPONSE_REQUIRED, "Refused", "signed answers: an empty mode", mode(""))
        .errors("invalid_request")
}

/// A client of FAPI 2.0 Message Signing, which pushes its requests.
fn pushed(keys: &Keys) -> Group {
    let mut group = common::fapi2_client(Group::new(), keys)
        .gives("policy", json!(["fapi2_security", "fapi2_signed_responses"]))
        .gives("endpoint", "pushed_authorization_request_endpoint");
    let asked = |mode: Option<&str>| agreed(&[("response_mode", mode), ("scope", Some("accounts")), ("nonce", None)]);
    for (name, place) in [("jwt", "query"), ("query.jwt", "query"), ("fragment.jwt", "fragment"), ("form_post.jwt", "form_post")]
    {
        group = group.valid("Mode", format!("FAPI 2.0: {name}"), asked(Some(name))).output(code(place));
    }
    for name in ["query", "fragment", "form_post"] {
        group = group.invalid(&SIGNED_RESPONSE_REQUIRED, "Refused", format!("FAPI 2.0: {name}"), asked(Some(name)));
    }
    group
        .invalid(&SIGNED_RESPONSE_REQUIRED, "Refused", "FAPI 2.0: no mode", asked(None))
        .invalid(&RESPONSE_MODE_SUPPORTED, "Refused", "FAPI 2.0: an unknown mode", asked(Some("cookie.jwt")))
        .errors("invalid_request")
}
