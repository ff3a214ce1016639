//! A store in memory: what every store must do, in the fewest words.

use crate::exchange::{Commit, Committed, Loaded};
use crate::record::{Record, RecordKey, Version, Versioned, Write};
use crate::time::Timestamp;
use std::collections::BTreeMap;

/// Records and notices of one process; gone when it ends.
#[derive(Debug, Clone, Default)]
pub struct Memory {
    records: BTreeMap<RecordKey, Versioned>,
    notices: BTreeMap<RecordKey, (Timestamp, Record)>,
    last: u64,
}

impl Memory {
    /// An empty store.
    pub fn new() -> Self {
        Self::default()
    }

    /// One entry per key, in the keys' order.
    pub fn load(&self, keys: &[RecordKey]) -> Loaded {
        keys.iter().map(|key| self.records.get(key).cloned()).collect()
    }

    /// All writes or none. On a conflict: what now lies under every key of the batch.
    pub fn commit(&mut self, commit: &Commit) -> Committed {
        if !commit.writes.iter().all(|write| self.holds(commit.now, write)) {
            let fresh = |write: &Write| (write.key().clone(), self.records.get(write.key()).cloned());
            return Committed::Conflict(commit.writes.iter().map(fresh).collect());
        }
        for write in &commit.writes {
            self.apply(write.clone());
        }
        Committed::Applied
    }

    /// Notices that are due, the earliest first.
    pub fn due(&self, now: Timestamp, limit: usize) -> Vec<(RecordKey, Record)> {
        let mut due: Vec<_> = self.notices.iter().filter(|(_, (due, _))| *due <= now).collect();
        due.sort_by_key(|(_, (due, _))| *due);
        due.into_iter().take(limit).map(|(key, (_, record))| (key.clone(), record.clone())).collect()
    }

    /// Forgets what has expired; returns how much that was.
    pub fn sweep(&mut self, now: Timestamp) -> usize {
        let before = self.records.len();
        self.records.retain(|_, versioned| now < versioned.expires);
        before - self.records.len()
    }

    /// How many records there are, expired ones included.
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// The keys of all records, in order.
    pub fn keys(&self) -> impl Iterator<Item = &RecordKey> {
        self.records.keys()
    }

    fn holds(&self, now: Timestamp, write: &Write) -> bool {
        let found = self.records.get(write.key());
        match write {
            Write::Insert { .. } => found.is_none_or(|versioned| versioned.expires <= now),
            Write::Replace { on, .. } | Write::Remove { on, .. } => found.is_some_and(|versioned| versioned.version == *on),
            Write::Unchanged { on: Some(on), .. } => found.is_some_and(|versioned| versioned.version == *on),
            Write::Unchanged { on: None, .. } => found.is_none_or(|versioned| versioned.expires <= now),
            Write::Enqueue { .. } | Write::Acknowledge { .. } => true,
        }
    }

    fn apply(&mut self, write: Write) {
        match write {
            Write::Insert { key, record, expires } | Write::Replace { key, record, expires, .. } => {
                // One counter for all keys: a record that is removed and made again is not mistaken for the old one.
                self.last += 1;
                self.records.insert(key, Versioned { version: Version(self.last), expires, record });
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
