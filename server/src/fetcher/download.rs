//! One GET over TLS. hyper makes the connection and speaks HTTP.

use super::address::{AddressError, Destination};
use super::encoding::{CodingError, decoded};
use super::freshness::Freshness;
use bytes::Bytes;
use http::header::{ACCEPT, ACCEPT_ENCODING, USER_AGENT};
use http::{Request, StatusCode, Uri};
use http_body_util::{BodyExt, Empty, Limited};
use hyper_rustls::HttpsConnectorBuilder;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::dns::Name;
use hyper_util::client::legacy::{self, Client};
use hyper_util::rt::TokioExecutor;
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::CertificateDer;
use std::convert::Infallible;
use std::error::Error;
use std::future::{Ready, ready};
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};
use std::time::{Duration, SystemTime};
use tokio::time::timeout;
use tower_service::Service;

/// The maximum size of a document, in octets, before and after decoding.
pub(super) const LIMIT: usize = 256 * 1024;

pub(super) struct Downloader {
    authorities: Vec<CertificateDer<'static>>,
    /// The time from the lookup of the name to the last octet.
    time: Duration,
    /// Built on first use, because reading the system's certificate authorities is slow.
    tls: OnceLock<ClientConfig>,
}

pub(super) struct Downloaded {
    pub(super) body: Bytes,
    pub(super) freshness: Freshness,
}

