//! The reference server names every clause that a negative scenario claims: a claim that is not observed proves nothing.

use std::collections::{BTreeMap, BTreeSet};

use fapi_conformance::mutant::{self, Family};
use fapi_conformance::runner::{self, Options};
use fapi_conformance::scenario::{self, Kind};
use fapi_conformance::target::in_process;
use fapi_conformance::variant::PLANS;

/// Scenarios whose refusal does not come from the library: TLS, headers of pages, responses that reveal nothing. And scenarios
/// about the form of a refusal or its effects, whose clauses are not reasons for a refusal.
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

/// Rows for which the server names another row in its refusals. Their mutants with a missing check show that the scenarios detect a
/// violation.
const NAMED_OTHERWISE: &[&str] = &[
    "FAPI2-SP-5.3.2.2-8",
    "FAPI2-SP-5.4.1-1.1",
    "OIDCC-3.1.2.1-9",
    "OIDCC-3.1.2.2-1",
    "OIDCC-3.1.2.4-1",
    "OIDCC-6.2-1",
    "OIDCC-9-2",
    "OIDCC-9-6",
    "OIDCR-2-7",
    "RFC6749-3.1.2-2",
    "RFC6749-4.1.2-1",
    "RFC6749-4.4-1",
    "RFC7515-5.2-2",
    "RFC7519-4.1.1-1",
    "RFC7519-4.1.3-1",
    "RFC7519-4.1.5-1",
    "RFC7519-7.2-1",
    "RFC7521-5.2-2",
    "RFC7523-3-5",
    "RFC7636-6.2.1-1",
    "RFC8725-3.1-1",
    "RFC8725-3.12-1",
    "RFC9126-4-4",
    "RFC9700-2.1.1-2",
    "RFC9700-2.6-1",
];

#[test]
fn what_is_named_otherwise_has_a_mutant_without_its_check() {
    let unchecked: BTreeSet<_> =
        mutant::all().into_iter().filter(|it| it.family == Family::MissingCheck).map(|it| it.requirement.id).collect();
    let lonely: Vec<_> = NAMED_OTHERWISE.iter().filter(|id| !unchecked.contains(*id)).collect();
    assert!(lonely.is_empty(), "{lonely:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_clause_of_a_negative_scenario_is_observed() {
    let targets = in_process::start(&PLANS[0]).await.unwrap_or_else(|error| panic!("{error}"));
    let targets: Vec<_> = targets.into_iter().map(std::sync::Arc::new).collect();
    let options =
        Options { plan: &PLANS[0], scenarios: "*".into(), fast: false, gentle: false, jobs: 8, limit: runner::SCENARIO_LIMIT };
    let mut observed: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for judgement in runner::run(&targets, &options, |_| {}).await.judgements {
        observed.entry(judgement.scenario.id).or_default().extend(judgement.observed);
    }
    let mut unproven = Vec::new();
    for scenario in scenario::all().filter(|scenario| scenario.kind == Kind::Negative && !NOTHING_NAMED.contains(&scenario.id)) {
        let named = observed.entry(scenario.id).or_default();
        let never = scenario.requires.iter().filter(|requirement| !named.contains(requirement.id));
        let never = never.filter(|requirement| !NAMED_OTHERWISE.contains(&requirement.id));
        unproven.extend(never.map(|requirement| format!("{}: {}", scenario.id, requirement.id)));
    }
    assert_eq!(unproven, Vec::<String>::new());
}
