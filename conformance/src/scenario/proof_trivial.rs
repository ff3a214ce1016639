//! DPoP proofs that anyone could make, and keys in proofs that are not public.

use data_encoding::{BASE64, BASE64URL_NOPAD};
use fapi::requirement::{Requirement, fapi2_sp, rfc7518, rfc9449};
use serde_json::{Map, Value, json};

use super::nearly_right::told;
use super::proof_carriers::{Carrier, by, carriers, forms, spoil};
use super::{Scenario, dpop, rules, run};
use crate::client::form::Spoil;
use crate::finding::{Tried, fail, skip};
use crate::jwt::Jwt;
use crate::keys::{self, SigningKey};
use crate::session::Session;

const REFUSAL: &str = "after a good request, each is refused: by the PAR endpoint, or by the token endpoint with client_credentials, \
     with 400 invalid_dpop_proof or invalid_request; by the resource with 400 or 401";
const UNVERIFIED: &[&Requirement] = &[&rfc9449::PROOF_ALG, &rfc7518::NO_ALG_NONE];
const BY_MAC: &[&Requirement] = &[&rfc9449::PROOF_ALG, &fapi2_sp::SIGNING_ALGORITHMS];
const BY_RS256: &[&Requirement] = &[&fapi2_sp::SIGNING_ALGORITHMS, &rfc9449::PROOF_ALG];
const FORGED: &[&Requirement] = &[&rfc9449::PROOF_SIGNATURE];
const NO_KEY: &[&Requirement] = &[&rfc9449::PROOF_COMPLETE];

pub(super) static SCENARIOS: &[Scenario] = &[
    trivial("proof-trivial-signature", "A proof whose signature anyone can make is refused.", run!(signatures))
        .requires(&[&rfc9449::PROOF_SIGNATURE, &rfc9449::PROOF_ALG, &fapi2_sp::SIGNING_ALGORITHMS])
        .asserts(&[
            "alg none in other cases; a MAC under the public key in PEM, DER or as JWK; an unknown alg; no signature; zeros; the \
             signature cut off",
            REFUSAL,
        ]),
    trivial("proof-of-key-elsewhere", "A proof signed with another key than the one in its jwk is refused.", run!(elsewhere))
        .requires(&[&rfc9449::PROOF_SIGNATURE, &rfc9449::PROOF_COMPLETE])
        .asserts(&[
            "the signature of the client's registered key with its kid, or of a certificate in x5c: beside jwk, and without jwk",
            REFUSAL,
        ]),
    trivial("proof-algorithm-of-its-key", "A proof whose jwk names a better algorithm than its header is refused.", run!(claimed))
        .requires(&[&rfc9449::PROOF_ALG, &fapi2_sp::SIGNING_ALGORITHMS])
        .under(rules::proofs_without_rs256)
        .asserts(&[
            "RS256 by a key whose jwk has the alg PS256, and none with a jwk of the alg ES256",
            "400 with invalid_dpop_proof or invalid_request from the PAR endpoint, or from the token endpoint with client_credentials",
        ]),
    trivial("proof-key-nearly-public", "A proof whose jwk has any private member is refused.", run!(private))
        .requires(&[&rfc9449::PROOF_KEY_PUBLIC])
        .asserts(&[
            "an Ed25519 key with d; an RSA key with all private members; a symmetric key with its MAC",
            "an RSA key with its primes and without d: the same (if it is accepted: a warning)",
            "400 with invalid_dpop_proof or invalid_request from the PAR endpoint, or from the token endpoint with client_credentials",
            "a kind of key whose good proofs are refused is left out",
        ]),
];

const fn trivial(id: &'static str, summary: &'static str, run: super::Run) -> Scenario {
    Scenario::negative(id, summary, run).when(dpop)
}

/// An attempt in words, the requirements for which it is refused, and the proof.
type Attempt = (String, &'static [&'static Requirement], Spoil);

fn attempt(
    shown: impl Into<String>,
    because: &'static [&'static Requirement],
    change: impl Fn(Jwt) -> Jwt + Send + Sync + 'static,
) -> Attempt {
    (shown.into(), because, spoil(change))
}

/// Sends every attempt to every request.
async fn each(s: &Session, carriers: &[Carrier], attempts: &[Attempt]) -> Tried<()> {
    for carrier in carriers {
        for (shown, because, change) in attempts {
            told(s, carrier.refused(s, because, change.clone()).await, shown)?;
        }
    }
    Ok(())
}

async fn signatures(s: &Session) -> Tried<()> {
    let carriers = carriers(s).await?;
    let mut attempts = vec![
        attempt("there was no signature", FORGED, |jwt| jwt.signature([])),
        attempt("the signature was 64 zeros", FORGED, |jwt| jwt.signature([0; 64])),
        attempt("the signature was one octet", FORGED, |jwt| jwt.signature([1])),
        attempt("alg was XS256, with the signature of another key", UNVERIFIED, |jwt| {
            jwt.signed_by(&SigningKey::es256()).header("alg", "XS256")
        }),
    ];
    for alg in ["None", "NONE", "nOnE"] {
        attempts.push(attempt(format!("alg was {alg}, without signature"), UNVERIFIED, move |jwt| jwt.unsigned_as(alg)));
    }
    let forms = s.one.dpop_key().public_forms().or_else(|error| fail("a public key in its forms", error))?;
    for (form, key) in forms {
        let shown = format!("alg was HS256, with a MAC under the public key as {form}");
        attempts.push(attempt(shown, BY_MAC, move |jwt| jwt.authenticated_by(&key)));
    }
    each(s, &carriers, &attempts).await
}

