//! Authorization codes.

use super::request::Request;
use crate::cutoff::Moment;
use crate::permissions::Permissions;
use crate::record::{Kind, Owner, Stored, parse};
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
    pub(crate) issued_at: Moment,
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
    const VERSION: u32 = 2;

    /// Version 1 had no `after_cutoff`.
    fn upgrade(version: u32, json: &[u8]) -> Option<Self> {
        (version == 1).then(|| parse(json))?
    }

    fn owners(&self) -> Vec<Owner> {
        match self {
            Self::Granted(granted) => {
                let asked = &granted.request.asked;
                vec![Owner::Client(asked.client_id.clone()), Owner::Subject(granted.user.subject.clone())]
            }
            // What is left of a redeemed code is found through its grant.
            Self::Redeemed(_) => vec![],
        }
    }
}

impl AuthorizationCode {
    pub(crate) fn redeemed(grant: &str) -> Self {
        Self::Redeemed(Redeemed { grant: grant.to_owned() })
    }
}
