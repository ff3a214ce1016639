//! No verdict without its control: what refuses, limits or drops everything passes nothing and breaks no rule.

#[path = "support/foreign.rs"]
mod foreign;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use fapi::requirement::{Requirement, fapi2_sp, local, rfc6749};
use fapi_conformance::finding::Finding;
use fapi_conformance::ledger::Unjudged;
use fapi_conformance::runner::{self, Judgement, Verdict};
use fapi_conformance::scenario::{self, EVERYTHING_ELSE, Kind};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use wiremock::matchers::{any, path};
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

const VARIANTS: [&str; 3] =
    ["openid/private_key_jwt/dpop", "oauth/private_key_jwt/dpop", "client_credentials/private_key_jwt/dpop"];

/// A server that serves its metadata, and answers everything else in this way.
async fn server(answer: impl Respond + 'static) -> MockServer {
    let server = MockServer::start().await;
    let document = ResponseTemplate::new(200).set_body_json(foreign::metadata(&server.uri()));
    for place in ["/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"] {
        Mock::given(path(place)).respond_with(document.clone()).with_priority(1).mount(&server).await;
    }
    Mock::given(any()).respond_with(answer).mount(&server).await;
    server
}

fn refusal(status: u16, error: &str) -> ResponseTemplate {
    ResponseTemplate::new(status).set_body_json(json!({ "error": error })).insert_header("cache-control", "no-store")
}

