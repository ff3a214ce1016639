//! Errors of the file.

use fapi::Unavailable;
use std::fmt;

/// The reason why the file cannot be opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The database refuses it: it is in use, damaged, or not ours.
    #[error("{0}")]
    Database(#[from] Box<redb::Error>),
    /// The writing thread cannot be started.
    #[error("{0}")]
    Thread(#[from] std::io::Error),
}

impl StoreError {
    pub(super) fn of(error: impl Into<redb::Error>) -> Self {
        Self::Database(Box::new(error.into()))
    }
}

/// Logs what the database says; the exchange is told no more than that it cannot be had.
pub(super) fn unavailable(error: &dyn fmt::Display) -> Unavailable {
    tracing::error!(%error, "store");
    Unavailable
}
