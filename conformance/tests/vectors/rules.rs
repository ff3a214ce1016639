//! An input that a rule of the policy refuses is refused only by that rule: without it, the same input is accepted. Otherwise a
//! server that lacks the rule would pass.

use std::collections::BTreeSet;

use fapi::policy::PRESETS;
use fapi_conformance::vectors::runner::{self, Otherwise};
use serde_json::{Value, json};

/// Tests that are refused even without the rule, each with the reason.
const REFUSED_ANYWAY: &[(&[&str], &str)] = &[
    (&["access_token-124"], "Every policy requires a bound token with a proof."),
    (&["authorization_request-176", "authorization_request-178"], "No policy allows request objects by reference."),
    (
        &["client_assertion-16", "client_assertion-17", "client_assertion-19", "client_assertion-20", "token_request-206"],
        "The server's own lifetimes are not longer, and the policy does not allow a server with longer ones.",
    ),
    (&["client_assertion-180"], "A client with a key has no secret for a MAC under any policy."),
    (&["client_registration-86"], "RFC 9700, which is always in force, has the same rule."),
    (&["pushed_request-126"], "No policy allows hybrid responses."),
    (
        &["token_request-213", "token_request-214"],
        "Under the policy clients have no secret, and without it only the registered method is accepted.",
    ),
];

#[test]
fn an_input_that_a_rule_refuses_is_accepted_without_it() {
    let rows: BTreeSet<&str> =
        PRESETS.iter().flat_map(|profile| profile.rows()).map(|(_, _, requirement)| requirement.id).collect();
    let listed: BTreeSet<&str> = REFUSED_ANYWAY.iter().flat_map(|(ids, _)| *ids).copied().collect();
    let (mut accepted, mut refused) = (0, BTreeSet::new());
    let mut surprises = Vec::new();
    for (kind, text) in runner::files() {
        let file: Value = serde_json::from_str(text).unwrap();
        for group in file["groups"].as_array().unwrap() {
            for test in group["tests"].as_array().unwrap() {
                let requirement = test["requirement"].as_str().unwrap_or_default();
                if test["result"] != "invalid" || !rows.contains(requirement) || group.get("policy").is_none() {
                    continue;
                }
                let id = test["id"].as_str().unwrap();
                match without(kind, group, test, requirement) {
                    Ok(()) | Err(Otherwise::Differs(_)) => accepted += 1,
                    // Another check enforces the same row without the policy.
                    Err(Otherwise::Refused { requirements, .. }) if requirements.iter().any(|it| it.id == requirement) => {}
                    Err(Otherwise::Refused { .. }) if listed.contains(id) => {
                        refused.insert(id.to_owned());
                    }
                    other => surprises.push(format!("{id} ({requirement}, {}): {other:?}", test["comment"])),
                }
            }
        }
    }
    assert!(surprises.is_empty(), "{surprises:#?}");
    let stale: Vec<_> = listed.iter().filter(|id| !refused.contains(**id)).collect();
    assert!(stale.is_empty(), "listed, but accepted or gone: {stale:?}");
    assert!(accepted > 40, "only {accepted} inputs were tried");
}

/// The result of the test in a copy of its group without the rule.
fn without(kind: &str, group: &Value, test: &Value, requirement: &str) -> Result<(), Otherwise> {
    let (mut group, mut test) = (group.clone(), test.clone());
    // The output is not compared, but some runners require the member.
    test["output"] = json!({});
    group["tests"] = json!([test]);
    group["without"] = json!([requirement]);
    let file = json!({ "kind": kind, "groups": [group] });
    runner::run(&file.to_string()).remove(0).got
}
