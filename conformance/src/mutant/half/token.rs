//! Access tokens that are compared or verified by half.

use fapi::requirement::{fapi2_sp, rfc6750, rfc7515};
use serde_json::Value;

use super::proof::{is_resource, text};
use super::sides::{self, token};
use super::{Check, Comparison, Excuse, Lapse, Scope, Sides};
use crate::keys;
use crate::mutant::opened::{Compact, Opened};
use crate::nearly;

pub(super) const COMPARISONS: &[Comparison] = &[
    Comparison {
        value: "access-token",
        requirement: &fapi2_sp::TOKEN_VALID,
        sides: |request| Some(Sides { sent: token(request)?.to_owned(), right: known(request) }),
        ways: nearly::TOKEN,
        excuse: Excuse::Serve,
    },
    Comparison {
        value: "access-token",
        requirement: &rfc7515::STRICT_BASE64URL,
        sides: |request| Some(Sides { sent: token(request)?.to_owned(), right: known(request) }),
        ways: &[&nearly::PADDED],
        excuse: Excuse::Serve,
    },
];

pub(super) const LAPSES: &[Lapse] = &[
    Lapse {
        name: "token-alg/none",
        habit: "serves a token with alg none",
        requirement: &fapi2_sp::TOKEN_VALID,
        when: |request| is_jwt(request, |jwt| text(jwt, "alg") == "none"),
        excuse: Excuse::Serve,
    },
    Lapse {
        name: "token-alg/none-in-capitals",
        habit: "refuses tokens with alg none only in lower case",
        requirement: &fapi2_sp::TOKEN_VALID,
        when: |request| is_jwt(request, |jwt| text(jwt, "alg") != "none" && text(jwt, "alg").eq_ignore_ascii_case("none")),
        excuse: Excuse::Serve,
    },
    Lapse {
        name: "token-alg/hmac-with-public-key",
        habit: "takes the server's public key in PEM for the secret of HS256",
        requirement: &fapi2_sp::TOKEN_VALID,
        when: |request| is_mac(request, "PEM"),
        excuse: Excuse::Serve,
    },
    Lapse {
        name: "token-alg/hmac-with-der-key",
        habit: "takes the server's public key in DER for the secret of HS256",
        requirement: &fapi2_sp::TOKEN_VALID,
        when: |request| is_mac(request, "DER"),
        excuse: Excuse::Serve,
    },
    Lapse {
        name: "token-alg/hmac-with-jwk",
        habit: "takes the server's public JWK for the secret of HS256",
        requirement: &fapi2_sp::TOKEN_VALID,
        when: |request| is_mac(request, "JWK"),
        excuse: Excuse::Serve,
    },
    Lapse {
        name: "token-signature/absent",
        habit: "verifies the signature of a token only if there is one",
        requirement: &fapi2_sp::TOKEN_VALID,
        when: |request| is_jwt(request, |jwt| !is_none(jwt) && jwt.parts.get(2).is_some_and(String::is_empty)),
        excuse: Excuse::Serve,
    },
    Lapse {
        name: "token-signature/of-another-payload",
        habit: "does not verify the signature of a token that it knows",
        requirement: &fapi2_sp::TOKEN_VALID,
        when: |request| {
            let signature = |jwt: &Compact| jwt.parts.get(2).cloned().filter(|part| !part.is_empty());
            is_jwt(request, |jwt| {
                let sent = signature(jwt);
                sent.is_some() && issued(request).any(|known| signature(&known) == sent && known.claims != jwt.claims)
            })
        },
        excuse: Excuse::Serve,
    },
    Lapse {
        name: "token-signature/forged",
        habit: "does not verify the signature of tokens with a known kid",
        requirement: &fapi2_sp::TOKEN_VALID,
        when: |request| is_jwt(request, |jwt| is_signed(jwt) && issued(request).any(|known| kid(&known) == kid(jwt))),
        excuse: Excuse::Serve,
    },
    Lapse {
        name: "token-signature/unknown-kid",
        habit: "does not verify a token whose kid it does not know",
        requirement: &fapi2_sp::TOKEN_VALID,
        when: |request| {
            is_jwt(request, |jwt| is_signed(jwt) && kid(jwt).is_some() && !issued(request).any(|known| kid(&known) == kid(jwt)))
        },
        excuse: Excuse::Serve,
    },
    Lapse {
        name: "token-signature/without-kid",
        habit: "does not verify a token without kid",
        requirement: &fapi2_sp::TOKEN_VALID,
        when: |request| is_jwt(request, |jwt| is_signed(jwt) && kid(jwt).is_none()),
        excuse: Excuse::Serve,
    },
    Lapse {
        name: "token-signature/under-header-jwk",
        habit: "verifies a token with the key in its header",
        requirement: &fapi2_sp::TOKEN_VALID,
        when: |request| is_jwt(request, Compact::proves_its_key),
        excuse: Excuse::Serve,
    },
    Lapse {
        name: "token/id-token",
        habit: "takes any JWT of its own for an access token",
        requirement: &fapi2_sp::TOKEN_VALID,
        when: |request| is_jwt(request, |jwt| jwt.claims.contains_key("sub") && !jwt.claims.contains_key("client_id")),
        excuse: Excuse::Serve,
    },
    Lapse {
        name: "token/refresh-token",
        habit: "takes a refresh token for an access token",
        requirement: &fapi2_sp::TOKEN_VALID,
        when: |request| token(request).is_some_and(|sent| request.memory.refresh_tokens.contains(sent)),
        excuse: Excuse::Serve,
    },
    Lapse {
        name: "token/code",
        habit: "takes a code for an access token",
        requirement: &fapi2_sp::TOKEN_VALID,
        when: |request| token(request).is_some_and(|sent| request.memory.codes.contains_key(sent)),
        excuse: Excuse::Serve,
    },
    Lapse {
        name: "token/client-assertion",
        habit: "takes a client assertion for an access token",
        requirement: &fapi2_sp::TOKEN_VALID,
        when: |request| is_jwt(request, |jwt| jwt.claims.get("iss").is_some_and(|iss| Some(iss) == jwt.claims.get("sub"))),
        excuse: Excuse::Serve,
    },
    Lapse {
        name: "authorization/first-of-two",
        habit: "looks only at the first Authorization field",
        requirement: &rfc6750::REQUEST_WELL_FORMED,
        when: |request| is_resource(request) && two_fields(request),
        excuse: Excuse::Mend(|request| request.keep_first_header("authorization")),
    },
    Lapse {
        name: "token-at-resource",
        habit: "serves tokens at the resource that have ended",
        requirement: &rfc6750::TOKEN_LIVE,
        when: |request| request.endpoint() == "resource",
        excuse: Excuse::Waive,
    },
    // The clause that says so without exception is this one.
    Lapse {
        name: "token-at-userinfo/ended",
        habit: "serves tokens at userinfo that have ended",
        requirement: &fapi2_sp::TOKEN_VALID,
        when: |request| request.endpoint() == "userinfo",
        excuse: Excuse::WaiveAll(&[&rfc6750::TOKEN_LIVE]),
    },
    Lapse {
        name: "authorization/last-of-two",
        habit: "looks only at the last Authorization field",
        requirement: &rfc6750::REQUEST_WELL_FORMED,
        when: |request| is_resource(request) && two_fields(request),
        excuse: Excuse::Mend(|request| request.keep_last_header("authorization")),
    },
];

