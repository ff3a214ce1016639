//! `requirements.json`: per kind, the requirements for which some input of the file is refused.
//!
//! `vectors write` only adds to the list; an entry whose last test was removed must be deleted by hand. So the only test of a
//! requirement cannot disappear unnoticed.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::file::File;

/// The lists by kind.
pub(super) type Refused = BTreeMap<String, BTreeSet<String>>;

/// Reads the lists of this folder.
pub(super) fn read(folder: &Path) -> Result<Refused, String> {
    let path = path(folder);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|_| "{}".into());
    serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))
}

/// Adds the requirements of the tables to the lists of this folder.
pub(super) fn extend(folder: &Path, files: &[File]) -> Result<(), String> {
    let old = read(folder)?;
    let mut lists = old.clone();
    for file in files {
        let tests = file.groups.iter().flat_map(|group| &group.tests).filter(|test| !test.valid);
        let ids: BTreeSet<String> = tests.filter_map(|test| Some(test.requirement?.id.to_owned())).collect();
        if !ids.is_empty() {
            lists.entry(file.kind.to_owned()).or_default().extend(ids);
        }
    }
    if lists == old {
        return Ok(());
    }
    let path = path(folder);
    let text = serde_json::to_string_pretty(&lists).map_err(|error| error.to_string())?;
    std::fs::write(&path, text + "\n").map_err(|error| format!("{}: {error}", path.display()))
}

/// Compares the tests of a kind with its list.
pub(super) fn check(kind: &str, lists: &Refused, tests: &[&Value]) -> Vec<String> {
    let none = BTreeSet::new();
    let listed = lists.get(kind).unwrap_or(&none);
    let invalid = tests.iter().filter(|test| test["result"] == "invalid");
    let found: BTreeSet<String> = invalid.filter_map(|test| test["requirement"].as_str()).map(str::to_owned).collect();
    let lost =
        listed.difference(&found).map(|id| format!("no input is refused for {id} any more, although requirements.json lists it"));
    lost.chain(found.difference(listed).map(|id| format!("{id} is not in requirements.json"))).collect()
}

fn path(folder: &Path) -> PathBuf {
    folder.join("requirements.json")
}
