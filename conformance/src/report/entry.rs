//! The result of one scenario in one variant, redacted.

use std::sync::Arc;
use std::time::Duration;

use fapi::requirement::Requirement;

use super::threats::{self, Danger};
use super::{level, steady};
use crate::finding::{About, Finding};
use crate::http::{Answer, HttpExchange};
use crate::oidf;
use crate::redact::{Redactor, Shown};
use crate::runner::{Judgement, Verdict, clause_of, fails};
use crate::scenario::Scenario;
use crate::variant::{Plan, Variant};

/// The number of exchanges that are shown up to the one that shows why nothing was judged.
const LEADING: usize = 10;

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
    /// The findings, the most important one first.
    pub findings: Vec<Found>,
    /// The reason why it was left out, or why its finding is expected.
    pub reason: Option<String>,
    /// The number of the exchange that shows why nothing was judged.
    pub shown_by: Option<u64>,
    /// Behaviour that is allowed but not recommended.
    pub warnings: Vec<String>,
    /// The requirements that the server itself named.
    pub observed: Vec<String>,
    /// The exchanges that reports show in full.
    pub exchanges: Vec<Shown>,
    /// All exchanges in a line each, if there is a finding; or those that lead to the reason why nothing was judged.
    pub outline: Vec<Line>,
    /// The duration.
    pub took: Duration,
    /// True if it failed while other scenarios ran, but not alone.
    pub only_in_company: bool,
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
    /// The violated clause. None if the suite itself is at fault.
    pub clause: Option<&'static Requirement>,
    /// True if it fails the scenario; otherwise it is a warning.
    pub fails: bool,
    /// A digest of clause, expectation and observation, which known results name. It is the same in every run with this finding, and
    /// does not depend on `--unredacted`.
    pub mark: String,
}

/// An exchange in one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The number of the exchange.
    pub number: u64,
    /// The purpose of the request.
    pub purpose: String,
    /// The method sent.
    pub method: String,
    /// The URL sent to, without its query.
    pub url: String,
    /// The status of the response, or the reason why there is none.
    pub answer: Result<u16, String>,
}

impl Entry {
    /// Makes an entry of a judgement; without a redactor, one without texts. Its exchanges are added later.
    pub(super) fn new(judgement: &Judgement, redactor: Option<&Redactor>) -> Self {
        let entry = Self {
            scenario: judgement.scenario,
            plan: judgement.plan,
            variant: judgement.variant,
            outcome: judgement.outcome,
            findings: Vec::new(),
            reason: None,
            shown_by: judgement.shown_by,
            warnings: Vec::new(),
            observed: Vec::new(),
            exchanges: Vec::new(),
            outline: Vec::new(),
            took: judgement.took,
            only_in_company: judgement.only_in_company,
        };
        let Some(redactor) = redactor else { return entry };
        let texts = |texts: &[String]| texts.iter().map(|text| redactor.text(text)).collect();
        let alone = !judgement.findings.iter().any(|finding| fails(judgement.scenario, finding));
        let hiding = (!judgement.findings.is_empty()).then(|| Redactor::over(&judgement.exchanges));
        let found = |finding: &Finding| Found {
            expected: redactor.text(&finding.expected),
            got: redactor.text(&finding.got),
            exchange: finding.exchange,
            clause: clause_of(judgement.scenario, finding).filter(|_| finding.about != About::Suite),
            // The reference server is judged more strictly: there, anything fails.
            fails: judgement.outcome == Verdict::Failed && (alone || fails(judgement.scenario, finding)),
            mark: hiding.as_ref().map(|hiding| mark(judgement, finding, hiding)).unwrap_or_default(),
        };
        let outline = match judgement.findings.as_slice() {
            [] => leading_to(judgement.shown_by, &judgement.exchanges),
            _ => &judgement.exchanges,
        };
        Self {
            findings: judgement.findings.iter().map(found).collect(),
            reason: judgement.reason.as_deref().map(|reason| redactor.text(reason)),
            warnings: texts(&judgement.warnings),
            observed: texts(&judgement.observed),
            outline: outline.iter().map(|exchange| Line::new(exchange, redactor)).collect(),
            ..entry
        }
    }

    /// The most important finding.
    pub fn finding(&self) -> Option<&Found> {
        self.findings.first()
    }

    /// The number of the exchange to look at: the one that shows the most important finding, or why nothing was judged.
    pub fn shown(&self) -> Option<u64> {
        self.finding().map_or(self.shown_by, |found| found.exchange)
    }

    /// The modules of the official suite with the same assertions, of those in the plan.
    pub fn modules(&self) -> Vec<&'static str> {
        oidf::asserted(self.plan, self.scenario)
    }

    /// The findings, the reason and the warnings in one text.
    pub fn detail(&self) -> Option<String> {
        let findings = self.findings.iter().map(|found| format!("expected {}; got {}", found.expected, found.got));
        let parts: Vec<_> = findings.chain(self.reason.clone()).chain(self.warnings.iter().cloned()).collect();
        (!parts.is_empty()).then(|| parts.join("; "))
    }

    /// The exchange of this number, if it is shown in full; the last one if there is none of this number.
    pub fn evidence(&self, number: Option<u64>) -> Option<&Shown> {
        let known = number.filter(|number| self.outline.iter().any(|line| line.number == *number));
        match known {
            Some(number) => self.exchanges.iter().find(|exchange| exchange.number == number),
            None => self.exchanges.last(),
        }
    }
}

/// The last exchanges up to the one of this number; none if there is no such exchange.
fn leading_to(number: Option<u64>, exchanges: &[Arc<HttpExchange>]) -> &[Arc<HttpExchange>] {
    let at = number.and_then(|number| exchanges.iter().position(|exchange| exchange.number == number));
    at.map_or(&[], |at| &exchanges[(at + 1).saturating_sub(LEADING)..=at])
}

/// The marks of the findings and of the remarks of a judgement, in order.
pub fn marks(judgement: &Judgement) -> (Vec<String>, Vec<String>) {
    let hiding = Redactor::over(&judgement.exchanges);
    let findings = judgement.findings.iter().map(|finding| mark(judgement, finding, &hiding)).collect();
    (findings, judgement.warnings.iter().map(|text| mark_of_remark(&hiding.text(text))).collect())
}

/// The mark of a remark.
pub fn mark_of_remark(text: &str) -> String {
    steady::mark("", &[text])
}

fn mark(judgement: &Judgement, finding: &Finding, hiding: &Redactor) -> String {
    let clause = clause_of(judgement.scenario, finding).map_or("", |clause| clause.id);
    steady::mark(clause, &[&hiding.text(&finding.expected), &hiding.text(&finding.got)])
}

impl Found {
    /// The word for its consequence.
    pub fn word(&self) -> &'static str {
        if self.fails { Verdict::Failed.word() } else { Verdict::Warning.word() }
    }

    /// The threats that it opens.
    pub fn threats(&self) -> Vec<Danger> {
        self.clause.map(threats::of).unwrap_or_default()
    }

    /// The level of its clause, in the words of RFC 2119.
    pub fn level(&self) -> Option<&'static str> {
        self.clause.map(|clause| level(clause.level))
    }
}

impl Line {
    fn new(exchange: &HttpExchange, redactor: &Redactor) -> Self {
        Self {
            number: exchange.number,
            purpose: exchange.purpose.clone(),
            method: exchange.method.clone(),
            url: redactor.text(&exchange.url[..url::Position::AfterPath]),
            answer: match &exchange.answer {
                Answer::Response { status, .. } => Ok(*status),
                Answer::Nothing(_, reason) => Err(redactor.text(reason)),
            },
        }
    }
}
