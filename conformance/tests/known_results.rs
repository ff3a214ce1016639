//! Known results: matched, not matched, stale, and invalid.

mod support;

use std::path::Path;

use fapi::requirement::{rfc6749, rfc9126};
use fapi_conformance::expected::{Known, draft};
use fapi_conformance::finding::Finding;
use fapi_conformance::ledger::Unjudged;
use fapi_conformance::report::{Report, Run, Summary, marks};
use fapi_conformance::runner::{Judgement, Verdict};
use fapi_conformance::variant::PLANS;
use support::{REFUSED, WORKS, judged};

/// The first clause of [`REFUSED`], under which a finding without a clause of its own stands.
const CLAUSE: &str = rfc9126::REQUEST_URI_BOUND_TO_CLIENT.id;
const DPOP: &str = "openid/private_key_jwt/dpop";

fn known(entries: &str) -> Known {
    Known::parse(entries, Path::new("known.toml")).unwrap_or_else(|mistakes| panic!("{mistakes}"))
}

fn entry(scenario: &str, variant: &str, outcome: &str) -> String {
    format!(
        "[[expected]]\nscenario = \"{scenario}\"\nvariant = \"{variant}\"\noutcome = \"{outcome}\"\nreason = \"why\"\nclause = \"{CLAUSE}\"\n"
    )
}

fn stale(known: &Known, chosen: &str) -> Vec<String> {
    known.stale(&PLANS[0], &chosen.into(), &"*".into())
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
        assert_eq!(judgement.reason.as_deref(), Some(format!("known result: why [{CLAUSE}]").as_str()));
        assert_eq!(stale(&known, "*"), Vec::<String>::new());
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
    assert_eq!(stale(&known, "*"), Vec::<String>::new());
}

#[test]
fn other_scenarios_and_variants_are_not_touched() {
    let mut known = known(&(entry(WORKS.id, "*", "failed") + &entry(REFUSED.id, "oauth/*", "failed")));
    let mut judgement = failed();
    known.apply(&mut judgement);
    assert_eq!(judgement.outcome, Verdict::Failed);
    assert_eq!(stale(&known, "*").len(), 2);
}

#[test]
fn entries_that_match_nothing_are_stale_unless_they_were_not_chosen() {
    let known = known(&(entry("flow", "*", "failed") + &entry("no-such-scenario", "*", "skipped")));
    assert_eq!(stale(&known, "*").len(), 2);
    assert_eq!(stale(&known, "metadata*").len(), 1, "a scenario that does not exist is stale in any run");
}

#[test]
fn stale_entries_make_a_run_a_failure() {
    let run = Run::new("t", &PLANS[0]);
    assert!(Report::new(run.clone(), &[], vec![]).is_clean());
    assert!(!Report::new(run, &[], vec!["stale".into()]).is_clean());
}

#[test]
fn an_outcome_that_depends_on_chance_is_a_list() {
    let text = entry(REFUSED.id, "*", "failed").replace("\"failed\"", "[\"failed\", \"passed\"]");
    for (outcome, becomes) in [(Verdict::Passed, Verdict::Passed), (Verdict::Failed, Verdict::Expected)] {
        let mut known = known(&text);
        let mut judgement = if outcome == Verdict::Failed { failed() } else { judged(&REFUSED, DPOP, outcome) };
        known.apply(&mut judgement);
        assert_eq!(judgement.outcome, becomes);
        assert_eq!(stale(&known, "*"), Vec::<String>::new());
    }
    let mut known = known(&text);
    let mut judgement = judged(&REFUSED, DPOP, Verdict::Skipped);
    known.apply(&mut judgement);
    assert!(judgement.detail().is_some_and(|detail| detail.contains("the known result: failed or passed (why)")));
}

#[test]
fn a_finding_under_another_clause_is_not_the_known_one() {
    let other = || Finding::new("no-store", "nothing").against(&rfc6749::NO_STORE);
    for (outcome, findings) in [
        (Verdict::Failed, vec![other()]),
        (Verdict::Failed, vec![Finding::new("a refusal", "a code"), other()]),
        (Verdict::Warning, vec![other()]),
    ] {
        let word = outcome.word();
        let mut known = known(&entry(REFUSED.id, "*", word));
        let mut judgement = Judgement { findings, ..judged(&REFUSED, DPOP, outcome) };
        known.apply(&mut judgement);
        assert_eq!(judgement.outcome, Verdict::Failed);
        assert_eq!(judgement.clause(), Some(&rfc6749::NO_STORE), "the unknown finding comes first");
        assert_eq!(judgement.reason, Some(format!("known under another clause: {CLAUSE} (why)")));
        assert_eq!(stale(&known, "*"), Vec::<String>::new());
    }
    // Two entries, or two clauses in one, know both.
    let both = [
        entry(REFUSED.id, "*", "failed") + &entry(REFUSED.id, "*", "failed").replace(CLAUSE, rfc6749::NO_STORE.id),
        entry(REFUSED.id, "*", "failed")
            .replace(&format!("\"{CLAUSE}\""), &format!("[\"{CLAUSE}\", \"{}\"]", rfc6749::NO_STORE.id)),
    ];
    for text in both {
        let mut judgement = Judgement { findings: vec![Finding::new("a", "b"), other()], ..failed() };
        known(&text).apply(&mut judgement);
        assert_eq!(judgement.outcome, Verdict::Expected, "{text}");
    }
}

