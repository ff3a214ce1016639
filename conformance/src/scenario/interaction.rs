//! The user's part: pages belong to one browser and are answered once; sessions.

use super::races::one_code;
use super::{Scenario, front_channel, openid, run};
use crate::browser::page::Page;
use crate::browser::{Browser, Intention, Landing};
use crate::client::Pushed;
use crate::finding::{Finding, Tried};
use crate::http::{Answer, HttpExchange, Reply};
use crate::session::Session;
use crate::target::OrdinaryKind;
use fapi::requirement::{local, oidcc, rfc6749, rfc9126};

pub(super) static SCENARIOS: &[Scenario] = &[
    Scenario::negative(
        "page-of-another-browser",
        "A page shown to one browser cannot be answered by another.",
        run!(page_of_another_browser),
    )
    .requires(&[&local::SAME_BROWSER])
    .when(front_channel)
    .asserts(&[
        "browser B has an interaction and cookies of its own; browser A logs in and stops at the consent page",
        "the form of A's consent page, sent by B, is not answered with a code; B goes no further than that answer",
        "control: the form sent by A leads to a code (otherwise skipped)",
    ]),
    Scenario::negative("page-answered-twice", "A form that led to a code does not lead to a second one.", run!(answered_twice))
        .requires(&[&local::INTERACTION_OPEN])
        .when(front_channel)
        .asserts(&["the same form, sent again by the same browser, does not lead to a second code"]),
    Scenario::negative(
        "page-answered-twice-at-once",
        "A form sent twice at the same time leads to one code.",
        run!(twice_at_once),
    )
    .requires(&[&local::INTERACTION_OPEN])
    .when(front_channel)
    .rough()
    .asserts(&["the consent page's form, sent twice at the same time by the same browser, leads to exactly one code"]),
    Scenario::negative("page-in-two-tabs", "A request opened in two tabs leads to one code.", run!(two_tabs))
        .requires(&[&rfc9126::REQUEST_URI_ONCE])
        .when(front_channel)
        .asserts(&[
            "one browser opens one request_uri in two tabs and goes up to the consent page in both",
            "the first answer leads to a code, the second to none (a second code is a warning)",
        ]),
    Scenario::negative(
        "prompt-none-without-session",
        "With prompt=none and without a session, the client gets an error and no page is shown.",
        run!(prompt_none),
    )
    .requires(&[&oidcc::NO_PAGE_WHEN_SILENT])
    .when(openid)
    .asserts(&[
        "the redirect URI gets an error, with state and iss; no page is shown",
        "skipped if the server shows no page without prompt=none either",
    ]),
    Scenario::positive(
        "prompt-none-with-session",
        "With prompt=none and a session, the client does not get login_required.",
        run!(prompt_none_in_session),
    )
    .requires(&[&oidcc::OPENID_ERRORS])
    .when(openid)
    .asserts(&["after a login in the same browser: a code, or an error that is not login_required (otherwise a warning)"]),
    Scenario::positive(
        "session-is-kept",
        "A user who has logged in does not have to log in again in the same browser.",
        run!(session_is_kept),
    )
    .requires(&[&rfc6749::CODE_REQUEST, &oidcc::SUBJECT])
    .when(front_channel)
    .asserts(&["a second request in the same browser leads to a code for the same user, and no page asks for a password"]),
    Scenario::negative(
        "max-age-zero-asks-again",
        "With max_age=0 a user with a session has to log in again.",
        run!(max_age_zero),
    )
    .requires(&[&oidcc::MAX_AGE])
    .when(openid)
    .seconds(2)
    .asserts(&[
        "a browser that logged in 2 s before: with max_age=0 a page asks for the user name or the password, or the redirect URI gets an \
         error; another page counts only if there is none without max_age, and otherwise the visit goes on",
        "skipped if the server shows no page to a new browser either",
    ]),
    Scenario::positive(
        "prompt-login-asks-again",
        "With prompt=login a user with a session has to log in again.",
        run!(prompt_login),
    )
    .requires(&[&oidcc::LOGIN_AGAIN, &oidcc::PROMPT_HONOURED])
    .when(openid)
    .asserts(&[
        "a browser with a session: with prompt=login a page asks for the user name or the password, or the redirect URI gets an error; \
         another page counts only if there is none without prompt, and otherwise the visit goes on",
        "skipped if the server shows no page to a new browser either",
    ]),
];

