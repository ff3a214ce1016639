//! One line per exchange: which endpoint, which client, how it ended, on which requirements. Never a secret, token, code or
//! cookie: events have none.

use fapi::{Disposition, Event};

/// Writes the line of an exchange.
pub(crate) fn event(event: &Event) {
    let endpoint = event.endpoint.name();
    // Chosen by the peer until it has proven to be that client: shown escaped.
    let client = event.client.as_deref().unwrap_or("-");
    let turns = event.turns;
    match &event.disposition {
        Disposition::Accepted => tracing::info!(endpoint, ?client, turns, "accepted"),
        Disposition::Refused { error, requirements } => {
            let ids: Vec<_> = requirements.iter().map(|requirement| requirement.id).collect();
            tracing::info!(endpoint, ?client, turns, error = error.name(), requirements = ids.join(" "), "refused");
        }
        Disposition::Unavailable => tracing::warn!(endpoint, ?client, turns, "unavailable"),
        Disposition::CommitUnknown => tracing::error!(endpoint, ?client, turns, "nobody knows whether the commit was applied"),
        Disposition::Fault(fault) => tracing::error!(endpoint, ?client, turns, %fault, "fault"),
        _ => tracing::warn!(endpoint, ?client, turns, "ended in a way this server does not know"),
    }
}
