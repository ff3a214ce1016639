//! Consent that was given before and is remembered.

use crate::cutoff::Moment;
use crate::permissions::Permissions;
use crate::record::{Kind, Owner, Stored, parse_changed};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The rights that a user allowed a client, so that the same need not be asked again.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Consent {
    pub(crate) client_id: String,
    pub(crate) subject: String,
    pub(crate) permissions: Permissions,
    pub(crate) granted_at: Moment,
}

impl Stored for Consent {
    const KIND: Kind = Kind::Consent;
    const VERSION: u32 = 2;

    /// Version 1 had no `granted_at`: it is older than any cutoff.
    fn upgrade(version: u32, json: &[u8]) -> Option<Self> {
        let dated = |members: &mut Map<String, Value>| match members.insert("granted_at".into(), 0.into()) {
            Some(_) => None,
            None => Some(()),
        };
        (version == 1).then(|| parse_changed(json, dated))?
    }

    fn owners(&self) -> Vec<Owner> {
        vec![Owner::Client(self.client_id.clone()), Owner::Subject(self.subject.clone())]
    }
}
