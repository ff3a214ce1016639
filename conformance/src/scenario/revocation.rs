//! Token revocation.

use super::refresh::refreshable;
use super::{Scenario, always, front_channel, run};
use crate::finding::{Finding, Tried, skip};
use crate::http::Reply;
use crate::keys;
use crate::session::{REVOCATION_DELAY, Session, wire};
use crate::target::OrdinaryKind;
use fapi::requirement::{Requirement, fapi2_sp, rfc6749, rfc6750, rfc7009, rfc8705};

pub(super) const LATE: &str =
    "a token that still works is tried again after 1, 5 and 15 s; if it does not then, that is a warning";

pub(super) static SCENARIOS: &[Scenario] = &[
    Scenario::negative("revoke-access-token", "A revoked access token is refused.", run!(access_token))
        .requires(&[&fapi2_sp::TOKEN_VALID, &rfc6750::TOKEN_LIVE, &rfc7009::HINT_IS_A_HINT])
        .when(always)
        .rarely(2 * REVOCATION_DELAY)
        .asserts(&["revocation answers 200, without a hint and with a wrong one; the resource then answers 401", LATE]),
    Scenario::negative("revoke-refresh-token", "A revoked refresh token is refused.", run!(refresh_token))
        .requires(&[&rfc7009::REFRESH_TOKENS_REVOCABLE, &rfc6749::INVALID_GRANT])
        .when(front_channel)
        .rarely(REVOCATION_DELAY)
        .asserts(&["a refresh works; revocation answers 200; a refresh then gets 400 invalid_grant", LATE]),
    Scenario::positive("revoke-unknown-token", "Revoking an unknown token succeeds.", run!(unknown))
        .requires(&[&rfc7009::UNKNOWN_IS_REVOKED, &rfc7009::HINT_IS_A_HINT])
        .when(always)
        .asserts(&[
            "revocation answers 200 to a value that is not a token, also with an unknown token_type_hint",
            "skipped if the revocation of an access token is refused in the same way",
        ]),
    Scenario::negative("revoke-token-of-another", "A client cannot revoke another client's token.", run!(of_another))
        .requires(&[&rfc7009::REVOKED_BY_OWNER])
        .when(always)
        .asserts(&["client 2 is refused, or gets 200 without effect; client 1's access token and refresh token still work"]),
    Scenario::negative(
        "revoke-unauthenticated",
        "A revocation request without client authentication is refused.",
        run!(unauthenticated),
    )
    .requires(&[&rfc7009::REVOKED_BY_OWNER, &rfc6749::CLIENT_AUTHENTICATES, &rfc8705::CERTIFICATE_OF_CLIENT])
    .when(always)
    .asserts(&["400 or 401 with invalid_client or invalid_request (a TLS failure with mTLS)"]),
];

fn offered(s: &Session) -> Tried<()> {
    if s.one.has_endpoint("revocation_endpoint") { Ok(()) } else { skip("the server has no revocation endpoint") }
}

fn answered(reply: &Reply, rule: &'static Requirement) -> Tried<()> {
    if reply.status() == 200 {
        return Ok(());
    }
    Err(Finding::new("status 200 from the revocation endpoint", said(reply)).shown_by(reply.number()).against(rule).into())
}

/// The status and the error of a reply.
pub(super) fn said(reply: &Reply) -> String {
    match reply.member("error") {
        Some(error) => format!("status {}, error {error}", reply.status()),
        None => format!("status {}", reply.status()),
    }
}

async fn access_token(s: &Session) -> Tried<()> {
    offered(s)?;
    let tokens = s.one.tokens().await?;
    let call = s.one.resource(&tokens);
    call.served().await?;
    let reply = s.one.revoke(&tokens.access_token).send().await?;
    if reply.member("error").as_deref() == Some("unsupported_token_type") {
        return skip("the server does not revoke access tokens");
    }
    answered(&reply, &rfc7009::UNKNOWN_IS_REVOKED)?;
    s.refused_by_resource(&s.revoked(Reply::grants, || Box::pin(call.send())).await?, &[401])?;
    let tokens = s.one.tokens().await?;
    let call = s.one.resource(&tokens);
    call.served().await?;
    let reply = s.one.revoke(&tokens.access_token).set("token_type_hint", "refresh_token").send().await?;
    answered(&reply, &rfc7009::HINT_IS_A_HINT)?;
    let reply = s.revoked(Reply::grants, || Box::pin(call.send())).await?;
    if reply.grants() {
        let finding = Finding::new("a refusal of a token that was revoked with a wrong hint", "success").shown_by(reply.number());
        return Err(finding.against(&rfc7009::HINT_IS_A_HINT).into());
    }
    Ok(())
}

async fn refresh_token(s: &Session) -> Tried<()> {
    offered(s)?;
    let (_, token) = refreshable(s, &s.one).await?;
    let renewed = s.one.refresh(&token).tokens().await?;
    let token = renewed.refresh_token.unwrap_or(token);
    answered(&s.one.revoke(&token).set("token_type_hint", "refresh_token").send().await?, &rfc7009::REFRESH_TOKENS_REVOCABLE)?;
    let request = s.one.refresh(&token);
    s.refused(&s.revoked(Reply::grants, || Box::pin(request.send())).await?, &wire::INVALID_GRANT)
}

async fn unknown(s: &Session) -> Tried<()> {
    offered(s)?;
    let reply = s.one.revoke(&keys::random()).send().await?;
    if reply.exchange().is_refused() {
        let live = s.one.revoke(&s.one.tokens().await?.access_token).send().await?;
        let alike = live.status() == reply.status() && live.member("error") == reply.member("error");
        if alike {
            return s.skip(format!("no control: the revocation of an access token gets {} too", said(&live)));
        }
    }
    answered(&reply, &rfc7009::UNKNOWN_IS_REVOKED)?;
    let reply = s.one.revoke(&keys::random()).set("token_type_hint", "nonsense").send().await?;
    answered(&reply, &rfc7009::HINT_IS_A_HINT)
}

async fn of_another(s: &Session) -> Tried<()> {
    offered(s)?;
    s.rests_on_two(OrdinaryKind::Revocation);
    let tokens = s.one.tokens().await?;
    let call = s.one.resource(&tokens);
    let callable = call.url().is_ok();
    if !callable && tokens.refresh_token.is_none() {
        return skip("there is neither a resource nor a refresh token that shows the effect");
    }
    let rule = &rfc7009::REVOKED_BY_OWNER;
    let gone = |reply: &Reply, what: &str| -> Tried<()> {
        let finding = Finding::new(format!("no effect of another client's attempt to revoke the {what}"), "a refusal of it");
        Err(finding.shown_by(reply.number()).against(rule).into())
    };
    if callable {
        call.served().await?;
        s.two.revoke(&tokens.access_token).send().await?;
        let reply = call.send().await?;
        if !reply.grants() {
            return gone(&reply, "access token");
        }
    }
    if let Some(token) = &tokens.refresh_token {
        let renewed = s.one.refresh(token).tokens().await?;
        let token = renewed.refresh_token.as_ref().unwrap_or(token);
        s.two.revoke(token).send().await?;
        let reply = s.one.refresh(token).send().await?;
        if !reply.grants() {
            return gone(&reply, "refresh token");
        }
    }
    Ok(())
}

async fn unauthenticated(s: &Session) -> Tried<()> {
    offered(s)?;
    let token = s.one.tokens().await?.access_token;
    let answer = s.one.revoke(&token).unauthenticated().set("client_id", s.one.id()).attempt().await?;
    s.refused_or_hung_up(answer, s.variant().certificates(), &wire::INVALID_CLIENT)
}
