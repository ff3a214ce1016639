//! Parameters in several places or spellings, and redirect URIs that parsers read differently.

use url::Url;

use super::{Scenario, always, front_channel, run};
use crate::browser::{Browser, Landing};
use crate::client::FormRequest;
use crate::finding::{Finding, Tried, skip};
use crate::http::Reply;
use crate::keys;
use crate::session::{Front, Session, Wire};
use crate::target::OrdinaryKind;
use fapi::requirement::{oidcc, rfc6749, rfc9110, rfc9126};

pub(super) static SCENARIOS: &[Scenario] = &[
    Scenario::negative(
        "token-code-polluted",
        "A code counts only if it is the one value of the parameter `code` in the body.",
        run!(code),
    )
    .requires(&[&rfc6749::NO_REPEATED_TOKEN_PARAMETER, &rfc6749::INVALID_REQUEST, &rfc6749::INVALID_GRANT])
    .when(front_channel)
    .asserts(&[
        "the right code before or after a wrong one: 400 invalid_request or invalid_grant",
        "the right code only as `code[]` or `code[0]`, or in the query beside a wrong one in the body: the same",
        "the right code only in the query: the same (tokens are a warning: only the client is bound)",
    ]),
    Scenario::negative(
        "push-redirect-uri-with-code",
        "A redirect URI that brings a code of its own is refused.",
        run!(redirect_uri_with_code),
    )
    .requires(&[
        &rfc6749::REDIRECT_EXACT,
        &rfc6749::REDIRECT_REGISTERED,
        &rfc9126::PUSH_VALIDATED,
        &rfc9126::PUSHED_REQUEST_VALIDATED,
        &oidcc::REQUEST_VALIDATED,
        &rfc6749::NO_REPEATED_PARAMETER,
    ])
    .when(front_channel)
    .asserts(&[
        "the registered redirect URI with `code=polluted`: PAR answers 400, or the redirect URI gets an error, or an error page is shown",
        "a response with both codes repeats a parameter; one with only the server's code: a warning, as in push-redirect-uri-extended",
    ]),
    Scenario::negative(
        "push-redirect-uri-confused",
        "A redirect URI that only some parsers take for the registered one is refused.",
        run!(confused),
    )
    .requires(&[
        &rfc6749::REDIRECT_EXACT,
        &rfc6749::REDIRECT_REGISTERED,
        &rfc9126::PUSH_VALIDATED,
        &rfc9126::PUSHED_REQUEST_VALIDATED,
        &oidcc::REQUEST_VALIDATED,
    ])
    .when(front_channel)
    .once()
    .asserts(&[
        "parent folders, encoded slashes and dots, path parameters, line breaks, backslashes, user information, trailing dots, ports",
        "each: PAR answers 400, or the redirect URI gets an error, or an error page is shown; never a code",
        "skipped if another path of the same host is accepted, as RFC 9126 2.4 allows",
    ]),
    Scenario::negative("introspect-by-get", "The introspection endpoint does not answer a GET.", |s| {
        Box::pin(by_get(s, "introspection_endpoint"))
    })
    .requires(&[&rfc9110::METHOD_NOT_ALLOWED, &rfc6749::TOKEN_REQUEST_IS_POST])
    .when(always)
    .asserts(BY_GET),
    Scenario::negative("revoke-by-get", "The revocation endpoint does not serve a GET.", |s| {
        Box::pin(by_get(s, "revocation_endpoint"))
    })
    .requires(&[&rfc9110::METHOD_NOT_ALLOWED, &rfc6749::TOKEN_REQUEST_IS_POST])
    .when(always)
    .asserts(BY_GET),
];

const BY_GET: &[&str] = &[
    "an otherwise correct request of the client with its form in the query gets 4xx (success is a warning: only the client is bound)",
];
const REFUSED: Wire = Wire::new(&[400], &["invalid_request", "invalid_grant"]);
const BAD_URI: Front = Front {
    push: Wire::new(&[400], &["invalid_request", "invalid_request_object", "invalid_redirect_uri"]),
    redirect: &["invalid_request", "invalid_request_object"],
};

async fn code(s: &Session) -> Tried<()> {
    s.prime().await?;
    let browser = &mut s.one.browser();
    for array in ["code[]", "code[0]"] {
        let (request, code) = fresh(s, browser).await?;
        let reply = request.without("code").set(array, code).send().await?;
        s.refused_because(&reply, &REFUSED, &[&rfc6749::INVALID_REQUEST])?;
    }
    let (request, code) = fresh(s, browser).await?;
    refused(s, &request.set("code", keys::random()).duplicate("code", code).send().await?)?;
    let (request, _) = fresh(s, browser).await?;
    refused(s, &request.duplicate("code", keys::random()).send().await?)?;
    for wrong in [None, Some(keys::random())] {
        let (alone, (request, code)) = (wrong.is_none(), fresh(s, browser).await?);
        let request = match wrong {
            None => request.without("code"),
            Some(wrong) => request.set("code", wrong),
        };
        let mut request = request.request()?;
        request.url.query_pairs_mut().append_pair("code", &code);
        let reply = s.http().send(request).await?;
        // A code that is only in the query is in the wrong place, but it is one.
        if !alone || !s.tolerates(&reply, "a code in the query") {
            refused(s, &reply)?;
        }
    }
    Ok(())
}

