//! Claims of the ID token.

use fapi::requirement::oidcc;
use serde_json::{Value, json};

use super::draft::{self, Draft};
use super::{Place, Slip, slip};

const TOKENS: Place = Place::served(&["/token"]);

pub(super) static SLIPS: &[Slip] = &[
    slip("no-iss", "iss is missing.", &oidcc::ID_TOKEN_CLAIMS, TOKENS, |draft| without(draft, "iss")),
    slip("iss-of-another", "iss is another issuer.", &oidcc::ID_TOKEN_CLAIMS, TOKENS, |draft| {
        set(draft, "iss", json!("https://other.example"));
    }),
    slip("iss-without-scheme", "iss has no scheme.", &oidcc::ID_TOKEN_CLAIMS, TOKENS, |draft| {
        edit(draft, "iss", |iss| json!(iss.as_str().unwrap_or_default().trim_start_matches("https://")));
    }),
    slip("no-sub", "sub is missing.", &oidcc::ID_TOKEN_CLAIMS, TOKENS, |draft| without(draft, "sub")),
    slip("sub-number", "sub is a number.", &oidcc::ID_TOKEN_CLAIMS, TOKENS, |draft| set(draft, "sub", json!(42))),
    slip("sub-long", "sub has 256 characters.", &oidcc::SUBJECT, TOKENS, |draft| set(draft, "sub", json!("a".repeat(256)))),
    slip("sub-changing", "sub is different each time.", &oidcc::SUBJECT, TOKENS, |draft| {
        set(draft, "sub", json!(crate::keys::random()));
    }),
    slip("no-aud", "aud is missing.", &oidcc::ID_TOKEN_CLAIMS, TOKENS, |draft| without(draft, "aud")),
    slip("aud-of-another", "aud is another client.", &oidcc::AUDIENCE_AND_TIMES, TOKENS, |draft| {
        set(draft, "aud", json!("another-client"));
    }),
    slip("no-exp", "exp is missing.", &oidcc::ID_TOKEN_CLAIMS, TOKENS, |draft| without(draft, "exp")),
    slip("exp-past", "The ID token has expired when it is issued.", &oidcc::ID_TOKEN_CLAIMS, TOKENS, |draft| {
        edit(draft, "exp", |exp| json!(exp.as_i64().unwrap_or_default() - 86_400));
    }),
    slip("exp-text", "exp is a string.", &oidcc::AUDIENCE_AND_TIMES, TOKENS, |draft| {
        edit(draft, "exp", |exp| json!(exp.to_string()));
    }),
    slip("exp-milliseconds", "Times are in milliseconds.", &oidcc::AUDIENCE_AND_TIMES, TOKENS, |draft| {
        edit(draft, "exp", |exp| json!(exp.as_i64().unwrap_or_default() * 1000));
    }),
    slip("no-iat", "iat is missing.", &oidcc::ID_TOKEN_CLAIMS, TOKENS, |draft| without(draft, "iat")),
    slip("iat-future", "iat is an hour ahead.", &oidcc::ID_TOKEN_CLAIMS, TOKENS, |draft| {
        edit(draft, "iat", |iat| json!(iat.as_i64().unwrap_or_default() + 3600));
    }),
    slip("iat-date", "iat is a date as text.", &oidcc::AUDIENCE_AND_TIMES, TOKENS, |draft| {
        set(draft, "iat", json!("2024-06-01T12:00:00Z"));
    }),
    slip("no-auth-time", "auth_time is missing although max_age was sent.", &oidcc::AUTH_TIME, TOKENS, |draft| {
        without(draft, "auth_time");
    }),
    slip("auth-time-future", "auth_time is a day ahead.", &oidcc::AUTH_TIME, TOKENS, |draft| {
        edit(draft, "auth_time", |time| json!(time.as_i64().unwrap_or_default() + 86_400));
    }),
    slip("auth-time-text", "auth_time is a string.", &oidcc::AUTH_TIME, TOKENS, |draft| {
        edit(draft, "auth_time", |time| json!(time.to_string()));
    }),
    slip("amr-text", "amr is a string.", &oidcc::ID_TOKEN_CLAIMS, TOKENS, |draft| {
        edit(draft, "amr", |_| json!("pwd"));
    }),
    slip("null-claim", "A claim without a value is null.", &oidcc::NO_EMPTY_CLAIMS, TOKENS, |draft| {
        set(draft, "acr", Value::Null);
    }),
    slip("scope-claims", "The ID token has claims that were requested by scope.", &oidcc::SCOPE_CLAIMS_PLACE, TOKENS, |draft| {
        set(draft, "email", json!("alice@example.com"));
    }),
];

fn without(draft: &mut Draft<'_>, name: &str) {
    draft.id_token(|claims| drop(claims.remove(name)));
}

fn set(draft: &mut Draft<'_>, name: &str, value: Value) {
    draft.id_token(|claims| drop(claims.insert(name.to_owned(), value)));
}

/// Changes a claim if it is present.
fn edit(draft: &mut Draft<'_>, name: &str, edit: impl FnOnce(&Value) -> Value) {
    draft.id_token(|claims| draft::edit(claims, name, edit));
}
