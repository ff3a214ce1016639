//! The operations of administrators, as events name them.

use crate::record::Owner;
use std::fmt;

/// An operation of an administrator, with what it is about. Identifiers are digests or public.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Administration {
    /// Clients were registered, each new or in place of an earlier registration.
    RegisterClients {
        /// Their identifiers.
        client_ids: Vec<String>,
    },
    /// A client was read.
    ReadClient {
        /// Its identifier.
        client_id: String,
    },
    /// The clients were listed.
    ListClients,
    /// Clients were removed.
    RemoveClients {
        /// Their identifiers.
        client_ids: Vec<String>,
    },
    /// Grants were listed.
    ListGrants {
        /// The client or user whose grants they are.
        owner: Owner,
    },
    /// A grant was revoked.
    RevokeGrant {
        /// Its identifier.
        id: String,
    },
    /// Remembered consents were listed.
    ListConsents {
        /// The client or user whose consents they are.
        owner: Owner,
    },
    /// Everything that a user allowed a client was taken back.
    Withdraw {
        /// The user.
        subject: String,
        /// The client.
        client_id: String,
    },
    /// The sessions of a user were listed.
    ListSessions {
        /// The user.
        subject: String,
    },
    /// Sessions of a user were ended.
    EndSessions {
        /// The user.
        subject: String,
        /// The identifier of the session; `None` for all sessions of the user.
        id: Option<String>,
    },
    /// Everything that rests on a login of a user was ended.
    RevokeSubject {
        /// The user.
        subject: String,
    },
}

impl Administration {
    /// The name of the operation for logs: that of the function that begins it.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::RegisterClients { .. } => "register",
            Self::ReadClient { .. } => "client",
            Self::ListClients => "clients",
            Self::RemoveClients { .. } => "remove_clients",
            Self::ListGrants { .. } => "grants",
            Self::RevokeGrant { .. } => "revoke_grant",
            Self::ListConsents { .. } => "consents",
            Self::Withdraw { .. } => "withdraw",
            Self::ListSessions { .. } => "sessions",
            Self::EndSessions { .. } => "end_sessions",
            Self::RevokeSubject { .. } => "revoke_subject",
        }
    }
}

/// The objects of the operation, in words and identifiers: `client "shop"`.
impl fmt::Display for Administration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::RegisterClients { client_ids } | Self::RemoveClients { client_ids } => write!(f, "clients {client_ids:?}"),
            Self::ReadClient { client_id } => write!(f, "client {client_id:?}"),
            Self::ListClients => f.write_str("clients"),
            Self::ListGrants { owner } | Self::ListConsents { owner } => match owner {
                Owner::Client(id) => write!(f, "client {id:?}"),
                Owner::Subject(id) => write!(f, "subject {id:?}"),
            },
            Self::RevokeGrant { id } => write!(f, "grant {id:?}"),
            Self::Withdraw { subject, client_id } => write!(f, "subject {subject:?}, client {client_id:?}"),
            Self::EndSessions { subject, id: Some(id) } => write!(f, "subject {subject:?}, session {id:?}"),
            Self::ListSessions { subject } | Self::EndSessions { subject, id: None } | Self::RevokeSubject { subject } => {
                write!(f, "subject {subject:?}")
            }
        }
    }
}
