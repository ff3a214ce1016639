//! A host whose answers are missing, stale, of the wrong kind, conflicting or late. It compares two runs of one exchange.

use super::scene::{Entry, Scene, shown};
use crate::support::World;
use fapi::record::{Record, RecordKey, Version, Versioned, Write};
use fapi::*;
use rustls_pki_types::CertificateDer;
use std::collections::BTreeMap;

/// The way in which a step is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    Right,
    Missing,
    /// An earlier state.
    Stale,
    /// An answer that hosts must not give.
    WrongKind,
    /// A conflict with another writer, real or claimed. The records are in the order of their keys, or reversed.
    Conflict {
        reversed: bool,
    },
    /// Other exchanges write before the answer arrives.
    Late,
    /// The outcome of the commit is unknown.
    Unknown,
}

/// An exchange from the host's point of view.
#[derive(Default)]
pub struct Seen {
    /// Every question, in order.
    pub asked: Vec<String>,
    /// The records that were read, with their versions.
    pub records: BTreeMap<RecordKey, Option<Version>>,
    pub commits: Vec<Commit>,
    /// The writes that were applied.
    pub applied: Option<Vec<Write>>,
    /// The number of steps after those writes, without the last one.
    pub after: usize,
    pub conflicts: u8,
    /// A commit failed, or its outcome is unknown.
    pub unsure: bool,
    /// The host gave an answer that hosts must not give.
    pub nonsense: bool,
    /// The complete result of the exchange, to the octet.
    pub told: String,
    /// The bearer values in the reply.
    pub handles: Vec<String>,
    pub event: Option<Event>,
}

pub struct Host<'s> {
    scene: &'s Scene,
    answers: &'s [Answer],
    at: usize,
}

/// Gives access to the complete text of any kind of reply, and to the bearer values in it.
pub trait Told: Reply {
    fn told(&self) -> (String, Vec<String>);
}

fn response(response: &Response) -> (String, Vec<String>) {
    let mut handles = vec![];
    if let Ok(serde_json::Value::Object(body)) = serde_json::from_slice(response.body()) {
        let rights = ["access_token", "refresh_token", "id_token", "request_uri"];
        handles.extend(rights.iter().filter_map(|name| body.get(*name)?.as_str()).map(str::to_owned));
    }
    if response.headers().contains_key("location") {
        handles.extend(crate::support::redirected(response, "code"));
    }
    let handles = handles.iter().map(|handle| handle.rsplit(':').next().unwrap_or_default().to_owned()).collect();
    (format!("{} {:?} {:?}", response.status(), response.headers(), response.body()), handles)
}

impl Told for Response {
    fn told(&self) -> (String, Vec<String>) {
        response(self)
    }
}

impl Told for Navigation {
    fn told(&self) -> (String, Vec<String>) {
        match self {
            Self::Respond(told) => response(told),
            Self::Inform(page) => response(&page.response()),
            Self::Interact(prompt) => {
                let handles = vec![prompt.id.as_str().to_owned(), prompt.browser.as_str().to_owned()];
                (format!("{prompt:?} {handles:?}"), handles)
            }
        }
    }
}

impl Told for Access {
    fn told(&self) -> (String, Vec<String>) {
        match self {
            Self::Denied(denied) => response(denied),
            Self::Allowed(authorized) => (format!("{authorized:?}"), vec![]),
        }
    }
}

impl Told for Registered {
    fn told(&self) -> (String, Vec<String>) {
        if let Self::Refused(refused) = self { response(refused) } else { ("stored".into(), vec![]) }
    }
}

impl Told for SubjectRevoked {
    fn told(&self) -> (String, Vec<String>) {
        if let Self::Failed(failed) = self { response(failed) } else { ("revoked".into(), vec![]) }
    }
}

