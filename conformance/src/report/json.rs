//! The report for programs. `schema/report.schema.json` describes it.

use serde_json::{Value, json};

use super::{Entry, Found, Report};
use crate::redact::Shown;

/// The version of the format. It grows when a member changes its meaning or is removed, but not for new members.
pub const VERSION: u32 = 1;

/// The report as JSON text.
pub fn write(report: &Report) -> String {
    let mut text = format!("{:#}", value(report));
    text.push('\n');
    text
}

/// The report as a JSON value.
pub fn value(report: &Report) -> Value {
    let summary = &report.summary;
    json!({
        "version": VERSION,
        "tool": { "name": env!("CARGO_PKG_NAME"), "version": env!("CARGO_PKG_VERSION") },
        "target": { "name": report.run.target, "issuers": report.run.issuers },
        "plan": report.run.plan.id,
        "started": report.run.started,
        "seconds": seconds(report.run.took),
        "redacted": report.run.redacted,
        "summary": {
            "passed": summary.passed,
            "failed": summary.failed,
            "skipped": summary.skipped,
            "warnings": summary.warnings,
            "expected": summary.expected,
        },
        "stale": report.stale,
        "results": report.results.iter().map(result).collect::<Vec<_>>(),
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
        "finding": entry.finding.as_ref().map(finding),
        "warnings": entry.warnings,
        "observed": entry.observed,
        "seconds": seconds(entry.took),
        "exchanges": entry.exchanges.iter().map(exchange).collect::<Vec<_>>(),
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

fn seconds(took: std::time::Duration) -> f64 {
    (took.as_secs_f64() * 1000.0).round() / 1000.0
}
