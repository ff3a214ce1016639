//! The token endpoint ([RFC 6749 §3.2](https://www.rfc-editor.org/rfc/rfc6749#section-3.2)).

mod client_credentials;
mod code;
mod refresh;
mod replacement;
mod response;
mod rotation;

use crate::client::{At, AuthenticatedClient, GrantType, Presented, authenticate, not_allowed};
use crate::detail::{Detail, words};
use crate::error_code::ErrorCode::{InvalidRequest, UnauthorizedClient, UnsupportedGrantType};
use crate::exchange::{Decision, Operation, Pause, Positions, Turn};
use crate::form::Form;
use crate::inbound::Inbound;
use crate::parameters::Parameters;
use crate::policy::SenderConstraints;
use crate::record::RecordKey;
use crate::refusal::Refusal;
use crate::requirement::{Requirement, fapi2_sp, rfc6749, rfc9700};
use crate::response::Response;
use crate::sender::{Confirmation, Proof};
use crate::server::{AuthorizationServer, ServerTurn};
use std::sync::Arc;

/// The grants, by `grant_type`. A new grant is one row here and one file.
const GRANTS: &[GrantRow] = &[code::GRANT, refresh::GRANT, client_credentials::GRANT];

/// Returns the values of `grant_type` that the token endpoint serves
/// ([RFC 6749 §4](https://www.rfc-editor.org/rfc/rfc6749#section-4)).
pub fn grant_types_served() -> impl Iterator<Item = &'static str> {
    GRANTS.iter().map(|row| row.grant_type)
}

/// One grant.
struct GrantRow {
    /// Its value in `grant_type`.
    grant_type: &'static str,
    /// The records that the request itself names: they are read in the first step, with the client.
    keys: fn(&TokenRequest, &ServerTurn<'_>) -> Vec<RecordKey>,
    /// Redeems it for a client that proved its identity and may use it.
    redeem: fn(&TokenRequest, &AuthenticatedClient<'_>) -> Result<Decision<Response>, Pause>,
}

pub(crate) struct TokenRequest {
    server: Arc<AuthorizationServer>,
    form: Form,
    client: Presented,
    proof: Option<Proof>,
}

impl TokenRequest {
    pub(crate) fn parse(server: &Arc<AuthorizationServer>, inbound: &Inbound<'_>) -> Result<Self, Refusal> {
        let form = inbound.posted(&server.settings.limits, &rfc6749::TOKEN_REQUEST_IS_POST, &rfc6749::FORM_IS_UTF8)?;
        let client = Presented::parse(inbound, &form)?;
        let target = server.settings.address(inbound, |endpoints| &endpoints.token);
        let proof = Proof::parse(inbound, target, server.settings.primitives)?;
        Ok(Self { server: server.clone(), form, client, proof })
    }

    fn parameters(&self) -> Parameters<'_> {
        Parameters::of(&self.form)
    }

    fn row(&self) -> Option<&'static GrantRow> {
        let grant_type = self.form.get("grant_type")?;
        GRANTS.iter().find(|row| row.grant_type == grant_type)
    }
}

impl Operation<Response> for TokenRequest {
    fn decide(&self, turn: &Turn<'_>) -> Result<Decision<Response>, Pause> {
        let turn = self.server.at(turn);
        let marker = self.proof.as_ref().map(|proof| turn.key(turn.digest(&proof.mark())));
        let named = self.row().map(|row| (row.keys)(self, &turn)).unwrap_or_default();
        let (known, used, ()) = turn.load((self.client.keys(&self.server), marker, named))?;
        let mut caller = authenticate(&turn, &self.client, At::Token, known)?;
        let proven = caller.prove_key(self.proof.as_ref(), used.as_ref());
        proven.and_then(|()| self.redeem(&caller)).spending(caller.client_id(), &caller.spent)
    }
}

impl TokenRequest {
    fn redeem(&self, turn: &AuthenticatedClient<'_>) -> Result<Decision<Response>, Pause> {
        let grant_type = rfc6749::INVALID_REQUEST.demand(
            self.form.get("grant_type"),
            InvalidRequest,
            "The parameter grant_type is missing.",
        )?;
        crate::access::requested(turn.settings(), &turn.client.terms, &self.parameters())?;
        let grant = GrantType::from(grant_type);
        let Some(named) = grant.name() else { return Err(unserved().into()) };
        if rfc6749::UNAUTHORIZED_CLIENT.broken_unless(turn.client.may_use(&grant, &turn.policy)) {
            return Err(not_allowed(&grant, UnauthorizedClient).also(never(named)).into());
        }
        let Some(row) = self.row() else { return Err(unserved().also(never(named)).into()) };
        (row.redeem)(self, turn)
    }

    /// The binding of the access token: the key that was proven, or the certificate that was presented.
    fn binding(&self, turn: &AuthenticatedClient<'_>) -> Result<Option<Confirmation>, Refusal> {
        let thumbprint = self.client.certificate.as_ref().and_then(|shown| shown.thumbprint(turn.primitives));
        let mut offered = SenderConstraints::NONE;
        if self.proof.is_some() {
            offered = offered.or(SenderConstraints::DPOP);
        }
        if thumbprint.is_some() {
            offered = offered.or(SenderConstraints::MTLS);
        }
        let rule = &turn.policy.sender_constraint;
        rule.require(&offered, InvalidRequest, || self.unbound(turn))?;
        if let (Some(proof), true) = (&self.proof, rule.admits(&SenderConstraints::DPOP)) {
            return Ok(Some(Confirmation::Key(proof.jkt.clone())));
        }
        let bound = turn.client.metadata.tls_client_certificate_bound_access_tokens;
        let wanted = !rule.admits(&SenderConstraints::NONE) || bound;
        Ok(thumbprint.filter(|_| wanted).map(Confirmation::Certificate))
    }

    /// The words about a request that proves no possession of what access tokens must be bound to.
    fn unbound(&self, turn: &AuthenticatedClient<'_>) -> Detail {
        let expected = turn.policy.sender_constraint.expected();
        let aliases = turn.settings().mtls_endpoints.is_some() && self.client.certificate.is_none();
        match aliases {
            true => words!(
                "Access tokens are bound by {}, and the request has no such proof; the addresses for certificates are in mtls_endpoint_aliases.",
                expected
            )(),
            false => words!("Access tokens are bound by {}, and the request has no such proof.", expected)(),
        }
    }
}

/// Refuses a grant type that is not served.
fn unserved() -> Refusal {
    rfc6749::GRANT_TYPE_SERVED.refuse(UnsupportedGrantType, "grant_type is not one that this server serves.")
}

/// The clauses about a grant type that no server offers any more.
fn never(grant_type: &str) -> impl Iterator<Item = &'static Requirement> {
    let clauses: [&'static Requirement; 2] = [&rfc9700::NO_PASSWORD_GRANT, &fapi2_sp::NO_PASSWORD_GRANT];
    clauses.into_iter().filter(move |_| grant_type == "password")
}
