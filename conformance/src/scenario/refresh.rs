//! Refresh tokens.

use serde_json::{Map, Value};

use super::facts::Facts;
use super::{Scenario, front_channel, module, openid, rules, run, unbound};
use crate::client::{Client, Tokens};
use crate::finding::{Finding, Tried};
use crate::http::Reply;
use crate::keys::{self, SigningKey};
use crate::session::{Session, Wire, wire};
use fapi::requirement::{Requirement, fapi2_sp, oidcc, rfc6749, rfc6750, rfc8705, rfc9449};

pub(super) static SCENARIOS: &[Scenario] = &[
    Scenario::positive(
        "refresh",
        "A refresh token works with a new DPoP key, more than once, and is not rotated.",
        run!(refresh),
    )
    .oidf(&[module!("refresh-token")])
    .requires(&[
        &rfc6749::TOKEN_RESPONSE,
        &fapi2_sp::NO_REFRESH_ROTATION,
        &rfc9449::CONFIDENTIAL_REFRESH_UNBOUND,
        &rfc8705::CONFIDENTIAL_REFRESH_UNBOUND,
        &fapi2_sp::ROTATION_RETRY,
        &rfc6749::REFRESH_SCOPE,
    ])
    .when(front_channel)
    .rarely(30)
    .asserts(&[
        "refresh after another client got tokens: 200, no-store, correct token_type, unguessable tokens, expires_in at most a year",
        "the refresh token works again, without a scope and with the granted one; if it is rotated, the previous one still works 30 s later (with --fast: at once)",
        "DPoP: it works with a new key; the new access token works at the resource",
        "see also refresh-stolen-token, refresh-unauthenticated, refresh-without-key, refresh-of-another-client",
    ]),
    Scenario::negative(
        "refresh-stolen-token",
        "A refreshed access token is refused with another client's key or certificate.",
        run!(stolen),
    )
    .oidf(&[module!("refresh-token")])
    .requires(&[&rfc9449::TOKEN_BOUND_TO_KEY, &rfc8705::CERTIFICATE_MISMATCH])
    .when(front_channel)
    .asserts(&["the resource serves the token with client 2's own key", "client 2's refreshed token with client 1's key or certificate gets 4xx from the resource"]),
    Scenario::negative(
        "refresh-unauthenticated",
        "A refresh request without client authentication is refused.",
        run!(unauthenticated),
    )
    .oidf(&[module!("refresh-token")])
    .requires(&[
        &rfc6749::REFRESH_BOUND_TO_CLIENT,
        &rfc6749::CLIENT_AUTHENTICATES,
        &rfc6749::CONFIDENTIAL_AUTHENTICATES,
        &rfc8705::CERTIFICATE_OF_CLIENT,
    ])
    .when(front_channel)
    .asserts(&["400 or 401 with invalid_client, invalid_grant or invalid_request (a TLS failure with mTLS)"]),
    Scenario::negative("refresh-without-key", "A refresh request without a proof or certificate is refused.", run!(without_key))
        .oidf(&[module!("refresh-token")])
        .requires(&[&fapi2_sp::SENDER_CONSTRAINED, &rfc9449::CLIENT_ALWAYS_PROVES, &rfc8705::CERTIFICATE_OF_CLIENT])
        .under(rules::sender_constrained)
        .when(front_channel)
        .asserts(&[
            "for a client that registered a sender constraint, and for one that did not",
            "DPoP: 400 with invalid_request, invalid_grant or invalid_dpop_proof; mTLS: a TLS failure, or 400 or 401",
        ]),
    Scenario::negative("refresh-of-another-client", "A refresh token of another client is refused.", run!(of_another))
        .oidf(&[module!("refresh-token")])
        .requires(&[&rfc6749::REFRESH_BOUND_TO_CLIENT])
        .when(front_channel)
        .asserts(&["client 1, authenticated as itself, uses client 2's refresh token and gets 400 invalid_grant"]),
    Scenario::negative("refresh-unknown", "A refresh token that was never issued is refused.", run!(unknown))
        .requires(&[&rfc6749::INVALID_GRANT])
        .when(front_channel)
        .asserts(&["400 invalid_grant"]),
    Scenario::negative(
        "refresh-wider-scope",
        "A refresh request for a scope that was not granted is refused, or does not get it.",
        run!(wider_scope),
    )
    .requires(&[&rfc6749::REFRESH_SCOPE, &rfc6749::SCOPE_RETURNED])
    .when(front_channel)
    .asserts(&["a scope of the client that was not requested before, and one that nobody knows", "400 invalid_scope or invalid_grant, or a token whose scope does not include it (RFC 6749 3.3 leaves that open)"]),
    Scenario::positive("refresh-narrower-scope", "A refresh request may ask for a narrower scope.", run!(narrower_scope))
        .requires(&[&rfc6749::REFRESH_SCOPE_KEPT])
        .when(openid)
        .asserts(&["scope=openid: 200", "a later refresh without scope still gets the whole scope"]),
    Scenario::positive("refresh-id-token", "A refreshed ID token is for the same user, client and login.", run!(id_token))
        .oidf(&[module!("refresh-token")])
        .requires(&[&oidcc::REFRESHED_ID_TOKEN, &oidcc::REFRESHED_NONCE, &oidcc::REFRESHED_NONCE_SAME])
        .when(openid)
        .seconds(2)
        .asserts(&[
            "if there is one (otherwise skipped): iss, sub, aud, azp and auth_time are the same, and iat is later",
            "if there is a nonce (a warning), it is the one of the first ID token",
        ]),
];

