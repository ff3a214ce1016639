//! PKCE values that are wrong only where a careless check does not look.

use fapi::requirement::{Requirement, fapi2_sp, rfc7636};

use super::code_nearly::{Attempt, attempt, attempts, each_with_one_code};
use super::nearly_right::told;
use super::{Scenario, front_channel, rules, run};
use crate::finding::{Tried, skip};
use crate::keys;
use crate::nearly;
use crate::session::{Front, Session, Wire, wire};

const BAD: Front = Front { push: wire::INVALID_REQUEST, redirect: &["invalid_request"] };

pub(super) static SCENARIOS: &[Scenario] = &[
    Scenario::negative("verifier-nearly-right", "A PKCE verifier that only resembles the right one is refused.", run!(verifier))
        .requires(FITS)
        .when(front_channel)
        .asserts(&[
            "each value gets 400 invalid_grant or invalid_request; all with one code, which is then redeemed with the right verifier",
            "if a failed attempt ends the code: five of the values, each with a code of its own",
        ]),
    Scenario::negative(
        "challenge-nearly-right",
        "A verifier whose digest only resembles the challenge is refused.",
        run!(challenge),
    )
    .requires(&[&rfc7636::VERIFIER_FITS, &rfc7636::CHALLENGE_SYNTAX])
    .when(front_channel)
    .asserts(&[
        "the pushed challenge is the digest of the verifier with a letter in the other case",
        "PAR answers 400 invalid_request, or the token endpoint 400 invalid_grant or invalid_request",
    ]),
    Scenario::negative(
        "verifier-of-another-request",
        "The verifier of another request of the same client is refused.",
        run!(of_another_request),
    )
    .requires(&[&rfc7636::VERIFIER_FITS])
    .when(front_channel)
    .asserts(&["two requests are pushed; the code of the first with the verifier of the second gets 400 invalid_grant"]),
    Scenario::negative(
        "challenge-method-nearly-right",
        "A code_challenge_method that only resembles S256 is refused.",
        run!(method),
    )
    .requires(&[&rfc7636::METHOD_SUPPORTED, &rfc7636::METHOD_CASE_SENSITIVE])
    .when(front_channel)
    .asserts(&["each value: PAR answers 400 invalid_request, or the redirect URI gets this error, or an error page is shown"]),
    Scenario::negative(
        "push-method-without-challenge",
        "A code_challenge_method without a code_challenge is refused.",
        run!(without_challenge),
    )
    .requires(&[&fapi2_sp::CHALLENGE_S256, &rfc7636::CHALLENGE_PRESENT])
    .under(rules::challenge_required)
    .when(front_channel)
    .asserts(&[
        "without code_challenge, and with an empty one: PAR answers 400 invalid_request, or the redirect URI gets this error, or an \
         error page is shown",
    ]),
];

const FITS: &[&Requirement] = &[&rfc7636::VERIFIER_FITS, &rfc7636::VERIFIER_SYNTAX];

async fn verifier(s: &Session) -> Tried<()> {
    let ways = [
        &nearly::BEGINNING,
        &nearly::TRIMMED,
        &nearly::PADDED,
        &nearly::END,
        &nearly::DECODED,
        &nearly::SHORTENED,
        &nearly::CASE,
        &nearly::LENGTH,
    ];
    // The verifier is the same for all codes here, so that the values can be made beforehand.
    let verifier = keys::random();
    let mut wrong = attempts("code_verifier", &verifier, &ways, FITS);
    wrong.push(attempt("code_verifier", keys::digest(&verifier), "accepts the challenge itself", FITS));
    let verifier = &verifier;
    each_with_one_code(s, &s.one, &wrong, || async move {
        let pushed = s.one.push().set("code_challenge", keys::digest(verifier)).pushed().await?;
        let mut code = s.one.authorize(&pushed).code().await?;
        code.pushed.verifier.clone_from(verifier);
        Ok(code)
    })
    .await
}

async fn challenge(s: &Session) -> Tried<()> {
    let verifier = keys::random();
    let digest = keys::digest(&verifier);
    // The last letter has unused bits, so that a change of its case is no digest any more.
    let Some(at) = digest[..42].find(|letter: char| letter.is_ascii_alphabetic()) else {
        return skip("the digest has no letter");
    };
    let swapped = digest[at..=at]
        .chars()
        .map(|letter| if letter.is_ascii_lowercase() { letter.to_ascii_uppercase() } else { letter.to_ascii_lowercase() });
    let challenge = format!("{}{}{}", &digest[..at], swapped.collect::<String>(), &digest[at + 1..]);
    let push = s.one.push().set("code_challenge", challenge);
    let reply = push.send().await?;
    if !reply.grants() {
        return s.refused_because(&reply, &wire::INVALID_REQUEST, &[&rfc7636::CHALLENGE_SYNTAX]);
    }
    let mut code = s.one.authorize(&push.taken(&reply)?).code().await?;
    code.pushed.verifier = verifier;
    let wire = Wire::new(&[400], &["invalid_grant", "invalid_request"]);
    let ended = s.refused_because(&s.one.redeem(&code).send().await?, &wire, &[&rfc7636::VERIFIER_FITS]);
    told(s, ended, "one letter of the challenge was in the other case")
}

async fn of_another_request(s: &Session) -> Tried<()> {
    let other = s.pushed().await?;
    let attempts = [Attempt {
        told: "the verifier was that of another request".into(),
        because: vec![&rfc7636::VERIFIER_FITS],
        spoil: Box::new(move |request| request.set("code_verifier", other.verifier.as_str())),
    }];
    each_with_one_code(s, &s.one, &attempts, || s.one.code()).await
}

async fn method(s: &Session) -> Tried<()> {
    let ways = [&nearly::BEGINNING, &nearly::SHORTENED, &nearly::END, &nearly::WITHIN, &nearly::CASE, &nearly::TRIMMED];
    super::nearly_right::each_refused(s, "S256", &[], &ways, |value: String| async move {
        s.refused_in_front(&s.one.push().set("code_challenge_method", value), &BAD).await
    })
    .await
}

async fn without_challenge(s: &Session) -> Tried<()> {
    let ended = s.refused_in_front(&s.one.push().without("code_challenge"), &BAD).await;
    told(s, ended, "there was a method, and no challenge")?;
    let ended = s.refused_in_front(&s.one.push().set("code_challenge", ""), &BAD).await;
    told(s, ended, "the challenge was empty")
}
