//! Concurrent requests: a value that can be used once is accepted once, even by requests at the same time.

use super::refresh::refreshable;
use super::{Scenario, assertions, dpop, front_channel, run};
use crate::browser::Landing;
use crate::client::{FormRequest, Pushed};
use crate::finding::{Finding, Stop, Tried};
use crate::http::Reply;
use crate::session::{Session, Wire, wire};
use fapi::requirement::{Requirement, fapi2_sp, rfc6749, rfc7523, rfc9126, rfc9449, rfc9700};

const MANY: usize = 12;
/// The most racers for a code: a server must not refuse racers for their number.
const CROWD: usize = 64;

pub(super) static SCENARIOS: &[Scenario] = &[
    Scenario::negative(
        "race-for-a-code",
        "Of many concurrent requests that redeem one code, exactly one gets tokens.",
        run!(code),
    )
    .requires(&[&fapi2_sp::CODE_ONCE, &rfc6749::CODE_ONCE, &rfc9700::CODE_INVALIDATED])
    .when(front_channel)
    .rough()
    .asserts(&["2, 12 and 64 redemptions of a code at the same time: one gets 200, the others 400 invalid_grant"]),
    Scenario::negative(
        "race-with-an-assertion",
        "Of many concurrent requests with one client assertion, exactly one succeeds.",
        run!(assertion),
    )
    .requires(&[&rfc7523::ASSERTION_ONCE])
    .when(assertions)
    .rough()
    .asserts(&[
        "12 requests with one assertion at the same time: one succeeds",
        "the others get 400 or 401 with invalid_client or invalid_request",
    ]),
    Scenario::negative(
        "race-with-a-proof",
        "Of many concurrent requests with one DPoP proof, exactly one succeeds.",
        run!(proof),
    )
    .requires(&[&rfc9449::PROOF_ONCE])
    .when(dpop)
    .rough()
    .asserts(&[
        "12 requests with one proof at the same time: one succeeds, the others get 400 as in token-proof-again",
        "more than one success is a warning, as it is for requests one after the other",
    ]),
    Scenario::positive(
        "race-with-a-refresh-token",
        "Many concurrent requests may use one refresh token that is not rotated.",
        run!(refresh),
    )
    .requires(&[&fapi2_sp::NO_REFRESH_ROTATION])
    .when(front_channel)
    .rough()
    .asserts(&[
        "12 requests with one refresh token at the same time: each gets 200",
        "if the token is rotated: one gets 200, each other one gets 200 or 400 invalid_grant",
    ]),
    Scenario::negative(
        "race-to-conclude",
        "Of four concurrent visits that complete one request_uri, exactly one gets a code.",
        run!(conclude),
    )
    .requires(&[&rfc9126::REQUEST_URI_ONCE])
    .when(front_channel)
    .rough()
    .asserts(&[
        "4 browsers complete one request_uri at once: one gets a code, the others an error page or invalid_request_uri",
        "a second code is a warning, as it is for visits one after the other",
    ]),
];

/// Demands that exactly one request succeeded and that all others got the expected refusal.
fn exactly_one(s: &Session, replies: &[Reply], wire: &Wire) -> Tried<()> {
    let (served, refused): (Vec<_>, Vec<_>) = replies.iter().partition(|reply| reply.is_success());
    match served[..] {
        [_] => refused.into_iter().try_for_each(|reply| s.refused(reply, wire)),
        [] => Err(outcome(
            s,
            "exactly one success",
            format!("no success among {} requests", replies.len()),
            replies.first().map(Reply::number),
        )),
        [_, second, ..] => {
            let got = format!("{} successes among {} requests", served.len(), replies.len());
            Err(outcome(s, "exactly one success", got, Some(second.number())))
        }
    }
}

fn outcome(s: &Session, expected: &str, got: String, exchange: Option<u64>) -> Stop {
    let requirement: Option<&'static Requirement> = s.requires().first().copied();
    Finding { exchange, requirement, ..Finding::new(expected, got) }.into()
}

