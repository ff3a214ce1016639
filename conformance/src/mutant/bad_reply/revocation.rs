//! Revocation responses.

use fapi::requirement::rfc7009;

use super::draft::Draft;
use super::{Place, Slip, slip};

const REVOKED: Place = Place::served(&["/revoke"]);
const ISSUED_AND_REVOKED: Place = Place::served(&["/token", "/revoke"]);

pub(super) static SLIPS: &[Slip] = &[
    slip(
        "unknown-400",
        "The revocation of an unknown token gets an error.",
        &rfc7009::UNKNOWN_IS_REVOKED,
        ISSUED_AND_REVOKED,
        |draft| {
            for member in ["access_token", "refresh_token"] {
                let issued = draft.text(member);
                issued.into_iter().for_each(|token| drop(draft.once(&token, String::new())));
            }
            if draft.asked("token").is_some_and(|token| !draft.memory.contains_key(&token)) {
                refuse(draft, "invalid_token");
            }
        },
    ),
    slip("status-204", "A revocation is answered with 204.", &rfc7009::UNKNOWN_IS_REVOKED, REVOKED, |draft| draft.status = 204),
    slip(
        "hint-decides",
        "A revocation with a wrong hint gets unsupported_token_type.",
        &rfc7009::HINT_IS_A_HINT,
        REVOKED,
        |draft| {
            let kind = if is_refresh_token(draft) { "refresh_token" } else { "access_token" };
            if draft.asked("token_type_hint").is_some_and(|hint| hint != kind) {
                refuse(draft, "unsupported_token_type");
            }
        },
    ),
    slip(
        "refresh-tokens-stay",
        "The revocation of refresh tokens gets invalid_request.",
        &rfc7009::REFRESH_TOKENS_REVOCABLE,
        REVOKED,
        |draft| {
            if is_refresh_token(draft) {
                refuse(draft, "invalid_request");
            }
        },
    ),
    slip(
        "unsupported",
        "The revocation of refresh tokens gets unsupported_token_type.",
        &rfc7009::TOKEN_TYPE_REVOCABLE,
        REVOKED,
        |draft| {
            if is_refresh_token(draft) {
                refuse(draft, "unsupported_token_type");
            }
        },
    ),
];

/// Returns true for a refresh token: here access tokens are JWTs, and no other token is one.
fn is_refresh_token(draft: &Draft<'_>) -> bool {
    draft.asked("token").is_some_and(|token| !token.contains('.'))
}

fn refuse(draft: &mut Draft<'_>, error: &str) {
    draft.status = 400;
    draft.set_header("content-type", "application/json");
    draft.body = format!(r#"{{"error":"{error}"}}"#).into();
}
