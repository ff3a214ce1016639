//! Connections: one set per identity, reused while the server keeps them open; every wait has a limit.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::client::conn::http1::{Builder, SendRequest};
use hyper_util::rt::TokioIo;
use rustls::client::ResolvesClientCert;
use rustls::crypto::aws_lc_rs;
use rustls::sign::CertifiedKey;
use rustls::{ClientConfig, RootCertStore, SignatureScheme};
use rustls_pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use super::failure::{Failure, limited};
use super::identity::tls_config;
use super::{Answer, EXCHANGE_HEADER, Identity, Lost, Middleware, Patience, Request};

/// The name of the suite, as servers see it.
const NAME: &str = concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION"));
const CONNECT_LIMIT: Duration = Duration::from_secs(10);
const ANSWER_LIMIT: Duration = Duration::from_secs(30);
/// The longest time for which an unused connection is kept. It becomes shorter with a server that keeps them for less.
const IDLE_LIMIT: Duration = Duration::from_secs(2);
const LARGE: usize = 32 << 10;
const BODY_LIMIT: usize = 4 << 20;

/// The authorities whose server certificates are trusted.
#[derive(Clone)]
pub struct Trust {
    roots: Arc<RootCertStore>,
    pem: Option<Arc<str>>,
}

/// Opens and reuses connections to a target.
#[derive(Clone)]
pub struct Connector(Arc<Shared>, Option<Arc<dyn Middleware>>, Patience);

struct Shared {
    trust: Trust,
    configs: Mutex<HashMap<String, Arc<ClientConfig>>>,
    idle: Mutex<HashMap<Key, Vec<Idle>>>,
    idle_limit: Mutex<Duration>,
}

type Key = (String, Option<String>, bool);

struct Idle {
    sender: SendRequest<Full<Bytes>>,
    since: Instant,
}

impl Trust {
    /// Trusts only the authorities of this PEM text.
    pub fn authorities(pem: &str) -> Result<Self, String> {
        use rustls_pki_types::{CertificateDer, pem::PemObject};
        let mut roots = RootCertStore::empty();
        for certificate in CertificateDer::pem_slice_iter(pem.as_bytes()) {
            let certificate = certificate.map_err(|error| format!("not PEM: {error}"))?;
            roots.add(certificate).map_err(|error| format!("not an authority's certificate: {error}"))?;
        }
        if roots.is_empty() {
            Err("the file holds no certificate".into())
        } else {
            Ok(Self { roots: Arc::new(roots), pem: Some(pem.into()) })
        }
    }

    /// Trusts the authorities of the operating system.
    pub fn system() -> Self {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        Self { roots: Arc::new(roots), pem: None }
    }
}

impl Connector {
    /// Makes a connector without connections.
    pub fn new(trust: Trust) -> Self {
        let (configs, idle, idle_limit) = (Mutex::default(), Mutex::default(), Mutex::new(IDLE_LIMIT));
        Self(Arc::new(Shared { trust, configs, idle, idle_limit }), None, Patience::default())
    }

    /// The same connector, with a middleware that changes messages.
    #[must_use]
    pub fn through(self, middleware: Arc<dyn Middleware>) -> Self {
        Self(self.0, Some(middleware), self.2)
    }

    /// The same connector, for a server that may limit the rate of requests.
    #[must_use]
    pub fn patient(self) -> Self {
        Self(self.0, self.1, Patience::with_limits())
    }

    /// The patience with a server that limits the rate of requests.
    pub fn patience(&self) -> &Patience {
        &self.2
    }

    /// The middleware that changes messages, if there is one.
    pub(super) fn middleware(&self) -> Option<&dyn Middleware> {
        self.1.as_deref()
    }

    /// The trusted authorities in PEM, unless they are those of the operating system.
    pub fn authority(&self) -> Option<&str> {
        self.0.trust.pem.as_deref()
    }

    /// Sends a request and reads the whole response, within the time limits.
    pub(super) async fn exchange(&self, request: &Request, number: u64) -> Answer {
        match limited(ANSWER_LIMIT, "no complete response", self.try_exchange(request, number)).await {
            Ok(answer) => answer,
            Err(failure) => Answer::Nothing(failure.lost, failure.reason),
        }
    }

