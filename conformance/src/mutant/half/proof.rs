//! DPoP proofs whose values are compared by half.

use fapi::requirement::{rfc6750, rfc7519, rfc9449};
use serde_json::Value;

use super::sides::{self, number, proof};
use super::{Comparison, Excuse, Lapse, Sides};
use crate::keys;
use crate::mutant::opened::{Compact, Opened};
use crate::nearly;

pub(super) const COMPARISONS: &[Comparison] = &[
    Comparison {
        value: "htu",
        requirement: &rfc9449::PROOF_HTU,
        sides: |request| claim(request, "htu", vec![url(request)]),
        ways: nearly::TARGET,
        excuse: Excuse::Waive,
    },
    Comparison {
        value: "htu",
        requirement: &rfc9449::PROOF_HTU,
        sides: |request| claim(request, "htu", vec![url(request)]),
        ways: &[&nearly::TRIMMED],
        excuse: Excuse::Waive,
    },
    Comparison {
        value: "htm",
        requirement: &rfc9449::PROOF_HTM,
        sides: |request| claim(request, "htm", vec![request.request.method.clone()]),
        ways: nearly::NAME,
        excuse: Excuse::Waive,
    },
    Comparison {
        value: "typ",
        requirement: &rfc9449::PROOF_TYP,
        sides: |request| {
            let sent = proof(request)?.header.get("typ")?.as_str()?.to_owned();
            Some(Sides { sent, right: vec!["dpop+jwt".into(), "application/dpop+jwt".into()] })
        },
        ways: nearly::MEDIA_TYPE,
        excuse: Excuse::Waive,
    },
    Comparison {
        value: "ath",
        requirement: &rfc9449::PROOF_ATH,
        sides: |request| claim(request, "ath", vec![keys::digest(sides::token(request)?)]),
        ways: nearly::DIGEST,
        excuse: Excuse::Waive,
    },
    Comparison {
        value: "nonce",
        requirement: &rfc9449::NONCE_RECENT,
        sides: |request| claim(request, "nonce", request.memory.nonces.iter().cloned().collect()),
        ways: nearly::DIGEST,
        excuse: Excuse::Waive,
    },
    Comparison {
        value: "dpop-jkt-beside-proof",
        requirement: &rfc9449::BINDINGS_AGREE,
        sides: |request| {
            let sent = request.field("dpop_jkt").filter(|_| request.endpoint() == "par")?.to_owned();
            Some(Sides { sent, right: vec![proof(request)?.thumbprint()?] })
        },
        ways: nearly::DIGEST,
        excuse: Excuse::WaiveAll(&[&rfc9449::BINDINGS_AGREE, &rfc9449::CODE_BOUND_TO_KEY]),
    },
    Comparison {
        value: "dpop-jkt-of-code",
        requirement: &rfc9449::CODE_BOUND_TO_KEY,
        sides: |request| {
            request.field("code").filter(|_| request.endpoint() == "token")?;
            let (_, sent) = request.memory.bindings.get(&request.client()?.id)?;
            Some(Sides { sent: sent.clone()?, right: vec![proof(request)?.thumbprint()?] })
        },
        // Values of another form are refused when they are pushed.
        ways: &[&nearly::CASE, &nearly::LENGTH, &nearly::FIRST_HALF, &nearly::SECOND_HALF],
        excuse: Excuse::Waive,
    },
];

