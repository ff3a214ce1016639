//! `token_request`: requests to the token endpoint.

mod client;
mod code;
mod fapi2;
mod refresh;

use serde_json::{Value, json};

use super::common::NOW;
use super::exchange::{self, Request};
use crate::vectors::file::{File, Group};
use crate::vectors::keys::Keys;

pub(super) fn file(keys: &Keys) -> File {
    File::new(
        "token_request",
        &[
            "A request to the token endpoint, after the steps that the group lists as `before`; README.md describes their format.",
            "The output of a valid one is the status, the names of all members of the answer, and the values of some of them.",
        ],
    )
    .flag("Good", "accepted input")
    .flag("Missing", "parameters that are missing or empty")
    .flag("Repeated", "parameters that occur twice")
    .flag("Unknown", "unknown parameters")
    .flag("Grant", "codes and refresh tokens that are invalid, or of another client")
    .flag("Replay", "values that were used before")
    .flag("Retry", "replaced refresh tokens that are sent again, because a reply was lost or because they were stolen")
    .flag("Time", "expired values")
    .flag("Changed", "requests that were valid until a registration changed or a login was ended")
    .flag("RedirectUri", "the repeated redirect_uri of the authorization request")
    .flag("Pkce", "the verifier")
    .flag("GrantType", "grant types that are not supported, or not registered")
    .flag("Client", "clients that do not identify or do not authenticate themselves")
    .flag("Http", "methods, media types, fields and sizes")
    .flag("Scope", "scopes that are malformed, unknown or too wide")
    .flag("Resource", "the resource that the token is for")
    .flag("Binding", "the binding of tokens")
    .flag("Level", "clients with a compliance level")
    .groups(code::groups())
    .groups(refresh::groups(keys))
    .groups(client::groups(keys))
    .groups(fapi2::groups(keys))
    .group(super::level::token(keys))
}

/// The authorization request that leads to a code.
fn authorization() -> Request {
    exchange::authorization("accounts payments").set("user", json!({}))
}

/// A code that was issued for this request ten seconds ago.
fn code(request: Request) -> Value {
    exchange::at(NOW - 10, exchange::step("authorization_endpoint", request, &[("code", "code")]))
}

/// Adds a request that still works after something else was revoked: a token for the client itself.
fn own_token(group: Group, client: &str, secret: &str, when: &str) -> Group {
    let request = Request::of(&[("grant_type", "client_credentials"), ("client_id", client), ("client_secret", secret)]);
    let names = ["access_token", "expires_in", "scope", "token_type"];
    group.valid("Good", format!("a token of the client's own, {when}"), request).output(exchange::told(
        200,
        &names,
        json!({ "scope": "accounts payments" }),
    ))
}

/// A second client, with a secret of its own.
fn second(mut client: Value) -> Value {
    client["client_id"] = "client-2".into();
    json!({ "client": client, "client_secret": OTHER_SECRET })
}

const OTHER_SECRET: &str = "another secret that is long enough for every purpose";
