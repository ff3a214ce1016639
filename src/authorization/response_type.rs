//! The response type of a request, and what it demands of the other parameters.

use crate::client::{ClientTurn, not_allowed};
use crate::detail::words;
use crate::error_code::ErrorCode::{InvalidRequest, UnauthorizedClient, UnsupportedResponseType};
use crate::parameters::Parameters;
use crate::policy::{ResponseType, SenderConstraints};
use crate::refusal::Refusal;
use crate::requirement::{oidcc, rfc6749};
use crate::scope::Scope;

/// The response type, if the server, the policy and the registration of the client allow it.
pub(super) fn response_type(turn: &ClientTurn<'_>, parameters: &Parameters<'_>) -> Result<ResponseType, Refusal> {
    let rule = &turn.policy.response_type;
    let allowed = rule.within(ResponseType::SERVED);
    let sent = rfc6749::RESPONSE_TYPE_PRESENT.demand(
        parameters.get("response_type"),
        InvalidRequest,
        words!("response_type is missing; allowed: {}.", allowed),
    )?;
    let parsed = ResponseType::parse(&sent);
    let served = parsed.filter(|known| ResponseType::SERVED.contains(*known));
    let words = words!("response_type is not supported; allowed: {}.", allowed);
    let served = rfc6749::RESPONSE_TYPE_PRESENT.demand(served, UnsupportedResponseType, words);
    if parsed.is_some() {
        // The rules say more about a response type that is known, whether it is served or not.
        let words = words!("response_type is not allowed here; allowed: {}.", allowed);
        let unserved = served.as_ref().err().map(|_| &rfc6749::RESPONSE_TYPE_PRESENT);
        rule.require(&parsed, UnsupportedResponseType, words).map_err(|refusal| refusal.also(unserved))?;
    }
    let response_type = served?;
    unbound(turn, response_type)?;
    for grant in response_type.grant_types() {
        if rfc6749::UNAUTHORIZED_CLIENT.broken_unless(turn.client.may_use(grant, &turn.policy)) {
            return Err(not_allowed(grant, UnauthorizedClient));
        }
    }
    rfc6749::UNAUTHORIZED_CLIENT.require(
        turn.client.metadata.has_response_type(response_type),
        UnauthorizedClient,
        "The client is not registered for this response_type.",
    )?;
    Ok(response_type)
}

/// Checks that an access token of the authorization endpoint, which no sender could be bound to, is enough.
fn unbound(turn: &ClientTurn<'_>, response_type: ResponseType) -> Result<(), Refusal> {
    let rule = &turn.policy.sender_constraint;
    match response_type.has_access_token() {
        true => rule.require(
            &SenderConstraints::NONE,
            UnsupportedResponseType,
            words!(
                "response_type returns an access token that no sender is bound to; access tokens are bound by {}.",
                rule.expected()
            ),
        ),
        false => Ok(()),
    }
}

/// Demands what an ID token of the authorization endpoint needs: the scope `openid`, and a `nonce` that binds it to the request.
pub(super) fn id_token_request(response_type: ResponseType, scope: &Scope, nonce: bool) -> Result<(), Refusal> {
    if !response_type.has_id_token() {
        return Ok(());
    }
    oidcc::OPENID_SCOPE.require(
        scope.contains("openid"),
        InvalidRequest,
        "response_type asks for an ID token, and scope does not contain openid, or the client may not have it.",
    )?;
    let words = "nonce is missing; a request for an ID token from the authorization endpoint must contain it.";
    match response_type.has_code() {
        true => oidcc::HYBRID_NONCE.require(nonce, InvalidRequest, words),
        false => oidcc::IMPLICIT_NONCE.require(nonce, InvalidRequest, words),
    }
}
