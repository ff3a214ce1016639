//! Starting, running and shutting down a server.

use crate::app::App;
use crate::assemble::assemble;
use crate::check::{failed, shortened};
use crate::config::{Config, Ports, Transport};
use crate::expiry_clock::ExpiryClock;
use crate::listener::{Listener, ListenerKind};
use crate::options::Options;
use crate::reconcile::{Written, reconcile};
use crate::reload::{InUse, ReloadError};
use crate::settings::base_path;
use crate::start_error::StartError;
use crate::toml_reader::Mistakes;
use rustls::ServerConfig;
use rustls_pki_types::CertificateDer;
use std::collections::BTreeSet;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};
use tokio::net::TcpListener;
use tokio::sync::{Mutex, Semaphore, mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval, timeout};
use url::Url;

/// The time between two deletions of expired records.
const SWEEP_INTERVAL: Duration = Duration::from_secs(60);

/// A running server. Dropping it stops the server; [`shutdown`](Running::shutdown) completes in-flight requests first.
#[derive(Debug)]
#[non_exhaustive]
pub struct Running {
    /// The issuer, with the bound port.
    pub issuer: String,
    /// The base URL of the mTLS aliases.
    pub mtls_base: Option<String>,
    /// The URL of the protected resource of the first API; the mTLS aliases have one with the same path.
    pub resource: String,
    /// The identifier of every API with the URL of its protected resource.
    pub resources: Vec<(String, String)>,
    /// The address of the main listener.
    pub address: SocketAddr,
    /// The address of the listener for clients with certificates.
    pub mtls_address: Option<SocketAddr>,
    /// The authority of its certificate, if the server generated the certificate.
    pub ca_certificate: Option<CertificateDer<'static>>,
    shutting_down: watch::Sender<bool>,
    listeners: JoinSet<()>,
    sweeper: JoinSet<()>,
    closed: mpsc::Receiver<Infallible>,
    shutdown_timeout: Duration,
    /// Does not keep the store open.
    app: Weak<App>,
    in_use: Mutex<InUse>,
}

impl Running {
    /// Replaces the users and the clients by those of a configuration: all of them, or none if it has a mistake or the store does not
    /// answer. Tokens of removed users and clients are dead at once. Other members of the configuration, and claims of names that
    /// no user had at the start, have no effect until the next start; they must be
    /// [those](Config::changed_beside_users_and_clients) of the running server.
    pub async fn reload(&self, config: &Config) -> Result<(), ReloadError> {
        let mut in_use = self.in_use.lock().await;
        match self.app.upgrade() {
            Some(app) => in_use.reload(&app, config).await,
            None => Ok(()),
        }
    }

    /// Accepts no more connections, completes in-flight requests within the configured time, and closes the store.
    pub async fn shutdown(mut self) {
        let _ = self.shutting_down.send(true);
        while self.listeners.join_next().await.is_some() {}
        while self.sweeper.join_next().await.is_some() {}
        let _ = timeout(self.shutdown_timeout, self.closed.recv()).await;
    }
}

