//! The store of a host, as an object whose answers may take time.

use crate::exchange::{Commit, Committed, Load, Loaded, Unavailable};
use crate::record::{Kind, Owner, Record, RecordKey, Versioned};
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

    /// Removes the records that have expired by `now`, and says how many they were.
    fn sweep(&self, now: Timestamp) -> Pending<'_, usize>;
}

/// One page of the records of a kind.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct List {
    /// The issuer of the records.
    pub issuer: String,
    /// The kind of the records.
    pub kind: Kind,
    /// Only records with this owner; `None` lists all of the kind.
    pub owner: Option<Owner>,
    /// [`Listed::next`] of the page before; `None` for the first page.
    pub after: Option<String>,
    /// The most records on the page, at least 1.
    pub limit: usize,
}

impl List {
    /// The first page of the records of a kind.
    pub fn first(issuer: impl Into<String>, kind: Kind, owner: Option<Owner>, limit: usize) -> Self {
        Self { issuer: issuer.into(), kind, owner, after: None, limit }
    }
}

/// Records of a [`List`], in the order of the octets of their ids, expired or not: a store keeps no time.
///
/// From page to page, a record that stays is listed once, whatever is written meanwhile; one that appears or disappears on the way
/// may be listed or not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Listed {
    /// The records of the page.
    pub records: Vec<(RecordKey, Versioned)>,
    /// The [`List::after`] of the next page, a text of the store's choice; `None` if there is no more.
    pub next: Option<String>,
}
