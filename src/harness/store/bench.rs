//! What the checks have in common: keys, records, and operations that explain themselves when they fail.

use super::Store;
use crate::exchange::{Commit, Committed, Unavailable};
use crate::harness::report::Found;
use crate::record::{Kind, Record, RecordKey, Version, Versioned, Write};
use crate::time::Timestamp;
use std::collections::BTreeMap;

/// The time of every check, unless it says otherwise.
pub(super) const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);
/// An hour later.
pub(super) const LATER: Timestamp = NOW.after(3_600);

/// A store on which one check runs.
pub(super) struct Bench<'s>(pub(super) &'s dyn Store);

pub(super) type Lies = BTreeMap<RecordKey, Option<Versioned>>;

impl Bench<'_> {
    pub(super) fn load(&self, keys: &[RecordKey]) -> Found<Vec<Option<Versioned>>> {
        let found = self.0.load(keys).map_err(|Unavailable| "load: unavailable".to_owned())?;
        if found.len() == keys.len() { Ok(found) } else { Err(format!("{} entries for {} keys", found.len(), keys.len())) }
    }

    pub(super) fn find(&self, key: &RecordKey) -> Found<Option<Versioned>> {
        Ok(self.load(std::slice::from_ref(key))?.remove(0))
    }

    /// The record that must lie there.
    pub(super) fn held(&self, key: &RecordKey) -> Found<Versioned> {
        self.find(key)?.ok_or_else(|| format!("nothing lies under {:?}", key.id))
    }

    pub(super) fn commit(&self, now: Timestamp, mut writes: Vec<Write>) -> Found<Committed> {
        writes.sort_by(|a, b| a.key().cmp(b.key()));
        self.0.commit(&Commit::new(now, writes)).map_err(|Unavailable| "commit: unavailable".to_owned())
    }

    /// Commits what must go through.
    pub(super) fn applies(&self, writes: Vec<Write>) -> Found {
        self.applies_at(NOW, writes)
    }

    pub(super) fn applies_at(&self, now: Timestamp, writes: Vec<Write>) -> Found {
        let told = described(&writes);
        match self.commit(now, writes)? {
            Committed::Applied => Ok(()),
            Committed::Conflict(_) => Err(format!("{told} conflicts")),
            Committed::Unknown => Err(format!("{told}: nobody knows")),
        }
    }

    /// Commits what must not go through; what the store says lies there instead.
    pub(super) fn conflicts(&self, writes: Vec<Write>) -> Found<Lies> {
        let told = described(&writes);
        match self.commit(NOW, writes)? {
            Committed::Conflict(lies) => Ok(lies.into_iter().collect()),
            Committed::Applied => Err(format!("{told} is applied")),
            Committed::Unknown => Err(format!("{told}: nobody knows")),
        }
    }

    /// Inserts and reads back.
    pub(super) fn insert(&self, key: &RecordKey, content: &str) -> Found<Versioned> {
        self.applies(vec![insert(key, content)])?;
        self.held(key)
    }
}

fn described(writes: &[Write]) -> String {
    let one = |write: &Write| {
        let (verb, on) = match write {
            Write::Insert { .. } => ("insert", None),
            Write::Replace { on, .. } => ("replace", Some(*on)),
            Write::Remove { on, .. } => ("remove", Some(*on)),
            Write::Unchanged { on, .. } => ("unchanged", *on),
            Write::Enqueue { .. } => ("enqueue", None),
            Write::Acknowledge { .. } => ("acknowledge", None),
        };
        let version = on.map(|version| format!(" on {}", version.0)).unwrap_or_default();
        format!("{verb} {:?}{version}", write.key().id)
    };
    writes.iter().map(one).collect::<Vec<_>>().join(" + ")
}

pub(super) fn key(id: impl Into<String>) -> RecordKey {
    RecordKey { issuer: "https://as.example".into(), kind: Kind::UseMarker, id: id.into() }
}

pub(super) fn record(content: impl AsRef<[u8]>) -> Record {
    Record::from_bytes(content.as_ref().to_vec())
}

pub(super) fn insert(key: &RecordKey, content: impl AsRef<[u8]>) -> Write {
    insert_until(key, content, LATER)
}

pub(super) fn insert_until(key: &RecordKey, content: impl AsRef<[u8]>, expires: Timestamp) -> Write {
    Write::Insert { key: key.clone(), record: record(content), expires }
}

pub(super) fn replace(key: &RecordKey, on: Version, content: impl AsRef<[u8]>) -> Write {
    Write::Replace { key: key.clone(), on, record: record(content), expires: LATER }
}

pub(super) fn remove(key: &RecordKey, on: Version) -> Write {
    Write::Remove { key: key.clone(), on }
}

pub(super) fn unchanged(key: &RecordKey, on: Option<Version>) -> Write {
    Write::Unchanged { key: key.clone(), on }
}

/// A version the key is not on.
pub(super) fn other_than(version: Version) -> Version {
    Version(version.0.wrapping_add(1_000_003))
}
