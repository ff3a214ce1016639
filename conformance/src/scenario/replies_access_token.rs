//! JWT access tokens (RFC 9068).

use serde_json::Value;

use super::replies::{demand, shown};
use super::{Scenario, always, front_channel, run};
use crate::client::Tokens;
use crate::finding::{Tried, skip};
use crate::jwt::Received;
use crate::session::Session;
use fapi::requirement::{fapi2_sp, rfc8705, rfc8707, rfc8725, rfc9068, rfc9449};

pub(super) static SCENARIOS: &[Scenario] = &[
    Scenario::positive(
        "access-token-jwt",
        "A JWT access token has the type, signature and claims that RFC 9068 requires.",
        run!(jwt),
    )
    .requires(&[
        &rfc9068::SIGNED,
        &rfc9068::TYPED,
        &rfc9068::CLAIMS,
        &rfc9068::SCOPE_CLAIM,
        &rfc9068::AUDIENCE_DEFAULT,
        &rfc8725::EXPLICIT_TYP,
        &rfc8707::AUDIENCE_RESTRICTED,
    ])
    .when(always)
    .asserts(&[
        "skipped for opaque tokens, and for JWTs whose typ is not at+jwt (the reference server must issue at+jwt)",
        "typ is at+jwt, alg is not `none`; if the kid is in the jwks_uri, the signature verifies",
        "iss is the issuer, client_id the client; exp and iat are numbers, exp in the future; sub, jti and aud are present",
        "aud has no wildcard, scope is a string (otherwise warnings)",
    ]),
    Scenario::positive(
        "access-token-bound",
        "A JWT access token has the thumbprint of the key or certificate that it is bound to.",
        run!(bound),
    )
    .requires(&[&fapi2_sp::SENDER_CONSTRAINED, &rfc9449::JKT_IN_TOKEN, &rfc8705::THUMBPRINT_IN_TOKEN, &rfc8705::THUMBPRINT_FORM])
    .when(always)
    .asserts(&[
        "skipped for opaque tokens, and for JWTs without cnf (the reference server must have it)",
        "cnf.jkt is the thumbprint of the client's DPoP key, or cnf.x5t#S256 that of its certificate, unpadded",
    ]),
    Scenario::positive("access-token-refreshed", "A refreshed JWT access token describes the first login.", run!(refreshed))
        .requires(&[&rfc9068::AUTHENTICATION_CLAIMS])
        .when(front_channel)
        .asserts(&["auth_time, acr and amr are the same after a refresh; skipped without JWTs or refresh tokens"]),
];

/// Parses the access token; skips the scenario if it is not a JWT.
fn parsed(tokens: &Tokens) -> Tried<Received> {
    Received::parse(&tokens.access_token).or_else(|_| skip("the access token is opaque"))
}

async fn jwt(s: &Session) -> Tried<()> {
    let tokens = s.one.tokens().await?;
    let reply = &tokens.reply;
    let token = parsed(&tokens)?;
    let typ = token.header.get("typ").and_then(Value::as_str).unwrap_or_default().to_ascii_lowercase();
    let typed = typ.trim_start_matches("application/") == "at+jwt";
    if !typed && !s.target.instance.strict() {
        return skip("the access token is a JWT whose typ is not at+jwt");
    }
    if typ.is_empty() {
        s.warn("the access token has no typ");
    } else {
        demand(reply, &rfc9068::TYPED, typed, "typ at+jwt", || typ.clone())?;
    }
    let signed = !token.algorithm().is_empty() && token.algorithm() != "none";
    demand(reply, &rfc9068::SIGNED, signed, "a signed access token", || token.algorithm().to_owned())?;
    if s.one.has_endpoint("jwks_uri") {
        let kid = token.header.get("kid");
        let keys = s.one.server_keys().await?;
        let named: Vec<_> = keys.iter().filter(|key| key.get("kid") == kid).collect();
        let verifies = named.is_empty() || named.iter().any(|key| token.verify(key).is_ok());
        demand(reply, &rfc9068::SIGNED, verifies, "a signature by the key that kid names", || {
            "a signature that does not verify".into()
        })?;
    }
    claims(s, &tokens, &token)
}

