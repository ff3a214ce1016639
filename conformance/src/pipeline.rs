//! The features of the OIDC-conformant pipeline, and the page about its statements.
//!
//! A feature works if each of its statements was observed. The page is made from the constants of the library alone, so it says
//! what is built; [coverage](crate::coverage) says what was observed.

use std::fmt::Write;

use fapi::requirement::ocp::{CHOICES, Choice, FEATURES, Feature, OUTSIDE};
use fapi::requirement::{self, Requirement};
use fapi::table::{Is, Printed};

use crate::scenario::{self, Scenario};

/// The document, as the registry names it.
pub const DOCUMENT: &str = "OIDC-conformant pipeline";

/// The standing of a feature. Exhaustive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    /// Each of its statements was observed.
    Works,
    /// Some of its statements were observed.
    Partly,
    /// None of its statements was observed.
    Not,
}

/// A feature, and how many of its statements were observed.
#[derive(Debug, Clone, Copy)]
pub struct Count {
    /// The feature.
    pub feature: &'static Feature,
    /// The number of its statements that were observed.
    pub observed: usize,
}

/// Counts the statements of every feature for which `observed` holds.
pub fn count(observed: impl Fn(&'static Requirement) -> bool) -> Vec<Count> {
    let count = |feature: &'static Feature| Count {
        feature,
        observed: feature.statements.iter().filter(|statement| observed(statement)).count(),
    };
    FEATURES.iter().map(count).collect()
}

/// The scenarios that cite a statement of a feature, or a row that restates one.
pub fn scenarios(feature: &Feature) -> Vec<&'static Scenario> {
    let cites = |scenario: &&Scenario| {
        let about = |statement: &Requirement| {
            scenario.requires.iter().any(|row| row.id == statement.id || statement.restated_by.contains(&row.id))
        };
        feature.statements.iter().any(|statement| statement.planned.is_none() && about(statement))
    };
    scenario::all().filter(cites).collect()
}

impl Count {
    /// The standing of the feature.
    pub fn standing(&self) -> Standing {
        match self.observed {
            0 => Standing::Not,
            all if all == self.feature.statements.len() => Standing::Works,
            _ => Standing::Partly,
        }
    }
}

impl Standing {
    /// Every standing.
    pub const ALL: [Self; 3] = [Self::Works, Self::Partly, Self::Not];

    /// The word for it in reports.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Works => "works",
            Self::Partly => "partly",
            Self::Not => "not",
        }
    }
}

/// The groups of statements: the middle of their ids, and the subject.
const GROUPS: &[(&str, &str)] = &[
    ("PIPE", "Pipelines: conformant and legacy"),
    ("CLI", "Clients"),
    ("GRT", "Grant types"),
    ("AUTH", "Client authentication by secret"),
    ("CRED", "Credentials"),
    ("PKJ", "private_key_jwt"),
    ("MTLS", "Mutual TLS"),
    ("FAPI", "Compliance levels"),
    ("CERT", "Certification"),
    ("PAR", "Pushed authorization requests"),
    ("JAR", "Signed authorization requests"),
    ("API", "APIs"),
    ("ACC", "Access policies and client grants"),
    ("SCP", "Scopes and claims"),
    ("JWE", "Encrypted access tokens"),
    ("RAR", "Authorization details"),
    ("CIBA", "Backchannel authentication"),
    ("RT", "Refresh tokens"),
    ("DEV", "Device flow"),
    ("DCR", "Dynamic registration"),
    ("META", "Metadata"),
    ("KEY", "Signing keys"),
    ("TEN", "Settings of the server"),
    ("URI", "Redirect URIs and placeholders"),
    ("WEB", "Web origins"),
    ("OUT", "Logout"),
    ("CON", "Consent"),
    ("SES", "Sessions"),
    ("ORG", "Organizations"),
    ("ERR", "Error texts"),
];

/// The statements of the pipeline that are rows of the registry.
pub fn statements() -> impl Iterator<Item = &'static Requirement> {
    requirement::all().filter(|row| row.document == DOCUMENT)
}

