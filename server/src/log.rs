//! One log line per exchange: endpoint, client, outcome and violated requirements; for administrative operations also the operation and
//! its objects. Events hold no secret, token, code or cookie,
//! so the log has none either.

use fapi::{Administration, Disposition, Event};

/// Logs an exchange.
pub(crate) fn event(event: &Event) {
    let endpoint = event.endpoint.name();
    // The peer chooses this text until the client is authenticated, so it is logged escaped.
    let client = event.client.as_deref().unwrap_or("-");
    let turns = event.turns;
    let operation = event.administration.as_ref().map(Administration::name);
    let about = event.administration.as_ref().map(tracing::field::display);
    match &event.disposition {
        Disposition::Accepted => tracing::info!(endpoint, operation, about, ?client, turns, "accepted"),
        Disposition::Refused { error, requirements } => {
            let ids: Vec<_> = requirements.iter().map(|requirement| requirement.id).collect();
            let (error, requirements) = (error.name(), ids.join(" "));
            tracing::info!(endpoint, operation, about, ?client, turns, error, requirements, "refused");
        }
        Disposition::Unavailable => tracing::warn!(endpoint, operation, about, ?client, turns, "unavailable"),
        Disposition::CommitUnknown => tracing::error!(endpoint, operation, about, ?client, turns, "commit state unknown"),
        Disposition::Fault(fault) => tracing::error!(endpoint, operation, about, ?client, turns, %fault, "fault"),
        _ => tracing::warn!(endpoint, operation, about, ?client, turns, "unknown disposition"),
    }
}
