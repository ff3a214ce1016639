//! DPoP proofs at the token endpoint.

use serde_json::json;

use super::proofs::{self, Accepted};
use super::{Scenario, dpop, module, rules, run};
use crate::client::FormRequest;
use crate::finding::{About, Stop, Tried};
use crate::http::Reply;
use crate::jwt::Jwt;
use crate::keys::{self, SigningKey};
use crate::session::{Session, Wire, wire};
use fapi::requirement::{Requirement, fapi2_sp, rfc7515, rfc7518, rfc7519, rfc8725, rfc9449};

const REFUSAL: &str = "the token endpoint answers 400 with invalid_dpop_proof or invalid_request";
const ASSERTS: &[&str] = &[REFUSAL];

pub(super) static SCENARIOS: &[Scenario] = &[
    Scenario::positive("proof-nbf-and-exp", "A proof with nbf and exp is accepted.", run!(nbf_and_exp))
        .oidf(&[module!("check-dpop-proof-nbf-exp")])
        .requires(&[&fapi2_sp::FUTURE_TIMES, &rfc7519::UNKNOWN_CLAIMS_IGNORED, &rfc9449::PROOF_EXTENSIBLE])
        .when(dpop)
        .asserts(&["token endpoint and resource accept proofs with nbf now and exp in five minutes"]),
    Scenario::positive("proof-10-seconds-old", "A proof that is ten seconds old is accepted.", run!(old))
        .oidf(&[module!("ensure-dpopproof-with-iat-10seconds-before-succeeds")])
        .requires(&[&rfc9449::PROOF_FRESH])
        .when(dpop)
        .asserts(&["proofs with iat 10 s ago: PAR 201, token 200, resource 2xx (otherwise a warning: no clause says how long)"]),
    Scenario::positive("proof-8-seconds-ahead", "A proof whose iat is eight seconds ahead is accepted.", run!(ahead))
    .oidf(&[module!("ensure-dpopproof-with-iat-10seconds-after-succeeds")])
    .requires(&[&fapi2_sp::FUTURE_TIMES, &rfc9449::PROOF_NEAR_FUTURE])
    .when(dpop)
    .asserts(&["proofs with iat 8 s ahead: PAR 201, token 200, resource 2xx"]),
    spoiled("token-proof-without-typ", "A proof without typ is refused.", |s| {
        Box::pin(refused(s, |jwt| jwt.without_header("typ")))
    })
    .requires(&[&rfc9449::PROOF_TYP]),
    spoiled("token-proof-of-other-typ", "A proof whose typ is JWT is refused.", |s| {
        Box::pin(refused(s, |jwt| jwt.header("typ", "JWT")))
    })
    .requires(&[&rfc9449::PROOF_TYP, &rfc8725::KINDS_EXCLUSIVE, &fapi2_sp::JWT_PRACTICES]),
    spoiled("token-proof-without-jwk", "A proof without jwk is refused.", |s| {
        Box::pin(refused(s, |jwt| jwt.without_header("jwk")))
    })
    .requires(&[&rfc9449::PROOF_COMPLETE]),
    spoiled("token-proof-without-jti", "A proof without jti is refused.", |s| Box::pin(refused(s, |jwt| jwt.without("jti"))))
        .requires(&[&rfc9449::PROOF_COMPLETE]),
    spoiled("token-proof-empty-jti", "A proof with an empty jti is refused.", |s| {
        Box::pin(doubtful(s, |jwt| jwt.claim("jti", ""), "a proof with an empty jti is accepted"))
    })
    .requires(&[&rfc9449::PROOF_COMPLETE])
    .asserts(&["the token endpoint answers 400 with invalid_dpop_proof or invalid_request (if it accepts the proof: a warning)"]),
    Scenario::negative(
        "token-proof-long-jti",
        "A proof with a jti of 1000 characters is refused, or accepted only once.",
        run!(long_jti),
    )
    .requires(&[&rfc9449::JTI_SIZE])
    .when(dpop)
    .asserts(&[
        "400 invalid_dpop_proof or invalid_request; if the first use is accepted, the second one gets this refusal",
        "skipped if the server accepts both uses, and accepts a proof with an ordinary jti twice too: it remembers none",
    ]),
    spoiled("token-proof-without-htm", "A proof without htm is refused.", |s| Box::pin(refused(s, |jwt| jwt.without("htm"))))
        .requires(&[&rfc9449::PROOF_COMPLETE]),
    spoiled("token-proof-without-htu", "A proof without htu is refused.", |s| Box::pin(refused(s, |jwt| jwt.without("htu"))))
        .requires(&[&rfc9449::PROOF_COMPLETE]),
    spoiled("token-proof-without-iat", "A proof without iat is refused.", |s| Box::pin(refused(s, |jwt| jwt.without("iat"))))
        .requires(&[&rfc9449::PROOF_COMPLETE]),
    spoiled("token-proof-for-other-method", "A proof for another method is refused.", |s| {
        Box::pin(refused(s, |jwt| jwt.claim("htm", "GET")))
    })
    .requires(&[&rfc9449::PROOF_HTM]),
    spoiled("token-proof-method-in-lower-case", "A proof whose htm is the method in lower case is refused.", |s| {
        Box::pin(doubtful(s, |jwt| jwt.claim("htm", "post"), "the case of htm is ignored, although methods are case-sensitive"))
    })
    .requires(&[&rfc9449::PROOF_HTM])
    .asserts(&["the token endpoint answers 400 with invalid_dpop_proof or invalid_request (if it accepts the proof: a warning)"]),
    spoiled("token-proof-for-other-url", "A proof for another URL is refused, however little it differs.", run!(other_url))
        .requires(&[&rfc9449::PROOF_HTU])
        .asserts(&[
            "400 with invalid_dpop_proof or invalid_request if htu is the URL of the endpoint with text appended, with a segment \
             appended, without its last segment, with another path, another port, http for https, or another host",
        ]),
    spoiled("token-proof-hour-old", "A proof that is an hour old is refused.", |s| Box::pin(off_by(s, -3600)))
        .requires(&[&rfc9449::PROOF_FRESH])
        .asserts(CLOCK),
    spoiled("token-proof-minute-ahead", "A proof whose iat is more than a minute ahead is refused.", |s| Box::pin(off_by(s, 75)))
        .requires(&[&fapi2_sp::FUTURE_TIMES, &rfc9449::PROOF_FRESH])
        .under(rules::future_is_a_minute)
        .asserts(CLOCK),
    spoiled("token-proof-unsigned", "A proof with alg none is refused.", |s| Box::pin(refused(s, Jwt::unsigned)))
        .requires(&[&rfc9449::PROOF_ALG, &rfc7518::NO_ALG_NONE]),
    spoiled("token-proof-rs256", "A proof signed with RS256 is refused.", |s| {
        Box::pin(refused_unlike(s, proofs::rs256, |jwt| jwt.proving(&SigningKey::ps256()), "of an RSA key with PS256"))
    })
    .requires(&[&fapi2_sp::SIGNING_ALGORITHMS, &rfc9449::PROOF_ALG])
    .under(rules::proofs_without_rs256)
    .asserts(&[REFUSAL, "skipped if a proof of the same key with PS256 is refused too"]),
    spoiled("token-proof-tampered", "A proof whose signature does not verify is refused.", |s| {
        Box::pin(refused(s, Jwt::corrupt))
    })
    .requires(&[&rfc9449::PROOF_SIGNATURE]),
    spoiled("token-proof-of-other-key", "A proof signed with another key than the one in its jwk is refused.", |s| {
        Box::pin(refused(s, |jwt| jwt.signed_by(&SigningKey::es256())))
    })
    .requires(&[&rfc9449::PROOF_SIGNATURE]),
    spoiled("token-proof-with-private-key", "A proof whose jwk has the private key is refused.", |s| {
        Box::pin(refused(s, |jwt| proofs::with_private_key(jwt, &SigningKey::es256())))
    })
    .requires(&[&rfc9449::PROOF_KEY_PUBLIC]),
    spoiled("token-proof-of-small-order", "A proof with an Ed25519 key of order one is refused: anyone can forge it.", |s| {
        Box::pin(refused_unlike(s, |jwt| proofs::small_order(jwt, 0), proofs::eddsa, "of an Ed25519 key"))
    })
    .requires(SMALL_ORDER)
    .asserts(SMALL_ORDER_ASSERTS),
    spoiled("token-proof-of-order-four", "A proof with an Ed25519 key of order four is refused: forgeries would verify.", |s| {
        Box::pin(refused_unlike(s, |jwt| proofs::small_order(jwt, 1), proofs::eddsa, "of an Ed25519 key"))
    })
    .requires(SMALL_ORDER)
    .asserts(SMALL_ORDER_ASSERTS),
    spoiled("token-proof-off-curve", "A key that is not on its curve is refused.", |s| Box::pin(refused(s, proofs::off_curve)))
        .requires(&[&rfc7518::EC_POINT, &rfc8725::INPUTS_VALIDATED, &rfc9449::PROOF_SIGNATURE]),
    spoiled("token-proof-unknown-crit", "An unknown critical header parameter is refused.", |s| {
        Box::pin(refused(s, |jwt| jwt.header("crit", json!(["x"])).header("x", 1)))
    })
    .requires(&[&rfc7515::CRIT_UNDERSTOOD]),
    spoiled("token-proof-claim-twice", "A claim that appears twice is refused.", run!(claim_twice))
    .requires(&[&rfc7519::CLAIM_NAMES_UNIQUE, &rfc9449::PROOF_WELL_FORMED]),
    Scenario::negative("token-proof-der-signature", "A proof with an ECDSA signature in DER is refused.", |s| {
        Box::pin(texts(s, |proof, _| vec![proofs::in_der(&proof)]))
    })
    .requires(&[&rfc7518::ECDSA_FORM, &rfc9449::PROOF_SIGNATURE])
    .when(dpop)
    .asserts(ASSERTS),
    Scenario::negative("token-proof-garbage", "A DPoP header that is not a JWT is refused.", run!(garbage))
        .requires(&[&rfc9449::PROOF_WELL_FORMED, &rfc7515::COMPACT_FORM])
        .when(dpop)
        .asserts(&[REFUSAL, "tried with `no.jwt`, and with a good proof without its signature and the dot before it"]),
    Scenario::negative("token-proof-twice-in-one-header", "Two proofs in one header are refused.", |s| {
        Box::pin(texts(s, |proof, other| vec![format!("{proof}, {other}")]))
    })
    .requires(&[&rfc9449::PROOF_WELL_FORMED])
    .when(dpop)
    .asserts(ASSERTS),
    Scenario::negative("token-proof-in-two-headers", "Two DPoP headers are refused.", |s| {
        Box::pin(texts(s, |proof, other| vec![proof, other]))
    })
    .requires(&[&rfc9449::ONE_PROOF])
    .when(dpop)
    .asserts(ASSERTS),
    Scenario::negative("token-proof-again", "A proof is refused when it is used again.", run!(again))
        .requires(&[&rfc9449::PROOF_ONCE])
        .when(dpop)
        .asserts(&[
            "of 8 proofs, each over new connections: the second use gets 400 invalid_dpop_proof, invalid_grant, invalid_request or \
             use_dpop_nonce (if it is accepted: a warning)",
        ]),
];

