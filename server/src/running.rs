//! From a configuration to a server that runs, and to its end.

use crate::app::App;
use crate::assemble::assemble;
use crate::authority::AuthorityError;
use crate::config::{Config, Mistakes, Transport};
use crate::keys::KeyError;
use crate::listener::{Listener, ListenerKind};
use crate::options::Options;
use crate::settings::base_path;
use crate::steady::Steady;
use crate::store::StoreError;
use fapi::policy::CompositionError;
use fapi::{Registered, SettingsError, drive_async};
use rustls::ServerConfig;
use rustls_pki_types::CertificateDer;
use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval, timeout};
use url::Url;

const SWEPT_EVERY: Duration = Duration::from_secs(60);

/// A server that runs. It ends when this is dropped; [`shutdown`](Running::shutdown) waits for what it is doing.
#[derive(Debug)]
#[non_exhaustive]
pub struct Running {
    /// The issuer, with the port that was bound.
    pub issuer: String,
    /// The URL below which the mTLS aliases are.
    pub mtls_base: Option<String>,
    /// The protected resource to call; the aliases have one of the same name.
    pub resource: String,
    /// Where it listens.
    pub address: SocketAddr,
    /// Where it listens for clients with certificates.
    pub mtls_address: Option<SocketAddr>,
    /// The authority that its certificate comes from, if that was made on the spot.
    pub ca_certificate: Option<CertificateDer<'static>>,
    ending: watch::Sender<bool>,
    listeners: JoinSet<()>,
    sweeper: JoinSet<()>,
    closed: mpsc::Receiver<Infallible>,
    patience: Duration,
}

