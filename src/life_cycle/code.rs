//! Authorization codes.

use super::request::Request;
use crate::permissions::Permissions;
use crate::record::{Kind, Stored};
use crate::time::Timestamp;
use crate::user::AuthenticatedUser;
use serde::{Deserialize, Serialize};

/// The content of a code's record.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum AuthorizationCode {
    Granted(Box<Granted>),
    Redeemed(Redeemed),
}

/// An authorization that waits to be redeemed. The record outlives `redeemable_until`, so that a replay is recognized.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Granted {
    pub(crate) request: Request,
    pub(crate) user: AuthenticatedUser,
    /// The rights that the user consented to.
    pub(crate) permissions: Permissions,
    pub(crate) issued_at: Timestamp,
    pub(crate) redeemable_until: Timestamp,
}

/// A code that was redeemed, with the grant it became.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Redeemed {
    pub(crate) grant: String,
}

impl Stored for AuthorizationCode {
    const KIND: Kind = Kind::Code;
}

impl AuthorizationCode {
    pub(crate) fn redeemed(grant: &str) -> Self {
        Self::Redeemed(Redeemed { grant: grant.to_owned() })
    }
}
