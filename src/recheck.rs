//! Checks that are repeated when something that was decided earlier is used: registrations, policies and logins change in the
//! meantime ([RFC 9126 §7.4](https://www.rfc-editor.org/rfc/rfc9126#section-7.4)).

use crate::client::{ClientTurn, GrantType, not_allowed};
use crate::error_code::ErrorCode;
use crate::exchange::Pause;
use crate::life_cycle::{FrontChannel, Session, Settling};
use crate::policy::ChallengeInput;
use crate::refusal::{Also, Refusal};
use crate::requirement::{rfc6749, rfc9126};
use crate::server::ServerTurn;

/// Checks that a request would be accepted today, so that its target may still receive anything.
pub(crate) fn still_acceptable(turn: &ClientTurn<'_>, channel: &FrontChannel, code: ErrorCode) -> Result<(), Refusal> {
    let (metadata, policy, uri) = (&turn.client.metadata, &turn.policy, channel.target.uri());
    rfc9126::POLICY_RECHECKED
        .require(
            metadata.has_redirect_uri(uri),
            code,
            "redirect_uri of the request matches none of the registered redirect URIs any more.",
        )
        .also(&rfc9126::PUSHED_REQUEST_VALIDATED)?;
    policy
        .redirect_uri
        .require(uri, code, "redirect_uri of the request is not allowed any more: it uses http.")
        .also(&rfc9126::POLICY_RECHECKED)?;
    let absent = ChallengeInput::Absent { confidential: turn.client.is_confidential() };
    let challenge = channel.challenge.as_ref().map_or(absent, ChallengeInput::of);
    policy
        .code_challenge
        .require(&challenge, code, "code_challenge of the request is not enough any more.")
        .also(&rfc9126::POLICY_RECHECKED)?;
    match rfc6749::UNAUTHORIZED_CLIENT.broken_unless(turn.client.may_use(&GrantType::AuthorizationCode, policy)) {
        true => Err(not_allowed(&GrantType::AuthorizationCode, code)),
        false => Ok(()),
    }
}

/// The answers of an interaction that still count: a user whose login or session was ended in the meantime has to log in again. A
/// login of the same user in another tab replaces the session, and ends nothing: the interaction continues with the `current` one of
/// the browser.
pub(crate) fn still_settled(turn: &ServerTurn<'_>, settling: &Settling, current: Option<&String>) -> Result<Settling, Pause> {
    let session = turn.load(settling.session.as_ref().map(|digest| turn.key::<Session>(digest)))?;
    let Some(user) = &settling.user else { return Ok(settling.clone()) };
    if session.is_none_or(|session| session.is_live(turn.now())) {
        return Ok(if turn.session_goes_on(user)? { settling.clone() } else { settling.clone().log_out() });
    }
    let other = turn.load(current.map(|digest| turn.key::<Session>(digest)))?.and_then(|other| other.live(turn.now()));
    let goes_on = match &other {
        Some(other) if other.user.subject == user.subject => turn.session_goes_on(user)? && turn.session_goes_on(&other.user)?,
        _ => false,
    };
    Ok(if goes_on { settling.clone().within(current) } else { settling.clone().log_out() })
}
