//! A store as a host might implement it, with at most one flaw.

#![allow(unreachable_pub, missing_docs)]

use fapi::record::{Kind, Owner, Record, RecordKey, Version, Versioned, Write};
use fapi::{Commit, Committed, List, Listed, Load, Loaded, Pending, Store, Timestamp, Unavailable};
use std::collections::{BTreeMap, BTreeSet};
use std::future::ready;
use std::sync::Mutex;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flaw {
    No,
    IgnoresVersions,
    IgnoresUnchanged,
    LosesReplacements,
    ReusesVersions,
    AppliesBatchesInPart,
    KeepsExpiredRecords,
    RemembersExpiredRecords,
    ForgetsExpiry,
    CutsExpiry,
    KeepsOldExpiry,
    NeverIsAYear,
    SweepsEverything,
    NeverSweeps,
    Miscounts,
    FoldsCase,
    CutsRecords,
    SortsAnswers,
    NamesOneConflict,
    DropsNotices,
    KnowsOneKindOfNotice,
    ShufflesNotices,
    TearsLoads,
    HidesWinners,
    GivesUpOnTheTenthConflict,
    ListsOtherIssuers,
    ListsOtherKinds,
    ListsClientsAsSubjects,
    IndexesOneOwner,
    ListsWithoutCase,
    ListsOldContent,
    ListsNotices,
    HidesExpiredFromLists,
    ReplacesKeepOwners,
    ReplacesAddOwners,
    InsertsAddOwners,
    RemovesKeepIndex,
    SweepsKeepIndex,
    IndexesRefusedCommits,
    IgnoresLimits,
    RepeatsPages,
    NumbersPages,
    PagesByVersion,
    TearsPages,
}

use Flaw::*;

#[derive(Default)]
struct Tables {
    records: BTreeMap<RecordKey, Versioned>,
    /// As it was before the last commit.
    before: BTreeMap<RecordKey, Versioned>,
    /// The content each record was inserted with.
    first: BTreeMap<RecordKey, Record>,
    owners: BTreeMap<RecordKey, Vec<Owner>>,
    index: BTreeSet<(Owner, RecordKey)>,
    notices: BTreeMap<RecordKey, (Timestamp, Record)>,
    now: Option<Timestamp>,
    last: u64,
    /// The conflicts since the last commit that was applied.
    conflicts: u32,
}

pub struct Flawed {
    flaw: Flaw,
    tables: Mutex<Tables>,
}

impl Flawed {
    pub fn new(flaw: Flaw) -> Self {
        Self { flaw, tables: Mutex::default() }
    }

    /// The store with all its records, but without an index.
    pub fn without_index(self) -> Self {
        self.tables.lock().unwrap().index.clear();
        self
    }

    fn has(&self, flaw: Flaw) -> bool {
        self.flaw == flaw
    }

    fn name(&self, key: &RecordKey) -> RecordKey {
        let id = if self.has(FoldsCase) { key.id.to_lowercase() } else { key.id.clone() };
        RecordKey { id, ..key.clone() }
    }

    fn holds(&self, tables: &Tables, now: Timestamp, write: &Write) -> bool {
        let found = tables.records.get(&self.name(write.key()));
        match write {
            Write::Insert { .. } if self.has(KeepsExpiredRecords) => found.is_none(),
            Write::Replace { .. } | Write::Remove { .. } if self.has(IgnoresVersions) => found.is_some(),
            Write::Unchanged { .. } if self.has(IgnoresUnchanged) => true,
            Write::Unchanged { on: None, .. } if self.has(RemembersExpiredRecords) => found.is_none(),
            _ => write.holds(found, now),
        }
    }

    fn apply(&self, tables: &mut Tables, write: &Write) {
        let key = self.name(write.key());
        match write {
            Write::Replace { .. } if self.has(LosesReplacements) => {}
            Write::Insert { record, expires, owners, .. } | Write::Replace { record, expires, owners, .. } => {
                let inserts = matches!(write, Write::Insert { .. });
                let mut version = Version(tables.last + 1);
                tables.last += 1;
                if self.has(ReusesVersions) {
                    version = Version(tables.records.get(&key).map_or(1, |found| found.version.0 + 1));
                }
                let expires = self.expiry(tables.records.get(&key).filter(|_| inserts), *expires);
                let most = if self.has(CutsRecords) { 64 << 10 } else { usize::MAX };
                let octets = record.as_bytes();
                let record = Record::from_bytes(octets[..octets.len().min(most)].to_vec());
                if inserts {
                    tables.first.insert(key.clone(), record.clone());
                }
                tables.records.insert(key.clone(), Versioned { version, expires, record });
                self.index(tables, &key, owners, inserts);
            }
            Write::Remove { .. } => {
                tables.records.remove(&key);
                let owners = tables.owners.remove(&key).unwrap_or_default();
                if !self.has(RemovesKeepIndex) {
                    tables.index.retain(|(owner, of)| *of != key || !owners.contains(owner));
                }
            }
            Write::Enqueue { .. } if self.has(DropsNotices) => {}
            Write::Enqueue { record, due, .. } => drop(tables.notices.insert(key, (*due, record.clone()))),
            Write::Acknowledge { .. } => drop(tables.notices.remove(&key)),
            Write::Unchanged { .. } => {}
        }
    }

