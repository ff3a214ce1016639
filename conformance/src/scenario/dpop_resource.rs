//! DPoP proofs at a protected resource.

use serde_json::json;

use super::proofs::{self, Accepted};
use super::{Scenario, dpop, module, rules, run, unbound};
use crate::client::resource::ResourceCall;
use crate::finding::{Finding, Tried};
use crate::http::Reply;
use crate::jwt::Jwt;
use crate::keys::{self, SigningKey};
use crate::session::Session;
use fapi::requirement::{Requirement, fapi2_sp, rfc6750, rfc7515, rfc7518, rfc7519, rfc8725, rfc9449};

const REFUSAL: &str = "the resource answers 400 or 401";
const REFUSED: &[&str] = &[REFUSAL];
const SERVICE: &str = "the resource answers 2xx";
const SERVED: &[&str] = &[SERVICE];
const MODULE: &[&str] = &[module!("dpop-negative-tests")];
const COMPLETE: &[&Requirement] = &[&rfc9449::PROOF_COMPLETE];

pub(super) static SCENARIOS: &[Scenario] = &[
    refused("proof-twice", "Two DPoP headers are refused.", |s| Box::pin(texts(s, |proof, other| vec![proof, other])))
        .requires(&[&rfc9449::ONE_PROOF]),
    refused("proof-garbage", "A DPoP header that is not a JWT is refused.", run!(garbage))
        .requires(&[&rfc9449::PROOF_WELL_FORMED, &rfc8725::COMPACT_ALPHABET, &rfc7515::COMPACT_FORM])
        .asserts(&[REFUSAL, "tried with `this is no JWT`, and with a good proof without its signature and the dot before it"]),
    refused("proof-without-typ", "A proof without typ is refused.", |s| Box::pin(spoiled(s, |jwt| jwt.without_header("typ"))))
        .requires(&[&rfc9449::PROOF_TYP]),
    refused("proof-without-alg", "A proof without alg is refused.", |s| Box::pin(spoiled(s, |jwt| jwt.without_header("alg"))))
        .requires(&[&rfc7515::ALG_ALLOWED]),
    refused("proof-without-jwk", "A proof without jwk is refused.", |s| Box::pin(spoiled(s, |jwt| jwt.without_header("jwk"))))
        .requires(&[&rfc9449::PROOF_COMPLETE]),
    refused("proof-without-jti", "A proof without jti is refused.", |s| Box::pin(spoiled(s, |jwt| jwt.without("jti"))))
        .requires(COMPLETE),
    refused("proof-without-htm", "A proof without htm is refused.", |s| Box::pin(spoiled(s, |jwt| jwt.without("htm"))))
        .requires(&[&rfc9449::PROOF_COMPLETE]),
    refused("proof-without-htu", "A proof without htu is refused.", |s| Box::pin(spoiled(s, |jwt| jwt.without("htu"))))
        .requires(&[&rfc9449::PROOF_COMPLETE]),
    refused("proof-without-iat", "A proof without iat is refused.", |s| Box::pin(spoiled(s, |jwt| jwt.without("iat"))))
        .requires(&[&rfc9449::PROOF_COMPLETE]),
    refused("proof-without-ath", "A proof without ath is refused.", |s| Box::pin(spoiled(s, |jwt| jwt.without("ath"))))
        .requires(&[&rfc9449::PROOF_COMPLETE]),
    refused("proof-of-other-typ", "A proof whose typ is JWT is refused.", |s| {
        Box::pin(spoiled(s, |jwt| jwt.header("typ", "JWT")))
    })
    .requires(&[&rfc9449::PROOF_TYP]),
    refused("proof-rs256", "A proof signed with RS256 is refused.", run!(rs256))
        .requires(&[&fapi2_sp::SIGNING_ALGORITHMS, &rfc9449::PROOF_ALG])
        .under(rules::proofs_without_rs256)
        .asserts(&[REFUSAL, "the token is bound to the RSA key, and a proof of it with PS256 is served; skipped if none is"]),
    refused("proof-unsigned", "A proof with alg none is refused.", |s| Box::pin(spoiled(s, Jwt::unsigned)))
        .requires(&[&rfc9449::PROOF_ALG, &rfc7518::NO_ALG_NONE]),
    refused("proof-tampered", "A proof whose signature does not verify is refused.", |s| Box::pin(spoiled(s, Jwt::corrupt)))
        .requires(&[&rfc9449::PROOF_SIGNATURE]),
    refused("proof-with-private-key", "A proof whose jwk has the private key is refused.", |s| {
        Box::pin(spoiled_for(s, |s, jwt| proofs::with_private_key(jwt, s.one.dpop_key())))
    })
    .requires(&[&rfc9449::PROOF_KEY_PUBLIC]),
    refused("proof-for-other-method", "A proof for another method is refused.", |s| {
        Box::pin(spoiled(s, |jwt| {
            let other = if jwt.text_of("htm") == Some("PUT") { "PATCH" } else { "PUT" };
            jwt.claim("htm", other)
        }))
    })
    .requires(&[&rfc9449::PROOF_HTM]),
    refused("proof-for-other-url", "A proof for another URL is refused, however little it differs.", run!(other_url))
        .requires(&[&rfc9449::PROOF_HTU])
        .asserts(&[
            "400 or 401 if htu is the URL of the resource with text appended, with a segment appended, without its last segment, \
             with another path, another port, http for https, or another host",
        ]),
    refused("proof-hour-old", "A proof that is an hour old is refused.", |s| Box::pin(off_by(s, -3600)))
        .requires(&[&rfc9449::PROOF_FRESH])
        .asserts(CLOCK),
    refused("proof-hour-ahead", "A proof whose iat is an hour ahead is refused.", |s| Box::pin(off_by(s, 3600)))
        .requires(&[&rfc9449::PROOF_FRESH, &fapi2_sp::FUTURE_TIMES])
        .asserts(CLOCK),
    refused("proof-for-other-token", "A proof whose ath belongs to another token is refused.", |s| {
        Box::pin(spoiled(s, |jwt| jwt.claim("ath", keys::digest("another token"))))
    })
    .requires(&[&rfc9449::PROOF_ATH]),
    refused("proof-of-other-key", "A token is refused with a proof by another key than its own.", |s| {
        Box::pin(of_another(s, |call| call.proof(|jwt| jwt.proving(&SigningKey::es256()))))
    })
    .requires(&[&rfc9449::TOKEN_BOUND_TO_KEY, &fapi2_sp::TOKEN_SENDER_VERIFIED]),
    refused("proof-missing", "A DPoP-bound token is refused without a proof.", run!(missing))
        .requires(&[&rfc9449::RESOURCE_PROOF]),
    refused("proof-missing-as-bearer", "A DPoP-bound token is refused as a bearer token.", run!(as_bearer))
        .requires(&[&rfc9449::NO_BEARER_DOWNGRADE]),
    refused("proof-claim-twice", "A claim that appears twice is refused.", run!(claim_twice))
    .requires(&[&rfc7519::CLAIM_NAMES_UNIQUE, &rfc9449::PROOF_WELL_FORMED]),
    served("proof-htu-with-query", "Query and fragment of htu are ignored.", |s| {
        Box::pin(accepted(
            s,
            |jwt| {
                let htu = format!("{}?a=b#c", jwt.text_of("htu").unwrap_or_default());
                jwt.claim("htu", htu)
            },
            &rfc9449::PROOF_HTU,
        ))
    })
    .requires(&[&rfc9449::PROOF_HTU, &rfc9449::HTU_NORMALIZED]),
    Scenario::positive("proof-for-url-with-query", "The query of the request is not part of htu.", run!(request_with_query))
        .requires(&[&rfc9449::PROOF_HTU])
        .when(dpop)
        .asserts(&[
            SERVICE,
            "skipped if the resource refuses the query itself: without naming the token or the proof, and although it serves the same \
             request with the query in htu too, or with an empty query",
        ]),
    served("proof-with-extras", "Unknown header parameters and claims of a proof are ignored.", run!(extras)).requires(&[
        &rfc7515::UNKNOWN_HEADERS_IGNORED,
        &rfc7519::UNKNOWN_CLAIMS_IGNORED,
        &rfc9449::PROOF_EXTENSIBLE,
    ]),
    Scenario::negative("proof-again", "A proof is refused when it is used again.", run!(again))
        .oidf(MODULE)
        .requires(&[&rfc9449::PROOF_ONCE])
        .when(dpop)
        .asserts(&["of 8 proofs, each over new connections: the second use is refused with 400 or 401 (if it is accepted: a warning)"]),
    Scenario::positive(
        "proof-lenient-spelling",
        "Equivalent spellings of the header name and of htu are accepted.",
        run!(lenient),
    )
    .oidf(MODULE)
    .requires(&[&rfc9449::HTU_NORMALIZED])
    .when(dpop)
    .asserts(&[
        "warnings only: the header name in another case, htu with scheme and host in another case, htu with the default port",
    ]),
    Scenario::positive("proof-challenge", "A refusal has a DPoP challenge with the accepted algorithms.", run!(challenge))
        .requires(&[&rfc6750::TOKEN_PRESENT, &rfc9449::DPOP_CHALLENGE, &rfc9449::CHALLENGE_ERROR, &rfc9449::CHALLENGE_ALGS])
        .when(dpop)
        .asserts(&[
            "401 has WWW-Authenticate; a DPoP challenge with algs and error invalid_dpop_proof or invalid_token (otherwise warnings)",
        ]),
];

