//! Introspection responses that are JWTs (RFC 9701), for callers that ask for them.

use serde_json::{Map, Value, json};

use super::{Scenario, run};
use crate::client::Client;
use crate::client::jwt_replies::INTROSPECTION_JWT;
use crate::finding::{Finding, Tried, skip};
use crate::http::Reply;
use crate::keys;
use crate::session::Session;
use crate::target::OrdinaryKind;
use crate::variant::Variant;
use fapi::requirement::{Requirement, fapi2_ms, rfc9701};

pub(super) static SCENARIOS: &[Scenario] = &[
    Scenario::positive("introspection-jwt", "An introspection response is a signed JWT for a caller that asks for one.", run!(live))
        .requires(&[
            &fapi2_ms::INTROSPECTION_SIGNED,
            &rfc9701::RESPONSE_TYPED,
            &rfc9701::RESPONSE_ISS,
            &rfc9701::RESPONSE_AUD,
            &rfc9701::RESPONSE_IAT,
            &rfc9701::TOKEN_INTROSPECTION,
            &rfc9701::NO_SUB_AND_EXP,
        ])
        .when(messages_are_signed)
        .asserts(&[
            "for both clients, with Accept: application/token-introspection+jwt: a JWT of that type, signed with a key of the jwks_uri",
            "iss is the issuer, aud the caller, iat now; neither sub nor exp",
            "token_introspection has the members that the JSON response has; skipped without introspection_signing_alg_values_supported",
        ]),
    Scenario::positive("introspection-jwt-inactive", "A JWT about an unknown token says only that it is not active.", run!(inactive))
        .requires(&[&rfc9701::INACTIVE_ALONE])
        .when(messages_are_signed)
        .asserts(&["token_introspection is {\"active\":false}; the same skips"]),
    Scenario::negative(
        "introspection-jwt-unauthenticated",
        "A caller that does not authenticate gets no JWT about a token.",
        run!(unauthenticated),
    )
    .requires(&[&rfc9701::UNAUTHENTICATED_STATUS])
    .when(messages_are_signed)
    .asserts(&["neither assertion nor certificate: status 400 (401: a warning); the same skips"]),
    Scenario::negative("introspection-jwt-as-token", "An introspection response is no access token.", run!(as_token))
        .requires(&[&rfc9701::NO_ACCESS_TOKEN])
        .when(messages_are_signed)
        .asserts(&["control: the resource serves the access token; it answers 401 to the JWT about it; the same skips"]),
];

fn messages_are_signed(variant: &Variant) -> bool {
    variant.front_channel() && variant.sender_constraint().is_some() && (variant.signed_requests() || variant.signed_responses())
}

/// Skips if the server does not offer it.
fn offered(client: &Client) -> Tried<()> {
    let listed = client.metadata().list("introspection_signing_alg_values_supported");
    if listed.is_empty() || !client.has_endpoint("introspection_endpoint") {
        return skip("the metadata has no introspection_endpoint, or no introspection_signing_alg_values_supported");
    }
    Ok(())
}

/// The JWT about a token, as the server sends it, and what it says.
async fn told(client: &Client, token: &str) -> Tried<(Reply, Map<String, Value>)> {
    let reply = client.introspect_signed(token).send().await?;
    let wrong = |expected: &str, got: String, rule: &'static Requirement| {
        Err(Finding::new(expected, got).shown_by(reply.number()).against(rule).into())
    };
    if !reply.grants() {
        let got = format!("status {} {}", reply.status(), reply.member("error").unwrap_or_else(|| reply.lack()));
        return wrong("status 200 with a JWT about the token", got, &fapi2_ms::INTROSPECTION_SIGNED);
    }
    if reply.media_type().as_deref() != Some(INTROSPECTION_JWT) {
        let got = reply.header("content-type").unwrap_or("none").to_owned();
        return wrong(&format!("content type {INTROSPECTION_JWT}"), got, &rfc9701::RESPONSE_TYPED);
    }
    let members = client.read_introspection(&reply).await?;
    Ok((reply, members))
}

async fn live(s: &Session) -> Tried<()> {
    offered(&s.one)?;
    for client in [&s.one, &s.two] {
        let token = client.tokens().await?.access_token;
        let (reply, members) = told(client, &token).await?;
        let plain = client.introspect(&token).send().await?;
        let Some(Value::Object(expected)) = plain.json().filter(|_| plain.grants()) else {
            // A client may have registered that its responses are encrypted: then there is nothing to compare with.
            continue;
        };
        let differs = |name: &&String| members.get(*name) != expected.get(*name);
        if let Some(name) = expected.keys().chain(members.keys()).find(differs) {
            let got = members.get(name).map_or_else(|| "none".to_owned(), ToString::to_string);
            let wanted = expected.get(name).map_or_else(|| format!("no `{name}`"), |value| format!("`{name}` {value}"));
            let finding = Finding::new(format!("{wanted} in token_introspection, as in JSON"), got).shown_by(reply.number());
            return Err(finding.against(&rfc9701::TOKEN_INTROSPECTION).into());
        }
    }
    Ok(())
}

async fn inactive(s: &Session) -> Tried<()> {
    offered(&s.one)?;
    let (reply, members) = told(&s.one, &keys::random()).await?;
    if Value::Object(members.clone()) == json!({ "active": false }) {
        return Ok(());
    }
    let finding = Finding::new("token_introspection {\"active\":false}", Value::Object(members).to_string());
    Err(finding.shown_by(reply.number()).against(&rfc9701::INACTIVE_ALONE).into())
}

async fn unauthenticated(s: &Session) -> Tried<()> {
    offered(&s.one)?;
    s.rests_on(OrdinaryKind::Introspection);
    let token = s.one.tokens().await?.access_token;
    let request = s.one.introspect_signed(&token).unauthenticated().set("client_id", s.one.id());
    let reply = match request.attempt().await? {
        Ok(reply) => reply,
        Err(unanswered) => return s.hung_up(unanswered, s.variant().certificates()),
    };
    if reply.status() == 401 && !s.target.instance.strict() {
        s.warn("a caller that does not authenticate gets status 401, not 400 as RFC 9701 says");
        return Ok(());
    }
    if reply.status() != 400 {
        let finding = Finding::new("status 400", format!("status {}", reply.status())).shown_by(reply.number());
        return Err(finding.against(&rfc9701::UNAUTHENTICATED_STATUS).into());
    }
    s.upheld(Some(reply.number()))
}

async fn as_token(s: &Session) -> Tried<()> {
    offered(&s.one)?;
    let tokens = s.one.tokens().await?;
    let call = s.one.resource(&tokens);
    call.served().await?;
    let (reply, _) = told(&s.one, &tokens.access_token).await?;
    s.refused_by_resource(&call.token(reply.text().into_owned()).send().await?, &[401])
}
