//! Login and consent.

use std::sync::Arc;

use super::walk::{Walk, left};
use super::{Checked, Trouble, pages, reach};
use crate::browser::{Callback, Landing};
use crate::client::{Code, FormRequest, Pushed};
use crate::finding::{Hindrance, Obstacle, Stop};
use crate::http::{Answer, HttpExchange, Unanswered};
use crate::target::UserStrategy;

/// Logs in and consents, once.
pub(super) async fn log_in(walk: &Walk, pushed: &Pushed) -> Checked<Code> {
    let before = walk.http.exchanges().len();
    let landing = walk.client.authorize(pushed).land().await;
    let seen = walk.http.exchanges().split_off(before);
    if let (Err(_), Some(last)) = (&landing, seen.last())
        && matches!(last.answer, Answer::Nothing(..))
    {
        let (path, text) = reach::cause(&walk.target, &walk.http, &Unanswered(last.clone()), None).await;
        return Err(walk.mistake(path, Some(last.number), text));
    }
    match landing {
        Ok(Landing::Callback(callback)) if callback.parameter("error").is_some() => Err(refused(walk, &callback, &seen)),
        Ok(Landing::Callback(callback)) => {
            if let Some(trouble) = unreadable(walk, &callback) {
                return Err(trouble);
            }
            if let Some((path, text)) = pages::survived(&seen, &walk.target.user) {
                return Err(walk.mistake(&path, callback.exchange, text));
            }
            walk.client.accept(pushed, Landing::Callback(callback)).map_err(left)
        }
        Ok(other) if other.page().is_some_and(|page| matches!(page.status(), 307 | 308)) => {
            let text = other.obstacle(&walk.target.user).map(|obstacle| obstacle.text).unwrap_or_default();
            Err(Trouble::Left(format!("left to the run: {text}")))
        }
        Ok(other) => Err(match refused_at_once(walk, &seen).await {
            Some(trouble) => trouble,
            None => stuck(walk, other.exchange(), &seen, other.obstacle(&walk.target.user).as_ref()),
        }),
        Err(Stop::Obstacle(obstacle)) => Err(stuck(walk, obstacle.exchange, &seen, Some(&obstacle))),
        Err(Stop::Failed(finding)) if finding.requirement.is_none() => {
            let text = format!("expected {}; got {}", finding.expected, finding.got);
            Err(stuck(walk, finding.exchange, &seen, Some(&Obstacle::new(Hindrance::Pages, text))))
        }
        Err(stop) => Err(left(stop)),
    }
}

/// The cause of a visit that did not end at the redirect URI.
fn stuck(walk: &Walk, exchange: Option<u64>, seen: &[Arc<HttpExchange>], told: Option<&Obstacle>) -> Trouble {
    let strategy = &walk.target.user;
    let shown = exchange.or_else(|| seen.last().map(|last| last.number));
    let (path, text) = match strategy {
        UserStrategy::Form(form) => pages::cause(seen, form, told),
        UserStrategy::Command(_) => {
            let text = told.map_or_else(
                || "the program did not bring back a response: its last line is no URL of the redirect URI".into(),
                |told| told.text.clone(),
            );
            ("user.command".into(), text)
        }
        UserStrategy::Browser(_) | UserStrategy::Manual => {
            let path = match told.map(|told| told.hindrance) {
                Some(Hindrance::Login) => "user.fields",
                Some(Hindrance::Settings) => "user.strategy",
                _ => "user",
            };
            let text = told.map_or("the visit did not end at the redirect URI".into(), |told| told.text.clone());
            (path.into(), text)
        }
    };
    let path = match path.as_str() {
        "user" => walk.first_of(&["user.strategy", "user"]).to_owned(),
        _ => path,
    };
    walk.mistake(&path, shown, text)
}