const CLOCK: &[&str] =
    &["the token endpoint answers 400 with invalid_dpop_proof or invalid_request; if it uses nonces, 200 is correct too"];

const SMALL_ORDER: &[&Requirement] = &[&rfc8725::INPUTS_VALIDATED, &rfc9449::PROOF_SIGNATURE, &rfc7518::EC_POINT];
const SMALL_ORDER_ASSERTS: &[&str] = &[
    REFUSAL,
    "the forged signature verifies with and without the cofactor; skipped if a good proof of an Ed25519 key is refused too",
];
const USED_AGAIN: Wire = Wire::new(&[400], &["invalid_dpop_proof", "invalid_grant", "invalid_request", "use_dpop_nonce"]);

const fn spoiled(id: &'static str, summary: &'static str, run: super::Run) -> Scenario {
    Scenario::negative(id, summary, run).when(dpop).asserts(ASSERTS)
}

async fn refused(s: &Session, spoil: impl Fn(Jwt) -> Jwt + Send + Sync + 'static) -> Tried<()> {
    let request = s.one.token_request().await?.proof(spoil);
    s.refused(&request.send().await?, &wire::INVALID_PROOF)
}

/// A claim whose last value is wrong.
async fn claim_twice(s: &Session) -> Tried<()> {
    let reply = s.one.token_request().await?.proof(|jwt| jwt.repeat_claim("htm", "GET")).send().await?;
    // RFC 7519 4 lets the last value count.
    if reply.grants() && s.one.token_request().await?.proof(|jwt| jwt.claim("htm", "GET")).send().await?.grants() {
        return s.skip("no control: a proof with the last of the two values alone is accepted too");
    }
    s.refused(&reply, &wire::INVALID_PROOF)
}

