//! What a run found, as people and programs read it.
//!
//! A [`Report`] is made once, redacted while it is made, and then written as text, JSON, JUnit XML and HTML: no writer ever
//! sees a secret.

pub mod html;
pub mod json;
pub mod junit;
pub mod terminal;

use std::time::Duration;

use fapi::requirement::{Level, Requirement};

use crate::oidf;
use crate::redact::{Redactor, Shown};
use crate::runner::{Judgement, Outcome};
use crate::scenario::Scenario;
use crate::variant::{Plan, Variant};

/// A whole run.
#[derive(Debug)]
pub struct Report {
    /// What was run, when, against what.
    pub run: Run,
    /// How often each outcome occurs.
    pub summary: Summary,
    /// Every scenario in every variant, in the order of the run.
    pub results: Vec<Entry>,
    /// What is wrong with the known results: entries that match nothing.
    pub stale: Vec<String>,
}

/// What was run, when, against what.
#[derive(Debug, Clone)]
pub struct Run {
    /// What the target file calls the target.
    pub target: String,
    /// Its issuer identifiers; one, unless each variant has a server of its own.
    pub issuers: Vec<String>,
    /// The plan.
    pub plan: &'static Plan,
    /// When it began, in RFC 3339.
    pub started: String,
    /// How long it took.
    pub took: Duration,
    /// Whether secrets are left out.
    pub redacted: bool,
}

/// How often each outcome occurs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Summary {
    /// Clean passes.
    pub passed: usize,
    /// Findings.
    pub failed: usize,
    /// Not run, or nothing to run on.
    pub skipped: usize,
    /// Passes with something that should be otherwise.
    pub warnings: usize,
    /// Known results, each with a reason.
    pub expected: usize,
}

/// One scenario in one variant, without secrets.
#[derive(Debug)]
pub struct Entry {
    /// The scenario.
    pub scenario: &'static Scenario,
    /// The plan.
    pub plan: &'static Plan,
    /// The variant.
    pub variant: Variant,
    /// How it ended.
    pub outcome: Outcome,
    /// What was found.
    pub finding: Option<Found>,
    /// Why it was left out, or why a finding is expected.
    pub reason: Option<String>,
    /// What is allowed, but should not be so.
    pub warnings: Vec<String>,
    /// The requirements that the server itself named.
    pub observed: Vec<String>,
    /// Everything sent, and what came back.
    pub exchanges: Vec<Shown>,
    /// How long it took.
    pub took: Duration,
}

/// A finding, without secrets.
#[derive(Debug, Clone)]
pub struct Found {
    /// What should have happened.
    pub expected: String,
    /// What happened.
    pub got: String,
    /// The number of the exchange that shows it.
    pub exchange: Option<u64>,
    /// The clause that is broken.
    pub clause: Option<&'static Requirement>,
}

impl Report {
    /// Puts a report together.
    pub fn new(run: Run, judgements: &[Judgement], stale: Vec<String>) -> Self {
        let results: Vec<_> = judgements.iter().map(|judgement| Entry::new(judgement, run.redacted)).collect();
        Self { run, summary: Summary::of(judgements), results, stale }
    }

    /// Whether everything is as it should be.
    pub fn is_clean(&self) -> bool {
        self.summary.failed == 0 && self.stale.is_empty()
    }

    /// The variants that were run, in order.
    pub fn variants(&self) -> Vec<Variant> {
        let mut variants: Vec<Variant> = Vec::new();
        for entry in &self.results {
            if !variants.contains(&entry.variant) {
                variants.push(entry.variant);
            }
        }
        variants
    }

    /// The scenarios that were run, in order, each with its entries.
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
    /// Counts.
    pub fn of(judgements: &[Judgement]) -> Self {
        let count = |outcome| judgements.iter().filter(|judgement| judgement.outcome == outcome).count();
        Self {
            passed: count(Outcome::Passed),
            failed: count(Outcome::Failed),
            skipped: count(Outcome::Skipped),
            warnings: count(Outcome::Warning),
            expected: count(Outcome::Expected),
        }
    }

    /// The counts in the order in which they are read, with their words.
    pub fn words(&self) -> [(Outcome, usize, &'static str); 5] {
        [
            (Outcome::Passed, self.passed, "passed"),
            (Outcome::Failed, self.failed, "failed"),
            (Outcome::Warning, self.warnings, "with warnings"),
            (Outcome::Expected, self.expected, "expected"),
            (Outcome::Skipped, self.skipped, "skipped"),
        ]
    }
}

impl Entry {
    /// A judgement without its secrets, or with them if that is asked for.
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
            finding: judgement.finding.as_ref().map(found),
            reason: judgement.reason.as_deref().map(|reason| redactor.text(reason)),
            warnings: texts(&judgement.warnings),
            observed: texts(&judgement.observed),
            exchanges: judgement.exchanges.iter().map(|exchange| redactor.exchange(exchange)).collect(),
            took: judgement.took,
        }
    }

    /// The modules of the official suite that assert the same, of those in the plan.
    pub fn modules(&self) -> Vec<&'static str> {
        oidf::asserted(self.plan, self.scenario)
    }

    /// Everything there is to say about the outcome, in one text.
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

/// RFC 2119's word for a level.
pub(crate) fn level(level: Level) -> &'static str {
    match level {
        Level::Must => "MUST",
        Level::MustNot => "MUST NOT",
        Level::Should => "SHOULD",
        Level::ShouldNot => "SHOULD NOT",
        Level::May => "MAY",
    }
}

/// Seconds, as people read them.
pub(crate) fn seconds(took: Duration) -> String {
    if took < Duration::from_secs(100) { format!("{:.2} s", took.as_secs_f64()) } else { format!("{} s", took.as_secs()) }
}
