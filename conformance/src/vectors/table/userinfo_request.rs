//! `userinfo_request`: requests to the userinfo endpoint.

use fapi::requirement::fapi2_sp::{NO_TOKEN_IN_QUERY, TOKEN_VALID};
use fapi::requirement::local::{ADMISSION, REQUEST_SIZE};
use fapi::requirement::oidcc::{SCOPE_CLAIMS, USERINFO_ERRORS, USERINFO_SUBJECT};
use fapi::requirement::rfc6750::{
    self, REQUEST_WELL_FORMED, SCOPE_COVERS, TOKEN_IN_BODY, TOKEN_IN_HEADER, TOKEN_LIVE, TOKEN_PRESENT,
};
use fapi::requirement::rfc8705::{CERTIFICATE_MISMATCH, TOKEN_CERTIFICATE};
use fapi::requirement::rfc9068::INVALID_TOKEN;
use fapi::requirement::rfc9449::TOKEN_BOUND_TO_KEY;
use serde_json::{Value, json};

use super::common::{CLIENT, ISSUER, NOW, named};
use super::exchange::{self, CHALLENGE, REDIRECT, Request, SECRET, TOKENS, by_certificate, certificate, redeem, told};
use crate::keys::digest;
use crate::vectors::file::{File, Group};
use crate::vectors::keys::Keys;

pub(super) fn file(keys: &Keys) -> File {
    File::new(
        "userinfo_request",
        &[
            "A request to the userinfo endpoint, after the steps that the group lists as `before`. `user_claims` are the claims of",
            "the user that the server knows. The output is the status, the names of all claims, and the values of some of them.",
        ],
    )
    .flag("Good", "requests that are answered")
    .flag("Claims", "the claims for a scope or a claims parameter")
    .flag("Token", "tokens that are invalid, expired or revoked")
    .flag("Scheme", "the transmission of the token")
    .flag("Scope", "tokens whose scope does not suffice")
    .flag("Binding", "the binding of the token")
    .flag("Http", "fields and sizes")
    .group(tokens())
    .groups(claims())
    .groups(dead())
    .groups(uncovered(keys))
    .group(bound(keys))
}

/// A code for these parameters, redeemed ten seconds ago.
fn before(parameters: &[(&str, &str)]) -> Vec<Value> {
    let authorize = exchange::authorization("openid");
    let authorize = parameters.iter().fold(authorize, |request, (name, value)| request.with(name, *value));
    exchange::redeemed(authorize).into()
}

fn of(parameters: &[(&str, &str)], more: &[Value]) -> Group {
    let mut before = before(parameters);
    before.extend_from_slice(more);
    let known = json!({ "name": "Alice", "email": "alice@example.com", "email_verified": true, "address": { "country": "DE" } });
    exchange::group(&[], json!({})).gives("user_claims", known).gives("before", before)
}

fn sent(authorization: &str) -> Request {
    Request::default().header("authorization", authorization)
}

fn bearer() -> Request {
    sent("Bearer {access_token}")
}

fn in_body() -> Request {
    Request::of(&[("access_token", "{access_token}")]).set("method", "POST")
}

