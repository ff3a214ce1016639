//! Responses of introspection and revocation, and the effects of revocation.

use serde_json::Value;

use super::replies::{demand, object, shown};
use super::{Scenario, always, front_channel, run};
use crate::finding::{Tried, skip};
use crate::http::Reply;
use crate::jwt::Received;
use crate::session::Session;
use crate::target::OrdinaryKind;
use fapi::requirement::{rfc6749, rfc7009, rfc7662, rfc9449};

pub(super) static SCENARIOS: &[Scenario] = &[
    Scenario::positive(
        "introspection-reply",
        "The introspection response for an active token has well-typed members.",
        run!(live),
    )
    .requires(&[&rfc7662::ACTIVE_ANSWER, &rfc9449::JKT_IN_INTROSPECTION, &rfc9449::INTROSPECTION_NEEDS_NO_PROOF])
    .when(always)
    .asserts(&[
        "without a DPoP proof: 200 application/json with active true",
        "if present, exp, iat and nbf are integers, and scope, client_id, sub, iss, jti, token_type and username strings",
        "client_id is the client, iss the issuer, others equal the claims of a JWT access token; token_type is that of the token",
    ]),
    Scenario::negative("introspect-revoked-token", "A revoked token is not active.", run!(revoked))
        .requires(&[&rfc7662::TOKEN_CHECKED, &rfc7662::INACTIVE_ANSWER, &rfc7662::NOTHING_OF_INACTIVE])
        .when(always)
        .asserts(&["a revoked access token: 200 with active false and nothing else"]),
    Scenario::negative("introspect-expired-token", "An expired token is not active.", run!(expired))
        .requires(&[&rfc7662::TOKEN_CHECKED, &rfc7662::INACTIVE_ANSWER, &rfc7662::NOTHING_OF_INACTIVE])
        .when(always)
        .seconds(605)
        .asserts(&["after expires_in: 200 with active false and nothing else; skipped if it is more than ten minutes"]),
    Scenario::negative("revoke-with-wrong-hint", "A token is revoked even with a wrong token_type_hint.", run!(wrong_hint))
        .requires(&[
            &rfc7009::HINT_IS_A_HINT,
            &rfc7009::REFRESH_TOKENS_REVOCABLE,
            &rfc7009::TOKEN_TYPE_REVOCABLE,
            &rfc7009::UNKNOWN_IS_REVOKED,
        ])
        .when(front_channel)
        .asserts(&[
            "a refresh token, with the hint refresh_token or access_token: 200, and a refresh is refused afterwards",
            "an access token with the hint refresh_token: 200",
        ]),
    Scenario::negative("revocation-cascades", "Revoking a refresh token revokes its access tokens.", run!(cascades))
        .requires(&[&rfc7009::REVOCATION_CASCADES])
        .when(front_channel)
        .asserts(&["after the refresh token is revoked, the resource answers 4xx (otherwise a warning)"]),
    Scenario::negative("code-replay-revokes", "Redeeming a code twice revokes the tokens issued for it.", run!(replayed))
        .requires(&[&rfc6749::CODE_REPLAY_REVOKES])
        .when(front_channel)
        .asserts(&[
            "after the second redemption the resource answers 4xx to the access token of the first (otherwise a warning)",
        ]),
];

fn offered(s: &Session, endpoint: &str) -> Tried<()> {
    if s.one.has_endpoint(endpoint) { Ok(()) } else { skip(format!("the server has no {endpoint}")) }
}

async fn live(s: &Session) -> Tried<()> {
    offered(s, "introspection_endpoint")?;
    let tokens = s.one.tokens().await?;
    let request = s.one.introspect(&tokens.access_token).without_proof();
    let reply = request.send().await?;
    if reply.member("error").as_deref() == Some("unsupported_token_type") {
        return skip("the server does not introspect access tokens");
    }
    let served = reply.status() == 200;
    demand(
        &reply,
        &rfc9449::INTROSPECTION_NEEDS_NO_PROOF,
        served,
        "status 200 to an introspection request without a DPoP proof",
        || format!("status {}", reply.status()),
    )?;
    let rule = &rfc7662::ACTIVE_ANSWER;
    let json = object(&reply, rule)?;
    demand(&reply, rule, json.get("active") == Some(&Value::Bool(true)), "active: true", || shown(&json, "active"))?;
    for name in ["exp", "iat", "nbf"] {
        let fits = json.get(name).is_none_or(|value| value.as_i64().is_some());
        demand(&reply, rule, fits, &format!("no {name}, or an integer"), || shown(&json, name))?;
    }
    for name in ["scope", "client_id", "sub", "iss", "jti", "token_type", "username"] {
        let fits = json.get(name).is_none_or(Value::is_string);
        demand(&reply, rule, fits, &format!("no {name}, or a string"), || shown(&json, name))?;
    }
    let own = json.get("client_id").is_none_or(|id| id == s.one.id());
    demand(&reply, rule, own, &format!("client_id {}", s.one.id()), || shown(&json, "client_id"))?;
    let issuer = &s.target.issuer;
    let own = json.get("iss").is_none_or(|iss| iss == issuer);
    demand(&reply, rule, own, &format!("no iss, or iss {issuer}"), || shown(&json, "iss"))?;
    if let Ok(token) = Received::parse(&tokens.access_token) {
        for name in ["sub", "aud", "jti", "exp", "iat"] {
            let (told, own) = (json.get(name), token.claims.get(name));
            let agree = told.is_none() || own.is_none() || told == own;
            demand(&reply, rule, agree, &format!("{name} {}, as in the access token", own.unwrap_or(&Value::Null)), || {
                shown(&json, name)
            })?;
        }
    }
    let called = json.get("token_type").and_then(Value::as_str).unwrap_or("DPoP");
    let fits = !s.variant().dpop() || called.eq_ignore_ascii_case("DPoP");
    demand(&reply, &rfc9449::JKT_IN_INTROSPECTION, fits, "no token_type, or token_type DPoP", || called.to_owned())
}

