//! Flows that must succeed, as two different clients run them.

use super::{Scenario, dpop, front_channel, module, openid, run};
use crate::client::{Client, Tokens};
use crate::finding::{Finding, Tried, skip};
use crate::keys::{self, SigningKey};
use crate::session::Session;
use fapi::requirement::{fapi2_sp, oidcc, rfc6749, rfc6750, rfc7523bis, rfc9110, rfc9126, rfc9207, rfc9449};

pub(super) static SCENARIOS: &[Scenario] = &[
    Scenario::positive("flow", "Two clients get tokens and use them at the resource.", run!(flow))
        .oidf(&[module!("happy-flow")])
        .requires(&[
            &fapi2_sp::PUSH_OFFERED,
            &rfc9126::PUSH_CREATED,
            &rfc6749::TOKEN_RESPONSE,
            &rfc9207::RESPONSE_ISS,
            &rfc6749::STATE_ECHOED,
            &rfc7523bis::ISSUER_AT_EVERY_ENDPOINT,
            &fapi2_sp::TOKEN_IN_HEADER,
            &rfc9110::DATE,
        ])
        .asserts(&[
            "client 1: push 201, redirect with state and iss, token 200, resource 2xx with a Date header",
            "client 2: the same with a 128-character state, a 43-character nonce, parameters in another order, dpop_jkt with DPoP",
            "client 2's registered redirect URI keeps its own query",
            "request_uri, code and tokens cannot be guessed",
            "the resource returns another x-fapi-interaction-id, or refuses other Accept headers: a warning",
        ]),
    Scenario::positive("scheme-in-other-case", "The authentication scheme is case-insensitive.", run!(scheme_in_other_case))
        .oidf(&[module!("access-token-type-header-case-sensitivity")])
        .requires(&[&rfc9110::SCHEME_ANY_CASE, &rfc6750::TOKEN_IN_HEADER])
        .asserts(&["control: the resource serves the token", "it answers 2xx to `dPOP` or `bEARER` as well"]),
    Scenario::positive("no-state", "The response to a request without state has no state.", run!(no_state))
        .oidf(&[module!("ensure-authorization-request-without-state-success")])
        .when(front_channel)
        .requires(&[&rfc6749::CODE_REQUEST, &rfc6749::STATE_ECHOED])
        .asserts(&["the flow succeeds", "the response has no state", "an s_hash in the ID token is a warning"]),
    Scenario::positive("no-nonce", "The ID token for a request without nonce has no nonce.", run!(no_nonce))
        .oidf(&[module!("ensure-authorization-request-without-nonce-success")])
        .when(openid)
        .requires(&[&oidcc::NONCE_COPIED])
        .asserts(&["the flow succeeds", "the ID token has no nonce"]),
    Scenario::positive("nonce-of-64-characters", "A nonce of 64 characters comes back unchanged.", run!(nonce_of_64))
        .oidf(&[module!("ensure-authorization-request-with-64-char-nonce-success")])
        .when(openid)
        .requires(&[&fapi2_sp::NONCE_LENGTH, &oidcc::NONCE_COPIED])
        .asserts(&["the flow succeeds", "the ID token has exactly the nonce sent"]),
    Scenario::positive("scopes-in-other-order", "Scope values may come in any order.", run!(scopes_in_other_order))
        .oidf(&[module!("ensure-other-scope-order-succeeds")])
        .when(openid)
        .requires(&[&rfc6749::SCOPE_UNORDERED, &rfc6749::SCOPE_SYNTAX])
        .asserts(&["the flow succeeds with the scope values in reverse order; skipped if there are not two"]),
    Scenario::positive("dpop-algorithms", "Proofs signed with ES256, PS256 and EdDSA are accepted.", run!(dpop_algorithms))
        .when(dpop)
        .requires(&[&rfc9449::ALGORITHMS_PUBLISHED, &fapi2_sp::SIGNING_ALGORITHMS])
        .asserts(&["the token request succeeds with a key of each algorithm that the metadata lists; skipped if it lists none"]),
];

async fn flow(s: &Session) -> Tried<()> {
    let first = s.one.tokens().await?;
    use_at_resource(s, &s.one, &first).await?;
    let second = if s.variant().front_channel() { by_client_two(s).await? } else { s.two.tokens().await? };
    if !s.variant().front_channel() && second.refresh_token.is_some() {
        s.warn("the response to a client credentials request has a refresh token (RFC 6749 4.4.3)");
    }
    use_at_resource(s, &s.two, &second).await?;
    Ok(())
}

