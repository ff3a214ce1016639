//! Which path leads where. Methods are the library's to judge: protocol endpoints take them all.

mod documents;
mod headers;
mod interaction;
mod resource;

use crate::app::{App, Received};
use crate::listener::ListenerKind;
use crate::pages::notice;
use axum::Router;
use axum::body::Body;
use axum::extract::{Path, Request};
use axum::middleware::{from_fn, map_response};
use axum::response::Response as Answer;
use axum::routing::{MethodRouter, any, get};
use fapi::{AuthorizationServer, Context, Inbound, Response, Step};
use http::StatusCode;
use std::future::Future;
use std::sync::Arc;

/// An entry point that answers its caller directly.
type Entry = fn(&Arc<AuthorizationServer>, Inbound<'_>, Context) -> Step;

/// What a listener serves. That of the mTLS aliases has no pages: browsers do not come there.
pub(crate) fn router(app: &Arc<App>, listener_kind: ListenerKind, base_path: &str, hsts: Option<u32>) -> Router {
    let at = |path: &str| format!("{base_path}/{path}");
    let mut router = Router::new()
        .route(&at("par"), direct(app, AuthorizationServer::pushed_authorization_request))
        .route(&at("token"), direct(app, AuthorizationServer::token_request).layer(from_fn(headers::cors)))
        .route(&at("userinfo"), direct(app, AuthorizationServer::userinfo_request).layer(from_fn(headers::cors)))
        .route(&at("introspect"), direct(app, AuthorizationServer::introspection_request))
        .route(&at("revoke"), direct(app, AuthorizationServer::revocation_request))
        .route(&at("resource"), to(app, resource::call))
        .route(&at("health"), get(|| async { "ok\n" }));
    if listener_kind == ListenerKind::Main {
        router = router.route(&at("authorize"), to(app, interaction::authorize)).route(&at("interaction/{id}"), interaction(app));
        let keys = app.clone();
        let keys = get(move || async move { documents::keys(&keys).answer() });
        router = router.route(&at("jwks"), keys.layer(from_fn(headers::cors)));
        for (path, document) in documents::all(app, base_path) {
            router = router.route(&path, get(move || async move { document.answer() }).layer(from_fn(headers::cors)));
        }
    }
    let nowhere = || async { notice(StatusCode::NOT_FOUND, "Not found", "There is nothing at this address.").map(Body::from) };
    router.fallback(nowhere).layer(map_response(move |response: Answer| async move { headers::common(response, hsts) }))
}

fn direct(app: &Arc<App>, entry: Entry) -> MethodRouter {
    to(app, move |app: Arc<App>, received: Received| async move {
        Ok(app.run(&received, |inbound, context| entry(&app.server, inbound, context)).await?.reply)
    })
}

/// Reads the request, and sends what comes of it: an answer, or why there is none.
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
            Ok(received) => interaction::page(app, received, id).await,
            Err(instead) => Err(instead),
        };
        answer.unwrap_or_else(|instead| instead).map(Body::from)
    })
}
