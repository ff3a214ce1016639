//! The claims of a request object that concern itself: its audience, its dates, and the form of its parameters.

use super::{RequestObject, invalid};
use crate::client::{ClientTurn, not_ahead};
use crate::detail::{Ours, Words, words};
use crate::error_code::ErrorCode::InvalidRequestObject;
use crate::jose::{Json, NumericDate};
use crate::policy::{AtMost, Rule};
use crate::refusal::Refusal;
use crate::requirement::{local, oidcc, rfc7519, rfc9101};

/// Checks the claims by the rules in force.
pub(super) fn check(object: &RequestObject, turn: &ClientTurn<'_>) -> Result<(), Refusal> {
    let nested = ["request", "request_uri"].into_iter().find(|name| object.claims.get(name).is_some());
    oidcc::NO_NESTED_REQUEST.require(
        nested.is_none(),
        InvalidRequestObject,
        words!("The request object contains {}, which no request object may.", nested.unwrap_or_default()),
    )?;
    addressed(object, turn)?;
    timely(object, turn)
}

fn addressed(object: &RequestObject, turn: &ClientTurn<'_>) -> Result<(), Refusal> {
    let issuer = &turn.settings().issuer;
    let audience = object.claims.audience().map_err(|error| invalid(&error))?;
    turn.policy.request_object_audience.require(
        &audience.is_some(),
        InvalidRequestObject,
        words!("The request object has no aud; expected: {}.", Ours(issuer)),
    )?;
    rfc7519::AUD_CONTAINS_RECIPIENT
        .require(
            audience.is_none_or(|audience| audience.contains(issuer)),
            InvalidRequestObject,
            words!("aud of the request object does not name this server; expected: {}.", Ours(issuer)),
        )
        .map_err(|refusal| refusal.also(turn.policy.request_object_audience.conjuncts().iter().map(|conjunct| conjunct.basis)))
}

fn timely(object: &RequestObject, turn: &ClientTurn<'_>) -> Result<(), Refusal> {
    let date = |claim| object.claims.numeric_date(claim).map_err(|error| invalid(&error));
    let (exp, nbf, iat) = (date("exp")?, date("nbf")?, date("iat")?);
    let now = turn.now().seconds();
    if let Some(exp) = exp.map(NumericDate::floor) {
        rfc7519::NOT_AFTER_EXP.require(
            now < exp,
            InvalidRequestObject,
            words!("The request object expired {} s ago, by the clock of this server.", now - exp),
        )?;
    }
    let claims = [("nbf", nbf, &rfc7519::NOT_BEFORE_NBF), ("iat", iat, &local::NOT_OF_THE_FUTURE)];
    for (claim, date, basis) in claims {
        if let Some(date) = date {
            not_ahead(turn, date.ceil(), (claim, "request object"), basis, InvalidRequestObject)?;
        }
    }
    let age = nbf.map(|nbf| whole_seconds(now as f64 - nbf.as_seconds()));
    within(
        &turn.policy.request_object_age,
        age,
        "The request object has no nbf.",
        words!(
            "nbf of the request object was {} s ago; expected: {}.",
            age.unwrap_or_default(),
            turn.policy.request_object_age.expected()
        ),
    )?;
    let lifetime = exp.zip(nbf).map(|(exp, nbf)| whole_seconds(exp.as_seconds() - nbf.as_seconds()));
    within(
        &turn.policy.request_object_lifetime,
        lifetime,
        "The request object has no exp, or no nbf from which its lifetime is counted.",
        words!(
            "exp of the request object is {} s after its nbf; expected: {}.",
            lifetime.unwrap_or_default(),
            turn.policy.request_object_lifetime.expected()
        ),
    )
}

/// The whole seconds that a period fits into.
fn whole_seconds(seconds: f64) -> u32 {
    // The conversion saturates.
    seconds.ceil() as u32
}

/// Applies a rule to a period, which is as long as can be if there is none.
fn within(rule: &Rule<AtMost>, seconds: Option<u32>, missing: &'static str, words: impl Words) -> Result<(), Refusal> {
    match seconds {
        Some(seconds) => rule.require(&seconds, InvalidRequestObject, words),
        None => rule.require(&u32::MAX, InvalidRequestObject, missing),
    }
}

/// The form that a parameter has in a request object ([RFC 9101 §4](https://www.rfc-editor.org/rfc/rfc9101#section-4)).
enum Form {
    Text,
    /// A number, or its digits.
    Number,
    /// A JSON object, or its text.
    Object,
    /// A text, or an array of texts.
    Texts,
}

const FORMS: &[(&str, Form)] = &[
    ("acr_values", Form::Text),
    ("audience", Form::Texts),
    ("claims", Form::Object),
    ("claims_locales", Form::Text),
    ("code_challenge", Form::Text),
    ("code_challenge_method", Form::Text),
    ("connection", Form::Text),
    ("dpop_jkt", Form::Text),
    ("id_token_hint", Form::Text),
    ("login_hint", Form::Text),
    ("max_age", Form::Number),
    ("nonce", Form::Text),
    ("prompt", Form::Text),
    ("redirect_uri", Form::Text),
    ("resource", Form::Texts),
    ("response_mode", Form::Text),
    ("response_type", Form::Text),
    ("scope", Form::Text),
    ("state", Form::Text),
    ("ui_locales", Form::Text),
];

/// Checks that each parameter has its form, so that it means the same to everybody who reads it.
pub(super) fn well_formed(object: &RequestObject) -> Result<(), Refusal> {
    for (name, form) in FORMS {
        let Some(value) = object.claims.get(name) else { continue };
        let fits = match form {
            Form::Text => false,
            Form::Number => value.as_integer().is_some(),
            Form::Object => value.as_object().is_some(),
            Form::Texts => value.as_strings().is_some(),
        };
        rfc9101::REQUEST_VALIDATED.require(
            fits || matches!(value, Json::String(_)),
            InvalidRequestObject,
            words!("{} of the request object has the wrong type of JSON value.", *name),
        )?;
    }
    Ok(())
}
