//! Client assertions that are checked by half.

use fapi::requirement::{fapi2_sp, oidcc, rfc7518, rfc7519, rfc7523};
use serde_json::Value;

use super::sides::{self, assertion, issuer, number};
use super::{Check, Comparison, Excuse, Lapse, Scope, Sides};
use crate::keys;
use crate::mutant::opened::{Compact, Opened};
use crate::nearly;

pub(super) const COMPARISONS: &[Comparison] = &[
    Comparison {
        value: "aud",
        requirement: &rfc7523::ASSERTION_AUD,
        sides: |request| claim(request, "aud", issuer),
        ways: nearly::URL,
        excuse: Excuse::Authenticate,
    },
    Comparison {
        value: "iss",
        requirement: &rfc7523::ASSERTION_ISS,
        sides: |request| claim(request, "iss", sides::client_ids),
        ways: nearly::NAME,
        excuse: Excuse::Authenticate,
    },
    Comparison {
        value: "sub",
        requirement: &rfc7523::ASSERTION_SUB,
        sides: |request| claim(request, "sub", sides::client_ids),
        ways: nearly::NAME,
        excuse: Excuse::Authenticate,
    },
];

/// A server that looks at a claim of an assertion only if it is there.
macro_rules! absent {
    ($claim:literal, $requirement:expr) => {
        Lapse {
            name: concat!($claim, "/absent"),
            habit: concat!("checks ", $claim, " only if it is there"),
            requirement: $requirement,
            when: |request| has(request, |jwt| !jwt.claims.contains_key($claim)),
            excuse: Excuse::Authenticate,
        }
    };
}

/// A server that takes the id of any client for the right one in a claim of an assertion.
macro_rules! of_another_client {
    ($claim:literal, $requirement:expr) => {
        Lapse {
            name: concat!($claim, "/of-another-client"),
            habit: concat!("accepts any client's id in ", $claim),
            requirement: $requirement,
            when: |request| names_another(request, $claim),
            excuse: Excuse::Authenticate,
        }
    };
}

