//! The one thread that writes: commits that arrive together share a transaction, and each succeeds or conflicts on its own.

use super::embedded::unavailable;
use super::encoding::{decode_due, decode_record, encode_due, encode_key, encode_record, expiry};
use super::file::File;
use super::index::Index;
use fapi::record::{RecordKey, Versioned, Write};
use fapi::{Commit, Committed, Timestamp, Unavailable};
use redb::{Database, ReadableTable, Table, TableDefinition, WriteTransaction};
use std::sync::mpsc::Receiver;
use tokio::sync::oneshot::Sender;

pub(super) const RECORDS: TableDefinition<'_, &[u8], &[u8]> = TableDefinition::new("records");
pub(super) const NOTICES: TableDefinition<'_, &[u8], &[u8]> = TableDefinition::new("notices");
pub(super) const DUE: TableDefinition<'_, (i64, &[u8]), ()> = TableDefinition::new("due");
const COUNTERS: TableDefinition<'_, &str, u64> = TableDefinition::new("counters");
const LAST_VERSION: &str = "version";
/// The last version that was indexed. Another one is the last version if the file was written by a server without the index.
const LAST_INDEXED: &str = "indexed";

/// Commits in one transaction.
const BATCH: usize = 256;

pub(super) enum Message {
    Commit(Commit, Sender<Result<Committed, Unavailable>>),
    /// Removes those of these records that have expired.
    Forget(Timestamp, Vec<Vec<u8>>, Sender<Result<usize, Unavailable>>),
    /// Opens the file again if the database takes no transaction any more.
    Mend,
}

/// Runs until nobody can send any more; what was sent before is still done.
pub(super) fn write_all(file: &File, inbox: &Receiver<Message>) {
    while let Ok(first) = inbox.recv() {
        let mut commits = vec![];
        for message in std::iter::once(first).chain(inbox.try_iter().take(BATCH - 1)) {
            match message {
                Message::Commit(commit, answer) => commits.push((commit, answer)),
                Message::Forget(now, keys, answer) => {
                    let forgotten = file.with(|database| forget(database, now, &keys));
                    let _ = answer.send(forgotten.inspect_err(|_| file.mend()));
                }
                Message::Mend => file.mend(),
            }
        }
        let (commits, answers): (Vec<_>, Vec<_>) = commits.into_iter().unzip();
        for (answer, committed) in answers.into_iter().zip(write_batch(file, &commits)) {
            let _ = answer.send(committed);
        }
    }
}

/// One answer per commit. None is given before the transaction is durable, conflicts neither: they rest on what was written
/// before them in the same transaction.
fn write_batch(file: &File, commits: &[Commit]) -> Vec<Result<Committed, Unavailable>> {
    let decide = || file.with(|database| decide_batch(database, commits));
    // Whatever fails before the end of the transaction has written nothing: it may be tried once more.
    let decided = decide().or_else(|_| {
        file.mend();
        decide()
    });
    let Ok((begun, answers)) = decided else { return vec![Err(Unavailable); commits.len()] };
    let ended = if answers.contains(&Committed::Applied) { begun.commit().map_err(redb::Error::from) } else { Ok(()) };
    let durable = ended
        .inspect_err(|error| {
            unavailable(error);
            file.mend();
        })
        .is_ok();
    let answer = |answer| match answer {
        answer if durable => Ok(answer),
        Committed::Applied | Committed::Unknown => Ok(Committed::Unknown),
        Committed::Conflict(_) => Err(Unavailable),
    };
    answers.into_iter().map(answer).collect()
}

fn decide_batch(database: &Database, commits: &[Commit]) -> Result<(WriteTransaction, Vec<Committed>), redb::Error> {
    let begun = database.begin_write()?;
    let mut tables = Tables::open(&begun)?;
    let answers = commits.iter().map(|commit| tables.commit(commit)).collect::<Result<_, _>>()?;
    drop(tables);
    Ok((begun, answers))
}

fn forget(database: &Database, now: Timestamp, keys: &[Vec<u8>]) -> Result<usize, redb::Error> {
    let begun = database.begin_write()?;
    let forgotten = Tables::open(&begun)?.forget(now, keys)?;
    begun.commit()?;
    Ok(forgotten)
}

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

    /// Makes tables that are missing, and the index if it is not that of the records.
    pub(super) fn prepare(begun: &'t WriteTransaction) -> Result<(), redb::Error> {
        let Self { counters, .. } = Self::open(begun)?;
        let counter = |name| Ok::<_, redb::Error>(counters.get(name)?.map(|last| last.value()));
        let (last, indexed) = (counter(LAST_VERSION)?, counter(LAST_INDEXED)?);
        drop(counters);
        if last != indexed {
            Index::rebuild(begun)?;
            begun.open_table(COUNTERS)?.insert(LAST_INDEXED, last.unwrap_or_default())?;
        }
        Ok(())
    }

    /// Removes those of these records that have expired.
    fn forget(&mut self, now: Timestamp, keys: &[Vec<u8>]) -> Result<usize, redb::Error> {
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

    fn commit(&mut self, commit: &Commit) -> Result<Committed, redb::Error> {
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
        self.counters.insert(LAST_INDEXED, last + 1)?;
        Ok(last + 1)
    }
}
