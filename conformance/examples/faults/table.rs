//! The table of results: what was done, how often, and whether promises were kept.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::promise::Promise;

/// The results of one case, shared by its tasks.
pub struct Case {
    name: &'static str,
    promise: String,
    /// The sabotage of the server, and the promises that it must break.
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

    /// The same case with a sabotaged server that must break these promises: the self test.
    pub fn sabotaged(self, how: &'static str, must_break: &'static [Promise]) -> Self {
        Self { sabotage: Some((how, must_break)), ..self }
    }

    /// Counts an action or event.
    pub fn count(&self, what: &'static str) {
        self.add(what, 1);
    }

    pub fn add(&self, what: &'static str, times: u64) {
        *self.inner().done.entry(what).or_default() += times;
    }

    /// Adds a measurement.
    pub fn measured(&self, text: impl Into<String>) {
        self.inner().measured.push(text.into());
    }

    /// Records that a promise was broken.
    pub fn broken(&self, promise: Promise, text: impl Into<String>) {
        self.inner().broken.push((promise, text.into()));
    }

    /// Records that a promise was broken, unless it was kept.
    pub fn demand(&self, promise: Promise, kept: bool, otherwise: impl FnOnce() -> String) {
        if !kept {
            self.broken(promise, otherwise());
        }
    }

    pub fn is_kept(&self) -> bool {
        self.inner().broken.is_empty()
    }

    /// Returns true if a server without sabotage kept all promises; or if the fault occurred and a sabotaged server broke every
    /// promise that it had to break.
    pub fn is_as_it_must(&self) -> bool {
        match self.sabotage {
            None => self.is_kept(),
            Some(_) => self.times(Promise::Tried) == 0 && self.unbroken().is_empty(),
        }
    }

    /// The promises that a sabotaged server had to break but kept.
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
            Some(_) if self.is_as_it_must() => format!("broken, as expected: {}", told.join(", ")),
            Some(_) => {
                let held: Vec<_> = self.unbroken().into_iter().map(Promise::name).collect();
                format!("**not as expected**; kept: {}; broken: {}", list(&held), list(&told))
            }
        }
    }

    /// One line per kind of violation. Texts that differ only in numbers are of one kind.
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

    /// One line per promise that a sabotaged server kept but had to break.
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

/// The violations of all cases, one line per kind, and the promises that had to break but were kept.
pub fn violations(cases: &[Case]) -> String {
    cases.iter().map(Case::violations).chain(cases.iter().map(Case::survivals)).collect()
}
