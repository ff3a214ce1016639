//! Consent that was given before.

use crate::client::ClientTurn;
use crate::exchange::Pause;
use crate::life_cycle::{Consent, Request};
use crate::permissions::Permissions;
use crate::record::Key;
use crate::server::ServerTurn;
use crate::uri::Uri;

/// The rights that the user allowed this client at the same API before. Nothing counts as allowed to a client that cannot prove
/// its identity, at an address that another application could have taken
/// ([RFC 8252 §8.6](https://www.rfc-editor.org/rfc/rfc8252#section-8.6)).
pub(super) fn granted_before(turn: &ClientTurn<'_>, subject: &str, request: &Request) -> Result<Permissions, Pause> {
    let consent = turn.load(consent_key(turn, turn.client_id(), subject, &request.asked.permissions))?;
    let identified = turn.client.is_confidential() || is_https(request.channel.target.uri());
    let consent = consent.live(turn.now()).filter(|_| identified);
    Ok(consent.map(|consent| consent.permissions.clone()).unwrap_or_default())
}

/// Consent is remembered per client, user and API.
pub(super) fn consent_key(turn: &ServerTurn<'_>, client_id: &str, subject: &str, permissions: &Permissions) -> Key<Consent> {
    let api = permissions.resources.join(" ");
    turn.key(turn.digest(&format!("consent\0{client_id}\0{api}\0{subject}")))
}

/// Returns true if only the owner of the URI receives what is sent there. The scheme may be in upper case.
fn is_https(uri: &str) -> bool {
    Uri::split(uri).is_some_and(|uri| uri.has_scheme("https"))
}
