//! The authorization response.

use url::Url;

use super::pages::can_be_framed;
use super::{Scenario, front_channel, module, openid, run};
use crate::browser::page::Page;
use crate::browser::{self, Callback, Intention, Landing};
use crate::client::{Client, FormRequest, Pushed};
use crate::finding::{Finding, Tried, skip};
use crate::http::{Answer, HttpExchange, Reply, Request};
use crate::keys;
use crate::session::{Session, wire};
use crate::target::{OrdinaryKind, UserStrategy};
use fapi::requirement::{Requirement, fapi2_sp, oidcc, rfc6749, rfc9700};

pub(super) static SCENARIOS: &[Scenario] = &[
    Scenario::negative("user-refuses", "When the user refuses, the client gets access_denied.", run!(user_refuses))
        .oidf(&[module!("user-rejects-authentication")])
        .requires(&[&rfc6749::ERROR_REDIRECTED, &oidcc::DECISION_FIRST])
        .when(front_channel)
        .asserts(&[
            "client 1, then client 2 (128-character state, redirect URI with a query): error=access_denied with state and iss",
            "no parameters other than error, error_description, error_uri, state, session_state and iss (others are a warning)",
            "skipped if no page offers a refusal, as when the server remembers an earlier consent",
        ]),
    Scenario::positive("long-nonce", "A nonce of 384 characters is kept intact or refused, not truncated.", run!(long_nonce))
        .oidf(&[module!("ensure-authorization-request-with-long-nonce")])
        .requires(&[&oidcc::NONCE_COPIED, &fapi2_sp::NONCE_LENGTH])
        .when(openid)
        .asserts(&[
            "success with the nonce intact, or PAR 400 invalid_request, or an error at the redirect URI, or an error page",
        ]),
    Scenario::positive("long-state", "A state of 1000 characters is kept intact or refused, not truncated.", run!(long_state))
        .oidf(&[module!("ensure-authorization-request-with-long-state")])
        .requires(&[&fapi2_sp::STATE_LENGTH, &rfc6749::STATE_ECHOED])
        .when(front_channel)
        .asserts(&[
            "success with the state intact; warnings: PAR 400 invalid_request, an error at the redirect URI, an error page",
        ]),
    Scenario::positive(
        "state-of-every-character",
        "A state with every printable character is returned unchanged.",
        run!(odd_state),
    )
    .requires(&[&rfc6749::STATE_ECHOED, &rfc6749::VALUES_SANITISED])
    .when(front_channel)
    .asserts(&["the state with quotes, brackets, percent and plus signs, and one with percent-encoded characters, are the same in the response (if PAR refuses it: a warning)"]),
    Scenario::positive(
        "no-307",
        "A form is never answered with a redirect of status 307 or 308, which would forward its credentials.",
        run!(no_307),
    )
    .requires(&[&fapi2_sp::NO_307, &rfc9700::NO_307, &fapi2_sp::SEE_OTHER])
    .when(front_channel)
    .asserts(&[
        "no redirect that answers a form with the user's credentials has status 307",
        "redirects that answer forms have status 303 (otherwise a warning); skipped if no form is answered with a redirect",
    ]),
    Scenario::negative("no-cors", "The authorization endpoint does not allow CORS.", run!(no_cors))
        .requires(&[&fapi2_sp::NO_CORS])
        .when(front_channel)
        .asserts(&["neither a preflight nor a GET with an Origin gets Access-Control-Allow-Origin"]),
    Scenario::positive("pages-are-protected", "Pages of the server cannot be framed, and have HSTS.", run!(pages_are_protected))
        .requires(&[&rfc9700::NO_CLICKJACKING, &rfc6749::NO_FRAMING, &fapi2_sp::HSTS])
        .when(front_channel)
        .asserts(&[
            "the first page has X-Frame-Options or frame-ancestors (otherwise a warning, except for the reference server)",
            "over https it has Strict-Transport-Security with a max-age above 0 (otherwise the same); skipped if there is no page",
        ]),
];