const CLOCK: &[&str] = &["the resource answers 400 or 401; if it uses nonces of its own, 2xx is right too"];

const fn refused(id: &'static str, summary: &'static str, run: super::Run) -> Scenario {
    Scenario::negative(id, summary, run).oidf(MODULE).when(dpop).asserts(REFUSED)
}

const fn served(id: &'static str, summary: &'static str, run: super::Run) -> Scenario {
    Scenario::positive(id, summary, run).oidf(MODULE).when(dpop).asserts(SERVED)
}

/// A call that the resource has just served.
async fn call(s: &Session) -> Tried<ResourceCall> {
    let call = s.one.resource(&s.one.tokens().await?);
    call.served().await?;
    Ok(call)
}

async fn spoiled(s: &Session, spoil: impl Fn(Jwt) -> Jwt + Send + Sync + 'static) -> Tried<()> {
    let call = call(s).await?.proof(spoil);
    refused_for_proof(s, &call, &call.send().await?).await
}

/// Demands that the resource refused a call because of its proof. If it serves the token without any proof, nothing can be judged.
async fn refused_for_proof(s: &Session, call: &ResourceCall, reply: &Reply) -> Tried<()> {
    if reply.grants() {
        skipped_without_proof(s, call).await?;
    }
    s.refused_by_resource(reply, &[400, 401])
}