/// Opens a pushed request in a new browser and returns the first page with a form.
async fn first_page(s: &Session, pushed: &Pushed) -> Tried<(Browser, Reply)> {
    let mut browser = s.one.browser();
    match s.one.authorize(pushed).looking().land_in(&mut browser).await? {
        Landing::Waiting(page) => Ok((browser, page)),
        landing => s.skip(format!("the server did not show a page with a form: got {}", landing.describe())),
    }
}

/// Logs in with this browser and returns the next page with a form.
async fn consent_page(s: &Session, pushed: &Pushed, browser: &mut Browser) -> Tried<Reply> {
    match s.one.authorize(pushed).logging_in().land_in(browser).await? {
        Landing::Waiting(page) => Ok(page),
        landing => s.skip(format!("after the login the server did not show a page with a form: got {}", landing.describe())),
    }
}

fn no_code(s: &Session, landing: &Landing) -> Tried<()> {
    s.rests_on(OrdinaryKind::Code);
    if let Landing::Callback(callback) = landing
        && callback.parameter("code").is_some()
    {
        let requirement = s.requires().first().copied();
        let (expected, got) = ("no code", landing.describe());
        return Err(Finding { exchange: landing.exchange(), requirement, ..Finding::new(expected, got) }.into());
    }
    s.is_an_end(landing)?;
    s.upheld(landing.exchange())
}

async fn page_of_another_browser(s: &Session) -> Tried<()> {
    s.rests_on(OrdinaryKind::Code);
    let redirect_uri = &s.one.settings().redirect_uri;
    let (mut other, _) = first_page(s, &s.pushed().await?).await?;
    let (pushed, mut victim) = (s.pushed().await?, s.one.browser());
    let page = consent_page(s, &pushed, &mut victim).await?;
    // A browser that is sent to a login of its own is not let in by the other's page, so it stops at the first answer.
    let answer = other.go_on(&page, redirect_uri, Intention::Look).await?;
    match &answer {
        Landing::Waiting(_) => s.upheld(answer.exchange())?,
        _ => no_code(s, &answer)?,
    }
    match victim.go_on(&page, redirect_uri, Intention::Approve).await? {
        landing @ Landing::Callback(_) => s.one.accept(&pushed, landing).map(drop),
        landing => s.skip(format!("no control: the page leads its own browser to no code either: got {}", landing.describe())),
    }
}

async fn answered_twice(s: &Session) -> Tried<()> {
    let pushed = s.pushed().await?;
    let (mut browser, page) = first_page(s, &pushed).await?;
    let landing = browser.go_on(&page, &s.one.settings().redirect_uri, Intention::Approve).await?;
    s.one.accept(&pushed, landing)?;
    no_code(s, &browser.go_on(&page, &s.one.settings().redirect_uri, Intention::Approve).await?)
}

async fn twice_at_once(s: &Session) -> Tried<()> {
    let (pushed, mut browser) = (s.pushed().await?, s.one.browser());
    let page = consent_page(s, &pushed, &mut browser).await?;
    let (mut same, uri) = (browser.clone(), &s.one.settings().redirect_uri);
    let (first, second) = tokio::join!(browser.go_on(&page, uri, Intention::Approve), same.go_on(&page, uri, Intention::Approve));
    one_code(s, &pushed, &[first?, second?])
}

