//! The steps of an exchange: seven effects of the host, each with the one kind of answer it takes.

use super::effect::{Commit, Committed, DocumentRequest, FetchedDocument, KeyUse, List, Listed, Load, Loaded, Unavailable};
use super::outcome::Outcome;
use super::question::{
    ClaimsRequest, CustomizeRequest, Customized, OutgoingRequest, OutgoingResponse, PermissionsRequest, SubjectRequest,
    SubjectStatus, UserClaims, UserPermissions, for_each_question,
};
use crate::response::Response;

/// The next thing to do. `R` is the endpoint's kind of reply: a [`Response`], a [`Navigation`](crate::Navigation) or an
/// [`Access`](crate::Access).
///
/// Exhaustive: a host's loop has these seven arms.
///
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/support/authorization_server.rs")); }
/// # use setup::*;
/// use fapi::{Inbound, Step};
///
/// # let (server, host) = started()?;
/// # let request = post("grant_type=refresh_token&refresh_token=unknown&client_id=shop");
/// let mut step = server.token_request(Inbound::new(&request), context());
/// let outcome = loop {
///     step = match step {
///         Step::Load(load, then) => then.resume(Ok(host.0.borrow().load(&load.keys))),
///         Step::Commit(commit, then) => then.resume(Ok(host.0.borrow_mut().commit(&commit))),
///         Step::Done(outcome) => break outcome,
///         _ => return Err("this request needs nothing else".into()),
///     }
/// };
/// assert_eq!(outcome.reply.status(), 400);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
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
#[must_use = "an exchange continues only when it is resumed"]
pub struct Then<A, R>(Box<dyn Waiting<A, R>>);

/// An exchange that waits for an answer.
pub(super) trait Waiting<A, R>: Send {
    /// Continues with the answer.
    fn resume(self: Box<Self>, answer: Result<A, Unavailable>) -> Step<R>;

    /// The exchange itself, for tests that answer in another order.
    #[cfg(test)]
    fn exchange(self: Box<Self>) -> Box<dyn std::any::Any>;
}

impl<A, R> Then<A, R> {
    pub(super) fn new(exchange: impl Waiting<A, R> + 'static) -> Self {
        Self(Box::new(exchange))
    }

    #[cfg(test)]
    pub(super) fn exchange(self) -> Box<dyn std::any::Any> {
        self.0.exchange()
    }

    /// Continues with the answer, or without one.
    pub fn resume(self, answer: Result<A, Unavailable>) -> Step<R> {
        self.0.resume(answer)
    }
}

macro_rules! define {
    ($($(#[$doc:meta])* $method:ident: $name:ident($request:ident) -> $answer:ident, $default:expr;)*) => {
        /// A question to the host. New questions may be added: a host that does not know one answers with
        /// [`Ask::unavailable`].
        #[non_exhaustive]
        pub enum Ask<R = Response> {
            $($(#[$doc])* $name($request, Then<$answer, R>),)*
        }

        impl<R> Ask<R> {
            /// Answers as a host that does not implement the question.
            pub fn unavailable(self) -> Step<R> {
                match self {
                    $(Self::$name(_, then) => then.resume($default),)*
                }
            }
        }
    };
}
for_each_question!(define);
