//! A host of documents behind TLS that answers octet by octet as a test says, and a fetcher that may go there.

use bytes::Bytes;
use fapi::{DocumentRequest, Unavailable};
use fapi_server::config::Outbound;
use fapi_server::{Authority, Fetcher, ManualClock};
use http::{Request, Response, Version};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs::default_provider;
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

/// A reply, as the octets that the host sends.
#[derive(Clone)]
pub struct Reply {
    pub octets: Vec<u8>,
    pub end: End,
}

/// The behaviour of the host after its reply.
#[derive(Clone, Copy)]
pub enum End {
    /// The connection stays open.
    Open,
    /// `close_notify`, then the end of the connection.
    Close,
    /// The end of the connection without `close_notify`.
    Abrupt,
    /// As [`End::Open`], but each octet is sent alone.
    Slow,
}

pub struct Host {
    pub clock: Arc<ManualClock>,
    pub fetcher: Fetcher,
    requests: Arc<AtomicUsize>,
    url: String,
}

impl Host {
    /// The first connection gets the first reply, and so on; the last one is repeated.
    pub async fn serving(replies: Vec<Reply>) -> Self {
        Self::within(Duration::from_secs(5), replies).await
    }

    /// A host that is given up after this time.
    pub async fn within(timeout: Duration, replies: Vec<Reply>) -> Self {
        Self::new(timeout, &[], in_turn(replies)).await
    }

    /// A host that speaks HTTP/2 alone.
    pub async fn http2(body: &'static str) -> Self {
        Self::new(Duration::from_secs(5), &[b"h2"], move |stream, _| async move {
            let service = service_fn(move |request: Request<Incoming>| async move {
                assert_eq!(request.version(), Version::HTTP_2);
                Ok::<_, Infallible>(Response::new(Full::new(Bytes::from_static(body.as_bytes()))))
            });
            let server = auto::Builder::new(TokioExecutor::new()).http2_only();
            drop(server.serve_connection(TokioIo::new(stream), service).await);
        })
        .await
    }

    async fn new<F: Future<Output = ()> + Send + 'static>(
        timeout: Duration,
        protocols: &[&[u8]],
        serve: impl Fn(TlsStream<TcpStream>, usize) -> F + Send + 'static,
    ) -> Self {
        let authority = Authority::generate().unwrap();
        let (port, requests) = listen(&authority, protocols, serve).await;
        let mut outbound = Outbound::default();
        outbound.allow = vec![format!("localhost:{port}")];
        outbound.authorities = vec![authority.certificate().clone()];
        outbound.timeout = timeout;
        let clock = Arc::new(ManualClock::stopped());
        let url = format!("https://localhost:{port}/jwks");
        Self { fetcher: Fetcher::new(outbound, clock.clone()), clock, requests, url }
    }

    pub async fn get(&self) -> Result<String, Unavailable> {
        let document = self.fetcher.fetch(&DocumentRequest::new(&self.url)).await?;
        Ok(String::from_utf8(document.body.to_vec()).unwrap())
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    /// The number of connections so far.
    pub fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }
}

/// Serves each connection by this function, which gets the number of connections before it.
async fn listen<F: Future<Output = ()> + Send + 'static>(
    authority: &Authority,
    protocols: &[&[u8]],
    serve: impl Fn(TlsStream<TcpStream>, usize) -> F + Send + 'static,
) -> (u16, Arc<AtomicUsize>) {
    let identity = authority.server(&["localhost".into()]).unwrap();
    let builder = ServerConfig::builder_with_provider(Arc::new(default_provider()));
    let builder = builder.with_safe_default_protocol_versions().unwrap().with_no_client_auth();
    let mut config = builder.with_single_cert(identity.chain, identity.key).unwrap();
    config.alpn_protocols = protocols.iter().map(|protocol| protocol.to_vec()).collect();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let requests = Arc::new(AtomicUsize::new(0));
    let counter = requests.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let Ok(stream) = acceptor.accept(stream).await else { continue };
            tokio::spawn(serve(stream, counter.fetch_add(1, Ordering::SeqCst)));
        }
    });
    (port, requests)
}

/// Serves these replies, one a connection; the last one is repeated. Returns the port and the number of connections.
pub async fn serve(authority: &Authority, replies: Vec<Reply>) -> (u16, Arc<AtomicUsize>) {
    listen(authority, &[], in_turn(replies)).await
}

fn in_turn(replies: Vec<Reply>) -> impl Fn(TlsStream<TcpStream>, usize) -> Pin<Box<dyn Future<Output = ()> + Send>> {
    move |stream, number| {
        let reply = replies.get(number).or(replies.last()).cloned();
        Box::pin(async move { answer(stream, reply.unwrap()).await })
    }
}

async fn answer(mut stream: TlsStream<TcpStream>, reply: Reply) {
    let mut head = vec![];
    while !head.ends_with(b"\r\n\r\n") {
        let Ok(octet @ 0..) = stream.read_u8().await else { return };
        head.push(octet);
    }
    // The fetcher may have seen enough before everything is sent.
    match reply.end {
        End::Slow => {
            for octet in reply.octets {
                drop(stream.write_all(&[octet]).await);
                drop(stream.flush().await);
                tokio::task::yield_now().await;
            }
        }
        _ => {
            drop(stream.write_all(&reply.octets).await);
            drop(stream.flush().await);
        }
    }
    match reply.end {
        End::Open | End::Slow => drop(stream.read_u8().await),
        End::Close => drop(stream.shutdown().await),
        End::Abrupt => drop(stream.into_inner().0.shutdown().await),
    }
}
