//! The only place that creates redirect targets: a function without a target cannot redirect.

use crate::client::ClientTurn;
use crate::delivery::{RedirectTarget, ResponseMode};
use crate::error_code::ErrorCode::InvalidRequest;
use crate::parameters::Parameters;
use crate::refusal::{Also, Refusal};
use crate::requirement::{oidcc, rfc6749, rfc9126};

/// The target of the response to these parameters, if the client registered it
/// ([RFC 6749 §3.1.2](https://www.rfc-editor.org/rfc/rfc6749#section-3.1.2)).
pub(super) fn target(turn: &ClientTurn<'_>, parameters: &Parameters<'_>) -> Result<RedirectTarget, Refusal> {
    let sent = parameters.get("redirect_uri");
    turn.policy.redirect_uri_sent.require(
        &sent.is_some(),
        InvalidRequest,
        "redirect_uri is missing; every request must contain it.",
    )?;
    let metadata = &turn.client.metadata;
    let uri = match (&sent, &metadata.redirect_uris[..]) {
        (Some(sent), _) => sent,
        (None, [only]) => only.as_str(),
        (None, _) => {
            return Err(rfc6749::NO_REDIRECT_ON_DOUBT
                .refuse(InvalidRequest, "redirect_uri is missing, and the client has not registered exactly one."));
        }
    };
    let exact = rfc6749::REDIRECT_EXACT.require(
        metadata.has_redirect_uri(uri),
        InvalidRequest,
        "redirect_uri matches none of the registered redirect URIs; they are compared character by character.",
    );
    let exact = exact.also(&rfc6749::REDIRECT_REGISTERED).also(&rfc6749::NO_REDIRECT_ON_DOUBT);
    exact.also(&rfc9126::PUSH_VALIDATED)?;
    turn.policy.redirect_uri.require(
        uri,
        InvalidRequest,
        "redirect_uri uses http, which is allowed on loopback addresses alone.",
    )?;
    // Without a known mode there is no way to answer the client.
    let mode = parameters.get("response_mode");
    let query = mode.is_none_or(|mode| mode == "query");
    oidcc::RESPONSE_MODE_SUPPORTED.require(query, InvalidRequest, "response_mode is not supported; it must be query.")?;
    let state = parameters.get("state").map(|state| state.into_owned());
    let printable = state.as_ref().is_none_or(|state| state.bytes().all(|octet| (0x20..=0x7e).contains(&octet)));
    rfc6749::STATE_SYNTAX.require(printable, InvalidRequest, "state contains a character that is not printable ASCII.")?;
    let issuer = turn.settings().issuer.clone();
    Ok(RedirectTarget::checked(uri.to_owned(), state, issuer, ResponseMode::Query))
}
