//! Proofs that anyone could make, and checks of proofs that are made only at some endpoints or for some algorithms.

use fapi::requirement::{fapi2_sp, rfc7518, rfc9449};
use serde_json::Value;

use super::proof::{has, is_resource, scheme, text};
use super::sides::{self, proof};
use super::{Check, Excuse, Lapse, Scope};
use crate::keys;
use crate::mutant::opened::{Compact, Opened};

pub(super) const LAPSES: &[Lapse] = &[
    Lapse {
        name: "proof-alg/none-in-capitals",
        habit: "refuses proofs with the algorithm none only in lower case",
        requirement: &rfc9449::PROOF_ALG,
        when: |request| has(request, |jwt| alg(jwt) != "none" && alg(jwt).eq_ignore_ascii_case("none")),
        excuse: Excuse::Prove,
    },
    Lapse {
        name: "proof-alg/unknown",
        habit: "accepts a proof whose algorithm it does not know, without verifying it",
        requirement: &rfc9449::PROOF_ALG,
        when: |request| {
            let known = ["ES256", "PS256", "EdDSA", "Ed25519", "RS256", "HS256", "none", ""];
            has(request, |jwt| !known.contains(&alg(jwt)) && !alg(jwt).eq_ignore_ascii_case("none"))
        },
        excuse: Excuse::Prove,
    },
    Lapse {
        name: "proof-alg/weak-but-better-in-jwk",
        habit: "compares the algorithm in the jwk in place of that in the header",
        requirement: &fapi2_sp::SIGNING_ALGORITHMS,
        when: |request| has(request, |jwt| alg(jwt) == "RS256" && alg_of_key(jwt) == Some("PS256")),
        excuse: Excuse::Prove,
    },
    Lapse {
        name: "proof-alg/none-but-better-in-jwk",
        habit: "does not verify a proof with alg none if the jwk names an algorithm",
        requirement: &rfc9449::PROOF_ALG,
        when: |request| has(request, |jwt| alg(jwt) == "none" && alg_of_key(jwt).is_some()),
        excuse: Excuse::Prove,
    },
    Lapse {
        name: "proof-alg/hmac-with-public-key",
        habit: "takes the public key of a proof in PEM for the secret of HS256",
        requirement: &rfc9449::PROOF_ALG,
        when: |request| mac_under(request, "PEM"),
        excuse: Excuse::Prove,
    },
    Lapse {
        name: "proof-alg/hmac-with-der-key",
        habit: "takes the public key of a proof in DER for the secret of HS256",
        requirement: &rfc9449::PROOF_ALG,
        when: |request| mac_under(request, "DER"),
        excuse: Excuse::Prove,
    },
    Lapse {
        name: "proof-alg/hmac-with-jwk",
        habit: "takes the public JWK of a proof for the secret of HS256",
        requirement: &rfc9449::PROOF_ALG,
        when: |request| mac_under(request, "JWK"),
        excuse: Excuse::Prove,
    },
    Lapse {
        name: "proof-alg/hmac-with-own-key",
        habit: "accepts a symmetric key in jwk, with its MAC",
        requirement: &rfc9449::PROOF_KEY_PUBLIC,
        when: |request| has(request, |jwt| member(jwt, "kty") == Some("oct")),
        excuse: Excuse::Prove,
    },
    Lapse {
        name: "proof-signature/absent",
        habit: "verifies the signature of a proof only if there is one",
        requirement: &rfc9449::PROOF_SIGNATURE,
        when: |request| has(request, |jwt| !is_none(jwt) && jwt.parts.get(2).is_some_and(String::is_empty)),
        excuse: Excuse::Prove,
    },
    Lapse {
        name: "proof-signature/zero",
        habit: "accepts an ECDSA signature of zeros as a proof",
        requirement: &rfc9449::PROOF_SIGNATURE,
        when: |request| {
            has(request, |jwt| jwt.signature().is_some_and(|it| !it.is_empty() && it.iter().all(|octet| *octet == 0)))
        },
        excuse: Excuse::Prove,
    },
    Lapse {
        name: "proof-signature/short",
        habit: "accepts a signature that is too short to verify",
        requirement: &rfc9449::PROOF_SIGNATURE,
        when: |request| has(request, |jwt| jwt.signature().is_some_and(|it| !it.is_empty() && it.len() < 32)),
        excuse: Excuse::Prove,
    },
    Lapse {
        name: "proof-signature/der",
        habit: "accepts an ECDSA signature in DER too",
        requirement: &rfc7518::ECDSA_FORM,
        when: |request| {
            has(request, |jwt| {
                jwt.signature().is_some_and(|it| it.len() != 64 && it.first() == Some(&0x30) && alg(jwt) == "ES256")
            })
        },
        excuse: Excuse::Prove,
    },
    Lapse {
        name: "proof-signature/of-registered-key",
        habit: "verifies a proof with the key that its kid names, and not with its jwk",
        requirement: &rfc9449::PROOF_SIGNATURE,
        when: |request| has(request, |jwt| jwt.header.contains_key("jwk") && is_by_registered_key(request, jwt)),
        excuse: Excuse::Prove,
    },
    Lapse {
        name: "proof-signature/under-x5c",
        habit: "verifies a proof with the certificate in x5c, and not with its jwk",
        requirement: &rfc9449::PROOF_SIGNATURE,
        when: |request| has(request, |jwt| jwt.header.contains_key("jwk") && jwt.header.contains_key("x5c")),
        excuse: Excuse::Prove,
    },
    Lapse {
        name: "proof-key/by-kid",
        habit: "takes the key that kid names if a proof has no jwk",
        requirement: &rfc9449::PROOF_COMPLETE,
        when: |request| has(request, |jwt| !jwt.header.contains_key("jwk") && is_by_registered_key(request, jwt)),
        excuse: Excuse::Prove,
    },
    Lapse {
        name: "proof-key/by-x5c",
        habit: "takes the certificate in x5c if a proof has no jwk",
        requirement: &rfc9449::PROOF_COMPLETE,
        when: |request| has(request, |jwt| !jwt.header.contains_key("jwk") && jwt.header.contains_key("x5c")),
        excuse: Excuse::Prove,
    },
    Lapse {
        name: "proof-key/private-unless-ec",
        habit: "looks for a private member only in elliptic curve keys",
        requirement: &rfc9449::PROOF_KEY_PUBLIC,
        when: |request| has(request, |jwt| member(jwt, "d").is_some() && member(jwt, "kty") != Some("EC")),
        excuse: Excuse::Prove,
    },
    Lapse {
        name: "proof-key/private-if-okp",
        habit: "does not look for a private member in Ed25519 keys",
        requirement: &rfc9449::PROOF_KEY_PUBLIC,
        when: |request| has(request, |jwt| member(jwt, "d").is_some() && member(jwt, "kty") == Some("OKP")),
        excuse: Excuse::Prove,
    },
    Lapse {
        name: "proof-key/private-primes",
        habit: "takes an RSA key with its primes for public if it has no d",
        requirement: &rfc9449::PROOF_KEY_PUBLIC,
        when: |request| has(request, |jwt| member(jwt, "p").is_some() && member(jwt, "d").is_none()),
        excuse: Excuse::Prove,
    },
];

