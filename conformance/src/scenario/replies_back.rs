//! Responses of introspection and revocation, and the effects of revocation.

use serde_json::Value;

use super::facts::Facts;
use super::refresh::refreshable;
use super::replies::{demand, object, shown};
use super::revocation::{LATE, said};
use super::{Scenario, always, front_channel, introspection, run};
use crate::finding::{Skipped, Tried, skip};
use crate::http::Reply;
use crate::jwt::Received;
use crate::session::{REVOCATION_DELAY, Session};
use crate::target::OrdinaryKind;
use fapi::requirement::{rfc6749, rfc7009, rfc7662, rfc9449};

pub(super) static SCENARIOS: &[Scenario] = &[
    Scenario::positive(
        "introspection-reply",
        "The introspection response for an active token has well-typed members.",
        run!(live),
    )
    .requires(&[
        &rfc7662::ANSWER_SHAPE,
        &rfc7662::ACTIVE_ANSWER,
        &rfc9449::JKT_IN_INTROSPECTION,
        &rfc9449::INTROSPECTION_NEEDS_NO_PROOF,
    ])
    .when(always)
    .asserts(&[
        "without a DPoP proof: 200 application/json with active true",
        "if present, exp, iat and nbf are integers, and scope, client_id, sub, iss, jti, token_type and username strings",
        "skipped if the server tells the client nothing about its token",
        "client_id is the client, iss the issuer, others equal the claims of a JWT access token; token_type is that of the token",
    ]),
    Scenario::negative("introspect-revoked-token", "A revoked token is not active.", run!(revoked))
        .requires(&[&rfc7662::TOKEN_CHECKED, &rfc7662::INACTIVE_ANSWER, &rfc7662::NOTHING_OF_INACTIVE])
        .when(always)
        .rarely(REVOCATION_DELAY)
        .asserts(&["a revoked access token: 200 with active false and nothing else", LATE]),
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
        .rarely(2 * REVOCATION_DELAY)
        .asserts(&[
            "a refresh token, with the hint refresh_token or access_token: 200, and a refresh is refused afterwards",
            "an access token with the hint refresh_token: 200, if one without a hint gets 200",
            LATE,
        ]),
    Scenario::negative("revocation-cascades", "Revoking a refresh token revokes its access tokens.", run!(cascades))
        .requires(&[&rfc7009::REVOCATION_CASCADES])
        .when(front_channel)
        .rarely(REVOCATION_DELAY)
        .asserts(&["after the refresh token is revoked, the resource answers 4xx (otherwise a warning)", LATE]),
    Scenario::negative("code-replay-revokes", "Redeeming a code twice revokes the tokens issued for it.", run!(replayed))
        .requires(&[&rfc6749::CODE_REPLAY_REVOKES])
        .when(front_channel)
        .asserts(&[
            "after the second redemption the resource refuses the access token of the first (otherwise a warning)",
            "its refresh token, which worked before, is refused as well (otherwise a warning)",
        ]),
];

fn offered(s: &Session, endpoint: &str) -> Tried<()> {
    if s.one.has_endpoint(endpoint) { Ok(()) } else { skip(format!("the server has no {endpoint}")) }
}

