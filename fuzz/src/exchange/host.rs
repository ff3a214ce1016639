//! A host that answers as the input determines, and checks the requests that it receives.

use super::input::Input;
use super::wallet::{self, STRANGERS_KEY};
use bytes::Bytes;
use fapi::jose::{Json, Object};
use fapi::primitives::{aws_lc, sha256};
use fapi::record::{Kind, Record, RecordKey, Version, Versioned, Write};
use fapi::*;
use std::collections::BTreeMap;
use std::fmt::Debug;

#[derive(Default)]
pub struct Host {
    store: Memory,
    before: Memory,
    /// The time on the host's clock.
    pub now: i64,
    /// The key that is published at the client's address, as a number in the wallet.
    pub published: u8,
    /// The key that was last fetched from there, and the time.
    fetched: Option<(u8, i64)>,
}

/// The observations of one exchange.
#[derive(Default)]
struct Seen {
    records: BTreeMap<RecordKey, Option<Version>>,
    applied: Option<Vec<Write>>,
    /// The host gave an answer that hosts must not give.
    nonsense: bool,
    conflicts: u8,
    steps: usize,
}

impl Host {
    pub fn new(store: Memory, now: i64) -> Self {
        Self { store, now, published: 1, ..Self::default() }
    }

    pub fn into_store(self) -> Memory {
        self.store
    }

    /// Runs one exchange twice. Both runs must ask the same questions and receive the same answers.
    pub fn run<R: Reply + Debug>(&mut self, [mut step, mut twin]: [Step<R>; 2], input: &mut Input<'_>) -> Outcome<R> {
        let mut seen = Seen::default();
        loop {
            seen.steps += 1;
            let last = seen.applied.is_none() || matches!(step, Step::Done(_));
            assert!(last, "an applied commit must be the last step");
            (step, twin) = match (step, twin) {
                (Step::Load(asked, then), Step::Load(again, other)) => {
                    assert_eq!(asked, again);
                    assert!(asked.keys.windows(2).all(|pair| pair[0] < pair[1]) && !asked.keys.is_empty());
                    let answer = self.load(&asked, input, &mut seen);
                    (then.resume(answer.clone()), other.resume(answer))
                }
                (Step::Fetch(asked, then), Step::Fetch(again, other)) => {
                    assert_eq!(asked, again);
                    let answer = self.fetch(&asked, input);
                    (then.resume(answer.clone()), other.resume(answer))
                }
                (Step::Ask(Ask::Claims(asked, then)), Step::Ask(Ask::Claims(again, other))) => {
                    assert_eq!(asked, again);
                    let known = || vec![("email".to_owned(), "alice@example.com".into())];
                    let answer = if input.byte() >= 250 { Err(Unavailable) } else { Ok(known()) };
                    (then.resume(answer.clone()), other.resume(answer))
                }
                (Step::Ask(Ask::Subject(asked, then)), Step::Ask(Ask::Subject(again, other))) => {
                    assert_eq!(asked, again);
                    let answer = match input.byte() {
                        250..=252 => Err(Unavailable),
                        253.. => Ok(SubjectStatus::Inactive),
                        _ => Ok(SubjectStatus::Active),
                    };
                    (then.resume(answer), other.resume(answer))
                }
                (Step::UseKey(asked, then), Step::UseKey(again, other)) => {
                    assert!(asked == again);
                    let answer = use_key(&asked, input, &mut seen);
                    (then.resume(answer.clone()), other.resume(answer))
                }
                (Step::Commit(asked, then), Step::Commit(again, other)) => {
                    assert_eq!(asked, again);
                    seen.may_write(&asked.writes);
                    let answer = self.commit(&asked, input, &mut seen);
                    (then.resume(answer.clone()), other.resume(answer))
                }
                (Step::Done(outcome), Step::Done(again)) => {
                    assert_eq!(format!("{:?}", outcome), format!("{:?}", again));
                    seen.may_end(&outcome.event);
                    return outcome;
                }
                _ => panic!("two runs of one exchange differ"),
            };
        }
    }

    fn load(&self, load: &Load, input: &mut Input<'_>, seen: &mut Seen) -> Result<Loaded, Unavailable> {
        let mut found = self.store.load(&load.keys);
        let at = usize::from(input.byte());
        let last = found.len() - 1;
        match at {
            248 => found = self.before.load(&load.keys),
            249 => found[last] = None,
            250 => found[0] = None,
            251 => return Err(Unavailable),
            252 => drop(found.pop()),
            253 => found.push(None),
            254 => found[last] = Some(garbage()),
            255 => found.reverse(),
            _ => {}
        }
        seen.nonsense |= (252..=255).contains(&at);
        let versions = found.iter().map(|found| found.as_ref().map(|found| found.version));
        seen.records.extend(load.keys.iter().cloned().zip(versions));
        Ok(found)
    }