    /// Closes the connections that wait for a request, so that the next requests use new ones.
    pub fn renew(&self) {
        self.0.idle.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Opens `count` connections that the next requests of this identity will use.
    pub async fn warm(&self, url: &url::Url, identity: Option<&Arc<Identity>>, count: usize) -> Result<(), String> {
        let request = Request::new("", "GET", url.clone()).shown_by(identity.cloned());
        for _ in 0..count {
            let sender = self.open(&request).await.map_err(|failure| failure.reason)?;
            self.keep(key(&request)?, sender);
        }
        Ok(())
    }

    /// Checks that the server accepts a connection that offers only TLS 1.3.
    pub async fn speaks_tls13(&self, url: &url::Url) -> Result<(), String> {
        let (host, port) = address(url)?;
        let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_protocol_versions(&[&rustls::version::TLS13])
            .map_err(|error| error.to_string())?
            .with_root_certificates(self.0.trust.roots.clone())
            .with_no_client_auth();
        let name = ServerName::try_from(host.clone()).map_err(|_| format!("{host} is not a server name"))?;
        let shaken = limited(CONNECT_LIMIT, "no TLS handshake", async {
            let stream = TcpStream::connect((host.as_str(), port)).await;
            let stream = stream.map_err(|error| Failure::of("cannot connect: ", &error))?;
            let connected = TlsConnector::from(Arc::new(config)).connect(name, stream).await;
            connected.map(drop).map_err(|error| Failure::of("TLS 1.3 is refused: ", &error))
        });
        shaken.await.map_err(|failure| failure.reason)
    }

    /// Returns true if the server asks for a client certificate in the TLS handshake.
    pub async fn asks_for_certificate(&self, url: &url::Url) -> Result<bool, String> {
        let (host, port) = address(url)?;
        if url.scheme() == "http" {
            return Ok(false);
        }
        let asked = Arc::new(Asked::default());
        let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| error.to_string())?
            .with_root_certificates(self.0.trust.roots.clone())
            .with_client_cert_resolver(asked.clone());
        let name = ServerName::try_from(host.clone()).map_err(|_| format!("{host} is not a server name"))?;
        let shaken = limited(CONNECT_LIMIT, "no TLS handshake", async {
            let stream = TcpStream::connect((host.as_str(), port)).await;
            let stream = stream.map_err(|error| Failure::of("cannot connect: ", &error))?;
            let connected = TlsConnector::from(Arc::new(config)).connect(name, stream).await;
            connected.map(drop).map_err(|error| Failure::of("TLS handshake: ", &error))
        });
        let shaken = shaken.await;
        // A server that requires a certificate may end the handshake because there is none.
        let was_asked = asked.0.load(Ordering::Relaxed);
        if was_asked { Ok(true) } else { shaken.map(|()| false).map_err(|failure| failure.reason) }
    }

    async fn try_exchange(&self, request: &Request, number: u64) -> Result<Answer, Failure> {
        let key = key(request)?;
        let mut message = Some(message(request, number)?);
        loop {
            let (mut sender, unused) = match self.reuse(&key) {
                Some((sender, unused)) => (sender, Some(unused)),
                None => (self.open(request).await?, None),
            };
            if sender.ready().await.is_err() && unused.is_some() {
                continue;
            }
            let Some(outgoing) = message.take() else { return Err(Failure::from("the request was already sent")) };
            match sender.try_send_request(outgoing).await {
                Ok(response) => {
                    // A server may answer a large request early and close the connection, so that connection is not reused.
                    let again = request.body.len() <= LARGE;
                    return self.collect(again.then_some(key), sender, response).await;
                }
                Err(mut error) => match (error.take_message(), unused) {
                    (Some(unsent), Some(_)) => message = Some(unsent),
                    (_, unused) => {
                        let failure = Failure::of("", &error.into_error());
                        return Err(match unused {
                            Some(unused) => self.stale(unused, failure),
                            None => failure,
                        });
                    }
                },
            }
        }
    }

