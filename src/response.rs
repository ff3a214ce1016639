//! HTTP responses, as an endpoint builds them.

use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderName, HeaderValue};
use http::{StatusCode, header};
use serde::Serialize;

/// An HTTP response, complete except for the headers that the connection adds (`Date`, `Content-Length`).
pub type Response = http::Response<Bytes>;

/// The header that names an interaction
/// ([FAPI 1.0 Part 1 §6.2.1](https://openid.net/specs/openid-financial-api-part-1-1_0-final.html#rfc.section.6.2.1)).
pub(crate) const INTERACTION_ID: HeaderName = HeaderName::from_static("x-fapi-interaction-id");
/// The media type of an introspection response that is a JWT ([RFC 9701 §5](https://www.rfc-editor.org/rfc/rfc9701#section-5)).
pub(crate) const INTROSPECTION_JWT: &str = "application/token-introspection+jwt";

/// A JSON body that must not be cached.
pub(crate) fn json<T: Serialize>(status: StatusCode, body: &T) -> Response {
    // A struct of strings, numbers and lists always serializes.
    let mut response = http::Response::new(Bytes::from(serde_json::to_vec(body).unwrap_or_default()));
    *response.status_mut() = status;
    set(&mut response, CONTENT_TYPE, "application/json");
    no_store(&mut response);
    response
}

/// A JWT that must not be cached, as this media type.
pub(crate) fn jwt(media_type: &str, compact: String) -> Response {
    let mut response = http::Response::new(Bytes::from(compact));
    set(&mut response, CONTENT_TYPE, media_type);
    no_store(&mut response);
    response
}

/// An HTML page that must not be cached, framed, or leak its address. `policy` is its Content-Security-Policy.
pub(crate) fn html(status: StatusCode, text: String, policy: &str) -> Response {
    let mut response = http::Response::new(Bytes::from(text));
    *response.status_mut() = status;
    set(&mut response, CONTENT_TYPE, "text/html; charset=utf-8");
    set(&mut response, header::CONTENT_SECURITY_POLICY, policy);
    set(&mut response, header::X_FRAME_OPTIONS, "DENY");
    set(&mut response, header::REFERRER_POLICY, "no-referrer");
    no_store(&mut response);
    response
}

/// A response without a body.
pub(crate) fn empty(status: StatusCode) -> Response {
    let mut response = http::Response::new(Bytes::new());
    *response.status_mut() = status;
    response
}

/// Forbids every cache to keep the response.
pub(crate) fn no_store(response: &mut Response) {
    set(response, CACHE_CONTROL, "no-store");
}

/// Sets a header; a value that no header can carry is left out.
pub(crate) fn set(response: &mut Response, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}
