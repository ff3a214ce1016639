//! DPoP nonces provided by servers.

use super::{Scenario, dpop, dpop_codes, run};
use crate::client::FormRequest;
use crate::finding::{Finding, Stop, Tried};
use crate::http::Reply;
use crate::jwt::Jwt;
use crate::keys;
use crate::session::{Session, Wire};
use fapi::requirement::{Requirement, rfc9449};

const MISSING: &[&Requirement] = &[&rfc9449::NONCE_NO_DOWNGRADE, &rfc9449::NONCE_DEMANDED, &rfc9449::PROOF_NONCE];
const MADE_UP: &[&Requirement] = &[&rfc9449::NONCE_RECENT];
const OF_SERVER: &[&str] = &[
    "without a nonce: 400 use_dpop_nonce with exactly one DPoP-Nonce header; the same request with that nonce succeeds",
    "a made-up nonce: 400 use_dpop_nonce or invalid_dpop_proof; if there is a DPoP-Nonce header, the request succeeds with it",
    "skipped if the server does not use nonces, or if the PAR endpoint takes no notice of proofs",
];
const OF_RESOURCE: &[&str] = &[
    "without a nonce: 401 with use_dpop_nonce in the challenge and one DPoP-Nonce header; the same call with that nonce is served",
    "a made-up nonce: 400 or 401; if there is a DPoP-Nonce header, the call is served with it",
    "skipped if the resource does not use nonces",
];
const USE_NONCE: Wire = Wire::new(&[400], &["use_dpop_nonce"]);
/// The refusal of a wrong nonce need not provide another (RFC 9449, section 8).
const WRONG_NONCE: Wire = Wire::new(&[400], &["use_dpop_nonce", "invalid_dpop_proof"]);

