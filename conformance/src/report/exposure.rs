//! The threats of a run: for each, the requirements that keep it closed, and what was shown about them.

use fapi::requirement::Requirement;

use super::{Entry, Report};
use crate::runner::Verdict;
use crate::threat::{self, Threat};

/// What a run shows about a threat.
#[derive(Debug)]
pub struct Exposure {
    /// The threat.
    pub threat: &'static Threat,
    /// What was shown about each requirement whose breach opens it.
    pub checks: Vec<Check>,
}

/// What a run shows about a requirement.
#[derive(Debug)]
pub struct Check {
    /// The requirement.
    pub requirement: &'static Requirement,
    /// What was shown.
    pub shown: Standing,
    /// The scenarios that are about it and were judged, with the number of variants, or that found it broken.
    pub scenarios: Vec<(&'static str, usize)>,
}

/// What a run shows about a requirement or a threat, the worst last. Exhaustive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// It is kept wherever a scenario looked.
    Kept,
    /// No scenario judged it.
    Nothing,
    /// A finding that warns is against it.
    Doubtful,
    /// A finding against it is a known result.
    KnownBroken,
    /// A finding that fails is against it.
    Broken,
}

impl Exposure {
    /// What the run shows about every threat, in the order of a flow.
    pub fn of(report: &Report) -> Vec<Self> {
        let exposure = |threat: &'static Threat| {
            let checks = rows(threat).into_iter().map(|requirement| Check::of(requirement, &report.results)).collect();
            Self { threat, checks }
        };
        threat::all().map(exposure).collect()
    }

    /// What was shown about the threat: the worst of its checks. Nothing was shown only if no check was judged.
    pub fn shown(&self) -> Standing {
        let judged = self.checks.iter().map(|check| check.shown).filter(|shown| *shown != Standing::Nothing);
        judged.max().unwrap_or(Standing::Nothing)
    }

    /// The number of checks that were judged.
    pub fn judged(&self) -> usize {
        self.checks.iter().filter(|check| check.shown != Standing::Nothing).count()
    }

    /// What was shown, in words.
    pub fn words(&self) -> String {
        let (judged, all) = (self.judged(), self.checks.len());
        match self.shown() {
            Standing::Kept if judged == all => "closed: every check is made".to_owned(),
            Standing::Kept => format!("closed as far as shown: {judged} of {all} checks are made, the others were not judged"),
            Standing::Nothing => "not shown: no check was judged".to_owned(),
            Standing::Doubtful => "doubtful: a check is made in part".to_owned(),
            Standing::KnownBroken => "open, by a known result".to_owned(),
            Standing::Broken => "open: a check is missing".to_owned(),
        }
    }
}

impl Check {
    fn of(requirement: &'static Requirement, results: &[Entry]) -> Self {
        let (mut shown, mut scenarios) = (Standing::Nothing, Vec::<(&'static str, usize)>::new());
        for entry in results {
            let here = by(requirement, entry);
            if here == Standing::Nothing {
                continue;
            }
            shown = if shown == Standing::Nothing { here } else { shown.max(here) };
            match scenarios.iter_mut().find(|(id, _)| *id == entry.scenario.id) {
                Some((_, count)) => *count += 1,
                None => scenarios.push((entry.scenario.id, 1)),
            }
        }
        Self { requirement, shown, scenarios }
    }
}

impl Standing {
    /// The word in reports.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Kept => "kept",
            Self::Nothing => "not judged",
            Self::Doubtful => "doubtful",
            Self::KnownBroken => "known to be broken",
            Self::Broken => "broken",
        }
    }

    /// The outcome of a scenario that looks like this.
    pub(super) const fn verdict(self) -> Verdict {
        match self {
            Self::Kept => Verdict::Passed,
            Self::Nothing => Verdict::Skipped,
            Self::Doubtful => Verdict::Warning,
            Self::KnownBroken => Verdict::Expected,
            Self::Broken => Verdict::Failed,
        }
    }
}

/// What one result shows about a requirement.
fn by(requirement: &Requirement, entry: &Entry) -> Standing {
    let mut against = entry.findings.iter().filter(|found| found.clause.is_some_and(|clause| is_same(clause, requirement)));
    if let Some(found) = against.next() {
        return match entry.outcome {
            _ if entry.only_in_company => Standing::Doubtful,
            Verdict::Expected => Standing::KnownBroken,
            _ if found.fails || against.any(|found| found.fails) => Standing::Broken,
            _ => Standing::Doubtful,
        };
    }
    let about = entry.scenario.requires.iter().any(|cited| is_same(cited, requirement));
    // A scenario that failed for another reason shows nothing about its other requirements.
    if about && entry.outcome == Verdict::Passed { Standing::Kept } else { Standing::Nothing }
}

/// The requirements whose breach opens a threat, each once.
fn rows(threat: &Threat) -> Vec<&'static Requirement> {
    let mut rows: Vec<&'static Requirement> = Vec::new();
    for row in threat.opened_by {
        if !rows.iter().any(|known| is_same(known, row)) && row.planned.is_none() {
            rows.push(row);
        }
    }
    rows
}

fn is_same(one: &Requirement, other: &Requirement) -> bool {
    one.id == other.id || one.restated_by.contains(&other.id) || other.restated_by.contains(&one.id)
}
