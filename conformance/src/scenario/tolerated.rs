//! Parameters and spellings that a server must tolerate.

use serde_json::json;

use super::replies::demand;
use super::{Scenario, assertions, dpop, front_channel, openid, run};
use crate::browser::page::Page;
use crate::browser::{Intention, Landing};
use crate::client::FormRequest;
use crate::finding::{Finding, Stop, Tried, skip};
use crate::session::Session;
use fapi::requirement::{Requirement, local, oidcc, rfc6749, rfc7515, rfc7523bis, rfc7636, rfc9126};

pub(super) static SCENARIOS: &[Scenario] = &[
    Scenario::positive(
        "push-token-parameters",
        "Parameters of the token endpoint are ignored in a pushed request.",
        run!(token_parameters),
    )
    .requires(&[&rfc6749::UNKNOWN_IGNORED, &rfc9126::TOKEN_PARAMETERS_IGNORED])
    .when(front_channel)
    .asserts(&["the flow succeeds with grant_type, code and refresh_token in the pushed request"]),
    Scenario::positive("assertion-without-typ", "An assertion without typ is accepted.", run!(untyped))
        .requires(&[&rfc7523bis::UNTYPED_ASSERTION, &rfc7523bis::AUDIENCE_ISSUER])
        .when(assertions)
        .asserts(&["assertions without typ and with the issuer as aud are accepted at the PAR and the token endpoint"]),
    Scenario::positive(
        "code-challenge-method-late",
        "A code_challenge_method in the token request is ignored.",
        run!(late_method),
    )
    .requires(&[&rfc7636::METHOD_OF_CODE])
    .when(front_channel)
    .asserts(&["with code_challenge_method=plain in the token request, tokens are issued according to the pushed method"]),
    Scenario::positive(
        "proof-typ-as-media-type",
        "The typ of a proof is compared as a media type: in any case, with or without application/.",
        run!(media_type),
    )
    .requires(&[&rfc7515::TYP_AS_MEDIA_TYPE])
    .when(dpop)
    .asserts(&["typ DPoP+JWT and application/dpop+jwt are accepted (otherwise a warning, except for the reference server)"]),
    Scenario::positive("unsupported-locales", "Unsupported languages are ignored.", run!(locales))
        .requires(&[&oidcc::LOCALES_SUPPORTED, &oidcc::LOCALES_HARMLESS, &oidcc::CLAIM_LANGUAGES])
        .when(openid)
        .asserts(&[
            "the flow succeeds with ui_locales and claims_locales tlh",
            "and with a request for the claim name#tlh, if claims_parameter_supported is true",
        ]),
    Scenario::positive("essential-claim-missing", "An essential claim that is not available is not an error.", run!(essential))
        .requires(&[&oidcc::ESSENTIAL_MISSING])
        .when(openid)
        .asserts(&["the flow succeeds with an unknown essential claim; skipped if the claims parameter is not supported"]),
    Scenario::positive(
        "unreachable-acr",
        "A voluntary acr that the login does not reach is not an error, and not in the ID token.",
        run!(acr),
    )
    .requires(&[&oidcc::ACR_VOLUNTARY, &oidcc::ACR_VALUES_SUPPORTED])
    .when(openid)
    .asserts(&["the flow succeeds with an unknown class in acr_values; acr, if present, should be another class"]),
    Scenario::positive("offline-access-without-consent", "offline_access without prompt=consent is not an error.", run!(offline))
        .requires(&[&oidcc::OFFLINE_ACCESS])
        .when(openid)
        .asserts(&["the flow succeeds; skipped if offline_access is not in scopes_supported, or not a scope of the client"]),
    Scenario::positive(
        "openid-scope-decides",
        "A request without the scope openid does not lead to an ID token.",
        run!(plain_oauth),
    )
    .requires(&[&oidcc::OPENID_SCOPE])
    .when(openid)
    .asserts(&[
        "with the client's scopes except openid: tokens without id_token (otherwise a warning, except for the reference server)",
        "skipped if the request is refused: OpenID Connect does not specify it",
    ]),
    Scenario::positive("unknown-display", "An unknown display value is ignored or refused.", run!(display))
        .requires(&[&oidcc::UNKNOWN_PROMPT])
        .when(openid)
        .asserts(&["the flow succeeds with display=hologram, or PAR answers 4xx with an error"]),
    Scenario::positive(
        "question-stays-open",
        "A form of an earlier page does not skip the page that the user has to answer.",
        run!(open),
    )
    .requires(&[&local::DECISION_FITS])
    .when(front_channel)
    .asserts(&[
        "the login form, sent again at the consent page, leads to the consent page, which then leads to a code",
        "skipped if pages have no forms, and for every server except the reference server, whose own rule this is",
    ]),
];

