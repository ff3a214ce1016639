//! A small invented run with every outcome, and with secrets in many places.

#![allow(dead_code, reason = "each test file uses its own part")]

use std::sync::Arc;
use std::time::Duration;

use fapi::requirement::{fapi2_sp, rfc9126};
use fapi_conformance::finding::Finding;
use fapi_conformance::http::{Answer, Grant, HttpExchange, Lost};
use fapi_conformance::report::{Flags, Report, Run};
use fapi_conformance::runner::{Judgement, Verdict};
use fapi_conformance::scenario::{Kind, Needs, Scenario};
use fapi_conformance::variant::{PLANS, Variant};

/// Secrets of the run, which no report may show.
pub(crate) const SECRETS: &[&str] = &[
    "eyJhbGciOiJFUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJjbGllbnQtMSIsImF1ZCI6Imh0dHBzOi8vYXMuZXhhbXBsZSIsImp0aSI6IngifQ.c2lnbmF0dXJl",
    "SplxlOBeZQQYbYS6WxSbIA-the-code",
    "at-9f8e7d6c5b4a39281706f5e4d3c2b1a0",
    "rt-0a1b2c3d4e5f60718293a4b5c6d7e8f9",
    "session-1f2e3d4c5b6a7988",
    "urn:ietf:params:oauth:request_uri:6esc_11ACC5bwc014ltc14eY22c",
    "correct horse battery staple",
];

/// A negative scenario.
pub(crate) static REFUSED: Scenario = Scenario {
    id: "push-with-request-uri",
    summary: "A pushed request with a `request_uri` is refused.",
    asserts: &["400 with invalid_request", "nothing is issued"],
    requires: &[&rfc9126::REQUEST_URI_BOUND_TO_CLIENT, &fapi2_sp::PUSHED_ONLY],
    features: &[],
    oidf: &["fapi2-security-profile-final-par-attempt-reuse-request_uri"],
    kind: Kind::Negative,
    when: |_| true,
    under: |_| true,
    needs: Needs { seconds: 0, rough: false, rarely: false, nonces: false, once: false, changes: false },
    run: |_| Box::pin(async { Ok(()) }),
};

/// A positive scenario.
pub(crate) static WORKS: Scenario = Scenario {
    id: "flow",
    summary: "Two clients get <tokens> & use them.",
    asserts: &["push 201, token 200"],
    requires: &[&rfc9126::PUSH_CREATED],
    features: &[],
    oidf: &[],
    kind: Kind::Positive,
    when: |_| true,
    under: |_| true,
    needs: Needs { seconds: 0, rough: false, rarely: false, nonces: false, once: false, changes: false },
    run: |_| Box::pin(async { Ok(()) }),
};

/// The variant of this name.
pub(crate) fn variant(name: &str) -> Variant {
    PLANS[0].variant(name).unwrap_or_else(|error| panic!("{error}"))
}

/// A judgement without exchanges.
pub(crate) fn judged(scenario: &'static Scenario, variant_name: &str, outcome: Verdict) -> Judgement {
    Judgement {
        scenario,
        plan: &PLANS[0],
        variant: variant(variant_name),
        outcome,
        findings: Vec::new(),
        in_passing: Vec::new(),
        shown_by: None,
        only_in_company: false,
        unjudged: None,
        reason: None,
        warnings: Vec::new(),
        exchanges: Vec::new(),
        observed: Vec::new(),
        took: Duration::from_millis(120),
        left_out: false,
    }
}

/// Makes an exchange.
pub(crate) fn exchange(
    number: u64,
    purpose: &str,
    sent: (&str, &str, &[(&str, &str)], &str),
    answer: Answer,
) -> Arc<HttpExchange> {
    let (method, url, headers, body) = sent;
    Arc::new(HttpExchange {
        number,
        purpose: purpose.into(),
        method: method.into(),
        url: url.parse().unwrap_or_else(|error| panic!("{url}: {error}")),
        identity: None,
        headers: pairs(headers),
        body: body.to_owned().into(),
        grant: Grant::Status,
        answer,
        took: Duration::from_millis(7),
    })
}

/// Makes a response.
pub(crate) fn response(status: u16, headers: &[(&str, &str)], body: &str) -> Answer {
    Answer::Response { status, headers: pairs(headers), body: body.to_owned().into() }
}

