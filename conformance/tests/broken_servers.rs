//! Broken servers: the suite reports them, and neither panics nor hangs.

#[path = "support/foreign.rs"]
mod foreign;

use std::time::Duration;

use fapi_conformance::runner::{Judgement, Verdict};
use fapi_conformance::scenario::{EVERYTHING_ELSE, Kind};
use serde_json::json;
use wiremock::matchers::{any, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

async fn run(issuer: &str, scenarios: &str) -> Vec<Judgement> {
    let running = foreign::judged(issuer, &["openid/private_key_jwt/dpop"], scenarios);
    tokio::time::timeout(Duration::from_secs(60), running).await.unwrap_or_else(|_| panic!("the suite hangs"))
}

async fn server(everything_else: ResponseTemplate) -> MockServer {
    let server = MockServer::start().await;
    let document = ResponseTemplate::new(200).set_body_json(foreign::metadata(&server.uri()));
    Mock::given(path("/.well-known/openid-configuration")).respond_with(document).with_priority(1).mount(&server).await;
    Mock::given(any()).respond_with(everything_else).mount(&server).await;
    server
}

/// Positive scenarios that such a server can pass: they demand only status 200, only warn, or check members that are right here.
const EASY: &[&str] = &[
    "revoke-unknown-token",
    "push-assertion-8-seconds-ahead",
    "pages-are-protected",
    "metadata-issuer",
    "metadata-nothing-weak",
    EVERYTHING_ELSE,
];

fn nothing_passes_that_needs_a_flow(judgements: &[Judgement]) {
    let positive = judgements.iter().filter(|judgement| judgement.scenario.kind == Kind::Positive);
    for judgement in positive.filter(|judgement| !EASY.contains(&judgement.scenario.id)) {
        assert_ne!(judgement.outcome, Verdict::Passed, "{}", judgement.scenario.id);
    }
    assert!(judgements.iter().any(|judgement| judgement.outcome == Verdict::Failed));
}

/// Returns true if no scenario passed, and each with a finding failed, except those that --fast leaves out.
fn nothing_passed(judgements: &[Judgement]) -> bool {
    let ran = judgements.iter().filter(|judgement| judgement.scenario.needs.seconds == 0);
    ran.filter(|judgement| judgement.scenario.id != EVERYTHING_ELSE)
        .all(|judgement| matches!(judgement.outcome, Verdict::Failed | Verdict::Skipped))
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_listens() {
    let judgements = run("http://127.0.0.1:9", "*").await;
    assert!(nothing_passed(&judgements) && judgements.iter().all(|judgement| judgement.outcome != Verdict::Failed));
    assert!(judgements[0].detail().is_some_and(|detail| detail.contains("cannot connect")), "{:?}", judgements[0].detail());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_metadata_is_no_json() {
    let server = MockServer::start().await;
    Mock::given(any()).respond_with(ResponseTemplate::new(200).set_body_string("<html>")).mount(&server).await;
    let judgements = run(&server.uri(), "*").await;
    assert!(nothing_passed(&judgements));
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_answers_500() {
    let server = server(ResponseTemplate::new(500)).await;
    let judgements = run(&server.uri(), "*").await;
    nothing_passes_that_needs_a_flow(&judgements);
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_answers_200_with_an_empty_object() {
    let server = server(ResponseTemplate::new(200).set_body_json(json!({}))).await;
    let judgements = run(&server.uri(), "*").await;
    nothing_passes_that_needs_a_flow(&judgements);
    // Nothing says that anything was served.
    let refusals = judgements.iter().filter(|judgement| judgement.scenario.id.starts_with("push-unauthenticated"));
    assert!(refusals.into_iter().all(|judgement| judgement.outcome == Verdict::Skipped));
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_redirects_to_itself() {
    let server = MockServer::start().await;
    let document = ResponseTemplate::new(200).set_body_json(foreign::metadata(&server.uri()));
    Mock::given(path("/.well-known/openid-configuration")).respond_with(document).with_priority(1).mount(&server).await;
    let pushed = json!({ "request_uri": format!("urn:ietf:params:oauth:request_uri:{}", "abcdefghijklmnopqrstuvwxyz0123456789"), "expires_in": 60 });
    Mock::given(path("/par"))
        .respond_with(ResponseTemplate::new(201).set_body_json(pushed))
        .with_priority(1)
        .mount(&server)
        .await;
    let around = ResponseTemplate::new(302).insert_header("location", "/authorize");
    Mock::given(any()).respond_with(around).mount(&server).await;
    let judgements = run(&server.uri(), "flow").await;
    assert!(
        judgements[0].detail().is_some_and(|detail| detail.contains("is not at the redirect URI yet")),
        "{:?}",
        judgements[0].detail()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_rubbish_is_read_as_far_as_it_goes() {
    let page = "<form action='::'><input name=a<<>&#xFFFFFFFF;<button></form".repeat(500);
    let server = server(ResponseTemplate::new(200).set_body_string(page)).await;
    let judgements = run(&server.uri(), "*").await;
    nothing_passes_that_needs_a_flow(&judgements);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redirect_without_the_response_parameters_is_a_finding() {
    let server = MockServer::start().await;
    let document = ResponseTemplate::new(200).set_body_json(foreign::metadata(&server.uri()));
    Mock::given(path("/.well-known/openid-configuration")).respond_with(document).with_priority(1).mount(&server).await;
    let pushed =
        json!({ "request_uri": "urn:ietf:params:oauth:request_uri:abcdefghijklmnopqrstuvwxyz0123456789", "expires_in": 60 });
    let taken = ResponseTemplate::new(201).set_body_json(pushed);
    Mock::given(path("/par")).respond_with(taken).with_priority(1).mount(&server).await;
    let back = ResponseTemplate::new(303)
        .insert_header("location", "https://client.example/cb?code=abcdefghijklmnopqrstuvwxyz0123456789");
    Mock::given(any()).respond_with(back).mount(&server).await;
    let judgements = run(&server.uri(), "no-state").await;
    let told = judgements.iter().find(|judgement| judgement.scenario.id == EVERYTHING_ELSE).and_then(Judgement::detail);
    assert!(told.as_ref().is_some_and(|detail| detail.contains("no iss")), "{told:?}");
    let judgements = run(&server.uri(), "flow").await;
    assert!(judgements[0].detail().is_some_and(|detail| detail.contains("no state")), "{:?}", judgements[0].detail());
}