async fn user_refuses(s: &Session) -> Tried<()> {
    refuse_after_login(s).await?;
    refuse(s, &s.one, s.one.push()).await?;
    let state: String = keys::random().repeat(3).chars().take(128).collect();
    refuse(s, &s.two, s.two.push().set("state", state)).await
}

/// Refuses on the page after the login, if there is one that offers it.
async fn refuse_after_login(s: &Session) -> Tried<()> {
    let (pushed, mut browser) = (s.pushed().await?, s.one.browser());
    let Landing::Waiting(page) = s.one.authorize(&pushed).logging_in().land_in(&mut browser).await? else { return Ok(()) };
    if !offers_refusal(s, page.exchange()) {
        return Ok(());
    }
    match browser.go_on(&page, &s.one.settings().redirect_uri, Intention::Deny).await? {
        Landing::Callback(callback) if callback.parameter("code").is_some() => {
            let rule = if s.variant().openid() { &oidcc::DECISION_FIRST } else { &rfc6749::ERROR_REDIRECTED };
            let finding = Finding::new("no code, since the user refused after the login", "a code").against(rule);
            Err(Finding { exchange: callback.exchange, ..finding }.into())
        }
        _ => Ok(()),
    }
}

async fn refuse(s: &Session, client: &Client, push: FormRequest) -> Tried<()> {
    let pushed = push.pushed().await?;
    let callback = refusal(s, client, &pushed).await?;
    if callback.parameter("error").as_deref() != Some("access_denied") {
        let got = Landing::Callback(callback.clone()).describe();
        let finding = Finding::new("error=access_denied at the redirect URI", got).against(&rfc6749::ERROR_REDIRECTED);
        return Err(Finding { exchange: callback.exchange, ..finding }.into());
    }
    client.check_response(&pushed, &callback)?;
    s.upheld(callback.exchange)?;
    if let Some(name) = unknown_parameter(client, &callback) {
        s.warn(format!("the error response has an unknown parameter `{name}`"));
    }
    Ok(())
}

/// Refuses on the first page that offers it, and returns the response, which has no code. Skips if no page offers a refusal.
pub(super) async fn refusal(s: &Session, client: &Client, pushed: &Pushed) -> Tried<Callback> {
    s.rests_on(OrdinaryKind::Code);
    let before = s.http().exchanges().len();
    let landing = client.authorize(pushed).denying().land().await?;
    let offered = s.http().exchanges().iter().skip(before).any(|exchange| offers_refusal(s, exchange));
    if !offered && matches!(s.target.user, UserStrategy::Form(_)) {
        return skip(
            "no page offered a refusal; a consent page does (`prompt = \"consent\"` in the client's `parameters`), and `deny` names its button",
        );
    }
    let refused = match landing {
        Landing::Callback(callback) if callback.parameter("code").is_none() => return Ok(callback),
        // The refusal led to another question: the user has not decided yet.
        Landing::Page(Some(page)) if page.grants() && browser::asks(&page) => {
            return s
                .skip("the button or link that seemed to refuse led to another page; `deny` in `[user]` names the right one");
        }
        landing => landing,
    };
    let has_code = matches!(refused, Landing::Callback(_));
    let rule = if has_code && s.variant().openid() { &oidcc::DECISION_FIRST } else { &rfc6749::ERROR_REDIRECTED };
    let expected = if has_code { "no code, since the user refused" } else { "access_denied at the redirect URI" };
    Err(Finding { exchange: refused.exchange(), ..Finding::new(expected, refused.describe()).against(rule) }.into())
}

/// Returns true if the answer is a page with a button or a link that refuses.
fn offers_refusal(s: &Session, exchange: &HttpExchange) -> bool {
    let (UserStrategy::Form(form), Answer::Response { body, .. }) = (&s.target.user, &exchange.answer) else { return false };
    browser::offers_refusal(&Page::read(&String::from_utf8_lossy(body)), &exchange.url, form)
}

