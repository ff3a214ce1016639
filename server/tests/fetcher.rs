//! Documents are fetched only from permitted addresses, only in a permitted form, and not too often.

mod common;

use fapi::{DocumentRequest, Timestamp, Unavailable};
use fapi_server::config::Outbound;
use fapi_server::{Authority, Clock, Fetcher, ManualClock};
use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs::default_provider;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use wiremock::matchers::{any, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

/// A client's server with TLS, and a fetcher that may connect to it.
struct Elsewhere {
    documents: MockServer,
    port: u16,
    clock: Arc<ManualClock>,
    fetcher: Fetcher,
}

impl Elsewhere {
    async fn new() -> Self {
        Self::allowing(|port| format!("localhost:{port}")).await
    }

    async fn allowing(allow: impl FnOnce(u16) -> String) -> Self {
        let documents = MockServer::start().await;
        let authority = Authority::generate().unwrap();
        let port = terminate_tls(&authority, documents.address().port()).await;
        let mut outbound = Outbound::default();
        outbound.allow = vec![allow(port)];
        outbound.authorities = vec![authority.certificate().clone()];
        outbound.timeout = Duration::from_secs(5);
        let clock = Arc::new(ManualClock::stopped());
        Self { documents, port, fetcher: Fetcher::new(outbound, clock.clone()), clock }
    }

    async fn answers(&self, at: &str, response: ResponseTemplate) {
        Mock::given(path(at)).respond_with(response).mount(&self.documents).await;
    }

    async fn get(&self, path: &str) -> Result<String, Unavailable> {
        self.get_after(path, None).await
    }

    async fn get_after(&self, path: &str, not_before: Option<Timestamp>) -> Result<String, Unavailable> {
        let mut request = DocumentRequest::new(format!("https://localhost:{}{path}", self.port));
        request.not_before = not_before;
        let document = self.fetcher.fetch(&request).await?;
        Ok(String::from_utf8(document.body.to_vec()).unwrap())
    }

    async fn asked(&self) -> usize {
        self.documents.received_requests().await.unwrap().len()
    }
}

async fn terminate_tls(authority: &Authority, behind: u16) -> u16 {
    let identity = authority.server(&["localhost".into(), "127.0.0.1".into()]).unwrap();
    let builder =
        ServerConfig::builder_with_provider(Arc::new(default_provider())).with_safe_default_protocol_versions().unwrap();
    let config = builder.with_no_client_auth().with_single_cert(identity.chain, identity.key).unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                let mut stream = acceptor.accept(stream).await?;
                let mut behind = TcpStream::connect(("127.0.0.1", behind)).await?;
                copy_bidirectional(&mut stream, &mut behind).await
            });
        }
    });
    port
}

