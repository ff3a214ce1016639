//! `vectors lint`: whether the files are in order.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use fapi::requirement::{self, Duty};
use serde_json::Value;

use super::schema::Schemas;
use super::write::{key_of, number};

/// Everything that is not in order in the files of this folder.
pub fn lint(folder: &Path) -> Result<Vec<String>, String> {
    let schemas = Schemas::read(&folder.join("schema"))?;
    let mut found = Vec::new();
    for (kind, _) in super::runner::files() {
        let path = folder.join(format!("{kind}.json"));
        let text = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        let file = serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))?;
        found.extend(
            schemas.check(&schema_of(kind), &file).into_iter().chain(of(kind, &file)).map(|what| format!("{kind}: {what}")),
        );
    }
    Ok(found)
}

/// The schema of a kind; the transcripts, each a kind of its own, share one.
pub(super) fn schema_of(kind: &str) -> String {
    format!("{}.json", kind.split('/').next().unwrap_or_default())
}

/// What no schema says.
fn of(kind: &str, file: &Value) -> Vec<String> {
    let mut found = Vec::new();
    if file["kind"] != kind {
        found.push(format!("its kind is {}", file["kind"]));
    }
    let groups: Vec<&Value> = file["groups"].as_array().into_iter().flatten().collect();
    let tests: Vec<&Value> = groups.iter().filter_map(|group| group["tests"].as_array()).flatten().collect();
    if file["numberOfTests"] != tests.len() {
        found.push(format!("numberOfTests is {}, but there are {}", file["numberOfTests"], tests.len()));
    }
    found.extend(ids(kind, file, &tests));
    found.extend(classes(&tests));
    found.extend(inputs(&groups));
    for test in &tests {
        found.extend(one(test).into_iter().map(|what| format!("{}: {what}", test["id"])));
    }
    if !tests.iter().any(|test| test["result"] == "valid") {
        found.push("no test is valid".into());
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
            _ => found.push(format!("{id:?} is no id that the tool gave")),
        }
        if !known.insert(id) {
            found.push(format!("{id:?} is there twice"));
        }
    }
    found
}

/// No two tests of a kind have the same requirement, flags and input class.
fn classes(tests: &[&Value]) -> Vec<String> {
    let mut known = BTreeMap::new();
    let twice = |test: &&Value| known.insert(key_of(test), test["id"].clone()).map(|other| (other, test["id"].clone()));
    let pairs: Vec<_> = tests.iter().filter_map(twice).collect();
    pairs.into_iter().map(|(one, other)| format!("{one} and {other} have the same requirement, flags and class")).collect()
}

/// No two tests of a group have the same input.
fn inputs(groups: &[&Value]) -> Vec<String> {
    let mut found = Vec::new();
    for group in groups {
        let mut known = BTreeMap::new();
        for test in group["tests"].as_array().into_iter().flatten() {
            if let Some(other) = known.insert(test["input"].to_string(), &test["id"]) {
                found.push(format!("{other} and {} have the same input", test["id"]));
            }
        }
    }
    found
}

fn one(test: &Value) -> Vec<String> {
    let mut found = Vec::new();
    let id = test["requirement"].as_str();
    if let Some(unknown) = id.filter(|id| requirement::find(id).is_none()) {
        found.push(format!("no requirement is called {unknown}"));
    }
    let refuses = |duty| test["result"] == "invalid" && duty != Duty::Refuse;
    let accepts = |duty| test["result"] == "valid" && !matches!(duty, Duty::Accept | Duty::Emit);
    if let Some(requirement) = id.and_then(requirement::find).filter(|it| refuses(it.duty) || accepts(it.duty)) {
        found.push(format!("the duty of {} is to {:?}", requirement.id, requirement.duty));
    }
    if test["result"] == "invalid" && id.is_none() {
        found.push("it is invalid for no requirement".into());
    }
    if test["result"] == "invalid" && test.get("output").is_some() {
        found.push("what is invalid has no output".into());
    }
    if test["result"] == "valid" && test.get("error").is_some() {
        found.push("what is valid has no error".into());
    }
    found
}

/// Every flag is described, and every described flag is used.
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
            "kind": "pkce", "numberOfTests": 2, "lastId": 3, "flags": { "Rfc": {}, "Length": {} },
            "groups": [{ "tests": [
                { "id": "pkce-1", "comment": "a", "input": "x", "result": "valid", "requirement": "RFC7636-4.2-2", "flags": ["Rfc"] },
                { "id": "pkce-3", "comment": "b", "input": "y", "result": "invalid", "requirement": "RFC7636-4.1-2", "flags": ["Length"] },
            ]}],
        })
    }

    #[test]
    fn a_file_in_order_has_nothing_to_say() {
        assert_eq!(of("pkce", &file()), Vec::<String>::new());
    }

    #[test]
    fn each_rule_bites() {
        let cases: &[(&str, Value, &str)] = &[
            ("/kind", json!("jws"), "its kind"),
            ("/numberOfTests", json!(3), "numberOfTests"),
            ("/lastId", json!(2), "no id that the tool gave"),
            ("/groups/0/tests/0/id", json!("pkce-01"), "no id that the tool gave"),
            ("/groups/0/tests/0/id", json!("jws-1"), "no id that the tool gave"),
            ("/groups/0/tests/0/id", json!("pkce-3"), "there twice"),
            (
                "/groups/0/tests/0",
                json!({ "id": "pkce-2", "comment": "b", "input": "z", "result": "invalid", "requirement": "RFC7636-4.1-2", "flags": ["Length"] }),
                "same requirement",
            ),
            ("/groups/0/tests/0/input", json!("y"), "same input"),
            ("/groups/0/tests/1/requirement", json!("RFC7636-4.1-99"), "no requirement is called"),
            ("/groups/0/tests/1/requirement", json!(null), "for no requirement"),
            ("/groups/0/tests/1/requirement", json!("RFC7636-4.2-2"), "the duty of"),
            (
                "/groups/0/tests/0",
                json!({ "id": "pkce-1", "comment": "a", "input": "x", "result": "valid", "requirement": "RFC7636-4.1-2", "flags": ["Rfc"] }),
                "the duty of",
            ),
            ("/groups/0/tests/0/result", json!("invalid"), "no test is valid"),
            ("/groups/0/tests/0/flags", json!(["Other"]), "not described"),
            ("/groups/0/tests/0/flags", json!([]), "no test has the flag"),
        ];
        for (at, value, what) in cases {
            let mut file = file();
            *file.pointer_mut(at).unwrap_or_else(|| panic!("{at} is there")) = value.clone();
            let found = of("pkce", &file);
            assert!(found.iter().any(|found| found.contains(what)), "{at} {value}: {found:?}");
        }
    }
}
