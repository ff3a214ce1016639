//! JWT access tokens (RFC 9068).

use serde_json::Value;

use super::facts::Facts;
use super::replies::{demand, shown};
use super::{Scenario, always, front_channel, run, unbound};
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
        &rfc9068::SUBJECT,
        &fapi2_sp::SIGNING_ALGORITHMS,
        &rfc9068::SCOPE_CLAIM,
        &rfc9068::AUDIENCE_DEFAULT,
        &rfc8725::EXPLICIT_TYP,
        &rfc8707::AUDIENCE_RESTRICTED,
    ])
    .when(always)
    .asserts(&[
        "skipped for opaque tokens, and for JWTs whose typ is not at+jwt (the reference server must issue at+jwt)",
        "typ is at+jwt, alg is PS256, ES256 or EdDSA; if the kid is in the jwks_uri, the signature verifies",
        "iss is the issuer, client_id the client; exp and iat are numbers, exp in the future; sub, jti and aud are present",
        "sub is the user, or the client if there is none; aud has no wildcard; scope is a string (otherwise warnings)",
    ]),
    Scenario::positive(
        "access-token-bound",
        "A JWT access token has the thumbprint of the key or certificate that it is bound to.",
        run!(bound),
    )
    .requires(&[&fapi2_sp::SENDER_CONSTRAINED, &rfc9449::JKT_IN_TOKEN, &rfc8705::THUMBPRINT_IN_TOKEN, &rfc8705::THUMBPRINT_FORM])
    .when(always)
    .asserts(&[
        "no cnf in a JWT or in the introspection of a token, and the resource serves the token without the key or certificate: a finding",
        "otherwise skipped for opaque tokens, and for JWTs without cnf (the reference server must have it)",
        "cnf.jkt is the thumbprint of the client's DPoP key, or cnf.x5t#S256 that of its certificate, unpadded",
    ]),
    Scenario::positive("access-token-refreshed", "A refreshed JWT access token describes the first login.", run!(refreshed))
        .requires(&[&rfc9068::AUTHENTICATION_CLAIMS])
        .when(front_channel)
        .asserts(&["auth_time, acr and amr are the same after a refresh; skipped without them, without at+jwt tokens, or without refresh tokens"]),
];

/// Parses the access token; skips the scenario if it is not a JWT.
fn parsed(tokens: &Tokens) -> Tried<Received> {
    Received::parse(&tokens.access_token).or_else(|_| skip("the access token is opaque"))
}

/// The `typ` of the access token in lower case, without the prefix of its media type.
fn typ(token: &Received) -> String {
    let typ = token.header.get("typ").and_then(Value::as_str).unwrap_or_default().to_ascii_lowercase();
    typ.strip_prefix("application/").map(str::to_owned).unwrap_or(typ)
}

/// Skips the scenario unless the token says that it follows RFC 9068, as those of the reference server must.
fn follows(s: &Session, token: &Received) -> Tried<()> {
    if typ(token) == "at+jwt" || s.target.instance.strict() {
        return Ok(());
    }
    s.skip("the access token is a JWT whose typ is not at+jwt, so that RFC 9068 is not about it")
}

async fn jwt(s: &Session) -> Tried<()> {
    let tokens = s.one.tokens().await?;
    let reply = &tokens.reply;
    let token = parsed(&tokens)?;
    follows(s, &token)?;
    let mut facts = Facts::default();
    let typ = typ(&token);
    if typ.is_empty() {
        s.warn("the access token has no typ");
    } else {
        facts.demand(reply, &rfc9068::TYPED, typ == "at+jwt", "typ at+jwt", || typ.clone());
    }
    let algorithm = token.algorithm();
    let signed = !algorithm.is_empty() && algorithm != "none";
    if facts.demand(reply, &rfc9068::SIGNED, signed, "a signed access token", || algorithm.to_owned()) {
        let allowed = ["PS256", "ES256", "EdDSA", "Ed25519"].contains(&algorithm);
        let expected = "an access token that is signed with PS256, ES256 or EdDSA";
        let allowed = facts.demand(reply, &fapi2_sp::SIGNING_ALGORITHMS, allowed, expected, || algorithm.to_owned());
        if allowed && s.one.has_endpoint("jwks_uri") {
            let kid = token.header.get("kid");
            let keys = s.one.server_keys().await?;
            let named: Vec<_> = keys.iter().filter(|key| key.get("kid") == kid).collect();
            let verifies = named.is_empty() || named.iter().any(|key| token.verify(key).is_ok());
            facts.demand(reply, &rfc9068::SIGNED, verifies, "a signature by the key that kid names", || {
                "a signature that does not verify".into()
            });
        }
    }
    claims(s, &tokens, &token, &mut facts);
    facts.told(s)
}