fn negative(judgements: &[Judgement]) -> impl Iterator<Item = &Judgement> {
    judgements.iter().filter(|judgement| judgement.scenario.kind == Kind::Negative && !judgement.left_out)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_refuses_everything_passes_no_scenario_about_a_refusal() {
    for (status, error) in [(400, "invalid_request"), (401, "invalid_client"), (400, "invalid_grant"), (403, "access_denied")] {
        let server = server(refusal(status, error)).await;
        let judgements = foreign::judged(&server.uri(), &VARIANTS, "*").await;
        let passed: BTreeSet<_> = negative(&judgements)
            .filter(|judgement| matches!(judgement.outcome, Verdict::Passed | Verdict::Warning))
            .map(|judgement| judgement.scenario.id)
            .collect();
        assert_eq!(passed, BTreeSet::new(), "{status} {error}");
        let failed: BTreeSet<_> = negative(&judgements)
            .filter(|judgement| judgement.outcome == Verdict::Failed)
            .map(|judgement| judgement.scenario.id)
            .collect();
        assert_eq!(failed, BTreeSet::new(), "{status} {error}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_that_is_refused_is_told_by_the_scenario_about_it() {
    let server = server(refusal(400, "invalid_request")).await;
    let judgements = foreign::judged(&server.uri(), &VARIANTS[..1], "*").await;
    let skipped: Vec<_> = negative(&judgements).filter(|judgement| judgement.outcome == Verdict::Skipped).collect();
    assert!(skipped.len() > 50, "{}", skipped.len());
    // Each shows the exchange in which the step, or the ordinary request, was refused.
    for judgement in skipped {
        let reason = judgement.reason.as_deref().unwrap_or_default();
        let shown = judgement.exchanges.iter().find(|exchange| Some(exchange.number) == judgement.shown_by);
        let rests_on_a_refusal = reason.starts_with("no control") || reason.starts_with("not judged");
        assert!(!rests_on_a_refusal || shown.is_some_and(|shown| shown.is_refused()), "{}: {reason}", judgement.scenario.id);
    }
    let flow = judgements.iter().find(|judgement| judgement.scenario.id == "flow").unwrap();
    assert_eq!((flow.outcome, flow.clause().unwrap().id), (Verdict::Failed, "RFC9126-2.2-1"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_that_is_never_served_fails_only_the_scenarios_about_its_clause() {
    let server = server(refusal(400, "invalid_request")).await;
    let judgements = foreign::judged(&server.uri(), &VARIANTS[..1], "*").await;
    let (mut failed, mut not_judged) = (0, 0);
    for judgement in judgements.iter().filter(|judgement| judgement.scenario.kind == Kind::Positive) {
        let push = judgement.findings.iter().filter(|finding| finding.expected.contains("the pushed request is accepted"));
        for finding in push.filter(|_| judgement.scenario.id != EVERYTHING_ELSE) {
            failed += 1;
            let clause = finding.requirement.unwrap();
            assert!(
                judgement.scenario.requires.iter().any(|cited| cited.id == clause.id),
                "{} {}",
                judgement.scenario.id,
                clause.id
            );
        }
        not_judged += usize::from(judgement.unjudged == Some(Unjudged::Refused));
    }
    assert!(failed > 0 && not_judged > 10, "{failed} {not_judged}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unusual_request_is_judged_only_if_the_usual_one_is_served() {
    let server = server(refusal(400, "invalid_request")).await;
    for id in ["assertion-unknown-header", "assertion-without-client-id"] {
        let judgements = foreign::judged(&server.uri(), &VARIANTS[2..], id).await;
        let judgement = judgements.iter().find(|judgement| judgement.scenario.id == id).unwrap();
        let detail = judgement.detail().unwrap_or_default();
        assert!(judgement.outcome == Verdict::Skipped && detail.contains("no control"), "{id}: {detail}");
    }
}

#[test]
fn only_what_a_standard_demands_fails() {
    // Must, must not, should, may, and a rule of ours.
    let cases: [(&Requirement, bool); 5] = [
        (&rfc6749::CODE_ONCE, true),
        (&fapi2_sp::NO_CORS, true),
        (&rfc6749::CODE_REPLAY_REVOKES, false),
        (&fapi2_sp::MTLS_ALIASES, false),
        (&local::SAME_BROWSER, false),
    ];
    for scenario in scenario::all() {
        for (requirement, fails) in &cases {
            let finding = || Finding::new("a", "b").against(requirement);
            assert_eq!(runner::fails(scenario, &finding()), *fails, "{} {}", scenario.id, requirement.id);
            assert!(!runner::fails(scenario, &finding().as_advice()));
        }
    }
}

/// Answers a number of requests, and then nothing but 503, as a proxy does when the server behind it is gone.
struct Dies {
    left: AtomicUsize,
    dead: Arc<AtomicBool>,
}

impl Respond for Dies {
    fn respond(&self, _: &Request) -> ResponseTemplate {
        let left = self.left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
        self.dead.fetch_or(left.is_err(), Ordering::SeqCst);
        if left.is_ok() { refusal(400, "invalid_request") } else { ResponseTemplate::new(503) }
    }
}

/// Serves the metadata until the server is dead.
struct UntilDead(Arc<AtomicBool>, Value);

impl Respond for UntilDead {
    fn respond(&self, _: &Request) -> ResponseTemplate {
        let dead = self.0.load(Ordering::SeqCst);
        if dead { ResponseTemplate::new(503) } else { ResponseTemplate::new(200).set_body_json(&self.1) }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_ends_when_the_server_is_gone() {
    let server = MockServer::start().await;
    let dead = Arc::new(AtomicBool::new(false));
    let document = UntilDead(dead.clone(), foreign::metadata(&server.uri()));
    Mock::given(path("/.well-known/openid-configuration")).respond_with(document).with_priority(1).mount(&server).await;
    Mock::given(any()).respond_with(Dies { left: AtomicUsize::new(20), dead }).mount(&server).await;
    let outcome = foreign::run(&server.uri(), &VARIANTS[..1], "*").await;
    let ended = outcome.ended.expect("the run ends early");
    assert!(ended.text.contains("does not answer any more") && ended.text.contains("503"), "{}", ended.text);
    let left_out = outcome.judgements.iter().filter(|judgement| judgement.left_out).count();
    assert!(left_out > 100, "{left_out}");
    let failed = outcome.judgements.iter().filter(|judgement| judgement.outcome == Verdict::Failed);
    for judgement in failed {
        assert!(judgement.detail().is_some_and(|detail| !detail.contains("503")), "{}", judgement.scenario.id);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_ends_when_the_server_keeps_limiting_the_rate() {
    let server = server(refusal(429, "slow_down").insert_header("retry-after", "0")).await;
    let outcome = foreign::run(&server.uri(), &VARIANTS[..1], "*").await;
    let ended = outcome.ended.expect("the run ends early");
    assert!(ended.text.contains("limits the rate of requests") && ended.text.contains("--jobs 1"), "{}", ended.text);
    for judgement in outcome.judgements.iter().filter(|judgement| judgement.outcome == Verdict::Failed) {
        assert!(judgement.detail().is_some_and(|detail| !detail.contains("429")), "{}", judgement.scenario.id);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_that_does_not_repeat_is_no_finding() {
    let server = MockServer::start().await;
    let document = ResponseTemplate::new(200).set_body_json(foreign::metadata(&server.uri()));
    Mock::given(path("/.well-known/openid-configuration")).respond_with(document).with_priority(1).mount(&server).await;
    let mut key = fapi_conformance::keys::SigningKey::es256().public_jwk();
    key.insert("kid".into(), "a".into());
    let set = json!({ "keys": [key] });
    Mock::given(path("/jwks")).respond_with(ResponseTemplate::new(500)).up_to_n_times(1).with_priority(2).mount(&server).await;
    Mock::given(path("/jwks")).respond_with(ResponseTemplate::new(200).set_body_json(set)).with_priority(3).mount(&server).await;
    let judgements = foreign::judged(&server.uri(), &VARIANTS[..1], "server-keys").await;
    assert_eq!((judgements[0].outcome, judgements[0].only_in_company), (Verdict::Warning, true));
    assert!(judgements[0].findings.is_empty());
    assert!(judgements[0].warnings.iter().any(|text| text.contains("not a finding")), "{:?}", judgements[0].warnings);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deviation_in_passing_is_told_once_for_the_server() {
    // Every refusal is a plain text.
    let server = server(ResponseTemplate::new(400).set_body_string("no")).await;
    let judgements = foreign::judged(&server.uri(), &VARIANTS, "*").await;
    let told: Vec<_> = judgements.iter().filter(|judgement| judgement.scenario.id == EVERYTHING_ELSE).collect();
    assert_eq!(told.len(), VARIANTS.len());
    let findings = told.iter().flat_map(|judgement| &judgement.findings);
    let place = |got: &str| got.split_once(" at the ").map(|(_, place)| place.to_owned());
    let clauses: Vec<_> =
        findings.map(|finding| (finding.requirement.map(|it| it.id), place(&finding.got), finding.advice)).collect();
    let distinct: BTreeSet<_> = clauses.iter().collect();
    assert!(clauses.len() > 1 && clauses.len() == distinct.len(), "{clauses:?}");
}

/// Serves metadata, and hangs up on everything else.
async fn hanging_up() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let issuer = format!("http://{}", listener.local_addr().unwrap());
    let document = foreign::metadata(&issuer).to_string();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let document = document.clone();
            tokio::spawn(async move {
                let mut head = [0; 4096];
                let length = stream.read(&mut head).await.unwrap_or_default();
                if head[..length].starts_with(b"GET /.well-known/") {
                    let reply = format!(
                        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{document}",
                        document.len()
                    );
                    let _ = stream.write_all(reply.as_bytes()).await;
                }
            });
        }
    });
    issuer
}

#[tokio::test(flavor = "multi_thread")]
async fn to_hang_up_is_not_to_accept() {
    let judgements = foreign::judged(&hanging_up().await, &VARIANTS[..1], "push-*,everything-else").await;
    let outcomes: BTreeSet<_> = negative(&judgements).map(|judgement| judgement.outcome.word()).collect();
    assert_eq!(outcomes, BTreeSet::from(["skipped"]));
    // That a client gets no answer is told all the same, once, as advice: a lost connection breaks no clause.
    let told = judgements.iter().find(|judgement| judgement.scenario.id == EVERYTHING_ELSE).unwrap();
    assert_eq!((told.outcome, told.clause().map(|clause| clause.id)), (Verdict::Warning, None));
}
