//! The values of requests, beside the right ones.

use serde_json::Value;

use super::Sides;
use crate::mutant::opened::{Compact, Opened};

/// A claim of a JWT that is a string.
pub(super) fn claim(jwt: &Compact, name: &str, right: Vec<String>) -> Option<Sides> {
    Some(Sides { sent: jwt.claims.get(name)?.as_str()?.to_owned(), right })
}

/// The client's assertion.
pub(super) fn assertion(request: &Opened<'_>) -> Option<Compact> {
    request.is_back_channel().then_some(())?;
    request.field("client_assertion").map(Compact::read)
}

/// The ids of all clients.
pub(super) fn client_ids(request: &Opened<'_>) -> Vec<String> {
    request.clients.iter().map(|client| client.id.clone()).collect()
}

/// The issuer.
pub(super) fn issuer(request: &Opened<'_>) -> Vec<String> {
    request.issuer().cloned().into_iter().collect()
}

/// The number in a claim.
pub(super) fn number(jwt: &Compact, claim: &str) -> Option<i64> {
    jwt.claims.get(claim).and_then(Value::as_i64)
}
