//! The tables of one transaction, and the writes to them.

use super::encoding::{decode_due, decode_record, encode_due, encode_key, encode_record, expiry};
use super::index::Index;
use super::schema::{APIS, COUNTERS, DUE, FORMAT, FORMAT_COUNTER, LAST_VERSION, NOTICES, RECORDS, SUBJECTS};
use fapi::record::{RecordKey, Versioned, Write};
use fapi::{Commit, Committed, Timestamp};
use redb::{ReadableTable, Table, WriteTransaction};

/// The tables of one transaction.
pub(super) struct Tables<'t> {
    records: Table<'t, &'static [u8], &'static [u8]>,
    notices: Table<'t, &'static [u8], &'static [u8]>,
    due: Table<'t, (i64, &'static [u8]), ()>,
    counters: Table<'t, &'static str, u64>,
    index: Index<'t>,
}

impl<'t> Tables<'t> {
    pub(super) fn open(begun: &'t WriteTransaction) -> Result<Self, redb::Error> {
        Ok(Self {
            records: begun.open_table(RECORDS)?,
            notices: begun.open_table(NOTICES)?,
            due: begun.open_table(DUE)?,
            counters: begun.open_table(COUNTERS)?,
            index: Index::open(begun)?,
        })
    }

    /// Creates the tables of a new file, and returns the format of the file.
    pub(super) fn prepare(begun: &'t WriteTransaction) -> Result<u64, redb::Error> {
        let is_new = begun.list_tables()?.next().is_none();
        let mut counters = begun.open_table(COUNTERS)?;
        if is_new {
            counters.insert(FORMAT_COUNTER, FORMAT)?;
        }
        let format = counters.get(FORMAT_COUNTER)?.map_or(0, |format| format.value());
        drop(counters);
        if format == FORMAT {
            Self::open(begun)?;
            begun.open_table(SUBJECTS)?;
            begun.open_table(APIS)?;
        }
        Ok(format)
    }

    /// Removes the expired ones among these records.
    pub(super) fn forget(&mut self, now: Timestamp, keys: &[Vec<u8>]) -> Result<usize, redb::Error> {
        let mut forgotten = 0;
        for key in keys {
            let found = self.records.get(key.as_slice())?.and_then(|found| expiry(found.value()));
            if found.is_some_and(|expires| expires <= now) {
                self.records.remove(key.as_slice())?;
                self.index.remove(key)?;
                forgotten += 1;
            }
        }
        Ok(forgotten)
    }

    pub(super) fn commit(&mut self, commit: &Commit) -> Result<Committed, redb::Error> {
        for write in &commit.writes {
            if !write.holds(self.found(write.key())?.as_ref(), commit.now) {
                let fresh = |write: &Write| Ok((write.key().clone(), self.found(write.key())?));
                return commit.writes.iter().map(fresh).collect::<Result<_, _>>().map(Committed::Conflict);
            }
        }
        for write in &commit.writes {
            self.apply(write)?;
        }
        Ok(Committed::Applied)
    }

    fn found(&self, key: &RecordKey) -> Result<Option<Versioned>, redb::Error> {
        Ok(self.records.get(encode_key(key).as_slice())?.and_then(|found| decode_record(found.value())))
    }

    fn apply(&mut self, write: &Write) -> Result<(), redb::Error> {
        let key = encode_key(write.key());
        match write {
            Write::Insert { record, expires, owners, .. } | Write::Replace { record, expires, owners, .. } => {
                let version = self.next_version()?;
                self.records.insert(key.as_slice(), encode_record(version, *expires, record).as_slice())?;
                self.index.put(&key, owners)?;
            }
            Write::Remove { .. } => {
                self.records.remove(key.as_slice())?;
                self.index.remove(&key)?;
            }
            Write::Enqueue { record, due, .. } => {
                self.acknowledge(&key)?;
                self.notices.insert(key.as_slice(), encode_due(*due, record).as_slice())?;
                self.due.insert((due.seconds(), key.as_slice()), ())?;
            }
            Write::Acknowledge { .. } => self.acknowledge(&key)?,
            Write::Unchanged { .. } => {}
        }
        Ok(())
    }

    fn acknowledge(&mut self, key: &[u8]) -> Result<(), redb::Error> {
        let was = self.notices.remove(key)?.and_then(|notice| decode_due(notice.value()));
        if let Some((due, _)) = was {
            self.due.remove((due.seconds(), key))?;
        }
        Ok(())
    }

    /// One counter for all keys, kept in the same transaction: no version is ever used twice.
    fn next_version(&mut self) -> Result<u64, redb::Error> {
        let last = self.counters.get(LAST_VERSION)?.map_or(0, |last| last.value());
        self.counters.insert(LAST_VERSION, last + 1)?;
        Ok(last + 1)
    }
}
