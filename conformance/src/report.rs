//! The results of a run, and reports of them for people and programs.
//!
//! A [`Report`] is made once and redacted at that moment, and then written as text, JSON, JUnit XML, HTML and SARIF: no writer ever
//! sees a secret. Findings with one cause are one [`Group`].

mod entry;
mod exposure;
mod group;
pub mod html;
pub mod json;
pub mod junit;
mod kept;
pub mod sarif;
mod steady;
pub mod terminal;
pub mod threat_report;
mod threats;

use std::path::PathBuf;
use std::time::Duration;

use fapi::requirement::Level;

pub use entry::{Entry, Found, Line, mark_of_remark, marks};
pub use exposure::{Check, Exposure, Standing};
pub use group::{Counted, Group, Seen};
pub use threats::Danger;

use crate::redact::{Chosen, Redactor, Shown};
use crate::runner::{Judgement, Verdict};
use crate::scenario::Scenario;
use crate::selection::Selection;
use crate::variant::{Plan, Variant};

/// A whole run.
#[derive(Debug)]
pub struct Report {
    /// The target, the plan, the flags and the time of the run.
    pub run: Run,
    /// The number of results with each outcome.
    pub summary: Summary,
    /// The findings, each with the scenarios and variants in which it occurred: first those that fail, then those that warn.
    pub findings: Vec<Group>,
    /// Every scenario in every variant, in the order of the run.
    pub results: Vec<Entry>,
    /// Entries of the known results that match nothing.
    pub stale: Vec<String>,
    /// True if exchanges were left out because the report would have become too large.
    pub shortened: bool,
}

/// The target, the plan, the flags and the time of a run.
#[derive(Debug, Clone)]
pub struct Run {
    /// The name of the target, from its file.
    pub target: String,
    /// The target file, unless the target is the reference server.
    pub file: Option<PathBuf>,
    /// The line of the target file that names the issuer, from 1.
    pub line: usize,
    /// Its issuer identifiers: one, unless each variant has its own server.
    pub issuers: Vec<String>,
    /// The plan.
    pub plan: &'static Plan,
    /// The flags that shape the results.
    pub flags: Flags,
    /// The files of known results.
    pub known_results: Vec<PathBuf>,
    /// The start time, in RFC 3339.
    pub started: String,
    /// The duration.
    pub took: Duration,
    /// True if secrets are redacted.
    pub redacted: bool,
    /// The secrets of the target file that people chose.
    pub secrets: Chosen,
    /// The reason why the run ended early, if it did, in one sentence. Nothing after that is a finding.
    pub ended: Option<String>,
    /// The number of the exchange that shows it.
    pub ended_by: Option<u64>,
}

/// The flags of a run that shape its results.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Flags {
    /// The choice of scenarios.
    pub scenarios: Selection,
    /// The choice of variants.
    pub variants: Selection,
    /// `--fast`: scenarios that wait are left out.
    pub fast: bool,
    /// `--gentle`: races, floods and lockouts are left out, and entropy is estimated from fewer samples.
    pub gentle: bool,
    /// The number of scenarios that ran at a time.
    pub jobs: usize,
    /// `--verbose-report`: reports show the exchanges of every scenario, in full.
    pub verbose_report: bool,
}

/// The number of results with each outcome.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Summary {
    /// Passed without warnings.
    pub passed: usize,
    /// Failed.
    pub failed: usize,
    /// Left out, or not applicable to the target.
    pub skipped: usize,
    /// Passed with warnings.
    pub warnings: usize,
    /// Known results, each with a reason.
    pub expected: usize,
}

impl Report {
    /// Makes a report.
    pub fn new(run: Run, judgements: &[Judgement], stale: Vec<String>) -> Self {
        let everything = run.flags.verbose_report;
        let (mut results, mut redactors) = (Vec::new(), Vec::new());
        for judgement in judgements {
            // Most scenarios pass, and reports show no text of those.
            let redactor = (everything || has_text(judgement)).then(|| match run.redacted {
                true => Redactor::knowing(&run.secrets, &judgement.exchanges),
                false => Redactor::open(),
            });
            results.push(Entry::new(judgement, redactor.as_ref()));
            redactors.push(redactor);
        }
        let findings = group::groups(&results, &run);
        let shortened = kept::keep(&mut results, judgements, &redactors, &findings, everything);
        Self { summary: Summary::of(judgements), run, findings, results, stale, shortened }
    }

    /// Returns true if nothing failed and no known result is stale.
    pub fn is_clean(&self) -> bool {
        self.summary.failed == 0 && self.stale.is_empty()
    }

    /// Returns true if everything was judged and everything passed: nothing was left out, skipped, known before, warned about or cut
    /// short.
    pub fn is_complete(&self) -> bool {
        let others = self.summary.skipped + self.summary.expected + self.summary.warnings;
        self.is_clean()
            && others == 0
            && self.run.ended.is_none()
            && self.run.flags.scenarios.is_everything()
            && self.run.flags.variants.is_everything()
    }

    /// The variants of the run, in order.
    pub fn variants(&self) -> Vec<Variant> {
        let mut variants: Vec<Variant> = Vec::new();
        for entry in &self.results {
            if !variants.contains(&entry.variant) {
                variants.push(entry.variant);
            }
        }
        variants
    }

