//! Builds a server from its configuration and its options.

use crate::admission::{Limiter, Throttle};
use crate::app::{App, ProtectedResource};
use crate::config::{Config, Ports, State, Transport};
use crate::cookies::Cookies;
use crate::fetcher::Fetcher;
use crate::host::ServerHost;
use crate::keys::Keyring;
use crate::options::Options;
use crate::settings::{base_path, policy, settings};
use crate::start_error::StartError;
use crate::store::RedbStore;
use crate::users::Users;
use fapi::{AuthorizationServer, Memory, Store};
use std::convert::Infallible;
use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use tokio::sync::mpsc;

/// Everything but the listeners. The configuration has the bound ports in the identifiers of its APIs.
pub(crate) fn assemble(
    config: &Config,
    options: &Options,
    issuer: &str,
    mtls_base: Option<&str>,
    ports: Ports,
    alive: mpsc::Sender<Infallible>,
) -> Result<App, StartError> {
    let policy = match &options.policy {
        Some(policy) => policy.clone(),
        None => policy(&config.profiles).map_err(StartError::Profiles)?,
    };
    let keyring = match &options.keyring {
        Some(keyring) => keyring.clone(),
        None => Arc::new(Keyring::of_config(&config.keys, &policy)?),
    };
    let server = AuthorizationServer::new(settings(config, policy, &keyring, issuer, mtls_base)?)?;
    let (store, file): (Arc<dyn Store>, _) = match (&options.store, &config.state) {
        (Some(store), _) => (store.clone(), None),
        (None, State::Ephemeral) => (Arc::new(Mutex::new(Memory::new())), None),
        (None, State::File(path)) => {
            let file = Arc::new(open(path)?);
            (file.clone(), Some(file))
        }
    };
    let users = Arc::new(Users::new(config.users.clone()));
    let fetcher = Fetcher::new(config.outbound.clone(), options.clock.clone());
    Ok(App {
        resources: ProtectedResource::all(&server, config, issuer, mtls_base),
        ports,
        server,
        host: ServerHost { store, file, keyring, fetcher, users: users.clone(), hooks: config.hooks.clone() },
        users,
        clock: options.clock.clone(),
        observer: options.observer.clone(),
        limiter: config.limits.requests_per_second.map(|per_second| Limiter::new(per_second, config.limits.burst)),
        throttle: Throttle::default(),
        cookies: Cookies { secure: !matches!(config.transport, Transport::Plain) },
        limits: config.limits,
        allowed_origins: config.allowed_origins.clone(),
        dpop_nonces: config.dpop_nonces,
        auto_approve: config.auto_approve,
        acr_values: config.acr_values.clone(),
        base_path: base_path(issuer),
        #[cfg(fapi_waive)]
        waived: options.waived,
        _alive: alive,
    })
}

fn open(path: &PathBuf) -> Result<RedbStore, StartError> {
    if let Some(directory) = path.parent() {
        crate::private_file::private_directory(directory).map_err(|error| StartError::State(path.clone(), error.into()))?;
    }
    let store = RedbStore::open(path).map_err(|error| StartError::State(path.clone(), error))?;
    #[cfg(unix)]
    if let Err(error) = fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o600)) {
        return Err(StartError::State(path.clone(), error.into()));
    }
    Ok(store)
}
