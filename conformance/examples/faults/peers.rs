//! Slow peers: connections that send something byte by byte or not at all, and the time when the server ends them.

use std::sync::Arc;
use std::time::{Duration, Instant};

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::interval;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// The behaviour of a peer.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// Connects and sends nothing.
    Silent,
    /// Sends the first message of a TLS handshake byte by byte.
    SlowHandshake,
    /// Sends the head of a request byte by byte.
    SlowHead,
    /// Sends a head, and the body byte by byte.
    SlowBody,
    /// Gets a response and keeps the connection open.
    Idle,
    /// Uses HTTP/2, answers every ping, and sends no request.
    IdleHttp2,
    /// Starts the head of an HTTP/2 request, after which no other frame is allowed, and never ends it.
    OpenHeadHttp2,
}

/// The end of a connection.
pub struct Ended {
    /// The time until the server closed the connection; `None` if it did not.
    pub after: Option<Duration>,
    /// The status code of a response before that, if there was one.
    pub status: Option<u16>,
    /// The connection, if it is still open. It is closed when this is dropped.
    pub open: Option<Box<dyn Send>>,
}

/// The address and the TLS settings.
pub struct Ground {
    pub address: String,
    tls: TlsConnector,
    http2: TlsConnector,
}

const BYTE_EVERY: Duration = Duration::from_millis(700);
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";
/// HEADERS on stream 1 with `:method: GET`, and without END_HEADERS.
const OPEN_HEAD: &[u8] = b"\0\0\x01\x01\x01\0\0\0\x01\x82";

impl Ground {
    pub fn new(address: &str, roots: RootCertStore) -> Result<Self, String> {
        let config = |protocols: &[&[u8]]| {
            let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
            let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
            let builder = builder.map_err(|error| error.to_string())?;
            let mut config = builder.with_root_certificates(roots.clone()).with_no_client_auth();
            config.alpn_protocols = protocols.iter().map(|name| name.to_vec()).collect();
            Ok::<_, String>(TlsConnector::from(Arc::new(config)))
        };
        Ok(Self { address: address.to_owned(), tls: config(&[])?, http2: config(&[b"h2"])? })
    }

    /// Opens a connection with TLS.
    pub async fn secure(&self, http2: bool) -> Result<TlsStream<TcpStream>, String> {
        let stream = TcpStream::connect(&self.address).await.map_err(|error| error.to_string())?;
        let name = ServerName::try_from("localhost").map_err(|error| error.to_string())?;
        let connector = if http2 { &self.http2 } else { &self.tls };
        connector.connect(name, stream).await.map_err(|error| error.to_string())
    }

    /// Behaves in this way until the server ends the connection or `patience` is over; `None` if there was no connection.
    pub async fn torment(&self, manner: Manner, patience: Duration) -> Option<Ended> {
        let host = "Host: localhost\r\n";
        let form = "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 4000\r\n\r\n";
        match manner {
            Manner::Silent => Some(trickle(TcpStream::connect(&self.address).await.ok()?, b"", None, patience).await),
            Manner::SlowHandshake => {
                // A record that announces 512 bytes of a ClientHello.
                let stream = TcpStream::connect(&self.address).await.ok()?;
                Some(trickle(stream, b"\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03", Some(0), patience).await)
            }
            Manner::SlowHead => {
                let stream = self.secure(false).await.ok()?;
                Some(trickle(stream, format!("GET /health HTTP/1.1\r\n{host}X-Slow: ").as_bytes(), Some(b'x'), patience).await)
            }
            Manner::SlowBody => {
                let stream = self.secure(false).await.ok()?;
                let head = format!("POST /token HTTP/1.1\r\n{host}{form}");
                Some(trickle(stream, head.as_bytes(), Some(b'x'), patience).await)
            }
            Manner::Idle => {
                let stream = self.secure(false).await.ok()?;
                Some(trickle(stream, format!("GET /health HTTP/1.1\r\n{host}\r\n").as_bytes(), None, patience).await)
            }
            Manner::IdleHttp2 => Some(trickle(self.secure(true).await.ok()?, PREFACE, None, patience).await),
            Manner::OpenHeadHttp2 => {
                let begun = [PREFACE, OPEN_HEAD].concat();
                Some(trickle(self.secure(true).await.ok()?, &begun, None, patience).await)
            }
        }
    }
}

/// Sends a prefix, then a byte from time to time; reads all the time and answers pings.
async fn trickle(
    mut stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    beginning: &[u8],
    drip: Option<u8>,
    patience: Duration,
) -> Ended {
    let began = Instant::now();
    let (mut heard, mut buffer) = (vec![], [0; 4_096]);
    let mut status = None;
    let mut ticks = interval(BYTE_EVERY);
    if stream.write_all(beginning).await.is_err() {
        return Ended { after: Some(began.elapsed()), status, open: None };
    }
    while began.elapsed() < patience {
        tokio::select! {
            read = stream.read(&mut buffer) => match read {
                Ok(0) | Err(_) => return Ended { after: Some(began.elapsed()), status, open: None },
                Ok(count) => {
                    heard.extend_from_slice(&buffer[..count]);
                    status = status.or(status_of(&heard));
                    if beginning == PREFACE && stream.write_all(&pongs(&mut heard)).await.is_err() {
                        return Ended { after: Some(began.elapsed()), status, open: None };
                    }
                }
            },
            _ = ticks.tick() => if let Some(byte) = drip {
                // A server that has closed its reading side may still send a last response, which is read.
                let _ = stream.write_all(&[byte]).await;
                let _ = stream.flush().await;
            },
        }
    }
    Ended { after: None, status, open: Some(Box::new(stream)) }
}

fn status_of(heard: &[u8]) -> Option<u16> {
    let line = heard.strip_prefix(b"HTTP/1.1 ")?.get(..3)?;
    std::str::from_utf8(line).ok()?.parse().ok()
}

/// The answers to the pings among the complete frames received so far, which are removed.
fn pongs(heard: &mut Vec<u8>) -> Vec<u8> {
    let mut answers = vec![];
    while let Some(header) = heard.get(..9) {
        let length = (usize::from(header[0]) << 16) | (usize::from(header[1]) << 8) | usize::from(header[2]);
        let (kind, flags) = (header[3], header[4]);
        if heard.len() < 9 + length {
            break;
        }
        let frame: Vec<u8> = heard.drain(..9 + length).collect();
        match (kind, flags & 1) {
            (6, 0) => {
                answers.extend_from_slice(b"\0\0\x08\x06\x01\0\0\0\0");
                answers.extend_from_slice(&frame[9..]);
            }
            (4, 0) => answers.extend_from_slice(b"\0\0\0\x04\x01\0\0\0\0"),
            _ => {}
        }
    }
    answers
}
