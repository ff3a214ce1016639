//! The reference server, in this process.
//!
//! This file is the only place of the suite that knows `fapi-server`. It provides [`start`], and for what it starts:
//!
//! - per variant a [`Target`] with two clients that differ in id, keys, certificate and redirect URI. Client 1 signs with ES256
//!   (EdDSA in the `oauth` variants), client 2 with PS256, so that all three are met; client 2's redirect URI ends in
//!   `?dummy1=lorem&dummy2=ipsum`. Both may use `authorization_code`, `refresh_token` and `client_credentials`; both have
//!   exactly one redirect URI. Certificates are of the authority made at start (for `tls_client_auth`) or self-signed.
//! - a [`Connector`](crate::http::Connector) that trusts that authority only;
//! - a resource that answers GET and needs a scope that both clients have;
//! - [`UserStrategy::Form`](super::UserStrategy) with what the login page asks for, and real pages (no `--auto-approve`), so
//!   that denial, other browsers and reloads can be played;
//! - an [`Instance`](super::Instance) whose `refused_for` looks up what the server recorded for the request that carried
//!   `Conformance-Exchange: n` (before it sent its reply, so that the answer is there when the reply is), whose `fresh` starts
//!   one more server with a clock and a store of its own, whose `now` and `pass` read and move that clock, and whose `strict`
//!   is true.

use super::Target;
use crate::variant::Variant;

/// Starts the reference server, ready for these variants: one target each, in the same order.
pub async fn start(variants: &[Variant]) -> Result<Vec<Target>, String> {
    Err(format!("this build has no reference server for {} variants; name one with --target", variants.len()))
}
