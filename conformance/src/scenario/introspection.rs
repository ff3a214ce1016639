//! Token introspection.

use serde_json::{Value, json};

use super::{Scenario, always, run};
use crate::finding::{Finding, Tried, skip};
use crate::http::Reply;
use crate::keys;
use crate::session::{Session, wire};
use crate::target::OrdinaryKind;
use fapi::requirement::{Requirement, rfc6749, rfc7662, rfc8705, rfc9449};

pub(super) static SCENARIOS: &[Scenario] = &[
    Scenario::positive("introspect-live-token", "Introspection of an active token returns its sender constraint.", run!(live))
        .requires(&[
            &rfc7662::ACTIVE_ANSWER,
            &rfc9449::JKT_IN_INTROSPECTION,
            &rfc8705::THUMBPRINT_IN_INTROSPECTION,
            &rfc7662::HINT_IS_A_HINT,
        ])
        .when(always)
        .asserts(&[
            "200 with active true, and cnf.jkt or cnf.x5t#S256 of the client's key or certificate",
            "a wrong token_type_hint changes nothing; no DPoP proof is required",
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

fn offered(s: &Session) -> Tried<()> {
    if s.one.has_endpoint("introspection_endpoint") { Ok(()) } else { skip("the server has no introspection endpoint") }
}

async fn live(s: &Session) -> Tried<()> {
    offered(s)?;
    let tokens = s.one.tokens().await?;
    for hint in [None, Some("access_token"), Some("refresh_token"), Some("nonsense")] {
        let mut request = s.one.introspect(&tokens.access_token);
        if let Some(hint) = hint {
            request = request.set("token_type_hint", hint);
        }
        let reply = request.send().await?;
        let json = reply.json().unwrap_or_default();
        if reply.member("error").as_deref() == Some("unsupported_token_type") {
            return skip("the server does not introspect access tokens");
        }
        demand(
            &reply,
            &rfc7662::ACTIVE_ANSWER,
            reply.status() == 200 && json.get("active") == Some(&Value::Bool(true)),
            "200 with active: true",
        )?;
        let bound = |member: &str| json.get("cnf").and_then(|cnf| cnf.get(member)).and_then(Value::as_str).map(str::to_owned);
        if s.variant().dpop() {
            let jkt = s.one.dpop_key().thumbprint();
            demand(
                &reply,
                &rfc9449::JKT_IN_INTROSPECTION,
                bound("jkt") == Some(jkt),
                "cnf.jkt with the thumbprint of the client's DPoP key",
            )?;
        } else {
            let own = s.one.settings().identity.as_ref().map(|identity| identity.thumbprint());
            demand(
                &reply,
                &rfc8705::THUMBPRINT_IN_INTROSPECTION,
                bound("x5t#S256") == own,
                "cnf.x5t#S256 with the thumbprint of the client's certificate",
            )?;
        }
    }
    Ok(())
}

async fn unknown(s: &Session) -> Tried<()> {
    offered(s)?;
    s.rests_on(OrdinaryKind::ActiveToken);
    let reply = s.one.introspect(&keys::random()).send().await?;
    let json = reply.json().unwrap_or_default();
    demand(
        &reply,
        &rfc7662::INACTIVE_ANSWER,
        reply.status() == 200 && json.get("active") == Some(&Value::Bool(false)),
        "200 with active: false",
    )?;
    demand(&reply, &rfc7662::NOTHING_OF_INACTIVE, json == json!({ "active": false }), "no member other than active: false")
}

async fn unauthenticated(s: &Session) -> Tried<()> {
    offered(s)?;
    let answer = s.one.introspect(&keys::random()).unauthenticated().set("client_id", s.one.id()).attempt().await?;
    s.refused_or_hung_up(answer, s.variant().certificates(), &wire::INVALID_CLIENT)
}