/// Demands a refusal of the reference server, and warns otherwise: the texts do not say so plainly.
async fn doubtful(s: &Session, spoil: impl Fn(Jwt) -> Jwt + Send + Sync + 'static, accepted: &str) -> Tried<()> {
    let reply = s.one.token_request().await?.proof(spoil).send().await?;
    if reply.grants() && !s.target.instance.strict() {
        s.warn(accepted);
        return Ok(());
    }
    s.refused(&reply, &wire::INVALID_PROOF)
}

/// Demands a refusal of a proof by a kind of key that a server need not support. It counts only if a good proof of that kind is
/// accepted.
async fn refused_unlike(
    s: &Session,
    bad: impl Fn(Jwt) -> Jwt + Send + Sync + 'static,
    good: impl Fn(Jwt) -> Jwt + Send + Sync + 'static,
    kind: &str,
) -> Tried<()> {
    let reply = s.one.token_request().await?.proof(bad).send().await?;
    if !reply.grants() && !s.one.token_request().await?.proof(good).send().await?.grants() {
        return s.skip(format!("the token endpoint refuses a good proof {kind}"));
    }
    s.refused(&reply, &wire::INVALID_PROOF)
}

async fn other_url(s: &Session) -> Tried<()> {
    let mut accepted = Accepted::default();
    for (difference, htu) in proofs::other_urls(&s.one.metadata().endpoint("token_endpoint")?) {
        let request = s.one.token_request().await?.proof(move |jwt| jwt.claim("htu", htu.as_str()));
        let reply = request.send().await?;
        if reply.grants() {
            accepted.add(difference, reply.number());
        } else {
            s.refused(&reply, &wire::INVALID_PROOF)?;
        }
    }
    accepted.judge()
}

