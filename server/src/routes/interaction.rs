//! The front channel: the authorization request, the pages, and the authorization response.

use crate::app::{App, Received};
use crate::log;
use crate::pages::{self, Failure, OUR_SIDE, TRY_AGAIN, View, notice};
use fapi::scope::Scope;
use fapi::{Authentication, InteractionId, Navigation, Outcome, Prompt, PromptKind, Response, SessionChange, UserDecision};
use http::header::{ALLOW, CACHE_CONTROL, HeaderValue, LOCATION, SET_COOKIE};
use http::{Method, StatusCode};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The maximum number of prompts of one interaction; there are fewer kinds of prompts.
const PROMPTS: usize = 8;

pub(super) async fn authorize(app: Arc<App>, mut received: Received) -> Result<Response, Response> {
    let (inbound, context) = app.inbound(&received)?;
    let outcome = app.complete(&received, app.server.authorization_request(inbound, context)).await?;
    let outcome = if app.auto_approve { approve(&app, &mut received, outcome).await? } else { outcome };
    Ok(navigate(&app, outcome))
}

/// GET shows the page of an open interaction; POST submits its form.
pub(super) async fn page(app: Arc<App>, received: Received, id: String) -> Result<Response, Response> {
    let id = InteractionId::new(id);
    match *received.request.method() {
        Method::POST => answer(&app, &received, &id).await,
        Method::GET | Method::HEAD => show(&app, &received, &id).await,
        _ => Err(method_not_allowed()),
    }
}

fn method_not_allowed() -> Response {
    let text = "This page supports GET and POST only.";
    let mut response = notice(StatusCode::METHOD_NOT_ALLOWED, "Method not allowed", text);
    response.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD, POST"));
    response
}

async fn show(app: &Arc<App>, received: &Received, id: &InteractionId) -> Result<Response, Response> {
    let (inbound, context) = app.inbound(received)?;
    let outcome = app.complete_logged(received, app.server.interaction(inbound, id, context), |it| log_page(it, false)).await?;
    let Navigation::Interact(prompt) = &outcome.reply else { return Ok(navigate(app, outcome)) };
    let user = prompt.subject.as_deref().and_then(|subject| app.users.name_of(subject));
    let view = View {
        action: &address(app, &prompt.id),
        user: user.as_deref(),
        failure: received.query("failed").as_deref().and_then(Failure::parse),
    };
    Ok(pages::prompt(prompt, &view))
}

/// Logs a page as shown, unless it follows a login: then the login was accepted. A page that follows anything else asks again.
fn log_page(outcome: &Outcome<Navigation>, login: bool) {
    match &outcome.reply {
        Navigation::Interact(prompt) if !(login && prompt.kind == PromptKind::Consent) => log::shown(&outcome.event, prompt.kind),
        _ => log::event(&outcome.event),
    }
}

async fn answer(app: &Arc<App>, received: &Received, id: &InteractionId) -> Result<Response, Response> {
    let form: BTreeMap<String, String> = form_urlencoded::parse(received.request.body()).into_owned().collect();
    let verdict = if form.get("decision").is_some_and(|decision| decision == "deny") {
        UserDecision::Denied
    } else if let (Some(name), Some(password)) = (form.get("username"), form.get("password")) {
        // A password is verified only for an open interaction of this browser.
        let (inbound, context) = app.inbound(received)?;
        let open = app.complete_preparation(received, app.server.interaction(inbound, id, context)).await;
        if !matches!(open.reply, Navigation::Interact(_)) {
            return Ok(navigate(app, open));
        }
        match log_in(app, received, name, password).await {
            Ok(authentication) => UserDecision::LoggedIn(authentication),
            Err(failure) => {
                let client = open.event.client.as_deref().unwrap_or_default();
                log::failed_login(client, app.users.subject_of(name).as_deref(), failure.name());
                return Ok(see_other(&format!("{}?failed={}", address(app, id), failure.name())));
            }
        }
    } else if let Some(scope) = form.get("scope") {
        UserDecision::consented(Scope::parse(scope).unwrap_or_default(), form.contains_key("remember"))
    } else {
        return Err(notice(
            StatusCode::BAD_REQUEST,
            "Invalid form",
            "The submitted form is not one of this site. Go back to the application and begin again.",
        ));
    };
    let (inbound, context) = app.inbound(received)?;
    let login = matches!(verdict, UserDecision::LoggedIn(_));
    let step = app.server.answer(inbound, id, verdict, context);
    let outcome = app.complete_logged(received, step, move |it| log_page(it, login)).await?;
    Ok(navigate(app, outcome))
}

