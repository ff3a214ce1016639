//! `introspection_request`: requests to the introspection endpoint.

use fapi::requirement::rfc6749::{
    BASIC_DECODING, CLIENT_AUTHENTICATES, FORM_IS_UTF8, INVALID_REQUEST, NO_REPEATED_PARAMETER, NO_SECRET_IN_QUERY,
    ONE_AUTHENTICATION_METHOD, TOKEN_REQUEST_IS_POST,
};
use fapi::requirement::rfc7662::CALLER_AUTHORIZED;
use fapi::requirement::rfc8705::CERTIFICATE_REGISTERED;
use serde_json::{Value, json};

use super::common::{CLIENT, ISSUER, NOW};
use super::exchange::{self, Request, SECRET, by_certificate, certificate, told};
use crate::vectors::file::{File, Group};
use crate::vectors::keys::Keys;

pub(super) fn file(keys: &Keys) -> File {
    File::new(
        "introspection_request",
        &[
            "A request to the introspection endpoint, after the steps that the group lists as `before`.",
            "The output is the status, the names of all members of the answer, and the values of some of them.",
        ],
    )
    .flag("Good", "tokens that are active, for callers who may know")
    .flag("Inactive", "tokens about which nothing is disclosed")
    .flag("Caller", "callers who may not ask")
    .flag("Missing", "parameters that are missing or repeated")
    .flag("Http", "methods, media types and fields")
    .group(tokens())
    .groups(dead())
    .group(public())
    .group(fapi2(keys))
}

const NAMES: &[&str] = &["active", "aud", "client_id", "exp", "iat", "iss", "jti", "scope", "sub", "token_type"];

/// A code was redeemed ten seconds ago. There are a resource server and another client.
fn before(more: &[Value]) -> Value {
    let mut steps = vec![
        json!({ "client": { "client_id": "resource-1" }, "terms": { "introspects": ["https://api.example"] }, "client_secret": SECRET }),
        json!({ "client": { "client_id": "resource-2" }, "terms": { "introspects": ["https://other.example"] }, "client_secret": SECRET }),
    ];
    steps.extend(exchange::redeemed(exchange::authorization("accounts payments")));
    steps.extend_from_slice(more);
    steps.into()
}

fn of(more: &[Value]) -> Group {
    exchange::group(&[], json!({})).gives("before", before(more))
}

fn ask(client: &str, token: &str) -> Request {
    Request::of(&[("token", token), ("client_id", client), ("client_secret", SECRET)])
}

fn inactive() -> Value {
    told(200, &["active"], json!({ "active": false }))
}

