//! The names in the files: of schemas, and of tests.

use serde_json::Value;

use super::own::OWN;

/// The path from a file to its schema. The transcripts, each of which is a kind, share one.
pub(super) fn schema_path(kind: &str) -> String {
    match kind.split_once('/') {
        Some((folder, _)) => format!("../schema/{folder}.json"),
        None => format!("schema/{kind}.json"),
    }
}

/// The number in an id of this kind.
pub(super) fn number(kind: &str, id: &str) -> Option<usize> {
    let digits = id.strip_prefix(kind)?.strip_prefix('-')?;
    let number = digits.parse().ok()?;
    (number > 0 && format!("{number}") == digits).then_some(number)
}

/// The key of a test in a file: requirement, classes and comment.
pub(super) fn key_of(test: &Value) -> String {
    let flags: Vec<_> = test["flags"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    key(test["requirement"].as_str().unwrap_or_default(), &flags, test["comment"].as_str().unwrap_or_default())
}

/// The same key, from its parts.
pub(super) fn key(requirement: &str, flags: &[&str], comment: &str) -> String {
    let classes: Vec<&str> = flags.iter().copied().filter(|flag| *flag != OWN).collect();
    format!("{requirement}|{}|{comment}", classes.join(" "))
}
