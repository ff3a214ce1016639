//! The threat report: which attackers can do what, and what the run shows about it. HTML for people, JSON for programs.

use maud::{DOCTYPE, Markup, PreEscaped, html};
use serde_json::{Value, json};

use super::exposure::{Check, Exposure, Standing};
use super::{Report, level};
use crate::threat::Attacker;

/// The threat report as one HTML document, which works without scripts.
pub fn html(report: &Report) -> String {
    let exposures = Exposure::of(report);
    let title = format!("Threats · {} · {}", report.run.target, report.run.plan.title);
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) }
                style { (PreEscaped(super::html::STYLE)) }
            }
            body {
                (head(report, &exposures))
                main {
                    (matrix(&exposures))
                    section #threats aria-label="Threats" {
                        h2 { "Every threat" }
                        @for exposure in &exposures { (article(exposure)) }
                    }
                }
                footer {
                    "Written by " (env!("CARGO_PKG_NAME")) " " (env!("CARGO_PKG_VERSION")) ". A threat is closed only against the checks that \
                     scenarios can make from outside. Summaries of clauses are in its own words; only the linked documents are authoritative."
                }
            }
        }
    };
    page.into_string()
}

/// The threat report as JSON text.
pub fn json(report: &Report) -> String {
    let threats: Vec<_> = Exposure::of(report).iter().map(threat).collect();
    let document = json!({
        "version": super::json::VERSION,
        "tool": { "name": env!("CARGO_PKG_NAME"), "version": env!("CARGO_PKG_VERSION") },
        "target": { "name": report.run.target, "issuers": report.run.issuers },
        "plan": report.run.plan.id,
        "started": report.run.started,
        "ended": report.run.ended,
        "attackers": Attacker::ALL.iter().map(|attacker| json!({
            "name": attacker.name(), "source": attacker.source().to_string(), "link": attacker.source().url(),
        })).collect::<Vec<_>>(),
        "threats": threats,
    });
    format!("{document:#}\n")
}

fn threat(exposure: &Exposure) -> Value {
    let threat = exposure.threat;
    json!({
        "id": threat.id,
        "title": threat.title,
        "gain": threat.gain,
        "attackers": threat.attackers.iter().map(|attacker| attacker.name()).collect::<Vec<_>>(),
        "sources": threat.sources.iter().map(|source| json!({ "name": source.to_string(), "link": source.url() })).collect::<Vec<_>>(),
        "shown": exposure.shown().word(),
        "judged": exposure.judged(),
        "checks": exposure.checks.iter().map(|check| json!({
            "requirement": check.requirement.id,
            "link": check.requirement.url,
            "level": level(check.requirement.level),
            "shown": check.shown.word(),
            "scenarios": check.scenarios.iter().map(|(id, variants)| json!({ "scenario": id, "variants": variants })).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
    })
}

fn head(report: &Report, exposures: &[Exposure]) -> Markup {
    let count = |shown: Standing| exposures.iter().filter(|exposure| exposure.shown() == shown).count();
    let open = count(Standing::Broken) + count(Standing::KnownBroken);
    let verdict = match open {
        0 => "No threat is open".to_owned(),
        1 => "One threat is open".to_owned(),
        open => format!("{open} threats are open"),
    };
    let numbers = [
        (Standing::Kept, "closed, as far as shown"),
        (Standing::Broken, "open"),
        (Standing::KnownBroken, "open, and known"),
        (Standing::Doubtful, "doubtful"),
        (Standing::Nothing, "not shown"),
    ];
    html! {
        header {
            p.plan { "Threats · " (report.run.plan.title) }
            h1 class=(if open == 0 { "clean" } else { "findings" }) { (verdict) }
            @if let Some(ended) = &report.run.ended { p.ended { b { "The run ended early: " } (ended) } }
            dl.run {
                div { dt { "Target" } dd { (report.run.target) } }
                div { dt { "Started" } dd { time datetime=(report.run.started) { (report.run.started.replace('T', " ").replace('Z', " UTC")) } } }
                div { dt { "Flags" } dd { code { (report.run.flags.words()) } } }
            }
            ul.numbers {
                @for (shown, words) in numbers {
                    li class={ (shown.verdict().word()) @if count(shown) == 0 { " none" } } { strong { (count(shown)) } span { (words) } }
                }
            }
        }
    }
}

fn matrix(exposures: &[Exposure]) -> Markup {
    html! {
        section.matrix aria-label="Matrix" {
            h2 { "Threats and attackers" }
            p.key {
                @for shown in [Standing::Kept, Standing::Broken, Standing::KnownBroken, Standing::Doubtful, Standing::Nothing] {
                    span { (super::html::dot(shown.verdict())) " " (shown.word()) }
                }
            }
            div.scroll {
                table {
                    thead {
                        tr {
                            th scope="col" { "Threat" }
                            @for attacker in Attacker::ALL { th.turned scope="col" { span { (attacker.name()) } } }
                        }
                    }
                    tbody {
                        @for exposure in exposures {
                            tr {
                                th scope="row" { a href={ "#" (exposure.threat.id) } { (exposure.threat.title) } }
                                @for attacker in Attacker::ALL { td { (cell(exposure, *attacker)) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn cell(exposure: &Exposure, attacker: Attacker) -> Markup {
    if exposure.threat.attackers.contains(&attacker) {
        html! { a href={ "#" (exposure.threat.id) } title=(exposure.words()) { (super::html::dot(exposure.shown().verdict())) } }
    } else {
        html! { span.dot.absent title="this attacker cannot" { "·" } }
    }
}

fn article(exposure: &Exposure) -> Markup {
    let threat = exposure.threat;
    html! {
        article.group.(exposure.shown().verdict().word()) id=(threat.id) {
            h3 { span { (super::html::dot(exposure.shown().verdict())) " " (threat.title) } }
            p { b { (exposure.words()) "." } }
            p { (threat.gain) }
            p {
                @for attacker in threat.attackers {
                    span.place { (attacker.name()) " (" a href=(attacker.source().url()) { (attacker.source().to_string()) } ")" }
                }
            }
            p { "Described in " @for source in threat.sources { a.place href=(source.url()) { (source.to_string()) } } }
            details {
                summary { (exposure.judged()) " of " (exposure.checks.len()) " checks judged" }
                @for check in &exposure.checks { (line(check)) }
            }
        }
    }
}

fn line(check: &Check) -> Markup {
    let requirement = check.requirement;
    html! {
        p {
            (super::html::dot(check.shown.verdict())) " "
            a href=(requirement.url) { (requirement.id) } " " (level(requirement.level)) ": " (super::html::prose(requirement.summary))
            @if !check.scenarios.is_empty() {
                " " i { "Shown by " @for (number, (id, _)) in check.scenarios.iter().enumerate() { @if number > 0 { ", " } code { (id) } } "." }
            }
        }
    }
}
