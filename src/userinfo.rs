//! The userinfo endpoint ([OpenID Connect Core §5.3](https://openid.net/specs/openid-connect-core-1_0.html#UserInfo)).

use crate::access::is_signed_with_a_public_key;
use crate::access_token::AccessToken;
use crate::claims;
use crate::client::Client;
use crate::error_code::ErrorCode::{InsufficientScope, InvalidToken, MethodNotAllowed};
use crate::exchange::{ClaimsRequest, Decision, Operation, Pause, Positions, Turn};
use crate::grant::Grant;
use crate::inbound::Inbound;
use crate::jose::{Json, Object};
use crate::refusal::Refusal;
use crate::requirement::{ocp, oidcc, rfc6750};
use crate::resource::PresentedToken;
use crate::response::{Response, json};
use crate::scope::Scope;
use crate::server::{AuthorizationServer, ServerTurn};
use crate::settings::{Settings, UserinfoAudience};
use http::{Method, StatusCode};
use std::sync::Arc;

pub(crate) struct UserinfoRequest {
    server: Arc<AuthorizationServer>,
    presented: PresentedToken,
}

impl UserinfoRequest {
    pub(crate) fn parse(server: &Arc<AuthorizationServer>, inbound: &Inbound<'_>) -> Result<Self, Refusal> {
        let served = matches!(*inbound.method(), Method::GET | Method::POST);
        oidcc::USERINFO_SERVED.require(served, MethodNotAllowed("GET, POST"), "The method is neither GET nor POST.")?;
        inbound.admit(&server.settings.limits)?;
        let form = if inbound.method() == Method::POST { inbound.form_body(&server.settings.limits)? } else { None };
        let target = server.settings.address(inbound, |endpoints| &endpoints.userinfo);
        let presented = PresentedToken::parse(&server.resource, inbound, target, form.as_ref())?;
        Ok(Self { server: server.clone(), presented })
    }
}

impl Operation<Response> for UserinfoRequest {
    fn decide(&self, turn: &Turn<'_>) -> Result<Decision<Response>, Pause> {
        let turn = self.server.at(turn);
        let (token, spent) = self.presented.admit(&self.server.resource, &turn, None)?;
        let told = for_userinfo(turn.settings(), &token).map_err(Pause::from).and_then(|()| self.tell(&turn, &token));
        let told = told.map(|decision| decision.and(spent.clone()));
        let told = told.map_err(|pause| match pause {
            Pause::Refuse(refusal) if refusal.code.blames_peer() => refusal.writing(spent).into(),
            other => other,
        });
        told.attributed_to(&token.client_id)
    }
}

impl UserinfoRequest {
    fn tell(&self, turn: &ServerTurn<'_>, token: &AccessToken) -> Result<Decision<Response>, Pause> {
        rfc6750::SCOPE_COVERS.require(
            token.scope.contains("openid"),
            InsufficientScope,
            "The access token does not have the scope openid.",
        )?;
        let subject = oidcc::USERINFO_ERRORS.demand(token.subject(), InvalidToken, "The access token is not about a user.")?;
        let grant = turn.load(turn.key::<Grant>(&token.grant))?.live(turn.now());
        let grant = rfc6750::TOKEN_LIVE.demand(grant, InvalidToken, "The grant of the access token has ended.")?;
        rfc6750::TOKEN_LIVE.require(turn.exists(subject)?, InvalidToken, "The user of the access token is gone.")?;
        let mut claims = Object::default().with("sub", subject);
        let named = self.named_in_scope(turn, token)?;
        let names = self.names(&token.scope, &grant, named);
        if !names.is_empty() {
            let request = ClaimsRequest::new(subject, names.clone(), grant.claims_locales.clone());
            for (name, value) in turn.facts.claims(request)? {
                if *value != Json::Null && names.contains(name) && fits(&grant, name, value) {
                    claims.insert(name.clone(), value.clone());
                }
            }
        }
        let mut reply = json(StatusCode::OK, &claims);
        turn.context.offer_nonce(&mut reply);
        Ok(Decision::replies(reply).about(Some(subject)).concerns(token.concerned()))
    }

    /// Returns the claims whose names a client of the older pipeline asked for as scope tokens, which no other client can (`OCP-PIPE-06`,
    /// `OCP-PIPE-07`).
    fn named_in_scope(&self, turn: &ServerTurn<'_>, token: &AccessToken) -> Result<Vec<String>, Pause> {
        let settings = turn.settings();
        let is_claim = |token: &&str| !settings.scopes.contains(token) && settings.claims.iter().any(|claim| claim == token);
        let named: Vec<_> = token.scope.iter().filter(is_claim).map(str::to_owned).collect();
        if named.is_empty() {
            return Ok(named);
        }
        let client = turn.load(turn.key::<Client>(&token.client_id))?.live(turn.now());
        let older = client.is_some_and(|client| !client.terms.oidc_conformant);
        Ok(if ocp::pipe::ATTRIBUTE_SCOPES.broken_unless(older) { vec![] } else { named })
    }

    /// Returns the claims that are requested by scope or by name and that the host may know.
    fn names(&self, scope: &Scope, grant: &Grant, named: Vec<String>) -> Vec<String> {
        let by_scope = claims::of_scope(scope).map(str::to_owned);
        let by_name = grant.claims.userinfo.iter().map(|request| request.name.clone());
        // None of them is one of `OWN_CLAIMS`, such as `sub`.
        let known = &self.server.settings.claims;
        let mut names: Vec<_> = by_scope.chain(by_name).chain(named).collect();
        names.retain(|name| known.contains(name));
        names.sort();
        names.dedup();
        names
    }
}

/// Checks that a token is for userinfo: it says so, or every token with the scope does and an API cannot have made it.
fn for_userinfo(settings: &Settings, token: &AccessToken) -> Result<(), Refusal> {
    let listed = token.aud.contains(&settings.endpoints.userinfo);
    let implied = settings.switches.userinfo_audience == UserinfoAudience::Implied
        && token.aud.iter().all(|identifier| settings.api(identifier).is_some_and(is_signed_with_a_public_key));
    ocp::pipe::USERINFO_TOO.require(listed || implied, InvalidToken, "The access token is not for userinfo.")
}

/// Returns true if the value may be returned: a claim that was requested with a value is returned only with that value.
fn fits(grant: &Grant, name: &str, value: &Json) -> bool {
    grant.claims.userinfo.iter().filter(|request| request.name == name).all(|request| request.takes(value))
}
