//! Token responses.

use fapi::requirement::{fapi2_sp, oidcc, rfc6749, rfc6750, rfc8414, rfc9449};
use serde_json::{Value, json};

use super::{Place, Slip, slip};

const TOKENS: Place = Place::served(&["/token"]);

pub(super) static SLIPS: &[Slip] = &[
    slip("status-201", "Token responses have status 201.", &rfc6749::TOKEN_RESPONSE_SHAPE, TOKENS, |draft| draft.status = 201),
    slip("content-type", "Token responses do not have a JSON content type.", &rfc6749::TOKEN_RESPONSE_SHAPE, TOKENS, |draft| {
        draft.set_header("content-type", "text/html; charset=utf-8");
    }),
    slip("form-encoded", "Token responses are forms.", &rfc6749::TOKEN_RESPONSE, TOKENS, |draft| {
        let text = draft.text("access_token").unwrap_or_default();
        draft.set_header("content-type", "application/x-www-form-urlencoded");
        draft.body = format!("access_token={text}&token_type=DPoP").into();
    }),
    slip("no-access-token", "There is no access token.", &rfc6749::TOKEN_RESPONSE_SHAPE, TOKENS, |draft| {
        draft.omit("access_token");
    }),
    slip(
        "no-refresh-token",
        "There is no refresh token although the grant is announced.",
        &rfc8414::REQUIRED_MEMBERS,
        TOKENS,
        |draft| {
            draft.omit("refresh_token");
        },
    ),
    slip("no-expires-in", "expires_in is missing.", &rfc6749::LIFETIME_TOLD, TOKENS, |draft| {
        draft.omit("expires_in");
    }),
    slip("no-token-type", "There is no token_type.", &rfc6749::TOKEN_RESPONSE_SHAPE, TOKENS, |draft| draft.omit("token_type")),
    slip("other-token-type", "token_type is `mac`.", &rfc6749::TOKEN_RESPONSE_SHAPE, TOKENS, |draft| {
        draft.set("token_type", "mac");
    }),
    slip("bearer", "The token_type of a token bound to a DPoP key is Bearer.", &rfc9449::TOKEN_TYPE_DPOP, TOKENS, |draft| {
        draft.set("token_type", "Bearer");
    }),
    slip("expires-in-text", "expires_in is a string.", &rfc6749::TOKEN_RESPONSE_SHAPE, TOKENS, |draft| {
        draft.set("expires_in", "300");
    }),
    slip("expires-in-date", "expires_in is a time, not a duration.", &rfc6750::LIFETIME_AND_INTEGRITY, TOKENS, |draft| {
        draft.set("expires_in", 1_999_999_999);
    }),
    slip("expires-in-a-day", "Tokens live for a day.", &rfc6750::SHORT_LIVED, TOKENS, |draft| draft.set("expires_in", 86_400)),
    slip("expires-in-zero", "Tokens have expired when they are issued.", &rfc6750::LIFETIME_AND_INTEGRITY, TOKENS, |draft| {
        draft.set("expires_in", 0);
    }),
    slip("a-week", "DPoP tokens expire only after a week.", &rfc9449::NO_LONG_LIVED_TOKENS, TOKENS, |draft| {
        draft.set("expires_in", 604_800);
    }),
    slip(
        "a-day",
        "Tokens expire only after a day although there is a refresh token.",
        &fapi2_sp::SHORT_ACCESS_TOKENS,
        TOKENS,
        |draft| {
            draft.set("expires_in", 86_400);
        },
    ),
    slip("cacheable", "Token responses are cacheable.", &rfc6749::NO_STORE, TOKENS, |draft| draft.drop_header("cache-control")),
    slip("private-cache", "Token responses are cacheable by the browser.", &rfc6749::NO_STORE, TOKENS, |draft| {
        draft.set_header("cache-control", "private, max-age=60");
    }),
    slip("cacheable-openid", "Token responses with an ID token are cacheable.", &oidcc::TOKEN_RESPONSE, TOKENS, |draft| {
        if draft.text("id_token").is_some() {
            draft.set_header("cache-control", "max-age=300");
        }
    }),
    slip("null-member", "A member without a value is null.", &oidcc::NO_NULLS, TOKENS, |draft| {
        draft.set("authorization_details", Value::Null);
    }),
    slip("more-scope", "scope is more than was granted.", &rfc6749::SCOPE_RETURNED, TOKENS, |draft| {
        draft.edit("scope", |scope| format!("{scope} api:write"));
    }),
    slip("scope-list", "scope is a list.", &rfc6749::SCOPE_RETURNED, TOKENS, |draft| {
        draft.set("scope", json!(["openid", "api:read"]));
    }),
    slip("no-id-token", "There is no ID token.", &oidcc::TOKEN_RESPONSE, TOKENS, |draft| draft.omit("id_token")),
    slip("user-beside", "Another member identifies the user.", &fapi2_sp::IDENTITY_BY_OPENID, TOKENS, |draft| {
        draft.omit("id_token");
        draft.set("user", json!({ "id": "alice" }));
    }),
    slip("token-characters", "Access tokens have invalid characters.", &rfc6749::ACCESS_TOKEN_SYNTAX, TOKENS, |draft| {
        draft.edit("access_token", |token| format!("{token}\u{e4} {token}"));
    }),
    slip("refresh-characters", "Refresh tokens have invalid characters.", &rfc6749::REFRESH_TOKEN_SYNTAX, TOKENS, |draft| {
        draft.edit("refresh_token", |token| format!("{token}\u{fc}\n"));
    }),
    slip("refresh-guessable", "Refresh tokens are numbers.", &rfc6749::TOKENS_UNGUESSABLE, TOKENS, |draft| {
        draft.edit("refresh_token", |_| "100000000000042".into());
    }),
    slip(
        "own-refresh",
        "The client credentials grant returns a refresh token.",
        &rfc6749::NO_CLIENT_CREDENTIALS_REFRESH,
        TOKENS,
        |draft| {
            if draft.asked("grant_type").as_deref() == Some("client_credentials") {
                draft.set("refresh_token", "tGzv3JOkF0XG5Qx2TlKWIAtGzv3JOkF0XG5Qx2TlKWIA");
            }
        },
    ),
];
