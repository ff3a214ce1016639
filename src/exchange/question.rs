//! Questions to the host that are neither storage nor keys: only it knows its users, and only it can call others.
//!
//! A question is one entry of [`for_each_question`]: the macro makes the variant of [`Ask`](super::Ask), the fact, and the
//! methods of the host traits.

use super::effect::Unavailable;
use crate::jose::Json;
use crate::scope::Scope;
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
            /// The permissions that a user has at an API, which limit the scope and fill `permissions`. Without an implementation,
            /// users have none.
            permissions: Permissions(PermissionsRequest) -> UserPermissions, Ok(UserPermissions::default());
            /// The host's own code changes what is about to be issued, if the [switch](crate::Switches) `hooks` is on. Without an
            /// implementation, it changes nothing.
            customize: Customize(CustomizeRequest) -> Customized, Ok(Customized::default());
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

/// A user and an API.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct PermissionsRequest {
    /// The host's own identifier of the user.
    pub subject: String,
    /// The identifier of the API.
    pub audience: String,
}

impl PermissionsRequest {
    /// Asks for the permissions of this user at this API.
    pub fn new(subject: impl Into<String>, audience: impl Into<String>) -> Self {
        Self { subject: subject.into(), audience: audience.into() }
    }
}

/// The permissions that the host assigned to a user at an API, each a scope token.
pub type UserPermissions = Scope;

/// What is about to be issued, for the host's own code.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct CustomizeRequest {
    /// The point at which the code runs.
    pub point: HookPoint,
    /// The client.
    pub client_id: String,
    /// The metadata in the terms of the client.
    pub client_metadata: BTreeMap<String, String>,
    /// The host's own identifier of the user, if there is one.
    pub subject: Option<String>,
    /// The identifier of the API, or the address of userinfo.
    pub audience: String,
    /// The scope that would be granted, its tokens separated by spaces.
    pub scope: String,
}

/// The point at which the host's own code runs. Exhaustive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum HookPoint {
    /// A user has logged in, and tokens are issued for the first time.
    PostLogin,
    /// A client gets a token for itself.
    ClientCredentials,
}

/// The changes of the host's own code. By default there are none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Customized {
    /// The scope of the API, in the place of the one that would be granted. Tokens that the API does not define are left out.
    pub scope: Option<Scope>,
}

impl Customized {
    /// Puts this scope in the place of the one that would be granted.
    pub fn scope(scope: Scope) -> Self {
        Self { scope: Some(scope) }
    }
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
