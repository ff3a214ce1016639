//! The host's storage contract: keys, versioned records, and writes that go through together or not at all.
//!
//! A store is one table `RecordKey → (Version, expires, bytes)` in any engine with conditional writes. It must
//!
//! - answer [`load`](crate::Host::load) with one entry per key, in the keys' order, all as they were at one moment; a record that
//!   has expired may still be given;
//! - apply a [`Commit`](crate::Commit) whole or not at all, and apply it only if every [`Write`] holds;
//! - never use a [`Version`] twice for one key, not even after the record was removed;
//! - treat an [`Insert`](Write::Insert) over a record that has expired by the commit's `now` as one over nothing.
//!
//! [`harness`](crate::harness) runs these rules against a store of yours.

use crate::time::Timestamp;
use std::fmt;
use std::marker::PhantomData;

/// What a record is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// A registered client.
    Client,
    /// A pushed authorization request.
    Pushed,
    /// An interaction with a user.
    Interaction,
    /// A login session.
    Session,
    /// What a user has granted to a client before.
    Consent,
    /// An authorization code.
    Code,
    /// A grant: the root of every token that descends from it.
    Grant,
    /// A refresh token.
    Refresh,
    /// An opaque access token.
    Access,
    /// A spent `jti`, a revoked token.
    UseMarker,
    /// Since when a subject's tokens are good.
    SubjectCutoff,
    /// The moment before which everything issued to a client is void.
    ClientCutoff,
    /// A notice to be delivered.
    Notice,
}

impl Kind {
    /// A short name that stays the same for ever, for keys in stores.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Pushed => "pushed",
            Self::Interaction => "interaction",
            Self::Session => "session",
            Self::Consent => "consent",
            Self::Code => "code",
            Self::Grant => "grant",
            Self::Refresh => "refresh",
            Self::Access => "access",
            Self::UseMarker => "mark",
            Self::SubjectCutoff => "epoch",
            Self::ClientCutoff => "client_cutoff",
            Self::Notice => "notice",
        }
    }
}

/// Names one record. Nothing in it can be used by who reads the store: handles appear as digests.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordKey {
    /// The issuer the record belongs to.
    pub issuer: String,
    /// What it is about.
    pub kind: Kind,
    /// Which one.
    pub id: String,
}

impl fmt::Display for RecordKey {
    /// `issuer kind id`, an encoding that is unique because neither issuer nor kind holds a space. At most 255 printable ASCII
    /// characters follow the kind.
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
    /// From the bytes a store kept.
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
    /// The version it was found on.
    pub version: Version,
    /// From when on it may be swept; [`Timestamp::NEVER`] for what stays.
    pub expires: Timestamp,
    /// Its content.
    pub record: Record,
}

/// One write of a [`Commit`](crate::Commit): compare-and-set throughout. Exhaustive: a store must know them all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Write {
    /// Holds if nothing live lies under the key.
    Insert {
        /// Where.
        key: RecordKey,
        /// What.
        record: Record,
        /// Until when.
        expires: Timestamp,
    },
    /// Holds if the key is on this version.
    Replace {
        /// Where.
        key: RecordKey,
        /// The version that was read.
        on: Version,
        /// What.
        record: Record,
        /// Until when.
        expires: Timestamp,
    },
    /// Holds if the key is on this version.
    Remove {
        /// Where.
        key: RecordKey,
        /// The version that was read.
        on: Version,
    },
    /// Writes nothing; holds if the key is still on this version, or (`None`) holds nothing that lives by the commit's `now`:
    /// a store may hide expired records when it loads, so they count as nothing here too.
    Unchanged {
        /// Where.
        key: RecordKey,
        /// What was found there.
        on: Option<Version>,
    },
    /// Always holds: a notice to be delivered from `due` on, kept until it is acknowledged.
    Enqueue {
        /// The notice's own key.
        key: RecordKey,
        /// What to deliver.
        record: Record,
        /// From when on.
        due: Timestamp,
    },
    /// Always holds: a notice is delivered, or given up.
    Acknowledge {
        /// The notice's own key.
        key: RecordKey,
    },
}

impl Write {
    /// The key this write is about; a commit has at most one write per key and is sorted by it.
    pub fn key(&self) -> &RecordKey {
        match self {
            Self::Insert { key, .. }
            | Self::Replace { key, .. }
            | Self::Remove { key, .. }
            | Self::Unchanged { key, .. }
            | Self::Enqueue { key, .. }
            | Self::Acknowledge { key } => key,
        }
    }
}

/// A state of ours that is kept in records of one kind.
pub(crate) trait Stored: Sized + Send + Sync + 'static + serde::Serialize + serde::de::DeserializeOwned {
    const KIND: Kind;
}

/// A key that knows what lies under it.
pub(crate) struct Key<T>(pub(crate) RecordKey, PhantomData<fn() -> T>);

impl<T: Stored> Key<T> {
    pub(crate) fn new(issuer: &str, id: impl Into<String>) -> Self {
        Self(RecordKey { issuer: issuer.into(), kind: T::KIND, id: id.into() }, PhantomData)
    }

    /// A write under a fresh random handle; what was read is written through `Held` and `Entry`.
    pub(crate) fn insert(self, value: &T, expires: Timestamp) -> Write {
        Write::Insert { key: self.0, record: encode(value), expires }
    }
}

/// Records are JSON of plain structs. A struct of strings, numbers and lists cannot fail to serialize; if one ever did, the
/// empty record would be refused as a fault by whoever reads it.
pub(crate) fn encode<T: Stored>(value: &T) -> Record {
    Record(serde_json::to_vec(value).unwrap_or_default())
}

pub(crate) fn decode<T: Stored>(record: &Record) -> Option<T> {
    serde_json::from_slice(&record.0).ok()
}
