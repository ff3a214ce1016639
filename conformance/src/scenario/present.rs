//! Presenting a pushed request at the authorization endpoint.

use super::{Scenario, front_channel, module, openid, rules, run};
use crate::browser::{Intention, Landing, asks};
use crate::client::{Code, Pushed};
use crate::finding::{Finding, Tried, skip};
use crate::http::{Answer, Reply, Request};
use crate::keys;
use crate::session::Session;
use crate::target::OrdinaryKind;
use fapi::requirement::{Requirement, fapi2_sp, oidcc, rfc6749, rfc9101, rfc9126};

pub(super) static SCENARIOS: &[Scenario] = &[
    Scenario::positive(
        "present-only-handle",
        "An authorization URL with only client_id and request_uri is accepted.",
        run!(only_handle),
    )
    .oidf(&[module!("par-without-duplicate-parameters")])
    .requires(&[&fapi2_sp::PUSH_OFFERED, &rfc9126::REQUEST_URI_ALWAYS_USABLE])
    .when(front_channel)
    .asserts(&["the flow succeeds with an authorization URL that has no other parameter"]),
    Scenario::positive(
        "present-other-nonce",
        "A nonce in the authorization URL does not replace the pushed one.",
        run!(other_nonce),
    )
    .oidf(&[module!("ensure-different-nonce-inside-and-outside-request-object")])
    .requires(&[&rfc9101::OBJECT_ALONE_COUNTS, &oidcc::OBJECT_OVERRIDES, &oidcc::NONCE_COPIED])
    .when(openid)
    .asserts(&["the flow succeeds with the pushed nonce, or the redirect URI gets invalid_request, or an error page is shown"]),
    Scenario::positive(
        "present-other-state",
        "A state in the authorization URL does not replace the pushed one.",
        run!(other_state),
    )
    .oidf(&[module!("ensure-different-state-inside-and-outside-request-object")])
    .requires(&[&rfc9101::OBJECT_ALONE_COUNTS, &oidcc::OBJECT_OVERRIDES, &rfc6749::STATE_ECHOED])
    .when(front_channel)
    .asserts(&["the flow succeeds with the pushed state, or the redirect URI gets invalid_request, or an error page is shown"]),
    Scenario::positive(
        "present-state-only-outside",
        "A state in the authorization URL is not used if none was pushed.",
        run!(state_only_outside),
    )
    .oidf(&[module!("state-only-outside-request-object-not-used")])
    .requires(&[&rfc9101::OBJECT_ALONE_COUNTS, &oidcc::OBJECT_OVERRIDES, &rfc6749::STATE_ECHOED])
    .when(front_channel)
    .asserts(&[
        "the flow succeeds without state, or an error page is shown",
        "or the redirect URI gets invalid_request, invalid_request_object, invalid_request_uri or access_denied",
    ]),
    Scenario::negative(
        "present-nothing-pushed",
        "An authorization request that was not pushed is refused.",
        run!(nothing_pushed),
    )
    .oidf(&[module!("ensure-unsigned-authorization-request-without-using-par-fails")])
    .requires(&[&fapi2_sp::PUSHED_ONLY])
    .under(rules::pushed_only)
    .when(front_channel)
    .asserts(&["an error page is shown, or the redirect URI gets an error (with or without state); never a code"]),
    Scenario::positive(
        "present-twice-before-the-end",
        "A request_uri can be opened again as long as the user has not completed the request.",
        run!(twice_before_the_end),
    )
    .oidf(&[module!("par-ensure-reused-request-uri-prior-to-auth-completion-succeeds")])
    .requires(&[&fapi2_sp::REQUEST_URI_PREFETCH])
    .when(front_channel)
    .asserts(&["the second visit leads to a code; skipped if the first one shows no page that waits for the user"]),
    Scenario::negative(
        "present-again-after-the-end",
        "A request_uri that led to a code does not lead to a second one.",
        run!(again_after_the_end),
    )
    .oidf(&[module!("par-attempt-reuse-request_uri")])
    .requires(&[&rfc9126::REQUEST_URI_ONCE])
    .when(front_channel)
    .asserts(&[
        "of 8 request_uris, each over new connections: the second visit gets an error page or invalid_request_uri, and no code",
    ]),
    Scenario::negative("present-expired", "An expired request_uri is refused.", run!(expired))
        .oidf(&[module!("par-attempt-to-use-expired-request_uri")])
        .requires(&[&rfc9126::REQUEST_URI_LIVE])
        .when(front_channel)
        .seconds(1805)
        .asserts(&[
            "after expires_in (skipped if above 1800), an error page is shown or the redirect URI gets invalid_request_uri",
        ]),
    Scenario::negative(
        "present-as-another-client",
        "A request_uri is refused with another client's client_id.",
        run!(as_another),
    )
    .oidf(&[module!("par-attempt-to-use-request_uri-for-different-client")])
    .requires(&[&rfc9126::REQUEST_URI_BOUND_TO_CLIENT])
    .when(front_channel)
    .asserts(&[
        "an error page is shown, or the redirect URI gets invalid_request, invalid_request_object or invalid_request_uri",
    ]),
    Scenario::negative("present-unknown-request-uri", "A request_uri that was never issued is refused.", run!(unknown))
        .requires(&[&rfc9126::REQUEST_URI_LIVE, &rfc6749::VALUES_SANITISED])
        .when(front_channel)
        .asserts(&[
            "an error page is shown, or the redirect URI gets an error; never a code",
            "markup in request_uri and state does not become markup of the page",
        ]),
    Scenario::negative("present-without-client-id", "A request_uri without client_id is refused.", run!(without_client_id))
        .requires(&[&rfc9126::PUSHED_REQUEST_VALIDATED, &rfc6749::NO_REDIRECT_ON_DOUBT])
        .when(front_channel)
        .asserts(&["an error page is shown, or the redirect URI gets invalid_request; never a code"]),
    Scenario::negative(
        "present-parameter-twice",
        "An authorization URL with a repeated parameter is refused.",
        run!(parameter_twice),
    )
    .requires(&[&rfc6749::NO_REPEATED_PARAMETER])
    .when(front_channel)
    .asserts(&["client_id twice: an error page is shown, or the redirect URI gets invalid_request; never a code"]),
    Scenario::negative("present-foreign-request-uri", "A request_uri that is a URL of the client is refused.", run!(foreign))
        .requires(&[&fapi2_sp::PUSHED_ONLY])
        .under(rules::pushed_only)
        .when(front_channel)
        .asserts(&["an https URL as request_uri: an error page is shown, or the redirect URI gets an error"]),
    Scenario::positive("present-by-post", "The authorization endpoint accepts POST as well as GET.", run!(by_post))
        .requires(&[&oidcc::GET_AND_POST])
        .when(openid)
        .asserts(&[
            "control: a GET leads to a page that waits for the user",
            "the same parameters in a form lead to a page with a form, or to a redirect that is no error",
        ]),
];

