//! Grants: the root of every token that descends from one.

use crate::claims_parameter::ClaimsParameter;
use crate::cutoff::Moment;
use crate::permissions::Permissions;
use crate::record::{Kind, Owner, Stored, parse};
use crate::scope::Scope;
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
    /// The last refresh token that was replaced.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) replaced: Option<Replaced>,
    /// The scope that the host's own code set when tokens were issued for the first time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) customized: Option<Scope>,
}

/// A refresh token that was replaced by another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Replaced {
    /// Its position in the sequence of refresh tokens of the grant.
    pub(crate) generation: u32,
    /// Its digest.
    pub(crate) token: String,
    /// The moment of its first use.
    pub(crate) at: Timestamp,
    /// The key or certificate that its sender proved at that use.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) sender: Option<Confirmation>,
}

/// A refresh token. It outlives its replacement, so that a replay is recognized.
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
    /// Its position in the sequence of refresh tokens of the grant: 1 for the first one, and one more for each that replaces another.
    /// 0 is a token that was replaced before positions were stored.
    pub(crate) generation: u32,
}

impl Stored for Grant {
    const KIND: Kind = Kind::Grant;
    const VERSION: u32 = 2;

    fn owners(&self) -> Vec<Owner> {
        let subject = self.subject().map(|subject| Owner::Subject(subject.to_owned()));
        std::iter::once(Owner::Client(self.client_id.clone())).chain(subject).collect()
    }

    /// Version 1 had no `after_cutoff`, and did not name the token that was replaced.
    fn upgrade(version: u32, json: &[u8]) -> Option<Self> {
        (version == 1).then(|| parse(json))?.filter(|grant: &Self| grant.replaced.is_none())
    }
}

impl Stored for Refresh {
    const KIND: Kind = Kind::Refresh;
    const VERSION: u32 = 2;

    fn owners(&self) -> Vec<Owner> {
        let subject = self.subject.clone().map(Owner::Subject);
        std::iter::once(Owner::Client(self.client_id.clone())).chain(subject).collect()
    }

    /// Version 1 stored no positions; it stored the time at which the token was replaced.
    fn upgrade(version: u32, json: &[u8]) -> Option<Self> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct First {
            grant: String,
            client_id: String,
            subject: Option<String>,
            binding: Option<Confirmation>,
            rotated_at: Option<Timestamp>,
        }
        let First { grant, client_id, subject, binding, rotated_at } = (version == 1).then(|| parse(json))??;
        Some(Self { grant, client_id, subject, binding, generation: u32::from(rotated_at.is_none()) })
    }
}

impl Grant {
    /// The end of the grant and of everything that descends from it.
    pub(crate) fn revoke(&self) -> Self {
        Self { revoked: true, ..self.clone() }
    }

    /// The grant after a refresh token was replaced.
    pub(crate) fn with_replaced(&self, replaced: Replaced) -> Self {
        Self { replaced: Some(replaced), ..self.clone() }
    }

    /// Returns true if the token is next in the sequence: it replaced the last one that was used.
    pub(crate) fn awaits(&self, refresh: &Refresh) -> bool {
        let replaced = self.replaced.as_ref().map_or(0, |replaced| replaced.generation);
        refresh.generation == replaced.saturating_add(1)
    }

    pub(crate) fn subject(&self) -> Option<&str> {
        self.user.as_ref().map(|user| user.subject.as_str())
    }
}

fn is_false(flag: &bool) -> bool {
    !*flag
}
