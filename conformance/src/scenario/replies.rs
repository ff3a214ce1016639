//! Replies, member by member: pushed requests. What other areas only need, these scenarios look at.

use serde_json::Value;

use super::{Scenario, front_channel, run};
use crate::client::values;
use crate::finding::{Finding, Tried, skip};
use crate::http::Reply;
use crate::session::Session;
use fapi::requirement::{Requirement, fapi2_sp, rfc6749, rfc9126};

pub(super) static SCENARIOS: &[Scenario] = &[
    Scenario::positive(
        "push-reply",
        "The reply to a pushed request has its members, typed, and a handle of its own.",
        run!(taken),
    )
    .requires(&[
        &rfc9126::PUSH_CREATED,
        &rfc9126::REQUEST_URI_RANDOM,
        &rfc9126::REQUEST_URI_LIFETIME,
        &fapi2_sp::REQUEST_URI_TEN_MINUTES,
    ])
    .when(front_channel)
    .asserts(&[
        "201 application/json; request_uri is a string, expires_in a positive integer below 600 (below 5: a warning)",
        "the part of request_uri that is not its prefix cannot be guessed; two pushes have two",
    ]),
    Scenario::negative(
        "push-error-reply",
        "A refusal of a pushed request is an error of the token endpoint's kind.",
        run!(refusal),
    )
    .requires(&[&rfc9126::ERROR_FORMAT, &rfc9126::NO_INTERACTION_ERRORS, &rfc6749::TOKEN_ERROR_SHAPE])
    .when(front_channel)
    .asserts(&[
        "without redirect_uri, and without PKCE: 400 (401 with invalid_client) application/json, never a redirect",
        "error is one of RFC 6749's characters and none of user interaction; error_description too, if there is one",
    ]),
];

/// Stops with a finding against a requirement unless something holds.
pub(super) fn demand(
    reply: &Reply,
    rule: &'static Requirement,
    holds: bool,
    expected: &str,
    got: impl FnOnce() -> String,
) -> Tried<()> {
    if holds { Ok(()) } else { Err(Finding::new(expected, got()).shown_by(reply.number()).against(rule).into()) }
}

/// A member as it stands in a finding.
pub(super) fn shown(json: &Value, name: &str) -> String {
    json.get(name).map_or_else(|| format!("no {name}"), |value| format!("{name} {value}"))
}

/// Demands a JSON object that is marked as one.
pub(super) fn object(reply: &Reply, rule: &'static Requirement) -> Tried<Value> {
    let media = reply.media_type().unwrap_or_default();
    demand(reply, rule, media == "application/json", "application/json", || format!("content type {media:?}"))?;
    let json = reply.json().unwrap_or_default();
    demand(reply, rule, json.is_object(), "a JSON object", || values::kind(Some(&json)).into())?;
    Ok(json)
}

/// Demands an error as RFC 6749 5.2 has it.
pub(super) fn error(reply: &Reply, rule: &'static Requirement) -> Tried<String> {
    demand(reply, rule, matches!(reply.status(), 400 | 401), "status 400, or 401", || format!("status {}", reply.status()))?;
    let json = object(reply, rule)?;
    let error = json.get("error").and_then(Value::as_str).unwrap_or_default().to_owned();
    let words = !error.is_empty() && values::is_error_text(&error);
    demand(reply, rule, words, "an error of RFC 6749's characters", || shown(&json, "error"))?;
    let fits = reply.status() == 400 || error == "invalid_client";
    demand(reply, rule, fits, "401 for invalid_client alone", || format!("401 {error}"))?;
    for name in ["error_description", "error_uri"] {
        let fits = json.get(name).is_none_or(|value| value.as_str().is_some_and(values::is_error_text));
        demand(reply, rule, fits, &format!("`{name}` a string of RFC 6749's characters, if at all"), || shown(&json, name))?;
    }
    Ok(error)
}

async fn taken(s: &Session) -> Tried<()> {
    let first = handle(s).await?;
    let reply = s.one.push().send().await?;
    let second = reply.member("request_uri").unwrap_or_default();
    demand(&reply, &rfc9126::REQUEST_URI_RANDOM, first != second, "a request_uri of its own for each push", || first.clone())
}

async fn handle(s: &Session) -> Tried<String> {
    let reply = s.one.push().send().await?;
    let rule = &rfc9126::PUSH_CREATED;
    demand(&reply, rule, reply.status() == 201, "status 201", || format!("status {}", reply.status()))?;
    let json = object(&reply, rule)?;
    let uri = json.get("request_uri").and_then(Value::as_str).unwrap_or_default();
    demand(&reply, rule, !uri.is_empty(), "a string request_uri", || shown(&json, "request_uri"))?;
    let seconds = json.get("expires_in").and_then(Value::as_u64).unwrap_or_default();
    demand(&reply, rule, seconds > 0, "a positive integer expires_in", || shown(&json, "expires_in"))?;
    demand(&reply, &fapi2_sp::REQUEST_URI_TEN_MINUTES, seconds < 600, "expires_in below 600", || seconds.to_string())?;
    if seconds < 5 {
        s.warn(format!("a request_uri lives for {seconds} s only"));
    }
    let random = values::random_part(uri);
    demand(&reply, &rfc9126::REQUEST_URI_RANDOM, values::is_unguessable(random), "a request_uri nobody guesses", || uri.into())?;
    Ok(uri.to_owned())
}

const INTERACTION: &[&str] = &["interaction_required", "login_required", "account_selection_required", "consent_required"];

async fn refusal(s: &Session) -> Tried<()> {
    let without_challenge = s.one.push().without("code_challenge").without("code_challenge_method");
    for request in [s.one.push().without("redirect_uri"), without_challenge] {
        let reply = request.send().await?;
        if reply.is_success() {
            return skip("the server takes what FAPI 2.0 wants refused");
        }
        let redirect = (300..400).contains(&reply.status());
        demand(&reply, &rfc9126::ERROR_FORMAT, !redirect, "no redirect", || format!("status {}", reply.status()))?;
        let error = error(&reply, &rfc9126::ERROR_FORMAT)?;
        let silent = !INTERACTION.contains(&error.as_str());
        demand(&reply, &rfc9126::NO_INTERACTION_ERRORS, silent, "no error of user interaction", || error.clone())?;
    }
    Ok(())
}
