//! Callers and tokens that are wrong only where a careless check does not look: client authentication without a good assertion,
//! introspection and revocation.

use data_encoding::BASE64;
use fapi::requirement::{Requirement, fapi2_sp, oidcc, rfc6749, rfc7009, rfc7523, rfc7662, rfc9126};

use super::nearly_right::{each_refused, told};
use super::refresh::refreshable;
use super::{Scenario, assertions, assertions_pushed, front_channel, rules, run};
use crate::client::FormRequest;
use crate::client::form::ASSERTION_TYPE;
use crate::finding::{Finding, Tried, skip};
use crate::keys;
use crate::nearly;
use crate::session::{Session, Wire, wire};

const AT_ENDPOINT: &[&str] = &[
    "after a good request: client_id alone; Basic credentials with a random secret, with an empty one, with an access token of the \
     client, and with the scheme in lower case; client_secret with a random and an empty value",
    "400 or 401 with an error",
];

pub(super) static SCENARIOS: &[Scenario] = &[
    at("secret-at-par", "Secrets are refused at the PAR endpoint.", |s| Box::pin(secrets(s, Place::Push)))
        .requires(AT_PAR)
        .when(assertions_pushed),
    at("secret-at-token", "Secrets are refused at the token endpoint.", |s| Box::pin(secrets(s, Place::Token)))
        .requires(AT_TOKEN),
    at("secret-at-introspection", "Secrets are refused at the introspection endpoint.", |s| {
        Box::pin(secrets(s, Place::Introspection))
    })
    .requires(AT_INTROSPECTION),
    at("secret-at-revocation", "Secrets are refused at the revocation endpoint.", |s| Box::pin(secrets(s, Place::Revocation)))
        .requires(AT_REVOCATION),
    Scenario::negative(
        "assertion-type-nearly-right",
        "A client_assertion_type that only resembles the one of JWTs is refused.",
        run!(assertion_type),
    )
    .requires(&[&rfc7523::ASSERTION_TYPE])
    .when(assertions)
    .asserts(&["each value, and none: 400 with invalid_client or invalid_request, or 401 with invalid_client"]),
    Scenario::negative(
        "revoke-refresh-token-by-any-hint",
        "A refresh token is revoked without a hint, and with one that nobody knows.",
        run!(any_hint),
    )
    .requires(&[&rfc7009::HINT_IS_A_HINT, &rfc7009::REFRESH_TOKENS_REVOCABLE, &rfc6749::INVALID_GRANT])
    .when(front_channel)
    .asserts(&["no hint, and a hint that nobody knows: 200, and a refresh then gets 400 invalid_grant"]),
    Scenario::negative(
        "revoke-token-of-another-by-hint",
        "A client cannot revoke another client's token, whatever its hint says.",
        run!(of_another),
    )
    .requires(&[&rfc7009::REVOKED_BY_OWNER])
    .when(front_channel)
    .asserts(&["client 2 is refused, or gets 200 without effect: client 1 can still refresh"]),
];

const fn at(id: &'static str, summary: &'static str, run: super::Run) -> Scenario {
    Scenario::negative(id, summary, run).when(assertions).asserts(AT_ENDPOINT).under(rules::no_sent_secrets)
}

const AT_PAR: &[&Requirement] = &[
    &fapi2_sp::STRONG_CLIENT_AUTHENTICATION,
    &fapi2_sp::PUSH_AUTHENTICATED,
    &rfc9126::PUSH_AUTHENTICATED,
    &rfc6749::CLIENT_AUTHENTICATES,
];
const AT_TOKEN: &[&Requirement] = &[
    &fapi2_sp::STRONG_CLIENT_AUTHENTICATION,
    &rfc6749::CONFIDENTIAL_AUTHENTICATES,
    &rfc6749::CLIENT_CREDENTIALS_CONFIDENTIAL,
    &rfc6749::CLIENT_AUTHENTICATES,
];
const AT_INTROSPECTION: &[&Requirement] =
    &[&fapi2_sp::STRONG_CLIENT_AUTHENTICATION, &rfc7662::CALLER_AUTHORIZED, &rfc6749::CLIENT_AUTHENTICATES];
const AT_REVOCATION: &[&Requirement] =
    &[&fapi2_sp::STRONG_CLIENT_AUTHENTICATION, &rfc7009::REVOKED_BY_OWNER, &rfc6749::CLIENT_AUTHENTICATES];

/// Every reason to refuse a client's authentication.
const CHECKED: &[&Requirement] = &[
    &fapi2_sp::STRONG_CLIENT_AUTHENTICATION,
    &fapi2_sp::PUSH_AUTHENTICATED,
    &rfc9126::PUSH_AUTHENTICATED,
    &rfc6749::CONFIDENTIAL_AUTHENTICATES,
    &rfc6749::CLIENT_AUTHENTICATES,
    &rfc6749::CLIENT_CREDENTIALS_CONFIDENTIAL,
    &rfc7662::CALLER_AUTHORIZED,
    &rfc7009::REVOKED_BY_OWNER,
    &oidcc::REGISTERED_METHOD,
];

/// A place where clients authenticate.
#[derive(Clone, Copy)]
enum Place {
    Push,
    Token,
    Introspection,
    Revocation,
}

