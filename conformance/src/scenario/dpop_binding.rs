//! Codes that the pushed request binds to a DPoP key.

use super::{Scenario, dpop_codes, module, run};
use crate::client::{Code, FormRequest};
use crate::finding::Tried;
use crate::keys::SigningKey;
use crate::session::{Session, wire};
use fapi::requirement::{fapi2_sp, rfc7638, rfc9449};

pub(super) static SCENARIOS: &[Scenario] = &[
    Scenario::negative(
        "binding-contradicts-itself",
        "A pushed request whose proof and dpop_jkt name different keys is refused.",
        run!(contradiction),
    )
    .oidf(&[module!("ensure-mismatched-dpop-jkt-fails")])
    .requires(&[&rfc9449::BINDINGS_AGREE])
    .when(dpop_codes)
    .asserts(&["PAR answers 400 invalid_request or invalid_dpop_proof"]),
    Scenario::negative(
        "binding-by-proof-other-key",
        "A code bound by a proof cannot be redeemed with another key.",
        run!(proof_other_key),
    )
    .oidf(&[module!("ensure-token-endpoint-fails-with-mismatched-dpop-proof-jkt")])
    .requires(&[&rfc9449::PUSH_PROOF_BINDS, &rfc9449::CODE_BOUND_TO_KEY])
    .when(dpop_codes)
    .asserts(&["a proof at PAR, another key at the token endpoint: 400 invalid_request, invalid_grant or invalid_dpop_proof"]),
    Scenario::negative(
        "binding-by-jkt-other-key",
        "A code bound by dpop_jkt cannot be redeemed with another key.",
        run!(jkt_other_key),
    )
    .oidf(&[module!("ensure-token-endpoint-fails-with-mismatched-dpop-jkt")])
    .requires(&[&rfc9449::CODE_BOUND_TO_KEY])
    .when(dpop_codes)
    .asserts(&[
        "dpop_jkt of another key at PAR: the token endpoint answers 400 invalid_request, invalid_grant or invalid_dpop_proof",
    ]),
    Scenario::positive("binding-by-proof", "A proof at the PAR endpoint binds the code to its key.", run!(by_proof))
        .oidf(&[module!("ensure-dpopproof-at-par-endpoint-binding-success")])
        .requires(&[&fapi2_sp::CODE_BINDING_OFFERED, &rfc9449::BOTH_BINDINGS_OFFERED])
        .when(dpop_codes)
        .asserts(&["the flow succeeds with the same key at PAR and at the token endpoint"]),
    Scenario::positive(
        "binding-by-jkt-and-proof",
        "A dpop_jkt and a proof of the same key are accepted together.",
        run!(by_both),
    )
    .oidf(&[module!("ensure-dpop-auth-code-binding-success")])
    .requires(&[&fapi2_sp::CODE_BINDING_OFFERED, &rfc9449::BOTH_BINDINGS_OFFERED])
    .when(dpop_codes)
    .asserts(&["the flow succeeds with dpop_jkt and a proof of that key at PAR, and that key at the token endpoint"]),
    Scenario::positive("binding-by-jkt", "dpop_jkt alone binds the code.", run!(by_jkt))
        .requires(&[&fapi2_sp::CODE_BINDING_OFFERED, &rfc7638::THUMBPRINT])
        .when(dpop_codes)
        .asserts(&["the flow succeeds with dpop_jkt at PAR and that key at the token endpoint"]),
    Scenario::negative(
        "push-proof-for-other-url",
        "A proof for another URL is refused at the PAR endpoint.",
        run!(push_proof_for_other_url),
    )
    .requires(&[&rfc9449::PUSH_PROOF_BINDS, &rfc9449::PROOF_HTU])
    .when(dpop_codes)
    .asserts(&["a proof for the token endpoint at PAR: 400 invalid_dpop_proof or invalid_request"]),
];

async fn contradiction(s: &Session) -> Tried<()> {
    s.one.push().proof(|jwt| jwt).set("dpop_jkt", s.one.dpop_key().thumbprint()).pushed().await?;
    let push = s.one.push().proof(|jwt| jwt).set("dpop_jkt", SigningKey::es256().thumbprint());
    s.refused(&push.send().await?, &wire::INVALID_PROOF)
}

async fn proof_other_key(s: &Session) -> Tried<()> {
    s.one.redeem(&bound(s, by_header).await?).tokens().await?;
    let code = bound(s, by_header).await?;
    let other = SigningKey::es256();
    let request = s.one.redeem(&code).proof(move |jwt| jwt.proving(&other));
    s.refused(&request.send().await?, &wire::INVALID_PROOF_OR_GRANT)
}

async fn jkt_other_key(s: &Session) -> Tried<()> {
    s.one.redeem(&bound(s, by_parameter).await?).tokens().await?;
    let code = bound(s, |s| s.one.push().set("dpop_jkt", SigningKey::es256().thumbprint())).await?;
    s.refused(&s.one.redeem(&code).send().await?, &wire::INVALID_PROOF_OR_GRANT)
}

async fn by_proof(s: &Session) -> Tried<()> {
    works(s, by_header).await
}

async fn by_both(s: &Session) -> Tried<()> {
    works(s, |s| by_header(s).set("dpop_jkt", s.one.dpop_key().thumbprint())).await
}

async fn by_jkt(s: &Session) -> Tried<()> {
    works(s, by_parameter).await
}

/// A pushed request with a proof.
fn by_header(s: &Session) -> FormRequest {
    s.one.push().proof(|jwt| jwt)
}

/// A pushed request with `dpop_jkt`.
fn by_parameter(s: &Session) -> FormRequest {
    s.one.push().set("dpop_jkt", s.one.dpop_key().thumbprint())
}

/// Gets a code that the pushed request binds to a key.
async fn bound(s: &Session, push: impl Fn(&Session) -> FormRequest) -> Tried<Code> {
    let pushed = push(s).pushed().await?;
    s.one.authorize(&pushed).code().await
}

/// Demands that the flow succeeds with a bound code.
async fn works(s: &Session, push: impl Fn(&Session) -> FormRequest) -> Tried<()> {
    let rule = &fapi2_sp::CODE_BINDING_OFFERED;
    let pushed = push(s).pushed().await.map_err(|stop| stop.against(rule))?;
    let code = s.one.authorize(&pushed).code().await?;
    let redeemed = s.one.redeem(&code).tokens().await;
    redeemed.map(drop).map_err(|stop| stop.against(rule))
}

async fn push_proof_for_other_url(s: &Session) -> Tried<()> {
    by_header(s).pushed().await?;
    let url = s.one.metadata().endpoint("token_endpoint")?;
    let push = s.one.push().proof(move |jwt| jwt.claim("htu", url.as_str()));
    s.refused(&push.send().await?, &wire::INVALID_PROOF)
}