/// A token request, and its code.
async fn fresh(s: &Session, browser: &mut Browser) -> Tried<(FormRequest, String)> {
    let pushed = s.pushed().await?;
    let landing = s.one.authorize(&pushed).land_in(browser).await?;
    let code = s.one.accept(&pushed, landing)?;
    Ok((s.one.redeem(&code), code.code))
}

fn refused(s: &Session, reply: &Reply) -> Tried<()> {
    s.refused(reply, &REFUSED)
}

async fn redirect_uri_with_code(s: &Session) -> Tried<()> {
    let own = &s.one.settings().redirect_uri;
    let uri = format!("{own}{}code=polluted", if own.contains('?') { '&' } else { '?' });
    let push = s.one.push().set("redirect_uri", uri);
    let reply = push.send().await?;
    if !reply.grants() {
        return s.refused(&reply, &BAD_URI.push);
    }
    let pushed = push.taken(&reply)?;
    let landing = s.one.authorize(&pushed).land().await?;
    let codes: Vec<String> = match &landing {
        Landing::Callback(callback) => {
            let parameters = callback.parameters().into_iter();
            parameters.filter(|(name, _)| name == "code").map(|(_, value)| value).collect()
        }
        _ => Vec::new(),
    };
    let polluted = codes.iter().any(|code| code == "polluted");
    let (rule, got) = match (&codes[..], polluted) {
        ([] | [_], true) | ([], false) => return s.landed_refused(&pushed, &landing, BAD_URI.redirect),
        ([_], false) => (&rfc9126::REDIRECT_URI_RELAXED, "a response without it"),
        (_, true) => (&rfc6749::NO_REPEATED_PARAMETER, "a response with both codes"),
        (_, false) => (&rfc6749::NO_REPEATED_PARAMETER, "a response with two codes"),
    };
    let finding = Finding::new("a refusal of a redirect URI with a code of its own", got);
    Err(Finding { exchange: landing.exchange(), ..finding.against(rule) }.into())
}

async fn confused(s: &Session) -> Tried<()> {
    let own = s.one.settings().redirect_uri.clone();
    let Ok(url) = Url::parse(&own) else { return skip("the registered redirect URI is not a URL") };
    let Some(host) = url.host_str().filter(|_| !url.path().is_empty()) else { return skip("the redirect URI has no host") };
    let mut elsewhere = url.clone();
    elsewhere.set_path(&format!("/{}", keys::random()));
    if s.one.push().set("redirect_uri", elsewhere.as_str()).send().await?.grants() {
        s.rests_on(OrdinaryKind::Push);
        return skip("the server accepts redirect URIs that are not registered, as RFC 9126 2.4 allows");
    }
    for uri in confusing(&own, &url, host) {
        s.refused_in_front_by(|push| push.set("redirect_uri", uri), &BAD_URI).await?;
    }
    Ok(())
}

/// Redirect URIs that a parser may take for the registered one, while another sends the code elsewhere.
fn confusing(own: &str, url: &Url, host: &str) -> Vec<String> {
    let base = own.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
    let (scheme, path) = (url.scheme(), url.path());
    let ends = [
        "/../elsewhere",
        "/..%2Felsewhere",
        "/%2e%2e/elsewhere",
        "%2F..%2Felsewhere",
        "/..%252Felsewhere",
        "/elsewhere/..",
        "/./",
        "//",
        ";elsewhere",
        "/;/../elsewhere",
        "%3B/../elsewhere",
        "%0D%0A/../elsewhere",
        "%00",
        ".",
        "%20",
        "\\..\\elsewhere",
    ];
    let mut all: Vec<String> = ends.iter().map(|end| format!("{base}{end}")).collect();
    all.extend([
        format!("{scheme}://{host}.{path}"),
        format!("{scheme}://user@{host}{path}"),
        format!("{scheme}://{host}@elsewhere.example{path}"),
        format!("{scheme}://elsewhere.example\\@{host}{path}"),
        format!("{scheme}://{host}.elsewhere.example{path}"),
        format!("{scheme}:{host}{path}"),
    ]);
    // The port of a loopback address may differ.
    if !["localhost", "127.0.0.1", "[::1]"].contains(&host) {
        all.push(format!("{scheme}://{host}:{}{path}", if url.port() == Some(8443) { 9443 } else { 8443 }));
    }
    all.retain(|uri| uri != own);
    all
}

async fn by_get(s: &Session, endpoint: &'static str) -> Tried<()> {
    if !s.one.has_endpoint(endpoint) {
        return skip(format!("the server has no {endpoint}"));
    }
    let token = s.one.tokens().await?.access_token;
    let request = if endpoint == "revocation_endpoint" { s.one.revoke(&token) } else { s.one.introspect(&token) };
    let post = request.send().await?;
    if post.status() != 200 {
        return skip(format!("no control: a POST gets status {}", post.status()));
    }
    let reply = request.method("GET").in_query().send().await?;
    if s.tolerates(&reply, "a GET with the form in the query") {
        return Ok(());
    }
    if !(400..500).contains(&reply.status()) {
        let finding = Finding::new("a 4xx status to a GET", format!("status {}", reply.status()));
        return Err(finding.shown_by(reply.number()).into());
    }
    s.upheld(Some(reply.number()))
}
