//! x
#![allow(missing_docs, dead_code, unreachable_pub)]
pub mod clock;
pub mod keys;
mod private_file;
pub mod store;
pub mod users;
pub mod authority;
pub mod config;
mod listener;
mod tls;
