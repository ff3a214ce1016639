//! Access tokens that are nearly right, and tokens of another kind in their place.

use data_encoding::BASE64URL_NOPAD;
use fapi::requirement::{Requirement, fapi2_sp, rfc6750, rfc7515, rfc7662, rfc9068, rfc9449};
use serde_json::{Map, Value};

use super::nearly_right::{each_refused, told};
use super::{Scenario, always, dpop, front_channel, introspection, openid, run, unbound};
use crate::client::resource::ResourceCall;
use crate::client::{Tokens, form};
use crate::finding::{Finding, Tried, skip};
use crate::jwt::{Jwt, Received};
use crate::keys::{self, SigningKey};
use crate::nearly;
use crate::session::{Session, wire};
use crate::variant::Variant;

const REFUSED: &[&str] = &["after a good call, the resource answers each token with 400 or 401"];
const INVALID: &[&Requirement] = &[
    &fapi2_sp::TOKEN_VALID,
    &rfc9068::VALIDATED,
    &rfc9068::INVALID_TOKEN,
    &rfc6750::TOKEN_LIVE,
    &rfc6750::REQUEST_WELL_FORMED,
    &fapi::requirement::local::OWN_TOKEN,
];

pub(super) static SCENARIOS: &[Scenario] = &[
    nearly("token-nearly-right", "A token that only resembles an issued one is refused.", run!(resembling))
        .requires(&[&fapi2_sp::TOKEN_VALID]),
    nearly("token-trivial-signature", "A JWT access token that anyone could make is refused.", run!(forged))
        .requires(&[&fapi2_sp::TOKEN_VALID, &rfc7515::STRICT_BASE64URL])
        .asserts(&[
            "no signature; alg none in four spellings; other claims with the old signature; the signature of another key with the \
             kid of the server's, with an unknown kid, without kid, and with the key in the header; a MAC under a public key of \
             the server in PEM, DER or as JWK; the token with base64 padding",
            "after a good call, the resource answers each with 400 or 401; skipped if access tokens are no JWTs",
        ]),
    nearly("token-of-another-kind", "What is no access token is refused as one.", run!(of_another_kind))
        .requires(&[&fapi2_sp::TOKEN_VALID])
        .asserts(&["a refresh token, a redeemed code, a client assertion: 400 or 401 from the resource"])
        .when(front_channel),
    nearly("token-at-userinfo", "Bad access tokens are refused at the userinfo endpoint.", run!(at_userinfo))
        .requires(&[
            &fapi2_sp::TOKEN_VALID,
            &rfc6750::TOKEN_LIVE,
            &fapi2_sp::NO_TOKEN_IN_QUERY,
            &fapi2_sp::TOKEN_SENDER_VERIFIED,
        ])
        .when(openid)
        .asserts(&[
            "a token with another ending; the ID token; the token only in the query; a token of the other client: 400 or 401",
            "a revoked token, if there is a revocation endpoint: 400 or 401",
        ]),
    nearly("introspect-nearly-right", "A token that only resembles an issued one is not active.", run!(introspected))
        .requires(&[&rfc7662::TOKEN_CHECKED])
        .asserts(&["200 with active false for each, or a refusal; skipped if the live token is not active for the client"]),
    nearly("resource-two-authorizations", "A request with two Authorization fields is refused.", run!(two_fields))
        .requires(&[&rfc6750::REQUEST_WELL_FORMED])
        .asserts(&["the good token before and after an unknown one: 400 or 401"]),
    nearly("proof-missing-in-form", "A DPoP-bound token in a form is refused without a proof.", run!(in_form))
        .requires(&[&rfc9449::NO_BEARER_DOWNGRADE])
        .when(dpop_openid)
        .asserts(&["a POST to userinfo with the token only in the body and no proof: 400 or 401"]),
];

const fn nearly(id: &'static str, summary: &'static str, run: super::Run) -> Scenario {
    Scenario::negative(id, summary, run).when(always).asserts(REFUSED)
}

fn dpop_openid(variant: &Variant) -> bool {
    dpop(variant) && openid(variant)
}