fn of_group(group: &'static str) -> impl Iterator<Item = &'static Requirement> {
    statements().filter(move |row| row.clause.rsplit_once('-').is_some_and(|(prefix, _)| prefix == group))
}

/// The page `docs/pipeline.md`.
pub fn page() -> String {
    let mut page = String::from(INTRODUCTION);
    page.push_str("## Features\n\n| feature | | statements | built |\n|---|---|---|---:|\n");
    for feature in FEATURES {
        let built = feature.statements.iter().filter(|statement| statement.planned.is_none()).count();
        let statements: Vec<_> = feature.statements.iter().map(|statement| link(statement)).collect();
        let (id, name, all) = (feature.id, feature.name, feature.statements.len());
        let _ = writeln!(page, "| {id} | {name} | {} | {built} of {all} |", statements.join(", "));
    }
    page.push_str("\n## Statements\n");
    for (group, subject) in GROUPS {
        let _ = write!(page, "\n### {subject}\n\n| | statement | where it stands |\n|---|---|---|\n");
        for row in of_group(group) {
            let _ = writeln!(page, "| <a id=\"{0}\"></a>{0} | {1} | {2} |", row.clause, cell(row.summary), stands(row));
        }
    }
    page.push_str("\n## Statements outside of this project\n\n| | statement | reason |\n|---|---|---|\n");
    for it in OUTSIDE {
        let _ = writeln!(page, "| <a id=\"{0}\"></a>{0} | {1} | {2} |", it.id, cell(it.statement), cell(it.reason));
    }
    page.push_str("\n## Choices\n\n| | contradiction | decision | setting |\n|---|---|---|---|\n");
    CHOICES.iter().for_each(|choice| page.push_str(&chosen(choice)));
    page.push_str("\n## Tables\n\nThe first line of a table that fits decides; an empty cell stands for both answers.\n");
    fapi::tables::all().iter().for_each(|table| page.push_str(&printed(table)));
    page
}

const INTRODUCTION: &str = "\
# The OIDC-conformant pipeline

The documents that the pipeline follows describe an authorization server with registered applications and APIs: what an application
may get for an API, for whom, and by which grant. This page has each of their statements in our words, the features that the
statements make up, the choices made where the documents contradict each other or a standard, and the decisions that are tables. It
is made by `cargo xtask pipeline` from the constants in `fapi::requirement::ocp` and `fapi::tables`; a test compares the two.

A statement is *planned* or *built*. `fapi-conformance coverage` says which ones were observed, and a feature works if each of its
statements was. `fapi-conformance list --features` has the scenarios.

";

fn link(row: &Requirement) -> String {
    let target = if row.document == DOCUMENT { format!("#{}", row.clause) } else { row.url.to_owned() };
    format!("[{}]({target})", row.id.strip_prefix("OCP-").unwrap_or(row.id))
}

/// Planned or built, and the rows that say the same.
fn stands(row: &Requirement) -> String {
    let built = if row.planned.is_some() { "planned" } else { "built" };
    let others: Vec<_> = row.restated_by.iter().filter_map(|id| requirement::find(id)).map(link).collect();
    if others.is_empty() { built.to_owned() } else { format!("{built}; as {}", others.join(", ")) }
}

fn chosen(choice: &Choice) -> String {
    let setting = match (choice.setting, choice.planned) {
        (Some(setting), false) => format!("`{setting}`"),
        (Some(setting), true) => format!("`{setting}` (planned)"),
        (None, true) => "planned".to_owned(),
        (None, false) => String::new(),
    };
    format!("| {} | {} | {} | {setting} |\n", choice.id, cell(choice.contradiction), cell(choice.decision))
}

fn printed(table: &Printed) -> String {
    let heads = table.inputs.iter().map(|input| format!(" {input} |")).collect::<String>();
    let rule = "---|".repeat(table.inputs.len() + 2);
    let mut text = format!("\n### {}\n\n|{heads} outcome | statement |\n|{rule}\n", table.name);
    for row in &table.rows {
        let answers = row.when.iter().map(|is| match is {
            Is::Yes => " yes |",
            Is::No => " no |",
            Is::Any => " |",
        });
        let answers: String = answers.collect();
        let _ = writeln!(text, "|{answers} {} | {} |", row.then, link(row.basis));
    }
    text
}

/// Text for a cell of a table: an angle bracket or a bar would not be shown.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('<', "&lt;").replace('>', "&gt;")
}