fn tokens() -> Group {
    let subject = || told(200, &["sub"], json!({ "sub": "alice" }));
    let mut group = of(&[], &[])
        .valid("Good", "by GET", bearer())
        .output(subject())
        .shows(&TOKEN_IN_HEADER)
        .valid("Good", "by POST, with the token in the field", bearer().set("method", "POST"))
        .output(subject())
        .shows(&USERINFO_SUBJECT)
        .valid("Good", "by POST, with the token in the form", in_body())
        .output(subject())
        .shows(&TOKEN_IN_BODY)
        .valid("Scheme", "the scheme in lower case", sent("bearer {access_token}"))
        .output(subject())
        .valid("Scheme", "several spaces", sent("Bearer   {access_token}"))
        .output(subject())
        .valid("Token", "a token in its last second", bearer().set("at", NOW + 289))
        .output(subject());
    for (requirement, what, request) in [
        (&TOKEN_LIVE, "that has ended", bearer().set("at", NOW + 290)),
        (&TOKEN_LIVE, "that was never issued", sent("Bearer unknown")),
        (&TOKEN_LIVE, "with one more character", sent("Bearer {access_token}A")),
        (&TOKEN_LIVE, "that is a refresh token", sent("Bearer {refresh_token}")),
        (&TOKEN_LIVE, "that is a code", sent("Bearer {code}")),
        (&TOKEN_VALID, "that looks like a JWT", sent("Bearer a.b.c")),
        (&INVALID_TOKEN, "that is an unsigned JWT", sent("Bearer eyJhbGciOiJub25lIn0.e30.")),
    ] {
        group = group.invalid(requirement, "Token", format!("a token {what}"), request);
    }
    group = group
        .invalid(&TOKEN_PRESENT, "Scheme", "no token", Request::default())
        .invalid(&TOKEN_PRESENT, "Scheme", "Basic", sent("Basic {access_token}"))
        .invalid(&TOKEN_PRESENT, "Scheme", "the token without scheme", sent("{access_token}"))
        .invalid(&TOKEN_BOUND_TO_KEY, "Binding", "a token that is bound to nothing, as DPoP", sent("DPoP {access_token}"))
        .errors("invalid_token");
    for (what, request) in [
        ("an empty token", sent("Bearer ")),
        ("a scheme alone", sent("Bearer")),
        ("two tokens in one field", sent("Bearer {access_token} {access_token}")),
        ("two schemes in one field", sent("Bearer {access_token}, DPoP {access_token}")),
        ("a quoted token", sent("Bearer \"{access_token}\"")),
        ("two fields", Request::default().header("authorization", json!(["Bearer {access_token}", "Bearer {access_token}"]))),
        ("field and form", in_body().header("authorization", "Bearer {access_token}")),
    ] {
        group = group.invalid(&REQUEST_WELL_FORMED, "Scheme", what, request);
    }
    group
        .invalid(
            &NO_TOKEN_IN_QUERY,
            "Scheme",
            "the token in the query",
            Request::default().set("query", "access_token={access_token}"),
        )
        .invalid(&rfc6750::NO_TOKEN_IN_QUERY, "Scheme", "the token in the query, in addition to the field", {
            bearer().set("query", "access_token={access_token}")
        })
        .invalid(&REQUEST_SIZE, "Http", "a field of more than 16,384 octets", sent(&format!("Bearer {}", "t".repeat(16_384))))
        .errors("invalid_request")
        .invalid(&ADMISSION, "Http", "more requests than the host allows", bearer().set("limited", 7))
        .error("temporarily_unavailable")
}

