//! What was done, how often, and what came of it.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::promise::Promise;

/// The findings of one case; shared by everybody who takes part.
pub struct Case {
    name: &'static str,
    promise: String,
    /// What is wrong with the server on purpose, and the promises that this must break.
    sabotage: Option<(&'static str, &'static [Promise])>,
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    done: BTreeMap<&'static str, u64>,
    measured: Vec<String>,
    broken: Vec<(Promise, String)>,
}

impl Case {
    pub fn new(name: &'static str, promise: impl Into<String>) -> Self {
        Self { name, promise: promise.into(), sabotage: None, inner: Mutex::default() }
    }

    /// The same with a server that must break these promises: the self test.
    pub fn sabotaged(self, how: &'static str, must_break: &'static [Promise]) -> Self {
        Self { sabotage: Some((how, must_break)), ..self }
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
    pub fn broken(&self, promise: Promise, text: impl Into<String>) {
        self.inner().broken.push((promise, text.into()));
    }

    /// Notes that a promise was broken, if it was.
    pub fn demand(&self, promise: Promise, kept: bool, otherwise: impl FnOnce() -> String) {
        if !kept {
            self.broken(promise, otherwise());
        }
    }

    pub fn is_kept(&self) -> bool {
        self.inner().broken.is_empty()
    }

    /// Whether the case came about and, if the server was sabotaged, broke every promise that it had to break; if it was not,
    /// whether it kept them all.
    pub fn is_as_it_must(&self) -> bool {
        match self.sabotage {
            None => self.is_kept(),
            Some(_) => self.times(Promise::Tried) == 0 && self.unbroken().is_empty(),
        }
    }

    /// The promises that a sabotaged server kept, though it must not.
    fn unbroken(&self) -> Vec<Promise> {
        let must = self.sabotage.map_or(&[][..], |(_, must)| must);
        must.iter().copied().filter(|promise| self.times(*promise) == 0).collect()
    }

    fn times(&self, promise: Promise) -> usize {
        self.inner().broken.iter().filter(|(broken, _)| *broken == promise).count()
    }

    pub fn counted(&self, what: &str) -> u64 {
        self.inner().done.get(what).copied().unwrap_or(0)
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn row(&self) -> String {
        let outcome = self.outcome();
        let inner = self.inner();
        let done = inner
            .done
            .iter()
            .filter(|(_, times)| **times > 0)
            .map(|(what, times)| format!("{times} {what}"))
            .chain(inner.measured.iter().cloned());
        let promise = self.sabotage.map_or_else(|| self.promise.clone(), |(how, _)| format!("self test: {how}"));
        format!("| {} | {promise} | {} | {outcome} |\n", self.name, done.collect::<Vec<_>>().join("; "))
    }

    fn outcome(&self) -> String {
        let mut times: BTreeMap<Promise, u64> = BTreeMap::new();
        for (promise, _) in &self.inner().broken {
            *times.entry(*promise).or_default() += 1;
        }
        let told: Vec<_> = times.iter().map(|(promise, times)| format!("{} ({times})", promise.name())).collect();
        match self.sabotage {
            None if told.is_empty() => "kept".to_owned(),
            None => format!("**broken**: {}", told.join(", ")),
            Some(_) if self.is_as_it_must() => format!("broken, as it must be: {}", told.join(", ")),
            Some(_) => {
                let held: Vec<_> = self.unbroken().into_iter().map(Promise::name).collect();
                format!("**not as it must be**; held: {}; broken: {}", list(&held), list(&told))
            }
        }
    }

    /// One line per kind, which is what is left of a text without its numbers.
    fn violations(&self) -> String {
        let inner = self.inner();
        let mut kinds: BTreeMap<String, (u64, Promise, &str)> = BTreeMap::new();
        for (promise, text) in &inner.broken {
            let kind = text.chars().filter(|character| !character.is_ascii_digit()).collect();
            kinds.entry(kind).or_insert((0, *promise, text)).0 += 1;
        }
        let line = |(times, promise, text): &(u64, Promise, &str)| {
            format!("BROKEN {times} times: {}: {}: {text}\n", self.name, promise.name())
        };
        kinds.values().map(line).collect()
    }

    /// One line per promise that a sabotaged server kept.
    fn survivals(&self) -> String {
        let how = self.sabotage.map_or("", |(how, _)| how);
        self.unbroken().iter().map(|promise| format!("NOT BROKEN: {} ({how}): {}\n", self.name, promise.name())).collect()
    }
}

fn list<T: AsRef<str>>(names: &[T]) -> String {
    if names.is_empty() { "none".to_owned() } else { names.iter().map(AsRef::as_ref).collect::<Vec<_>>().join(", ") }
}

/// All cases as a Markdown table.
pub fn markdown(cases: &[Case]) -> String {
    let head = "| case | promise | what was done and measured | outcome |\n|---|---|---|---|\n";
    cases.iter().fold(head.to_owned(), |text, case| text + &case.row())
}

/// The broken promises of all cases, a line for each kind, and what was to be broken and was not.
pub fn violations(cases: &[Case]) -> String {
    cases.iter().map(Case::violations).chain(cases.iter().map(Case::survivals)).collect()
}