async fn only_handle(s: &Session) -> Tried<()> {
    s.one.tokens().await.map(drop)
}

async fn other_nonce(s: &Session) -> Tried<()> {
    let (pushed, outside) = (s.pushed().await?, keys::random());
    let landing = s.one.authorize(&pushed).set("nonce", outside.as_str()).land().await?;
    if may_refuse(s, &pushed, &landing, &["invalid_request"])? {
        return Ok(());
    }
    let code = s.one.accept(&pushed, landing)?;
    let tokens = s.one.redeem(&code).tokens().await;
    s.narrowed(tokens.map(drop), &oidcc::NONCE_COPIED, &rfc9101::OBJECT_ALONE_COUNTS).await
}

async fn other_state(s: &Session) -> Tried<()> {
    let pushed = s.pushed().await?;
    let landing = s.one.authorize(&pushed).set("state", keys::random()).land().await?;
    if may_refuse(s, &pushed, &landing, &["invalid_request"])? {
        return Ok(());
    }
    outer_state(s, s.one.accept(&pushed, landing)).await.map(drop)
}

async fn state_only_outside(s: &Session) -> Tried<()> {
    let pushed = s.one.push().without("state").pushed().await?;
    let outside = keys::random();
    let landing = s.one.authorize(&pushed).set("state", outside.as_str()).land().await?;
    if let Landing::Callback(callback) = &landing
        && callback.parameter("error").is_some()
        && callback.parameter("state").is_none_or(|state| state == outside)
    {
        return s.upheld(callback.exchange);
    }
    let errors = ["invalid_request", "invalid_request_object", "invalid_request_uri", "access_denied"];
    if may_refuse(s, &pushed, &landing, &errors)? {
        return Ok(());
    }
    let code = outer_state(s, s.one.accept(&pushed, landing)).await?;
    s.one.redeem(&code).tokens().await.map(drop)
}

