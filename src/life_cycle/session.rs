//! Login sessions.

use crate::record::{Kind, Owner, Stored, parse};
use crate::user::AuthenticatedUser;
use serde::{Deserialize, Serialize};

/// A login that outlives its interaction.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Session {
    pub(crate) user: AuthenticatedUser,
    /// The identifier of the session for clients ([OpenID Connect Back-Channel Logout
    /// §2.1](https://openid.net/specs/openid-connect-backchannel-1_0.html#OPLogoutDiscovery)).
    pub(crate) sid: String,
    /// The clients that the user logged in at, in alphabetical order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) clients: Vec<String>,
}

impl Stored for Session {
    const KIND: Kind = Kind::Session;
    const VERSION: u32 = 2;

    /// Version 1 had no `after_cutoff`.
    fn upgrade(version: u32, json: &[u8]) -> Option<Self> {
        (version == 1).then(|| parse(json))?
    }

    fn owners(&self) -> Vec<Owner> {
        vec![Owner::Subject(self.user.subject.clone())]
    }
}

impl Session {
    /// The session with one more client, or `None` if the client is known to it.
    pub(crate) fn joined_by(&self, client_id: &str) -> Option<Self> {
        let place = self.clients.binary_search_by(|known| known.as_str().cmp(client_id)).err()?;
        let mut joined = self.clone();
        joined.clients.insert(place, client_id.to_owned());
        Some(joined)
    }
}