/// The places and kinds of requests with a proof.
pub(super) const PLACES: &[Scope] = &[
    Scope { name: "at-par", habit: "at the PAR endpoint", holds: |request| request.endpoint() == "par" },
    Scope { name: "with-code", habit: "when a code is redeemed", holds: |request| grants(request, "authorization_code") },
    Scope { name: "with-refresh-token", habit: "when tokens are refreshed", holds: |request| grants(request, "refresh_token") },
    Scope {
        name: "with-client-credentials",
        habit: "when a client asks for a token for itself",
        holds: |request| grants(request, "client_credentials"),
    },
    Scope { name: "at-resource", habit: "at the resource", holds: |request| request.endpoint() == "resource" },
    Scope { name: "at-userinfo", habit: "at the userinfo endpoint", holds: |request| request.endpoint() == "userinfo" },
    Scope { name: "by-es256", habit: "for proofs with ES256", holds: |request| has(request, |jwt| kind(jwt) == Some("EC")) },
    Scope { name: "by-ps256", habit: "for proofs of an RSA key", holds: |request| has(request, |jwt| kind(jwt) == Some("RSA")) },
    Scope {
        name: "by-eddsa",
        habit: "for proofs of an Ed25519 key",
        holds: |request| has(request, |jwt| kind(jwt) == Some("OKP")),
    },
    Scope { name: "of-second-client", habit: "for one of the clients", holds: is_of_second },
];