async fn log_in(app: &App, received: &Received, name: &str, password: &str) -> Result<Authentication, Failure> {
    let address = received.peer.address;
    // Held until the outcome is counted.
    let _pending = app.throttle.begin().await;
    if !app.throttle.admits(name, address) {
        return Err(Failure::Paused);
    }
    let subject = app.users.authenticate(name, password).await.ok_or(Failure::Credentials)?;
    app.throttle.succeeded(name, address);
    Ok(authentication(app, subject, &[], &[]))
}

/// The authentication of a user by password. It reaches every class that is configured; the result names the one that the client
/// prefers.
fn authentication(app: &App, subject: String, required: &[String], preferred: &[String]) -> Authentication {
    let acr = required.iter().chain(preferred).find(|acr| app.acr_values.contains(acr));
    let connection = app.users.connection_of(&subject);
    let mut authentication = Authentication::of(subject).amr(["pwd".to_owned()]);
    authentication.connection = connection;
    match acr.or(app.acr_values.first()) {
        Some(acr) => authentication.acr(acr),
        None => authentication,
    }
}

/// Answers every prompt on behalf of the first user; for tests only.
async fn approve(
    app: &Arc<App>,
    received: &mut Received,
    mut outcome: Outcome<Navigation>,
) -> Result<Outcome<Navigation>, Response> {
    for _ in 0..PROMPTS {
        let Navigation::Interact(prompt) = &outcome.reply else { return Ok(outcome) };
        let Some(verdict) = approval(app, prompt) else { break };
        let id = prompt.id.clone();
        received.browser = Some(prompt.browser.clone());
        let (inbound, context) = app.inbound(received)?;
        let mut answered = app.complete(received, app.server.answer(inbound, &id, verdict, context)).await?;
        if matches!(answered.session, SessionChange::Keep) {
            answered.session = outcome.session;
        }
        outcome = answered;
    }
    Err(notice(StatusCode::INTERNAL_SERVER_ERROR, OUR_SIDE, TRY_AGAIN))
}

fn approval(app: &App, prompt: &Prompt) -> Option<UserDecision> {
    Some(match prompt.kind {
        PromptKind::Consent => UserDecision::consented(prompt.permissions.scope.clone(), false),
        _ => {
            let subject = app.users.first()?;
            UserDecision::LoggedIn(authentication(app, subject, &prompt.required_acr, &prompt.acr_values))
        }
    })
}

/// Redirects to the page of a prompt, so that reloading the page submits nothing again.
fn navigate(app: &App, outcome: Outcome<Navigation>) -> Response {
    let (mut response, browser) = match outcome.reply {
        Navigation::Interact(prompt) => (see_other(&address(app, &prompt.id)), app.cookies.set_browser(&prompt.browser)),
        Navigation::Respond(response) => (response, None),
        Navigation::Inform(page) => (pages::error(&page), None),
    };
    let session = app.cookies.set_session(&outcome.session, app.clock.now());
    for cookie in browser.into_iter().chain(session) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}

fn address(app: &App, id: &InteractionId) -> String {
    let id: String = form_urlencoded::byte_serialize(id.as_str().as_bytes()).collect();
    format!("{}/interaction/{id}", app.base_path)
}

fn see_other(location: &str) -> Response {
    let mut response = Response::default();
    *response.status_mut() = StatusCode::SEE_OTHER;
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Ok(location) = HeaderValue::try_from(location) {
        response.headers_mut().insert(LOCATION, location);
    }
    response
}
