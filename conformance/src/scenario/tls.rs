//! TLS of every endpoint, checked with ClientHello messages that TLS libraries do not send.

use std::collections::BTreeMap;

use url::Url;

use super::facts::Facts;
use super::{Scenario, always, module, run};
use crate::finding::{Finding, Stop, Tried, skip};
use crate::http::hello::{self, Answer};
use crate::session::Session;
use fapi::requirement::{Requirement, fapi2_sp};

pub(super) static SCENARIOS: &[Scenario] = &[
    Scenario::negative("tls-old-versions", "TLS 1.0 and 1.1 are refused.", run!(old_versions))
        .oidf(&[module!("happy-flow"), module!("ensure-holder-of-key-required")])
        .requires(&[&fapi2_sp::TLS_VERSION, &fapi2_sp::TLS_BCP195])
        .when(always)
        .asserts(&[
            "control: the check detects a listener that accepts TLS 1.0",
            "control: every endpoint accepts TLS 1.2 with a recommended cipher suite, or only TLS 1.3 (otherwise skipped)",
            "no endpoint accepts a ClientHello of TLS 1.0 or 1.1",
        ]),
    Scenario::negative("tls-weak-ciphers", "With TLS 1.2, cipher suites that BCP 195 rules out are refused.", run!(weak_ciphers))
        .oidf(&[module!("happy-flow"), module!("ensure-holder-of-key-required")])
        .requires(&[&fapi2_sp::BACK_CHANNEL_CIPHERS, &fapi2_sp::FRONT_CHANNEL_CIPHERS, &fapi2_sp::TLS_BCP195])
        .when(always)
        .asserts(&[
            "endpoints that browsers do not use accept none of the suites that RFC 9325 4.2 does not recommend",
            "the authorization endpoint accepts none of the suites that RFC 9325 forbids",
        ]),
    Scenario::positive("tls-1-3", "TLS 1.3 is accepted.", run!(tls13)).requires(&[&fapi2_sp::TLS_BCP195]).when(always).asserts(
        &[
            "every endpoint accepts a connection that offers only TLS 1.3 (otherwise a warning)",
            "an endpoint that does so chooses TLS 1.3 when both are offered",
        ],
    ),
];

const BACK_CHANNEL: &[&str] = &[
    "token_endpoint",
    "pushed_authorization_request_endpoint",
    "userinfo_endpoint",
    "introspection_endpoint",
    "revocation_endpoint",
    "registration_endpoint",
    "jwks_uri",
];

/// One URL per host and port, with true for those that browsers use.
fn places(s: &Session) -> Tried<Vec<(Url, bool)>> {
    if s.target.issuer.starts_with("http://") {
        return skip("the issuer is an http URL, which is allowed only on loopback addresses");
    }
    s.looks();
    let mut places: BTreeMap<String, (Url, bool)> = BTreeMap::new();
    let metadata = s.one.metadata();
    let resource = s.target.resource.as_ref().map(|resource| resource.url.clone());
    let back = BACK_CHANNEL.iter().filter_map(|name| metadata.optional_endpoint(name)).chain(resource).map(|url| (url, false));
    let front = metadata.optional_endpoint("authorization_endpoint").map(|url| (url, true));
    for (url, browsers) in front.into_iter().chain(back) {
        let origin = url[..url::Position::BeforePath].to_owned();
        // The last insert wins: an origin that serves both is judged by the stricter rule of the back channel.
        places.insert(origin, (url, browsers));
    }
    Ok(places.into_values().collect())
}

async fn greet(url: &Url, version: u16, suites: &[u16]) -> Tried<Answer> {
    match hello::greet(url, version, suites).await {
        Ok(answer) => Ok(answer),
        Err(error) => skip(format!("{} does not answer: {error}", &url[..url::Position::BeforePath])),
    }
}

fn refused(facts: &mut Facts, url: &Url, what: &str, answer: &Answer, rule: &'static Requirement) {
    if let Answer::Agreed { version, suite } = answer {
        let got = format!("a ServerHello with version {version:#06x} and cipher suite {suite:#06x}");
        facts.tell(Finding::new(format!("{} to refuse {what}", &url[..url::Position::BeforePath]), got).against(rule));
    }
}

async fn old_versions(s: &Session) -> Tried<()> {
    let places = places(s)?;
    let bad = hello::bad_listener().await;
    let bad = bad.map_err(|error| Stop::from(Finding::new("a listener on loopback for the control", error).of_the_suite()))?;
    if !matches!(greet(&bad, hello::TLS10, hello::NOT_RECOMMENDED).await?, Answer::Agreed { .. }) {
        let finding = Finding::new("the control to detect a listener that accepts TLS 1.0", "no ServerHello from it");
        return Err(finding.of_the_suite().into());
    }
    let mut facts = Facts::default();
    for (url, _) in &places {
        let greeted = matches!(greet(url, hello::TLS12, hello::RECOMMENDED).await?, Answer::Agreed { .. });
        if !greeted && s.http().connector().speaks_tls13(url).await.is_err() {
            return skip(format!("no control: {url} accepts neither TLS 1.2 with a recommended cipher suite nor TLS 1.3"));
        }
        for (version, name) in [(hello::TLS10, "TLS 1.0"), (hello::TLS11, "TLS 1.1")] {
            let suites = [hello::RECOMMENDED, hello::NOT_RECOMMENDED].concat();
            refused(&mut facts, url, name, &greet(url, version, &suites).await?, &fapi2_sp::TLS_VERSION);
        }
    }
    facts.told(s)
}

async fn weak_ciphers(s: &Session) -> Tried<()> {
    let mut facts = Facts::default();
    for (url, browsers) in &places(s)? {
        let answer = greet(url, hello::TLS12, hello::FORBIDDEN).await?;
        refused(&mut facts, url, "cipher suites that RFC 9325 forbids", &answer, &fapi2_sp::FRONT_CHANNEL_CIPHERS);
        if !browsers {
            let answer = greet(url, hello::TLS12, hello::NOT_RECOMMENDED).await?;
            let what = "cipher suites that RFC 9325 does not recommend";
            refused(&mut facts, url, what, &answer, &fapi2_sp::BACK_CHANNEL_CIPHERS);
        }
    }
    facts.told(s)
}

async fn tls13(s: &Session) -> Tried<()> {
    let mut facts = Facts::default();
    for (url, _) in &places(s)? {
        let place = &url[..url::Position::BeforePath];
        if let Err(error) = s.http().connector().speaks_tls13(url).await {
            s.warn(format!("{place}: {error}"));
            continue;
        }
        if hello::prefers_tls13(url).await == Ok(false) {
            let finding = Finding::new(format!("{place} to choose TLS 1.3 when TLS 1.2 is offered too"), "TLS 1.2");
            facts.tell(finding.against(&fapi2_sp::TLS_BCP195));
        }
    }
    facts.told(s)
}
