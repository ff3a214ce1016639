//! What must still hold when something that was checked before is used: registrations, policies and logins change meanwhile
//! ([RFC 9126 §7.4](https://www.rfc-editor.org/rfc/rfc9126#section-7.4)).

use super::request::Request;
use super::state::{AuthenticatedUser, OpenInteraction};
use crate::client::Client;
use crate::exchange::{Pause, Turn};
use crate::grant::SubjectCutoff;
use crate::policy::{ChallengeInput, Policy};
use crate::redirect_uri::RedirectUri;
use crate::refusal::{ErrorCode, Refusal};
use crate::requirement::{Requirement, rfc6749, rfc9126};
use crate::scope::Scope;
use crate::server::AuthorizationServer;

/// Whether a request that was checked before would be taken today, so that its target may still be told anything.
pub(crate) fn still_fits(policy: &Policy, client: &Client, request: &Request, code: ErrorCode) -> Result<(), Refusal> {
    let also = |basis: &'static Requirement| {
        move |mut refusal: Refusal| {
            refusal.basis.push(basis);
            refusal
        }
    };
    let uri = request.target.uri();
    let registered = &client.metadata.redirect_uris;
    let known = registered.iter().any(|known| RedirectUri::parse(known).is_ok_and(|known| known.matches(uri)));
    rfc9126::POLICY_RECHECKED.require(known, code).map_err(also(&rfc9126::PUSHED_REQUEST_VALIDATED))?;
    policy.redirect_uri.require(uri, code).map_err(also(&rfc9126::POLICY_RECHECKED))?;
    let challenge =
        request.challenge.as_ref().map_or(ChallengeInput::Absent { confidential: client.is_confidential() }, ChallengeInput::of);
    policy.code_challenge.require(&challenge, code).map_err(also(&rfc9126::POLICY_RECHECKED))?;
    rfc6749::UNAUTHORIZED_CLIENT.require(client.metadata.may_use("authorization_code"), code)
}

/// What is left of a scope that was granted before.
pub(crate) fn still_may_have(server: &AuthorizationServer, client: &Client, scope: &Scope) -> Scope {
    scope.intersection(&client.may_have(server))
}

/// Whether nobody has ended what rests on this login.
pub(crate) fn still_logged_in(server: &AuthorizationServer, turn: &Turn<'_>, user: &AuthenticatedUser) -> Result<bool, Pause> {
    let epoch = turn.facts.load(SubjectCutoff::key(server, &user.subject))?;
    Ok(SubjectCutoff::admits(epoch, Some(user.auth_time), turn.context.now()))
}

/// The interaction as it stands: a user whose logins were ended meanwhile has to log in again.
pub(super) fn as_it_stands(
    server: &AuthorizationServer,
    turn: &Turn<'_>,
    open: &OpenInteraction,
) -> Result<OpenInteraction, Pause> {
    let admitted = match &open.user {
        Some(user) => still_logged_in(server, turn, user)?,
        None => true,
    };
    Ok(if admitted { open.clone() } else { open.clone().log_out() })
}