pub(super) static SCENARIOS: &[Scenario] = &[
    Scenario::negative("nonce-missing", "A proof without a nonce is refused, and the refusal provides one.", |s| {
        Box::pin(at_token(s, None))
    })
    .requires(MISSING)
    .when(dpop)
    .nonces()
    .asserts(OF_SERVER),
    Scenario::negative("nonce-made-up", "A proof with a made-up nonce is refused.", |s| {
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
    Scenario::negative("nonce-made-up-when-pushed", "A pushed request whose proof has a made-up nonce is refused.", |s| {
        Box::pin(at_push(s, Some(keys::random())))
    })
    .requires(MADE_UP)
    .when(dpop_codes)
    .nonces()
    .asserts(OF_SERVER),
    Scenario::negative("nonce-missing-at-resource", "The resource refuses a proof without a nonce and provides one.", |s| {
        Box::pin(at_resource(s, None))
    })
    .requires(&[&rfc9449::NONCE_NO_DOWNGRADE, &rfc9449::RESOURCE_NONCE])
    .when(dpop)
    .nonces()
    .asserts(OF_RESOURCE),
    Scenario::negative("nonce-made-up-at-resource", "The resource refuses a proof with a made-up nonce.", |s| {
        Box::pin(at_resource(s, Some(keys::random())))
    })
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
    if s.one.server_gives_nonces() && s.one.push().proof_texts(vec!["no.jwt".into()]).send().await?.grants() {
        return s.skip("the PAR endpoint takes no notice of proofs");
    }
    refused(s, s.one.push(), nonce).await
}

/// Sends a request with a bad nonce, and then with the one that the refusal provides.
async fn refused(s: &Session, request: FormRequest, nonce: Option<String>) -> Tried<()> {
    if !s.one.server_gives_nonces() {
        return s.skip("the server does not use nonces");
    }
    let proof = || Ok::<_, Stop>(s.one.proof("POST", &request.url()?));
    let missing = nonce.is_none();
    let reply = request.clone().proof_texts(vec![with(proof()?, nonce)]).send().await?;
    not_served(&reply)?;
    s.refused(&reply, if missing { &USE_NONCE } else { &WRONG_NONCE })?;
    let Some(offered) = offered(&reply, missing)? else { return Ok(()) };
    let good = with(proof()?, Some(offered));
    served(&request.proof_texts(vec![good]).send().await?)
}

async fn at_resource(s: &Session, nonce: Option<String>) -> Tried<()> {
    let call = s.one.resource(&s.one.tokens().await?);
    call.served().await?;
    if !s.one.resource_gives_nonces() {
        return s.skip("the resource does not use nonces");
    }
    let missing = nonce.is_none();
    let bad = with(call.good_proof()?.without("nonce"), nonce);
    let reply = call.clone().proof_texts(vec![bad]).send().await?;
    not_served(&reply)?;
    s.refused_by_resource(&reply, if missing { &[401] } else { &[400, 401] })?;
    if missing && !reply.headers("www-authenticate").any(|challenge| challenge.contains("use_dpop_nonce")) {
        let finding =
            Finding::new("use_dpop_nonce in the WWW-Authenticate challenge", "a challenge without it").shown_by(reply.number());
        return Err(finding.against(&rfc9449::RESOURCE_NONCE).into());
    }
    let Some(offered) = offered(&reply, missing)? else { return Ok(()) };
    let good = with(call.good_proof()?, Some(offered));
    served(&call.proof_texts(vec![good]).send().await?)
}

fn with(proof: Jwt, nonce: Option<String>) -> String {
    match nonce {
        Some(nonce) => proof.claim("nonce", nonce).sign(),
        None => proof.sign(),
    }
}

/// Returns the one nonce that a refusal provides. If the proof had one, the refusal need not provide another.
fn offered(reply: &Reply, missing: bool) -> Tried<Option<String>> {
    match reply.headers("dpop-nonce").collect::<Vec<_>>()[..] {
        [nonce] => Ok(Some(nonce.to_owned())),
        [] if !missing => Ok(None),
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
    if !reply.grants() {
        return Ok(());
    }
    Err(Finding::new("a refusal of a proof without a nonce of the server", format!("status {}", reply.status()))
        .shown_by(reply.number())
        .into())
}

fn served(reply: &Reply) -> Tried<()> {
    if reply.grants() {
        return Ok(());
    }
    let got = format!("status {} {}", reply.status(), reply.member("error").unwrap_or_default());
    let finding = Finding::new("success with the nonce that the server provided", got).shown_by(reply.number());
    // No clause demands it in so many words; without it a server cannot be used with nonces.
    Err(finding.against(&rfc9449::NONCE_DEMANDED).into())
}

async fn one_header(s: &Session) -> Tried<()> {
    let flowed = flowed(s).await;
    let mut seen = false;
    for exchange in s.http().exchanges() {
        let crate::http::Answer::Response { headers, body, .. } = &exchange.answer else { continue };
        let nonces: Vec<_> = headers.iter().filter(|(name, _)| name == "dpop-nonce").collect();
        seen |= !nonces.is_empty();
        let challenged = headers.iter().any(|(name, value)| name == "www-authenticate" && value.contains("use_dpop_nonce"));
        if nonces.is_empty() && (challenged || String::from_utf8_lossy(body).contains("use_dpop_nonce")) {
            let finding = Finding::new("a DPoP-Nonce header in a response with use_dpop_nonce", "none").shown_by(exchange.number);
            s.also(finding.against(&rfc9449::NONCE_DEMANDED));
        }
        if nonces.len() > 1 {
            let finding = Finding::new("at most one DPoP-Nonce header", format!("{} of them", nonces.len()));
            s.also(finding.shown_by(exchange.number).against(&rfc9449::ONE_NONCE_HEADER));
        }
        let fits = |value: &str| !value.is_empty() && value.bytes().all(|byte| matches!(byte, 0x21 | 0x23..=0x5B | 0x5D..=0x7E));
        if let Some((_, nonce)) = nonces.iter().find(|(_, value)| !fits(value)) {
            let expected = "a nonce of printable ASCII without space, quote and backslash";
            let finding = Finding::new(expected, format!("`{nonce}`")).shown_by(exchange.number);
            s.also(finding.against(&rfc9449::NONCE_SYNTAX));
        }
    }
    flowed?;
    if seen { Ok(()) } else { s.skip("the server does not use nonces") }
}

/// Gets tokens and calls the resource. Callers look at the recorded replies, even if a step fails.
pub(super) async fn flowed(s: &Session) -> Tried<()> {
    let tokens = s.one.tokens().await?;
    if s.one.resource(&tokens).url().is_ok() {
        s.one.resource(&tokens).send().await?;
    }
    Ok(())
}
