//! Grants: the root of every token that descends from one.

use crate::claims_parameter::ClaimsParameter;
use crate::cutoff::Moment;
use crate::permissions::Permissions;
use crate::record::{Kind, Owner, Stored, parse};
use crate::sender::Confirmation;
use crate::time::Timestamp;
use crate::user::AuthenticatedUser;
use serde::{Deserialize, Serialize};

/// The rights of a client, and the user who gave them. Its tokens live as long as it does.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Grant {
    pub(crate) client_id: String,
    /// The user; a client's own grant has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) user: Option<AuthenticatedUser>,
    pub(crate) permissions: Permissions,
    /// The `claims` parameter, with the values it asked for.
    #[serde(default, skip_serializing_if = "ClaimsParameter::is_empty")]
    pub(crate) claims: ClaimsParameter,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) claims_locales: Vec<String>,
    /// The ID tokens of this grant hold `auth_time`.
    #[serde(default, skip_serializing_if = "is_false")]
    pub(crate) tells_auth_time: bool,
    pub(crate) issued_at: Moment,
    #[serde(default, skip_serializing_if = "is_false")]
    pub(crate) revoked: bool,
}

/// A refresh token. It outlives its rotation, so that a replay is recognized.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Refresh {
    pub(crate) grant: String,
    pub(crate) client_id: String,
    /// The user of the grant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) subject: Option<String>,
    /// The key or certificate that a public client must prove to use it (RFC 9449 §5, RFC 8705 §4).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) binding: Option<Confirmation>,
    /// The time at which another token replaced it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) rotated_at: Option<Timestamp>,
}

impl Stored for Grant {
    const KIND: Kind = Kind::Grant;
    const VERSION: u32 = 2;

    /// Version 1 had no `after_cutoff`.
    fn upgrade(version: u32, json: &[u8]) -> Option<Self> {
        (version == 1).then(|| parse(json))?
    }

    fn owners(&self) -> Vec<Owner> {
        let subject = self.subject().map(|subject| Owner::Subject(subject.to_owned()));
        std::iter::once(Owner::Client(self.client_id.clone())).chain(subject).collect()
    }
}

impl Stored for Refresh {
    const KIND: Kind = Kind::Refresh;

    fn owners(&self) -> Vec<Owner> {
        let subject = self.subject.clone().map(Owner::Subject);
        std::iter::once(Owner::Client(self.client_id.clone())).chain(subject).collect()
    }
}

impl Grant {
    /// The end of the grant and of everything that descends from it.
    pub(crate) fn revoke(&self) -> Self {
        Self { revoked: true, ..self.clone() }
    }

    pub(crate) fn subject(&self) -> Option<&str> {
        self.user.as_ref().map(|user| user.subject.as_str())
    }
}

fn is_false(flag: &bool) -> bool {
    !*flag
}
