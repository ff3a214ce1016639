//! A store in memory, which is also the shortest implementation of the contract of a store.

use crate::exchange::{Commit, Committed, Load, Loaded};
use crate::exchange::{List, Listed};
use crate::record::{Owner, Record, RecordKey, Version, Versioned, Write};
use crate::store::{Pending, Store};
use crate::time::Timestamp;
use std::collections::BTreeMap;
use std::future::ready;
use std::ops::Bound;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Records and notices of one process, lost when it ends. `Mutex<Memory>` is a [`Store`].
///
/// ```
/// use fapi::record::{Kind, Record, RecordKey, Write};
/// use fapi::{Commit, Committed, Memory, Timestamp};
///
/// let mut memory = Memory::new();
/// let now = Timestamp::from_seconds(1_800_000_000);
/// let key = RecordKey { issuer: "https://as.example".into(), kind: Kind::UseMarker, id: "a".into() };
/// let record = Record::from_bytes(b"1{}".to_vec());
/// let write = Write::Insert { key: key.clone(), record, expires: now.after(60), owners: vec![] };
/// assert_eq!(memory.commit(&Commit::new(now, vec![write])), Committed::Applied);
/// assert!(memory.load(&[key])[0].is_some());
/// assert_eq!(memory.sweep(now.after(60)), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Memory {
    records: BTreeMap<RecordKey, Owned>,
    notices: BTreeMap<RecordKey, (Timestamp, Record)>,
    last: u64,
}

#[derive(Debug, Clone)]
struct Owned {
    versioned: Versioned,
    owners: Vec<Owner>,
}

impl Memory {
    /// An empty store.
    pub fn new() -> Self {
        Self::default()
    }

    /// One entry per key, in the order of the keys.
    pub fn load(&self, keys: &[RecordKey]) -> Loaded {
        keys.iter().map(|key| self.find(key).cloned()).collect()
    }

    /// Applies all writes or none. A conflict shows the record that is now under each key of the commit.
    pub fn commit(&mut self, commit: &Commit) -> Committed {
        if !commit.writes.iter().all(|write| write.holds(self.find(write.key()), commit.now)) {
            let fresh = |write: &Write| (write.key().clone(), self.find(write.key()).cloned());
            return Committed::Conflict(commit.writes.iter().map(fresh).collect());
        }
        for write in &commit.writes {
            self.apply(write.clone());
        }
        Committed::Applied
    }

    /// One page of the records of a kind. Reads all of them if an owner is given.
    pub fn list(&self, list: &List) -> Listed {
        let key = |id: &str| RecordKey { issuer: list.issuer.clone(), kind: list.kind, id: id.into() };
        let start = list.after.as_deref().map_or_else(|| Bound::Included(key("")), |after| Bound::Excluded(key(after)));
        let mut found = self
            .records
            .range((start, Bound::Unbounded))
            .take_while(|(key, _)| key.issuer == list.issuer && key.kind == list.kind)
            .filter(|(_, owned)| list.owner.as_ref().is_none_or(|owner| owned.owners.contains(owner)))
            .map(|(key, owned)| (key.clone(), owned.versioned.clone()));
        let records: Vec<_> = found.by_ref().take(list.limit).collect();
        let next = found.next().and_then(|_| records.last().map(|(key, _)| key.id.clone()));
        Listed { records, next }
    }

    /// The notices that are due, the earliest first.
    pub fn due(&self, now: Timestamp, limit: usize) -> Vec<(RecordKey, Record)> {
        let mut due: Vec<_> = self.notices.iter().filter(|(_, (due, _))| *due <= now).collect();
        due.sort_by_key(|(_, (due, _))| *due);
        due.into_iter().take(limit).map(|(key, (_, record))| (key.clone(), record.clone())).collect()
    }

    /// Removes the records that have expired, and returns their number.
    pub fn sweep(&mut self, now: Timestamp) -> usize {
        let before = self.records.len();
        self.records.retain(|_, owned| now < owned.versioned.expires);
        before - self.records.len()
    }

    /// The number of records, expired ones included.
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// True if there is no record.
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// The keys of all records, in order.
    pub fn keys(&self) -> impl Iterator<Item = &RecordKey> {
        self.records.keys()
    }

    fn find(&self, key: &RecordKey) -> Option<&Versioned> {
        self.records.get(key).map(|owned| &owned.versioned)
    }

    fn apply(&mut self, write: Write) {
        match write {
            Write::Insert { key, record, expires, owners } | Write::Replace { key, record, expires, owners, .. } => {
                // One counter for all keys: a record that is removed and created again is not mistaken for the old one.
                self.last += 1;
                let versioned = Versioned { version: Version(self.last), expires, record };
                self.records.insert(key, Owned { versioned, owners });
            }
            Write::Remove { key, .. } => {
                self.records.remove(&key);
            }
            Write::Enqueue { key, record, due } => {
                self.notices.insert(key, (due, record));
            }
            Write::Acknowledge { key } => {
                self.notices.remove(&key);
            }
            Write::Unchanged { .. } => {}
        }
    }
}

impl Store for Mutex<Memory> {
    fn load<'a>(&'a self, load: &'a Load) -> Pending<'a, Loaded> {
        at_once(lock(self).load(&load.keys))
    }

    fn commit<'a>(&'a self, commit: &'a Commit) -> Pending<'a, Committed> {
        at_once(lock(self).commit(commit))
    }

    fn list<'a>(&'a self, list: &'a List) -> Pending<'a, Listed> {
        at_once(lock(self).list(list))
    }

    fn due(&self, now: Timestamp, limit: usize) -> Pending<'_, Vec<(RecordKey, Record)>> {
        at_once(lock(self).due(now, limit))
    }

    fn sweep(&self, now: Timestamp) -> Pending<'_, usize> {
        at_once(lock(self).sweep(now))
    }
}

/// The memory stays consistent even if a caller panicked, because no method stops in the middle of a write.
fn lock(memory: &Mutex<Memory>) -> MutexGuard<'_, Memory> {
    memory.lock().unwrap_or_else(PoisonError::into_inner)
}

fn at_once<'a, T: Send + 'a>(answer: T) -> Pending<'a, T> {
    Box::pin(ready(Ok(answer)))
}