/// A parameter of an error response that is neither registered for it nor part of the client's redirect URI.
pub(super) fn unknown_parameter(client: &Client, callback: &Callback) -> Option<String> {
    let own = Url::parse(&client.settings().redirect_uri).ok();
    let own: Vec<String> = own.iter().flat_map(|url| url.query_pairs().into_owned().map(|(name, _)| name)).collect();
    let known = ["error", "error_description", "error_uri", "state", "session_state", "iss"];
    let names = callback.parameters().into_iter().map(|(name, _)| name);
    names.into_iter().find(|name| !known.contains(&name.as_str()) && !own.contains(name))
}

async fn long_nonce(s: &Session) -> Tried<()> {
    let nonce: String = keys::random().repeat(10).chars().take(384).collect();
    let push = s.one.push().set("nonce", nonce);
    let reply = push.send().await?;
    if !reply.grants() {
        return s.refused_because(
            &reply,
            &wire::INVALID_REQUEST,
            &[&fapi2_sp::NONCE_LENGTH, &fapi::requirement::local::REQUEST_SIZE],
        );
    }
    let pushed = push.taken(&reply)?;
    let landing = s.one.authorize(&pushed).land().await?;
    match &landing {
        Landing::Page(_) => {
            s.is_an_end(&landing)?;
            s.upheld(landing.exchange())
        }
        Landing::Callback(callback) if callback.parameter("error").is_some() => {
            if callback.parameter("error").as_deref() != Some("invalid_request") {
                s.warn("a long nonce is refused, but not with invalid_request");
            }
            s.one.check_response(&pushed, callback)?;
            s.upheld(callback.exchange)
        }
        _ => {
            let code = s.one.accept(&pushed, landing)?;
            s.one.redeem(&code).tokens().await.map(drop)
        }
    }
}

async fn long_state(s: &Session) -> Tried<()> {
    let state: String = keys::random().repeat(24).chars().take(1000).collect();
    let push = s.one.push().set("state", state);
    let reply = push.send().await?;
    if !reply.grants() {
        s.warn("a pushed request with a state of 1000 characters is refused");
        return s.refused_because(
            &reply,
            &wire::INVALID_REQUEST,
            &[&fapi2_sp::STATE_LENGTH, &fapi::requirement::local::REQUEST_SIZE],
        );
    }
    let pushed = push.taken(&reply)?;
    let landing = s.one.authorize(&pushed).land().await?;
    match &landing {
        Landing::Page(_) => {
            s.warn("a request with a state of 1000 characters leads to an error page");
            s.is_an_end(&landing)?;
            s.upheld(landing.exchange())
        }
        Landing::Callback(callback) if callback.parameter("error").is_some() && callback.parameter("code").is_none() => {
            s.warn("a request with a state of 1000 characters is refused at the redirect URI");
            s.upheld(callback.exchange)
        }
        _ => s.one.accept(&pushed, landing).map(drop),
    }
}

async fn odd_state(s: &Session) -> Tried<()> {
    // A server that decodes the state once more may leave one alone whose percent signs encode nothing.
    let all = (' '..='~').collect::<String>();
    let encoded = format!("{}%2B%25%20", keys::random());
    for (state, what) in [(all, "every printable character"), (encoded, "percent-encoded characters")] {
        let push = s.one.push().set("state", state);
        let reply = push.send().await?;
        if !reply.grants() && !s.target.instance.strict() {
            s.warn(format!("a pushed request whose state has {what} is refused with status {}", reply.status()));
            continue;
        }
        let code = s.one.authorize(&push.taken(&reply)?).code().await;
        s.narrowed(code, &rfc6749::STATE_ECHOED, &rfc6749::VALUES_SANITISED).await?;
    }
    Ok(())
}

