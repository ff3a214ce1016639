//! The report for people: one self-contained file, which works without scripts.

mod finding;
mod scenario;

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::{Entry, Report, seconds};
use crate::runner::Verdict;
use crate::scenario::Scenario;
use crate::variant::Variant;

pub(super) const STYLE: &str = include_str!("html/style.css");
const SCRIPT: &str = include_str!("html/filter.js");

/// The report as one HTML document.
pub fn write(report: &Report) -> String {
    let title = format!("{} · {}", report.run.target, report.run.plan.title);
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                (head(report))
                main {
                    (finding::list(report))
                    (not_judged(report))
                    (matrix(report))
                    (filter(report))
                    section #scenarios aria-label="Scenarios" {
                        @for (scenario, entries) in report.scenarios() { (scenario::article(scenario, &entries)) }
                    }
                    p #nothing hidden { "No scenario matches this filter." }
                }
                footer {
                    "Written by " (env!("CARGO_PKG_NAME")) " " (env!("CARGO_PKG_VERSION")) ". Summaries of clauses are in its own words; only the "
                    "linked documents are authoritative."
                    @if report.shortened { " Exchanges were left out because there are too many; --verbose-report shows all of them." }
                    @if report.run.redacted { " Tokens, assertions, cookies and the like are redacted: equal digests mean equal values." }
                    @else { strong { " This report contains secrets: it was written with --unredacted." } }
                }
                script { (PreEscaped(SCRIPT)) }
            }
        }
    };
    page.into_string()
}

fn head(report: &Report) -> Markup {
    let run = &report.run;
    let findings = report.findings.iter().filter(|group| group.fails).count() + report.stale.len();
    let verdict = match findings {
        0 if report.is_complete() => "Everything is as it should be".to_owned(),
        0 => "No findings".to_owned(),
        1 => "One finding".to_owned(),
        count => format!("{count} findings"),
    };
    let files: Vec<_> = run.known_results.iter().map(|file| file.display().to_string()).collect();
    html! {
        header {
            p.plan { (run.plan.title) " conformance" }
            h1 class=(if findings == 0 { "clean" } else { "findings" }) { (verdict) }
            @if let Some(ended) = &run.ended {
                p.ended {
                    b { "The run ended early, and nothing after that is a finding: " } (prose(ended))
                    @if let Some((entry, shown)) = report.end_shown_in() {
                        " (" a href={ "#" (anchor(entry.scenario, entry.variant)) } { "exchange " (shown.number) } ")"
                    }
                }
            }
            dl.run {
                div { dt { "Target" } dd { (run.target) } }
                div {
                    dt { "Issuer" }
                    dd {
                        @if let Some(first) = run.issuers.first() { code { (first) } }
                        @if run.issuers.len() > 1 { " and " (run.issuers.len() - 1) " more" }
                    }
                }
                div { dt { "Started" } dd { time datetime=(run.started) { (run.started.replace('T', " ").replace('Z', " UTC")) } } }
                div { dt { "Duration" } dd { (seconds(run.took)) } }
                div { dt { "Flags" } dd { code { (run.flags.words()) } } }
                @if !files.is_empty() { div { dt { "Known results" } dd { (files.join(", ")) } } }
            }
            ul.numbers {
                @for (outcome, count, word) in report.summary.words() {
                    li class={ (outcome.word()) @if count == 0 { " none" } } { strong { (count) } span { (word) } }
                }
            }
        }
    }
}

/// What the verdict does not rest on: the end of the run, what was skipped, and remarks.
fn not_judged(report: &Report) -> Markup {
    let (skipped, observations) = (report.skipped(), report.observations());
    let company: Vec<_> = report.only_in_company();
    html! {
        @if !(skipped.is_empty() && observations.is_empty() && company.is_empty()) {
            section.list aria-label="Remarks" {
                h2 { "Remarks" }
                @for remark in &observations { p { b { (remark.count) " with the remark: " } (prose(remark.text)) } }
                @for entry in &company {
                    p {
                        a href={ "#" (anchor(entry.scenario, entry.variant)) } { (entry.scenario.id) }
                        " failed while other scenarios ran, but not alone, and is not judged: run it with " code { "--jobs 1" } "."
                    }
                }
                @if !skipped.is_empty() {
                    details {
                        summary { (report.summary.skipped) " skipped" }
                        @for reason in &skipped {
                            p {
                                b { (reason.count) ": " } (prose(reason.text))
                                @if let Some((entry, number)) = reason.shown {
                                    " (" a href={ "#" (anchor(entry.scenario, entry.variant)) } { "exchange " (number) } ")"
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn matrix(report: &Report) -> Markup {
    let variants = report.variants();
    html! {
        section.matrix aria-label="Matrix" {
            h2 { "Every scenario in every variant" }
            p.key {
                @for (outcome, _, _) in report.summary.words() { span { (dot(outcome)) " " (outcome.word()) } }
                span { span.dot.absent { "·" } " does not apply" }
            }
            div.scroll {
                table {
                    thead {
                        tr {
                            th scope="col" { "Scenario" }
                            @for variant in &variants {
                                th.turned scope="col" { span { @for part in variant.to_string().split('/') { i { (part) } } } }
                            }
                        }
                    }
                    tbody {
                        @for (scenario, entries) in report.scenarios() {
                            tr {
                                th scope="row" { a href={ "#" (scenario.id) } title=(scenario.summary) { (scenario.id) } }
                                @for variant in &variants { td { (cell(scenario, &entries, *variant)) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn cell(scenario: &Scenario, entries: &[&Entry], variant: Variant) -> Markup {
    match entries.iter().find(|entry| entry.variant == variant) {
        Some(entry) => html! {
            a href={ "#" (anchor(scenario, variant)) } title={ (variant) ": " (entry.outcome.word()) } { (dot(entry.outcome)) }
        },
        None => html! { span.dot.absent title={ (variant) ": does not apply" } { "·" } },
    }
}

fn filter(report: &Report) -> Markup {
    html! {
        form #filter hidden role="search" {
            h2 { "Scenarios" }
            label { span { "Find" } input #find type="search" placeholder="id, text, clause or module" autocomplete="off"; }
            fieldset {
                legend { "Outcome" }
                label { input type="radio" name="outcome" value="" checked; span { "all" } }
                @for (outcome, count, _) in report.summary.words() {
                    @if count > 0 { label { input type="radio" name="outcome" value=(outcome.word()); span { (outcome.word()) } } }
                }
            }
        }
    }
}

/// The sign of an outcome.
pub(super) fn dot(outcome: Verdict) -> Markup {
    let sign = match outcome {
        Verdict::Passed => "✓",
        Verdict::Warning => "!",
        Verdict::Failed => "✕",
        Verdict::Skipped => "–",
        Verdict::Expected => "≈",
    };
    html! { span class={ "dot " (outcome.word()) } aria-label=(outcome.word()) { (sign) } }
}

/// A sentence in which `backticks` mark code.
pub(super) fn prose(text: &str) -> Markup {
    html! {
        @for (number, part) in text.split('`').enumerate() {
            @if number % 2 == 1 { code { (part) } } @else { (part) }
        }
    }
}

fn anchor(scenario: &Scenario, variant: Variant) -> String {
    format!("{}--{}", scenario.id, variant.to_string().replace('/', "-"))
}
