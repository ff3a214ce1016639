//! `revocation_request`: requests to the revocation endpoint.

use fapi::requirement::rfc6749::{
    CLIENT_AUTHENTICATES, FORM_IS_UTF8, INVALID_REQUEST, NO_REPEATED_PARAMETER, NO_SECRET_IN_QUERY, TOKEN_REQUEST_IS_POST,
};
use fapi::requirement::rfc7009::{HINT_IS_A_HINT, REVOKED_BY_OWNER, UNKNOWN_IS_REVOKED};
use serde_json::{Value, json};

use super::common::{CLIENT, NOW};
use super::exchange::{self, Request, SECRET, told};
use crate::vectors::file::{File, Group};

pub(super) fn file() -> File {
    File::new(
        "revocation_request",
        &[
            "A request to the revocation endpoint, after the steps that the group lists as `before`.",
            "The output is the status; the answer has no members.",
        ],
    )
    .flag("Good", "tokens that are revoked")
    .flag("Caller", "callers who are not the token's client")
    .flag("Missing", "parameters that are missing or repeated")
    .flag("Http", "methods, media types and fields")
    .group(tokens())
}

fn revoke(token: &str) -> Request {
    Request::of(&[("token", token), ("client_id", CLIENT), ("client_secret", SECRET)])
}

fn before() -> Value {
    let [authorized, redeemed] = exchange::redeemed(exchange::authorization("accounts"));
    json!([{ "client": { "client_id": "client-2" }, "client_secret": SECRET }, authorized, redeemed])
}

fn tokens() -> Group {
    let done = || told(200, &[], json!({}));
    exchange::group(&[], json!({}))
        .gives("before", before())
        .valid("Good", "an access token", revoke("{access_token}"))
        .output(done())
        .valid("Good", "a refresh token", revoke("{refresh_token}"))
        .output(done())
        .valid(
            "Good",
            "an access token with a hint that is wrong",
            revoke("{access_token}").with("token_type_hint", "refresh_token"),
        )
        .output(done())
        .shows(&HINT_IS_A_HINT)
        .valid("Good", "a refresh token with an unknown hint", revoke("{refresh_token}").with("token_type_hint", "colour"))
        .output(done())
        .shows(&HINT_IS_A_HINT)
        .valid("Good", "a token that was never issued", revoke("unknown"))
        .output(done())
        .shows(&UNKNOWN_IS_REVOKED)
        .valid("Good", "a token that looks like a JWT", revoke("a.b.c"))
        .output(done())
        .shows(&UNKNOWN_IS_REVOKED)
        .valid("Good", "an access token that has ended", revoke("{access_token}").set("at", NOW + 400))
        .output(done())
        .invalid(&INVALID_REQUEST, "Missing", "no token", revoke("x").without("token"))
        .invalid(&INVALID_REQUEST, "Missing", "an empty token", revoke(""))
        .invalid(&NO_REPEATED_PARAMETER, "Missing", "the token twice", revoke("{access_token}").twice("token"))
        .invalid(&TOKEN_REQUEST_IS_POST, "Http", "the method GET", revoke("x").raw("").set("method", "GET"))
        .invalid(&TOKEN_REQUEST_IS_POST, "Http", "the method DELETE", revoke("x").raw("").set("method", "DELETE"))
        .invalid(&FORM_IS_UTF8, "Http", "JSON", revoke("x").header("content-type", "application/json"))
        .invalid(&NO_SECRET_IN_QUERY, "Http", "the secret in the query", revoke("x").set("query", "client_secret=x"))
        .errors("invalid_request")
        .invalid(&REVOKED_BY_OWNER, "Caller", "the access token of another client", {
            revoke("{access_token}").with("client_id", "client-2")
        })
        .invalid(&REVOKED_BY_OWNER, "Caller", "the refresh token of another client", {
            revoke("{refresh_token}").with("client_id", "client-2")
        })
        .errors("invalid_grant")
        .invalid(&REVOKED_BY_OWNER, "Caller", "no secret", revoke("{access_token}").without("client_secret"))
        .invalid(&CLIENT_AUTHENTICATES, "Caller", "another secret", revoke("{access_token}").with("client_secret", "another"))
        .invalid(&CLIENT_AUTHENTICATES, "Caller", "an unknown caller", revoke("x").with("client_id", "client-9"))
        .invalid(&CLIENT_AUTHENTICATES, "Caller", "no client", revoke("x").without("client_id").without("client_secret"))
        .errors("invalid_client")
}