async fn inactive(s: &Session, token: &str) -> Tried<()> {
    let reply = s.one.introspect(token).send().await?;
    let json = reply.json().unwrap_or_default();
    let got = || format!("status {} {json}", reply.status());
    let active = json.get("active") == Some(&Value::Bool(true));
    demand(&reply, &rfc7662::TOKEN_CHECKED, !active, "active: false", got)?;
    let said = reply.status() == 200 && json.get("active") == Some(&Value::Bool(false));
    demand(&reply, &rfc7662::INACTIVE_ANSWER, said, "200 with active: false", got)?;
    if json.as_object().is_some_and(|members| members.len() > 1) {
        s.warn("the introspection response for an inactive token has members other than active");
    }
    Ok(())
}

/// The control of scenarios about tokens that are no longer active.
async fn active(s: &Session, token: &str) -> Tried<()> {
    let reply = s.one.introspect(token).send().await?;
    let active = reply.json().is_some_and(|json| json.get("active") == Some(&Value::Bool(true)));
    if active { Ok(()) } else { skip("the server does not introspect access tokens") }
}

async fn revoked(s: &Session) -> Tried<()> {
    s.rests_on(OrdinaryKind::ActiveToken);
    offered(s, "introspection_endpoint")?;
    offered(s, "revocation_endpoint")?;
    let tokens = s.one.tokens().await?;
    active(s, &tokens.access_token).await?;
    s.one.revoke(&tokens.access_token).send().await?;
    inactive(s, &tokens.access_token).await
}

async fn expired(s: &Session) -> Tried<()> {
    s.rests_on(OrdinaryKind::ActiveToken);
    offered(s, "introspection_endpoint")?;
    let tokens = s.one.tokens().await?;
    let Some(lifetime) = tokens.expires_in.filter(|seconds| *seconds <= 600) else {
        return skip(match tokens.expires_in {
            Some(seconds) => format!("the access token expires only after {seconds} s"),
            None => "the token response has no expires_in".to_owned(),
        });
    };
    active(s, &tokens.access_token).await?;
    s.pass(lifetime + 3).await;
    inactive(s, &tokens.access_token).await
}

fn taken(reply: &Reply, rule: &'static fapi::requirement::Requirement) -> Tried<()> {
    demand(reply, rule, reply.status() == 200, "200 from the revocation endpoint", || format!("status {}", reply.status()))
}

async fn wrong_hint(s: &Session) -> Tried<()> {
    offered(s, "revocation_endpoint")?;
    for (hint, rule) in [("refresh_token", &rfc7009::REFRESH_TOKENS_REVOCABLE), ("access_token", &rfc7009::HINT_IS_A_HINT)] {
        let tokens = s.one.tokens().await?;
        let reply = s.one.revoke(&tokens.access_token).set("token_type_hint", "refresh_token").send().await?;
        taken(&reply, &rfc7009::HINT_IS_A_HINT)?;
        let Some(token) = s.one.tokens().await?.refresh_token else { return skip("the server issues no refresh token") };
        let reply = s.one.revoke(&token).set("token_type_hint", hint).send().await?;
        let supported = reply.member("error").as_deref() != Some("unsupported_token_type");
        demand(&reply, &rfc7009::TOKEN_TYPE_REVOCABLE, supported, "revocation of refresh tokens", || {
            "unsupported_token_type".into()
        })?;
        taken(&reply, rule)?;
        let reply = s.one.refresh(&token).send().await?;
        demand(&reply, rule, !reply.is_success(), "a refusal of the revoked refresh token", || "tokens".into())?;
    }
    Ok(())
}

async fn cascades(s: &Session) -> Tried<()> {
    offered(s, "revocation_endpoint")?;
    let tokens = s.one.tokens().await?;
    let Some(token) = &tokens.refresh_token else { return skip("the server issues no refresh token") };
    let call = s.one.resource(&tokens);
    call.served().await?;
    s.one.revoke(token).send().await?;
    if call.send().await?.is_success() {
        s.warn("an access token is still accepted after its refresh token was revoked");
    }
    Ok(())
}

async fn replayed(s: &Session) -> Tried<()> {
    let code = s.one.code().await?;
    let tokens = s.one.redeem(&code).tokens().await?;
    let call = s.one.resource(&tokens);
    call.served().await?;
    s.one.redeem(&code).send().await?;
    if call.send().await?.is_success() {
        s.warn("an access token is still accepted after its code was redeemed a second time");
    }
    Ok(())
}
