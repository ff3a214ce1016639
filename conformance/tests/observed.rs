//! The reference server names every clause that a negative scenario claims: a claim that is not observed proves nothing.

use std::collections::{BTreeMap, BTreeSet};

use fapi::requirement::{self, Duty, Requirement};
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
    "introspect-nearly-right",
    "introspect-expired-token",
    "introspect-revoked-token",
    "introspect-unknown-token",
    "no-cors",
    "openid-error-response",
    "prompt-login-among-others",
    "push-error-reply",
    "revocation-cascades",
    "revoke-token-of-another",
    "revoke-token-of-another-by-hint",
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
    "RFC8725-3.1-1",
    "RFC8725-3.12-1",
    "RFC9126-4-4",
    "RFC9700-2.1.1-2",
    "RFC9700-2.6-1",
];

/// Rows about a response, or about input that is accepted: nothing is refused for them. Their mutants show that the scenarios detect a
/// violation.
const NO_REASONS: &[&str] =
    &["RFC6749-3.3-1", "RFC6749-4.1.2-3", "RFC6749-4.1.2-5", "RFC6749-10.14-1", "RFC7009-2-1", "RFC7009-2.1-2", "RFC7009-2.1-3"];

/// Scenarios, with the rows that another server would violate and that this one does not name, and the row for which it refuses the
/// request: it must be observed in this scenario.
const NAMED_IN_PLACE: &[(&str, &[&str], &str)] = &[
    // A client that nobody knows is refused before the endpoint's own demand is reached.
    ("push-by-unknown-client", &["FAPI2-SP-5.3.2.2-4", "RFC9126-2.1-1"], "RFC6749-5.2-3"),
    ("token-empty-body", &["RFC6749-5.2-4"], "RFC6749-5.2-3"),
    // The client does not have the grant type, whether or not it is served.
    ("grant-type-password", &["RFC6749-4.5-1"], "RFC6749-5.2-6"),
    // The token endpoint demands authentication for every grant by the row of the first one.
    ("refresh-unauthenticated", &["RFC6749-6-2"], "RFC6749-4.1.3-1"),
    // The server supports no request objects, so it does not look for their algorithm.
    ("push-unsigned-request-object", &["FAPI2-SP-5.4.1-1.3"], "OIDCC-6.1-1"),
    // Of several rows about a value, the server names the one that is checked first.
    ("assertion-audience-slash", &["FAPI2-SP-5.3.2.1-8"], "RFC7523-3-3"),
    ("assertion-padded", &["RFC7515-2-1"], "RFC8725BIS-3.14-1"),
    ("push-proof-for-other-url", &["RFC9449-10.1-2"], "RFC9449-4.3-9"),
    ("resource-id-token", &["FAPI2-SP-5.3.4-3"], "RFC9068-4-1"),
    ("nonce-missing-at-resource", &["RFC9449-11.3-1"], "RFC9449-9-1"),
    // The server does not accept such a jti even once.
    ("assertion-empty-jti", &["RFC7523-3-7"], "OIDCC-9-3"),
    ("assertion-long-jti", &["RFC7523-3-7"], "OIDCC-9-3"),
    // The chain does not lead to an authority of the server, so the name in the certificate is not compared.
    ("mtls-certificate-of-another", &["RFC8705-2-3"], "RFC8705-2.1-1"),
    ("mtls-counterfeit-certificate", &["RFC8705-2-3"], "RFC8705-2.1-1"),
    ("mtls-certificate-of-a-stranger", &["RFC8705-2-3"], "RFC8705-2.1-1"),
    // A certificate comes with the connection, so the server takes the other credential for the client's choice.
    ("mtls-and-assertion", &["RFC6749-2.3-2", "RFC6749-5.2-4"], "OIDCC-3.1.3.1-1"),
    ("mtls-and-secret", &["RFC6749-2.3-2", "RFC6749-5.2-4"], "FAPI2-SP-5.3.2.1-6"),
    // The method is POST; another row is about the format.
    ("token-as-json", &["RFC6749-3.2-1"], "RFC6749-B-1"),
    ("token-without-content-type", &["RFC6749-3.2-1"], "RFC6749-B-1"),
    ("token-in-query", &["RFC6749-3.2-1"], "RFC6749-2.3.1-5"),
    ("push-as-json", &["RFC6749-3.2-1"], "RFC9126-2-1"),
    // The row of HTTP is about the status; each endpoint has a row about its methods.
    ("authorize-by-put", &["RFC9110-9.1-1"], "OIDCC-3.1.2.1-1"),
    ("userinfo-by-put", &["RFC9110-9.1-1"], "OIDCC-5.3-1"),
    ("introspect-by-put", &["RFC9110-9.1-1"], "RFC6749-3.2-1"),
    ("revoke-by-put", &["RFC9110-9.1-1"], "RFC6749-3.2-1"),
    ("introspect-by-get", &["RFC9110-9.1-1"], "RFC6749-3.2-1"),
    ("revoke-by-get", &["RFC9110-9.1-1"], "RFC6749-3.2-1"),
    ("assertion-subject-nearly-right", &["RFC7523-3-2"], "RFC7521-4.2-1"),
    ("assertion-at-par", &["RFC7523-3-2"], "RFC7521-4.2-1"),
    ("assertion-at-token", &["RFC7523-3-2"], "RFC7521-4.2-1"),
    ("assertion-at-introspection", &["RFC7523-3-2"], "RFC7521-4.2-1"),
    ("assertion-at-revocation", &["RFC7523-3-2"], "RFC7521-4.2-1"),
    ("assertion-of-second-client", &["RFC7523-3-2"], "RFC7521-4.2-1"),
    ("client-id-nearly-right", &["RFC9126-2.2-4"], "RFC6749-4.1.2.1-1"),
    ("code-again-and-again", &["RFC6749-4.1.3-2"], "RFC6749-4.1.2-2"),
    ("refresh-by-client-id-alone", &["RFC6749-6-2"], "RFC6749-4.1.3-1"),
    ("challenge-nearly-right", &["RFC7636-4.3-2"], "RFC7636-4.6-1"),
    ("proof-trivial-signature", &["FAPI2-SP-5.4.1-1.2"], "RFC9449-4.3-5"),
    ("proof-by-eddsa", &["RFC9449-7.1-1", "RFC9449-7.2-1"], "RFC9449-6-1"),
    ("proof-by-ps256", &["RFC9449-7.1-1", "RFC9449-7.2-1"], "RFC9449-6-1"),
    ("proof-of-second-client", &["RFC9449-7.1-1", "RFC9449-7.2-1"], "RFC9449-6-1"),
    ("token-trivial-signature", &["RFC7515-2-1"], "RFC8725BIS-3.14-1"),
    // The redirect URI is refused, so there is no response that could repeat the code.
    ("push-redirect-uri-with-code", &["RFC6749-3.1-6"], "RFC6749-3.1.2.3-2"),
];

