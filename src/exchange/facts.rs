//! The facts of an exchange so far. Asking for one that is missing pauses the exchange (`?`).

use super::decision::Pause;
use super::effect::{DocumentRequest, FetchedDocument, KeyUse, List, Listed, Unavailable};
use super::question::{
    Answers, ClaimsRequest, CustomizeRequest, Customized, OutgoingRequest, OutgoingResponse, PermissionsRequest, Question,
    SubjectRequest, SubjectStatus, UserClaims, UserPermissions, for_each_question,
};
use crate::event::UnusableKeys;
use crate::jose::{JoseError, JwkSet, JwkSetError};
use crate::policy::{CompositionError, Policy};
use crate::record::{RecordKey, Versioned, Write};
use std::cell::{OnceCell, RefCell};
use std::collections::BTreeMap;
use std::sync::Arc;

mod entry;

pub(crate) use entry::{Entry, Held, Keys, Place};

type Answered<T> = Result<T, Unavailable>;

/// Facts, and results computed from them. The memos cache pure functions, so `decide` stays one.
#[derive(Default)]
pub(crate) struct Facts {
    records: BTreeMap<RecordKey, Answered<Option<Found>>>,
    lists: BTreeMap<List, Answered<Listed>>,
    documents: BTreeMap<DocumentRequest, Answered<FetchedDocument>>,
    key_uses: BTreeMap<KeyUse, Answered<Vec<u8>>>,
    pub(super) answers: Answers,
    signatures: RefCell<BTreeMap<(SignedBy, String), Result<(), JoseError>>>,
    key_sets: RefCell<BTreeMap<KeyOrigin, KeySet>>,
    policy: OnceCell<Result<Arc<Policy>, CompositionError>>,
}

struct KeySet {
    jwks_uri: Option<String>,
    set: Arc<Result<JwkSet, JwkSetError>>,
}

struct Found {
    versioned: Versioned,
    parsed: OnceCell<Box<dyn std::any::Any + Send>>,
}

/// The copy of a party's keys that is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum KeyOrigin {
    /// Registered by value.
    Registered,
    /// From the host's cache of `jwks_uri`.
    Cached,
    /// Fetched again for this exchange.
    Fresh,
}

/// The key that a signature is checked with, as far as it is not part of the signed value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum SignedBy {
    /// The key with this index in the set of its owner.
    Owner(KeyOrigin, usize),
    /// The key in the header of a DPoP proof.
    Proof,
    /// The key of ours with this `kid` in the header.
    Server,
}

