//! `cargo xtask peers`: makes the table of what each peer keeps from the suite's reports.
//!
//! The reports are those of runs without known results, since a known result may be a failure or a warning.

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::ffi::OsString;
use std::fmt::Write as _;
use std::fs;
use std::io::{self, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

/// Prints the table for these reports. A report is the JSON report of one peer.
pub(crate) fn run(arguments: impl Iterator<Item = OsString>) -> io::Result<()> {
    let reports = arguments.map(|path| json(&fs::read(&path).map_err(|error| named(Path::new(&path), error))?));
    let reports = reports.collect::<io::Result<Vec<_>>>()?;
    if reports.is_empty() {
        return Err(io::Error::other("peers needs the JSON report of at least one peer"));
    }
    if reports.iter().any(has_known_results) {
        return Err(io::Error::other(
            "a report is of a run with known results; WITHOUT_KNOWN=1 makes the judge.sh of a peer leave them out",
        ));
    }
    io::stdout().write_all(table(&reports, &summaries()?).as_bytes())
}

fn has_known_results(report: &Value) -> bool {
    report["results"].as_array().into_iter().flatten().any(|result| text(result, "outcome") == "expected")
}

/// The sentences that describe the scenarios, from `fapi-conformance list`.
fn summaries() -> io::Result<BTreeMap<String, String>> {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(["run", "--quiet", "--release", "--package", "fapi-conformance"]);
    cargo.arg("--manifest-path").arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.toml"));
    let output = cargo.args(["--", "list", "--format", "json"]).stderr(Stdio::inherit()).output()?;
    let list = json(&output.stdout)?;
    let each = list.as_array().into_iter().flatten();
    Ok(each.map(|scenario| (text(scenario, "id").to_owned(), text(scenario, "summary").to_owned())).collect())
}

/// What a run showed about a scenario at one peer. The worst of its variants counts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Mark {
    NotJudged,
    Kept,
    Warned,
    NotKept,
}

impl Mark {
    /// The mark of a result. Warnings in passing do not count.
    fn of(result: &Value, in_passing: &BTreeSet<String>) -> Self {
        match text(result, "outcome") {
            "passed" => Self::Kept,
            "warning" if result["finding"].is_null() && warnings(result).all(|warning| in_passing.contains(warning)) => {
                Self::Kept
            }
            "warning" => Self::Warned,
            "failed" => Self::NotKept,
            _ => Self::NotJudged,
        }
    }

    fn sign(self) -> &'static str {
        match self {
            Self::NotJudged => "–",
            Self::Kept => "yes",
            Self::Warned => "(no)",
            Self::NotKept => "**no**",
        }
    }
}

/// The warnings of a report that are about none of the scenarios that tell them, since too many do.
fn in_passing(report: &Value) -> BTreeSet<String> {
    let mut told: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for result in report["results"].as_array().into_iter().flatten() {
        for warning in warnings(result) {
            told.entry(warning).or_default().insert(text(result, "scenario"));
        }
    }
    told.into_iter().filter(|(_, scenarios)| scenarios.len() > 10).map(|(warning, _)| warning.to_owned()).collect()
}

fn warnings(result: &Value) -> impl Iterator<Item = &str> {
    result["warnings"].as_array().into_iter().flatten().filter_map(Value::as_str)
}

/// A scenario at all peers.
struct Row {
    scenario: String,
    area: &'static str,
    marks: Vec<Mark>,
    /// The clauses of its findings, with their links.
    clauses: BTreeSet<(String, String)>,
}

