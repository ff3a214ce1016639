//! Records that were read, and the writes that they allow.

use super::Facts;
use crate::exchange::{Pause, Unavailable};
use crate::fault::Fault;
use crate::record::{Key, RecordKey, Stored, Unreadable, Version, Write, decode, encode};
use crate::time::Timestamp;
use std::ops::Deref;

/// The content of a key.
pub(crate) enum Entry<'f, T> {
    Found(Held<'f, T>),
    Vacant(RecordKey),
}

/// A record that was read; the only way to write over it.
pub(crate) struct Held<'f, T> {
    key: &'f RecordKey,
    version: Version,
    expires: Timestamp,
    value: &'f T,
}

impl<T> Clone for Held<'_, T> {
    fn clone(&self) -> Self {
        Self { key: self.key, version: self.version, expires: self.expires, value: self.value }
    }
}

impl<T> Deref for Held<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.value
    }
}

impl<T> Clone for Entry<'_, T> {
    fn clone(&self) -> Self {
        match self {
            Self::Found(held) => Self::Found(held.clone()),
            Self::Vacant(key) => Self::Vacant(key.clone()),
        }
    }
}

impl<'f, T: Stored> Entry<'f, T> {
    /// The record, unless it is absent or expired.
    pub(crate) fn live(self, now: Timestamp) -> Option<Held<'f, T>> {
        match self {
            Self::Found(held) if now < held.expires => Some(held),
            _ => None,
        }
    }

    /// Returns true if there is a record that has not expired.
    pub(crate) fn is_live(&self, now: Timestamp) -> bool {
        matches!(self, Self::Found(held) if now < held.expires)
    }

    /// A write that requires the key to hold no live record.
    pub(crate) fn insert(&self, value: &T, expires: Timestamp) -> Write {
        let key = match self {
            Self::Found(held) => held.key.clone(),
            Self::Vacant(key) => key.clone(),
        };
        Write::Insert { key, record: encode(value), expires, owners: value.owners() }
    }

    /// A write over the present content, on the version that was read.
    pub(crate) fn put(&self, value: &T, expires: Timestamp) -> Write {
        match self {
            Self::Found(held) => held.replace(value, expires),
            Self::Vacant(_) => self.insert(value, expires),
        }
    }
}

impl<'f, T: Stored> Held<'f, T> {
    pub(crate) fn id(&self) -> &'f str {
        &self.key.id
    }

    pub(crate) fn get(&self) -> &'f T {
        self.value
    }

    pub(crate) fn expires(&self) -> Timestamp {
        self.expires
    }

    pub(crate) fn replace(&self, value: &T, expires: Timestamp) -> Write {
        let owners = value.owners();
        Write::Replace { key: self.key.clone(), on: self.version, record: encode(value), expires, owners }
    }

    pub(crate) fn remove(&self) -> Write {
        Write::Remove { key: self.key.clone(), on: self.version }
    }
}

/// A key whose record is removed or written over, whatever it holds: a malformed record must not keep its client from being removed
/// or registered again.
pub(crate) struct Place<T>(pub(crate) Key<T>);

/// The record at such a key, if there is one.
pub(crate) struct Occupied {
    key: RecordKey,
    on: Option<Version>,
}

impl Occupied {
    /// A write over the record that was read, or an insert if there was none.
    pub(crate) fn put<T: Stored>(self, value: &T, expires: Timestamp) -> Write {
        let (key, record, owners) = (self.key, encode(value), value.owners());
        match self.on {
            Some(on) => Write::Replace { key, on, record, expires, owners },
            None => Write::Insert { key, record, expires, owners },
        }
    }

    /// The removal of the record; `None` if there is none.
    pub(crate) fn remove(self) -> Option<Write> {
        Some(Write::Remove { on: self.on?, key: self.key })
    }
}

impl<T: Stored> Keys for Place<T> {
    type Found<'f> = Occupied;

    fn list(&self, into: &mut Vec<RecordKey>) {
        self.0.list(into);
    }

    fn find(self, facts: &Facts) -> Result<Occupied, Pause> {
        let found = facts.records.get(&self.0.0).ok_or_else(|| Pause::Load(vec![self.0.0.clone()]))?;
        let found = found.as_ref().map_err(|unavailable| *unavailable)?;
        match found.as_ref().map(|found| decode::<T>(&found.versioned.record)) {
            // The nodes of the newer version would lose what they wrote.
            Some(Err(Unreadable::Newer)) => Err(Unavailable.into()),
            _ => Ok(Occupied { key: self.0.0, on: found.as_ref().map(|found| found.versioned.version) }),
        }
    }
}

/// Keys that are read in one step: one key, an optional key, a tuple of keys, or keys whose records are used later.
pub(crate) trait Keys {
    type Found<'f>;
    fn list(&self, into: &mut Vec<RecordKey>);
    fn find(self, facts: &Facts) -> Result<Self::Found<'_>, Pause>;
}

impl<T: Stored> Keys for Key<T> {
    type Found<'f> = Entry<'f, T>;

    fn list(&self, into: &mut Vec<RecordKey>) {
        into.push(self.0.clone());
    }

    fn find(self, facts: &Facts) -> Result<Entry<'_, T>, Pause> {
        let (key, found) = facts.records.get_key_value(&self.0).ok_or_else(|| Pause::Load(vec![self.0.clone()]))?;
        let Some(found) = found.as_ref().map_err(|unavailable| *unavailable)? else { return Ok(Entry::Vacant(self.0)) };
        let parsed = found.parsed.get_or_init(|| Box::new(decode::<T>(&found.versioned.record)));
        let value = match parsed.downcast_ref::<Result<T, Unreadable>>() {
            Some(Ok(value)) => value,
            Some(Err(Unreadable::Newer)) => return Err(Unavailable.into()),
            Some(Err(Unreadable::Malformed)) | None => {
                return Err(Fault::new(format!("the record under {key} cannot be read")).into());
            }
        };
        Ok(Entry::Found(Held { key, version: found.versioned.version, expires: found.versioned.expires, value }))
    }
}

impl<K: Keys> Keys for Option<K> {
    type Found<'f> = Option<K::Found<'f>>;

    fn list(&self, into: &mut Vec<RecordKey>) {
        if let Some(keys) = self {
            keys.list(into);
        }
    }

    fn find(self, facts: &Facts) -> Result<Self::Found<'_>, Pause> {
        self.map(|keys| keys.find(facts)).transpose()
    }
}

macro_rules! tuples {
    ($(($($keys:ident $index:tt),*))*) => { $(
        impl<$($keys: Keys),*> Keys for ($($keys,)*) {
            type Found<'f> = ($($keys::Found<'f>,)*);

            fn list(&self, into: &mut Vec<RecordKey>) {
                $(self.$index.list(into);)*
            }

            fn find(self, facts: &Facts) -> Result<Self::Found<'_>, Pause> {
                Ok(($(self.$index.find(facts)?,)*))
            }
        }
    )* };
}
tuples! {
    (A 0, B 1)
    (A 0, B 1, C 2)
    (A 0, B 1, C 2, D 3)
    (A 0, B 1, C 2, D 3, E 4)
    (A 0, B 1, C 2, D 3, E 4, F 5)
}

/// Reads ahead: the records are found again by their typed keys.
impl Keys for Vec<RecordKey> {
    type Found<'f> = ();

    fn list(&self, into: &mut Vec<RecordKey>) {
        into.extend(self.iter().cloned());
    }

    fn find(self, _: &Facts) -> Result<(), Pause> {
        Ok(())
    }
}
