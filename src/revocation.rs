//! Revocation ([RFC 7009](https://www.rfc-editor.org/rfc/rfc7009)).

mod subject;

pub(crate) use subject::SubjectRevocation;
pub use subject::SubjectRevoked;

use crate::access_token::AccessToken;
use crate::client::{At, AuthenticatedClient, Presented, authenticate};
use crate::error_code::ErrorCode::{InvalidGrant, InvalidRequest};
use crate::event::Concerned;
use crate::exchange::{Decision, Operation, Pause, Positions, Turn};
use crate::grant::{Grant, Refresh};
use crate::inbound::Inbound;
use crate::lookup::token_keys;
use crate::record::{Key, Write};
use crate::refusal::Refusal;
use crate::requirement::{rfc6749, rfc7009};
use crate::resource::{revocation_mark, verify_access_token};
use crate::response::{Response, empty, no_store};
use crate::sender::UseMarker;
use crate::server::AuthorizationServer;
use crate::time::MARGIN;
use http::StatusCode;
use std::sync::Arc;

pub(crate) struct RevocationRequest {
    server: Arc<AuthorizationServer>,
    client: Presented,
    token: Option<String>,
}

impl RevocationRequest {
    pub(crate) fn parse(server: &Arc<AuthorizationServer>, inbound: &Inbound<'_>) -> Result<Self, Refusal> {
        let form = inbound.posted(&server.settings.limits, &rfc6749::TOKEN_REQUEST_IS_POST, &rfc6749::FORM_IS_UTF8)?;
        let client = Presented::parse(inbound, &form)?;
        Ok(Self { server: server.clone(), client, token: form.get("token").map(str::to_owned) })
    }
}

/// A token of the caller's; there is nothing to write for one that is dead already.
struct Revoked {
    write: Option<Write>,
    subject: Option<String>,
    concerned: Concerned,
}

impl Operation<Response> for RevocationRequest {
    fn decide(&self, turn: &Turn<'_>) -> Result<Decision<Response>, Pause> {
        let turn = self.server.at(turn);
        let named = self.token.as_deref().map(|token| token_keys(&turn, token)).unwrap_or_default();
        let (known, ()) = turn.load((self.client.keys(&self.server), named))?;
        let caller = authenticate(&turn, &self.client, At::Revocation, known)?;
        self.revoke(&caller).spending(caller.client_id(), &caller.spent)
    }
}

impl RevocationRequest {
    fn revoke(&self, turn: &AuthenticatedClient<'_>) -> Result<Decision<Response>, Pause> {
        let token = rfc6749::INVALID_REQUEST.demand(self.token.as_deref(), InvalidRequest, "The parameter token is missing.")?;
        let revoked = match self.refresh_token(turn, token)? {
            Some(revoked) => Some(revoked),
            None => self.access_token(turn, token)?,
        };
        let mut reply = empty(StatusCode::OK);
        no_store(&mut reply);
        turn.context.offer_nonce(&mut reply);
        let Some(Revoked { write, subject, concerned }) = revoked else { return Ok(Decision::replies(reply)) };
        let decision = match write {
            Some(write) => Decision::commits(reply, [write]),
            None => Decision::replies(reply),
        };
        Ok(decision.about(subject.as_deref()).concerns(concerned))
    }

    /// Revokes a refresh token with its grant, and so every access token
    /// ([§2.1](https://www.rfc-editor.org/rfc/rfc7009#section-2.1)).
    fn refresh_token(&self, turn: &AuthenticatedClient<'_>, token: &str) -> Result<Option<Revoked>, Pause> {
        let now = turn.now();
        let Some(refresh) = turn.load(turn.key::<Refresh>(turn.digest(token)))?.live(now) else { return Ok(None) };
        let Some(grant) = turn.load(turn.key::<Grant>(&refresh.grant))?.live(now) else { return Ok(None) };
        rfc7009::REVOKED_BY_OWNER.require(
            grant.client_id == turn.client_id(),
            InvalidGrant,
            "The token was issued to another client.",
        )?;
        turn.keeps_rules_of(&grant.permissions.resources)?;
        let write = Some(grant.replace(&grant.revoke(), grant.expires()));
        let concerned = Concerned::of_grant(&refresh.grant, &grant.permissions);
        Ok(Some(Revoked { write, subject: grant.subject().map(str::to_owned), concerned }))
    }

    /// Revokes only an access token.
    fn access_token(&self, turn: &AuthenticatedClient<'_>, token: &str) -> Result<Option<Revoked>, Pause> {
        let claims: AccessToken = match verify_access_token(&self.server.resource, turn, token) {
            Ok(claims) => claims,
            Err(Pause::Refuse(refusal)) if refusal.code.blames_peer() => return Ok(None),
            Err(other) => return Err(other),
        };
        rfc7009::REVOKED_BY_OWNER.require(
            claims.client_id == turn.client_id(),
            InvalidGrant,
            "The token was issued to another client.",
        )?;
        turn.keeps_rules_of(claims.aud.iter())?;
        let key: Key<UseMarker> = turn.key(turn.digest(&revocation_mark(&claims.jti)));
        let mark = turn.load(key)?;
        // A token that has just expired here is still valid by a clock that is behind.
        let ends = claims.exp.after(MARGIN);
        let dead = mark.is_live(turn.now()) || turn.now() >= ends;
        let write = (!dead).then(|| mark.insert(&UseMarker {}, ends));
        Ok(Some(Revoked { write, subject: claims.subject().map(str::to_owned), concerned: claims.concerned() }))
    }
}
