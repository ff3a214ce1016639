//! ID tokens and the userinfo endpoint.

use serde_json::{Map, Value, json};

use super::{Scenario, module, openid, run};
use crate::client::Tokens;
use crate::finding::{Finding, Tried, skip};
use crate::http::Reply;
use crate::jwt::Received;
use crate::keys;
use crate::session::Session;
use fapi::requirement::{Requirement, fapi2_sp, oidcc, rfc6750};

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
        "the request asks for every listed standard claim in each form that OpenID Connect has, for an unknown claim, and for one \
         in an unknown place; a missing one is a warning",
        "userinfo, if there is one, answers 200 JSON with the same sub; standard claims have the right types there and in the ID token",
        "_claim_sources and _claim_names refer to each other; a claim that is null or empty is a warning",
        "skipped if userinfo is not application/json: the client's registration may ask for a JWT",
    ]),
    Scenario::positive("userinfo", "The userinfo endpoint returns the sub of the ID token.", run!(userinfo))
        .requires(&[&oidcc::USERINFO_SERVED, &oidcc::USERINFO_SUBJECT, &oidcc::USERINFO_TYPE, &oidcc::USERINFO_NO_EMPTY])
        .when(openid)
        .asserts(&[
            "GET and POST answer 200 application/json with the sub of the ID token, or a JWT (skipped), but not an unsigned one",
            "no claim is null or an empty string",
        ]),
    Scenario::negative("userinfo-without-token", "A userinfo request without a token is refused.", run!(without_token))
        .requires(&[&rfc6750::TOKEN_PRESENT])
        .when(openid)
        .asserts(&["401 (400: a warning) with WWW-Authenticate"]),
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
    let mut wanted: Map<String, Value> = asked.iter().zip(forms()).map(|((name, _), form)| ((*name).to_owned(), form)).collect();
    wanted.insert(keys::random(), Value::Null);
    let elsewhere = json!({ keys::random(): null });
    let claims = json!({ "id_token": wanted, "userinfo": wanted, keys::random(): elsewhere }).to_string();
    let pushed = s.one.push().set("claims", claims).pushed().await?;
    let tokens = s.one.redeem(&s.one.authorize(&pushed).code().await?).tokens().await?;
    let mut sources: Vec<_> = tokens.id_token.clone().into_iter().collect();
    let mut exchange = tokens.reply.number();
    if metadata.optional_endpoint("userinfo_endpoint").is_some() {
        let reply = s.one.userinfo(&tokens).served().await?;
        exchange = reply.number();
        sources.push(told(s, &tokens, &reply)?);
    }
    for (name, _) in asked {
        if !sources.iter().any(|source| source.contains_key(*name)) {
            s.warn(format!("the claim `{name}` was requested but is missing"));
        }
    }
    let wrong: Vec<_> = sources.iter().flat_map(wrong_types).collect();
    if !wrong.is_empty() {
        let finding = Finding::new("standard claims of the types that OpenID Connect gives them", wrong.join("; "));
        s.also(finding.shown_by(exchange).against(&oidcc::CLAIM_TYPES));
    }
    sources.iter().try_for_each(|source| s.part(sources_named(source, exchange)))
}

/// The forms in which a claim may be requested without naming a value, again and again.
fn forms() -> impl Iterator<Item = Value> {
    [
        Value::Null,
        json!({}),
        json!({ "essential": true }),
        json!({ keys::random(): keys::random() }),
        json!({ "essential": false }),
    ]
    .into_iter()
    .cycle()
}

/// The standard claims of the wrong type. Null stands for a claim without a value.
fn wrong_types(claims: &Map<String, Value>) -> Vec<String> {
    let typed = |(name, kind): &(&str, &'static str)| {
        let got = crate::client::values::kind(claims.get(*name));
        (![*kind, "nothing", "null"].contains(&got)).then(|| format!("{got} as the claim `{name}`, not {kind}"))
    };
    STANDARD.iter().filter_map(typed).collect()
}

