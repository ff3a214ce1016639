//! Refusals of a protected resource that do not depend on the sender constraint.

use super::nearly_right::told;
use super::{Scenario, always, module, run, unbound};
use crate::client::resource::ResourceCall;
use crate::finding::{Finding, Tried, skip};
use crate::http::Reply;
use crate::keys;
use crate::session::{Session, wire};
use fapi::requirement::{Requirement, fapi2_sp, rfc6750, rfc8705, rfc9068, rfc9449};

pub(super) static SCENARIOS: &[Scenario] = &[
    Scenario::negative("resource-without-token", "A request without a token is refused.", run!(without_token))
        .requires(&[&rfc6750::TOKEN_PRESENT])
        .when(always)
        .asserts(&[
            "401 or 400, with WWW-Authenticate; HEAD, as far as the resource knows it, is refused as well",
            "the challenge has no error, since no token was sent (otherwise a warning)",
        ]),
    Scenario::negative("resource-unknown-token", "A token that was never issued is refused.", run!(unknown_token))
        .requires(&[&fapi2_sp::TOKEN_VALID, &rfc6750::TOKEN_LIVE])
        .when(always)
        .asserts(&["401 or 400, with WWW-Authenticate; 401 and invalid_token (otherwise a warning)"]),
    Scenario::negative("resource-tampered-token", "A token with one character changed is refused.", run!(tampered))
        .requires(&[&fapi2_sp::TOKEN_VALID, &rfc9068::VALIDATED, &rfc9068::INVALID_TOKEN])
        .when(always)
        .asserts(&["401 or 400"]),
    Scenario::negative("resource-token-in-query", "A token that is only in the query is refused.", run!(in_query))
        .oidf(&[module!("happy-flow")])
        .requires(&[&fapi2_sp::NO_TOKEN_IN_QUERY, &rfc6750::NO_TOKEN_IN_QUERY])
        .when(always)
        .asserts(&["a request with the access token only in the query, with DPoP beside a good proof for it: 400, 401 or 414"]),
    Scenario::negative(
        "resource-stolen-token",
        "A token of one client is refused with the key or certificate of another.",
        run!(stolen),
    )
    .oidf(&[module!("happy-flow")])
    .requires(&[&fapi2_sp::TOKEN_SENDER_VERIFIED, &rfc9449::TOKEN_BOUND_TO_KEY, &rfc8705::CERTIFICATE_MISMATCH])
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
        .requires(&[&fapi2_sp::TOKEN_VALID, &rfc9068::VALIDATED])
        .when(super::openid)
        .asserts(&["the resource answers 401 or 400 to an ID token sent as an access token"]),
    Scenario::negative(
        "resource-insufficient-scope",
        "A token without the scope of the resource is refused.",
        run!(lesser_scope),
    )
    .requires(&[&fapi2_sp::TOKEN_SUFFICIENT, &rfc6750::SCOPE_COVERS])
    .when(super::openid)
    .asserts(&[
        "a token of scope openid at the resource: 403 insufficient_scope, or 401",
        "skipped if the target names no resource, or if its resource does not require another scope",
    ]),
    Scenario::negative("resource-expired-token", "An expired token is refused.", run!(expired))
        .requires(&[&fapi2_sp::TOKEN_VALID, &rfc6750::TOKEN_LIVE])
        .when(always)
        .seconds(910)
        .asserts(&[
            "after expires_in the resource answers 401; skipped if it is more than ten minutes",
            "a server may allow for a few minutes of difference between clocks: if it serves the token, it is asked again after one \
             and after five minutes",
        ]),
    Scenario::negative("resource-unknown-scheme", "An unknown authentication scheme is refused.", run!(unknown_scheme))
        .requires(&[&rfc6750::TOKEN_PRESENT])
        .when(always)
        .asserts(&[
            "a good token (with DPoP, beside a good proof) as credentials of the schemes Negotiate, Token, and one that begins with the \
             right name: 401 or 400",
        ]),
];

/// Returns a call that the resource has just served.
async fn call(s: &Session) -> Tried<ResourceCall> {
    let call = s.one.resource(&s.one.tokens().await?);
    call.served().await?;
    Ok(call)
}

/// Returns the challenges of a refusal. RFC 6750, section 3, demands at least one for a request without a good token.
fn challenged(reply: &Reply) -> Tried<String> {
    let challenges: Vec<_> = reply.headers("www-authenticate").collect();
    if challenges.is_empty() && matches!(reply.status(), 400..=499) {
        let finding = Finding::new("a WWW-Authenticate header", format!("status {} without one", reply.status()));
        return Err(finding.shown_by(reply.number()).against(&rfc6750::TOKEN_PRESENT).into());
    }
    Ok(challenges.join(", "))
}