#[tokio::test]
async fn a_listed_host_is_asked_once_and_then_remembered() {
    let elsewhere = Elsewhere::new().await;
    elsewhere.answers("/jwks", ResponseTemplate::new(200).set_body_string(r#"{"keys":[]}"#)).await;
    assert_eq!(elsewhere.get("/jwks").await.as_deref(), Ok(r#"{"keys":[]}"#));
    assert_eq!(elsewhere.get("/jwks").await.as_deref(), Ok(r#"{"keys":[]}"#));
    assert_eq!(elsewhere.asked().await, 1);
    let request = &elsewhere.documents.received_requests().await.unwrap()[0];
    assert_eq!(request.headers["host"], format!("localhost:{}", elsewhere.port));
    assert!(!request.headers.contains_key("cookie") && !request.headers.contains_key("authorization"));
    elsewhere.clock.advance(301);
    assert!(elsewhere.get("/jwks").await.is_ok());
    assert_eq!(elsewhere.asked().await, 2);
}

#[tokio::test]
async fn loopback_is_refused_unless_it_is_listed() {
    let elsewhere = Elsewhere::allowing(|port| format!("localhost:{}", port ^ 1)).await;
    elsewhere.answers("/jwks", ResponseTemplate::new(200)).await;
    assert_eq!(elsewhere.get("/jwks").await, Err(Unavailable));
    for host in ["127.0.0.1", "[::1]", "0x7f.1", "[::ffff:127.0.0.1]", "localhost."] {
        let url = format!("https://{host}:{}/jwks", elsewhere.port);
        assert_eq!(elsewhere.fetcher.fetch(&DocumentRequest::new(url)).await, Err(Unavailable), "{host}");
    }
    assert_eq!(elsewhere.asked().await, 0);
}

#[tokio::test]
async fn plain_http_is_refused_even_where_it_is_listed() {
    let elsewhere = Elsewhere::new().await;
    elsewhere.answers("/jwks", ResponseTemplate::new(200)).await;
    let mut outbound = Outbound::default();
    outbound.allow = vec!["localhost".into()];
    let fetcher = Fetcher::new(outbound, elsewhere.clock.clone());
    let url = format!("http://localhost:{}/jwks", elsewhere.documents.address().port());
    assert_eq!(fetcher.fetch(&DocumentRequest::new(url)).await, Err(Unavailable));
    assert_eq!(elsewhere.asked().await, 0);
}

#[tokio::test]
async fn a_certificate_of_nobody_we_know_is_refused() {
    let elsewhere = Elsewhere::new().await;
    elsewhere.answers("/jwks", ResponseTemplate::new(200)).await;
    let mut outbound = Outbound::default();
    outbound.allow = vec!["localhost".into()];
    let fetcher = Fetcher::new(outbound, elsewhere.clock.clone());
    let url = format!("https://localhost:{}/jwks", elsewhere.port);
    assert_eq!(fetcher.fetch(&DocumentRequest::new(url)).await, Err(Unavailable));
    assert_eq!(elsewhere.asked().await, 0);
}

#[tokio::test]
async fn redirects_are_not_followed_and_errors_are_not_documents() {
    let elsewhere = Elsewhere::new().await;
    elsewhere.answers("/here", ResponseTemplate::new(302).insert_header("location", "/there")).await;
    elsewhere.answers("/there", ResponseTemplate::new(200)).await;
    elsewhere.answers("/gone", ResponseTemplate::new(410).set_body_string(r#"{"keys":[]}"#)).await;
    assert_eq!(elsewhere.get("/here").await, Err(Unavailable));
    assert_eq!(elsewhere.get("/gone").await, Err(Unavailable));
    assert_eq!(elsewhere.asked().await, 2);
}

#[tokio::test]
async fn a_document_may_have_so_many_octets() {
    let elsewhere = Elsewhere::new().await;
    let most = 256 * 1024;
    elsewhere.answers("/fits", ResponseTemplate::new(200).set_body_string(" ".repeat(most))).await;
    elsewhere.answers("/large", ResponseTemplate::new(200).set_body_string(" ".repeat(most + 1))).await;
    assert_eq!(elsewhere.get("/fits").await.unwrap().len(), most);
    assert_eq!(elsewhere.get("/large").await, Err(Unavailable));
}

#[tokio::test]
async fn who_does_not_answer_is_not_waited_for() {
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut outbound = Outbound::default();
    outbound.allow = vec!["localhost".into()];
    outbound.timeout = Duration::from_millis(1);
    let fetcher = Fetcher::new(outbound, Arc::new(ManualClock::stopped()));
    let url = format!("https://localhost:{}/jwks", silent.local_addr().unwrap().port());
    assert_eq!(fetcher.fetch(&DocumentRequest::new(url)).await, Err(Unavailable));
}

#[tokio::test]
async fn a_forced_fetch_of_one_url_happens_once_a_minute() {
    let elsewhere = Elsewhere::new().await;
    let (old, new) = (r#"{"keys":[1]}"#, r#"{"keys":[2]}"#);
    elsewhere.answers("/jwks", ResponseTemplate::new(200).set_body_string(old)).await;
    assert_eq!(elsewhere.get("/jwks").await.as_deref(), Ok(old));
    elsewhere.documents.reset().await;
    Mock::given(any()).respond_with(ResponseTemplate::new(200).set_body_string(new)).mount(&elsewhere.documents).await;
    elsewhere.clock.advance(1);
    let now = Some(elsewhere.clock.now());
    assert_eq!(elsewhere.get_after("/jwks", now).await.as_deref(), Ok(new));
    elsewhere.clock.advance(30);
    let now = Some(elsewhere.clock.now());
    assert_eq!(elsewhere.get_after("/jwks", now).await, Err(Unavailable), "the copy is older than demanded");
    assert_eq!(elsewhere.get("/jwks").await.as_deref(), Ok(new));
    assert_eq!(elsewhere.asked().await, 1);
    elsewhere.clock.advance(31);
    let now = Some(elsewhere.clock.now());
    assert_eq!(elsewhere.get_after("/jwks", now).await.as_deref(), Ok(new));
    assert_eq!(elsewhere.asked().await, 2);
}

#[tokio::test]
async fn many_who_ask_at_once_share_one_fetch() {
    let elsewhere = Arc::new(Elsewhere::new().await);
    elsewhere.answers("/jwks", ResponseTemplate::new(200).set_body_string(r#"{"keys":[]}"#)).await;
    let tasks: Vec<_> = (0..32)
        .map(|_| {
            let elsewhere = elsewhere.clone();
            tokio::spawn(async move { elsewhere.get("/jwks").await })
        })
        .collect();
    for task in tasks {
        assert_eq!(task.await.unwrap().as_deref(), Ok(r#"{"keys":[]}"#));
    }
    assert_eq!(elsewhere.asked().await, 1);
}
