//! Writes, and the one definition of when a write holds.

use super::{Record, RecordKey, Version, Versioned};
use crate::time::Timestamp;
use std::fmt;

/// One write of a [`Commit`](crate::Commit). Exhaustive: a store must know them all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Write {
    /// Writes a record where none is live.
    Insert {
        /// The key.
        key: RecordKey,
        /// The content.
        record: Record,
        /// The time at which it expires.
        expires: Timestamp,
        /// The owners it is listed under: a few at most, each once.
        owners: Vec<Owner>,
    },
    /// Replaces the record that was read, if its version has not changed.
    Replace {
        /// The key.
        key: RecordKey,
        /// The version that was read.
        on: Version,
        /// The new content.
        record: Record,
        /// The new time at which it expires.
        expires: Timestamp,
        /// The new owners, in place of those it had.
        owners: Vec<Owner>,
    },
    /// Removes the record that was read, if its version has not changed.
    Remove {
        /// The key.
        key: RecordKey,
        /// The version that was read.
        on: Version,
    },
    /// Writes nothing, and demands that the record is still on the version that was read, or (`None`) that there is still none. An
    /// expired record counts as none, since a store may have hidden it.
    Unchanged {
        /// The key.
        key: RecordKey,
        /// The version that was read.
        on: Option<Version>,
    },
    /// Keeps a notice until it is acknowledged, to be delivered from `due` on. Replaces the notice under the same key.
    Enqueue {
        /// The notice's own key.
        key: RecordKey,
        /// The content.
        record: Record,
        /// The earliest time of delivery.
        due: Timestamp,
    },
    /// Ends a notice that was delivered or given up. Does nothing if there is none.
    Acknowledge {
        /// The notice's own key.
        key: RecordKey,
    },
}

impl Write {
    /// The key this write is about; a commit has at most one write per key and is sorted by it.
    pub fn key(&self) -> &RecordKey {
        match self {
            Self::Insert { key, .. }
            | Self::Replace { key, .. }
            | Self::Remove { key, .. }
            | Self::Unchanged { key, .. }
            | Self::Enqueue { key, .. }
            | Self::Acknowledge { key } => key,
        }
    }

    /// Decides if this write holds over what the store found under its key, at the time of the commit. A store asks this of every
    /// write of a commit before it applies any.
    pub fn holds(&self, found: Option<&Versioned>, now: Timestamp) -> bool {
        match self {
            Self::Insert { .. } | Self::Unchanged { on: None, .. } => found.is_none_or(|found| found.expires <= now),
            Self::Replace { on, .. } | Self::Remove { on, .. } | Self::Unchanged { on: Some(on), .. } => {
                found.is_some_and(|found| found.version == *on)
            }
            Self::Enqueue { .. } | Self::Acknowledge { .. } => true,
        }
    }
}

/// A party that a record belongs to, by which administrators find it.
///
/// Its display form is a word, a space and the identifier: a stable text, different for different owners, for the index of a store.
/// Identifiers are at most 255 printable ASCII characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Owner {
    /// The client of this `client_id`.
    Client(String),
    /// The user with this subject identifier.
    Subject(String),
}

impl fmt::Display for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Client(id) => write!(f, "client {id}"),
            Self::Subject(id) => write!(f, "subject {id}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Kind;

    const NOW: Timestamp = Timestamp::from_seconds(1_000);

    #[test]
    fn a_write_holds_over_what_it_expects() {
        let key = RecordKey { issuer: "https://as.example".into(), kind: Kind::Code, id: "a".into() };
        let record = || Record::from_bytes(vec![]);
        let found = |version, expires| Some(Versioned { version: Version(version), expires, record: record() });
        let founds = [None, found(1, NOW), found(1, NOW.after(1)), found(2, NOW.after(1))];
        let on = Version(1);
        let writes = [
            (Write::Insert { key: key.clone(), record: record(), expires: NOW, owners: vec![] }, [true, true, false, false]),
            (Write::Replace { key: key.clone(), on, record: record(), expires: NOW, owners: vec![] }, [false, true, true, false]),
            (Write::Remove { key: key.clone(), on }, [false, true, true, false]),
            (Write::Unchanged { key: key.clone(), on: Some(on) }, [false, true, true, false]),
            (Write::Unchanged { key: key.clone(), on: None }, [true, true, false, false]),
            (Write::Enqueue { key: key.clone(), record: record(), due: NOW }, [true; 4]),
            (Write::Acknowledge { key }, [true; 4]),
        ];
        for (write, expected) in writes {
            assert_eq!(founds.each_ref().map(|found| write.holds(found.as_ref(), NOW)), expected, "{write:?}");
        }
    }

    #[test]
    fn owners_have_texts_of_their_own() {
        let owners = [Owner::Client("a".into()), Owner::Subject("a".into()), Owner::Client("subject a".into())];
        assert_eq!(owners.map(|owner| owner.to_string()), ["client a", "subject a", "client subject a"]);
    }
}
