//! Responses and error responses of the token endpoint, member by member.

use serde_json::Value;

use super::facts::Facts;
use super::replies::{demand, error, object, shown};
use super::token_client::basic as basic_credentials;
use super::{Scenario, always, dpop, run};
use crate::client::values;
use crate::finding::Tried;
use crate::http::Reply;
use crate::jwt::Jwt;
use crate::keys;
use crate::session::Session;
use crate::target::OrdinaryKind;
use fapi::requirement::{fapi2_sp, oidcc, rfc6749, rfc6750, rfc8414, rfc9449};

pub(super) static SCENARIOS: &[Scenario] = &[
    Scenario::positive("token-reply", "A token response has well-typed members and must not be cached.", run!(reply))
        .requires(&[
            &rfc6749::TOKEN_RESPONSE_SHAPE,
            &rfc6749::LIFETIME_TOLD,
            &rfc6749::NO_STORE,
            &rfc6749::ACCESS_TOKEN_SYNTAX,
            &rfc6749::REFRESH_TOKEN_SYNTAX,
            &rfc8414::REQUIRED_MEMBERS,
            &rfc6749::SCOPE_RETURNED,
            &rfc9449::TOKEN_TYPE_DPOP,
            &oidcc::TOKEN_RESPONSE,
            &oidcc::NO_NULLS,
            &fapi2_sp::IDENTITY_BY_OPENID,
            &fapi2_sp::CREDENTIAL_ENTROPY,
        ])
        .when(always)
        .asserts(&[
            "200 application/json with Cache-Control: no-store (and Pragma: no-cache, otherwise a warning); no member is null (a warning)",
            "access_token has the syntax of b64token, token_type is DPoP or Bearer as in the variant, expires_in is a number (absent: a warning)",
            "refresh_token is printable ASCII and cannot be guessed; scope is a string and equals the scope of introspection",
            "OpenID: there is an id_token; plain OAuth: there is none",
        ]),
    Scenario::positive("access-token-lifetime", "An access token has a limited and short lifetime.", run!(lifetime))
        .requires(&[
            &rfc6750::LIFETIME_AND_INTEGRITY,
            &rfc6750::SHORT_LIVED,
            &fapi2_sp::SHORT_ACCESS_TOKENS,
            &rfc9449::NO_LONG_LIVED_TOKENS,
        ])
        .when(always)
        .asserts(&[
            "expires_in is above 0 and at most a year; by introspection the token expires within a year",
            "expires_in is at most an hour (otherwise a warning); the token cannot be guessed",
        ]),
    Scenario::negative("token-error-reply", "A refused token request gets an error in JSON.", run!(refusal))
        .requires(&[&rfc6749::TOKEN_ERROR_SHAPE, &oidcc::TOKEN_ERRORS])
        .when(always)
        .asserts(&[
            "for an unknown grant type and for an unknown refresh token: 400 (401 with invalid_client) application/json",
            "error and, if present, error_description are strings with only characters that RFC 6749 allows",
        ]),
    Scenario::negative("token-error-of-bad-proof", "An invalid proof at the token endpoint gets invalid_dpop_proof.", run!(bad_proof))
        .requires(&[&rfc9449::INVALID_PROOF_ERROR])
        .when(dpop)
        .asserts(&["a proof whose signature does not verify: 400 invalid_dpop_proof"]),
    Scenario::negative("token-basic-challenged", "Invalid credentials in the Authorization header get a challenge.", run!(basic))
        .requires(&[&rfc6749::BASIC_CHALLENGED])
        .when(always)
        .asserts(&["Authorization: Basic with a wrong secret: 401 with WWW-Authenticate: Basic"]),
];