async fn off_by(s: &Session, seconds: i64) -> Tried<()> {
    let seconds = seconds + if seconds > 0 { s.target.clock_tolerance } else { -s.target.clock_tolerance };
    let reply = s.one.token_request().await?.proof(move |jwt| jwt.issued(seconds)).send().await?;
    // A proof with a server nonce is fresh by that nonce, whatever its iat says.
    if reply.grants() && s.one.server_gives_nonces() {
        return Ok(());
    }
    s.refused(&reply, &wire::INVALID_PROOF)
}

/// Sends texts made of two good proofs.
async fn texts(s: &Session, make: impl Fn(String, String) -> Vec<String> + Send) -> Tried<()> {
    let request = s.one.token_request().await?;
    let url = request.url()?;
    let proof = || s.one.proof_now("POST", &url).sign();
    let send = |texts: Vec<String>| -> FormRequest { request.clone().proof_texts(texts) };
    let mut reply = send(make(proof(), proof())).send().await?;
    // Without the nonce that the server demands, the refusal shows nothing.
    if reply.member("error").as_deref() == Some("use_dpop_nonce") {
        reply = send(make(proof(), proof())).send().await?;
    }
    s.refused(&reply, &wire::INVALID_PROOF)
}

async fn garbage(s: &Session) -> Tried<()> {
    texts(s, |_, _| vec!["no.jwt".into()]).await?;
    texts(s, |proof, _| vec![proofs::unsigned_part(&proof)]).await
}

