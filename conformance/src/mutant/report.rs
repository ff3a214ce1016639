//! The kill matrix, for people and programs.

use std::collections::BTreeSet;

use serde::Serialize;

use super::Family;
use super::trial::{Kill, Status, Trial};

/// The JSON report.
#[derive(Debug, Serialize)]
pub struct Report<'a> {
    mutants: Vec<Row<'a>>,
    summary: Summary,
    families: Vec<Share>,
}

/// The number of mutants by status.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// All mutants.
    pub total: usize,
    /// Killed by a scenario that cites the requirement.
    pub killed: usize,
    /// Not killed.
    pub survived: usize,
    /// Not detectable by an HTTP peer, as expected.
    pub unobservable: usize,
    /// The number of different servers.
    pub servers: usize,
}

#[derive(Debug, Serialize)]
struct Share {
    family: &'static str,
    #[serde(flatten)]
    summary: Summary,
}

#[derive(Debug, Serialize)]
struct Row<'a> {
    id: &'a str,
    family: &'static str,
    summary: &'a str,
    requirement: &'static str,
    killed_by: Vec<&'static str>,
    other_kills: Vec<&'static str>,
    findings: Vec<Finding<'a>>,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
}

/// The finding of a kill, redacted.
#[derive(Debug, Serialize)]
struct Finding<'a> {
    scenario: &'static str,
    variant: String,
    finding: &'a str,
    /// True if it is against the mutant's requirement.
    counts: bool,
}

/// Counts the mutants by status.
pub fn summary<'a>(trials: impl IntoIterator<Item = &'a Trial>) -> Summary {
    let mut summary = Summary::default();
    let mut servers = BTreeSet::new();
    for trial in trials {
        servers.insert(&trial.mutant.server);
        summary.total += 1;
        *match trial.status() {
            Status::Killed => &mut summary.killed,
            Status::Survived => &mut summary.survived,
            Status::Unobservable => &mut summary.unobservable,
        } += 1;
    }
    summary.servers = servers.len();
    summary
}

/// The report in JSON.
pub fn json(trials: &[Trial]) -> String {
    fn row(trial: &Trial) -> Row<'_> {
        Row {
            id: &trial.mutant.id,
            family: trial.mutant.family.name(),
            summary: &trial.mutant.summary,
            requirement: trial.mutant.requirement.id,
            killed_by: scenarios(&trial.killed_by),
            other_kills: scenarios(&trial.other_kills),
            findings: findings(&trial.killed_by, true).chain(findings(&trial.other_kills, false)).collect(),
            status: trial.status().word(),
            reason: trial.unfit.as_deref().or(trial.mutant.unobservable),
        }
    }
    let report = Report { mutants: trials.iter().map(row).collect(), summary: summary(trials), families: families(trials) };
    serde_json::to_string_pretty(&report).unwrap_or_default() + "\n"
}

/// One line: the mutant, its requirement, and the scenarios that killed it.
pub fn line(trial: &Trial) -> String {
    let word = trial.status().word();
    let by = match (trial.status(), &trial.unfit) {
        (_, Some(unfit)) => unfit.clone(),
        (Status::Killed, _) => scenarios(&trial.killed_by).join(", "),
        (Status::Unobservable, _) => trial.mutant.unobservable.unwrap_or_default().to_owned(),
        (Status::Survived, _) => match scenarios(&trial.other_kills).as_slice() {
            [] => trial.mutant.summary.clone(),
            others => format!("detected only by {}", others.join(", ")),
        },
    };
    format!("{word:<12} {:<44} {:<24} {by}", trial.mutant.id, trial.mutant.requirement.id)
}

/// The counts per family, and of all.
pub fn table(trials: &[Trial]) -> String {
    let mut lines = vec![format!(
        "{:<14} {:>6} {:>8} {:>7} {:>9} {:>13}",
        "family", "total", "servers", "killed", "survived", "unobservable"
    )];
    let all = Share { family: "all", summary: summary(trials) };
    for Share { family, summary: Summary { total, killed, survived, unobservable, servers } } in
        families(trials).into_iter().chain([all])
    {
        lines.push(format!("{family:<14} {total:>6} {servers:>8} {killed:>7} {survived:>9} {unobservable:>13}"));
    }
    lines.join("\n")
}

fn families(trials: &[Trial]) -> Vec<Share> {
    let of = |family: Family| trials.iter().filter(move |trial| trial.mutant.family == family);
    Family::ALL.map(|family| Share { family: family.name(), summary: summary(of(family)) }).into()
}

fn findings(kills: &[Kill], counts: bool) -> impl Iterator<Item = Finding<'_>> {
    kills.iter().map(move |kill| {
        let variant = kill.variant.to_string();
        Finding { scenario: kill.scenario, variant, finding: &kill.finding, counts }
    })
}

/// Each scenario once, in the order of its first kill.
fn scenarios(kills: &[Kill]) -> Vec<&'static str> {
    let mut names: Vec<&'static str> = vec![];
    for kill in kills {
        if !names.contains(&kill.scenario) {
            names.push(kill.scenario);
        }
    }
    names
}
