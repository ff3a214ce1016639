//! What a state file keeps of the APIs of a configuration.

use std::collections::BTreeMap;

/// APIs by their identifiers.
pub(crate) type KeptApis = BTreeMap<String, KeptApi>;

/// An API as the last start knew it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KeptApi {
    /// The name of the algorithm that its access tokens are signed with.
    pub(crate) algorithm: String,
    /// The configuration named the algorithm; otherwise it follows from the keys of the server.
    pub(crate) named: bool,
}
