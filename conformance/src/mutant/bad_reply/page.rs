//! Pages and redirects for browsers.

use fapi::requirement::{fapi2_sp, rfc6749, rfc9700};

use super::{FRONT, Place, Slip, slip};

const ANY: Place = Place::any(FRONT);
const PAGE: Place = Place::served(FRONT);
const REDIRECT: Place = Place::redirected(FRONT);

pub(super) static SLIPS: &[Slip] = &[
    slip("status-307", "A form with a password is answered with a 307 redirect.", &fapi2_sp::NO_307, REDIRECT, |draft| {
        draft.status = 307
    }),
    slip("status-308", "A form is answered with a 308 redirect.", &fapi2_sp::SEE_OTHER, REDIRECT, |draft| draft.status = 308),
    slip("status-302", "Redirects have status 302.", &fapi2_sp::SEE_OTHER, REDIRECT, |draft| draft.status = 302),
    slip("cors", "The authorization endpoint allows CORS.", &fapi2_sp::NO_CORS, ANY, |draft| {
        draft.set_header("access-control-allow-origin", "*");
    }),
    slip("framed", "Pages can be framed.", &rfc6749::NO_FRAMING, PAGE, |draft| {
        draft.drop_header("x-frame-options");
        draft.drop_header("content-security-policy");
    }),
    slip("framed-by-policy", "Pages allow every frame ancestor.", &rfc9700::NO_CLICKJACKING, PAGE, |draft| {
        draft.drop_header("x-frame-options");
        draft.edit_header("content-security-policy", |policy| policy.replace("frame-ancestors 'none'", "frame-ancestors *"));
    }),
    slip("framed-later", "The consent page can be framed.", &rfc6749::NO_FRAMING, PAGE, |draft| {
        if !String::from_utf8_lossy(&draft.body).contains("type=\"password\"") {
            draft.drop_header("x-frame-options");
            draft.drop_header("content-security-policy");
        }
    }),
    slip("referrer-told", "Pages tell their whole URL to other sites.", &rfc9700::NO_REFERRER, PAGE, |draft| {
        draft.set_header("referrer-policy", "no-referrer, unsafe-url");
    }),
    slip(
        "referrer-told-in-errors",
        "Error pages have no referrer policy.",
        &rfc9700::NO_REFERRER,
        Place::refused(FRONT),
        |draft| {
            draft.drop_header("referrer-policy");
        },
    ),
    slip(
        "markup-repeated",
        "Error pages repeat parameters as markup.",
        &rfc6749::VALUES_SANITISED,
        Place::refused(FRONT),
        |draft| {
            let repeated: String = draft.request.url.query_pairs().map(|(_, value)| value.into_owned()).collect();
            draft.body = [draft.body.as_ref(), repeated.as_bytes()].concat().into();
        },
    ),
    slip("no-hsts", "Pages have no Strict-Transport-Security.", &fapi2_sp::HSTS, ANY, |draft| {
        draft.drop_header("strict-transport-security")
    }),
    slip("hsts-over", "Strict-Transport-Security has max-age 0.", &fapi2_sp::HSTS, ANY, |draft| {
        draft.set_header("strict-transport-security", "max-age=0");
    }),
];
