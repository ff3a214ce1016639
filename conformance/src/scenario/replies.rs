//! Responses to pushed requests, member by member. Other scenarios only use these members; these check them.

use serde_json::Value;

use super::{Scenario, front_channel, run};
use crate::client::values;
use crate::finding::{Finding, Tried};
use crate::http::Reply;
use crate::session::Session;
use fapi::requirement::{Requirement, fapi2_sp, rfc6749, rfc9126};

pub(super) static SCENARIOS: &[Scenario] = &[
    Scenario::positive(
        "push-reply",
        "The response to a pushed request has well-typed members and a request_uri that cannot be guessed.",
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
        "the part of request_uri after its prefix cannot be guessed; two pushed requests get different ones",
    ]),
    Scenario::negative(
        "push-error-reply",
        "A refused pushed request gets an error response in the format of the token endpoint.",
        run!(refusal),
    )
    .requires(&[&rfc9126::ERROR_FORMAT, &rfc9126::NO_INTERACTION_ERRORS, &rfc6749::TOKEN_ERROR_SHAPE])
    .when(front_channel)
    .asserts(&[
        "without redirect_uri, and without PKCE: 400 (401 with invalid_client) application/json, never a redirect",
        "error and error_description have only characters that RFC 6749 allows; error is not one for user interaction",
    ]),
];

/// Stops the scenario with a finding against `rule` unless `holds`.
pub(super) fn demand(
    reply: &Reply,
    rule: &'static Requirement,
    holds: bool,
    expected: &str,
    got: impl FnOnce() -> String,
) -> Tried<()> {
    if holds { Ok(()) } else { Err(Finding::new(expected, got()).shown_by(reply.number()).against(rule).into()) }
}

/// A member as findings show it.
pub(super) fn shown(json: &Value, name: &str) -> String {
    json.get(name).map_or_else(|| format!("no {name}"), |value| format!("{name} {value}"))
}

/// Demands a JSON object with content type application/json.
pub(super) fn object(reply: &Reply, rule: &'static Requirement) -> Tried<Value> {
    let media = reply.media_type().unwrap_or_default();
    demand(reply, rule, media == "application/json", "content type application/json", || {
        reply.header("content-type").unwrap_or("none").to_owned()
    })?;
    let json = reply.json().unwrap_or_default();
    demand(reply, rule, json.is_object(), "a JSON object", || values::kind(Some(&json)).into())?;
    Ok(json)
}

/// Demands an error response in the format of RFC 6749 5.2.
pub(super) fn error(reply: &Reply, rule: &'static Requirement) -> Tried<String> {
    demand(reply, rule, matches!(reply.status(), 400 | 401), "status 400 or 401", || format!("status {}", reply.status()))?;
    let json = object(reply, rule)?;
    let error = json.get("error").and_then(Value::as_str).unwrap_or_default().to_owned();
    let words = !error.is_empty() && values::is_error_text(&error);
    demand(reply, rule, words, "a string `error` with only characters that RFC 6749 allows", || shown(&json, "error"))?;
    let fits = reply.status() == 400 || error == "invalid_client";
    demand(reply, rule, fits, "status 401 only with invalid_client", || format!("status 401 with {error}"))?;
    for name in ["error_description", "error_uri"] {
        let fits = json.get(name).is_none_or(|value| value.as_str().is_some_and(values::is_error_text));
        demand(reply, rule, fits, &format!("no `{name}`, or a string with only characters that RFC 6749 allows"), || {
            shown(&json, name)
        })?;
    }
    Ok(error)
}

async fn taken(s: &Session) -> Tried<()> {
    let first = handle(s).await?;
    let reply = s.one.push().send().await?;
    let second = reply.member("request_uri").unwrap_or_default();
    demand(&reply, &rfc9126::REQUEST_URI_RANDOM, first != second, "a different request_uri for each pushed request", || {
        format!("{first} twice")
    })
}

async fn handle(s: &Session) -> Tried<String> {
    let reply = s.one.push().send().await?;
    let rule = &rfc9126::PUSH_CREATED;
    demand(&reply, rule, reply.status() == 201, "status 201 to a pushed request", || format!("status {}", reply.status()))?;
    let json = object(&reply, rule)?;
    let uri = json.get("request_uri").and_then(Value::as_str).unwrap_or_default();
    demand(&reply, rule, !uri.is_empty(), "a string request_uri", || shown(&json, "request_uri"))?;
    let seconds = json.get("expires_in").and_then(Value::as_u64).unwrap_or_default();
    demand(&reply, rule, seconds > 0, "a positive integer expires_in", || shown(&json, "expires_in"))?;
    demand(&reply, &fapi2_sp::REQUEST_URI_TEN_MINUTES, seconds < 600, "expires_in below 600", || seconds.to_string())?;
    if seconds < 5 {
        s.warn(format!("a request_uri expires after only {seconds} s"));
    }
    let random = values::random_part(uri);
    demand(&reply, &rfc9126::REQUEST_URI_RANDOM, values::is_unguessable(random), "a request_uri that cannot be guessed", || {
        uri.into()
    })?;
    Ok(uri.to_owned())
}

const INTERACTION: &[&str] = &["interaction_required", "login_required", "account_selection_required", "consent_required"];

async fn refusal(s: &Session) -> Tried<()> {
    let without_challenge = s.one.push().without("code_challenge").without("code_challenge_method");
    let mut refusals = 0;
    for request in [s.one.push().without("redirect_uri"), without_challenge] {
        let reply = request.send().await?;
        // Other scenarios judge that; this one is about the form of a refusal.
        if reply.grants() {
            continue;
        }
        refusals += 1;
        let redirect = (300..400).contains(&reply.status());
        demand(&reply, &rfc9126::ERROR_FORMAT, !redirect, "an error response, not a redirect", || {
            format!("status {}", reply.status())
        })?;
        let error = error(&reply, &rfc9126::ERROR_FORMAT)?;
        let silent = !INTERACTION.contains(&error.as_str());
        demand(&reply, &rfc9126::NO_INTERACTION_ERRORS, silent, "an error that is not one for user interaction", || {
            error.clone()
        })?;
    }
    if refusals == 0 { s.skip("the server accepts requests without redirect_uri and without PKCE") } else { Ok(()) }
}
