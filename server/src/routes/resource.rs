//! The protected resource of an API: it returns what the access token says about its caller.

use crate::app::{App, ProtectedResource, Received};
use crate::listener::ListenerKind;
use crate::nonces::nonces;
use fapi::{Access, Authorized, EndpointAddress, Response};
use http::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, HeaderName, HeaderValue};
use http::{Method, StatusCode};
use serde::Serialize;
use std::sync::Arc;

const NONCE: HeaderName = HeaderName::from_static("dpop-nonce");

pub(super) async fn call(resource: Arc<ProtectedResource>, app: Arc<App>, received: Received) -> Result<Response, Response> {
    match *received.request.method() {
        Method::GET | Method::HEAD | Method::POST => protected(&resource, &app, &received).await,
        _ => Err(method_not_allowed()),
    }
}

async fn protected(resource: &ProtectedResource, app: &Arc<App>, received: &Received) -> Result<Response, Response> {
    let url = match (received.peer.listener_kind, &resource.mtls_url) {
        (ListenerKind::MtlsAlias, Some(url)) => url,
        _ => &resource.url,
    };
    let needed = resource.needed.clone();
    let (inbound, context) = app.inbound(received)?;
    let step = resource.server.protect(inbound.at(EndpointAddress::Resource(url)), needed, context);
    let outcome = app.complete(received, step).await?;
    match outcome.reply {
        Access::Allowed(authorized) => Ok(allowed(app, received, &authorized)),
        Access::Denied(response) => Ok(response),
    }
}

#[derive(Serialize)]
struct Answer<'a> {
    client_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    sub: Option<&'a str>,
    scope: String,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    permissions: &'a [String],
    method: &'a str,
}

fn allowed(app: &App, received: &Received, authorized: &Authorized) -> Response {
    let answer = Answer {
        client_id: &authorized.client_id,
        sub: authorized.subject.as_deref(),
        scope: authorized.scope.to_string(),
        permissions: &authorized.permissions,
        method: received.request.method().as_str(),
    };
    let mut response = Response::new(serde_json::to_vec(&answer).unwrap_or_default().into());
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let nonce = app.dpop_nonces.then(|| HeaderValue::try_from(nonces(&app.host.keyring, app.clock.now()).current).ok());
    if let Some(nonce) = nonce.flatten() {
        headers.insert(NONCE, nonce);
    }
    response
}

fn method_not_allowed() -> Response {
    let mut response = Response::default();
    *response.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
    response.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD, POST"));
    response
}
