//! The end of an exchange.

use crate::delivery::ErrorPage;
use crate::entropy::SessionHandle;
use crate::event::Event;
use crate::response::Response;
use crate::time::Timestamp;
use std::fmt;

/// The end of an exchange.
///
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/support/authorization_server.rs")); }
/// # use setup::*;
/// use fapi::{Inbound, SessionChange, drive};
///
/// # let (server, host) = started()?;
/// # let request = post("grant_type=refresh_token&refresh_token=unknown&client_id=shop");
/// let outcome = drive(&host, server.token_request(Inbound::new(&request), context()));
/// println!("{:?}", outcome.event);
/// assert!(matches!(outcome.session, SessionChange::Keep));
/// let response = outcome.reply;
/// assert_eq!(response.headers()["content-type"], "application/json");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
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
    /// Set the cookie to this value until `expires`.
    Start {
        /// The cookie's value.
        session: SessionHandle,
        /// The end of the session.
        expires: Timestamp,
    },
    /// Remove the cookie.
    End,
}

/// A kind of reply, which can represent a refusal.
pub trait Reply: Send + Sized + 'static {
    /// Wraps the response of a refusal.
    fn refused(response: Response) -> Self;

    /// Wraps a refusal that the user is told.
    fn told_to_user(page: ErrorPage) -> Self {
        Self::refused(page.response())
    }
}

impl Reply for Response {
    fn refused(response: Response) -> Self {
        response
    }
}
