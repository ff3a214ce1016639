//! Parameters that a pushed request must have, and parameters that it must not have.

use super::{Scenario, front_channel, module, rules, run};
use crate::browser::Landing;
use crate::client::{FormRequest, Pushed};
use crate::finding::{Finding, Stop, Tried, skip};
use crate::http::Reply;
use crate::jwt::Received;
use crate::keys;
use crate::session::{Front, Session, Wire, wire};
use crate::target::OrdinaryKind;
use fapi::requirement::{Requirement, fapi2_sp, oidcc, rfc6749, rfc7636, rfc9126, rfc9700};

const BAD: Front = Front { push: wire::INVALID_REQUEST, redirect: &["invalid_request"] };
const BAD_OBJECT: Front = Front { push: wire::INVALID_REQUEST_OBJECT, redirect: &["invalid_request", "invalid_request_object"] };
const BAD_RESPONSE_TYPE: Front =
    Front { push: Wire::new(wire::ANY_4XX, &[]), redirect: &["unsupported_response_type", "invalid_request"] };
const REFUSAL: &str = "PAR answers 400 invalid_request, or the redirect URI gets this error, or an error page is shown";
const REFUSED_SOMEWHERE: &[&str] = &[REFUSAL, "no code is issued"];

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
        "PAR 400 invalid_request or invalid_request_object, or an error page, or a code or an error at the only registered redirect URI",
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
    .asserts(&[
        "PAR answers 400 invalid_request or invalid_request_object, or an error page is shown, or the flow completes there",
        "RFC 9126 2.4 allows both for clients that authenticate",
    ]),
    Scenario::negative(
        "push-redirect-uri-extended",
        "A redirect URI that only begins with the registered one is refused.",
        run!(extended_redirect_uri),
    )
    .requires(&[
        &rfc6749::REDIRECT_EXACT,
        &rfc6749::REDIRECT_REGISTERED,
        &rfc9126::PUSH_VALIDATED,
        &rfc9126::PUSHED_REQUEST_VALIDATED,
        &oidcc::REQUEST_VALIDATED,
    ])
    .when(front_channel)
    .asserts(&[
        "PAR answers 400 invalid_request or invalid_request_object, or the redirect URI gets an error, or an error page is shown",
        "if a code is issued: a warning, since RFC 9126 2.4 allows it for clients that authenticate",
    ]),
    Scenario::negative("push-redirect-uri-with-fragment", "A redirect URI with a fragment is refused.", |s| {
        Box::pin(s.refused_in_front_by(|push| { let uri = format!("{}#f", push.client().settings().redirect_uri); push.set("redirect_uri", uri) }, &BAD_OBJECT))
    })
    .requires(&[&rfc6749::REDIRECT_WITHOUT_FRAGMENT, &rfc6749::REDIRECT_EXACT, &rfc6749::REDIRECT_REGISTERED])
    .when(front_channel)
    .asserts(REFUSED_SOMEWHERE),
    Scenario::negative("push-redirect-uri-http", "An http redirect URI is refused.", run!(unencrypted_redirect_uri))
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
        .asserts(&["a live request_uri beside complete parameters: 400 invalid_request, invalid_request_object or request_uri_not_supported"]),
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
    .requires(&[&rfc7636::METHOD_CASE_SENSITIVE, &rfc7636::METHOD_SUPPORTED])
    .when(front_channel)
    .asserts(REFUSED_SOMEWHERE),
    Scenario::negative(
        "push-without-challenge-method",
        "A challenge without code_challenge_method means plain, and is refused.",
        run!(without_method),
    )
    .requires(&[&rfc7636::METHOD_DEFAULTS_TO_PLAIN, &fapi2_sp::CHALLENGE_S256])
    .under(rules::s256_only)
    .when(front_channel)
    .asserts(&[
        REFUSAL,
        "if a code is issued: RFC 7636 4.3 is not kept; and if the code is redeemed with the challenge itself as the verifier, \
         the server takes plain challenges, which FAPI 2.0 5.3.2.2 does not allow",
    ]),
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
    Scenario::negative(
        "push-state-with-control-characters",
        "A state with a line break is refused, or returned in an encoding that does no harm.",
        run!(control_characters),
    )
    .requires(&[&rfc6749::STATE_SYNTAX, &rfc6749::VALUES_SANITISED, &rfc6749::STATE_ECHOED])
    .when(front_channel)
    .asserts(&[
        "PAR answers 400 invalid_request, or the redirect URI gets this error, or an error page is shown",
        "if a code is issued: the response does not set the cookie that stands after the line break, and has the same state, or one \
         without what is forbidden in it (a warning, since nothing obliges the server to refuse it)",
    ]),
    Scenario::positive("push-unknown-parameter", "Unknown parameters are ignored.", run!(unknown_parameter))
        .requires(&[&rfc6749::UNKNOWN_IGNORED, &rfc6749::TOKEN_UNKNOWN_IGNORED])
        .when(front_channel)
        .asserts(&["the flow succeeds with an unknown parameter in the pushed request and in the token request"]),
    Scenario::positive("push-empty-parameter", "A parameter without a value counts as absent.", run!(empty_parameter))
        .requires(&[&rfc6749::EMPTY_IS_ABSENT, &rfc6749::STATE_ECHOED])
        .when(front_channel)
        .asserts(&["the flow succeeds with an empty state and an empty nonce; the response has no state, the ID token no nonce"]),
    Scenario::positive("push-lifetime", "A request_uri expires in less than ten minutes.", run!(lifetime))
        .requires(&[&fapi2_sp::REQUEST_URI_TEN_MINUTES, &rfc9126::REQUEST_URI_LIFETIME, &rfc9126::REQUEST_URI_RANDOM])
        .under(rules::pushed_requests_expire_within_ten_minutes)
        .when(front_channel)
        .asserts(&["expires_in is below 600", "two pushes give two request_uri values"]),
];

