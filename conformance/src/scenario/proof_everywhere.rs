//! Bad DPoP proofs at every endpoint that takes proofs, under every algorithm, from both clients.

use fapi::requirement::{Requirement, rfc9449};

use super::nearly_right::told;
use super::proof_carriers::{Carrier, by, forms, push, spoil, unchanged};
use super::{Scenario, dpop, dpop_codes, front_channel, openid, proofs, unbound};
use crate::client::form::Spoil;
use crate::client::{Client, Tokens};
use crate::finding::{Tried, skip};
use crate::jwt::Jwt;
use crate::keys::{self, SigningKey};
use crate::session::Session;
use crate::variant::Variant;

const DEFECTS: &str = "another typ; no signature with alg none; the signature of another key; the private key in jwk; another htm; \
     another htu; an hour old; no jti, htm, htu, iat or typ; two proofs; a proof used before (if it is accepted: a warning)";
const AT_SERVER: &[&str] = &[DEFECTS, "each gets 400 with invalid_dpop_proof or invalid_request, and a good request is served"];
const AT_RESOURCE: &[&str] = &[
    DEFECTS,
    "no ath, the ath of another token, a proof of another key, no proof, and the scheme Bearer with and without a proof",
    "each gets 400 or 401, and a good call is served",
];
const CHECKED: &[&Requirement] = &[
    &rfc9449::PROOF_TYP,
    &rfc9449::PROOF_ALG,
    &rfc9449::PROOF_SIGNATURE,
    &rfc9449::PROOF_KEY_PUBLIC,
    &rfc9449::PROOF_HTM,
    &rfc9449::PROOF_HTU,
    &rfc9449::PROOF_FRESH,
    &rfc9449::PROOF_COMPLETE,
    &rfc9449::PROOF_ONCE,
    &rfc9449::ONE_PROOF,
];
const CHECKED_WITH_TOKEN: &[&Requirement] = &[
    &rfc9449::PROOF_TYP,
    &rfc9449::PROOF_ALG,
    &rfc9449::PROOF_SIGNATURE,
    &rfc9449::PROOF_KEY_PUBLIC,
    &rfc9449::PROOF_HTM,
    &rfc9449::PROOF_HTU,
    &rfc9449::PROOF_FRESH,
    &rfc9449::PROOF_COMPLETE,
    &rfc9449::PROOF_ONCE,
    &rfc9449::ONE_PROOF,
    &rfc9449::PROOF_ATH,
    &rfc9449::TOKEN_BOUND_TO_KEY,
    &rfc9449::RESOURCE_PROOF,
    &rfc9449::NO_BEARER_DOWNGRADE,
];

pub(super) static SCENARIOS: &[Scenario] = &[
    at("proof-at-par", "Bad proofs are refused at the PAR endpoint.", |s| Box::pin(pushed(s)))
        .when(dpop_codes)
        .requires(CHECKED)
        .asserts(&[DEFECTS, "each gets 400 with invalid_dpop_proof or invalid_request", NO_NOTICE]),
    at("proof-at-token", "Bad proofs are refused at the token endpoint.", |s| Box::pin(at_token(s))).requires(CHECKED),
    at("proof-at-refresh", "Bad proofs are refused when tokens are refreshed.", |s| Box::pin(refreshed(s)))
        .when(dpop_codes)
        .requires(CHECKED),
    at("proof-at-resource", "Bad proofs are refused at the resource.", |s| Box::pin(called(s, false)))
        .requires(CHECKED_WITH_TOKEN)
        .asserts(AT_RESOURCE),
    at("proof-at-userinfo", "Bad proofs are refused at the userinfo endpoint.", |s| Box::pin(called(s, true)))
        .when(dpop_openid)
        .requires(CHECKED_WITH_TOKEN)
        .asserts(AT_RESOURCE),
    at("proof-by-eddsa", "Bad proofs of an Ed25519 key are refused.", |s| Box::pin(of_key(s, SigningKey::eddsa())))
        .requires(CHECKED_WITH_TOKEN)
        .asserts(BY_KEY),
    at("proof-by-ps256", "Bad proofs of an RSA key are refused.", |s| Box::pin(of_key(s, SigningKey::ps256())))
        .requires(CHECKED_WITH_TOKEN)
        .asserts(BY_KEY),
    at("proof-of-second-client", "Bad proofs of the second client are refused.", |s| Box::pin(of_second(s)))
        .requires(CHECKED_WITH_TOKEN)
        .asserts(AT_RESOURCE),
];

const NO_NOTICE: &str = "skipped if the PAR endpoint takes no notice of proofs, which push-proof-for-other-url tells";
const BY_KEY: &[&str] = &[
    DEFECTS,
    "at the PAR endpoint, or at the token endpoint with client_credentials, and at the resource with a token of that key",
    "skipped if a good proof of such a key is refused",
];

