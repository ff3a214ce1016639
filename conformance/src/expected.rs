//! Known results of another server: its known deviations, each with a reason.
//!
//! A known result that occurs is [`Expected`](Verdict::Expected); one that does not is a failure, and so are a finding under another
//! clause than the known one, another finding under the same clause if the entry names its finding, and an entry that matches nothing that
//! ran. The reference server has no such file.

mod draft;
mod entry;

use std::path::Path;

use fapi_server::toml_reader::{Document, Mistake, Mistakes};

pub use draft::draft;

use entry::Entry;

use crate::finding::Finding;
use crate::ledger::is_same;
use crate::report;
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
                Some(Unknown::Finding(place)) => of_another_finding(judgement, place, &known),
                Some(Unknown::Remark) => judgement.reason = Some(format!("another remark than the known one ({})", first.reason)),
                None => {
                    judgement.outcome = Verdict::Expected;
                    judgement.reason = Some(first.told(judgement.reason.take()));
                }
            },
            (None, Some(other)) => contradict(judgement, other),
            (None, None) => {}
        }
    }

    /// The entries that matched nothing, of those that could have matched a scenario and a variant that were chosen from this plan. An
    /// entry for a scenario or a variant that no plan has is always among them.
    pub fn stale(&self, plan: &Plan, chosen: &Selection, variants: &Selection) -> Vec<String> {
        let unmet = self.entries.iter().filter(|entry| !entry.met);
        let could = unmet.filter(|entry| {
            let Some(scenario) = scenario::find(&entry.scenario) else { return true };
            let fits_in = |plan: &Plan, variants: &Selection| {
                let names = plan.variants().into_iter().map(|variant| (variant, variant.to_string()));
                let mut named = names.filter(|(_, name)| fits(&entry.variant, name) && variants.fits(name));
                named.any(|(variant, _)| scenario.runs(plan, variant))
            };
            let is_nowhere = !PLANS.iter().any(|plan| fits_in(plan, &Selection::default()));
            chosen.fits(scenario.id) && (fits_in(plan, variants) || is_nowhere)
        });
        could
            .map(|entry| format!("the known result for {} in {} matches nothing that ran", entry.scenario, entry.variant))
            .collect()
    }
}

/// A part of a judgement that no entry knows.
enum Unknown {
    /// The finding at this place.
    Finding(usize),
    /// A remark.
    Remark,
}

/// The first finding or remark of a judgement that is not known. An entry without a clause knows remarks only.
fn unknown(judgement: &Judgement, known: &[&Entry]) -> Option<Unknown> {
    let counts = |finding: &Finding| judgement.outcome != Verdict::Failed || fails(judgement.scenario, finding);
    let (findings, remarks) = report::marks(judgement);
    let is_known = |(place, finding): (usize, &Finding)| {
        let clause = clause_of(judgement.scenario, finding);
        known.iter().any(|entry| {
            let fits = entry.clauses.iter().any(|id| clause.is_none_or(|clause| is_same(clause, id)));
            fits && (entry.marks.is_empty() || entry.marks.contains(&findings[place]))
        })
    };
    let place = judgement.findings.iter().enumerate().position(|(place, finding)| counts(finding) && !is_known((place, finding)));
    if place.is_some() {
        return place.map(Unknown::Finding);
    }
    let knows = |remark: &String| known.iter().any(|entry| entry.marks.is_empty() || entry.marks.contains(remark));
    let counts = judgement.outcome == Verdict::Warning && !judgement.only_in_company;
    (counts && !remarks.iter().all(knows)).then_some(Unknown::Remark)
}

/// Makes a failure of a result that is known, but under another clause, or with another finding under the same clause.
fn of_another_finding(judgement: &mut Judgement, place: usize, known: &[&Entry]) {
    // The finding that nobody knows is what a reader must see first.
    let finding = judgement.findings.remove(place);
    let clause = clause_of(judgement.scenario, &finding);
    let same = |entry: &&&Entry| entry.clauses.iter().any(|id| clause.is_some_and(|clause| is_same(clause, id)));
    let what = if known.iter().any(|entry| same(&entry)) { "known with another finding" } else { "known under another clause" };
    judgement.findings.insert(0, finding);
    let told = known.iter().map(|entry| match entry.clauses.as_slice() {
        [] => format!("none ({})", entry.reason),
        clauses => format!("{} ({})", clauses.join(", "), entry.reason),
    });
    judgement.outcome = Verdict::Failed;
    judgement.reason = Some(format!("{what}: {}", told.collect::<Vec<_>>().join("; ")));
}

/// Makes a failure of a result that is better than the known one. A scenario that was not judged, or that is a finding anyway, needs no
/// second verdict.
fn contradict(judgement: &mut Judgement, known: &Entry) {
    let outcome = judgement.outcome;
    let judged = !judgement.left_out && !judgement.only_in_company && judgement.unjudged.is_none();
    if judged && matches!(outcome, Verdict::Passed | Verdict::Warning | Verdict::Skipped) {
        let words: Vec<_> = known.outcomes.iter().map(|outcome| outcome.word()).collect();
        let (words, reason) = (words.join(" or "), &known.reason);
        let expected = format!("the known result: {words} ({reason}); if the server is fixed, remove the entry");
        judgement.outcome = Verdict::Failed;
        judgement.findings = vec![Finding::new(expected, format!("an unexpected result: {}", outcome.word())).of_the_suite()];
    }
}
