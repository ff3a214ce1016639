//! The table of OAuch's checks names scenarios that exist and are about the check, and the page shows it.

use std::collections::BTreeSet;

use fapi::requirement;
use fapi_conformance::{oauch, scenario};

#[test]
fn every_row_is_read_and_names_differ() {
    let rows = include_str!("../oauch/checks.tsv").lines().count() - 1;
    let names: BTreeSet<_> = oauch::checks().iter().map(|check| check.name).collect();
    assert_eq!((oauch::checks().len(), names.len()), (rows, rows));
    assert!(oauch::checks().iter().all(|check| check.asks.ends_with('.') && !check.asks.contains('|')));
}

#[test]
fn a_check_has_scenarios_or_a_reason() {
    for check in oauch::checks() {
        assert_ne!(check.scenarios.is_empty(), check.kind.is_none(), "{}", check.name);
        assert!(check.kind.is_none() || !check.remark.is_empty(), "{}", check.name);
    }
}

#[test]
fn each_scenario_exists_and_cites_a_row_that_the_check_is_about() {
    for check in oauch::checks() {
        assert_eq!(check.rows.is_empty(), check.scenarios.is_empty(), "{}", check.name);
        let mut cited = BTreeSet::new();
        for id in &check.scenarios {
            let Some(scenario) = scenario::find(id) else { panic!("{}: there is no scenario {id}", check.name) };
            let about: Vec<_> = scenario.requires.iter().map(|row| row.id).filter(|row| check.rows.contains(row)).collect();
            assert!(!about.is_empty(), "{}: {id} cites none of {:?}", check.name, check.rows);
            cited.extend(about);
        }
        let needless: Vec<_> = check.rows.iter().filter(|row| !cited.contains(*row)).collect();
        assert!(needless.is_empty(), "{}: {needless:?}", check.name);
        assert!(check.rows.iter().all(|row| requirement::find(row).is_some()), "{}", check.name);
    }
}

#[test]
fn what_is_not_built_is_a_capability_of_the_registry_or_client_secrets() {
    for check in oauch::checks().iter().filter(|check| check.kind == Some(oauch::Kind::NotBuilt)) {
        let capability = check.remark.split(", ").next().unwrap_or_default();
        let known = requirement::CAPABILITIES.contains(&capability) || check.remark.starts_with("client secrets: ");
        assert!(known, "{}: {}", check.name, check.remark);
    }
}

#[test]
fn the_page_is_printed_from_the_table() {
    assert!(oauch::page() == include_str!("../../docs/oauch.md"), "run `cargo xtask oauch >docs/oauch.md`");
}
