//! Events for logs, audit and tests: typed, and without secrets.

mod administration;

pub use administration::Administration;

use crate::detail::Detail;
use crate::error_code::ErrorCode;
use crate::fault::Fault;
use crate::jose::{JwkSetError, SkippedKey};
use crate::permissions::Permissions;
use crate::record::RecordKey;
use crate::requirement::Requirement;
use crate::scope::Scope;
use std::fmt;

/// The record of one exchange.
///
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/support/authorization_server.rs")); }
/// # use setup::*;
/// use fapi::{Disposition, Inbound, drive};
///
/// # let (server, host) = started()?;
/// # let request = post("grant_type=refresh_token&refresh_token=unknown&client_id=shop");
/// let event = drive(&host, server.token_request(Inbound::new(&request), context())).event;
/// assert_eq!((event.endpoint.name(), event.client.as_deref()), ("token", Some("shop")));
/// let Disposition::Refused { error, requirements, .. } = event.disposition else { panic!("granted") };
/// println!("{}: {}", error.name(), requirements[0].url);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Event {
    /// The endpoint that was called.
    pub endpoint: Endpoint,
    /// The client, once it is known. At the front channel it is only named; elsewhere it is authenticated.
    pub client: Option<String>,
    /// The host's own identifier of the user, once it is known.
    pub subject: Option<String>,
    /// The client that the request claims to come from, with its evidence, if it could not be authenticated.
    pub claimed: Option<Box<Claimed>>,
    /// Its end.
    pub disposition: Disposition,
    /// The rights that were issued, if any were.
    pub issued: Option<Issued>,
    /// The operation of an administrator, if it was one.
    pub administration: Option<Administration>,
    /// The records that a listing or a withdrawal skipped because no version of this library wrote them.
    pub unreadable: Vec<RecordKey>,
    /// The rights that the request was about without issuing any: asked for, used or withdrawn.
    pub concerned: Option<Box<Concerned>>,
    /// What cannot be used of the key sets that were read.
    pub unusable_keys: Vec<UnusableKeys>,
    /// The number of times the decision ran.
    pub turns: u8,
}

/// The rights that an exchange issued: enough for an audit, nothing that a reader of the log could use.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Issued {
    /// The grant that everything issued descends from; an identifier without rights of its own.
    pub grant: Option<String>,
    /// The `jti` of the access token.
    pub access_token: Option<String>,
    /// The scope of the access token, or of the code.
    pub scope: Scope,
    /// The API that the access token is for.
    pub audience: Option<String>,
    /// True if an ID token was issued.
    pub id_token: bool,
    /// True if a refresh token was issued.
    pub refresh_token: bool,
}

impl Issued {
    /// A code for this scope at this API.
    pub(crate) fn code(scope: Scope, audience: Option<String>) -> Self {
        Self { grant: None, access_token: None, scope, audience, id_token: false, refresh_token: false }
    }
}

/// The rights that a request was about.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Concerned {
    /// The grant; an identifier without rights of its own.
    pub grant: Option<String>,
    /// The scope.
    pub scope: Scope,
    /// The API.
    pub audience: Option<String>,
}

impl Concerned {
    /// The rights of a grant.
    pub(crate) fn of_grant(grant: &str, permissions: &Permissions) -> Self {
        Self { grant: Some(grant.to_owned()), ..Self::asked(permissions) }
    }

    /// Rights without a grant yet.
    pub(crate) fn asked(permissions: &Permissions) -> Self {
        Self { grant: None, scope: permissions.scope.clone(), audience: permissions.resources.first().cloned() }
    }
}

/// The identity that a request claims, which was not proven. The peer chose every text in it; each has at most
/// [`Claimed::LENGTH`] characters.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Claimed {
    /// The `client_id`.
    pub client_id: Option<String>,
    /// The name of the method, as in `token_endpoint_auth_method`, as far as the request tells.
    pub method: Option<&'static str>,
    /// The `kid` in the header of the client assertion.
    pub kid: Option<String>,
    /// The subject of the client certificate.
    pub certificate_subject: Option<String>,
    /// The issuer of the client certificate.
    pub certificate_issuer: Option<String>,
    /// The value that the client registered for the subject of its certificate.
    pub registered_subject: Option<String>,
}

impl Claimed {
    /// The maximum length of a text, in characters.
    pub const LENGTH: usize = 255;

    /// The beginning of a text.
    pub(crate) fn cut(text: &str) -> String {
        text.chars().take(Self::LENGTH).collect()
    }
}

/// What cannot be used of a party's key set, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct UnusableKeys {
    /// The `jwks_uri`; `None` for keys that were registered by value.
    pub jwks_uri: Option<String>,
    /// The reason why the whole set is refused.
    pub set: Option<JwkSetError>,
    /// The keys that were skipped.
    pub skipped: Vec<SkippedKey>,
}

/// The end of an exchange.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Disposition {
    /// The request was granted.
    Accepted,
    /// The peer violated these requirements.
    Refused {
        /// The error that the peer got.
        error: ErrorCode,
        /// What is wrong, and what was expected, as the peer was told.
        detail: Detail,
        /// The violated requirements, the most specific first.
        requirements: Vec<&'static Requirement>,
    },
    /// The host could not answer a step, or too many exchanges wrote at the same time.
    Unavailable,
    /// The host does not know if the writes were applied.
    CommitUnknown,
    /// The host or this library made an error.
    Fault(Fault),
}

impl Event {
    pub(crate) fn new(
        endpoint: Endpoint,
        client: Option<String>,
        subject: Option<String>,
        disposition: Disposition,
        turns: u8,
    ) -> Self {
        let (claimed, issued, concerned, unusable_keys) = (None, None, None, vec![]);
        Self {
            endpoint,
            client,
            subject,
            claimed,
            disposition,
            issued,
            concerned,
            unusable_keys,
            administration: None,
            unreadable: vec![],
            turns,
        }
    }

    /// The requirements the peer broke; none if it was not refused.
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
    /// The host registers clients.
    ClientRegistration,
    /// The host reads, lists or withdraws clients, grants, consents and sessions.
    Administration,
    /// The host ends the sessions and grants of a user.
    SubjectRevocation,
    /// The host delivers a notice to a client.
    Notice,
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
            Self::ClientRegistration => "client_registration",
            Self::Administration => "administration",
            Self::SubjectRevocation => "subject_revocation",
            Self::Notice => "notice",
        }
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
