//! What happened, for logs, audit and tests: typed, and without secrets.

use crate::fault::Fault;
use crate::refusal::ErrorCode;
use crate::requirement::Requirement;
use std::fmt;

/// One exchange, as it ended.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Event {
    /// Which endpoint.
    pub endpoint: Endpoint,
    /// The client, once it is known (at the front channel: named; elsewhere: authenticated).
    pub client: Option<String>,
    /// The host's own identifier of the user, once known.
    pub subject: Option<String>,
    /// How it ended.
    pub disposition: Disposition,
    /// How often the decision ran.
    pub turns: u8,
}

/// How an exchange ended.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Disposition {
    /// What was asked for was given.
    Accepted,
    /// The peer broke these requirements.
    Refused {
        /// What it was told.
        error: ErrorCode,
        /// The most specific first.
        requirements: Vec<&'static Requirement>,
    },
    /// Something the host was asked for was not to be had, or too many others wrote at the same time.
    Unavailable,
    /// Nobody knows whether the writes were applied.
    CommitUnknown,
    /// The host or this library made a mistake.
    Fault(Fault),
}

impl Event {
    /// The requirements the peer broke; none if it was not refused.
    pub fn refused_for(&self) -> &[&'static Requirement] {
        match &self.disposition {
            Disposition::Refused { requirements, .. } => requirements,
            _ => &[],
        }
    }
}

/// The endpoints of this library, by the names of the metadata documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Endpoint {
    /// RFC 9126.
    PushedAuthorizationRequest,
    /// RFC 6749 §3.1.
    Authorization,
    /// The pages between the authorization request and its response.
    Interaction,
    /// RFC 6749 §3.2.
    Token,
    /// OpenID Connect Core §5.3.
    Userinfo,
    /// RFC 7662.
    Introspection,
    /// RFC 7009.
    Revocation,
    /// A protected resource.
    Resource,
    /// The host enrols a client.
    ClientRegistration,
    /// The host ends what a user has been given.
    SubjectRevocation,
}

impl Endpoint {
    /// The name for logs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::PushedAuthorizationRequest => "pushed_authorization_request",
            Self::Authorization => "authorization",
            Self::Interaction => "interaction",
            Self::Token => "token",
            Self::Userinfo => "userinfo",
            Self::Introspection => "introspection",
            Self::Revocation => "revocation",
            Self::Resource => "resource",
            Self::ClientRegistration => "enrolment",
            Self::SubjectRevocation => "subject_revocation",
        }
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
