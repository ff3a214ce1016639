//! DPoP proofs at the token endpoint.

use serde_json::{Value, json};

use super::{Scenario, dpop, module, run};
use crate::finding::{Stop, Tried};
use crate::jwt::Jwt;
use crate::keys::SigningKey;
use crate::session::{Session, wire};
use fapi::requirement::{fapi2_sp, rfc7515, rfc7518, rfc7519, rfc8725, rfc9449};

const ASSERTS: &[&str] = &["the token endpoint answers 400 with invalid_dpop_proof or invalid_request"];

pub(super) static SCENARIOS: &[Scenario] = &[
    Scenario::positive("proof-nbf-and-exp", "A proof with nbf and exp is accepted.", run!(nbf_and_exp))
        .oidf(&[module!("check-dpop-proof-nbf-exp")])
        .requires(&[&rfc9449::PROOF_EXTENSIBLE])
        .when(dpop)
        .asserts(&["token endpoint and resource accept proofs with nbf now and exp in five minutes"]),
    Scenario::positive("proof-10-seconds-old", "A proof that is ten seconds old is accepted.", |s| Box::pin(issued(s, -10)))
        .oidf(&[module!("ensure-dpopproof-with-iat-10seconds-before-succeeds")])
        .requires(&[&fapi2_sp::FUTURE_TIMES, &rfc9449::PROOF_FRESH])
        .when(dpop)
        .asserts(&["proofs with iat 10 s ago: PAR 201, token 200, resource 200 or 201"]),
    Scenario::positive("proof-8-seconds-ahead", "A proof whose iat is eight seconds ahead is accepted.", |s| {
        Box::pin(issued(s, 8))
    })
    .oidf(&[module!("ensure-dpopproof-with-iat-10seconds-after-succeeds")])
    .requires(&[&fapi2_sp::FUTURE_TIMES, &rfc9449::PROOF_NEAR_FUTURE])
    .when(dpop)
    .asserts(&["proofs with iat 8 s ahead: PAR 201, token 200, resource 200 or 201"]),
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
        Box::pin(refused(s, |jwt| jwt.claim("jti", "")))
    })
    .requires(&[&rfc9449::PROOF_COMPLETE]),
    Scenario::negative(
        "token-proof-long-jti",
        "A proof with a jti of 1000 characters is refused, or accepted only once.",
        run!(long_jti),
    )
    .requires(&[&rfc9449::JTI_SIZE])
    .when(dpop)
    .asserts(&["400 invalid_dpop_proof or invalid_request; if the first use is accepted, the second one gets this refusal"]),
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
        Box::pin(refused(s, |jwt| jwt.claim("htm", "post")))
    })
    .requires(&[&rfc9449::PROOF_HTM]),
    spoiled("token-proof-for-other-url", "A proof for another URL is refused.", |s| {
        Box::pin(refused(s, |jwt| jwt.claim("htu", "https://other.example/token")))
    })
    .requires(&[&rfc9449::PROOF_HTU]),
    spoiled("token-proof-hour-old", "A proof that is an hour old is refused.", |s| Box::pin(off_by(s, -3600)))
        .requires(&[&rfc9449::PROOF_FRESH])
        .asserts(CLOCK),
    spoiled("token-proof-minute-ahead", "A proof whose iat is more than a minute ahead is refused.", |s| Box::pin(off_by(s, 75)))
        .requires(&[&fapi2_sp::FUTURE_TIMES, &rfc9449::PROOF_FRESH])
        .asserts(CLOCK),
    spoiled("token-proof-unsigned", "A proof with alg none is refused.", |s| Box::pin(refused(s, Jwt::unsigned)))
        .requires(&[&rfc9449::PROOF_ALG, &rfc7518::NO_ALG_NONE]),
    spoiled("token-proof-rs256", "A proof signed with RS256 is refused.", |s| Box::pin(refused(s, rs256)))
        .requires(&[&rfc9449::PROOF_ALG, &fapi2_sp::SIGNING_ALGORITHMS]),
    spoiled("token-proof-tampered", "A proof whose signature does not verify is refused.", |s| {
        Box::pin(refused(s, Jwt::corrupt))
    })
    .requires(&[&rfc9449::PROOF_SIGNATURE]),
    spoiled("token-proof-of-other-key", "A proof signed with another key than the one in its jwk is refused.", |s| {
        Box::pin(refused(s, |jwt| jwt.signed_by(&SigningKey::es256())))
    })
    .requires(&[&rfc9449::PROOF_SIGNATURE]),
    spoiled("token-proof-with-private-key", "A proof whose jwk has the private key is refused.", |s| {
        Box::pin(refused(s, with_private_key))
    })
    .requires(&[&rfc9449::PROOF_KEY_PUBLIC]),
    spoiled("token-proof-of-small-order", "A proof with an Ed25519 key of order one is refused: anyone can forge it.", |s| {
        Box::pin(refused(s, |jwt| small_order(jwt, 0)))
    })
    .requires(&[&rfc9449::PROOF_SIGNATURE]),
    spoiled("token-proof-of-order-four", "A proof with an Ed25519 key of order four is refused: forgeries would verify.", |s| {
        Box::pin(refused(s, |jwt| small_order(jwt, 1)))
    })
    .requires(&[&rfc9449::PROOF_SIGNATURE]),
    spoiled("token-proof-off-curve", "A key that is not on its curve is refused.", |s| Box::pin(refused(s, off_curve)))
        .requires(&[&rfc7518::EC_POINT, &rfc9449::PROOF_SIGNATURE]),
    spoiled("token-proof-unknown-crit", "An unknown critical header parameter is refused.", |s| {
        Box::pin(refused(s, |jwt| jwt.header("crit", json!(["x"])).header("x", 1)))
    })
    .requires(&[&rfc7515::CRIT_UNDERSTOOD]),
    spoiled("token-proof-claim-twice", "A claim that appears twice is refused.", |s| {
        Box::pin(refused(s, |jwt| jwt.repeat_claim("htm", "GET")))
    })
    .requires(&[&rfc7519::CLAIM_NAMES_UNIQUE, &rfc9449::PROOF_WELL_FORMED]),
    Scenario::negative("token-proof-der-signature", "A proof with an ECDSA signature in DER is refused.", |s| {
        Box::pin(texts(s, |proof| vec![in_der(&proof)]))
    })
    .requires(&[&rfc7518::ECDSA_FORM, &rfc9449::PROOF_SIGNATURE])
    .when(dpop)
    .asserts(ASSERTS),
    Scenario::negative("token-proof-garbage", "A DPoP header that is not a JWT is refused.", |s| {
        Box::pin(texts(s, |_| vec!["no.jwt".into()]))
    })
    .requires(&[&rfc9449::PROOF_WELL_FORMED, &rfc7515::COMPACT_FORM])
    .when(dpop)
    .asserts(ASSERTS),
    Scenario::negative("token-proof-twice-in-one-header", "Two proofs in one header are refused.", |s| {
        Box::pin(texts(s, |proof| vec![format!("{proof}, {proof}")]))
    })
    .requires(&[&rfc9449::PROOF_WELL_FORMED])
    .when(dpop)
    .asserts(ASSERTS),
    Scenario::negative("token-proof-in-two-headers", "Two DPoP headers are refused.", |s| {
        Box::pin(texts(s, |proof| vec![proof.clone(), proof]))
    })
    .requires(&[&rfc9449::ONE_PROOF])
    .when(dpop)
    .asserts(ASSERTS),
    Scenario::negative("token-proof-again", "A proof is refused when it is used again.", run!(again))
        .requires(&[&rfc9449::PROOF_ONCE])
        .when(dpop)
        .asserts(&[
            "the second use gets 400 invalid_dpop_proof, invalid_grant or invalid_request (if it is accepted: a warning)",
        ]),
];