/// A response with a state that was not pushed.
async fn outer_state(s: &Session, accepted: Tried<Code>) -> Tried<Code> {
    s.narrowed(accepted, &rfc6749::STATE_ECHOED, &rfc9101::OBJECT_ALONE_COUNTS).await
}

/// Returns true if the visit was refused in one of the allowed ways.
fn may_refuse(s: &Session, pushed: &Pushed, landing: &Landing, errors: &[&str]) -> Tried<bool> {
    match landing {
        Landing::Page(_) => s.is_an_end(landing)?,
        Landing::Callback(callback) => match callback.parameter("error") {
            Some(error) if errors.contains(&error.as_str()) => s.one.check_response(pushed, callback)?,
            _ => return Ok(false),
        },
        Landing::Waiting(_) => return Ok(false),
    }
    s.upheld(landing.exchange()).map(|()| true)
}

async fn nothing_pushed(s: &Session) -> Tried<()> {
    let push = s.one.push();
    let mut url = s.one.metadata().endpoint("authorization_endpoint")?;
    let own = ["client_assertion", "client_assertion_type"];
    let fields: Vec<_> = push.complete_fields().into_iter().filter(|(name, _)| !own.contains(&name.as_str())).collect();
    url.query_pairs_mut().extend_pairs(&fields);
    let uri = &s.one.settings().redirect_uri;
    let landing = s.one.browser().visit(url, uri, Intention::Approve).await?;
    refused(s, &landing, &fapi2_sp::PUSHED_ONLY)
}

/// Demands an error page, or an error at the redirect URI: with or without state, which the server need not know.
fn refused(s: &Session, landing: &Landing, rule: &'static Requirement) -> Tried<()> {
    s.rests_on(OrdinaryKind::Code);
    match landing {
        Landing::Page(_) => s.is_an_end(landing)?,
        Landing::Callback(callback) if callback.parameter("error").is_some() && callback.parameter("code").is_none() => {}
        other => {
            let finding = Finding::new("an error page, or an error at the redirect URI", other.describe()).against(rule);
            return Err(Finding { exchange: other.exchange(), ..finding }.into());
        }
    }
    s.upheld(landing.exchange())
}

async fn twice_before_the_end(s: &Session) -> Tried<()> {
    let pushed = s.pushed().await?;
    let visit = s.one.authorize(&pushed);
    let mut browser = s.one.browser();
    let glance = visit.clone().looking().land_in(&mut browser).await?;
    if !matches!(glance, Landing::Waiting(_)) {
        return s.skip(format!("the first visit did not show a page that waits for the user: got {}", glance.describe()));
    }
    let landing = visit.land_in(&mut browser).await?;
    if matches!(&landing, Landing::Callback(callback) if callback.parameter("code").is_some()) {
        return s.one.accept(&pushed, landing).map(drop);
    }
    let finding =
        Finding::new("a code: a request_uri can be opened again before the user completes the request", landing.describe());
    Err(Finding { exchange: landing.exchange(), ..finding.against(&fapi2_sp::REQUEST_URI_PREFETCH) }.into())
}

async fn again_after_the_end(s: &Session) -> Tried<()> {
    for _ in s.replays() {
        let pushed = s.pushed().await?;
        s.one.authorize(&pushed).code().await?;
        let landing = s.one.authorize(&pushed).land().await?;
        s.landed_refused(&pushed, &landing, &["invalid_request_uri"])?;
    }
    Ok(())
}

async fn expired(s: &Session) -> Tried<()> {
    let pushed = s.pushed().await?;
    if pushed.expires_in > 1800 {
        return skip(format!("the request_uri expires only after {} s", pushed.expires_in));
    }
    s.pass(pushed.expires_in + 3).await;
    let landing = s.one.authorize(&pushed).land().await?;
    s.landed_refused(&pushed, &landing, &["invalid_request_uri"])
}

async fn as_another(s: &Session) -> Tried<()> {
    let pushed = s.pushed().await?;
    let visit = s.one.authorize(&pushed).set("client_id", s.two.id());
    let landing = match visit.land().await {
        Ok(landing) => landing,
        // The server may tell the client that it was named.
        Err(_) if error_sent_to(s, &s.two.settings().redirect_uri) => {
            s.rests_on(OrdinaryKind::Code);
            return Ok(());
        }
        Err(stop) => return Err(stop),
    };
    s.landed_refused(&pushed, &landing, &["invalid_request", "invalid_request_object", "invalid_request_uri"])
}