fn claims() -> Vec<Group> {
    let asked = |what: &str, parameters: &[(&str, &str)], names: &[&str], values: Value| {
        of(parameters, &[]).valid("Claims", what, bearer()).output(told(200, names, values)).shows(&SCOPE_CLAIMS)
    };
    let claims = |text: &'static str| [("claims", text)];
    vec![
        asked("profile", &[("scope", "openid profile")], &["name", "sub"], json!({ "name": "Alice" })),
        asked("email", &[("scope", "openid email")], &["email", "email_verified", "sub"], json!({ "email_verified": true })),
        asked(
            "a claim by name",
            &claims(r#"{"userinfo":{"address":null}}"#),
            &["address", "sub"],
            json!({ "address": { "country": "DE" } }),
        ),
        asked("a claim only for the ID token", &claims(r#"{"id_token":{"name":null}}"#), &["sub"], json!({})),
        asked(
            "an essential claim that the user does not have",
            &claims(r#"{"userinfo":{"birthdate":{"essential":true}}}"#),
            &["sub"],
            json!({}),
        ),
        asked(
            "a claim by its value",
            &claims(r#"{"userinfo":{"name":{"value":"Alice"}}}"#),
            &["name", "sub"],
            json!({ "name": "Alice" }),
        ),
        asked("a claim by another value", &claims(r#"{"userinfo":{"name":{"values":["Bob"]}}}"#), &["sub"], json!({})),
        asked("an unknown claim", &claims(r#"{"userinfo":{"colour":null}}"#), &["sub"], json!({})),
    ]
}

fn dead() -> Vec<Group> {
    let revoke = |token: &str| {
        let request = Request::of(&[("token", token), ("client_id", CLIENT), ("client_secret", SECRET)]);
        exchange::step("revocation_endpoint", request, &[])
    };
    let after = |what: &str, step: Value| {
        let steps: Vec<_> = [step].into_iter().chain(later()).collect();
        of(&[], &steps)
            .valid("Token", format!("a later token after {what}"), sent("Bearer {later}"))
            .output(told(200, &["sub"], json!({ "sub": "alice" })))
            .invalid(&TOKEN_LIVE, "Token", format!("after {what}"), bearer())
            .errors("invalid_token")
    };
    vec![
        after("the token was revoked", revoke("{access_token}")),
        after("its refresh token was revoked", revoke("{refresh_token}")),
        after("the user's logins were ended", json!({ "subject_revoked": "alice", "at": NOW - 5 })),
    ]
}

/// Steps that lead to another token, after another login.
fn later() -> [Value; 2] {
    let authorization = exchange::authorization("openid").set("user", json!({}));
    [
        exchange::at(NOW - 4, exchange::step("authorization_endpoint", authorization, &[("code", "code")])),
        exchange::at(NOW - 3, exchange::step("token_endpoint", redeem(), &[("later", "access_token")])),
    ]
}

fn uncovered(keys: &Keys) -> Vec<Group> {
    let own = Request::of(&[("grant_type", "client_credentials"), ("client_id", CLIENT), ("client_secret", SECRET)]);
    let claims = json!({
        "iss": ISSUER, "sub": CLIENT, "aud": "https://api.example", "exp": NOW + 300, "iat": NOW, "jti": "t1", "client_id": CLIENT,
        "scope": "openid", "grant": digest(&format!("client credentials\0{CLIENT}\0https://api.example")),
    });
    let token = keys.jws("server-eddsa", "EdDSA", &json!({ "typ": "at+jwt", "kid": "as-1" }), &claims);
    let covered = |group: Group, what: &str| {
        group.valid("Scope", format!("a token that covers openid, {what}"), sent("Bearer {later}")).output(told(
            200,
            &["sub"],
            json!({ "sub": "alice" }),
        ))
    };
    let group = |step: Value| {
        let steps: Vec<_> = [step].into_iter().chain(later()).collect();
        exchange::group(&[], json!({})).gives("before", steps)
    };
    vec![
        covered(group(exchange::step("token_endpoint", own.clone(), &[])), "beside a JWT of the client's own")
            .gives("keys", json!([named(keys, "server-eddsa", "as-1", "EdDSA")]))
            .invalid(
                &USERINFO_ERRORS,
                "Scope",
                "a token of the client's own that covers openid",
                sent(&format!("Bearer {token}")),
            )
            .error("invalid_token"),
        covered(of(&[("scope", "accounts")], &later()), "beside one that does not")
            .invalid(&SCOPE_COVERS, "Scope", "a token of a request that was not an OpenID request", bearer())
            .error("insufficient_scope"),
        covered(group(exchange::step("token_endpoint", own, &TOKENS[..1])), "beside one of the client's own")
            .invalid(&SCOPE_COVERS, "Scope", "a token of the client's own", bearer())
            .error("insufficient_scope"),
    ]
}

fn bound(keys: &Keys) -> Group {
    let own = certificate(keys, "client-1");
    let mut steps = before(&[]);
    steps[0] = {
        let present = Request::of(&[("client_id", CLIENT), ("request_uri", "{request_uri}")]).set("user", json!({}));
        exchange::step("authorization_endpoint", present, &[("code", "code")])
    };
    steps[1] = exchange::step("token_endpoint", redeem().without("client_secret").set("certificate", own.clone()), TOKENS);
    let push = Request::of(&[
        ("response_type", "code"),
        ("client_id", CLIENT),
        ("redirect_uri", REDIRECT),
        ("scope", "openid"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ]);
    let push = push.set("certificate", own.clone());
    steps.insert(0, exchange::step("pushed_authorization_request_endpoint", push, &[("request_uri", "request_uri")]));
    exchange::group(&["fapi2_security"], by_certificate(keys, &own))
        .gives("before", steps)
        .valid("Binding", "FAPI 2.0: over the certificate of the token", bearer().set("certificate", own))
        .output(told(200, &["sub"], json!({ "sub": "alice" })))
        .invalid(&TOKEN_CERTIFICATE, "Binding", "FAPI 2.0: over no certificate", bearer())
        .invalid(&CERTIFICATE_MISMATCH, "Binding", "FAPI 2.0: over another certificate", {
            bearer().set("certificate", certificate(keys, "another"))
        })
        .errors("invalid_token")
}