async fn without_token(s: &Session) -> Tried<()> {
    let reply = call(s).await?.scheme(None).without_proof().send().await?;
    s.refused_by_resource(&reply, &[400, 401])?;
    if challenged(&reply)?.contains("error=") {
        s.warn("the challenge has an error although the request had no token");
    }
    let head = call(s).await?.scheme(None).without_proof().method("HEAD").send().await?;
    s.refused_by_resource(&head, &[400, 401, 404, 405, 501])
}

async fn unknown_token(s: &Session) -> Tried<()> {
    let reply = call(s).await?.token(keys::random()).send().await?;
    s.refused_by_resource(&reply, &[400, 401])?;
    if !challenged(&reply)?.contains("invalid_token") {
        s.warn("the challenge does not have the error invalid_token");
    }
    if reply.status() != 401 {
        s.warn(format!("an unknown token gets status {}, not 401", reply.status()));
    }
    Ok(())
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
    s.one.resource(&tokens).served().await?;
    // With DPoP the proof is good, so that the place of the token is the only defect.
    let reply = s.one.resource(&tokens).scheme(None).query("access_token", &tokens.access_token).send().await?;
    s.refused_by_resource(&reply, &[400, 401, 414])
}

async fn stolen(s: &Session) -> Tried<()> {
    let tokens = s.two.tokens().await?;
    s.two.resource(&tokens).served().await?;
    s.one.resource(&s.one.tokens().await?).served().await?;
    let reply = s.one.resource(&tokens).send().await?;
    if reply.grants() {
        unbound::skipped(s, &s.two, &tokens).await?;
    }
    let rules: [&'static Requirement; 2] = if s.variant().dpop() {
        [&rfc9449::TOKEN_BOUND_TO_KEY, &fapi2_sp::TOKEN_SENDER_VERIFIED]
    } else {
        [&rfc8705::CERTIFICATE_MISMATCH, &fapi2_sp::TOKEN_SENDER_VERIFIED]
    };
    s.refused_by_resource_because(&reply, wire::ANY_4XX, &rules)
}

async fn in_query_too(s: &Session) -> Tried<()> {
    let tokens = s.one.tokens().await?;
    s.one.resource(&tokens).served().await?;
    let reply = s.one.resource(&tokens).query("access_token", &tokens.access_token).send().await?;
    if reply.grants() {
        s.warn("a token in the query is ignored if there is a valid one in the header");
        return Ok(());
    }
    s.refused_by_resource(&reply, if s.target.instance.strict() { &[400] } else { &[400, 401, 414] })
}

async fn in_body_too(s: &Session) -> Tried<()> {
    let tokens = s.one.tokens().await?;
    let call = s.one.userinfo(&tokens).method("POST");
    call.served().await?;
    let form = crate::client::form::encode(&[("access_token".to_owned(), tokens.access_token.clone())]);
    let reply = call.form(&form).send().await?;
    if reply.grants() {
        s.warn("a token in the body is ignored if there is a valid one in the header");
        return Ok(());
    }
    s.refused_by_resource(&reply, &[400, 401])
}

async fn id_token(s: &Session) -> Tried<()> {
    let tokens = s.one.tokens().await?;
    let call = s.one.resource(&tokens);
    call.served().await?;
    let Some(id_token) = tokens.reply.member("id_token") else { return s.skip("the token response has no ID token") };
    s.refused_by_resource(&call.token(id_token).send().await?, &[400, 401])
}

async fn lesser_scope(s: &Session) -> Tried<()> {
    if s.target.resource.is_none() {
        return skip("the target names no resource, and userinfo requires no scope other than openid");
    }
    call(s).await?;
    let pushed = s.one.push().set("scope", "openid").pushed().await?;
    let tokens = s.one.redeem(&s.one.authorize(&pushed).code().await?).tokens().await?;
    let reply = s.one.resource(&tokens).send().await?;
    if reply.grants() && !s.target.instance.strict() {
        return skip("the resource requires no scope other than openid");
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
        return s.skip(match tokens.expires_in {
            Some(seconds) => format!("the access token expires only after {seconds} s"),
            None => "the token response has no expires_in".to_owned(),
        });
    };
    s.pass(lifetime + 3).await;
    let mut reply = call.send().await?;
    for more in [60, 240] {
        if !reply.grants() {
            break;
        }
        s.pass(more).await;
        reply = call.send().await?;
    }
    s.refused_by_resource(&reply, &[400, 401])
}

async fn unknown_scheme(s: &Session) -> Tried<()> {
    let call = call(s).await?;
    let longer = if s.variant().dpop() { "DPoPX" } else { "BearerX" };
    for scheme in ["Negotiate", "Token", longer] {
        // With DPoP the proof stays, so that the scheme is the only defect.
        let reply = call.clone().scheme(Some(scheme)).send().await?;
        told(s, s.refused_by_resource(&reply, &[400, 401]), &format!("the scheme was {scheme}"))?;
    }
    Ok(())
}
