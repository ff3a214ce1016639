//! Known results of another server: its known deviations, each with a reason.
//!
//! A known result that occurs is [`Expected`](Verdict::Expected); one that does not is a failure, and so are a finding under another
//! clause than the known one, and an entry that matches nothing that ran. The reference server has no such file.

mod draft;
mod entry;

use std::path::Path;

use fapi_server::toml_reader::{Document, Mistake, Mistakes};

pub use draft::draft;

use entry::Entry;

use crate::finding::Finding;
use crate::ledger::is_same;
use crate::runner::{Judgement, Verdict, clause_of, fails};
use crate::scenario;
use crate::selection::{Selection, fits};
use crate::variant::{PLANS, Plan};

/// The known results of a target.
#[derive(Debug, Default)]
pub struct Known {
    entries: Vec<Entry>,
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
        let (outcome, variant) = (judgement.outcome, judgement.variant.to_string());
        let of_it = |entry: &&mut Entry| entry.scenario == judgement.scenario.id && fits(&entry.variant, &variant);
        let matching: Vec<&Entry> = self
            .entries
            .iter_mut()
            .filter(of_it)
            .map(|entry| {
                entry.met = true;
                &*entry
            })
            .collect();
        let known: Vec<_> = matching.iter().copied().filter(|entry| entry.outcomes.contains(&outcome)).collect();
        match (known.first(), matching.last()) {
            (Some(_), _) if outcome == Verdict::Passed => {}
            (Some(first), _) => match unknown(judgement, &known) {
                Some(place) => under_another_clause(judgement, place, &known),
                None => {
                    judgement.outcome = Verdict::Expected;
                    judgement.reason = Some(first.told(judgement.reason.take()));
                }
            },
            (None, Some(other)) => contradict(judgement, other),
            (None, None) => {}
        }
    }

    /// The entries that matched nothing, of those that could have matched a scenario that was chosen from this plan. An entry for a
    /// scenario or a variant that no plan has is always among them.
    pub fn stale(&self, plan: &Plan, chosen: &Selection) -> Vec<String> {
        let unmet = self.entries.iter().filter(|entry| !entry.met);
        let could = unmet.filter(|entry| {
            let Some(scenario) = scenario::find(&entry.scenario) else { return true };
            let fits_in = |plan: &Plan| {
                let named = plan.variants().into_iter().filter(|variant| fits(&entry.variant, &variant.to_string()));
                named.filter(|variant| scenario.runs(plan, *variant)).count() > 0
            };
            chosen.fits(scenario.id) && (fits_in(plan) || !PLANS.iter().any(fits_in))
        });
        could
            .map(|entry| format!("the known result for {} in {} matches nothing that ran", entry.scenario, entry.variant))
            .collect()
    }
}

/// The place of the first finding that stands under none of the known clauses. A warning may be known without a clause.
fn unknown(judgement: &Judgement, known: &[&Entry]) -> Option<usize> {
    if known.iter().any(|entry| entry.clauses.is_empty()) {
        return None;
    }
    let counts = |finding: &Finding| judgement.outcome != Verdict::Failed || fails(judgement.scenario, finding);
    let is_known = |finding: &Finding| {
        let clauses = || known.iter().flat_map(|entry| &entry.clauses);
        clause_of(judgement.scenario, finding).is_none_or(|clause| clauses().any(|id| is_same(clause, id)))
    };
    judgement.findings.iter().position(|finding| counts(finding) && !is_known(finding))
}

/// Makes a failure of a result that is known, but under another clause.
fn under_another_clause(judgement: &mut Judgement, place: usize, known: &[&Entry]) {
    let told: Vec<_> = known.iter().map(|entry| format!("{} ({})", entry.clauses.join(", "), entry.reason)).collect();
    // The finding that nobody knows is what a reader must see first.
    let finding = judgement.findings.remove(place);
    judgement.findings.insert(0, finding);
    judgement.outcome = Verdict::Failed;
    judgement.reason = Some(format!("known under another clause: {}", told.join("; ")));
}

/// Makes a failure of a result that is better than the known one. A scenario that was not judged, or that is a finding anyway, needs no
/// second verdict.
fn contradict(judgement: &mut Judgement, known: &Entry) {
    let outcome = judgement.outcome;
    let judged = !judgement.left_out && !judgement.only_in_company;
    if judged && matches!(outcome, Verdict::Passed | Verdict::Warning | Verdict::Skipped) {
        let words: Vec<_> = known.outcomes.iter().map(|outcome| outcome.word()).collect();
        let (words, reason) = (words.join(" or "), &known.reason);
        let expected = format!("the known result: {words} ({reason}); if the server is fixed, remove the entry");
        judgement.outcome = Verdict::Failed;
        judgement.findings = vec![Finding::new(expected, format!("an unexpected result: {}", outcome.word())).of_the_suite()];
    }
}
