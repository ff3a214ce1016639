//! A response before it is sent, with methods that make it faulty.

use std::collections::BTreeMap;

use bytes::Bytes;
use data_encoding::BASE64URL_NOPAD;
use serde_json::{Map, Value};
use url::Url;

use crate::client::id_token::half_hash;
use crate::http::{Answer, Request};
use crate::target::in_process::Fixture;

/// A response before it is sent.
pub(super) struct Draft<'a> {
    pub(super) status: u16,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Bytes,
    /// The request that it answers.
    pub(super) request: &'a Request,
    pub(super) fixture: &'a Fixture,
    pub(super) memory: &'a mut BTreeMap<String, String>,
}

/// A JSON object.
pub(super) type Members = Map<String, Value>;

impl Draft<'_> {
    /// The response in its current state.
    pub(super) fn sent(mut self) -> Answer {
        let length = self.body.len().to_string();
        self.headers.iter_mut().filter(|(name, _)| name == "content-length").for_each(|(_, value)| value.clone_from(&length));
        Answer::Response { status: self.status, headers: self.headers, body: self.body }
    }

    /// The first header field of this name.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str())
    }

    /// Sets a header field, replacing others of its name.
    pub(super) fn set_header(&mut self, name: &str, value: &str) {
        self.drop_header(name);
        self.add_header(name, value);
    }

    /// Adds a header field.
    pub(super) fn add_header(&mut self, name: &str, value: &str) {
        self.headers.push((name.to_owned(), value.to_owned()));
    }

    /// Removes a header field.
    pub(super) fn drop_header(&mut self, name: &str) {
        self.headers.retain(|(field, _)| field != name);
    }

    /// Changes every header field of this name.
    pub(super) fn edit_header(&mut self, name: &str, edit: impl Fn(&str) -> String) {
        for (_, value) in self.headers.iter_mut().filter(|(field, _)| field == name) {
            *value = edit(value);
        }
    }

    /// Changes a JSON body, if there is one.
    pub(super) fn json(&mut self, edit: impl FnOnce(&mut Members)) {
        if let Ok(Value::Object(mut members)) = serde_json::from_slice(&self.body) {
            edit(&mut members);
            self.body = Value::Object(members).to_string().into();
        }
    }

    /// Sets a member of a JSON body.
    pub(super) fn set(&mut self, name: &str, value: impl Into<Value>) {
        self.json(|members| drop(members.insert(name.to_owned(), value.into())));
    }

    /// Removes a member of a JSON body.
    pub(super) fn omit(&mut self, name: &str) {
        self.json(|members| drop(members.remove(name)));
    }

    /// Changes a string member of a JSON body, if it is present.
    pub(super) fn edit(&mut self, name: &str, edit: impl FnOnce(&str) -> String) {
        if let Some(text) = self.text(name) {
            self.set(name, edit(&text));
        }
    }

    /// A string member of a JSON body.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        let members: Members = serde_json::from_slice(&self.body).ok()?;
        Some(members.get(name)?.as_str()?.to_owned())
    }

    /// A form field of the request.
    pub(super) fn asked(&self, name: &str) -> Option<String> {
        let mut fields = form_urlencoded::parse(&self.request.body);
        fields.find(|(field, _)| field == name).map(|(_, value)| value.into_owned())
    }

    /// Changes the parameters of an authorization response. Returns true if this is one.
    pub(super) fn response(&mut self, edit: impl FnOnce(&mut Vec<(String, String)>)) -> bool {
        let Some(mut url) = self.callback() else { return false };
        let mut parameters: Vec<_> = url.query_pairs().into_owned().collect();
        edit(&mut parameters);
        url.query_pairs_mut().clear().extend_pairs(parameters);
        self.set_header("location", url.as_str());
        true
    }

    /// The URL of an authorization response, if this is one: a redirect to another site with a code or an error.
    pub(super) fn callback(&self) -> Option<Url> {
        let url = Url::parse(self.header("location")?).ok()?;
        let answers = url.query_pairs().any(|(name, _)| name == "code" || name == "error");
        (answers && url.origin() != self.request.url.origin()).then_some(url)
    }

    /// Returns the first value that was stored under this key; stores this one if there is none.
    pub(super) fn once(&mut self, key: &str, value: String) -> String {
        self.memory.entry(key.to_owned()).or_insert(value).clone()
    }

    /// Changes header and claims of a JWT in a JSON body; the server signs it again with the key that the header names.
    pub(super) fn jwt(&mut self, member: &str, edit: impl FnOnce(&mut Members, &mut Members)) {
        let Some(old) = self.text(member) else { return };
        if let Some(new) = resigned(self.fixture, &old, edit) {
            self.set(member, new);
        }
    }

    /// Changes the claims of the ID token.
    pub(super) fn id_token(&mut self, edit: impl FnOnce(&mut Members)) {
        self.jwt("id_token", |_, claims| edit(claims));
    }

    /// Changes header and claims of the access token, and updates its hash in the ID token.
    pub(super) fn access_token(&mut self, edit: impl FnOnce(&mut Members, &mut Members)) {
        self.jwt("access_token", edit);
        self.hash_again();
    }

    /// Updates the hash of the access token in the ID token.
    pub(super) fn hash_again(&mut self) {
        let Some(token) = self.text("access_token") else { return };
        self.jwt("id_token", |header, claims| {
            let algorithm = header.get("alg").and_then(Value::as_str).unwrap_or_default().to_owned();
            if claims.contains_key("at_hash") {
                claims.insert("at_hash".into(), half_hash(&algorithm, &token).into());
            }
        });
    }
}

fn resigned(fixture: &Fixture, text: &str, edit: impl FnOnce(&mut Members, &mut Members)) -> Option<String> {
    let mut parts = text.split('.').map(|part| BASE64URL_NOPAD.decode(part.as_bytes()).ok());
    let mut part = || serde_json::from_slice::<Members>(&parts.next()??).ok();
    let (mut header, mut claims) = (part()?, part()?);
    let named = |header: &Members, name: &str| header.get(name).and_then(Value::as_str).map(str::to_owned);
    let (kid, algorithm) = (named(&header, "kid")?, named(&header, "alg")?);
    edit(&mut header, &mut claims);
    let encoded = |members: Members| BASE64URL_NOPAD.encode(Value::Object(members).to_string().as_bytes());
    let input = format!("{}.{}", encoded(header), encoded(claims));
    let signature = fixture.sign(&kid, &algorithm, input.as_bytes())?;
    Some(format!("{input}.{}", BASE64URL_NOPAD.encode(&signature)))
}

/// Changes a member if it is present.
pub(super) fn edit(members: &mut Members, name: &str, edit: impl FnOnce(&Value) -> Value) {
    if let Some(value) = members.get_mut(name) {
        *value = edit(value);
    }
}

/// Removes the sender constraint of a token.
pub(super) fn unbind(claims: &mut Members, member: &str) {
    if let Some(Value::Object(cnf)) = claims.get_mut("cnf") {
        cnf.remove(member);
    }
}

/// Replaces the thumbprint of a token with this kind of sender constraint.
pub(super) fn bind(claims: &mut Members, member: &str, thumbprint: &str) {
    if let Some(bound) = claims.get_mut("cnf").and_then(|cnf| cnf.get_mut(member)) {
        *bound = thumbprint.into();
    }
}
