//! `vectors write`: writes the files from the tables.
//!
//! A test is identified by its requirement, flags (except `Own`) and comment. An existing test keeps its id. It also keeps its
//! input if that differs only in signatures, most of which are random. So writing again changes nothing, unless `anew` is set.
//! Numbers of removed tests are not reused.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Map, Value, json};

use super::file::{File, Group, Test};
use super::naming::{key, key_of, number, schema_path};
use super::{keys::Keys, refused, table};

/// Writes every file of this folder, with new signatures everywhere if `anew` is set. Returns the lines to print.
pub fn write(folder: &Path, anew: bool) -> Result<Vec<String>, String> {
    let keys = Keys::read(folder)?;
    let files = table::files(&keys);
    refused::extend(folder, &files)?;
    files.iter().map(|file| written(folder, file, anew)).collect()
}

fn written(folder: &Path, file: &File, anew: bool) -> Result<String, String> {
    let path = folder.join(format!("{}.json", file.kind));
    let old = std::fs::read_to_string(&path).unwrap_or_else(|_| "{}".into());
    let parsed: Value = serde_json::from_str(&old).map_err(|error| format!("{}: {error}", path.display()))?;
    let (text, count, fresh) = text(file, &parsed, anew);
    if text != old {
        std::fs::write(&path, &text).map_err(|error| format!("{}: {error}", path.display()))?;
    }
    Ok(format!("{:<24} {count:>4} tests, {fresh} new{}", file.kind, if text == old { "" } else { ", written" }))
}

/// The text of a file, the number of its tests, and the number of those that are new.
fn text(file: &File, old: &Value, anew: bool) -> (String, usize, usize) {
    let mut known = Known { anew, ..Known::of(file.kind, old) };
    let first = known.last;
    let groups: Vec<String> = file.groups.iter().enumerate().map(|(at, group)| group_text(file, at, group, &mut known)).collect();
    let count: usize = file.groups.iter().map(|group| group.tests.len()).sum();
    let flags: Vec<_> = file
        .flags
        .iter()
        .map(|(name, about)| format!("    {}: {}", quoted(name), line(&json!({ "description": about }))))
        .collect();
    let header: Vec<_> = file.header.iter().map(|line| format!("    {}", quoted(line))).collect();
    let text = format!(
        "{{\n  \"kind\": {},\n  \"schema\": {},\n  \"header\": [\n{}\n  ],\n  \"numberOfTests\": {count},\n  \"lastId\": {},\n  \
         \"flags\": {{\n{}\n  }},\n  \"groups\": [\n{}\n  ]\n}}\n",
        quoted(file.kind),
        quoted(&schema_path(file.kind)),
        header.join(",\n"),
        known.last,
        flags.join(",\n"),
        groups.join(",\n"),
    );
    (text, count, known.last - first)
}

fn group_text(file: &File, at: usize, group: &Group, known: &mut Known) -> String {
    let mut lines = Vec::new();
    for (name, value) in &group.members {
        let value = known
            .groups
            .get(at)
            .and_then(|old| old.get(name))
            .filter(|old| !known.anew && same_but_signed(old, value))
            .unwrap_or(value);
        lines.push(format!("      {}: {}", quoted(name), line(value)));
    }
    let tests: Vec<_> = group.tests.iter().map(|test| format!("        {}", line(&test_value(file, test, known)))).collect();
    lines.push(format!("      \"tests\": [\n{}\n      ]", tests.join(",\n")));
    format!("    {{\n{}\n    }}", lines.join(",\n"))
}

fn test_value(file: &File, test: &Test, known: &mut Known) -> Value {
    let old = known.tests.get(&key(test.requirement.map(|it| it.id).unwrap_or_default(), &test.flags, &test.comment)).cloned();
    let id = old.as_ref().and_then(|old| old["id"].as_str()).map_or_else(|| known.next(file.kind), str::to_owned);
    let anew = known.anew;
    let kept = |name: &str, value: &Value| match &old {
        Some(old) if !anew && same_but_signed(&old[name], value) => old[name].clone(),
        _ => value.clone(),
    };
    let mut members = Map::new();
    members.insert("id".into(), id.into());
    members.insert("comment".into(), test.comment.clone().into());
    members.insert("input".into(), kept("input", &test.input));
    if let Some(output) = &test.output {
        members.insert("output".into(), kept("output", output));
    }
    members.insert("result".into(), if test.valid { "valid" } else { "invalid" }.into());
    if let Some(error) = test.error {
        members.insert("error".into(), error.into());
    }
    if let Some(requirement) = test.requirement {
        members.insert("requirement".into(), requirement.id.into());
    }
    members.insert("flags".into(), test.flags.clone().into());
    Value::Object(members)
}

/// The earlier contents of a file.
struct Known {
    tests: BTreeMap<String, Value>,
    groups: Vec<Value>,
    last: usize,
    anew: bool,
}

impl Known {
    fn of(kind: &str, old: &Value) -> Self {
        let groups = old["groups"].as_array().cloned().unwrap_or_default();
        let tests: Vec<Value> = groups.iter().filter_map(|group| group["tests"].as_array()).flatten().cloned().collect();
        let numbers = tests.iter().filter_map(|test| number(kind, test["id"].as_str()?));
        let last = numbers.chain(old["lastId"].as_u64().map(|last| last as usize)).max().unwrap_or(0);
        let keyed = tests.into_iter().map(|test| (key_of(&test), test)).collect();
        Self { tests: keyed, groups, last, anew: false }
    }

    fn next(&mut self, kind: &str) -> String {
        self.last += 1;
        format!("{kind}-{}", self.last)
    }
}

/// Returns true if two values differ only in signatures over the same header and payload, anywhere in them.
fn same_but_signed(old: &Value, new: &Value) -> bool {
    match (old, new) {
        (Value::String(old), Value::String(new)) => old == new || same_jws(old, new),
        (Value::Array(old), Value::Array(new)) => {
            old.len() == new.len() && old.iter().zip(new).all(|(old, new)| same_but_signed(old, new))
        }
        (Value::Object(old), Value::Object(new)) => {
            old.keys().eq(new.keys()) && old.values().zip(new.values()).all(|(old, new)| same_but_signed(old, new))
        }
        (old, new) => old == new,
    }
}

fn same_jws(old: &str, new: &str) -> bool {
    match (old.rsplit_once('.'), new.rsplit_once('.')) {
        (Some((old, old_signature)), Some((new, new_signature))) => {
            // The shortest signature is a MAC with SHA-256.
            old == new && old.matches('.').count() == 1 && old_signature.len() > 40 && new_signature.len() > 40
        }
        _ => false,
    }
}

/// A value in one line of ASCII; all other characters are escaped.
fn line(value: &Value) -> String {
    let spaced = match value {
        Value::Object(members) => {
            let members: Vec<_> = members.iter().map(|(name, value)| format!("{}: {}", quoted(name), compact(value))).collect();
            format!("{{ {} }}", members.join(", "))
        }
        other => compact(other),
    };
    if spaced == "{  }" { "{}".into() } else { spaced }
}

fn compact(value: &Value) -> String {
    ascii(&value.to_string())
}

fn quoted(text: &str) -> String {
    compact(&Value::from(text))
}

fn ascii(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_ascii() && character != '\u{7f}' {
            plain.push(character);
        } else {
            character.encode_utf16(&mut [0; 2]).iter().for_each(|unit| plain.push_str(&format!("\\u{unit:04x}")));
        }
    }
    plain
}
