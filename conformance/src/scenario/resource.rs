//! What a protected resource refuses, whoever asks.

use super::{Scenario, always, module, run};
use crate::client::resource::ResourceCall;
use crate::finding::{Finding, Tried};
use crate::http::Reply;
use crate::keys;
use crate::session::{Session, wire};
use fapi::requirement::{fapi2_sp, rfc6750, rfc8705, rfc9068, rfc9449};

pub(super) static SCENARIOS: &[Scenario] = &[
    Scenario::negative("resource-without-token", "Nothing is told without a token.", run!(without_token))
        .requires(&[&rfc6750::TOKEN_PRESENT])
        .when(always)
        .asserts(&[
            "401 (400 at worst) with WWW-Authenticate",
            "the challenge names no error, as nothing was wrong (otherwise a warning)",
        ]),
    Scenario::negative("resource-unknown-token", "A token that was never issued is refused.", run!(unknown_token))
        .requires(&[&rfc6750::TOKEN_LIVE, &fapi2_sp::TOKEN_VALID])
        .when(always)
        .asserts(&["401 with WWW-Authenticate and invalid_token (other errors of the challenge are a warning)"]),
    Scenario::negative("resource-tampered-token", "A token with one character changed is refused.", run!(tampered))
        .requires(&[&fapi2_sp::TOKEN_VALID, &rfc9068::VALIDATED, &rfc9068::INVALID_TOKEN])
        .when(always)
        .asserts(&["401 (400 at worst)"]),
    Scenario::negative("resource-token-in-query", "A token in the query alone is no way in.", run!(in_query))
        .oidf(&[module!("happy-flow")])
        .requires(&[&fapi2_sp::NO_TOKEN_IN_QUERY, &rfc6750::NO_TOKEN_IN_QUERY])
        .when(always)
        .asserts(&["a request with the access token in the query and nowhere else: 400, 401 or 414"]),
    Scenario::negative("resource-stolen-token", "A token of one client is useless to another.", run!(stolen))
        .oidf(&[module!("happy-flow")])
        .requires(&[&rfc9449::TOKEN_BOUND_TO_KEY, &rfc8705::CERTIFICATE_MISMATCH])
        .when(always)
        .asserts(&["client 2's token with client 1's key or certificate: 4xx"]),
    Scenario::negative(
        "resource-token-in-query-too",
        "A token in the query is refused even beside a good header.",
        run!(in_query_too),
    )
    .requires(&[&fapi2_sp::NO_TOKEN_IN_QUERY, &rfc6750::NO_TOKEN_IN_QUERY])
    .when(always)
    .asserts(&[
        "400 (or 401); if the header decides and the request is served, a warning; the query alone is never enough (see resource-token-in-query)",
    ]),
    Scenario::negative("resource-token-in-body-too", "A token in header and body is refused.", run!(in_body_too))
        .requires(&[&rfc6750::REQUEST_WELL_FORMED])
        .when(super::openid)
        .asserts(&["a POST to userinfo with the token in both: 400 (401 at worst); if the header decides, a warning"]),
    Scenario::negative("resource-id-token", "An ID token is no access token.", run!(id_token))
        .requires(&[&rfc9068::VALIDATED])
        .when(super::openid)
        .asserts(&["the resource answers an ID token, sent as access token, with 401 (400 at worst)"]),
    Scenario::negative("resource-insufficient-scope", "A token of a lesser scope opens less.", run!(lesser_scope))
        .requires(&[&rfc6750::SCOPE_COVERS, &fapi2_sp::TOKEN_SUFFICIENT])
        .when(super::openid)
        .asserts(&[
            "a token of scope openid at the resource: 403 insufficient_scope (401 at worst)",
            "skipped without a resource of its own, or where the resource asks for no more",
        ]),
    Scenario::negative("resource-expired-token", "A token is refused when its time is over.", run!(expired))
        .requires(&[&fapi2_sp::TOKEN_VALID, &rfc6750::TOKEN_LIVE])
        .when(always)
        .seconds(605)
        .asserts(&["after expires_in (at most ten minutes are waited for) the resource answers 401"]),
    Scenario::negative("resource-unknown-scheme", "An authentication scheme that nobody knows is refused.", run!(unknown_scheme))
        .requires(&[&rfc6750::TOKEN_PRESENT])
        .when(always)
        .asserts(&["401 (400 at worst)"]),
];

/// A call that was served when it was good.
async fn call(s: &Session) -> Tried<ResourceCall> {
    let call = s.one.resource(&s.one.tokens().await?);
    call.served().await?;
    Ok(call)
}