/// Demands that `_claim_names` and `_claim_sources` come together, and that each source is named.
fn sources_named(claims: &Map<String, Value>, exchange: u64) -> Tried<()> {
    let (names, sources) = (claims.get("_claim_names"), claims.get("_claim_sources"));
    let named: Vec<_> = names.and_then(Value::as_object).into_iter().flat_map(Map::values).filter_map(Value::as_str).collect();
    let sourced: Vec<_> = sources.and_then(Value::as_object).into_iter().flat_map(Map::keys).map(String::as_str).collect();
    let unnamed = sourced.iter().find(|source| !named.contains(source)).or(named.iter().find(|name| !sourced.contains(name)));
    if names.is_some() == sources.is_some() && unnamed.is_none() {
        return Ok(());
    }
    let got = unnamed.map_or("only one of them".into(), |source| format!("`{source}` in only one of them"));
    let finding = Finding::new("_claim_names and _claim_sources that refer to each other", got).shown_by(exchange);
    Err(finding.against(&oidcc::CLAIM_SOURCES).into())
}

async fn userinfo(s: &Session) -> Tried<()> {
    let tokens = s.one.tokens().await?;
    for method in ["GET", "POST"] {
        let reply = s.one.userinfo(&tokens).method(method).send().await?;
        if !reply.grants() {
            let got = format!("status {} {}", reply.status(), reply.lack());
            let finding = Finding::new(format!("200 with claims from the userinfo endpoint to {method}"), got.trim_end());
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
    if media == "application/jwt" && reply.json().is_none() {
        let unsigned = Received::parse(&reply.text()).is_ok_and(|jwt| jwt.algorithm() == "none");
        if unsigned {
            return broken("a signed JWT, if userinfo is one", "a JWT whose alg is none".into(), &fapi2_sp::NO_ALG_NONE);
        }
        return s.skip("the userinfo response is a JWT, as the registration of the client may demand");
    }
    let Some(Value::Object(claims)) = reply.json().filter(|_| media == "application/json") else {
        return broken("a JSON object in application/json", media, &oidcc::USERINFO_TYPE);
    };
    let Some(id_token) = &tokens.id_token else { return s.skip("the token response has no ID token") };
    let subject = id_token.get("sub");
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
    if reply.status() == 400 {
        // RFC 6750 3.1 defines 400 for a request that lacks a parameter.
        s.warn(format!("a request without a token gets status {}, not 401", reply.status()));
    }
    s.refused_by_resource(&reply, &[400, 401])?;
    if reply.header("www-authenticate").is_none() {
        let finding = Finding::new("a WWW-Authenticate header", format!("status {} without one", reply.status()));
        return Err(finding.shown_by(reply.number()).against(&rfc6750::TOKEN_PRESENT).into());
    }
    Ok(())
}

async fn auth_time(s: &Session) -> Tried<()> {
    let pushed = s.one.push().set("max_age", "3600").pushed().await?;
    let tokens = s.one.redeem(&s.one.authorize(&pushed).code().await?).tokens().await?;
    let Some(claims) = &tokens.id_token else { return s.skip("the token response has no ID token") };
    let time = claims.get("auth_time").and_then(Value::as_f64);
    let latest = s.one.now() + 10 + s.target.clock_tolerance;
    match time {
        Some(time) if time <= latest as f64 => Ok(()),
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
    let Some(claims) = &tokens.id_token else { return s.skip("the token response has no ID token") };
    let number = |name: &str| claims.get(name).and_then(Value::as_f64);
    let text = |name: &str| claims.get(name).map_or_else(|| format!("no {name}"), |value| format!("{name} {value}"));
    let broken = |expected: &str, got: String| -> Tried<()> {
        Err(Finding::new(expected, got).shown_by(tokens.reply.number()).against(&oidcc::AUDIENCE_AND_TIMES).into())
    };
    let (Some(exp), Some(iat)) = (number("exp"), number("iat")) else {
        return broken("numbers as exp and iat", format!("{} and {}", text("exp"), text("iat")));
    };
    if exp <= iat {
        return broken("an exp that is later than iat", format!("exp {exp} and iat {iat}"));
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