const RESPONSE_TYPE: &[&str] = &[
    "PAR answers 400 unsupported_response_type, invalid_request or unauthorized_client (another 4xx or error: a warning)",
    "or the redirect URI gets an error in its query or fragment, or an error page is shown; never a code or a token",
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
    if !reply.grants() {
        return s.refused(&reply, &wire::INVALID_REQUEST_OBJECT);
    }
    let pushed = push.taken(&reply)?;
    let landing = s.one.authorize(&pushed).land().await?;
    refused_or_served(s, &pushed, landing).await
}

async fn unregistered_redirect_uri(s: &Session) -> Tried<()> {
    let push = s.one.push().set("redirect_uri", format!("https://unregistered.example/{}", keys::random()));
    let reply = push.send().await?;
    if !reply.grants() {
        return s.refused(&reply, &wire::INVALID_REQUEST_OBJECT);
    }
    let pushed = push.taken(&reply)?;
    let landing = s.one.authorize(&pushed).land().await?;
    refused_or_served(s, &pushed, landing).await
}

/// Accepts an error page, an error at the redirect URI, and a code that gives tokens.
async fn refused_or_served(s: &Session, pushed: &Pushed, landing: Landing) -> Tried<()> {
    match &landing {
        Landing::Page(_) => s.is_an_end(&landing)?,
        Landing::Callback(callback) if callback.parameter("error").is_some() && callback.parameter("code").is_none() => {}
        _ => {
            let code = s.one.accept(pushed, landing)?;
            return s.one.redeem(&code).tokens().await.map(drop);
        }
    }
    s.upheld(landing.exchange())
}

async fn extended_redirect_uri(s: &Session) -> Tried<()> {
    let uri = format!("{}x", s.one.settings().redirect_uri);
    let refused = s.refused_in_front_by(|push| push.set("redirect_uri", uri), &BAD_OBJECT).await;
    refused.map_err(|stop| own_rule(s, stop, &rfc9126::REDIRECT_URI_RELAXED))
}

/// A finding about a rule that our own server has, but that `allowed` leaves to others.
fn own_rule(s: &Session, stop: Stop, allowed: &'static Requirement) -> Stop {
    match stop {
        Stop::Failed(finding) if finding.requirement.is_none() && !s.target.instance.strict() => finding.against(allowed).into(),
        other => other,
    }
}

