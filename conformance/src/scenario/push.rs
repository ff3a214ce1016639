//! Parameters that a pushed request must have, and parameters that it must not have.

use super::{Scenario, front_channel, module, rules, run};
use crate::browser::Landing;
use crate::client::FormRequest;
use crate::finding::{Finding, Tried};
use crate::keys;
use crate::session::{Front, Session, Wire, wire};
use fapi::requirement::{fapi2_sp, oidcc, rfc6749, rfc7636, rfc9126, rfc9700};

const BAD: Front = Front { push: wire::INVALID_REQUEST, redirect: &["invalid_request"] };
const BAD_OBJECT: Front = Front { push: wire::INVALID_REQUEST_OBJECT, redirect: &["invalid_request", "invalid_request_object"] };
const BAD_RESPONSE_TYPE: Front =
    Front { push: Wire::new(wire::ANY_4XX, &[]), redirect: &["unsupported_response_type", "invalid_request"] };
const REFUSED_SOMEWHERE: &[&str] =
    &["PAR answers 400 invalid_request, or the redirect URI gets this error, or an error page is shown", "no code is issued"];

pub(super) static SCENARIOS: &[Scenario] = &[
    Scenario::negative("push-without-redirect-uri", "A pushed request without redirect_uri is refused.", |s| {
        Box::pin(s.refused_in_front_by(|push| push.without("redirect_uri"), &BAD_OBJECT))
    })
    .oidf(&[module!("ensure-request-object-without-redirect-uri-fails")])
    .requires(&[&fapi2_sp::REDIRECT_URI_SENT, &oidcc::REDIRECT_URI_NAMED])
    .under(rules::redirect_uri_sent)
    .when(front_channel)
    .asserts(&[
        "PAR answers 400 invalid_request or invalid_request_object, or the redirect URI gets one of them, or an error page is shown",
        "no code is issued, even if only one redirect URI is registered",
    ]),
    Scenario::positive(
        "push-default-redirect-uri",
        "A request without redirect_uri is refused, or the only registered redirect URI is used.",
        run!(default_redirect_uri),
    )
    .oidf(&[module!("ensure-redirect-uri-in-authorization-request")])
    .requires(&[&fapi2_sp::REDIRECT_URI_SENT, &oidcc::REDIRECT_URI_NAMED])
    .under(rules::redirect_uri_sent)
    .when(front_channel)
    .asserts(&[
        "PAR 400 invalid_request or invalid_request_object, or an error page, or a code at the only registered redirect URI",
        "FAPI 2.0 itself requires a refusal: push-without-redirect-uri checks that",
    ]),
    Scenario::positive(
        "push-unregistered-redirect-uri",
        "An unregistered redirect URI is refused, or the flow completes there.",
        run!(unregistered_redirect_uri),
    )
    .oidf(&[module!("plain-fapi-tolerate-unregistered-redirect-uri")])
    .requires(&[&rfc6749::REDIRECT_REGISTERED, &rfc6749::REDIRECT_EXACT, &rfc9700::REDIRECT_EXACT])
    .when(front_channel)
    .asserts(&["PAR answers 400 invalid_request or invalid_request_object, or an error page is shown, or the flow completes there"]),
    Scenario::negative("push-redirect-uri-extended", "A redirect URI that only begins with the registered one is refused.", |s| {
        Box::pin(s.refused_in_front_by(|push| { let uri = format!("{}x", push.client().settings().redirect_uri); push.set("redirect_uri", uri) }, &BAD_OBJECT))
    })
    .requires(&[
        &rfc6749::REDIRECT_EXACT,
        &rfc6749::REDIRECT_REGISTERED,
        &rfc9126::PUSH_VALIDATED,
        &rfc9126::PUSHED_REQUEST_VALIDATED,
        &oidcc::REQUEST_VALIDATED,
    ])
    .when(front_channel)
    .asserts(REFUSED_SOMEWHERE),
    Scenario::negative("push-redirect-uri-with-fragment", "A redirect URI with a fragment is refused.", |s| {
        Box::pin(s.refused_in_front_by(|push| { let uri = format!("{}#f", push.client().settings().redirect_uri); push.set("redirect_uri", uri) }, &BAD_OBJECT))
    })
    .requires(&[&rfc6749::REDIRECT_WITHOUT_FRAGMENT, &rfc6749::REDIRECT_EXACT, &rfc6749::REDIRECT_REGISTERED])
    .when(front_channel)
    .asserts(REFUSED_SOMEWHERE),
    Scenario::negative("push-redirect-uri-http", "An http redirect URI is refused.", |s| {
        Box::pin(s.refused_in_front_by(|push| { let uri = unencrypted(&push.client().settings().redirect_uri); push.set("redirect_uri", uri) }, &BAD_OBJECT))
    })
    .requires(&[&fapi2_sp::REDIRECT_URI_ENCRYPTED, &rfc9700::REDIRECT_ENCRYPTED, &rfc6749::REDIRECT_EXACT])
    .under(rules::redirect_uri_encrypted)
    .when(front_channel)
    .asserts(REFUSED_SOMEWHERE),
    Scenario::negative("push-response-type-code-id-token", "response_type=code id_token is refused.", |s| {
        Box::pin(response_type(s, "code id_token"))
    })
    .oidf(&[module!("ensure-response-type-code-idtoken-fails")])
    .requires(&[&fapi2_sp::RESPONSE_TYPE_CODE])
    .under(rules::codes_only)
    .when(front_channel)
    .asserts(RESPONSE_TYPE),
    Scenario::negative("push-response-type-token", "response_type=token is refused.", |s| Box::pin(response_type(s, "token")))
        .oidf(&[module!("ensure-response-type-token-fails")])
        .requires(&[&fapi2_sp::RESPONSE_TYPE_CODE])
        .under(rules::codes_only)
        .when(front_channel)
        .asserts(RESPONSE_TYPE),
    Scenario::negative("push-without-response-type", "A pushed request without response_type is refused.", |s| {
        Box::pin(s.refused_in_front_by(|push| push.without("response_type"), &BAD_RESPONSE_TYPE))
    })
    .requires(&[&rfc6749::RESPONSE_TYPE_PRESENT])
    .when(front_channel)
    .asserts(RESPONSE_TYPE),
    Scenario::negative("push-with-request-uri", "A pushed request with a request_uri is refused.", run!(with_request_uri))
        .oidf(&[module!("par-authorization-request-containing-request_uri-form-param")])
        .requires(&[&rfc9126::NO_REQUEST_URI_IN_PUSH, &oidcc::REQUEST_URI_NOT_SUPPORTED])
        .when(front_channel)
        .asserts(&["PAR answers 400 invalid_request, invalid_request_object or request_uri_not_supported"]),
    Scenario::negative("push-by-put", "The PAR endpoint refuses PUT.", |s| Box::pin(other_method(s, "PUT")))
        .oidf(&[module!("par-attempt-invalid-http-method")])
        .requires(&[&rfc9126::POST_ONLY])
        .when(front_channel)
        .asserts(&["PUT is answered with 405, or with another status of 4xx or 5xx (a warning)"]),
    Scenario::negative("push-by-get", "The PAR endpoint refuses GET.", |s| Box::pin(other_method(s, "GET")))
        .requires(&[&rfc9126::POST_ONLY])
        .when(front_channel)
        .asserts(&["GET is answered with 405, or with another status of 4xx or 5xx (a warning)"]),
    Scenario::negative("push-without-challenge", "A pushed request without PKCE is refused.", |s| {
        Box::pin(s.refused_in_front_by(|push| push.without("code_challenge").without("code_challenge_method"), &BAD))
    })
    .oidf(&[module!("par-ensure-pkce-required")])
    .requires(&[&fapi2_sp::CHALLENGE_S256, &rfc7636::CHALLENGE_PRESENT])
    .under(rules::challenge_required)
    .when(front_channel)
    .asserts(REFUSED_SOMEWHERE),
    Scenario::negative("push-plain-challenge", "code_challenge_method=plain is refused.", |s| {
        Box::pin(s.refused_in_front_by(|push| push.set("code_challenge_method", "plain"), &BAD))
    })
    .oidf(&[module!("par-plain-pkce-rejected")])
    .requires(&[&fapi2_sp::CHALLENGE_S256])
    .under(rules::s256_only)
    .when(front_channel)
    .asserts(REFUSED_SOMEWHERE),
    Scenario::negative("push-challenge-method-in-lower-case", "code_challenge_method=s256 is refused: the names of challenge methods are case-sensitive.", |s| {
        Box::pin(s.refused_in_front_by(|push| push.set("code_challenge_method", "s256"), &BAD))
    })
    .requires(&[&rfc7636::METHOD_SUPPORTED, &rfc7636::METHOD_CASE_SENSITIVE])
    .when(front_channel)
    .asserts(REFUSED_SOMEWHERE),
    Scenario::negative("push-without-challenge-method", "A challenge without code_challenge_method means plain, and is refused.", |s| {
        Box::pin(s.refused_in_front_by(|push| push.without("code_challenge_method"), &BAD))
    })
    .requires(&[&fapi2_sp::CHALLENGE_S256])
    .under(rules::s256_only)
    .when(front_channel)
    .asserts(REFUSED_SOMEWHERE),
    Scenario::negative("push-short-challenge", "A code_challenge that S256 cannot produce is refused.", |s| {
        Box::pin(s.refused_in_front_by(|push| push.set("code_challenge", "too-short"), &BAD))
    })
    .requires(&[&rfc7636::CHALLENGE_SYNTAX])
    .when(front_channel)
    .asserts(REFUSED_SOMEWHERE),
    Scenario::negative("push-bad-scope-characters", "A scope with invalid characters is refused.", |s| {
        Box::pin(s.refused_in_front_by(|push| { let scope = format!("{} \"quoted\"", push.client().scope()); push.set("scope", scope) }, &BAD_SCOPE))
    })
    .requires(&[&rfc6749::SCOPE_SYNTAX])
    .when(front_channel)
    .asserts(&["PAR answers 400 invalid_scope or invalid_request, or the redirect URI gets one of them, or an error page is shown"]),
    Scenario::negative("push-state-with-control-characters", "A state with a line break is refused.", |s| {
        Box::pin(s.refused_in_front_by(|push| push.set("state", "a\r\nset-cookie: x=y"), &BAD))
    })
    .requires(&[&rfc6749::STATE_SYNTAX])
    .when(front_channel)
    .asserts(REFUSED_SOMEWHERE),
    Scenario::positive("push-unknown-parameter", "Unknown parameters are ignored.", run!(unknown_parameter))
        .requires(&[&rfc6749::UNKNOWN_IGNORED])
        .when(front_channel)
        .asserts(&["the flow succeeds with an unknown parameter in the pushed request"]),
    Scenario::positive("push-empty-parameter", "A parameter without a value counts as absent.", run!(empty_parameter))
        .requires(&[&rfc6749::EMPTY_IS_ABSENT])
        .when(front_channel)
        .asserts(&["the flow succeeds with an empty state and an empty nonce; the response has no state, the ID token no nonce"]),
    Scenario::positive("push-lifetime", "A request_uri expires in less than ten minutes.", run!(lifetime))
        .requires(&[&fapi2_sp::REQUEST_URI_TEN_MINUTES, &rfc9126::REQUEST_URI_LIFETIME])
        .under(rules::pushed_requests_expire_within_ten_minutes)
        .when(front_channel)
        .asserts(&["expires_in is below 600", "two pushes give two request_uri values"]),
];

