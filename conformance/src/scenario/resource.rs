//! Refusals of a protected resource that do not depend on the sender constraint.

use super::{Scenario, always, module, run};
use crate::client::resource::ResourceCall;
use crate::finding::{Finding, Tried};
use crate::http::Reply;
use crate::keys;
use crate::session::{Session, wire};
use fapi::requirement::{fapi2_sp, rfc6750, rfc8705, rfc9068, rfc9449};

pub(super) static SCENARIOS: &[Scenario] = &[
    Scenario::negative("resource-without-token", "A request without a token is refused.", run!(without_token))
        .requires(&[&rfc6750::TOKEN_PRESENT])
        .when(always)
        .asserts(&[
            "401 with WWW-Authenticate, or 400",
            "the challenge has no error, since no token was sent (otherwise a warning)",
        ]),
    Scenario::negative("resource-unknown-token", "A token that was never issued is refused.", run!(unknown_token))
        .requires(&[&rfc6750::TOKEN_LIVE, &fapi2_sp::TOKEN_VALID])
        .when(always)
        .asserts(&["401 with WWW-Authenticate and invalid_token (another error in the challenge is a warning)"]),
    Scenario::negative("resource-tampered-token", "A token with one character changed is refused.", run!(tampered))
        .requires(&[&fapi2_sp::TOKEN_VALID, &rfc9068::VALIDATED, &rfc9068::INVALID_TOKEN])
        .when(always)
        .asserts(&["401 or 400"]),
    Scenario::negative("resource-token-in-query", "A token that is only in the query is refused.", run!(in_query))
        .oidf(&[module!("happy-flow")])
        .requires(&[&fapi2_sp::NO_TOKEN_IN_QUERY, &rfc6750::NO_TOKEN_IN_QUERY])
        .when(always)
        .asserts(&["a request with the access token only in the query: 400, 401 or 414"]),
    Scenario::negative(
        "resource-stolen-token",
        "A token of one client is refused with the key or certificate of another.",
        run!(stolen),
    )
    .oidf(&[module!("happy-flow")])
    .requires(&[&rfc9449::TOKEN_BOUND_TO_KEY, &rfc8705::CERTIFICATE_MISMATCH])
    .when(always)
    .asserts(&["client 2's token with client 1's key or certificate: 4xx"]),
    Scenario::negative(
        "resource-token-in-query-too",
        "A token in the query is refused even with a valid token in the header.",
        run!(in_query_too),
    )
    .requires(&[&fapi2_sp::NO_TOKEN_IN_QUERY, &rfc6750::NO_TOKEN_IN_QUERY])
    .when(always)
    .asserts(&[
        "400 or 401; if the request is served because of the header, a warning; resource-token-in-query checks the query alone",
    ]),
    Scenario::negative("resource-token-in-body-too", "A token in header and body is refused.", run!(in_body_too))
        .requires(&[&rfc6750::REQUEST_WELL_FORMED])
        .when(super::openid)
        .asserts(&["a POST to userinfo with the token in both: 400 or 401; if it is served, a warning"]),
    Scenario::negative("resource-id-token", "An ID token is refused as an access token.", run!(id_token))
        .requires(&[&rfc9068::VALIDATED])
        .when(super::openid)
        .asserts(&["the resource answers 401 or 400 to an ID token sent as an access token"]),
    Scenario::negative(
        "resource-insufficient-scope",
        "A token without the scope of the resource is refused.",
        run!(lesser_scope),
    )
    .requires(&[&rfc6750::SCOPE_COVERS, &fapi2_sp::TOKEN_SUFFICIENT])
    .when(super::openid)
    .asserts(&[
        "a token of scope openid at the resource: 403 insufficient_scope, or 401",
        "skipped if the target names no resource, or if its resource does not require another scope",
    ]),
    Scenario::negative("resource-expired-token", "An expired token is refused.", run!(expired))
        .requires(&[&fapi2_sp::TOKEN_VALID, &rfc6750::TOKEN_LIVE])
        .when(always)
        .seconds(605)
        .asserts(&["after expires_in the resource answers 401; skipped if it is more than ten minutes"]),
    Scenario::negative("resource-unknown-scheme", "An unknown authentication scheme is refused.", run!(unknown_scheme))
        .requires(&[&rfc6750::TOKEN_PRESENT])
        .when(always)
        .asserts(&["401 or 400"]),
];

/// Returns a call that the resource has just served.
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
            let finding = Finding::new("a WWW-Authenticate header with status 401", "none").shown_by(reply.number());
            Err(finding.against(&rfc6750::TOKEN_PRESENT).into())
        }
    }
}

async fn without_token(s: &Session) -> Tried<()> {
    let reply = call(s).await?.scheme(None).without_proof().send().await?;
    if challenged(&reply)?.contains("error=") {
        s.warn("the challenge has an error although the request had no token");
    }
    s.refused_by_resource(&reply, &[400, 401])
}

async fn unknown_token(s: &Session) -> Tried<()> {
    let reply = call(s).await?.token(keys::random()).send().await?;
    if !challenged(&reply)?.contains("invalid_token") {
        s.warn("the challenge does not have the error invalid_token");
    }
    s.refused_by_resource(&reply, &[401])
}

async fn tampered(s: &Session) -> Tried<()> {
    let tokens = s.one.tokens().await?;
    let mut token = tokens.access_token.clone();
    let last = token.pop();
    // Not the last character: in base64url it may have bits that decoders ignore.
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
        s.warn("a token in the query is ignored if there is a valid one in the header");
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
        s.warn("a token in the body is ignored if there is a valid one in the header");
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
        return crate::finding::skip("the target names no resource, and userinfo requires no scope other than openid");
    }
    call(s).await?;
    let pushed = s.one.push().set("scope", "openid").pushed().await?;
    let tokens = s.one.redeem(&s.one.authorize(&pushed).code().await?).tokens().await?;
    let reply = s.one.resource(&tokens).send().await?;
    if reply.is_success() && !s.target.instance.strict() {
        return crate::finding::skip("the resource requires no scope other than openid");
    }
    if reply.status() == 403 && !challenged(&reply)?.contains("insufficient_scope") {
        s.warn("the challenge does not have the error insufficient_scope");
    }
    s.refused_by_resource(&reply, &[401, 403])
}

async fn expired(s: &Session) -> Tried<()> {
    let tokens = s.one.tokens().await?;
    let call = s.one.resource(&tokens);
    call.served().await?;
    let Some(lifetime) = tokens.expires_in.filter(|seconds| *seconds <= 600) else {
        return crate::finding::skip(match tokens.expires_in {
            Some(seconds) => format!("the access token expires only after {seconds} s"),
            None => "the token response has no expires_in".to_owned(),
        });
    };
    s.pass(lifetime + 3).await;
    s.refused_by_resource(&call.send().await?, &[401])
}

async fn unknown_scheme(s: &Session) -> Tried<()> {
    let reply = call(s).await?.scheme(Some("Negotiate")).without_proof().send().await?;
    s.refused_by_resource(&reply, &[400, 401])
}