pub(super) const LAPSES: &[Lapse] = &[
    Lapse {
        name: "alg/none-in-capitals",
        habit: "refuses the algorithm none only in lower case",
        requirement: &rfc7518::NO_ALG_NONE,
        when: |request| has(request, |jwt| alg(jwt) != "none" && alg(jwt).eq_ignore_ascii_case("none")),
        excuse: Excuse::Authenticate,
    },
    Lapse {
        name: "alg/unknown",
        habit: "accepts a JWT whose algorithm it does not know, without verifying it",
        requirement: &rfc7523::ASSERTION_SIGNED,
        when: |request| has(request, |jwt| !["ES256", "PS256", "EdDSA", "RS256", "none"].contains(&alg(jwt))),
        excuse: Excuse::Authenticate,
    },
    Lapse {
        name: "alg/hmac-with-public-key",
        habit: "takes the client's public key in PEM for the secret of HS256",
        requirement: &fapi2_sp::SIGNING_ALGORITHMS,
        when: |request| mac_under(request, "PEM"),
        excuse: Excuse::Authenticate,
    },
    Lapse {
        name: "alg/hmac-with-der-key",
        habit: "takes the client's public key in DER for the secret of HS256",
        requirement: &fapi2_sp::SIGNING_ALGORITHMS,
        when: |request| mac_under(request, "DER"),
        excuse: Excuse::Authenticate,
    },
    Lapse {
        name: "alg/hmac-with-jwk",
        habit: "takes the client's public JWK for the secret of HS256",
        requirement: &fapi2_sp::SIGNING_ALGORITHMS,
        when: |request| mac_under(request, "JWK"),
        excuse: Excuse::Authenticate,
    },
    Lapse {
        name: "signature/absent",
        habit: "verifies a signature only if there is one",
        requirement: &rfc7523::ASSERTION_SIGNED,
        when: |request| has(request, |jwt| jwt.parts.get(2).is_none_or(String::is_empty)),
        excuse: Excuse::Authenticate,
    },
    Lapse {
        name: "signature/zero",
        habit: "accepts an ECDSA signature of zeros",
        requirement: &rfc7523::ASSERTION_SIGNED,
        when: |request| {
            has(request, |jwt| jwt.signature().is_some_and(|it| !it.is_empty() && it.iter().all(|octet| *octet == 0)))
        },
        excuse: Excuse::Authenticate,
    },
    Lapse {
        name: "signature/of-another-client",
        habit: "accepts a signature by any registered key",
        requirement: &rfc7523::ASSERTION_SIGNED,
        when: |request| {
            let keys = || request.clients.iter().filter_map(|client| client.key.as_ref());
            has(request, |jwt| forged(request, jwt) && keys().any(|key| jwt.is_signed_by(key)))
        },
        excuse: Excuse::Authenticate,
    },
    Lapse {
        name: "signature/under-header-jwk",
        habit: "verifies the signature with the key in the header",
        requirement: &rfc7523::ASSERTION_SIGNED,
        when: |request| has(request, Compact::proves_its_key),
        excuse: Excuse::Authenticate,
    },
    Lapse {
        name: "signature/under-header-x5c",
        habit: "verifies the signature with the certificate in the header",
        requirement: &rfc7523::ASSERTION_SIGNED,
        when: |request| has(request, |jwt| jwt.header.contains_key("x5c")),
        excuse: Excuse::Authenticate,
    },
    Lapse {
        name: "signature/unknown-kid",
        habit: "does not verify a signature if it does not know the kid",
        requirement: &rfc7523::ASSERTION_SIGNED,
        when: |request| {
            has(request, |jwt| forged(request, jwt) && jwt.header.get("kid").is_some_and(|kid| !is_known(request, kid)))
        },
        excuse: Excuse::Authenticate,
    },
    Lapse {
        name: "signature/without-kid",
        habit: "does not verify a signature without kid",
        requirement: &rfc7523::ASSERTION_SIGNED,
        when: |request| has(request, |jwt| forged(request, jwt) && !jwt.header.contains_key("kid")),
        excuse: Excuse::Authenticate,
    },
    Lapse {
        name: "aud/array-with-issuer",
        habit: "accepts an array in which the issuer is one of several",
        requirement: &fapi2_sp::ASSERTION_AUDIENCE_IS_ISSUER,
        when: |request| {
            audiences(request).is_some_and(|all| all.len() > 1 && all.iter().any(|one| issuer(request).contains(one)))
        },
        excuse: Excuse::Authenticate,
    },
    Lapse {
        name: "aud/array-with-issuer-first",
        habit: "looks only at the first value of an array",
        requirement: &fapi2_sp::ASSERTION_AUDIENCE_IS_ISSUER,
        when: |request| {
            audiences(request).is_some_and(|all| all.len() > 1 && all.first().is_some_and(|one| issuer(request).contains(one)))
        },
        excuse: Excuse::Authenticate,
    },
    Lapse {
        name: "aud/array",
        habit: "does not look into an array",
        requirement: &rfc7523::ASSERTION_AUD,
        when: |request| audiences(request).is_some_and(|all| !all.iter().any(|one| issuer(request).contains(one))),
        excuse: Excuse::Authenticate,
    },
    absent!("aud", &rfc7523::ASSERTION_AUD),
    absent!("iss", &rfc7523::ASSERTION_ISS),
    absent!("sub", &rfc7523::ASSERTION_SUB),
    of_another_client!("sub", &rfc7523::ASSERTION_SUB),
    of_another_client!("iss", &rfc7523::ASSERTION_ISS),
    absent!("exp", &rfc7523::ASSERTION_EXP),
    Lapse {
        name: "exp/within-a-day",
        habit: "accepts what expired within the last day",
        requirement: &rfc7523::ASSERTION_EXP,
        when: |request| {
            has(request, |jwt| number(jwt, "exp").is_some_and(|exp| exp <= request.now && exp > request.now - 86_400))
        },
        excuse: Excuse::Authenticate,
    },
    Lapse {
        name: "exp/of-another-day",
        habit: "compares only the time of day of exp",
        requirement: &rfc7523::ASSERTION_EXP,
        when: |request| has(request, |jwt| number(jwt, "exp").is_some_and(|exp| exp < request.now - 80_000)),
        excuse: Excuse::Authenticate,
    },
    Lapse {
        name: "exp/text",
        habit: "compares exp only if it is a number",
        requirement: &rfc7519::NUMERIC_DATES,
        when: |request| has(request, |jwt| jwt.claims.get("exp").is_some_and(|exp| !exp.is_number())),
        excuse: Excuse::Authenticate,
    },
    Lapse {
        name: "nbf/within-a-day",
        habit: "accepts what becomes valid within a day",
        requirement: &rfc7523::ASSERTION_NBF,
        when: |request| has(request, |jwt| number(jwt, "nbf").is_some_and(|nbf| nbf > request.now && nbf < request.now + 86_400)),
        excuse: Excuse::Authenticate,
    },
    absent!("jti", &oidcc::ASSERTION_CLAIMS),
];