const RESPONSE_TYPE: &[&str] = &[
    "PAR answers 400 unsupported_response_type, invalid_request or unauthorized_client (another 4xx or error: a warning)",
    "or the redirect URI gets unsupported_response_type or invalid_request, or an error page is shown; never a code",
];
const BAD_SCOPE: Front =
    Front { push: Wire::new(&[400], &["invalid_scope", "invalid_request"]), redirect: &["invalid_scope", "invalid_request"] };

impl Session {
    /// Pushes client one's request as changed by `spoil`, and demands a refusal.
    pub(super) async fn refused_in_front_by(&self, spoil: impl FnOnce(FormRequest) -> FormRequest, front: &Front) -> Tried<()> {
        self.refused_in_front(&spoil(self.one.push()), front).await
    }
}

async fn default_redirect_uri(s: &Session) -> Tried<()> {
    let push = s.one.push().without("redirect_uri");
    let reply = push.send().await?;
    if reply.status() != 201 {
        return s.refused(&reply, &wire::INVALID_REQUEST_OBJECT);
    }
    let pushed = push.taken(&reply)?;
    match s.one.authorize(&pushed).land().await? {
        landing @ Landing::Page(_) => {
            s.is_an_end(&landing)?;
            s.upheld(landing.exchange())
        }
        landing => s.one.accept(&pushed, landing).map(drop),
    }
}

