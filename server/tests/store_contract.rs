//! Both stores pass the library's harness: with one caller at a time, with many callers at once, and after a restart.

use fapi::record::{Record, RecordKey};
use fapi::{Commit, Committed, List, Listed, Load, Loaded, Memory, Pending, Store, Task, Timestamp, harness};
use fapi_server::store::RedbStore;
use std::fs;
use std::path::PathBuf;
use std::process::id;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};

/// A store in a file, which is removed with the store.
struct Embedded {
    store: Option<RedbStore>,
    file: PathBuf,
}

impl Embedded {
    async fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("fapi-server-contract-{}-{}.redb", id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let file = std::env::temp_dir().join(name);
        Self { store: Some(RedbStore::open(&file).unwrap()), file }
    }

    async fn reopened(mut self) -> Self {
        drop(self.store.take());
        self.store = Some(RedbStore::open(&self.file).unwrap());
        self
    }

    fn store(&self) -> &RedbStore {
        self.store.as_ref().unwrap()
    }
}

impl Drop for Embedded {
    fn drop(&mut self) {
        drop(self.store.take());
        let _ = fs::remove_file(&self.file);
    }
}

impl Store for Embedded {
    fn load<'a>(&'a self, load: &'a Load) -> Pending<'a, Loaded> {
        self.store().load(load)
    }

    fn commit<'a>(&'a self, commit: &'a Commit) -> Pending<'a, Committed> {
        self.store().commit(commit)
    }

    fn list<'a>(&'a self, list: &'a List) -> Pending<'a, Listed> {
        self.store().list(list)
    }

    fn due(&self, now: Timestamp, limit: usize) -> Pending<'_, Vec<(RecordKey, Record)>> {
        self.store().due(now, limit)
    }

    fn sweep(&self, now: Timestamp) -> Pending<'_, usize> {
        self.store().sweep(now)
    }
}

/// Each job as a task of the runtime.
async fn tasks(jobs: Vec<Task>) {
    let running: Vec<_> = jobs.into_iter().map(tokio::spawn).collect();
    for task in running {
        task.await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_store_in_memory() {
    let fresh = async || Mutex::new(Memory::new());
    let report = harness::store(fresh).await.and(harness::races(fresh, tasks).await);
    assert!(report.passed(), "{report}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_embedded_store() {
    let report = harness::store(Embedded::new).await.and(harness::races(Embedded::new, tasks).await);
    let report = report.and(harness::restarts(Embedded::new, Embedded::reopened).await);
    assert!(report.passed(), "{report}");
}
