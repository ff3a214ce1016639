//! The registry: every statement that binds a server is a row, a planned row names a capability that is not built, and every
//! rule that refuses appears on a line that refuses.

use fapi::requirement::{self, CAPABILITIES, Duty, Level, Requirement};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The statements that bind an authorization server or a resource server, with an id and a level on each line.
const IDS: &str = include_str!("registry/ids.txt");

/// Rows that refuse but that no line can cite, each with the reason.
const NOTHING_TO_REFUSE: &[(&str, &str)] = &[
    ("FAPI2-SP-5.1.2-1", "no configuration weakens a profile, because policies only tighten, as policies_form_a_lattice shows"),
    ("FAPI2-SP-5.4.1-3", "JOSE registers no curve below 224 bits, so a smaller one is an unknown key (RFC7517-4-1)"),
    ("RFC6749-4.3.2-1", "binds servers that offer the password grant, which RFC9700-2.4-1 forbids"),
    ("RFC7523-3-6", "permits refusing an old assertion; the library only checks its expiry"),
];

/// Rows whose constant is on a line that does not refuse, and the code that refuses for them.
const REFUSES_ELSEWHERE: &[(&str, &str)] = &[
    ("OIDCC-16.19-1", "one of the pairs of `ClientRegistration::credential`, whose last line requires the one that was chosen"),
    ("FAPI-TIMES-1", "one of the two claims of `Assertion::timely`, whose loop requires each"),
    ("RFC8705-2.1.2-2", "one of the bases of `certificate::check`, whose last line is broken unless the name matches"),
    ("OCP-CLI-01", "the basis of `UnknownName`, the error about the name of a kind"),
    ("OCP-FAPI-14", "a conjunct of the profile `BY_CERTIFICATE`"),
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

/// As long as a profile is not implemented, nothing is observed under it, even if its rows restate built ones.
#[test]
fn a_row_that_restates_a_built_one_is_built_unless_its_profile_is_not() {
    let restates_built = |row: &&Requirement| row.restated_by.iter().any(|id| requirement::find(id).unwrap().planned.is_none());
    let planned = requirement::all().filter(|row| row.planned.is_some_and(|capability| capability != "FAPI 1"));
    let planned = planned.filter(restates_built);
    assert_eq!(planned.map(|row| row.id).collect::<Vec<_>>(), [""; 0]);
}

#[test]
fn every_rule_that_refuses_appears_on_a_line_that_refuses() {
    let cited = cited(refusing);
    let stands = |id: &str| cited.contains(id) || REFUSES_ELSEWHERE.iter().any(|(known, _)| *known == id);
    let refuses = requirement::all().filter(|row| row.duty == Duty::Refuse && row.planned.is_none());
    let uncited = refuses.filter(|row| !stands(row.id) && !row.restated_by.iter().any(|id| stands(id)));
    let uncited: BTreeSet<&str> = uncited.map(|row| row.id).collect();
    assert_eq!(uncited, NOTHING_TO_REFUSE.iter().map(|(id, _)| *id).collect());
}

#[test]
fn a_planned_rule_appears_on_no_line() {
    let planned = |id: &String| requirement::find(id).unwrap().planned.is_some();
    assert_eq!(cited(constants).into_iter().filter(planned).collect::<Vec<_>>(), [""; 0]);
}

#[test]
fn comments_tests_and_longer_names_are_no_citations() {
    let named = constants;
    assert_eq!(named("rfc0::CODE.require(holds, InvalidGrant)?;"), ["rfc0::CODE"]);
    assert_eq!(named("[&crate::requirement::rfc0::CODE_ONCE, &rfc0::CODE]"), ["rfc0::CODE_ONCE", "rfc0::CODE"]);
    assert_eq!(named("holds // as rfc0::CODE says\n#[cfg(test)]\nrfc0::CODE.require(holds)"), [""; 0]);
}

#[test]
fn a_mention_alone_is_no_refusal() {
    for (line, refuses) in [
        ("rfc0::CODE.require(holds, InvalidGrant)?;", true),
        ("let code = rfc0::CODE.demand(code, InvalidGrant)?;", true),
        ("Err(rfc0::CODE.refuse(InvalidGrant))", true),
        ("if rfc0::CODE.broken_unless(holds) {", true),
        ("refusal.basis.push(&rfc0::CODE);", true),
        ("refusal.basis.push(&requirement::ocp::rfc0::CODE);", true),
        ("code: &[Conjunct::new(AtMost(60), &rfc0::CODE)],", true),
        ("fn basis(&self) -> &'static Requirement {\nmatch self {\nSelf::Code => &rfc0::CODE,", true),
        ("fn text(&self) -> String {\nmatch self {\nSelf::Code => &rfc0::CODE,", false),
        ("rfc0::CODE\n    .require(holds, InvalidGrant)?;", true),
        ("let code = rfc0::CODE\n    .id;", false),
        ("let basis = &rfc0::CODE;", false),
        ("use crate::requirement::rfc0::CODE;", false),
        ("event.shows(&rfc0::CODE);", false),
        ("rfc0::OTHER.require(holds, rfc0::CODE.error())?;", false),
    ] {
        assert_eq!(refusing(line).contains(&"rfc0::CODE"), refuses, "{line}");
    }
}

#[test]
fn rows_that_refuse_elsewhere_are_named_and_not_cited() {
    let (refuses, named) = (cited(refusing), cited(constants));
    for (id, why) in REFUSES_ELSEWHERE {
        assert!(named.contains(*id) && !refuses.contains(*id), "{id} is listed with the reason: {why}");
    }
}

/// Returns the ids of the rows that the library's code names, as `names` finds them.
fn cited(names: fn(&str) -> Vec<&str>) -> BTreeSet<String> {
    let tables = tables();
    let mut cited = BTreeSet::new();
    for path in sources() {
        let source = std::fs::read_to_string(path).unwrap();
        cited.extend(names(&source).into_iter().filter_map(|constant| tables.get(constant).cloned()));
    }
    assert!(cited.len() > 150, "{} of {}", cited.len(), tables.len());
    cited
}

/// Returns the code of a source line by line, without tests and comments.
fn code(source: &str) -> impl Iterator<Item = &str> {
    let code = source.split("#[cfg(test)]").next().unwrap_or_default();
    code.lines().map(|line| line.split("//").next().unwrap_or_default())
}

/// Returns the last two words of every path in the code of a source.
fn constants(source: &str) -> Vec<&str> {
    code(source).flat_map(paths).map(|(_, path)| path).collect()
}

/// Returns true for the characters of a path.
fn part(character: char) -> bool {
    character.is_ascii_alphanumeric() || character == '_' || character == ':'
}

/// Returns the text before the path whose last words these are.
fn start<'a>(line: &'a str, words: &str) -> &'a str {
    line[..words.as_ptr() as usize - line.as_ptr() as usize].trim_end_matches(part)
}

