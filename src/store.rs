//! The store of a host, as an object whose answers may take time.

use crate::exchange::{Commit, Committed, List, Listed, Load, Loaded, Unavailable};
use crate::record::{Record, RecordKey};
use crate::time::Timestamp;
use std::future::Future;
use std::pin::Pin;

/// An answer that may take time. [`Unavailable`] says that the store could not be asked, and changed nothing.
pub type Pending<'a, T> = Pin<Box<dyn Future<Output = Result<T, Unavailable>> + Send + 'a>>;

/// A store that keeps the contract of [`record`](crate::record), which [`harness`](crate::harness) checks.
///
/// A store whose answers do not wait for anything returns `Box::pin(std::future::ready(answer))`.
pub trait Store: Send + Sync {
    /// Reads one entry per key, in the order of the keys, all as of one moment.
    fn load<'a>(&'a self, load: &'a Load) -> Pending<'a, Loaded>;

    /// Applies all writes or none, and answers when they are durable. `Err` promises that nothing was applied, so that the peer may
    /// be asked to try again; a store that cannot know (a timeout, a broken connection) answers [`Committed::Unknown`]. A future
    /// that is dropped before it ends leaves open if the writes are applied, but never applies a part of them.
    fn commit<'a>(&'a self, commit: &'a Commit) -> Pending<'a, Committed>;

    /// Reads one page of the records of a kind, all as of one moment.
    fn list<'a>(&'a self, list: &'a List) -> Pending<'a, Listed>;

    /// Reads at most `limit` of the notices that are due by `now`, the earliest first.
    fn due(&self, now: Timestamp, limit: usize) -> Pending<'_, Vec<(RecordKey, Record)>>;

    /// Removes the records that have expired by `now`, and returns their number.
    fn sweep(&self, now: Timestamp) -> Pending<'_, usize>;
}