async fn two_tabs(s: &Session) -> Tried<()> {
    let (pushed, mut browser) = (s.pushed().await?, s.one.browser());
    let first = consent_page(s, &pushed, &mut browser).await?;
    let second = consent_page(s, &pushed, &mut browser).await?;
    let uri = &s.one.settings().redirect_uri;
    let landing = browser.go_on(&first, uri, Intention::Approve).await?;
    s.one.accept(&pushed, landing.clone())?;
    let again = browser.go_on(&second, uri, Intention::Approve).await?;
    one_code(s, &pushed, &[landing, again])
}

async fn prompt_none(s: &Session) -> Tried<()> {
    s.rests_on(OrdinaryKind::Code);
    let push = s.one.push().set("prompt", "none").set("scope", "openid");
    let reply = push.send().await?;
    if !reply.grants() {
        return s.skip("the server refuses pushed requests with prompt=none");
    }
    // A server that logs users in without a page needs none here either.
    first_page(s, &s.pushed().await?).await?;
    let pushed = push.taken(&reply)?;
    let landing = s.one.authorize(&pushed).looking().land().await?;
    match &landing {
        Landing::Callback(callback) if callback.parameter("error").is_some() && callback.parameter("code").is_none() => {
            s.one.check_response(&pushed, callback)?;
            s.upheld(callback.exchange)
        }
        other => {
            let finding = Finding::new("login_required or another error at the redirect URI, and no page", other.describe());
            Err(Finding { exchange: other.exchange(), ..finding.against(&oidcc::NO_PAGE_WHEN_SILENT) }.into())
        }
    }
}

async fn prompt_none_in_session(s: &Session) -> Tried<()> {
    let mut browser = s.one.browser();
    let first = s.pushed().await?;
    let landing = s.one.authorize(&first).land_in(&mut browser).await?;
    s.one.accept(&first, landing)?;
    let push = s.one.push().set("prompt", "none");
    let reply = push.send().await?;
    if !reply.grants() {
        return s.skip("the server refuses pushed requests with prompt=none");
    }
    let landing = s.one.authorize(&push.taken(&reply)?).land_in(&mut browser).await?;
    let error = match &landing {
        Landing::Callback(callback) => callback.parameter("error"),
        _ => None,
    };
    if error.as_deref() != Some("login_required") {
        return Ok(());
    }
    // A server need not keep sessions, but our own does.
    if s.target.instance.strict() {
        let finding = Finding::new("a response other than login_required, since the user has logged in", landing.describe());
        return Err(Finding { exchange: landing.exchange(), ..finding.against(&oidcc::OPENID_ERRORS) }.into());
    }
    s.warn("prompt=none gets login_required although the user has logged in");
    Ok(())
}

async fn session_is_kept(s: &Session) -> Tried<()> {
    let mut browser = s.one.browser();
    let first = s.pushed().await?;
    let landing = s.one.authorize(&first).land_in(&mut browser).await?;
    let first = s.one.redeem(&s.one.accept(&first, landing)?).tokens().await?;
    let second = s.pushed().await?;
    let began = s.http().exchanges().len();
    let landing = s.one.authorize(&second).land_in(&mut browser).await?;
    let asked = |exchange: &HttpExchange| match &exchange.answer {
        Answer::Response { body, .. } => Page::read(&String::from_utf8_lossy(body)).asks_for_password(),
        Answer::Nothing(..) => false,
    };
    if let Some(exchange) = s.http().exchanges().iter().skip(began).find(|exchange| asked(exchange)) {
        // A server need not keep sessions; against our own server a warning counts as a failure.
        s.warn(format!(
            "a page asks for a password although the user has logged in with this browser (exchange {})",
            exchange.number
        ));
    }
    let second = s.one.redeem(&s.one.accept(&second, landing)?).tokens().await?;
    let subject = |tokens: &crate::client::Tokens| tokens.id_token.as_ref().and_then(|claims| claims.get("sub").cloned());
    let second_reply = second.reply.number();
    match (subject(&first), subject(&second)) {
        (Some(first), Some(second)) if first != second => {
            let finding = Finding::new("the same sub for the same user and client", "another sub");
            Err(finding.shown_by(second_reply).against(&oidcc::SUBJECT).into())
        }
        _ => Ok(()),
    }
}

