//! A store in memory whose commits take as long as a test wants.

use fapi::record::{Record, RecordKey};
use fapi::{Commit, Committed, List, Listed, Load, Loaded, Memory, Pending, Store, Timestamp};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::watch;

#[derive(Default)]
pub(crate) struct SlowStore {
    records: Mutex<Memory>,
    milliseconds: AtomicU64,
    begun: watch::Sender<u64>,
}

impl SlowStore {
    /// From now on every commit takes so long.
    pub(crate) fn take(&self, milliseconds: u64) {
        self.milliseconds.store(milliseconds, Ordering::Relaxed);
    }

    /// Counts the commits that have begun; a clone of the receiver sees the later ones.
    pub(crate) fn begun(&self) -> watch::Receiver<u64> {
        self.begun.subscribe()
    }
}

impl Store for SlowStore {
    fn load<'a>(&'a self, load: &'a Load) -> Pending<'a, Loaded> {
        Store::load(&self.records, load)
    }

    fn commit<'a>(&'a self, commit: &'a Commit) -> Pending<'a, Committed> {
        Box::pin(async move {
            self.begun.send_modify(|begun| *begun += 1);
            tokio::time::sleep(Duration::from_millis(self.milliseconds.load(Ordering::Relaxed))).await;
            Store::commit(&self.records, commit).await
        })
    }

    fn list<'a>(&'a self, list: &'a List) -> Pending<'a, Listed> {
        Store::list(&self.records, list)
    }

    fn due(&self, now: Timestamp, limit: usize) -> Pending<'_, Vec<(RecordKey, Record)>> {
        Store::due(&self.records, now, limit)
    }

    fn sweep(&self, now: Timestamp) -> Pending<'_, usize> {
        Store::sweep(&self.records, now)
    }
}