    /// The scenarios of the run, in order, each with its entries.
    pub fn scenarios(&self) -> Vec<(&'static Scenario, Vec<&Entry>)> {
        let mut scenarios: Vec<(&'static Scenario, Vec<&Entry>)> = Vec::new();
        let mut places = std::collections::HashMap::new();
        for entry in &self.results {
            let place = *places.entry(entry.scenario.id).or_insert_with(|| {
                scenarios.push((entry.scenario, Vec::new()));
                scenarios.len() - 1
            });
            scenarios[place].1.push(entry);
        }
        scenarios
    }

    /// The result that shows a finding best.
    pub fn shown_in(&self, group: &Group) -> Option<&Entry> {
        self.results.get(group.result)
    }

    /// The exchange that shows a finding.
    pub fn evidence(&self, group: &Group) -> Option<&Shown> {
        self.shown_in(group)?.evidence(group.exchange)
    }

    /// The reasons for which scenarios were skipped, the most frequent ones first. Numbers and values that differ from run to run are
    /// not distinguished.
    pub fn skipped(&self) -> Vec<Counted<'_>> {
        let skipped = self.results.iter().filter(|entry| entry.outcome == Verdict::Skipped && !entry.only_in_company);
        group::counted(skipped.map(|entry| (entry.reason.as_deref().unwrap_or("no reason is given"), entry)))
    }

    /// The observations that are no findings.
    pub fn observations(&self) -> Vec<Counted<'_>> {
        let warned = self.results.iter().filter(|entry| entry.outcome == Verdict::Warning && !entry.only_in_company);
        group::counted(warned.flat_map(|entry| entry.warnings.iter().map(move |warning| (warning.as_str(), entry))))
    }

    /// The exchange that shows why the run ended early, with the result in which it occurred.
    pub fn end_shown_in(&self) -> Option<(&Entry, &Shown)> {
        let number = self.run.ended_by?;
        let entry = self.results.iter().find(|entry| entry.shown_by == Some(number))?;
        Some((entry, entry.evidence(Some(number))?))
    }

    /// The scenarios that failed while others ran, but not alone.
    pub fn only_in_company(&self) -> Vec<&Entry> {
        self.results.iter().filter(|entry| entry.only_in_company).collect()
    }
}

impl Run {
    /// A run of a plan against the reference server, with no flags, that has not begun.
    pub fn new(target: impl Into<String>, plan: &'static Plan) -> Self {
        Self {
            target: target.into(),
            file: None,
            line: 1,
            issuers: Vec::new(),
            plan,
            flags: Flags::default(),
            known_results: Vec::new(),
            started: String::new(),
            took: Duration::ZERO,
            redacted: true,
            secrets: Chosen::default(),
            ended: None,
            ended_by: None,
        }
    }
}

impl Flags {
    /// The flags as on the command line.
    pub fn words(&self) -> String {
        let mut words = vec![format!("--scenario {}", self.scenarios), format!("--jobs {}", self.jobs)];
        words.extend((!self.variants.is_everything()).then(|| format!("--variant {}", self.variants)));
        for (given, word) in [(self.fast, "--fast"), (self.gentle, "--gentle"), (self.verbose_report, "--verbose-report")] {
            words.extend(given.then(|| word.to_owned()));
        }
        words.join(" ")
    }
}

impl Summary {
    /// Counts the outcomes.
    pub fn of(judgements: &[Judgement]) -> Self {
        let count = |outcome| judgements.iter().filter(|judgement| judgement.outcome == outcome).count();
        Self {
            passed: count(Verdict::Passed),
            failed: count(Verdict::Failed),
            skipped: count(Verdict::Skipped),
            warnings: count(Verdict::Warning),
            expected: count(Verdict::Expected),
        }
    }

    /// The counts in the order of the summary, with their words.
    pub fn words(&self) -> [(Verdict, usize, &'static str); 5] {
        [
            (Verdict::Passed, self.passed, "passed"),
            (Verdict::Failed, self.failed, "failed"),
            (Verdict::Warning, self.warnings, "with warnings"),
            (Verdict::Expected, self.expected, "expected"),
            (Verdict::Skipped, self.skipped, "skipped"),
        ]
    }
}

/// Returns true if a judgement has more to tell than its outcome.
fn has_text(judgement: &Judgement) -> bool {
    let texts = judgement.reason.iter().chain(&judgement.warnings).chain(&judgement.observed);
    !judgement.findings.is_empty() || texts.count() > 0
}

/// The word of RFC 2119 for a level.
pub(crate) fn level(level: Level) -> &'static str {
    match level {
        Level::Must => "MUST",
        Level::MustNot => "MUST NOT",
        Level::Should => "SHOULD",
        Level::ShouldNot => "SHOULD NOT",
        Level::May => "MAY",
    }
}

/// A duration in seconds, for people.
pub(crate) fn seconds(took: Duration) -> String {
    if took < Duration::from_secs(100) { format!("{:.2} s", took.as_secs_f64()) } else { format!("{} s", took.as_secs()) }
}
