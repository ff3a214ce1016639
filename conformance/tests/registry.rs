//! What holds for every scenario, and how the suite compares with the official one.

use std::collections::BTreeSet;

use fapi_conformance::scenario::{self, Scenario};
use fapi_conformance::variant::Variant;

/// Modules of the official plan that run per variant, as counted from the annotations of their classes.
const OFFICIAL: &[(&str, usize)] = &[
    ("openid/private_key_jwt/dpop", 56),
    ("openid/private_key_jwt/mtls", 47),
    ("openid/mtls/dpop", 46),
    ("openid/mtls/mtls", 37),
    ("oauth/private_key_jwt/dpop", 50),
    ("oauth/private_key_jwt/mtls", 41),
    ("oauth/mtls/dpop", 40),
    ("oauth/mtls/mtls", 31),
    ("client_credentials/private_key_jwt/dpop", 14),
    ("client_credentials/private_key_jwt/mtls", 10),
    ("client_credentials/mtls/dpop", 9),
    ("client_credentials/mtls/mtls", 5),
];

fn modules(variant: Variant) -> BTreeSet<&'static str> {
    scenario::all().filter(|scenario| (scenario.applies)(&variant)).flat_map(|scenario| scenario.oidf).copied().collect()
}

fn offenders(wrong: impl Fn(&Scenario) -> bool) -> Vec<&'static str> {
    scenario::all().filter(|scenario| wrong(scenario)).map(|scenario| scenario.id).collect()
}

#[test]
fn as_many_modules_run_per_variant_as_in_the_official_plan() {
    let ours: Vec<_> = Variant::all().map(|variant| (variant.to_string(), modules(variant).len())).collect();
    let official: Vec<_> = OFFICIAL.iter().map(|(variant, count)| ((*variant).to_owned(), *count)).collect();
    assert_eq!(ours, official);
}

#[test]
fn every_module_of_the_plan_has_a_scenario() {
    let all: BTreeSet<_> = scenario::all().flat_map(|scenario| scenario.oidf).collect();
    assert_eq!(all.len(), 56);
    assert!(all.iter().all(|module| module.starts_with("fapi2-security-profile-final-")));
}

#[test]
fn a_scenario_names_at_most_three_modules_one_clause_and_one_assertion() {
    assert_eq!(offenders(|scenario| scenario.oidf.len() > 3), Vec::<&str>::new());
    assert_eq!(offenders(|scenario| scenario.requires.is_empty()), Vec::<&str>::new());
    assert_eq!(offenders(|scenario| scenario.asserts.is_empty()), Vec::<&str>::new());
    assert_eq!(offenders(|scenario| !scenario.summary.ends_with('.')), Vec::<&str>::new());
}

#[test]
fn ids_are_distinct_and_made_for_the_command_line() {
    let ids: Vec<_> = scenario::all().map(|scenario| scenario.id).collect();
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len());
    let plain = |id: &str| id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    assert_eq!(offenders(|scenario| !plain(scenario.id)), Vec::<&str>::new());
}

#[test]
fn every_scenario_runs_somewhere() {
    assert_eq!(offenders(|scenario| !Variant::all().any(|variant| (scenario.applies)(&variant))), Vec::<&str>::new());
}
