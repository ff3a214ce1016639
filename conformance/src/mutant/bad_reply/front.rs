//! Tokens in authorization responses, responses in forms, and responses and introspection responses in JWTs.

use data_encoding::BASE64URL_NOPAD;
use fapi::requirement::{fapi1_adv, fapi2_ms, jarm, oauth2_fp, oauth2_rt, oidcc, rfc9701};
use serde_json::json;
use url::Url;

use super::draft::{Draft, Members, resigned};
use super::{FRONT, Mutant, Place, Slip, mutant, slip};
use crate::client::form::encode;
use crate::variant::Plan;

const RESPONSE: Place = Place::redirected(FRONT);
const PAGE: Place = Place::served(FRONT);
const INTROSPECTION: Place = Place::served(&["/introspect"]);

/// One mutant per row, each in the plan whose responses it is about.
pub(super) fn all() -> Vec<Mutant> {
    let of = |plan: &str, slips: &'static [Slip]| {
        let plan = Plan::find(plan).ok();
        slips.iter().map(move |slip| Mutant { of: plan, ..mutant("front", slip) })
    };
    of("oidcc-front-channel", TOKENS)
        .chain(of("fapi1-advanced", DETACHED_SIGNATURES))
        .chain(of("fapi2-message-signing", JWTS))
        .collect()
}

/// A hash of another text.
const OTHER_HASH: &str = "77QmUPtjPfzWtF2AnpK9RQ";

static TOKENS: &[Slip] = &[
    slip("no-c-hash", "The ID token has no c_hash.", &oidcc::C_HASH, RESPONSE, |draft| {
        id_token(draft, |claims, _| drop(claims.remove("c_hash")));
    }),
    slip("c-hash-of-another", "c_hash is that of another code.", &oidcc::C_HASH, RESPONSE, |draft| {
        id_token(draft, |claims, beside| replace(claims, "c_hash", has(beside, "code")));
    }),
    slip(
        "no-at-hash",
        "The ID token beside a code and an access token has no at_hash.",
        &oidcc::HYBRID_HASHES,
        RESPONSE,
        |draft| {
            id_token(draft, |claims, beside| {
                if has(beside, "code") {
                    claims.remove("at_hash");
                }
            });
        },
    ),
    slip("at-hash-of-another", "at_hash is that of another access token.", &oidcc::HYBRID_HASHES, RESPONSE, |draft| {
        id_token(draft, |claims, beside| replace(claims, "at_hash", has(beside, "code") && has(beside, "access_token")));
    }),
    slip(
        "implicit-no-at-hash",
        "The ID token of the implicit flow has no at_hash.",
        &oidcc::IMPLICIT_ID_TOKEN,
        RESPONSE,
        |draft| {
            id_token(draft, |claims, beside| {
                if !has(beside, "code") {
                    claims.remove("at_hash");
                }
            });
        },
    ),
    slip("no-nonce", "The ID token has no nonce.", &oidcc::NONCE_COPIED, RESPONSE, |draft| {
        id_token(draft, |claims, _| drop(claims.remove("nonce")));
    }),
    slip(
        "other-user",
        "The ID tokens of both channels are about different users.",
        &oidcc::HYBRID_SAME_SUBJECT,
        RESPONSE,
        |draft| {
            id_token(draft, |claims, _| drop(claims.insert("sub".into(), "mallory".into())));
        },
    ),
    slip(
        "token-unasked",
        "There is an access token for which nobody asked.",
        &oauth2_rt::COMBINED_RESPONSES,
        RESPONSE,
        |draft| {
            fragment(draft, |parameters| {
                if !has(parameters, "access_token") && !has(parameters, "error") {
                    parameters.push(("access_token".into(), "2YotnFZFEjr1zCsicMWpAA2YotnFZFEjr1zCsicMWpAA".into()));
                }
            });
        },
    ),
    slip("refresh-token", "A refresh token comes with the access token.", &oidcc::IMPLICIT_RESPONSE, RESPONSE, |draft| {
        fragment(draft, |parameters| {
            if has(parameters, "access_token") {
                parameters.push(("refresh_token".into(), "2YotnFZFEjr1zCsicMWpAA2YotnFZFEjr1zCsicMWpAA".into()));
            }
        });
    }),
    slip("no-token-type", "The access token has no type.", &oidcc::IMPLICIT_RESPONSE, RESPONSE, |draft| {
        fragment(draft, |parameters| parameters.retain(|(name, _)| name != "token_type"));
    }),
    slip("state-upper-case", "state is in upper case.", &oauth2_rt::COMBINED_STATE_ECHOED, RESPONSE, |draft| {
        fragment(draft, |parameters| {
            parameters.iter_mut().filter(|(name, _)| name == "state").for_each(|(_, value)| value.make_ascii_uppercase());
        });
    }),
    slip("tokens-in-query", "Tokens are in the query.", &oauth2_rt::TOKENS_IN_FRAGMENT, RESPONSE, |draft| {
        moved(draft, "id_token")
    }),
    slip("error-in-query", "Errors are in the query.", &oidcc::HYBRID_ERRORS, RESPONSE, |draft| moved(draft, "error")),
    slip("form-cached", "The page of form_post may be cached.", &oauth2_fp::FORM_POSTED, PAGE, |draft| {
        if posts(draft) {
            draft.drop_header("cache-control");
        }
    }),
    slip("form-by-get", "The form of form_post is sent by GET.", &oauth2_fp::FORM_POSTED, PAGE, by_get),
];

