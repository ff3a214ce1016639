//! DPoP nonces provided by servers.

use super::{Scenario, dpop, dpop_codes, run};
use crate::client::FormRequest;
use crate::finding::{Finding, Stop, Tried, skip};
use crate::http::Reply;
use crate::jwt::Jwt;
use crate::keys;
use crate::session::{Session, Wire};
use fapi::requirement::{Requirement, rfc9449};

const MISSING: &[&Requirement] = &[&rfc9449::NONCE_DEMANDED];
const MADE_UP: &[&Requirement] = &[&rfc9449::NONCE_RECENT];
const OF_SERVER: &[&str] = &[
    "400 use_dpop_nonce with exactly one DPoP-Nonce header; the same request with that nonce succeeds",
    "skipped if the server does not use nonces",
];
const OF_RESOURCE: &[&str] = &[
    "401 with use_dpop_nonce in the challenge and one DPoP-Nonce header; the same call with that nonce is served",
    "skipped if the resource does not use nonces",
];
const USE_NONCE: Wire = Wire::new(&[400], &["use_dpop_nonce"]);

pub(super) static SCENARIOS: &[Scenario] = &[
    Scenario::negative("nonce-missing", "A proof without a nonce is refused, and the refusal provides one.", |s| {
        Box::pin(at_token(s, None))
    })
    .requires(MISSING)
    .when(dpop)
    .nonces()
    .asserts(OF_SERVER),
    Scenario::negative("nonce-made-up", "A proof with a made-up nonce is refused, and the refusal provides a valid one.", |s| {
        Box::pin(at_token(s, Some(keys::random())))
    })
    .requires(MADE_UP)
    .when(dpop)
    .nonces()
    .asserts(OF_SERVER),
    Scenario::negative(
        "nonce-missing-when-pushed",
        "A pushed request whose proof has no nonce is refused, and the refusal provides one.",
        |s| Box::pin(at_push(s, None)),
    )
    .requires(MISSING)
    .when(dpop_codes)
    .nonces()
    .asserts(OF_SERVER),
    Scenario::negative(
        "nonce-made-up-when-pushed",
        "A pushed request whose proof has a made-up nonce is refused, and the refusal provides a valid one.",
        |s| Box::pin(at_push(s, Some(keys::random()))),
    )
    .requires(MADE_UP)
    .when(dpop_codes)
    .nonces()
    .asserts(OF_SERVER),
    Scenario::negative("nonce-missing-at-resource", "The resource refuses a proof without a nonce and provides one.", |s| {
        Box::pin(at_resource(s, None))
    })
    .requires(&[&rfc9449::RESOURCE_NONCE])
    .when(dpop)
    .nonces()
    .asserts(OF_RESOURCE),
    Scenario::negative(
        "nonce-made-up-at-resource",
        "The resource refuses a proof with a made-up nonce and provides a valid one.",
        |s| Box::pin(at_resource(s, Some(keys::random()))),
    )
    .requires(MADE_UP)
    .when(dpop)
    .nonces()
    .asserts(OF_RESOURCE),
    Scenario::positive(
        "nonce-once-per-response",
        "A response has at most one DPoP-Nonce header, with valid syntax.",
        run!(one_header),
    )
    .requires(&[&rfc9449::ONE_NONCE_HEADER, &rfc9449::NONCE_SYNTAX, &rfc9449::NONCE_DEMANDED])
    .when(dpop)
    .nonces()
    .asserts(&[
        "no response of the flow has two DPoP-Nonce headers",
        "a response with use_dpop_nonce has a nonce; nonces are printable ASCII without space, quote and backslash",
    ]),
];

async fn at_token(s: &Session, nonce: Option<String>) -> Tried<()> {
    s.prime().await?;
    refused(s, s.one.token_request().await?, nonce).await
}

async fn at_push(s: &Session, nonce: Option<String>) -> Tried<()> {
    s.prime().await?;
    refused(s, s.one.push(), nonce).await
}

/// Sends a request with a bad nonce, and then with the one that the refusal provides.
async fn refused(s: &Session, request: FormRequest, nonce: Option<String>) -> Tried<()> {
    if !s.one.server_gives_nonces() {
        return skip("the server does not use nonces");
    }
    let proof = || Ok::<_, Stop>(s.one.proof("POST", &request.url()?));
    let reply = request.clone().proof_texts(vec![with(proof()?, nonce)]).send().await?;
    not_served(&reply)?;
    s.refused(&reply, &USE_NONCE)?;
    let good = with(proof()?, Some(offered(&reply)?));
    served(&request.proof_texts(vec![good]).send().await?)
}

