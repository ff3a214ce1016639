//! The client credentials grant.

use super::refresh::not_given;
use super::{Scenario, client_credentials, run};
use crate::finding::Tried;
use crate::keys;
use crate::session::{Session, wire};
use fapi::requirement::rfc6749;

pub(super) static SCENARIOS: &[Scenario] = &[
    Scenario::positive(
        "own-token",
        "The client credentials grant returns an access token, without an ID token or a refresh token.",
        run!(own_token),
    )
    .requires(&[&rfc6749::TOKEN_RESPONSE, &rfc6749::NO_CLIENT_CREDENTIALS_REFRESH])
    .when(client_credentials)
    .asserts(&["200 with an access token, without an ID token", "no refresh token (otherwise a warning)"]),
    Scenario::negative(
        "own-token-unknown-scope",
        "A scope that the client may not have is refused or not granted.",
        run!(unknown_scope),
    )
    .requires(&[&rfc6749::UNAUTHORIZED_CLIENT, &rfc6749::SCOPE_RETURNED])
    .when(client_credentials)
    .asserts(&["400 invalid_scope, or a token whose scope does not include it"]),
    Scenario::negative(
        "own-token-unauthenticated",
        "A client credentials request without client authentication is refused.",
        run!(unauthenticated),
    )
    .requires(&[
        &rfc6749::CLIENT_CREDENTIALS_CONFIDENTIAL,
        &rfc6749::CONFIDENTIAL_AUTHENTICATES,
        &rfc6749::CLIENT_AUTHENTICATES,
        &fapi::requirement::rfc8705::CERTIFICATE_OF_CLIENT,
    ])
    .when(client_credentials)
    .asserts(&["client_id alone: 400 or 401 with invalid_client or invalid_request (a TLS failure with mTLS)"]),
];

async fn own_token(s: &Session) -> Tried<()> {
    let tokens = s.one.tokens().await?;
    if tokens.refresh_token.is_some() {
        s.warn("the response to a client credentials request has a refresh token (RFC 6749 4.4.3)");
    }
    Ok(())
}

async fn unknown_scope(s: &Session) -> Tried<()> {
    let unknown = format!("unknown-{}", keys::random());
    let reply = s.one.credentials().set("scope", unknown.as_str()).send().await?;
    not_given(s, &reply, &unknown, &rfc6749::UNAUTHORIZED_CLIENT, &["invalid_scope", "invalid_request"])
}

async fn unauthenticated(s: &Session) -> Tried<()> {
    let answer = s.one.credentials().unauthenticated().set("client_id", s.one.id()).attempt().await?;
    s.refused_or_hung_up(answer, s.variant().certificates(), &wire::INVALID_CLIENT)
}