/// Skips the scenario if the resource serves this call without its proof.
async fn skipped_without_proof(s: &Session, call: &ResourceCall) -> Tried<()> {
    if call.clone().without_proof().send().await?.grants() {
        return s.skip("the resource serves the token without a proof, which proof-missing is about");
    }
    Ok(())
}

/// A claim whose last value is wrong.
async fn claim_twice(s: &Session) -> Tried<()> {
    let call = call(s).await?;
    let twice = call.clone().proof(|jwt| jwt.repeat_claim("htm", "PATCH"));
    let reply = twice.send().await?;
    // RFC 7519 4 lets the last value count.
    if reply.grants() && call.proof(|jwt| jwt.claim("htm", "PATCH")).send().await?.grants() {
        skipped_without_proof(s, &twice).await?;
        return s.skip("no control: a proof with the last of the two values alone is accepted too");
    }
    s.refused_by_resource(&reply, &[400, 401])
}

/// The same, with a defect that depends on the session.
async fn spoiled_for(s: &Session, spoil: fn(&Session, Jwt) -> Jwt) -> Tried<()> {
    let call = call(s).await?;
    let proof = spoil(s, call.good_proof()?).sign();
    let call = call.proof_texts(vec![proof]);
    refused_for_proof(s, &call, &call.send().await?).await
}

