//! What a server says of itself and of its tokens, compared with what it does.

use std::collections::BTreeSet;

use fapi::requirement::{Requirement, fapi2_sp, oidcc, rfc6749, rfc7662, rfc8414, rfc9068, rfc9449};
use serde_json::Value;

use super::discovery::fetch;
use super::facts::Facts;
use super::refresh::refreshable;
use super::{Scenario, always, assertions, dpop, front_channel, introspection, openid, rules, run};
use crate::client::Tokens;
use crate::finding::{Finding, Tried, skip};
use crate::http::Reply;
use crate::jwt::Received;
use crate::keys::SigningKey;
use crate::session::Session;
use crate::target::{oauth_location, openid_location};

pub(super) static SCENARIOS: &[Scenario] = &[
    Scenario::positive("metadata-nothing-weak", "The metadata list nothing weak beside what is strong.", run!(nothing_weak))
        .requires(&[
            &fapi2_sp::CHALLENGE_S256,
            &fapi2_sp::RESPONSE_TYPE_CODE,
            &fapi2_sp::STRONG_CLIENT_AUTHENTICATION,
            &fapi2_sp::SIGNING_ALGORITHMS,
            &fapi2_sp::NO_ALG_NONE,
        ])
        .under(rules::s256_only)
        .when(always)
        .asserts(&[
            "code_challenge_methods_supported without plain, response_types_supported with code alone, no implicit grant",
            "no secrets and no `none` among the authentication methods of the token, introspection and revocation endpoints",
            "only PS256, ES256 and EdDSA among the algorithms of client assertions, DPoP proofs and ID tokens",
            "each otherwise a warning, since a server may serve other clients as well; `none` and HMAC for proofs are a failure",
        ]),
    Scenario::positive(
        "proof-algorithms-as-published",
        "Proofs are accepted with every algorithm that is published.",
        run!(proofs),
    )
    .requires(&[&rfc9449::ALGORITHMS_PUBLISHED])
    .when(dpop)
    .asserts(&["PS256, ES256 and EdDSA, each if dpop_signing_alg_values_supported lists it: tokens for a proof signed with it"]),
    Scenario::positive(
        "assertion-algorithms-as-published",
        "Client assertions are accepted with the algorithms that are published, and only with them.",
        run!(asserted),
    )
    .requires(&[&rfc8414::ASSERTION_ALGORITHMS])
    .when(assertions)
    .asserts(&[
        "token_endpoint_auth_signing_alg_values_supported lists the algorithm with which each client authenticates",
        "an assertion with another algorithm of the client's key that it lists is accepted (refused: a warning, since a client may be \
         registered for one algorithm)",
        "skipped without the list",
    ]),
    Scenario::positive("token-lifetime-as-said", "An access token lives as long as expires_in says.", run!(lifetime))
        .requires(&[&rfc6749::TOKEN_RESPONSE_SHAPE])
        .when(always)
        .asserts(&[
            "expires_in of a token and of a refreshed one is at most a minute later than exp, in the token or by introspection",
            "skipped if neither shows an exp",
        ]),
    Scenario::positive("refresh-reply", "A response to a refresh has the form of a token response.", run!(refreshed))
        .requires(&[&rfc6749::NO_STORE, &rfc6749::TOKEN_RESPONSE_SHAPE, &rfc9449::TOKEN_TYPE_DPOP])
        .when(front_channel)
        .asserts(&["200 application/json with Cache-Control: no-store; access_token, token_type and expires_in as at first"]),
    Scenario::positive("token-scope-as-said", "Introspection and token have no more scope than the response names.", run!(scope))
        .requires(&[&rfc7662::ANSWER_SHAPE, &rfc9068::SCOPE_CLAIM, &rfc9068::CLAIMS])
        .when(always)
        .asserts(&[
            "scope by introspection, and in an access token that is a JWT, has no word that the response (or the request) lacks",
            "client_id in an access token that is a JWT is the client",
        ]),
    Scenario::positive("response-with-code-alone", "A response with a code has neither an error nor tokens.", run!(code_alone))
        .requires(&[&rfc6749::ERROR_REDIRECTED, &fapi2_sp::RESPONSE_TYPE_CODE, &oidcc::CODE_IN_QUERY])
        .when(front_channel)
        .asserts(&["the query has no error, access_token and id_token beside the code"]),
    Scenario::positive("id-token-azp", "azp of an ID token, if present, is the client.", run!(azp))
        .requires(&[&oidcc::AUDIENCE_AND_TIMES])
        .when(openid)
        .asserts(&["no azp, or the client_id"]),
];

