//! The parameters beside a request object.

use super::RequestObject;
use crate::client::ClientTurn;
use crate::error_code::ErrorCode::{InvalidRequest, InvalidRequestObject};
use crate::form::Form;
use crate::parameters::Precedence;
use crate::policy::OutsideInput;
use crate::refusal::{Also, Refusal};
use crate::requirement::{oidcc, rfc9101};

/// The parameters that belong outside: the client, the request object, and client authentication.
const BELONG_OUTSIDE: [&str; 6] =
    ["client_id", "client_assertion", "client_assertion_type", "client_secret", "request", "request_uri"];

/// Checks the parameters of the form beside the request object by the rules in force.
pub(super) fn check(object: &RequestObject, turn: &ClientTurn<'_>, form: &Form) -> Result<(), Refusal> {
    let outside = form.iter().any(|(name, _)| !BELONG_OUTSIDE.contains(&name));
    let outside = match (outside, object.precedence) {
        (false, _) => OutsideInput::None,
        (true, Precedence::ObjectFirst) => OutsideInput::Merged,
        (true, Precedence::ObjectAlone) => OutsideInput::Ignored,
    };
    turn.policy.outside_parameters.require(
        &outside,
        InvalidRequest,
        "There are parameters beside the request object; all of them must be inside.",
    )?;
    match object.precedence {
        Precedence::ObjectAlone => alone(object, form),
        Precedence::ObjectFirst => merged(object, form),
    }
}

/// The scope is never the default one because the one that was sent does not count.
fn alone(object: &RequestObject, form: &Form) -> Result<(), Refusal> {
    let outside_only = form.get("scope").is_some() && object.claims.get("scope").is_none();
    let inside = rfc9101::NO_MISMATCH.require(
        !outside_only,
        InvalidRequestObject,
        "scope is outside of the request object alone, where it does not count; it must be inside.",
    );
    inside.also(&rfc9101::OBJECT_ALONE_COUNTS)
}

/// OpenID Connect wants a request that is one without the object
/// ([§6.1](https://openid.net/specs/openid-connect-core-1_0.html#RequestObject)).
fn merged(object: &RequestObject, form: &Form) -> Result<(), Refusal> {
    let sent = oidcc::OUTER_PARAMETERS.demand(
        form.get("response_type"),
        InvalidRequest,
        "response_type is missing beside the request object.",
    )?;
    let inside = object.text("response_type")?;
    oidcc::OUTER_PARAMETERS.require(
        inside.is_none_or(|inside| inside == sent),
        InvalidRequestObject,
        "response_type of the request object is not the one beside it.",
    )?;
    let openid = |scope: Option<&str>| scope.is_some_and(|scope| scope.split(' ').any(|token| token == "openid"));
    oidcc::OUTER_PARAMETERS.require(
        openid(form.get("scope")) || !openid(object.text("scope")?),
        InvalidRequest,
        "scope beside the request object does not contain openid, as the one inside does.",
    )
}
