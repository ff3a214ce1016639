//! Reasons for which a server does not start.

use crate::authority::AuthorityError;
use crate::keys::KeyError;
use crate::store::StoreError;
use crate::toml_reader::Mistakes;
use fapi::SettingsError;
use fapi::policy::CompositionError;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// A reason for which a server does not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The configuration has mistakes, or the library refuses a client of it.
    #[error("invalid configuration: {0}")]
    Configuration(#[from] Mistakes),
    /// A profile is not known, or two of them contradict each other.
    #[error("profiles: {0}")]
    Profiles(CompositionError),
    /// The library refuses the settings.
    #[error("{0}")]
    Settings(#[from] SettingsError),
    /// A key cannot be used.
    #[error("keys: {0}")]
    Keys(#[from] KeyError),
    /// A certificate cannot be generated.
    #[error("{0}")]
    Certificate(#[from] AuthorityError),
    /// The certificate cannot be used.
    #[error("tls: {0}")]
    Tls(#[from] rustls::Error),
    /// The state cannot be opened.
    #[error("{}", state(.0, .1))]
    State(PathBuf, StoreError),
    /// The identifiers that the server generated for clients cannot be kept.
    #[error("client_ids.json: {0}")]
    ClientIds(io::Error),
    /// The state cannot be brought into agreement with the configuration.
    #[error("the state does not follow the configuration: {0}")]
    Reconciliation(String),
    /// An address cannot be bound.
    #[error("{member}: cannot listen on {address}: {}", listening(.error))]
    Listen {
        /// The member of the configuration that has the address.
        member: &'static str,
        /// The address.
        address: SocketAddr,
        /// The error of the operating system.
        error: io::Error,
    },
}

impl StartError {
    /// The store does not answer.
    pub(crate) fn unavailable() -> Self {
        Self::Reconciliation("the store is unavailable".into())
    }
}

fn state(path: &Path, error: &StoreError) -> String {
    let path = path.display();
    match error {
        StoreError::Format(_) => {
            format!("the state file {path} {error}: begin with a new file, or run the version that wrote it")
        }
        _ => format!("the state file {path} {error}"),
    }
}

/// The reason for which an address cannot be bound, in words where an operator can do something.
fn listening(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::AddrInUse => "another process listens there".into(),
        io::ErrorKind::AddrNotAvailable => "no interface of this machine has the address".into(),
        io::ErrorKind::PermissionDenied => {
            format!("this process may not bind the port; ports below 1024 need the capability CAP_NET_BIND_SERVICE ({error})")
        }
        _ => error.to_string(),
    }
}
