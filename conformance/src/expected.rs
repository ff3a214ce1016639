//! Known results of another server: its known deviations, each with a reason.
//!
//! A known result that occurs is [`Expected`](Verdict::Expected); one that does not is a failure, and so is an entry that matches
//! nothing that ran. The reference server has no such file.

mod draft;

use std::path::Path;

use fapi_server::toml_reader::{Document, Mistake, Mistakes, Section, choices};

pub use draft::draft;

use crate::finding::Finding;
use crate::runner::{self, Judgement, Verdict};
use crate::scenario;

/// The known results of a target.
#[derive(Debug, Default)]
pub struct Known {
    entries: Vec<Entry>,
}

#[derive(Debug)]
struct Entry {
    scenario: String,
    variant: String,
    outcome: Verdict,
    reason: String,
    clause: Option<String>,
    met: bool,
}

impl Known {
    /// Reads a file of known results.
    pub fn read(path: &Path) -> Result<Self, Mistakes> {
        let text = std::fs::read_to_string(path).map_err(|error| Mistake::new(path.display().to_string(), error.to_string()))?;
        Self::parse(&text, path)
    }

    /// Reads the text of such a file and finds every mistake; `file` is the name that they show.
    pub fn parse(text: &str, file: &Path) -> Result<Self, Mistakes> {
        let document = Document::parse(file, text)?;
        let entries = document.root().sections("expected").iter().filter_map(Entry::read).collect();
        document.finish(Self { entries })
    }

    /// Adds the entries of another file.
    pub fn add(&mut self, other: Self) {
        self.entries.extend(other.entries);
    }

    /// Applies the known results to a judgement.
    pub fn apply(&mut self, judgement: &mut Judgement) {
        let variant = judgement.variant.to_string();
        let fits = |entry: &Entry| entry.scenario == judgement.scenario.id && runner::fits(&entry.variant, &variant);
        let matching: Vec<_> = self.entries.iter_mut().filter(|entry| fits(entry)).collect();
        let outcome = judgement.outcome;
        let mut other = None;
        for entry in matching {
            entry.met = true;
            if entry.outcome == outcome {
                judgement.outcome = Verdict::Expected;
                judgement.reason = Some(entry.told(judgement.reason.take()));
                return;
            }
            other = Some(format!("{} ({})", entry.outcome.word(), entry.reason));
        }
        // A scenario that did not run, or that is a finding anyway, needs no second verdict.
        if let (Some(known), false, Verdict::Passed | Verdict::Warning | Verdict::Skipped) = (other, judgement.left_out, outcome)
        {
            let expected = format!("the known result: {known}; if the server is fixed, remove the entry");
            judgement.outcome = Verdict::Failed;
            judgement.findings = vec![Finding::new(expected, format!("an unexpected result: {}", outcome.word()))];
        }
    }

    /// The entries that matched nothing, of those that this choice of scenarios could have matched.
    pub fn stale(&self, chosen: &str) -> Vec<String> {
        let unmet = self.entries.iter().filter(|entry| !entry.met);
        let could = unmet.filter(|entry| scenario::find(&entry.scenario).is_none() || runner::fits(chosen, &entry.scenario));
        could
            .map(|entry| format!("the known result for {} in {} matches nothing that ran", entry.scenario, entry.variant))
            .collect()
    }
}

impl Entry {
    fn read(section: &Section<'_>) -> Option<Self> {
        let scenario = section.required("scenario");
        let variant = section.optional("variant").unwrap_or_else(|| "*".into());
        let outcomes = [("failed", Verdict::Failed), ("skipped", Verdict::Skipped), ("warning", Verdict::Warning)];
        let outcome =
            section.required_value("outcome", &choices(outcomes.map(|(name, _)| name))).and_then(|value| value.one_of(&outcomes));
        let given = |text: &String| !text.trim().is_empty();
        let reason = section.required::<String>("reason");
        if reason.as_ref().is_some_and(|reason| !given(reason)) {
            section.mistake("reason", "must say why this is not a mistake of the suite, and why it is acceptable");
        }
        let clause = section.optional::<String>("clause");
        if outcome == Some(Verdict::Failed) && !clause.as_ref().is_some_and(given) && !section.has_mistake("clause") {
            section.mistake("clause", "must name the requirement on which the decision is based");
        }
        Some(Self { scenario: scenario?, variant, outcome: outcome?, reason: reason?, clause, met: false })
    }

    fn told(&self, before: Option<String>) -> String {
        let clause = self.clause.as_ref().map(|clause| format!(" [{clause}]")).unwrap_or_default();
        let before = before.map(|before| format!(" ({before})")).unwrap_or_default();
        format!("known result: {}{clause}{before}", self.reason)
    }
}