/// The cause of an error page before anything was typed: the parameter or the scope token without which there is none.
async fn refused_at_once(walk: &Walk, seen: &[Arc<HttpExchange>]) -> Option<Trouble> {
    let last = seen.last()?;
    let status = match &last.answer {
        Answer::Response { status, .. } if (400..500).contains(status) => *status,
        _ => return None,
    };
    if seen.iter().any(|exchange| exchange.method == "POST") {
        return None;
    }
    let refused = |path: &str, what: String| {
        let text = format!("the server shows an error page (status {status}) to requests with {what}, and none without");
        Some(walk.mistake(path, Some(last.number), text))
    };
    for (name, _) in &walk.client.settings().parameters {
        if shows_a_page(walk, &walk.client.push().without(name)).await {
            return refused(&format!("client.parameters.{name}"), "this parameter".into());
        }
    }
    let scope = walk.client.scope();
    for token in scope.split_whitespace().filter(|token| *token != "openid") {
        let rest: Vec<_> = scope.split_whitespace().filter(|other| *other != token).collect();
        if !rest.is_empty() && shows_a_page(walk, &walk.client.push().set("scope", rest.join(" "))).await {
            return refused("client.scope", format!("the scope `{token}`"));
        }
    }
    None
}

/// Returns true if the server takes a request and asks the user something, or answers without asking. Nothing is typed.
async fn shows_a_page(walk: &Walk, request: &FormRequest) -> bool {
    let Ok(pushed) = request.pushed().await else { return false };
    match walk.client.authorize(&pushed).looking().land().await {
        Ok(Landing::Callback(callback)) => callback.parameter("error").is_none(),
        Ok(landing) => landing.page().is_some_and(|page| page.status() < 400),
        Err(_) => false,
    }
}

/// The cause of an error response.
fn refused(walk: &Walk, callback: &Callback, seen: &[Arc<HttpExchange>]) -> Trouble {
    let error = callback.parameter("error").unwrap_or_default();
    let said =
        callback.parameter("error_description").map(|text| format!(" (\"{}\")", text.trim_end_matches('.'))).unwrap_or_default();
    let answer = format!("the error {error}{said}");
    let (path, text) = match error.as_str() {
        "access_denied" => match (pages::unticked(seen), pages::last_button(seen)) {
            (Some(boxes), _) => {
                let path = walk.first_of(&["user.fields", "user"]);
                (path, format!("{boxes}, and the server answers {answer}: name them in `fields` of `[user]`"))
            }
            (None, Some(button)) => {
                let path = walk.first_of(&["user.approve", "user"]);
                (
                    path,
                    format!(
                        "the button {button} was pressed, and the server answers {answer}: either this button refuses, or the user may not use the client"
                    ),
                )
            }
            (None, None) => {
                ("user", format!("the server answers {answer}: the user may not use the client `{}`", walk.client.id()))
            }
        },
        "login_required" | "consent_required" | "interaction_required" | "account_selection_required" => (
            walk.first_of(&["client.parameters.prompt", "client.parameters", "client"]),
            format!("the server answers {answer} instead of showing a page: it must be allowed to ask the user"),
        ),
        "invalid_scope" => {
            ("client.scope", format!("the server refuses the scope of the client `{}`: {answer}", walk.client.id()))
        }
        "unauthorized_client" | "unsupported_response_type" => (
            walk.first_of(&["client.features", "client"]),
            format!("the client `{}` is not registered for {}: {answer}", walk.client.id(), walk.variant()),
        ),
        _ => (
            "client",
            format!(
                "the server ends the authorization of the client `{}` with {answer}: either its registration does not fit, or the server is broken",
                walk.client.id()
            ),
        ),
    };
    walk.mistake(path, callback.exchange, text)
}

/// The reason why the run cannot read a response: the registration, or a server that puts it into the fragment.
fn unreadable(walk: &Walk, callback: &Callback) -> Option<Trouble> {
    let fragment = callback.url.fragment().unwrap_or_default();
    let in_fragment = form_urlencoded::parse(fragment.as_bytes()).any(|(name, _)| matches!(&*name, "code" | "error"));
    if in_fragment && callback.parameter("code").is_none() && callback.parameter("error").is_none() {
        let text = "left to the run: the server puts the authorization response into the fragment of the redirect URI; with the \
                    response type `code`, it belongs in the query (RFC 6749 4.1.2)";
        return Some(Trouble::Left(text.into()));
    }
    let signed = callback.parameter("response").is_some() && callback.parameter("code").is_none();
    signed.then(|| {
        let text = format!(
            "the authorization responses of the client `{}` are signed or encrypted JWTs, which no plan covers yet: register it \
             without `authorization_signed_response_alg`",
            walk.client.id()
        );
        walk.mistake("client", callback.exchange, text)
    })
}
