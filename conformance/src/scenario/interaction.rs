//! The user's part: whose page it is, how often it can be answered, sessions.

use super::{Scenario, front_channel, openid, run};
use crate::browser::{Browser, Intention, Landing};
use crate::client::Pushed;
use crate::finding::{Finding, Tried, skip};
use crate::http::Reply;
use crate::session::Session;
use fapi::requirement::{Requirement, local, oidcc, rfc6749};

pub(super) static SCENARIOS: &[Scenario] = &[
    Scenario::negative(
        "page-of-another-browser",
        "A page that was made for one browser cannot be answered by another.",
        run!(page_of_another_browser),
    )
    .requires(&[&local::SAME_BROWSER, &rfc6749::CONSENT_AGAINST_CSRF, &oidcc::PAGES_PROTECTED, &local::INTERACTION_OPEN])
    .when(front_channel)
    .asserts(&["the form of the first browser's page, sent by a second browser, leads to no code"]),
    Scenario::negative("page-answered-twice", "A page that led to a code leads to no second one.", run!(answered_twice))
        .requires(&[&local::INTERACTION_OPEN, &fapi::requirement::rfc9126::REQUEST_URI_ONCE, &local::SAME_BROWSER])
        .when(front_channel)
        .asserts(&["the same form sent again by the same browser leads to no second code"]),
    Scenario::negative(
        "prompt-none-without-session",
        "prompt=none never shows a page: without a session it is an error.",
        run!(prompt_none),
    )
    .requires(&[&oidcc::NO_PAGE_WHEN_SILENT, &oidcc::OPENID_ERRORS])
    .when(openid)
    .asserts(&[
        "the redirect URI gets login_required, interaction_required or consent_required, with state and iss; no page is shown",
    ]),
    Scenario::positive(
        "session-is-kept",
        "A user who logged in need not do so again in the same browser.",
        run!(session_is_kept),
    )
    .requires(&[&rfc6749::CODE_REQUEST])
    .when(front_channel)
    .asserts(&["a second request in the same browser leads to a code, for the same user"]),
    Scenario::positive("prompt-login-asks-again", "prompt=login asks a user who is logged in.", run!(prompt_login))
        .requires(&[&oidcc::LOGIN_AGAIN, &oidcc::PROMPT_HONOURED])
        .when(openid)
        .asserts(&["with prompt=login a browser with a session gets a page, not a redirect to the client"]),
];

/// The first page that asks for something, in a browser of its own.
async fn first_page(s: &Session, pushed: &Pushed) -> Tried<(Browser, Reply)> {
    let mut browser = s.one.browser();
    match s.one.authorize(pushed).looking().land_in(&mut browser).await? {
        Landing::Waiting(page) => Ok((browser, page)),
        landing => skip(format!("the server shows no page with a form, but {}", landing.describe())),
    }
}

fn no_code(s: &Session, landing: &Landing, because: &[&'static Requirement]) -> Tried<()> {
    if let Landing::Callback(callback) = landing
        && callback.parameter("code").is_some()
    {
        let (expected, got) = ("no code".into(), landing.describe());
        return Err(Finding { expected, got, exchange: landing.exchange(), requirement: because.first().copied() }.into());
    }
    s.judged(landing.exchange(), because)
}

async fn page_of_another_browser(s: &Session) -> Tried<()> {
    let pushed = s.pushed().await?;
    let (victim, page) = first_page(s, &pushed).await?;
    let landing = victim.without_cookies().go_on(&page, &s.one.settings().redirect_uri, Intention::Approve).await?;
    no_code(
        s,
        &landing,
        &[&local::SAME_BROWSER, &rfc6749::CONSENT_AGAINST_CSRF, &oidcc::PAGES_PROTECTED, &local::INTERACTION_OPEN],
    )
}

async fn answered_twice(s: &Session) -> Tried<()> {
    let pushed = s.pushed().await?;
    let (mut browser, page) = first_page(s, &pushed).await?;
    let landing = browser.go_on(&page, &s.one.settings().redirect_uri, Intention::Approve).await?;
    s.one.accept(&pushed, landing)?;
    let again = browser.go_on(&page, &s.one.settings().redirect_uri, Intention::Approve).await?;
    let because: &[_] = &[&local::INTERACTION_OPEN, &fapi::requirement::rfc9126::REQUEST_URI_ONCE, &local::SAME_BROWSER];
    no_code(s, &again, because)
}

async fn prompt_none(s: &Session) -> Tried<()> {
    let push = s.one.push().set("prompt", "none").set("scope", "openid");
    let reply = push.send().await?;
    if reply.status() != 201 {
        return skip("the server refuses prompt=none when it is pushed");
    }
    let pushed = push.taken(&reply)?;
    let landing = s.one.authorize(&pushed).land().await?;
    let errors = ["login_required", "interaction_required", "consent_required", "account_selection_required"];
    match &landing {
        Landing::Callback(callback) if callback.parameter("error").is_some_and(|error| errors.contains(&error.as_str())) => {
            s.one.check_response(&pushed, callback)
        }
        other => {
            let finding =
                Finding::new("login_required at the redirect URI", other.describe()).against(&oidcc::NO_PAGE_WHEN_SILENT);
            Err(other.exchange().map_or(finding.clone(), |number| finding.shown_by(number)).into())
        }
    }
}

async fn session_is_kept(s: &Session) -> Tried<()> {
    let mut browser = s.one.browser();
    let first = s.pushed().await?;
    let landing = s.one.authorize(&first).land_in(&mut browser).await?;
    let first = s.one.redeem(&s.one.accept(&first, landing)?).tokens().await?;
    let second = s.pushed().await?;
    let landing = s.one.authorize(&second).land_in(&mut browser).await?;
    let second = s.one.redeem(&s.one.accept(&second, landing)?).tokens().await?;
    let subject = |tokens: &crate::client::Tokens| tokens.id_token.as_ref().and_then(|claims| claims.get("sub").cloned());
    if subject(&first) != subject(&second) {
        return Err(Finding::new("the same sub for the same user", "another one").into());
    }
    Ok(())
}

async fn prompt_login(s: &Session) -> Tried<()> {
    let mut browser = s.one.browser();
    let first = s.pushed().await?;
    let (_, _) = first_page(s, &first).await?;
    let landing = s.one.authorize(&first).land_in(&mut browser).await?;
    s.one.accept(&first, landing)?;
    let again = s.one.push().set("prompt", "login").set("scope", "openid").pushed().await?;
    match s.one.authorize(&again).looking().land_in(&mut browser).await? {
        Landing::Waiting(_) | Landing::Page(_) => Ok(()),
        landing => {
            let finding = Finding::new("a page that asks to log in", landing.describe()).against(&oidcc::LOGIN_AGAIN);
            Err(landing.exchange().map_or(finding.clone(), |number| finding.shown_by(number)).into())
        }
    }
}
