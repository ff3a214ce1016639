//! DPoP nonces that servers give.

use super::{Scenario, dpop, run};
use crate::finding::{Finding, Tried, skip};
use crate::keys;
use crate::session::{Session, Wire};
use fapi::requirement::{fapi2_sp, rfc9449};

pub(super) static SCENARIOS: &[Scenario] = &[
    Scenario::negative(
        "nonce-made-up",
        "A nonce that the server did not give is refused, and a good one offered.",
        run!(made_up),
    )
    .requires(&[&rfc9449::NONCE_RECENT, &rfc9449::PROOF_NONCE, &fapi2_sp::DPOP_NONCE])
    .when(dpop)
    .asserts(&[
        "if the server gives nonces: 400 use_dpop_nonce with exactly one DPoP-Nonce header, and the retry with it succeeds",
        "if it gives none, a nonce in a proof is one more claim that nobody knows: either answer is right",
    ]),
    Scenario::positive("nonce-once-per-response", "A response has at most one DPoP-Nonce, in its syntax.", run!(one_header))
        .requires(&[&rfc9449::ONE_NONCE_HEADER, &rfc9449::NONCE_SYNTAX])
        .when(dpop)
        .asserts(&[
            "no response of the flow has two DPoP-Nonce headers",
            "each nonce is of printable characters without space, quote and backslash",
        ]),
];

async fn made_up(s: &Session) -> Tried<()> {
    let request = s.one.token_request().await?;
    let nonce = keys::random();
    let proof = s.one.proof("POST", &request.url()?).claim("nonce", nonce).sign();
    let reply = request.clone().proof_texts(vec![proof]).send().await?;
    let Some(given) = reply.header("dpop-nonce").filter(|_| !reply.is_success()).map(str::to_owned) else {
        return if reply.is_success() || reply.member("error").as_deref() == Some("invalid_dpop_proof") {
            Ok(())
        } else {
            skip(format!("a made-up nonce gets status {}", reply.status()))
        };
    };
    s.refused(&reply, &Wire::new(&[400], &["use_dpop_nonce", "invalid_dpop_proof"]))?;
    let fresh = s.one.token_request().await?;
    fresh.proof(move |jwt| jwt.claim("nonce", given.as_str())).tokens().await.map(drop)
}

async fn one_header(s: &Session) -> Tried<()> {
    let tokens = s.one.tokens().await?;
    if s.one.resource(&tokens).url().is_ok() {
        s.one.resource(&tokens).send().await?;
    }
    for exchange in s.http().exchanges() {
        let crate::http::Answer::Response { headers, .. } = &exchange.answer else { continue };
        let nonces: Vec<_> = headers.iter().filter(|(name, _)| name == "dpop-nonce").collect();
        let fits = |value: &str| !value.is_empty() && value.bytes().all(|byte| matches!(byte, 0x21 | 0x23..=0x5B | 0x5D..=0x7E));
        if nonces.len() > 1 || nonces.iter().any(|(_, value)| !fits(value)) {
            let finding = Finding::new("at most one DPoP-Nonce, of NQCHAR", format!("{nonces:?}")).shown_by(exchange.number);
            return Err(finding.against(&rfc9449::ONE_NONCE_HEADER).into());
        }
    }
    Ok(())
}
