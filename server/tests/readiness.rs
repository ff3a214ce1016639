//! A server is live while it answers, and ready while it reaches its store and its keys.

mod common;

use common::fragile::Fragile;
use common::{Client, oauth, options, running};
use fapi_server::start;
use http::StatusCode;

#[tokio::test]
async fn a_server_is_ready_when_it_has_started() {
    let running = running(oauth()).await;
    let client = Client::of(&running);
    for path in ["health", "ready"] {
        let answer = client.get(&format!("{}/{path}", running.issuer)).await;
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        assert_eq!(answer.headers()["cache-control"], "no-store", "{path}");
    }
    assert_eq!(client.get(&format!("{}/ready", running.issuer)).await.body(), "ready\n");
}

#[tokio::test]
async fn a_server_whose_store_does_not_answer_is_live_and_not_ready() {
    let store = Fragile::new();
    let mut options = options();
    options.store = Some(store.clone());
    let running = start(oauth(), options).await.unwrap();
    let client = Client::of(&running);
    store.set_down(true);
    let ready = client.get(&format!("{}/ready", running.issuer)).await;
    assert_eq!(ready.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(ready.body(), "not ready: the store does not answer\n");
    assert_eq!(client.get(&format!("{}/health", running.issuer)).await.status(), StatusCode::OK);
}
