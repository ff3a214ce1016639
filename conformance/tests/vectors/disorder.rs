//! The linter finds faults in changed copies of the files.

use std::fs;

use fapi_conformance::vectors;
use serde_json::{Value, json};

use super::{copy, read, schema};

/// Copies all files, changes one of them, and returns the findings of the schemas and the linter.
fn lint(name: &str, kind: &str, change: impl FnOnce(&mut Value)) -> Vec<String> {
    let copy = copy(&format!("vectors-disorder-{name}"));
    let mut file = serde_json::from_str(&read(&copy, kind)).unwrap();
    change(&mut file);
    fs::write(copy.join(format!("{kind}.json")), file.to_string()).unwrap();
    let mut found = schema::violations(&copy);
    found.extend(vectors::lint(&copy).unwrap());
    found
}

fn tests(file: &mut Value) -> impl Iterator<Item = &mut Value> {
    let groups = file["groups"].as_array_mut().unwrap().iter_mut();
    groups.flat_map(|group| group["tests"].as_array_mut().unwrap().iter_mut())
}

fn drop_member(file: &mut Value, name: &str) {
    tests(file).for_each(|test| {
        test.as_object_mut().unwrap().remove(name);
    });
}

#[track_caller]
fn complains(found: &[String], what: &str) {
    assert!(found.iter().any(|found| found.contains(what)), "no finding with {what:?}: {found:#?}");
}

#[test]
fn a_copy_of_a_test_under_another_comment() {
    let found = lint("copied", "jws", |file| {
        let last = file["lastId"].as_u64().unwrap() + 1;
        let mut copied = tests(file).find(|test| test["result"] == "invalid").unwrap().clone();
        (copied["id"], copied["comment"]) = (format!("jws-{last}").into(), "another class".into());
        copied["flags"] = json!(["Size"]);
        (file["lastId"], file["numberOfTests"]) = (last.into(), (file["numberOfTests"].as_u64().unwrap() + 1).into());
        file["groups"].as_array_mut().unwrap().last_mut().unwrap()["tests"].as_array_mut().unwrap().push(copied);
    });
    complains(&found, "have the same input and requirement");
}

#[test]
fn every_test_of_a_requirement_is_gone() {
    let found = lint("gone", "jws", |file| {
        for group in file["groups"].as_array_mut().unwrap() {
            group["tests"].as_array_mut().unwrap().retain(|test| test["requirement"] != "RFC7515-4.1.11-1");
        }
        file["numberOfTests"] = tests(file).count().into();
    });
    assert_eq!(found, ["jws: no input is refused for RFC7515-4.1.11-1 any more, although requirements.json lists it"]);
}

#[test]
fn one_requirement_for_everything() {
    let found = lint("unrelated", "scope", |file| {
        tests(file).filter(|test| test["result"] == "invalid").for_each(|test| test["requirement"] = "RFC9449-4.3-8".into());
    });
    complains(&found, "RFC9449-4.3-8 is not in requirements.json");
    complains(&found, "any more, although requirements.json lists it");
}

#[test]
fn a_schema_of_nobody() {
    let found = lint("schema", "jws", |file| file["schema"] = "schema/nonsense.json".into());
    assert_eq!(found, ["jws: its schema is \"schema/nonsense.json\""]);
}

#[test]
fn no_outputs_and_no_errors() {
    for kind in ["jwk", "token_request", "metadata", "basic", "id_token"] {
        complains(&lint(&format!("output-{kind}"), kind, |file| drop_member(file, "output")), "value is not valid under any");
    }
    for kind in ["client_assertion", "token_request", "pkce"] {
        complains(&lint(&format!("error-{kind}"), kind, |file| drop_member(file, "error")), "value is not valid under any");
    }
}

#[test]
fn outputs_and_errors_of_kinds_that_have_none() {
    let found = lint("more", "jws", |file| {
        tests(file).for_each(|test| {
            let name = if test["result"] == "valid" { "error" } else { "output" };
            test[name] = "invalid_request".into();
        });
    });
    complains(&found, "value is not valid under any");
}

#[test]
fn groups_that_give_nonsense() {
    let cases: &[(&str, &str, Value, &str)] = &[
        ("token_request", "policy", json!(["nonsense"]), "/groups/0/policy/0: value is not one of"),
        ("token_request", "before", json!([{}]), "/groups/0/before/0: value is not valid under any"),
        ("jws", "algorithms", json!([]), "/groups/0/algorithms: value has less than 1 item"),
        ("jws", "algorithms", json!(["none"]), "/groups/0/algorithms/0: value is not one of"),
        ("jws", "secret", json!("both a key and a secret"), "/groups/0: value is valid under more than one"),
        ("jws", "key", json!({ "kty": "oct" }), "/groups/0/key/kty: value is not one of"),
    ];
    for (at, (kind, name, value, what)) in cases.iter().enumerate() {
        complains(&lint(&format!("group-{at}"), kind, |file| file["groups"][0][name] = value.clone()), what);
    }
    let found = lint("neither", "jws", |file| {
        file["groups"][0].as_object_mut().unwrap().remove("key");
    });
    complains(&found, "/groups/0: value is not valid under any");
}

#[test]
fn an_output_that_says_nothing() {
    for kind in ["token_request", "metadata", "flow/openid_mtls_dpop"] {
        let found = lint(&format!("empty-{}", kind.replace('/', "-")), kind, |file| {
            tests(file).filter(|test| test["result"] == "valid").for_each(|test| test["output"] = json!({}));
        });
        complains(&found, "/output: ");
    }
}

#[test]
fn a_group_without_a_valid_test() {
    let found = lint("valid", "token_request", |file| {
        file["groups"][0]["tests"].as_array_mut().unwrap().retain(|test| test["result"] == "invalid");
        file["numberOfTests"] = tests(file).count().into();
    });
    complains(&found, "is valid");
}
