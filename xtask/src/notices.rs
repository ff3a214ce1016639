//! `cargo xtask notices`: the licences of the software inside a program of this workspace, which its packages carry.

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::ffi::OsString;
use std::fmt::Write as _;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

/// Crates whose build script compiles what is linked, with the folder of its sources. Other build dependencies leave nothing in the
/// program.
const SOURCES: &[(&str, &str)] = &[("openssl-src", "openssl"), ("aws-lc-sys", "aws-lc")];

/// How the names of files with licences begin, in upper case.
const NAMES: &[&str] = &["LICENSE", "LICENCE", "COPYING", "COPYRIGHT", "NOTICE", "UNLICENSE"];

/// Prints the licences of the dependencies of the suite. The arguments are cargo's, for example `--features LIST`.
pub(crate) fn run(arguments: impl Iterator<Item = OsString>) -> io::Result<()> {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(["metadata", "--format-version", "1", "--locked", "--manifest-path"]);
    cargo.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("../conformance/Cargo.toml"));
    let output = cargo.args(arguments).stderr(Stdio::inherit()).output()?;
    if !output.status.success() {
        return Err(io::Error::other("cargo metadata fails"));
    }
    let metadata: Value = serde_json::from_slice(&output.stdout)?;
    io::stdout().write_all(notices(&linked(&metadata)?)?.as_bytes())
}

/// The packages that are linked into the suite, and are not of this workspace.
fn linked(metadata: &Value) -> io::Result<Vec<&Value>> {
    let packages: BTreeMap<_, _> = list(&metadata["packages"]).map(|package| (text(package, "id"), package)).collect();
    let nodes: BTreeMap<_, _> = list(&metadata["resolve"]["nodes"]).map(|node| (text(node, "id"), node)).collect();
    let own: BTreeSet<_> = list(&metadata["workspace_members"]).filter_map(Value::as_str).collect();
    let suite = packages.values().find(|package| text(package, "name") == "fapi-conformance");
    let suite = suite.ok_or_else(|| io::Error::other("the workspace has no fapi-conformance"))?;

    let (mut reached, mut next) = (BTreeSet::new(), vec![text(suite, "id")]);
    while let Some(id) = next.pop() {
        if reached.insert(id) {
            let dependencies = nodes.get(id).into_iter().flat_map(|node| list(&node["deps"]));
            next.extend(dependencies.filter(|it| is_linked(it)).map(|dependency| text(dependency, "pkg")));
        }
    }
    let mut linked: Vec<_> = reached.difference(&own).filter_map(|id| packages.get(id).copied()).collect();
    // A procedural macro runs in the compiler.
    linked.retain(|package| !list(&package["targets"]).any(|target| list(&target["kind"]).any(|kind| kind == "proc-macro")));
    linked.sort_by_key(|package| (text(package, "name"), text(package, "version")));
    Ok(linked)
}

fn is_linked(dependency: &Value) -> bool {
    let compiles = SOURCES.iter().any(|(name, _)| text(dependency, "name") == name.replace('-', "_"));
    list(&dependency["dep_kinds"]).any(|it| it["kind"].is_null() || (compiles && it["kind"] == "build"))
}

/// Each text once, below the packages that have it.
fn notices(packages: &[&Value]) -> io::Result<String> {
    let mut texts: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut notices = "The program contains this software, under these licences.\n\n".to_owned();
    for package in packages {
        let (name, version) = (text(package, "name"), text(package, "version"));
        let _ = writeln!(notices, "{name} {version}: {}", package["license"].as_str().unwrap_or("see its licence"));
        for path in files(package)? {
            let words = String::from_utf8_lossy(&fs::read(&path)?).replace('\r', "");
            texts.entry(words.trim_end().to_owned()).or_default().push(format!("{name} {version}"));
        }
    }
    for (words, names) in texts {
        let _ = write!(notices, "\n{}\n{}:\n\n{words}\n", "-".repeat(80), names.join(", "));
    }
    Ok(notices)
}

/// The files with the licences of a package, and of the sources that it compiles.
fn files(package: &Value) -> io::Result<Vec<PathBuf>> {
    let root = Path::new(text(package, "manifest_path")).parent().unwrap_or(Path::new(""));
    let source = SOURCES.iter().find(|(name, _)| *name == text(package, "name")).map(|(_, folder)| root.join(folder));
    let mut found = vec![];
    for folder in std::iter::once(root.to_owned()).chain(source) {
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().to_uppercase();
            if path.is_file() && NAMES.iter().any(|begin| name.starts_with(begin)) {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn text<'a>(value: &'a Value, member: &str) -> &'a str {
    value[member].as_str().unwrap_or_default()
}
