//! Connections: the sources of users.

use serde::{Deserialize, Serialize};

/// A source of users, such as a database or another provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Connection {
    /// Its name, the value of the parameter `connection`.
    pub name: String,
    /// It serves third-party clients too.
    #[serde(default)]
    pub is_domain_connection: bool,
}

impl Connection {
    /// A connection for first-party clients.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), is_domain_connection: false }
    }

    /// The same for third-party clients too.
    #[must_use]
    pub fn of_domain(mut self) -> Self {
        self.is_domain_connection = true;
        self
    }
}
