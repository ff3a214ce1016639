//! The page of the pipeline is printed from the constants, and its features are complete.

use std::collections::{BTreeMap, BTreeSet};

use fapi::requirement::Requirement;
use fapi::requirement::ocp::{CHOICES, FEATURES, OUTSIDE};
use fapi_conformance::coverage::{Account, Coverage, Observed, report};
use fapi_conformance::pipeline::{self, Standing};

#[test]
fn the_page_is_printed_from_the_constants() {
    assert!(pipeline::page() == include_str!("../../docs/pipeline.md"), "run `cargo xtask pipeline >docs/pipeline.md`");
}

#[test]
fn the_page_has_an_anchor_for_every_statement_and_each_link_leads_to_one() {
    let page = pipeline::page();
    let between = |start, end| page.split(start).skip(1).filter_map(move |rest: &str| rest.split(end).next());
    let anchors: Vec<&str> = between("<a id=\"", "\"").collect();
    let clauses: BTreeSet<&str> = pipeline::statements().map(|row| row.clause).chain(OUTSIDE.iter().map(|it| it.id)).collect();
    assert_eq!((anchors.len(), anchors.into_iter().collect::<BTreeSet<_>>()), (511 + 42, clauses.clone()));
    assert!(between("](#", ")").all(|target| clauses.contains(target)));
    assert!(pipeline::statements().all(|row| row.url.ends_with(&format!("docs/pipeline.md#{}", row.clause))));
}

#[test]
fn features_and_choices_are_numbered() {
    let numbers = |prefix: &str, last: usize| (1..=last).map(|n| format!("{prefix}-{n:02}")).collect::<Vec<_>>();
    assert_eq!(FEATURES.iter().map(|feature| feature.id).collect::<Vec<_>>(), numbers("F", 90));
    assert_eq!(CHOICES.iter().map(|choice| choice.id).collect::<Vec<_>>(), [numbers("C", 43), numbers("STD", 38)].concat());
}

#[test]
fn a_feature_lists_each_of_its_statements_once() {
    for feature in FEATURES {
        let ids: BTreeSet<_> = feature.statements.iter().map(|row| row.id).collect();
        assert_eq!(ids.len(), feature.statements.len(), "{}", feature.id);
    }
}

#[test]
fn every_statement_belongs_to_a_feature() {
    let listed: BTreeSet<_> = FEATURES.iter().flat_map(|feature| feature.statements).map(|row| row.id).collect();
    let lonely: Vec<_> = pipeline::statements().map(|row| row.id).filter(|id| !listed.contains(id)).collect();
    assert_eq!(lonely, [""; 0]);
}

#[test]
fn a_feature_works_if_each_of_its_statements_was_observed() {
    let feature = &FEATURES[15];
    let standing = |observed: &dyn Fn(&Requirement) -> bool| pipeline::count(observed)[15].standing();
    assert_eq!(feature.statements.len(), 4);
    assert_eq!(standing(&|_| true), Standing::Works);
    assert_eq!(standing(&|row| row != feature.statements[2]), Standing::Partly);
    assert_eq!(standing(&|row| row == feature.statements[2]), Standing::Partly);
    assert_eq!(standing(&|_| false), Standing::Not);
}

#[test]
fn coverage_counts_what_was_shown_and_no_exception() {
    let feature = &FEATURES[15];
    let text = |account: fn(usize) -> Account| {
        let accounts: BTreeMap<_, _> = feature.statements.iter().enumerate().map(|(n, row)| (row.id, account(n))).collect();
        let coverage = Coverage { observed: Observed::default(), accounts, stale: vec![], failures: vec![] };
        let text = report::features(&coverage);
        text.lines().find(|line| line.starts_with("F-16")).unwrap().split_whitespace().take(4).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(text(|_| Account::Shown), "F-16 works 4 4");
    assert_eq!(text(|n| if n == 0 { Account::Exception } else { Account::Shown }), "F-16 partly 3 4");
    assert_eq!(text(|_| Account::Planned), "F-16 not 0 4");
}

#[test]
fn scenarios_that_cite_a_statement_observe_its_feature() {
    let observing = |id: &str| {
        let feature = FEATURES.iter().find(|feature| feature.id == id).unwrap();
        pipeline::scenarios(feature).into_iter().map(|scenario| scenario.id).collect::<Vec<_>>()
    };
    assert!(observing("F-33").contains(&"push-by-unknown-client"));
    assert!(observing("F-64").is_empty(), "the device flow is planned");
}
