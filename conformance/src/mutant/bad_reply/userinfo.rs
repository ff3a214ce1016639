//! Userinfo responses.

use fapi::requirement::oidcc;
use serde_json::{Value, json};

use super::{Place, Slip, slip};

const USERINFO: Place = Place::served(&["/userinfo"]);

pub(super) static SLIPS: &[Slip] = &[
    slip("no-sub", "sub is missing.", &oidcc::USERINFO_SUBJECT, USERINFO, |draft| draft.omit("sub")),
    slip("other-sub", "sub is not that of the ID token.", &oidcc::USERINFO_SUBJECT, USERINFO, |draft| {
        draft.set("sub", "8f7a-alice");
    }),
    slip("content-type", "Responses do not have a JSON content type.", &oidcc::USERINFO_TYPE, USERINFO, |draft| {
        draft.set_header("content-type", "text/plain");
    }),
    slip("marked-jwt", "Plain claims have the content type of a JWT.", &oidcc::USERINFO_TYPE, USERINFO, |draft| {
        draft.set_header("content-type", "application/jwt");
    }),
    slip("null-claim", "A claim without a value is null.", &oidcc::USERINFO_NO_EMPTY, USERINFO, |draft| {
        draft.set("phone_number", Value::Null);
    }),
    slip("empty-claim", "A claim without a value is an empty string.", &oidcc::USERINFO_NO_EMPTY, USERINFO, |draft| {
        draft.set("picture", "");
    }),
    slip("no-email", "The scope email does not return the email.", &oidcc::SCOPE_CLAIMS, USERINFO, |draft| draft.omit("email")),
    slip("email-unasked", "The email is returned without its scope.", &oidcc::SCOPE_CLAIMS, USERINFO, |draft| {
        draft.set("email", "alice@example.com");
    }),
    slip("post-refused", "POST is refused.", &oidcc::USERINFO_SERVED, USERINFO, |draft| {
        if draft.request.method == "POST" {
            draft.status = 405;
        }
    }),
    slip("flag-as-text", "A boolean is a string.", &oidcc::CLAIM_TYPES, USERINFO, |draft| draft.set("email_verified", "true")),
    slip("email-list", "The email is an array with one string.", &oidcc::NORMAL_CLAIMS, USERINFO, |draft| {
        draft.json(|claims| {
            let email = claims.remove("email").unwrap_or_default();
            claims.insert("email".into(), json!([email]));
        });
    }),
];
