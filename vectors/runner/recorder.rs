//! A host in memory that records the library's requests and its own answers, to make transcripts.

use super::Otherwise;
use super::flow::{asked_claims, asked_commit, asked_key, asked_load, asked_subject, found, play, server};
use fapi::jose::{Json, Object, base64url};
use fapi::*;
use std::cell::RefCell;
use std::sync::Arc;

/// The server of a transcript, its store, and its signer.
pub struct Recorder<'s> {
    server: Arc<AuthorizationServer>,
    sign: Box<Signer<'s>>,
    store: RefCell<Memory>,
    turns: RefCell<Vec<Object>>,
}

/// Signs: maps a signing input to the signature.
type Signer<'s> = dyn Fn(&[u8]) -> Vec<u8> + 's;

impl<'s> Recorder<'s> {
    /// Makes the server of a group, which is given as JSON.
    pub fn new(group: &str, sign: impl Fn(&[u8]) -> Vec<u8> + 's) -> Result<Self, Otherwise> {
        let server = server(&read(group)?)?;
        Ok(Self { server, sign: Box::new(sign), store: RefCell::default(), turns: RefCell::default() })
    }

    /// Runs an exchange. Returns the reply and the turns it took, both as JSON.
    pub fn play(&self, input: &str) -> Result<(String, String), Otherwise> {
        let told = play(self, &self.server, &read(input)?)?;
        Ok((Json::Object(told).to_string(), Json::from(self.turns.take()).to_string()))
    }

    fn note(&self, asked: Object, answer: impl Into<Json>) {
        self.turns.borrow_mut().push(Object::new().with("asked", asked).with("answer", answer));
    }
}

fn read(text: &str) -> Result<Object, Otherwise> {
    Object::parse(text.as_bytes()).map_err(Otherwise::unjudged)
}

impl Host for Recorder<'_> {
    fn load(&self, load: &Load) -> Result<Loaded, Unavailable> {
        let loaded = self.store.borrow().load(&load.keys);
        self.note(asked_load(load), found(&loaded));
        Ok(loaded)
    }

    fn list(&self, list: &List) -> Result<Listed, Unavailable> {
        Ok(self.store.borrow().list(list))
    }

    /// Commits always succeed, since there is no concurrent writer.
    fn commit(&self, commit: &Commit) -> Result<Committed, Unavailable> {
        let committed = self.store.borrow_mut().commit(commit);
        self.note(asked_commit(commit), "applied");
        Ok(committed)
    }

    fn use_key(&self, key_use: &KeyUse) -> Result<Vec<u8>, Unavailable> {
        let KeyUse::Sign { input, .. } = key_use else { return Err(Unavailable) };
        let signature = (self.sign)(input);
        self.note(asked_key(key_use), base64url::encode(&signature));
        Ok(signature)
    }

    fn claims(&self, request: &ClaimsRequest) -> Result<UserClaims, Unavailable> {
        let known = [("email", Json::from("alice@example.com")), ("email_verified", Json::from(true))];
        let told = known.into_iter().filter(|(name, _)| request.names.iter().any(|asked| asked == name));
        let told: UserClaims = told.map(|(name, value)| (name.to_owned(), value)).collect();
        let answer = told.iter().fold(Object::new(), |answer, (name, value)| answer.with(name.as_str(), value.clone()));
        self.note(asked_claims(request), answer);
        Ok(told)
    }

    fn subject(&self, request: &SubjectRequest) -> Result<SubjectStatus, Unavailable> {
        self.note(asked_subject(request), "active");
        Ok(SubjectStatus::Active)
    }
}
