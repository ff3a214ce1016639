//! Concurrent requests: a value that can be used once is accepted once, even by requests at the same time.

use super::refresh::refreshable;
use super::{Scenario, assertions, dpop, front_channel, run};
use crate::browser::{Intention, Landing};
use crate::client::Pushed;
use crate::finding::{Finding, Stop, Tried};
use crate::http::Reply;
use crate::session::{Session, Wire, wire};
use crate::target::UserStrategy;
use fapi::requirement::{Requirement, fapi2_sp, local, rfc6749, rfc7523, rfc9126, rfc9449, rfc9700};

const MANY: usize = 12;
/// The races for a code, by their number of racers. One race decides nothing if the racers did not meet, so there are several.
const RACES: [usize; 12] = [2, 2, MANY, MANY, MANY, MANY, MANY, MANY, MANY, MANY, MANY, CROWD];
/// The races with an assertion.
const ROUNDS: usize = 6;
/// The races that need a login for each racer.
const LOGIN_ROUNDS: usize = 3;
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
    .asserts(&[
        "12 races, of 2, 12 or 64 redemptions of a code at the same time: never do two get tokens, and the others get 400 invalid_grant",
        "no winner is a warning, as RFC 6749 4.1.2 lets a server refuse them all",
    ]),
    Scenario::negative(
        "race-with-an-assertion",
        "Of many concurrent requests with one client assertion, exactly one succeeds.",
        run!(assertion),
    )
    .requires(&[&rfc7523::ASSERTION_ONCE])
    .when(assertions)
    .rough()
    .asserts(&[
        "6 races of 12 requests with one assertion at the same time: one succeeds (none is a warning)",
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
        "3 races of 12 requests with one proof at the same time: one succeeds, the others get 400 as in token-proof-again",
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
        "429 and 503 are a warning: the server limits requests",
    ]),
    Scenario::negative(
        "race-to-conclude",
        "Of four concurrent visits that complete one request_uri, exactly one gets a code.",
        run!(conclude),
    )
    .requires(&[&rfc9126::REQUEST_URI_ONCE, &local::INTERACTION_OPEN])
    .when(front_channel)
    .rough()
    .asserts(&[
        "the last page of a visit is answered 4 times at once, and 3 times 4 browsers complete one request_uri at once: one gets a \
         code, the others an error page or invalid_request_uri",
        "a second code, or none at all, is a warning, as a second code is for visits one after the other",
    ]),
];

/// Demands that no two requests succeeded and that the others got the expected refusal. No success is a warning.
fn exactly_one(s: &Session, replies: &[Reply], wire: &Wire) -> Tried<()> {
    let (served, refused): (Vec<_>, Vec<_>) = replies.iter().partition(|reply| reply.grants());
    if let [_, second, ..] = served[..] {
        let got = "several successes among requests at the same time";
        return Err(outcome(s, "one success", got.into(), Some(second.number())));
    }
    if served.is_empty() {
        s.warn("no request of several at the same time succeeded");
    }
    refused.into_iter().try_for_each(|reply| s.refused(reply, wire))
}

fn outcome(s: &Session, expected: &str, got: String, exchange: Option<u64>) -> Stop {
    let requirement: Option<&'static Requirement> = s.requires().first().copied();
    Finding { exchange, requirement, ..Finding::new(expected, got) }.into()
}

