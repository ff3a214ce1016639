//! The checks of OAuch, each with what it asks in our words, and the scenarios that ask the same or the reason why there is none.
//!
//! [OAuch](https://github.com/DistriNet/OAuch) tests servers in a browser, with the user's help. Its checks are in its project
//! `OAuch.Tests`.

use std::fmt::Write;

/// A check of OAuch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// Its name in OAuch: the folder and the class.
    pub name: &'static str,
    /// The demand, in our words.
    pub asks: &'static str,
    /// The ids of the rows that it is about; each scenario cites one of them.
    pub rows: Vec<&'static str>,
    /// The scenarios that ask the same.
    pub scenarios: Vec<&'static str>,
    /// The kind of reason, if there is no scenario.
    pub kind: Option<Kind>,
    /// The reason, or a remark.
    pub remark: &'static str,
}

/// The kind of reason why there is no scenario. Exhaustive: these are the words of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// The check asks what a server has, and demands nothing.
    Fact,
    /// The check is about the client or its registration.
    Client,
    /// The capability is not built yet.
    NotBuilt,
    /// The specifications of the suite's plans demand the contrary, or leave it open.
    Opposed,
    /// The suite cannot observe it.
    NotObservable,
}

/// Every check, in the order of their names.
pub fn checks() -> Vec<Check> {
    TABLE.lines().skip(1).filter_map(Check::read).collect()
}

/// The page that shows them.
pub fn page() -> String {
    let checks = checks();
    let with = checks.iter().filter(|check| !check.scenarios.is_empty()).count();
    let mut page = String::from(HEAD);
    let _ = writeln!(page, "\n| | checks |\n|---|---:|\n| with scenarios | {with} |");
    for kind in Kind::ALL {
        let count = checks.iter().filter(|check| check.kind == Some(kind)).count();
        let _ = writeln!(page, "| {} | {count} |", kind.heading());
    }
    let _ = writeln!(page, "| all | {} |", checks.len());
    let mut area = "";
    for check in &checks {
        let (folder, name) = check.name.split_once('.').unwrap_or(("", check.name));
        if folder != area {
            area = folder;
            let _ = writeln!(page, "\n## {area}\n\n| check | asks | scenarios, or the reason why there is none |\n|---|---|---|");
        }
        let _ = writeln!(page, "| `{name}` | {} | {} |", check.asks, check.answer());
    }
    page
}

impl Check {
    fn read(row: &'static str) -> Option<Self> {
        let mut columns = row.split('\t');
        let mut next = || columns.next();
        let (name, asks, rows, scenarios, kind, remark) = (next()?, next()?, next()?, next()?, next()?, next()?);
        let kind = Kind::ALL.into_iter().find(|known| known.word() == kind);
        let (rows, scenarios) = (rows.split_whitespace().collect(), scenarios.split_whitespace().collect());
        Some(Self { name, asks, rows, scenarios, kind, remark })
    }

    /// The last column of the page.
    fn answer(&self) -> String {
        let scenarios: Vec<_> = self.scenarios.iter().map(|id| format!("`{id}`")).collect();
        match (self.kind, self.remark) {
            (Some(kind), remark) => format!("{}: {remark}", kind.word()),
            (None, "") => scenarios.join(", "),
            (None, remark) => format!("{} ({remark})", scenarios.join(", ")),
        }
    }
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 5] = [Self::Fact, Self::Client, Self::NotBuilt, Self::Opposed, Self::NotObservable];

    /// The word in the table.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Fact => "fact",
            Self::Client => "client",
            Self::NotBuilt => "not built",
            Self::Opposed => "opposed",
            Self::NotObservable => "not observable",
        }
    }

    const fn heading(self) -> &'static str {
        match self {
            Self::Fact => "fact: asks what a server has, and demands nothing",
            Self::Client => "client: about the client or its registration",
            Self::NotBuilt => "not built: the capability is not built yet",
            Self::Opposed => "opposed: FAPI 2.0 demands the contrary, or the specifications leave it open",
            Self::NotObservable => "not observable: no request shows it",
        }
    }
}

const TABLE: &str = include_str!("../oauch/checks.tsv");

const HEAD: &str = "\
# What OAuch checks

[OAuch](https://github.com/DistriNet/OAuch) (DistriNet, MIT) tests OAuth servers in a browser, with the user's help. This page lists
every check of its project `OAuch.Tests`, with what it asks in our words, and the scenarios that ask the same without help. It is made
by `cargo xtask oauch` from `conformance/oauch/checks.tsv`, as of OAuch's commit 4f18c30; a test compares the two. The clauses that a
scenario proves are in `fapi-conformance explain SCENARIO`.
";
