//! Explanations of scenarios, of modules of the official suite with the scenarios that make the same assertions, and of
//! requirements.

use std::collections::BTreeSet;
use std::fmt::Write;

use fapi::requirement::{self, Duty, Requirement};

use crate::oidf::{self, Module};
use crate::report::level;
use crate::scenario::{self, Kind, Scenario};
use crate::variant::Plan;

/// Explains a scenario or module of these plans, or a requirement by its id in any case, in lines of at most this width; `None`
/// if there is none of this name.
pub fn explain(name: &str, plans: &[Plan], width: usize) -> Option<String> {
    let width = width.max(40);
    let of_plans = |scenario: &&Scenario| plans.iter().any(|plan| scenario::of(plan).any(|other| other.id == scenario.id));
    match scenario::find(name).filter(of_plans) {
        Some(scenario) => Some(of_scenario(scenario, plans, width)),
        None => {
            let module = plans.iter().find_map(|plan| Some(of_module(plan, &oidf::find(plan, name)?, width)));
            module.or_else(|| Some(of_requirement(requirement(name)?, plans, width)))
        }
    }
}

fn requirement(id: &str) -> Option<&'static Requirement> {
    requirement::all().find(|requirement| requirement.id.eq_ignore_ascii_case(id))
}

/// The first names in these plans that contain an unknown name.
pub fn like(name: &str, plans: &[Plan]) -> Vec<&'static str> {
    let of_plan = |plan| scenario::of(plan).map(|scenario| scenario.id).chain(oidf::modules(plan).into_iter().map(|it| it.name));
    let ids = requirement::all().map(|requirement| requirement.id);
    let contains = |known: &&str| known.to_ascii_lowercase().contains(&name.to_ascii_lowercase());
    let names: BTreeSet<_> = plans.iter().flat_map(of_plan).chain(ids).filter(contains).collect();
    names.into_iter().take(10).collect()
}

fn of_scenario(scenario: &'static Scenario, plans: &[Plan], width: usize) -> String {
    let kind = if scenario.kind == Kind::Positive { "must work" } else { "must be refused" };
    let mut text = format!("{} ({kind})\n{}\n", scenario.id, block(scenario.summary, width, ""));
    let _ = write!(text, "\nasserts\n{}", asserts(scenario, width));
    text.push_str("\nrequirements\n");
    for requirement in scenario.requires {
        let _ =
            writeln!(text, "  {}  {} {}, {}", requirement.id, requirement.document, requirement.clause, level(requirement.level));
        let _ = writeln!(text, "{}\n    {}", block(requirement.summary, width, "    "), requirement.url);
    }
    let modules: BTreeSet<_> = plans.iter().flat_map(|plan| oidf::asserted(plan, scenario)).collect();
    if !modules.is_empty() {
        let _ = writeln!(text, "\nofficial modules\n  {}", modules.into_iter().collect::<Vec<_>>().join("\n  "));
    }
    for plan in plans {
        let features = plan.features();
        let applies = features.iter().filter(|features| scenario.applies(features));
        let variants: Vec<_> = applies.map(|features| features.variant.to_string()).collect();
        if !variants.is_empty() {
            let _ = writeln!(text, "\nruns in {}\n  {}", plan.id, variants.join("\n  "));
        }
    }
    if scenario.needs.seconds > 0 {
        let _ = writeln!(text, "\nwaits {} s for a server with a real clock; --fast leaves it out there", scenario.needs.seconds);
    }
    if scenario.needs.once {
        text.push_str("\nshows the same in each of them: runs only in the last of these variants of a server\n");
    }
    if scenario.needs.rough {
        text.push_str("\na race, a flood or a lockout: --gentle leaves it out\n");
    }
    text
}

fn of_requirement(requirement: &'static Requirement, plans: &[Plan], width: usize) -> String {
    let Requirement { id, document, clause, .. } = requirement;
    let mut text = format!("{id}  {document} {clause}, {}\n", level(requirement.level));
    let _ = writeln!(text, "{}\n  {}", block(requirement.summary, width, "  "), requirement.url);
    let duty = match requirement.duty {
        Duty::Refuse => "The server refuses what violates it; `error_description` and the log then name it.",
        Duty::Accept => "The server accepts what it allows.",
        Duty::Emit => "The server sends what it describes.",
        Duty::Caller => "The host of the library must fulfil it.",
    };
    let _ = writeln!(text, "\n{}", block(duty, width, ""));
    let others = [("restated by", requirement.restated_by), ("opposed by", requirement.opposed_by)];
    for (title, ids) in others.into_iter().filter(|(_, ids)| !ids.is_empty()) {
        let _ = writeln!(text, "\n{title}\n  {}", ids.join("\n  "));
    }
    let asserting = plans.iter().flat_map(scenario::of).filter(|scenario| scenario.requires.contains(&requirement));
    let scenarios: BTreeSet<_> = asserting.map(|scenario| scenario.id).collect();
    if !scenarios.is_empty() {
        let _ = writeln!(text, "\nscenarios\n  {}", scenarios.into_iter().collect::<Vec<_>>().join("\n  "));
    }
    text
}