/// The places at which access tokens are presented.
pub(super) const PLACES: &[Scope] = &[
    Scope { name: "token-at-resource", habit: "at the resource", holds: |request| request.endpoint() == "resource" },
    Scope { name: "token-at-userinfo", habit: "at the userinfo endpoint", holds: |request| request.endpoint() == "userinfo" },
];

/// The checks of an access token.
pub(super) const CHECKS: &[Check] = &[
    Check {
        requirement: &fapi2_sp::TOKEN_VALID,
        fails: |request| token(request).is_some_and(|sent| !request.memory.tokens.contains(sent)),
        excuse: Excuse::Serve,
    },
    Check {
        requirement: &fapi2_sp::NO_TOKEN_IN_QUERY,
        fails: |request| request.request.url.query_pairs().any(|(name, _)| name == "access_token"),
        excuse: Excuse::Serve,
    },
    Check { requirement: &fapi2_sp::TOKEN_SENDER_VERIFIED, fails: is_of_another, excuse: Excuse::Serve },
];

/// Returns true if the token is bound to another key or certificate than those that are shown.
fn is_of_another(request: &Opened<'_>) -> bool {
    let Some(sent) = token(request) else { return false };
    let shown = sides::proof(request).and_then(|jwt| jwt.thumbprint());
    let other_key = request.memory.bound.get(sent).is_some_and(|bound| shown.is_some_and(|shown| shown != *bound));
    let shown = request.request.identity.as_ref().map(|identity| identity.thumbprint());
    let without_key = !request.memory.bound.contains_key(sent);
    let other_certificate = request.memory.certificates.get(sent).is_some_and(|bound| shown != Some(bound.thumbprint()));
    other_key || (without_key && other_certificate)
}

fn known(request: &Opened<'_>) -> Vec<String> {
    request.memory.tokens.iter().cloned().collect()
}

/// All issued tokens that are JWTs.
fn issued(request: &Opened<'_>) -> impl Iterator<Item = Compact> {
    request.memory.tokens.iter().map(|token| Compact::read(token)).filter(|jwt| !jwt.header.is_empty())
}

/// Returns true for a presented token that this server did not issue and that is a JWT.
fn is_jwt(request: &Opened<'_>, what: impl FnOnce(&Compact) -> bool) -> bool {
    let Some(sent) = token(request).filter(|sent| !request.memory.tokens.contains(*sent)) else { return false };
    let jwt = Compact::read(sent);
    jwt.parts.len() == 3 && !jwt.header.is_empty() && what(&jwt)
}

fn is_none(jwt: &Compact) -> bool {
    text(jwt, "alg").eq_ignore_ascii_case("none")
}

/// Returns true if there is a signature, by whatever key.
fn is_signed(jwt: &Compact) -> bool {
    !is_none(jwt) && jwt.signature().is_some_and(|signature| signature.len() >= 64)
}

fn kid(jwt: &Compact) -> Option<&str> {
    jwt.header.get("kid").and_then(Value::as_str)
}

fn is_mac(request: &Opened<'_>, form: &str) -> bool {
    is_jwt(request, |jwt| {
        let (message, signature) = (jwt.message(), jwt.signature());
        let forms = request.memory.keys.iter().filter_map(|jwk| keys::public_forms(jwk).ok()).flatten();
        let mut macs = forms.filter(|(name, _)| *name == form).filter_map(|(_, key)| keys::mac(&key, message.as_bytes()).ok());
        text(jwt, "alg") == "HS256" && macs.any(|mac| Some(mac) == signature)
    })
}

fn two_fields(request: &Opened<'_>) -> bool {
    request.request.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("authorization")).count() > 1
}
