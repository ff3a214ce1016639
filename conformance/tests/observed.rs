//! Every clause that a negative scenario claims is one that the reference server names: a claim nobody observes proves nothing.

use std::collections::{BTreeMap, BTreeSet};

use fapi_conformance::runner::{self, Options};
use fapi_conformance::scenario::{self, Kind};
use fapi_conformance::target::in_process;
use fapi_conformance::variant::{PLANS, Variant};

/// Scenarios whose refusal is no refusal of the library: TLS, headers of pages, answers that hide; and those about the form of a
/// refusal, or about what is so after it, whose clauses are no reasons to refuse.
const NOTHING_NAMED: &[&str] = &[
    "challenge-of-bad-token",
    "challenge-without-token",
    "code-replay-revokes",
    "error-response",
    "introspect-expired-token",
    "introspect-revoked-token",
    "introspect-unknown-token",
    "no-cors",
    "openid-error-response",
    "push-error-reply",
    "revocation-cascades",
    "revoke-token-of-another",
    "revoke-with-wrong-hint",
    "tls-old-versions",
    "tls-weak-ciphers",
    "token-basic-challenged",
    "token-error-of-bad-proof",
    "token-error-reply",
];

#[tokio::test(flavor = "multi_thread")]
async fn every_clause_of_a_negative_scenario_is_observed() {
    let variants: Vec<_> = Variant::all().collect();
    let targets = in_process::start(&variants).await.unwrap_or_else(|error| panic!("{error}"));
    let targets: Vec<_> = targets.into_iter().map(std::sync::Arc::new).collect();
    let options =
        Options { plan: &PLANS[0], scenarios: "*".into(), fast: false, gentle: false, jobs: 8, limit: runner::SCENARIO_LIMIT };
    let mut observed: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for judgement in runner::run(&targets, &options, |_| {}).await {
        observed.entry(judgement.scenario.id).or_default().extend(judgement.observed);
    }
    let mut unproven = Vec::new();
    for scenario in scenario::all().filter(|scenario| scenario.kind == Kind::Negative && !NOTHING_NAMED.contains(&scenario.id)) {
        let named = observed.entry(scenario.id).or_default();
        let never = scenario.requires.iter().filter(|requirement| !named.contains(requirement.id));
        unproven.extend(never.map(|requirement| format!("{}: {}", scenario.id, requirement.id)));
    }
    assert_eq!(unproven, Vec::<String>::new());
}
