//! Token introspection.

use serde_json::{Value, json};

use super::{Scenario, always, run, unbound};
use crate::client::Tokens;
use crate::finding::{Finding, Tried, skip};
use crate::http::Reply;
use crate::keys;
use crate::session::{Session, wire};
use fapi::requirement::{Requirement, rfc6749, rfc7662, rfc8705, rfc9449};

pub(super) static SCENARIOS: &[Scenario] = &[
    Scenario::positive("introspect-live-token", "Introspection of an active token returns its sender constraint.", run!(live))
        .requires(&[
            &rfc7662::ANSWER_SHAPE,
            &rfc9449::JKT_IN_INTROSPECTION,
            &rfc8705::THUMBPRINT_IN_INTROSPECTION,
            &rfc7662::HINT_IS_A_HINT,
        ])
        .when(always)
        .asserts(&[
            "200 with active true, and cnf.jkt or cnf.x5t#S256 of the client's key or certificate",
            "a wrong token_type_hint changes nothing; no DPoP proof is required",
            "skipped if the server tells the client nothing about its token",
        ]),
    Scenario::negative("introspect-unknown-token", "Introspection of an unknown token returns only active false.", run!(unknown))
        .requires(&[&rfc7662::INACTIVE_ANSWER, &rfc7662::NOTHING_OF_INACTIVE])
        .when(always)
        .asserts(&["200 with active false and nothing else"]),
    Scenario::negative(
        "introspect-unauthenticated",
        "An introspection request without client authentication is refused.",
        run!(unauthenticated),
    )
    .requires(&[&rfc7662::CALLER_AUTHORIZED, &rfc6749::CLIENT_AUTHENTICATES, &rfc8705::CERTIFICATE_OF_CLIENT])
    .when(always)
    .asserts(&["without client authentication: 401 or 400 with invalid_client or invalid_request (a TLS failure with mTLS)"]),
];

fn demand(reply: &Reply, rule: &'static Requirement, holds: bool, expected: &str) -> Tried<()> {
    if holds { Ok(()) } else { Err(Finding::new(expected, reply.text()).shown_by(reply.number()).against(rule).into()) }
}

/// Introspects an access token of the client. Skips the scenario unless the server calls it active: it need not introspect access
/// tokens, and a caller who is not among those that the token is meant for is told that it is not active.
pub(super) async fn active(s: &Session, tokens: &Tokens) -> Tried<Reply> {
    let reply = s.one.introspect(&tokens.access_token).send().await?;
    let why = match (reply.status(), reply.json().unwrap_or_default().get("active")) {
        (200, Some(Value::Bool(false))) => "the server tells the client that its token is not active",
        (200, _) => return Ok(reply),
        _ if reply.member("error").as_deref() == Some("unsupported_token_type") => "the server does not introspect access tokens",
        _ if reply.member("error").as_deref() == Some("invalid_dpop_proof") => return Ok(reply),
        (400..=499, _) => "the server does not let the client introspect",
        _ => return Ok(reply),
    };
    s.skip(why)
}

fn offered(s: &Session) -> Tried<()> {
    if s.one.has_endpoint("introspection_endpoint") { Ok(()) } else { skip("the server has no introspection endpoint") }
}

async fn live(s: &Session) -> Tried<()> {
    offered(s)?;
    let tokens = s.one.tokens().await?;
    let reply = active(s, &tokens).await?;
    if reply.json().is_some_and(|json| json.get("cnf").is_none()) {
        unbound::skipped(s, &s.one, &tokens).await?;
    }
    bound(s, &reply, &rfc7662::ANSWER_SHAPE)?;
    for hint in ["access_token", "refresh_token", "nonsense"] {
        let reply = s.one.introspect(&tokens.access_token).set("token_type_hint", hint).send().await?;
        bound(s, &reply, &rfc7662::HINT_IS_A_HINT)?;
    }
    Ok(())
}

/// Demands that a token is active, by this rule, and that the answer names the key or certificate that it is bound to.
fn bound(s: &Session, reply: &Reply, rule: &'static Requirement) -> Tried<()> {
    let json = reply.json().unwrap_or_default();
    let active = reply.status() == 200 && json.get("active") == Some(&Value::Bool(true));
    demand(reply, rule, active, "200 with active: true")?;
    let named = |member: &str| json.get("cnf").and_then(|cnf| cnf.get(member)).and_then(Value::as_str).map(str::to_owned);
    if s.variant().dpop() {
        let fits = named("jkt") == Some(s.one.dpop_key().thumbprint());
        let rule = &rfc9449::JKT_IN_INTROSPECTION;
        return demand(reply, rule, fits, "cnf.jkt with the thumbprint of the client's DPoP key");
    }
    let own = s.one.settings().identity.as_ref().map(|identity| identity.thumbprint());
    let rule = &rfc8705::THUMBPRINT_IN_INTROSPECTION;
    demand(reply, rule, named("x5t#S256") == own, "cnf.x5t#S256 with the thumbprint of the client's certificate")
}

async fn unknown(s: &Session) -> Tried<()> {
    offered(s)?;
    s.looks();
    active(s, &s.one.tokens().await?).await?;
    let known = s.one.introspect(&s.one.tokens().await?.access_token).send().await?;
    if known.status() != 200 {
        return s.skip("the server does not let the client introspect");
    }
    let reply = s.one.introspect(&keys::random()).send().await?;
    let json = reply.json().unwrap_or_default();
    let said = reply.status() == 200 && json.get("active") == Some(&Value::Bool(false));
    demand(&reply, &rfc7662::INACTIVE_ANSWER, said, "200 with active: false")?;
    demand(&reply, &rfc7662::NOTHING_OF_INACTIVE, json == json!({ "active": false }), "no member other than active: false")
}

async fn unauthenticated(s: &Session) -> Tried<()> {
    offered(s)?;
    let token = s.one.tokens().await?.access_token;
    if s.one.introspect(&token).send().await?.status() != 200 {
        return s.skip("the server does not let the client introspect");
    }
    let answer = s.one.introspect(&token).unauthenticated().set("client_id", s.one.id()).attempt().await?;
    s.refused_or_hung_up(answer, s.variant().certificates(), &wire::INVALID_CLIENT)
}
