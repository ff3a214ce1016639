//! Introspection ([RFC 7662](https://www.rfc-editor.org/rfc/rfc7662)).

mod accepted;
mod answer;

use accepted::Accepted;
use answer::{Answer, AnswerForm};

use crate::client::{At, AuthenticatedClient, Presented, authenticate};
use crate::delivery::{AuthenticationChallenge, Delivery};
use crate::error_code::ErrorCode::{InvalidClient, InvalidRequest};
use crate::event::Concerned;
use crate::exchange::{Decision, Held, Operation, Pause, Positions, Turn};
use crate::grant::{Grant, Refresh};
use crate::inbound::{ClientCertificates, Inbound};
use crate::lookup::token_keys;
use crate::record::RecordKey;
use crate::refusal::Refusal;
use crate::requirement::{rfc6749, rfc7662, rfc9701};
use crate::resource::{is_live, liveness, verify_access_token};
use crate::response::Response;
use crate::server::{AuthorizationServer, ServerTurn};
use http::header::AUTHORIZATION;
use std::sync::Arc;

pub(crate) struct IntrospectionRequest {
    server: Arc<AuthorizationServer>,
    client: Presented,
    token: Option<String>,
    accepted: Accepted,
    /// The caller asks for a JWT, and shows nothing to authenticate with.
    is_anonymous: bool,
}

impl IntrospectionRequest {
    pub(crate) fn parse(server: &Arc<AuthorizationServer>, inbound: &Inbound<'_>) -> Result<Self, Refusal> {
        let form = inbound.posted(&server.settings.limits, &rfc6749::TOKEN_REQUEST_IS_POST, &rfc6749::FORM_IS_UTF8)?;
        let accepted = Accepted::of(inbound.headers());
        let shown = inbound.headers().contains_key(AUTHORIZATION)
            || ["client_secret", "client_assertion"].iter().any(|name| form.get(name).is_some())
            || !matches!(inbound.client_certificates(), ClientCertificates::None);
        let is_anonymous = accepted == Accepted::Jwt && !shown;
        let client = Presented::parse(inbound, &form).map_err(|refusal| unauthenticated(refusal, is_anonymous))?;
        let token = form.get("token").map(str::to_owned);
        Ok(Self { server: server.clone(), client, token, accepted, is_anonymous })
    }
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
        let caller = authenticate(&turn, &self.client, At::Introspection, known);
        let caller = caller.map_err(|pause| self.unauthenticated(pause))?;
        self.introspect(&caller).map_err(|pause| self.unauthenticated(pause)).spending(caller.client_id(), &caller.spent)
    }
}

impl IntrospectionRequest {
    fn unauthenticated(&self, pause: Pause) -> Pause {
        match pause {
            Pause::Refuse(refusal) => unauthenticated(refusal, self.is_anonymous).into(),
            other => other,
        }
    }

    fn introspect(&self, turn: &AuthenticatedClient<'_>) -> Result<Decision<Response>, Pause> {
        // Authentication prevents others from scanning for tokens, and a public client cannot authenticate.
        rfc7662::CALLER_AUTHORIZED.require(
            turn.client.is_confidential(),
            InvalidClient,
            "The client is public; only clients that authenticate may introspect.",
        )?;
        let form = AnswerForm::of(turn, self.accepted)?;
        let token = rfc6749::INVALID_REQUEST.demand(self.token.as_deref(), InvalidRequest, "The parameter token is missing.")?;
        if let Some(answer) = self.access_token(turn, form, token)? {
            return Ok(answer);
        }
        if let Some(answer) = self.refresh_token(turn, form, token)? {
            return Ok(answer);
        }
        form.decided(turn, &Answer::default())
    }

    /// An access token that was issued to the caller, or for an API that the caller acts for.
    fn access_token(
        &self,
        turn: &AuthenticatedClient<'_>,
        form: AnswerForm,
        token: &str,
    ) -> Result<Option<Decision<Response>>, Pause> {
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
        let answer = Answer::active(&claims, form.scope(turn, &claims));
        Ok(Some(form.decided(turn, &answer)?.about(claims.subject()).concerns(claims.concerned())))
    }

    /// A refresh token, which only its own client may ask about.
    fn refresh_token(
        &self,
        turn: &AuthenticatedClient<'_>,
        form: AnswerForm,
        token: &str,
    ) -> Result<Option<Decision<Response>>, Pause> {
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
        let told = Answer::refresh(&turn.settings().issuer, grant.get(), refresh.expires());
        let concerned = Concerned::of_grant(&refresh.grant, &grant.permissions);
        Ok(Some(form.decided(turn, &told)?.about(grant.subject()).concerns(concerned)))
    }
}

/// A caller that shows nothing to authenticate with, and asks for a JWT, is told so without a challenge
/// ([RFC 9701 §5](https://www.rfc-editor.org/rfc/rfc9701#section-5)).
fn unauthenticated(refusal: Refusal, is_anonymous: bool) -> Refusal {
    if refusal.code != InvalidClient || !rfc9701::UNAUTHENTICATED_STATUS.broken_unless(!is_anonymous) {
        return refusal;
    }
    let delivery = Some(Delivery::Direct(AuthenticationChallenge::Body));
    Refusal { delivery, ..refusal.also([&rfc9701::UNAUTHENTICATED_STATUS]) }
}