/// Sends a changed request, gets a code for it, and redeems the code.
async fn flows(s: &Session, push: FormRequest, rule: &'static Requirement) -> Tried<crate::client::Tokens> {
    let reply = push.send().await?;
    if !reply.grants() {
        let got = format!("status {} {}", reply.status(), reply.member("error").unwrap_or_default());
        return Err(Finding::new("status 201: the pushed request is accepted", got)
            .shown_by(reply.number())
            .against(rule)
            .into());
    }
    let pushed = push.taken(&reply)?;
    let landing = s.one.authorize(&pushed).land().await?;
    if let Landing::Callback(callback) = &landing
        && callback.parameter("error").is_some()
    {
        let (expected, got, exchange) = ("a code at the redirect URI".to_owned(), landing.describe(), landing.exchange());
        return Err(Finding { exchange, ..Finding::new(expected, got).against(rule) }.into());
    }
    s.one.redeem(&s.one.accept(&pushed, landing)?).tokens().await
}

async fn token_parameters(s: &Session) -> Tried<()> {
    let push = s.one.push().set("grant_type", "authorization_code").set("code", "x").set("refresh_token", "y");
    let rule = if s.target.instance.strict() { &rfc9126::TOKEN_PARAMETERS_IGNORED } else { &rfc6749::UNKNOWN_IGNORED };
    flows(s, push, rule).await.map(drop)
}

async fn untyped(s: &Session) -> Tried<()> {
    let issuer = s.target.issuer.clone();
    let plain = move |jwt: crate::jwt::Jwt| jwt.without_header("typ").claim("aud", issuer.as_str());
    let refused = |from: &'static Requirement| move |stop: Stop| stop.narrowed(from, &rfc7523bis::UNTYPED_ASSERTION);
    if s.variant().front_channel() {
        s.one.push().assertion(plain.clone()).pushed().await.map_err(refused(&rfc9126::PUSH_CREATED))?;
    }
    let tokens = s.one.token_request().await?.assertion(plain).tokens().await;
    tokens.map(drop).map_err(refused(&rfc6749::TOKEN_RESPONSE))
}

async fn late_method(s: &Session) -> Tried<()> {
    s.one
        .redeem(&s.one.code().await?)
        .set("code_challenge_method", "plain")
        .tokens()
        .await
        .map(drop)
        .map_err(|stop| stop.against(&rfc7636::METHOD_OF_CODE))
}

async fn media_type(s: &Session) -> Tried<()> {
    s.prime().await?;
    for typ in ["DPoP+JWT", "application/dpop+jwt"] {
        let reply = s.one.token_request().await?.proof(move |jwt| jwt.header("typ", typ)).send().await?;
        if reply.grants() {
            continue;
        }
        if s.target.instance.strict() {
            let finding = Finding::new(format!("tokens for a proof of typ {typ}"), format!("status {}", reply.status()));
            return Err(finding.shown_by(reply.number()).against(&rfc7515::TYP_AS_MEDIA_TYPE).into());
        }
        s.warn(format!("a proof of typ {typ} is refused"));
    }
    Ok(())
}

async fn locales(s: &Session) -> Tried<()> {
    let push = s.one.push().set("ui_locales", "tlh").set("claims_locales", "tlh");
    flows(s, push, &oidcc::LOCALES_SUPPORTED).await?;
    if !s.one.metadata().is_true("claims_parameter_supported") {
        return Ok(());
    }
    let claims = json!({ "userinfo": { "name#tlh": null } }).to_string();
    flows(s, s.one.push().set("claims", claims), &oidcc::CLAIM_LANGUAGES).await.map(drop)
}

async fn essential(s: &Session) -> Tried<()> {
    if !s.one.metadata().is_true("claims_parameter_supported") {
        return skip("claims_parameter_supported is not true");
    }
    let essential = json!({ "unknown_claim": { "essential": true } });
    let claims = json!({ "userinfo": essential, "id_token": essential }).to_string();
    let tokens = flows(s, s.one.push().set("claims", claims), &oidcc::ESSENTIAL_MISSING).await?;
    s.one.userinfo(&tokens).served().await.map(drop)
}

