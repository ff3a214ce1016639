//! The steps of an exchange: seven effects of the host, each with the one kind of answer it takes.

use super::effect::{Commit, Committed, DocumentRequest, FetchedDocument, KeyUse, List, Listed, Load, Loaded};
use super::facts::Facts;
use super::question::Ask;
use super::run::Exchange;
use crate::entropy::SessionHandle;
use crate::event::Event;
use crate::response::Response;
use crate::time::Timestamp;
use std::fmt;

/// The next thing to do. `R` is the endpoint's kind of reply: a [`Response`], a [`Navigation`](crate::Navigation) or an
/// [`Access`](crate::Access).
///
/// Exhaustive: a host's loop has these seven arms.
#[must_use = "an exchange does nothing until its step is answered"]
pub enum Step<R = Response> {
    /// Read records.
    Load(Load, Then<Loaded, R>),
    /// Read a page of records, for administration.
    List(List, Then<Listed, R>),
    /// Get a document.
    Fetch(DocumentRequest, Then<FetchedDocument, R>),
    /// Answer a question that only the host can.
    Ask(Ask<R>),
    /// Use a private or secret key.
    UseKey(KeyUse, Then<Vec<u8>, R>),
    /// Write, all or nothing.
    Commit(Commit, Then<Committed, R>),
    /// Send the reply, set or end cookies, log the event.
    Done(Outcome<R>),
}

/// The rest of the exchange; takes exactly the answer it waits for.
#[must_use = "an exchange goes on only when it is resumed"]
pub struct Then<A, R> {
    exchange: Box<Exchange<R>>,
    resume: Resume<A, R>,
}

type Resume<A, R> = Box<dyn FnOnce(Box<Exchange<R>>, Result<A, Unavailable>) -> Step<R> + Send>;

impl<A, R: Reply> Then<A, R> {
    pub(super) fn new(
        exchange: Box<Exchange<R>>,
        resume: impl FnOnce(Box<Exchange<R>>, Result<A, Unavailable>) -> Step<R> + Send + 'static,
    ) -> Self {
        Self { exchange, resume: Box::new(resume) }
    }

    /// Records the answer as a fact and runs again.
    pub(super) fn fact(
        exchange: Box<Exchange<R>>,
        put: impl FnOnce(&mut Facts, Result<A, Unavailable>) + Send + 'static,
    ) -> Self {
        Self::new(exchange, |mut exchange, answer| {
            put(&mut exchange.facts, answer);
            exchange.run()
        })
    }

    /// The waiting exchange, for tests that answer in another order.
    #[cfg(test)]
    pub(super) fn waiting(self) -> Box<Exchange<R>> {
        self.exchange
    }

    /// Goes on with the answer, or without one.
    pub fn resume(self, answer: Result<A, Unavailable>) -> Step<R> {
        (self.resume)(self.exchange, answer)
    }
}

/// The host could not do what was asked. The exchange decides the consequence where it asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unavailable;

/// The end of an exchange.
#[derive(Clone)]
#[must_use = "the reply must be sent and the event logged"]
#[non_exhaustive]
pub struct Outcome<R = Response> {
    /// The reply to send.
    pub reply: R,
    /// The event to log.
    pub event: Event,
    /// The change of the session cookie.
    pub session: SessionChange,
}

impl<R> Outcome<R> {
    /// The same outcome with another form of its reply.
    pub fn map<S>(self, form: impl FnOnce(R) -> S) -> Outcome<S> {
        Outcome { reply: form(self.reply), event: self.event, session: self.session }
    }
}

/// The reply may hold codes and tokens: it is not shown.
impl<R> fmt::Debug for Outcome<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outcome").field("event", &self.event).field("session", &self.session).finish_non_exhaustive()
    }
}

/// The change of the session cookie. Exhaustive.
#[derive(Debug, Clone)]
pub enum SessionChange {
    /// None.
    Keep,
    /// Set the cookie to this value until then.
    Start {
        /// The cookie's value.
        session: SessionHandle,
        /// The end of the session.
        expires: Timestamp,
    },
    /// Remove the cookie.
    End,
}

/// A kind of reply; each knows how to hold a refusal.
pub trait Reply: Send + Sized + 'static {
    /// Wraps the response of a refusal.
    fn refused(response: Response) -> Self;
}

impl Reply for Response {
    fn refused(response: Response) -> Self {
        response
    }
}
