//! The report for programs. `schema/report.schema.json` describes it.

use std::path::Path;

use serde_json::{Value, json};

use super::{Danger, Entry, Found, Group, Line, Report};
use crate::redact::Shown;

/// The version of the format. It grows when a member changes its meaning or is removed, but not for new members.
pub const VERSION: u32 = 1;

/// The report as JSON text: each finding and each result is on a line of its own.
pub fn write(report: &Report) -> String {
    let mut text = String::from("{");
    let Value::Object(members) = value(report) else { return text };
    for (number, (name, value)) in members.iter().enumerate() {
        text.push_str(if number == 0 { "\n" } else { ",\n" });
        text.push_str(&format!("  {}: ", Value::from(name.as_str())));
        match value.as_array().filter(|items| items.iter().any(Value::is_object)) {
            Some(items) => {
                let lines: Vec<_> = items.iter().map(|item| format!("    {item}")).collect();
                text.push_str(&format!("[\n{}\n  ]", lines.join(",\n")));
            }
            None => text.push_str(&value.to_string()),
        }
    }
    text.push_str("\n}\n");
    text
}

/// The report as a JSON value.
pub fn value(report: &Report) -> Value {
    let (run, summary) = (&report.run, &report.summary);
    json!({
        "version": VERSION,
        "tool": { "name": env!("CARGO_PKG_NAME"), "version": env!("CARGO_PKG_VERSION") },
        "target": { "name": run.target, "issuers": run.issuers, "file": run.file.as_deref().map(shown_path) },
        "plan": run.plan.id,
        "started": run.started,
        "seconds": seconds(run.took),
        "redacted": run.redacted,
        "flags": {
            "scenario": run.flags.scenarios.to_string(),
            "variant": run.flags.variants.to_string(),
            "fast": run.flags.fast,
            "gentle": run.flags.gentle,
            "jobs": run.flags.jobs,
            "verbose_report": run.flags.verbose_report,
        },
        "known_results": run.known_results.iter().map(|file| shown_path(file)).collect::<Vec<_>>(),
        "ended": run.ended,
        "ended_by": run.ended_by,
        "complete": report.is_complete(),
        "shortened": report.shortened,
        "summary": {
            "passed": summary.passed,
            "failed": summary.failed,
            "skipped": summary.skipped,
            "warnings": summary.warnings,
            "expected": summary.expected,
        },
        "stale": report.stale,
        "findings": report.findings.iter().map(|group| finding_of_all(report, group)).collect::<Vec<_>>(),
        "results": report.results.iter().map(result).collect::<Vec<_>>(),
    })
}

fn finding_of_all(report: &Report, group: &Group) -> Value {
    let seen = group.seen.iter().map(|seen| {
        let variants: Vec<_> = seen.variants.iter().map(ToString::to_string).collect();
        json!({ "scenario": seen.scenario.id, "variants": variants })
    });
    let shown_in = report.shown_in(group);
    json!({
        "outcome": group.word(),
        "requirement": group.clause.map(|clause| clause.id),
        "link": group.clause.map(|clause| clause.url),
        "level": group.level(),
        "rule": group.clause.map(|clause| clause.summary),
        "expected": group.expected,
        "got": group.got,
        "scenarios": seen.collect::<Vec<_>>(),
        "evidence": {
            "scenario": shown_in.map(|entry| entry.scenario.id),
            "variant": shown_in.map(|entry| entry.variant.to_string()),
            "exchange": group.exchange,
        },
        "threats": group.threats.iter().map(threat).collect::<Vec<_>>(),
        "fingerprint": group.fingerprint,
    })
}

fn result(entry: &Entry) -> Value {
    json!({
        "scenario": entry.scenario.id,
        "plan": entry.plan.id,
        "variant": entry.variant.to_string(),
        "outcome": entry.outcome.word(),
        "requirements": entry.scenario.requires.iter().map(|requirement| requirement.id).collect::<Vec<_>>(),
        "oidf": entry.modules(),
        "detail": entry.detail(),
        "finding": entry.finding().map(finding),
        "findings": entry.findings.iter().map(finding_in_words).collect::<Vec<_>>(),
        "shown_by": entry.shown_by,
        "warnings": entry.warnings,
        "only_in_company": entry.only_in_company,
        "observed": entry.observed,
        "seconds": seconds(entry.took),
        "exchanges": entry.exchanges.iter().map(exchange).collect::<Vec<_>>(),
        "outline": entry.outline.iter().map(line).collect::<Vec<_>>(),
    })
}

fn finding(found: &Found) -> Value {
    json!({
        "expected": found.expected,
        "got": found.got,
        "exchange": found.exchange,
        "requirement": found.clause.map(|clause| clause.id),
        "link": found.clause.map(|clause| clause.url),
    })
}

fn finding_in_words(found: &Found) -> Value {
    json!({
        "outcome": found.word(),
        "requirement": found.clause.map(|clause| clause.id),
        "link": found.clause.map(|clause| clause.url),
        "level": found.level(),
        "rule": found.clause.map(|clause| clause.summary),
        "expected": found.expected,
        "got": found.got,
        "exchange": found.exchange,
        "threats": found.threats().iter().map(|threat| threat.id).collect::<Vec<_>>(),
    })
}

fn threat(danger: &Danger) -> Value {
    json!({
        "id": danger.id,
        "title": danger.title,
        "attackers": danger.attackers,
        "gain": danger.gain,
        "source": danger.source.as_ref().map(|(name, _)| name),
        "link": danger.source.as_ref().map(|(_, link)| link),
    })
}

fn exchange(shown: &Shown) -> Value {
    let (received, error) = match &shown.answer {
        Ok(response) => (json!({ "status": response.status, "headers": response.headers, "body": response.body }), Value::Null),
        Err(reason) => (Value::Null, Value::from(reason.as_str())),
    };
    json!({
        "number": shown.number,
        "purpose": shown.purpose,
        "seconds": seconds(shown.took),
        "sent": {
            "method": shown.method,
            "url": shown.url,
            "certificate": shown.certificate,
            "headers": shown.headers,
            "body": shown.body,
        },
        "received": received,
        "error": error,
    })
}

fn line(line: &Line) -> Value {
    json!({
        "number": line.number,
        "purpose": line.purpose,
        "method": line.method,
        "url": line.url,
        "status": line.answer.as_ref().ok(),
        "error": line.answer.as_ref().err(),
    })
}

fn shown_path(path: &Path) -> String {
    path.display().to_string()
}

fn seconds(took: std::time::Duration) -> f64 {
    (took.as_secs_f64() * 1000.0).round() / 1000.0
}