/// Demands that a changed proof is served. Otherwise this clause is violated.
async fn accepted(s: &Session, change: impl Fn(Jwt) -> Jwt + Send + Sync + 'static, rule: &'static Requirement) -> Tried<()> {
    let served = call(s).await?.proof(change).served().await;
    served.map(drop).map_err(|stop| stop.against(rule))
}

async fn extras(s: &Session) -> Tried<()> {
    s.part(accepted(s, |jwt| jwt.header("x-extra", "x"), &rfc7515::UNKNOWN_HEADERS_IGNORED).await)?;
    s.part(accepted(s, |jwt| jwt.claim("extra", json!({ "a": [1] })), &rfc7519::UNKNOWN_CLAIMS_IGNORED).await)
}

/// Sends texts made of two good proofs.
async fn texts(s: &Session, make: impl Fn(String, String) -> Vec<String> + Send) -> Tried<()> {
    let call = call(s).await?;
    let texts = make(call.good_proof()?.sign(), call.good_proof()?.sign());
    let call = call.proof_texts(texts);
    refused_for_proof(s, &call, &call.send().await?).await
}

async fn garbage(s: &Session) -> Tried<()> {
    texts(s, |_, _| vec!["this is no JWT".into()]).await?;
    texts(s, |proof, _| vec![proofs::unsigned_part(&proof)]).await
}

/// A token that is bound to an RSA key, so that the algorithm is the only defect of the proof.
async fn rs256(s: &Session) -> Tried<()> {
    let ps256 = |jwt: Jwt| jwt.proving(&SigningKey::ps256());
    let request = s.one.token_request().await?.proof(ps256);
    let issued = request.send().await?;
    if !issued.grants() {
        return s.skip("the token endpoint refuses a good proof of an RSA key with PS256");
    }
    let call = s.one.resource(&request.issued(&issued).await?);
    let control = call.clone().proof(ps256).send().await?;
    let call = call.proof(proofs::rs256);
    let reply = call.send().await?;
    if !control.grants() && !reply.grants() {
        return s.skip("the resource refuses a good proof of an RSA key with PS256");
    }
    refused_for_proof(s, &call, &reply).await
}

async fn other_url(s: &Session) -> Tried<()> {
    let call = call(s).await?;
    let mut accepted = Accepted::default();
    for (difference, htu) in proofs::other_urls(&call.url()?) {
        let reply = call.clone().proof(move |jwt| jwt.claim("htu", htu.as_str())).send().await?;
        if !reply.grants() {
            s.refused_by_resource(&reply, &[400, 401])?;
            continue;
        }
        if accepted.is_empty() {
            skipped_without_proof(s, &call).await?;
        }
        accepted.add(difference, reply.number());
    }
    accepted.judge()
}

async fn off_by(s: &Session, seconds: i64) -> Tried<()> {
    let call = call(s).await?;
    let call = call.proof(move |jwt| jwt.issued(seconds));
    let reply = call.send().await?;
    // A proof with a nonce is fresh by that nonce, whatever its iat says.
    if reply.grants() && s.one.resource_gives_nonces() {
        return Ok(());
    }
    refused_for_proof(s, &call, &reply).await
}

/// Demands that a token is refused to somebody who does not prove its key.
async fn of_another(s: &Session, change: impl FnOnce(ResourceCall) -> ResourceCall + Send) -> Tried<()> {
    let tokens = s.one.tokens().await?;
    let call = s.one.resource(&tokens);
    call.served().await?;
    let reply = change(call).send().await?;
    if reply.grants() {
        unbound::skipped(s, &s.one, &tokens).await?;
    }
    s.refused_by_resource(&reply, &[400, 401])
}

async fn missing(s: &Session) -> Tried<()> {
    of_another(s, |call| call.without_proof()).await
}

async fn as_bearer(s: &Session) -> Tried<()> {
    of_another(s, |call| call.scheme(Some("Bearer")).without_proof()).await
}