async fn at_resource(s: &Session, nonce: Option<String>) -> Tried<()> {
    let call = s.one.resource(&s.one.tokens().await?);
    call.served().await?;
    if !s.one.resource_gives_nonces() {
        return skip("the resource does not use nonces");
    }
    let bad = with(call.good_proof()?.without("nonce"), nonce);
    let reply = call.clone().proof_texts(vec![bad]).send().await?;
    not_served(&reply)?;
    s.refused_by_resource(&reply, &[401])?;
    if !reply.headers("www-authenticate").any(|challenge| challenge.contains("use_dpop_nonce")) {
        let finding =
            Finding::new("use_dpop_nonce in the WWW-Authenticate challenge", "a challenge without it").shown_by(reply.number());
        return Err(finding.against(&rfc9449::RESOURCE_NONCE).into());
    }
    let good = with(call.good_proof()?, Some(offered(&reply)?));
    served(&call.proof_texts(vec![good]).send().await?)
}

fn with(proof: Jwt, nonce: Option<String>) -> String {
    match nonce {
        Some(nonce) => proof.claim("nonce", nonce).sign(),
        None => proof.sign(),
    }
}

/// Returns the one nonce that a refusal provides.
fn offered(reply: &Reply) -> Tried<String> {
    match reply.headers("dpop-nonce").collect::<Vec<_>>()[..] {
        [nonce] => Ok(nonce.to_owned()),
        ref nonces => {
            let finding =
                Finding::new("exactly one DPoP-Nonce header", format!("{} of them", nonces.len())).shown_by(reply.number());
            let rule = if nonces.is_empty() { &rfc9449::NONCE_DEMANDED } else { &rfc9449::ONE_NONCE_HEADER };
            Err(finding.against(rule).into())
        }
    }
}

/// Demands that a request without a valid nonce is not served.
fn not_served(reply: &Reply) -> Tried<()> {
    if !reply.is_success() {
        return Ok(());
    }
    Err(Finding::new("a refusal with use_dpop_nonce", format!("status {}", reply.status())).shown_by(reply.number()).into())
}

fn served(reply: &Reply) -> Tried<()> {
    if reply.is_success() {
        return Ok(());
    }
    let got = format!("status {} {}", reply.status(), reply.member("error").unwrap_or_default());
    let finding = Finding::new("success with the nonce that the server provided", got).shown_by(reply.number());
    Err(finding.against(&rfc9449::NONCE_RECENT).into())
}

async fn one_header(s: &Session) -> Tried<()> {
    let flowed = flowed(s).await;
    for exchange in s.http().exchanges() {
        let crate::http::Answer::Response { headers, body, .. } = &exchange.answer else { continue };
        let nonces: Vec<_> = headers.iter().filter(|(name, _)| name == "dpop-nonce").collect();
        let demanded = String::from_utf8_lossy(body).contains("use_dpop_nonce");
        if demanded && nonces.is_empty() {
            let finding = Finding::new("a DPoP-Nonce header in a response with use_dpop_nonce", "none").shown_by(exchange.number);
            return Err(finding.against(&rfc9449::NONCE_DEMANDED).into());
        }
        let fits = |value: &str| !value.is_empty() && value.bytes().all(|byte| matches!(byte, 0x21 | 0x23..=0x5B | 0x5D..=0x7E));
        if nonces.len() > 1 || nonces.iter().any(|(_, value)| !fits(value)) {
            let finding = Finding::new(
                "at most one DPoP-Nonce header, of printable ASCII without space, quote and backslash",
                nonces.iter().map(|(_, value)| format!("`{value}`")).collect::<Vec<_>>().join(" and "),
            )
            .shown_by(exchange.number);
            let rule = if nonces.len() > 1 { &rfc9449::ONE_NONCE_HEADER } else { &rfc9449::NONCE_SYNTAX };
            return Err(finding.against(rule).into());
        }
    }
    flowed
}

/// Gets tokens and calls the resource. Callers look at the recorded replies, even if a step fails.
pub(super) async fn flowed(s: &Session) -> Tried<()> {
    let tokens = s.one.tokens().await?;
    if s.one.resource(&tokens).url().is_ok() {
        s.one.resource(&tokens).send().await?;
    }
    Ok(())
}
