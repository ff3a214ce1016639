//! One log line per exchange: its end, in words, with everything that helps to find the reason; for administrative operations also the
//! operation and its objects. Events hold no secret, token, code or cookie, so the log has none either. Every line of a request has the
//! id and the peer of the request, and its interaction id if its endpoint returns one.

use crate::listener::Peer;
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use fapi::{Administration, Claimed, Disposition, Event, PromptKind, UnusableKeys};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tracing::Instrument;
use tracing::field::Empty;

/// The number of requests so far.
static REQUESTS: AtomicU64 = AtomicU64::new(0);

/// Serves a request in a span with its id and its peer. Code that is only in some requests records its fields in this span: the
/// JSON log has the fields of the innermost span alone.
pub(crate) async fn in_span(request: Request, next: Next) -> Response {
    let id = REQUESTS.fetch_add(1, Ordering::Relaxed) + 1;
    let peer = request.extensions().get::<Arc<Peer>>().map(|peer| tracing::field::display(peer.address));
    let span = tracing::error_span!("request", id, peer, interaction_id = Empty);
    next.run(request).instrument(span).await
}

/// Logs an exchange.
pub(crate) fn event(event: &Event) {
    let endpoint = event.endpoint.name();
    let (client, subject, turns) = (event.client.as_deref(), event.subject.as_deref(), event.turns);
    let operation = event.administration.as_ref().map(Administration::name);
    let about = event.administration.as_ref().map(tracing::field::display);
    let unusable_keys = unusable_keys(&event.unusable_keys);
    // They help to understand a refusal. Otherwise they were logged when they were registered or fetched, and that is enough.
    let refused = matches!(event.disposition, Disposition::Refused { .. });
    if let Some(keys) = unusable_keys.as_deref().filter(|_| !refused) {
        tracing::debug!(endpoint, client, keys, "keys not used");
    }
    match &event.disposition {
        Disposition::Accepted if event.unreadable.is_empty() => accepted(event),
        // No version of the library wrote these records: the store is damaged, or not its own.
        Disposition::Accepted => {
            let keys: Vec<_> = event.unreadable.iter().map(ToString::to_string).collect();
            let unreadable = keys.join("; ");
            tracing::error!(
                endpoint,
                operation,
                about,
                client,
                subject,
                turns,
                unreadable,
                "accepted without the records that cannot be read"
            );
        }
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
                        unusable_keys,
                        "client authentication refused"
                    );
                }
                // It is how a client learns the nonce, and no mistake of its own.
                None if error == "use_dpop_nonce" => {
                    tracing::info!(endpoint, client, subject, turns, error, detail, requirements, "DPoP nonce demanded");
                }
                None => {
                    tracing::info!(
                        endpoint,
                        operation,
                        about,
                        client,
                        subject,
                        turns,
                        error,
                        detail,
                        requirements,
                        unusable_keys,
                        "refused"
                    );
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

/// Logs an exchange whose end is a page, and in which the user has decided nothing.
pub(crate) fn shown(event: &Event, prompt: PromptKind) {
    if event.disposition != Disposition::Accepted || !event.unreadable.is_empty() {
        return self::event(event);
    }
    let page = match prompt {
        PromptKind::Consent => "consent",
        PromptKind::SelectAccount => "select_account",
        _ => "login",
    };
    let (client, subject, turns) = (event.client.as_deref(), event.subject.as_deref(), event.turns);
    tracing::info!(endpoint = event.endpoint.name(), client, subject, turns, page, "page shown");
}

/// Logs a login that failed. The name and the password that were sent are not logged, because users mistake one for the other.
pub(crate) fn failed_login(client: &str, user: Option<&str>, reason: &str) {
    tracing::info!(endpoint = "interaction", client, subject = user.unwrap_or("unknown"), reason, "login failed");
}

/// The keys that the exchange did not use, and why; `None` if there are none. Most key sets have keys for other purposes.
fn unusable_keys(sets: &[UnusableKeys]) -> Option<String> {
    let in_words = |unusable: &UnusableKeys| {
        let place = unusable.jwks_uri.as_deref().unwrap_or("jwks");
        let skipped = || unusable.skipped.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
        format!("{place}: {}", unusable.set.as_ref().map_or_else(skipped, ToString::to_string))
    };
    (!sets.is_empty()).then(|| sets.iter().map(in_words).collect::<Vec<_>>().join("; "))
}