/// The official module accepts 401 with each of these errors.
const CLIENT_OR_GRANT: Wire = Wire::new(&[400, 401], &["invalid_client", "invalid_grant", "invalid_request"]).unauthorized(&[
    "invalid_client",
    "invalid_grant",
    "invalid_request",
]);

/// Gets tokens with a refresh token for a client; skips the scenario if there is no refresh token.
pub(super) async fn refreshable(s: &Session, client: &Client) -> Tried<(Tokens, String)> {
    let tokens = client.tokens().await?;
    match tokens.refresh_token.clone() {
        Some(token) => {
            if !client.metadata().list("grant_types_supported").contains(&"refresh_token") {
                s.warn("the server issues a refresh token, but the metadata does not list the refresh_token grant");
            }
            Ok((tokens, token))
        }
        None => {
            if client.metadata().list("grant_types_supported").contains(&"refresh_token") {
                s.warn("the metadata lists the refresh_token grant, but the server issues no refresh token");
            }
            s.skip("the server issues no refresh token")
        }
    }
}

async fn refresh(s: &Session) -> Tried<()> {
    let (first, token) = refreshable(s, &s.two).await?;
    // Requests of another client must not affect the refresh token.
    s.one.tokens().await?;
    let refreshed = s.two.refresh(&token).tokens().await?;
    let reasonable = refreshed.expires_in.is_none_or(|seconds| (1..=31_536_000).contains(&seconds));
    if !reasonable {
        let got = format!("expires_in {}", refreshed.expires_in.unwrap_or_default());
        let finding = Finding::new("an expires_in above 0 and of at most a year", got).shown_by(refreshed.reply.number());
        return Err(finding.against(&rfc6750::LIFETIME_AND_INTEGRITY).into());
    }
    let rotated = refreshed.refresh_token.as_ref().is_some_and(|new| *new != token);
    if rotated {
        let got = "another one; FAPI 2.0 forbids rotation except in extraordinary circumstances";
        let finding = Finding::new("the same refresh token after a refresh, or none", got).shown_by(refreshed.reply.number());
        s.also(finding.against(&fapi2_sp::NO_REFRESH_ROTATION).as_advice());
        if s.target.waits {
            s.pass(30).await;
        }
    }
    let request = s.two.refresh(&token);
    let again = request.send().await?;
    if !again.grants() {
        let rule = if rotated { &fapi2_sp::ROTATION_RETRY } else { &fapi2_sp::NO_REFRESH_ROTATION };
        let finding = Finding::new("success when the refresh token is used again", format!("status {}", again.status()));
        return Err(finding.shown_by(again.number()).against(rule).into());
    }
    // A server may let each access token of a grant replace the one before, so only the newest is used.
    let mut newest = request.issued(&again).await?;
    let token = newest.refresh_token.clone().unwrap_or(token);
    let scope = first.scope.clone().unwrap_or_else(|| s.two.scope());
    if !scope.is_empty() {
        let request = s.two.refresh(&token).set("scope", scope);
        let scoped = request.send().await?;
        if scoped.grants() {
            newest = request.issued(&scoped).await?;
        } else {
            let error = scoped.member("error").unwrap_or_default();
            let got = format!("status {} {error}, but success without `scope`", scoped.status());
            let finding = Finding::new("success of a refresh that names the granted scope", got).shown_by(scoped.number());
            let finding = finding.against(&rfc6749::REFRESH_SCOPE);
            // Where the token response names no scope, it is the requested one by RFC 6749 3.3 alone.
            s.also(if first.scope.is_some() { finding } else { finding.as_advice() });
        }
    }
    let mut resource = s.two.resource(&newest);
    if s.variant().dpop() {
        let key = SigningKey::es256();
        let proving = key.clone();
        let current = newest.refresh_token.unwrap_or(token);
        let request = s.two.refresh(&current).proof(move |jwt| jwt.proving(&proving));
        let unbound = &rfc9449::CONFIDENTIAL_REFRESH_UNBOUND;
        let newest = request.tokens().await.map_err(|stop| stop.narrowed(&rfc6749::TOKEN_RESPONSE, unbound))?;
        resource = s.two.resource(&newest).proof(move |jwt| jwt.proving(&key));
    }
    if resource.url().is_err() {
        return Ok(());
    }
    resource.served().await.map(drop)
}

