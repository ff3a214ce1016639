//! The token response ([RFC 6749 §5.1](https://www.rfc-editor.org/rfc/rfc6749#section-5.1)).

use crate::exchange::{Response, Turn};
use crate::issue::AccessToken;
use crate::refusal::json;
use crate::sender::Confirmation;
use http::StatusCode;
use http::header::{HeaderValue, PRAGMA};
use serde::Serialize;

#[derive(Serialize)]
struct Body<'a> {
    access_token: &'a str,
    token_type: &'static str,
    expires_in: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id_token: Option<&'a str>,
    scope: &'a crate::scope::Scope,
}

/// Everything that was issued, never to be cached.
pub(super) fn response(
    turn: &Turn<'_>,
    claims: &AccessToken,
    access_token: &str,
    refresh_token: Option<&str>,
    id_token: Option<&str>,
) -> Response {
    let body = Body {
        access_token,
        token_type: Confirmation::token_type(claims.cnf.as_ref()),
        expires_in: claims.exp.since(turn.context.now()),
        refresh_token,
        id_token,
        scope: &claims.scope,
    };
    let mut response = json(StatusCode::OK, &body);
    response.headers_mut().insert(PRAGMA, HeaderValue::from_static("no-cache"));
    turn.context.offer_nonce(&mut response);
    response
}
