//! The key to encrypt for a party with.

use super::{KeySet, KeySource};
use crate::exchange::{Pause, Turn};
use crate::jose::{EncryptionKey, JwkSetError, KeyManagement};
use crate::reason::Reason;
use crate::requirement::{Requirement, oidcc};
use std::fmt;

impl KeySource<'_> {
    /// The party's key for this algorithm; a published set that has none is fetched once more.
    pub(crate) fn recipient(
        &self,
        turn: &Turn<'_>,
        algorithm: KeyManagement,
    ) -> Result<Result<EncryptionKey, NoRecipient>, Pause> {
        let found = self.look_up(turn, |set, _| in_set(set, algorithm), |_| true)?;
        Ok(found.unwrap_or(Err(NoRecipient::None)))
    }
}

/// The first of the set's keys for this algorithm.
pub(crate) fn in_set(set: &KeySet, algorithm: KeyManagement) -> Result<EncryptionKey, NoRecipient> {
    let set = set.as_ref().map_err(|error| NoRecipient::Set(error.clone()))?;
    set.recipients(algorithm).into_iter().next().ok_or(NoRecipient::None)
}

/// Why nothing can be encrypted for a party.
pub(crate) enum NoRecipient {
    /// None of its keys is for the algorithm.
    None,
    /// Its set cannot be used.
    Set(JwkSetError),
}

impl Reason for NoRecipient {
    fn basis(&self) -> &'static Requirement {
        match self {
            Self::None => &oidcc::ENCRYPTION_KEY,
            Self::Set(error) => error.basis(),
        }
    }
}

impl fmt::Display for NoRecipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("it has no key to encrypt for"),
            Self::Set(error) => error.told().fmt(f),
        }
    }
}
