//! Signatures and claims of ID tokens, and claims that userinfo returns.

use serde_json::{Map, Value};

use super::replies::demand;
use super::{Scenario, openid, run};
use crate::client::id_token::Expected;
use crate::client::{Tokens, values};
use crate::finding::Tried;
use crate::http::Reply;
use crate::jwt::Received;
use crate::session::Session;
use fapi::requirement::{fapi2_sp, oidcc};

pub(super) static SCENARIOS: &[Scenario] = &[
    Scenario::positive("id-token", "An ID token is signed by a published key and has valid claims.", run!(id_token))
        .requires(&[
            &oidcc::ID_TOKEN_SIGNED,
            &oidcc::ID_TOKEN_NOT_NONE,
            &oidcc::ID_TOKEN_CLAIMS,
            &oidcc::AUDIENCE_AND_TIMES,
            &oidcc::SUBJECT,
            &oidcc::NONCE_COPIED,
            &oidcc::AT_HASH,
            &oidcc::KEY_NAMED,
            &oidcc::NO_KEY_HEADERS,
            &fapi2_sp::NO_KEY_URL_HEADERS,
        ])
        .when(openid)
        .asserts(&[
            "a JWS whose alg is not `none`, signed with the key of the jwks_uri that its kid names",
            "no x5u, x5c, jku or jwk in the header (otherwise a warning)",
            "iss is the issuer; aud is only the client; sub has at most 255 ASCII characters and is the same for a second login",
            "exp and iat are numbers, exp in the future, iat about now; nonce as sent; at_hash, if any, of the access token",
        ]),
    Scenario::positive("userinfo-of-scopes", "Claims requested by scope are returned by userinfo.", run!(of_scopes))
        .requires(&[&oidcc::SCOPE_CLAIMS, &oidcc::SCOPE_CLAIMS_PLACE, &oidcc::NORMAL_CLAIMS, &oidcc::CLAIM_TYPES])
        .when(openid)
        .asserts(&[
            "if email is a listed scope and claim: with scope=openid email, userinfo returns email and not name",
            "with scope=openid it returns neither; the ID token never has them (warnings, except for the reference server)",
            "email is a string, email_verified a boolean",
        ]),
];

async fn id_token(s: &Session) -> Tried<()> {
    let first = verified(s).await?;
    let second = verified(s).await?;
    let amr = second.1.get("amr");
    let listed = amr.is_none_or(|amr| amr.as_array().is_some_and(|list| list.iter().all(Value::is_string)));
    demand(&second.0, &oidcc::ID_TOKEN_CLAIMS, listed, "no amr, or a list of strings", || {
        amr.map_or("none".into(), Value::to_string)
    })?;
    let subject = |claims: &Map<String, Value>| claims.get("sub").map_or("none".into(), Value::to_string);
    let got = || format!("sub {}, then {}", subject(&first.1), subject(&second.1));
    demand(&second.0, &oidcc::SUBJECT, first.1.get("sub") == second.1.get("sub"), "the same sub for the same user", got)
}

async fn verified(s: &Session) -> Tried<(Reply, Map<String, Value>)> {
    let pushed = s.one.push().pushed().await?;
    let code = s.one.authorize(&pushed).code().await?;
    let request = s.one.redeem(&code);
    let reply = request.send().await?;
    if !reply.grants() {
        request.issued(&reply).await?;
    }
    let Some(text) = reply.member("id_token") else {
        return s.skip("the token response has no ID token, which token-reply is about");
    };
    let part = text.split('.').next().unwrap_or_default();
    let unsigned = data_encoding::BASE64URL_NOPAD.decode(part.as_bytes()).ok();
    let header: Map<String, Value> = unsigned.and_then(|json| serde_json::from_slice(&json).ok()).unwrap_or_default();
    let signed = header.get("alg").and_then(Value::as_str) != Some("none");
    demand(&reply, &oidcc::ID_TOKEN_NOT_NONE, signed, "a signed ID token", || "alg none".into())?;
    let rule = &oidcc::ID_TOKEN_SIGNED;
    demand(&reply, rule, Received::parse(&text).is_ok(), "an ID token that is a JWS", || {
        if text.is_empty() { "none".into() } else { format!("{text:.40}") }
    })?;
    for name in ["x5u", "x5c", "jku", "jwk"] {
        if header.contains_key(name) {
            s.warn(format!("the ID token's header has {name}"));
        }
    }
    let token = reply.member("access_token").unwrap_or_default();
    let nonce = Expected::Exactly(pushed.parameter("nonce"));
    let claims = s.one.verify_id_token(&text, &token, nonce, &reply).await?;
    Ok((reply, claims))
}

async fn of_scopes(s: &Session) -> Tried<()> {
    let metadata = s.one.metadata();
    let offered = metadata.list("scopes_supported").contains(&"email") && metadata.list("claims_supported").contains(&"email");
    if !offered {
        return crate::finding::skip("the metadata does not list email as a scope and a claim");
    }
    let (_, little) = claims(s, "openid").await?;
    let (reply, more) = claims(s, "openid email").await?;
    for (name, kind) in [("email", "a string"), ("email_verified", "a boolean")] {
        let got = values::kind(more.get(name));
        let rule = if name == "email" { &oidcc::NORMAL_CLAIMS } else { &oidcc::CLAIM_TYPES };
        let fits = [kind, "nothing", "null"].contains(&got);
        demand(&reply, rule, fits, &format!("no claim `{name}`, or {kind}"), || got.into())?;
    }
    for name in ["email", "name"] {
        let (expected, got) = (format!("no claim `{name}` from userinfo without its scope"), format!("the claim `{name}`"));
        should(s, &reply, !little.contains_key(name), &expected, &got)?;
    }
    should(s, &reply, !more.contains_key("name"), "no claim `name` from userinfo without its scope", "the claim `name`")?;
    should(s, &reply, more.contains_key("email"), "the claim `email` from userinfo with scope=openid email", "no such claim")?;
    Ok(())
}

/// Requests a scope and returns the claims of userinfo. Demands that the ID token does not have them.
async fn claims(s: &Session, scope: &str) -> Tried<(Reply, Map<String, Value>)> {
    let pushed = s.one.push().set("scope", scope).pushed().await?;
    let tokens: Tokens = s.one.redeem(&s.one.authorize(&pushed).code().await?).tokens().await?;
    let inside = tokens.id_token.as_ref().is_some_and(|claims| claims.contains_key("email") || claims.contains_key("name"));
    if inside && s.target.instance.strict() {
        demand(&tokens.reply, &oidcc::SCOPE_CLAIMS_PLACE, false, "claims requested by scope in userinfo only", || {
            "claims in the ID token too".into()
        })?;
    } else if inside {
        s.warn("the ID token has claims that were requested by scope");
    }
    let reply = s.one.userinfo(&tokens).served().await?;
    let claims = reply.json().and_then(|json| json.as_object().cloned()).unwrap_or_default();
    Ok((reply, claims))
}

/// Demands `holds` of the reference server, and warns otherwise: another server may lack a claim of its user, or return more.
fn should(s: &Session, reply: &Reply, holds: bool, expected: &str, got: &str) -> Tried<()> {
    if s.target.instance.strict() {
        return demand(reply, &oidcc::SCOPE_CLAIMS, holds, expected, || got.into());
    }
    if !holds {
        s.warn(format!("expected {expected}; got {got}"));
    }
    Ok(())
}
