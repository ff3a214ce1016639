//! Consent that was given before and is remembered.

use crate::permissions::Permissions;
use crate::record::{Kind, Owner, Stored};
use serde::{Deserialize, Serialize};

/// The rights that a user allowed a client, so that the same need not be asked again.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Consent {
    pub(crate) client_id: String,
    pub(crate) subject: String,
    pub(crate) permissions: Permissions,
}

impl Stored for Consent {
    const KIND: Kind = Kind::Consent;

    fn owners(&self) -> Vec<Owner> {
        vec![Owner::Client(self.client_id.clone()), Owner::Subject(self.subject.clone())]
    }
}
