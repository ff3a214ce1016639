//! What was done, how often, and what came of it.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The findings of one case; shared by everybody who takes part.
pub struct Case {
    name: &'static str,
    promise: &'static str,
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    done: BTreeMap<&'static str, u64>,
    measured: Vec<String>,
    broken: Vec<String>,
}

impl Case {
    pub fn new(name: &'static str, promise: &'static str) -> Self {
        Self { name, promise, inner: Mutex::default() }
    }

    /// Counts something that was done or that happened.
    pub fn count(&self, what: &'static str) {
        self.add(what, 1);
    }

    pub fn add(&self, what: &'static str, times: u64) {
        *self.inner().done.entry(what).or_default() += times;
    }

    /// Notes a measure.
    pub fn measured(&self, text: impl Into<String>) {
        self.inner().measured.push(text.into());
    }

    /// Notes that a promise was broken.
    pub fn broken(&self, text: impl Into<String>) {
        self.inner().broken.push(text.into());
    }

    /// Notes that a promise was broken, if it was.
    pub fn demand(&self, kept: bool, otherwise: impl FnOnce() -> String) {
        if !kept {
            self.broken(otherwise());
        }
    }

    pub fn is_kept(&self) -> bool {
        self.inner().broken.is_empty()
    }

    pub fn counted(&self, what: &str) -> u64 {
        self.inner().done.get(what).copied().unwrap_or(0)
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn row(&self) -> String {
        let inner = self.inner();
        let done = inner
            .done
            .iter()
            .filter(|(_, times)| **times > 0)
            .map(|(what, times)| format!("{times} {what}"))
            .chain(inner.measured.iter().cloned());
        let outcome = match inner.broken.len() {
            0 => "kept".to_owned(),
            broken => format!("**broken {broken} times**"),
        };
        format!("| {} | {} | {} | {outcome} |\n", self.name, self.promise, done.collect::<Vec<_>>().join("; "))
    }

    /// One line per kind, which is what is left of a text without its numbers.
    fn violations(&self) -> String {
        let inner = self.inner();
        let mut kinds: BTreeMap<String, (u64, &str)> = BTreeMap::new();
        for text in &inner.broken {
            let kind = text.chars().filter(|character| !character.is_ascii_digit()).collect();
            kinds.entry(kind).or_insert((0, text)).0 += 1;
        }
        kinds.values().map(|(times, text)| format!("BROKEN {times} times: {}: {text}\n", self.name)).collect()
    }
}

/// All cases as a Markdown table.
pub fn markdown(cases: &[Case]) -> String {
    let head = "| case | promise | what was done and measured | outcome |\n|---|---|---|---|\n";
    cases.iter().fold(head.to_owned(), |text, case| text + &case.row())
}

/// The broken promises of all cases, a line for each kind.
pub fn violations(cases: &[Case]) -> String {
    cases.iter().map(Case::violations).collect()
}
