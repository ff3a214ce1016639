//! Events for logs, audit and tests: typed and free of secrets.

use crate::fault::Fault;
use crate::refusal::ErrorCode;
use crate::requirement::Requirement;
use std::fmt;

/// The record of an exchange that has ended.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Event {
    /// The endpoint that was called.
    pub endpoint: Endpoint,
    /// The client, once it is known. At the front channel it is only named; elsewhere it is authenticated.
    pub client: Option<String>,
    /// The host's own identifier of the user, once it is known.
    pub subject: Option<String>,
    /// The outcome of the exchange.
    pub disposition: Disposition,
    /// The number of times the decision ran.
    pub turns: u8,
}

/// The outcome of an exchange.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Disposition {
    /// The request was granted.
    Accepted,
    /// The peer violated these requirements.
    Refused {
        /// The error that the peer received.
        error: ErrorCode,
        /// The violated requirements, the most specific first.
        requirements: Vec<&'static Requirement>,
    },
    /// The host could not supply something that the exchange needed, or too many concurrent writes interfered.
    Unavailable,
    /// It is unknown whether the writes were applied.
    CommitUnknown,
    /// The host or this library made an error.
    Fault(Fault),
}

impl Event {
    /// Returns the requirements that the peer violated, or none if the request was not refused.
    pub fn refused_for(&self) -> &[&'static Requirement] {
        match &self.disposition {
            Disposition::Refused { requirements, .. } => requirements,
            _ => &[],
        }
    }
}

/// The endpoints of this library, named as in the metadata documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Endpoint {
    /// Pushed authorization requests (RFC 9126).
    PushedAuthorizationRequest,
    /// The authorization endpoint (RFC 6749 §3.1).
    Authorization,
    /// The pages between the authorization request and its response.
    Interaction,
    /// The token endpoint (RFC 6749 §3.2).
    Token,
    /// The userinfo endpoint (OpenID Connect Core §5.3).
    Userinfo,
    /// Token introspection (RFC 7662).
    Introspection,
    /// Token revocation (RFC 7009).
    Revocation,
    /// A protected resource.
    Resource,
    /// The registration of a client by the host.
    ClientRegistration,
    /// The revocation of a user's logins, and of everything issued from them, by the host.
    SubjectRevocation,
}

impl Endpoint {
    /// Returns the name for logs.
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
