//! The token response ([RFC 6749 §5.1](https://www.rfc-editor.org/rfc/rfc6749#section-5.1)).

use crate::client::AuthenticatedClient;
use crate::issue::Issued;
use crate::response::{Response, json};
use crate::scope::Scope;
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
    scope: &'a Scope,
}

/// The tokens, in a response that must not be cached.
pub(super) fn response(turn: &AuthenticatedClient<'_>, issued: &Issued, refresh_token: Option<&str>) -> Response {
    let body = Body {
        access_token: &issued.access_token,
        token_type: Confirmation::token_type(issued.claims.cnf.as_ref()),
        expires_in: issued.claims.exp.since(turn.now()),
        refresh_token,
        id_token: issued.id_token.as_deref(),
        scope: &issued.claims.scope,
    };
    let mut response = json(StatusCode::OK, &body);
    response.headers_mut().insert(PRAGMA, HeaderValue::from_static("no-cache"));
    turn.context.offer_nonce(&mut response);
    response
}
