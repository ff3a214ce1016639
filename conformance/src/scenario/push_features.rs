//! Features of OpenID Connect that a server supports or refuses, but does not ignore.

use serde_json::json;

use super::{Scenario, front_channel, openid, run};
use crate::client::{FormRequest, Tokens};
use crate::finding::{Finding, Tried};
use crate::jwt::Jwt;
use crate::keys;
use crate::session::{Front, Session, Wire, wire};
use fapi::requirement::oidcc;

const BAD: Front = Front { push: wire::INVALID_REQUEST, redirect: &["invalid_request"] };
const REQUEST: Front = Front {
    push: Wire::new(&[400], &["request_not_supported", "invalid_request", "invalid_request_object"]),
    redirect: &["request_not_supported", "invalid_request", "invalid_request_object"],
};
const REGISTRATION: Front = Front {
    push: Wire::new(&[400], &["registration_not_supported", "invalid_request"]),
    redirect: &["registration_not_supported", "invalid_request"],
};
const HINT: Front =
    Front { push: Wire::new(&[400], &["invalid_request", "login_required"]), redirect: &["invalid_request", "login_required"] };
const MODE: Front = Front {
    push: Wire::new(&[400], &["invalid_request", "unsupported_response_mode"]),
    redirect: &["invalid_request", "unsupported_response_mode"],
};

pub(super) static SCENARIOS: &[Scenario] = &[
    Scenario::negative("push-unsigned-request-object", "A request object without a signature is refused.", |s| {
        Box::pin(front(s, s.one.push().set("request", request_object(s)), &REQUEST))
    })
    .requires(&[&oidcc::REQUEST_NOT_SUPPORTED])
    .when(front_channel)
    .asserts(&["PAR answers 400 request_not_supported, invalid_request or invalid_request_object, or the redirect URI gets one of them"]),
    Scenario::negative("push-registration", "A pushed request with the registration parameter is refused.", |s| {
        Box::pin(front(s, s.one.push().set("registration", "{\"client_name\":\"Another\"}"), &REGISTRATION))
    })
    .requires(&[&oidcc::REGISTRATION_NOT_SUPPORTED])
    .when(openid)
    .asserts(&["PAR answers 400 registration_not_supported or invalid_request, or the redirect URI gets one of them"]),
    Scenario::negative("prompt-none-and-login", "prompt=none together with another value is refused.", |s| {
        Box::pin(front(s, s.one.push().set("prompt", "none login"), &BAD))
    })
    .requires(&[&oidcc::NONE_STANDS_ALONE])
    .when(openid)
    .asserts(&["PAR answers 400 invalid_request, or the redirect URI gets it, or an error page is shown"]),
    Scenario::negative("push-unknown-response-mode", "An unknown response_mode is refused.", |s| {
        Box::pin(front(s, s.one.push().set("response_mode", "urn:example:unknown"), &MODE))
    })
    .requires(&[&oidcc::RESPONSE_MODE_SUPPORTED])
    .when(front_channel)
    .asserts(&["PAR answers 400 invalid_request or unsupported_response_mode, or the redirect URI gets one of them"]),
    Scenario::negative("essential-acr-out-of-reach", "A request for an essential acr that the login does not reach is refused.", run!(acr))
        .requires(&[&oidcc::ESSENTIAL_ACR])
        .when(openid)
        .asserts(&[
            "if claims_parameter_supported is true: PAR answers 400, or the redirect URI gets an error, or an error page is shown",
            "no tokens are issued",
        ]),
    Scenario::negative("hint-by-another-server", "An id_token_hint that the server did not sign is refused.", |s| {
        Box::pin(front(s, s.one.push().set("id_token_hint", foreign_id_token(s)), &HINT))
    })
    .requires(&[&oidcc::HINT_IS_OURS])
    .when(openid)
    .asserts(&[
        "PAR answers 400 invalid_request or login_required, or the redirect URI gets one of them, or an error page is shown",
    ]),
    Scenario::negative("claims-for-another-user", "A request for the sub of another user is refused.", run!(another_user))
        .requires(&[&oidcc::ONLY_THE_ASKED_SUBJECT])
        .when(openid)
        .asserts(&[
            "claims asks for another sub: PAR answers 400, or the redirect URI gets an error, or an error page is shown; no tokens",
        ]),
];

/// What looks like an ID token of the server for its user, but is signed with a key that the server does not have.
fn foreign_id_token(s: &Session) -> String {
    let client = &s.one;
    Jwt::new(&keys::SigningKey::es256(), client.now())
        .claim("iss", s.target.issuer.as_str())
        .claim("aud", client.id())
        .claim("sub", "somebody")
        .sign()
}

fn request_object(s: &Session) -> String {
    let client = &s.one;
    Jwt::new(&keys::SigningKey::es256(), client.now())
        .claim("iss", client.id())
        .claim("aud", s.target.issuer.as_str())
        .claim("client_id", client.id())
        .claim("response_type", "code")
        .unsigned()
        .sign()
}

async fn front(s: &Session, push: FormRequest, front: &Front) -> Tried<()> {
    s.refused_in_front(&push, front).await
}

const ACR: Front =
    Front { push: wire::INVALID_REQUEST, redirect: &["unmet_authentication_requirements", "access_denied", "login_required"] };

async fn acr(s: &Session) -> Tried<()> {
    let claims = json!({ "id_token": { "acr": { "essential": true, "value": "urn:example:out-of-reach" } } });
    unanswered(s, claims, |tokens| {
        let acr = tokens.id_token.as_ref().and_then(|claims| claims.get("acr"));
        acr.map_or("tokens without acr".into(), |acr| format!("tokens with acr {acr}"))
    })
    .await
}

async fn another_user(s: &Session) -> Tried<()> {
    let claims = json!({ "id_token": { "sub": { "value": keys::random() } } });
    unanswered(s, claims, |_| "tokens for another sub".into()).await
}

/// Demands that a request for claims that the server cannot satisfy does not lead to tokens.
async fn unanswered(s: &Session, claims: serde_json::Value, got: impl Fn(&Tokens) -> String + Send) -> Tried<()> {
    if !s.one.metadata().is_true("claims_parameter_supported") {
        return crate::finding::skip("claims_parameter_supported is not true");
    }
    let push = s.one.push().set("claims", claims.to_string());
    let reply = push.send().await?;
    if reply.status() != 201 {
        return s.refused(&reply, &ACR.push);
    }
    let pushed = push.taken(&reply)?;
    let landing = s.one.authorize(&pushed).land().await?;
    let has_code = matches!(&landing, crate::browser::Landing::Callback(callback) if callback.parameter("code").is_some());
    if !has_code {
        return s.landed_refused(&pushed, &landing, ACR.redirect);
    }
    let tokens = s.one.redeem(&s.one.accept(&pushed, landing)?).tokens().await?;
    let requirement = s.requires().first().copied();
    Err(Finding {
        requirement,
        ..Finding::new("no tokens, since the requested claims cannot be satisfied", got(&tokens)).shown_by(tokens.reply.number())
    }
    .into())
}