async fn by_client_two(s: &Session) -> Tried<Tokens> {
    let state: String = keys::random().repeat(3).chars().take(128).collect();
    let mut push = s.two.push().set("state", state);
    if s.variant().dpop() {
        push = push.set("dpop_jkt", s.two.dpop_key().thumbprint());
    }
    // Removing a parameter and adding it again moves it to the end.
    for name in ["response_type", "scope"] {
        if let Some((_, value)) = push.complete_fields().into_iter().find(|(field, _)| field == name) {
            push = push.without(name).duplicate(name, value);
        }
    }
    let pushed = push.pushed().await?;
    let code = s.two.authorize(&pushed).code().await?;
    s.two.redeem(&code).tokens().await
}

async fn use_at_resource(s: &Session, client: &Client, tokens: &Tokens) -> Tried<()> {
    let interaction = "c770aef3-6784-41f7-8e0e-ff5f97bddb3a";
    let reply = client.resource(tokens).header("x-fapi-interaction-id", interaction).served().await?;
    match reply.header("x-fapi-interaction-id") {
        Some(other) if other != interaction => {
            s.warn("the resource answers with another x-fapi-interaction-id than the one it was sent")
        }
        _ => {}
    }
    for accept in ["application/json;charset=UTF-8", "application/json, */*"] {
        let reply = client.resource(tokens).header("accept", accept).send().await?;
        if !reply.grants() {
            s.warn(format!("the resource answers Accept: {accept} with status {}", reply.status()));
        }
    }
    if s.variant().dpop() && tokens.expires_in.is_some_and(|seconds| seconds > 3600) {
        s.warn("the access token lives longer than an hour");
    }
    if reply.header("date").is_none() {
        let finding = Finding::new("a Date header in the resource's response", "none").shown_by(reply.number());
        return Err(finding.against(&rfc9110::DATE).into());
    }
    Ok(())
}

async fn scheme_in_other_case(s: &Session) -> Tried<()> {
    let tokens = s.one.tokens().await?;
    let scheme = if s.variant().dpop() { "dPOP" } else { "bEARER" };
    s.one.resource(&tokens).served().await?;
    s.one.resource(&tokens).scheme(Some(scheme)).served().await.map(drop).map_err(|stop| stop.against(&rfc9110::SCHEME_ANY_CASE))
}

async fn no_state(s: &Session) -> Tried<()> {
    let pushed = s.one.push().without("state").pushed().await?;
    let code = s.one.authorize(&pushed).code().await?;
    let tokens = s.one.redeem(&code).tokens().await?;
    if tokens.id_token.is_some_and(|claims| claims.contains_key("s_hash")) {
        s.warn("the ID token has an s_hash, although the request had no state");
    }
    Ok(())
}

async fn no_nonce(s: &Session) -> Tried<()> {
    let pushed = s.one.push().without("nonce").pushed().await?;
    let code = s.one.authorize(&pushed).code().await?;
    s.one.redeem(&code).tokens().await.map(drop)
}

async fn nonce_of_64(s: &Session) -> Tried<()> {
    let nonce: String = keys::random().repeat(2).chars().take(64).collect();
    let pushed = s.one.push().set("nonce", nonce).pushed().await?;
    let code = s.one.authorize(&pushed).code().await?;
    let tokens = s.one.redeem(&code).tokens().await;
    s.narrowed(tokens.map(drop), &oidcc::NONCE_COPIED, &fapi2_sp::NONCE_LENGTH).await
}

async fn scopes_in_other_order(s: &Session) -> Tried<()> {
    let scope = s.one.scope();
    let reversed: Vec<_> = scope.split_whitespace().rev().collect();
    if reversed.len() < 2 {
        return skip("the client requests fewer than two scope values");
    }
    let pushed = s.one.push().set("scope", reversed.join(" ")).pushed().await;
    let pushed = pushed.map_err(|stop| stop.against(&rfc6749::SCOPE_UNORDERED))?;
    let code = s.one.authorize(&pushed).code().await?;
    s.one.redeem(&code).tokens().await.map(drop)
}

async fn dpop_algorithms(s: &Session) -> Tried<()> {
    let listed = s.one.metadata().list("dpop_signing_alg_values_supported");
    if listed.is_empty() {
        return skip("the metadata has no dpop_signing_alg_values_supported");
    }
    s.prime().await?;
    let edwards = SigningKey::eddsa();
    let mut keys = vec![SigningKey::es256(), SigningKey::ps256(), edwards.clone()];
    keys.extend(edwards.with_algorithm("Ed25519").ok());
    for key in keys.into_iter().filter(|key| listed.contains(&key.algorithm())) {
        let tokens = s.one.token_request().await?.proof(move |proof| proof.proving(&key)).tokens().await;
        tokens.map_err(|stop| stop.narrowed(&rfc6749::TOKEN_RESPONSE, &rfc9449::ALGORITHMS_PUBLISHED))?;
    }
    Ok(())
}
