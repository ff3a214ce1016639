//! Pushed authorization requests ([RFC 9126](https://www.rfc-editor.org/rfc/rfc9126)).

use super::parameters::request;
use super::state::Pushed;
use super::target::target;
use crate::client::{At, AuthenticatedClient, Presented, authenticate};
use crate::exchange::{Decision, Operation, Pause, Positions, Response, Turn};
use crate::form::Form;
use crate::inbound::Inbound;
use crate::refusal::ErrorCode::InvalidRequest;
use crate::refusal::{Refusal, json};
use crate::requirement::rfc9126;
use crate::sender::Proof;
use crate::server::AuthorizationServer;
use http::StatusCode;
use serde::Serialize;
use std::sync::Arc;

const REQUEST_URI: &str = "urn:ietf:params:oauth:request_uri:";

/// The handle in a `request_uri` of ours.
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
        let mark = self.proof.as_ref().map(|proof| self.server.key(self.server.digest(&proof.mark())));
        let (known, used) = turn.facts.load((self.client.keys(&self.server), mark))?;
        let mut caller = authenticate(&self.server, turn, &self.client, At::Push, known)?;
        if let (Some(proof), Some(used)) = (&self.proof, &used) {
            let checked = proof.check(turn, &self.server.settings.fit(caller.policy), used);
            match checked {
                Ok(spent) => caller.spent.push(spent),
                Err(refusal) => return Err(Pause::Refuse(refusal)).spending(&caller),
            }
        }
        self.push(turn, &caller).spending(&caller)
    }
}

#[derive(Serialize)]
struct Created {
    request_uri: String,
    expires_in: u32,
}

impl PushedAuthorizationRequest {
    fn push(&self, turn: &Turn<'_>, caller: &AuthenticatedClient<'_>) -> Result<Decision<Response>, Pause> {
        let settings = &self.server.settings;
        rfc9126::NO_REQUEST_URI_IN_PUSH.require(self.form.get("request_uri").is_none(), InvalidRequest)?;
        let target = target(&self.server, caller.policy, &caller.client, &self.form)?;
        let mut request = request(&self.server, caller.policy, &caller.client, &self.form, &target)?;
        if let Some(proof) = &self.proof {
            let agree = request.dpop_jkt.as_ref().is_none_or(|jkt| *jkt == proof.jkt);
            crate::requirement::rfc9449::BINDINGS_AGREE.require(agree, InvalidRequest)?;
            request.dpop_jkt = Some(proof.jkt.clone());
        }

        let now = turn.context.now();
        let handle = turn.context.handle(turn.primitives, "request_uri");
        let expires_in = settings.within(&caller.policy.request_uri_lifetime, settings.lifetimes.request_uri);
        let presentable_until = now.after(expires_in);
        let mut reply =
            json(StatusCode::CREATED, &Created { request_uri: format!("{REQUEST_URI}{}", handle.as_str()), expires_in });
        turn.context.offer_nonce(&mut reply);
        let pushed = Pushed { request, presentable_until };
        let until = presentable_until.after(settings.lifetimes.interaction);
        Ok(Decision::commits(reply, [self.server.key(handle.digest(turn.primitives)).insert(&pushed, until)]))
    }
}