pub(super) const LAPSES: &[Lapse] = &[
    Lapse {
        name: "proof-typ/absent",
        habit: "compares typ of a proof only if it is there",
        requirement: &rfc9449::PROOF_TYP,
        when: |request| has(request, |jwt| !jwt.header.contains_key("typ")),
        excuse: Excuse::Waive,
    },
    Lapse {
        name: "proof-typ/any-media-type",
        habit: "ignores the part of a media type before the slash",
        requirement: &rfc9449::PROOF_TYP,
        when: |request| has(request, |jwt| text(jwt, "typ").ends_with("/dpop+jwt")),
        excuse: Excuse::Waive,
    },
    Lapse {
        name: "proof-typ/any-jwt",
        habit: "accepts any JWT as a proof whose typ ends with jwt",
        requirement: &rfc9449::PROOF_TYP,
        when: |request| has(request, |jwt| text(jwt, "typ").to_ascii_lowercase().ends_with("jwt")),
        excuse: Excuse::Waive,
    },
    Lapse {
        name: "proof-iat/within-a-day",
        habit: "accepts proofs of the last day",
        requirement: &rfc9449::PROOF_FRESH,
        when: |request| has(request, |jwt| number(jwt, "iat").is_some_and(|iat| iat > request.now - 86_000)),
        excuse: Excuse::Waive,
    },
    Lapse {
        name: "proof-iat/of-another-day",
        habit: "compares only the time of day of iat",
        requirement: &rfc9449::PROOF_FRESH,
        when: |request| {
            has(request, |jwt| number(jwt, "iat").is_some_and(|iat| iat > 0 && (request.now - iat).rem_euclid(86_400) < 60))
        },
        excuse: Excuse::WaiveAll(TIMELY),
    },
    Lapse {
        name: "proof-iat/future",
        habit: "compares iat only with the past",
        requirement: &rfc9449::PROOF_FRESH,
        when: |request| has(request, |jwt| number(jwt, "iat").is_some_and(|iat| iat > request.now)),
        excuse: Excuse::WaiveAll(TIMELY),
    },
    Lapse {
        name: "proof-iat/zero",
        habit: "compares iat only if it is not zero",
        requirement: &rfc9449::PROOF_FRESH,
        when: |request| has(request, |jwt| number(jwt, "iat") == Some(0)),
        excuse: Excuse::WaiveAll(TIMELY),
    },
    Lapse {
        name: "proof-iat/milliseconds",
        habit: "takes a large iat for milliseconds",
        requirement: &rfc9449::PROOF_FRESH,
        when: |request| has(request, |jwt| number(jwt, "iat").is_some_and(|iat| (iat / 1000 - request.now).abs() < 3600)),
        excuse: Excuse::WaiveAll(TIMELY),
    },
    Lapse {
        name: "proof-iat/text",
        habit: "compares iat of a proof only if it is a number",
        requirement: &rfc7519::NUMERIC_DATES,
        when: |request| has(request, |jwt| jwt.claims.get("iat").is_some_and(|iat| !iat.is_number())),
        excuse: Excuse::Prove,
    },
    Lapse {
        name: "proof-jti/only-the-last",
        habit: "remembers only the last jti",
        requirement: &rfc9449::PROOF_ONCE,
        when: |request| {
            let last = request.memory.last_proofs.get(request.request.url.path());
            request.header("dpop").is_some_and(|text| last.is_none_or(|last| last != text))
        },
        excuse: Excuse::Waive,
    },
    Lapse {
        name: "proof-jti/whole-proof",
        habit: "remembers proofs, and not their jti",
        requirement: &rfc9449::PROOF_ONCE,
        when: |request| request.header("dpop").is_some_and(|text| !request.memory.proofs.contains_key(text)),
        excuse: Excuse::Waive,
    },
    Lapse {
        name: "proof-jti/in-one-process",
        habit: "remembers jti in the memory of one of two processes",
        requirement: &rfc9449::PROOF_ONCE,
        when: |request| {
            let seen = request.header("dpop").and_then(|text| request.memory.proofs.get(text));
            seen.is_none_or(|seen| !seen.contains(&(request.memory.turn % 2)))
        },
        excuse: Excuse::Waive,
    },
    Lapse {
        name: "ath/empty",
        habit: "compares ath only if it is not empty",
        requirement: &rfc9449::PROOF_ATH,
        when: |request| has(request, |jwt| claim_text(jwt, "ath") == Some("")),
        excuse: Excuse::Waive,
    },
    Lapse {
        name: "ath/of-any-token",
        habit: "accepts the hash of any token that it issued",
        requirement: &rfc9449::PROOF_ATH,
        when: |request| {
            has(request, |jwt| {
                let ath = claim_text(jwt, "ath");
                request.memory.tokens.iter().any(|token| Some(keys::digest(token).as_str()) == ath)
            })
        },
        excuse: Excuse::Waive,
    },
    Lapse {
        name: "ath/token-itself",
        habit: "accepts the token itself as its hash",
        requirement: &rfc9449::PROOF_ATH,
        when: |request| has(request, |jwt| claim_text(jwt, "ath") == sides::token(request)),
        excuse: Excuse::Waive,
    },
    Lapse {
        name: "ath/other-encodings",
        habit: "accepts the hash in hexadecimal too",
        requirement: &rfc9449::PROOF_ATH,
        when: |request| has(request, |jwt| claim_text(jwt, "ath").is_some_and(|ath| ath.len() == 64)),
        excuse: Excuse::Waive,
    },
    Lapse {
        name: "ath/other-alphabet",
        habit: "accepts the hash in base64 too",
        requirement: &rfc9449::PROOF_ATH,
        when: |request| has(request, |jwt| claim_text(jwt, "ath").is_some_and(|ath| ath.len() == 44 && ath.ends_with('='))),
        excuse: Excuse::Waive,
    },
    Lapse {
        name: "ath/half",
        habit: "accepts the left half of the hash",
        requirement: &rfc9449::PROOF_ATH,
        when: |request| has(request, |jwt| claim_text(jwt, "ath").is_some_and(|ath| ath.len() == 22)),
        excuse: Excuse::Waive,
    },
    Lapse {
        name: "ath/other-hash",
        habit: "accepts another hash of the token",
        requirement: &rfc9449::PROOF_ATH,
        when: |request| has(request, |jwt| claim_text(jwt, "ath").is_some_and(|ath| ath.len() == 86)),
        excuse: Excuse::Waive,
    },
    Lapse {
        name: "nonce/empty",
        habit: "compares the nonce only if it is not empty",
        requirement: &rfc9449::NONCE_RECENT,
        when: |request| has(request, |jwt| claim_text(jwt, "nonce") == Some("")),
        excuse: Excuse::Waive,
    },
    Lapse {
        name: "code/bound-only-by-dpop-jkt",
        habit: "binds a code to a key by dpop_jkt, and not by a proof",
        requirement: &rfc9449::PUSH_PROOF_BINDS,
        when: |request| binding(request).is_some_and(|(proven, jkt)| proven && jkt.is_none()),
        excuse: Excuse::Waive,
    },
    Lapse {
        name: "code/bound-only-by-proof",
        habit: "binds a code to a key by a proof, and not by dpop_jkt",
        requirement: &rfc9449::CODE_BOUND_TO_KEY,
        when: |request| binding(request).is_some_and(|(proven, jkt)| !proven && jkt.is_some()),
        excuse: Excuse::Waive,
    },
    Lapse {
        name: "token/bound-to-any-known-key",
        habit: "accepts a token with a proof by the key of another token",
        requirement: &rfc9449::TOKEN_BOUND_TO_KEY,
        when: |request| {
            let jkt = proof(request).and_then(|jwt| jwt.thumbprint());
            jkt.is_some_and(|jkt| request.memory.bound.values().any(|known| *known == jkt))
        },
        excuse: Excuse::Waive,
    },
    Lapse {
        name: "bearer/with-any-proof",
        habit: "serves a bound token with the scheme Bearer if there is a proof",
        requirement: &rfc9449::NO_BEARER_DOWNGRADE,
        when: |request| {
            is_resource(request) && scheme(request).eq_ignore_ascii_case("bearer") && request.header("dpop").is_some()
        },
        excuse: Excuse::Serve,
    },
    Lapse {
        name: "bearer/in-the-form",
        habit: "serves a bound token in the form without a proof",
        requirement: &rfc9449::NO_BEARER_DOWNGRADE,
        when: |request| is_resource(request) && request.field("access_token").is_some() && request.header("dpop").is_none(),
        excuse: Excuse::Serve,
    },
    Lapse {
        name: "scheme/any-with-proof",
        habit: "ignores the authentication scheme if there is a proof",
        requirement: &rfc6750::TOKEN_PRESENT,
        when: |request| {
            let known = ["dpop", "bearer", ""];
            let unknown = !known.contains(&scheme(request).to_ascii_lowercase().as_str());
            is_resource(request) && unknown && request.header("dpop").is_some()
        },
        excuse: Excuse::Serve,
    },
    Lapse {
        name: "proof/first-of-two",
        habit: "looks only at the first of two proofs",
        requirement: &rfc9449::ONE_PROOF,
        when: |request| count(request, "dpop") > 1,
        excuse: Excuse::Waive,
    },
    Lapse {
        name: "proof/last-of-two",
        habit: "looks only at the last of two proofs",
        requirement: &rfc9449::ONE_PROOF,
        when: |request| count(request, "dpop") > 1,
        excuse: Excuse::Mend(|request| request.keep_last_header("dpop")),
    },
];

