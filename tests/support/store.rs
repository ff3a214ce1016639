//! A store as a host might implement it, with at most one flaw.

#![allow(unreachable_pub, missing_docs)]

use fapi::record::{Record, RecordKey, Version, Versioned, Write};
use fapi::{Commit, Committed, Loaded, Timestamp, Unavailable, harness};
use std::collections::BTreeMap;
use std::sync::Mutex;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flaw {
    None,
    IgnoresVersions,
    IgnoresUnchanged,
    LosesReplacements,
    ReusesVersions,
    AppliesBatchesInPart,
    KeepsExpiredRecords,
    ForgetsExpiry,
    CutsExpiry,
    KeepsOldExpiry,
    NeverIsAYear,
    SweepsEverything,
    NeverSweeps,
    FoldsCase,
    CutsRecords,
    SortsAnswers,
    NamesOneConflict,
    DropsNotices,
    ShufflesNotices,
    TearsLoads,
    HidesLies,
}

#[derive(Default)]
struct Tables {
    records: BTreeMap<RecordKey, Versioned>,
    before: BTreeMap<RecordKey, Versioned>,
    notices: BTreeMap<RecordKey, (Timestamp, Record)>,
    last: u64,
}

pub struct Flawed {
    flaw: Flaw,
    tables: Mutex<Tables>,
}

impl Flawed {
    pub fn new(flaw: Flaw) -> Self {
        Self { flaw, tables: Mutex::default() }
    }

    fn has(&self, flaw: Flaw) -> bool {
        self.flaw == flaw
    }

    fn name(&self, key: &RecordKey) -> RecordKey {
        let id = if self.has(Flaw::FoldsCase) { key.id.to_lowercase() } else { key.id.clone() };
        RecordKey { id, ..key.clone() }
    }

    fn holds(&self, tables: &Tables, now: Timestamp, write: &Write) -> bool {
        let found = tables.records.get(&self.name(write.key()));
        let version = found.map(|found| found.version);
        match write {
            Write::Insert { .. } if self.has(Flaw::KeepsExpiredRecords) => found.is_none(),
            Write::Insert { .. } => found.is_none_or(|found| found.expires <= now),
            Write::Replace { .. } | Write::Remove { .. } if self.has(Flaw::IgnoresVersions) => found.is_some(),
            Write::Replace { on, .. } | Write::Remove { on, .. } => version == Some(*on),
            Write::Unchanged { .. } if self.has(Flaw::IgnoresUnchanged) => true,
            Write::Unchanged { on, .. } => version == *on,
            Write::Enqueue { .. } | Write::Acknowledge { .. } => true,
        }
    }

    fn apply(&self, tables: &mut Tables, write: &Write) {
        let key = self.name(write.key());
        match write {
            Write::Replace { .. } if self.has(Flaw::LosesReplacements) => {}
            Write::Insert { record, expires, .. } | Write::Replace { record, expires, .. } => {
                tables.last += 1;
                let mut version = Version(tables.last);
                if self.has(Flaw::ReusesVersions) {
                    version = Version(tables.records.get(&key).map_or(1, |found| found.version.0 + 1));
                }
                let expires = match *expires {
                    _ if self.has(Flaw::ForgetsExpiry) => Timestamp::NEVER,
                    expires if self.has(Flaw::CutsExpiry) && expires < Timestamp::NEVER => {
                        expires.min(Timestamp::from_seconds(i32::MAX.into()))
                    }
                    _ if self.has(Flaw::KeepsOldExpiry) && matches!(write, Write::Insert { .. }) => {
                        tables.records.get(&key).map_or(*expires, |found| found.expires)
                    }
                    expires => expires,
                };
                let most = if self.has(Flaw::CutsRecords) { 64 << 10 } else { usize::MAX };
                let octets = record.as_bytes();
                let record = Record::from_bytes(octets[..octets.len().min(most)].to_vec());
                tables.records.insert(key, Versioned { version, expires, record });
            }
            Write::Remove { .. } => drop(tables.records.remove(&key)),
            Write::Enqueue { .. } if self.has(Flaw::DropsNotices) => {}
            Write::Enqueue { record, due, .. } => drop(tables.notices.insert(key, (*due, record.clone()))),
            Write::Acknowledge { .. } => drop(tables.notices.remove(&key)),
            Write::Unchanged { .. } => {}
        }
    }
}

impl harness::Store for Flawed {
    fn load(&self, keys: &[RecordKey]) -> Result<Loaded, Unavailable> {
        let tables = self.tables.lock().unwrap();
        let mut keys = keys.to_vec();
        if self.has(Flaw::SortsAnswers) {
            keys.sort();
        }
        let found = |(at, key): (usize, &RecordKey)| {
            let before = tables.before.get(&self.name(key)).filter(|_| at > 0 && self.has(Flaw::TearsLoads));
            before.or_else(|| tables.records.get(&self.name(key))).cloned()
        };
        Ok(keys.iter().enumerate().map(found).collect())
    }

    fn commit(&self, commit: &Commit) -> Result<Committed, Unavailable> {
        let mut tables = self.tables.lock().unwrap();
        if self.has(Flaw::TearsLoads) {
            tables.before = tables.records.clone();
        }
        let held: Vec<_> = commit.writes.iter().map(|write| self.holds(&tables, commit.now, write)).collect();
        let broken = commit.writes.iter().zip(&held).find(|(_, held)| !**held).map(|(write, _)| write);
        if broken.is_none() || self.has(Flaw::AppliesBatchesInPart) {
            let holding = commit.writes.iter().zip(&held).filter(|(_, held)| **held);
            holding.for_each(|(write, _)| self.apply(&mut tables, write));
        }
        if let Some(broken) = broken {
            let told = |write: &&Write| !self.has(Flaw::NamesOneConflict) || *write == broken;
            let lies = |write: &Write| {
                let found = tables.records.get(&self.name(write.key())).filter(|_| !self.has(Flaw::HidesLies));
                (write.key().clone(), found.cloned())
            };
            return Ok(Committed::Conflict(commit.writes.iter().filter(told).map(lies).collect()));
        }
        Ok(Committed::Applied)
    }

    fn due(&self, now: Timestamp, limit: usize) -> Result<Vec<(RecordKey, Record)>, Unavailable> {
        let tables = self.tables.lock().unwrap();
        let mut due: Vec<_> = tables.notices.iter().filter(|(_, (due, _))| *due <= now).collect();
        if !self.has(Flaw::ShufflesNotices) {
            due.sort_by_key(|(_, (due, _))| *due);
        }
        Ok(due.into_iter().take(limit).map(|(key, (_, record))| (key.clone(), record.clone())).collect())
    }

    fn sweep(&self, now: Timestamp) -> Result<(), Unavailable> {
        let (everything, nothing) = (self.has(Flaw::SweepsEverything), self.has(Flaw::NeverSweeps));
        let end = if self.has(Flaw::NeverIsAYear) { Timestamp::from_seconds(253_402_300_799) } else { Timestamp::NEVER };
        let kept = |found: &Versioned| nothing || (!everything && now < found.expires.min(end));
        self.tables.lock().unwrap().records.retain(|_, found| kept(found));
        Ok(())
    }
}
