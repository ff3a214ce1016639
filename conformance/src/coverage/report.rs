//! The coverage table: per document, the number of rows by how they are accounted for; and a list of all rows.

use std::fmt::Write;

use fapi::requirement;

use super::{Account, Coverage};
use crate::pipeline::{self, Count, Standing};

/// The table. It is deterministic, so that it can be checked in and compared.
pub fn table(coverage: &Coverage) -> String {
    let mut text = format!(
        "{:<56} {:>5} {:>7} {:>9} {:>8} {:>9} {:>7} {:>10} {:>8} {:>8}\n",
        "document", "rows", "vector", "scenario", "mutant", "restated", "caller", "exception", "planned", "missing"
    );
    let mut sum = Line::default();
    for document in requirement::specifications() {
        let mut line = Line::default();
        for row in document.requirements {
            line.rows += 1;
            let built = row.planned.is_none();
            line.vector += usize::from(built && coverage.observed.vectors.show(row));
            line.scenario += usize::from(built && coverage.observed.scenarios.show(row));
            line.mutant += usize::from(built && coverage.observed.mutants.show(row));
            match coverage.accounts.get(row.id) {
                Some(Account::Caller) => line.caller += 1,
                Some(Account::Exception) => line.exception += 1,
                Some(Account::Planned) => line.planned += 1,
                Some(Account::Missing) => line.missing += 1,
                Some(Account::Shown) => line.restated += usize::from(!coverage.observed.name(row)),
                None => {}
            }
        }
        line.write(&mut text, document.name);
        sum.add(&line);
    }
    sum.write(&mut text, "all");
    text
}

/// Each feature of the pipeline on its own line: how it stands, and how many of its statements were observed.
pub fn features(coverage: &Coverage) -> String {
    let shown = |id: &str| coverage.accounts.get(id) == Some(&Account::Shown);
    let counts = pipeline::count(|row| shown(row.id));
    let mut text = format!("{:<7} {:<6} {:>9} {:>10}  name\n", "feature", "stands", "observed", "statements");
    for count in &counts {
        let Count { feature, observed } = count;
        let (id, word, all) = (feature.id, count.standing().word(), feature.statements.len());
        let _ = writeln!(text, "{id:<7} {word:<6} {observed:>9} {all:>10}  {}", feature.name);
    }
    let of = |standing| counts.iter().filter(|count| count.standing() == standing).count();
    let sums = Standing::ALL.map(|standing| format!("{} {}", of(standing), standing.word()));
    let _ = writeln!(text, "{} features: {}", counts.len(), sums.join(", "));
    text
}

/// Each row on its own line: its id, how it is accounted for, and the evidence. `~` marks evidence for a row that restates it.
pub fn rows(coverage: &Coverage) -> String {
    let mut text = String::new();
    for row in requirement::all() {
        let account = coverage.accounts.get(row.id).map_or("", |account| account.word());
        let kinds = [
            ("vector", &coverage.observed.vectors),
            ("scenario", &coverage.observed.scenarios),
            ("mutant", &coverage.observed.mutants),
        ];
        let shown = kinds.into_iter().filter(|(_, evidence)| row.planned.is_none() && evidence.show(row));
        let shown = shown.map(|(kind, evidence)| if evidence.name(row) { format!(" {kind}") } else { format!(" ~{kind}") });
        let _ = writeln!(text, "{} {account}{}", row.id, shown.collect::<String>());
    }
    text
}

#[derive(Default)]
struct Line {
    rows: usize,
    vector: usize,
    scenario: usize,
    mutant: usize,
    /// Shown rows whose only evidence is for rows that restate them.
    restated: usize,
    caller: usize,
    exception: usize,
    planned: usize,
    missing: usize,
}

impl Line {
    fn add(&mut self, other: &Self) {
        self.rows += other.rows;
        self.vector += other.vector;
        self.scenario += other.scenario;
        self.mutant += other.mutant;
        self.restated += other.restated;
        self.caller += other.caller;
        self.exception += other.exception;
        self.planned += other.planned;
        self.missing += other.missing;
    }

    fn write(&self, text: &mut String, name: &str) {
        let Self { rows, vector, scenario, mutant, restated, caller, exception, planned, missing } = self;
        let _ = writeln!(
            text,
            "{name:<56} {rows:>5} {vector:>7} {scenario:>9} {mutant:>8} {restated:>9} {caller:>7} {exception:>10} {planned:>8} {missing:>8}"
        );
    }
}