async fn document(s: &Session) -> Tried<Reply> {
    let (openid, oauth) = (openid_location(&s.target.issuer), oauth_location(&s.target.issuer));
    let (first, second) = if s.variant().openid() { (openid, oauth) } else { (oauth, openid) };
    let reply = fetch(s, &first).await?;
    if reply.status() == 404 { fetch(s, &second).await } else { Ok(reply) }
}

const STRONG: &[&str] = &["PS256", "ES256", "EdDSA", "Ed25519"];

async fn nothing_weak(s: &Session) -> Tried<()> {
    let reply = document(s).await?;
    let json = reply.json().unwrap_or_default();
    let list = |name: &str| -> Vec<String> {
        let list = json.get(name).and_then(Value::as_array).into_iter().flatten();
        list.filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let mut facts = Facts::default();
    let strict = s.target.instance.strict();
    let mut none_of = |name: &str, rule: &'static Requirement, binding: bool, weak: &dyn Fn(&str) -> bool| {
        let found: Vec<String> = list(name).into_iter().filter(|value| weak(value)).collect();
        let expected = format!("nothing in {name} that FAPI 2.0 forbids");
        if binding || strict {
            facts.demand(&reply, rule, found.is_empty(), &expected, || found.join(", "));
        } else if !found.is_empty() {
            s.warn(format!("expected {expected}; got {}", found.join(", ")));
        }
    };
    let front = s.variant().front_channel();
    if front {
        none_of("code_challenge_methods_supported", &fapi2_sp::CHALLENGE_S256, false, &|value| value != "S256");
        none_of("response_types_supported", &fapi2_sp::RESPONSE_TYPE_CODE, false, &|value| value != "code");
        none_of("grant_types_supported", &fapi2_sp::RESPONSE_TYPE_CODE, false, &|value| value == "implicit");
    }
    for endpoint in ["token", "introspection", "revocation"] {
        let secret = |value: &str| value.starts_with("client_secret") || value == "none";
        let methods = format!("{endpoint}_endpoint_auth_methods_supported");
        none_of(&methods, &fapi2_sp::STRONG_CLIENT_AUTHENTICATION, false, &secret);
        let algorithms = format!("{endpoint}_endpoint_auth_signing_alg_values_supported");
        none_of(&algorithms, &fapi2_sp::SIGNING_ALGORITHMS, false, &|value| value != "none" && !STRONG.contains(&value));
    }
    let tokens = "id_token_signing_alg_values_supported";
    none_of(tokens, &fapi2_sp::SIGNING_ALGORITHMS, false, &|value| value != "none" && !STRONG.contains(&value));
    none_of(tokens, &fapi2_sp::NO_ALG_NONE, false, &|value| value == "none");
    let proofs = "dpop_signing_alg_values_supported";
    // RFC 9449 4.3 allows neither for any client.
    none_of(proofs, &fapi2_sp::NO_ALG_NONE, true, &|value| value == "none");
    none_of(proofs, &fapi2_sp::SIGNING_ALGORITHMS, true, &|value| value.starts_with("HS"));
    none_of(proofs, &fapi2_sp::SIGNING_ALGORITHMS, false, &|value| {
        value != "none" && !value.starts_with("HS") && !STRONG.contains(&value)
    });
    facts.told(s)
}