    fn expiry(&self, over: Option<&Versioned>, expires: Timestamp) -> Timestamp {
        match expires {
            _ if self.has(ForgetsExpiry) => Timestamp::NEVER,
            expires if self.has(CutsExpiry) && expires < Timestamp::NEVER => {
                expires.min(Timestamp::from_seconds(i32::MAX.into()))
            }
            expires if self.has(KeepsOldExpiry) => over.map_or(expires, |found| found.expires),
            expires => expires,
        }
    }

    fn index(&self, tables: &mut Tables, key: &RecordKey, owners: &[Owner], inserts: bool) {
        if self.has(ReplacesKeepOwners) && !inserts {
            return;
        }
        let old = tables.owners.remove(key).unwrap_or_default();
        if !self.has(if inserts { InsertsAddOwners } else { ReplacesAddOwners }) {
            tables.index.retain(|(owner, of)| of != key || !old.contains(owner));
        }
        let most = if self.has(IndexesOneOwner) { 1 } else { usize::MAX };
        tables.index.extend(owners.iter().take(most).map(|owner| (owner.clone(), key.clone())));
        tables.owners.insert(key.clone(), owners.to_vec());
    }

    fn load(&self, load: &Load) -> Loaded {
        let tables = self.tables.lock().unwrap();
        let mut keys = load.keys.clone();
        if self.has(SortsAnswers) {
            keys.sort();
        }
        let found = |(at, key): (usize, &RecordKey)| {
            let before = tables.before.get(&self.name(key)).filter(|_| at > 0 && self.has(TearsLoads));
            before.or_else(|| tables.records.get(&self.name(key))).cloned()
        };
        keys.iter().enumerate().map(found).collect()
    }

    fn commit(&self, commit: &Commit) -> Committed {
        let mut tables = self.tables.lock().unwrap();
        tables.before = tables.records.clone();
        tables.now = Some(commit.now);
        let held: Vec<_> = commit.writes.iter().map(|write| self.holds(&tables, commit.now, write)).collect();
        let broken = commit.writes.iter().zip(&held).find(|(_, held)| !**held).map(|(write, _)| write);
        if broken.is_none() || self.has(AppliesBatchesInPart) {
            let holding = commit.writes.iter().zip(&held).filter(|(_, held)| **held);
            holding.for_each(|(write, _)| self.apply(&mut tables, write));
        }
        let Some(broken) = broken else { return Committed::Applied };
        for write in commit.writes.iter().filter(|_| self.has(IndexesRefusedCommits)) {
            if let Write::Insert { key, owners, .. } | Write::Replace { key, owners, .. } = write {
                self.index(&mut tables, key, owners, true);
            }
        }
        let shows = |write: &&Write| !self.has(NamesOneConflict) || *write == broken;
        let shown = |write: &Write| {
            let found = tables.records.get(&self.name(write.key())).filter(|_| !self.has(HidesWinners));
            (write.key().clone(), found.cloned())
        };
        Committed::Conflict(commit.writes.iter().filter(shows).map(shown).collect())
    }

    /// All records of a list, in its order.
    fn all(&self, list: &List) -> Vec<(RecordKey, Versioned)> {
        let tables = self.tables.lock().unwrap();
        let owner = |known: &Owner, asked: &Owner| match (known, asked) {
            (Owner::Client(known), Owner::Subject(asked)) if self.has(ListsClientsAsSubjects) => known == asked,
            _ => known == asked,
        };
        let owned = |key: &RecordKey, asked: &Owner| tables.index.iter().any(|(known, of)| of == key && owner(known, asked));
        let asked_for = |key: &RecordKey, found: &Versioned| {
            (key.issuer == list.issuer || self.has(ListsOtherIssuers))
                && (key.kind == list.kind || self.has(ListsOtherKinds))
                && list.owner.as_ref().is_none_or(|asked| owned(key, asked))
                && !(self.has(HidesExpiredFromLists) && tables.now.is_some_and(|now| found.expires <= now))
        };
        let mut all: Vec<_> = tables.records.iter().filter(|(key, found)| asked_for(key, found)).collect();
        let notices: Vec<_> = tables
            .notices
            .iter()
            .map(|(key, (due, record))| (key.clone(), Versioned { version: Version(0), expires: *due, record: record.clone() }))
            .collect();
        if self.has(ListsNotices) {
            all.extend(notices.iter().map(|(key, notice)| (key, notice)));
        }
        match self.flaw {
            ListsWithoutCase => all.sort_by_key(|(key, _)| key.id.to_lowercase()),
            PagesByVersion => all.sort_by_key(|(_, found)| found.version),
            _ => {}
        }
        let shown = |(at, (key, found)): (usize, (&RecordKey, &Versioned))| {
            let before = tables.before.get(key).filter(|_| at > 0 && self.has(TearsPages));
            let mut found = before.unwrap_or(found).clone();
            if self.has(ListsOldContent) {
                found.record = tables.first[key].clone();
            }
            (key.clone(), found)
        };
        all.into_iter().enumerate().map(shown).collect()
    }