async fn max_age_zero(s: &Session) -> Tried<()> {
    s.rests_on(OrdinaryKind::Code);
    let mut browser = with_session(s).await?;
    s.pass(2).await;
    let again = s.one.push().set("max_age", "0").pushed().await?;
    asked_again(s, &again, &mut browser, "max_age=0").await
}

async fn prompt_login(s: &Session) -> Tried<()> {
    let mut browser = with_session(s).await?;
    let again = s.one.push().set("prompt", "login").set("scope", "openid").pushed().await?;
    asked_again(s, &again, &mut browser, "prompt=login").await
}

/// Returns a browser whose user has logged in. Skips if the server shows no page to a browser without a session.
async fn with_session(s: &Session) -> Tried<Browser> {
    first_page(s, &s.pushed().await?).await?;
    let (first, mut browser) = (s.pushed().await?, s.one.browser());
    let landing = s.one.authorize(&first).land_in(&mut browser).await?;
    s.one.accept(&first, landing)?;
    Ok(browser)
}

/// Demands that a user with a session is asked to log in again before there is a code, or that the client gets an error.
async fn asked_again(s: &Session, pushed: &Pushed, browser: &mut Browser, because: &str) -> Tried<()> {
    // The same session without the parameter. The page that is gone on from comes last, lest the server forgets it.
    let ordinary = s.one.authorize(&s.pushed().await?).looking().land_in(&mut browser.clone()).await?;
    let landing = s.one.authorize(pushed).looking().land_in(browser).await?;
    let Landing::Waiting(page) = landing else { return in_time(s, pushed, &landing, because) };
    let has_code = matches!(&ordinary, Landing::Callback(callback) if callback.parameter("code").is_some());
    // If there is no page without the parameter, this one is for it.
    if has_code || asks_to_log_in(s, &page.text()) {
        return Ok(());
    }
    let began = s.http().exchanges().len();
    let landing = browser.go_on(&page, &s.one.settings().redirect_uri, Intention::Approve).await?;
    let asked = |exchange: &HttpExchange| match &exchange.answer {
        Answer::Response { body, .. } => asks_to_log_in(s, &String::from_utf8_lossy(body)),
        Answer::Nothing(..) => false,
    };
    if s.http().exchanges().iter().skip(began).any(|exchange| asked(exchange)) {
        return Ok(());
    }
    in_time(s, pushed, &landing, because)
}

/// Demands that a visit in which nobody logged in did not end with a code.
fn in_time(s: &Session, pushed: &Pushed, landing: &Landing, because: &str) -> Tried<()> {
    match landing {
        Landing::Callback(callback) if callback.parameter("code").is_some() => {
            let expected = format!("a page that asks the user to log in, because of {because}");
            let finding = Finding::new(expected, format!("{}, and no page asked for it", landing.describe()));
            Err(Finding { exchange: landing.exchange(), ..finding }.into())
        }
        Landing::Callback(callback) => s.one.check_response(pushed, callback),
        Landing::Waiting(_) | Landing::Page(_) => {
            s.skip(format!("neither a login page nor a response followed: got {}", landing.describe()))
        }
    }
}

/// Returns true if a page asks for a password, or for another field that the user of the target file fills in.
fn asks_to_log_in(s: &Session, html: &str) -> bool {
    let page = Page::read(html);
    let fields = s.target.user.fields();
    let mut controls = page.forms.iter().flat_map(|form| &form.controls);
    page.asks_for_password() || controls.any(|control| control.is_typed() && control.field(fields).is_some())
}