async fn acr(s: &Session) -> Tried<()> {
    let class = "urn:example:acr:unknown";
    let tokens = flows(s, s.one.push().set("acr_values", class), &oidcc::ACR_VALUES_SUPPORTED).await?;
    match tokens.id_token.as_ref().and_then(|claims| claims.get("acr")) {
        Some(reached) if reached == class => {
            let finding = Finding::new("no acr in the ID token, or one that the login reached", format!("acr {class}"))
                .shown_by(tokens.reply.number());
            Err(finding.against(&oidcc::ACR_VOLUNTARY).into())
        }
        _ => Ok(()),
    }
}

async fn plain_oauth(s: &Session) -> Tried<()> {
    let scope: Vec<_> = s.one.settings().scope.split_whitespace().filter(|word| *word != "openid").collect();
    let reply = s.one.push().set("scope", scope.join(" ")).without("nonce").send().await?;
    if !reply.grants() {
        return s.skip("the server refuses requests that are not OpenID requests");
    }
    let pushed = s.one.push().set("scope", scope.join(" ")).without("nonce").pushed().await?;
    let landing = s.one.authorize(&pushed).land().await?;
    if !matches!(&landing, Landing::Callback(callback) if callback.parameter("code").is_some()) {
        return s.skip("the server refuses requests that are not OpenID requests");
    }
    let reply = s.one.redeem(&s.one.accept(&pushed, landing)?).send().await?;
    if !reply.grants() {
        return s.skip("the server does not redeem codes of requests that are not OpenID requests");
    }
    let plain = reply.json().is_none_or(|json| json.get("id_token").is_none());
    if !plain && !s.target.instance.strict() {
        s.warn("a request without the scope openid leads to an ID token");
        return Ok(());
    }
    demand(&reply, &oidcc::OPENID_SCOPE, plain, "tokens without an ID token", || "an ID token".into())
}

async fn display(s: &Session) -> Tried<()> {
    let push = s.one.push().set("display", "hologram");
    let reply = push.send().await?;
    if !reply.grants() {
        let fits = (400..500).contains(&reply.status()) && reply.member("error").is_some();
        let got = || format!("status {}", reply.status());
        return demand(&reply, &oidcc::UNKNOWN_PROMPT, fits, "status 201, or 4xx with an error", got);
    }
    flows(s, push, &oidcc::UNKNOWN_PROMPT).await.map(drop)
}

async fn offline(s: &Session) -> Tried<()> {
    if !s.one.metadata().list("scopes_supported").contains(&"offline_access") {
        return skip("offline_access is not in scopes_supported");
    }
    let push = s.one.push().set("scope", format!("{} offline_access", s.one.scope()));
    let reply = push.send().await?;
    if reply.member("error").is_some_and(|error| matches!(error.as_str(), "invalid_scope" | "unauthorized_client")) {
        return skip("the client may not request offline_access");
    }
    flows(s, push, &oidcc::OFFLINE_ACCESS).await.map(drop)
}

async fn open(s: &Session) -> Tried<()> {
    if !s.target.instance.strict() {
        return skip("only the reference server has this rule");
    }
    let (pushed, mut browser) = (s.pushed().await?, s.one.browser());
    let redirect_uri = &s.one.settings().redirect_uri;
    let Landing::Waiting(login) = s.one.authorize(&pushed).looking().land_in(&mut browser).await? else {
        return s.skip("the server did not show a page with a form");
    };
    for _ in 0..2 {
        let landing = browser.go_on(&login, redirect_uri, Intention::LogIn).await?;
        let consent = match &landing {
            Landing::Waiting(page) => !Page::read(&page.text()).asks_for_password(),
            _ => false,
        };
        if !consent {
            let (expected, got, exchange) = ("the consent page".to_owned(), landing.describe(), landing.exchange());
            return Err(Finding { exchange, ..Finding::new(expected, got).against(&local::DECISION_FITS) }.into());
        }
    }
    let landing = s.one.authorize(&pushed).land_in(&mut browser).await?;
    s.one.accept(&pushed, landing).map(drop)
}
