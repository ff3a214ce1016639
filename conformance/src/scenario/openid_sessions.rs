//! Requests by a user who has logged in, or has not: the ID tokens of one session.

use serde_json::{Map, Value};

use super::interaction::asks_to_log_in;
use super::{Scenario, plainly, run};
use crate::browser::{Browser, Intention, Landing};
use crate::client::{FormRequest, Pushed};
use crate::finding::{Finding, Tried};
use crate::keys;
use crate::session::Session;
use crate::target::OrdinaryKind;
use fapi::requirement::{Requirement, oidcc};

pub(super) static SCENARIOS: &[Scenario] = &[
    Scenario::positive("login-again", "With prompt=login and max_age=1, a user with a session logs in again.", run!(again))
        .oidf(&["oidcc-prompt-login", "oidcc-max-age-1"])
        .requires(&[&oidcc::LOGIN_AGAIN, &oidcc::MAX_AGE, &oidcc::AUTH_TIME])
        .when(plainly)
        .plain()
        .codeless()
        .seconds(4)
        .asserts(&[
            "2 s after a login, prompt=login: a page asks for the password; auth_time, if the ID token has it, is later",
            "2 s after that, max_age=1: the same, and the ID token has auth_time",
        ]),
    Scenario::positive("login-kept", "With a session, requests that no page may answer succeed for the same user.", run!(kept))
        .oidf(&["oidcc-prompt-none-logged-in", "oidcc-id-token-hint", "oidcc-max-age-10000"])
        .requires(&[&oidcc::OPENID_ERRORS, &oidcc::HINTED_USER_SERVED, &oidcc::AUTH_TIME])
        .when(plainly)
        .plain()
        .codeless()
        .asserts(&[
            "after a login with max_age=15000: prompt=none, prompt=none with the ID token as id_token_hint, and max_age=10000",
            "no page asks for the password; the ID token has the same sub and auth_time",
            "prompt=none: consent_required or interaction_required, if the same request without prompt asks for consent",
        ]),
    Scenario::negative("login-missing", "With prompt=none and without a session, the client gets an error.", run!(missing))
        .oidf(&["oidcc-prompt-none-not-logged-in"])
        .requires(&[&oidcc::NO_PAGE_WHEN_SILENT])
        .when(plainly)
        .plain()
        .codeless()
        .asserts(&[
            "login_required, interaction_required, account_selection_required or consent_required with a state of 128 characters",
            "neither a code nor a token, and no page",
        ]),
];

const SILENT: &[&str] = &["login_required", "interaction_required", "account_selection_required", "consent_required"];

/// An ID token: its text and its claims.
pub(super) struct IdToken {
    pub(super) text: String,
    pub(super) claims: Map<String, Value>,
}

impl IdToken {
    fn time(&self) -> Option<i64> {
        self.claims.get("auth_time").and_then(Value::as_i64)
    }
}

/// The ID token that a response leads to, from the authorization endpoint or from the token endpoint.
pub(super) async fn id_token(s: &Session, pushed: &Pushed, landing: Landing) -> Tried<IdToken> {
    if s.variant().codes() {
        let tokens = s.one.redeem(&s.one.accept(pushed, landing).await?).tokens().await?;
        let text = tokens.reply.member("id_token").unwrap_or_default();
        return Ok(IdToken { text, claims: tokens.id_token.unwrap_or_default() });
    }
    let answer = s.one.answered(pushed, landing).await?;
    let text = answer.callback.parameter("id_token").unwrap_or_default();
    Ok(IdToken { text, claims: answer.id_token.unwrap_or_default() })
}

/// The ID token of a request in this browser, whose user does what the pages ask for.
async fn logged_in(s: &Session, push: FormRequest, browser: &mut Browser) -> Tried<IdToken> {
    let pushed = push.pushed().await?;
    let landing = s.one.authorize(&pushed).land_in(browser).await?;
    id_token(s, &pushed, landing).await
}

