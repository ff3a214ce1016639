//! The store under test and the three runs of checks.

mod batch;
mod bench;
mod content;
mod notice;
mod race;
mod restart;
mod time;
mod version;

use super::report::{Found, Report};
use crate::exchange::{Commit, Committed, Loaded, Unavailable};
use crate::memory::Memory;
use crate::record::{Record, RecordKey};
use crate::time::Timestamp;
use bench::Bench;
use std::sync::{Mutex, PoisonError};

/// A store as the checks see it: what [`Host`](crate::Host) needs of it, and what a host does with it on the side.
pub trait Store {
    /// One entry per key, in the keys' order, all as they were at one moment.
    fn load(&self, keys: &[RecordKey]) -> Result<Loaded, Unavailable>;

    /// All writes or none.
    fn commit(&self, commit: &Commit) -> Result<Committed, Unavailable>;

    /// At most `limit` of the notices that are due by `now`, the earliest first.
    fn due(&self, now: Timestamp, limit: usize) -> Result<Vec<(RecordKey, Record)>, Unavailable>;

    /// Forgets the records that have expired by `now`.
    fn sweep(&self, now: Timestamp) -> Result<(), Unavailable>;
}

impl Store for Mutex<Memory> {
    fn load(&self, keys: &[RecordKey]) -> Result<Loaded, Unavailable> {
        Ok(self.lock().unwrap_or_else(PoisonError::into_inner).load(keys))
    }

    fn commit(&self, commit: &Commit) -> Result<Committed, Unavailable> {
        Ok(self.lock().unwrap_or_else(PoisonError::into_inner).commit(commit))
    }

    fn due(&self, now: Timestamp, limit: usize) -> Result<Vec<(RecordKey, Record)>, Unavailable> {
        Ok(self.lock().unwrap_or_else(PoisonError::into_inner).due(now, limit))
    }

    fn sweep(&self, now: Timestamp) -> Result<(), Unavailable> {
        self.lock().unwrap_or_else(PoisonError::into_inner).sweep(now);
        Ok(())
    }
}

/// What one caller at a time can see, each check on an empty store.
pub fn store<S: Store>(fresh: impl Fn() -> S) -> Report {
    let mut report = Report::default();
    for checks in [content::CHECKS, version::CHECKS, batch::CHECKS, time::CHECKS, notice::CHECKS] {
        for (name, check) in checks {
            report.record(name, check(&Bench(&fresh())));
        }
    }
    report
}

/// What shows only when several callers write at once. `at_once(n, job)` must run `job(0)` to `job(n - 1)` on threads of their
/// own and come back when all have ended.
pub fn races<S: Store + Sync>(fresh: impl Fn() -> S, at_once: impl Fn(usize, &(dyn Fn(usize) + Sync))) -> Report {
    let mut report = Report::default();
    for (name, check) in race::CHECKS {
        report.record(name, check(&fresh(), &at_once));
    }
    report
}

/// How many jobs [`races`] runs at once.
pub const JOBS: usize = 8;

/// What shows only after a restart, for stores that outlive a process: `reopen` closes the store and opens it again.
pub fn restarts<S: Store>(fresh: impl Fn() -> S, reopen: impl Fn(S) -> S) -> Report {
    let mut report = Report::default();
    for (name, before, after) in restart::CHECKS {
        let store = fresh();
        let found = before(&Bench(&store)).and_then(|left| after(&Bench(&reopen(store)), &left));
        report.record(name, found);
    }
    report
}

/// A check by name.
type Checks = &'static [(&'static str, fn(&Bench<'_>) -> Found)];
