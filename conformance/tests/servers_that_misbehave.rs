//! Servers that hang, send nonsense or redirect in circles: the suite reports them and does not panic.

#[path = "support/server.rs"]
mod server;

use std::sync::Arc;
use std::time::Duration;

use fapi::requirement::rfc8414::METADATA_SHAPE;
use fapi_conformance::ledger::is_same;
use fapi_conformance::report::{Report, Run, html, json, junit};
use fapi_conformance::runner::{self, Judgement, Options, Verdict};
use fapi_conformance::scenario::EVERYTHING_ELSE;
use fapi_conformance::target::{self, Target};
use fapi_conformance::variant::PLANS;
use wiremock::matchers::{any, path_regex};
use wiremock::{Mock, MockServer, ResponseTemplate};

async fn judged(name: &str, limit: Duration, prepare: impl AsyncFnOnce(&MockServer)) -> Vec<Judgement> {
    let server = MockServer::start().await;
    prepare(&server).await;
    let file = server::target(&server::folder(name), &server.uri());
    let targets: Vec<Arc<Target>> = target::file::read(&file, &PLANS[0]).unwrap().into_iter().map(Arc::new).collect();
    let options = Options { plan: &PLANS[0], scenarios: "*".into(), fast: true, gentle: false, jobs: 64, limit };
    let judgements = runner::run(&targets, &options, |_| ()).await.judgements;
    assert_eq!(judgements.len(), runner::planned(&targets, &options).count);
    for judgement in &judgements {
        let detail = judgement.detail().unwrap_or_default();
        assert!(!detail.contains("the suite itself to work"), "{}: {detail}", judgement.scenario.id);
    }
    let run = Run { issuers: vec![server.uri()], ..Run::new(name, &PLANS[0]) };
    let report = Report::new(run, &judgements, Vec::new());
    assert!(!json::write(&report).is_empty() && !html::write(&report).is_empty() && junit::write(&report).is_ok());
    judgements
}

/// Demands that a server without metadata fails the scenarios about them, under one clause, and that no other scenario is judged.
fn only_metadata_fail(judgements: &[Judgement], got: &str) {
    let is_about = |judgement: &Judgement| judgement.scenario.requires.iter().any(|cited| is_same(cited, METADATA_SHAPE.id));
    let (about, others): (Vec<_>, Vec<_>) = ran(judgements).partition(|judgement| is_about(judgement));
    assert!(!about.is_empty() && others.len() > 100);
    for (outcome, judgements) in [(Verdict::Failed, about), (Verdict::Skipped, others)] {
        for judgement in judgements {
            let detail = judgement.detail().unwrap_or_default();
            assert_eq!(judgement.outcome, outcome, "{}: {detail}", judgement.scenario.id);
            assert!(detail.contains(got), "{}: {detail}", judgement.scenario.id);
            assert!(judgement.clause().is_none_or(|clause| is_same(clause, METADATA_SHAPE.id)), "{}", judgement.scenario.id);
        }
    }
}

fn ran(judgements: &[Judgement]) -> impl Iterator<Item = &Judgement> {
    judgements.iter().filter(|judgement| !judgement.left_out && judgement.scenario.id != EVERYTHING_ELSE)
}

fn all_are(outcome: Verdict, judgements: &[Judgement], got: &str) {
    for judgement in ran(judgements) {
        let detail = judgement.detail().unwrap_or_default();
        assert_eq!(judgement.outcome, outcome, "{}: {detail}", judgement.scenario.id);
        assert!(detail.contains(got), "{}: {detail}", judgement.scenario.id);
    }
}

#[tokio::test]
async fn it_hangs() {
    let judgements = judged("hangs", Duration::from_millis(300), async |server| {
        let never = ResponseTemplate::new(200).set_delay(Duration::from_secs(3600));
        Mock::given(any()).respond_with(never).mount(server).await;
    });
    all_are(Verdict::Skipped, &judgements.await, "no end within 0.3 s");
}

#[tokio::test]
async fn it_always_fails() {
    let judgements = judged("fails", Duration::from_secs(20), async |server| {
        Mock::given(any()).respond_with(ResponseTemplate::new(500).set_body_string("oops")).mount(server).await;
    });
    only_metadata_fail(&judgements.await, "status 500");
}

#[tokio::test]
async fn it_talks_nonsense() {
    let judgements = judged("nonsense", Duration::from_secs(20), async |server| {
        let nonsense = ResponseTemplate::new(200).set_body_raw(vec![0xff, 0x00, b'{', 0xfe], "application/json");
        Mock::given(any()).respond_with(nonsense).mount(server).await;
    });
    only_metadata_fail(&judgements.await, "status 200");
}

#[tokio::test]
async fn its_metadata_has_members_of_the_wrong_types() {
    let judgements = judged("types", Duration::from_secs(20), async |server| {
        let odd = serde_json::json!({
            "issuer": 3, "token_endpoint": [], "jwks_uri": {}, "pushed_authorization_request_endpoint": "::", "grant_types_supported": "code",
            "authorization_endpoint": null,
        });
        Mock::given(any()).respond_with(ResponseTemplate::new(200).set_body_json(odd)).mount(server).await;
    });
    let metadata = judgements.await.into_iter().find(|one| one.scenario.id == "metadata");
    assert!(metadata.is_some_and(|one| one.outcome == Verdict::Failed));
}

#[tokio::test]
async fn it_redirects_in_a_circle() {
    let judgements = judged("circle", Duration::from_secs(20), async |server| {
        let metadata = ResponseTemplate::new(200).set_body_json(server::metadata(&server.uri()));
        Mock::given(path_regex("^/.well-known/")).respond_with(metadata).with_priority(1).mount(server).await;
        let pushed =
            serde_json::json!({ "request_uri": "urn:ietf:params:oauth:request_uri:pXv7mQ2sKdL9wRtYbN4cHz", "expires_in": 60 });
        Mock::given(path_regex("^/par"))
            .respond_with(ResponseTemplate::new(201).set_body_json(pushed))
            .with_priority(2)
            .mount(server)
            .await;
        let circle = ResponseTemplate::new(302).insert_header("location", "/again");
        Mock::given(any()).respond_with(circle).mount(server).await;
    });
    let judgements = judgements.await;
    let flow = judgements.iter().find(|judgement| judgement.scenario.id == "flow").and_then(Judgement::detail);
    assert!(flow.as_ref().is_some_and(|detail| detail.contains("is not at the redirect URI yet")), "{flow:?}");
}

#[tokio::test]
async fn nobody_is_there() {
    let judgements = judged("nobody", Duration::from_secs(20), async |_| ());
    only_metadata_fail(&judgements.await, "status 404");
}
