//! What this exchange has been told so far. Asking for what is not there yet pauses the exchange (`?`).

use super::decision::Pause;
use super::step::{ClaimsRequest, DocumentRequest, FetchedDocument, KeyUse, Unavailable, UserClaims};
use crate::fault::Fault;
use crate::jose::JoseError;
use crate::policy::Policy;
use crate::record::{Key, RecordKey, Stored, Version, Versioned, Write, decode, encode};
use crate::time::Timestamp;
use std::any::Any;
use std::cell::{OnceCell, RefCell};
use std::collections::BTreeMap;
use std::ops::Deref;
use std::sync::Arc;

type Answered<T> = Result<T, Unavailable>;

/// Facts, and what was computed from them. The memos cache pure functions, so `decide` stays one.
#[derive(Default)]
pub(crate) struct Facts {
    records: BTreeMap<RecordKey, Answered<Option<Found>>>,
    documents: BTreeMap<DocumentRequest, Answered<FetchedDocument>>,
    key_uses: BTreeMap<KeyUse, Answered<Vec<u8>>>,
    claims: BTreeMap<ClaimsRequest, Answered<UserClaims>>,
    verified: RefCell<BTreeMap<String, Result<(), JoseError>>>,
    computed: RefCell<BTreeMap<String, Arc<dyn Any + Send + Sync>>>,
    policy: OnceCell<Result<Policy, crate::policy::Clash>>,
}

struct Found {
    versioned: Versioned,
    parsed: OnceCell<Box<dyn Any + Send>>,
}

impl Facts {
    /// `let (client, code, spent) = facts.load((a, b, c))?` reads all keys in one step.
    pub(crate) fn load<K: Keys>(&self, keys: K) -> Result<K::Found<'_>, Pause> {
        let mut wanted = vec![];
        keys.list(&mut wanted);
        wanted.retain(|key| !self.records.contains_key(key));
        if wanted.is_empty() { keys.find(self) } else { Err(Pause::Load(wanted)) }
    }

    /// What a key of the host's makes of something. No answer refuses where it was asked.
    pub(crate) fn use_key(&self, key_use: KeyUse) -> Result<&[u8], Pause> {
        Ok(known(&self.key_uses, key_use, Pause::UseKey)?.as_ref().map_err(|unavailable| *unavailable)?)
    }

    /// Claims of a subject. No answer refuses where it was asked.
    pub(crate) fn claims(&self, request: ClaimsRequest) -> Result<&UserClaims, Pause> {
        Ok(known(&self.claims, request, Pause::Claims)?.as_ref().map_err(|unavailable| *unavailable)?)
    }

    /// A document. What no answer means is left to the asker: a forced refetch that fails is an unknown key, not an outage.
    pub(crate) fn document(&self, request: DocumentRequest) -> Result<Answered<&FetchedDocument>, Pause> {
        Ok(known(&self.documents, request, Pause::Fetch)?.as_ref().map_err(|unavailable| *unavailable))
    }

    /// A signature check, done once per exchange. `subject` names what is checked against which key.
    pub(crate) fn verified(&self, subject: String, check: impl FnOnce() -> Result<(), JoseError>) -> Result<(), JoseError> {
        self.verified.borrow_mut().entry(subject).or_insert_with(check).clone()
    }

    /// Something parsed from a fact, once per exchange.
    pub(crate) fn computed<T: Send + Sync + 'static>(&self, name: &str, compute: impl FnOnce() -> T) -> Arc<T> {
        if let Some(Ok(known)) = self.computed.borrow().get(name).map(|known| known.clone().downcast::<T>()) {
            return known;
        }
        let value = Arc::new(compute());
        self.computed.borrow_mut().insert(name.to_owned(), value.clone());
        value
    }

    /// The policy in force for this exchange's client, computed once.
    pub(crate) fn policy(
        &self,
        compute: impl FnOnce() -> Result<Policy, crate::policy::Clash>,
    ) -> Result<&Policy, &crate::policy::Clash> {
        self.policy.get_or_init(compute).as_ref()
    }

    pub(super) fn loaded(&mut self, found: impl Iterator<Item = (RecordKey, Option<Versioned>)>) {
        for (key, versioned) in found {
            let found = versioned.map(|versioned| Found { versioned, parsed: OnceCell::new() });
            self.records.insert(key, Ok(found));
        }
    }

    /// Records that changed meanwhile: what was computed from the old ones is forgotten.
    pub(super) fn reloaded(&mut self, fresh: impl Iterator<Item = (RecordKey, Option<Versioned>)>) {
        self.policy = OnceCell::new();
        self.verified.get_mut().clear();
        self.computed.get_mut().clear();
        self.loaded(fresh);
    }

    pub(super) fn not_loaded(&mut self, keys: Vec<RecordKey>, unavailable: Unavailable) {
        self.records.extend(keys.into_iter().map(|key| (key, Err(unavailable))));
    }

    pub(super) fn fetched(&mut self, request: DocumentRequest, answer: Answered<FetchedDocument>) {
        self.documents.insert(request, answer);
    }

    pub(super) fn told(&mut self, request: ClaimsRequest, answer: Answered<UserClaims>) {
        self.claims.insert(request, answer);
    }

    pub(super) fn used(&mut self, key_use: KeyUse, answer: Answered<Vec<u8>>) {
        self.key_uses.insert(key_use, answer);
    }

    pub(super) fn read(&self) -> impl Iterator<Item = (&RecordKey, Option<Version>)> {
        self.records.iter().filter_map(|(key, found)| {
            let found = found.as_ref().ok()?;
            Some((key, found.as_ref().map(|found| found.versioned.version)))
        })
    }
}

fn known<Q: Ord, A>(facts: &BTreeMap<Q, A>, question: Q, pause: fn(Q) -> Pause) -> Result<&A, Pause> {
    facts.get(&question).ok_or_else(|| pause(question))
}

/// What lies under a key.
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

impl<'f, T: Stored> Entry<'f, T> {
    /// The record, unless it is absent or expired.
    pub(crate) fn live(self, now: Timestamp) -> Option<Held<'f, T>> {
        match self {
            Self::Found(held) if now < held.expires => Some(held),
            _ => None,
        }
    }

    /// Whether a record lies there and has not expired.
    pub(crate) fn is_live(&self, now: Timestamp) -> bool {
        matches!(self, Self::Found(held) if now < held.expires)
    }

    /// A write where nothing live lies.
    pub(crate) fn insert(&self, value: &T, expires: Timestamp) -> Write {
        let key = match self {
            Self::Found(held) => held.key.clone(),
            Self::Vacant(key) => key.clone(),
        };
        Write::Insert { key, record: encode(value), expires }
    }

    /// A write whatever lies there, on the version that was read.
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
        Write::Replace { key: self.key.clone(), on: self.version, record: encode(value), expires }
    }

    pub(crate) fn remove(&self) -> Write {
        Write::Remove { key: self.key.clone(), on: self.version }
    }
}

/// One key, an optional key or a tuple of keys: whatever is read in one step.
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
        let value = parsed.downcast_ref::<Option<T>>().and_then(Option::as_ref);
        let value = value.ok_or_else(|| Fault::new(format!("the record under {key} cannot be read")))?;
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
tuples! { (A 0, B 1) (A 0, B 1, C 2) (A 0, B 1, C 2, D 3) }