/// The document: a head, the figures by area, and a table of deviations for each area.
fn table(reports: &[Value], summaries: &BTreeMap<String, String>) -> String {
    let names: Vec<_> = reports.iter().map(|report| text(&report["target"], "name")).collect();
    let days: BTreeSet<_> = reports.iter().map(|report| text(report, "started").split('T').next().unwrap_or_default()).collect();
    let rows = rows(reports);
    let mut page = String::from(HEAD);
    let days = days.into_iter().collect::<Vec<_>>().join(", ");
    let tool = text(&reports[0]["tool"], "version");
    let _ = writeln!(page, "Judged on {days} by fapi-conformance {tool}: {}.\n", names.join(", "));

    page.push_str("## Scenarios kept, of those judged\n\n");
    heading(&mut page, &["area"], &names);
    let areas: Vec<_> = AREAS.iter().map(|(_, area)| *area).chain([OTHER]).collect();
    let mut seen = BTreeSet::new();
    let areas: Vec<_> = areas.into_iter().filter(|area| seen.insert(*area) && rows.iter().any(|row| row.area == *area)).collect();
    for area in areas.iter().map(|area| Some(*area)).chain([None]) {
        let _ = write!(page, "| {} |", area.unwrap_or("all"));
        for peer in 0..names.len() {
            let marks: Vec<_> =
                rows.iter().filter(|row| area.is_none_or(|area| row.area == area)).map(|row| row.marks[peer]).collect();
            let judged = marks.iter().filter(|mark| **mark != Mark::NotJudged).count();
            let kept = marks.iter().filter(|mark| **mark == Mark::Kept).count();
            let _ = if judged == 0 { write!(page, " – |") } else { write!(page, " {kept} of {judged} |") };
        }
        page.push('\n');
    }
    for (name, report) in names.iter().zip(reports) {
        for warning in in_passing(report) {
            let _ = writeln!(page, "\n{name}, in many scenarios: {warning}.");
        }
    }
    for area in areas {
        let deviating = |row: &&Row| row.area == area && row.marks.iter().any(|mark| *mark > Mark::Kept);
        let rows: Vec<_> = rows.iter().filter(deviating).collect();
        if rows.is_empty() {
            continue;
        }
        let _ = writeln!(page, "\n## {area}\n");
        heading(&mut page, &["scenario", "clause"], &names);
        for row in rows {
            let about =
                summaries.get(&row.scenario).map(|summary| format!("{} ", summary.replace('|', "\\|"))).unwrap_or_default();
            let clauses: Vec<_> = row.clauses.iter().map(|(id, link)| format!("[{id}]({link})")).collect();
            let marks: Vec<_> = row.marks.iter().map(|mark| mark.sign()).collect();
            let _ = writeln!(page, "| {about}`{}` | {} | {} |", row.scenario, clauses.join(", "), marks.join(" | "));
        }
    }
    page
}

/// The scenarios of all reports, in their order.
fn rows(reports: &[Value]) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    let mut places = BTreeMap::new();
    for (peer, report) in reports.iter().enumerate() {
        let in_passing = in_passing(report);
        for result in report["results"].as_array().into_iter().flatten() {
            let scenario = text(result, "scenario");
            let place = *places.entry(scenario.to_owned()).or_insert_with(|| {
                let first = result["requirements"][0].as_str().unwrap_or_default();
                let marks = vec![Mark::NotJudged; reports.len()];
                rows.push(Row { scenario: scenario.to_owned(), area: area(first), marks, clauses: BTreeSet::new() });
                rows.len() - 1
            });
            let row = &mut rows[place];
            row.marks[peer] = row.marks[peer].max(Mark::of(result, &in_passing));
            let finding = &result["finding"];
            if let (Some(id), Some(link)) = (finding["requirement"].as_str(), finding["link"].as_str()) {
                row.clauses.insert((id.to_owned(), link.to_owned()));
            }
        }
    }
    rows
}

fn heading(page: &mut String, first: &[&str], names: &[&str]) {
    let columns: Vec<_> = first.iter().chain(names).copied().collect();
    let _ = writeln!(page, "| {} |\n|{}", columns.join(" | "), "---|".repeat(columns.len()));
}

/// The area of a scenario is that of the first clause it cites: the first prefix of the id decides.
fn area(requirement: &str) -> &'static str {
    AREAS.iter().find(|(prefix, _)| requirement.starts_with(prefix)).map_or(OTHER, |(_, area)| area)
}

const AREAS: &[(&str, &str)] = &[
    ("FAPI2-SP", "FAPI 2.0 Security Profile"),
    ("RFC6749", "OAuth 2.0 (RFC 6749)"),
    ("RFC6750", "Bearer tokens (RFC 6750)"),
    ("RFC9126", "Pushed authorization requests (RFC 9126)"),
    ("RFC7636", "PKCE (RFC 7636)"),
    ("RFC7521", "Client assertions and JWTs (RFC 7515, 7518, 7519, 7521, 7523, 8725)"),
    ("RFC7523", "Client assertions and JWTs (RFC 7515, 7518, 7519, 7521, 7523, 8725)"),
    ("RFC7515", "Client assertions and JWTs (RFC 7515, 7518, 7519, 7521, 7523, 8725)"),
    ("RFC7518", "Client assertions and JWTs (RFC 7515, 7518, 7519, 7521, 7523, 8725)"),
    ("RFC7519", "Client assertions and JWTs (RFC 7515, 7518, 7519, 7521, 7523, 8725)"),
    ("RFC8725", "Client assertions and JWTs (RFC 7515, 7518, 7519, 7521, 7523, 8725)"),
    ("RFC9449", "DPoP (RFC 9449)"),
    ("RFC8705", "Mutual TLS (RFC 8705)"),
    ("RFC7009", "Introspection and revocation (RFC 7662, 7009)"),
    ("RFC7662", "Introspection and revocation (RFC 7662, 7009)"),
    ("OIDC", "OpenID Connect"),
    ("FAPI-", "Rules of the suite, which bind nobody"),
];