/// Runs a scene twice with these answers. Both runs must take the same course.
pub fn play(scene: &Scene, answers: &[Answer]) -> Seen {
    let world = &scene.world;
    let server = &world.server;
    let context = || {
        let context = Context::new(Timestamp::from_seconds(world.now.get()), Entropy::new([77; 32]));
        match &*world.nonces.borrow() {
            Some(nonces) => context.dpop_nonces(nonces.clone()),
            None => context,
        }
    };
    let leaf = scene.certificate.map(CertificateDer::from);
    let inbound = || Inbound::new(&scene.request).certificates(shown(leaf.as_ref()));
    let mut host = Host { scene, answers, at: 0 };
    match &scene.entry {
        Entry::Push => host.run(|| server.pushed_authorization_request(inbound(), context())),
        Entry::Authorize(session) => host.run(|| server.authorization_request(inbound().session(session.as_ref()), context())),
        Entry::Answer(prompt, verdict) => {
            host.run(|| server.answer(inbound().browser(Some(&prompt.browser)), &prompt.id, verdict.clone(), context()))
        }
        Entry::Reload(prompt) => host.run(|| server.interaction(inbound().browser(Some(&prompt.browser)), &prompt.id, context())),
        Entry::Token => host.run(|| server.token_request(inbound(), context())),
        Entry::Userinfo => host.run(|| server.userinfo_request(inbound(), context())),
        Entry::Resource => {
            let at = EndpointAddress::Resource("https://api.example/accounts");
            host.run(|| {
                server.resource_server("https://api.example").expect("an API").protect(
                    inbound().at(at),
                    Scene::needed(),
                    context(),
                )
            })
        }
        Entry::Introspect => host.run(|| server.introspection_request(inbound(), context())),
        Entry::Revoke => host.run(|| server.revocation_request(inbound(), context())),
        Entry::Enrol(metadata, secret) => host.run(|| {
            let secret = secret.map(|secret| Secret::from(secret.to_owned()));
            let mut registration = Registration::of(ClientMetadata::clone(metadata));
            registration.secret = secret.into();
            server.register(vec![registration], context())
        }),
        Entry::RevokeSubject => host.run(|| server.revoke_subject("alice", context())),
    }
}

