//! One log line per exchange: endpoint, client, outcome and violated requirements. Events hold no secret, token, code or cookie,
//! so the log has none either.

use fapi::{Disposition, Event};

/// Logs an exchange.
pub(crate) fn event(event: &Event) {
    let endpoint = event.endpoint.name();
    // The peer chooses this text until the client is authenticated, so it is logged escaped.
    let client = event.client.as_deref().unwrap_or("-");
    let turns = event.turns;
    match &event.disposition {
        Disposition::Accepted => tracing::info!(endpoint, ?client, turns, "accepted"),
        Disposition::Refused { error, requirements } => {
            let ids: Vec<_> = requirements.iter().map(|requirement| requirement.id).collect();
            tracing::info!(endpoint, ?client, turns, error = error.name(), requirements = ids.join(" "), "refused");
        }
        Disposition::Unavailable => tracing::warn!(endpoint, ?client, turns, "unavailable"),
        Disposition::CommitUnknown => tracing::error!(endpoint, ?client, turns, "commit state unknown"),
        Disposition::Fault(fault) => tracing::error!(endpoint, ?client, turns, %fault, "fault"),
        _ => tracing::warn!(endpoint, ?client, turns, "unknown disposition"),
    }
}
