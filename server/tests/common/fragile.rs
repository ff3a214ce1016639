//! A store that can stop to answer, or fail at one of its commits.

use fapi::record::{Record, RecordKey};
use fapi::{Commit, Committed, List, Listed, Load, Loaded, Memory, Pending, Store, Timestamp, Unavailable};
use std::future::ready;
use std::ops::RangeInclusive;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use tokio::sync::Notify;

/// A commit that waits.
#[derive(Default)]
pub struct Held {
    reached: Notify,
    released: Notify,
}

impl Held {
    /// Waits until the store has got the commit.
    pub async fn reached(&self) {
        self.reached.notified().await;
    }

    pub fn release(&self) {
        self.released.notify_one();
    }
}

/// A store in memory that answers unless it is down.
pub struct Fragile {
    inner: Mutex<Memory>,
    down: AtomicBool,
    /// The number of commits since `fail_commits`, and those of them that fail.
    commits: Mutex<(usize, Option<RangeInclusive<usize>>)>,
    held: Mutex<Option<Arc<Held>>>,
}

impl Fragile {
    pub fn new() -> Arc<Self> {
        Arc::new(Self {
            inner: Mutex::new(Memory::new()),
            down: AtomicBool::new(false),
            commits: Mutex::default(),
            held: Mutex::default(),
        })
    }

    pub fn set_down(&self, down: bool) {
        self.down.store(down, Ordering::SeqCst);
    }

    /// Lets these of the following commits fail, or none; the first one has the number 1.
    pub fn fail_commits(&self, failing: Option<RangeInclusive<usize>>) {
        *self.commits.lock().unwrap() = (0, failing);
    }

    /// Lets the next commit wait.
    pub fn hold_commit(&self) -> Arc<Held> {
        self.held.lock().unwrap().insert(Arc::default()).clone()
    }

    /// Counts a commit; true if it fails.
    fn commit_fails(&self) -> bool {
        let mut commits = self.commits.lock().unwrap();
        commits.0 += 1;
        commits.1.as_ref().is_some_and(|failing| failing.contains(&commits.0))
    }

    fn unless_down<'a, T: Send + 'a>(&self, answer: impl FnOnce() -> Pending<'a, T>) -> Pending<'a, T> {
        if self.down.load(Ordering::SeqCst) { Box::pin(ready(Err(Unavailable))) } else { answer() }
    }
}

impl Store for Fragile {
    fn load<'a>(&'a self, load: &'a Load) -> Pending<'a, Loaded> {
        self.unless_down(|| self.inner.load(load))
    }

    fn commit<'a>(&'a self, commit: &'a Commit) -> Pending<'a, Committed> {
        if let Some(held) = self.held.lock().unwrap().take() {
            return Box::pin(async move {
                held.reached.notify_one();
                held.released.notified().await;
                self.inner.commit(commit).await
            });
        }
        self.unless_down(|| if self.commit_fails() { Box::pin(ready(Err(Unavailable))) } else { self.inner.commit(commit) })
    }

    fn list<'a>(&'a self, list: &'a List) -> Pending<'a, Listed> {
        self.unless_down(|| self.inner.list(list))
    }

    fn due(&self, now: Timestamp, limit: usize) -> Pending<'_, Vec<(RecordKey, Record)>> {
        self.unless_down(|| self.inner.due(now, limit))
    }

    fn sweep(&self, now: Timestamp) -> Pending<'_, usize> {
        self.unless_down(|| self.inner.sweep(now))
    }
}
