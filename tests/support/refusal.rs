//! Checks of refusals: the response, the violated requirements and the writes.

use super::{World, ids};
use bytes::Bytes;
use fapi::record::{RecordKey, Version};
use fapi::*;
use std::collections::BTreeMap;

/// Gives access to the response of any kind of reply.
pub trait Told {
    fn told(&self) -> Response;
}

impl Told for Response {
    fn told(&self) -> Response {
        self.clone()
    }
}

impl Told for Navigation {
    fn told(&self) -> Response {
        match self {
            Self::Respond(response) => response.clone(),
            Self::Inform(page) => page.response(),
            Self::Interact(prompt) => panic!("no response: {prompt:?}"),
        }
    }
}

impl Told for Access {
    fn told(&self) -> Response {
        match self {
            Self::Denied(response) => response.clone(),
            Self::Allowed(authorized) => panic!("no response: {authorized:?}"),
        }
    }
}

impl Told for Registered {
    fn told(&self) -> Response {
        match self {
            Self::Refused(response) => response.clone(),
            Self::Stored => panic!("stored"),
        }
    }
}

/// Checks status, `error` and requirements, in that order, and the properties that every refusal has.
#[track_caller]
pub fn refused<R: Told>(outcome: &Outcome<R>, status: u16, error: &str, requirements: &[&str]) {
    let response = outcome.reply.told();
    let seen = (response.status().as_u16(), error_of(&response), ids(outcome));
    assert_eq!(seen, (status, error.to_owned(), requirements.to_vec()), "{:?}", outcome.event);
    assert_eq!(response.headers().get("cache-control").map(|value| value.as_bytes()), Some(&b"no-store"[..]));
    assert!(matches!(outcome.session, SessionChange::Keep), "a refusal must not change the session");
}

/// Returns the `error` of a redirect, a JSON body or a page, or an empty string.
pub fn error_of(response: &Response) -> String {
    if response.headers().contains_key("location") {
        return super::redirected(response, "error").unwrap_or_default();
    }
    let content_type = response.headers().get("content-type").map(|value| value.to_str().unwrap()).unwrap_or_default();
    if content_type.starts_with("text/html") {
        let page = String::from_utf8(response.body().to_vec()).unwrap();
        return page.split("<code>").nth(1).and_then(|rest| rest.split([',', '<']).next()).unwrap_or_default().to_owned();
    }
    if response.body().is_empty() { String::new() } else { super::member(response, "error") }
}

/// The contents of the store, for comparison with its later contents.
pub type Holdings = BTreeMap<RecordKey, Version>;

impl World {
    pub fn holdings(&self) -> Holdings {
        let store = self.store.borrow();
        let keys: Vec<_> = store.keys().cloned().collect();
        let found = store.load(&keys);
        keys.into_iter().zip(found).map(|(key, found)| (key, found.unwrap().version)).collect()
    }

    /// Returns the kinds of records that were inserted, replaced and removed, as in `+use_marker ~grant -code`.
    pub fn written_since(&self, before: &Holdings) -> String {
        let after = self.holdings();
        let mut changes = vec![];
        for (key, version) in &after {
            match before.get(key) {
                None => changes.push(format!("+{}", key.kind.name())),
                Some(old) if old != version => changes.push(format!("~{}", key.kind.name())),
                Some(_) => {}
            }
        }
        changes.extend(before.keys().filter(|key| !after.contains_key(key)).map(|key| format!("-{}", key.kind.name())));
        changes.sort();
        changes.join(" ")
    }

    /// Runs a step that must be refused like this, and returns its writes.
    #[track_caller]
    pub fn refuses<R: Reply + Told>(&self, step: Step<R>, status: u16, error: &str, requirements: &[&str]) -> String {
        let before = self.holdings();
        let outcome = self.drive(step);
        refused(&outcome, status, error, requirements);
        self.written_since(&before)
    }
}

/// A form that is posted unchanged and may be malformed.
pub fn posted(body: impl Into<Bytes>) -> http::Request<Bytes> {
    http::Request::post("/").header("content-type", "application/x-www-form-urlencoded").body(body.into()).unwrap()
}

/// Returns all values of a header, one per line.
pub fn header(response: &Response, name: &str) -> String {
    response.headers().get_all(name).iter().map(|value| value.to_str().unwrap()).collect::<Vec<_>>().join("\n")
}
