//! The values of requests, beside the right ones.

use serde_json::Value;

use super::Sides;
use crate::mutant::memory::Asked;
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

/// The pushed request that a token request's code belongs to.
pub(super) fn asked<'a>(request: &'a Opened<'_>) -> Option<&'a Asked> {
    request.field("code").and_then(|code| asked_by(request, code))
}

/// The pushed request that led to this code.
pub(super) fn asked_by<'a>(request: &'a Opened<'_>, code: &str) -> Option<&'a Asked> {
    request.memory.requests.iter().find(|asked| asked.code.as_deref() == Some(code))
}

/// A field of a form that is sent to one endpoint, and the right values.
pub(super) fn field(request: &Opened<'_>, endpoint: &str, name: &str, right: Vec<String>) -> Option<Sides> {
    (request.endpoint() == endpoint).then_some(())?;
    Some(Sides { sent: request.field(name)?.to_owned(), right })
}

/// The values of a query parameter.
pub(super) fn queried(request: &Opened<'_>, name: &str) -> Vec<String> {
    request.request.url.query_pairs().filter(|(known, _)| known == name).map(|(_, value)| value.into_owned()).collect()
}

/// Sets a query parameter, in place of all of its name.
pub(super) fn set_query(request: &mut Opened<'_>, name: &str, value: &str) {
    let others: Vec<(String, String)> =
        request.request.url.query_pairs().into_owned().filter(|(known, _)| known != name).collect();
    request.request.url.query_pairs_mut().clear().extend_pairs(others).append_pair(name, value);
}

/// The values of a field of the form.
pub(super) fn values<'a>(request: &'a Opened<'_>, name: &str) -> Vec<&'a str> {
    request.fields.iter().filter(|(known, _)| known == name).map(|(_, value)| value.as_str()).collect()
}

/// The first DPoP proof.
pub(super) fn proof(request: &Opened<'_>) -> Option<Compact> {
    request.header("dpop").map(Compact::read)
}

/// The access token that a call to a resource presents in its header.
pub(super) fn token<'a>(request: &'a Opened<'_>) -> Option<&'a str> {
    matches!(request.endpoint(), "resource" | "userinfo").then_some(())?;
    request.header("authorization")?.split_once(' ').map(|(_, token)| token)
}
