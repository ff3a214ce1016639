//! The storage contract: keys, versioned records, and writes that are applied together or not at all.
//!
//! A [`Store`](crate::Store) keeps records (`RecordKey → Version, expiry, owners, bytes`), finds them by key and by [`Owner`], and
//! keeps notices (`RecordKey → due time, bytes`). Any engine with transactions can hold them. A store must
//!
//! - answer a [`Load`](crate::Load) with one entry per key, in the order of the keys, all as of one moment; expired records may be
//!   among them;
//! - apply a [`Commit`](crate::Commit) completely or not at all, and only if every one of its writes [holds](Write::holds);
//! - never use a [`Version`] twice for one key, even after the record was removed;
//! - answer a [`List`](crate::List) with one page of records as of one moment, in the order of the octets of their ids, expired or
//!   not;
//! - keep for each record the owners of its last [`Insert`](Write::Insert) or [`Replace`](Write::Replace), and change them together
//!   with the record: a removed or swept record is not listed any more;
//! - keep each notice until it is acknowledged.
//!
//! [`harness`](crate::harness) checks these rules.
//!
//! # Isolation
//!
//! All writes of a commit must still hold at the moment it is applied, including those that write nothing. `Unchanged` with
//! `on: None`, like `Insert`, depends on the **absence** of a row, and locking the rows that were found does not keep others from
//! appearing. At the isolation levels `READ COMMITTED` and `REPEATABLE READ`, a SQL database applies two commits each of which
//! inserts the key that the other found absent. The same happens to two commits each of which replaces the record that the other
//! found unchanged, unless those rows are locked too. A store over SQL therefore does one of the following:
//!
//! - It runs each commit as a `SERIALIZABLE` transaction. If the database aborts the transaction, nothing was applied: the store
//!   runs it again, as often as there may be racers. `Err(Unavailable)` is for outages: a peer is refused with it.
//! - Before it reads anything, it locks every key of the commit, whether a row exists or not, and all commits lock in the same
//!   order. Advisory locks on hashes of the keys do this, in the order of the hashes; so do the rows of a lock table.
//! - It allows only one commit at a time, like an embedded database with a single writer.
//!
//! # Formats
//!
//! A record's bytes are the version of its kind's format in decimal digits, then a JSON object. A library reads the records of
//! older versions. An exchange that needs a record of a newer version ends as unavailable and writes nothing, so that during a
//! rolling upgrade the old nodes leave the records of new nodes as they are.

mod kind;
mod stored;
mod write;

pub use kind::Kind;
pub(crate) use stored::{Key, Stored, Unreadable, decode, encode, parse, parse_changed};
pub use write::{Owner, Write};

use crate::time::Timestamp;
use std::fmt;

/// Names one record. Safe to disclose: bearer values appear only as digests.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordKey {
    /// The issuer the record belongs to.
    pub issuer: String,
    /// The kind of the record.
    pub kind: Kind,
    /// Distinguishes the records of one kind: at most 255 printable ASCII characters.
    pub id: String,
}

impl fmt::Display for RecordKey {
    /// `issuer kind id`. Neither issuer nor kind holds a space, so no two keys have the same text.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.issuer, self.kind.name(), self.id)
    }
}

/// Changes with every write to a key; never used twice for one key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version(pub u64);

/// A record's bytes: opaque to the host, written and read by this library alone.
#[derive(Clone, PartialEq, Eq)]
pub struct Record(Vec<u8>);

impl Record {
    /// A record from the bytes that a store kept.
    pub fn from_bytes(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// The bytes to keep.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Record({} bytes)", self.0.len())
    }
}

/// A record as a store holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Versioned {
    /// The version of its last write.
    pub version: Version,
    /// From this moment on it may be swept; [`Timestamp::NEVER`] for a record that stays.
    pub expires: Timestamp,
    /// Its content.
    pub record: Record,
}
