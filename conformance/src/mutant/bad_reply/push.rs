//! Responses to pushed requests.

use fapi::requirement::{fapi2_sp, rfc9126};
use serde_json::{Value, json};

use super::draft::{self, Draft};
use super::{Place, Slip, slip};

const TAKEN: Place = Place::served(&["/par"]);
const REFUSED: Place = Place::refused(&["/par"]);

pub(super) static SLIPS: &[Slip] = &[
    slip("status-200", "A pushed request is answered with 200.", &rfc9126::PUSH_CREATED, TAKEN, |draft| draft.status = 200),
    slip("content-type", "The response does not have a JSON content type.", &rfc9126::PUSH_CREATED, TAKEN, |draft| {
        draft.set_header("content-type", "text/html");
    }),
    slip("no-request-uri", "The response has no request_uri.", &rfc9126::PUSH_CREATED, TAKEN, |draft| draft.omit("request_uri")),
    slip("no-expires-in", "The response has no expires_in.", &rfc9126::PUSH_CREATED, TAKEN, |draft| draft.omit("expires_in")),
    slip("expires-in-text", "expires_in is a string.", &rfc9126::PUSH_CREATED, TAKEN, |draft| draft.set("expires_in", "60")),
    slip("expires-in-zero", "expires_in is zero.", &rfc9126::PUSH_CREATED, TAKEN, |draft| draft.set("expires_in", 0)),
    slip("expires-in-fraction", "expires_in is not an integer.", &rfc9126::PUSH_CREATED, TAKEN, |draft| {
        draft.set("expires_in", json!(59.5));
    }),
    slip("ten-minutes", "expires_in is 600.", &fapi2_sp::REQUEST_URI_TEN_MINUTES, TAKEN, |draft| draft.set("expires_in", 600)),
    slip("two-seconds", "expires_in is 2.", &rfc9126::REQUEST_URI_LIFETIME, TAKEN, |draft| draft.set("expires_in", 2)),
    slip(
        "lives-longer",
        "A request_uri is served for ten seconds after the end that expires_in names.",
        &rfc9126::REQUEST_URI_LIVE,
        TAKEN,
        |draft| shortened(draft, |seconds| seconds.saturating_sub(10)),
    ),
    slip(
        "lives-twice-as-long",
        "A request_uri is served for twice the time that expires_in names.",
        &rfc9126::REQUEST_URI_LIVE,
        TAKEN,
        |draft| shortened(draft, |seconds| seconds / 2),
    ),
    slip("same-twice", "Every pushed request gets the same request_uri.", &rfc9126::REQUEST_URI_RANDOM, TAKEN, |draft| {
        if let Some(uri) = draft.text("request_uri") {
            let first = draft.once("request_uri", uri);
            draft.set("request_uri", first);
        }
    }),
    slip("guessable", "A request_uri is a number.", &rfc9126::REQUEST_URI_RANDOM, TAKEN, |draft| {
        draft.set("request_uri", "urn:ietf:params:oauth:request_uri:1000042");
    }),
    slip(
        "refusal-redirected",
        "An invalid pushed request is answered with a redirect.",
        &rfc9126::ERROR_FORMAT,
        REFUSED,
        |draft| {
            let to = draft.asked("redirect_uri").unwrap_or_else(|| "https://client-1.example/callback".into());
            draft.status = 302;
            draft.set_header("location", &format!("{to}?error=invalid_request"));
        },
    ),
    slip("refusal-html", "An invalid pushed request is answered with a page.", &rfc9126::ERROR_FORMAT, REFUSED, |draft| {
        draft.set_header("content-type", "text/html");
        draft.body = "<!DOCTYPE html><title>Bad Request</title>".into();
    }),
    slip(
        "refusal-without-error",
        "An invalid pushed request is refused without an error code.",
        &rfc9126::ERROR_FORMAT,
        REFUSED,
        |draft| {
            draft.omit("error");
        },
    ),
    slip(
        "interaction-error",
        "An invalid pushed request gets consent_required.",
        &rfc9126::NO_INTERACTION_ERRORS,
        REFUSED,
        |draft| {
            draft.set("error", "consent_required");
        },
    ),
    slip("error-number", "The error is a number.", &rfc9126::ERROR_FORMAT, REFUSED, |draft| {
        draft.set("error", Value::from(7));
    }),
    slip("no-such-method", "A GET request to the PAR endpoint gets 404.", &rfc9126::POST_ONLY, REFUSED, |draft| {
        if draft.status == 405 {
            draft.status = 404;
        }
    }),
    slip("error-status-401", "An invalid pushed request gets 401.", &rfc9126::ERROR_FORMAT, REFUSED, |draft| {
        if draft.status == 400 {
            draft.status = 401;
        }
    }),
];

/// Names a shorter lifetime than the server keeps to.
fn shortened(draft: &mut Draft<'_>, shorter: impl Fn(u64) -> u64) {
    draft.json(|members| draft::edit(members, "expires_in", |seconds| json!(shorter(seconds.as_u64().unwrap_or_default()))));
}