const fn at(id: &'static str, summary: &'static str, run: super::Run) -> Scenario {
    Scenario::negative(id, summary, run).when(dpop).asserts(AT_SERVER)
}

fn dpop_openid(variant: &Variant) -> bool {
    dpop(variant) && openid(variant)
}

/// One defect of a proof, with the requirement for which it is refused.
struct Defect {
    attempt: &'static str,
    because: &'static Requirement,
    spoil: Spoil,
}

fn defect(attempt: &'static str, because: &'static Requirement, change: impl Fn(Jwt) -> Jwt + Send + Sync + 'static) -> Defect {
    Defect { attempt, because, spoil: spoil(change) }
}

/// One defect for each check of a proof by this key.
fn defects(s: &Session, key: &SigningKey, by_nonce: bool) -> Vec<Defect> {
    let (stranger, private) = (key.another(), key.clone());
    let old = -3600 - s.target.clock_tolerance;
    let mut all = vec![
        defect("typ was JWT", &rfc9449::PROOF_TYP, |jwt| jwt.header("typ", "JWT")),
        defect("there was no typ", &rfc9449::PROOF_TYP, |jwt| jwt.without_header("typ")),
        defect("alg was none", &rfc9449::PROOF_ALG, Jwt::unsigned),
        defect("the signature was of another key than the one in jwk", &rfc9449::PROOF_SIGNATURE, move |jwt| {
            jwt.signed_by(&stranger)
        }),
        defect("jwk had the private key", &rfc9449::PROOF_KEY_PUBLIC, move |jwt| proofs::with_private_key(jwt, &private)),
        defect("htm was another method", &rfc9449::PROOF_HTM, |jwt| jwt.claim("htm", "PATCH")),
        defect("htu was another URL", &rfc9449::PROOF_HTU, |jwt| {
            let htu = format!("{}/other", jwt.text_of("htu").unwrap_or_default());
            jwt.claim("htu", htu)
        }),
        defect("there was no jti", &rfc9449::PROOF_COMPLETE, |jwt| jwt.without("jti")),
        defect("there was no htm", &rfc9449::PROOF_COMPLETE, |jwt| jwt.without("htm")),
        defect("there was no htu", &rfc9449::PROOF_COMPLETE, |jwt| jwt.without("htu")),
        defect("there was no iat", &rfc9449::PROOF_COMPLETE, |jwt| jwt.without("iat")),
    ];
    // A proof with a nonce is fresh by that nonce, whatever its iat says.
    if !by_nonce {
        all.push(defect("it was an hour old", &rfc9449::PROOF_FRESH, move |jwt| jwt.issued(old)));
    }
    all
}

/// The defects that are possible only with an access token.
fn defects_with_token(key: &SigningKey) -> Vec<Defect> {
    let stranger = key.another();
    vec![
        defect("there was no ath", &rfc9449::PROOF_COMPLETE, |jwt| jwt.without("ath")),
        defect("ath was of another token", &rfc9449::PROOF_ATH, |jwt| jwt.claim("ath", keys::digest("another token"))),
        defect("the proof was by another key than the token's", &rfc9449::TOKEN_BOUND_TO_KEY, move |jwt| jwt.proving(&stranger)),
    ]
}

/// Sends each bad proof to a request that was just served.
async fn each_refused(s: &Session, carrier: &Carrier, good: &Spoil, defects: Vec<Defect>) -> Tried<()> {
    carrier.is_served(good).await?;
    for Defect { attempt, because, spoil: bad } in defects {
        let good = good.clone();
        told(s, carrier.refused(s, &[because], spoil(move |jwt| bad(good(jwt)))).await, attempt)?;
    }
    let proof = || Ok::<_, crate::finding::Stop>(good(carrier.good_proof()?).sign());
    let reply = carrier.send_texts(vec![proof()?, proof()?]).await?;
    told(s, carrier.refuses(s, &reply, &[&rfc9449::ONE_PROOF]), "there were two proofs")?;
    let used = proof()?;
    if !carrier.send_texts(vec![used.clone()]).await?.grants() {
        return skip("no control: a good proof is refused");
    }
    let reply = carrier.send_texts(vec![used]).await?;
    if reply.grants() && !s.target.instance.strict() {
        s.warn("a proof that was used before is accepted");
        return Ok(());
    }
    told(s, carrier.refuses(s, &reply, &[&rfc9449::PROOF_ONCE]), "the proof was used before")
}

async fn pushed(s: &Session) -> Tried<()> {
    s.prime().await?;
    let Some(carrier) = push(&s.one).await? else { return skip("the PAR endpoint takes no notice of proofs") };
    each_refused(s, &carrier, &unchanged(), defects(s, s.one.dpop_key(), s.one.server_gives_nonces())).await
}

