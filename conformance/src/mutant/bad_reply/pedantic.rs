//! Servers that refuse requests that they must accept.

use data_encoding::BASE64URL_NOPAD;
use fapi::requirement::{oidcc, rfc6749, rfc7515, rfc7521, rfc7636, rfc9110, rfc9126};

use super::draft::{Draft, Members};
use super::{Place, Slip, slip};

const PUSHED: Place = Place::any(&["/par"]);
const TOKENS: Place = Place::any(&["/token"]);
const AUTHORIZE: Place = Place::any(&["/authorize"]);
const RESOURCE: Place = Place::any(&["/resource"]);

/// The parameters of OAuth, OpenID Connect and FAPI.
const KNOWN: &[&str] = &[
    "response_type",
    "client_id",
    "redirect_uri",
    "state",
    "scope",
    "nonce",
    "code_challenge",
    "code_challenge_method",
    "client_assertion",
    "client_assertion_type",
    "client_secret",
    "dpop_jkt",
    "prompt",
    "max_age",
    "claims",
    "acr_values",
    "display",
    "ui_locales",
    "claims_locales",
    "login_hint",
    "id_token_hint",
    "request",
    "request_uri",
    "response_mode",
    "resource",
    "grant_type",
    "code",
    "refresh_token",
];

pub(super) static SLIPS: &[Slip] = &[
    slip(
        "token-parameters",
        "A pushed request with grant_type is refused.",
        &rfc9126::TOKEN_PARAMETERS_IGNORED,
        PUSHED,
        |draft| {
            refuse_if(draft, |draft| draft.asked("grant_type").is_some());
        },
    ),
    slip(
        "unknown-parameter",
        "A pushed request with an unknown parameter is refused.",
        &rfc6749::UNKNOWN_IGNORED,
        PUSHED,
        |draft| {
            refuse_if(draft, |draft| names(draft).any(|name| !KNOWN.contains(&name.as_str())));
        },
    ),
    slip("empty-parameter", "A pushed request with an empty parameter is refused.", &rfc6749::EMPTY_IS_ABSENT, PUSHED, |draft| {
        refuse_if(draft, |draft| form_urlencoded::parse(&draft.request.body).any(|(_, value)| value.is_empty()));
    }),
    slip("locales", "A pushed request with preferred languages is refused.", &oidcc::LOCALES_HARMLESS, PUSHED, |draft| {
        refuse_if(draft, |draft| draft.asked("ui_locales").is_some());
    }),
    slip("essential", "A pushed request with an essential claim is refused.", &oidcc::ESSENTIAL_MISSING, PUSHED, |draft| {
        refuse_if(draft, |draft| draft.asked("claims").is_some_and(|claims| claims.contains("essential")));
    }),
    slip("acr", "A pushed request with acr_values is refused.", &oidcc::ACR_VOLUNTARY, PUSHED, |draft| {
        refuse_if(draft, |draft| draft.asked("acr_values").is_some());
    }),
    slip("display", "A pushed request with display causes a server error.", &oidcc::UNKNOWN_PROMPT, PUSHED, |draft| {
        if draft.asked("display").is_some() {
            draft.status = 500;
        }
    }),
    slip("offline", "A pushed request for offline_access is refused.", &oidcc::OFFLINE_ACCESS, PUSHED, |draft| {
        refuse_if(draft, |draft| draft.asked("scope").is_some_and(|scope| scope.contains("offline_access")));
    }),
    slip("late-method", "A token request with code_challenge_method is refused.", &rfc7636::METHOD_OF_CODE, TOKENS, |draft| {
        refuse_if(draft, |draft| draft.asked("code_challenge_method").is_some());
    }),
    slip(
        "extra-parameter",
        "A token request with an empty parameter is refused.",
        &rfc6749::TOKEN_UNKNOWN_IGNORED,
        TOKENS,
        |draft| {
            refuse_if(draft, |draft| form_urlencoded::parse(&draft.request.body).any(|(_, value)| value.is_empty()));
        },
    ),
    slip(
        "assertion-header",
        "An assertion with an unknown header parameter is refused.",
        &rfc7515::UNKNOWN_HEADERS_IGNORED,
        TOKENS,
        |draft| {
            refuse_if(draft, |draft| {
                let header = draft.asked("client_assertion").map(|jwt| header_of(&jwt)).unwrap_or_default();
                header.keys().any(|name| !["alg", "kid", "typ"].contains(&name.as_str()))
            });
        },
    ),
    slip(
        "assertion-alone",
        "A token request with an assertion needs a client_id as well.",
        &rfc7521::CLIENT_ID_UNNECESSARY,
        TOKENS,
        |draft| {
            refuse_if(draft, |draft| draft.asked("client_assertion").is_some() && draft.asked("client_id").is_none());
        },
    ),
    slip("proof-typ", "The typ of a proof is case-sensitive.", &rfc7515::TYP_AS_MEDIA_TYPE, TOKENS, |draft| {
        refuse_if(draft, |draft| {
            let proof = draft.request.headers.iter().find(|(name, _)| name == "dpop").map(|(_, proof)| header_of(proof));
            proof.is_some_and(|header| header.get("typ").is_none_or(|typ| typ != "dpop+jwt"))
        });
    }),
    slip("no-post", "The authorization endpoint refuses POST.", &oidcc::GET_AND_POST, AUTHORIZE, |draft| {
        if draft.request.method == "POST" {
            draft.status = 405;
        }
    }),
    slip("scheme-case", "The authentication scheme is case-sensitive.", &rfc9110::SCHEME_ANY_CASE, RESOURCE, |draft| {
        let scheme = draft.request.headers.iter().find(|(name, _)| name == "authorization").map(|(_, value)| value.clone());
        if scheme.is_some_and(|value| !value.starts_with("DPoP ") && !value.starts_with("Bearer ")) {
            draft.status = 401;
        }
    }),
];

fn names(draft: &Draft<'_>) -> impl Iterator<Item = String> {
    form_urlencoded::parse(&draft.request.body).map(|(name, _)| name.into_owned()).collect::<Vec<_>>().into_iter()
}

fn header_of(jwt: &str) -> Members {
    let header = jwt.split('.').next().and_then(|part| BASE64URL_NOPAD.decode(part.as_bytes()).ok());
    header.and_then(|header| serde_json::from_slice(&header).ok()).unwrap_or_default()
}

fn refuse_if(draft: &mut Draft<'_>, wrong: impl FnOnce(&Draft<'_>) -> bool) {
    if wrong(draft) {
        draft.status = 400;
        draft.set_header("content-type", "application/json");
        draft.body = r#"{"error":"invalid_request"}"#.into();
    }
}
