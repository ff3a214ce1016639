//! The token endpoint ([RFC 6749 §3.2](https://www.rfc-editor.org/rfc/rfc6749#section-3.2)).

mod client_credentials;
mod code;
mod refresh;
mod response;

use crate::authorization::AuthorizationCode;
use crate::client::{At, AuthenticatedClient, Presented, authenticate};
use crate::exchange::{Decision, Operation, Pause, Positions, Response, Turn};
use crate::form::Form;
use crate::grant::Refresh;
use crate::inbound::Inbound;
use crate::policy::SenderConstraints;
use crate::record::Key;
use crate::refusal::ErrorCode::{InvalidRequest, UnauthorizedClient, UnsupportedGrantType};
use crate::refusal::Refusal;
use crate::requirement::rfc6749;
use crate::sender::{Confirmation, Proof, UseMarker};
use crate::server::AuthorizationServer;
use std::sync::Arc;

pub(crate) struct TokenRequest {
    server: Arc<AuthorizationServer>,
    form: Form,
    client: Presented,
    proof: Option<Proof>,
}

/// What is read with the client, because the wire alone names it.
enum Named {
    Code(Key<AuthorizationCode>),
    Refresh(Key<Refresh>),
}

impl TokenRequest {
    pub(crate) fn parse(server: &Arc<AuthorizationServer>, inbound: &Inbound<'_>) -> Result<Self, Refusal> {
        let form = inbound.posted(&server.settings.limits, &rfc6749::TOKEN_REQUEST_IS_POST, &rfc6749::FORM_IS_UTF8)?;
        let client = Presented::parse(inbound, &form)?;
        let target = server.settings.address(inbound, |endpoints| &endpoints.token);
        let proof = Proof::parse(inbound, target, server.settings.primitives)?;
        Ok(Self { server: server.clone(), form, client, proof })
    }

    fn named(&self) -> Option<Named> {
        match self.form.get("grant_type")? {
            "authorization_code" => Some(Named::Code(self.server.key(self.server.digest(self.form.get("code")?)))),
            "refresh_token" => Some(Named::Refresh(self.server.key(self.server.digest(self.form.get("refresh_token")?)))),
            _ => None,
        }
    }
}

impl Operation<Response> for TokenRequest {
    fn decide(&self, turn: &Turn<'_>) -> Result<Decision<Response>, Pause> {
        let server = &self.server;
        let mark: Option<Key<UseMarker>> = self.proof.as_ref().map(|proof| server.key(server.digest(&proof.mark())));
        let (code, refresh) = match self.named() {
            Some(Named::Code(key)) => (Some(key), None),
            Some(Named::Refresh(key)) => (None, Some(key)),
            None => (None, None),
        };
        let (known, used, code, refresh) = turn.facts.load((self.client.keys(server), mark, code, refresh))?;
        let mut caller = authenticate(server, turn, &self.client, At::Token, known)?;
        let decided = self.prove_key(turn, &mut caller, used.as_ref()).and_then(|()| {
            let grant_type = rfc6749::INVALID_REQUEST.demand(self.form.get("grant_type"), InvalidRequest)?;
            crate::resource::indicated(server, &self.form)?;
            match grant_type {
                "authorization_code" => {
                    self.may_use(&caller, grant_type)?;
                    self.redeem(turn, &caller, rfc6749::INVALID_REQUEST.demand(code, InvalidRequest)?)
                }
                "refresh_token" => {
                    self.may_use(&caller, grant_type)?;
                    self.refresh(turn, &caller, rfc6749::INVALID_REQUEST.demand(refresh, InvalidRequest)?)
                }
                "client_credentials" => {
                    self.may_use(&caller, grant_type)?;
                    self.client_credentials(turn, &caller)
                }
                _ => Err(unserved(grant_type).into()),
            }
        });
        decided.spending(&caller)
    }
}

impl TokenRequest {
    /// Checks the proof, if there is one; it is used up however the request ends.
    fn prove_key(
        &self,
        turn: &Turn<'_>,
        caller: &mut AuthenticatedClient<'_>,
        used: Option<&crate::exchange::Entry<'_, UseMarker>>,
    ) -> Result<(), Pause> {
        if let (Some(proof), Some(used)) = (&self.proof, used) {
            let spent = proof.check(turn, &self.server.settings.fit(caller.policy), used)?;
            caller.spent.push(spent);
        }
        Ok(())
    }

    fn may_use(&self, caller: &AuthenticatedClient<'_>, grant_type: &str) -> Result<(), Refusal> {
        rfc6749::UNAUTHORIZED_CLIENT.require(caller.client.metadata.may_use(grant_type), UnauthorizedClient)
    }

    /// What the access token is bound to: the key that was proven, or the certificate that was shown.
    fn binding(&self, turn: &Turn<'_>, caller: &AuthenticatedClient<'_>) -> Result<Option<Confirmation>, Refusal> {
        let thumbprint = self.client.certificate.as_ref().and_then(|shown| shown.thumbprint(turn.primitives));
        let mut offered = SenderConstraints::NONE;
        if self.proof.is_some() {
            offered = offered.or(SenderConstraints::DPOP);
        }
        if thumbprint.is_some() {
            offered = offered.or(SenderConstraints::MTLS);
        }
        let rule = &caller.policy.sender_constraint;
        rule.require(&offered, InvalidRequest)?;
        if let (Some(proof), true) = (&self.proof, rule.admits(&SenderConstraints::DPOP)) {
            return Ok(Some(Confirmation::Key(proof.jkt.clone())));
        }
        let wanted = !rule.admits(&SenderConstraints::NONE) || caller.client.metadata.tls_client_certificate_bound_access_tokens;
        Ok(thumbprint.filter(|_| wanted).map(Confirmation::Certificate))
    }
}

/// A grant type nobody serves; the password grant has clauses of its own.
fn unserved(grant_type: &str) -> Refusal {
    let mut refusal = rfc6749::GRANT_TYPE_SERVED.refuse(UnsupportedGrantType);
    if grant_type == "password" {
        refusal.basis.extend([&crate::requirement::rfc9700::NO_PASSWORD_GRANT, &crate::requirement::fapi2_sp::NO_PASSWORD_GRANT]);
    }
    refusal
}
