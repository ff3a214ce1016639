//! The routes. The library checks methods, so protocol endpoints accept them all.

mod cors;
mod documents;
mod headers;
mod interaction;
mod readiness;
mod resource;

use crate::app::{App, Received};
use crate::listener::ListenerKind;
use crate::log;
use crate::pages::notice;
use axum::Router;
use axum::body::Body;
use axum::extract::{Path, Request};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{MethodRouter, any, get};
use cors::Cors;
use fapi::{AuthorizationServer, Context, Inbound, Response, Step};
use http::StatusCode;
use readiness::Readiness;
use std::future::Future;
use std::sync::Arc;

/// An entry point of the library whose reply is a response.
type Entry = fn(&Arc<AuthorizationServer>, Inbound<'_>, Context) -> Step;

const TOO_LARGE: &str = "The submitted form is larger than this server accepts.";

/// The router of a listener. The mTLS aliases have no pages, because browsers do not use them.
pub(crate) fn router(app: &Arc<App>, listener_kind: ListenerKind, base_path: &str, hsts: Option<u32>) -> Router {
    let at = |path: &str| format!("{base_path}/{path}");
    let cors = |methods| from_fn_with_state(Cors { origins: app.allowed_origins.clone(), methods }, cors::cors);
    let mut router = Router::new()
        .route(&at("par"), direct(app, AuthorizationServer::pushed_authorization_request).layer(cors("POST")))
        .route(&at("token"), direct(app, AuthorizationServer::token_request).layer(cors("POST")))
        .route(&at("revoke"), direct(app, AuthorizationServer::revocation_request).layer(cors("POST")))
        .route(&at("introspect"), direct(app, AuthorizationServer::introspection_request))
        .route(&at("userinfo"), called(direct(app, AuthorizationServer::userinfo_request)).layer(cors("GET, POST")))
        .route(&at("health"), get(readiness::health))
        .route(&at("ready"), ready(app));
    for resource in &app.resources {
        let (path, resource) = (format!("{base_path}{}", resource.path), resource.clone());
        let call = to(app, move |app, received| resource::call(resource.clone(), app, received));
        router = router.route(&path, called(call).layer(cors("GET, HEAD, POST")));
    }
    if listener_kind == ListenerKind::Main {
        router = router.route(&at("authorize"), to(app, interaction::authorize)).route(&at("interaction/{id}"), interaction(app));
        let keys = app.clone();
        let keys = get(move || async move { documents::keys(&keys).answer() });
        router = router.route(&at("jwks"), keys.layer(cors("GET, HEAD")));
        for (path, document) in documents::all(app, base_path) {
            router = router.route(&path, get(move || async move { document.answer() }).layer(cors("GET, HEAD")));
        }
    }
    let text = "There is no page at this address. If an application sent you here, go back to it and begin again.";
    let not_found = move || async move { notice(StatusCode::NOT_FOUND, "Not found", text).map(Body::from) };
    let common = from_fn(move |request, next| headers::common(request, next, hsts));
    router.fallback(not_found).layer(common).layer(from_fn(log::in_span))
}

fn ready(app: &Arc<App>) -> MethodRouter {
    let (app, readiness) = (app.clone(), Arc::new(Readiness::default()));
    get(move || {
        let (app, readiness) = (app.clone(), readiness.clone());
        async move { readiness.answer(&app).await }
    })
}

/// An endpoint that tokens are presented to.
fn called(endpoint: MethodRouter) -> MethodRouter {
    endpoint.layer(from_fn(headers::interaction_id))
}

fn direct(app: &Arc<App>, entry: Entry) -> MethodRouter {
    to(app, move |app: Arc<App>, received: Received| async move {
        let (inbound, context) = app.inbound(&received)?;
        Ok(app.complete(&received, entry(&app.server, inbound, context)).await?.reply)
    })
}

/// Reads the request and serves it; errors are responses too.
fn to<F, Fut>(app: &Arc<App>, serve: F) -> MethodRouter
where
    F: Fn(Arc<App>, Received) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = Result<Response, Response>> + Send,
{
    let app = app.clone();
    any(move |request: Request| async move {
        let answer = match app.receive(request).await {
            Ok(received) => serve(app, received).await,
            Err(instead) => Err(instead),
        };
        answer.unwrap_or_else(|instead| instead).map(Body::from)
    })
}

fn interaction(app: &Arc<App>) -> MethodRouter {
    let app = app.clone();
    any(move |Path(id): Path<String>, request: Request| async move {
        let answer = match app.receive(request).await {
            Ok(received) if received.is_oversized() => Err(notice(StatusCode::PAYLOAD_TOO_LARGE, "Form too large", TOO_LARGE)),
            Ok(received) => interaction::page(app, received, id).await,
            Err(instead) => Err(instead),
        };
        answer.unwrap_or_else(|instead| instead).map(Body::from)
    })
}