/// Returns true if a redirect to this redirect URI had an error, and no code.
fn error_sent_to(s: &Session, redirect_uri: &str) -> bool {
    let place = redirect_uri.split(['?', '#']).next().unwrap_or_default();
    s.http().exchanges().iter().any(|exchange| match &exchange.answer {
        Answer::Response { headers, .. } => headers.iter().any(|(name, value)| {
            let response = value.strip_prefix(place).filter(|rest| rest.starts_with('?'));
            name == "location" && response.is_some_and(|response| response.contains("error=") && !response.contains("code="))
        }),
        Answer::Nothing(..) => false,
    })
}

async fn unknown(s: &Session) -> Tried<()> {
    let pushed = s.pushed().await?;
    let handle = format!("urn:ietf:params:oauth:request_uri:{}", keys::random());
    let landing = s.one.authorize(&pushed).set("request_uri", handle).land().await?;
    // Our own server knows no redirect URI then, and shows the error itself.
    if matches!(landing, Landing::Callback(_)) && s.target.instance.strict() {
        let finding = Finding::new("an error page for an unknown request_uri", landing.describe());
        return Err(Finding { exchange: landing.exchange(), ..finding.against(&fapi2_sp::NO_OPEN_REDIRECTOR) }.into());
    }
    refused(s, &landing, &rfc9126::REQUEST_URI_LIVE)?;
    let with_markup = |name: &str| format!("\"'><script>{name}</script>");
    let handle = format!("urn:ietf:params:oauth:request_uri:{}{}", keys::random(), with_markup("request_uri"));
    let landing = s.one.authorize(&pushed).set("request_uri", handle).set("state", with_markup("state")).land().await?;
    let is_html = |page: &&Reply| page.header("content-type").is_some_and(|kind| kind.contains("html"));
    if let Some(page) = landing.page().filter(is_html)
        && let Some(name) = ["request_uri", "state"].iter().find(|name| page.text().contains(&with_markup(name)))
    {
        let finding = Finding::new("a page with encoded values", format!("the markup in `{name}` is markup of the page"));
        s.also(finding.shown_by(page.number()).against(&rfc6749::VALUES_SANITISED));
    }
    refused(s, &landing, &rfc9126::REQUEST_URI_LIVE)
}

async fn without_client_id(s: &Session) -> Tried<()> {
    let pushed = s.pushed().await?;
    let landing = s.one.authorize(&pushed).without("client_id").land().await?;
    s.landed_refused(&pushed, &landing, &["invalid_request"])
}

async fn parameter_twice(s: &Session) -> Tried<()> {
    let pushed = s.pushed().await?;
    let landing = s.one.authorize(&pushed).duplicate("client_id", s.one.id()).land().await?;
    s.landed_refused(&pushed, &landing, &["invalid_request"])
}

async fn foreign(s: &Session) -> Tried<()> {
    let pushed = s.pushed().await?;
    let landing = s.one.authorize(&pushed).set("request_uri", "https://client.example/request.jwt").land().await?;
    refused(s, &landing, &fapi2_sp::PUSHED_ONLY)
}

async fn by_post(s: &Session) -> Tried<()> {
    let glance = s.one.authorize(&s.pushed().await?).looking().land().await?;
    let Landing::Waiting(page) = glance else {
        return s.skip(format!("no control: a GET does not lead to a page that waits for the user: got {}", glance.describe()));
    };
    let pushed = s.pushed().await?;
    let url = s.one.metadata().endpoint("authorization_endpoint")?;
    let fields = [("client_id".to_owned(), s.one.id().to_owned()), ("request_uri".to_owned(), pushed.request_uri.clone())];
    let request = Request::new("authorization request by POST", "POST", url.clone())
        .header("accept", "text/html")
        .carrying("application/x-www-form-urlencoded", crate::client::form::encode(&fields));
    let reply = s.http().send(request).await?;
    // The page may have a URL of its own for each request: then the redirect leads to the origin of the one that the GET reached.
    let next = reply.header("location").and_then(|location| url.join(location).ok());
    let goes_on = next.is_some_and(|next| next.origin() == page.exchange().url.origin() && !next.as_str().contains("error"));
    if (reply.grants() && asks(&reply)) || ((300..400).contains(&reply.status()) && goes_on) {
        return Ok(());
    }
    let got = format!("status {}{}", reply.status(), if reply.grants() { ", a page without a form" } else { "" });
    let finding = Finding::new("the page that a GET leads to, or a redirect to it", got).shown_by(reply.number());
    Err(finding.against(&oidcc::GET_AND_POST).into())
}
