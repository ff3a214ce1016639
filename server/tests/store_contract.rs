//! Both stores pass the library's harness: one caller at a time, many at once, and after a restart.

use fapi::harness;
use fapi::record::{Record, RecordKey};
use fapi::{Commit, Committed, Load, Loaded, Timestamp, Unavailable};
use fapi_server::store::{MemoryStore, RedbStore, Store};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::id;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use tokio::runtime::{Builder, Runtime};

/// A store whose answers take time, for callers who wait.
struct Waited {
    store: Arc<dyn Store>,
    runtime: Arc<Runtime>,
    file: Option<Arc<File>>,
}

/// A file that goes away with the last store over it.
struct File(PathBuf);

impl File {
    fn new() -> Arc<Self> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("fapi-server-contract-{}-{}.redb", id(), NEXT.fetch_add(1, Ordering::Relaxed));
        Arc::new(Self(std::env::temp_dir().join(name)))
    }

    fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for File {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

impl harness::Store for Waited {
    fn load(&self, keys: &[RecordKey]) -> Result<Loaded, Unavailable> {
        self.runtime.block_on(self.store.load(&Load::new(keys.to_vec())))
    }

    fn commit(&self, commit: &Commit) -> Result<Committed, Unavailable> {
        self.runtime.block_on(self.store.commit(commit))
    }

    fn due(&self, now: Timestamp, limit: usize) -> Result<Vec<(RecordKey, Record)>, Unavailable> {
        self.runtime.block_on(self.store.due(now, limit))
    }

    fn sweep(&self, now: Timestamp) -> Result<(), Unavailable> {
        self.runtime.block_on(self.store.sweep(now)).map(drop)
    }
}

fn runtime() -> Arc<Runtime> {
    Arc::new(Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap())
}

fn embedded(runtime: &Arc<Runtime>, file: Arc<File>) -> Waited {
    let _entered = runtime.enter();
    let store = Arc::new(RedbStore::open(file.path()).unwrap());
    Waited { store, runtime: runtime.clone(), file: Some(file) }
}

fn threads(jobs: usize, job: &(dyn Fn(usize) + Sync)) {
    std::thread::scope(|scope| (0..jobs).for_each(|number| drop(scope.spawn(move || job(number)))));
}

#[test]
fn the_store_in_memory() {
    let runtime = runtime();
    let fresh = || Waited { store: Arc::new(MemoryStore::default()), runtime: runtime.clone(), file: None };
    let report = harness::store(fresh).and(harness::races(fresh, threads));
    assert!(report.passed(), "{report}");
}

#[test]
fn the_embedded_store() {
    let runtime = runtime();
    let fresh = || embedded(&runtime, File::new());
    let report = harness::store(fresh).and(harness::races(fresh, threads)).and(harness::restarts(fresh, |mut store| {
        let file = store.file.take().unwrap();
        drop(store);
        embedded(&runtime, file)
    }));
    assert!(report.passed(), "{report}");
}
