//! Organizations: the groups of users that clients may act for.

use serde::{Deserialize, Serialize};

/// An organization that clients may act for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Organization {
    /// Its identifier, the value of the parameter `organization`.
    pub id: String,
    /// Its name.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
}

impl Organization {
    /// An organization with this identifier, without a name.
    pub fn new(id: impl Into<String>) -> Self {
        Self { id: id.into(), name: String::new() }
    }
}