const TIMELY: &[&fapi::requirement::Requirement] = &[&rfc9449::PROOF_FRESH, &fapi::requirement::fapi2_sp::FUTURE_TIMES];

/// The URL of the request, without query and fragment.
pub(super) fn url(request: &Opened<'_>) -> String {
    let mut url = request.request.url.clone();
    url.set_query(None);
    url.set_fragment(None);
    url.into()
}

pub(super) fn has(request: &Opened<'_>, what: impl FnOnce(&Compact) -> bool) -> bool {
    proof(request).is_some_and(|jwt| what(&jwt))
}

pub(super) fn is_resource(request: &Opened<'_>) -> bool {
    matches!(request.endpoint(), "resource" | "userinfo")
}

/// The authentication scheme.
pub(super) fn scheme<'a>(request: &'a Opened<'_>) -> &'a str {
    request.header("authorization").and_then(|header| header.split(' ').next()).unwrap_or_default()
}

pub(super) fn text<'a>(jwt: &'a Compact, name: &str) -> &'a str {
    jwt.header.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn claim_text<'a>(jwt: &'a Compact, name: &str) -> Option<&'a str> {
    jwt.claims.get(name).and_then(Value::as_str)
}

fn claim(request: &Opened<'_>, name: &str, right: Vec<String>) -> Option<Sides> {
    sides::claim(&proof(request)?, name, right)
}

fn count(request: &Opened<'_>, name: &str) -> usize {
    request.request.headers.iter().filter(|(field, _)| field.eq_ignore_ascii_case(name)).count()
}

/// The way in which the client of a token request with a code bound its last pushed request: by a proof, and by `dpop_jkt`.
fn binding(request: &Opened<'_>) -> Option<(bool, Option<String>)> {
    request.field("code").filter(|_| request.endpoint() == "token")?;
    request.memory.bindings.get(&request.client()?.id).cloned()
}