async fn stolen(s: &Session) -> Tried<()> {
    let (_, token) = refreshable(s, &s.two).await?;
    let refreshed = s.two.refresh(&token).tokens().await?;
    s.two.resource(&refreshed).served().await?;
    let stolen = s.one.resource(&refreshed).send().await?;
    if stolen.grants() {
        unbound::skipped(s, &s.two, &refreshed).await?;
    }
    let because: &[&Requirement] =
        if s.variant().dpop() { &[&rfc9449::TOKEN_BOUND_TO_KEY] } else { &[&rfc8705::CERTIFICATE_MISMATCH] };
    s.refused_by_resource_because(&stolen, wire::ANY_4XX, because)
}

async fn unauthenticated(s: &Session) -> Tried<()> {
    let (_, token) = refreshable(s, &s.one).await?;
    let request = s.one.refresh(&token).unauthenticated().set("client_id", s.one.id());
    // A client that authenticates with a certificate presents none here. Other clients present theirs, because they do not
    // authenticate with it.
    let request = if s.variant().private_key_jwt() {
        request.identity(s.one.settings().identity.clone().filter(|_| !s.variant().dpop()))
    } else {
        request
    };
    let because: &[&Requirement] = if s.variant().private_key_jwt() {
        &[&rfc6749::REFRESH_BOUND_TO_CLIENT, &rfc6749::CLIENT_AUTHENTICATES, &rfc6749::CONFIDENTIAL_AUTHENTICATES]
    } else {
        &[&rfc8705::CERTIFICATE_OF_CLIENT]
    };
    match request.attempt().await? {
        Ok(reply) => s.refused_because(&reply, &CLIENT_OR_GRANT, because),
        Err(unanswered) => s.hung_up(unanswered, s.variant().certificates()),
    }
}

async fn without_key(s: &Session) -> Tried<()> {
    for client in [&s.one, &s.two] {
        let (_, token) = refreshable(s, client).await?;
        if s.variant().dpop() {
            s.refused(&client.refresh(&token).without_proof().send().await?, &wire::INVALID_PROOF_OR_GRANT)?;
        } else {
            // With mTLS, the certificate may authenticate the client as well.
            let because: &[&Requirement] = if s.variant().private_key_jwt() {
                &[&fapi2_sp::SENDER_CONSTRAINED, &rfc8705::CERTIFICATE_OF_CLIENT]
            } else {
                &[&rfc8705::CERTIFICATE_OF_CLIENT]
            };
            match client.refresh(&token).identity(None).attempt().await? {
                Ok(reply) => s.refused_because(&reply, &CLIENT_OR_GRANT, because)?,
                Err(unanswered) => s.hung_up(unanswered, true)?,
            }
        }
    }
    Ok(())
}

async fn of_another(s: &Session) -> Tried<()> {
    let (_, token) = refreshable(s, &s.two).await?;
    s.refused(&s.one.refresh(&token).send().await?, &wire::INVALID_GRANT)
}

async fn unknown(s: &Session) -> Tried<()> {
    refreshable(s, &s.one).await?;
    s.refused(&s.one.refresh(&keys::random()).send().await?, &wire::INVALID_GRANT)
}

async fn wider_scope(s: &Session) -> Tried<()> {
    let whole = s.one.scope();
    // A scope that the client may have, but that the user was not asked for in this grant.
    if let Some(more) = whole.split_whitespace().rfind(|word| !["openid", "offline_access"].contains(word)) {
        let less: Vec<_> = whole.split_whitespace().filter(|word| *word != more).collect();
        if !less.is_empty() {
            let pushed = s.one.push().set("scope", less.join(" ")).pushed().await?;
            let first = s.one.redeem(&s.one.authorize(&pushed).code().await?).tokens().await?;
            let granted = first.scope.as_deref().is_some_and(|scope| scope.split_whitespace().any(|word| word == more));
            if let Some(token) = first.refresh_token.filter(|_| !granted) {
                let reply = s.one.refresh(&token).set("scope", whole.as_str()).send().await?;
                not_given(s, &reply, more, &rfc6749::REFRESH_SCOPE, &["invalid_scope", "invalid_grant"])?;
            }
        }
    }
    let (_, token) = refreshable(s, &s.one).await?;
    let more = format!("not-granted-{}", keys::random());
    let reply = s.one.refresh(&token).set("scope", format!("{whole} {more}").trim()).send().await?;
    not_given(s, &reply, &more, &rfc6749::REFRESH_SCOPE, &["invalid_scope", "invalid_grant"])
}

