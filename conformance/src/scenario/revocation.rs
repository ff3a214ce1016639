//! Token revocation.

use super::{Scenario, always, front_channel, run};
use crate::finding::{Finding, Tried, skip};
use crate::keys;
use crate::session::{Session, wire};
use fapi::requirement::{fapi2_sp, rfc6749, rfc6750, rfc7009, rfc8705};

pub(super) static SCENARIOS: &[Scenario] = &[
    Scenario::negative("revoke-access-token", "A revoked access token is refused.", run!(access_token))
        .requires(&[&fapi2_sp::TOKEN_VALID, &rfc6750::TOKEN_LIVE])
        .when(always)
        .asserts(&["revocation with a wrong hint answers 200", "the resource then answers 401"]),
    Scenario::negative("revoke-refresh-token", "A revoked refresh token and its access tokens are refused.", run!(refresh_token))
        .requires(&[&rfc6749::INVALID_GRANT])
        .when(front_channel)
        .asserts(&[
            "revocation answers 200; a refresh then gets 400 invalid_grant",
            "the resource answers 401 (otherwise a warning)",
        ]),
    Scenario::positive("revoke-unknown-token", "Revoking an unknown token succeeds.", run!(unknown))
        .requires(&[&rfc7009::UNKNOWN_IS_REVOKED])
        .when(always)
        .asserts(&["revocation answers 200 to a value that is not a token"]),
    Scenario::negative("revoke-token-of-another", "A client cannot revoke another client's token.", run!(of_another))
        .requires(&[&rfc7009::REVOKED_BY_OWNER])
        .when(always)
        .asserts(&["client 2 is refused, or gets 200 without effect; client 1's token still works"]),
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

async fn revoked(s: &Session, token: &str, hint: &str) -> Tried<()> {
    let reply = s.one.revoke(token).set("token_type_hint", hint).send().await?;
    if reply.status() != 200 {
        let finding = Finding::new("status 200 from the revocation endpoint", format!("status {}", reply.status()));
        return Err(finding.shown_by(reply.number()).against(&rfc7009::UNKNOWN_IS_REVOKED).into());
    }
    Ok(())
}

async fn access_token(s: &Session) -> Tried<()> {
    offered(s)?;
    let tokens = s.one.tokens().await?;
    let call = s.one.resource(&tokens);
    call.served().await?;
    revoked(s, &tokens.access_token, "refresh_token").await?;
    s.refused_by_resource(&call.send().await?, &[401])
}

async fn refresh_token(s: &Session) -> Tried<()> {
    offered(s)?;
    let tokens = s.one.tokens().await?;
    let Some(token) = &tokens.refresh_token else { return skip("the server issues no refresh token") };
    revoked(s, token, "refresh_token").await?;
    s.refused(&s.one.refresh(token).send().await?, &wire::INVALID_GRANT)?;
    if s.one.resource(&tokens).url().is_ok() && s.one.resource(&tokens).send().await?.is_success() {
        s.warn("an access token is still accepted after its refresh token was revoked");
    }
    Ok(())
}

async fn unknown(s: &Session) -> Tried<()> {
    offered(s)?;
    revoked(s, &keys::random(), "nonsense").await
}

async fn of_another(s: &Session) -> Tried<()> {
    offered(s)?;
    let tokens = s.one.tokens().await?;
    let call = s.one.resource(&tokens);
    let served = call.url().is_ok();
    s.two.revoke(&tokens.access_token).send().await?;
    if served {
        call.served().await.map_err(|stop| stop.against(&rfc7009::REVOKED_BY_OWNER))?;
    }
    Ok(())
}

async fn unauthenticated(s: &Session) -> Tried<()> {
    offered(s)?;
    let answer = s.one.revoke(&keys::random()).unauthenticated().set("client_id", s.one.id()).attempt().await?;
    s.refused_or_hung_up(answer, s.variant().certificates(), &wire::INVALID_CLIENT)
}