impl Place {
    /// The endpoint, if the server may lack it.
    fn optional(self) -> Option<&'static str> {
        match self {
            Self::Introspection => Some("introspection_endpoint"),
            Self::Revocation => Some("revocation_endpoint"),
            Self::Push | Self::Token => None,
        }
    }

    /// The requirement that a caller without a credential breaks.
    fn rule(self) -> &'static Requirement {
        match self {
            Self::Push => &fapi2_sp::PUSH_AUTHENTICATED,
            Self::Token => &rfc6749::CONFIDENTIAL_AUTHENTICATES,
            Self::Introspection => &rfc7662::CALLER_AUTHORIZED,
            Self::Revocation => &rfc7009::REVOKED_BY_OWNER,
        }
    }

    async fn request(self, s: &Session, token: &str) -> Tried<FormRequest> {
        Ok(match self {
            Self::Push => s.one.push(),
            Self::Token => return s.one.token_request().await,
            Self::Introspection => s.one.introspect(token),
            Self::Revocation => s.one.revoke(&keys::random()),
        })
    }
}

async fn secrets(s: &Session, place: Place) -> Tried<()> {
    if let Some(missing) = place.optional().filter(|endpoint| !s.one.has_endpoint(endpoint)) {
        return skip(format!("the metadata have no {missing}"));
    }
    let token = s.one.tokens().await?.access_token;
    let good = place.request(s, &token).await?.send().await?;
    if !good.grants() {
        return skip(format!("no control: the request with an assertion gets status {}", good.status()));
    }
    // A refused request does not use up its code, or the refusals after the first one show nothing more.
    let request = place.request(s, &token).await?;
    let id = s.one.id();
    let bare = request.without("client_assertion").without("client_assertion_type").set("client_id", id);
    let basic = |scheme: &str, secret: &str| format!("{scheme} {}", BASE64.encode(format!("{id}:{secret}").as_bytes()));
    let strong: &'static Requirement = &fapi2_sp::STRONG_CLIENT_AUTHENTICATION;
    let attempts = [
        ("client_id alone", bare.clone(), place.rule()),
        ("a random secret in Basic credentials", bare.clone().header("authorization", basic("Basic", &keys::random())), strong),
        ("an empty secret in Basic credentials", bare.clone().header("authorization", basic("Basic", "")), strong),
        ("a random secret under the scheme basic", bare.clone().header("authorization", basic("basic", &keys::random())), strong),
        ("a random client_secret", bare.clone().set("client_secret", keys::random()), strong),
        ("an empty client_secret", bare.clone().set("client_secret", ""), strong),
        ("an access token as the secret", bare.header("authorization", basic("Basic", &token)), strong),
    ];
    for (shown, request, rule) in attempts {
        let mut because = vec![rule];
        because.extend(CHECKED.iter().copied().filter(|other| *other != rule));
        let ended = s.refused_because(&request.send().await?, &SECRET, &because);
        told(s, ended, shown)?;
    }
    Ok(())
}

const SECRET: Wire = Wire::new(&[400, 401], &[]);

async fn assertion_type(s: &Session) -> Tried<()> {
    let because: &[&Requirement] = &[&rfc7523::ASSERTION_TYPE];
    let cheap = || if s.variant().front_channel() { s.one.push() } else { s.one.credentials() };
    each_refused(s, ASSERTION_TYPE, &[], nearly::NAME, |value: String| async move {
        let request = if s.variant().front_channel() { s.one.push() } else { s.one.credentials() };
        s.refused_because(&request.set("client_assertion_type", value).send().await?, &wire::INVALID_CLIENT, because)
    })
    .await?;
    let reply = cheap().without("client_assertion_type").send().await?;
    told(s, s.refused_because(&reply, &wire::INVALID_CLIENT, because), "there was no client_assertion_type")
}

async fn any_hint(s: &Session) -> Tried<()> {
    if !s.one.has_endpoint("revocation_endpoint") {
        return skip("the server has no revocation endpoint");
    }
    for hint in [None, Some("nonsense")] {
        let (_, token) = refreshable(s, &s.one).await?;
        let request = s.one.revoke(&token);
        let request = hint.map_or_else(|| request.clone(), |hint| request.clone().set("token_type_hint", hint));
        let rule: &'static Requirement =
            if hint.is_some() { &rfc7009::HINT_IS_A_HINT } else { &rfc7009::REFRESH_TOKENS_REVOCABLE };
        let reply = request.send().await?;
        let shown = hint.map_or("there was no hint".to_owned(), |hint| format!("the hint was {hint}"));
        if reply.status() != 200 {
            let finding = Finding::new("status 200 from the revocation endpoint", format!("status {}", reply.status()));
            // If a revocation without a hint is not served, one with a hint shows nothing about it.
            return told(s, Err(finding.shown_by(reply.number()).against(rule).into()), &shown);
        }
        let reply = s.one.refresh(&token).send().await?;
        told(s, s.refused_because(&reply, &wire::INVALID_GRANT, &[rule, &rfc6749::INVALID_GRANT]), &shown)?;
    }
    Ok(())
}

async fn of_another(s: &Session) -> Tried<()> {
    if !s.one.has_endpoint("revocation_endpoint") {
        return skip("the server has no revocation endpoint");
    }
    s.looks();
    let (tokens, token) = refreshable(s, &s.one).await?;
    for (revoked, hint) in [(&token, "refresh_token"), (&token, "access_token"), (&tokens.access_token, "access_token")] {
        s.two.revoke(revoked).set("token_type_hint", hint).send().await?;
    }
    let reply = s.one.refresh(&token).send().await?;
    if reply.grants() {
        return Ok(());
    }
    let finding = Finding::new("no effect of another client's attempt to revoke the refresh token", "a refusal of it");
    Err(finding.shown_by(reply.number()).against(&rfc7009::REVOKED_BY_OWNER).into())
}