async fn unregistered_redirect_uri(s: &Session) -> Tried<()> {
    let push = s.one.push().set("redirect_uri", format!("https://unregistered.example/{}", keys::random()));
    let reply = push.send().await?;
    if reply.status() != 201 {
        return s.refused(&reply, &wire::INVALID_REQUEST_OBJECT);
    }
    let pushed = push.taken(&reply)?;
    match s.one.authorize(&pushed).land().await? {
        landing @ Landing::Page(_) => {
            s.is_an_end(&landing)?;
            s.upheld(landing.exchange())
        }
        landing => {
            let code = s.one.accept(&pushed, landing)?;
            s.one.redeem(&code).tokens().await.map(drop)
        }
    }
}

async fn response_type(s: &Session, response_type: &str) -> Tried<()> {
    let push = s.one.push().set("response_type", response_type);
    let reply = push.send().await?;
    let usual = ["unsupported_response_type", "invalid_request", "unauthorized_client"];
    if reply.status() != 201 && !reply.member("error").is_some_and(|error| usual.contains(&error.as_str())) {
        s.warn("the refusal has none of the errors unsupported_response_type, invalid_request and unauthorized_client");
    }
    if reply.status() != 201 {
        if reply.status() != 400 {
            s.warn(format!("the refusal of the response type has status {}, not 400", reply.status()));
        }
        return s.refused(&reply, &BAD_RESPONSE_TYPE.push);
    }
    let pushed = push.taken(&reply)?;
    let landing = s.one.authorize(&pushed).land().await?;
    s.landed_refused(&pushed, &landing, BAD_RESPONSE_TYPE.redirect)
}

