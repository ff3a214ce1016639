//! The README's example is compiled and run here, and its table is generated from the constants.

use fapi::policy::PRESETS;
use fapi::requirement;
use std::collections::BTreeSet;
use std::fmt::Write;

const README: &str = include_str!("../README.md");
const EXAMPLE: &str = include_str!("../examples/embed.rs");

#[path = "../examples/embed.rs"]
mod embed;

#[test]
fn the_example_runs() {
    embed::main().unwrap();
}

#[test]
fn the_readme_contains_the_example() {
    assert!(README.contains(&format!("```rust\n{EXAMPLE}```\n")), "copy examples/embed.rs into README.md");
    assert!(EXAMPLE.lines().count() < 65);
}

#[test]
fn the_changelog_counts_the_requirements() {
    let documents: BTreeSet<_> = requirement::all().map(|row| row.document).collect();
    // One of the documents is this library.
    let (rows, others) = (requirement::all().count(), documents.len() - 1);
    let stated =
        format!("a registry of {rows} requirements: this library's own rules, and every statement of {others} documents");
    let changelog = include_str!("../CHANGELOG.md").split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(changelog.contains(&stated), "{stated}");
}

#[test]
fn the_table_of_profiles_agrees_with_the_constants() {
    let table = table();
    assert!(README.contains(&table), "the table in README.md is now:\n{table}");
}

/// Writes a row per rule and a column per profile.
fn table() -> String {
    let columns: Vec<_> = PRESETS.iter().map(|profile| (profile.name, profile.rows())).collect();
    let mut rules: Vec<&str> = vec![];
    for (rule, ..) in columns.iter().flat_map(|(_, rows)| rows) {
        if !rules.contains(rule) {
            rules.push(rule);
        }
    }
    let mut table = String::from("| |");
    columns.iter().for_each(|(name, _)| write!(table, " {name} |").unwrap());
    writeln!(table, "\n|---|{}", "---|".repeat(columns.len())).unwrap();
    for rule in rules {
        write!(table, "| {rule} |").unwrap();
        for (_, rows) in &columns {
            let demands = rows.iter().filter(|(named, ..)| *named == rule);
            let demands: Vec<_> = demands.map(|(_, demand, basis)| format!("[{demand}]({})", basis.url)).collect();
            write!(table, " {} |", demands.join("<br>")).unwrap();
        }
        table.push('\n');
    }
    table
}
