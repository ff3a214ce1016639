//! Introspection ([RFC 7662](https://www.rfc-editor.org/rfc/rfc7662)).

use crate::access_token::{AccessToken, Audiences};
use crate::client::{At, AuthenticatedClient, Presented, authenticate};
use crate::error_code::ErrorCode::{InvalidClient, InvalidRequest};
use crate::event::Concerned;
use crate::exchange::{Decision, Held, Operation, Pause, Positions, Turn};
use crate::grant::{Grant, Refresh};
use crate::inbound::Inbound;
use crate::lookup::token_keys;
use crate::record::RecordKey;
use crate::refusal::Refusal;
use crate::requirement::{rfc6749, rfc7662};
use crate::resource::{is_live, liveness, verify_access_token};
use crate::response::{Response, json};
use crate::scope::Scope;
use crate::sender::Confirmation;
use crate::server::{AuthorizationServer, ServerTurn};
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

/// The members of an active token's reply; an inactive token has only `active`.
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
    aud: Option<&'a Audiences>,
    #[serde(skip_serializing_if = "Option::is_none")]
    iss: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    jti: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    permissions: Option<&'a [String]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    org_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cnf: Option<&'a Confirmation>,
}

impl IntrospectionRequest {
    /// The records that the request itself names: they are read in the first step, with the client.
    fn named(&self, turn: &ServerTurn<'_>) -> Vec<RecordKey> {
        let token = self.token.iter().flat_map(|token| token_keys(turn, token));
        token.chain([turn.server.client_cutoff(self.client.client_id()).0]).collect()
    }
}

impl Operation<Response> for IntrospectionRequest {
    fn decide(&self, turn: &Turn<'_>) -> Result<Decision<Response>, Pause> {
        let turn = self.server.at(turn);
        let (known, ()) = turn.load((self.client.keys(&self.server), self.named(&turn)))?;
        let caller = authenticate(&turn, &self.client, At::Introspection, known)?;
        self.introspect(&caller).spending(caller.client_id(), &caller.spent)
    }
}

impl IntrospectionRequest {
    fn introspect(&self, turn: &AuthenticatedClient<'_>) -> Result<Decision<Response>, Pause> {
        // Authentication prevents others from scanning for tokens, and a public client cannot authenticate.
        rfc7662::CALLER_AUTHORIZED.require(
            turn.client.is_confidential(),
            InvalidClient,
            "The client is public; only clients that authenticate may introspect.",
        )?;
        let token = rfc6749::INVALID_REQUEST.demand(self.token.as_deref(), InvalidRequest, "The parameter token is missing.")?;
        if let Some(answer) = self.access_token(turn, token)? {
            return Ok(answer);
        }
        if let Some(answer) = self.refresh_token(turn, token)? {
            return Ok(answer);
        }
        Ok(answer(turn, &Answer::default()))
    }

    /// An access token that was issued to the caller, or for an API that the caller acts for.
    fn access_token(&self, turn: &AuthenticatedClient<'_>, token: &str) -> Result<Option<Decision<Response>>, Pause> {
        let resource = &self.server.resource;
        let claims = match verify_access_token(resource, turn, token) {
            Ok(claims) => claims,
            Err(Pause::Refuse(refusal)) if refusal.code.blames_peer() => return Ok(None),
            Err(other) => return Err(other),
        };
        let acts_for = |audience| turn.client.terms.introspects.contains(audience);
        if claims.client_id != turn.client_id() && !claims.aud.iter().any(acts_for) {
            return Ok(None);
        }
        // Callers who may not know of the token do not learn which API it is for.
        turn.keeps_rules_of(claims.aud.iter())?;
        let live = turn.load(liveness(resource, &claims))?;
        if turn.now() >= claims.exp || !is_live(&claims, live, turn) {
            return Ok(None);
        }
        if !claims.subject().map_or(Ok(true), |subject| turn.exists(subject))? {
            return Ok(None);
        }
        Ok(Some(answer(turn, &active(&claims)).about(claims.subject()).concerns(claims.concerned())))
    }

    /// A refresh token, which only its own client may ask about.
    fn refresh_token(&self, turn: &AuthenticatedClient<'_>, token: &str) -> Result<Option<Decision<Response>>, Pause> {
        let now = turn.now();
        let refresh = turn.load(turn.key::<Refresh>(turn.digest(token)))?.live(now);
        let Some(refresh) = refresh else { return Ok(None) };
        let cutoffs = turn.server.cutoffs(&refresh.client_id, refresh.subject.as_deref());
        let (grant, ()) = turn.load((turn.key::<Grant>(&refresh.grant), cutoffs))?;
        let grant = grant.live(now);
        let own = |grant: &Held<'_, Grant>| grant.client_id == turn.client_id() && !grant.revoked && grant.awaits(&refresh);
        let Some(grant) = grant.filter(own) else { return Ok(None) };
        turn.keeps_rules_of(&grant.permissions.resources)?;
        let admitted = grant.user.as_ref().map_or(Ok(true), |user| turn.is_still_logged_in(user))?;
        if !admitted || !turn.still_has(turn.client_id(), grant.subject(), &grant.issued_at)? {
            return Ok(None);
        }
        let told = Answer {
            active: true,
            scope: Some(&grant.permissions.scope),
            client_id: Some(&grant.client_id),
            exp: Some(refresh.expires()),
            sub: grant.subject(),
            iss: Some(&turn.settings().issuer),
            ..Answer::default()
        };
        let concerned = Concerned::of_grant(&refresh.grant, &grant.permissions);
        Ok(Some(answer(turn, &told).about(grant.subject()).concerns(concerned)))
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
        permissions: claims.permissions.as_deref(),
        org_id: claims.org_id.as_deref(),
        cnf: claims.cnf.as_ref(),
    }
}

fn answer(turn: &Turn<'_>, told: &Answer<'_>) -> Decision<Response> {
    let mut reply = json(StatusCode::OK, told);
    turn.context.offer_nonce(&mut reply);
    Decision::replies(reply)
}