async fn no_307(s: &Session) -> Tried<()> {
    let before = s.http().exchanges().len();
    // A form that is forwarded may well end the visit.
    let ended = s.one.code().await;
    let exchanges = s.http().exchanges();
    let mut redirects = 0;
    for exchange in exchanges.iter().skip(before).filter(|exchange| exchange.purpose == "user agent" && exchange.method == "POST")
    {
        let Answer::Response { status: status @ 300..400, .. } = exchange.answer else { continue };
        redirects += 1;
        // Status 308 forwards the form as 307 does, but FAPI 2.0 and RFC 9700 forbid only 307 by its number.
        let rule = if status == 307 && has_credentials(s, exchange) { &fapi2_sp::NO_307 } else { &fapi2_sp::SEE_OTHER };
        if matches!(status, 307 | 308) {
            let finding =
                Finding::new("status 303 for the redirect after a form", format!("status {status}, which forwards the form"));
            return Err(finding.shown_by(exchange.number).against(rule).into());
        }
        if status != 303 {
            s.warn(format!("a form is answered with status {status}, not 303"));
        }
    }
    ended?;
    if redirects == 0 { s.skip("no form was answered with a redirect") } else { Ok(()) }
}

/// Returns true if the body has a value that the user typed.
fn has_credentials(s: &Session, exchange: &HttpExchange) -> bool {
    let UserStrategy::Form(form) = &s.target.user else { return false };
    form_urlencoded::parse(&exchange.body).any(|(name, value)| form.fields.get(&*name).is_some_and(|typed| *typed == value))
}

async fn no_cors(s: &Session) -> Tried<()> {
    s.looks();
    let pushed = s.pushed().await?;
    let url = s.one.authorize(&pushed).url()?;
    let preflight = Request::new("preflight", "OPTIONS", url.clone())
        .header("origin", "https://script.example")
        .header("access-control-request-method", "GET");
    let get = Request::new("cross-origin read", "GET", url).header("origin", "https://script.example");
    for request in [preflight, get] {
        let reply = s.http().send(request).await?;
        if let Some(allowed) = reply.header("access-control-allow-origin") {
            let finding =
                Finding::new("no Access-Control-Allow-Origin from the authorization endpoint", allowed).shown_by(reply.number());
            return Err(finding.against(&fapi2_sp::NO_CORS).into());
        }
    }
    Ok(())
}

async fn pages_are_protected(s: &Session) -> Tried<()> {
    let pushed = s.pushed().await?;
    let url = s.one.authorize(&pushed).url()?;
    let landing = s.one.browser().visit(url, &s.one.settings().redirect_uri, Intention::Look).await?;
    let Some(page) = landing.page() else {
        return s.skip(format!("the server did not show a page: got {}", landing.describe()));
    };
    advise(
        s,
        page,
        &rfc9700::NO_CLICKJACKING,
        !can_be_framed(page),
        "X-Frame-Options or a frame-ancestors policy without wildcard",
    )?;
    let strict = page.header("strict-transport-security").unwrap_or_default().to_ascii_lowercase();
    let age = strict.split(';').find_map(|directive| {
        directive.trim().strip_prefix("max-age")?.trim_start().strip_prefix('=')?.trim().trim_matches('"').parse::<u64>().ok()
    });
    let insists = !s.target.issuer.starts_with("https://") || age.is_some_and(|age| age > 0);
    advise(s, page, &fapi2_sp::HSTS, insists, "Strict-Transport-Security with a max-age above 0")
}

/// Demands `holds` of the reference server, and warns otherwise: a server may have other protections that a response does not
/// show.
fn advise(s: &Session, page: &Reply, rule: &'static Requirement, holds: bool, expected: &str) -> Tried<()> {
    if !holds && s.target.instance.strict() {
        return Err(Finding::new(expected, "none").shown_by(page.number()).against(rule).into());
    }
    if !holds {
        s.warn(format!("the first page lacks {expected}"));
    }
    Ok(())
}
