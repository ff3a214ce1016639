//! Access tokens that are bound to nothing, although they should be bound to the client's key or certificate.
//!
//! A finding about the check of a binding needs a binding. Without one, the fault is the server's that issued the token, and one
//! scenario tells it.

use fapi::requirement::fapi2_sp;

use crate::client::{Client, Tokens};
use crate::finding::{Finding, Tried};
use crate::http::Reply;
use crate::jwt::Received;
use crate::session::Session;

/// Skips the scenario if an access token of this client is bound to nothing.
pub(super) async fn skipped(s: &Session, client: &Client, tokens: &Tokens) -> Tried<()> {
    if is_shown(s, client, tokens).await? {
        return s.skip("the access token is bound to nothing, which access-token-bound tells");
    }
    Ok(())
}

/// Returns true if an access token of this client is bound to nothing.
pub(super) async fn is_shown(s: &Session, client: &Client, tokens: &Tokens) -> Tried<bool> {
    Ok(evidence(s, client, tokens).await?.is_some())
}

/// Stops the scenario with a finding if an access token of this client is bound to nothing.
pub(super) async fn told(s: &Session, client: &Client, tokens: &Tokens) -> Tried<()> {
    let Some(reply) = evidence(s, client, tokens).await? else { return Ok(()) };
    let got = if reply.json().is_some_and(|json| json.get("active").is_some()) {
        "a token without `cnf`, neither in it nor in its introspection"
    } else {
        "a token without `cnf`, which the resource serves without the key or certificate that it was issued for"
    };
    let finding = Finding::new("a sender-constrained access token", got).shown_by(reply.number());
    Err(finding.against(&fapi2_sp::SENDER_CONSTRAINED).into())
}

/// The response that shows that an access token is bound to nothing: no `cnf` is to be seen, and the resource serves the token to
/// somebody else. Without a resource, a JWT and its introspection that both lack `cnf` show it.
///
/// A server may keep the binding to itself, so that a token without `cnf` alone shows nothing.
async fn evidence(s: &Session, client: &Client, tokens: &Tokens) -> Tried<Option<Reply>> {
    if s.target.instance.strict() {
        return Ok(None);
    }
    let in_token = Received::parse(&tokens.access_token).ok().map(|token| token.claims.contains_key("cnf"));
    let introspected = introspected(client, tokens).await?;
    let in_introspection = introspected.as_ref().map(|reply| reply.json().is_some_and(|json| json.get("cnf").is_some()));
    match (in_token, in_introspection) {
        (Some(true), _) | (_, Some(true)) | (None, None) => Ok(None),
        _ if client.resource(tokens).url().is_ok() => served_to_another(s, client, tokens).await,
        (Some(false), Some(false)) => Ok(introspected),
        _ => Ok(None),
    }
}

/// The introspection of a token, if the server offers that to the client and calls the token active.
async fn introspected(client: &Client, tokens: &Tokens) -> Tried<Option<Reply>> {
    if !client.has_endpoint("introspection_endpoint") {
        return Ok(None);
    }
    let reply = client.introspect(&tokens.access_token).send().await?;
    let is_active = reply.json().is_some_and(|json| json.get("active") == Some(&true.into()));
    Ok(Some(reply).filter(|_| is_active))
}

/// The response of the resource to the token of this client without its key or certificate, or with the other client's certificate,
/// if it serves that.
async fn served_to_another(s: &Session, client: &Client, tokens: &Tokens) -> Tried<Option<Reply>> {
    let call = client.resource(tokens);
    let calls = if s.variant().dpop() {
        vec![call.scheme(Some("Bearer")).without_proof()]
    } else {
        let other = if client.id() == s.one.id() { &s.two } else { &s.one };
        vec![call.clone().identity(None), call.identity(other.settings().identity.clone())]
    };
    for call in calls {
        if let Ok(reply) = call.attempt().await?
            && reply.grants()
        {
            return Ok(Some(reply));
        }
    }
    Ok(None)
}
