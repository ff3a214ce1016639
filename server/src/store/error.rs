//! Errors of the file.

use super::schema::FORMAT;
use fapi::Unavailable;
use std::fmt;
use std::io::ErrorKind;

/// The reason why the file cannot be opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The database refuses the file: it is in use, damaged, or of another kind.
    #[error("{}", refusal(.0))]
    Database(#[from] Box<redb::Error>),
    /// The file has another format.
    #[error("has format {0}; this version reads format {FORMAT}")]
    Format(u64),
    /// The writing thread cannot be started, or the directory of the file cannot be used.
    #[error("cannot be used: {0}")]
    Thread(#[from] std::io::Error),
}

impl StoreError {
    pub(super) fn of(error: impl Into<redb::Error>) -> Self {
        Self::Database(Box::new(error.into()))
    }
}

/// The reason for which the database refuses a file, after its name.
fn refusal(error: &redb::Error) -> String {
    match error {
        redb::Error::DatabaseAlreadyOpen => {
            "is in use by another process: each server needs a directory (`data`) of its own".into()
        }
        redb::Error::Io(error) if error.kind() == ErrorKind::InvalidData => format!("is no state of this server ({error})"),
        redb::Error::Io(error) => format!("cannot be opened: {error}"),
        redb::Error::Corrupted(_) => format!("is damaged or no state of this server ({error})"),
        error => format!("cannot be opened: {error}"),
    }
}

/// Logs the error of the database; the exchange learns only that the store is unavailable.
pub(super) fn unavailable(error: &dyn fmt::Display) -> Unavailable {
    tracing::error!(%error, "store");
    Unavailable
}