async fn unencrypted_redirect_uri(s: &Session) -> Tried<()> {
    let Some(rest) = s.one.settings().redirect_uri.strip_prefix("https://") else {
        return skip("the registered redirect URI is not an https URL");
    };
    let uri = format!("http://{rest}");
    s.refused_in_front_by(|push| push.set("redirect_uri", uri), &BAD_OBJECT).await
}

const INJECTED: &str = "injected=1";

async fn control_characters(s: &Session) -> Tried<()> {
    let push = s.one.push().set("state", format!("a\r\nset-cookie: {INJECTED}"));
    let reply = push.send().await?;
    if !reply.grants() {
        // The other clauses are about the response at the redirect URI.
        return s.refused_because(&reply, &BAD.push, &[&rfc6749::STATE_SYNTAX]);
    }
    let pushed = push.taken(&reply)?;
    let landing = s.one.authorize(&pushed).land().await?;
    let Landing::Callback(callback) = &landing else { return s.landed_refused(&pushed, &landing, BAD.redirect) };
    if callback.parameter("code").is_none() {
        s.rests_on(OrdinaryKind::Code);
        let error = callback.parameter("error");
        return if error.is_some() { s.upheld(callback.exchange) } else { s.landed_refused(&pushed, &landing, BAD.redirect) };
    }
    let exchange = callback.exchange;
    let exchanges = s.http().exchanges();
    let shown = exchanges.iter().find(|shown| Some(shown.number) == exchange).and_then(Reply::of);
    if shown.is_some_and(|reply| reply.headers("set-cookie").any(|cookie| cookie.trim_start().starts_with(INJECTED))) {
        let finding = Finding::new("a response without the header that the state has after a line break", "that header");
        return Err(Finding { exchange, ..finding.against(&rfc6749::VALUES_SANITISED) }.into());
    }
    let letters = |text: &str| text.chars().filter(char::is_ascii_alphanumeric).collect::<String>();
    let sent = pushed.parameter("state").unwrap_or_default();
    let got = match callback.parameter("state").as_deref() {
        Some(state) if state == sent => "a code, and the state unchanged",
        // RFC 6749 10.14 has such values sanitised.
        Some(state) if !state.contains(char::is_control) && letters(state) == letters(sent) => {
            "a code, and the state without its line break"
        }
        _ => return s.one.accept(&pushed, landing).map(drop),
    };
    let finding = Finding::new("a refusal of a state with a line break", got);
    Err(Finding { exchange, ..finding.against(&rfc6749::STATE_SYNTAX) }.into())
}

async fn response_type(s: &Session, response_type: &str) -> Tried<()> {
    let push = s.one.push().set("response_type", response_type);
    let reply = push.send().await?;
    let usual = ["unsupported_response_type", "invalid_request", "unauthorized_client"];
    if !reply.grants() && !reply.member("error").is_some_and(|error| usual.contains(&error.as_str())) {
        s.warn("the refusal has none of the errors unsupported_response_type, invalid_request and unauthorized_client");
    }
    if !reply.grants() {
        if reply.status() != 400 {
            s.warn(format!("the refusal of the response type has status {}, not 400", reply.status()));
        }
        return s.refused(&reply, &BAD_RESPONSE_TYPE.push);
    }
    let pushed = push.taken(&reply)?;
    let landing = s.one.authorize(&pushed).land().await?;
    // The response to these types is in the fragment, the one to `code` in the query.
    if let Landing::Callback(callback) = &landing {
        let fragment = form_urlencoded::parse(callback.url.fragment().unwrap_or_default().as_bytes());
        let names: Vec<String> = callback.url.query_pairs().chain(fragment).map(|(name, _)| name.into_owned()).collect();
        let issued = ["code", "access_token", "id_token"].into_iter().find(|issued| names.iter().any(|name| name == issued));
        if issued.is_none() && names.iter().any(|name| name == "error") {
            s.rests_on(OrdinaryKind::Code);
            return s.upheld(callback.exchange);
        }
        let got = issued.map_or("neither a code nor an error".to_owned(), |issued| format!("`{issued}` at the redirect URI"));
        let finding = Finding::new(format!("a refusal of response_type={response_type}"), got);
        return Err(Finding { exchange: callback.exchange, ..finding }.into());
    }
    s.landed_refused(&pushed, &landing, BAD_RESPONSE_TYPE.redirect)
}