/// The checks of a proof.
pub(super) const CHECKS: &[Check] = &[
    Check { requirement: &rfc9449::PROOF_TYP, fails: |_| true, excuse: Excuse::Waive },
    Check { requirement: &rfc9449::PROOF_HTM, fails: |_| true, excuse: Excuse::Waive },
    Check { requirement: &rfc9449::PROOF_HTU, fails: |_| true, excuse: Excuse::Waive },
    Check { requirement: &rfc9449::PROOF_FRESH, fails: |_| true, excuse: Excuse::Waive },
    Check { requirement: &rfc9449::PROOF_ALG, fails: |request| has(request, is_none), excuse: Excuse::Prove },
    Check {
        requirement: &rfc9449::PROOF_SIGNATURE,
        fails: |request| has(request, |jwt| jwt.header.contains_key("jwk") && !jwt.proves_its_key()),
        excuse: Excuse::Prove,
    },
    Check {
        requirement: &rfc9449::PROOF_KEY_PUBLIC,
        fails: |request| has(request, |jwt| member(jwt, "d").is_some()),
        excuse: Excuse::Prove,
    },
    Check {
        requirement: &rfc9449::PROOF_COMPLETE,
        fails: |request| has(request, |jwt| is_incomplete(request, jwt)),
        excuse: Excuse::Prove,
    },
];

/// The places and kinds of requests for which proofs are remembered. One client's proofs are remembered with all others.
pub(super) const REMEMBERED: &[Check] = &[
    Check { requirement: &rfc9449::PROOF_ONCE, fails: |_| true, excuse: Excuse::Waive },
    Check { requirement: &rfc9449::ONE_PROOF, fails: |_| true, excuse: Excuse::Waive },
];

/// The places at which an access token is presented.
pub(super) const AT_TOKENS: &[Scope] = &[
    Scope { name: "at-resource", habit: "at the resource", holds: |request| request.endpoint() == "resource" },
    Scope { name: "at-userinfo", habit: "at the userinfo endpoint", holds: |request| request.endpoint() == "userinfo" },
];

/// The checks of a proof beside an access token.
pub(super) const CHECKS_WITH_TOKEN: &[Check] = &[
    Check { requirement: &rfc9449::PROOF_ATH, fails: |_| true, excuse: Excuse::Waive },
    Check { requirement: &rfc9449::TOKEN_BOUND_TO_KEY, fails: |_| true, excuse: Excuse::Waive },
    Check {
        requirement: &rfc9449::RESOURCE_PROOF,
        fails: |request| scheme(request).eq_ignore_ascii_case("dpop") && request.header("dpop").is_none(),
        excuse: Excuse::Serve,
    },
    Check {
        requirement: &rfc9449::NO_BEARER_DOWNGRADE,
        fails: |request| {
            let bound = sides::token(request).is_some_and(|token| request.memory.bound.contains_key(token));
            scheme(request).eq_ignore_ascii_case("bearer") && bound
        },
        excuse: Excuse::Serve,
    },
];

