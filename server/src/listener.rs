//! Sockets: accepting connections, TLS handshakes, HTTP/1 and HTTP/2, limits, and graceful shutdown.

use crate::config::Limits;
use axum::Router;
use http::Request;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use rustls::ServerConfig;
use rustls_pki_types::CertificateDer;
use std::future::pending;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;
use tower_service::Service;

/// The pause after the system could not accept a connection, for example because of too many open files.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);
/// The maximum number of concurrent streams of an HTTP/2 connection.
const STREAMS: u32 = 100;
/// The time between two pings of an HTTP/2 connection.
const PING_INTERVAL: Duration = Duration::from_secs(20);

/// A listening socket and its router.
pub(crate) struct Listener {
    pub(crate) socket: TcpListener,
    pub(crate) tls: Option<Arc<ServerConfig>>,
    pub(crate) listener_kind: ListenerKind,
    pub(crate) router: Router,
    pub(crate) limits: Limits,
    /// The free connections, shared by all listeners of a server.
    pub(crate) room: Arc<Semaphore>,
}

/// The listener at which a connection arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ListenerKind {
    /// The listener of the issuer.
    Main,
    /// The listener of the mTLS aliases.
    MtlsAlias,
}

/// The peer of a connection.
#[derive(Debug)]
pub(crate) struct Peer {
    pub(crate) address: IpAddr,
    pub(crate) listener_kind: ListenerKind,
    /// The chain as the client sent it; the handshake has proven possession of the first certificate's key.
    pub(crate) certificates: Vec<CertificateDer<'static>>,
}

impl Listener {
    /// Serves until `shutdown` is true or its sender is dropped, then completes in-flight requests.
    pub(crate) async fn serve(self, mut shutdown: watch::Receiver<bool>) {
        let graceful = GracefulShutdown::new();
        let shared = Arc::new(Connections {
            acceptor: self.tls.map(TlsAcceptor::from),
            listener_kind: self.listener_kind,
            router: self.router,
            builder: builder(&self.limits),
            limits: self.limits,
        });
        let mut stopped = pin!(async move { shutdown.wait_for(|shutdown| *shutdown).await.map(drop).unwrap_or_default() });
        loop {
            let accepted = tokio::select! {
                accepted = accept(&self.socket, &self.room) => accepted,
                () = &mut stopped => break,
            };
            match accepted {
                Ok((stream, address, place)) => {
                    let (shared, watcher) = (shared.clone(), graceful.watcher());
                    tokio::spawn(async move { shared.connection(stream, address, watcher, place).await });
                }
                Err(error) => {
                    tracing::warn!(%error, "cannot accept connections");
                    sleep(ACCEPT_PAUSE).await;
                }
            }
        }
        drop(self.socket);
        if timeout(self.limits.shutdown_timeout, graceful.shutdown()).await.is_err() {
            tracing::warn!("shutdown timed out: in-flight requests were dropped");
        }
    }
}

async fn accept(socket: &TcpListener, room: &Arc<Semaphore>) -> io::Result<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
    let Ok(place) = room.clone().acquire_owned().await else { pending().await };
    loop {
        match socket.accept().await {
            Ok((stream, address)) => {
                // It fails on a connection that is already closed, which the first read reports.
                let _ = stream.set_nodelay(true);
                return Ok((stream, address, place));
            }
            Err(error) if is_of_the_peer(&error) => tracing::debug!(%error, "a connection was closed before it was accepted"),
            Err(error) => return Err(error),
        }
    }
}

/// True if the peer closed the connection before it was accepted; the next one can be accepted at once.
fn is_of_the_peer(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

struct Connections {
    acceptor: Option<TlsAcceptor>,
    listener_kind: ListenerKind,
    router: Router,
    builder: Builder<TokioExecutor>,
    limits: Limits,
}

impl Connections {
    /// Serves a connection from the handshake to its end. Dropping `_place` frees its place.
    async fn connection(&self, stream: TcpStream, address: SocketAddr, watcher: Watcher, _place: OwnedSemaphorePermit) {
        let peer = |certificates| {
            Arc::new(Peer { address: address.ip().to_canonical(), listener_kind: self.listener_kind, certificates })
        };
        let Some(acceptor) = &self.acceptor else {
            return self.requests(stream, peer(vec![]), self.builder.clone().http1_only(), watcher).await;
        };
        let Ok(Ok(stream)) = timeout(self.limits.handshake_timeout, acceptor.accept(stream)).await else {
            return tracing::debug!("TLS handshake failed");
        };
        let (_, session) = stream.get_ref();
        let certificates =
            session.peer_certificates().unwrap_or_default().iter().cloned().map(CertificateDer::into_owned).collect();
        let http2 = session.alpn_protocol() == Some(b"h2");
        let builder = self.builder.clone();
        let builder = if http2 { builder.http2_only() } else { builder.http1_only() };
        self.requests(stream, peer(certificates), builder, watcher).await;
    }

    async fn requests(
        &self,
        stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
        peer: Arc<Peer>,
        builder: Builder<TokioExecutor>,
        watcher: Watcher,
    ) {
        let (begun, answering) = watch::channel(0);
        let service = service_fn(|mut request: Request<Incoming>| {
            request.extensions_mut().insert(peer.clone());
            let (answer, begun) = (self.router.clone().call(request), InFlight::new(begun.clone()));
            async move {
                let _begun = begun;
                answer.await
            }
        });
        let connection = builder.serve_connection(TokioIo::new(stream), service);
        tokio::select! {
            ended = watcher.watch(connection) => if let Err(error) = ended {
                tracing::debug!(%error, "connection closed");
            },
            () = idle(answering, self.limits.head_timeout) => tracing::debug!("idle connection closed"),
        }
    }
}

/// Counts a request of a connection until it is dropped.
struct InFlight(watch::Sender<usize>);

impl InFlight {
    fn new(begun: watch::Sender<usize>) -> Self {
        begun.send_modify(|requests| *requests += 1);
        Self(begun)
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.send_modify(|requests| *requests -= 1);
    }
}

/// Returns after a time without requests. In HTTP/2, pings alone would keep a connection open without end.
async fn idle(mut requests: watch::Receiver<usize>, limit: Duration) {
    loop {
        let none = requests.wait_for(|requests| *requests == 0).await.is_ok();
        match timeout(limit, requests.changed()).await {
            Err(_) if none => return,
            Ok(Ok(())) => {}
            _ => pending().await,
        }
    }
}

fn builder(limits: &Limits) -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(limits.head_timeout).max_buf_size(limits.head);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(STREAMS)
        .max_header_list_size(u32::try_from(limits.head).unwrap_or(u32::MAX))
        .keep_alive_interval(PING_INTERVAL)
        .keep_alive_timeout(limits.head_timeout);
    builder
}