async fn live(s: &Session) -> Tried<()> {
    offered(s, "introspection_endpoint")?;
    let tokens = s.one.tokens().await?;
    // It has no DPoP proof.
    let reply = introspection::active(s, &tokens).await?;
    demand(&reply, &rfc9449::INTROSPECTION_NEEDS_NO_PROOF, reply.status() == 200, "an answer without a DPoP proof", || {
        format!("status {}, error {}", reply.status(), reply.member("error").unwrap_or_else(|| "none".into()))
    })?;
    let rule = &rfc7662::ANSWER_SHAPE;
    let json = object(&reply, rule)?;
    let mut facts = Facts::default();
    facts.demand(&reply, rule, json.get("active") == Some(&Value::Bool(true)), "active: true", || shown(&json, "active"));
    for name in ["exp", "iat", "nbf"] {
        let fits = json.get(name).is_none_or(|value| value.as_i64().is_some());
        facts.demand(&reply, rule, fits, &format!("no {name}, or an integer"), || shown(&json, name));
    }
    for name in ["scope", "client_id", "sub", "iss", "jti", "token_type", "username"] {
        let fits = json.get(name).is_none_or(Value::is_string);
        facts.demand(&reply, rule, fits, &format!("no {name}, or a string"), || shown(&json, name));
    }
    let own = json.get("client_id").is_none_or(|id| id == s.one.id());
    facts.demand(&reply, rule, own, &format!("no client_id, or client_id {}", s.one.id()), || shown(&json, "client_id"));
    let issuer = &s.target.issuer;
    let own = json.get("iss").is_none_or(|iss| iss == issuer);
    facts.demand(&reply, rule, own, &format!("no iss, or iss {issuer}"), || shown(&json, "iss"));
    if let Ok(token) = Received::parse(&tokens.access_token) {
        for name in ["sub", "aud", "jti", "exp", "iat"] {
            let (Some(told), Some(own)) = (json.get(name), token.claims.get(name)) else { continue };
            let expected = format!("{name} {own}, as in the access token");
            facts.demand(&reply, rule, alike(told, own), &expected, || shown(&json, name));
        }
    }
    let called = json.get("token_type").and_then(Value::as_str).unwrap_or("DPoP");
    let fits = !s.variant().dpop() || called.eq_ignore_ascii_case("DPoP");
    let expected = "no token_type, or token_type DPoP";
    facts.demand(&reply, &rfc9449::JKT_IN_INTROSPECTION, fits, expected, || called.to_owned());
    facts.told(s)
}

/// Returns true if two values are the same, or if one is a string and the other an array of it alone, as for `aud`; an answer may
/// also leave out audiences that do not concern the caller.
fn alike(told: &Value, own: &Value) -> bool {
    fn values(value: &Value) -> Vec<&Value> {
        value.as_array().map_or_else(|| vec![value], |values| values.iter().collect())
    }
    values(told).iter().all(|told| values(own).contains(told))
}

fn is_active(reply: &Reply) -> bool {
    reply.json().is_some_and(|json| json.get("active") == Some(&Value::Bool(true)))
}

fn inactive(s: &Session, reply: &Reply) -> Tried<()> {
    let json = reply.json().unwrap_or_default();
    let got = || format!("status {} {json}", reply.status());
    demand(reply, &rfc7662::TOKEN_CHECKED, !is_active(reply), "active: false", got)?;
    let said = reply.status() == 200 && json.get("active") == Some(&Value::Bool(false));
    demand(reply, &rfc7662::INACTIVE_ANSWER, said, "200 with active: false", got)?;
    let mut facts = Facts::default();
    let alone = json.as_object().is_none_or(|members| members.len() == 1);
    facts.demand(reply, &rfc7662::NOTHING_OF_INACTIVE, alone, "no member other than active: false", got);
    facts.told(s)
}

async fn revoked(s: &Session) -> Tried<()> {
    s.looks();
    offered(s, "introspection_endpoint")?;
    offered(s, "revocation_endpoint")?;
    let tokens = s.one.tokens().await?;
    introspection::active(s, &tokens).await?;
    let reply = s.one.revoke(&tokens.access_token).send().await?;
    ended(&reply)?;
    let request = s.one.introspect(&tokens.access_token);
    inactive(s, &s.revoked(is_active, || Box::pin(request.send())).await?)
}

/// Skips the scenario, which is about the time after a revocation, if the server did not revoke the token.
fn ended(reply: &Reply) -> Tried<()> {
    if reply.status() == 200 {
        return Ok(());
    }
    Err(Skipped::new(format!("the server did not revoke the token: {}", said(reply))).shown_by(reply.number()).into())
}

async fn expired(s: &Session) -> Tried<()> {
    s.looks();
    offered(s, "introspection_endpoint")?;
    let tokens = s.one.tokens().await?;
    let Some(lifetime) = tokens.expires_in.filter(|seconds| *seconds <= 600) else {
        return s.skip(match tokens.expires_in {
            Some(seconds) => format!("the access token expires only after {seconds} s"),
            None => "the token response has no expires_in".to_owned(),
        });
    };
    introspection::active(s, &tokens).await?;
    s.pass(lifetime + 3).await;
    inactive(s, &s.one.introspect(&tokens.access_token).send().await?)
}