/// Returns the paths of a line, as two words each, and the text behind them.
fn paths(line: &str) -> impl Iterator<Item = (&str, &str)> {
    line.split(|character| !part(character)).filter_map(move |path| {
        let name = path.rfind("::")?;
        let behind = path.as_ptr() as usize - line.as_ptr() as usize + path.len();
        Some((&line[behind..], &path[path[..name].rfind("::").map_or(0, |at| at + 2)..]))
    })
}

/// The methods of a requirement that refuse.
const VERBS: &[&str] = &[".require(", ".demand(", ".refuse(", ".broken_unless("];
/// Functions and types that make a line refuse for the requirements they receive.
const TAKERS: &[&str] = &[
    "basis.push(",
    "basis.extend(",
    "Refusal::new(",
    "Conjunct::new(",
    ".because(",
    "rfc_first(",
    "also(",
    ".posted(",
    ".one_header(",
    ".wrong(",
    "demand(",
    "bases: &[",
    "row(",
];

/// Like [`constants`], limited to those for which their line refuses: by one of their methods, as an argument to something that
/// refuses, or as the return value of a function that returns the basis of a refusal.
fn refusing(source: &str) -> Vec<&str> {
    let mut tells_basis = false;
    let mut found = vec![];
    let mut lines = code(source).peekable();
    while let Some(line) = lines.next() {
        let next = lines.peek().map_or("", |next| next.trim());
        let (line, signature) = (line.trim(), line.contains("fn ") || line.contains("let "));
        if signature {
            tells_basis = line.contains("&'static Requirement") && line.ends_with('{');
        }
        let taken = TAKERS.iter().any(|taker| line.contains(taker));
        for (behind, path) in paths(line) {
            let verb = VERBS.iter().any(|verb| behind.starts_with(verb) || (behind.is_empty() && next.starts_with(verb)));
            let told =
                tells_basis && !signature && (line.contains("=> &") || line.contains("=> vec![&") || line.starts_with('&'));
            // An argument is a reference, whereas the receiver of a verb is not.
            let argument = start(line, path).ends_with('&');
            if verb || (argument && (taken || told)) {
                found.push(path);
            }
        }
    }
    found
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

/// Maps each row's constant, as code names it, to its id. A folder has the parts of a document, which code names by the folder,
/// or by the part if the document makes it public.
fn tables() -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for path in files(&root().join("requirement")) {
        let document = path.file_stem().unwrap().to_str().unwrap();
        let parts = if path.is_dir() { files(&path) } else { vec![path.clone()] };
        let public = std::fs::read_to_string(path.with_extension("rs")).unwrap();
        for part in parts {
            let name = part.file_stem().unwrap().to_str().unwrap();
            let module = if public.contains(&format!("pub mod {name};")) { name } else { document };
            found.extend(std::fs::read_to_string(&part).unwrap().lines().filter_map(|line| row(module, line)));
        }
    }
    assert_eq!(found.len(), requirement::all().count());
    found
}

fn files(folder: &Path) -> Vec<PathBuf> {
    std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect()
}

/// Parses `NAME = "ID", …`.
fn row(module: &str, line: &str) -> Option<(String, String)> {
    let (name, rest) = line.trim_start().split_once(" = \"")?;
    Some((format!("{module}::{name}"), rest.split('"').next()?.to_owned()))
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}
