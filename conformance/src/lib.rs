//! A black-box conformance suite for OAuth 2.0, OpenID Connect and FAPI authorization servers, in whatever language they are
//! written: one binary, no database, no container, done in seconds.
//!
//! [`scenario`]s are written once and run against any [`target`]; the [`client`] follows the rules, except those that a scenario
//! makes it break; a [`report`] names the clause for every verdict.

pub mod browser;
#[cfg(feature = "browser")]
pub mod chromium;
pub mod cli;
pub mod client;
pub mod coverage;
pub mod entropy;
pub mod expected;
pub mod explain;
pub mod finding;
pub mod http;
pub mod jwt;
pub mod keys;
pub mod ledger;
pub mod list;
pub mod mutant;
pub mod nearly;
pub mod oauch;
pub mod oidf;
pub mod output;
pub mod pipeline;
pub mod preflight;
pub mod redact;
pub mod relying_party;
pub mod report;
pub mod runner;
pub mod scenario;
pub mod selection;
pub mod session;
pub mod target;
pub mod threat;
pub mod variant;
pub mod vectors;
pub mod words;

pub use output::say;