async fn with_request_uri(s: &Session) -> Tried<()> {
    let reply = s.one.push().set("request_uri", "urn:ietf:params:oauth:request_uri:none").send().await?;
    let errors = &["invalid_request", "invalid_request_object", "request_uri_not_supported"];
    s.refused(&reply, &Wire::new(&[400], errors))
}

async fn other_method(s: &Session, method: &str) -> Tried<()> {
    let request = s.one.push().method(method);
    let reply = if method == "GET" { request.in_query().send().await? } else { request.send().await? };
    if reply.status() < 400 {
        return Err(Finding::new(format!("a 4xx or 5xx status to {method}"), format!("status {}", reply.status()))
            .shown_by(reply.number())
            .into());
    }
    if reply.status() != 405 && s.target.instance.strict() {
        let finding =
            Finding::new(format!("status 405 to {method}"), format!("status {}", reply.status())).shown_by(reply.number());
        return Err(finding.against(&rfc9126::POST_ONLY).into());
    }
    if reply.status() != 405 {
        s.warn(format!("a request by {method} gets status {}, not 405", reply.status()));
    }
    s.upheld(Some(reply.number()))
}

async fn unknown_parameter(s: &Session) -> Tried<()> {
    let pushed = s.one.push().set("unknown_parameter", "x").pushed().await;
    let pushed = pushed.map_err(|stop| stop.against(&rfc6749::UNKNOWN_IGNORED))?;
    let code = s.one.authorize(&pushed).code().await?;
    s.one.redeem(&code).set("unknown_parameter", "x").tokens().await.map(drop)
}

async fn empty_parameter(s: &Session) -> Tried<()> {
    let mut push = s.one.push().set("state", "");
    if s.variant().openid() {
        push = push.set("nonce", "");
    }
    let pushed = push.pushed().await.map_err(|stop| stop.against(&rfc6749::EMPTY_IS_ABSENT))?;
    s.one.authorize(&pushed).code().await.map(drop)
}

async fn lifetime(s: &Session) -> Tried<()> {
    let (first, second) = (s.pushed().await?, s.pushed().await?);
    if first.expires_in >= 600 {
        let finding = Finding::new("expires_in below 600", first.expires_in.to_string());
        return Err(finding.against(&fapi2_sp::REQUEST_URI_TEN_MINUTES).into());
    }
    if first.request_uri == second.request_uri {
        return Err(Finding::new("a different request_uri for each pushed request", "the same one twice").into());
    }
    Ok(())
}

/// The redirect URI with http in place of https.
fn unencrypted(redirect_uri: &str) -> String {
    redirect_uri.replacen("https://", "http://", 1)
}