/// Starts a server. It accepts connections when this returns.
pub async fn start(config: Config, options: Options) -> Result<Running, StartError> {
    let failed = failed(&config, options.policy.as_ref());
    if !failed.is_empty() {
        return Err(Mistakes(failed.into_iter().map(|failed| failed.mistake).collect()).into());
    }
    let replaced = options.policy.as_ref().map(|policy| shortened(&config, policy));
    let shortened = replaced.unwrap_or_else(|| config.shortened());
    for text in shortened.into_iter().chain(config.warnings(options.clock.now())) {
        tracing::warn!("{text}");
    }
    let main = bind("listen", config.listen).await?;
    let alias = match &config.mtls {
        Some(mtls) => Some(bind("mtls.listen", mtls.listen).await?),
        None => None,
    };
    let (address, mtls_address) = (main.1, alias.as_ref().map(|alias| alias.1));
    let ports = Ports { main: address.port(), mtls: mtls_address.map(|address| address.port()) };
    let issuer = ports.base(&config.issuer);
    let mtls_base = config.mtls.as_ref().map(|mtls| ports.base(&mtls.base));
    let config = config.at(ports);

    let (alive, closed) = mpsc::channel(1);
    let app = Arc::new(assemble(&config, &options, &issuer, mtls_base.as_deref(), ports, alive)?);
    reconcile(&app, &config, &BTreeSet::new(), &mut Written::Nothing).await?;

    let room = Arc::new(Semaphore::new(config.limits.connections));
    let (shutting_down, shutdown) = watch::channel(false);
    let hsts = (!matches!(config.transport, Transport::Plain) && config.hsts > 0).then_some(config.hsts);
    let names = names(&[Some(&issuer), mtls_base.as_ref()]);
    let mut listeners = JoinSet::new();
    let bound = [(ListenerKind::Main, Some(main), Some(&issuer)), (ListenerKind::MtlsAlias, alias, mtls_base.as_ref())];
    for (listener_kind, socket, base) in bound {
        let (Some((socket, _)), Some(base)) = (socket, base) else { continue };
        let tls = tls(&config, &names, listener_kind == ListenerKind::MtlsAlias || config.mtls.is_none())?;
        let router = crate::routes::router(&app, listener_kind, &base_path(base), hsts);
        let listener = Listener { socket, tls, listener_kind, router, limits: config.limits, room: room.clone() };
        listeners.spawn(listener.serve(shutdown.clone()));
    }
    let mut sweeper = JoinSet::new();
    sweeper.spawn(sweep(app.clone(), shutdown.clone()));
    let ca_certificate = match &config.transport {
        Transport::Made(authority) => Some(authority.certificate().clone()),
        _ => None,
    };
    let resources: Vec<_> =
        app.resources.iter().map(|resource| (resource.server.identifier().to_owned(), resource.url.clone())).collect();
    let resource = resources.first().map(|(_, url)| url.clone()).unwrap_or_default();
    Ok(Running {
        issuer,
        mtls_base,
        resource,
        resources,
        address,
        mtls_address,
        ca_certificate,
        shutting_down,
        listeners,
        sweeper,
        closed,
        shutdown_timeout: config.limits.shutdown_timeout,
        app: Arc::downgrade(&app),
        in_use: Mutex::new(InUse::new(config)),
    })
}

async fn bind(member: &'static str, listen: SocketAddr) -> Result<(TcpListener, SocketAddr), StartError> {
    let failed = |error| StartError::Listen { member, address: listen, error };
    let socket = TcpListener::bind(listen).await.map_err(failed)?;
    let address = socket.local_addr().map_err(failed)?;
    Ok((socket, address))
}

fn tls(config: &Config, names: &[String], request_certificates: bool) -> Result<Option<Arc<ServerConfig>>, StartError> {
    Ok(match &config.transport {
        Transport::Plain => None,
        Transport::Tls(identity) => Some(crate::tls::server_config(identity, request_certificates)?),
        Transport::Made(authority) => Some(crate::tls::server_config(&authority.server(names)?, request_certificates)?),
    })
}

/// The names for a generated certificate: the hosts of these URLs, and loopback.
fn names(urls: &[Option<&String>]) -> Vec<String> {
    let hosts = urls.iter().flatten().filter_map(|url| Url::parse(url).ok()?.host_str().map(str::to_owned));
    let mut names: Vec<_> = hosts.chain(["localhost".into(), "127.0.0.1".into(), "::1".into()]).collect();
    names.sort();
    names.dedup();
    names
}

/// Deletes expired records until shutdown. It stops between two deletions, so that the next process can open the state.
async fn sweep(app: Arc<App>, mut shutdown: watch::Receiver<bool>) {
    let mut ticks = interval(SWEEP_INTERVAL);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut clock = ExpiryClock::new(app.clock.now(), Instant::now());
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            _ = shutdown.wait_for(|shutdown| *shutdown) => return,
        }
        let until = clock.read(app.clock.now(), Instant::now());
        if let Ok(deleted) = app.host.store.sweep(until).await {
            tracing::debug!(deleted, "expired records deleted");
        }
    }
}
