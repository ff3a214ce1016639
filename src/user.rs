//! A user who was authenticated.

use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// A user, with the time and the manner of the authentication.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AuthenticatedUser {
    pub(crate) subject: String,
    pub(crate) auth_time: Timestamp,
    /// The cutoff of the user that this login came after, although by the clock it did not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) after_cutoff: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) acr: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) amr: Vec<String>,
    /// The connection that the user logged in through.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) connection: Option<String>,
}

impl AuthenticatedUser {
    /// A user who was authenticated at this time, in no particular manner.
    pub(crate) fn new(subject: impl Into<String>, auth_time: Timestamp) -> Self {
        Self { subject: subject.into(), auth_time, after_cutoff: None, acr: None, amr: vec![], connection: None }
    }

    /// Returns true if this login came after a cutoff, or if there is none.
    pub(crate) fn is_after(&self, cutoff: Option<Timestamp>) -> bool {
        cutoff.is_none_or(|since| self.auth_time >= since || self.after_cutoff.is_some_and(|after| after >= since))
    }
}
