//! The threat report: a threat is open if one of its checks is broken, and closed only as far as its checks were judged.

mod support;

use fapi::requirement::{Requirement, rfc7636};
use fapi_conformance::finding::Finding;
use fapi_conformance::report::{Exposure, Report, Run, Standing, threat_report};
use fapi_conformance::runner::Verdict;
use fapi_conformance::scenario::{self, Scenario};
use fapi_conformance::threat;
use fapi_conformance::variant::PLANS;
use serde_json::Value;
use support::judged;

const VARIANT: &str = "openid/private_key_jwt/dpop";
/// The clause of a wrong code verifier.
const VERIFIER: &Requirement = &rfc7636::VERIFIER_FITS;

fn about_the_verifier() -> &'static Scenario {
    scenario::find("code-with-wrong-verifier").unwrap()
}

fn report(outcome: Verdict, broken: Option<&'static Requirement>) -> Report {
    let mut judgement = judged(about_the_verifier(), VARIANT, outcome);
    judgement.findings = broken.map(|clause| Finding::new("a refusal", "tokens").against(clause)).into_iter().collect();
    Report::new(Run::new("example", &PLANS[0]), &[judgement], Vec::new())
}

/// The standing of the first threat that a wrong verifier opens, and of its check.
fn standing(report: &Report) -> (Standing, Standing) {
    let threat = threat::of(VERIFIER).next().unwrap();
    let exposures = Exposure::of(report);
    let exposure = exposures.iter().find(|exposure| exposure.threat.id == threat.id).unwrap();
    let check = exposure.checks.iter().find(|check| check.requirement.id == VERIFIER.id).unwrap();
    (exposure.shown(), check.shown)
}

#[test]
fn a_threat_is_closed_as_far_as_its_checks_were_judged() {
    assert_eq!(standing(&report(Verdict::Passed, None)), (Standing::Kept, Standing::Kept));
    let kept = report(Verdict::Passed, None);
    let exposures = Exposure::of(&kept);
    let shown = exposures.iter().find(|exposure| exposure.shown() == Standing::Kept).unwrap();
    assert!(shown.judged() < shown.checks.len());
    assert!(shown.words().contains("others were not judged"), "{}", shown.words());
}

#[test]
fn a_broken_check_opens_it() {
    assert_eq!(standing(&report(Verdict::Failed, Some(VERIFIER))), (Standing::Broken, Standing::Broken));
    assert_eq!(standing(&report(Verdict::Expected, Some(VERIFIER))), (Standing::KnownBroken, Standing::KnownBroken));
}

#[test]
fn a_scenario_that_did_not_judge_shows_nothing() {
    assert_eq!(standing(&report(Verdict::Skipped, None)), (Standing::Nothing, Standing::Nothing));
    let other = scenario::all().flat_map(|scenario| scenario.requires).find(|row| threat::of(row).next().is_none()).unwrap();
    assert_eq!(standing(&report(Verdict::Failed, Some(other))).1, Standing::Nothing);
}

#[test]
fn both_forms_have_every_threat() {
    let report = report(Verdict::Failed, Some(VERIFIER));
    let (page, text) = (threat_report::html(&report), threat_report::json(&report));
    let document: Value = serde_json::from_str(&text).unwrap();
    let listed: Vec<_> = document["threats"].as_array().unwrap().iter().map(|threat| threat["id"].as_str().unwrap()).collect();
    assert_eq!(listed, threat::all().map(|threat| threat.id).collect::<Vec<_>>());
    assert!(listed.iter().all(|id| page.contains(&format!("id=\"{id}\""))));
    for reference in ["src=", "<link", "@import", "url(", "<script"] {
        assert!(!page.contains(reference), "{reference}");
    }
    assert!(page.contains("code-with-wrong-verifier"));
}
