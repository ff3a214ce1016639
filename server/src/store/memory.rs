//! Records of one process, gone when it ends.

use super::{Pending, Store};
use fapi::Memory;
use fapi::record::{Record, RecordKey};
use fapi::{Commit, Committed, Load, Loaded, Timestamp, Unavailable};
use std::future::ready;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The library's store in memory, shared between tasks.
#[derive(Debug, Default)]
pub struct MemoryStore(Mutex<Memory>);

impl MemoryStore {
    /// An empty store.
    pub fn new() -> Self {
        Self::default()
    }

    /// Every method of `Memory` leaves it whole, even if it panicked.
    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn at_once<'a, T: Send + 'a>(value: T) -> Pending<'a, T> {
    Box::pin(ready(Ok::<_, Unavailable>(value)))
}

impl Store for MemoryStore {
    fn load<'a>(&'a self, load: &'a Load) -> Pending<'a, Loaded> {
        at_once(self.memory().load(&load.keys))
    }

    fn commit<'a>(&'a self, commit: &'a Commit) -> Pending<'a, Committed> {
        at_once(self.memory().commit(commit))
    }

    fn due(&self, now: Timestamp, limit: usize) -> Pending<'_, Vec<(RecordKey, Record)>> {
        at_once(self.memory().due(now, limit))
    }

    fn sweep(&self, now: Timestamp) -> Pending<'_, usize> {
        at_once(self.memory().sweep(now))
    }
}
