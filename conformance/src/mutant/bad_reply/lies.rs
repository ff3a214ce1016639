//! Replies that say more, less or something else than the server does.

use fapi::requirement::{fapi2_sp, oauth2_rt, oidcc, rfc6749, rfc7662, rfc9068};
use serde_json::json;

use super::draft::{self, Draft};
use super::{FRONT, Place, Slip, slip};

const TOKENS: Place = Place::served(&["/token"]);
const INTROSPECTION: Place = Place::served(&["/introspect"]);
const RESPONSE: Place = Place::redirected(FRONT);

pub(super) static SLIPS: &[Slip] = &[
    slip("longer", "expires_in is twice the lifetime of the token.", &rfc6749::TOKEN_RESPONSE_SHAPE, TOKENS, |draft| {
        draft.json(|members| {
            draft::edit(members, "expires_in", |seconds| json!(seconds.as_u64().unwrap_or_default() * 2 + 120));
        });
    }),
    slip("longer-at-refresh", "expires_in of a refresh is too long.", &rfc6749::TOKEN_RESPONSE_SHAPE, TOKENS, |draft| {
        if draft.asked("grant_type").as_deref() == Some("refresh_token") {
            draft.json(|members| {
                draft::edit(members, "expires_in", |seconds| json!(seconds.as_u64().unwrap_or_default() * 2 + 120));
            });
        }
    }),
    slip(
        "introspected-scope",
        "Introspection names more scope than was granted.",
        &rfc7662::ANSWER_SHAPE,
        INTROSPECTION,
        |draft| {
            draft.edit("scope", |scope| format!("{scope} urn:example:more"));
        },
    ),
    slip("introspected-hint", "A token is not active if the hint is wrong.", &rfc7662::HINT_IS_A_HINT, INTROSPECTION, |draft| {
        if draft.asked("token_type_hint").is_some_and(|hint| hint != "access_token") {
            draft.body = json!({ "active": false }).to_string().into();
        }
    }),
    slip("introspected-number", "active is the number 1.", &rfc7662::ANSWER_SHAPE, INTROSPECTION, |draft| draft.set("active", 1)),
    slip("token-scope", "The access token has more scope than the response names.", &rfc9068::SCOPE_CLAIM, TOKENS, |draft| {
        draft.access_token(|_, claims| {
            draft::edit(claims, "scope", |scope| json!(format!("{} urn:example:more", scope.as_str().unwrap_or_default())));
        });
    }),
    slip("token-client", "client_id in the access token is another client.", &rfc9068::CLAIMS, TOKENS, |draft| {
        draft.access_token(|_, claims| drop(claims.insert("client_id".into(), json!("another-client"))));
    }),
    slip("more-scope-at-refresh", "A refresh widens the scope.", &rfc6749::REFRESH_SCOPE_KEPT, TOKENS, |draft| {
        if draft.asked("grant_type").as_deref() == Some("refresh_token") && draft.asked("scope").is_none() {
            draft.edit("scope", |scope| format!("{scope} urn:example:more"));
        }
    }),
    slip("cacheable-refresh", "Responses to refresh requests are cacheable.", &rfc6749::NO_STORE, TOKENS, |draft| {
        if draft.asked("grant_type").as_deref() == Some("refresh_token") {
            draft.drop_header("cache-control");
        }
    }),
    slip("cacheable-own", "Tokens of the client itself are cacheable.", &rfc6749::NO_STORE, TOKENS, |draft| {
        if draft.asked("grant_type").as_deref() == Some("client_credentials") {
            draft.set_header("cache-control", "max-age=60");
        }
    }),
    slip("bearer-at-refresh", "A refresh calls a bound token Bearer.", &rfc6749::TOKEN_RESPONSE_SHAPE, TOKENS, |draft| {
        if draft.asked("grant_type").as_deref() == Some("refresh_token") {
            draft.set("token_type", "mac");
        }
    }),
    slip("azp-of-another", "azp is another client.", &oidcc::AUDIENCE_AND_TIMES, TOKENS, |draft| {
        draft.id_token(|claims| drop(claims.insert("azp".into(), json!("another-client"))));
    }),
    slip("aud-list-of-others", "aud is a list of other clients.", &oidcc::AUDIENCE_AND_TIMES, TOKENS, |draft| {
        draft.id_token(|claims| drop(claims.insert("aud".into(), json!(["another-client", "one-more-client"]))));
    }),
    slip("error-beside-code", "A response with a code has an error as well.", &rfc6749::ERROR_REDIRECTED, RESPONSE, |draft| {
        beside_code(draft, "error", "server_error");
    }),
    slip(
        "id-token-beside-code",
        "A response with a code has an ID token as well.",
        &fapi2_sp::RESPONSE_TYPE_CODE,
        RESPONSE,
        |draft| {
            beside_code(draft, "id_token", "eyJhbGciOiJub25lIn0.e30.");
        },
    ),
    slip("token-beside-code", "A response with a code has a token as well.", &fapi2_sp::RESPONSE_TYPE_CODE, RESPONSE, |draft| {
        beside_code(draft, "access_token", "2YotnFZFEjr1zCsicMWpAA2YotnFZFEjr1zCsicMWpAA");
    }),
    slip("token-in-fragment", "A response has a token in the fragment.", &oauth2_rt::DEFAULT_RESPONSE_MODE, RESPONSE, |draft| {
        let Some(mut url) = draft.callback() else { return };
        url.set_fragment(Some("access_token=2YotnFZFEjr1zCsicMWpAA2YotnFZFEjr1zCsicMWpAA&token_type=Bearer"));
        draft.set_header("location", url.as_str());
    }),
    slip("two-issuers", "A response names another issuer and then the right one.", &fapi2_sp::RESPONSE_ISS, RESPONSE, |draft| {
        draft.response(|parameters| parameters.insert(0, ("iss".into(), "https://other.example".into())));
    }),
    slip("two-codes", "A response has two codes.", &oidcc::CODE_IN_QUERY, RESPONSE, |draft| {
        beside_code(draft, "code", "SplxlOBeZQQYbYS6WxSbIASplxlOBeZQQYbYS6WxSbIA");
    }),
    slip("two-states", "A response has two states.", &rfc6749::STATE_ECHOED, RESPONSE, |draft| {
        draft.response(|parameters| parameters.push(("state".into(), "another".into())));
    }),
];

/// Adds a parameter to a response with a code.
fn beside_code(draft: &mut Draft<'_>, name: &str, value: &str) {
    draft.response(|parameters| {
        if parameters.iter().any(|(known, _)| known == "code") {
            parameters.push((name.to_owned(), value.to_owned()));
        }
    });
}
