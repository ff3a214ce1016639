//! The report for code scanning: SARIF 2.1.0, as GitHub and others read it. A rule for each requirement that was broken, and a result
//! for each finding.

use std::path::{Component, Path};

use fapi::requirement::{Level, Requirement};
use serde_json::{Value, json};

use super::{Group, Report, level};

/// The file that stands for the reference server, which has no target file: results must be in a file.
const REFERENCE: &str = "server/src/lib.rs";
/// The rule of findings that are about the suite itself.
const SUITE: &str = "suite";
/// The number of scenarios that a message names.
const NAMED: usize = 5;

/// The report as SARIF text.
pub fn write(report: &Report) -> String {
    format!("{:#}\n", value(report))
}

/// The report as a SARIF value.
pub fn value(report: &Report) -> Value {
    let mut rules: Vec<Value> = Vec::new();
    let mut ids: Vec<&str> = Vec::new();
    let mut results = Vec::new();
    for group in &report.findings {
        let id = group.clause.map_or(SUITE, |clause| clause.id);
        let index = ids.iter().position(|known| *known == id).unwrap_or_else(|| {
            ids.push(id);
            rules.push(rule(group));
            ids.len() - 1
        });
        results.push(result(report, group, id, index));
    }
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {
                "driver": {
                    "name": env!("CARGO_PKG_NAME"),
                    "version": env!("CARGO_PKG_VERSION"),
                    "semanticVersion": env!("CARGO_PKG_VERSION"),
                    "rules": rules,
                }
            },
            "automationDetails": { "id": format!("{}/{}/", env!("CARGO_PKG_NAME"), report.run.plan.id) },
            "invocations": [invocation(report)],
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}

fn invocation(report: &Report) -> Value {
    let mut invocation = json!({ "executionSuccessful": report.run.ended.is_none() });
    if !report.run.started.is_empty() {
        invocation["startTimeUtc"] = report.run.started.as_str().into();
    }
    let stale = report.stale.iter().map(|text| ("stale", "warning", text.clone()));
    let ended = report.run.ended.iter().map(|text| ("ended", "error", format!("the run ended early: {text}")));
    let notes: Vec<_> = ended
        .chain(stale)
        .map(|(id, level, text)| json!({ "descriptor": { "id": id }, "level": level, "message": { "text": text } }))
        .collect();
    if !notes.is_empty() {
        invocation["toolExecutionNotifications"] = notes.into();
    }
    invocation
}

fn rule(group: &Group) -> Value {
    let Some(clause) = group.clause else {
        let text = "The suite works on this server.";
        return json!({ "id": SUITE, "shortDescription": { "text": text }, "fullDescription": { "text": text } });
    };
    let title = format!("{} {} ({})", clause.document, clause.clause, level(clause.level));
    json!({
        "id": clause.id,
        "shortDescription": { "text": title },
        "fullDescription": { "text": clause.summary },
        "helpUri": clause.url,
        "help": {
            "text": format!("{title}: {} See {}", clause.summary, clause.url),
            "markdown": format!("[{title}]({}): {}", clause.url, clause.summary),
        },
        "defaultConfiguration": { "level": severity(clause, is_binding(clause.level)) },
        "properties": { "tags": ["security", clause.document], "precision": "high" },
    })
}

fn result(report: &Report, group: &Group, id: &str, index: usize) -> Value {
    let rule = group.clause.map(|clause| format!("{} ", clause.summary)).unwrap_or_default();
    let named: Vec<_> = group.seen.iter().take(NAMED).map(|seen| seen.scenario.id).collect();
    let more = match group.seen.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let gain: String = group.threats.iter().map(|danger| format!(" {}: {}", danger.title, danger.gain)).collect();
    let (expected, got) = (&group.expected, &group.got);
    let text = format!("{rule}Expected {expected}; got {got}. Seen in {}{more}.{gain}", named.join(", "));
    let names = group.seen.iter().map(|seen| json!({ "name": seen.scenario.id, "kind": "function" }));
    let scenarios = group.seen.iter().map(|seen| {
        let variants: Vec<_> = seen.variants.iter().map(ToString::to_string).collect();
        json!({ "scenario": seen.scenario.id, "variants": variants })
    });
    json!({
        "ruleId": id,
        "ruleIndex": index,
        "level": group.clause.map_or("error", |clause| severity(clause, group.fails)),
        "message": { "text": text },
        "locations": [{
            "physicalLocation": {
                "artifactLocation": { "uri": place(report.run.file.as_deref()) },
                "region": { "startLine": report.run.line },
            },
            "logicalLocations": names.collect::<Vec<_>>(),
        }],
        "partialFingerprints": {
            "primaryLocationLineHash": format!("{}:1", group.fingerprint),
            "fapiConformanceFinding/v1": group.fingerprint,
        },
        "properties": {
            "target": report.run.target,
            "issuers": report.run.issuers,
            "scenarios": scenarios.collect::<Vec<_>>(),
        },
    })
}

/// The level of SARIF: what fails is an error, a recommendation a warning, and anything else a note.
fn severity(clause: &Requirement, fails: bool) -> &'static str {
    match (fails, clause.level) {
        (true, _) => "error",
        (false, Level::May) => "note",
        (false, _) => "warning",
    }
}

fn is_binding(level: Level) -> bool {
    matches!(level, Level::Must | Level::MustNot)
}

/// The target file as a URI: relative, as code scanning demands, if it is below the current folder.
fn place(file: Option<&Path>) -> String {
    let Some(file) = file else { return REFERENCE.into() };
    let below = std::env::current_dir().ok().and_then(|folder| file.strip_prefix(folder).ok()).unwrap_or(file);
    if let (true, Ok(url)) = (below.is_absolute(), url::Url::from_file_path(below)) {
        return url.into();
    }
    let parts = below.components().filter(|part| !matches!(part, Component::CurDir));
    parts.map(|part| encoded(&part.as_os_str().to_string_lossy())).collect::<Vec<_>>().join("/")
}

/// A segment of a path, percent-encoded.
fn encoded(segment: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    segment.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}
