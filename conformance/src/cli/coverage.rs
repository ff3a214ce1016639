//! `coverage`: what of the registry is shown, compared with what was shown before.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::{CLEAN, FINDINGS};
use crate::coverage::{self, exceptions::Exceptions, report};
use crate::report::terminal::line;

/// Where the reasons are, and what was shown before.
const FOLDER: &str = "conformance/coverage";

/// What is read of a kill matrix.
#[derive(Deserialize)]
struct Matrix {
    mutants: Vec<Row>,
}

#[derive(Deserialize)]
struct Row {
    requirement: String,
    status: String,
}

/// Measures, compares, and says what is missing. `accept` keeps the new table in place of the old.
pub(super) async fn coverage(mutants: Option<PathBuf>, accept: bool) -> Result<u8, String> {
    let folder = Path::new(FOLDER);
    let exceptions = Exceptions::read(&read(&folder.join("exceptions.toml"))?)?;
    let measured = coverage::measure(killed(mutants.as_deref())?, &exceptions).await?;
    let table = report::table(&measured);
    line(table.trim_end());
    for row in measured.missing() {
        line(&format!("claimed and never observed: {} {:?} {}", row.id, row.duty, row.summary));
    }
    measured.stale.iter().chain(&measured.failures).for_each(|text| line(text));
    let kept = folder.join("snapshot.txt");
    if accept {
        std::fs::write(&kept, &table).map_err(|error| format!("{}: {error}", kept.display()))?;
    }
    let compared = |text: &str| if mutants.is_some() { text.to_owned() } else { without_mutants(text) };
    let same = read(&kept).is_ok_and(|before| compared(&before) == compared(&table));
    if !same {
        line(&format!("this is not what {} has; if it should be so, run again with --accept", kept.display()));
    }
    Ok(if measured.is_whole() && same { CLEAN } else { FINDINGS })
}

/// The requirements that a killed mutant breaks, by the report of `mutants`.
fn killed(report: Option<&Path>) -> Result<BTreeSet<String>, String> {
    let Some(path) = report else { return Ok(BTreeSet::new()) };
    let matrix: Matrix = serde_json::from_str(&read(path)?).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(matrix.mutants.into_iter().filter(|row| row.status == "killed").map(|row| row.requirement).collect())
}

fn read(path: &Path) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}

/// The table with a dash for every number of mutants, which are run elsewhere.
fn without_mutants(table: &str) -> String {
    let blank = |line: &str| {
        let (before, rest) = line.split_at_checked(80).unwrap_or((line, ""));
        let after = rest.split_at_checked(9).map_or("", |(_, after)| after);
        format!("{before}{:>9}{after}\n", "-")
    };
    table.lines().enumerate().map(|(at, line)| if at == 0 { format!("{line}\n") } else { blank(line) }).collect()
}