async fn with_request_uri(s: &Session) -> Tried<()> {
    // A live one, so that only its presence is wrong.
    let live = s.pushed().await?.request_uri;
    let reply = s.one.push().set("request_uri", live).send().await?;
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
    let tokens = s.one.redeem(&code).set("unknown_parameter", "x").tokens().await;
    tokens.map(drop).map_err(|stop| stop.narrowed(&rfc6749::TOKEN_RESPONSE, &rfc6749::TOKEN_UNKNOWN_IGNORED))
}

async fn empty_parameter(s: &Session) -> Tried<()> {
    let mut push = s.one.push().set("state", "");
    if s.variant().openid() {
        push = push.set("nonce", "");
    }
    let pushed = push.pushed().await.map_err(|stop| stop.against(&rfc6749::EMPTY_IS_ABSENT))?;
    let code = s.one.authorize(&pushed).code().await;
    let code = s.narrowed(code, &rfc6749::STATE_ECHOED, &rfc6749::EMPTY_IS_ABSENT).await?;
    if !s.variant().openid() {
        return Ok(());
    }
    let reply = s.one.redeem(&code).send().await?;
    let token = reply.member("id_token").and_then(|text| Received::parse(&text).ok());
    let Some(token) = token else { return s.skip("the token response has no ID token that can be read") };
    match token.claims.get("nonce") {
        None => Ok(()),
        Some(nonce) => {
            let finding =
                Finding::new("an ID token without nonce, since the one of the request was empty", format!("nonce {nonce}"));
            Err(finding.shown_by(reply.number()).against(&rfc6749::EMPTY_IS_ABSENT).into())
        }
    }
}

async fn without_method(s: &Session) -> Tried<()> {
    let push = s.one.push().without("code_challenge_method");
    let reply = push.send().await?;
    if !reply.grants() {
        return s.refused(&reply, &BAD.push);
    }
    let pushed = push.taken(&reply)?;
    let landing = s.one.authorize(&pushed).land().await?;
    let has_code = matches!(&landing, Landing::Callback(callback) if callback.parameter("code").is_some());
    if !has_code {
        return s.landed_refused(&pushed, &landing, BAD.redirect);
    }
    let exchange = landing.exchange();
    let code = s.one.accept(&pushed, landing)?;
    let challenge = pushed.parameter("code_challenge").unwrap_or_default().to_owned();
    let redeemed = s.one.redeem(&code).set("code_verifier", challenge).send().await?;
    let (got, rule, exchange) = if redeemed.grants() {
        let got = "a code, and tokens for the challenge itself as the verifier: the method is plain";
        (got, &fapi2_sp::CHALLENGE_S256, Some(redeemed.number()))
    } else {
        let got = "a code, which is not redeemed with the challenge itself as the verifier: the method is another one";
        (got, &rfc7636::METHOD_DEFAULTS_TO_PLAIN, exchange)
    };
    let expected = "invalid_request, since the absent method means plain, which is not supported";
    Err(Finding { exchange, ..Finding::new(expected, got).against(rule) }.into())
}

async fn lifetime(s: &Session) -> Tried<()> {
    let (first, second) = (s.pushed().await?, s.pushed().await?);
    if first.expires_in >= 600 {
        let finding = Finding::new("expires_in below 600", first.expires_in.to_string());
        return Err(finding.against(&fapi2_sp::REQUEST_URI_TEN_MINUTES).into());
    }
    if first.request_uri == second.request_uri {
        let finding = Finding::new("a different request_uri for each pushed request", "the same one twice");
        return Err(finding.against(&rfc9126::REQUEST_URI_RANDOM).into());
    }
    Ok(())
}
