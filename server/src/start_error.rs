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
    #[error("TLS: {0}")]
    Tls(#[from] rustls::Error),
    /// The state cannot be opened.
    #[error("{}", state(.0, .1))]
    State(PathBuf, StoreError),
    /// The state cannot be brought into agreement with the configuration.
    #[error("the state does not follow the configuration: {0}")]
    Reconciliation(String),
    /// The address cannot be bound.
    #[error("cannot listen on {0}: {1}")]
    Listen(SocketAddr, io::Error),
}

fn state(path: &Path, error: &StoreError) -> String {
    let path = path.display();
    match error {
        StoreError::Format(_) => {
            format!("the state file {path} {error}: begin with a new file, or run the version that wrote it")
        }
        _ => format!("{path}: {error}"),
    }
}