async fn proofs(s: &Session) -> Tried<()> {
    s.prime().await?;
    let keys = [("PS256", SigningKey::ps256()), ("ES256", SigningKey::es256()), ("EdDSA", SigningKey::eddsa())];
    for (algorithm, key) in keys {
        if !s.one.metadata().list("dpop_signing_alg_values_supported").contains(&algorithm) {
            continue;
        }
        let reply = s.one.token_request().await?.proof(move |jwt| jwt.proving(&key)).send().await?;
        if !reply.grants() {
            let got = format!("status {} {}", reply.status(), reply.member("error").unwrap_or_default());
            let expected = format!("tokens for a proof with {algorithm}, which the metadata list");
            s.also(Finding::new(expected, got).shown_by(reply.number()).against(&rfc9449::ALGORITHMS_PUBLISHED));
        }
    }
    Ok(())
}

async fn asserted(s: &Session) -> Tried<()> {
    const LIST: &str = "token_endpoint_auth_signing_alg_values_supported";
    let listed = s.one.metadata().list(LIST);
    if listed.is_empty() {
        return skip(format!("the metadata have no {LIST}"));
    }
    for client in [&s.one, &s.two] {
        let Some(key) = client.settings().key.clone() else { continue };
        let own = key.algorithm().to_owned();
        let request = || if s.variant().front_channel() { client.push() } else { client.credentials() };
        let reply = request().send().await?;
        if !reply.grants() {
            return s.skip("no control: the client does not authenticate with its own key");
        }
        if !listed.contains(&own.as_str()) {
            let finding = Finding::new(format!("{own} in {LIST}, since a client authenticates with it"), listed.join(", "));
            s.also(finding.shown_by(reply.number()).against(&rfc8414::ASSERTION_ALGORITHMS));
        }
        let others = ["PS256", "PS512", "RS256", "EdDSA", "Ed25519"].into_iter();
        for other in others.filter(|other| listed.contains(other) && *other != own) {
            let Ok(key) = key.with_algorithm(other) else { continue };
            let reply = request().assertion(move |jwt| jwt.signed_by(&key)).send().await?;
            if reply.grants() {
                continue;
            }
            let expected = format!("an assertion with {other}, which {LIST} has, to be accepted");
            let got = format!("status {} {}", reply.status(), reply.member("error").unwrap_or_default());
            if s.target.instance.strict() {
                s.also(Finding::new(expected, got).shown_by(reply.number()).against(&rfc8414::ASSERTION_ALGORITHMS));
            } else {
                s.warn(format!("expected {expected}; got {got}; the client may be registered for {own} alone"));
            }
        }
    }
    Ok(())
}

/// A claim of a token: of the token itself if it is a JWT, or by introspection.
async fn claim(s: &Session, tokens: &Tokens, name: &str) -> Tried<Option<Value>> {
    if let Ok(token) = Received::parse(&tokens.access_token) {
        return Ok(token.claims.get(name).cloned());
    }
    if !s.one.has_endpoint("introspection_endpoint") {
        return Ok(None);
    }
    let reply = s.one.introspect(&tokens.access_token).send().await?;
    Ok(reply.json().unwrap_or_default().get(name).cloned())
}

/// The time that may pass between the answer and its reading, in seconds.
const MINUTE: i64 = 60;

