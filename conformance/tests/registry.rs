//! Properties of every scenario, and the comparison with the official suite.

use std::collections::BTreeSet;

use fapi_conformance::oidf;
use fapi_conformance::scenario::{self, Scenario};
use fapi_conformance::variant::{Axis, PLANS};

/// By plan: the modules of the official plan that run per variant, counted from the annotations of their classes.
const OFFICIAL: &[(&str, &[(&str, usize)])] = &[("fapi2-security-profile", FAPI2_SECURITY_PROFILE)];

const FAPI2_SECURITY_PROFILE: &[(&str, usize)] = &[
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

fn offenders(wrong: impl Fn(&Scenario) -> bool) -> Vec<&'static str> {
    scenario::all().filter(|scenario| wrong(scenario)).map(|scenario| scenario.id).collect()
}

#[test]
fn as_many_modules_run_per_variant_as_in_the_official_plan() {
    for plan in PLANS.iter().filter(|plan| plan.official.is_some()) {
        let features = plan.features();
        let ours = features.iter().map(|features| (features.variant.to_string(), oidf::running(plan, features).len()));
        let (_, counts) = OFFICIAL.iter().find(|(id, _)| *id == plan.id).unwrap_or_else(|| panic!("no counts for {}", plan.id));
        let official: Vec<_> = counts.iter().map(|(variant, count)| ((*variant).to_owned(), *count)).collect();
        assert_eq!(ours.collect::<Vec<_>>(), official, "{}", plan.id);
    }
}

#[test]
fn every_module_of_a_plan_has_a_scenario() {
    for plan in PLANS {
        let without = oidf::modules(plan).into_iter().filter(|module| oidf::scenarios(plan, module).next().is_none());
        assert_eq!(without.map(|module| module.name).collect::<Vec<_>>(), Vec::<&str>::new(), "{}", plan.id);
    }
}

#[test]
fn the_security_profile_has_as_many_variants_and_runs_as_ever() {
    let plan = &PLANS[0];
    // A scenario that sends many requests runs in one variant of a server.
    let once = scenario::all().filter(|scenario| scenario.needs.once && plan.features().iter().any(|it| scenario.applies(it)));
    let runs = |features| scenario::all().filter(move |scenario| !scenario.needs.once && scenario.applies(features)).count();
    assert_eq!((plan.id, plan.variants().len()), ("fapi2-security-profile", 12));
    assert_eq!(plan.features().iter().map(runs).sum::<usize>() + once.count(), 3135);
    let readme = include_str!("../../README.md");
    assert!(
        readme.contains("\n3135 passed, 0 failed, 0 with warnings, 0 expected, 0 skipped in "),
        "README shows another number"
    );
}

#[test]
fn the_plan_of_registered_apis_has_as_many_runs_as_ever() {
    let plan = &PLANS[1];
    let once = scenario::of(plan).filter(|scenario| scenario.needs.once);
    let runs = |features| scenario::all().filter(move |scenario| !scenario.needs.once && scenario.applies(features)).count();
    assert_eq!((plan.id, plan.variants().len()), ("conformant-pipeline", 2));
    assert_eq!(plan.features().iter().map(runs).sum::<usize>() + once.count(), 144);
}

#[test]
fn a_scenario_names_a_clause_and_an_assertion() {
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
    let somewhere: BTreeSet<_> = PLANS.iter().flat_map(scenario::of).map(|scenario| scenario.id).collect();
    assert_eq!(offenders(|scenario| !somewhere.contains(scenario.id)), Vec::<&str>::new());
}

#[test]
fn the_readme_has_a_row_for_every_axis_of_a_target_file() {
    let readme = include_str!("../README.md");
    for axis in Axis::ALL {
        let names: Vec<_> = axis.values().iter().map(|value| format!("`{}`", value.name())).collect();
        let usual = axis.usual().map_or(String::new(), |value| format!("`{}` ", value.name()));
        let row = format!(" | {} | {usual}|", names.join(", "));
        let described = readme.lines().any(|line| line.starts_with(&format!("| `{}`", axis.name())) && line.ends_with(&row));
        assert!(described, "{}{row}", axis.name());
    }
}