/// Demands that a request for a scope that the client may not have is refused, or that the response names a scope without it.
pub(super) fn not_given(
    s: &Session,
    reply: &Reply,
    more: &str,
    rule: &'static Requirement,
    errors: &'static [&'static str],
) -> Tried<()> {
    if !reply.grants() {
        return s.refused_because(reply, &Wire::new(&[400], errors), &[rule]);
    }
    s.looks();
    let (rule, got) = match reply.member("scope") {
        Some(scope) if !scope.split_whitespace().any(|granted| granted == more) => return Ok(()),
        Some(_) => (rule, "a token with that scope"),
        None => (&rfc6749::SCOPE_RETURNED, "a token, and no scope in the response"),
    };
    let finding = Finding::new("invalid_scope, or a response whose scope lacks the one that the client may not have", got);
    Err(finding.shown_by(reply.number()).against(rule).into())
}

async fn narrower_scope(s: &Session) -> Tried<()> {
    let (first, token) = refreshable(s, &s.one).await?;
    let narrow = s.one.refresh(&token).set("scope", "openid").tokens().await?;
    let token = narrow.refresh_token.unwrap_or(token);
    let whole = s.one.refresh(&token).tokens().await?;
    let sorted = |tokens: &Tokens| {
        let mut scopes: Vec<_> = tokens.scope.as_deref().unwrap_or_default().split_whitespace().map(str::to_owned).collect();
        scopes.sort();
        scopes
    };
    if whole.scope.is_some() && first.scope.is_some() && sorted(&whole) != sorted(&first) {
        let finding = Finding::new(format!("scope {}", sorted(&first).join(" ")), format!("scope {}", sorted(&whole).join(" ")));
        return Err(finding.shown_by(whole.reply.number()).against(&rfc6749::REFRESH_SCOPE_KEPT).into());
    }
    Ok(())
}

async fn id_token(s: &Session) -> Tried<()> {
    let pushed = s.one.push().set("max_age", "3600").pushed().await?;
    let first = s.one.redeem(&s.one.authorize(&pushed).code().await?).tokens().await?;
    let Some(token) = first.refresh_token.clone() else { return s.skip("the server issues no refresh token") };
    s.pass(2).await;
    let again = s.one.refresh(&token).tokens().await?;
    let (Some(before), Some(after)) = (&first.id_token, &again.id_token) else {
        return s.skip("the server issues no ID token with a refresh");
    };
    let mut facts = Facts::default();
    let rule = &oidcc::REFRESHED_ID_TOKEN;
    let show = |claims: &Map<String, Value>, name: &str| match claims.get(name) {
        Some(value) => format!("{name} {value}"),
        None => format!("no {name}"),
    };
    for name in ["iss", "sub", "aud", "azp", "auth_time"] {
        // A refreshed ID token may leave out auth_time.
        let same = words(before, name) == words(after, name) || (name == "auth_time" && !after.contains_key(name));
        let expected = format!("{}, as in the first ID token", show(before, name));
        facts.demand(&again.reply, rule, same, &expected, || show(after, name));
    }
    let issued = |claims: &Map<String, Value>| claims.get("iat").and_then(Value::as_i64);
    let expected = "an iat later than that of the first ID token, which was issued two seconds before";
    facts.demand(&again.reply, rule, issued(after) > issued(before), expected, || {
        format!("{} after {}", show(after, "iat"), show(before, "iat"))
    });
    if after.contains_key("nonce") {
        s.warn("the refreshed ID token has a nonce");
        let same = after.get("nonce") == before.get("nonce");
        let expected = "no nonce, or the nonce of the first ID token";
        facts.demand(&again.reply, &oidcc::REFRESHED_NONCE_SAME, same, expected, || "another nonce".into());
    }
    facts.told(s)
}

/// The values of a claim in one order: `aud` may be a string or an array.
fn words(claims: &Map<String, Value>, name: &str) -> Vec<String> {
    let mut words: Vec<_> = match claims.get(name) {
        Some(Value::Array(values)) => values.iter().map(Value::to_string).collect(),
        value => value.iter().map(ToString::to_string).collect(),
    };
    words.sort();
    words
}
