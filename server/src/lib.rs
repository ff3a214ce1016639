//! The minimal reference server around the [`fapi`] library, and a complete example of how to embed it.
//!
//! It holds no protocol decision: only pages, cookies, sockets, storage, keys, and the loop that answers the library's steps
//! (`host.rs`). [`start`] turns a [`Config`] into a [`Running`] server; [`Options`] replaces its clock, store or keys, and adds an
//! observer.
//!
//! ```no_run
//! # async fn run() -> Result<(), fapi_server::StartError> {
//! use fapi_server::{Config, Options, start};
//!
//! let running = start(Config::new(None), Options::default()).await?;
//! println!("{}/.well-known/openid-configuration", running.issuer);
//! running.shutdown().await;
//! # Ok(())
//! # }
//! ```

mod admission;
mod app;
mod assemble;
mod authority;
mod check;
mod client_ids;
mod clock;
pub mod config;
mod config_file;
mod cookies;
mod demo;
mod expiry_clock;
mod explain;
mod fetcher;
mod host;
mod identity;
mod keys;
mod listener;
mod log;
mod nonces;
mod options;
mod pages;
mod password;
mod private_file;
mod reconcile;
mod reload;
mod routes;
mod running;
mod settings;
mod start_error;
pub mod store;
mod tls;
pub mod toml_reader;
mod users;
#[cfg(fapi_waive)]
mod waived;

pub use authority::{Authority, AuthorityError, Issued};
pub use client_ids::ClientIds;
pub use clock::{Clock, ManualClock, SystemClock};
pub use config::Config;
pub use config_file::Examination;
pub use demo::{DemoError, demo};
pub use explain::{Explained, Question, printed_tables};
pub use fetcher::Fetcher;
pub use keys::{KeyError, Keyring, SIGNING_ALGORITHMS, SigningKey};
pub use options::{Observer, Options};
pub use password::{MalformedHash, PasswordCost, PasswordHash};
pub use reload::ReloadError;
pub use running::{Running, start};
pub use start_error::StartError;
pub use users::User;