/// Why a server does not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The configuration is wrong, or the library refuses what was made of it.
    #[error("{0}")]
    Configuration(#[from] Mistakes),
    /// A profile is not known, or two of them contradict each other.
    #[error("profiles: {0}")]
    Profiles(CompositionError),
    /// The library refuses the settings.
    #[error("{0}")]
    Settings(#[from] SettingsError),
    /// There are no keys.
    #[error("keys: {0}")]
    Keys(#[from] KeyError),
    /// There is no certificate.
    #[error("{0}")]
    Certificate(#[from] AuthorityError),
    /// The certificate cannot be used.
    #[error("TLS: {0}")]
    Tls(#[from] rustls::Error),
    /// There is no state.
    #[error("{}: {}", .0.display(), .1)]
    State(PathBuf, StoreError),
    /// Somebody else listens there, or we may not.
    #[error("{0}: {1}")]
    Listen(SocketAddr, io::Error),
}

impl Running {
    /// Takes no more connections, lets every request that has begun come to its end, and closes the store.
    pub async fn shutdown(mut self) {
        let _ = self.ending.send(true);
        while self.listeners.join_next().await.is_some() {}
        while self.sweeper.join_next().await.is_some() {}
        let _ = timeout(self.patience, self.closed.recv()).await;
    }
}

/// Starts a server; it answers when this returns.
pub async fn start(config: Config, options: Options) -> Result<Running, StartError> {
    let mistakes = config.mistakes();
    if !mistakes.is_empty() {
        return Err(Mistakes(mistakes).into());
    }
    let main = bind(config.listen).await?;
    let alias = match &config.mtls {
        Some(mtls) => Some(bind(mtls.listen).await?),
        None => None,
    };
    let (address, mtls_address) = (main.1, alias.as_ref().map(|alias| alias.1));
    let at_ports = |template: &str| {
        let mtls_port = mtls_address.map(|address| address.port().to_string()).unwrap_or_default();
        template
            .replace("{port}", &address.port().to_string())
            .replace("{mtls_port}", &mtls_port)
            .trim_end_matches('/')
            .to_owned()
    };
    let issuer = at_ports(&config.issuer);
    let mtls_base = config.mtls.as_ref().map(|mtls| at_ports(&mtls.base));

    let (alive, closed) = mpsc::channel(1);
    let app = Arc::new(assemble(&config, &options, &issuer, mtls_base.as_deref(), at_ports, alive)?);
    register(&app, &config).await?;

    let room = Arc::new(Semaphore::new(config.limits.connections));
    let (ending, told) = watch::channel(false);
    let hsts = (!matches!(config.transport, Transport::Plain) && config.hsts > 0).then_some(config.hsts);
    let names = names(&[Some(&issuer), mtls_base.as_ref()]);
    let mut listeners = JoinSet::new();
    let doors = [(ListenerKind::Main, Some(main), Some(&issuer)), (ListenerKind::MtlsAlias, alias, mtls_base.as_ref())];
    for (listener_kind, bound, base) in doors {
        let (Some((socket, _)), Some(base)) = (bound, base) else { continue };
        let tls = tls(&config, &names, listener_kind == ListenerKind::MtlsAlias || config.mtls.is_none())?;
        let router = crate::routes::router(&app, listener_kind, &base_path(base), hsts);
        let listener = Listener { socket, tls, listener_kind, router, limits: config.limits, room: room.clone() };
        listeners.spawn(listener.serve(told.clone()));
    }
    let mut sweeper = JoinSet::new();
    sweeper.spawn(sweep(app.clone(), told.clone()));
    let ca_certificate = match &config.transport {
        Transport::Made(authority) => Some(authority.certificate().clone()),
        _ => None,
    };
    let resource = app.resource.url.clone();
    let patience = config.limits.shutdown_timeout;
    Ok(Running {
        issuer,
        mtls_base,
        resource,
        address,
        mtls_address,
        ca_certificate,
        ending,
        listeners,
        sweeper,
        closed,
        patience,
    })
}

/// Stores every client as the configuration has it, or names every mistake in all of them.
async fn register(app: &App, config: &Config) -> Result<(), StartError> {
    let (settings, now) = (app.server.settings(), app.clock.now());
    let mistakes: Vec<_> = config.clients.iter().flat_map(|client| client.mistakes(settings, now)).collect();
    if !mistakes.is_empty() {
        return Err(Mistakes(mistakes.iter().map(|mistake| format!("clients: {mistake}")).collect()).into());
    }
    let entered = app.server.register(config.clients.clone(), app.context()?);
    let outcome = drive_async(&app.host, entered).await;
    app.tell(&outcome, None);
    match outcome.reply {
        Registered::Stored => Ok(()),
        Registered::Refused(_) => Err(Mistakes(vec!["clients: the store does not answer".into()]).into()),
    }
}

async fn bind(listen: SocketAddr) -> Result<(TcpListener, SocketAddr), StartError> {
    let failed = |error| StartError::Listen(listen, error);
    let socket = TcpListener::bind(listen).await.map_err(failed)?;
    let address = socket.local_addr().map_err(failed)?;
    Ok((socket, address))
}

fn tls(config: &Config, names: &[String], asks: bool) -> Result<Option<Arc<ServerConfig>>, StartError> {
    Ok(match &config.transport {
        Transport::Plain => None,
        Transport::Tls(identity) => Some(crate::tls::server_config(identity, asks)?),
        Transport::Made(authority) => Some(crate::tls::server_config(&authority.server(names)?, asks)?),
    })
}

/// What a certificate made here must be good for: the hosts of these URLs, and loopback.
fn names(urls: &[Option<&String>]) -> Vec<String> {
    let hosts = urls.iter().flatten().filter_map(|url| Url::parse(url).ok()?.host_str().map(str::to_owned));
    let mut names: Vec<_> = hosts.chain(["localhost".into(), "127.0.0.1".into(), "::1".into()]).collect();
    names.sort();
    names.dedup();
    names
}

/// Ends between two sweeps, never within one: whoever opens the state next must find it free.
async fn sweep(app: Arc<App>, mut ending: watch::Receiver<bool>) {
    let mut ticks = interval(SWEPT_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut steady = Steady::new(app.clock.now(), Instant::now());
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            _ = ending.wait_for(|ending| *ending) => return,
        }
        let until = steady.passed(app.clock.now(), Instant::now());
        if let Ok(swept) = app.host.store.sweep(until).await {
            tracing::debug!(swept, "sweep");
        }
    }
}