async fn code(s: &Session) -> Tried<()> {
    s.prime().await?;
    for racers in RACES {
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
    let (busy, refused): (Vec<_>, Vec<_>) =
        replies.iter().filter(|reply| !reply.grants()).partition(|reply| matches!(reply.status(), 429 | 503));
    if !busy.is_empty() {
        s.warn("requests at the same time were refused with 429 or 503");
    }
    if replies.iter().any(rotated) {
        // Whether the error of such a refusal is the right one does not concern rotation.
        let because: &[&Requirement] = &[&rfc6749::REFRESH_BOUND_TO_CLIENT];
        return refused.into_iter().try_for_each(|reply| s.refused_because(reply, &wire::INVALID_GRANT, because));
    }
    match refused.first() {
        None => Ok(()),
        Some(reply) => {
            let got = format!("a refusal with status {}", reply.status());
            Err(outcome(s, "success of every request with a refresh token that is kept", got, Some(reply.number())))
        }
    }
}

async fn assertion(s: &Session) -> Tried<()> {
    s.prime().await?;
    for _ in 0..ROUNDS {
        let text = s.one.assertion().sign();
        let requests = std::iter::repeat_with(|| {
            let request = if s.variant().front_channel() { s.one.push() } else { s.one.credentials() };
            request.assertion_text(&text)
        });
        let replies = s.at_once(requests.take(MANY).collect()).await?;
        exactly_one(s, &replies, &wire::INVALID_CLIENT)?;
    }
    Ok(())
}

async fn proof(s: &Session) -> Tried<()> {
    s.looks();
    let mut most = 0;
    for _ in 0..LOGIN_ROUNDS {
        let mut requests = Vec::new();
        for _ in 0..MANY {
            requests.push(s.one.token_request().await?);
        }
        let Some(first) = requests.first() else { return Ok(()) };
        s.prime().await?;
        let proof = s.one.proof_now("POST", &first.url()?).sign();
        let requests = requests.into_iter().map(|request| request.proof_texts(vec![proof.clone()])).collect();
        let replies = s.at_once(requests).await?;
        most = most.max(replies.iter().filter(|reply| reply.grants()).count());
        let refused = replies.iter().filter(|reply| !reply.grants());
        refused.into_iter().try_for_each(|reply| s.refused(reply, &wire::INVALID_PROOF_OR_GRANT))?;
        if most > 1 {
            s.warn("one proof was accepted in several requests at the same time");
            return Ok(());
        }
    }
    if most == 0 {
        s.warn("no request of those with one proof at the same time succeeded");
    }
    Ok(())
}

async fn conclude(s: &Session) -> Tried<()> {
    // Browsers may hinder each other on the way to the last page, but answers to one page meet.
    if let UserStrategy::Form(_) = s.target.user
        && several_codes(s, &s.pushed().await?).await?
    {
        return Ok(());
    }
    for _ in 0..LOGIN_ROUNDS {
        let pushed: Pushed = s.pushed().await?;
        let visit = s.one.authorize(&pushed);
        let (first, second, third, fourth) = tokio::join!(visit.land(), visit.land(), visit.land(), visit.land());
        let landings = [first?, second?, third?, fourth?];
        one_code(s, &pushed, &landings)?;
        if landings.iter().filter(has_code).count() > 1 {
            return Ok(());
        }
    }
    Ok(())
}

/// Answers the page after the login four times at once, and returns true if several answers got a code.
async fn several_codes(s: &Session, pushed: &Pushed) -> Tried<bool> {
    let mut browser = s.one.browser();
    let Landing::Waiting(page) = s.one.authorize(pushed).logging_in().land_in(&mut browser).await? else { return Ok(false) };
    let [mut second, mut third, mut fourth] = [browser.clone(), browser.clone(), browser.clone()];
    let uri = &s.one.settings().redirect_uri;
    let (first, second, third, fourth) = tokio::join!(
        browser.go_on(&page, uri, Intention::Approve),
        second.go_on(&page, uri, Intention::Approve),
        third.go_on(&page, uri, Intention::Approve),
        fourth.go_on(&page, uri, Intention::Approve),
    );
    let landings = [first?, second?, third?, fourth?];
    one_code(s, pushed, &landings)?;
    Ok(landings.iter().filter(has_code).count() > 1)
}

fn has_code(landing: &&Landing) -> bool {
    matches!(landing, Landing::Callback(callback) if callback.parameter("code").is_some())
}

/// Demands that of several visits those without a code were refused. More codes than one, or none, are a warning.
pub(super) fn one_code(s: &Session, pushed: &Pushed, landings: &[Landing]) -> Tried<()> {
    s.looks();
    match landings.iter().filter(has_code).count() {
        0 => s.warn("none of several visits that completed one request_uri got a code"),
        1 => {}
        _ => s.warn("several visits that completed one request_uri got a code"),
    }
    let refused = landings.iter().filter(|landing| !has_code(landing));
    refused.into_iter().try_for_each(|landing| s.landed_refused(pushed, landing, &["invalid_request_uri", "invalid_request"]))
}
