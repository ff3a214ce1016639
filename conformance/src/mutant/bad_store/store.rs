//! Stores that each break the contract of `fapi::record` in one way.

use std::collections::BTreeMap;
use std::future::ready;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use fapi::record::{Kind, Record, RecordKey, Versioned, Write};
use fapi::{Commit, Committed, List, Listed, Load, Loaded, Memory, Pending, Store, Timestamp, Unavailable};

/// A fault of a store. Exhaustive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flaw {
    /// Acknowledges new records and loses them.
    LosesInserts,
    /// Acknowledges changes of records and loses them.
    LosesChanges,
    /// Acknowledges removals and loses them.
    LosesRemovals,
    /// Changes a record even if it was changed in the meantime.
    IgnoresVersions,
    /// Replaces a live record by a new one.
    Overwrites,
    /// Always returns the first version of a record.
    ReadsTheFirst,
    /// Returns a record once and then loses it.
    ForgetsWhatWasRead,
    /// Returns the last record of the kind for every key.
    MixesUp,
    /// Finds no record of the kind.
    FindsNothing,
    /// Refuses to write records of the kind.
    RefusesWrites,
    /// Makes only the first of several writes.
    AppliesOnlyTheFirst,
    /// Keeps new records for half a minute only.
    ForgetsSoon,
    /// Is unavailable for a record that another request reads at the moment.
    HasOneReader,
}

/// The delay of reads.
const DELAY: Duration = Duration::from_millis(20);

/// A store with a fault for records of some kinds.
pub(super) struct Flawed {
    flaw: Flaw,
    kinds: &'static [Kind],
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    memory: Memory,
    first: BTreeMap<RecordKey, Versioned>,
    gone: Vec<RecordKey>,
    last: Option<RecordKey>,
    reading: Vec<RecordKey>,
}

impl Flawed {
    pub(super) fn new(flaw: Flaw, kinds: &'static [Kind]) -> Self {
        Self { flaw, kinds, state: Mutex::default() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn loaded(&self, load: &Load) -> Result<Loaded, Unavailable> {
        let state = &mut *self.state();
        let found = |key: &RecordKey| {
            if !self.kinds.contains(&key.kind) {
                return state.memory.load(std::slice::from_ref(key)).pop().flatten();
            }
            let mixed = state.last.as_ref().filter(|_| self.flaw == Flaw::MixesUp).unwrap_or(key).clone();
            let found = state.memory.load(&[mixed]).pop().flatten()?;
            match self.flaw {
                Flaw::FindsNothing => None,
                Flaw::ForgetsWhatWasRead if state.gone.contains(key) => None,
                Flaw::ForgetsWhatWasRead => {
                    state.gone.push(key.clone());
                    Some(found)
                }
                Flaw::ReadsTheFirst => {
                    let first = state.first.entry(key.clone()).or_insert_with(|| found.clone());
                    Some(Versioned { version: found.version, ..first.clone() })
                }
                _ => Some(found),
            }
        };
        Ok(load.keys.iter().map(found).collect())
    }

    fn committed(&self, commit: &Commit) -> Result<Committed, Unavailable> {
        let state = &mut *self.state();
        let mine = |write: &Write| self.kinds.contains(&write.key().kind);
        if self.flaw == Flaw::RefusesWrites && commit.writes.iter().any(|write| mine(write) && writes(write)) {
            return Err(Unavailable);
        }
        let mut writes: Vec<Write> = commit.writes.iter().filter_map(|write| self.passed(state, commit.now, write)).collect();
        if self.flaw == Flaw::AppliesOnlyTheFirst && commit.writes.iter().any(mine) {
            writes.truncate(1);
        }
        if let Some(last) = writes.iter().rev().find(|write| mine(write)) {
            state.last = Some(last.key().clone());
        }
        Ok(state.memory.commit(&Commit::new(commit.now, writes)))
    }

    /// The write to make in place of this one; `None` if there is none.
    fn passed(&self, state: &mut State, now: Timestamp, write: &Write) -> Option<Write> {
        if !self.kinds.contains(&write.key().kind) {
            return Some(write.clone());
        }
        let there = state.memory.load(std::slice::from_ref(write.key())).pop().flatten();
        match (self.flaw, write.clone()) {
            (Flaw::LosesInserts, Write::Insert { .. })
            | (Flaw::LosesChanges, Write::Replace { .. })
            | (Flaw::LosesRemovals, Write::Remove { .. })
            | (Flaw::IgnoresVersions | Flaw::ReadsTheFirst | Flaw::MixesUp | Flaw::ForgetsWhatWasRead, Write::Unchanged { .. }) => {
                None
            }
            (Flaw::IgnoresVersions, Write::Replace { key, record, expires, owners, .. }) => Some(match there {
                Some(there) => Write::Replace { key, on: there.version, record, expires, owners },
                None => Write::Insert { key, record, expires, owners },
            }),
            (Flaw::IgnoresVersions, Write::Remove { key, .. }) => there.map(|there| Write::Remove { key, on: there.version }),
            (
                Flaw::Overwrites | Flaw::ForgetsWhatWasRead | Flaw::FindsNothing,
                Write::Insert { key, record, expires, owners },
            ) => Some(match there.filter(|there| now < there.expires) {
                Some(there) => Write::Replace { key, on: there.version, record, expires, owners },
                None => Write::Insert { key, record, expires, owners },
            }),
            (Flaw::ForgetsSoon, Write::Insert { key, record, expires, owners }) => {
                let soon = Timestamp::from_seconds(now.seconds() + 30);
                Some(Write::Insert { key, record, expires: expires.min(soon), owners })
            }
            (_, write) => Some(write),
        }
    }
}

fn writes(write: &Write) -> bool {
    !matches!(write, Write::Unchanged { .. })
}

impl Store for Flawed {
    fn load<'a>(&'a self, load: &'a Load) -> Pending<'a, Loaded> {
        let loaded = self.loaded(load);
        // The fault shows only if another request comes between a read and its end or a later write, so reads are slow.
        let slow = matches!(self.flaw, Flaw::IgnoresVersions | Flaw::Overwrites | Flaw::HasOneReader);
        let read: Vec<_> = load.keys.iter().filter(|key| self.kinds.contains(&key.kind)).cloned().collect();
        let first = {
            let reading = &mut self.state().reading;
            let first = !read.iter().any(|key| reading.contains(key));
            reading.extend(read.iter().filter(|_| first).cloned());
            first
        };
        Box::pin(async move {
            if slow {
                tokio::time::sleep(DELAY).await;
            }
            if first {
                self.state().reading.retain(|key| !read.contains(key));
            }
            if self.flaw == Flaw::HasOneReader && !first { Err(Unavailable) } else { loaded }
        })
    }

    fn commit<'a>(&'a self, commit: &'a Commit) -> Pending<'a, Committed> {
        Box::pin(ready(self.committed(commit)))
    }

    fn list<'a>(&'a self, list: &'a List) -> Pending<'a, Listed> {
        Box::pin(ready(Ok(self.state().memory.list(list))))
    }

    fn due(&self, now: Timestamp, limit: usize) -> Pending<'_, Vec<(RecordKey, Record)>> {
        Box::pin(ready(Ok(self.state().memory.due(now, limit))))
    }

    fn sweep(&self, now: Timestamp) -> Pending<'_, usize> {
        Box::pin(ready(Ok(self.state().memory.sweep(now))))
    }
}