async fn reply(s: &Session) -> Tried<()> {
    let request = s.one.token_request().await?;
    let reply = request.send().await?;
    let rule = &rfc6749::TOKEN_RESPONSE_SHAPE;
    demand(&reply, rule, reply.status() == 200, "status 200 to a token request", || format!("status {}", reply.status()))?;
    let json = object(&reply, rule)?;
    let mut facts = Facts::default();
    let repeated = values::repeated_member(reply.body());
    let got = || format!("`{}` twice", repeated.clone().unwrap_or_default());
    facts.demand(&reply, rule, repeated.is_none(), "each member of the response once", got);
    uncached(s, &reply, &json, &mut facts);
    let text = |name: &str| json.get(name).and_then(Value::as_str).unwrap_or_default();
    let token = text("access_token");
    if facts.demand(&reply, rule, json.get("access_token").is_some(), "an access_token", || "none".into()) {
        let fits = !token.is_empty() && token.trim_end_matches('=').bytes().all(is_b64token);
        facts.demand(&reply, &rfc6749::ACCESS_TOKEN_SYNTAX, fits, "an access_token with the syntax of b64token", || {
            shown(&json, "access_token")
        });
    }
    let (wanted, typed) = if s.variant().dpop() { ("DPoP", &rfc9449::TOKEN_TYPE_DPOP) } else { ("Bearer", rule) };
    let fits = text("token_type").eq_ignore_ascii_case(wanted);
    facts.demand(&reply, typed, fits, &format!("token_type {wanted}"), || shown(&json, "token_type"));
    let told = json.get("expires_in");
    facts.demand(&reply, &rfc6749::LIFETIME_TOLD, told.is_some(), "expires_in, which RFC 6749 recommends", || "none".into());
    let fits = told.is_none_or(Value::is_u64);
    facts.demand(&reply, rule, fits, "no expires_in, or a number of seconds", || shown(&json, "expires_in"));
    let strict = s.target.instance.strict();
    let announced = s.variant().front_channel() && s.one.metadata().list("grant_types_supported").contains(&"refresh_token");
    let there = !strict || !announced || json.get("refresh_token").is_some();
    let expected = "a refresh token, since the metadata lists the grant";
    facts.demand(&reply, &rfc8414::REQUIRED_MEMBERS, there, expected, || "none".into());
    if let Some(token) = json.get("refresh_token") {
        let token = token.as_str().unwrap_or_default();
        let printable = !token.is_empty() && token.bytes().all(|byte| matches!(byte, b' '..=b'~'));
        facts.demand(&reply, &rfc6749::REFRESH_TOKEN_SYNTAX, printable, "a refresh_token of printable ASCII", || {
            shown(&json, "refresh_token")
        });
        let rule = &fapi2_sp::CREDENTIAL_ENTROPY;
        let fits = values::is_unguessable(token);
        facts.demand(&reply, rule, fits, "a refresh_token that cannot be guessed", || token.to_owned());
    }
    identity(s, &reply, &json, &mut facts);
    if let Some((name, _)) = json.as_object().into_iter().flatten().find(|(_, value)| value.is_null()) {
        s.warn(format!("the member `{name}` of the token response is null"));
    }
    scope(s, &reply, &json, &mut facts).await?;
    facts.told(s)
}

fn uncached(s: &Session, reply: &Reply, json: &Value, facts: &mut Facts) {
    let control = reply.headers("cache-control").collect::<Vec<_>>().join(",").to_ascii_lowercase();
    let unstored = control.split(',').any(|directive| directive.trim() == "no-store");
    let rule = if json.get("id_token").is_some() { &oidcc::TOKEN_RESPONSE } else { &rfc6749::NO_STORE };
    facts.demand(reply, rule, unstored, "Cache-Control: no-store", || {
        if control.is_empty() { "no Cache-Control".into() } else { format!("Cache-Control: {control}") }
    });
    if !reply.header("pragma").is_some_and(|pragma| pragma.to_ascii_lowercase().contains("no-cache")) {
        s.warn("the token response has no Pragma: no-cache");
    }
}

fn is_b64token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~+/".contains(&byte)
}

/// Members that might identify the user in place of an ID token.
const IDENTIFYING: &[&str] = &["sub", "user", "user_id", "userid", "username", "userinfo", "email"];

fn identity(s: &Session, reply: &Reply, json: &Value, facts: &mut Facts) {
    if !s.variant().openid() {
        let none = json.get("id_token").is_none();
        facts.demand(reply, &fapi2_sp::IDENTITY_BY_OPENID, none, "no ID token without OpenID", || "an ID token".into());
        return;
    }
    let (rule, got) = match IDENTIFYING.iter().find(|name| json.get(**name).is_some()) {
        Some(name) => (&fapi2_sp::IDENTITY_BY_OPENID, format!("no ID token, but the member `{name}`")),
        None => (&oidcc::TOKEN_RESPONSE, shown(json, "id_token")),
    };
    facts.demand(reply, rule, json.get("id_token").is_some_and(Value::is_string), "a string as id_token", || got);
}

/// Checks that the scope in the response, or the requested scope if it has none, is the scope of the token.
async fn scope(s: &Session, reply: &Reply, json: &Value, facts: &mut Facts) -> Tried<()> {
    let rule = &rfc6749::SCOPE_RETURNED;
    let fits = json.get("scope").is_none_or(Value::is_string);
    facts.demand(reply, rule, fits, "no scope, or a string", || shown(json, "scope"));
    let asked =
        if s.variant().front_channel() { s.one.scope() } else { s.one.settings().client_scope.clone().unwrap_or_default() };
    let named = json.get("scope").and_then(Value::as_str).unwrap_or(&asked);
    if !s.one.has_endpoint("introspection_endpoint") {
        return Ok(());
    }
    let token = json.get("access_token").and_then(Value::as_str).unwrap_or_default();
    let answer = s.one.introspect(token).send().await?;
    let Some(granted) = answer.member("scope") else { return Ok(()) };
    let words = |text: &str| text.split(' ').map(str::to_owned).collect::<std::collections::BTreeSet<_>>();
    if words(named) == words(&granted) {
        return Ok(());
    }
    // Introspection may return only the part of the scope that concerns the caller.
    let got = format!("scope `{named}`, while introspection returns `{granted}`");
    if s.target.instance.strict() {
        facts.demand(reply, rule, false, "the granted scope", || got);
    } else {
        s.warn(got);
    }
    Ok(())
}

