//! One log line per exchange: its end, in words, with everything that helps to find the reason; for administrative operations also the
//! operation and its objects. Events hold no secret, token, code or cookie, so the log has none either. Every line of a request has the
//! id and the peer of the request.

use crate::listener::Peer;
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use fapi::{Administration, Claimed, Disposition, Event, UnusableKeys};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tracing::Instrument;

/// The number of requests so far.
static REQUESTS: AtomicU64 = AtomicU64::new(0);

/// Serves a request in a span with its id and its peer.
pub(crate) async fn in_span(request: Request, next: Next) -> Response {
    let id = REQUESTS.fetch_add(1, Ordering::Relaxed) + 1;
    let peer = request.extensions().get::<Arc<Peer>>().map(|peer| tracing::field::display(peer.address));
    let span = tracing::error_span!("request", id, peer);
    next.run(request).instrument(span).await
}

/// Logs an exchange.
pub(crate) fn event(event: &Event) {
    let endpoint = event.endpoint.name();
    let (client, subject, turns) = (event.client.as_deref(), event.subject.as_deref(), event.turns);
    let operation = event.administration.as_ref().map(Administration::name);
    let about = event.administration.as_ref().map(tracing::field::display);
    for unusable in &event.unusable_keys {
        unusable_keys(client, unusable);
    }
    match &event.disposition {
        Disposition::Accepted => accepted(event),
        Disposition::Refused { error, detail, requirements } => {
            let ids: Vec<_> = requirements.iter().map(|requirement| requirement.id).collect();
            let (error, requirements) = (error.name(), ids.join(" "));
            let detail = detail.as_str();
            match &event.claimed {
                Some(claimed) => {
                    let Claimed { client_id, method, kid, .. } = &**claimed;
                    tracing::info!(
                        endpoint,
                        claimed_client = client_id.as_deref(),
                        method,
                        kid = kid.as_deref(),
                        certificate_subject = claimed.certificate_subject.as_deref(),
                        certificate_issuer = claimed.certificate_issuer.as_deref(),
                        registered_subject = claimed.registered_subject.as_deref(),
                        turns,
                        error,
                        detail,
                        requirements,
                        "client authentication refused"
                    );
                }
                // It is how a client learns the nonce, and no mistake of its own.
                None if error == "use_dpop_nonce" => {
                    tracing::info!(endpoint, client, subject, turns, error, detail, requirements, "DPoP nonce demanded");
                }
                None => {
                    tracing::info!(endpoint, operation, about, client, subject, turns, error, detail, requirements, "refused");
                }
            }
        }
        Disposition::Unavailable => {
            let claimed = event.claimed.as_ref().and_then(|claimed| claimed.client_id.as_deref());
            tracing::warn!(endpoint, operation, about, client, claimed_client = claimed, subject, turns, "unavailable");
        }
        Disposition::CommitUnknown => tracing::error!(endpoint, operation, about, client, subject, turns, "commit state unknown"),
        Disposition::Fault(fault) => tracing::error!(endpoint, operation, about, client, subject, turns, %fault, "fault"),
        _ => tracing::warn!(endpoint, operation, about, client, subject, turns, "unknown disposition"),
    }
}

fn accepted(event: &Event) {
    let (issued, concerned) = (event.issued.as_ref(), event.concerned.as_deref());
    let grant = issued.and_then(|issued| issued.grant.as_deref()).or(concerned.and_then(|it| it.grant.as_deref()));
    let scope = issued.map(|issued| &issued.scope).or(concerned.map(|it| &it.scope)).map(ToString::to_string);
    let api = issued.and_then(|issued| issued.audience.as_deref()).or(concerned.and_then(|it| it.audience.as_deref()));
    tracing::info!(
        endpoint = event.endpoint.name(),
        operation = event.administration.as_ref().map(Administration::name),
        about = event.administration.as_ref().map(tracing::field::display),
        client = event.client.as_deref(),
        subject = event.subject.as_deref(),
        grant,
        scope,
        api,
        turns = event.turns,
        "accepted"
    );
}

/// Logs a login that failed. The name and the password that were sent are not logged, because users mistake one for the other.
pub(crate) fn failed_login(client: &str, user: Option<&str>, reason: &str) {
    tracing::info!(endpoint = "interaction", client, subject = user.unwrap_or("unknown"), reason, "login failed");
}

/// Most key sets have keys for other purposes, so only a set that cannot be used at all is worth a warning.
fn unusable_keys(client: Option<&str>, unusable: &UnusableKeys) {
    let place = unusable.jwks_uri.as_deref().unwrap_or("jwks");
    if let Some(reason) = &unusable.set {
        tracing::warn!(client, place, %reason, "key set cannot be used");
    } else {
        let keys: Vec<_> = unusable.skipped.iter().map(ToString::to_string).collect();
        tracing::info!(client, place, keys = keys.join("; "), "keys skipped");
    }
}