    async fn collect(
        &self,
        key: Option<Key>,
        sender: SendRequest<Full<Bytes>>,
        response: http::Response<hyper::body::Incoming>,
    ) -> Result<Answer, Failure> {
        let (head, body) = response.into_parts();
        let body = Limited::new(body, BODY_LIMIT).collect().await;
        let body = body.map_err(|error| Failure::of("the response body is incomplete: ", error.as_ref()))?;
        if let Some(key) = key {
            self.keep(key, sender);
        }
        let headers = head
            .headers
            .iter()
            .map(|(name, value)| (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
            .collect();
        Ok(Answer::Response { status: head.status.as_u16(), headers, body: body.to_bytes() })
    }

    async fn open(&self, request: &Request) -> Result<SendRequest<Full<Bytes>>, Failure> {
        let (host, port) = address(&request.url)?;
        let stream = limited(CONNECT_LIMIT, "cannot connect", async {
            TcpStream::connect((host.as_str(), port)).await.map_err(|error| Failure::of("cannot connect: ", &error))
        })
        .await?;
        let _ = stream.set_nodelay(true);
        if request.url.scheme() == "http" {
            return speak(stream, request.title_case).await;
        }
        let name = ServerName::try_from(host.clone()).map_err(|_| format!("{host} is not a server name"))?;
        let config = self.config(request.identity.as_ref())?;
        let stream = limited(CONNECT_LIMIT, "no TLS handshake", async {
            TlsConnector::from(config).connect(name, stream).await.map_err(|error| Failure::of("TLS handshake: ", &error))
        })
        .await?;
        speak(stream, request.title_case).await
    }

    fn config(&self, identity: Option<&Arc<Identity>>) -> Result<Arc<ClientConfig>, String> {
        let name = identity.map(|identity| identity.thumbprint()).unwrap_or_default();
        let mut configs = self.0.configs.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(config) = configs.get(&name) {
            return Ok(config.clone());
        }
        let config = tls_config(self.0.trust.roots.clone(), identity.map(Arc::as_ref))?;
        Ok(configs.entry(name).or_insert(Arc::new(config)).clone())
    }

    /// An open connection, with the time for which it was not used.
    fn reuse(&self, key: &Key) -> Option<(SendRequest<Full<Bytes>>, Duration)> {
        let limit = *self.idle_limit();
        let mut idle = self.0.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let waiting = idle.get_mut(key)?;
        while let Some(Idle { sender, since }) = waiting.pop() {
            let unused = since.elapsed();
            if !sender.is_closed() && unused < limit {
                return Some((sender, unused));
            }
        }
        None
    }

    /// The failure of a request on a connection that was not used for this time. The server seems to keep connections for less.
    fn stale(&self, unused: Duration, failure: Failure) -> Failure {
        if !matches!(failure.lost, Lost::Closed) {
            return failure;
        }
        let mut limit = self.idle_limit();
        *limit = (*limit).min(unused / 2);
        Failure { lost: Lost::Stale, ..failure }
    }

    fn idle_limit(&self) -> MutexGuard<'_, Duration> {
        self.0.idle_limit.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn keep(&self, key: Key, sender: SendRequest<Full<Bytes>>) {
        if !sender.is_closed() {
            let idle = Idle { sender, since: Instant::now() };
            self.0.idle.lock().unwrap_or_else(PoisonError::into_inner).entry(key).or_default().push(idle);
        }
    }
}

/// Has no certificate, and notes that the server asked for one.
#[derive(Debug, Default)]
struct Asked(AtomicBool);

impl ResolvesClientCert for Asked {
    fn resolve(&self, _: &[&[u8]], _: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        self.0.store(true, Ordering::Relaxed);
        None
    }

    fn has_certs(&self) -> bool {
        true
    }
}

/// The host and port of a URL.
pub(super) fn address(url: &url::Url) -> Result<(String, u16), String> {
    let host = url.host_str().ok_or_else(|| format!("{url} has no host"))?;
    let port = url.port_or_known_default().ok_or_else(|| format!("{url} has no port"))?;
    Ok((host.trim_matches(['[', ']']).to_owned(), port))
}

async fn speak<S>(stream: S, title_case: bool) -> Result<SendRequest<Full<Bytes>>, Failure>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (sender, connection) = Builder::new()
        .title_case_headers(title_case)
        .max_headers(200)
        .handshake(TokioIo::new(stream))
        .await
        .map_err(|error| Failure::of("", &error))?;
    tokio::spawn(connection);
    Ok(sender)
}

fn key(request: &Request) -> Result<Key, String> {
    let (host, port) = address(&request.url)?;
    let identity = request.identity.as_ref().map(|identity| identity.thumbprint());
    Ok((format!("{}://{host}:{port}", request.url.scheme()), identity, request.title_case))
}

fn message(request: &Request, number: u64) -> Result<http::Request<Full<Bytes>>, String> {
    let target = &request.url[url::Position::BeforePath..url::Position::AfterQuery];
    let authority = &request.url[url::Position::BeforeHost..url::Position::AfterPort];
    let mut builder = http::Request::builder()
        .method(request.method.as_str())
        .uri(target)
        .header("host", authority)
        .header(EXCHANGE_HEADER, number.to_string());
    // Some servers answer nothing to a client without a name, and some compress unless they are told not to.
    for (name, value) in [("user-agent", NAME), ("accept-encoding", "identity")] {
        if !request.headers.iter().any(|(given, _)| given.eq_ignore_ascii_case(name)) {
            builder = builder.header(name, value);
        }
    }
    for (name, value) in &request.headers {
        let value = http::HeaderValue::from_bytes(value.as_bytes()).map_err(|_| format!("{name} cannot be sent"))?;
        builder = builder.header(name, value);
    }
    builder.body(Full::new(request.body.clone())).map_err(|error| format!("the request cannot be sent: {error}"))
}
