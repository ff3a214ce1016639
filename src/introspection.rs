//! Introspection ([RFC 7662](https://www.rfc-editor.org/rfc/rfc7662)).

use crate::authorization::still_logged_in;
use crate::client::{At, AuthenticatedClient, Presented, authenticate};
use crate::exchange::{Decision, Operation, Pause, Positions, Response, Turn};
use crate::grant::{Grant, Refresh};
use crate::inbound::Inbound;
use crate::issue::AccessToken;
use crate::refusal::ErrorCode::{InvalidClient, InvalidRequest};
use crate::refusal::{Refusal, json};
use crate::requirement::{rfc6749, rfc7662};
use crate::resource::{is_live, liveness, verify_access_token};
use crate::scope::Scope;
use crate::sender::Confirmation;
use crate::server::AuthorizationServer;
use crate::time::Timestamp;
use http::StatusCode;
use serde::Serialize;
use std::sync::Arc;

pub(crate) struct IntrospectionRequest {
    server: Arc<AuthorizationServer>,
    client: Presented,
    token: Option<String>,
}

impl IntrospectionRequest {
    pub(crate) fn parse(server: &Arc<AuthorizationServer>, inbound: &Inbound<'_>) -> Result<Self, Refusal> {
        let form = inbound.posted(&server.settings.limits, &rfc6749::TOKEN_REQUEST_IS_POST, &rfc6749::FORM_IS_UTF8)?;
        let client = Presented::parse(inbound, &form)?;
        Ok(Self { server: server.clone(), client, token: form.get("token").map(str::to_owned) })
    }
}

/// The claims of an active token, or only the statement that a token is not active.
#[derive(Serialize, Default)]
struct Answer<'a> {
    active: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<&'a Scope>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    token_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    exp: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    iat: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sub: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    aud: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    iss: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    jti: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cnf: Option<&'a Confirmation>,
}

impl Operation<Response> for IntrospectionRequest {
    fn decide(&self, turn: &Turn<'_>) -> Result<Decision<Response>, Pause> {
        let known = turn.facts.load(self.client.keys(&self.server))?;
        let caller = authenticate(&self.server, turn, &self.client, At::Introspection, known)?;
        self.introspect(turn, &caller).spending(&caller)
    }
}

impl IntrospectionRequest {
    fn introspect(&self, turn: &Turn<'_>, caller: &AuthenticatedClient<'_>) -> Result<Decision<Response>, Pause> {
        // Requiring authentication stops token scanning, and a public client cannot authenticate.
        rfc7662::CALLER_AUTHORIZED.require(caller.client.is_confidential(), InvalidClient)?;
        let token = rfc6749::INVALID_REQUEST.demand(self.token.as_deref(), InvalidRequest)?;
        if let Some(answer) = self.access_token(turn, caller, token)? {
            return Ok(answer);
        }
        if let Some(answer) = self.refresh_token(turn, caller, token)? {
            return Ok(answer);
        }
        Ok(answer(turn, &Answer::default()))
    }

    /// Answers for an access token that was issued to the caller, or for a resource for which the caller may introspect.
    fn access_token(
        &self,
        turn: &Turn<'_>,
        caller: &AuthenticatedClient<'_>,
        token: &str,
    ) -> Result<Option<Decision<Response>>, Pause> {
        let resource = &self.server.resource;
        let claims = match verify_access_token(resource, turn, token) {
            Ok(claims) => claims,
            Err(Pause::Refuse(refusal)) if refusal.code.blames_peer() => return Ok(None),
            Err(other) => return Err(other),
        };
        let live = turn.facts.load(liveness(resource, &claims))?;
        let metadata = &caller.client.metadata;
        let may_know = claims.client_id == metadata.client_id || metadata.introspects.contains(&claims.aud);
        if !may_know || turn.context.now() >= claims.exp || !is_live(&claims, live, turn) {
            return Ok(None);
        }
        Ok(Some(answer(turn, &active(&claims))))
    }

    /// Answers for a refresh token, about which only its own client may ask.
    fn refresh_token(
        &self,
        turn: &Turn<'_>,
        caller: &AuthenticatedClient<'_>,
        token: &str,
    ) -> Result<Option<Decision<Response>>, Pause> {
        let (server, now) = (&self.server, turn.context.now());
        let refresh = turn.facts.load(server.key::<Refresh>(server.digest(token)))?.live(now);
        let Some(refresh) = refresh.filter(|refresh| !refresh.rotated) else { return Ok(None) };
        let grant = turn.facts.load(server.key::<Grant>(&refresh.grant))?.live(now);
        let own = |grant: &crate::exchange::Held<'_, Grant>| grant.client_id == caller.client.client_id() && !grant.revoked;
        let Some(grant) = grant.filter(own) else { return Ok(None) };
        let user = grant.user.as_ref();
        if !user.map_or(Ok(true), |user| still_logged_in(server, turn, user))? {
            return Ok(None);
        }
        let told = Answer {
            active: true,
            scope: Some(&grant.scope),
            client_id: Some(&grant.client_id),
            exp: Some(refresh.expires()),
            sub: grant.subject(),
            iss: Some(&server.settings.issuer),
            ..Answer::default()
        };
        Ok(Some(answer(turn, &told)))
    }
}

fn active(claims: &AccessToken) -> Answer<'_> {
    Answer {
        active: true,
        scope: Some(&claims.scope),
        client_id: Some(&claims.client_id),
        token_type: Some(Confirmation::token_type(claims.cnf.as_ref())),
        exp: Some(claims.exp),
        iat: Some(claims.iat),
        sub: Some(&claims.sub),
        aud: Some(&claims.aud),
        iss: Some(&claims.iss),
        jti: Some(&claims.jti),
        cnf: claims.cnf.as_ref(),
    }
}

fn answer(turn: &Turn<'_>, told: &Answer<'_>) -> Decision<Response> {
    let mut reply = json(StatusCode::OK, told);
    turn.context.offer_nonce(&mut reply);
    Decision::replies(reply)
}
