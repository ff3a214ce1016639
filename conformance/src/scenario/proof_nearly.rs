//! DPoP proofs with a value that is wrong only where a careless comparison does not look.

use data_encoding::{BASE64, BASE64URL_NOPAD, HEXLOWER};
use fapi::requirement::{Requirement, rfc7519, rfc9449};
use sha2::{Digest, Sha256, Sha512};
use url::Url;

use super::nearly_right::{each_refused, told};
use super::proof_carriers::{Carrier, carriers, push, spoil, unchanged};
use super::{Scenario, dpop, dpop_codes, run};
use crate::client::resource::ResourceCall;
use crate::finding::{Tried, skip};
use crate::jwt::Jwt;
use crate::keys;
use crate::nearly::{self, Way};
use crate::session::{Session, wire};

const REFUSAL: &[&str] = &[
    "after a good request, each value is refused: by the PAR endpoint, or by the token endpoint with client_credentials, with 400 \
     invalid_dpop_proof or invalid_request; by the resource with 400 or 401",
];
const AT_RESOURCE: &[&str] = &["after a good call, the resource answers each value with 400 or 401"];

pub(super) static SCENARIOS: &[Scenario] = &[
    nearly("proof-url-nearly-right", "An htu that only resembles the URL of the request is refused.", run!(url))
        .requires(&[&rfc9449::PROOF_HTU])
        .asserts(&[
            "after a good request, each URL is refused by the PAR endpoint, or by the token endpoint with client_credentials, and by \
             the resource; equivalent spellings, another query and another fragment are not tried",
            "space around the URL: a warning if it is accepted",
        ]),
    nearly("proof-method-nearly-right", "An htm that only resembles the method of the request is refused.", run!(method))
        .requires(&[&rfc9449::PROOF_HTM]),
    nearly("proof-type-nearly-right", "A typ that only resembles dpop+jwt is refused.", run!(kind))
        .requires(&[&rfc9449::PROOF_TYP]),
    nearly("proof-time-nearly-right", "An iat that is fresh only by its time of day, or in another unit, is refused.", run!(time))
        .requires(&[&rfc9449::PROOF_FRESH, &rfc7519::NUMERIC_DATES])
        .asserts(&[
            "iat a day or a week ago, an hour or a day ahead, zero, or in milliseconds; iat as text: refused like any bad proof",
            "where the server uses nonces, only the text is tried: by its nonce, a proof is fresh whatever its iat is",
        ]),
    nearly("proof-token-hash-nearly-right", "An ath that only resembles the hash of the token is refused.", run!(token_hash))
        .requires(&[&rfc9449::PROOF_ATH])
        .asserts(AT_RESOURCE),
    nearly("proof-nonce-nearly-right", "A nonce that only resembles the one of the server is refused.", run!(nonce))
        .requires(&[&rfc9449::NONCE_RECENT, &rfc9449::NONCE_NO_DOWNGRADE])
        .nonces()
        .asserts(&[
            "after a good request with it, each value near it, an empty one and none get 400 use_dpop_nonce or invalid_dpop_proof, or \
             400 or 401 from the resource: at the PAR and token endpoints, the resource and userinfo",
            "skipped if the server does not use nonces",
        ]),
    nearly("proof-again-after-another", "A proof is refused when it is used again after another one, or many times.", run!(later))
        .requires(&[&rfc9449::PROOF_ONCE])
        .asserts(&[
            "after another proof the first one is refused; so are a dozen more uses, and a new proof with the same jti (if one is \
             accepted: a warning)",
        ]),
    nearly("binding-nearly-contradicts-itself", "A dpop_jkt that only resembles the thumbprint of the proof is refused.", run!(pair))
        .requires(&[&rfc9449::BINDINGS_AGREE])
        .when(dpop_codes)
        .asserts(&["after a good request, each value gets 400 invalid_request or invalid_dpop_proof from the PAR endpoint"]),
    nearly("binding-nearly-by-jkt", "A code bound by dpop_jkt to a key is not redeemed with one that only resembles it.", run!(jkt))
        .requires(&[&rfc9449::CODE_BOUND_TO_KEY])
        .when(dpop_codes)
        .asserts(&[
            "dpop_jkt resembles the thumbprint of the proof at the token endpoint: refused at the PAR endpoint, or there with 400",
        ]),
];

