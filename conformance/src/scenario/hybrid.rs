//! Authorization responses with ID tokens and access tokens: the hybrid and implicit flows, and responses in forms.

use super::response::refusal;
use super::{Scenario, plainly, run};
use crate::browser::{Callback, Landing, Place, page::Page};
use crate::client::response::Answer;
use crate::finding::{Finding, Tried};
use crate::http::{Answer as Answered, HttpExchange};
use crate::session::{Front, Session, wire};
use crate::variant::{ResponseMode, ResponseType, Variant};
use fapi::requirement::{Requirement, oauth2_fp, oauth2_rt, oidcc, rfc6749};

const REQUEST: Front = Front { push: wire::INVALID_REQUEST_OBJECT, redirect: &["invalid_request", "invalid_request_object"] };

const TYPE: Front = Front { push: wire::INVALID_REQUEST, redirect: &["unsupported_response_type", "invalid_request"] };

pub(super) static SCENARIOS: &[Scenario] = &[
    Scenario::positive("combined-response", "A response has everything that its response type names.", run!(combined))
        .oidf(&["oidcc-server"])
        .requires(&[&oauth2_rt::COMBINED_RESPONSES, &oauth2_rt::COMBINED_STATE_ECHOED, &oauth2_rt::TOKENS_IN_FRAGMENT])
        .when(plainly)
        .plain()
        .codeless()
        .asserts(&[
            "for both clients: code, ID token and access token as the response type names them, and nothing else; the state",
            "in the fragment, or in a form if the variant is about form_post",
            "with a code: the token endpoint answers with an access token and an ID token",
        ]),
    Scenario::positive("secret-in-form", "A client may authenticate with its secret in the form.", run!(both))
        .oidf(&["oidcc-server-client-secret-post"])
        .requires(&[&rfc6749::TOKEN_RESPONSE])
        .when(plainly)
        .plain()
        .asserts(&["client_secret_post: the token endpoint answers both clients with tokens"]),
    Scenario::negative("response-type-left-out", "A request without response_type is refused.", |s| {
        Box::pin(s.refused_in_front_by(|push| push.without("response_type"), &TYPE))
    })
    .oidf(&["oidcc-response-type-missing"])
    .requires(&[&rfc6749::RESPONSE_TYPE_PRESENT])
    .when(stands_for_others)
    .plain()
    .codeless()
    .asserts(&[
        "the redirect URI gets unsupported_response_type or invalid_request, or an error page is shown; neither a code nor a token",
    ]),
    Scenario::positive("hashes-in-front", "The ID token of a response has the hashes of what comes with it.", run!(in_front))
        .requires(&[&oidcc::C_HASH, &oidcc::HYBRID_HASHES, &oidcc::ID_TOKEN_CLAIMS])
        .when(has_code_and_id_token)
        .plain()
        .asserts(&["c_hash is that of the code, and at_hash that of the access token, if there is one; for both clients"]),
    Scenario::positive("implicit-id-token", "The ID token of an implicit response has a nonce and at_hash.", run!(in_front))
        .requires(&[&oidcc::IMPLICIT_ID_TOKEN, &oidcc::IMPLICIT_RESPONSE, &oidcc::NONCE_COPIED])
        .when(is_implicit)
        .plain()
        .codeless()
        .asserts(&["the nonce is that of the request, and at_hash that of the access token, if there is one; for both clients"]),
    Scenario::positive("front-access-token", "An access token of the response is served, and there is no refresh token.", run!(served))
        .requires(&[&oidcc::IMPLICIT_RESPONSE, &oidcc::USERINFO_SUBJECT])
        .when(has_access_token)
        .plain()
        .codeless()
        .asserts(&["token_type Bearer, no refresh_token; userinfo answers with the sub of the ID token, if the response has one"]),
    Scenario::positive("both-id-tokens", "The ID tokens of both channels are about the same user.", run!(both))
        .requires(&[&oidcc::HYBRID_SAME_SUBJECT])
        .when(has_code_and_id_token)
        .plain()
        .asserts(&["iss and sub of both are equal, for both clients"]),
    Scenario::negative("front-without-nonce", "A request for an ID token in the response is refused without a nonce.", |s| {
        Box::pin(s.refused_in_front_by(|push| push.without("nonce"), &REQUEST))
    })
    .requires(&[&oidcc::IMPLICIT_NONCE, &oidcc::HYBRID_NONCE])
    .oidf(&["oidcc-ensure-request-without-nonce-fails"])
    .when(has_id_token)
    .plain()
    .codeless()
    .asserts(&["the redirect URI gets invalid_request, or an error page is shown; neither a code nor a token"]),
    Scenario::positive("error-in-front", "An error comes where the response would.", run!(error))
        .requires(&[&oidcc::HYBRID_ERRORS, &oauth2_rt::COMBINED_STATE_ECHOED, &rfc6749::STATE_ECHOED_ON_ERROR, &oauth2_fp::ERRORS_POSTED])
        .when(has_tokens_or_form)
        .plain()
        .codeless()
        .asserts(&["the user refuses: access_denied with the state, in the fragment, or in a form with form_post; skipped without a refusal"]),
    Scenario::positive("form-post-page", "The page of form_post sends itself, and is not cached.", run!(form_page))
        .requires(&[&oauth2_fp::FORM_POSTED])
        .when(in_form)
        .plain()
        .codeless()
        .asserts(&[
            "200 text/html with one form that is posted to the redirect URI by a script on the page, with hidden fields alone",
            "Cache-Control has no-store (a page without it is a finding)",
        ]),
];

fn answer(variant: &Variant) -> Option<ResponseType> {
    variant.response_type().filter(|_| plainly(variant))
}

