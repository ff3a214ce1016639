//! `requirements.json`: per kind, the requirements that some input of the file is refused for.
//!
//! The list only grows by itself: writing adds what the tables have anew, and a row whose last test is gone is taken out by hand. So
//! no test can be lost unnoticed that is the only one of its requirement.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::file::File;

/// The lists by kind.
pub(super) type Refused = BTreeMap<String, BTreeSet<String>>;

/// The lists of this folder.
pub(super) fn read(folder: &Path) -> Result<Refused, String> {
    let path = path(folder);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|_| "{}".into());
    serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))
}

/// Adds what the tables say to the lists of this folder.
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

/// What the tests of a kind have too little or too much.
pub(super) fn check(kind: &str, lists: &Refused, tests: &[&Value]) -> Vec<String> {
    let none = BTreeSet::new();
    let listed = lists.get(kind).unwrap_or(&none);
    let invalid = tests.iter().filter(|test| test["result"] == "invalid");
    let found: BTreeSet<String> = invalid.filter_map(|test| test["requirement"].as_str()).map(str::to_owned).collect();
    let lost =
        listed.difference(&found).map(|id| format!("no input is refused for {id} any more, which requirements.json lists"));
    lost.chain(found.difference(listed).map(|id| format!("{id} is not in requirements.json"))).collect()
}

fn path(folder: &Path) -> PathBuf {
    folder.join("requirements.json")
}
