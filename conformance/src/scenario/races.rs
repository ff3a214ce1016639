//! Many at once: what is good once is good once for all of them together.

use super::{Scenario, assertions, dpop, front_channel, run};
use crate::client::{FormRequest, Pushed};
use crate::finding::{Finding, Tried};
use crate::http::Reply;
use crate::session::Session;
use fapi::requirement::{Requirement, fapi2_sp, oidcc, rfc6749, rfc7523, rfc9126, rfc9449, rfc9700};

const MANY: usize = 12;

pub(super) static SCENARIOS: &[Scenario] = &[
    Scenario::negative("race-for-a-code", "Of many who redeem one code at once, one at most gets tokens.", run!(code))
        .requires(&[&fapi2_sp::CODE_ONCE, &rfc6749::CODE_ONCE, &rfc9700::CODE_INVALIDATED])
        .when(front_channel)
        .rough()
        .asserts(&["12 redemptions at the same instant: at most one 200, every other 400 invalid_grant"]),
    Scenario::negative(
        "race-with-an-assertion",
        "Of many who use one client assertion at once, one at most gets in.",
        run!(assertion),
    )
    .requires(&[&rfc7523::ASSERTION_ONCE, &oidcc::ASSERTION_ONCE])
    .when(assertions)
    .rough()
    .asserts(&["12 requests with one assertion at the same instant: at most one succeeds"]),
    Scenario::negative("race-with-a-proof", "Of many who use one DPoP proof at once, one at most gets in.", run!(proof))
        .requires(&[&rfc9449::PROOF_ONCE, &fapi2_sp::PROOF_REPLAY])
        .when(dpop)
        .rough()
        .asserts(&[
            "12 requests with one proof at the same instant: more than one success is a warning, as is replay at leisure",
        ]),
    Scenario::negative(
        "race-to-conclude",
        "Of two who conclude one request_uri at once, one at most gets a code.",
        run!(conclude),
    )
    .requires(&[&rfc9126::REQUEST_URI_ONCE, &fapi2_sp::REQUEST_URI_ONCE])
    .when(front_channel)
    .rough()
    .asserts(&[
        "two browsers go through one request_uri at the same time: a second code is a warning, as it is one after the other",
    ]),
];

fn at_most_one(s: &Session, replies: &[Reply], rule: &'static Requirement) -> Tried<()> {
    let served: Vec<_> = replies.iter().filter(|reply| reply.is_success()).collect();
    if served.is_empty() {
        s.warn(format!("none of {MANY} got through ({} answered)", replies.len()));
    }
    match served[..] {
        [_, second, ..] => {
            let finding = Finding::new("at most one success", format!("{} of {}", served.len(), replies.len()));
            Err(finding.shown_by(second.number()).against(rule).into())
        }
        _ => match replies.iter().find(|reply| reply.status() >= 500) {
            Some(broken) => {
                let finding = Finding::new("a refusal for who comes late", format!("status {}", broken.status()));
                Err(finding.shown_by(broken.number()).against(rule).into())
            }
            None => Ok(()),
        },
    }
}

async fn code(s: &Session) -> Tried<()> {
    s.prime().await?;
    let request = s.one.redeem(&s.one.code().await?);
    let replies = s.at_once(vec![request; MANY]).await?;
    at_most_one(s, &replies, &fapi2_sp::CODE_ONCE)
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
    at_most_one(s, &replies, &rfc7523::ASSERTION_ONCE)
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
    if served > 1 {
        s.warn(format!("one proof was taken {served} times of {MANY}"));
    }
    if let Some(broken) = replies.iter().find(|reply| reply.status() >= 500) {
        return Err(Finding::new("no 5xx", format!("status {}", broken.status())).shown_by(broken.number()).into());
    }
    Ok(())
}

async fn conclude(s: &Session) -> Tried<()> {
    let pushed: Pushed = s.pushed().await?;
    let visit = s.one.authorize(&pushed);
    let (first, second) = tokio::join!(visit.land(), visit.land());
    let codes = [first?, second?].iter().filter(|landing| landing.describe().ends_with("a code")).count();
    match codes {
        0 => Err(Finding::new("a code for one of the two", "none").against(&rfc9126::REQUEST_URI_ONCE).into()),
        1 => Ok(()),
        _ => {
            s.warn("two browsers that went through one request_uri both got a code");
            Ok(())
        }
    }
}
