//! ID tokens and the userinfo endpoint.

use serde_json::{Map, Value, json};

use super::{Scenario, module, openid, run};
use crate::client::Tokens;
use crate::finding::{Finding, Tried, fail, skip};
use crate::http::Reply;
use crate::session::Session;
use fapi::requirement::{Requirement, oidcc, rfc6750};

pub(super) static SCENARIOS: &[Scenario] = &[
    Scenario::positive(
        "claims-parameter",
        "Standard claims requested with the claims parameter are returned with the right types.",
        run!(claims_parameter),
    )
    .oidf(&[module!("test-claims-parameter-identity-claims")])
    .requires(&[&oidcc::CLAIMS_PARAMETER, &oidcc::CLAIM_TYPES, &oidcc::USERINFO_SUBJECT])
    .when(openid)
    .asserts(&[
        "skipped unless claims_parameter_supported is true and standard claims are listed",
        "the request asks for every listed standard claim and for an unknown one; a missing one is a warning",
        "userinfo answers 200 JSON with the same sub; claims have the right types, and none is null or empty",
    ]),
    Scenario::positive("userinfo", "The userinfo endpoint returns the sub of the ID token.", run!(userinfo))
        .requires(&[&oidcc::USERINFO_SERVED, &oidcc::USERINFO_SUBJECT, &oidcc::USERINFO_TYPE, &oidcc::USERINFO_NO_EMPTY])
        .when(openid)
        .asserts(&[
            "GET and POST answer 200 application/json with the sub of the ID token",
            "no claim is null or an empty string",
        ]),
    Scenario::negative("userinfo-without-token", "A userinfo request without a token is refused.", run!(without_token))
        .requires(&[&rfc6750::TOKEN_PRESENT])
        .when(openid)
        .asserts(&["401 with WWW-Authenticate"]),
    Scenario::positive("id-token-auth-time", "With max_age in the request, the ID token has auth_time.", run!(auth_time))
        .requires(&[&oidcc::AUTH_TIME])
        .when(openid)
        .asserts(&["the ID token has auth_time, which is not in the future"]),
    Scenario::positive("id-token-is-typed", "The claims of the ID token have the right types.", run!(typed))
        .requires(&[&oidcc::AUDIENCE_AND_TIMES, &oidcc::NO_EMPTY_CLAIMS])
        .when(openid)
        .asserts(&["exp and iat are numbers, exp after iat; no claim is null", "no x5u or jku in the header"]),
];

const STANDARD: &[(&str, &str)] = &[
    ("name", "a string"),
    ("given_name", "a string"),
    ("family_name", "a string"),
    ("middle_name", "a string"),
    ("nickname", "a string"),
    ("preferred_username", "a string"),
    ("profile", "a string"),
    ("picture", "a string"),
    ("website", "a string"),
    ("email", "a string"),
    ("email_verified", "a boolean"),
    ("gender", "a string"),
    ("birthdate", "a string"),
    ("zoneinfo", "a string"),
    ("locale", "a string"),
    ("phone_number", "a string"),
    ("phone_number_verified", "a boolean"),
    ("address", "an object"),
    ("updated_at", "a number"),
];

async fn claims_parameter(s: &Session) -> Tried<()> {
    let metadata = s.one.metadata();
    let supported = metadata.list("claims_supported");
    let asked: Vec<_> = STANDARD.iter().filter(|(name, _)| supported.contains(name)).collect();
    if !metadata.is_true("claims_parameter_supported") || asked.is_empty() {
        return skip("claims_parameter_supported is not true, or claims_supported lists no standard claim");
    }
    let mut wanted: Map<String, Value> = asked.iter().map(|(name, _)| ((*name).to_owned(), Value::Null)).collect();
    wanted.insert("unknown_claim".into(), Value::Null);
    let claims = json!({ "id_token": wanted, "userinfo": wanted }).to_string();
    let pushed = s.one.push().set("claims", claims).pushed().await?;
    let tokens = s.one.redeem(&s.one.authorize(&pushed).code().await?).tokens().await?;
    let from_userinfo = told(s, &tokens, &s.one.userinfo(&tokens).served().await?)?;
    for source in [tokens.id_token.as_ref(), Some(&from_userinfo)].into_iter().flatten() {
        for (name, kind) in &asked {
            match source.get(*name) {
                None => s.warn(format!("the claim `{name}` was requested but is missing")),
                value => {
                    let got = crate::client::values::kind(value);
                    if got != *kind {
                        let finding = Finding::new(format!("{kind} as the claim `{name}`"), got).against(&oidcc::CLAIM_TYPES);
                        return Err(finding.into());
                    }
                }
            }
        }
    }
    Ok(())
}

