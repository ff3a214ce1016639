//! Known results: matched, not matched, stale, and invalid.

mod support;

use std::path::Path;

use fapi_conformance::expected::{Known, draft};
use fapi_conformance::finding::Finding;
use fapi_conformance::report::{Report, Run, Summary};
use fapi_conformance::runner::{Judgement, Verdict};
use fapi_conformance::variant::PLANS;
use support::{REFUSED, WORKS, judged};

const DPOP: &str = "openid/private_key_jwt/dpop";

fn known(entries: &str) -> Known {
    Known::parse(entries, Path::new("known.toml")).unwrap_or_else(|mistakes| panic!("{mistakes}"))
}

fn entry(scenario: &str, variant: &str, outcome: &str) -> String {
    format!(
        "[[expected]]\nscenario = \"{scenario}\"\nvariant = \"{variant}\"\noutcome = \"{outcome}\"\nreason = \"why\"\nclause = \"RFC0\"\n"
    )
}

fn failed() -> Judgement {
    Judgement { findings: vec![Finding::new("a refusal", "a code")], ..judged(&REFUSED, DPOP, Verdict::Failed) }
}

#[test]
fn a_known_result_is_expected_and_says_why() {
    for variant in ["*", "openid/*", DPOP] {
        let mut known = known(&entry(REFUSED.id, variant, "failed"));
        let mut judgement = failed();
        known.apply(&mut judgement);
        assert_eq!(judgement.outcome, Verdict::Expected, "{variant}");
        assert_eq!(judgement.reason.as_deref(), Some("known result: why [RFC0]"));
        assert_eq!(known.stale("*"), Vec::<String>::new());
    }
}

#[test]
fn an_unexpected_pass_fails() {
    for outcome in [Verdict::Passed, Verdict::Warning, Verdict::Skipped] {
        let mut known = known(&entry(REFUSED.id, "*", "failed"));
        let mut judgement = judged(&REFUSED, DPOP, outcome);
        known.apply(&mut judgement);
        assert_eq!(judgement.outcome, Verdict::Failed, "{outcome:?}");
        assert!(judgement.detail().is_some_and(|detail| detail.contains("unexpected result: ") && detail.contains("why")));
    }
}

#[test]
fn a_worse_result_stays_a_finding() {
    let mut known = known(&entry(REFUSED.id, "*", "warning"));
    let mut judgement = failed();
    known.apply(&mut judgement);
    assert_eq!((judgement.outcome, judgement.finding().map(|finding| finding.got.as_str())), (Verdict::Failed, Some("a code")));
}

#[test]
fn what_was_left_out_contradicts_nothing() {
    let mut known = known(&entry(REFUSED.id, "*", "failed"));
    let mut judgement = Judgement { left_out: true, ..judged(&REFUSED, DPOP, Verdict::Skipped) };
    known.apply(&mut judgement);
    assert_eq!(judgement.outcome, Verdict::Skipped);
    assert_eq!(known.stale("*"), Vec::<String>::new());
}

#[test]
fn other_scenarios_and_variants_are_not_touched() {
    let mut known = known(&(entry(WORKS.id, "*", "failed") + &entry(REFUSED.id, "oauth/*", "failed")));
    let mut judgement = failed();
    known.apply(&mut judgement);
    assert_eq!(judgement.outcome, Verdict::Failed);
    assert_eq!(known.stale("*").len(), 2);
}

#[test]
fn entries_that_match_nothing_are_stale_unless_they_were_not_chosen() {
    let known = known(&(entry("flow", "*", "failed") + &entry("no-such-scenario", "*", "skipped")));
    assert_eq!(known.stale("*").len(), 2);
    assert_eq!(known.stale("metadata*").len(), 1, "a scenario that does not exist is stale in any run");
}

#[test]
fn stale_entries_make_a_run_a_failure() {
    let run = Run {
        target: "t".into(),
        issuers: vec![],
        plan: &PLANS[0],
        started: String::new(),
        took: std::time::Duration::ZERO,
        redacted: true,
    };
    assert!(Report::new(run.clone(), &[], vec![]).is_clean());
    assert!(!Report::new(run, &[], vec!["stale".into()]).is_clean());
}

#[test]
fn every_mistake_is_named() {
    let text = "
        [[expected]]
        scenario = 'a'
        outcome = 'failed'
        clause = 'X'
        [[expected]]
        scenario = 'b'
        outcome = 'failed'
        reason = ' '
        clause = 'X'
        [[expected]]
        scenario = 'c'
        outcome = 'passed'
        reason = 'r'
        [[expected]]
        scenario = 'd'
        outcome = 'skipped'
        reason = 'r'
        colour = 'red'
        [[expected]]
        outcome = 'skipped'
        reason = 'r'
        [[expected]]
        scenario = 'e'
        outcome = 'failed'
        reason = 'r'
        [[expected]]
        scenario = 'fine'
        outcome = 'warning'
        reason = 'r'
    ";
    let file = Path::new("known.toml");
    insta::assert_snapshot!(Known::parse(text, file).err().unwrap_or_default());
    assert!(Known::parse("expected = 3", file).is_err());
    assert!(Known::parse("[[known]]", file).is_err());
    assert!(Known::parse("", file).is_ok());
}

#[test]
fn a_draft_is_refused_until_the_reasons_are_given() {
    let draft = draft(&support::report(true));
    assert_eq!(Known::parse(&draft, Path::new("known.toml")).err().map(|mistakes| mistakes.0.len()), Some(2));
    let mut known = known(&draft.replace("reason = \"\"", "reason = \"read\""));
    let mut judgements = support::judgements();
    judgements.iter_mut().for_each(|judgement| known.apply(judgement));
    assert_eq!(Summary::of(&judgements), Summary { passed: 1, failed: 0, skipped: 1, warnings: 0, expected: 3 });
    assert_eq!(known.stale("*"), Vec::<String>::new());
}

#[test]
fn the_reference_server_is_judged_strictly() {
    let mut cases = [
        (judged(&WORKS, DPOP, Verdict::Passed), Verdict::Passed),
        (judged(&WORKS, DPOP, Verdict::Warning), Verdict::Failed),
        (judged(&WORKS, DPOP, Verdict::Skipped), Verdict::Failed),
        (Judgement { left_out: true, ..judged(&WORKS, DPOP, Verdict::Skipped) }, Verdict::Skipped),
    ];
    for (judgement, wanted) in &mut cases {
        judgement.strictly();
        assert_eq!(judgement.outcome, *wanted);
    }
}