/// Tokens, with a call that the resource has just served.
async fn call(s: &Session) -> Tried<(Tokens, ResourceCall)> {
    let tokens = s.one.tokens().await?;
    let call = s.one.resource(&tokens);
    call.served().await?;
    Ok((tokens, call))
}

async fn refused(s: &Session, call: ResourceCall, because: &[&'static Requirement]) -> Tried<()> {
    s.refused_by_resource_because(&call.send().await?, &[400, 401], because)
}

async fn resembling(s: &Session) -> Tried<()> {
    let (tokens, call) = call(s).await?;
    each_refused(s, &tokens.access_token, &[], nearly::TOKEN, |token| refused(s, call.clone().token(token), INVALID)).await
}

async fn forged(s: &Session) -> Tried<()> {
    let (tokens, call) = call(s).await?;
    let Ok(token) = Received::parse(&tokens.access_token) else { return skip("access tokens are no JWTs") };
    let now = s.one.now();
    let own = SigningKey::es256();
    let copy = |key: &SigningKey| copied(&token, key, now);
    let (message, signature) = tokens.access_token.rsplit_once('.').unwrap_or_default();
    let mut attempts = vec![
        ("there was no signature".to_owned(), format!("{message}.")),
        ("other claims had the old signature".to_owned(), with_other_claims(message, &token, signature)),
        ("the signature was of another key, with the kid of the server's".to_owned(), copy(&own).sign()),
        ("the signature was of another key, with an unknown kid".to_owned(), copy(&own).header("kid", keys::random()).sign()),
        ("the signature was of another key, without kid".to_owned(), copy(&own).without_header("kid").sign()),
        ("the signature was of the key in its header".to_owned(), copy(&own).proving(&own).sign()),
    ];
    for alg in ["none", "None", "NONE", "nOnE"] {
        attempts.push((format!("alg was {alg}"), copy(&own).unsigned_as(alg).sign()));
    }
    for jwk in public_keys(s).await? {
        for (form, key) in keys::public_forms(&jwk).into_iter().flatten() {
            let mac = copy(&own).authenticated_by(&key).sign();
            attempts.push((format!("the signature was a MAC under a public key of the server as {form}"), mac));
        }
    }
    for (shown, text) in attempts {
        told(s, refused(s, call.clone().token(text), INVALID).await, &shown)?;
    }
    let padded = call.token(format!("{}=", tokens.access_token));
    told(s, refused(s, padded, PADDED).await, "the token had base64 padding")
}

const PADDED: &[&Requirement] = &[&rfc7515::STRICT_BASE64URL, &fapi2_sp::TOKEN_VALID, &rfc9068::VALIDATED];

/// The same header and claims, to be signed by another key.
fn copied(token: &Received, key: &SigningKey, now: i64) -> Jwt {
    let start = token.header.iter().fold(Jwt::new(key, now), |jwt, (name, value)| jwt.header(name, value.clone()));
    let whole = token.claims.iter().fold(start, |jwt, (name, value)| jwt.claim(name, value.clone()));
    whole.header("alg", key.algorithm())
}

/// The token with one more claim, and its old signature.
fn with_other_claims(message: &str, token: &Received, signature: &str) -> String {
    let header = message.split('.').next().unwrap_or_default();
    let mut claims = token.claims.clone();
    claims.insert("more".into(), true.into());
    format!("{header}.{}.{signature}", BASE64URL_NOPAD.encode(Value::Object(claims).to_string().as_bytes()))
}

/// The server's public keys, if it publishes any.
async fn public_keys(s: &Session) -> Tried<Vec<Map<String, Value>>> {
    if s.one.has_endpoint("jwks_uri") { s.one.server_keys().await } else { Ok(vec![]) }
}

async fn of_another_kind(s: &Session) -> Tried<()> {
    let code = s.one.code().await?;
    let tokens = s.one.redeem(&code).tokens().await?;
    let call = s.one.resource(&tokens);
    call.served().await?;
    let assertion = s.one.variant().private_key_jwt().then(|| s.one.assertion().sign());
    let others = [
        ("it was a refresh token", tokens.refresh_token.clone()),
        ("it was a code", Some(code.code.clone())),
        ("it was a client assertion", assertion),
    ];
    for (shown, text) in others {
        let Some(text) = text else { continue };
        told(s, refused(s, call.clone().token(text), INVALID).await, shown)?;
    }
    Ok(())
}

async fn at_userinfo(s: &Session) -> Tried<()> {
    let tokens = s.one.tokens().await?;
    let call = s.one.userinfo(&tokens);
    call.served().await?;
    let altered = format!("{}x", tokens.access_token);
    told(s, refused(s, call.clone().token(altered), INVALID).await, "the token had another ending")?;
    if let Some(id_token) = tokens.reply.member("id_token") {
        told(s, refused(s, call.clone().token(id_token), INVALID).await, "it was an ID token")?;
    }
    let in_query = call.clone().scheme(None).query("access_token", &tokens.access_token);
    let ended = s.refused_by_resource_because(&in_query.send().await?, &[400, 401, 414], IN_QUERY);
    told(s, ended, "the token was in the query")?;
    let others = s.two.tokens().await?;
    s.two.userinfo(&others).served().await?;
    if !unbound::is_shown(s, &s.two, &others).await? {
        let ended = s.refused_by_resource_because(&s.one.userinfo(&others).send().await?, wire::ANY_4XX, SENDER);
        told(s, ended, "the token was of the other client")?;
    }
    if !s.one.has_endpoint("revocation_endpoint") || !s.one.revoke(&tokens.access_token).send().await?.grants() {
        return Ok(());
    }
    told(s, refused(s, call, &[&fapi2_sp::TOKEN_VALID, &rfc6750::TOKEN_LIVE]).await, "the token was revoked")
}

const IN_QUERY: &[&Requirement] = &[&fapi2_sp::NO_TOKEN_IN_QUERY, &rfc6750::NO_TOKEN_IN_QUERY];
const SENDER: &[&Requirement] =
    &[&fapi2_sp::TOKEN_SENDER_VERIFIED, &rfc9449::TOKEN_BOUND_TO_KEY, &fapi::requirement::rfc8705::CERTIFICATE_MISMATCH];

async fn introspected(s: &Session) -> Tried<()> {
    if !s.one.has_endpoint("introspection_endpoint") {
        return skip("the server has no introspection endpoint");
    }
    let tokens = s.one.tokens().await?;
    introspection::active(s, &tokens).await?;
    s.looks();
    each_refused(s, &tokens.access_token, &[], nearly::TOKEN_IN_FORM, |token| async move {
        let reply = s.one.introspect(&token).send().await?;
        if reply.json().and_then(|json| json.get("active").cloned()) != Some(Value::Bool(true)) {
            return Ok(());
        }
        let finding = Finding::new("active false for a token that was not issued", "active true").shown_by(reply.number());
        Err(finding.against(&rfc7662::TOKEN_CHECKED).into())
    })
    .await
}

async fn two_fields(s: &Session) -> Tried<()> {
    let (tokens, call) = call(s).await?;
    let scheme = if s.variant().dpop() { "DPoP" } else { "Bearer" };
    let (good, bad) = (format!("{scheme} {}", tokens.access_token), format!("{scheme} {}", keys::random()));
    let because: &[&'static Requirement] = &[&rfc6750::REQUEST_WELL_FORMED];
    for (shown, first, second) in [("the good token was first", &good, &bad), ("the good token was last", &bad, &good)] {
        let call = call.clone().scheme(None).header("authorization", first).header("authorization", second);
        told(s, refused(s, call, because).await, shown)?;
    }
    Ok(())
}

async fn in_form(s: &Session) -> Tried<()> {
    let tokens = s.one.tokens().await?;
    let call = s.one.userinfo(&tokens).method("POST");
    call.served().await?;
    unbound::skipped(s, &s.one, &tokens).await?;
    let form = form::encode(&[("access_token".to_owned(), tokens.access_token.clone())]);
    let because: &[&'static Requirement] =
        &[&rfc9449::NO_BEARER_DOWNGRADE, &rfc6750::TOKEN_PRESENT, &fapi2_sp::TOKEN_SENDER_VERIFIED];
    refused(s, call.scheme(None).without_proof().form(&form), because).await
}
