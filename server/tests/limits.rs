//! Requests that are too large, too frequent or too slow are refused.

mod common;

use common::{Client, oauth, running};
use fapi_server::{Authority, Config};
use http::StatusCode;
use rustls::crypto::aws_lc_rs::{cipher_suite, default_provider};
use rustls::{ClientConfig, RootCertStore, SupportedCipherSuite};
use rustls_pki_types::ServerName;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

#[tokio::test]
async fn bodies_have_a_limit() {
    let mut config = oauth();
    config.limits.body = 1_000;
    let running = running(config).await;
    let client = Client::of(&running);
    let url = format!("{}/token", running.issuer);
    let fits = client.post(&url, &[("a", &"x".repeat(998))]).await;
    assert_eq!(fits.status(), StatusCode::BAD_REQUEST);
    for octets in [999, 100_000] {
        let large = client.post(&url, &[("a", &"x".repeat(octets))]).await;
        assert_eq!(large.status(), StatusCode::PAYLOAD_TOO_LARGE);
        assert!(large.body().contains("FAPI-LIMITS-1"), "{}", large.body());
    }
}

#[tokio::test]
async fn heads_have_a_limit() {
    let mut config = oauth();
    config.limits.head = 8 * 1024;
    let running = running(config).await;
    let mut stream = TcpStream::connect(running.address).await.unwrap();
    let head = format!("{:x<1$}", "GET /health HTTP/1.1\r\nX-Large: ", 8 * 1024);
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 431 "), "{answer}");
}

#[tokio::test]
async fn who_asks_too_often_is_told_to_wait() {
    let mut config = oauth();
    (config.limits.requests_per_second, config.limits.burst) = (Some(1), 3);
    let running = running(config).await;
    let client = Client::of(&running);
    let mut statuses = vec![];
    for _ in 0..20 {
        let answered = client.post(&format!("{}/token", running.issuer), &[]).await;
        if answered.status() == StatusCode::TOO_MANY_REQUESTS {
            assert!(answered.headers().contains_key("retry-after"));
        }
        statuses.push(answered.status());
    }
    assert_eq!(statuses[..3], [StatusCode::BAD_REQUEST; 3]);
    assert!(statuses.contains(&StatusCode::TOO_MANY_REQUESTS));
}

#[tokio::test]
async fn of_tls_1_2_only_the_recommended_suites_are_spoken() {
    let running = running(Config::new(Some(Arc::new(Authority::generate().unwrap())))).await;
    let speaks = async |suite: SupportedCipherSuite| {
        let mut roots = RootCertStore::empty();
        roots.add(running.ca_certificate.clone().unwrap()).unwrap();
        let mut provider = default_provider();
        provider.cipher_suites = vec![suite];
        let builder = ClientConfig::builder_with_provider(Arc::new(provider)).with_safe_default_protocol_versions().unwrap();
        let config = builder.with_root_certificates(roots).with_no_client_auth();
        let stream = TcpStream::connect(running.address).await.unwrap();
        let name = ServerName::try_from("localhost").unwrap();
        TlsConnector::from(Arc::new(config)).connect(name, stream).await.is_ok()
    };
    assert!(speaks(cipher_suite::TLS13_AES_128_GCM_SHA256).await);
    assert!(speaks(cipher_suite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256).await);
    assert!(speaks(cipher_suite::TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384).await);
    assert!(!speaks(cipher_suite::TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256).await);
}

#[tokio::test]
async fn an_idle_connection_of_http_2_is_closed_and_not_only_pinged() {
    let mut config = Config::new(Some(Arc::new(Authority::generate().unwrap())));
    config.limits.head_timeout = Duration::from_millis(50);
    let running = running(config).await;
    let mut roots = RootCertStore::empty();
    roots.add(running.ca_certificate.clone().unwrap()).unwrap();
    let builder =
        ClientConfig::builder_with_provider(Arc::new(default_provider())).with_safe_default_protocol_versions().unwrap();
    let mut config = builder.with_root_certificates(roots).with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec()];
    let stream = TcpStream::connect(running.address).await.unwrap();
    let name = ServerName::try_from("localhost").unwrap();
    let mut stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await.unwrap();
    stream.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0").await.unwrap();
    let mut heard = vec![];
    // The end of the connection may or may not be announced in TLS.
    let _ = stream.read_to_end(&mut heard).await;
    let mut kinds = vec![];
    while let Some(frame) = heard.get(..9) {
        kinds.push(frame[3]);
        heard.drain(..(9 + usize::from(frame[1]) * 256 + usize::from(frame[2])).min(heard.len()));
    }
    assert!(!kinds.is_empty() && !kinds.contains(&6), "it is not asked whether it is still there: {kinds:?}");
}