async fn at_token(s: &Session) -> Tried<()> {
    if !front_channel(&s.variant()) {
        let carrier = Carrier::Form(s.one.credentials());
        s.prime().await?;
        return each_refused(s, &carrier, &unchanged(), defects(s, s.one.dpop_key(), s.one.server_gives_nonces())).await;
    }
    redeemed(s).await
}

/// Sends each bad proof with the same code, and then a good one. A server that spends the code at a refused request gets a code for
/// each bad proof.
async fn redeemed(s: &Session) -> Tried<()> {
    s.prime().await?;
    let all = || defects(s, s.one.dpop_key(), s.one.server_gives_nonces());
    let mut carrier = Carrier::Form(s.one.token_request().await?);
    for Defect { attempt, because, spoil } in all() {
        let reply = carrier.send(&spoil).await?;
        told(s, carrier.refuses(s, &reply, &[because]), attempt)?;
        if reply.grants() {
            carrier = Carrier::Form(s.one.token_request().await?);
        }
    }
    if carrier.send(&unchanged()).await?.grants() {
        return Ok(());
    }
    for Defect { attempt, because, spoil } in all() {
        let carrier = Carrier::Form(s.one.token_request().await?);
        told(s, carrier.refused(s, &[because], spoil).await, attempt)?;
    }
    Ok(())
}

async fn refreshed(s: &Session) -> Tried<()> {
    let Tokens { refresh_token: Some(token), .. } = s.one.tokens().await? else { return skip("no refresh token is issued") };
    let carrier = Carrier::Form(s.one.refresh(&token));
    each_refused(s, &carrier, &unchanged(), defects(s, s.one.dpop_key(), s.one.server_gives_nonces())).await
}

async fn called(s: &Session, at_userinfo: bool) -> Tried<()> {
    let tokens = s.one.tokens().await?;
    let call = if at_userinfo { s.one.userinfo(&tokens) } else { s.one.resource(&tokens) };
    call.served().await?;
    unbound::skipped(s, &s.one, &tokens).await?;
    let mut all = defects(s, s.one.dpop_key(), s.one.resource_gives_nonces());
    all.extend(defects_with_token(s.one.dpop_key()));
    each_refused(s, &Carrier::Call(call.clone()), &unchanged(), all).await?;
    let attempts = [
        ("there was no proof", call.clone().without_proof(), &rfc9449::RESOURCE_PROOF),
        ("the scheme was Bearer, without a proof", call.clone().scheme(Some("Bearer")).without_proof(), DOWNGRADE),
        ("the scheme was Bearer, with a proof", call.clone().scheme(Some("Bearer")), DOWNGRADE),
        (
            "the scheme was Bearer, with a proof by another key",
            call.scheme(Some("Bearer")).proof(|jwt| jwt.proving(&SigningKey::es256())),
            DOWNGRADE,
        ),
    ];
    for (attempt, call, rule) in attempts {
        let ended = s.refused_by_resource_because(&call.send().await?, &[400, 401], &[rule]);
        told(s, ended, attempt)?;
    }
    Ok(())
}

const DOWNGRADE: &Requirement = &rfc9449::NO_BEARER_DOWNGRADE;

/// Bad proofs of a key of another kind than the client's own.
async fn of_key(s: &Session, key: SigningKey) -> Tried<()> {
    let good = by(&key);
    let issued = s.one.token_request().await?.proof({
        let good = good.clone();
        move |jwt| good(jwt)
    });
    let reply = issued.send().await?;
    if !reply.grants() {
        return skip(format!("the token endpoint refuses a good proof by {}", key.algorithm()));
    }
    for carrier in forms(s).await? {
        each_refused(s, &carrier, &good, defects(s, &key, s.one.server_gives_nonces())).await?;
    }
    let call = s.one.resource(&issued.issued(&reply).await?);
    if call.url().is_err() {
        return Ok(());
    }
    let carrier = Carrier::Call(call);
    if !carrier.send(&good).await?.grants() {
        return skip(format!("the resource refuses a good proof by {}", key.algorithm()));
    }
    let mut all = defects(s, &key, s.one.resource_gives_nonces());
    all.extend(defects_with_token(&key));
    each_refused(s, &carrier, &good, all).await
}

/// Bad proofs of the second client.
async fn of_second(s: &Session) -> Tried<()> {
    let client: &Client = &s.two;
    let tokens = client.tokens().await?;
    let form = if client.variant().front_channel() { push(client).await? } else { Some(Carrier::Form(client.credentials())) };
    if let Some(form) = form {
        each_refused(s, &form, &unchanged(), defects(s, client.dpop_key(), client.server_gives_nonces())).await?;
    }
    let call = client.resource(&tokens);
    if call.url().is_err() {
        return Ok(());
    }
    call.served().await?;
    unbound::skipped(s, client, &tokens).await?;
    let mut all = defects(s, client.dpop_key(), client.resource_gives_nonces());
    all.extend(defects_with_token(client.dpop_key()));
    each_refused(s, &Carrier::Call(call), &unchanged(), all).await
}