fn tokens() -> Group {
    let all = json!({
        "active": true, "aud": "https://api.example", "client_id": CLIENT, "exp": NOW + 290, "iat": NOW - 10, "iss": ISSUER,
        "scope": "accounts payments", "sub": "alice", "token_type": "Bearer",
    });
    let refresh = json!({ "active": true, "client_id": CLIENT, "exp": NOW - 10 + 2_592_000, "iss": ISSUER, "sub": "alice" });
    let mut group = of(&[])
        .valid("Good", "an access token, by its client", ask(CLIENT, "{access_token}"))
        .output(told(200, NAMES, all.clone()))
        .valid("Good", "an access token, by a resource it is for", ask("resource-1", "{access_token}"))
        .output(told(200, NAMES, all.clone()))
        .valid("Good", "a refresh token, by its client", ask(CLIENT, "{refresh_token}"))
        .output(told(200, &["active", "client_id", "exp", "iss", "scope", "sub"], refresh))
        .valid("Good", "a hint that is wrong", ask(CLIENT, "{access_token}").with("token_type_hint", "refresh_token"))
        .output(told(200, NAMES, all.clone()))
        .valid("Good", "an unknown hint", ask(CLIENT, "{access_token}").with("token_type_hint", "colour"))
        .output(told(200, NAMES, all))
        .valid("Inactive", "an access token, by a resource it is not for", ask("resource-2", "{access_token}"))
        .output(inactive())
        .valid("Inactive", "a refresh token, by a resource", ask("resource-1", "{refresh_token}"))
        .output(inactive())
        .valid("Inactive", "an access token in its last second", ask(CLIENT, "{access_token}").set("at", NOW + 289))
        .output(told(200, NAMES, json!({ "active": true })))
        .valid("Inactive", "an access token that has ended", ask(CLIENT, "{access_token}").set("at", NOW + 290))
        .output(inactive());
    for (what, token) in [
        ("that was never issued", "unknown"),
        ("with one more character", "{access_token}A"),
        ("that is a code", "{code}"),
        ("that looks like a JWT", "a.b.c"),
        ("of spaces", "   "),
    ] {
        group = group.valid("Inactive", format!("a token {what}"), ask(CLIENT, token)).output(inactive());
    }
    for (what, request) in [
        ("no token", ask(CLIENT, "x").without("token")),
        ("an empty token", ask(CLIENT, "")),
        ("a NUL", ask(CLIENT, "x").raw("&x=%00")),
    ] {
        group = group.invalid(&INVALID_REQUEST, "Missing", what, request).error("invalid_request");
    }
    group
        .invalid(&NO_REPEATED_PARAMETER, "Missing", "the token twice", ask(CLIENT, "{access_token}").twice("token"))
        .invalid(&FORM_IS_UTF8, "Http", "JSON", ask(CLIENT, "x").header("content-type", "application/json"))
        .invalid(&NO_SECRET_IN_QUERY, "Http", "the secret in the query", ask(CLIENT, "x").set("query", "client_secret=x"))
        .invalid(&ONE_AUTHENTICATION_METHOD, "Caller", "Basic and a secret in the form", {
            ask(CLIENT, "x").basic(CLIENT, SECRET).with("client_secret", SECRET)
        })
        .errors("invalid_request")
        .invalid(&CALLER_AUTHORIZED, "Caller", "no secret", ask(CLIENT, "{access_token}").without("client_secret"))
        .invalid(
            &CLIENT_AUTHENTICATES,
            "Caller",
            "another secret",
            ask(CLIENT, "{access_token}").with("client_secret", "another"),
        )
        .invalid(&CLIENT_AUTHENTICATES, "Caller", "no client", {
            ask(CLIENT, "{access_token}").without("client_id").without("client_secret")
        })
        .invalid(&CLIENT_AUTHENTICATES, "Caller", "an unknown caller", ask("client-9", "{access_token}"))
        .invalid(&BASIC_DECODING, "Caller", "an access token in place of credentials", {
            ask(CLIENT, "{access_token}")
                .without("client_id")
                .without("client_secret")
                .header("authorization", "Bearer {access_token}")
        })
        .errors("invalid_client")
}

fn dead() -> Vec<Group> {
    let revoke = |token: &str| exchange::step("revocation_endpoint", ask(CLIENT, token), &[]);
    let asked = |group: Group, what: &str| {
        group.valid("Inactive", format!("an access token after {what}"), ask(CLIENT, "{access_token}")).output(inactive()).valid(
            "Inactive",
            format!("a refresh token after {what}"),
            ask(CLIENT, "{refresh_token}"),
        )
    };
    vec![
        asked(of(&[revoke("{refresh_token}")]), "the refresh token was revoked").output(inactive()),
        asked(of(&[revoke("{access_token}")]), "the access token was revoked").output(told(
            200,
            &["active", "client_id", "exp", "iss", "scope", "sub"],
            json!({ "active": true }),
        )),
    ]
}

fn public() -> Group {
    let client = json!({ "token_endpoint_auth_method": "none", "grant_types": ["authorization_code"] });
    let other = json!({ "client": { "client_id": "client-2" }, "client_secret": SECRET });
    exchange::group(&[], client)
        .gives("before", json!([other]))
        .valid("Inactive", "a confidential client next to a public one", ask("client-2", "unknown"))
        .output(inactive())
        .invalid(&CALLER_AUTHORIZED, "Caller", "a public client", ask(CLIENT, "unknown").without("client_secret"))
        .error("invalid_client")
}

fn fapi2(keys: &Keys) -> Group {
    let own = certificate(keys, "client-1");
    let ask = || ask(CLIENT, "unknown").without("client_secret");
    exchange::group(&["fapi2_security"], by_certificate(keys, &own))
        .valid("Inactive", "FAPI 2.0: a token that was never issued", ask().set("certificate", own.clone()))
        .output(inactive())
        .invalid(&TOKEN_REQUEST_IS_POST, "Http", "the method GET", {
            let get = Request::default().set("method", "GET").set("query", "token=unknown&client_id=client-1");
            get.set("certificate", own.clone())
        })
        .error("invalid_request")
        .invalid(&CERTIFICATE_REGISTERED, "Caller", "FAPI 2.0: a certificate that is not registered", {
            ask().set("certificate", certificate(keys, "another"))
        })
        .invalid(&CALLER_AUTHORIZED, "Caller", "FAPI 2.0: no certificate", ask())
        .errors("invalid_client")
}
