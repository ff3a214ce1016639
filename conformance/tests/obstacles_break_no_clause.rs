//! A page that cannot be driven breaks only the clause that is about it.

use std::sync::Arc;

use fapi_conformance::mutant;
use fapi_conformance::runner::{self, SCENARIO_LIMIT, Verdict};
use fapi_conformance::scenario;
use fapi_conformance::target::in_process::Fixture;
use fapi_conformance::variant::PLANS;

/// Returns the verdict of a scenario on a server that answers a form with status 307, and the clauses of its findings.
async fn judged(id: &str) -> (Verdict, Vec<&'static str>) {
    let variants: Vec<_> = PLANS[0].variants().into_iter().filter(|variant| variant.openid()).take(1).collect();
    let fixture = Fixture::new(&PLANS[0], &variants).expect("a fixture");
    let mutant = mutant::all().into_iter().find(|mutant| mutant.id.contains("status-307")).expect("a mutant");
    let targets = fixture.start(&mutant.alteration(&fixture)).await.expect("a server");
    let target = Arc::new(targets.into_iter().next().expect("a target"));
    let options =
        runner::Options { plan: &PLANS[0], scenarios: "*".into(), fast: true, gentle: false, jobs: 1, limit: SCENARIO_LIMIT };
    let judgement = runner::alone(scenario::find(id).expect("a scenario"), target, options).await;
    (judgement.outcome, judgement.findings.iter().filter_map(|finding| Some(finding.requirement?.id)).collect())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_is_sent_again_says_nothing_about_the_response() {
    assert_eq!(judged("no-307").await, (Verdict::Failed, vec!["FAPI2-SP-5.3.2.2-10"]));
    assert_eq!(judged("authorization-response").await, (Verdict::Skipped, vec![]));
}