fn claims(s: &Session, tokens: &Tokens, token: &Received) -> Tried<()> {
    let (reply, rule) = (&tokens.reply, &rfc9068::CLAIMS);
    let json = Value::Object(token.claims.clone());
    let text = |name: &str| json.get(name).and_then(Value::as_str).unwrap_or_default();
    let issuer = &s.target.issuer;
    demand(reply, rule, text("iss") == issuer, &format!("iss {issuer}"), || shown(&json, "iss"))?;
    demand(reply, rule, text("client_id") == s.one.id(), &format!("client_id {}", s.one.id()), || shown(&json, "client_id"))?;
    for name in ["sub", "jti"] {
        demand(reply, rule, !text(name).is_empty(), &format!("a string as {name}"), || shown(&json, name))?;
    }
    for name in ["exp", "iat"] {
        let number = json.get(name).is_some_and(Value::is_number);
        demand(reply, rule, number, &format!("a number as {name}"), || shown(&json, name))?;
    }
    let over = json.get("exp").and_then(Value::as_i64).is_none_or(|exp| exp <= s.one.now() - s.target.clock_tolerance);
    demand(reply, rule, !over, "an exp in the future", || shown(&json, "exp"))?;
    let own = text("sub") == s.one.id();
    let expected = if s.variant().front_channel() { "a sub that is not the client" } else { "the client as sub" };
    if s.variant().front_channel() {
        demand(reply, rule, !own, expected, || shown(&json, "sub"))?;
    } else if !own {
        s.warn(format!("the access token has {} instead of the client, although no user is involved", shown(&json, "sub")));
    }
    let audience: Vec<_> = match json.get("aud") {
        Some(Value::String(one)) => vec![one.as_str()],
        Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).collect(),
        _ => vec![],
    };
    let named = !audience.is_empty() && audience.iter().all(|one| !one.is_empty());
    demand(reply, &rfc9068::AUDIENCE_DEFAULT, named, "an aud", || shown(&json, "aud"))?;
    if audience.iter().any(|one| one.contains('*')) {
        s.warn("the aud of the access token has a wildcard");
    }
    if text("scope").is_empty() {
        s.warn(format!("the access token has {} instead of a string", shown(&json, "scope")));
    }
    Ok(())
}

async fn bound(s: &Session) -> Tried<()> {
    let tokens = s.one.tokens().await?;
    let token = parsed(&tokens)?;
    let cnf = token.claims.get("cnf").cloned();
    if cnf.is_none() && !s.target.instance.strict() {
        return skip("the access token is a JWT without cnf");
    }
    let rule = &fapi2_sp::SENDER_CONSTRAINED;
    demand(&tokens.reply, rule, cnf.is_some(), "a sender-constrained access token", || "no cnf".into())?;
    let named =
        |member: &str| cnf.as_ref().and_then(|cnf| cnf.get(member)).and_then(Value::as_str).unwrap_or_default().to_owned();
    if s.variant().dpop() {
        let own = s.one.dpop_key().thumbprint();
        return demand(&tokens.reply, &rfc9449::JKT_IN_TOKEN, named("jkt") == own, &format!("cnf.jkt {own}"), || named("jkt"));
    }
    let own = s.one.settings().identity.as_ref().map(|identity| identity.thumbprint()).unwrap_or_default();
    let there = named("x5t#S256");
    if there.is_empty() {
        let got = || cnf.as_ref().map_or("no cnf".into(), |cnf| format!("cnf {cnf}"));
        return demand(&tokens.reply, &rfc8705::THUMBPRINT_IN_TOKEN, false, "cnf.x5t#S256", got);
    }
    demand(&tokens.reply, &rfc8705::THUMBPRINT_FORM, there == own, &format!("cnf.x5t#S256 {own}"), || there.clone())
}

async fn refreshed(s: &Session) -> Tried<()> {
    let first = s.one.tokens().await?;
    let before = parsed(&first)?;
    let Some(token) = &first.refresh_token else { return skip("the server issues no refresh token") };
    let again = s.one.refresh(token).tokens().await?;
    let after = parsed(&again)?;
    for name in ["auth_time", "acr", "amr"] {
        let (old, new) = (before.claims.get(name), after.claims.get(name));
        let rule = &rfc9068::AUTHENTICATION_CLAIMS;
        let show = |value: Option<&Value>| value.map_or_else(|| format!("no {name}"), |value| format!("{name} {value}"));
        demand(&again.reply, rule, old == new, &format!("{}, as before the refresh", show(old)), || show(new))?;
    }
    Ok(())
}
