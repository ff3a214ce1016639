//! The results of a run, and reports of them for people and programs.
//!
//! A [`Report`] is made once and redacted at that moment, and then written as text, JSON, JUnit XML and HTML: no writer ever sees
//! a secret.

pub mod html;
pub mod json;
pub mod junit;
pub mod terminal;

use std::time::Duration;

use fapi::requirement::{Level, Requirement};

use crate::oidf;
use crate::redact::{Redactor, Shown};
use crate::runner::{Judgement, Verdict};
use crate::scenario::Scenario;
use crate::variant::{Plan, Variant};

/// A whole run.
#[derive(Debug)]
pub struct Report {
    /// The target, the plan and the time of the run.
    pub run: Run,
    /// The number of results with each outcome.
    pub summary: Summary,
    /// Every scenario in every variant, in the order of the run.
    pub results: Vec<Entry>,
    /// Entries of the known results that match nothing.
    pub stale: Vec<String>,
}

/// The target, the plan and the time of a run.
#[derive(Debug, Clone)]
pub struct Run {
    /// The name of the target, from its file.
    pub target: String,
    /// Its issuer identifiers: one, unless each variant has its own server.
    pub issuers: Vec<String>,
    /// The plan.
    pub plan: &'static Plan,
    /// The start time, in RFC 3339.
    pub started: String,
    /// The duration.
    pub took: Duration,
    /// True if secrets are redacted.
    pub redacted: bool,
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

/// The result of one scenario in one variant, redacted.
#[derive(Debug)]
pub struct Entry {
    /// The scenario.
    pub scenario: &'static Scenario,
    /// The plan.
    pub plan: &'static Plan,
    /// The variant.
    pub variant: Variant,
    /// The outcome.
    pub outcome: Verdict,
    /// The finding, if there is one.
    pub finding: Option<Found>,
    /// The reason why it was left out, or why its finding is expected.
    pub reason: Option<String>,
    /// Behaviour that is allowed but not recommended.
    pub warnings: Vec<String>,
    /// The requirements that the server itself named.
    pub observed: Vec<String>,
    /// All requests, with their responses.
    pub exchanges: Vec<Shown>,
    /// The duration.
    pub took: Duration,
}

/// A finding, redacted.
#[derive(Debug, Clone)]
pub struct Found {
    /// The expected behaviour.
    pub expected: String,
    /// The observed behaviour.
    pub got: String,
    /// The number of the exchange that shows it.
    pub exchange: Option<u64>,
    /// The violated clause.
    pub clause: Option<&'static Requirement>,
}

impl Report {
    /// Makes a report.
    pub fn new(run: Run, judgements: &[Judgement], stale: Vec<String>) -> Self {
        let results: Vec<_> = judgements.iter().map(|judgement| Entry::new(judgement, run.redacted)).collect();
        Self { run, summary: Summary::of(judgements), results, stale }
    }

    /// Returns true if nothing failed and no known result is stale.
    pub fn is_clean(&self) -> bool {
        self.summary.failed == 0 && self.stale.is_empty()
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
        for entry in &self.results {
            match scenarios.iter_mut().find(|(scenario, _)| scenario.id == entry.scenario.id) {
                Some((_, entries)) => entries.push(entry),
                None => scenarios.push((entry.scenario, vec![entry])),
            }
        }
        scenarios
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

impl Entry {
    /// Makes an entry of a judgement, redacted unless secrets are to be shown.
    pub fn new(judgement: &Judgement, redacted: bool) -> Self {
        let redactor = if redacted { Redactor::over(&judgement.exchanges) } else { Redactor::open() };
        let texts = |texts: &[String]| texts.iter().map(|text| redactor.text(text)).collect();
        let found = |finding: &crate::finding::Finding| Found {
            expected: redactor.text(&finding.expected),
            got: redactor.text(&finding.got),
            exchange: finding.exchange,
            clause: judgement.clause(),
        };
        Self {
            scenario: judgement.scenario,
            plan: judgement.plan,
            variant: judgement.variant,
            outcome: judgement.outcome,
            finding: judgement.finding().map(found),
            reason: judgement.reason.as_deref().map(|reason| redactor.text(reason)),
            warnings: texts(&judgement.warnings),
            observed: texts(&judgement.observed),
            exchanges: judgement.exchanges.iter().map(|exchange| redactor.exchange(exchange)).collect(),
            took: judgement.took,
        }
    }

    /// The modules of the official suite with the same assertions, of those in the plan.
    pub fn modules(&self) -> Vec<&'static str> {
        oidf::asserted(self.plan, self.scenario)
    }

    /// The finding, the reason and the warnings in one text.
    pub fn detail(&self) -> Option<String> {
        let finding = self.finding.as_ref().map(|found| format!("expected {}; got {}", found.expected, found.got));
        let parts: Vec<_> = finding.into_iter().chain(self.reason.clone()).chain(self.warnings.iter().cloned()).collect();
        (!parts.is_empty()).then(|| parts.join("; "))
    }

    /// The exchange that shows the finding, or the last one if none is named.
    pub fn evidence(&self) -> Option<&Shown> {
        let number = self.finding.as_ref()?.exchange;
        let named = number.and_then(|number| self.exchanges.iter().find(|exchange| exchange.number == number));
        named.or_else(|| self.exchanges.last())
    }
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