#[derive(Debug, thiserror::Error)]
pub(super) enum DownloadError {
    #[error("{0}")]
    Address(#[from] AddressError),
    #[error("TLS failed: {0}")]
    Tls(#[from] rustls::Error),
    #[error("HTTP failed: {}", chain(.0))]
    Http(#[from] legacy::Error),
    #[error("the status is {0}; redirects are not followed, so the address that they name must be registered")]
    Redirect(StatusCode),
    #[error("the status is {0} instead of 200")]
    Status(StatusCode),
    #[error("the body is incomplete or longer than {LIMIT} octets: {}", chain(&**.0))]
    Body(Box<dyn Error + Send + Sync>),
    #[error("{0}")]
    Coding(#[from] CodingError),
    #[error("timed out")]
    Slow,
    #[error("the request cannot be written: {0}")]
    Request(#[from] http::Error),
}

impl Downloader {
    pub(super) fn new(authorities: Vec<CertificateDer<'static>>, time: Duration) -> Self {
        Self { authorities, time, tls: OnceLock::new() }
    }

    /// Fetches the document from an address that was checked.
    pub(super) async fn get(&self, destination: &Destination) -> Result<Downloaded, DownloadError> {
        let request = async { self.get_at(&destination.uri, destination.resolve().await?).await };
        timeout(self.time, request).await.unwrap_or(Err(DownloadError::Slow))
    }

    /// Fetches the document from the first of these addresses that answers.
    async fn get_at(&self, uri: &Uri, addresses: Vec<SocketAddr>) -> Result<Downloaded, DownloadError> {
        let request = Request::get(uri)
            .header(ACCEPT, "application/jwk-set+json, application/json, */*;q=0.1")
            .header(ACCEPT_ENCODING, "gzip")
            .header(USER_AGENT, concat!("fapi-server/", env!("CARGO_PKG_VERSION")))
            .body(Empty::<Bytes>::new())?;
        let mut tcp = HttpConnector::new_with_resolver(Checked(addresses));
        tcp.enforce_http(false);
        // An address that does not answer leaves time for the others.
        tcp.set_connect_timeout(Some(self.time / 2));
        let tls = HttpsConnectorBuilder::new().with_tls_config(self.tls()?).https_only().enable_all_versions();
        let client = Client::builder(TokioExecutor::new()).pool_max_idle_per_host(0).build(tls.wrap_connector(tcp));
        let (head, body) = client.request(request).await?.into_parts();
        match head.status {
            StatusCode::OK | StatusCode::NON_AUTHORITATIVE_INFORMATION => {}
            redirect if redirect.is_redirection() => return Err(DownloadError::Redirect(redirect)),
            other => return Err(DownloadError::Status(other)),
        }
        let body = Limited::new(body, LIMIT).collect().await.map_err(DownloadError::Body)?;
        let body = decoded(&head.headers, body.to_bytes(), LIMIT)?;
        Ok(Downloaded { body, freshness: Freshness::of(&head.headers, SystemTime::now()) })
    }

    fn tls(&self) -> Result<ClientConfig, rustls::Error> {
        if let Some(tls) = self.tls.get() {
            return Ok(tls.clone());
        }
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        roots.add_parsable_certificates(self.authorities.iter().cloned());
        let builder =
            ClientConfig::builder_with_provider(Arc::new(crate::tls::provider())).with_safe_default_protocol_versions()?;
        let tls = builder.with_root_certificates(roots).with_no_client_auth();
        Ok(self.tls.get_or_init(|| tls).clone())
    }
}

/// Resolves every name to the addresses that were checked, so that no second lookup can give others.
#[derive(Clone)]
struct Checked(Vec<SocketAddr>);

impl Service<Name> for Checked {
    type Response = std::vec::IntoIter<SocketAddr>;
    type Error = Infallible;
    type Future = Ready<Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Name) -> Self::Future {
        ready(Ok(self.0.clone().into_iter()))
    }
}

/// The text of an error with those of its causes.
fn chain(error: &(dyn Error + 'static)) -> String {
    let causes = std::iter::successors(error.source(), |&cause| cause.source());
    causes.fold(error.to_string(), |text, cause| {
        let cause = certificate_refused(cause).unwrap_or_else(|| cause.to_string());
        if text.ends_with(&cause) { text } else { format!("{text}: {cause}") }
    })
}

/// The reason for which the certificate of a host is refused, if this error is such a refusal.
fn certificate_refused(error: &(dyn Error + 'static)) -> Option<String> {
    let inner = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
    match inner?.downcast_ref::<rustls::Error>()? {
        rustls::Error::InvalidCertificate(reason) => Some(crate::tls::refusal(reason)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::authority::Authority;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;
    use tokio_rustls::TlsAcceptor;

    /// A host of which some addresses do not answer is reached by one that does; the request names the host all the same.
    #[tokio::test]
    async fn addresses_that_do_not_answer_are_passed_over() {
        let authority = Authority::generate().unwrap();
        let identity = authority.server(&["client.example".into()]).unwrap();
        let builder = rustls::ServerConfig::builder_with_provider(Arc::new(crate::tls::provider()));
        let config = builder.with_safe_default_protocol_versions().unwrap().with_no_client_auth();
        let acceptor = TlsAcceptor::from(Arc::new(config.with_single_cert(identity.chain, identity.key).unwrap()));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let downloader = Downloader::new(vec![authority.certificate().clone()], Duration::from_secs(5));
        let uri = format!("https://client.example:{port}/jwks").parse().unwrap();
        let served = tokio::spawn(async move {
            for _ in 0..2 {
                let mut stream = acceptor.accept(listener.accept().await.unwrap().0).await.unwrap();
                let mut head = [0; 1_024];
                let length = stream.read(&mut head).await.unwrap();
                assert!(String::from_utf8_lossy(&head[..length]).contains(&format!("host: client.example:{port}\r\n")));
                stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}").await.unwrap();
                stream.shutdown().await.unwrap();
            }
        });
        let alive = SocketAddr::from(([127, 0, 0, 1], port));
        for dead in ["[::1]", "127.0.0.2"] {
            let dead: SocketAddr = format!("{dead}:{port}").parse().unwrap();
            let downloaded = downloader.get_at(&uri, vec![dead, alive]).await.unwrap();
            assert_eq!(&*downloaded.body, b"{}", "{dead}");
        }
        served.await.unwrap();
    }
}
