//! The findings, each told once, with a diagram of its exchanges.

use maud::{Markup, html};

use super::super::{Danger, Entry, Group, Line, Report, Seen};
use super::scenario::exchange;
use super::{anchor, dot, prose};
use crate::runner::Verdict;

/// The number of exchanges that a diagram shows up to the evidence.
const BEFORE: usize = 10;
/// The number of scenarios that are listed before the others are folded.
const LISTED: usize = 6;

/// The findings, or nothing if there are none.
pub(super) fn list(report: &Report) -> Markup {
    html! {
        @if !report.findings.is_empty() || !report.stale.is_empty() {
            section.list aria-label="Findings" {
                h2 { "Findings" }
                @for (number, group) in report.findings.iter().enumerate() { (article(report, group, number + 1)) }
                @for stale in &report.stale { p.stale { "Known results: " (stale) "." } }
            }
        }
    }
}

fn article(report: &Report, group: &Group, number: usize) -> Markup {
    let outcome = if group.fails { Verdict::Failed } else { Verdict::Warning };
    let shown_in = report.shown_in(group);
    html! {
        article id={ "finding-" (number) } class={ "group " (outcome.word()) } {
            h3 {
                span { (dot(outcome)) " " (place(group)) }
                span.kind { (group.count()) @if group.count() == 1 { " result" } @else { " results" } }
            }
            @if let Some(clause) = group.clause { p.summary { (prose(clause.summary)) } }
            dl.finding {
                dt { "Expected" } dd { (prose(&group.expected)) }
                dt { "Got" } dd { (prose(&group.got)) }
                @for danger in &group.threats { (threat(danger)) }
                dt { "Seen in" } dd { (seen(&group.seen)) }
            }
            @if let Some(entry) = shown_in { (diagram(entry, group.exchange)) }
            @if let Some(shown) = report.evidence(group) { (exchange(shown, None)) }
        }
    }
}

fn place(group: &Group) -> Markup {
    html! {
        @match (group.clause, group.level()) {
            (Some(clause), Some(level)) => {
                a href=(clause.url) { (group.place()) } " " span.level { (level) } " " span.kind { (clause.id) }
            }
            _ => { (group.place()) }
        }
    }
}

fn threat(danger: &Danger) -> Markup {
    html! {
        dt { "Threat" }
        dd {
            b { (danger.title) } ": " (prose(danger.gain))
            @if !danger.attackers.is_empty() { " (" (danger.attackers.join(", ")) ")" }
            @if let Some((name, link)) = &danger.source { " " a href=(link) { (name) } }
        }
    }
}

fn seen(all: &[Seen]) -> Markup {
    let one = |seen: &Seen| {
        html! {
            span.place {
                a href={ "#" (seen.scenario.id) } { (seen.scenario.id) }
                @for variant in &seen.variants { " " a.variant href={ "#" (anchor(seen.scenario, *variant)) } { (variant) } }
            } " "
        }
    };
    let (first, rest) = all.split_at(all.len().min(LISTED));
    html! {
        @for seen in first { (one(seen)) }
        @if !rest.is_empty() {
            details { summary { "and " (rest.len()) " more" } @for seen in rest { (one(seen)) } }
        }
    }
}

/// A sequence diagram: the exchanges up to the one that shows the finding, and the next one.
fn diagram(entry: &Entry, evidence: Option<u64>) -> Markup {
    let lines = &entry.outline;
    let Some(last) = lines.len().checked_sub(1) else { return html! {} };
    let at = evidence.and_then(|number| lines.iter().position(|line| line.number == number)).unwrap_or(last);
    let (from, to) = ((at + 1).saturating_sub(BEFORE), (at + 1).min(last));
    let browser = lines[from..=to].iter().any(by_browser);
    html! {
        figure.sequence.with-browser[browser] {
            figcaption { "The exchanges in " a href={ "#" (anchor(entry.scenario, entry.variant)) } { (entry.scenario.id) } }
            div.lanes { span { "client" } @if browser { span { "browser" } } span { "server" } }
            ol {
                @if from > 0 { li.gap { (from) @if from == 1 { " exchange" } @else { " exchanges" } " before" } }
                @for (place, line) in lines[from..=to].iter().enumerate() { (arrows(line, from + place == at)) }
                @if to < last { li.gap { (last - to) @if last - to == 1 { " exchange" } @else { " exchanges" } " after" } }
            }
        }
    }
}

fn by_browser(line: &Line) -> bool {
    line.purpose == "user agent"
}

/// The request and the response as arrows.
fn arrows(line: &Line, evidence: bool) -> Markup {
    let answer = match &line.answer {
        Ok(status) => {
            let reason = http::StatusCode::from_u16(*status).ok().and_then(|status| status.canonical_reason());
            format!("{status} {}", reason.unwrap_or_default())
        }
        Err(reason) => format!("no response: {reason}"),
    };
    html! {
        li.by-browser[by_browser(line)].evidence[evidence] title={ "exchange " (line.number) } {
            span.sent { b { (line.method) } " " (path(&line.url)) @if !by_browser(line) { " " i { (line.purpose) } } }
            span.received.nothing[line.answer.is_err()] { (answer.trim_end()) }
        }
    }
}

/// The path of a URL.
fn path(url: &str) -> &str {
    let after = url.split_once("://").map_or(url, |(_, after)| after);
    after.find('/').map_or("/", |at| &after[at..])
}