const YEAR: i64 = 366 * 24 * 3600;

async fn lifetime(s: &Session) -> Tried<()> {
    let tokens = s.one.tokens().await?;
    let rule = &rfc6750::LIFETIME_AND_INTEGRITY;
    let mut facts = Facts::default();
    let seconds = tokens.expires_in.map(|seconds| i64::try_from(seconds).unwrap_or(i64::MAX));
    let limited = seconds.is_none_or(|seconds| (1..YEAR).contains(&seconds));
    facts.demand(&tokens.reply, rule, limited, "an expires_in above 0 and of at most a year", || {
        format!("expires_in {}", seconds.unwrap_or_default())
    });
    if s.one.has_endpoint("introspection_endpoint") {
        let answer = s.one.introspect(&tokens.access_token).send().await?;
        let exp = answer.json().and_then(|json| json.get("exp")?.as_i64());
        let limited = exp.is_none_or(|exp| exp - s.one.now() < YEAR);
        facts.demand(&answer, rule, limited, "an exp within a year", || format!("exp {}", exp.unwrap_or_default()));
    }
    if let Some(seconds) = seconds.filter(|seconds| *seconds > 3600) {
        s.warn(format!("the access token expires only after {seconds} s, which is more than an hour"));
    }
    let unguessable = values::is_unguessable(&tokens.access_token);
    let expected = "an access token that cannot be guessed";
    facts.demand(&tokens.reply, rule, unguessable, expected, || "one with too little entropy".into());
    facts.told(s)
}

async fn refusal(s: &Session) -> Tried<()> {
    let unknown = s.one.token_request().await?.set("grant_type", "urn:example:unknown");
    s.rests_on(OrdinaryKind::Token);
    let mut refused = false;
    for request in [unknown, s.one.refresh(&keys::random())] {
        let reply = request.send().await?;
        if !reply.grants() {
            refused = true;
            error(&reply, &rfc6749::TOKEN_ERROR_SHAPE)?;
        }
    }
    if refused { Ok(()) } else { s.skip("the server refuses none of the invalid requests") }
}

async fn bad_proof(s: &Session) -> Tried<()> {
    s.rests_on(OrdinaryKind::Token);
    s.prime().await?;
    let reply = s.one.token_request().await?.proof(Jwt::corrupt).send().await?;
    if reply.grants() {
        return s.skip("the server accepts a proof whose signature does not verify, which token-proof-tampered is about");
    }
    let fits = reply.status() == 400 && reply.member("error").as_deref() == Some("invalid_dpop_proof");
    demand(&reply, &rfc9449::INVALID_PROOF_ERROR, fits, "status 400 with invalid_dpop_proof", || {
        format!("status {}, error {}", reply.status(), reply.member("error").unwrap_or_else(|| "none".into()))
    })
}

async fn basic(s: &Session) -> Tried<()> {
    s.rests_on(OrdinaryKind::Token);
    let credentials = basic_credentials(s.one.id(), &keys::random());
    let request = s.one.token_request().await?.unauthenticated().header("authorization", credentials);
    // A certificate that only binds tokens belongs to the request; one that authenticates would be a second method.
    let request = match s.one.settings().identity.clone() {
        Some(own) if s.variant().private_key_jwt() && s.variant().certificates() => request.identity(Some(own)),
        _ => request,
    };
    let reply = match request.attempt().await? {
        Ok(reply) => reply,
        Err(unanswered) => {
            s.hung_up(unanswered, s.variant().certificates())?;
            return s.skip("the server hangs up on a request without a certificate");
        }
    };
    if reply.grants() {
        return s.skip("the server issues tokens to an unauthenticated client, which token-by-basic is about");
    }
    let rule = &rfc6749::BASIC_CHALLENGED;
    demand(&reply, rule, reply.status() == 401, "status 401 to a wrong secret in Basic credentials", || {
        format!("status {}", reply.status())
    })?;
    let challenged = reply.headers("www-authenticate").any(|challenge| challenge.to_ascii_lowercase().contains("basic"));
    demand(&reply, rule, challenged, "WWW-Authenticate: Basic", || reply.header("www-authenticate").unwrap_or("none").to_owned())
}