    fn list(&self, list: &List) -> Listed {
        let all = self.all(list);
        let number = list.after.as_ref().and_then(|after| after.parse::<usize>().ok());
        let goes_on = |(at, (key, found)): &(usize, (RecordKey, Versioned))| match (&list.after, number) {
            (None, _) => true,
            (_, Some(number)) if self.has(NumbersPages) => *at >= number,
            (_, Some(number)) if self.has(PagesByVersion) => found.version.0 > number as u64,
            (Some(after), _) if self.has(RepeatsPages) && list.owner.is_none() => key.id >= *after,
            (Some(after), _) => key.id > *after,
        };
        let rest: Vec<_> = all.into_iter().enumerate().filter(goes_on).collect();
        let most = if self.has(IgnoresLimits) { usize::MAX } else { list.limit };
        let more = rest.len() > most;
        let page: Vec<_> = rest.into_iter().take(most).collect();
        let next = page.last().filter(|_| more).map(|(at, (key, found))| match self.flaw {
            NumbersPages => (at + 1).to_string(),
            PagesByVersion => found.version.0.to_string(),
            _ => key.id.clone(),
        });
        let mut records: Vec<_> = page.into_iter().map(|(_, record)| record).collect();
        if self.has(PagesByVersion) {
            records.sort_by(|(a, _), (b, _)| a.cmp(b));
        }
        Listed { records, next }
    }

    fn due(&self, now: Timestamp, limit: usize) -> Vec<(RecordKey, Record)> {
        let tables = self.tables.lock().unwrap();
        let known = |key: &RecordKey| !self.has(KnowsOneKindOfNotice) || key.kind == Kind::UseMarker;
        let mut due: Vec<_> = tables.notices.iter().filter(|(key, (due, _))| *due <= now && known(key)).collect();
        if !self.has(ShufflesNotices) {
            due.sort_by_key(|(_, (due, _))| *due);
        }
        due.into_iter().take(limit).map(|(key, (_, record))| (key.clone(), record.clone())).collect()
    }

    fn sweep(&self, now: Timestamp) -> usize {
        let end = if self.has(NeverIsAYear) { Timestamp::from_seconds(253_402_300_799) } else { Timestamp::NEVER };
        let Tables { records, owners, index, .. } = &mut *self.tables.lock().unwrap();
        let goes = |found: &Versioned| !self.has(NeverSweeps) && (self.has(SweepsEverything) || found.expires.min(end) <= now);
        let gone: Vec<_> = records.iter().filter(|(_, found)| goes(found)).map(|(key, _)| key.clone()).collect();
        for key in &gone {
            records.remove(key);
            owners.remove(key);
            if !self.has(SweepsKeepIndex) {
                index.retain(|(_, of)| of != key);
            }
        }
        if self.has(Miscounts) { 0 } else { gone.len() }
    }
}

impl Store for Flawed {
    fn load<'a>(&'a self, load: &'a Load) -> Pending<'a, Loaded> {
        Box::pin(ready(Ok(self.load(load))))
    }

    fn commit<'a>(&'a self, commit: &'a Commit) -> Pending<'a, Committed> {
        let committed = self.commit(commit);
        let mut tables = self.tables.lock().unwrap();
        if self.has(Flaw::GivesUpOnTheTenthConflict) && matches!(committed, Committed::Conflict(_)) {
            tables.conflicts += 1;
            if tables.conflicts >= 10 {
                return Box::pin(ready(Err(Unavailable)));
            }
        } else {
            tables.conflicts = 0;
        }
        Box::pin(ready(Ok(committed)))
    }

    fn list<'a>(&'a self, list: &'a List) -> Pending<'a, Listed> {
        Box::pin(ready(Ok(self.list(list))))
    }

    fn due(&self, now: Timestamp, limit: usize) -> Pending<'_, Vec<(RecordKey, Record)>> {
        Box::pin(ready(Ok(self.due(now, limit))))
    }

    fn sweep(&self, now: Timestamp) -> Pending<'_, usize> {
        Box::pin(ready(Ok(self.sweep(now))))
    }
}
