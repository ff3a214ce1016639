//! Records in one file: an embedded `redb` database.
//!
//! Reads see the last durable state and come from the page cache. Writes go to one thread that puts all commits that arrive
//! together into one transaction, so that many of them share one flush to disk. When the disk has failed, the same thread opens
//! the file again.

use super::error::{StoreError, unavailable};
use super::file::File;
use super::kept::KeptApis;
use super::read;
use super::writer::{Message, write_all};
use fapi::record::{Record, RecordKey};
use fapi::{Commit, Committed, List, Listed, Load, Loaded, Pending, Store, Timestamp, Unavailable};
use redb::Database;
use std::collections::BTreeSet;
use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};
use std::thread::{Builder, JoinHandle};
use tokio::sync::oneshot;
use tokio::task::spawn_blocking;

/// Commits wait no longer than it takes to delete this many records.
const SWEPT_AT_ONCE: usize = 1_000;

/// A store in a file that survives the process, however the process ends.
pub struct RedbStore {
    file: Arc<File>,
    messages: Option<Sender<Message>>,
    writer: Option<JoinHandle<()>>,
}

impl RedbStore {
    /// Opens the file, or creates it. After a crash this repairs it first. A file of another format is refused.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        Self::over(File::open(path)?)
    }

    fn over(file: File) -> Result<Self, StoreError> {
        let file = Arc::new(file);
        let (messages, inbox) = channel();
        let writing = file.clone();
        let writer = Builder::new().name("fapi-store".into()).spawn(move || write_all(&writing, &inbox))?;
        Ok(Self { file, messages: Some(messages), writer: Some(writer) })
    }

    /// The subjects that were kept for an issuer.
    pub async fn subjects(&self, issuer: &str) -> Result<BTreeSet<String>, Unavailable> {
        let issuer = issuer.to_owned();
        self.scan(move |database| read::subjects(database, &issuer)).await
    }

    /// Keeps the subjects of the users of an issuer, in place of those that were kept before.
    pub async fn keep_subjects(&self, issuer: &str, subjects: BTreeSet<String>) -> Result<(), Unavailable> {
        let answer = self.ask(|answer| Message::Keep(issuer.to_owned(), subjects, answer)).await?;
        answer.unwrap_or(Err(Unavailable))
    }

    /// The APIs that were kept for an issuer.
    pub(crate) async fn apis(&self, issuer: &str) -> Result<KeptApis, Unavailable> {
        let issuer = issuer.to_owned();
        self.scan(move |database| read::apis(database, &issuer)).await
    }

    /// Keeps the APIs of an issuer, in place of those that were kept before.
    pub(crate) async fn keep_apis(&self, issuer: &str, apis: KeptApis) -> Result<(), Unavailable> {
        let answer = self.ask(|answer| Message::KeepApis(issuer.to_owned(), apis, answer)).await?;
        answer.unwrap_or(Err(Unavailable))
    }

    /// The answer of the writing thread. A thread that died after it took the message leaves the outcome unknown.
    async fn ask<T>(&self, message: impl FnOnce(oneshot::Sender<T>) -> Message) -> Result<Option<T>, Unavailable> {
        let (answer, answered) = oneshot::channel();
        let messages = self.messages.as_ref().ok_or(Unavailable)?;
        messages.send(message(answer)).map_err(|_| Unavailable)?;
        Ok(answered.await.ok())
    }

    /// Runs a long read on a thread that does not serve requests.
    async fn scan<T: Send + 'static>(
        &self,
        scan: impl FnOnce(&Database) -> Result<T, redb::Error> + Send + 'static,
    ) -> Result<T, Unavailable> {
        let file = self.file.clone();
        let scanned = spawn_blocking(move || file.with(scan)).await.map_err(|error| unavailable(&error))?;
        scanned.inspect_err(|_| self.mend())
    }

    /// Has the file opened again if necessary, without waiting for it.
    fn mend(&self) {
        let _ = self.messages.as_ref().map(|messages| messages.send(Message::Mend));
    }
}

impl Store for RedbStore {
    fn load<'a>(&'a self, load: &'a Load) -> Pending<'a, Loaded> {
        Box::pin(async { self.file.with(|database| read::load(database, &load.keys)).inspect_err(|_| self.mend()) })
    }

    fn commit<'a>(&'a self, commit: &'a Commit) -> Pending<'a, Committed> {
        Box::pin(async {
            let answer = self.ask(|answer| Message::Commit(commit.clone(), answer)).await?;
            answer.unwrap_or(Ok(Committed::Unknown))
        })
    }

    fn list<'a>(&'a self, list: &'a List) -> Pending<'a, Listed> {
        let list = list.clone();
        Box::pin(self.scan(move |database| read::list(database, &list)))
    }

    fn due(&self, now: Timestamp, limit: usize) -> Pending<'_, Vec<(RecordKey, Record)>> {
        Box::pin(self.scan(move |database| read::due(database, now, limit)))
    }

    fn sweep(&self, now: Timestamp) -> Pending<'_, usize> {
        Box::pin(async move {
            let expired = self.scan(move |database| read::expired(database, now)).await?;
            let mut swept = 0;
            for keys in expired.chunks(SWEPT_AT_ONCE) {
                let answer = self.ask(|answer| Message::Forget(now, keys.to_vec(), answer)).await?;
                swept += answer.unwrap_or(Err(Unavailable))?;
            }
            Ok(swept)
        })
    }
}

impl Drop for RedbStore {
    /// Waits for the writes that were begun, so that the file can be opened again immediately.
    fn drop(&mut self) {
        drop(self.messages.take());
        if let Some(writer) = self.writer.take() {
            let _ = writer.join();
        }
    }
}

impl fmt::Debug for RedbStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RedbStore")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fapi::record::{Kind, Write};
    use std::sync::atomic::Ordering;

    const NOW: Timestamp = Timestamp::from_seconds(1_000_000);

    fn key(id: &str) -> RecordKey {
        RecordKey { issuer: "https://as.example".into(), kind: Kind::UseMarker, id: id.into() }
    }

    fn insert(id: &str) -> Commit {
        let record = Record::from_bytes(vec![7; 1_000]);
        Commit::new(NOW, vec![Write::Insert { key: key(id), record, expires: Timestamp::NEVER, owners: vec![] }])
    }

    #[tokio::test]
    async fn a_full_disk_loses_nothing_and_is_written_again_when_there_is_room() {
        let path = std::env::temp_dir().join(format!("fapi-server-full-{}.redb", std::process::id()));
        let (file, full) = super::super::file::tests::on_a_disk_that_fills(&path);
        let store = RedbStore::over(file).unwrap();
        for round in 0..3 {
            let (before, during, after) = (format!("before-{round}"), format!("during-{round}"), format!("after-{round}"));
            assert_eq!(store.commit(&insert(&before)).await, Ok(Committed::Applied));
            full.store(true, Ordering::SeqCst);
            for _ in 0..3 {
                let refused = store.commit(&insert(&during)).await;
                assert!(matches!(refused, Ok(Committed::Unknown) | Err(Unavailable)), "{refused:?}");
            }
            full.store(false, Ordering::SeqCst);
            assert_eq!(store.commit(&insert(&after)).await, Ok(Committed::Applied));
            let kept = store.load(&Load::new(vec![key(&before), key(&after)])).await.unwrap();
            assert!(kept.iter().all(Option::is_some));
        }
        drop(store);
        std::fs::remove_file(&path).unwrap();
    }
}
