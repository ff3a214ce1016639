//! `vectors lint`: checks of the vector files.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use fapi::requirement::{self, Duty};
use serde_json::Value;

use super::naming::{key_of, number, schema_path};
use super::refused::{self, Refused};

/// Checks the files of this folder and returns the faults.
pub fn lint(folder: &Path) -> Result<Vec<String>, String> {
    let lists = refused::read(folder)?;
    let mut found = Vec::new();
    for (kind, _) in super::runner::files() {
        let path = folder.join(format!("{kind}.json"));
        let text = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        let file = serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))?;
        found.extend(of(kind, &file, &lists).into_iter().map(|what| format!("{kind}: {what}")));
    }
    Ok(found)
}

/// Checks the rules that a schema cannot express.
fn of(kind: &str, file: &Value, lists: &Refused) -> Vec<String> {
    let mut found = Vec::new();
    if file["kind"] != kind {
        found.push(format!("its kind is {}", file["kind"]));
    }
    if file["schema"] != schema_path(kind).as_str() {
        found.push(format!("its schema is {}", file["schema"]));
    }
    let groups: Vec<&Value> = file["groups"].as_array().into_iter().flatten().collect();
    let tests: Vec<&Value> = groups.iter().filter_map(|group| group["tests"].as_array()).flatten().collect();
    if file["numberOfTests"] != tests.len() {
        found.push(format!("numberOfTests is {}, but the file has {}", file["numberOfTests"], tests.len()));
    }
    found.extend(ids(kind, file, &tests));
    found.extend(classes(&tests));
    found.extend(inputs(kind, &groups));
    for test in &tests {
        found.extend(one(test).into_iter().map(|what| format!("{}: {what}", test["id"])));
    }
    found.extend(refused::check(kind, lists, &tests));
    for group in &groups {
        let mut tests = group["tests"].as_array().into_iter().flatten();
        if !tests.any(|test| test["result"] == "valid") {
            found.push(format!("no test of the group of {} is valid", group["tests"][0]["id"]));
        }
    }
    found.extend(flags(file, &tests));
    found
}

fn ids(kind: &str, file: &Value, tests: &[&Value]) -> Vec<String> {
    let mut known = BTreeSet::new();
    let mut found = Vec::new();
    for test in tests {
        let id = test["id"].as_str().unwrap_or_default();
        match number(kind, id) {
            Some(number) if file["lastId"].as_u64().is_some_and(|last| number as u64 <= last) => {}
            _ => found.push(format!("{id:?} is not an id that `vectors write` assigned")),
        }
        if !known.insert(id) {
            found.push(format!("{id:?} appears twice"));
        }
    }
    found
}

/// Checks that no two tests of a kind have the same requirement, flags and comment.
fn classes(tests: &[&Value]) -> Vec<String> {
    let mut known = BTreeMap::new();
    let twice = |test: &&Value| known.insert(key_of(test), test["id"].clone()).map(|other| (other, test["id"].clone()));
    let pairs: Vec<_> = tests.iter().filter_map(twice).collect();
    pairs.into_iter().map(|(one, other)| format!("{one} and {other} have the same requirement, flags and class")).collect()
}

/// Tests with the same requirement and input as a test of another group, which differ only in their group.
const SAME_ELSEWHERE: &[&str] = &[
    "client_registration-93",
    "client_registration-94",
    "distinguished_name-62",
    "introspection_request-35",
    "jws-424",
    "pkce-7",
    "pkce-37",
    "pkce-38",
    "pkce-39",
    "redirect_uri_match-66",
    "token_request-164",
    "token_request-212",
    "token_request-240",
    "userinfo_request-38",
    "userinfo_request-39",
    "userinfo_request-41",
];

/// Checks that no two tests have the same input, unless their groups differ.
fn inputs(kind: &str, groups: &[&Value]) -> Vec<String> {
    let mut found = Vec::new();
    let (mut alike, mut refused) = (BTreeMap::new(), BTreeMap::new());
    for group in groups {
        let mut gives = (*group).clone();
        gives
            .as_object_mut()
            .into_iter()
            .for_each(|members| members.retain(|name, _| !["tests", "source"].contains(&name.as_str())));
        for test in group["tests"].as_array().into_iter().flatten() {
            // Thumbprint tests vary the order of members, so there another order is another input.
            let input = if kind == "thumbprint" { test["input"].to_string() } else { canonical(&test["input"]) };
            let id = &test["id"];
            if let Some(other) = alike.insert(format!("{} {input}", canonical(&gives)), id) {
                found.push(format!("{other} and {id} have the same input"));
            } else if test["result"] == "invalid" && !id.as_str().is_some_and(|id| SAME_ELSEWHERE.contains(&id)) {
                let what = format!("{} {input}", test["requirement"]);
                if let Some(other) = refused.insert(what, id) {
                    found.push(format!("{other} and {id} have the same input and requirement"));
                }
            }
        }
    }
    found
}

/// The value as text, with members sorted by name.
fn canonical(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let sorted: BTreeMap<_, _> = members.iter().map(|(name, value)| (name, canonical(value))).collect();
            format!("{sorted:?}")
        }
        Value::Array(items) => format!("{:?}", items.iter().map(canonical).collect::<Vec<_>>()),
        other => other.to_string(),
    }
}

