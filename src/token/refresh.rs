//! Refresh tokens ([RFC 6749 §6](https://www.rfc-editor.org/rfc/rfc6749#section-6)).

use super::TokenRequest;
use super::response::response;
use crate::authorization::{still_logged_in, still_may_have};
use crate::client::AuthenticatedClient;
use crate::exchange::{Decision, Entry, Held, Pause, Response, Turn};
use crate::grant::{Grant, Refresh};
use crate::issue::{AccessToken, id_token};
use crate::policy::Rotation;
use crate::record::Write;
use crate::refusal::ErrorCode::{InvalidGrant, InvalidScope};
use crate::refusal::Refusal;
use crate::requirement::{rfc6749, rfc8705, rfc9449, rfc9700};
use crate::scope::Scope;
use crate::sender::Confirmation;

impl TokenRequest {
    pub(super) fn refresh(
        &self,
        turn: &Turn<'_>,
        caller: &AuthenticatedClient<'_>,
        refresh: Entry<'_, Refresh>,
    ) -> Result<Decision<Response>, Pause> {
        let (server, now) = (&self.server, turn.context.now());
        let refresh = rfc6749::INVALID_GRANT.demand(refresh.live(now), InvalidGrant)?;
        let grant = turn.facts.load(server.key::<Grant>(&refresh.grant))?.live(now);
        let grant = rfc6749::INVALID_GRANT.demand(grant, InvalidGrant)?;
        rfc6749::REFRESH_BOUND_TO_CLIENT.require(grant.client_id == caller.client.client_id(), InvalidGrant)?;
        rfc6749::INVALID_GRANT.require(!grant.revoked, InvalidGrant)?;
        if let Some(user) = &grant.user {
            rfc6749::INVALID_GRANT.require(still_logged_in(server, turn, user)?, InvalidGrant)?;
        }
        if refresh.rotated {
            let revoked = grant.replace(&grant.revoke(), grant.expires());
            return Err(rfc9700::REFRESH_REPLAY.refuse(InvalidGrant).writing([revoked]).into());
        }
        let scope = still_may_have(server, &caller.client, &self.narrowed(&grant)?);
        rfc6749::REFRESH_SCOPE.require(!scope.is_empty(), InvalidScope)?;
        let binding = self.binding(turn, caller)?;
        still_held(&refresh, binding.as_ref())?;

        let root = refresh.grant.clone();
        let claims = AccessToken::of(server, turn, caller, &root, &grant, scope.clone(), binding);
        let (access_token, stored) = claims.mint(server, turn, caller.policy)?;
        let id_token = match scope.contains("openid") {
            true => Some(id_token(server, turn, caller, &grant, None, &access_token)?),
            false => None,
        };
        let (next, mut writes) = self.renew(turn, caller, &refresh, &grant);
        writes.extend(stored);
        let reply = response(turn, &claims, &access_token, next.as_deref(), id_token.as_deref());
        let decision = Decision::commits(reply, writes);
        Ok(match grant.subject() {
            Some(subject) => decision.about(subject),
            None => decision,
        })
    }

    /// At most what was granted ([RFC 6749 §6](https://www.rfc-editor.org/rfc/rfc6749#section-6)).
    fn narrowed(&self, grant: &Grant) -> Result<Scope, Refusal> {
        let Some(sent) = self.form.get("scope") else { return Ok(grant.scope.clone()) };
        let sent = Scope::parse(sent).map_err(|error| error.basis().refuse(InvalidScope))?;
        rfc6749::REFRESH_SCOPE.require(sent.is_subset(&grant.scope), InvalidScope)?;
        Ok(sent)
    }

    /// Keeps the token, or puts another in its place. Grant and token live equally long, which is prolonged only when half of
    /// it is over, so that a refresh seldom writes.
    fn renew(
        &self,
        turn: &Turn<'_>,
        caller: &AuthenticatedClient<'_>,
        refresh: &Held<'_, Refresh>,
        grant: &Held<'_, Grant>,
    ) -> (Option<String>, Vec<Write>) {
        let (server, now) = (&self.server, turn.context.now());
        let lifetime = server.settings.lifetimes.grant;
        let until = now.after(lifetime);
        let mut writes = vec![];
        let half_over = refresh.expires().since(now) < u64::from(lifetime / 2);
        if half_over {
            writes.push(grant.replace(grant.get(), until));
        }
        if self.rotation(caller, refresh.binding.is_some()) == Some(Rotation::Rotate) {
            let handle = turn.context.handle(turn.primitives, "refresh token");
            let mut next = refresh.get().clone();
            next.rotated = false;
            writes.push(refresh.replace(&Refresh { rotated: true, ..refresh.get().clone() }, refresh.expires()));
            let next_until = if half_over { until } else { refresh.expires() };
            writes.push(server.key(handle.digest(turn.primitives)).insert(&next, next_until));
            return (Some(handle.as_str().to_owned()), writes);
        }
        if half_over {
            writes.push(refresh.replace(refresh.get(), until));
        }
        (None, writes)
    }
}

/// A public client proves the key its refresh token is bound to; a confidential one may change keys.
fn still_held(refresh: &Refresh, binding: Option<&Confirmation>) -> Result<(), Refusal> {
    match &refresh.binding {
        None => Ok(()),
        Some(bound @ Confirmation::Key(_)) => rfc9449::PUBLIC_REFRESH_BOUND.require(binding == Some(bound), InvalidGrant),
        Some(bound @ Confirmation::Certificate(_)) => rfc8705::PUBLIC_REFRESH_BOUND.require(binding == Some(bound), InvalidGrant),
    }
}
