//! The terms that only the operator of a server can set for a client.

use crate::policy::ProfileId;
use serde::{Deserialize, Serialize};

/// The operator's decisions about a client. No request can write them: a client that registers itself says what it is in its
/// [`ClientMetadata`](crate::ClientMetadata), never what it may do.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct ClientTerms {
    /// The operator vouches for the client: its users are not asked for their consent.
    #[serde(skip_serializing_if = "is_false")]
    pub first_party: bool,
    /// Identifiers of the APIs (`aud`) that this client acts for: it may introspect tokens made for them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub introspects: Vec<String>,
    /// Further profiles whose rules are in force for this client.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub profiles: Vec<ProfileId>,
}

impl ClientTerms {
    pub(crate) fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

fn is_false(flag: &bool) -> bool {
    !*flag
}
