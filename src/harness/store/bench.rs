//! Keys and records for all checks, and operations that explain their failures.

use crate::exchange::{Commit, Committed, Load, Unavailable};
use crate::exchange::{List, Listed};
use crate::harness::report::{Found, expect};
use crate::record::{Kind, Owner, Record, RecordKey, Version, Versioned, Write};
use crate::store::Store;
use crate::time::Timestamp;
use std::collections::BTreeMap;

/// The time of every check, unless it says otherwise.
pub(super) const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);
/// An hour later.
pub(super) const LATER: Timestamp = NOW.after(3_600);

/// The store that one check runs on.
pub(super) struct Bench<'s>(pub(super) &'s dyn Store);

/// The records that a conflict shows.
pub(super) type Shown = BTreeMap<RecordKey, Option<Versioned>>;

impl Bench<'_> {
    pub(super) async fn load(&self, keys: &[RecordKey]) -> Found<Vec<Option<Versioned>>> {
        let load = Load { keys: keys.to_vec() };
        let found = self.0.load(&load).await.map_err(|Unavailable| "load: unavailable".to_owned())?;
        if found.len() == keys.len() { Ok(found) } else { Err(format!("{} entries for {} keys", found.len(), keys.len())) }
    }

    pub(super) async fn find(&self, key: &RecordKey) -> Found<Option<Versioned>> {
        Ok(self.load(std::slice::from_ref(key)).await?.remove(0))
    }

    /// The record that must be there.
    pub(super) async fn held(&self, key: &RecordKey) -> Found<Versioned> {
        self.find(key).await?.ok_or_else(|| format!("there is no record {:?}", key.id))
    }

    pub(super) async fn commit(&self, now: Timestamp, mut writes: Vec<Write>) -> Found<Committed> {
        writes.sort_by(|a, b| a.key().cmp(b.key()));
        self.0.commit(&Commit::new(now, writes)).await.map_err(|Unavailable| "commit: unavailable".to_owned())
    }

    /// Commits what must be applied.
    pub(super) async fn applies(&self, writes: Vec<Write>) -> Found {
        self.applies_at(NOW, writes).await
    }

    pub(super) async fn applies_at(&self, now: Timestamp, writes: Vec<Write>) -> Found {
        let described = described(&writes);
        match self.commit(now, writes).await? {
            Committed::Applied => Ok(()),
            Committed::Conflict(_) => Err(format!("{described} conflicts")),
            Committed::Unknown => Err(format!("{described} has an unknown outcome")),
        }
    }

    /// Commits what must not be applied; returns the records that the store shows instead.
    pub(super) async fn conflicts(&self, writes: Vec<Write>) -> Found<Shown> {
        let described = described(&writes);
        match self.commit(NOW, writes).await? {
            Committed::Conflict(shown) => Ok(shown.into_iter().collect()),
            Committed::Applied => Err(format!("{described} is applied")),
            Committed::Unknown => Err(format!("{described} has an unknown outcome")),
        }
    }

    /// Inserts a record and reads it back.
    pub(super) async fn insert(&self, key: &RecordKey, content: &str) -> Found<Versioned> {
        self.applies(vec![insert(key, content)]).await?;
        self.held(key).await
    }

    pub(super) async fn page(&self, list: &List) -> Found<Listed> {
        self.0.list(list).await.map_err(|Unavailable| "list: unavailable".to_owned())
    }

    /// The records of an owner, or of all owners, on one large page.
    pub(super) async fn list(&self, owner: Option<&Owner>) -> Found<Vec<(RecordKey, Versioned)>> {
        let page = self.page(&listing(owner, 1_000)).await?;
        expect(page.next.is_none(), || format!("a page of at most 1000 records ends after {}", page.records.len()))?;
        Ok(page.records)
    }

    /// Lists the ids that must be listed for an owner.
    pub(super) async fn lists(&self, owner: &Owner, ids: &[&str]) -> Found {
        let listed = self.list(Some(owner)).await?;
        let listed = ids_of(&listed);
        expect(listed == ids, || format!("{owner} has {listed:?}, not {ids:?}"))
    }

    pub(super) async fn due(&self, now: Timestamp, limit: usize) -> Found<Vec<(RecordKey, Record)>> {
        self.0.due(now, limit).await.map_err(|Unavailable| "due: unavailable".to_owned())
    }

    pub(super) async fn sweep(&self, now: Timestamp) -> Found<usize> {
        self.0.sweep(now).await.map_err(|Unavailable| "sweep: unavailable".to_owned())
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
    Write::Insert { key: key.clone(), record: record(content), expires, owners: vec![] }
}

pub(super) fn replace(key: &RecordKey, on: Version, content: impl AsRef<[u8]>) -> Write {
    replace_until(key, on, content, LATER)
}

pub(super) fn replace_until(key: &RecordKey, on: Version, content: impl AsRef<[u8]>, expires: Timestamp) -> Write {
    Write::Replace { key: key.clone(), on, record: record(content), expires, owners: vec![] }
}

pub(super) fn remove(key: &RecordKey, on: Version) -> Write {
    Write::Remove { key: key.clone(), on }
}

pub(super) fn unchanged(key: &RecordKey, on: Option<Version>) -> Write {
    Write::Unchanged { key: key.clone(), on }
}

/// An insert or a replacement with these owners.
pub(super) fn owned(mut write: Write, new: &[&Owner]) -> Write {
    if let Write::Insert { owners, .. } | Write::Replace { owners, .. } = &mut write {
        *owners = new.iter().map(|owner| (*owner).clone()).collect();
    }
    write
}

pub(super) fn client(id: &str) -> Owner {
    Owner::Client(id.into())
}

pub(super) fn subject(id: &str) -> Owner {
    Owner::Subject(id.into())
}

/// The first page of what [`key`] names.
pub(super) fn listing(owner: Option<&Owner>, limit: usize) -> List {
    let RecordKey { issuer, kind, .. } = key("");
    List::first(issuer, kind, owner.cloned(), limit)
}

pub(super) fn ids_of(records: &[(RecordKey, Versioned)]) -> Vec<&str> {
    records.iter().map(|(key, _)| key.id.as_str()).collect()
}

/// A version the key is not on.
pub(super) fn other_than(version: Version) -> Version {
    Version(version.0.wrapping_add(1_000_003))
}