impl Facts {
    /// `let (client, code, used) = facts.load((a, b, c))?` reads all keys in one step.
    pub(crate) fn load<K: Keys>(&self, keys: K) -> Result<K::Found<'_>, Pause> {
        let mut wanted = vec![];
        keys.list(&mut wanted);
        wanted.retain(|key| !self.records.contains_key(key));
        if wanted.is_empty() { keys.find(self) } else { Err(Pause::Load(wanted)) }
    }

    /// A page of records. A record has to be loaded before it is written: a page does not suffice.
    pub(crate) fn list(&self, list: List) -> Result<&Listed, Pause> {
        known(&self.lists, list, Pause::List)
    }

    /// The result of using a key of the host's. Without an answer, the exchange is refused here.
    pub(crate) fn use_key(&self, key_use: KeyUse) -> Result<&[u8], Pause> {
        Ok(known(&self.key_uses, key_use, Pause::UseKey)?)
    }

    /// A document. The caller decides what no answer means: a forced refetch that fails is an unknown key, not an outage.
    pub(crate) fn document(&self, request: DocumentRequest) -> Result<Answered<&FetchedDocument>, Pause> {
        let answer = self.documents.get(&request).ok_or(Pause::Fetch(request))?;
        Ok(answer.as_ref().map_err(|unavailable| *unavailable))
    }

    /// A signature check, done once per exchange.
    pub(crate) fn verified(
        &self,
        by: SignedBy,
        compact: &str,
        check: impl FnOnce() -> Result<(), JoseError>,
    ) -> Result<(), JoseError> {
        self.signatures.borrow_mut().entry((by, compact.to_owned())).or_insert_with(check).clone()
    }

    /// The keys from this origin, parsed once per exchange.
    pub(crate) fn key_set(
        &self,
        origin: KeyOrigin,
        jwks_uri: Option<&str>,
        parse: impl FnOnce() -> Result<JwkSet, JwkSetError>,
    ) -> Arc<Result<JwkSet, JwkSetError>> {
        let mut sets = self.key_sets.borrow_mut();
        let read = || KeySet { jwks_uri: jwks_uri.map(str::to_owned), set: Arc::new(parse()) };
        sets.entry(origin).or_insert_with(read).set.clone()
    }

    /// What cannot be used of the key sets; of a set that was fetched again, what cannot be used of the newer one.
    pub(super) fn unusable_keys(&self) -> Vec<UnusableKeys> {
        let sets = self.key_sets.borrow();
        let current = |origin: &KeyOrigin| *origin != KeyOrigin::Cached || !sets.contains_key(&KeyOrigin::Fresh);
        let unusable = sets.iter().filter(|(origin, _)| current(origin)).map(|(_, read)| match &*read.set {
            Ok(set) => UnusableKeys { jwks_uri: read.jwks_uri.clone(), set: None, skipped: set.skipped().to_vec() },
            Err(error) => UnusableKeys { jwks_uri: read.jwks_uri.clone(), set: Some(error.clone()), skipped: vec![] },
        });
        unusable.filter(|unusable| unusable.set.is_some() || !unusable.skipped.is_empty()).collect()
    }

    /// The policy in force for this exchange's client, looked up once.
    pub(crate) fn policy(
        &self,
        compose: impl FnOnce() -> Result<Arc<Policy>, CompositionError>,
    ) -> Result<&Arc<Policy>, &CompositionError> {
        self.policy.get_or_init(compose).as_ref()
    }

    pub(super) fn loaded(&mut self, found: impl Iterator<Item = (RecordKey, Option<Versioned>)>) {
        for (key, versioned) in found {
            let found = versioned.map(|versioned| Found { versioned, parsed: OnceCell::new() });
            self.records.insert(key, Ok(found));
        }
    }

    /// Replaces records that changed meanwhile and forgets everything computed from the old ones.
    pub(super) fn reloaded(&mut self, fresh: impl Iterator<Item = (RecordKey, Option<Versioned>)>) {
        self.policy = OnceCell::new();
        self.signatures.get_mut().clear();
        self.key_sets.get_mut().clear();
        self.lists.clear();
        self.loaded(fresh);
    }

    pub(super) fn not_loaded(&mut self, keys: Vec<RecordKey>, unavailable: Unavailable) {
        self.records.extend(keys.into_iter().map(|key| (key, Err(unavailable))));
    }

    pub(super) fn listed(&mut self, list: List, answer: Answered<Listed>) {
        self.lists.insert(list, answer);
    }

    pub(super) fn fetched(&mut self, request: DocumentRequest, answer: Answered<FetchedDocument>) {
        self.documents.insert(request, answer);
    }

    pub(super) fn used(&mut self, key_use: KeyUse, answer: Answered<Vec<u8>>) {
        self.key_uses.insert(key_use, answer);
    }

    /// Makes the writes conditional on everything that was read: each record that was read and is not written must be unchanged.
    pub(super) fn add_read_preconditions(&self, writes: &mut Vec<Write>) {
        for (key, found) in &self.records {
            let Ok(found) = found else { continue };
            let on = found.as_ref().map(|found| found.versioned.version);
            if writes.iter().all(|write| write.key() != key) {
                writes.push(Write::Unchanged { key: key.clone(), on });
            }
        }
    }
}

/// The answer to a question; a missing one pauses, and no answer refuses where it was asked.
fn known<Q: Ord, A>(facts: &BTreeMap<Q, Answered<A>>, question: Q, pause: impl FnOnce(Q) -> Pause) -> Result<&A, Pause> {
    let answer = facts.get(&question).ok_or_else(|| pause(question))?;
    Ok(answer.as_ref().map_err(|unavailable| *unavailable)?)
}

macro_rules! define {
    ($($(#[$doc:meta])* $method:ident: $name:ident($request:ident) -> $answer:ident, $default:expr;)*) => {
        impl Facts {
            $(
                $(#[$doc])*
                pub(crate) fn $method(&self, request: $request) -> Result<&$answer, Pause> {
                    known(&self.answers.$method, request, |request| Pause::Ask(Box::new(Question::$name(request))))
                }
            )*
        }
    };
}
for_each_question!(define);

#[cfg(test)]
impl Facts {
    /// Records an answer before it was asked for.
    pub(super) fn answer_claims(&mut self, request: ClaimsRequest, answer: UserClaims) {
        self.answers.claims.insert(request, Ok(answer));
    }

    pub(super) fn answer_subject(&mut self, request: SubjectRequest, answer: SubjectStatus) {
        self.answers.subject.insert(request, Ok(answer));
    }
}
