//! Cutoffs: a moment before which everything issued to a user or a client is void.
//!
//! Withdrawing everything is then one write, and checking it one key, without a scan of what was issued.

use crate::entropy::digest;
use crate::exchange::Entry;
use crate::primitives::Primitives;
use crate::record::{Kind, Stored};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// Everything that rests on a login of this subject before this moment is void.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SubjectCutoff {
    pub(crate) since: Timestamp,
}

/// Everything that was issued to this client before this moment is void.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ClientCutoff {
    pub(crate) since: Timestamp,
}

impl Stored for SubjectCutoff {
    const KIND: Kind = Kind::SubjectCutoff;
}

impl Stored for ClientCutoff {
    const KIND: Kind = Kind::ClientCutoff;
}

impl SubjectCutoff {
    pub(crate) fn id(primitives: &dyn Primitives, subject: &str) -> String {
        digest(primitives, format!("epoch\0{subject}").as_bytes())
    }

    /// Returns true if a login of that time still counts.
    pub(crate) fn admits(cutoff: Entry<'_, Self>, auth_time: Option<Timestamp>, now: Timestamp) -> bool {
        cutoff.live(now).is_none_or(|cutoff| auth_time.is_some_and(|auth_time| auth_time >= cutoff.since))
    }
}

impl ClientCutoff {
    /// Returns true if something issued at that time still counts.
    pub(crate) fn admits(cutoff: Entry<'_, Self>, issued_at: Timestamp, now: Timestamp) -> bool {
        cutoff.live(now).is_none_or(|cutoff| issued_at >= cutoff.since)
    }
}
