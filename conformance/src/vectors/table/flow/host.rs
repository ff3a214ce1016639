//! A host in memory that writes down what it is asked and what it answers.

use std::cell::RefCell;
use std::sync::Arc;

use data_encoding::BASE64URL_NOPAD;
use fapi::jose::{Json, Object};
use fapi::{AuthorizationServer, Claims, ClaimsRequest, Commit, Committed, Host, KeyUse, Load, Loaded, Memory, Unavailable};
use serde_json::{Value, json};

use crate::vectors::file::Group;
use crate::vectors::keys::Keys;
use crate::vectors::runner::flow::{asked_claims, asked_commit, asked_key, asked_load, found, play, server};

pub(super) struct Recorder<'k> {
    keys: &'k Keys,
    server: Arc<AuthorizationServer>,
    store: RefCell<Memory>,
    turns: RefCell<Vec<Value>>,
}

impl<'k> Recorder<'k> {
    pub(super) fn new(keys: &'k Keys, group: &Group) -> Self {
        let group = read(&Value::Object(group.members.clone()));
        let server = server(&group).unwrap_or_else(|error| unreachable!("the settings of the transcripts work: {error:?}"));
        Self { keys, server, store: RefCell::default(), turns: RefCell::default() }
    }

    /// What is told, and the turns it took.
    pub(super) fn play(&self, input: &Value) -> (Value, Vec<Value>) {
        let told = play(self, &self.server, &read(input));
        let told = told.unwrap_or_else(|error| unreachable!("the exchanges of the transcripts run: {error:?}"));
        (written(&Json::Object(told)), self.turns.take())
    }

    fn note(&self, asked: Object, answer: Value) {
        self.turns.borrow_mut().push(json!({ "asked": written(&Json::Object(asked)), "answer": answer }));
    }
}

impl Host for Recorder<'_> {
    fn load(&self, load: &Load) -> Result<Loaded, Unavailable> {
        let loaded = self.store.borrow().load(&load.keys);
        self.note(asked_load(load), written(&found(&loaded)));
        Ok(loaded)
    }

    fn commit(&self, commit: &Commit) -> Result<Committed, Unavailable> {
        let committed = self.store.borrow_mut().commit(commit);
        self.note(asked_commit(commit), "applied".into());
        Ok(committed)
    }

    fn use_key(&self, key_use: &KeyUse) -> Result<Vec<u8>, Unavailable> {
        let KeyUse::Sign { input, .. } = key_use else { return Err(Unavailable) };
        let signature = self.keys.sign("server-eddsa", "EdDSA", input);
        self.note(asked_key(key_use), BASE64URL_NOPAD.encode(&signature).into());
        Ok(signature)
    }

    fn claims(&self, request: &ClaimsRequest) -> Result<Claims, Unavailable> {
        let known = [("email", Json::from("alice@example.com")), ("email_verified", Json::from(true))];
        let told = known.into_iter().filter(|(name, _)| request.names.iter().any(|asked| asked == name));
        let told: Claims = told.map(|(name, value)| (name.to_owned(), value)).collect();
        let answer = told.iter().fold(Object::new(), |answer, (name, value)| answer.with(name.as_str(), value.clone()));
        self.note(asked_claims(request), written(&Json::Object(answer)));
        Ok(told)
    }
}

fn read(value: &Value) -> Object {
    Object::parse(value.to_string().as_bytes()).unwrap_or_default()
}

fn written(value: &Json) -> Value {
    serde_json::from_str(&value.to_string()).unwrap_or_default()
}
