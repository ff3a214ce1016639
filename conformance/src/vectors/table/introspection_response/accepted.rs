//! The form of the answer, by what the caller accepts and registered.

use fapi::requirement::fapi2_ms::INTROSPECTION_SIGNED;
use fapi::requirement::rfc9701::{RESPONSE_TYPED, TOKEN_INTROSPECTION};
use serde_json::json;

use super::super::exchange::{Request, SECRET};
use super::{CONCERNS, Group, JSON, JWT, RESOURCE, WHOLE, accepting, active, ask, inactive, jwt, of, plain};

pub(super) fn groups() -> Vec<Group> {
    vec![choice(), signed_only()]
}

fn choice() -> Group {
    let mut group = of(&[], json!({}));
    for accept in [
        JWT,
        "Application/Token-Introspection+JWT",
        "application/token-introspection+jwt;q=0.1",
        "application/token-introspection+jwt; q=1.000",
        "application/token-introspection+jwt;Q=0.5",
        "application/json, application/token-introspection+jwt",
        "application/token-introspection+jwt, application/json",
        "application/json;q=0.9, application/token-introspection+jwt;q=0.9",
        "application/token-introspection+jwt, application/json;q=0.9, */*;q=0.1",
        "text/html,application/token-introspection+jwt",
        "application/token-introspection+jwt;profile=x",
    ] {
        let input = accepting(RESOURCE, "{access_token}", accept);
        group = group.valid("Accept", format!("a JWT: {accept}"), input).shows(&RESPONSE_TYPED).output(jwt(active(CONCERNS)));
    }
    let two = ask(RESOURCE, "{access_token}").header("accept", json!([JSON, JWT]));
    group = group.valid("Accept", "a JWT: two fields", two).shows(&TOKEN_INTROSPECTION).output(jwt(active(CONCERNS)));
    for accept in [
        JSON,
        "*/*",
        "application/*",
        "application/jwt",
        "application/at+jwt",
        "text/html",
        "application/json, application/token-introspection+jwt;q=0.5",
        "application/json, */*;q=0.1",
        "application/token-introspection+jwt;q=0",
        "application/token-introspection+jwt;q=0.000, */*",
        "application/token-introspection+jwt;q=2",
        "application/token-introspection+jwt;q=0.0001",
        "application/token-introspection",
        "token-introspection+jwt",
        "",
    ] {
        let input = accepting(RESOURCE, "{access_token}", accept);
        group = group.valid("Accept", format!("JSON: {accept:?}"), input).output(plain(active(WHOLE)));
    }
    let silent = Request::of(&[("token", "{access_token}"), ("client_id", RESOURCE), ("client_secret", SECRET)]);
    group.valid("Accept", "JSON: no Accept", silent).output(plain(active(WHOLE)))
}

/// A server on which answers are signed.
fn signed_only() -> Group {
    let mut group = of(&["fapi2_signed_introspection"], json!({}));
    for accept in
        [JWT, "*/*", "application/*", "application/json, */*", "application/json, application/token-introspection+jwt;q=0.1"]
    {
        let input = accepting(RESOURCE, "{access_token}", accept);
        group = group
            .valid("Accept", format!("signed answers: {accept}"), input)
            .shows(&RESPONSE_TYPED)
            .output(jwt(active(CONCERNS)));
    }
    let silent = Request::of(&[("token", "{access_token}"), ("client_id", RESOURCE), ("client_secret", SECRET)]);
    group = group.valid("Accept", "signed answers: no Accept", silent).shows(&RESPONSE_TYPED).output(jwt(active(CONCERNS)));
    let unknown = accepting(RESOURCE, "unknown", "*/*");
    group = group.valid("Inactive", "signed answers: an unknown token", unknown).output(jwt(inactive()));
    for accept in [JSON, "text/html", "application/json, application/token-introspection+jwt;q=0", "application/jwt"] {
        let input = accepting(RESOURCE, "{access_token}", accept);
        group = group.invalid(&INTROSPECTION_SIGNED, "Accept", format!("signed answers: {accept}"), input);
    }
    group
        .invalid(
            &INTROSPECTION_SIGNED,
            "Accept",
            "signed answers: JSON about an unknown token",
            accepting(RESOURCE, "unknown", JSON),
        )
        .errors("invalid_request")
}
