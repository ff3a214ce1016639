//! Administration: what an operator does to clients, grants, consents and sessions.
//!
//! Every operation is an exchange like any other, so it commits all or nothing and leaves an event. Listings are pages of records
//! as of one moment; identifiers in them are digests or public, so they may be shown and logged.

mod clients;
mod rights;
mod sessions;

pub use clients::RegisteredClient;
pub(crate) use clients::{ClientListing, ClientReading, ClientRemoval};
pub(crate) use rights::{ConsentListing, GrantListing, GrantRevocation, Withdrawal};
pub use rights::{IssuedGrant, RememberedConsent, Withdrawn};
pub use sessions::OpenSession;
pub(crate) use sessions::{SessionEnd, SessionListing};

use crate::exchange::List;
use crate::exchange::{Decision, Pause, Reply, Turn};
use crate::record::{Owner, RecordKey, Stored, Unreadable, Versioned, decode};
use crate::response::Response;
use crate::server::AuthorizationServer;
use crate::time::Timestamp;

/// The reply of an administrative exchange. Exhaustive.
#[derive(Debug, Clone)]
pub enum Administered<T> {
    /// The operation was applied.
    Done(T),
    /// The operation was not applied; the event gives the reason.
    Failed(Response),
}

impl<T: Send + 'static> Reply for Administered<T> {
    fn refused(response: Response) -> Self {
        Self::Failed(response)
    }
}

/// The part of a listing to read.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PageRequest {
    /// [`Page::next`] of the previous page; `None` for the first page.
    pub after: Option<String>,
    /// The maximum number of entries to return.
    pub limit: usize,
}

impl PageRequest {
    /// The first page, of at most this many entries.
    pub fn first(limit: usize) -> Self {
        Self { after: None, limit }
    }

    /// The page that begins where another ended.
    pub fn after(next: impl Into<String>, limit: usize) -> Self {
        Self { after: Some(next.into()), limit }
    }
}

/// A part of a listing. It may hold fewer entries than the limit although more follow: expired and unreadable ones are left out.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Page<T> {
    /// The entries, in the order of their identifiers.
    pub entries: Vec<T>,
    /// The records of this part that no version of this library wrote. They are left out here, and no exchange can use them. The
    /// event names them too.
    pub unreadable: Vec<RecordKey>,
    /// Continues the listing; `None` if it is complete.
    pub next: Option<String>,
}

/// Reads one page of live records.
fn page<T: Stored, V>(
    server: &AuthorizationServer,
    turn: &Turn<'_>,
    owner: Option<Owner>,
    request: &PageRequest,
    view: impl Fn(&RecordKey, T, Timestamp) -> V,
) -> Result<Page<V>, Pause> {
    let list = List::first(&server.settings.issuer, T::KIND, owner, request.limit.max(1));
    let listed = turn.facts.list(List { after: request.after.clone(), ..list })?;
    let (mut entries, mut unreadable) = (vec![], vec![]);
    for (key, found) in &listed.records {
        match live::<T>(found, turn.now()) {
            Ok(Some((value, expires))) => entries.push(view(key, value, expires)),
            Ok(None) => {}
            Err(Malformed) => unreadable.push(key.clone()),
        }
    }
    Ok(Page { entries, unreadable, next: listed.next.clone() })
}

/// The decision to answer with a page.
fn shows<T: Send + 'static>(page: Page<T>) -> Decision<Administered<Page<T>>> {
    let unreadable = page.unreadable.clone();
    Decision::replies(Administered::Done(page)).unreadable(unreadable)
}

/// The number of records that are looked at to count some of them. Clients and users can make any number of records, and an operation
/// must not take longer because of that.
const COUNTED: usize = 5_000;

/// Counts live records of an owner. Those that cannot be read give no rights, so they are not counted.
fn count<T: Stored>(
    server: &AuthorizationServer,
    turn: &Turn<'_>,
    owner: &Owner,
    counts: impl Fn(&T) -> Result<bool, Pause>,
) -> Result<Counted, Pause> {
    const PAGE: usize = 500;
    let (mut number, mut unreadable, mut request) = (0, vec![], PageRequest::first(PAGE));
    for _ in 0..COUNTED / PAGE {
        let page = page(server, turn, Some(owner.clone()), &request, |_, value: T, _| value)?;
        for value in page.entries {
            number += usize::from(counts(&value)?);
        }
        unreadable.extend(page.unreadable);
        match page.next {
            Some(next) => request = PageRequest::after(next, PAGE),
            None => return Ok(Counted { number, all: true, unreadable }),
        }
    }
    Ok(Counted { number, all: false, unreadable })
}

struct Counted {
    number: usize,
    /// False if there are more records than were looked at.
    all: bool,
    /// The records that no version of this library wrote.
    unreadable: Vec<RecordKey>,
}

/// No version of this library wrote the record.
struct Malformed;

/// The content of a record; `None` if it has expired, or if only nodes with a newer version of this library can read it.
fn live<T: Stored>(found: &Versioned, now: Timestamp) -> Result<Option<(T, Timestamp)>, Malformed> {
    if found.expires <= now {
        return Ok(None);
    }
    match decode::<T>(&found.record) {
        Ok(value) => Ok(Some((value, found.expires))),
        Err(Unreadable::Newer) => Ok(None),
        Err(Unreadable::Malformed) => Err(Malformed),
    }
}
