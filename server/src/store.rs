//! Where records are kept: the library's storage contract, as something that takes time.

mod embedded;
mod encoding;
mod file;
mod memory;
mod writer;

pub use embedded::{RedbStore, StoreError};
pub use memory::MemoryStore;

use fapi::record::{Record, RecordKey};
use fapi::{Commit, Committed, Load, Loaded, Timestamp, Unavailable};
use std::future::Future;
use std::pin::Pin;

/// An answer that takes time.
pub type Pending<'a, T> = Pin<Box<dyn Future<Output = Result<T, Unavailable>> + Send + 'a>>;

/// A store that keeps the contract of [`fapi::record`].
pub trait Store: Send + Sync + 'static {
    /// One entry per key, in the keys' order.
    fn load<'a>(&'a self, load: &'a Load) -> Pending<'a, Loaded>;

    /// All writes or none; answered when they are durable.
    fn commit<'a>(&'a self, commit: &'a Commit) -> Pending<'a, Committed>;

    /// Notices that are due, the earliest first.
    fn due(&self, now: Timestamp, limit: usize) -> Pending<'_, Vec<(RecordKey, Record)>>;

    /// Forgets what has expired; returns how much that was.
    fn sweep(&self, now: Timestamp) -> Pending<'_, usize>;
}
