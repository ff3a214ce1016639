//! Sockets: accepting, handshakes, HTTP/1 and HTTP/2, limits, and an end that loses nothing.

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

/// Waits this long when the system has no socket to give (too many open files).
const PAUSE: Duration = Duration::from_millis(50);
const STREAMS: u32 = 100;
const ALIVE_EVERY: Duration = Duration::from_secs(20);

/// A socket that listens, and what answers there.
pub(crate) struct Listener {
    pub(crate) socket: TcpListener,
    pub(crate) tls: Option<Arc<ServerConfig>>,
    pub(crate) listener_kind: ListenerKind,
    pub(crate) router: Router,
    pub(crate) limits: Limits,
    /// Shared by all listeners of a server.
    pub(crate) room: Arc<Semaphore>,
}

/// Which of the server's addresses somebody came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ListenerKind {
    /// The issuer's.
    Main,
    /// That of the mTLS aliases.
    MtlsAlias,
}

/// Who is at the other end of a connection.
#[derive(Debug)]
pub(crate) struct Peer {
    pub(crate) address: IpAddr,
    pub(crate) listener_kind: ListenerKind,
    /// As the client sent them; the first one's key is proven.
    pub(crate) certificates: Vec<CertificateDer<'static>>,
}

impl Listener {
    /// Serves until told to end (or nobody is left to tell), then lets what has begun come to its end.
    pub(crate) async fn serve(self, mut ending: watch::Receiver<bool>) {
        let graceful = GracefulShutdown::new();
        let shared = Arc::new(Connections {
            acceptor: self.tls.map(TlsAcceptor::from),
            listener_kind: self.listener_kind,
            router: self.router,
            builder: builder(&self.limits),
            limits: self.limits,
        });
        let mut ended = pin!(async move { ending.wait_for(|ending| *ending).await.map(drop).unwrap_or_default() });
        loop {
            let accepted = tokio::select! {
                accepted = accept(&self.socket, &self.room) => accepted,
                () = &mut ended => break,
            };
            match accepted {
                Ok((stream, address, place)) => {
                    let (shared, watcher) = (shared.clone(), graceful.watcher());
                    tokio::spawn(async move { shared.connection(stream, address, watcher, place).await });
                }
                Err(error) => {
                    tracing::warn!(%error, "accept");
                    sleep(PAUSE).await;
                }
            }
        }
        drop(self.socket);
        if timeout(self.limits.shutdown_timeout, graceful.shutdown()).await.is_err() {
            tracing::warn!("requests were still being answered when the time for that was over");
        }
    }
}

async fn accept(socket: &TcpListener, room: &Arc<Semaphore>) -> io::Result<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
    let Ok(place) = room.clone().acquire_owned().await else { pending().await };
    loop {
        match socket.accept().await {
            Ok((stream, address)) => {
                // It fails on a connection that is gone already, which is found out soon enough.
                let _ = stream.set_nodelay(true);
                return Ok((stream, address, place));
            }
            Err(error) if is_of_the_peer(&error) => tracing::debug!(%error, "accept"),
            Err(error) => return Err(error),
        }
    }
}

/// Whether somebody only hung up before we picked up: no reason to make others wait.
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
    /// From the handshake to the end; `_place` is free again then.
    async fn connection(&self, stream: TcpStream, address: SocketAddr, watcher: Watcher, _place: OwnedSemaphorePermit) {
        let peer = |certificates| {
            Arc::new(Peer { address: address.ip().to_canonical(), listener_kind: self.listener_kind, certificates })
        };
        let Some(acceptor) = &self.acceptor else {
            return self.requests(stream, peer(vec![]), self.builder.clone().http1_only(), watcher).await;
        };
        let Ok(Ok(stream)) = timeout(self.limits.handshake_timeout, acceptor.accept(stream)).await else {
            return tracing::debug!("a TLS handshake failed");
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
                tracing::debug!(%error, "a connection ended");
            },
            () = idle(answering, self.limits.head_timeout) => tracing::debug!("a connection asked for nothing"),
        }
    }
}

/// Counts as a request of its connection as long as it is there.
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

/// Returns when there was no request for that long. In HTTP/2 pings alone would keep a connection, and its place, for ever.
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
        .keep_alive_interval(ALIVE_EVERY)
        .keep_alive_timeout(limits.head_timeout);
    builder
}
