//! Refresh tokens ([RFC 6749 §6](https://www.rfc-editor.org/rfc/rfc6749#section-6)).

use super::replacement::{Attempt, Use};
use super::response::response;
use super::{GrantRow, TokenRequest, rotation};
use crate::access::{self, Audience, Entitled, Wanted};
use crate::client::AuthenticatedClient;
use crate::error_code::ErrorCode::{InvalidGrant, InvalidRequest, InvalidScope};
use crate::exchange::{Decision, Held, Pause};
use crate::grant::{Grant, Refresh, Replaced};
use crate::issue::{Issue, issue};
use crate::policy::Rotation;
use crate::reason::Reason;
use crate::record::{Key, RecordKey, Write};
use crate::refusal::Refusal;
use crate::requirement::{rfc6749, rfc8705, rfc9449, rfc9700};
use crate::response::Response;
use crate::scope::Scope;
use crate::sender::Confirmation;
use crate::server::ServerTurn;

pub(super) const GRANT: GrantRow = GrantRow { grant_type: "refresh_token", keys, redeem };

fn keys(request: &TokenRequest, turn: &ServerTurn<'_>) -> Vec<RecordKey> {
    let refresh = key(request, turn).map(|key| key.0);
    refresh.into_iter().chain([turn.server.client_cutoff(request.client.client_id()).0]).collect()
}

fn key(request: &TokenRequest, turn: &ServerTurn<'_>) -> Option<Key<Refresh>> {
    Some(turn.key(turn.digest(request.form.get("refresh_token")?)))
}

fn redeem(request: &TokenRequest, turn: &AuthenticatedClient<'_>) -> Result<Decision<Response>, Pause> {
    let now = turn.now();
    let refresh = turn.load(rfc6749::INVALID_REQUEST.demand(
        key(request, turn),
        InvalidRequest,
        "The parameter refresh_token is missing.",
    )?)?;
    let refresh =
        rfc6749::INVALID_GRANT.demand(refresh.live(now), InvalidGrant, "The refresh token is unknown or has expired.")?;
    let cutoffs = turn.server.cutoffs(turn.client_id(), refresh.subject.as_deref());
    let (grant, ()) = turn.load((turn.key::<Grant>(&refresh.grant), cutoffs))?;
    let grant = rfc6749::INVALID_GRANT.demand(grant.live(now), InvalidGrant, "The grant of the refresh token has ended.")?;
    rfc6749::REFRESH_BOUND_TO_CLIENT.require(
        grant.client_id == turn.client_id(),
        InvalidGrant,
        "The refresh token was issued to another client.",
    )?;
    rfc6749::INVALID_GRANT.require(!grant.revoked, InvalidGrant, "The grant of the refresh token was revoked.")?;
    if let Some(user) = &grant.user {
        rfc6749::INVALID_GRANT.require(
            turn.is_still_logged_in(user)?,
            InvalidGrant,
            "The user of the refresh token is gone or was logged out.",
        )?;
    }
    let still = turn.still_has(turn.client_id(), grant.subject(), &grant.issued_at)?;
    rfc6749::INVALID_GRANT.require(
        still,
        InvalidGrant,
        "The client or the user was removed after the refresh token was issued.",
    )?;
    let at_api = turn.for_api_of(&grant.permissions);
    let proven = at_api.as_ref().ok().and_then(|turn| request.binding(turn).ok());
    let attempt = Attempt { token: refresh.id(), refresh: &refresh, sender: proven.as_ref().map(Option::as_ref), now };
    let using = attempt.judge(&grant, turn.settings().lifetimes.refresh_retry_window);
    if using == Use::Replay {
        let revoked = grant.replace(&grant.revoke(), grant.expires());
        return Err(rfc9700::REFRESH_REPLAY
            .refuse(InvalidGrant, "The refresh token was used before, in exchange for another; its grant is now revoked.")
            .writing([revoked])
            .into());
    }
    let replaced = attempt.replaces();
    let turn = &at_api?;
    let binding = request.binding(turn)?;
    same_sender(&refresh, binding.as_ref())?;
    let rotation = rotation::at_use(turn, refresh.binding.is_some())?;
    let terms = &turn.client.terms;
    let audience = access::granted(turn.settings(), terms, &request.parameters(), &grant.permissions.resources)?;
    access::still_offline(&turn.policy, audience, &grant.permissions.scope)?;
    let entitled = still_entitled(request, turn, &grant, audience)?;

    let root = refresh.grant.clone();
    let issued = issue(turn, Issue { root: &root, grant: &grant, audience, entitled, organization: None, binding, nonce: None })?;
    let (next, writes) = renew(turn, &refresh, &grant, rotation, (using, replaced));
    let reply = response(turn, &issued, next.as_deref());
    let event = issued.event(next.is_some());
    Ok(Decision::commits(reply, writes).and(issued.writes).about(grant.subject()).issues(event))
}