impl Host<'_> {
    fn run<R: Told>(&mut self, begin: impl Fn() -> Step<R>) -> Seen {
        let mut seen = Seen::default();
        let (mut step, mut twin) = (begin(), begin());
        loop {
            let ended = matches!(step, Step::Done(_));
            seen.after += usize::from(seen.applied.is_some() && !ended);
            assert!(seen.asked.len() < 200, "the exchange must end");
            (step, twin) = match (step, twin) {
                (Step::Load(asked, then), Step::Load(again, other)) => {
                    seen.ask(&asked, &again);
                    let answer = self.load(&asked, &mut seen);
                    (then.resume(answer.clone()), other.resume(answer))
                }
                (Step::Fetch(asked, then), Step::Fetch(again, other)) => {
                    seen.ask(&asked, &again);
                    let answer = self.fetch(&asked);
                    (then.resume(answer.clone()), other.resume(answer))
                }
                (Step::Ask(Ask::Claims(asked, then)), Step::Ask(Ask::Claims(again, other))) => {
                    seen.ask(&asked, &again);
                    let answer = self.claims(&asked, &mut seen);
                    (then.resume(answer.clone()), other.resume(answer))
                }
                (Step::Ask(Ask::Subject(asked, then)), Step::Ask(Ask::Subject(again, other))) => {
                    seen.ask(&asked, &again);
                    let answer = match self.next() {
                        Answer::Missing => Err(Unavailable),
                        _ => fapi::Host::subject(&self.scene.world, &asked),
                    };
                    (then.resume(answer), other.resume(answer))
                }
                (Step::UseKey(asked, then), Step::UseKey(again, other)) => {
                    assert!(asked == again, "two runs of one exchange differ");
                    seen.asked.push(key_use_text(&asked));
                    let answer = self.use_key(&asked, &mut seen);
                    (then.resume(answer.clone()), other.resume(answer))
                }
                (Step::Commit(asked, then), Step::Commit(again, other)) => {
                    assert_eq!(asked, again, "two runs of one exchange differ");
                    seen.commits.push(asked.clone());
                    let answer = self.commit(&asked, &mut seen);
                    (then.resume(answer.clone()), other.resume(answer))
                }
                (Step::Done(outcome), Step::Done(again)) => {
                    let whole = |outcome: &Outcome<R>| format!("{} {:?}", outcome.reply.told().0, outcome.event);
                    assert_eq!(whole(&outcome), whole(&again), "two runs of one exchange differ");
                    (seen.told, seen.handles) = outcome.reply.told();
                    if let SessionChange::Start { session, .. } = &outcome.session {
                        seen.handles.push(session.as_str().to_owned());
                    }
                    seen.event = Some(outcome.event);
                    return seen;
                }
                _ => panic!("two runs of one exchange differ"),
            };
        }
    }

    fn next(&mut self) -> Answer {
        self.at += 1;
        let answer = self.answers.get(self.at - 1).copied().unwrap_or(Answer::Right);
        if answer == Answer::Late {
            others_write(&self.scene.world);
        }
        answer
    }

    fn load(&mut self, load: &Load, seen: &mut Seen) -> Result<Loaded, Unavailable> {
        let mut found = self.scene.world.store.borrow().load(&load.keys);
        match self.next() {
            Answer::Missing => return Err(Unavailable),
            Answer::Stale => found = self.scene.before.load(&load.keys),
            Answer::WrongKind => {
                seen.nonsense = true;
                found.iter_mut().for_each(|found| *found = Some(garbage()));
            }
            Answer::Unknown => {
                seen.nonsense = true;
                found.push(None);
            }
            _ => {}
        }
        if found.len() == load.keys.len() {
            let versions = found.iter().map(|found| found.as_ref().map(|found| found.version));
            seen.records.extend(load.keys.iter().cloned().zip(versions));
        }
        Ok(found)
    }

    fn fetch(&mut self, request: &DocumentRequest) -> Result<FetchedDocument, Unavailable> {
        let mut document = fapi::Host::fetch(&self.scene.world, request)?;
        match self.next() {
            Answer::Missing => return Err(Unavailable),
            Answer::Stale => document.fetched_at = Timestamp::from_seconds(0),
            Answer::WrongKind | Answer::Unknown => document.body = "{\"keys\":[1]}".into(),
            _ => {}
        }
        Ok(document)
    }

    fn claims(&mut self, request: &ClaimsRequest, seen: &mut Seen) -> Result<UserClaims, Unavailable> {
        match self.next() {
            Answer::Missing => Err(Unavailable),
            Answer::WrongKind | Answer::Unknown => {
                seen.nonsense = true;
                Ok(vec![("sub".into(), "mallory".into()), ("name".into(), fapi::jose::Json::Null)])
            }
            _ => fapi::Host::claims(&self.scene.world, request),
        }
    }

    fn use_key(&mut self, key_use: &KeyUse, seen: &mut Seen) -> Result<Vec<u8>, Unavailable> {
        let answer = fapi::Host::use_key(&self.scene.world, key_use)?;
        match self.next() {
            Answer::Missing => Err(Unavailable),
            Answer::WrongKind | Answer::Unknown => {
                seen.nonsense = true;
                Ok(answer[1..].to_vec())
            }
            _ => Ok(answer),
        }
    }

    fn commit(&mut self, commit: &Commit, seen: &mut Seen) -> Result<Committed, Unavailable> {
        let next = self.next();
        seen.unsure = matches!(next, Answer::Missing | Answer::Unknown);
        let keys: Vec<_> = commit.writes.iter().map(|write| write.key().clone()).collect();
        let store = &self.scene.world.store;
        let answer = match next {
            Answer::Missing => return Err(Unavailable),
            Answer::Unknown => Committed::Unknown,
            Answer::Stale => Committed::Conflict(keys.iter().cloned().zip(self.scene.before.load(&keys)).collect()),
            Answer::WrongKind => {
                seen.nonsense = true;
                Committed::Conflict(keys.iter().map(|key| (key.clone(), Some(garbage()))).collect())
            }
            Answer::Conflict { reversed } => {
                let mut fresh: Vec<_> = keys.iter().cloned().zip(store.borrow().load(&keys)).collect();
                if reversed {
                    fresh.reverse();
                }
                Committed::Conflict(fresh)
            }
            Answer::Right | Answer::Late => store.borrow_mut().commit(commit),
        };
        match &answer {
            Committed::Applied => seen.applied = Some(commit.writes.clone()),
            Committed::Conflict(fresh) => {
                seen.conflicts += 1;
                let versions = fresh.iter().map(|(key, found)| (key.clone(), found.as_ref().map(|found| found.version)));
                seen.records.extend(versions);
                // A decision that runs again may repeat its questions.
                seen.asked.push(format!("after conflict {}", seen.conflicts));
            }
            Committed::Unknown => {}
        }
        Ok(answer)
    }
}

impl Seen {
    fn ask<T: std::fmt::Debug + PartialEq>(&mut self, asked: &T, again: &T) {
        assert_eq!(asked, again, "two runs of one exchange differ");
        self.asked.push(format!("{asked:?}"));
    }
}

/// Returns the complete text, because `Debug` does not show the input.
fn key_use_text(key_use: &KeyUse) -> String {
    match key_use {
        KeyUse::Sign { input, .. } | KeyUse::Mac { input } | KeyUse::Seal { input } | KeyUse::Open { input } => {
            format!("{key_use:?} {input:?}")
        }
        other => format!("{other:?}"),
    }
}

fn garbage() -> Versioned {
    Versioned { version: Version(u64::MAX), expires: Timestamp::NEVER, record: Record::from_bytes(b"{}".to_vec()) }
}

/// Another exchange revokes everything that the user has been given, and changes the client.
fn others_write(world: &World) {
    let _ = world.drive(world.server.revoke_subject("alice", world.context()));
    let mut metadata = crate::support::client::Client::new("client-1", 10).metadata();
    metadata.client_name = Some("Renamed".into());
    let _ = world.drive(world.server.register(vec![metadata.into()], world.context()));
}