    /// Returns the client's keys from the cache, unless the exchange demands fresh ones or the cached ones are old.
    fn fetch(&mut self, asked: &DocumentRequest, input: &mut Input<'_>) -> Result<FetchedDocument, Unavailable> {
        let cached = self.fetched.filter(|(_, at)| asked.not_before.is_none() && self.now - at <= 300);
        let (key, at) = cached.unwrap_or((self.published, self.now));
        let keys = wallet::jwks;
        let (keys, at) = match input.byte() {
            248 => (Json::Object(keys(key)), at - 86_400),
            249 => (Json::Object(keys(key)), at + 86_400),
            250 => (Json::Object(keys(STRANGERS_KEY)), at),
            251 => return Err(Unavailable),
            252 => (Json::Object(Object::new().with("keys", Vec::<Json>::new())), at),
            253 => ("no keys".into(), at),
            254 => (Json::Object(keys(key).with("keys", vec![Json::Null; 300])), at),
            255 => return Ok(FetchedDocument::new(Bytes::from_static(b"\xff{"), Timestamp::from_seconds(at))),
            _ => {
                self.fetched = Some((key, at));
                (Json::Object(keys(key)), at)
            }
        };
        Ok(FetchedDocument::new(keys.to_string(), Timestamp::from_seconds(at)))
    }

    fn commit(&mut self, commit: &Commit, input: &mut Input<'_>, seen: &mut Seen) -> Result<Committed, Unavailable> {
        let choice = input.byte();
        let before = self.store.clone();
        let answer = match choice {
            249 => Committed::Unknown,
            250 => return Err(Unavailable),
            251.. => {
                let keys: Vec<_> = commit.writes.iter().map(|write| write.key().clone()).collect();
                let mut lies: Vec<_> = keys.iter().cloned().zip(self.store.load(&keys)).collect();
                match choice {
                    252 => lies.iter_mut().for_each(|(_, found)| *found = None),
                    253 => lies.clear(),
                    254 => lies[0].1 = Some(garbage()),
                    _ => {}
                }
                seen.nonsense |= choice >= 252;
                Committed::Conflict(lies)
            }
            _ => self.store.commit(commit),
        };
        match &answer {
            Committed::Applied => {
                self.before = before;
                seen.applied = Some(commit.writes.clone());
            }
            Committed::Conflict(lies) => {
                seen.conflicts += 1;
                let versions = lies.iter().map(|(key, found)| (key.clone(), found.as_ref().map(|found| found.version)));
                seen.records.extend(versions);
            }
            Committed::Unknown => {}
        }
        Ok(answer)
    }
}

fn garbage() -> Versioned {
    Versioned { version: Version(u64::MAX), expires: Timestamp::NEVER, record: Record::from_bytes(b"{}".to_vec()) }
}

fn use_key(key_use: &KeyUse, input: &mut Input<'_>, seen: &mut Seen) -> Result<Vec<u8>, Unavailable> {
    let choice = input.byte();
    seen.nonsense |= choice >= 251;
    match (choice, key_use) {
        (250, _) => Err(Unavailable),
        (251, _) => Ok(vec![]),
        (252.., _) => Ok(vec![choice; 1_000]),
        (_, KeyUse::Sign { input, .. }) => Ok(wallet::sign(wallet::SERVERS_KEY, input)),
        (_, KeyUse::Mac { input }) => Ok(sha256(aws_lc(), &[b"key", &input[..]].concat()).to_vec()),
        (_, KeyUse::Seal { input } | KeyUse::Open { input }) => Ok(input.iter().map(|octet| octet ^ 0x55).collect()),
        _ => Err(Unavailable),
    }
}

impl Seen {
    /// Checks that there is one write per key, in order, each on the version that was read.
    fn may_write(&self, writes: &[Write]) {
        assert!(!writes.is_empty() && writes.windows(2).all(|pair| pair[0].key() < pair[1].key()), "{writes:?}");
        for write in writes {
            let read = self.records.get(write.key());
            match write {
                Write::Replace { on, .. } | Write::Remove { on, .. } => assert_eq!(read, Some(&Some(*on)), "{write:?}"),
                Write::Unchanged { on, .. } => assert_eq!(read, Some(on), "{write:?}"),
                _ => {}
            }
        }
    }

    fn may_end(&self, event: &Event) {
        assert!(event.turns <= 8 + 8 * self.conflicts && self.steps <= 80, "{} turns, {} steps", event.turns, self.steps);
        match &event.disposition {
            Disposition::Refused { .. } => self.applied.iter().flatten().for_each(may_refuse_with),
            Disposition::Fault(fault) => assert!(self.nonsense, "{fault}"),
            Disposition::Unavailable | Disposition::CommitUnknown => assert!(self.applied.is_none(), "written but not confirmed"),
            _ => {}
        }
    }
}

/// Checks the writes of a refusal: a proof is used up, a grant is revoked, an interaction and its request have ended.
fn may_refuse_with(write: &Write) {
    let known = match write {
        Write::Insert { key, .. } => key.kind == Kind::UseMarker,
        Write::Replace { key, .. } => key.kind == Kind::Grant,
        Write::Remove { key, .. } => matches!(key.kind, Kind::Interaction | Kind::Pushed),
        Write::Unchanged { .. } => true,
        _ => false,
    };
    assert!(known, "a refusal writes {write:?}");
}