async fn nbf_and_exp(s: &Session) -> Tried<()> {
    let both = |jwt: Jwt| jwt.not_before(0).expires(300);
    let tokens = match s.one.token_request().await?.proof(both).tokens().await {
        Err(Stop::Failed(finding)) if finding.about == About::Step => {
            // FAPI 2.0 demands that this nbf is accepted, and RFC 7519 that a claim without a meaning here is ignored.
            let with_nbf = s.one.token_request().await?.proof(|jwt| jwt.not_before(0)).send().await?;
            let rule = if with_nbf.grants() { &rfc7519::UNKNOWN_CLAIMS_IGNORED } else { &fapi2_sp::FUTURE_TIMES };
            return Err(Stop::Failed(finding).against(rule));
        }
        tried => tried?,
    };
    let call = s.one.resource(&tokens);
    if call.url().is_ok() {
        call.served().await?;
        let served = call.proof(both).served().await;
        served.map_err(|stop| stop.against(&rfc7519::UNKNOWN_CLAIMS_IGNORED))?;
    }
    Ok(())
}

async fn old(s: &Session) -> Tried<()> {
    match issued(s, -10, None).await {
        Err(Stop::Failed(finding)) if finding.about == About::Step => {
            let tokens = s.one.tokens().await?;
            if s.one.resource(&tokens).url().is_ok() {
                s.one.resource(&tokens).served().await?;
            }
            s.warn("a proof that is ten seconds old is refused");
            Ok(())
        }
        tried => tried,
    }
}

async fn ahead(s: &Session) -> Tried<()> {
    issued(s, 8, Some(&fapi2_sp::FUTURE_TIMES)).await
}

/// Runs a flow with proofs of another time. A refusal is a finding against `rule`, if there is one. FAPI 2.0 binds authorization
/// servers to it, and thereby userinfo, but no other resource.
async fn issued(s: &Session, seconds: i64, rule: Option<&'static Requirement>) -> Tried<()> {
    let against = |rule: Option<&'static Requirement>| {
        move |stop: Stop| match rule {
            Some(rule) => stop.against(rule),
            None => stop,
        }
    };
    let request = if s.variant().front_channel() {
        let pushed = s.one.push().proof(move |jwt| jwt.issued(seconds)).pushed().await.map_err(against(rule))?;
        s.one.redeem(&s.one.authorize(&pushed).code().await?)
    } else {
        s.one.credentials()
    };
    let tokens = request.proof(move |jwt| jwt.issued(seconds)).tokens().await.map_err(against(rule))?;
    let rule = if s.target.resource.is_some() { rule.map(|_| &rfc9449::PROOF_NEAR_FUTURE) } else { rule };
    if s.one.resource(&tokens).url().is_ok() {
        s.one.resource(&tokens).proof(move |jwt| jwt.issued(seconds)).served().await.map_err(against(rule))?;
    }
    Ok(())
}

async fn long_jti(s: &Session) -> Tried<()> {
    s.prime().await?;
    let (first, second) = (s.one.token_request().await?, s.one.token_request().await?);
    let proof = s.one.proof_now("POST", &first.url()?).claim("jti", keys::random().repeat(24)).sign();
    let reply = first.proof_texts(vec![proof.clone()]).send().await?;
    if !reply.grants() {
        return s.refused(&reply, &wire::INVALID_PROOF_OR_GRANT);
    }
    let reply = second.proof_texts(vec![proof]).send().await?;
    if reply.grants() && twice(s).await?.grants() {
        return s.skip("the server remembers no jti, so a long one does no harm");
    }
    s.refused(&reply, &USED_AGAIN)
}

async fn again(s: &Session) -> Tried<()> {
    s.prime().await?;
    for _ in s.replays() {
        let reply = twice(s).await?;
        if reply.grants() {
            s.warn("the token endpoint accepts a proof that was used before");
            return Ok(());
        }
        s.refused(&reply, &USED_AGAIN)?;
    }
    Ok(())
}

/// Uses a proof twice, and returns the response to the second use.
async fn twice(s: &Session) -> Tried<Reply> {
    let (first, second) = (s.one.token_request().await?, s.one.token_request().await?);
    let proof = s.one.proof_now("POST", &first.url()?).sign();
    first.proof_texts(vec![proof.clone()]).tokens().await?;
    second.proof_texts(vec![proof]).send().await
}
