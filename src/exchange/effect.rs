//! The effects that an exchange asks of its host, as data.

use crate::jose::{Algorithm, EncryptionKey, JwkSet, JwkSetError, SkippedKey};
use crate::primitives::Primitives;
use crate::record::{Kind, Owner, RecordKey, Versioned, Write};
use crate::time::Timestamp;
use bytes::Bytes;
use std::fmt;

/// The host could not do what was asked. The exchange decides the consequence where it asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unavailable;

/// Records to read, sorted by key.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Load {
    /// Their keys.
    pub keys: Vec<RecordKey>,
}

impl Load {
    /// Reads these keys.
    pub fn new(keys: Vec<RecordKey>) -> Self {
        Self { keys }
    }
}

/// One answer per key, in the order of the keys.
pub type Loaded = Vec<Option<Versioned>>;

/// One page of the records of a kind.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct List {
    /// The issuer of the records.
    pub issuer: String,
    /// The kind of the records.
    pub kind: Kind,
    /// Only records with this owner; `None` lists all of the kind.
    pub owner: Option<Owner>,
    /// [`Listed::next`] of the previous page; `None` for the first page.
    pub after: Option<String>,
    /// The maximum number of records on the page, at least 1.
    pub limit: usize,
}

impl List {
    /// The first page of the records of a kind.
    pub fn first(issuer: impl Into<String>, kind: Kind, owner: Option<Owner>, limit: usize) -> Self {
        Self { issuer: issuer.into(), kind, owner, after: None, limit }
    }
}

/// Records of a [`List`], in the order of the octets of their ids, expired or not: a store does not depend on time.
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

/// A document to GET.
///
/// The host keeps the cache, limits where and how much it fetches, and refuses a forced refetch (`not_before`) of one URL more
/// often than once a minute ([`REFETCH_LIMIT`](crate::requirement::local::REFETCH_LIMIT)). A document that
/// [`check`](Self::check) refuses is not kept: it must neither replace a good copy nor outlive a minute.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct DocumentRequest {
    /// An https URL.
    pub url: String,
    /// A cached copy fetched earlier than this must not be used.
    pub not_before: Option<Timestamp>,
    /// The kind of the document.
    pub kind: DocumentKind,
}

/// The kind of a document. Non-exhaustive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum DocumentKind {
    /// A JWK Set (`jwks_uri`).
    JwkSet,
}

impl DocumentRequest {
    /// The key set at this URL, from a cache or not.
    pub fn new(url: impl Into<String>) -> Self {
        Self { url: url.into(), not_before: None, kind: DocumentKind::JwkSet }
    }

    /// Reads a document as the exchange will, so that the host keeps no broken one and can log what is wrong. Returns the keys
    /// that will not be used.
    pub fn check(&self, body: &[u8], primitives: &dyn Primitives) -> Result<Vec<SkippedKey>, JwkSetError> {
        match self.kind {
            DocumentKind::JwkSet => Ok(JwkSet::parse(body, primitives)?.skipped().to_vec()),
        }
    }

    /// Only a copy that was fetched at this moment or later.
    #[must_use]
    pub fn not_before(mut self, moment: Timestamp) -> Self {
        self.not_before = Some(moment);
        self
    }
}

/// A document that was fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FetchedDocument {
    /// Its content.
    pub body: Bytes,
    /// The time it was fetched.
    pub fetched_at: Timestamp,
}

impl FetchedDocument {
    /// A document with this content, fetched at this moment.
    pub fn new(body: impl Into<Bytes>, fetched_at: Timestamp) -> Self {
        Self { body: body.into(), fetched_at }
    }
}

/// One use of a key that only the host holds, or of randomness that only the host has. New uses may be added: a host that does
/// not know one answers `Err(Unavailable)`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum KeyUse {
    /// Sign `input`; the answer is the JWS signature value (for ECDSA `R || S`).
    Sign {
        /// The `kid` of one of the server's signing keys.
        key: String,
        /// The algorithm to sign with.
        algorithm: Algorithm,
        /// The octets to sign.
        input: Vec<u8>,
    },
    /// HMAC-SHA256 of `input` under the server's key for values that people choose (client secrets).
    Mac {
        /// The octets to authenticate.
        input: Vec<u8>,
    },
    /// Encrypt `input` under a key of the server's, so that [`KeyUse::Open`] gives it back.
    Seal {
        /// The octets to hide.
        input: Vec<u8>,
    },
    /// Decrypt the output of [`KeyUse::Seal`].
    Open {
        /// The sealed octets.
        input: Vec<u8>,
    },
    /// Encrypt `input` for another party; the answer is a compact JWE ([RFC 7516
    /// §7.1](https://www.rfc-editor.org/rfc/rfc7516#section-7.1)). The content encryption key and the initialization vector come
    /// from the host's random generator.
    Encrypt {
        /// The recipient's public key.
        recipient: EncryptionKey,
        /// The protected header, complete: `alg`, `enc`, and whatever else it must hold.
        header: String,
        /// The plaintext.
        input: Vec<u8>,
    },
    /// Decrypt a compact JWE that is addressed to this server; the answer is its plaintext
    /// ([RFC 7516 §5.2](https://www.rfc-editor.org/rfc/rfc7516#section-5.2)).
    Decrypt {
        /// The `kid` of one of the server's decryption keys.
        key: String,
        /// The compact JWE.
        input: Vec<u8>,
    },
}

/// Inputs may be secrets, so only the kind of use and the key are shown.
impl fmt::Debug for KeyUse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sign { key, algorithm, .. } => write!(f, "Sign({key}, {algorithm:?})"),
            Self::Mac { .. } => f.write_str("Mac"),
            Self::Seal { .. } => f.write_str("Seal"),
            Self::Open { .. } => f.write_str("Open"),
            Self::Encrypt { header, .. } => write!(f, "Encrypt({header})"),
            Self::Decrypt { key, .. } => write!(f, "Decrypt({key})"),
        }
    }
}

/// Writes that are applied together or not at all.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Commit {
    /// The exchange's time; records that expired by then count as absent for inserts.
    pub now: Timestamp,
    /// At most one per key, sorted by key.
    pub writes: Vec<Write>,
}

impl Commit {
    /// These writes, sorted by key, at this time.
    pub fn new(now: Timestamp, writes: Vec<Write>) -> Self {
        Self { now, writes }
    }
}

/// The outcome of a [`Commit`]. Exhaustive: there is no fourth possibility.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Committed {
    /// All writes are durable.
    Applied,
    /// No write was applied, because one did not hold. Contains the present content of **every** key of the batch.
    Conflict(Vec<(RecordKey, Option<Versioned>)>),
    /// The host does not know (a timeout, a broken connection). The peer gets `server_error`, never the outcome.
    Unknown,
}
