//! Error responses of the back channel.

use fapi::requirement::{oidcc, rfc6749, rfc7662, rfc9449};

use super::draft::Draft;
use super::{Place, Slip, slip};

const TOKEN: Place = Place::refused(&["/token"]);
const INTROSPECTION: Place = Place::refused(&["/introspect"]);

pub(super) static SLIPS: &[Slip] = &[
    slip("status-200", "Errors have status 200.", &rfc6749::TOKEN_ERROR_SHAPE, TOKEN, |draft| draft.status = 200),
    slip("status-403", "Errors have status 403.", &oidcc::TOKEN_ERRORS, TOKEN, |draft| {
        if draft.status == 400 {
            draft.status = 403;
        }
    }),
    slip("grant-401", "An invalid code gets 401.", &rfc6749::TOKEN_ERROR_SHAPE, TOKEN, |draft| {
        if draft.text("error").as_deref() == Some("invalid_grant") {
            draft.status = 401;
        }
    }),
    slip("html", "Errors are HTML pages.", &rfc6749::TOKEN_ERROR_SHAPE, TOKEN, |draft| {
        draft.set_header("content-type", "text/html");
        draft.body = "<!DOCTYPE html><title>Error</title>".into();
    }),
    slip("content-type", "Errors do not have a JSON content type.", &oidcc::TOKEN_ERRORS, TOKEN, |draft| {
        draft.set_header("content-type", "text/plain");
    }),
    slip("no-error", "Error responses have no error.", &rfc6749::TOKEN_ERROR_SHAPE, TOKEN, |draft| draft.omit("error")),
    slip("error-in-words", "Errors are sentences.", &rfc6749::TOKEN_ERROR_SHAPE, TOKEN, |draft| {
        draft.set("error", "The \"code\" is bad");
    }),
    slip("description-characters", "Descriptions have line breaks.", &rfc6749::TOKEN_ERROR_SHAPE, TOKEN, |draft| {
        draft.set("error_description", "the code\nis bad");
    }),
    slip("description-list", "Descriptions are lists.", &rfc6749::TOKEN_ERROR_SHAPE, TOKEN, |draft| {
        draft.set("error_description", vec!["code", "is", "bad"]);
    }),
    slip("grant-as-request", "An invalid code gets invalid_request.", &rfc6749::INVALID_GRANT, TOKEN, |draft| {
        renamed(draft, "invalid_grant", "invalid_request");
    }),
    slip("proof-as-request", "An invalid proof gets invalid_request.", &rfc9449::INVALID_PROOF_ERROR, TOKEN, |draft| {
        renamed(draft, "invalid_dpop_proof", "invalid_request");
    }),
    slip("proof-as-token", "An invalid proof gets invalid_token.", &rfc9449::INVALID_PROOF_ERROR, TOKEN, |draft| {
        renamed(draft, "invalid_dpop_proof", "invalid_token");
    }),
    slip("grant-type", "An unknown grant type gets invalid_grant.", &rfc6749::GRANT_TYPE_SERVED, TOKEN, |draft| {
        renamed(draft, "unsupported_grant_type", "invalid_grant");
    }),
    slip("basic-unchallenged", "Invalid credentials get no challenge.", &rfc6749::BASIC_CHALLENGED, TOKEN, |draft| {
        draft.drop_header("www-authenticate");
    }),
    slip(
        "basic-other-challenge",
        "Invalid credentials get a challenge of another scheme.",
        &rfc6749::BASIC_CHALLENGED,
        TOKEN,
        |draft| {
            draft.edit_header("www-authenticate", |_| "Bearer realm=\"token\"".into());
        },
    ),
    slip("basic-400", "Invalid credentials get 400.", &rfc6749::BASIC_CHALLENGED, TOKEN, |draft| {
        if draft.request.headers.iter().any(|(name, _)| name == "authorization") {
            draft.status = 400;
        }
    }),
    slip(
        "introspection-inactive",
        "An unauthenticated introspection request gets 200 with active false.",
        &rfc7662::CALLER_AUTHORIZED,
        INTROSPECTION,
        |draft| {
            draft.status = 200;
            draft.body = r#"{"active":false}"#.into();
        },
    ),
];

fn renamed(draft: &mut Draft<'_>, from: &str, to: &str) {
    if draft.text("error").as_deref() == Some(from) {
        draft.set("error", to);
    }
}
