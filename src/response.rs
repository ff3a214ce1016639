//! HTTP responses, as an endpoint builds them.

use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderName, HeaderValue};
use http::{StatusCode, header};
use serde::Serialize;

/// An HTTP response, complete except for the headers that the connection adds (`Date`, `Content-Length`).
pub type Response = http::Response<Bytes>;

/// A JSON body that must not be cached.
pub(crate) fn json<T: Serialize>(status: StatusCode, body: &T) -> Response {
    // A struct of strings, numbers and lists always serializes.
    let mut response = http::Response::new(Bytes::from(serde_json::to_vec(body).unwrap_or_default()));
    *response.status_mut() = status;
    set(&mut response, CONTENT_TYPE, "application/json");
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