const OTHER: &str = "Other documents";

const HEAD: &str = "\
# What servers keep

This page is made by `cargo xtask peers` from reports of the servers in `conformance/peers`, which CI judges at fixed versions; the files
in `conformance/expected` say why a server deviates. A scenario tests one rule, and has a row below if a server deviates from it.

* yes: kept in every variant that was judged
* **no**: in some variant, the server does what a MUST forbids, or does not do what a MUST requires
* (no): the same for a SHOULD, or for a rule of the suite
* –: not judged, since the server lacks the feature or a step before it was refused

The results are those of the configuration that `conformance/peers` sets up, not of the software in general.

";

fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value[name].as_str().unwrap_or_default()
}

fn json(octets: &[u8]) -> io::Result<Value> {
    serde_json::from_slice(octets).map_err(io::Error::other)
}

fn named(path: &Path, error: io::Error) -> io::Error {
    io::Error::other(format!("{}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn report(name: &str, results: Value) -> Value {
        json!({ "tool": { "version": "1.2.3" }, "target": { "name": name }, "started": "2026-11-29T22:00:00Z", "results": results })
    }

    fn result(scenario: &str, outcome: &str, finding: Value) -> Value {
        json!({ "scenario": scenario, "outcome": outcome, "requirements": ["RFC9449-4.3-1"], "finding": finding, "warnings": [] })
    }

    fn lines(page: &str, part: &str) -> Vec<String> {
        page.lines().filter(|line| line.contains(part)).map(str::to_owned).collect()
    }

    #[test]
    fn the_worst_variant_counts_and_the_clause_is_that_of_the_finding() {
        let finding = json!({ "requirement": "RFC7515-2-1", "link": "https://example.com/" });
        let one = report("one 1", json!([result("a", "passed", Value::Null), result("a", "failed", finding)]));
        let two = report("two 2", json!([result("a", "passed", Value::Null), result("a", "skipped", Value::Null)]));
        let page = table(&[one, two], &BTreeMap::from([("a".into(), "Tests a.".into())]));
        assert_eq!(lines(&page, "`a`"), ["| Tests a. `a` | [RFC7515-2-1](https://example.com/) | **no** | yes |"]);
        assert_eq!(lines(&page, "| all |"), ["| all | 0 of 1 | 1 of 1 |"]);
    }

    #[test]
    fn what_all_keep_is_only_counted() {
        let mut warned = result("b", "warning", Value::Null);
        warned["warnings"] = json!(["w"]);
        let one = report("one 1", json!([result("a", "passed", Value::Null), warned]));
        let page = table(&[one], &BTreeMap::new());
        assert_eq!(lines(&page, "`a`"), Vec::<String>::new());
        assert_eq!(lines(&page, "`b`"), ["| `b` |  | (no) |"]);
        assert_eq!(lines(&page, "| DPoP"), ["| DPoP (RFC 9449) | 1 of 2 |"]);
    }

    #[test]
    fn a_warning_of_many_scenarios_is_about_none_of_them() {
        let warned = |number| json!({ "scenario": format!("s{number}"), "outcome": "warning", "requirements": [], "finding": null, "warnings": ["w"] });
        let many = table(&[report("one 1", (0..11).map(warned).collect())], &BTreeMap::new());
        assert_eq!(lines(&many, "| all |"), ["| all | 11 of 11 |"]);
        assert_eq!(lines(&many, "in many scenarios"), ["one 1, in many scenarios: w."]);
        let few = table(&[report("one 1", (0..10).map(warned).collect())], &BTreeMap::new());
        assert_eq!(lines(&few, "| all |"), ["| all | 0 of 10 |"]);
    }

    #[test]
    fn what_no_variant_judged_is_no_deviation() {
        let one = report("one 1", json!([result("a", "skipped", Value::Null)]));
        let page = table(&[one], &BTreeMap::new());
        assert_eq!(lines(&page, "`a`"), Vec::<String>::new());
        assert_eq!(lines(&page, "| all |"), ["| all | – |"]);
    }
}