async fn wrong_hint(s: &Session) -> Tried<()> {
    s.rests_on(OrdinaryKind::Refresh);
    offered(s, "revocation_endpoint")?;
    let (tokens, _) = refreshable(s, &s.one).await?;
    let mut facts = Facts::default();
    let reply = s.one.revoke(&tokens.access_token).set("token_type_hint", "refresh_token").send().await?;
    // A server need not revoke access tokens.
    if reply.status() != 200 && reply.member("error").as_deref() != Some("unsupported_token_type") {
        let control = s.one.revoke(&s.one.tokens().await?.access_token).send().await?;
        let fits = control.status() != 200;
        let expected = "200 to an access token with the hint refresh_token, as to one without a hint";
        facts.demand(&reply, &rfc7009::HINT_IS_A_HINT, fits, expected, || said(&reply));
    }
    for (hint, rule) in [("refresh_token", &rfc7009::REFRESH_TOKENS_REVOCABLE), ("access_token", &rfc7009::HINT_IS_A_HINT)] {
        let Some(token) = s.one.tokens().await?.refresh_token else { return s.skip("the server issues no refresh token") };
        let reply = s.one.revoke(&token).set("token_type_hint", hint).send().await?;
        let supported = reply.member("error").as_deref() != Some("unsupported_token_type");
        let rule = if supported { rule } else { &rfc7009::TOKEN_TYPE_REVOCABLE };
        let expected = format!("200 to a refresh token with the hint {hint}");
        if facts.demand(&reply, rule, reply.status() == 200, &expected, || said(&reply)) {
            let request = s.one.refresh(&token);
            let reply = s.revoked(Reply::grants, || Box::pin(request.send())).await?;
            facts.demand(&reply, rule, !reply.grants(), "a refusal of the revoked refresh token", || "tokens".into());
        } else {
            // Without the right hint, it is the same refusal.
            break;
        }
    }
    facts.told(s)
}

async fn cascades(s: &Session) -> Tried<()> {
    s.looks();
    offered(s, "revocation_endpoint")?;
    let (tokens, token) = refreshable(s, &s.one).await?;
    let call = s.one.resource(&tokens);
    call.served().await?;
    let reply = s.one.revoke(&token).send().await?;
    ended(&reply)?;
    let reply = s.revoked(Reply::grants, || Box::pin(call.send())).await?;
    let mut facts = Facts::default();
    let expected = "a refusal of the access token of a revoked refresh token";
    facts.demand(&reply, &rfc7009::REVOCATION_CASCADES, !reply.grants(), expected, || "success".into());
    facts.told(s)
}

async fn replayed(s: &Session) -> Tried<()> {
    s.looks();
    let code = s.one.code().await?;
    let tokens = s.one.redeem(&code).tokens().await?;
    let call = s.one.resource(&tokens);
    let callable = call.url().is_ok();
    if !callable && tokens.refresh_token.is_none() {
        return skip("there is neither a resource nor a refresh token that shows the effect");
    }
    if callable {
        call.served().await?;
    }
    let (mut refresh_token, mut call) = (tokens.refresh_token.clone(), call);
    if let Some(token) = &tokens.refresh_token {
        let newest = s.one.refresh(token).tokens().await?;
        // A server may let this access token replace the first one.
        if callable && !call.send().await?.grants() {
            call = s.one.resource(&newest);
            call.served().await?;
        }
        refresh_token = newest.refresh_token.or(refresh_token);
    }
    if s.one.redeem(&code).send().await?.grants() {
        return s.skip("the server redeems a code twice, which code-again is about");
    }
    let (rule, mut facts) = (&rfc6749::CODE_REPLAY_REVOKES, Facts::default());
    if callable {
        let reply = call.send().await?;
        let expected = "a refusal of an access token whose code was redeemed a second time";
        facts.demand(&reply, rule, !reply.grants(), expected, || "success".into());
    }
    if let Some(token) = refresh_token {
        let reply = s.one.refresh(&token).send().await?;
        let expected = "a refusal of a refresh token whose code was redeemed a second time";
        facts.demand(&reply, rule, !reply.grants(), expected, || "success".into());
    }
    facts.told(s)
}
