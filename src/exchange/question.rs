//! Questions to the host that are neither storage nor keys: only it knows its users, and only it can call others.
//!
//! A question is one entry of [`for_each_question`]: the macro makes the variant of [`Ask`](super::Ask), the fact, and the
//! methods of the host traits.

use super::effect::Unavailable;
use crate::jose::Json;
use std::collections::BTreeMap;

/// Hands every question to a macro: `method: Variant(Request) -> Answer, answer of a host that does not implement it;`.
macro_rules! for_each_question {
    ($use:ident) => {
        $use! {
            /// The claims of a subject. Without an implementation, ID tokens and userinfo contain only `sub`.
            claims: Claims(ClaimsRequest) -> UserClaims, Err(Unavailable);
            /// Returns the status of a user whose session, grant or token is about to be used. Without an implementation, every user
            /// who could log in once exists until [`revoke_subject`](crate::AuthorizationServer::revoke_subject).
            subject: Subject(SubjectRequest) -> SubjectStatus, Ok(SubjectStatus::Active);
            /// Sends a request to another party's server: a notification, a logout token. The host limits where it sends.
            send: Send(OutgoingRequest) -> OutgoingResponse, Err(Unavailable);
        }
    };
}
pub(crate) use for_each_question;

/// The names of the claims about a subject that a client may see, and the languages to answer in.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct ClaimsRequest {
    /// The host's own identifier of the user.
    pub subject: String,
    /// Names of the claims, in alphabetical order; the host leaves out those it does not know.
    pub names: Vec<String>,
    /// Languages the client prefers, most preferred first (`claims_locales`).
    pub locales: Vec<String>,
}

impl ClaimsRequest {
    /// Asks for these claims of the subject.
    pub fn new(subject: impl Into<String>, names: Vec<String>, locales: Vec<String>) -> Self {
        Self { subject: subject.into(), names, locales }
    }
}

/// Names and values of claims. Names that were not asked for are not passed on.
pub type UserClaims = Vec<(String, Json)>;

/// A user whose session, grant or token is about to be used.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct SubjectRequest {
    /// The host's own identifier of the user.
    pub subject: String,
}

impl SubjectRequest {
    /// Asks for the status of this user.
    pub fn new(subject: impl Into<String>) -> Self {
        Self { subject: subject.into() }
    }
}

/// The status of an account. Exhaustive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SubjectStatus {
    /// The account exists and may be used.
    Active,
    /// The account was removed, locked or suspended: nothing is issued for it.
    Inactive,
}

/// An HTTP request to another server.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct OutgoingRequest {
    /// An https URL.
    pub url: String,
    /// The method.
    pub method: &'static str,
    /// Names and values of the headers.
    pub headers: Vec<(&'static str, String)>,
    /// The content.
    pub body: String,
}

/// Headers and body may hold tokens: they are not shown.
impl std::fmt::Debug for OutgoingRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "OutgoingRequest({} {})", self.method, self.url)
    }
}

/// The answer to an [`OutgoingRequest`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct OutgoingResponse {
    /// The status code.
    pub status: u16,
    /// The content, as far as the host read it.
    pub body: bytes::Bytes,
}

impl OutgoingResponse {
    /// An answer with this status and content.
    pub fn new(status: u16, body: impl Into<bytes::Bytes>) -> Self {
        Self { status, body: body.into() }
    }
}

macro_rules! define {
    ($($(#[$doc:meta])* $method:ident: $name:ident($request:ident) -> $answer:ident, $default:expr;)*) => {
        /// A question before it is asked.
        pub(crate) enum Question {
            $($name($request),)*
        }

        /// Answers by question.
        #[derive(Default)]
        pub(super) struct Answers {
            $(pub(super) $method: BTreeMap<$request, Result<$answer, Unavailable>>,)*
        }
    };
}
for_each_question!(define);