const CLOCK: &[&str] =
    &["the token endpoint answers 400 with invalid_dpop_proof or invalid_request; if it uses nonces, 200 is correct too"];

const fn spoiled(id: &'static str, summary: &'static str, run: super::Run) -> Scenario {
    Scenario::negative(id, summary, run).when(dpop).asserts(ASSERTS)
}

/// The proof, signed with RS256.
pub(super) fn rs256(proof: Jwt) -> Jwt {
    let key = SigningKey::ps256().with_algorithm("RS256");
    proof.proving(&key.unwrap_or_else(|error| unreachable!("an RSA key signs RS256: {error}")))
}

/// The proof, with the whole private key in its `jwk`.
pub(super) fn with_private_key(proof: Jwt) -> Jwt {
    let key = SigningKey::es256();
    proof.proving(&key).header("jwk", Value::Object(key.private_jwk().clone()))
}

/// A forged signature for an Ed25519 key of small order, with the identity as R and zero as S: it verifies for every message if
/// the key is the identity, and if the key has order four it does so for verifiers that clear the cofactor.
fn small_order(proof: Jwt, which: usize) -> Jwt {
    const POINTS: [[u8; 32]; 2] =
        [[1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], [0; 32]];
    let point = POINTS[which % 2];
    let jwk = json!({ "kty": "OKP", "crv": "Ed25519", "x": data_encoding::BASE64URL_NOPAD.encode(&point) });
    let mut signature = POINTS[0].to_vec();
    signature.extend([0; 32]);
    proof.header("alg", "EdDSA").header("jwk", jwk).signature(signature)
}

