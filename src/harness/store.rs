//! The store under test and the three runs of checks.

/// A list of checks, each under its own name.
macro_rules! checks {
    ($($check:ident,)*) => { &[$((stringify!($check), |store| Box::pin($check(store))),)*] };
}

mod batch;
mod bench;
mod content;
mod list;
mod notice;
mod owner;
mod page;
mod race;
mod race_list;
mod restart;
mod time;
mod version;

use super::report::{Found, Report};
use crate::drive::Task;
use crate::store::Store;
use bench::Bench;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

/// Checks what one caller at a time can see, each rule on an empty store.
pub async fn store<S: Store>(fresh: impl AsyncFn() -> S) -> Report {
    let mut report = Report::default();
    let all = [
        content::CHECKS,
        version::CHECKS,
        batch::CHECKS,
        time::CHECKS,
        notice::CHECKS,
        list::CHECKS,
        page::CHECKS,
        owner::CHECKS,
    ];
    for (name, check) in all.into_iter().flatten() {
        report.record(name, check(&Bench(&fresh().await)).await);
    }
    report
}

/// Checks what shows only when several callers write at once. `at_once` must run all the jobs it is given at the same time, each on
/// its own thread or as a task of a runtime with several threads, and end when all of them have ended.
pub async fn races<S: Store + 'static>(fresh: impl AsyncFn() -> S, at_once: impl AsyncFn(Vec<Task>)) -> Report {
    let mut report = Report::default();
    let at_once = |jobs| -> Pin<Box<dyn Future<Output = ()> + '_>> { Box::pin(at_once(jobs)) };
    for (name, check) in [race::CHECKS, race_list::CHECKS].into_iter().flatten() {
        report.record(name, check(Arc::new(fresh().await), &at_once).await);
    }
    report
}

/// The maximum number of jobs that [`races`] runs at once.
pub const JOBS: usize = 64;
/// The jobs of a race that has many rounds.
const FEW: usize = 8;

/// Checks what shows only after a restart, for stores that outlive a process: `reopen` closes the store and opens it again.
pub async fn restarts<S: Store>(fresh: impl AsyncFn() -> S, reopen: impl AsyncFn(S) -> S) -> Report {
    let mut report = Report::default();
    for (name, before, after) in restart::CHECKS {
        let store = fresh().await;
        let found = match before(&Bench(&store)).await {
            Ok(left) => after(&Bench(&reopen(store).await), &left).await,
            Err(found) => Err(found),
        };
        report.record(name, found);
    }
    report
}

/// A check that runs.
type Checking<'s, T = ()> = Pin<Box<dyn Future<Output = Found<T>> + 's>>;
/// Checks of what one caller at a time can see.
type Checks = &'static [(&'static str, for<'s> fn(&'s Bench<'s>) -> Checking<'s>)];