static DETACHED_SIGNATURES: &[Slip] = &[
    slip("no-s-hash", "The ID token has no s_hash.", &fapi1_adv::S_HASH, RESPONSE, |draft| {
        id_token(draft, |claims, _| drop(claims.remove("s_hash")));
    }),
    slip("s-hash-of-another", "s_hash is that of another state.", &fapi1_adv::S_HASH, RESPONSE, |draft| {
        id_token(draft, |claims, _| replace(claims, "s_hash", true));
    }),
];

static JWTS: &[Slip] = &[
    slip("jarm-aud", "The response is for another client.", &jarm::RESPONSE_CLAIMS, RESPONSE, |draft| {
        jwt(draft, |claims| drop(claims.insert("aud".into(), "somebody-else".into())));
    }),
    slip("jarm-iss", "The response is of another issuer.", &jarm::RESPONSE_CLAIMS, RESPONSE, |draft| {
        jwt(draft, |claims| drop(claims.insert("iss".into(), "https://other.example".into())));
    }),
    slip("jarm-no-exp", "The response never expires.", &jarm::RESPONSE_CLAIMS, RESPONSE, |draft| {
        jwt(draft, |claims| drop(claims.remove("exp")));
    }),
    slip("jarm-exp-of-a-day", "The response is valid for a day.", &jarm::RESPONSE_LIFETIME, RESPONSE, |draft| {
        jwt(draft, |claims| drop(claims.insert("exp".into(), (crate::mutant::now() + 86_400).into())));
    }),
    slip("jarm-no-state", "The state is not in the response.", &jarm::CODE_AND_STATE, RESPONSE, |draft| {
        jwt(draft, |claims| drop(claims.remove("state")));
    }),
    slip("jarm-unsigned", "The response has no signature.", &jarm::SIGNED, RESPONSE, |draft| {
        query(draft, |parameters| {
            for (_, text) in parameters.iter_mut().filter(|(name, _)| name == "response") {
                let claims = text.split('.').nth(1).unwrap_or_default();
                *text = format!("{}.{claims}.", BASE64URL_NOPAD.encode(br#"{"alg":"none"}"#));
            }
        });
    }),
    slip("jarm-state-beside", "The state is beside the JWT as well.", &jarm::QUERY_JWT, RESPONSE, |draft| {
        query(draft, |parameters| parameters.push(("state".into(), "af0ifjsldkj".into())));
    }),
    slip("jarm-iss-beside", "iss is beside the JWT as well.", &fapi2_ms::NO_PLAIN_ISS, RESPONSE, |draft| {
        query(draft, |parameters| parameters.push(("iss".into(), "https://other.example".into())));
    }),
    slip("jarm-in-fragment", "The response of the mode jwt is in the fragment.", &jarm::JWT_MODE, RESPONSE, |draft| {
        let Some(mut url) = location(draft).filter(|url| url.query_pairs().any(|(name, _)| name == "response")) else { return };
        let query = url.query().map(str::to_owned);
        url.set_query(None);
        url.set_fragment(query.as_deref());
        draft.set_header("location", url.as_str());
    }),
    slip("jarm-in-query", "The response of the mode fragment.jwt is in the query.", &jarm::FRAGMENT_JWT, RESPONSE, |draft| {
        moved(draft, "response");
    }),
    slip("jarm-form-by-get", "The form of form_post.jwt is sent by GET.", &jarm::FORM_POST_JWT, PAGE, by_get),
    slip(
        "jarm-modes-unlisted",
        "The metadata lists no JARM mode.",
        &jarm::MODES_PUBLISHED,
        Place::served(&["/.well-known/"]),
        |draft| draft.set("response_modes_supported", json!(["query"])),
    ),
    slip(
        "introspection-jwt-aud",
        "An introspection response is for another caller.",
        &rfc9701::RESPONSE_AUD,
        INTROSPECTION,
        |draft| {
            body(draft, |claims| drop(claims.insert("aud".into(), "somebody-else".into())));
        },
    ),
    slip(
        "introspection-jwt-inactive",
        "An introspection response about an inactive token says more.",
        &rfc9701::INACTIVE_ALONE,
        INTROSPECTION,
        |draft| {
            body(draft, |claims| {
                if let Some(told) = claims.get_mut("token_introspection").and_then(|told| told.as_object_mut())
                    && told.get("active") == Some(&json!(false))
                {
                    told.insert("scope".into(), "openid".into());
                }
            });
        },
    ),
];

type Parameters = Vec<(String, String)>;

/// The address of a redirect to another site.
fn location(draft: &Draft<'_>) -> Option<Url> {
    Url::parse(draft.header("location")?).ok().filter(|url| url.origin() != draft.request.url.origin())
}

fn has(parameters: &[(String, String)], name: &str) -> bool {
    parameters.iter().any(|(parameter, _)| parameter == name)
}

fn replace(claims: &mut Members, name: &str, really: bool) {
    if really && claims.contains_key(name) {
        claims.insert(name.into(), OTHER_HASH.into());
    }
}

/// Changes the parameters of a response in the fragment.
fn fragment(draft: &mut Draft<'_>, edit: impl FnOnce(&mut Parameters)) {
    let Some(mut url) = location(draft) else { return };
    let text = url.fragment().unwrap_or_default();
    let mut parameters: Parameters = form_urlencoded::parse(text.as_bytes()).into_owned().collect();
    if ["code", "id_token", "access_token", "error"].iter().any(|name| has(&parameters, name)) {
        edit(&mut parameters);
        url.set_fragment(Some(&encode(&parameters)));
        draft.set_header("location", url.as_str());
    }
}

/// Changes the claims of the ID token of a response in the fragment, which the server signs again.
fn id_token(draft: &mut Draft<'_>, edit: impl FnOnce(&mut Members, &[(String, String)])) {
    let fixture = draft.fixture;
    fragment(draft, |parameters| {
        let beside = parameters.clone();
        let Some((_, text)) = parameters.iter_mut().find(|(name, _)| name == "id_token") else { return };
        if let Some(new) = resigned(fixture, text, |_, claims| edit(claims, &beside)) {
            *text = new;
        }
    });
}

/// Moves the parameters of a response that has this one from the fragment to the query.
fn moved(draft: &mut Draft<'_>, name: &str) {
    let Some(mut url) = location(draft) else { return };
    let text = url.fragment().unwrap_or_default();
    let parameters: Parameters = form_urlencoded::parse(text.as_bytes()).into_owned().collect();
    if has(&parameters, name) {
        url.set_fragment(None);
        url.query_pairs_mut().extend_pairs(parameters);
        draft.set_header("location", url.as_str());
    }
}

/// Changes the parameters of a response whose JWT is in the query.
fn query(draft: &mut Draft<'_>, edit: impl FnOnce(&mut Parameters)) {
    let Some(mut url) = location(draft) else { return };
    let mut parameters: Parameters = url.query_pairs().into_owned().collect();
    if has(&parameters, "response") {
        edit(&mut parameters);
        url.query_pairs_mut().clear().extend_pairs(parameters);
        draft.set_header("location", url.as_str());
    }
}

/// Changes the claims of the JWT of a response in the query, which the server signs again.
fn jwt(draft: &mut Draft<'_>, edit: impl FnOnce(&mut Members)) {
    let fixture = draft.fixture;
    query(draft, |parameters| {
        let Some((_, text)) = parameters.iter_mut().find(|(name, _)| name == "response") else { return };
        if let Some(new) = resigned(fixture, text, |_, claims| edit(claims)) {
            *text = new;
        }
    });
}

/// Changes the claims of a JWT that is the whole body, which the server signs again.
fn body(draft: &mut Draft<'_>, edit: impl FnOnce(&mut Members)) {
    let text = String::from_utf8_lossy(&draft.body).into_owned();
    if let Some(new) = resigned(draft.fixture, &text, |_, claims| edit(claims)) {
        draft.body = new.into();
    }
}

/// Returns true for a page that posts a response to a client.
fn posts(draft: &Draft<'_>) -> bool {
    String::from_utf8_lossy(&draft.body).contains("action=\"https://client-")
}

fn by_get(draft: &mut Draft<'_>) {
    if posts(draft) {
        draft.body = String::from_utf8_lossy(&draft.body).replace("method=\"post\"", "method=\"get\"").into();
    }
}
