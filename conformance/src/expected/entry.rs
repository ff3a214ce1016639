//! One known result.

use fapi::requirement;
use fapi_server::toml_reader::{Section, Value, choices};

use crate::runner::Verdict;

const OUTCOMES: [(&str, Verdict); 3] =
    [("failed", Verdict::Failed), ("skipped", Verdict::Skipped), ("warning", Verdict::Warning)];
/// In a list of outcomes, a pass may be one.
const LISTED: [(&str, Verdict); 4] = [OUTCOMES[0], OUTCOMES[1], OUTCOMES[2], ("passed", Verdict::Passed)];

/// One known result.
#[derive(Debug)]
pub(super) struct Entry {
    /// The id of the scenario.
    pub(super) scenario: String,
    /// A glob of variants.
    pub(super) variant: String,
    /// The outcomes that are known; several, if the result depends on chance.
    pub(super) outcomes: Vec<Verdict>,
    /// The reason.
    pub(super) reason: String,
    /// The ids of the clauses under which the findings stand.
    pub(super) clauses: Vec<String>,
    /// The marks of the findings and remarks. If there are none, any finding under the clauses and any remark is meant.
    pub(super) marks: Vec<String>,
    /// True if it matched a judgement.
    pub(super) met: bool,
}

impl Entry {
    pub(super) fn read(section: &Section<'_>) -> Option<Self> {
        let scenario = section.required("scenario");
        let variant = section.optional("variant").unwrap_or_else(|| "*".into());
        let outcomes =
            section.required_value("outcome", &choices(OUTCOMES.map(|(name, _)| name))).and_then(|value| outcomes(&value));
        let reason = section.required::<String>("reason");
        if reason.as_ref().is_some_and(|reason| reason.trim().is_empty()) {
            section.mistake("reason", "must say why this is not a mistake of the suite, and why it is acceptable");
        }
        let clauses = section.value("clause").map(|value| clauses(&value)).unwrap_or_default();
        let fails = outcomes.as_ref().is_some_and(|outcomes| outcomes.contains(&Verdict::Failed));
        if fails && clauses.is_empty() && !section.has_mistake("clause") {
            section.mistake("clause", "must name the requirement on which the decision is based");
        }
        let marks = section.value("finding").map(|value| marks(&value)).unwrap_or_default();
        Some(Self { scenario: scenario?, variant, outcomes: outcomes?, reason: reason?, clauses, marks, met: false })
    }

    /// The reason for a judgement that it expects, after the judgement's own.
    pub(super) fn told(&self, before: Option<String>) -> String {
        let clauses = if self.clauses.is_empty() { String::new() } else { format!(" [{}]", self.clauses.join(", ")) };
        let before = before.map(|before| format!(" ({before})")).unwrap_or_default();
        format!("known result: {}{clauses}{before}", self.reason)
    }
}

/// An outcome, or a list of outcomes of which one at least is no pass.
fn outcomes(value: &Value<'_>) -> Option<Vec<Verdict>> {
    let Some(items) = items(value) else { return value.one_of(&OUTCOMES).map(|outcome| vec![outcome]) };
    let outcomes: Option<Vec<_>> = items.iter().map(|item| item.one_of(&LISTED)).collect();
    if outcomes.as_ref().is_some_and(|outcomes| outcomes.iter().all(|outcome| *outcome == Verdict::Passed)) {
        value.mistake("expected an outcome other than \"passed\", which needs no entry");
        return None;
    }
    outcomes
}

/// A clause, or a list of clauses, by their ids.
fn clauses(value: &Value<'_>) -> Vec<String> {
    let one = |value: &Value<'_>| {
        value.parse("the id of a requirement", |id| match requirement::find(id) {
            Some(_) => Ok(id.to_owned()),
            None if id.trim().is_empty() => Err("must name the requirement on which the decision is based".to_owned()),
            None => Err(format!("no requirement {id}; `explain` and the reports name them")),
        })
    };
    match items(value) {
        Some(items) => items.iter().filter_map(one).collect(),
        None => one(value).into_iter().collect(),
    }
}

/// A mark of a finding, or a list of marks.
fn marks(value: &Value<'_>) -> Vec<String> {
    let one = |value: &Value<'_>| {
        value.parse("the mark of a finding, which --write-expected writes", |mark| {
            let is_mark = mark.len() == 16 && mark.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
            if is_mark {
                Ok(mark.to_owned())
            } else {
                Err("expected 16 hexadecimal digits, as --write-expected writes them".to_owned())
            }
        })
    };
    match items(value) {
        Some(items) => items.iter().filter_map(one).collect(),
        None => one(value).into_iter().collect(),
    }
}

/// The elements of an array; `None` for another value.
fn items<'d>(value: &Value<'d>) -> Option<Vec<Value<'d>>> {
    if matches!(value.json(), Some(serde_json::Value::Array(_))) { value.items() } else { None }
}
