//! Responses of the protected resource, and DPoP nonces.

use fapi::requirement::{rfc6750, rfc8705, rfc9449};

use super::{Place, Slip, slip};

const RESOURCES: &[&str] = &["/resource", "/userinfo"];
const REFUSED: Place = Place::refused(RESOURCES);
const ANY: Place = Place::any(&["/"]);

pub(super) static SLIPS: &[Slip] = &[
    slip("no-challenge", "A refusal has no challenge.", &rfc6750::TOKEN_PRESENT, REFUSED, |draft| {
        draft.drop_header("www-authenticate");
    }),
    slip("head-served", "HEAD is served without a token.", &rfc6750::TOKEN_PRESENT, REFUSED, |draft| {
        if draft.request.method == "HEAD" {
            (draft.status, draft.body) = (200, Default::default());
            draft.drop_header("www-authenticate");
        }
    }),
    slip("bare-scheme", "A challenge has no parameters.", &rfc6750::TOKEN_PRESENT, REFUSED, |draft| {
        draft.edit_header("www-authenticate", |challenge| challenge.split(' ').next().unwrap_or_default().to_owned());
    }),
    slip("forbidden", "A bad token gets 403.", &rfc6750::TOKEN_LIVE, REFUSED, |draft| {
        if draft.status == 401 {
            draft.status = 403;
        }
    }),
    slip("no-dpop-challenge", "There is no DPoP challenge.", &rfc9449::DPOP_CHALLENGE, REFUSED, |draft| {
        draft.headers.retain(|(name, value)| name != "www-authenticate" || !value.starts_with("DPoP"));
    }),
    slip("no-algs", "The DPoP challenge lists no algorithms.", &rfc9449::CHALLENGE_ALGS, REFUSED, |draft| {
        draft.edit_header("www-authenticate", |challenge| without(challenge, "algs"));
    }),
    slip("no-error", "The challenge has no error.", &rfc9449::CHALLENGE_ERROR, REFUSED, |draft| {
        draft.edit_header("www-authenticate", |challenge| without(&without(challenge, "error"), "error_description"));
    }),
    slip("other-error", "An invalid token gets invalid_request.", &rfc6750::TOKEN_LIVE, REFUSED, |draft| {
        draft.edit_header("www-authenticate", |challenge| challenge.replace("invalid_token", "invalid_request"));
    }),
    slip("no-scope-error", "A token without the required scope gets invalid_token.", &rfc6750::SCOPE_COVERS, REFUSED, |draft| {
        draft.edit_header("www-authenticate", |challenge| challenge.replace("insufficient_scope", "invalid_token"));
    }),
    slip(
        "error-without-token",
        "The challenge to a request without a token has an error.",
        &rfc6750::BARE_CHALLENGE,
        REFUSED,
        |draft| {
            if draft.request.headers.iter().all(|(name, _)| name != "authorization") {
                draft.edit_header("www-authenticate", |challenge| format!("{challenge}, error=\"invalid_request\""));
            }
        },
    ),
    slip(
        "error-in-other-scheme",
        "The error is in the Bearer challenge instead of the DPoP challenge.",
        &rfc9449::ERROR_IN_USED_SCHEME,
        REFUSED,
        |draft| {
            draft.edit_header("www-authenticate", |challenge| match challenge.split_once("error=") {
                Some((scheme, rest)) if scheme.starts_with("DPoP") => {
                    format!("DPoP algs=\"ES256\", Bearer error={}", without(rest, "algs"))
                }
                _ => challenge.to_owned(),
            });
        },
    ),
    slip("error-twice", "The challenge has its error twice.", &rfc6750::CHALLENGE_ONCE_EACH, REFUSED, |draft| {
        draft.edit_header("www-authenticate", |challenge| {
            format!("{challenge}, error=\"invalid_token\", error=\"invalid_token\"")
        });
    }),
    slip("error-characters", "The description has invalid characters.", &rfc6750::CHALLENGE_ONCE_EACH, REFUSED, |draft| {
        draft.edit_header("www-authenticate", |challenge| {
            challenge.replace("error_description=\"", "error_description=\"\\\"sorry\\\", ")
        });
    }),
    slip("proxy", "There is a DPoP challenge for proxies.", &rfc9449::NO_PROXY_SCHEME, REFUSED, |draft| {
        draft.add_header("proxy-authenticate", "DPoP algs=\"ES256\"");
    }),
    slip("wrong-certificate-400", "A wrong certificate gets 400.", &rfc8705::CERTIFICATE_MISMATCH, REFUSED, |draft| {
        if draft.status == 401 {
            draft.status = 400;
        }
    }),
    slip("nonce-twice", "There are two nonces.", &rfc9449::ONE_NONCE_HEADER, ANY, |draft| {
        if draft.header("dpop-nonce").is_some() {
            draft.add_header("dpop-nonce", "eyJ7S_zG.eyJH0-Z.HX4w-7v");
        }
    }),
    slip("nonce-characters", "Nonces are quoted.", &rfc9449::NONCE_SYNTAX, ANY, |draft| {
        draft.edit_header("dpop-nonce", |nonce| format!("\"{nonce}\""));
    }),
    slip("nonce-time", "A nonce is the time.", &rfc9449::NONCE_UNPREDICTABLE, ANY, |draft| {
        draft.edit_header("dpop-nonce", |_| "1795327574".into());
    }),
    slip("nonce-cacheable", "Responses with nonces are cacheable.", &rfc9449::NONCE_UNCACHEABLE, ANY, |draft| {
        // Token responses are not cacheable because of other rules.
        if draft.header("dpop-nonce").is_some() && draft.text("access_token").is_none() {
            draft.set_header("cache-control", "public, max-age=60");
        }
    }),
    slip("nonce-not-offered", "A nonce is demanded but not provided.", &rfc9449::NONCE_DEMANDED, ANY, |draft| {
        draft.drop_header("dpop-nonce");
    }),
];

/// A challenge without one of its parameters.
fn without(challenge: &str, name: &str) -> String {
    let Some((before, rest)) = challenge.split_once(&format!("{name}=\"")) else { return challenge.to_owned() };
    let after = rest.split_once('"').map_or("", |(_, after)| after).trim_start_matches(", ");
    format!("{before}{after}").trim_end_matches([',', ' ']).to_owned()
}
