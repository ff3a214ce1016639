//! The response mode of a request: the one that it asks for, and the one of its errors if that cannot be used.

use crate::client::ClientTurn;
use crate::detail::words;
use crate::error_code::ErrorCode::InvalidRequest;
use crate::parameters::Parameters;
use crate::policy::{ResponseModes, ResponseType};
use crate::refusal::Refusal;
use crate::requirement::{fapi2_ms, jarm, oauth2_rt, ocp, oidcc};
use crate::response_mode::ResponseMode;

/// The mode that the parameters ask for. One that nobody knows leaves no way to answer the client
/// ([OpenID Connect Core §3.1.2.6](https://openid.net/specs/openid-connect-core-1_0.html#AuthError)).
pub(crate) fn asked(turn: &ClientTurn<'_>, parameters: &Parameters<'_>) -> Result<ResponseMode, Refusal> {
    let default = default(parameters);
    let Some(sent) = parameters.get("response_mode") else { return Ok(default) };
    let allowed = turn.policy.response_mode.within(ResponseModes::ALL);
    oidcc::RESPONSE_MODE_SUPPORTED.demand(
        ResponseMode::parse(&sent, default),
        InvalidRequest,
        words!("response_mode is not supported; allowed: {}.", allowed),
    )
}

/// The mode in which errors are told: the one that was asked for, or, where the response type or a rule forbids that, the default
/// of the response type ([§5](https://openid.net/specs/oauth-v2-multiple-response-types-1_0.html#Combinations)). An error goes
/// unsigned to a client that should have asked for a signed response, and did not: it may not be able to read one.
pub(crate) fn of_errors(turn: &ClientTurn<'_>, parameters: &Parameters<'_>, asked: ResponseMode) -> ResponseMode {
    let sent = parameters.get("response_type").unwrap_or_default();
    let default = default(parameters);
    let preferred = if asked.is_signed() { default.signed() } else { default };
    let usable = |mode: &ResponseMode| admitted(turn, &sent, *mode).is_ok();
    [asked, preferred, default.signed()].into_iter().find(usable).unwrap_or(preferred)
}

/// Checks that a response of this type may travel in this mode, and that it is signed where a rule demands that.
pub(crate) fn check(turn: &ClientTurn<'_>, response_type: &str, mode: ResponseMode) -> Result<(), Refusal> {
    admitted(turn, response_type, mode)?;
    let detached = ResponseType::parse(response_type).is_some_and(ResponseType::has_id_token);
    turn.policy.signed_response.require(
        &(mode.is_signed() || detached),
        InvalidRequest,
        "The response would not be signed; response_mode must be jwt, or response_type must contain id_token.",
    )
}

/// Checks that a response of this type may travel in this mode.
fn admitted(turn: &ClientTurn<'_>, response_type: &str, mode: ResponseMode) -> Result<(), Refusal> {
    let tokens = ResponseMode::default_of(response_type) == ResponseMode::Fragment;
    if tokens && mode == ResponseMode::Query {
        let words = "response_mode is query, which the tokens of this response_type must not be in; fragment and form_post are.";
        match ResponseType::parse(response_type) {
            Some(ResponseType::Token) => ocp::grt::IMPLICIT.require(false, InvalidRequest, words)?,
            _ if response_type.contains(' ') => oauth2_rt::NO_COMBINATION_IN_QUERY.require(false, InvalidRequest, words)?,
            _ => oauth2_rt::NO_TOKEN_IN_QUERY.require(false, InvalidRequest, words)?,
        }
    }
    let metadata = &turn.client.metadata;
    let readable = tokens && mode == ResponseMode::QueryJwt && metadata.authorization_encrypted_response_alg.is_none();
    jarm::NO_TOKEN_IN_QUERY_JWT.require(
        !readable,
        InvalidRequest,
        "response_mode is query.jwt, in which the tokens of this response_type could be read; jwt and form_post.jwt are allowed.",
    )?;
    turn.policy.response_mode.require(
        &mode,
        InvalidRequest,
        words!("response_mode is {}; allowed: {}.", mode.name(), turn.policy.response_mode.within(ResponseModes::ALL)),
    )?;
    let default = ResponseMode::default_of(response_type);
    let registered = metadata
        .response_modes
        .as_ref()
        .is_none_or(|names| names.iter().any(|name| ResponseMode::parse(name, default) == Some(mode)));
    fapi2_ms::RESPONSE_MODES_OF_CLIENT.require(
        registered,
        InvalidRequest,
        "response_mode is not among the response_modes that the client registered.",
    )
}

fn default(parameters: &Parameters<'_>) -> ResponseMode {
    ResponseMode::default_of(&parameters.get("response_type").unwrap_or_default())
}