fn challenged(reply: &Reply) -> Tried<String> {
    match reply.header("www-authenticate") {
        Some(challenge) => Ok(challenge.to_owned()),
        None if reply.status() != 401 => Ok(String::new()),
        None => {
            let finding = Finding::new("WWW-Authenticate beside 401", "none").shown_by(reply.number());
            Err(finding.against(&rfc6750::TOKEN_PRESENT).into())
        }
    }
}

async fn without_token(s: &Session) -> Tried<()> {
    let reply = call(s).await?.scheme(None).without_proof().send().await?;
    if challenged(&reply)?.contains("error=") {
        s.warn("the challenge names an error, though the request had no token");
    }
    s.refused_by_resource(&reply, &[400, 401])
}

async fn unknown_token(s: &Session) -> Tried<()> {
    let reply = call(s).await?.token(keys::random()).send().await?;
    if !challenged(&reply)?.contains("invalid_token") {
        s.warn("the challenge does not say invalid_token");
    }
    s.refused_by_resource(&reply, &[401])
}

async fn tampered(s: &Session) -> Tried<()> {
    let tokens = s.one.tokens().await?;
    let mut token = tokens.access_token.clone();
    let last = token.pop();
    // Not the very last character: of base64url it may hold unused bits.
    let before = token.pop();
    token.push(if before == Some('A') { 'B' } else { 'A' });
    token.extend(last);
    let call = s.one.resource(&tokens);
    call.served().await?;
    let reply = call.token(token).send().await?;
    s.refused_by_resource(&reply, &[400, 401])
}

async fn in_query(s: &Session) -> Tried<()> {
    let tokens = s.one.tokens().await?;
    let reply = s.one.resource(&tokens).scheme(None).without_proof().query("access_token", &tokens.access_token).send().await?;
    s.refused_by_resource(&reply, &[400, 401, 414])
}

async fn stolen(s: &Session) -> Tried<()> {
    let tokens = s.two.tokens().await?;
    let reply = s.one.resource(&tokens).send().await?;
    s.refused_by_resource(&reply, wire::ANY_4XX)
}

async fn in_query_too(s: &Session) -> Tried<()> {
    let tokens = s.one.tokens().await?;
    let reply = s.one.resource(&tokens).query("access_token", &tokens.access_token).send().await?;
    if matches!(reply.status(), 200 | 201) {
        s.warn("a token in the query beside a good header is overlooked");
        return Ok(());
    }
    s.refused_by_resource(&reply, if s.target.instance.strict() { &[400] } else { &[400, 401] })
}

async fn in_body_too(s: &Session) -> Tried<()> {
    let tokens = s.one.tokens().await?;
    let call = s.one.userinfo(&tokens).method("POST");
    call.served().await?;
    let form = crate::client::form::encode(&[("access_token".to_owned(), tokens.access_token.clone())]);
    let reply = call.form(&form).send().await?;
    if reply.is_success() {
        s.warn("a token in the body beside a good header is overlooked");
        return Ok(());
    }
    s.refused_by_resource(&reply, &[400, 401])
}

async fn id_token(s: &Session) -> Tried<()> {
    let tokens = s.one.tokens().await?;
    let call = s.one.resource(&tokens);
    call.served().await?;
    let Some(id_token) = tokens.reply.member("id_token") else { return crate::finding::fail("an ID token", "none") };
    s.refused_by_resource(&call.token(id_token).send().await?, &[400, 401])
}

async fn lesser_scope(s: &Session) -> Tried<()> {
    if s.target.resource.is_none() {
        return crate::finding::skip("the target names no resource, and userinfo asks for openid alone");
    }
    call(s).await?;
    let pushed = s.one.push().set("scope", "openid").pushed().await?;
    let tokens = s.one.redeem(&s.one.authorize(&pushed).code().await?).tokens().await?;
    let reply = s.one.resource(&tokens).send().await?;
    if reply.is_success() && !s.target.instance.strict() {
        return crate::finding::skip("the resource asks for no more than openid");
    }
    if reply.status() == 403 && !challenged(&reply)?.contains("insufficient_scope") {
        s.warn("the challenge does not say insufficient_scope");
    }
    s.refused_by_resource(&reply, &[401, 403])
}

async fn expired(s: &Session) -> Tried<()> {
    let tokens = s.one.tokens().await?;
    let call = s.one.resource(&tokens);
    call.served().await?;
    let Some(lifetime) = tokens.expires_in.filter(|seconds| *seconds <= 600) else {
        return crate::finding::skip(format!("the access token lives for {:?} s", tokens.expires_in));
    };
    s.pass(lifetime + 3).await;
    s.refused_by_resource(&call.send().await?, &[401])
}

async fn unknown_scheme(s: &Session) -> Tried<()> {
    let reply = call(s).await?.scheme(Some("Negotiate")).without_proof().send().await?;
    s.refused_by_resource(&reply, &[400, 401])
}
