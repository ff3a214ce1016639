//! Cross-Origin Resource Sharing, for public clients that run in browsers.
//!
//! The endpoints that allow it use no cookies, so a script can do no more than any other client; `Access-Control-Allow-Credentials`
//! is never sent. The authorization endpoint and the pages allow none.

use crate::config::AllowedOrigins;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS,
    ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD, HeaderValue, ORIGIN, VARY,
};
use http::{Method, StatusCode};

/// The request headers beside those that every script may send.
const REQUEST_HEADERS: HeaderValue = HeaderValue::from_static("authorization, content-type, dpop, x-fapi-interaction-id");
/// The response headers beside those that every script may read.
const RESPONSE_HEADERS: HeaderValue =
    HeaderValue::from_static("dpop-nonce, www-authenticate, retry-after, x-fapi-interaction-id");
/// Seconds for which browsers remember the answer to a preflight.
const MAX_AGE: HeaderValue = HeaderValue::from_static("3600");

/// The origins whose scripts may call an endpoint, and its methods.
#[derive(Debug, Clone)]
pub(super) struct Cors {
    pub(super) origins: AllowedOrigins,
    pub(super) methods: &'static str,
}

/// Answers preflights, and lets scripts of the allowed origins read responses.
pub(super) async fn cors(State(cors): State<Cors>, request: Request, next: Next) -> Response {
    let allowed = cors.allowed_origin(request.headers().get(ORIGIN));
    let asks = request.headers().contains_key(ORIGIN) && request.headers().contains_key(ACCESS_CONTROL_REQUEST_METHOD);
    let preflight = allowed.is_some() && asks && request.method() == Method::OPTIONS;
    let mut response = if preflight { no_content() } else { next.run(request).await };
    let headers = response.headers_mut();
    if let AllowedOrigins::Listed(_) = cors.origins {
        // A cache must not serve one origin what was allowed to another.
        headers.append(VARY, HeaderValue::from_static("origin"));
    }
    let Some(allowed) = allowed else { return response };
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, allowed);
    headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, RESPONSE_HEADERS);
    if preflight {
        headers.insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static(cors.methods));
        headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, REQUEST_HEADERS);
        headers.insert(ACCESS_CONTROL_MAX_AGE, MAX_AGE);
    }
    response
}

impl Cors {
    /// The value of `Access-Control-Allow-Origin`. If all origins are allowed, it is sent to everybody, so that a cached document
    /// serves scripts too.
    fn allowed_origin(&self, origin: Option<&HeaderValue>) -> Option<HeaderValue> {
        match &self.origins {
            AllowedOrigins::All => Some(HeaderValue::from_static("*")),
            AllowedOrigins::Listed(listed) => origin.filter(|origin| listed.iter().any(|known| *known == **origin)).cloned(),
        }
    }
}

fn no_content() -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    response
}