async fn code(s: &Session) -> Tried<()> {
    s.prime().await?;
    for racers in [2, MANY, CROWD] {
        let request = s.one.redeem(&s.one.code().await?);
        let replies = s.at_once(vec![request; racers]).await?;
        exactly_one(s, &replies, &wire::INVALID_GRANT)?;
    }
    Ok(())
}

async fn refresh(s: &Session) -> Tried<()> {
    let (_, token) = refreshable(s, &s.one).await?;
    s.prime().await?;
    let replies = s.at_once(vec![s.one.refresh(&token); MANY]).await?;
    let rotated = |reply: &Reply| reply.member("refresh_token").is_some_and(|new| new != token);
    let refused = || replies.iter().filter(|reply| !reply.is_success());
    if replies.iter().any(rotated) {
        return refused().try_for_each(|reply| s.refused(reply, &wire::INVALID_GRANT));
    }
    match refused().next() {
        None => Ok(()),
        Some(reply) => {
            let got = format!("{} of {MANY} refused, one with status {}", refused().count(), reply.status());
            Err(outcome(s, "success of every request with a refresh token that is kept", got, Some(reply.number())))
        }
    }
}

async fn assertion(s: &Session) -> Tried<()> {
    s.prime().await?;
    let text = s.one.assertion().sign();
    let mut requests: Vec<FormRequest> = Vec::new();
    for _ in 0..MANY {
        let request = if s.variant().front_channel() { s.one.push() } else { s.one.credentials() };
        requests.push(request.assertion_text(&text));
    }
    let replies = s.at_once(requests).await?;
    exactly_one(s, &replies, &wire::INVALID_CLIENT)
}

async fn proof(s: &Session) -> Tried<()> {
    let mut requests = Vec::new();
    for _ in 0..MANY {
        requests.push(s.one.token_request().await?);
    }
    let Some(first) = requests.first() else { return Ok(()) };
    s.prime().await?;
    let proof = s.one.proof_now("POST", &first.url()?).sign();
    let requests = requests.into_iter().map(|request| request.proof_texts(vec![proof.clone()])).collect();
    let replies = s.at_once(requests).await?;
    let served = replies.iter().filter(|reply| reply.is_success()).count();
    if served < 2 {
        return exactly_one(s, &replies, &wire::INVALID_PROOF_OR_GRANT);
    }
    s.warn(format!("one proof was accepted in {served} of {MANY} requests"));
    let refused = replies.iter().filter(|reply| !reply.is_success());
    refused.into_iter().try_for_each(|reply| s.refused(reply, &wire::INVALID_PROOF_OR_GRANT))
}

async fn conclude(s: &Session) -> Tried<()> {
    let pushed: Pushed = s.pushed().await?;
    let visit = s.one.authorize(&pushed);
    let (first, second, third, fourth) = tokio::join!(visit.land(), visit.land(), visit.land(), visit.land());
    one_code(s, &pushed, &[first?, second?, third?, fourth?])
}

/// Demands that exactly one visit led to a code and that the others were refused; more codes are a warning.
pub(super) fn one_code(s: &Session, pushed: &Pushed, landings: &[Landing]) -> Tried<()> {
    let has_code = |landing: &&Landing| matches!(landing, Landing::Callback(callback) if callback.parameter("code").is_some());
    match landings.iter().filter(has_code).count() {
        0 => return Err(outcome(s, "a code for one of the visits", "none".into(), landings.first().and_then(Landing::exchange))),
        1 => {}
        codes => s.warn(format!("{codes} visits that completed one request_uri got a code")),
    }
    let refused = landings.iter().filter(|landing| !has_code(landing));
    refused.into_iter().try_for_each(|landing| s.landed_refused(pushed, landing, &["invalid_request_uri", "invalid_request"]))
}
