//! `coverage`: the rows of the registry that are shown, compared with those that were shown before.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::{CLEAN, FINDINGS};
use crate::coverage::{self, Evidence, exceptions::Exceptions, report};
use crate::report::terminal::line;
use crate::variant::{PLANS, Plan};

/// The folder of the reasons, and of the rows that were shown before.
const FOLDER: &str = "conformance/coverage";

/// The members of a kill matrix that are used.
#[derive(Deserialize)]
struct Matrix {
    mutants: Vec<Row>,
}

#[derive(Deserialize)]
struct Row {
    requirement: String,
    status: String,
}

/// Measures the coverage, compares it with the stored table, and reports what is missing. `accept` replaces the stored table. That
/// table covers all plans, so nothing is compared if only some of them ran.
pub(super) async fn coverage(plans: &'static [Plan], mutants: Option<PathBuf>, accept: bool) -> Result<u8, String> {
    if accept && mutants.is_none() {
        return Err("the snapshot includes the mutants, so --accept requires --mutants FILE".into());
    }
    let of_all = plans.len() == PLANS.len();
    if accept && !of_all {
        return Err("the snapshot covers all plans, so --accept cannot be combined with --plan".into());
    }
    let folder = Path::new(FOLDER);
    let exceptions = Exceptions::read(&read(&folder.join("exceptions.toml"))?)?;
    let measured = coverage::measure(plans, killed(mutants.as_deref())?, &exceptions).await?;
    let table = report::table(&measured);
    line(table.trim_end());
    line(&format!("\n{}", report::features(&measured).trim_end()));
    for row in measured.missing() {
        line(&format!("claimed but never observed: {} {:?} {}", row.id, row.duty, row.summary));
    }
    measured.stale.iter().chain(&measured.failures).for_each(|text| line(text));
    if !of_all {
        return Ok(if measured.stale.is_empty() && measured.failures.is_empty() { CLEAN } else { FINDINGS });
    }
    let kept = folder.join("snapshot.txt");
    let measured_now = format!("{table}\n{}", report::rows(&measured));
    if accept {
        std::fs::write(&kept, &measured_now).map_err(|error| format!("{}: {error}", kept.display()))?;
    }
    let comparable = |text: &str| if mutants.is_some() { text.to_owned() } else { without_mutants(text) };
    let (before, now) = (comparable(&read(&kept).unwrap_or_default()), comparable(&measured_now));
    changes(&before, &now).iter().for_each(|change| line(change));
    let same = before == now;
    if !same {
        line(&format!("this differs from {}; if the difference is intended, run again with --accept", kept.display()));
    }
    Ok(if measured.is_whole() && same { CLEAN } else { FINDINGS })
}

/// The requirements that killed mutants violate, from the report of `mutants`.
fn killed(report: Option<&Path>) -> Result<Evidence, String> {
    let mut killed = Evidence::default();
    let Some(path) = report else { return Ok(killed) };
    let matrix: Matrix = serde_json::from_str(&read(path)?).map_err(|error| format!("{}: {error}", path.display()))?;
    let rows = matrix.mutants.into_iter().filter(|row| row.status == "killed").map(|row| row.requirement);
    killed.add(rows, &coverage::in_force(&PLANS[0]));
    Ok(killed)
}

fn read(path: &Path) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}

/// The lines of the rows, without the evidence of mutants, which run separately.
fn without_mutants(text: &str) -> String {
    let rows = text.split_once("\n\n").map_or("", |(_, rows)| rows);
    rows.lines().map(|line| format!("{}\n", line.trim_end_matches(" mutant").trim_end_matches(" ~mutant"))).collect()
}

/// Lines of rows that are new, and those that are gone.
fn changes(before: &str, now: &str) -> Vec<String> {
    let rows = |text: &str| -> BTreeSet<String> { text.lines().filter(|line| !line.contains("  ")).map(str::to_owned).collect() };
    let (before, now) = (rows(before), rows(now));
    let gone = before.difference(&now).map(|line| format!("- {line}"));
    gone.chain(now.difference(&before).map(|line| format!("+ {line}"))).collect()
}