#[test]
fn what_is_no_reason_for_a_refusal_has_a_mutant() {
    let broken: BTreeSet<_> = mutant::all().into_iter().map(|it| it.requirement.id).collect();
    let row = |id: &str| requirement::find(id).unwrap_or_else(|| panic!("{id}"));
    let reasons: Vec<_> = NO_REASONS.iter().filter(|id| row(id).duty == Duty::Refuse || !broken.contains(*id)).collect();
    assert!(reasons.is_empty(), "{reasons:?}");
}

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
    let (mut unproven, mut excused) = (Vec::new(), BTreeSet::new());
    for scenario in
        scenario::of(&PLANS[0]).filter(|scenario| scenario.kind == Kind::Negative && !NOTHING_NAMED.contains(&scenario.id))
    {
        let named = observed.entry(scenario.id).or_default();
        for requirement in scenario.requires.iter().filter(|requirement| !shown(requirement, named)) {
            let in_place = |(it, rows, other): &&(&str, &[&str], &str)| {
                *it == scenario.id && rows.contains(&requirement.id) && named.contains(*other)
            };
            if NAMED_IN_PLACE.iter().any(|exception| in_place(&exception)) {
                excused.insert((scenario.id, requirement.id));
            } else if NAMED_OTHERWISE.contains(&requirement.id) || NO_REASONS.contains(&requirement.id) {
                excused.insert(("", requirement.id));
            } else {
                unproven.push(format!("{}: {}, but {named:?}", scenario.id, requirement.id));
            }
        }
    }
    assert_eq!(unproven, Vec::<String>::new());
    let in_place = NAMED_IN_PLACE.iter().flat_map(|(scenario, rows, _)| rows.iter().map(|row| (*scenario, *row)));
    let listed = in_place.chain(NAMED_OTHERWISE.iter().chain(NO_REASONS).map(|row| ("", *row)));
    assert_eq!(listed.filter(|exception| !excused.contains(exception)).collect::<Vec<_>>(), [("", ""); 0]);
}

/// Returns true if a row was named, or one that amounts to it: one check observes both.
fn shown(row: &Requirement, named: &BTreeSet<String>) -> bool {
    named.contains(row.id) || row.restated_by.iter().any(|id| named.contains(*id))
}