fn claims(s: &Session, tokens: &Tokens, token: &Received, facts: &mut Facts) {
    let (reply, rule) = (&tokens.reply, &rfc9068::CLAIMS);
    let json = Value::Object(token.claims.clone());
    let text = |name: &str| json.get(name).and_then(Value::as_str).unwrap_or_default();
    let issuer = &s.target.issuer;
    facts.demand(reply, rule, text("iss") == issuer, &format!("iss {issuer}"), || shown(&json, "iss"));
    let own = text("client_id") == s.one.id();
    facts.demand(reply, rule, own, &format!("client_id {}", s.one.id()), || shown(&json, "client_id"));
    for name in ["sub", "jti"] {
        facts.demand(reply, rule, !text(name).is_empty(), &format!("a string as {name}"), || shown(&json, name));
    }
    for name in ["exp", "iat"] {
        let number = json.get(name).is_some_and(Value::is_number);
        facts.demand(reply, rule, number, &format!("a number as {name}"), || shown(&json, name));
    }
    let over = json.get("exp").and_then(Value::as_i64).is_some_and(|exp| exp <= s.one.now() - s.target.clock_tolerance);
    facts.demand(reply, rule, !over, "an exp in the future", || shown(&json, "exp"));
    if !text("sub").is_empty() {
        let own = text("sub") == s.one.id();
        let expected = if s.variant().front_channel() { "the user as sub, not the client" } else { "the client as sub" };
        facts.demand(reply, &rfc9068::SUBJECT, own != s.variant().front_channel(), expected, || shown(&json, "sub"));
    }
    let audience: Vec<_> = match json.get("aud") {
        Some(Value::String(one)) => vec![one.as_str()],
        Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).collect(),
        _ => vec![],
    };
    let named = !audience.is_empty() && audience.iter().all(|one| !one.is_empty());
    facts.demand(reply, &rfc9068::AUDIENCE_DEFAULT, named, "an aud", || shown(&json, "aud"));
    if audience.iter().any(|one| one.contains('*')) {
        s.warn("the aud of the access token has a wildcard");
    }
    if text("scope").is_empty() {
        s.warn(format!("the access token has {} instead of a string", shown(&json, "scope")));
    }
}

async fn bound(s: &Session) -> Tried<()> {
    let tokens = s.one.tokens().await?;
    unbound::told(s, &s.one, &tokens).await?;
    let token = parsed(&tokens)?;
    let cnf = token.claims.get("cnf").cloned();
    if cnf.is_none() && !s.target.instance.strict() {
        return s.skip("the access token is a JWT without cnf, and nothing shows that it is bound to nothing");
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
    follows(s, &before)?;
    let Some(token) = &first.refresh_token else { return s.skip("the server issues no refresh token") };
    let again = s.one.refresh(token).tokens().await?;
    let after = parsed(&again)?;
    let names: Vec<_> = ["auth_time", "acr", "amr"].into_iter().filter(|name| before.claims.contains_key(*name)).collect();
    if names.is_empty() {
        return s.skip("the access token has none of auth_time, acr and amr");
    }
    let mut facts = Facts::default();
    for name in names {
        let (old, new) = (before.claims.get(name), after.claims.get(name));
        let rule = &rfc9068::AUTHENTICATION_CLAIMS;
        let show = |value: Option<&Value>| value.map_or_else(|| format!("no {name}"), |value| format!("{name} {value}"));
        facts.demand(&again.reply, rule, old == new, &format!("{}, as before the refresh", show(old)), || show(new));
    }
    facts.told(s)
}
