//! What a relying party may ask of an OpenID provider, whatever its response type is.

use serde_json::{Map, Value, json};

use super::openid_sessions::id_token;
use super::{Scenario, plainly, run};
use crate::browser::{Landing, asks};
use crate::client::form::encode;
use crate::client::{FormRequest, Tokens};
use crate::finding::{Finding, Tried};
use crate::http::Request;
use crate::jwt::Jwt;
use crate::session::Session;
use crate::variant::{ResponseType, Variant};
use fapi::requirement::{Requirement, oidcc, rfc6749, rfc6750, rfc9101};

pub(super) static SCENARIOS: &[Scenario] = &[
    accepted("parameters-ignored", "Unknown parameters, login_hint and ui_locales lead to no error.", run!(ignored))
        .oidf(&["oidcc-ensure-request-with-unknown-parameter-succeeds", "oidcc-login-hint", "oidcc-ui-locales"])
        .requires(&[&rfc6749::UNKNOWN_IGNORED, &oidcc::LOCALES_HARMLESS]),
    accepted("parameters-display", "display leads to no error.", run!(displayed))
        .oidf(&["oidcc-display-page", "oidcc-display-popup"])
        .requires(&[&oidcc::DISPLAY_SUPPORTED]),
    accepted("parameters-wished", "claims_locales, acr_values and essential claims lead to no error.", run!(wished))
        .oidf(&["oidcc-claims-locales", "oidcc-ensure-request-with-acr-values-succeeds", "oidcc-claims-essential"])
        .requires(&[&oidcc::CLAIM_LANGUAGES_HARMLESS, &oidcc::ACR_VALUES_SUPPORTED, &oidcc::ESSENTIAL_MISSING])
        .asserts(&[
            "a response to each; the essential claim `name` comes from userinfo, or else in the ID token (otherwise a warning)",
        ]),
    accepted("parameters-in-other-order", "Parameters and scope values may come in any order.", run!(turned))
        .oidf(&["oidcc-alternate-happy-flow"])
        .requires(&[&rfc6749::SCOPE_UNORDERED])
        .when(once_for_tokens),
    accepted("scope-claims", "The scopes profile and email lead to the user's claims.", run!(two_scopes))
        .oidf(&["oidcc-scope-profile", "oidcc-scope-email"])
        .requires(&[&oidcc::SCOPE_CLAIMS])
        .asserts(&[
            "claims of each scope come from userinfo, or in the ID token if there is no access token (otherwise a warning)",
        ]),
    accepted(
        "scope-claims-more",
        "The scopes address and phone lead to the user's claims, and all of them together.",
        run!(more_scopes),
    )
    .oidf(&["oidcc-scope-address", "oidcc-scope-phone", "oidcc-scope-all"])
    .requires(&[&oidcc::SCOPE_CLAIMS])
    .asserts(&[
        "claims of each scope come from userinfo, or in the ID token if there is no access token (otherwise a warning)",
        "skipped for scopes that scopes_supported does not list",
    ]),
    accepted("userinfo-carriers", "Userinfo takes an access token in the header, by GET and POST.", run!(carriers))
        .oidf(&["oidcc-userinfo-get", "oidcc-userinfo-post-header", "oidcc-userinfo-post-body"])
        .requires(&[&oidcc::USERINFO_SERVED, &oidcc::USERINFO_SUBJECT, &rfc6750::TOKEN_IN_HEADER])
        .when(with_access_token)
        .asserts(&[
            "GET and POST with the header: 200 application/json with the sub of the ID token",
            "POST with the token in the form: the same, or a refusal",
        ]),
    accepted(
        "request-object-in-url",
        "A request object counts before the query, and an unsigned one only if the metadata says so.",
        run!(objects),
    )
    .oidf(&[
        "oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported",
        "oidcc-ensure-request-object-with-redirect-uri",
    ])
    .requires(&[&oidcc::OBJECT_OVERRIDES, &rfc9101::OBJECT_ALONE_COUNTS, &rfc9101::OBJECT_SIGNATURE])
    .asserts(&[
        "a signed object with the registered redirect URI beside another one: a response at the registered one, or an error page",
        "alg none: a response if request_object_signing_alg_values_supported has none; otherwise an error, and no response",
    ]),
    accepted("request-by-post", "The authorization endpoint accepts requests by POST.", run!(posted))
        .oidf(&["oidcc-ensure-post-request-succeeds"])
        .requires(&[&oidcc::GET_AND_POST])
        .when(once)
        .asserts(&["the parameters in a form lead to a page with a form, or to a redirect that is no error"]),
];

