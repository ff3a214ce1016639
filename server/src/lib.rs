//! The minimal reference server around the [`fapi`] library, and the worked example of how to embed it.
//!
//! Nothing protocol-shaped lives here: pages, cookies, sockets, storage, keys, and the loop that answers the library's steps
//! (`host.rs`). [`start`] turns a [`Config`] into a [`Running`] server; [`Options`] puts a clock, a store or an observer of
//! somebody else's in place of a server's own.
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
mod clock;
pub mod config;
mod cookies;
mod demo;
mod fetcher;
mod host;
mod keys;
mod listener;
mod log;
mod nonces;
mod options;
mod pages;
mod private_file;
mod routes;
mod running;
mod settings;
mod steady;
pub mod store;
mod tls;
mod users;

pub use authority::{Authority, AuthorityError, Issued};
pub use clock::{Clock, ManualClock, SystemClock};
pub use config::Config;
pub use demo::{DemoError, demo};
pub use fetcher::Fetcher;
pub use keys::{KeyError, Keyring, SIGNING_ALGORITHMS, SigningKey};
pub use options::{Observer, Options};
pub use running::{Running, StartError, start};
pub use users::{PasswordHash, ROUNDS, User};