/// The endpoints at which a client authenticates.
pub(super) const ENDPOINTS: &[Scope] = &[
    Scope { name: "at-par", habit: "at the PAR endpoint", holds: |request| request.endpoint() == "par" },
    Scope { name: "at-token", habit: "at the token endpoint", holds: |request| request.endpoint() == "token" },
    Scope {
        name: "at-introspection",
        habit: "at the introspection endpoint",
        holds: |request| request.endpoint() == "introspect",
    },
    Scope { name: "at-revocation", habit: "at the revocation endpoint", holds: |request| request.endpoint() == "revoke" },
];

/// The checks of an assertion, each of which a server can forget at one endpoint.
pub(super) const CHECKS: &[Check] = &[
    Check {
        requirement: &rfc7523::ASSERTION_SIGNED,
        fails: |request| has(request, |jwt| forged(request, jwt)),
        excuse: Excuse::Authenticate,
    },
    Check {
        requirement: &rfc7523::ASSERTION_AUD,
        fails: |request| {
            has(request, |jwt| {
                let aud = jwt.claims.get("aud").and_then(Value::as_str);
                request.issuer().is_some_and(|issuer| aud != Some(issuer))
            })
        },
        excuse: Excuse::Authenticate,
    },
    Check {
        requirement: &rfc7523::ASSERTION_EXP,
        fails: |request| has(request, |jwt| number(jwt, "exp").is_none_or(|exp| exp < request.now - 30)),
        excuse: Excuse::Authenticate,
    },
    Check { requirement: &rfc7523::ASSERTION_ISS, fails: |request| wrong_client(request, "iss"), excuse: Excuse::Authenticate },
    Check { requirement: &rfc7523::ASSERTION_SUB, fails: |request| wrong_client(request, "sub"), excuse: Excuse::Authenticate },
    Check {
        requirement: &rfc7518::NO_ALG_NONE,
        fails: |request| has(request, |jwt| alg(jwt).eq_ignore_ascii_case("none")),
        excuse: Excuse::Authenticate,
    },
    Check {
        requirement: &oidcc::ASSERTION_CLAIMS,
        fails: |request| has(request, |jwt| !jwt.claims.contains_key("jti")),
        excuse: Excuse::Authenticate,
    },
    Check {
        requirement: &rfc7523::ASSERTION_ONCE,
        fails: |request| request.field("client_assertion").is_some_and(|sent| request.memory.assertions.contains(sent)),
        excuse: Excuse::Authenticate,
    },
];

fn claim(request: &Opened<'_>, name: &str, right: fn(&Opened<'_>) -> Vec<String>) -> Option<Sides> {
    sides::claim(&assertion(request)?, name, right(request))
}

fn has(request: &Opened<'_>, what: impl FnOnce(&Compact) -> bool) -> bool {
    assertion(request).is_some_and(|jwt| what(&jwt))
}

fn alg(jwt: &Compact) -> &str {
    jwt.header.get("alg").and_then(Value::as_str).unwrap_or_default()
}

fn forged(request: &Opened<'_>, jwt: &Compact) -> bool {
    request.client().and_then(|client| client.key.as_ref()).is_some_and(|key| !jwt.is_signed_by(key))
}

fn is_known(request: &Opened<'_>, kid: &Value) -> bool {
    let mut kids = request.clients.iter().filter_map(|client| client.key.as_ref()?.kid());
    kids.any(|known| kid == known)
}

fn names_another(request: &Opened<'_>, name: &str) -> bool {
    has(request, |jwt| {
        let named = jwt.claims.get(name).and_then(Value::as_str);
        wrong_client(request, name) && request.clients.iter().any(|client| Some(client.id.as_str()) == named)
    })
}

/// Returns true if a claim is not the id that `client_id` or the other claim has.
fn wrong_client(request: &Opened<'_>, name: &str) -> bool {
    has(request, |jwt| {
        let text = |name: &str| jwt.claims.get(name).and_then(Value::as_str);
        let other = text(if name == "iss" { "sub" } else { "iss" });
        request.field("client_id").or(other) != text(name)
    })
}

fn audiences(request: &Opened<'_>) -> Option<Vec<String>> {
    let aud = assertion(request)?.claims.get("aud")?.as_array()?.clone();
    Some(aud.iter().map(|one| one.as_str().unwrap_or_default().to_owned()).collect())
}

fn mac_under(request: &Opened<'_>, form: &str) -> bool {
    let forms = request.client().and_then(|client| client.key.as_ref()?.public_forms().ok());
    has(request, |jwt| {
        let message = jwt.message();
        let macs = forms
            .iter()
            .flatten()
            .filter(|(name, _)| *name == form)
            .filter_map(|(_, key)| keys::mac(key, message.as_bytes()).ok());
        alg(jwt) == "HS256" && macs.into_iter().any(|mac| jwt.signature().is_some_and(|signature| signature == mac))
    })
}
