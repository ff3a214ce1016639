//! Progress counts what has ended; the report keeps its own order.

#[path = "support/foreign.rs"]
mod foreign;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::watch;

/// A server that answers pushed requests only after the gate is opened, and then with a refusal.
async fn server(gate: watch::Receiver<bool>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let issuer = format!("http://{}", listener.local_addr().unwrap());
    let document = foreign::metadata(&issuer).to_string();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let (document, mut gate) = (document.clone(), gate.clone());
            tokio::spawn(async move {
                let mut head = [0; 4096];
                let length = stream.read(&mut head).await.unwrap_or_default();
                let (status, body) = if head[..length].starts_with(b"GET /.well-known/") {
                    ("200 OK", document)
                } else {
                    if head[..length].starts_with(b"POST /par") {
                        let _ = gate.wait_for(|open| *open).await;
                    }
                    ("400 Bad Request", r#"{"error":"invalid_request"}"#.to_owned())
                };
                let head = "content-type: application/json\r\nconnection: close";
                let reply = format!("HTTP/1.1 {status}\r\n{head}\r\ncontent-length: {}\r\n\r\n{body}", body.len());
                let _ = stream.write_all(reply.as_bytes()).await;
            });
        }
    });
    issuer
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_ended_counts_although_an_earlier_scenario_still_runs() {
    let (open, gate) = watch::channel(false);
    let issuer = server(gate).await;
    let mut ended = Vec::new();
    let outcome = foreign::run_with(&issuer, &["openid/private_key_jwt/dpop"], "flow,metadata-issuer", |judgement| {
        ended.push(judgement.scenario.id);
        open.send_replace(true);
    })
    .await;
    assert_eq!(ended, ["metadata-issuer", "flow"]);
    let reported: Vec<_> = outcome.judgements.iter().map(|judgement| judgement.scenario.id).collect();
    assert_eq!(reported, ["flow", "metadata-issuer"]);
}