fn of_module(plan: &Plan, module: &Module, width: usize) -> String {
    let half = (width - 3) / 2;
    let mut left = wrapped(&format!("{} ({})", module.name, module.kind), half);
    left.push(String::new());
    left.extend(wrapped(module.expectation, half));
    let mut right = Vec::new();
    for scenario in oidf::scenarios(plan, module) {
        right.extend(wrapped(scenario.id, half));
        right.extend(wrapped(scenario.summary, half));
        right.push(String::new());
        right.extend(asserts(scenario, half).lines().map(str::to_owned));
        right.push(String::new());
    }
    if right.is_empty() {
        right.push("no scenario".into());
    }
    let mut text = String::new();
    for row in 0..left.len().max(right.len()) {
        let cell = |column: &[String]| column.get(row).cloned().unwrap_or_default();
        let line = format!("{} │ {}", padded(&cell(&left), half), cell(&right));
        let _ = writeln!(text, "{}", line.trim_end());
    }
    text
}

fn asserts(scenario: &Scenario, width: usize) -> String {
    let item = |assert: &&str| format!("  - {}\n", block(assert, width, "    ").trim_start());
    scenario.asserts.iter().map(item).collect()
}

fn block(text: &str, width: usize, indent: &str) -> String {
    let lines = wrapped(text, width.saturating_sub(indent.len()));
    lines.iter().map(|line| format!("{indent}{line}")).collect::<Vec<_>>().join("\n")
}

fn padded(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(text.chars().count())))
}

/// Lines of at most this many characters; a longer word is broken.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let width = width.max(10);
    let mut lines = vec![String::new()];
    let mut room = width;
    for word in text.split_whitespace() {
        let mut word: Vec<char> = word.chars().collect();
        let space = usize::from(room < width);
        if space + word.len() > room && room < width {
            lines.push(String::new());
            room = width;
        }
        while word.len() > width {
            let rest = word.split_off(width);
            lines.push(String::new());
            let last = lines.len() - 2;
            lines[last] = word.into_iter().collect();
            word = rest;
        }
        let line = lines.len() - 1;
        if room < width {
            lines[line].push(' ');
            room -= 1;
        }
        room -= word.len();
        lines[line].extend(word);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::variant::PLANS;

    #[test]
    fn lines_keep_their_width_and_every_word() {
        let text = "a bb ccc https://a.example/very/long/word/that/fits/nowhere dddd é";
        for width in [10, 11, 17, 40, 200] {
            let lines = wrapped(text, width);
            assert!(lines.iter().all(|line| line.chars().count() <= width), "{width}: {lines:?}");
            assert_eq!(lines.concat().replace(' ', ""), text.replace(' ', ""), "{width}");
        }
    }

    #[test]
    fn every_name_is_explained() {
        for scenario in scenario::all() {
            let text = explain(scenario.id, PLANS, 100).unwrap_or_default();
            assert!(text.contains(scenario.summary.split(' ').next().unwrap_or("?")), "{text}");
        }
        for module in PLANS.iter().flat_map(oidf::modules) {
            let text = explain(module.name, PLANS, 100).unwrap_or_default();
            assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");
        }
        for requirement in requirement::all() {
            let text = explain(requirement.id, PLANS, 100).unwrap_or_default();
            assert!(text.contains(requirement.url) && text.contains(requirement.document), "{text}");
        }
        let text = explain("rfc6749-3.1.2.3-2", PLANS, 100).unwrap_or_default();
        assert!(text.starts_with("RFC6749-3.1.2.3-2  RFC 6749 3.1.2.3, MUST") && text.contains("\nscenarios\n"), "{text}");
        assert!(like("RFC6749-4.1.2-", PLANS).contains(&"RFC6749-4.1.2-3"));
        assert_eq!(explain("no-such-thing", PLANS, 80), None);
        assert_eq!(explain("flow", &[], 80), None);
        assert!(like("happy", PLANS).contains(&"fapi2-security-profile-final-happy-flow"));
    }
}
