//! A draft of a file of known results, to which a person adds the reasons.

use std::fmt::Write;

use crate::report::{Entry, Report, mark_of_remark};
use crate::runner::Verdict;
use crate::variant::Variant;

const HEAD: &str = "\
# Known results, drafted by `fapi-conformance run --write-expected`.
#
# Read the clause of each entry. If the suite is wrong, report it; if the server is wrong, say so in `reason` (an entry without one
# is refused). A result that no longer occurs fails the run, and so do a finding under another clause and an entry that matches nothing.
#
#   scenario   the id of the scenario
#   variant    optional; `*` matches anything, as in \"openid/*\"
#   outcome    \"failed\", \"warning\" or \"skipped\"; if it depends on chance, a list, as in [\"failed\", \"passed\"]
#   clause     the requirement under which the finding stands, or a list of them (required for \"failed\")
#   finding    optional; the marks of the findings and remarks that are meant, so that another one under the same clause is not
#              expected; without it, any finding under the clause is
#   reason     the reason for the result, and why it is acceptable
";

/// Every failure and warning of a report as an entry whose reason is to be filled in.
pub fn draft(report: &Report) -> String {
    let mut text = HEAD.to_owned();
    for (scenario, entries) in report.scenarios() {
        for outcome in [Verdict::Failed, Verdict::Warning] {
            let of_outcome = entries.iter().copied().filter(|entry| entry.outcome == outcome && !entry.only_in_company);
            let of_outcome: Vec<_> = of_outcome.collect();
            let alike = of_outcome.windows(2).all(|pair| pair[0].detail() == pair[1].detail());
            if let (Some(first), true, true) = (of_outcome.first(), alike, of_outcome.len() == entries.len()) {
                entry(&mut text, scenario.id, None, first);
            } else {
                of_outcome.iter().for_each(|found| entry(&mut text, scenario.id, Some(found.variant), found));
            }
        }
    }
    text
}

fn entry(text: &mut String, scenario: &str, variant: Option<Variant>, entry: &Entry) {
    let quoted = |text: &str| toml::Value::from(text).to_string();
    let _ = write!(text, "\n[[expected]]\nscenario = {}\n", quoted(scenario));
    if let Some(variant) = variant {
        let _ = writeln!(text, "variant = {}", quoted(&variant.to_string()));
    }
    let _ = writeln!(text, "outcome = {}", quoted(entry.outcome.word()));
    let mut clauses = Vec::new();
    for found in entry.findings.iter().filter(|found| found.fails || entry.outcome == Verdict::Warning) {
        clauses.extend(found.clause.filter(|clause| !clauses.contains(clause)));
    }
    if clauses.is_empty() {
        clauses.extend(entry.scenario.requires.first());
    }
    match clauses.as_slice() {
        [] => {}
        [clause] => {
            let _ = writeln!(text, "clause = {} # {}", quoted(clause.id), clause.url);
        }
        several => {
            let ids: Vec<_> = several.iter().map(|clause| quoted(clause.id)).collect();
            let _ = writeln!(text, "clause = [{}]", ids.join(", "));
        }
    }
    let shown = entry.findings.iter().filter(|found| found.fails || entry.outcome == Verdict::Warning);
    let mut marks: Vec<_> = shown.map(|found| found.mark.clone()).collect();
    if entry.outcome == Verdict::Warning {
        marks.extend(entry.warnings.iter().map(|remark| mark_of_remark(remark)));
    }
    marks.sort_unstable();
    marks.dedup();
    let marks: Vec<_> = marks.iter().map(|mark| quoted(mark)).collect();
    match marks.as_slice() {
        [] => {}
        [mark] => {
            let _ = writeln!(text, "finding = {mark}");
        }
        several => {
            let _ = writeln!(text, "finding = [{}]", several.join(", "));
        }
    }
    for line in entry.detail().unwrap_or_default().lines() {
        let _ = writeln!(text, "# {line}");
    }
    text.push_str("reason = \"\"\n");
}