async fn again(s: &Session) -> Tried<()> {
    let mut browser = s.one.browser();
    let mut before = logged_in(s, s.one.push(), &mut browser).await?.time();
    for (name, value, rule) in [("prompt", "login", &oidcc::LOGIN_AGAIN), ("max_age", "1", &oidcc::MAX_AGE)] {
        s.pass(2).await;
        let pushed = s.one.push().set(name, value).pushed().await?;
        let landing = s.one.authorize(&pushed).looking().land_in(&mut browser).await?;
        let page = match landing {
            Landing::Waiting(page) if asks_to_log_in(s, &page.text()) => page,
            other => {
                let finding =
                    Finding::new(format!("a page that asks the user to log in, because of {name}={value}"), other.describe());
                return Err(Finding { exchange: other.exchange(), ..finding.against(rule) }.into());
            }
        };
        let landing = s.go_on(&mut browser, &page, Intention::Approve).await?;
        let at = landing.exchange();
        let time = id_token(s, &pushed, landing).await?.time();
        if name == "max_age" && time.is_none() {
            let finding = Finding::new("auth_time in the ID token, because of max_age", "none").against(&oidcc::AUTH_TIME);
            return Err(Finding { exchange: at, ..finding }.into());
        }
        if let (Some(before), Some(time)) = (before, time)
            && time <= before
        {
            let finding = Finding::new(format!("an auth_time later than {before}"), format!("auth_time {time}"));
            return Err(Finding { exchange: at, ..finding.against(&oidcc::AUTH_TIME) }.into());
        }
        before = time.or(before);
    }
    Ok(())
}

async fn kept(s: &Session) -> Tried<()> {
    let mut browser = s.one.browser();
    let first = logged_in(s, s.one.push().set("max_age", "15000"), &mut browser).await?;
    let silent = || s.one.push().set("prompt", "none");
    let requests: [(FormRequest, &'static Requirement); 3] = [
        (silent(), &oidcc::OPENID_ERRORS),
        (silent().set("id_token_hint", first.text.as_str()), &oidcc::HINTED_USER_SERVED),
        (s.one.push().set("max_age", "10000"), &oidcc::AUTH_TIME),
    ];
    for (push, rule) in requests {
        let pushed = push.pushed().await?;
        let is_silent = pushed.parameter("prompt").is_some();
        let mut landing = s.one.authorize(&pushed).looking().land_in(&mut browser).await?;
        if let Landing::Waiting(page) = &landing {
            if is_silent || asks_to_log_in(s, &page.text()) {
                let (expected, got) =
                    ("no page that asks a user with a session to log in, and none at all with prompt=none", landing.describe());
                let finding = Finding::new(expected, got).against(rule);
                return Err(Finding { exchange: landing.exchange(), ..finding }.into());
            }
            let page = page.clone();
            landing = s.go_on(&mut browser, &page, Intention::Approve).await?;
        }
        if is_silent && asks_for_consent(s, &landing, &browser).await? {
            continue;
        }
        let at = landing.exchange();
        let next = id_token(s, &pushed, landing).await.map_err(|stop| stop.against(rule))?;
        // Only a request with max_age is owed auth_time.
        let is_later = next.time().is_some_and(|time| Some(time) != first.time());
        if next.claims.get("sub") != first.claims.get("sub") || is_later {
            let finding = Finding::new("an ID token with the same sub and auth_time", "another one").against(rule);
            return Err(Finding { exchange: at, ..finding }.into());
        }
    }
    Ok(())
}

/// Returns true if a silent request failed because the server asks for consent every time, as the same request with pages shows.
async fn asks_for_consent(s: &Session, landing: &Landing, browser: &Browser) -> Tried<bool> {
    let Landing::Callback(callback) = landing else { return Ok(false) };
    if !matches!(callback.parameter("error").as_deref(), Some("consent_required" | "interaction_required")) {
        return Ok(false);
    }
    let ordinary = s.one.authorize(&s.pushed().await?).looking().land_in(&mut browser.clone()).await?;
    Ok(matches!(ordinary, Landing::Waiting(page) if !asks_to_log_in(s, &page.text())))
}

async fn missing(s: &Session) -> Tried<()> {
    s.rests_on(OrdinaryKind::Code);
    let state: String = keys::random().repeat(3).chars().take(128).collect();
    let pushed = s.one.push().set("prompt", "none").set("state", state).pushed().await?;
    let landing = s.one.authorize(&pushed).looking().land().await?;
    match &landing {
        Landing::Callback(_) => s.landed_refused(&pushed, &landing, SILENT),
        other => {
            let finding = Finding::new("an error at the redirect URI, and no page", other.describe());
            Err(Finding { exchange: other.exchange(), ..finding.against(&oidcc::NO_PAGE_WHEN_SILENT) }.into())
        }
    }
}
