//! A store that can stop to answer.

use fapi::record::{Record, RecordKey};
use fapi::{Commit, Committed, List, Listed, Load, Loaded, Memory, Pending, Store, Timestamp, Unavailable};
use std::future::ready;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

/// A store in memory that answers unless it is down.
pub struct Fragile {
    inner: Mutex<Memory>,
    down: AtomicBool,
}

impl Fragile {
    pub fn new() -> Arc<Self> {
        Arc::new(Self { inner: Mutex::new(Memory::new()), down: AtomicBool::new(false) })
    }

    pub fn set_down(&self, down: bool) {
        self.down.store(down, Ordering::SeqCst);
    }

    fn unless_down<'a, T: Send + 'a>(&self, answer: impl FnOnce() -> Pending<'a, T>) -> Pending<'a, T> {
        if self.down.load(Ordering::SeqCst) { Box::pin(ready(Err(Unavailable))) } else { answer() }
    }
}

impl Store for Fragile {
    fn load<'a>(&'a self, load: &'a Load) -> Pending<'a, Loaded> {
        self.unless_down(|| self.inner.load(load))
    }

    fn commit<'a>(&'a self, commit: &'a Commit) -> Pending<'a, Committed> {
        self.unless_down(|| self.inner.commit(commit))
    }

    fn list<'a>(&'a self, list: &'a List) -> Pending<'a, Listed> {
        self.unless_down(|| self.inner.list(list))
    }

    fn due(&self, now: Timestamp, limit: usize) -> Pending<'_, Vec<(RecordKey, Record)>> {
        self.unless_down(|| self.inner.due(now, limit))
    }

    fn sweep(&self, now: Timestamp) -> Pending<'_, usize> {
        self.unless_down(|| self.inner.sweep(now))
    }
}
