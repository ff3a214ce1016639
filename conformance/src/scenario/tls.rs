//! TLS of every endpoint, checked with ClientHello messages that TLS libraries do not send.

use std::collections::BTreeMap;

use url::Url;

use super::{Scenario, always, module, run};
use crate::finding::{Finding, Stop, Tried, fail, skip};
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
            "control: every endpoint accepts TLS 1.2 with a recommended cipher suite, or refuses its version",
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
    Scenario::positive("tls-1-3", "TLS 1.3 is accepted.", run!(tls13))
        .requires(&[&fapi2_sp::TLS_BCP195])
        .when(always)
        .asserts(&["every endpoint accepts a connection that offers only TLS 1.3 (otherwise a warning)"]),
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
    hello::greet(url, version, suites)
        .await
        .map_err(|error| Stop::from(Finding::new(format!("a TLS response from {url}"), error)))
}

fn refused(url: &Url, what: &str, answer: &Answer, rule: &'static Requirement) -> Tried<()> {
    match answer {
        Answer::Agreed { version, suite } => {
            let got = format!("a ServerHello with version {version:#06x} and cipher suite {suite:#06x}");
            Err(Finding::new(format!("{} to refuse {what}", &url[..url::Position::BeforePath]), got).against(rule).into())
        }
        _ => Ok(()),
    }
}

async fn old_versions(s: &Session) -> Tried<()> {
    let places = places(s)?;
    let bad = hello::bad_listener().await.or_else(|error| fail("a listener on loopback for the control", error))?;
    if !matches!(greet(&bad, hello::TLS10, hello::NOT_RECOMMENDED).await?, Answer::Agreed { .. }) {
        return fail("the control to detect a listener that accepts TLS 1.0", "no ServerHello from it");
    }
    for (url, _) in &places {
        match greet(url, hello::TLS12, hello::RECOMMENDED).await? {
            // 70 is protocol_version: the server accepts only TLS 1.3.
            Answer::Agreed { .. } | Answer::Alert(70) => {}
            other => {
                let got =
                    if let Answer::Alert(number) = other { format!("TLS alert {number}") } else { "no TLS response".into() };
                return fail(format!("{url} to accept TLS 1.2 with a recommended cipher suite, or to refuse its version"), got);
            }
        }
        for (version, name) in [(hello::TLS10, "TLS 1.0"), (hello::TLS11, "TLS 1.1")] {
            let suites = [hello::RECOMMENDED, hello::NOT_RECOMMENDED].concat();
            refused(url, name, &greet(url, version, &suites).await?, &fapi2_sp::TLS_VERSION)?;
        }
    }
    Ok(())
}

async fn weak_ciphers(s: &Session) -> Tried<()> {
    for (url, browsers) in &places(s)? {
        let answer = greet(url, hello::TLS12, hello::FORBIDDEN).await?;
        refused(url, "cipher suites that RFC 9325 forbids", &answer, &fapi2_sp::FRONT_CHANNEL_CIPHERS)?;
        if !browsers {
            let answer = greet(url, hello::TLS12, hello::NOT_RECOMMENDED).await?;
            refused(url, "cipher suites that RFC 9325 does not recommend", &answer, &fapi2_sp::BACK_CHANNEL_CIPHERS)?;
        }
    }
    Ok(())
}

async fn tls13(s: &Session) -> Tried<()> {
    for (url, _) in &places(s)? {
        if let Err(error) = s.http().connector().speaks_tls13(url).await {
            s.warn(format!("{}: {error}", &url[..url::Position::BeforePath]));
        }
    }
    Ok(())
}