async fn elsewhere(s: &Session) -> Tried<()> {
    let carriers = carriers(s).await?;
    let mut attempts = vec![];
    if let Some(key) = s.one.settings().key.clone() {
        let named = move |jwt: Jwt| {
            let jwt = jwt.signed_by(&key);
            key.kid().map_or(jwt.clone(), |kid| jwt.clone().header("kid", kid))
        };
        let alone = named.clone();
        attempts.push(attempt("the signature was of the client's registered key, with its kid", FORGED, named));
        attempts.push(attempt("jwk was missing, and the signature of the client's registered key", NO_KEY, move |jwt| {
            alone(jwt).without_header("jwk")
        }));
    }
    let key = SigningKey::es256();
    let certificate = key.certificate().or_else(|error| fail("a self-signed certificate to be generated", error))?;
    let x5c = json!([BASE64.encode(&certificate)]);
    let with = move |jwt: Jwt| jwt.signed_by(&key).header("x5c", x5c.clone());
    let alone = with.clone();
    attempts.push(attempt("the signature was of the certificate in x5c", FORGED, with));
    attempts.push(attempt("jwk was missing, and the signature of the certificate in x5c", NO_KEY, move |jwt| {
        alone(jwt).without_header("jwk")
    }));
    each(s, &carriers, &attempts).await
}

/// The public JWK of a key, with `alg`.
fn naming(key: &SigningKey, alg: &str) -> Value {
    let mut jwk = key.public_jwk();
    jwk.insert("alg".into(), alg.into());
    Value::Object(jwk)
}

async fn claimed(s: &Session) -> Tried<()> {
    let forms = forms(s).await?;
    if forms.is_empty() {
        return skip("the PAR endpoint takes no notice of proofs");
    }
    let rsa = SigningKey::ps256();
    let weak = rsa.with_algorithm("RS256").or_else(|error| fail("an RSA key to sign RS256", error))?;
    let jwk = naming(&rsa, "PS256");
    for form in &forms {
        if form.send(&by(&rsa)).await?.grants() {
            let (weak, jwk) = (weak.clone(), jwk.clone());
            let ended = form.refused(s, BY_RS256, spoil(move |jwt| jwt.signed_by(&weak).header("jwk", jwk.clone()))).await;
            told(s, ended, "alg was RS256, and PS256 in jwk")?;
        }
        let jwk = naming(s.one.dpop_key(), "ES256");
        let ended = form.refused(s, UNVERIFIED, spoil(move |jwt| jwt.unsigned().header("jwk", jwk.clone()))).await;
        told(s, ended, "alg was none, and ES256 in jwk")?;
    }
    Ok(())
}

async fn private(s: &Session) -> Tried<()> {
    const LEAK: &[&Requirement] = &[&rfc9449::PROOF_KEY_PUBLIC];
    const SYMMETRIC: &[&Requirement] = &[&rfc9449::PROOF_KEY_PUBLIC, &rfc9449::PROOF_ALG, &rfc9449::PROOF_SIGNATURE];
    let forms = forms(s).await?;
    if forms.is_empty() {
        return skip("the PAR endpoint takes no notice of proofs");
    }
    let (okp, rsa) = (SigningKey::eddsa(), SigningKey::ps256());
    let without_d: Map<String, Value> = rsa.private_jwk().iter().filter(|(name, _)| *name != "d").map(own).collect();
    let keys = [
        ("an Ed25519 key with its private part", &okp, okp.private_jwk().clone()),
        ("an RSA key with its private part", &rsa, rsa.private_jwk().clone()),
        ("an RSA key with its primes", &rsa, without_d),
    ];
    for form in &forms {
        for (shown, key, jwk) in &keys {
            if form.send(&by(key)).await?.grants() {
                let (has_d, key, jwk) = (jwk.contains_key("d"), (*key).clone(), jwk.clone());
                let reply = form.send(&spoil(move |jwt| jwt.signed_by(&key).header("jwk", jwk.clone()))).await?;
                // In RFC 7518 6.3.2 a private key has d, although the primes give it away.
                if reply.grants() && !has_d && !s.target.instance.strict() {
                    s.warn("a jwk with the primes of its RSA key, but without d, is accepted");
                    continue;
                }
                told(s, form.refuses(s, &reply, LEAK), &format!("jwk was {shown}"))?;
            }
        }
        let secret = keys::random().into_bytes();
        let jwk = json!({ "kty": "oct", "k": BASE64URL_NOPAD.encode(&secret) });
        let ended = form.refused(s, SYMMETRIC, spoil(move |jwt| jwt.authenticated_by(&secret).header("jwk", jwk.clone()))).await;
        told(s, ended, "jwk was a symmetric key, and the signature its MAC")?;
    }
    Ok(())
}

fn own((name, value): (&String, &Value)) -> (String, Value) {
    (name.clone(), value.clone())
}
