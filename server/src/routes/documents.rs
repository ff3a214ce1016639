//! Documents that stay the same while the server runs: metadata and public keys.

use crate::app::App;
use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue};
use serde::Serialize;
use std::collections::BTreeMap;

/// A serialized document.
#[derive(Clone)]
pub(super) struct Document {
    body: Bytes,
    content_type: &'static str,
    max_age: u32,
}

impl Document {
    fn new(value: &impl Serialize, content_type: &'static str, max_age: u32) -> Self {
        Self { body: serde_json::to_vec(value).unwrap_or_default().into(), content_type, max_age }
    }

    pub(super) fn answer(&self) -> Response {
        let mut response = Response::new(Body::from(self.body.clone()));
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(self.content_type));
        if let Ok(value) = HeaderValue::try_from(format!("public, max-age={}", self.max_age)) {
            headers.insert(CACHE_CONTROL, value);
        }
        response
    }
}

/// All documents by path. The path of the issuer precedes OpenID's well-known name and follows OAuth's (RFC 8414 §3.1 and §5).
pub(super) fn all(app: &App, base_path: &str) -> BTreeMap<String, Document> {
    let max_age = app.server.settings().lifetimes.jwks;
    let metadata = Document::new(app.server.metadata(), "application/json", max_age);
    BTreeMap::from([
        (format!("{base_path}/.well-known/openid-configuration"), metadata.clone()),
        (format!("/.well-known/openid-configuration{base_path}"), metadata.clone()),
        (format!("/.well-known/oauth-authorization-server{base_path}"), metadata),
    ])
}

/// The key set as it is published now.
pub(super) fn keys(app: &App) -> Document {
    let max_age = app.server.settings().lifetimes.jwks;
    Document::new(&app.server.jwks(app.clock.now()), "application/jwk-set+json", max_age)
}