/// What the client may still have of the requested scope, at most the granted one
/// ([RFC 6749 §6](https://www.rfc-editor.org/rfc/rfc6749#section-6)).
fn still_entitled(
    request: &TokenRequest,
    turn: &AuthenticatedClient<'_>,
    grant: &Grant,
    audience: Audience<'_>,
) -> Result<Entitled, Pause> {
    let sent = request.form.get("scope").map(Scope::parse).transpose();
    let sent = sent.map_err(|error| error.refuse(InvalidScope, "scope"))?;
    let original = &grant.permissions.scope;
    let wanted = Wanted { scope: sent.as_ref(), original: Some(original) };
    let subject = grant.subject().unwrap_or_default();
    let entitled = access::of_user(turn, audience, subject, wanted, grant.customized.as_ref())?;
    Ok(entitled.required(&rfc6749::REFRESH_SCOPE, InvalidScope, "The client may have none of this scope any more.")?)
}

/// Keeps the token, or replaces it. Grant and token have the same lifetime, which is prolonged only when half of it is over, so
/// that a refresh that keeps its token rarely writes.
fn renew(
    turn: &AuthenticatedClient<'_>,
    refresh: &Held<'_, Refresh>,
    grant: &Held<'_, Grant>,
    rotation: Rotation,
    (using, replaced): (Use, Replaced),
) -> (Option<String>, Vec<Write>) {
    let lifetime = turn.settings().lifetimes.grant;
    let half_over = grant.expires().since(turn.now()) < u64::from(lifetime / 2);
    let until = if half_over { turn.after(lifetime) } else { grant.expires() };
    let next = |until| {
        let handle = turn.handle("refresh token");
        let next = Refresh { generation: refresh.generation.saturating_add(1), ..refresh.get().clone() };
        (handle.as_str().to_owned(), turn.key(handle.digest(turn.primitives)).insert(&next, until))
    };
    match using {
        Use::First if rotation == Rotation::Rotate => {
            let (handle, stored) = next(until);
            (Some(handle), vec![grant.replace(&grant.with_replaced(replaced), until), stored])
        }
        Use::First if half_over => (None, vec![grant.replace(grant.get(), until), refresh.replace(refresh.get(), until)]),
        Use::First => (None, vec![]),
        // The token was replaced once, even if the policy would keep it today, and its grant prolonged.
        Use::Retry | Use::Replay => {
            let (handle, stored) = next(grant.expires());
            (Some(handle), vec![stored])
        }
    }
}

/// A public client proves the key its refresh token is bound to; a confidential one may change keys.
fn same_sender(refresh: &Refresh, binding: Option<&Confirmation>) -> Result<(), Refusal> {
    match &refresh.binding {
        None => Ok(()),
        Some(bound @ Confirmation::Key(_)) => rfc9449::PUBLIC_REFRESH_BOUND.require(
            binding == Some(bound),
            InvalidGrant,
            "The refresh token is bound to a DPoP key that this request does not prove.",
        ),
        Some(bound @ Confirmation::Certificate(_)) => rfc8705::PUBLIC_REFRESH_BOUND.require(
            binding == Some(bound),
            InvalidGrant,
            "The refresh token is bound to a client certificate that this request does not have.",
        ),
    }
}
