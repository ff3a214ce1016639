//! Pushed authorization requests ([RFC 9126](https://www.rfc-editor.org/rfc/rfc9126)).

use super::parameters::request;
use super::target::target;
use crate::access::{self, Audience};
use crate::client::{At, AuthenticatedClient, Presented, authenticate};
use crate::error_code::ErrorCode::InvalidRequest;
use crate::event::Concerned;
use crate::exchange::{Decision, Operation, Pause, Positions, Turn};
use crate::form::Form;
use crate::inbound::Inbound;
use crate::life_cycle::Pushed;
use crate::parameters::Parameters;
use crate::refusal::Refusal;
use crate::requirement::{rfc9126, rfc9449};
use crate::response::{Response, json};
use crate::sender::Proof;
use crate::server::AuthorizationServer;
use http::StatusCode;
use serde::Serialize;
use std::sync::Arc;

const REQUEST_URI: &str = "urn:ietf:params:oauth:request_uri:";

/// The handle in a `request_uri` of this server.
pub(super) fn handle_of(request_uri: &str) -> Option<&str> {
    request_uri.strip_prefix(REQUEST_URI)
}

pub(crate) struct PushedAuthorizationRequest {
    server: Arc<AuthorizationServer>,
    form: Form,
    client: Presented,
    proof: Option<Proof>,
}

impl PushedAuthorizationRequest {
    pub(crate) fn parse(server: &Arc<AuthorizationServer>, inbound: &Inbound<'_>) -> Result<Self, Refusal> {
        let form = inbound.posted(&server.settings.limits, &rfc9126::POST_ONLY, &rfc9126::PUSH_BY_POST_FORM)?;
        let client = Presented::parse(inbound, &form)?;
        let target = server.settings.address(inbound, |endpoints| &endpoints.pushed_authorization_request);
        let proof = Proof::parse(inbound, target, server.settings.primitives)?;
        Ok(Self { server: server.clone(), form, client, proof })
    }
}

impl Operation<Response> for PushedAuthorizationRequest {
    fn decide(&self, turn: &Turn<'_>) -> Result<Decision<Response>, Pause> {
        let turn = self.server.at(turn);
        let marker = self.proof.as_ref().map(|proof| turn.key(turn.digest(&proof.mark())));
        let cutoff = self.server.cutoffs(self.client.client_id(), None);
        let (known, used, ()) = turn.load((self.client.keys(&self.server), marker, cutoff))?;
        let mut caller = authenticate(&turn, &self.client, At::Push, known)?;
        let proven = caller.prove_key(self.proof.as_ref(), used.as_ref());
        proven.and_then(|()| self.push(&caller)).spending(caller.client_id(), &caller.spent)
    }
}

#[derive(Serialize)]
struct Created {
    request_uri: String,
    expires_in: u32,
}

impl PushedAuthorizationRequest {
    fn push(&self, turn: &AuthenticatedClient<'_>) -> Result<Decision<Response>, Pause> {
        let parameters = Parameters::of(&self.form);
        let audience = access::requested(turn.settings(), &turn.client.terms, &parameters).ok();
        let turn = &turn.for_api(audience.and_then(Audience::api))?;
        rfc9126::NO_REQUEST_URI_IN_PUSH.require(
            !parameters.has("request_uri"),
            InvalidRequest,
            "request_uri cannot be pushed; push the parameters themselves.",
        )?;
        let target = target(turn, &parameters)?;
        let mut request = request(turn, &parameters, &target)?;
        if let Some(proof) = &self.proof {
            let agree = request.channel.dpop_jkt.as_ref().is_none_or(|jkt| *jkt == proof.jkt);
            rfc9449::BINDINGS_AGREE.require(
                agree,
                InvalidRequest,
                "dpop_jkt names another key than the one of the DPoP proof.",
            )?;
            request.channel.dpop_jkt = Some(proof.jkt.clone());
        }
        let lifetimes = &turn.settings().lifetimes;
        let handle = turn.handle("request_uri");
        let expires_in = turn.settings().within(&turn.policy.request_uri_lifetime, lifetimes.request_uri);
        let presentable_until = turn.after(expires_in);
        let created = Created { request_uri: format!("{REQUEST_URI}{}", handle.as_str()), expires_in };
        let mut reply = json(StatusCode::CREATED, &created);
        turn.context.offer_nonce(&mut reply);
        let concerned = Concerned::asked(&request.asked.permissions);
        let pushed = Pushed { request, issued_at: turn.issuing(turn.client_id(), None)?, presentable_until };
        let stored = turn.key(handle.digest(turn.primitives)).insert(&pushed, presentable_until.after(lifetimes.interaction));
        Ok(Decision::commits(reply, [stored]).concerns(concerned))
    }
}
