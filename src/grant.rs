//! Grants: the root of every token that descends from one.

use crate::authorization::{AuthenticatedUser, ClaimsParameter};
use crate::entropy::digest;
use crate::exchange::Entry;
use crate::primitives::Primitives;
use crate::record::{Key, Kind, Stored};
use crate::scope::Scope;
use crate::sender::Confirmation;
use crate::server::AuthorizationServer;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// What a client was given, and by whom. Its tokens live as long as it does.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Grant {
    pub(crate) client_id: String,
    /// The user; a grant of the client's own has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) user: Option<AuthenticatedUser>,
    pub(crate) scope: Scope,
    #[serde(default)]
    pub(crate) claims: ClaimsParameter,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) claims_locales: Vec<String>,
    /// Whether `auth_time` was asked for.
    #[serde(default)]
    pub(crate) tells_auth_time: bool,
    #[serde(default)]
    pub(crate) revoked: bool,
}

/// A refresh token. It outlives its rotation, so that a replay is known as one.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Refresh {
    pub(crate) grant: String,
    /// What a public client must prove to use it (RFC 9449 §5, RFC 8705 §4).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) binding: Option<Confirmation>,
    /// Whether another has taken its place.
    #[serde(default)]
    pub(crate) rotated: bool,
}

/// Whatever rests on a login of a subject before this moment is dead.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct SubjectCutoff {
    pub(crate) since: Timestamp,
}

impl Stored for Grant {
    const KIND: Kind = Kind::Grant;
}

impl Stored for Refresh {
    const KIND: Kind = Kind::Refresh;
}

impl Stored for SubjectCutoff {
    const KIND: Kind = Kind::SubjectCutoff;
}

impl SubjectCutoff {
    pub(crate) fn key(server: &AuthorizationServer, subject: &str) -> Key<Self> {
        server.key(Self::id(server.settings.primitives, subject))
    }

    /// Whether somebody who logged in then may still act.
    pub(crate) fn admits(epoch: Entry<'_, Self>, auth_time: Option<Timestamp>, now: Timestamp) -> bool {
        epoch.live(now).is_none_or(|epoch| auth_time.is_some_and(|auth_time| auth_time >= epoch.since))
    }

    pub(crate) fn id(primitives: &dyn Primitives, subject: &str) -> String {
        digest(primitives, format!("epoch\0{subject}").as_bytes())
    }
}

impl Grant {
    /// The end of it and of everything that descends from it.
    pub(crate) fn revoke(&self) -> Self {
        Self { revoked: true, ..self.clone() }
    }

    pub(crate) fn subject(&self) -> Option<&str> {
        self.user.as_ref().map(|user| user.subject.as_str())
    }
}
