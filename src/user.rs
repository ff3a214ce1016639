//! A user who was authenticated.

use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// A user, with the time and the manner of the authentication.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AuthenticatedUser {
    pub(crate) subject: String,
    pub(crate) auth_time: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) acr: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) amr: Vec<String>,
}
