//! Values that were used, revoked or replaced, tried again after something else has happened.

use super::facts::Facts;
use super::refresh::refreshable;
use super::{Scenario, assertions, front_channel, run};
use crate::client::Tokens;
use crate::finding::{Tried, skip};
use crate::http::Reply;
use crate::session::{Session, wire};
use fapi::requirement::{fapi2_sp, rfc6749, rfc7009, rfc7523, rfc9700};

/// The number of requests that are made at the same time.
const MANY: usize = 12;

pub(super) static SCENARIOS: &[Scenario] = &[
    Scenario::negative(
        "code-again-after-refresh",
        "A code is refused after its refresh token was used, and the refreshed tokens are revoked.",
        run!(after_refresh),
    )
    .requires(&[&fapi2_sp::CODE_ONCE, &rfc6749::CODE_ONCE, &rfc9700::CODE_INVALIDATED, &rfc6749::CODE_REPLAY_REVOKES])
    .when(front_channel)
    .asserts(&[
        "code, tokens, refresh, and the same code again: 400 invalid_grant",
        "the resource then refuses the refreshed access token, which it served before (otherwise a warning)",
    ]),
    Scenario::negative("code-again-after-revocation", "A code is refused after its tokens were revoked.", run!(after_revocation))
        .requires(&[&fapi2_sp::CODE_ONCE, &rfc6749::CODE_ONCE, &rfc9700::CODE_INVALIDATED])
        .when(front_channel)
        .asserts(&["code, tokens, revocation of the refresh token or else of the access token, and the code again: 400 invalid_grant"]),
    Scenario::negative("code-again-much-later", "A redeemed code is refused after ten minutes as well.", run!(much_later))
        .requires(&[&fapi2_sp::CODE_ONCE, &rfc6749::CODE_ONCE, &rfc9700::CODE_INVALIDATED, &rfc6749::CODE_EXPIRES])
        .when(front_channel)
        .once()
        .seconds(605)
        .asserts(&["605 s after its redemption: 400 invalid_grant"]),
    Scenario::negative(
        "revoke-refresh-token-for-good",
        "A revoked refresh token is refused after ten minutes as well.",
        run!(for_good),
    )
    .requires(&[&rfc7009::REFRESH_TOKENS_REVOCABLE, &rfc6749::INVALID_GRANT])
    .when(front_channel)
    .once()
    .seconds(605)
    .asserts(&["a refresh works; revocation answers 200; 605 s later a refresh gets 400 invalid_grant"]),
    Scenario::negative(
        "revoke-after-a-race",
        "A revocation ends every token that simultaneous refreshes gave.",
        run!(after_a_race),
    )
    .requires(&[&rfc6749::INVALID_GRANT, &rfc7009::REVOCATION_CASCADES, &rfc7009::REFRESH_TOKENS_REVOCABLE])
    .when(front_channel)
    .once()
    .rough()
    .asserts(&[
        "12 refreshes with one refresh token at the same time, then revocation of the last refresh token: it gets 400 invalid_grant",
        "another refresh token of theirs is refused, and every access token of theirs by the resource (otherwise a warning)",
    ]),
    Scenario::negative(
        "assertion-again-later",
        "A client assertion is refused when it is used again after most of a minute.",
        run!(assertion_later),
    )
    .requires(&[&rfc7523::ASSERTION_ONCE])
    .when(assertions)
    .seconds(50)
    .asserts(&[
        "an assertion that is valid for four minutes is accepted (otherwise skipped), and refused 50 s later",
        "400 or 401 with invalid_client or invalid_request",
    ]),
];

async fn after_refresh(s: &Session) -> Tried<()> {
    let code = s.one.code().await?;
    let first = s.one.redeem(&code).tokens().await?;
    let Some(token) = first.refresh_token else { return skip("the server issues no refresh token") };
    let refreshed = s.one.refresh(&token).tokens().await?;
    let call = s.one.resource(&refreshed);
    let callable = call.url().is_ok();
    if callable {
        call.served().await?;
    }
    s.refused(&s.one.redeem(&code).send().await?, &wire::INVALID_GRANT)?;
    let mut facts = Facts::default();
    if callable {
        let reply = call.send().await?;
        let expected = "a refusal of an access token that was refreshed before its code was redeemed again";
        facts.demand(&reply, &rfc6749::CODE_REPLAY_REVOKES, !reply.grants(), expected, || "success".into());
    }
    facts.told(s)
}

