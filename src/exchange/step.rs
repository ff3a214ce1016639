//! What a host does for an exchange: six steps, each with the one kind of answer it takes.

use super::Exchange;
use super::facts::Facts;
use crate::entropy::SessionHandle;
use crate::event::Event;
use crate::jose::{Algorithm, Json};
use crate::record::{RecordKey, Versioned, Write};
use crate::time::Timestamp;
use bytes::Bytes;
use std::fmt;

/// The next thing to do. `R` is what this endpoint ends in: a [`Response`], a [`Navigation`](crate::Navigation) or an
/// [`Access`](crate::Access).
///
/// Exhaustive for ever: a host's loop has these six arms.
#[must_use = "an exchange does nothing until its step is answered"]
pub enum Step<R = Response> {
    /// Read records.
    Load(Load, Then<Loaded, R>),
    /// Get a document.
    Fetch(DocumentRequest, Then<FetchedDocument, R>),
    /// Say what only the host knows.
    Ask(Ask<R>),
    /// Use a private or secret key.
    UseKey(KeyUse, Then<Vec<u8>, R>),
    /// Write, all or nothing.
    Commit(Commit, Then<Committed, R>),
    /// Send the reply, set or end cookies, log the event.
    Done(Outcome<R>),
}

/// A question to the host. New questions may be added: a host that does not know one answers with [`Ask::unavailable`].
#[non_exhaustive]
pub enum Ask<R = Response> {
    /// The claims of a subject.
    Claims(ClaimsRequest, Then<UserClaims, R>),
}

impl<R: Reply> Ask<R> {
    /// Answers any question with "I cannot say".
    pub fn unavailable(self) -> Step<R> {
        match self {
            Self::Claims(_, then) => then.resume(Err(Unavailable)),
        }
    }
}

/// The rest of the exchange; takes exactly the answer it waits for.
#[must_use = "an exchange goes on only when it is resumed"]
pub struct Then<A, R> {
    exchange: Box<Exchange<R>>,
    put: Put<A, R>,
}

type Put<A, R> = Box<dyn FnOnce(&mut Exchange<R>, Result<A, Unavailable>) -> Option<Step<R>> + Send>;

impl<A, R: Reply> Then<A, R> {
    pub(super) fn new(
        exchange: Box<Exchange<R>>,
        put: impl FnOnce(&mut Exchange<R>, Result<A, Unavailable>) -> Option<Step<R>> + Send + 'static,
    ) -> Self {
        Self { exchange, put: Box::new(put) }
    }

    pub(super) fn fact(
        exchange: Box<Exchange<R>>,
        put: impl FnOnce(&mut Facts, Result<A, Unavailable>) + Send + 'static,
    ) -> Self {
        Self::new(exchange, |exchange, answer| {
            put(exchange.facts(), answer);
            None
        })
    }

    /// The exchange as it waits, to be told things in another order.
    #[cfg(test)]
    pub(super) fn waiting(self) -> Box<Exchange<R>> {
        self.exchange
    }

    /// Goes on with the answer, or without one.
    pub fn resume(mut self, answer: Result<A, Unavailable>) -> Step<R> {
        match (self.put)(&mut self.exchange, answer) {
            Some(end) => end,
            None => self.exchange.run(),
        }
    }
}

/// The host could not do what was asked. The exchange decides what that means where it asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unavailable;

/// Records to read, sorted by key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Load {
    /// Which.
    pub keys: Vec<RecordKey>,
}

/// One answer per key, in the order of the keys.
pub type Loaded = Vec<Option<Versioned>>;

/// A document to GET.
///
/// The host keeps the cache, limits where and how much it fetches, and refuses a forced refetch (`not_before`) of one URL more
/// often than once a minute ([`REFETCH_LIMIT`](crate::requirement::local::REFETCH_LIMIT)).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct DocumentRequest {
    /// An https URL.
    pub url: String,
    /// A cached copy older than this will not do.
    pub not_before: Option<Timestamp>,
}

/// A document that was fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FetchedDocument {
    /// Its content.
    pub body: Bytes,
    /// When it was fetched.
    pub fetched_at: Timestamp,
}

/// One use of a key that only the host holds. New uses may be added: a host that does not know one answers `Err(Unavailable)`.
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
    /// Decrypt what [`KeyUse::Seal`] made.
    Open {
        /// The sealed octets.
        input: Vec<u8>,
    },
}

impl fmt::Debug for KeyUse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sign { key, algorithm, .. } => write!(f, "Sign({key}, {algorithm:?})"),
            Self::Mac { .. } => f.write_str("Mac"),
            Self::Seal { .. } => f.write_str("Seal"),
            Self::Open { .. } => f.write_str("Open"),
        }
    }
}

/// Claims of a subject that a client may see.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ClaimsRequest {
    /// The host's own identifier of the user.
    pub subject: String,
    /// Names of the claims, in alphabetical order; the host leaves out what it does not know.
    pub names: Vec<String>,
    /// Languages the client prefers, most preferred first (`claims_locales`).
    pub locales: Vec<String>,
}

/// Names and values of claims. Names that were not asked for are not passed on.
pub type UserClaims = Vec<(String, Json)>;

/// Writes that go through together or not at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    /// The exchange's time; records that expired by then count as absent for inserts.
    pub now: Timestamp,
    /// At most one per key, sorted by key.
    pub writes: Vec<Write>,
}

/// What became of a [`Commit`]. Exhaustive: there is no fourth possibility.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Committed {
    /// All writes are durable.
    Applied,
    /// No write was applied, because one did not hold: what lies now under **every** key of the batch.
    Conflict(Vec<(RecordKey, Option<Versioned>)>),
    /// Nobody knows (a timeout, a broken connection). The peer is told `server_error`, never the outcome.
    Unknown,
}

/// The end of an exchange.
#[derive(Clone)]
#[must_use = "the reply is to be sent and the event to be logged"]
pub struct Outcome<R = Response> {
    /// What to tell.
    pub reply: R,
    /// What to log.
    pub event: Event,
    /// What becomes of the session cookie.
    pub session: SessionChange,
}

/// The reply may hold codes and tokens: it is not shown.
impl<R> fmt::Debug for Outcome<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outcome").field("event", &self.event).field("session", &self.session).finish_non_exhaustive()
    }
}

/// What becomes of the session cookie. Exhaustive.
#[derive(Debug, Clone)]
pub enum SessionChange {
    /// Nothing.
    Keep,
    /// Set it to this value until then.
    Start {
        /// The cookie's value.
        session: SessionHandle,
        /// When the session ends.
        expires: Timestamp,
    },
    /// Remove it.
    End,
}

/// An HTTP response, complete but for what the connection adds.
pub type Response = http::Response<Bytes>;

/// What an endpoint may end in; each kind knows how it holds a refusal.
pub trait Reply: Send + Sized + 'static {
    /// Wraps the response that tells a refusal.
    fn refused(response: Response) -> Self;
}

impl Reply for Response {
    fn refused(response: Response) -> Self {
        response
    }
}
