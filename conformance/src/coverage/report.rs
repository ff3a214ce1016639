//! The table of a coverage: per document, how many rows are accounted for how.

use std::fmt::Write;

use fapi::requirement;

use super::{Account, Coverage};

/// The table; it says the same as long as nothing changed, so that it can be kept and compared.
pub fn table(coverage: &Coverage) -> String {
    let mut text = format!(
        "{:<56} {:>5} {:>7} {:>9} {:>8} {:>7} {:>10} {:>8} {:>8}\n",
        "document", "rows", "vector", "scenario", "mutant", "caller", "exception", "planned", "missing"
    );
    let mut sum = Line::default();
    for document in requirement::documents() {
        let mut line = Line::default();
        for row in document.requirements {
            line.rows += 1;
            let built = row.planned.is_none();
            line.vector += usize::from(built && coverage.observed.by_vectors(row));
            line.scenario += usize::from(built && coverage.observed.by_scenarios(row));
            line.mutant += usize::from(built && coverage.observed.by_mutants(row));
            match coverage.accounts.get(row.id) {
                Some(Account::Caller) => line.caller += 1,
                Some(Account::Exception) => line.exception += 1,
                Some(Account::Planned) => line.planned += 1,
                Some(Account::Missing) => line.missing += 1,
                Some(Account::Shown) | None => {}
            }
        }
        line.write(&mut text, document.name);
        sum.add(&line);
    }
    sum.write(&mut text, "all");
    text
}

#[derive(Default)]
struct Line {
    rows: usize,
    vector: usize,
    scenario: usize,
    mutant: usize,
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
        self.caller += other.caller;
        self.exception += other.exception;
        self.planned += other.planned;
        self.missing += other.missing;
    }

    fn write(&self, text: &mut String, name: &str) {
        let Self { rows, vector, scenario, mutant, caller, exception, planned, missing } = self;
        let _ = writeln!(
            text,
            "{name:<56} {rows:>5} {vector:>7} {scenario:>9} {mutant:>8} {caller:>7} {exception:>10} {planned:>8} {missing:>8}"
        );
    }
}