/// The places at which a nonce is demanded.
pub(super) const NONCE_PLACES: &[Scope] = &[
    Scope { name: "nonce-at-par", habit: "at the PAR endpoint", holds: |request| request.endpoint() == "par" },
    Scope { name: "nonce-with-code", habit: "when a code is redeemed", holds: |request| grants(request, "authorization_code") },
    Scope {
        name: "nonce-with-refresh-token",
        habit: "when tokens are refreshed",
        holds: |request| grants(request, "refresh_token"),
    },
    Scope {
        name: "nonce-with-client-credentials",
        habit: "when a client asks for a token for itself",
        holds: |request| grants(request, "client_credentials"),
    },
    Scope { name: "nonce-at-resource", habit: "at the resource", holds: |request| request.endpoint() == "resource" },
    Scope { name: "nonce-at-userinfo", habit: "at the userinfo endpoint", holds: |request| request.endpoint() == "userinfo" },
];

/// The checks of a nonce.
pub(super) const NONCE_CHECKS: &[Check] = &[
    Check { requirement: &rfc9449::NONCE_RECENT, fails: |_| true, excuse: Excuse::Waive },
    Check {
        requirement: &rfc9449::NONCE_NO_DOWNGRADE,
        fails: |_| true,
        excuse: Excuse::WaiveAll(&[&rfc9449::NONCE_NO_DOWNGRADE, &rfc9449::NONCE_DEMANDED, &rfc9449::RESOURCE_NONCE]),
    },
];

fn grants(request: &Opened<'_>, grant: &str) -> bool {
    request.endpoint() == "token" && request.field("grant_type") == Some(grant)
}

fn is_of_second(request: &Opened<'_>) -> bool {
    let by_token = || request.memory.owners.get(sides::token(request)?).cloned();
    let id = request.client().map(|client| client.id.clone()).or_else(by_token);
    let place = id.and_then(|id| request.clients.iter().position(|client| client.id == id));
    place.is_some_and(|place| place % 2 == 1)
}

fn is_incomplete(request: &Opened<'_>, jwt: &Compact) -> bool {
    let demanded = if is_resource(request) { &["jti", "htm", "htu", "iat", "ath"][..] } else { &["jti", "htm", "htu", "iat"] };
    !jwt.claims.is_empty() && demanded.iter().any(|name| !jwt.claims.contains_key(*name))
}

fn is_none(jwt: &Compact) -> bool {
    alg(jwt).eq_ignore_ascii_case("none")
}

fn alg(jwt: &Compact) -> &str {
    text(jwt, "alg")
}

/// A member of the key in the header, if it is a text.
fn member<'a>(jwt: &'a Compact, name: &str) -> Option<&'a str> {
    jwt.header.get("jwk")?.get(name)?.as_str()
}

fn alg_of_key(jwt: &Compact) -> Option<&str> {
    member(jwt, "alg")
}

fn kind(jwt: &Compact) -> Option<&str> {
    member(jwt, "kty")
}

fn is_by_registered_key(request: &Opened<'_>, jwt: &Compact) -> bool {
    let kid = jwt.header.get("kid").and_then(Value::as_str);
    let registered = request.clients.iter().filter_map(|client| client.key.as_ref());
    kid.is_some() && registered.filter(|key| key.kid() == kid).any(|key| jwt.is_signed_by(key))
}

fn mac_under(request: &Opened<'_>, form: &str) -> bool {
    let Some(jwt) = proof(request).filter(|jwt| alg(jwt) == "HS256") else { return false };
    let forms = jwt.header.get("jwk").and_then(Value::as_object).and_then(|jwk| keys::public_forms(jwk).ok());
    let message = jwt.message();
    let mut named = forms.iter().flatten().filter(|(name, _)| *name == form);
    named.any(|(_, key)| {
        let mac = keys::mac(key, message.as_bytes()).ok();
        mac.is_some() && mac == jwt.signature()
    })
}
