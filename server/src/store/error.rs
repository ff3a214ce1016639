//! Errors of the file.

use super::schema::FORMAT;
use fapi::Unavailable;
use std::fmt;

/// The reason why the file cannot be opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The database refuses the file: it is in use, damaged, or of another kind.
    #[error("{0}")]
    Database(#[from] Box<redb::Error>),
    /// The file has another format.
    #[error("has format {0}; this version reads format {FORMAT}")]
    Format(u64),
    /// The writing thread cannot be started.
    #[error("{0}")]
    Thread(#[from] std::io::Error),
}

impl StoreError {
    pub(super) fn of(error: impl Into<redb::Error>) -> Self {
        Self::Database(Box::new(error.into()))
    }
}

/// Logs the error of the database; the exchange learns only that the store is unavailable.
pub(super) fn unavailable(error: &dyn fmt::Display) -> Unavailable {
    tracing::error!(%error, "store");
    Unavailable
}