async fn lifetime(s: &Session) -> Tried<()> {
    let mut all = vec![s.one.tokens().await?];
    if let Some(token) = all[0].refresh_token.clone().filter(|_| s.variant().front_channel()) {
        all.push(s.one.refresh(&token).tokens().await?);
    }
    let (mut facts, mut seen) = (Facts::default(), false);
    for tokens in &all {
        let exp = claim(s, tokens, "exp").await?.and_then(|exp| exp.as_i64());
        let Some((exp, seconds)) = exp.zip(tokens.expires_in.and_then(|seconds| i64::try_from(seconds).ok())) else { continue };
        seen = true;
        let left = exp - s.one.now();
        let fits = seconds <= left + MINUTE + s.target.clock_tolerance.abs();
        let expected = format!("expires_in of at most {left}, the seconds until exp");
        facts.demand(&tokens.reply, &rfc6749::TOKEN_RESPONSE_SHAPE, fits, &expected, || format!("expires_in {seconds}"));
    }
    if !seen {
        return skip("neither the token nor introspection shows when it expires");
    }
    facts.told(s)
}

async fn refreshed(s: &Session) -> Tried<()> {
    let (_, token) = refreshable(s, &s.one).await?;
    s.one.refresh(&token).tokens().await.map(drop)
}

fn words(text: &str) -> BTreeSet<&str> {
    text.split_whitespace().collect()
}

async fn scope(s: &Session) -> Tried<()> {
    let tokens = s.one.tokens().await?;
    let asked =
        if s.variant().front_channel() { s.one.scope() } else { s.one.settings().client_scope.clone().unwrap_or_default() };
    let named = tokens.scope.clone().unwrap_or(asked);
    let mut facts = Facts::default();
    let expected = format!("no scope beyond `{named}`");
    if let Ok(token) = Received::parse(&tokens.access_token) {
        let scope = token.claims.get("scope").and_then(Value::as_str).unwrap_or_default();
        let fits = named.is_empty() || words(scope).is_subset(&words(&named));
        facts.demand(&tokens.reply, &rfc9068::SCOPE_CLAIM, fits, &expected, || format!("scope `{scope}` in the access token"));
        let client = token.claims.get("client_id");
        let own = client.is_none_or(|client| client == s.one.id());
        facts.demand(&tokens.reply, &rfc9068::CLAIMS, own, &format!("client_id {}", s.one.id()), || {
            format!("client_id {} in the access token", client.map(Value::to_string).unwrap_or_default())
        });
    }
    if s.one.has_endpoint("introspection_endpoint")
        && let Ok(reply) = introspection::active(s, &tokens).await
    {
        let scope = reply.member("scope").unwrap_or_default();
        let fits = named.is_empty() || words(&scope).is_subset(&words(&named));
        facts.demand(&reply, &rfc7662::ANSWER_SHAPE, fits, &expected, || format!("scope `{scope}` by introspection"));
    }
    facts.told(s)
}

async fn code_alone(s: &Session) -> Tried<()> {
    let pushed = s.pushed().await?;
    let landing = s.one.authorize(&pushed).land().await?;
    let crate::browser::Landing::Callback(callback) = &landing else {
        return s.one.accept(&pushed, landing).map(drop);
    };
    for (name, rule) in [
        ("error", &rfc6749::ERROR_REDIRECTED),
        ("access_token", &fapi2_sp::RESPONSE_TYPE_CODE),
        ("id_token", &fapi2_sp::RESPONSE_TYPE_CODE),
    ] {
        if callback.parameter("code").is_some() && callback.parameter(name).is_some() {
            let finding = Finding::new("a response with a code alone", format!("`{name}` beside the code")).against(rule);
            s.also(Finding { exchange: callback.exchange, ..finding });
        }
    }
    s.one.accept(&pushed, landing).map(drop)
}

async fn azp(s: &Session) -> Tried<()> {
    let tokens = s.one.tokens().await?;
    let azp = tokens.id_token.as_ref().and_then(|claims| claims.get("azp"));
    if let Some(azp) = azp.filter(|azp| *azp != s.one.id()) {
        let finding = Finding::new(format!("no azp, or azp {}", s.one.id()), format!("azp {azp}"));
        return Err(finding.shown_by(tokens.reply.number()).against(&oidcc::AUDIENCE_AND_TIMES).into());
    }
    Ok(())
}