#[test]
fn what_fails_only_in_company_contradicts_nothing() {
    let mut judgement = Judgement { only_in_company: true, ..judged(&REFUSED, DPOP, Verdict::Warning) };
    known(&entry(REFUSED.id, "*", "failed")).apply(&mut judgement);
    assert_eq!(judgement.outcome, Verdict::Warning);
}

#[test]
fn an_entry_that_names_its_finding_does_not_hide_another_under_the_same_clause() {
    let text = entry(REFUSED.id, "*", "failed") + &format!("finding = \"{}\"\n", marks(&failed()).0[0]);
    let mut same = failed();
    known(&text).apply(&mut same);
    assert_eq!(same.outcome, Verdict::Expected);
    let mut another = Judgement { findings: vec![Finding::new("a refusal", "a token")], ..failed() };
    known(&text).apply(&mut another);
    assert_eq!(another.outcome, Verdict::Failed);
    assert_eq!(another.reason, Some(format!("known with another finding: {CLAUSE} (why)")));
    // Without it, any finding under the clause is meant.
    let mut another = Judgement { findings: vec![Finding::new("a refusal", "a token")], ..failed() };
    known(&entry(REFUSED.id, "*", "failed")).apply(&mut another);
    assert_eq!(another.outcome, Verdict::Expected);
}

#[test]
fn an_entry_without_a_clause_hides_no_finding() {
    let text = entry(REFUSED.id, "*", "warning").replace(&format!("clause = \"{CLAUSE}\"\n"), "");
    let remark = || Judgement { warnings: vec!["a remark".into()], ..judged(&REFUSED, DPOP, Verdict::Warning) };
    let mut judgement = remark();
    known(&text).apply(&mut judgement);
    assert_eq!(judgement.outcome, Verdict::Expected);
    let mut judgement = Judgement { findings: vec![Finding::new("a", "b").as_advice()], ..remark() };
    known(&text).apply(&mut judgement);
    assert_eq!(judgement.outcome, Verdict::Failed);
    // An entry that names its remarks knows no other.
    let named = text + &format!("finding = \"{}\"\n", marks(&remark()).1[0]);
    let mut judgement = remark();
    known(&named).apply(&mut judgement);
    assert_eq!(judgement.outcome, Verdict::Expected);
    let mut judgement = Judgement { warnings: vec!["another remark".into()], ..remark() };
    known(&named).apply(&mut judgement);
    assert_eq!(judgement.outcome, Verdict::Warning);
}

#[test]
fn what_could_not_be_judged_contradicts_nothing() {
    for kind in [Unjudged::Refused, Unjudged::Disturbed] {
        let mut judgement = Judgement { unjudged: Some(kind), ..judged(&REFUSED, DPOP, Verdict::Skipped) };
        let mut known = known(&entry(REFUSED.id, "*", "failed"));
        known.apply(&mut judgement);
        assert_eq!(judgement.outcome, Verdict::Skipped);
        assert_eq!(stale(&known, "*"), Vec::<String>::new());
    }
}

#[test]
fn only_what_was_chosen_can_be_stale() {
    let known = known(&(entry("flow", "*", "failed") + &entry("push-without-redirect-uri", "*", "failed")));
    let of = |chosen: &str| stale(&known, chosen).len();
    assert_eq!((of("flow,metadata"), of("!flow"), of("metadata"), of("*,!flow,!push-*")), (1, 1, 0, 0));
    assert_eq!(stale(&self::known(&entry("flow", "oauht/*", "failed")), "*").len(), 1, "no plan has such a variant");
}

#[test]
fn every_mistake_is_named() {
    let text = "
        [[expected]]
        scenario = 'a'
        outcome = 'failed'
        clause = 'RFC6749-5.1-1'
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
        finding = 'some'
        [[expected]]
        outcome = 'skipped'
        reason = 'r'
        [[expected]]
        scenario = 'e'
        outcome = 'failed'
        reason = 'r'
        [[expected]]
        scenario = 'f'
        outcome = ['passed']
        reason = 'r'
        [[expected]]
        scenario = 'g'
        outcome = ['failed', 'sometimes']
        clause = ['X']
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
    assert_eq!(stale(&known, "*"), Vec::<String>::new());
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
