//! One GET over TLS.

use super::address::{AddressError, Destination};
use bytes::Bytes;
use http::header::{ACCEPT, CACHE_CONTROL, HOST, USER_AGENT};
use http::{HeaderMap, Request, StatusCode};
use http_body_util::{BodyExt, Empty, Limited};
use hyper::client::conn::http1::handshake;
use hyper_util::rt::TokioIo;
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::{CertificateDer, ServerName};
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

/// The maximum size of a document, in octets.
const LIMIT: usize = 256 * 1024;

pub(super) struct Downloader {
    authorities: Vec<CertificateDer<'static>>,
    /// The time from the lookup of the name to the last octet.
    time: Duration,
    /// Built on first use, because reading the system's certificate authorities is slow.
    tls: OnceLock<Arc<ClientConfig>>,
}

pub(super) struct Downloaded {
    pub(super) body: Bytes,
    pub(super) max_age: Option<u32>,
}

#[derive(Debug, thiserror::Error)]
pub(super) enum DownloadError {
    #[error("{0}")]
    Address(#[from] AddressError),
    #[error("connection failed: {0}")]
    Connection(#[from] io::Error),
    #[error("TLS failed: {0}")]
    Tls(#[from] rustls::Error),
    #[error("HTTP failed: {0}")]
    Http(#[from] hyper::Error),
    #[error("unexpected status {0}; redirects are not followed")]
    Status(StatusCode),
    #[error("the body is incomplete or longer than {LIMIT} octets")]
    Body,
    #[error("the host name is invalid")]
    Name,
    #[error("timed out")]
    Slow,
}

impl Downloader {
    pub(super) fn new(authorities: Vec<CertificateDer<'static>>, time: Duration) -> Self {
        Self { authorities, time, tls: OnceLock::new() }
    }

    pub(super) async fn get(&self, destination: &Destination) -> Result<Downloaded, DownloadError> {
        timeout(self.time, self.request(destination)).await.unwrap_or(Err(DownloadError::Slow))
    }

    async fn request(&self, destination: &Destination) -> Result<Downloaded, DownloadError> {
        let name = ServerName::try_from(destination.host.clone()).map_err(|_| DownloadError::Name)?;
        let stream = connect(&destination.resolve().await?).await?;
        let stream = TlsConnector::from(self.tls()?).connect(name, stream).await?;
        let (mut sender, connection) = handshake(TokioIo::new(stream)).await?;
        let request = Request::get(&destination.path_and_query)
            .header(HOST, &destination.authority)
            .header(ACCEPT, "application/jwk-set+json, application/json")
            .header(USER_AGENT, concat!("fapi-server/", env!("CARGO_PKG_VERSION")))
            .body(Empty::<Bytes>::new())
            .map_err(|_| DownloadError::Name)?;
        let answered = async {
            let response = sender.send_request(request).await?;
            if response.status() != StatusCode::OK {
                return Err(DownloadError::Status(response.status()));
            }
            let max_age = max_age(response.headers());
            let body = Limited::new(response.into_body(), LIMIT).collect().await.map_err(|_| DownloadError::Body)?;
            Ok(Downloaded { body: body.to_bytes(), max_age })
        };
        // The connection task is polled together with the request and dropped with it.
        tokio::select! {
            biased;
            answered = answered => answered,
            ended = connection => Err(ended.err().map_or(DownloadError::Body, DownloadError::Http)),
        }
    }

    fn tls(&self) -> Result<Arc<ClientConfig>, rustls::Error> {
        if let Some(tls) = self.tls.get() {
            return Ok(tls.clone());
        }
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        roots.add_parsable_certificates(self.authorities.iter().cloned());
        let builder =
            ClientConfig::builder_with_provider(Arc::new(crate::tls::provider())).with_safe_default_protocol_versions()?;
        let tls = Arc::new(builder.with_root_certificates(roots).with_no_client_auth());
        Ok(self.tls.get_or_init(|| tls).clone())
    }
}

/// Connects to the first of these addresses that accepts.
async fn connect(addresses: &[SocketAddr]) -> io::Result<TcpStream> {
    let mut failed = io::Error::from(io::ErrorKind::AddrNotAvailable);
    for address in addresses {
        match TcpStream::connect(address).await {
            Ok(stream) => return Ok(stream),
            Err(error) => failed = error,
        }
    }
    Err(failed)
}

/// The lifetime in `Cache-Control`; 0 for `no-store` and `no-cache`.
fn max_age(headers: &HeaderMap) -> Option<u32> {
    let values = headers.get_all(CACHE_CONTROL).iter().filter_map(|value| value.to_str().ok());
    let directives: Vec<_> =
        values.flat_map(|value| value.split(',')).map(|directive| directive.trim().to_ascii_lowercase()).collect();
    if directives.iter().any(|directive| directive == "no-store" || directive == "no-cache") {
        return Some(0);
    }
    directives.iter().find_map(|directive| directive.strip_prefix("max-age=")?.parse().ok())
}
