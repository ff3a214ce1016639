//! Consent that was given before, and the question that is next because of it.

use crate::client::ClientTurn;
use crate::connection;
use crate::exchange::Pause;
use crate::interaction::PromptKind;
use crate::life_cycle::{Asked, Consent, OpenInteraction, Session, Settling};
use crate::permissions::Permissions;
use crate::record::{Key, RecordKey};
use crate::server::ServerTurn;
use crate::uri::Uri;

/// The next question of an interaction, by the client's present terms and the user's present consent; `None` if the interaction can
/// be concluded.
pub(super) fn next_prompt(
    turn: &ClientTurn<'_>,
    open: &OpenInteraction,
    settling: &Settling,
) -> Result<Option<PromptKind>, Pause> {
    let first_party = turn.client.terms.first_party;
    let consented = match &settling.user {
        Some(user) if !first_party => is_granted(turn, &user.subject, &settling.asked, open.channel.target.uri())?,
        _ => first_party,
    };
    let kind = settling.prompt(turn.now(), consented);
    // A login through a connection that the client does not have is none for it.
    let foreign = settling.user.as_ref().is_some_and(|user| {
        let (terms, asked) = (&turn.client.terms, settling.asked.connection.as_deref());
        !connection::admits(turn.settings(), terms, asked, user.connection.as_deref())
    });
    Ok(if foreign && kind != Some(PromptKind::SelectAccount) { Some(PromptKind::Login) } else { kind })
}

/// Returns true if the user allowed this client all of this at the same API before. Nothing counts as allowed to a client that cannot
/// prove its identity, at an address that another application could have taken
/// ([RFC 8252 §8.6](https://www.rfc-editor.org/rfc/rfc8252#section-8.6)).
fn is_granted(turn: &ClientTurn<'_>, subject: &str, asked: &Asked, redirect_uri: &str) -> Result<bool, Pause> {
    let identified = turn.client.is_confidential() || is_https(redirect_uri);
    Ok(identified && granted_before(turn, subject, asked)?.covers(&asked.permissions))
}

/// The rights that the user allowed this client at the same API before, and did not withdraw.
pub(super) fn granted_before(turn: &ClientTurn<'_>, subject: &str, asked: &Asked) -> Result<Permissions, Pause> {
    let Some(consent) = turn.load(consent_key(turn, subject, asked))?.live(turn.now()) else { return Ok(Permissions::default()) };
    let still = turn.still_has(&asked.client_id, Some(subject), &consent.granted_at)?;
    Ok(if still { consent.permissions.clone() } else { Permissions::default() })
}

/// Consent is remembered per client, user and API.
pub(super) fn consent_key(turn: &ServerTurn<'_>, subject: &str, asked: &Asked) -> Key<Consent> {
    let (client_id, api) = (&asked.client_id, asked.permissions.resources.join(" "));
    turn.key(turn.digest(&format!("consent\0{client_id}\0{api}\0{subject}")))
}

/// The records that decide if the user's login counts, and if the user allowed the client what it asks for.
pub(super) fn consent_keys(turn: &ServerTurn<'_>, subject: &str, asked: &Asked) -> Vec<RecordKey> {
    let cutoffs = turn.server.cutoffs(&asked.client_id, Some(subject));
    cutoffs.into_iter().chain([consent_key(turn, subject, asked).0]).collect()
}

/// The records about the client's rights and about the user who is logged in, to be read with the client.
pub(super) fn needed_later(turn: &ServerTurn<'_>, settling: &Settling) -> Vec<RecordKey> {
    let session = settling.session.as_ref().map(|digest| turn.key::<Session>(digest).0);
    let rights = match &settling.user {
        Some(user) => consent_keys(turn, &user.subject, &settling.asked),
        None => turn.server.cutoffs(&settling.asked.client_id, None),
    };
    session.into_iter().chain(rights).collect()
}

/// Returns true if only the owner of the URI receives what is sent there. The scheme may be in upper case.
fn is_https(uri: &str) -> bool {
    Uri::split(uri).is_some_and(|uri| uri.has_scheme("https"))
}
