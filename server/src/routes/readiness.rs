//! Liveness and readiness, for those who run the server: a live process answers; a ready one reaches its store and its keys.

use crate::app::App;
use axum::body::Body;
use axum::response::Response;
use fapi::record::Kind;
use fapi::{KeyUse, List};
use http::StatusCode;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};

/// The store must answer within this time.
const PATIENCE: Duration = Duration::from_secs(2);
/// An answer is repeated for this long, so that asking costs no signatures.
const REMEMBERED: Duration = Duration::from_secs(1);

/// The answer of `/health`: the process serves requests.
pub(super) async fn health() -> Response {
    answer(StatusCode::OK, "ok\n")
}

/// The answers of `/ready`.
#[derive(Default)]
pub(super) struct Readiness(Mutex<Option<(Instant, &'static str)>>);

impl Readiness {
    /// `200` if the store can be read and every key can be used, and otherwise `503`, with the reason in one line.
    pub(super) async fn answer(&self, app: &Arc<App>) -> Response {
        let mut last = self.0.lock().await;
        let text = match *last {
            Some((at, text)) if at.elapsed() < REMEMBERED => text,
            _ => {
                let text = state(app).await;
                *last = Some((Instant::now(), text));
                text
            }
        };
        answer(if text == READY { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE }, text)
    }
}

const READY: &str = "ready\n";

async fn state(app: &App) -> &'static str {
    let list = List::first(&app.server.settings().issuer, Kind::Client, None, 1);
    if !matches!(timeout(PATIENCE, app.host.store.list(&list)).await, Ok(Ok(_))) {
        tracing::error!("not ready: the store does not answer");
        return "not ready: the store does not answer\n";
    }
    let input = b"ready".to_vec();
    let settings = app.server.settings();
    let signing = settings.keys.iter().flat_map(|key| {
        let kid = key.jwk.kid().unwrap_or_default();
        key.algorithms.iter().map(move |algorithm| (kid.to_owned(), algorithm))
    });
    let mut uses: Vec<_> = signing.map(|(key, algorithm)| KeyUse::Sign { key, algorithm, input: input.clone() }).collect();
    uses.extend([KeyUse::Mac { input: input.clone() }, KeyUse::Seal { input }]);
    if uses.iter().any(|key_use| app.host.keyring.use_key(key_use).is_err()) {
        tracing::error!("not ready: a key cannot be used");
        return "not ready: a key cannot be used\n";
    }
    READY
}

fn answer(status: StatusCode, text: &'static str) -> Response {
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
