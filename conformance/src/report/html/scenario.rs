//! One scenario: its assertions, its requirements, and its result in each variant.

use maud::{Markup, html};

use super::super::{Entry, Line, level, seconds};
use super::{anchor, dot, prose};
use crate::redact::Shown;
use crate::runner::Verdict;
use crate::scenario::{Kind, Scenario};

/// The article of a scenario.
pub(super) fn article(scenario: &Scenario, entries: &[&Entry]) -> Markup {
    let mut outcomes: Vec<_> = entries.iter().map(|entry| entry.outcome.word()).collect();
    outcomes.dedup();
    // The first pass shows its exchanges; those of the other passes are left out.
    let model = entries.iter().position(|entry| entry.outcome == Verdict::Passed);
    let kind = if scenario.kind == Kind::Positive { "must work" } else { "must be refused" };
    let modules = entries.first().map(|entry| entry.modules()).unwrap_or_default();
    html! {
        article id=(scenario.id) data-outcomes=(outcomes.join(" ")) {
            h3 { a href={ "#" (scenario.id) } { (scenario.id) } span.kind { (kind) } }
            p.summary { (prose(scenario.summary)) }
            @if !scenario.asserts.is_empty() { ul.asserts { @for assert in scenario.asserts { li { (prose(assert)) } } } }
            @if !scenario.requires.is_empty() {
                dl.requirements {
                    @for requirement in scenario.requires {
                        dt { a href=(requirement.url) { (requirement.id) } " " span.level { (level(requirement.level)) } }
                        dd { (prose(requirement.summary)) }
                    }
                }
            }
            @if !modules.is_empty() {
                p.modules { "Official modules: " @for module in &modules { code { (module) } " " } }
            }
            ul.results { @for (number, entry) in entries.iter().enumerate() { (result(entry, model.is_none_or(|model| model == number))) } }
        }
    }
}

fn result(entry: &Entry, model: bool) -> Markup {
    let shown = model || entry.outcome != Verdict::Passed;
    html! {
        li id=(anchor(entry.scenario, entry.variant)) class=(entry.outcome.word()) {
            (dot(entry.outcome)) " "
            span.variant { (entry.variant) } " "
            span.outcome { (entry.outcome.word()) } " "
            span.took { (seconds(entry.took)) }
            @for found in &entry.findings {
                dl.finding {
                    dt { "Expected" } dd { (prose(&found.expected)) }
                    dt { "Got" } dd { (prose(&found.got)) }
                    @if let (Some(clause), Some(level)) = (found.clause, found.level()) {
                        dt { "Clause" }
                        dd { a href=(clause.url) { (clause.document) " " (clause.clause) } " " span.level { (level) } " (" (clause.id) ")" }
                    }
                }
            }
            @if let Some(reason) = &entry.reason { p.reason { (prose(reason)) } }
            @for warning in &entry.warnings { p.reason { (prose(warning)) } }
            @if shown { (exchanges(entry)) }
        }
    }
}

/// The exchanges in order: some in full, the others in a line.
fn exchanges(entry: &Entry) -> Markup {
    let judged = entry.finding().is_some();
    let evidence =
        (judged || entry.shown_by.is_some()).then(|| entry.evidence(entry.shown())).flatten().map(|shown| shown.number);
    let count = entry.exchanges.len().max(entry.outline.len());
    let full = |number| entry.exchanges.iter().find(|shown| shown.number == number);
    html! {
        @if count > 0 {
            details {
                summary { (count) @if count == 1 { " exchange" } @else { " exchanges" } }
                @if entry.outline.is_empty() {
                    @for shown in &entry.exchanges { (exchange(shown, None)) }
                }
                @for line in &entry.outline {
                    @match full(line.number) {
                        Some(shown) => (exchange(shown, (evidence == Some(shown.number)).then_some(if judged { FOUND } else { NOT_JUDGED }))),
                        None => (brief(line)),
                    }
                }
            }
        }
    }
}

fn brief(line: &Line) -> Markup {
    html! {
        p.brief {
            span.purpose { (line.purpose) } " " code { b { (line.method) } " " (line.url) } " → "
            @match &line.answer {
                Ok(status) => b.status { (status) },
                Err(_) => b.status { "no response" },
            }
        }
    }
}

const FOUND: &str = "shows the finding";
const NOT_JUDGED: &str = "shows why nothing was judged";

/// An exchange in full, folded unless it shows something, which words say.
pub(super) fn exchange(shown: &Shown, evidence: Option<&str>) -> Markup {
    let status = shown.answer.as_ref().map_or_else(|_| "no response".to_owned(), |response| response.status.to_string());
    html! {
        details.exchange open[evidence.is_some()] {
            summary {
                span.purpose { (shown.purpose) } " "
                code { b { (shown.method) } " " (short(&shown.url)) } " → "
                b.status { (status) } " "
                span.took { (seconds(shown.took)) }
                @if let Some(words) = evidence { " " em { (words) } }
            }
            pre {
                span.line { b { (shown.method) } " " (shown.url) } "\n"
                @if let Some(certificate) = &shown.certificate { span.note { "with " (certificate) } "\n" }
                (message(&shown.headers, &shown.body))
            }
            pre.answer {
                @match &shown.answer {
                    Ok(response) => { span.line { b { (response.status) } } "\n" (message(&response.headers, &response.body)) }
                    Err(reason) => { span.note { "no response: " (reason) } }
                }
            }
        }
    }
}

fn message(headers: &[(String, String)], body: &str) -> Markup {
    let media = headers.iter().find(|(name, _)| name == "content-type").map(|(_, value)| value.as_str()).unwrap_or_default();
    html! {
        @for (name, value) in headers { span.name { (name) } ": " (marked(value)) "\n" }
        @if !body.is_empty() { "\n" (marked(&laid_out(media, body))) "\n" }
    }
}

/// Puts each parameter of a form on a line of its own, and indents JSON if that changes only whitespace.
fn laid_out(media: &str, body: &str) -> String {
    if media.contains("form-urlencoded") {
        return body.replace('&', "\n&");
    }
    if media.contains("json") {
        let indented = serde_json::from_str::<serde_json::Value>(body).map(|value| format!("{value:#}"));
        let bare = |text: &str| {
            let mut characters: Vec<_> = text.chars().filter(|c| !c.is_whitespace()).collect();
            characters.sort_unstable();
            characters
        };
        return indented.ok().filter(|indented| bare(indented) == bare(body)).unwrap_or_else(|| body.to_owned());
    }
    body.to_owned()
}

/// The text with its redactions highlighted.
fn marked(text: &str) -> Markup {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some((before, (mark, after))) =
        rest.split_once('‹').and_then(|(before, after)| Some((before, after.split_once('›')?)))
    {
        parts.push((before, Some(mark)));
        rest = after;
    }
    parts.push((rest, None));
    html! {
        @for (before, mark) in parts {
            (before)
            @if let Some(mark) = mark { span.redacted { "‹" (mark) "›" } }
        }
    }
}

fn short(url: &str) -> String {
    let start = url.split(['?', '#']).next().unwrap_or(url);
    if start.len() == url.len() { url.to_owned() } else { format!("{start}?…") }
}