async fn userinfo(s: &Session) -> Tried<()> {
    let tokens = s.one.tokens().await?;
    for method in ["GET", "POST"] {
        let reply = s.one.userinfo(&tokens).method(method).send().await?;
        if !reply.is_success() {
            let finding =
                Finding::new(format!("200 from the userinfo endpoint to {method}"), format!("status {}", reply.status()));
            return Err(finding.shown_by(reply.number()).against(&oidcc::USERINFO_SERVED).into());
        }
        told(s, &tokens, &reply)?;
    }
    Ok(())
}

/// Checks a userinfo response and returns its claims.
fn told(s: &Session, tokens: &Tokens, reply: &Reply) -> Tried<Map<String, Value>> {
    let broken = |expected: &str, got: String, rule: &'static Requirement| -> Tried<Map<String, Value>> {
        Err(Finding::new(expected, got).shown_by(reply.number()).against(rule).into())
    };
    let media = reply.media_type().unwrap_or_default();
    let Some(Value::Object(claims)) = reply.json().filter(|_| media == "application/json") else {
        return broken("a JSON object in application/json", media, &oidcc::USERINFO_TYPE);
    };
    let subject = tokens.id_token.as_ref().and_then(|token| token.get("sub"));
    if claims.get("sub") != subject {
        return broken(
            "the sub of the ID token",
            claims.get("sub").map_or("no sub".into(), Value::to_string),
            &oidcc::USERINFO_SUBJECT,
        );
    }
    if let Some((name, _)) = claims.iter().find(|(_, value)| value.is_null() || value.as_str() == Some("")) {
        s.warn(format!("the claim `{name}` is null or empty"));
    }
    Ok(claims)
}

async fn without_token(s: &Session) -> Tried<()> {
    let tokens = s.one.tokens().await?;
    let call = s.one.userinfo(&tokens);
    call.served().await?;
    let reply = call.scheme(None).without_proof().send().await?;
    if reply.status() != 401 {
        // RFC 6750 3.1 defines 400 for a request that lacks a parameter.
        s.warn(format!("a request without a token gets status {}, not 401", reply.status()));
    }
    if reply.status() == 401 && reply.header("www-authenticate").is_none() {
        let finding = Finding::new("a WWW-Authenticate header with status 401", "none").shown_by(reply.number());
        return Err(finding.against(&rfc6750::TOKEN_PRESENT).into());
    }
    s.refused_by_resource(&reply, &[400, 401])
}

async fn auth_time(s: &Session) -> Tried<()> {
    let pushed = s.one.push().set("max_age", "3600").pushed().await?;
    let tokens = s.one.redeem(&s.one.authorize(&pushed).code().await?).tokens().await?;
    let time = tokens.id_token.as_ref().and_then(|claims| claims.get("auth_time")).and_then(Value::as_i64);
    match time {
        Some(time) if time <= s.one.now() + 10 + s.target.clock_tolerance => Ok(()),
        other => {
            let finding = Finding::new(
                "an auth_time that is not in the future",
                other.map_or("none, or not a number".into(), |time| time.to_string()),
            )
            .shown_by(tokens.reply.number());
            Err(finding.against(&oidcc::AUTH_TIME).into())
        }
    }
}

async fn typed(s: &Session) -> Tried<()> {
    let tokens = s.one.tokens().await?;
    let Some(claims) = &tokens.id_token else { return fail("an ID token", "none") };
    let number = |name: &str| claims.get(name).and_then(Value::as_i64);
    if number("exp") <= number("iat") {
        let text = |name: &str| claims.get(name).map_or("none".into(), Value::to_string);
        return fail("an exp that is later than iat", format!("exp {} and iat {}", text("exp"), text("iat")));
    }
    if let Some((name, _)) = claims.iter().find(|(_, value)| value.is_null()) {
        s.warn(format!("the claim `{name}` of the ID token is null"));
    }
    let header =
        tokens.reply.member("id_token").and_then(|text| crate::jwt::Received::parse(&text).ok()).map(|token| token.header);
    if header.is_some_and(|header| header.contains_key("x5u") || header.contains_key("jku")) {
        s.warn("the ID token's header has x5u or jku");
    }
    Ok(())
}