async fn request_with_query(s: &Session) -> Tried<()> {
    let ordinary = call(s).await?;
    let call = ordinary.clone().query("a", "b");
    let reply = call.send().await?;
    if reply.grants() {
        return Ok(());
    }
    let whole = call.url()?;
    let at_fault = blames_proof(&reply)
        || call.proof(move |jwt| jwt.claim("htu", whole.as_str())).send().await?.grants()
        // An empty query has no parameter that the resource could refuse.
        || matches!(ordinary.empty_query().send().await?.status(), 400 | 401);
    if !at_fault {
        return s.skip(format!("the resource answers a request with an unknown query parameter with status {}", reply.status()));
    }
    let words = [reply.header("www-authenticate").map(str::to_owned), reply.member("error")].into_iter().flatten();
    let got = std::iter::once(format!("status {}", reply.status())).chain(words).collect::<Vec<_>>().join(" ");
    let finding = Finding::new("a proof without the query to fit a request with one", got).shown_by(reply.number());
    Err(finding.against(&rfc9449::PROOF_HTU).into())
}

/// Returns true if a refusal by a resource names the token or the proof.
fn blames_proof(reply: &Reply) -> bool {
    let errors = ["invalid_token", "invalid_dpop_proof"];
    let challenged = reply.headers("www-authenticate").any(|challenge| errors.iter().any(|error| challenge.contains(error)));
    challenged || reply.member("error").is_some_and(|error| errors.contains(&error.as_str()))
}

async fn again(s: &Session) -> Tried<()> {
    let call = call(s).await?;
    for _ in s.replays() {
        let call = call.clone().proof_texts(vec![call.good_proof()?.sign()]);
        call.served().await?;
        let reply = call.send().await?;
        if reply.grants() {
            skipped_without_proof(s, &call).await?;
            s.warn("the resource accepts a proof that was used before");
            return Ok(());
        }
        s.refused_by_resource(&reply, &[400, 401])?;
    }
    Ok(())
}

async fn lenient(s: &Session) -> Tried<()> {
    let call = call(s).await?;
    let url = call.url()?;
    let should = |what: &str, served: bool| {
        if !served {
            s.warn(format!("{what} is refused"));
        }
    };
    should("a header name in another case", call.clone().title_case().send().await?.grants());
    let (scheme, host) = (url.scheme().to_owned(), url.host_str().unwrap_or_default().to_owned());
    let shouted = url.as_str().replacen(&scheme, &scheme.to_uppercase(), 1).replacen(&host, &host.to_uppercase(), 1);
    let changed = call.clone().proof(move |jwt| jwt.claim("htu", shouted.as_str()));
    should("an htu with scheme and host in upper case", changed.send().await?.grants());
    if url.port().is_none() {
        let port = url.port_or_known_default().unwrap_or_default();
        let explicit = url.as_str().replacen(&host, &format!("{host}:{port}"), 1);
        let changed = call.clone().proof(move |jwt| jwt.claim("htu", explicit.as_str()));
        should("an htu with the default port", changed.send().await?.grants());
    }
    call.served().await.map(drop)
}

async fn challenge(s: &Session) -> Tried<()> {
    let reply = call(s).await?.proof(Jwt::corrupt).send().await?;
    if reply.status() != 401 {
        s.warn(format!("a proof with an invalid signature gets status {}, not 401", reply.status()));
        return Ok(());
    }
    let challenges: Vec<_> = reply.headers("www-authenticate").map(str::to_owned).collect();
    if challenges.is_empty() {
        let finding = Finding::new("a WWW-Authenticate header with status 401", "none").shown_by(reply.number());
        return Err(finding.against(&rfc6750::TOKEN_PRESENT).into());
    }
    let Some(challenge) = challenges.iter().find(|challenge| challenge.to_ascii_lowercase().contains("dpop")) else {
        s.warn(format!("no challenge has the scheme DPoP: {}", challenges.join(", ")));
        return Ok(());
    };
    if !challenge.contains("invalid_dpop_proof") && !challenge.contains("invalid_token") {
        s.warn("the DPoP challenge has no error");
    }
    if !challenge.contains("algs=") {
        s.warn("the DPoP challenge has no algs");
    }
    Ok(())
}
