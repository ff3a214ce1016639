//! The registry: every statement that binds a server is a row, what is planned is a capability that is not built, and every
//! rule that refuses stands on a line that refuses.

use fapi::requirement::{self, CAPABILITIES, Duty, Level, Requirement};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The statements that bind an authorization server or a resource server, an id and a level on each line.
const IDS: &str = include_str!("registry/ids.txt");

/// Rows that refuse and that no line can cite, each with the reason.
const NOTHING_TO_REFUSE: &[(&str, &str)] = &[
    ("FAPI2-SP-5.1.2-1", "no configuration weakens a profile: policies only tighten, as policies_form_a_lattice shows"),
    ("FAPI2-SP-5.4.1-3", "JOSE registers no curve of less than 224 bits: a smaller one is an unknown key (RFC7517-4-1)"),
    ("FAPI1-BASE-5.2.2-6", "restates FAPI2-SP-5.4.1-3, with 160 bits"),
    ("RFC6749-4.3.2-1", "binds servers that offer the password grant, and RFC9700-2.4-1 says not to"),
];

fn rows() -> impl Iterator<Item = (&'static str, &'static str)> {
    IDS.lines().map(|line| line.split_once(' ').unwrap_or_else(|| panic!("{line:?} has no level")))
}

fn level(name: &str) -> Level {
    match name {
        "MUST" => Level::Must,
        "MUST NOT" => Level::MustNot,
        "SHOULD" => Level::Should,
        "SHOULD NOT" => Level::ShouldNot,
        "MAY" => Level::May,
        other => panic!("{other:?} is no level"),
    }
}

#[test]
fn every_statement_that_binds_a_server_is_a_row_of_its_level() {
    let differs = |(id, named): &(&str, &str)| requirement::find(id).map(|row| row.level) != Some(level(named));
    assert_eq!(rows().filter(differs).collect::<Vec<_>>(), []);
    assert!(rows().count() > 850 && rows().map(|(id, _)| id).is_sorted_by(|a, b| a < b));
}

#[test]
fn a_row_is_planned_for_a_capability_that_is_not_built_and_each_of_them_has_rows() {
    let planned: BTreeSet<&str> = requirement::all().filter_map(|row| row.planned).collect();
    assert_eq!(planned, CAPABILITIES.iter().copied().collect());
    assert!(CAPABILITIES.is_sorted());
}

#[test]
fn a_row_that_restates_a_built_one_is_built() {
    let restates_built = |row: &&Requirement| row.restated_by.iter().any(|id| requirement::find(id).unwrap().planned.is_none());
    let planned = requirement::all().filter(|row| row.planned.is_some()).filter(restates_built);
    assert_eq!(planned.map(|row| row.id).collect::<Vec<_>>(), [""; 0]);
}

#[test]
fn every_rule_that_refuses_stands_on_a_line_that_refuses() {
    let sources: Vec<String> = sources().iter().map(|path| std::fs::read_to_string(path).unwrap()).collect();
    let tables = tables();
    let cited = |row: &Requirement| {
        let constant = tables.iter().find(|(id, _)| id == row.id).map(|(_, constant)| constant);
        let constant = constant.unwrap_or_else(|| panic!("{} stands in no table", row.id));
        sources.iter().any(|source| names(source, constant))
    };
    let refuses = |row: &&&Requirement| row.duty == Duty::Refuse && row.planned.is_none();
    let all: Vec<&Requirement> = requirement::all().collect();
    let uncited = all
        .iter()
        .filter(refuses)
        .filter(|row| !cited(row) && !row.restated_by.iter().any(|id| cited(requirement::find(id).unwrap())));
    let uncited: BTreeSet<&str> = uncited.map(|row| row.id).collect();
    assert_eq!(uncited, NOTHING_TO_REFUSE.iter().map(|(id, _)| *id).collect());
}

#[test]
fn a_planned_rule_stands_on_no_line() {
    let sources: Vec<String> = sources().iter().map(|path| std::fs::read_to_string(path).unwrap()).collect();
    let planned = |id: &str| requirement::find(id).is_some_and(|row| row.planned.is_some());
    let cited = tables().into_iter().filter(|(id, constant)| planned(id) && sources.iter().any(|source| names(source, constant)));
    assert_eq!(cited.collect::<Vec<_>>(), []);
}

#[test]
fn a_comment_or_a_longer_name_is_no_citation() {
    assert!(names("rfc0::CODE.require(holds, InvalidGrant)?;", "rfc0::CODE"));
    assert!(names("let basis = [&rfc0::CODE_ONCE, &rfc0::CODE];", "rfc0::CODE"));
    assert!(!names("rfc0::CODE_ONCE.require(holds, InvalidGrant)?;", "rfc0::CODE"));
    assert!(!names("local_rfc0::CODE.require(holds, InvalidGrant)?;", "rfc0::CODE"));
    assert!(!names("holds // as rfc0::CODE says", "rfc0::CODE"));
}

/// Whether the code of this source names this constant.
fn names(source: &str, constant: &str) -> bool {
    let code = source.lines().map(|line| line.split("//").next().unwrap_or_default());
    let mut found = code.flat_map(|line| line.match_indices(constant).map(move |(at, _)| (line, at)));
    let part = |octet: Option<&u8>| octet.is_some_and(|octet| octet.is_ascii_alphanumeric() || *octet == b'_');
    found.any(|(line, at)| {
        let (before, after) = (line.as_bytes()[..at].last(), line.as_bytes().get(at + constant.len()));
        !part(before) && !part(after)
    })
}

/// The sources of the library without the registry.
fn sources() -> Vec<PathBuf> {
    let (mut found, mut folders) = (vec![], vec![root()]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match path.file_stem().is_some_and(|name| name == "requirement") {
                true => {}
                false if path.is_dir() => folders.push(path),
                false => found.push(path),
            }
        }
    }
    found
}

/// Each row's id, and its constant as code names it.
fn tables() -> Vec<(String, String)> {
    let files = std::fs::read_dir(root().join("requirement")).unwrap().map(|entry| entry.unwrap().path());
    let rows = files.flat_map(|path| {
        let module = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let table = std::fs::read_to_string(&path).unwrap();
        let rows: Vec<_> = table.lines().filter_map(|line| row(&module, line)).collect();
        rows
    });
    rows.collect()
}

/// `NAME = "ID", …`.
fn row(module: &str, line: &str) -> Option<(String, String)> {
    let (name, rest) = line.trim_start().split_once(" = \"")?;
    Some((rest.split('"').next()?.to_owned(), format!("{module}::{name}")))
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}