/// A request without a response type is the same in each of its variants: these stand for the others.
fn stands_for_others(variant: &Variant) -> bool {
    plainly(variant)
        && matches!(variant.response_type(), Some(ResponseType::Code | ResponseType::CodeIdToken | ResponseType::IdTokenToken))
}

fn has_tokens(variant: &Variant) -> bool {
    answer(variant).is_some_and(|answer| answer != ResponseType::Code)
}

fn has_id_token(variant: &Variant) -> bool {
    answer(variant).is_some_and(ResponseType::has_id_token)
}

fn has_code_and_id_token(variant: &Variant) -> bool {
    answer(variant).is_some_and(|answer| answer.has_code() && answer.has_id_token())
}

fn has_access_token(variant: &Variant) -> bool {
    answer(variant).is_some_and(ResponseType::has_access_token)
}

fn is_implicit(variant: &Variant) -> bool {
    answer(variant).is_some_and(|answer| !answer.has_code())
}

fn in_form(variant: &Variant) -> bool {
    plainly(variant) && variant.response_mode() == Some(ResponseMode::FormPost)
}

fn has_tokens_or_form(variant: &Variant) -> bool {
    has_tokens(variant) || in_form(variant)
}

async fn combined(s: &Session) -> Tried<()> {
    for client in [&s.one, &s.two] {
        let pushed = client.push().pushed().await?;
        let landing = client.authorize(&pushed).land().await?;
        if s.variant().codes() {
            client.redeem(&client.accept(&pushed, landing).await?).tokens().await?;
        } else {
            client.answered(&pushed, landing).await?;
        }
    }
    Ok(())
}

async fn in_front(s: &Session) -> Tried<()> {
    for client in [&s.one, &s.two] {
        let pushed = client.push().pushed().await?;
        client.authorize(&pushed).answer().await?;
    }
    Ok(())
}

async fn served(s: &Session) -> Tried<()> {
    let pushed = s.one.push().pushed().await?;
    let answer: Answer = s.one.authorize(&pushed).answer().await?;
    let tokens = s.one.tokens_of(answer)?;
    let reply = s.one.userinfo(&tokens).served().await?;
    let claims = s.one.read_userinfo(&reply).await?;
    let Some(id_token) = &tokens.id_token else { return Ok(()) };
    if claims.get("sub") == id_token.get("sub") {
        return Ok(());
    }
    let finding = Finding::new("the sub of the ID token from userinfo", "another sub").shown_by(reply.number());
    Err(finding.against(&oidcc::USERINFO_SUBJECT).into())
}

async fn both(s: &Session) -> Tried<()> {
    s.one.tokens().await?;
    s.two.tokens().await.map(drop)
}

async fn error(s: &Session) -> Tried<()> {
    let pushed = s.one.push().pushed().await?;
    let callback: Callback = refusal(s, &s.one, &pushed).await?;
    if callback.parameter("error").as_deref() != Some("access_denied") {
        let got = Landing::Callback(callback.clone()).describe();
        let finding = Finding::new("error=access_denied at the redirect URI", got).against(&oidcc::HYBRID_ERRORS);
        return Err(Finding { exchange: callback.exchange, ..finding }.into());
    }
    let wanted = pushed.mode().place;
    if callback.place != wanted {
        let rule: &'static Requirement = if wanted == Place::Form { &oauth2_fp::ERRORS_POSTED } else { &oidcc::HYBRID_ERRORS };
        let finding = Finding::new(format!("the error in {}", wanted.name()), callback.place.name()).against(rule);
        return Err(Finding { exchange: callback.exchange, ..finding }.into());
    }
    s.one.check_response(&pushed, &callback)
}

async fn form_page(s: &Session) -> Tried<()> {
    let pushed = s.one.push().pushed().await?;
    let landing = s.one.authorize(&pushed).land().await?;
    let exchanges = s.http().exchanges();
    let shown = exchanges.iter().find(|exchange| Some(exchange.number) == landing.exchange());
    s.one.answered(&pushed, landing).await?;
    let Some(exchange) = shown else { return s.skip("the pages are not driven by the suite") };
    match wrong_page(exchange) {
        None => Ok(()),
        Some((expected, got)) => {
            Err(Finding::new(expected, got).shown_by(exchange.number).against(&oauth2_fp::FORM_POSTED).into())
        }
    }
}

/// What is wrong with the page that posts a response.
fn wrong_page(exchange: &HttpExchange) -> Option<(String, String)> {
    let Answered::Response { status, headers, body } = &exchange.answer else { return None };
    let header = |name: &str| headers.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.as_str());
    let page = Page::read(&String::from_utf8_lossy(body));
    let wrong = |expected: &str, got: String| Some((expected.to_owned(), got));
    if *status != 200 || !header("content-type").starts_with("text/html") {
        return wrong("200 text/html", format!("{status} {}", header("content-type")));
    }
    if !header("cache-control").to_ascii_lowercase().contains("no-store") {
        return wrong("a page with Cache-Control: no-store", format!("Cache-Control: {}", header("cache-control")));
    }
    let [form] = &page.forms[..] else { return wrong("one form", format!("{} forms", page.forms.len())) };
    if form.method != "POST" {
        return wrong("a form that is posted", format!("method {}", form.method));
    }
    let is_hidden = |kind: &str| kind == "hidden" || matches!(kind, "submit" | "button" | "image");
    if let Some(control) = form.controls.iter().find(|control| !is_hidden(&control.kind)) {
        return wrong("hidden fields alone", format!("an input of type {}", control.kind));
    }
    (!page.is_sent_by_script && !page.has_script).then(|| ("a form that a script sends".to_owned(), "no script".to_owned()))
}