const fn accepted(id: &'static str, summary: &'static str, run: super::Run) -> Scenario {
    Scenario::positive(id, summary, run).when(plainly).plain().codeless().asserts(&["a correct response to each request"])
}

/// Requests for a code stand for all others.
fn once(variant: &Variant) -> bool {
    plainly(variant) && variant.response_type() == Some(ResponseType::Code)
}

/// Requests for an access token from one endpoint stand for those from two.
fn once_for_tokens(variant: &Variant) -> bool {
    let twice = [ResponseType::CodeToken, ResponseType::CodeIdTokenToken];
    plainly(variant) && variant.response_type().is_some_and(|answer| !twice.contains(&answer))
}

fn with_access_token(variant: &Variant) -> bool {
    plainly(variant) && variant.access_tokens()
}

/// Demands a correct response to each of these requests, in one session.
async fn all_accepted(s: &Session, requests: Vec<(FormRequest, &'static Requirement)>) -> Tried<()> {
    let mut browser = s.one.browser();
    for (push, rule) in requests {
        let pushed = push.pushed().await?;
        let landing = s.one.authorize(&pushed).land_in(&mut browser).await?;
        s.one.answered(&pushed, landing).await.map_err(|stop| stop.against(rule))?;
    }
    Ok(())
}

async fn ignored(s: &Session) -> Tried<()> {
    let requests: Vec<(FormRequest, &'static Requirement)> = vec![
        (s.one.push().set("extra", "foobar"), &rfc6749::UNKNOWN_IGNORED),
        (s.one.push().set("login_hint", "somebody@example.com"), &rfc6749::UNKNOWN_IGNORED),
        (s.one.push().set("ui_locales", "se"), &oidcc::LOCALES_HARMLESS),
    ];
    all_accepted(s, requests).await
}

async fn displayed(s: &Session) -> Tried<()> {
    let displayed =
        |value: &str| -> (FormRequest, &'static Requirement) { (s.one.push().set("display", value), &oidcc::DISPLAY_SUPPORTED) };
    all_accepted(s, vec![displayed("page"), displayed("popup")]).await
}

async fn wished(s: &Session) -> Tried<()> {
    let classes = s.one.metadata().list("acr_values_supported").join(" ");
    let classes = if classes.is_empty() { "1 2".to_owned() } else { classes };
    let requests: Vec<(FormRequest, &'static Requirement)> = vec![
        (s.one.push().set("claims_locales", "se"), &oidcc::CLAIM_LANGUAGES_HARMLESS),
        (s.one.push().set("acr_values", classes), &oidcc::ACR_VALUES_SUPPORTED),
    ];
    all_accepted(s, requests).await?;
    let place = if s.variant().access_tokens() { "userinfo" } else { "id_token" };
    let claims = json!({ place: { "name": { "essential": true } } }).to_string();
    let push = s.one.push().set("scope", "openid").set("claims", claims);
    let told = claims_of(s, push).await.map_err(|stop| stop.against(&oidcc::ESSENTIAL_MISSING))?;
    if s.one.metadata().is_true("claims_parameter_supported") && !told.contains_key("name") {
        s.warn("the essential claim `name` is missing");
    }
    Ok(())
}

async fn turned(s: &Session) -> Tried<()> {
    // Removing a parameter and adding it again moves it to the end.
    let types = s.one.push().parameters().into_iter().find(|(name, _)| name == "response_type");
    let mut push = s.one.push().without("scope").duplicate("scope", "email openid");
    if let Some((name, value)) = types {
        push = push.without(&name).duplicate(&name, value);
    }
    all_accepted(s, vec![(push, &rfc6749::SCOPE_UNORDERED)]).await
}

/// What the user's claims are called, by scope.
const CLAIMS: &[(&str, &[&str])] = &[
    ("profile", &["name", "family_name", "given_name", "nickname", "preferred_username", "updated_at"]),
    ("email", &["email"]),
    ("address", &["address"]),
    ("phone", &["phone_number"]),
];

async fn two_scopes(s: &Session) -> Tried<()> {
    scoped(s, &["profile"]).await?;
    scoped(s, &["email"]).await
}

async fn more_scopes(s: &Session) -> Tried<()> {
    scoped(s, &["address"]).await?;
    scoped(s, &["phone"]).await?;
    scoped(s, &["profile", "email", "address", "phone"]).await
}

/// Asks for these scopes, as far as the server has them, and looks for a claim of each.
async fn scoped(s: &Session, scopes: &[&str]) -> Tried<()> {
    let listed = s.one.metadata().list("scopes_supported");
    let wanted: Vec<&str> = scopes.iter().copied().filter(|scope| listed.contains(scope)).collect();
    if wanted.is_empty() {
        return s.skip(format!("scopes_supported does not list {}", scopes.join(", ")));
    }
    let told = claims_of(s, s.one.push().set("scope", format!("openid {}", wanted.join(" ")))).await?;
    for (scope, names) in CLAIMS.iter().filter(|(scope, _)| wanted.contains(scope)) {
        if !names.iter().any(|name| told.contains_key(*name)) {
            s.warn(format!("no claim of the scope {scope}"));
        }
    }
    Ok(())
}

/// What a request tells about the user: by userinfo, or in the ID token if there is no access token.
async fn claims_of(s: &Session, push: FormRequest) -> Tried<Map<String, Value>> {
    let pushed = push.pushed().await?;
    let landing = s.one.authorize(&pushed).land().await?;
    if !s.variant().access_tokens() {
        return Ok(id_token(s, &pushed, landing).await?.claims);
    }
    let tokens = tokens(s, &pushed, landing).await?;
    let reply = s.one.userinfo(&tokens).served().await?;
    s.one.read_userinfo(&reply).await
}

/// The tokens that a response leads to: those of the token endpoint if it has a code.
async fn tokens(s: &Session, pushed: &crate::client::Pushed, landing: Landing) -> Tried<Tokens> {
    if s.variant().codes() {
        return s.one.redeem(&s.one.accept(pushed, landing).await?).tokens().await;
    }
    s.one.tokens_of(s.one.answered(pushed, landing).await?)
}

async fn carriers(s: &Session) -> Tried<()> {
    let tokens = s.one.tokens().await?;
    let call = || s.one.userinfo(&tokens);
    let body = encode(&[("access_token".to_owned(), tokens.access_token.clone())]);
    for (call, must) in [(call(), true), (call().method("POST"), true), (call().method("POST").scheme(None).form(&body), false)] {
        let reply = if must { call.served().await? } else { call.send().await? };
        if !reply.grants() {
            continue;
        }
        let claims = s.one.read_userinfo(&reply).await?;
        let sub = tokens.id_token.as_ref().and_then(|claims| claims.get("sub"));
        if sub.is_some_and(|sub| claims.get("sub") != Some(sub)) {
            let finding = Finding::new("the sub of the ID token from userinfo", "another sub").shown_by(reply.number());
            return Err(finding.against(&oidcc::USERINFO_SUBJECT).into());
        }
    }
    Ok(())
}

async fn objects(s: &Session) -> Tried<()> {
    let push = s.one.push().with_object().outside("redirect_uri", "https://other.example/callback");
    let pushed = push.pushed().await?;
    match s.one.authorize(&pushed).land().await? {
        landing @ Landing::Page(_) => s.is_an_end(&landing)?,
        landing => drop(s.one.answered(&pushed, landing).await.map_err(|stop| stop.against(&oidcc::OBJECT_OVERRIDES))?),
    }
    let pushed = s.one.push().object(Jwt::unsigned).pushed().await?;
    let landing = s.one.authorize(&pushed).land().await?;
    if s.one.metadata().list("request_object_signing_alg_values_supported").contains(&"none") {
        return s.one.answered(&pushed, landing).await.map(drop);
    }
    let errors = ["request_not_supported", "invalid_request_object", "invalid_request"];
    s.landed_refused(&pushed, &landing, &errors)
}

async fn posted(s: &Session) -> Tried<()> {
    let pushed = s.one.push().pushed().await?;
    let mut url = s.one.authorize(&pushed).url()?;
    let fields: Vec<_> = url.query_pairs().into_owned().collect();
    url.set_query(None);
    let request = Request::new("authorization request by POST", "POST", url.clone())
        .header("accept", "text/html")
        .carrying("application/x-www-form-urlencoded", encode(&fields));
    let reply = s.http().send(request).await?;
    let next = reply.header("location").and_then(|location| url.join(location).ok());
    let goes_on = (300..400).contains(&reply.status()) && next.is_some_and(|next| !next.as_str().contains("error="));
    if goes_on || (reply.grants() && asks(&reply)) {
        return Ok(());
    }
    let finding = Finding::new("a page with a form, or a redirect to one", format!("status {}", reply.status()));
    Err(finding.shown_by(reply.number()).against(&oidcc::GET_AND_POST).into())
}
