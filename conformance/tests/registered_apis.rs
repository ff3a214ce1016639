//! The plan of registered APIs and applications: in process, from a target file, and with a target file that lacks something.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use fapi_conformance::runner::{self, Options, SCENARIO_LIMIT, Verdict};
use fapi_conformance::scenario::{self, Kind};
use fapi_conformance::target::{API_ROLES, CLIENT_ROLES, Target, file, in_process, written};
use fapi_conformance::variant::{PLANS, Plan};

/// The features that requests show.
const FEATURES: [&str; 20] = [
    "F-01", "F-02", "F-03", "F-04", "F-07", "F-10", "F-11", "F-38", "F-39", "F-40", "F-41", "F-42", "F-43", "F-44", "F-45",
    "F-46", "F-47", "F-48", "F-72", "F-73",
];

fn plan() -> &'static Plan {
    Plan::find("conformant-pipeline").unwrap()
}

fn options() -> Options {
    Options { plan: plan(), scenarios: "*".into(), fast: true, gentle: false, jobs: 8, limit: SCENARIO_LIMIT }
}

async fn passes(targets: Vec<Target>, left_out: &[&str]) {
    let targets: Vec<_> = targets.into_iter().map(Arc::new).collect();
    let judgements = runner::run(&targets, &options(), |_| {}).await.judgements;
    let failed = judgements.iter().filter(|judgement| {
        let fits = judgement.outcome == Verdict::Passed && judgement.in_passing.is_empty();
        let skipped = judgement.left_out || judgement.outcome == Verdict::Skipped;
        !(fits || skipped && left_out.contains(&judgement.scenario.id))
    });
    let failed: Vec<_> = failed.map(|judgement| (judgement.scenario.id, judgement.outcome, judgement.detail())).collect();
    assert!(failed.is_empty(), "{failed:#?}");
}

#[test]
fn every_feature_has_a_positive_and_a_negative_scenario() {
    let shown = |kind| scenario::of(plan()).filter(move |it| it.kind == kind).flat_map(|it| it.features).copied();
    let (positive, negative): (BTreeSet<_>, BTreeSet<_>) = (shown(Kind::Positive).collect(), shown(Kind::Negative).collect());
    let lacking: Vec<_> =
        FEATURES.iter().filter(|feature| !positive.contains(*feature) || !negative.contains(*feature)).collect();
    assert_eq!(lacking, Vec::<&&str>::new());
}

#[test]
fn a_scenario_belongs_to_the_plan_of_its_features_alone() {
    for other in PLANS.iter().filter(|other| other.id != plan().id) {
        let both = scenario::of(other).filter(|scenario| !scenario.features.is_empty());
        assert_eq!(both.map(|scenario| scenario.id).collect::<Vec<_>>(), Vec::<&str>::new(), "{}", other.id);
    }
    let ours = scenario::of(plan()).filter(|it| it.features.is_empty() && it.id != scenario::EVERYTHING_ELSE);
    assert_eq!(ours.map(|scenario| scenario.id).collect::<Vec<_>>(), Vec::<&str>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_reference_server_passes_in_process() {
    passes(in_process::start(plan()).await.unwrap(), &[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_reference_server_passes_by_the_target_files_that_serve_writes() {
    let targets = in_process::start(plan()).await.unwrap();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("registered-apis");
    let files = written::write(&targets, &folder).unwrap();
    assert_eq!(files.len(), 2, "one per server");
    for (path, _) in files {
        let read = file::read(&path, plan()).unwrap_or_else(|mistakes| panic!("{mistakes}"));
        assert_eq!(read.len(), 1);
        let alone =
            ["change-client-deleted", "change-grant-deleted", "change-grant-narrowed", "change-permissions", "change-pipeline"];
        passes(read, &[&alone[..], &["addresses-not-called", "api-token-expired"]].concat()).await;
    }
}

#[test]
fn a_target_without_the_roles_is_told_what_the_plan_needs() {
    let text = "issuer = \"https://as.example\"\n[features]\nprotocol = [\"openid\"]\napis = [\"documents\"]\n\
        [[api]]\nrole = \"accounts\"\nidentifier = \"https://api.example\"\nurl = \"https://api.example/a\"\n\
        [[client]]\nid = \"a\"\nrole = \"portal\"\nredirect_uri = \"https://a.example\"\nscope = \"openid\"\n\
        [[client]]\nid = \"b\"\nredirect_uri = \"https://b.example\"\nscope = \"openid\"\n";
    let told = file::parse(text, Path::new("x.toml"), plan()).err().unwrap().to_string();
    for (role, about) in API_ROLES.iter().filter(|(role, _)| *role != "accounts") {
        assert!(told.contains(&format!("no [[api]] has the role {role:?}")) && told.contains(about), "{role}: {told}");
    }
    for (role, about) in CLIENT_ROLES.iter().filter(|(role, _)| *role != "portal") {
        assert!(told.contains(&format!("no [[client]] has the role {role:?}")) && told.contains(about), "{role}: {told}");
    }
    assert!(!told.contains("role \"portal\"") && !told.contains("role \"accounts\""), "{told}");
}