const fn nearly(id: &'static str, summary: &'static str, run: super::Run) -> Scenario {
    Scenario::negative(id, summary, run).when(dpop).asserts(REFUSAL)
}

/// Sends each wrong value in a claim of a proof to each of these requests.
async fn each(
    s: &Session,
    carriers: &[Carrier],
    right: impl Fn(&Carrier) -> Tried<String>,
    lawful: impl Fn(&str, &str) -> bool,
    ways: &[&'static Way],
    rule: &'static Requirement,
    put: impl Fn(Jwt, &str) -> Jwt + Send + Sync + Clone + 'static,
) -> Tried<()> {
    for carrier in carriers {
        let right = right(carrier)?;
        let also_right: Vec<_> =
            nearly::wrong(&right, ways).into_iter().map(|(_, value)| value).filter(|value| lawful(value, &right)).collect();
        each_refused(s, &right, &also_right, ways, |value| {
            let put = put.clone();
            carrier.refused(s, std::slice::from_ref(&rule), spoil(move |jwt| put(jwt, &value)))
        })
        .await?;
    }
    Ok(())
}

/// Tries a value that no clause plainly forbids to accept: a warning, unless the server must be strict.
async fn doubtful(
    s: &Session,
    carriers: &[Carrier],
    rule: &'static Requirement,
    accepted: &str,
    change: impl Fn(Jwt) -> Jwt + Send + Sync + 'static,
) -> Tried<()> {
    let change = spoil(change);
    for carrier in carriers {
        let reply = carrier.send(&change).await?;
        if reply.grants() && !s.target.instance.strict() {
            s.warn(accepted);
            return Ok(());
        }
        told(s, carrier.refuses(s, &reply, &[rule]), accepted)?;
    }
    Ok(())
}

async fn url(s: &Session) -> Tried<()> {
    let carriers = carriers(s).await?;
    // The server should normalise URLs, so that an equivalent one is right.
    let lawful = |value: &str, right: &str| Url::parse(value).is_ok_and(|url| url.as_str() == right);
    each(s, &carriers, Carrier::url, lawful, nearly::TARGET, &rfc9449::PROOF_HTU, |jwt, value| jwt.claim("htu", value)).await?;
    let spaced = |jwt: Jwt| {
        let htu = format!("{} ", jwt.text_of("htu").unwrap_or_default());
        jwt.claim("htu", htu)
    };
    doubtful(s, &carriers, &rfc9449::PROOF_HTU, "an htu with a space after the URL is accepted", spaced).await
}

async fn method(s: &Session) -> Tried<()> {
    let carriers = carriers(s).await?;
    let right = |carrier: &Carrier| Ok(carrier.good_proof()?.text_of("htm").unwrap_or_default().to_owned());
    // The texts do not plainly say that methods are compared by case; the scenario token-proof-method-in-lower-case tells it.
    let lawful = |value: &str, right: &str| value.eq_ignore_ascii_case(right);
    each(s, &carriers, right, lawful, nearly::NAME, &rfc9449::PROOF_HTM, |jwt, value| jwt.claim("htm", value)).await
}

async fn kind(s: &Session) -> Tried<()> {
    let carriers = carriers(s).await?;
    let right = |_: &Carrier| Ok("dpop+jwt".to_owned());
    each(s, &carriers, right, |_, _| false, nearly::MEDIA_TYPE, &rfc9449::PROOF_TYP, |jwt, value| jwt.header("typ", value))
        .await?;
    for other in ["at+jwt", "jwt", "text/dpop+jwt", "application/dpop"] {
        for carrier in &carriers {
            let ended = carrier.refused(s, &[&rfc9449::PROOF_TYP], spoil(move |jwt| jwt.header("typ", other))).await;
            told(s, ended, &format!("typ was {other}"))?;
        }
    }
    Ok(())
}

async fn time(s: &Session) -> Tried<()> {
    const DAY: i64 = 86_400;
    let carriers = carriers(s).await?;
    let now = s.one.now();
    let tolerance = s.target.clock_tolerance;
    let times = [
        ("a day ago", now - DAY - tolerance),
        ("a week ago", now - 7 * DAY - tolerance),
        ("an hour ahead", now + 3600 + tolerance),
        ("a day ahead", now + DAY + tolerance),
        ("zero", 0),
        ("in milliseconds", now * 1000),
    ];
    for carrier in &carriers {
        let by_nonce = match carrier {
            Carrier::Form(_) => s.one.server_gives_nonces(),
            Carrier::Call(_) => s.one.resource_gives_nonces(),
        };
        // A proof with a nonce is fresh by that nonce, whatever its iat says.
        for (shown, iat) in times.into_iter().filter(|_| !by_nonce) {
            let ended = carrier.refused(s, FRESH, spoil(move |jwt| jwt.claim("iat", iat))).await;
            told(s, ended, &format!("iat was {shown}"))?;
        }
        let because: &[&'static Requirement] = &[&rfc7519::NUMERIC_DATES, &rfc9449::PROOF_WELL_FORMED];
        let ended = carrier.refused(s, because, spoil(move |jwt| jwt.claim("iat", now.to_string()))).await;
        told(s, ended, "iat was a text")?;
    }
    Ok(())
}

const FRESH: &[&Requirement] = &[&rfc9449::PROOF_FRESH, &fapi::requirement::fapi2_sp::FUTURE_TIMES];

/// A call that the resource has just served, and its token.
async fn call(s: &Session) -> Tried<(ResourceCall, String)> {
    let tokens = s.one.tokens().await?;
    let call = s.one.resource(&tokens);
    call.served().await?;
    Ok((call, tokens.access_token))
}

async fn token_hash(s: &Session) -> Tried<()> {
    let (call, token) = call(s).await?;
    let another = s.one.tokens().await?.access_token;
    let carriers = [Carrier::Call(call)];
    let right = keys::digest(&token);
    let whole = |_: &Carrier| Ok(right.clone());
    each(s, &carriers, whole, |_, _| false, nearly::DIGEST, &rfc9449::PROOF_ATH, |jwt, value| jwt.claim("ath", value)).await?;
    let digest = Sha256::digest(&token);
    let others = [
        ("empty", String::new()),
        ("the hash of another token of the client", keys::digest(&another)),
        ("the token itself", token.clone()),
        ("the hash in hexadecimal", HEXLOWER.encode(&digest)),
        ("the hash in base64 with padding", BASE64.encode(&digest)),
        ("the left half of the hash, as in at_hash", BASE64URL_NOPAD.encode(&digest[..16])),
        ("the SHA-512 of the token", BASE64URL_NOPAD.encode(&Sha512::digest(&token))),
    ];
    let rules: &[&'static Requirement] = &[&rfc9449::PROOF_ATH];
    for (shown, value) in others {
        let ended = carriers[0].refused(s, rules, spoil(move |jwt| jwt.claim("ath", value.as_str()))).await;
        told(s, ended, &format!("ath was {shown}"))?;
    }
    Ok(())
}

async fn nonce(s: &Session) -> Tried<()> {
    let mut carriers = carriers(s).await?;
    carriers.extend(more_carriers(s).await?);
    let mut tried = false;
    for carrier in &carriers {
        let Some(right) = carrier.good_proof()?.text_of("nonce").map(str::to_owned) else { continue };
        tried = true;
        each_refused(s, &right, &[], nearly::DIGEST, |value| async move {
            let proof = carrier.good_proof()?.claim("nonce", value.as_str()).sign();
            carrier.refuses_nonce(s, &carrier.send_texts(vec![proof]).await?, &[&rfc9449::NONCE_RECENT])
        })
        .await?;
        let empty = carrier.good_proof()?.claim("nonce", "").sign();
        let reply = carrier.send_texts(vec![empty]).await?;
        told(s, carrier.refuses_nonce(s, &reply, &[&rfc9449::NONCE_RECENT]), "the nonce was empty")?;
        let without = carrier.good_proof()?.without("nonce").sign();
        let reply = carrier.send_texts(vec![without]).await?;
        told(s, carrier.refuses_nonce(s, &reply, MISSING), "there was no nonce")?;
    }
    if tried { Ok(()) } else { skip("the server does not use nonces") }
}

const MISSING: &[&Requirement] = &[&rfc9449::NONCE_NO_DOWNGRADE, &rfc9449::NONCE_DEMANDED, &rfc9449::RESOURCE_NONCE];

/// A refresh request and a call to userinfo, each of which was just served.
async fn more_carriers(s: &Session) -> Tried<Vec<Carrier>> {
    if !s.variant().front_channel() {
        return Ok(vec![]);
    }
    let tokens = s.one.tokens().await?;
    let mut more: Vec<_> = tokens.refresh_token.iter().map(|token| Carrier::Form(s.one.refresh(token))).collect();
    let userinfo = s.one.userinfo(&tokens);
    more.extend(userinfo.url().is_ok().then_some(Carrier::Call(userinfo)));
    for carrier in &more {
        carrier.is_served(&unchanged()).await?;
    }
    Ok(more)
}

async fn later(s: &Session) -> Tried<()> {
    for carrier in carriers(s).await? {
        let first = carrier.good_proof()?;
        let jti = first.text_of("jti").unwrap_or_default().to_owned();
        let text = first.sign();
        let second = carrier.good_proof()?.sign();
        for proof in [&text, &second] {
            if !carrier.send_texts(vec![proof.clone()]).await?.grants() {
                return skip("no control: a good proof is refused");
            }
        }
        let same = carrier.good_proof()?.claim("jti", jti).claim("again", true).sign();
        let mut uses = vec![(text.clone(), "after another proof"), (same, "a new proof with a jti that was used")];
        uses.extend(std::iter::repeat_n((text, "one of a dozen uses"), 12));
        for (proof, attempt) in uses {
            if once(s, &carrier, proof, attempt).await? {
                break;
            }
        }
    }
    Ok(())
}

/// Demands that a proof that was used is refused, and returns true if it is accepted. The server may refuse it, so that a stranger
/// that accepts it gets a warning.
async fn once(s: &Session, carrier: &Carrier, proof: String, attempt: &str) -> Tried<bool> {
    let reply = carrier.send_texts(vec![proof]).await?;
    if reply.grants() && !s.target.instance.strict() {
        s.warn(format!("a used proof is accepted: {attempt}"));
        return Ok(true);
    }
    told(s, carrier.refuses(s, &reply, &[&rfc9449::PROOF_ONCE]), attempt)?;
    Ok(reply.grants())
}

async fn pair(s: &Session) -> Tried<()> {
    if push(&s.one).await?.is_none() {
        return skip("the PAR endpoint takes no notice of proofs");
    }
    let right = s.one.dpop_key().thumbprint();
    s.control(s.one.push().proof(|jwt| jwt).set("dpop_jkt", &right).pushed().await)?;
    let because: &[&'static Requirement] = &[&rfc9449::BINDINGS_AGREE, &rfc9449::CODE_BOUND_TO_KEY];
    each_refused(s, &right, &[], nearly::DIGEST, |value| async move {
        let reply = s.one.push().proof(|jwt| jwt).set("dpop_jkt", value).send().await?;
        s.refused_because(&reply, &wire::INVALID_PROOF, because)
    })
    .await
}

async fn jkt(s: &Session) -> Tried<()> {
    let right = s.one.dpop_key().thumbprint();
    let pushed = s.control(s.one.push().set("dpop_jkt", &right).pushed().await)?;
    s.control(s.one.redeem(&s.one.authorize(&pushed).code().await?).tokens().await)?;
    each_refused(s, &right, &[], nearly::DIGEST, |value| unredeemed(s, value)).await?;
    // A thumbprint has a last character whose last two bits are zero: another one would be refused for its form.
    let (start, end) = right.split_at(right.len().saturating_sub(1));
    for way in [&nearly::CASE, &nearly::LENGTH, &nearly::FIRST_HALF, &nearly::SECOND_HALF] {
        for value in (way.wrong)(start) {
            let ended = unredeemed(s, format!("{value}{end}")).await;
            told(s, ended, &format!("dpop_jkt was another thumbprint: the server {}", way.habit))?;
        }
    }
    Ok(())
}

/// Demands that a code that is bound to this thumbprint is not redeemed with the client's key.
async fn unredeemed(s: &Session, jkt: String) -> Tried<()> {
    let because: &[&'static Requirement] = &[&rfc9449::CODE_BOUND_TO_KEY];
    let push = s.one.push().set("dpop_jkt", jkt);
    let reply = push.send().await?;
    if !reply.grants() {
        return s.refused_because(&reply, &wire::INVALID_REQUEST, because);
    }
    let code = s.one.authorize(&push.taken(&reply)?).code().await?;
    s.refused_because(&s.one.redeem(&code).send().await?, &wire::INVALID_PROOF_OR_GRANT, because)
}