async fn after_revocation(s: &Session) -> Tried<()> {
    if !s.one.has_endpoint("revocation_endpoint") {
        return skip("the server has no revocation endpoint");
    }
    let code = s.one.code().await?;
    let Tokens { refresh_token, access_token, .. } = s.one.redeem(&code).tokens().await?;
    revoked(&s.one.revoke(refresh_token.as_ref().unwrap_or(&access_token)).send().await?)?;
    s.refused(&s.one.redeem(&code).send().await?, &wire::INVALID_GRANT)
}

/// Skips a scenario about the time after a revocation if there was none.
fn revoked(reply: &Reply) -> Tried<()> {
    if reply.status() == 200 {
        return Ok(());
    }
    skip(format!("the server did not revoke the token: status {}", reply.status()))
}

async fn much_later(s: &Session) -> Tried<()> {
    let code = s.one.code().await?;
    s.one.redeem(&code).tokens().await?;
    s.pass(605).await;
    s.refused(&s.one.redeem(&code).send().await?, &wire::INVALID_GRANT)
}

async fn for_good(s: &Session) -> Tried<()> {
    if !s.one.has_endpoint("revocation_endpoint") {
        return skip("the server has no revocation endpoint");
    }
    let (_, token) = refreshable(s, &s.one).await?;
    let token = s.one.refresh(&token).tokens().await?.refresh_token.unwrap_or(token);
    revoked(&s.one.revoke(&token).send().await?)?;
    s.pass(605).await;
    s.refused(&s.one.refresh(&token).send().await?, &wire::INVALID_GRANT)
}

async fn after_a_race(s: &Session) -> Tried<()> {
    if !s.one.has_endpoint("revocation_endpoint") {
        return skip("the server has no revocation endpoint");
    }
    let (_, first) = refreshable(s, &s.one).await?;
    s.prime().await?;
    let request = s.one.refresh(&first);
    let mut refreshed = Vec::new();
    for reply in s.at_once(vec![request.clone(); MANY]).await?.iter().filter(|reply| reply.grants()) {
        refreshed.push(request.issued(reply).await?);
    }
    let Some(last) = refreshed.last() else { return skip("no refresh of several at the same time succeeded") };
    let last = last.refresh_token.as_ref().unwrap_or(&first);
    revoked(&s.one.revoke(last).send().await?)?;
    s.refused(&s.one.refresh(last).send().await?, &wire::INVALID_GRANT)?;
    let mut facts = Facts::default();
    let mut others: Vec<&String> = refreshed.iter().filter_map(|tokens| tokens.refresh_token.as_ref()).collect();
    others.retain(|token| *token != last);
    if let Some(other) = others.first() {
        let reply = s.one.refresh(other).send().await?;
        let expected = "a refusal of a refresh token of the same grant as a revoked one";
        facts.demand(&reply, &rfc7009::REVOCATION_CASCADES, !reply.grants(), expected, || "tokens".into());
    }
    for tokens in &refreshed {
        let call = s.one.resource(tokens);
        if call.url().is_err() {
            break;
        }
        let reply = call.send().await?;
        let expected = "a refusal of every access token of a revoked refresh token";
        let refused = facts.demand(&reply, &rfc7009::REVOCATION_CASCADES, !reply.grants(), expected, || "success".into());
        if !refused {
            break;
        }
    }
    facts.told(s)
}

async fn assertion_later(s: &Session) -> Tried<()> {
    let text = s.one.assertion().expires(240).sign();
    let request = || {
        let request = if s.variant().front_channel() { s.one.push() } else { s.one.credentials() };
        request.assertion_text(text.as_str())
    };
    let first = request().send().await?;
    if !first.grants() {
        return skip(format!("an assertion that is valid for four minutes is refused with status {}", first.status()));
    }
    s.pass(50).await;
    s.refused(&request().send().await?, &wire::INVALID_CLIENT)
}
