//! Attempts to replace the challenge of a code, or to do without it, at every later step.

use super::{Scenario, front_channel, run};
use crate::browser::Landing;
use crate::client::{Code, FormRequest};
use crate::finding::Tried;
use crate::keys;
use crate::session::{Session, Wire};
use crate::target::OrdinaryKind;
use fapi::requirement::rfc7636;

const REFUSED: Wire = Wire::new(&[400], &["invalid_grant", "invalid_request"]);
const ASSERTED: &[&str] = &["the token endpoint answers 400 invalid_grant or invalid_request"];

pub(super) static SCENARIOS: &[Scenario] = &[
    Scenario::negative(
        "present-other-challenge",
        "A code_challenge in the authorization URL does not replace the pushed one.",
        run!(presented),
    )
    .requires(&[&rfc7636::VERIFIER_FITS])
    .when(front_channel)
    .asserts(&[
        "the authorization URL has another code_challenge, first with S256, then with plain: its verifier gets 400 invalid_grant",
        "a refusal of the authorization request counts as well",
    ]),
    Scenario::negative(
        "code-with-plain-method-late",
        "The code_challenge is refused as code_verifier, even if the token request says that the method is plain.",
        run!(plain_late),
    )
    .requires(&[&rfc7636::VERIFIER_FITS])
    .when(front_channel)
    .asserts(ASSERTED),
    Scenario::negative(
        "code-with-own-challenge",
        "A token request that brings a code_challenge for its code_verifier is refused.",
        run!(own_challenge),
    )
    .requires(&[&rfc7636::VERIFIER_FITS])
    .when(front_channel)
    .asserts(ASSERTED),
    Scenario::negative("code-with-empty-verifier", "A code with an empty code_verifier is refused.", run!(empty))
        .requires(&[&rfc7636::VERIFIER_PRESENT])
        .when(front_channel)
        .asserts(ASSERTED),
];

async fn presented(s: &Session) -> Tried<()> {
    for method in ["S256", "plain"] {
        let (pushed, verifier) = (s.pushed().await?, keys::random());
        let challenge = if method == "S256" { keys::digest(&verifier) } else { verifier.clone() };
        let visit = s.one.authorize(&pushed).set("code_challenge", challenge).set("code_challenge_method", method);
        let landing = visit.land().await?;
        if !matches!(&landing, Landing::Callback(callback) if callback.parameter("code").is_some()) {
            s.rests_on(OrdinaryKind::Code);
            s.is_an_end(&landing)?;
            continue;
        }
        let code = s.one.accept(&pushed, landing)?;
        refused(s, s.one.redeem(&code).set("code_verifier", verifier)).await?;
    }
    Ok(())
}

async fn plain_late(s: &Session) -> Tried<()> {
    let code = s.one.code().await?;
    let challenge = challenge(&code);
    refused(s, s.one.redeem(&code).set("code_verifier", challenge).set("code_challenge_method", "plain")).await
}

async fn own_challenge(s: &Session) -> Tried<()> {
    let (code, verifier) = (s.one.code().await?, keys::random());
    let request = s.one.redeem(&code).set("code_challenge", keys::digest(&verifier)).set("code_challenge_method", "S256");
    refused(s, request.set("code_verifier", verifier)).await
}

async fn empty(s: &Session) -> Tried<()> {
    let code = s.one.code().await?;
    refused(s, s.one.redeem(&code).set("code_verifier", "")).await
}

async fn refused(s: &Session, request: FormRequest) -> Tried<()> {
    s.refused(&request.send().await?, &REFUSED)
}

fn challenge(code: &Code) -> String {
    code.pushed.parameter("code_challenge").unwrap_or_default().to_owned()
}