/// A whole flow in four exchanges, with every secret.
pub(crate) fn flow() -> Vec<Arc<HttpExchange>> {
    let [assertion, code, access, refresh, session, request_uri, password] = SECRETS else { unreachable!("there are seven") };
    let form = ("content-type", "application/x-www-form-urlencoded");
    let json = ("content-type", "application/json");
    let encoded: String = form_urlencoded(request_uri);
    let pushed = format!("client_id=client-1&client%5Fassertion={assertion}&scope=openid+a");
    let typed = format!("login=alice&password={}&csrf=1", form_urlencoded(password));
    let callback = format!("https://client.example/cb?code={code}&state=s&iss=https%3A%2F%2Fas.example");
    let cookie = format!("sid={session}");
    let set_cookie = format!("sid={session}; Secure; HttpOnly");
    let redeem = format!("grant_type=authorization_code&code={code}&client_assertion={assertion}");
    let tokens = format!(
        "{{\n \"access_token\": \"{access}\",\n \"refresh_token\":\"{refresh}\", \"expires_in\": 300, \"token_type\": \"DPoP\"}}"
    );
    let bearer = format!("DPoP {access}");
    vec![
        exchange(
            1,
            "pushed authorization request",
            ("POST", "https://as.example/par", &[form, ("dpop", assertion)], &pushed),
            response(201, &[json], &format!("{{\"request_uri\":\"{request_uri}\",\"expires_in\":60}}")),
        ),
        exchange(
            2,
            "user agent",
            ("POST", &format!("https://as.example/login?request_uri={encoded}"), &[form, ("cookie", &cookie)], &typed),
            response(303, &[("location", &callback), ("set-cookie", &set_cookie)], ""),
        ),
        exchange(3, "token request", ("POST", "https://as.example/token", &[form], &redeem), response(200, &[json], &tokens)),
        exchange(
            4,
            "resource",
            ("GET", "https://rs.example/accounts", &[("authorization", &bearer)], ""),
            Answer::Nothing(Lost::Closed, format!("the connection was closed after access_token={access}")),
        ),
    ]
}

/// Judgements with every outcome.
pub(crate) fn judgements() -> Vec<Judgement> {
    let finding = Finding::new("status 400 with error `invalid_request`", format!("status 201 with {}", SECRETS[5])).shown_by(1);
    let dpop = "openid/private_key_jwt/dpop";
    vec![
        Judgement { exchanges: flow(), ..judged(&WORKS, dpop, Verdict::Passed) },
        Judgement {
            findings: vec![finding.against(&rfc9126::REQUEST_URI_BOUND_TO_CLIENT)],
            exchanges: flow(),
            ..judged(&REFUSED, dpop, Verdict::Failed)
        },
        Judgement { reason: Some("the server has no resource".into()), ..judged(&WORKS, "oauth/mtls/mtls", Verdict::Skipped) },
        Judgement { warnings: vec!["expires_in is missing".into()], ..judged(&REFUSED, "oauth/mtls/mtls", Verdict::Warning) },
        Judgement {
            reason: Some("known result: the server reads the clause otherwise [RFC9126-2.1-3]".into()),
            findings: vec![Finding::new("a refusal", "a code")],
            ..judged(&REFUSED, "client_credentials/mtls/mtls", Verdict::Expected)
        },
    ]
}

/// The description of the run.
pub(crate) fn run(redacted: bool) -> Run {
    Run {
        file: Some("targets/example server.toml".into()),
        line: 3,
        issuers: vec!["https://as.example".into()],
        flags: Flags { jobs: 8, ..Flags::default() },
        known_results: vec!["known.toml".into()],
        started: "2026-01-02T03:04:05Z".into(),
        took: Duration::from_millis(1234),
        redacted,
        ..Run::new("example", &PLANS[0])
    }
}

/// The report of these judgements.
pub(crate) fn report(redacted: bool) -> Report {
    Report::new(run(redacted), &judgements(), vec!["the known result for gone in * matches nothing that ran".into()])
}

/// The same report with the exchanges of every scenario.
pub(crate) fn verbose_report(redacted: bool) -> Report {
    let mut run = run(redacted);
    run.flags.verbose_report = true;
    Report::new(run, &judgements(), Vec::new())
}

fn form_urlencoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

fn pairs(headers: &[(&str, &str)]) -> Vec<(String, String)> {
    headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}