fn one(test: &Value) -> Vec<String> {
    let mut found = Vec::new();
    let id = test["requirement"].as_str();
    if let Some(unknown) = id.filter(|id| requirement::find(id).is_none()) {
        found.push(format!("there is no requirement {unknown}"));
    }
    let refuses = |duty| test["result"] == "invalid" && duty != Duty::Refuse;
    let accepts = |duty| test["result"] == "valid" && !matches!(duty, Duty::Accept | Duty::Emit);
    if let Some(requirement) = id.and_then(requirement::find).filter(|it| refuses(it.duty) || accepts(it.duty)) {
        let duty = format!("{:?}", requirement.duty).to_lowercase();
        found.push(format!("its result is {}, but the duty of {} is to {duty}", test["result"], requirement.id));
    }
    if test["result"] == "invalid" && id.is_none() {
        found.push("its result is invalid, but it has no requirement".into());
    }
    if test["result"] == "invalid" && test.get("output").is_some() {
        found.push("an invalid test must not have an output".into());
    }
    if test["result"] == "valid" && test.get("error").is_some() {
        found.push("a valid test must not have an error".into());
    }
    found
}

/// Checks that every used flag is described, and that every described flag is used.
fn flags(file: &Value, tests: &[&Value]) -> Vec<String> {
    let described: BTreeSet<&str> =
        file["flags"].as_object().into_iter().flat_map(|flags| flags.keys().map(String::as_str)).collect();
    let used = tests.iter().filter_map(|test| test["flags"].as_array()).flatten().filter_map(Value::as_str);
    let used: BTreeSet<&str> = used.collect();
    let unknown = used.difference(&described).map(|flag| format!("the flag {flag} is not described"));
    unknown.chain(described.difference(&used).map(|flag| format!("no test has the flag {flag}"))).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn file() -> Value {
        json!({
            "kind": "pkce", "schema": "schema/pkce.json", "numberOfTests": 2, "lastId": 3, "flags": { "Rfc": {}, "Length": {} },
            "groups": [{ "tests": [
                { "id": "pkce-1", "comment": "a", "input": "x", "result": "valid", "requirement": "RFC7636-4.2-2", "flags": ["Rfc"] },
                { "id": "pkce-3", "comment": "b", "input": "y", "result": "invalid", "requirement": "RFC7636-4.1-2", "flags": ["Length"] },
            ]}],
        })
    }

    fn lists() -> Refused {
        Refused::from([("pkce".to_owned(), ["RFC7636-4.1-2".to_owned()].into())])
    }

    #[test]
    fn a_file_in_order_has_nothing_to_say() {
        assert_eq!(of("pkce", &file(), &lists()), Vec::<String>::new());
    }

    #[test]
    fn each_rule_bites() {
        let cases: &[(&str, Value, &str)] = &[
            ("/kind", json!("jws"), "its kind"),
            ("/numberOfTests", json!(3), "numberOfTests"),
            ("/lastId", json!(2), "not an id that"),
            ("/groups/0/tests/0/id", json!("pkce-01"), "not an id that"),
            ("/groups/0/tests/0/id", json!("jws-1"), "not an id that"),
            ("/groups/0/tests/0/id", json!("pkce-3"), "appears twice"),
            (
                "/groups/0/tests/0",
                json!({ "id": "pkce-2", "comment": "b", "input": "z", "result": "invalid", "requirement": "RFC7636-4.1-2", "flags": ["Length"] }),
                "same requirement",
            ),
            (
                "/groups",
                json!([
                    { "tests": [{ "id": "pkce-1", "comment": "a", "input": { "x": 1, "y": [2] }, "result": "valid", "flags": ["Rfc"] }] },
                    { "tests": [{ "id": "pkce-3", "comment": "b", "input": { "y": [2], "x": 1 }, "result": "valid", "flags": ["Length"] }], "source": "z" },
                ]),
                "same input",
            ),
            (
                "/groups",
                json!([
                    { "tests": [{ "id": "pkce-1", "comment": "a", "input": "x", "result": "invalid", "requirement": "RFC7636-4.1-2", "flags": ["Rfc"] }] },
                    { "tests": [{ "id": "pkce-3", "comment": "b", "input": "x", "result": "invalid", "requirement": "RFC7636-4.1-2", "flags": ["Rfc"] }], "code_challenge": "z" },
                ]),
                "same input and requirement",
            ),
            ("/groups/0/tests/0/input", json!("y"), "same input"),
            ("/groups/0/tests/1/requirement", json!("RFC7636-4.1-99"), "there is no requirement"),
            ("/groups/0/tests/1/requirement", json!(null), "has no requirement"),
            ("/groups/0/tests/1/requirement", json!("RFC7636-4.2-2"), "the duty of"),
            (
                "/groups/0/tests/0",
                json!({ "id": "pkce-1", "comment": "a", "input": "x", "result": "valid", "requirement": "RFC7636-4.1-2", "flags": ["Rfc"] }),
                "the duty of",
            ),
            ("/groups/0/tests/0/result", json!("invalid"), "is valid"),
            ("/schema", json!("schema/nonsense.json"), "its schema"),
            ("/groups/0/tests/1/requirement", json!("RFC7636-4.6-1"), "is not in requirements.json"),
            ("/groups/0/tests/1/requirement", json!("RFC7636-4.6-1"), "refused for RFC7636-4.1-2 any more"),
            ("/groups/0/tests/1/result", json!("valid"), "refused for RFC7636-4.1-2 any more"),
            ("/groups/0/tests/0/flags", json!(["Other"]), "not described"),
            ("/groups/0/tests/0/flags", json!([]), "no test has the flag"),
        ];
        for (at, value, what) in cases {
            let mut file = file();
            *file.pointer_mut(at).unwrap_or_else(|| panic!("{at} is there")) = value.clone();
            let found = of("pkce", &file, &lists());
            assert!(found.iter().any(|found| found.contains(what)), "{at} {value}: {found:?}");
        }
    }
}
