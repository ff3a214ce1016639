//! The authorization response.

use url::Url;

use super::{Scenario, front_channel, module, openid, run};
use crate::browser::{Intention, Landing};
use crate::client::{Client, FormRequest};
use crate::finding::{Finding, Stop, Tried, fail};
use crate::http::{Reply, Request};
use crate::keys;
use crate::session::{Session, wire};
use fapi::requirement::{Requirement, fapi2_sp, oidcc, rfc6749, rfc9700};

pub(super) static SCENARIOS: &[Scenario] = &[
    Scenario::negative("user-refuses", "When the user refuses, the client gets access_denied.", run!(user_refuses))
        .oidf(&[module!("user-rejects-authentication")])
        .requires(&[&rfc6749::ERROR_REDIRECTED, &oidcc::DECISION_FIRST])
        .when(front_channel)
        .asserts(&[
            "client 1, then client 2 (128-character state, redirect URI with a query): error=access_denied with state and iss",
            "no parameters other than error, error_description, error_uri, state and iss (others are a warning)",
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
            "success with the state intact; warnings: PAR 400 invalid_request, this error at the redirect URI, an error page",
        ]),
    Scenario::positive(
        "state-of-every-character",
        "A state with every printable character is returned unchanged.",
        run!(odd_state),
    )
    .requires(&[&rfc6749::STATE_ECHOED, &rfc6749::VALUES_SANITISED])
    .when(front_channel)
    .asserts(&["the state with quotes, brackets, percent and plus signs is the same in the response"]),
    Scenario::positive(
        "no-307",
        "A form is never answered with a redirect of status 307 or 308, which would forward its credentials.",
        run!(no_307),
    )
    .requires(&[&fapi2_sp::NO_307, &rfc9700::NO_307, &fapi2_sp::SEE_OTHER])
    .when(front_channel)
    .asserts(&["no redirect that answers a form has status 307 or 308", "such redirects have status 303 (otherwise a warning)"]),
    Scenario::negative("no-cors", "The authorization endpoint does not allow CORS.", run!(no_cors))
        .requires(&[&fapi2_sp::NO_CORS])
        .when(front_channel)
        .asserts(&["neither a preflight nor a GET with an Origin gets Access-Control-Allow-Origin"]),
    Scenario::positive("pages-are-protected", "Pages of the server cannot be framed, and have HSTS.", run!(pages_are_protected))
        .requires(&[&rfc9700::NO_CLICKJACKING, &rfc6749::NO_FRAMING, &fapi2_sp::HSTS])
        .when(front_channel)
        .asserts(&[
            "the first page has X-Frame-Options or frame-ancestors (otherwise a warning, except for the reference server)",
            "over https it has Strict-Transport-Security with a max-age above 0 (otherwise the same)",
        ]),
];

async fn user_refuses(s: &Session) -> Tried<()> {
    refuse(s, &s.one, s.one.push()).await?;
    let state: String = keys::random().repeat(3).chars().take(128).collect();
    refuse(s, &s.two, s.two.push().set("state", state)).await
}

async fn refuse(s: &Session, client: &Client, push: FormRequest) -> Tried<()> {
    let pushed = push.pushed().await?;
    let landing = client.authorize(&pushed).denying().land().await?;
    let Landing::Callback(callback) = &landing else {
        return fail("access_denied at the redirect URI", landing.describe());
    };
    if callback.parameter("code").is_some() {
        let finding = Finding::new("no code, since the user refused", landing.describe()).against(&oidcc::DECISION_FIRST);
        return Err(Finding { exchange: callback.exchange, ..finding }.into());
    }
    if callback.parameter("error").as_deref() != Some("access_denied") {
        let finding =
            Finding::new("error=access_denied at the redirect URI", landing.describe()).against(&rfc6749::ERROR_REDIRECTED);
        return Err(callback.exchange.map_or(finding.clone(), |number| finding.shown_by(number)).into());
    }
    client.check_response(&pushed, callback)?;
    s.upheld(callback.exchange)?;
    let own =
        Url::parse(&client.settings().redirect_uri).map(|url| url.query_pairs().into_owned().map(|(name, _)| name).collect());
    let own: Vec<String> = own.unwrap_or_default();
    let known = ["error", "error_description", "error_uri", "state", "iss"];
    for (name, _) in callback.parameters().iter().filter(|(name, _)| !known.contains(&name.as_str()) && !own.contains(name)) {
        s.warn(format!("the error response has an unknown parameter `{name}`"));
    }
    Ok(())
}

async fn long_nonce(s: &Session) -> Tried<()> {
    let nonce: String = keys::random().repeat(10).chars().take(384).collect();
    let push = s.one.push().set("nonce", nonce);
    let reply = push.send().await?;
    if reply.status() != 201 {
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
    if reply.status() != 201 {
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
        Landing::Callback(callback) if callback.parameter("error").as_deref() == Some("invalid_request") => {
            s.warn("a request with a state of 1000 characters is refused with invalid_request");
            s.upheld(callback.exchange)
        }
        _ => s.one.accept(&pushed, landing).map(drop),
    }
}

async fn odd_state(s: &Session) -> Tried<()> {
    let state: String = (' '..='~').collect();
    let pushed = s.one.push().set("state", state).pushed().await?;
    let narrowed = |stop: Stop| stop.narrowed(&rfc6749::STATE_ECHOED, &rfc6749::VALUES_SANITISED);
    s.one.authorize(&pushed).code().await.map(drop).map_err(narrowed)
}

async fn no_307(s: &Session) -> Tried<()> {
    let code = s.one.code().await?;
    for status in &code.after_forms {
        if matches!(status, 307 | 308) {
            let finding = Finding::new("a redirect after a form with status 303 or 302", format!("status {status}"))
                .against(&fapi2_sp::NO_307);
            return Err(code.exchange.map_or(finding.clone(), |number| finding.shown_by(number)).into());
        }
        if *status != 303 {
            s.warn(format!("a form is answered with status {status}, not 303"));
        }
    }
    Ok(())
}

async fn no_cors(s: &Session) -> Tried<()> {
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
    let Some(page) = landing.page() else { return Ok(()) };
    let policy = page.header("content-security-policy").unwrap_or_default();
    let ancestors = policy.split(';').map(str::trim).find_map(|directive| directive.strip_prefix("frame-ancestors "));
    let framed = page.header("x-frame-options").is_none() && ancestors.is_none_or(|ancestors| ancestors.contains('*'));
    advise(s, page, &rfc9700::NO_CLICKJACKING, !framed, "X-Frame-Options or a frame-ancestors policy without wildcard")?;
    let strict = page.header("strict-transport-security").unwrap_or_default().to_ascii_lowercase();
    let age = strict.split(';').find_map(|directive| directive.trim().strip_prefix("max-age=")?.parse::<u64>().ok());
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
