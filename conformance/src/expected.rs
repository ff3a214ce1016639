//! Known results of a foreign server: what it is known to do otherwise, each with a reason.
//!
//! A known result that turns up is [`Expected`](Outcome::Expected); one that does not is a failure, and so is an entry that
//! matches nothing that ran. The reference server has no such file.

mod draft;

use std::path::Path;

use serde::Deserialize;

pub use draft::draft;

use crate::finding::Finding;
use crate::runner::{self, Judgement, Outcome};
use crate::scenario;
use crate::target::file::Mistakes;

/// The known results of a target.
#[derive(Debug, Default)]
pub struct Known {
    entries: Vec<Entry>,
}

#[derive(Debug)]
struct Entry {
    scenario: String,
    variant: String,
    outcome: Outcome,
    reason: String,
    clause: Option<String>,
    met: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    expected: Vec<toml::Table>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    scenario: String,
    #[serde(default = "anything")]
    variant: String,
    outcome: String,
    #[serde(default)]
    reason: String,
    clause: Option<String>,
}

impl Known {
    /// Reads a file of known results.
    pub fn read(path: &Path) -> Result<Self, Mistakes> {
        let mistakes = |list| Mistakes { file: path.to_owned(), list };
        let text = std::fs::read_to_string(path).map_err(|error| mistakes(vec![error.to_string()]))?;
        Self::parse(&text).map_err(mistakes)
    }

    /// Reads the text of such a file: every mistake is named.
    pub fn parse(text: &str) -> Result<Self, Vec<String>> {
        let file: File = toml::from_str(text).map_err(|error| vec![error.to_string().trim().to_owned()])?;
        let (mut entries, mut mistakes) = (Vec::new(), Vec::new());
        for (number, table) in file.expected.into_iter().enumerate() {
            match Entry::read(table) {
                Ok(entry) => entries.push(entry),
                Err(error) => mistakes.push(format!("expected[{}]: {error}", number + 1)),
            }
        }
        if mistakes.is_empty() { Ok(Self { entries }) } else { Err(mistakes) }
    }

    /// Applies what is known to a judgement.
    pub fn apply(&mut self, judgement: &mut Judgement) {
        let variant = judgement.variant.to_string();
        let fits = |entry: &Entry| entry.scenario == judgement.scenario.id && runner::fits(&entry.variant, &variant);
        let matching: Vec<_> = self.entries.iter_mut().filter(|entry| fits(entry)).collect();
        let outcome = judgement.outcome;
        let mut other = None;
        for entry in matching {
            entry.met = true;
            if entry.outcome == outcome {
                judgement.outcome = Outcome::Expected;
                judgement.reason = Some(entry.told(judgement.reason.take()));
                return;
            }
            other = Some(format!("{} ({})", entry.outcome.word(), entry.reason));
        }
        // What was not run, or is a finding anyhow, needs no second verdict.
        if let (Some(known), false, Outcome::Passed | Outcome::Warning | Outcome::Skipped) = (other, judgement.left_out, outcome)
        {
            let expected = format!("the known result: {known}; if the server is mended, take the entry out");
            judgement.outcome = Outcome::Failed;
            judgement.finding = Some(Finding::new(expected, format!("an unexpected result: {}", outcome.word())));
        }
    }

    /// The entries that matched nothing, of those that this choice of scenarios could have met.
    pub fn stale(&self, chosen: &str) -> Vec<String> {
        let unmet = self.entries.iter().filter(|entry| !entry.met);
        let could = unmet.filter(|entry| scenario::find(&entry.scenario).is_none() || runner::fits(chosen, &entry.scenario));
        could
            .map(|entry| format!("the known result for {} in {} matches nothing that ran", entry.scenario, entry.variant))
            .collect()
    }
}

impl Entry {
    fn read(table: toml::Table) -> Result<Self, String> {
        let written: Written = table.try_into().map_err(|error: toml::de::Error| error.message().to_owned())?;
        let of = format!("{} in {}", written.scenario, written.variant);
        let outcome = match written.outcome.as_str() {
            "failed" => Outcome::Failed,
            "skipped" => Outcome::Skipped,
            "warning" => Outcome::Warning,
            other => return Err(format!("{of}: outcome {other:?} is none of failed, skipped and warning")),
        };
        if written.reason.trim().is_empty() {
            return Err(format!("{of}: an entry needs a `reason`: why is this no mistake of the suite, and why may it stay?"));
        }
        if outcome == Outcome::Failed && written.clause.as_deref().is_none_or(|clause| clause.trim().is_empty()) {
            return Err(format!("{of}: a failure needs the `clause` that was read to settle it"));
        }
        Ok(Self {
            scenario: written.scenario,
            variant: written.variant,
            outcome,
            reason: written.reason,
            clause: written.clause,
            met: false,
        })
    }

    fn told(&self, before: Option<String>) -> String {
        let clause = self.clause.as_ref().map(|clause| format!(" [{clause}]")).unwrap_or_default();
        let before = before.map(|before| format!(" ({before})")).unwrap_or_default();
        format!("known result: {}{clause}{before}", self.reason)
    }
}

fn anything() -> String {
    "*".into()
}