/// The JWT with its ECDSA signature in DER, as X.509 encodes it.
fn in_der(jwt: &str) -> String {
    let Some((message, signature)) = jwt.rsplit_once('.') else { return jwt.to_owned() };
    let fixed = data_encoding::BASE64URL_NOPAD.decode(signature.as_bytes()).unwrap_or_default();
    let mut numbers = vec![];
    for half in fixed.chunks(32) {
        let number: Vec<u8> = half.iter().copied().skip_while(|octet| *octet == 0).collect();
        let sign = number.first().is_some_and(|octet| octet & 0x80 != 0);
        numbers.extend([2, u8::try_from(number.len()).unwrap_or_default() + u8::from(sign)]);
        numbers.extend(sign.then_some(0));
        numbers.extend(number);
    }
    let mut der = vec![0x30, u8::try_from(numbers.len()).unwrap_or_default()];
    der.extend(numbers);
    format!("{message}.{}", data_encoding::BASE64URL_NOPAD.encode(&der))
}

fn off_curve(proof: Jwt) -> Jwt {
    let zero = data_encoding::BASE64URL_NOPAD.encode(&[1; 32]);
    proof.header("jwk", json!({ "kty": "EC", "crv": "P-256", "x": zero, "y": zero }))
}

async fn refused(s: &Session, spoil: impl Fn(Jwt) -> Jwt + Send + Sync + 'static) -> Tried<()> {
    let request = s.one.token_request().await?.proof(spoil);
    s.refused(&request.send().await?, &wire::INVALID_PROOF)
}

async fn off_by(s: &Session, seconds: i64) -> Tried<()> {
    let reply = s.one.token_request().await?.proof(move |jwt| jwt.issued(seconds)).send().await?;
    // A proof with a server nonce is fresh by that nonce, whatever its iat says.
    if reply.is_success() && s.one.server_gives_nonces() {
        return Ok(());
    }
    s.refused(&reply, &wire::INVALID_PROOF)
}

async fn texts(s: &Session, make: impl Fn(String) -> Vec<String> + Send) -> Tried<()> {
    let request = s.one.token_request().await?;
    let proof = s.one.proof("POST", &request.url()?).sign();
    s.refused(&request.proof_texts(make(proof)).send().await?, &wire::INVALID_PROOF)
}

async fn nbf_and_exp(s: &Session) -> Tried<()> {
    let tokens = s.one.token_request().await?.proof(|jwt| jwt.not_before(0).expires(300)).tokens().await?;
    if s.one.resource(&tokens).url().is_ok() {
        s.one.resource(&tokens).proof(|jwt| jwt.not_before(0).expires(300)).served().await?;
    }
    Ok(())
}

async fn issued(s: &Session, seconds: i64) -> Tried<()> {
    let taken = |stop: Stop| stop.against(&fapi2_sp::FUTURE_TIMES);
    let request = if s.variant().front_channel() {
        let pushed = s.one.push().proof(move |jwt| jwt.issued(seconds)).pushed().await.map_err(taken)?;
        s.one.redeem(&s.one.authorize(&pushed).code().await?)
    } else {
        s.one.credentials()
    };
    let tokens = request.proof(move |jwt| jwt.issued(seconds)).tokens().await.map_err(taken)?;
    if s.one.resource(&tokens).url().is_ok() {
        s.one.resource(&tokens).proof(move |jwt| jwt.issued(seconds)).served().await.map_err(taken)?;
    }
    Ok(())
}

async fn long_jti(s: &Session) -> Tried<()> {
    s.prime().await?;
    let (first, second) = (s.one.token_request().await?, s.one.token_request().await?);
    let proof = s.one.proof_now("POST", &first.url()?).claim("jti", "j".repeat(1000)).sign();
    let reply = first.proof_texts(vec![proof.clone()]).send().await?;
    if !reply.is_success() {
        return s.refused(&reply, &wire::INVALID_PROOF_OR_GRANT);
    }
    let reply = second.proof_texts(vec![proof]).send().await?;
    s.refused(&reply, &wire::INVALID_PROOF_OR_GRANT)
}

async fn again(s: &Session) -> Tried<()> {
    let (first, second) = (s.one.token_request().await?, s.one.token_request().await?);
    s.prime().await?;
    let proof = s.one.proof_now("POST", &first.url()?).sign();
    first.proof_texts(vec![proof.clone()]).tokens().await?;
    let reply = second.proof_texts(vec![proof]).send().await?;
    if reply.is_success() {
        s.warn("the token endpoint accepts a proof that was used before");
        return Ok(());
    }
    s.refused(&reply, &wire::INVALID_PROOF_OR_GRANT)
}
