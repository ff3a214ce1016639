//! Everything seen on the wire so far, by the clients and by the attacker, and the events that may occur only once.

use super::request::{Caller, Id};
use std::collections::{BTreeMap, BTreeSet};

/// A token and the client that owns it.
#[derive(Debug, Clone)]
pub struct Seen {
    pub token: String,
    pub client: usize,
}

/// A handle, the client for which it is meant, and the step that requested it.
#[derive(Debug, Clone)]
pub struct Handle {
    pub handle: String,
    pub client: usize,
    pub origin: Id,
}

#[derive(Debug, Clone)]
pub struct Page {
    pub handle: String,
    pub browser: usize,
    pub origin: Id,
    pub to_log_in: bool,
}

/// The next step of an undisturbed flow.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Next {
    #[default]
    Push,
    Present(Id),
    Answer(Id),
    Redeem(Id),
}

#[derive(Debug, Default)]
pub struct Wallet {
    pub assertions: BTreeMap<Id, String>,
    pub proofs: BTreeMap<Id, String>,
    pub pushed: BTreeMap<Id, Handle>,
    pub pages: BTreeMap<Id, Page>,
    pub sessions: BTreeMap<Id, String>,
    /// The session cookie of each browser.
    pub browsers: [Option<Id>; 3],
    pub codes: BTreeMap<Id, Handle>,
    pub tokens: BTreeMap<Id, Seen>,
    pub refreshes: BTreeMap<Id, Seen>,
    /// The grant of each token.
    pub grants: BTreeMap<Id, String>,
    pub removed: BTreeSet<usize>,
    pub next: Next,
    /// The client that an assertion names.
    names: BTreeMap<Id, usize>,
    once: BTreeSet<(&'static str, Id)>,
}

impl Wallet {
    pub fn pushed(&mut self, id: Id, handle: String, client: usize) {
        self.pushed.insert(id, Handle { handle, client, origin: id });
        self.next = Next::Present(id);
    }

    pub fn shown(&mut self, page: Id, handle: &str, (browser, origin): (usize, Id), to_log_in: bool) {
        // Viewing a page from another browser does not transfer it.
        let browser = self.pages.get(&page).map_or(browser, |known| known.browser);
        self.pages.insert(page, Page { handle: handle.to_owned(), browser, origin, to_log_in });
        self.next = Next::Answer(page);
    }

    pub fn logged_in(&mut self, id: Id, browser: usize, session: &str) {
        self.sessions.insert(id, session.to_owned());
        self.browsers[browser] = Some(id);
    }

    pub fn coded(&mut self, id: Id, handle: String, client: usize, origin: Id) {
        self.codes.insert(id, Handle { handle, client, origin });
        self.next = Next::Redeem(id);
        self.first("a code for the request", origin);
    }

    pub fn redeemed_once(&mut self, code: Id) {
        self.next = Next::Push;
        self.first("tokens for the code", code);
    }

    pub fn authenticated_once(&mut self, assertion: Id) {
        self.first("an authentication by the assertion", assertion);
    }

    pub fn proven_once(&mut self, proof: Id) {
        self.first("a key proven by the proof", proof);
    }

    /// Records an event that may occur only once, whatever else is correct.
    fn first(&mut self, what: &'static str, id: Id) {
        assert!(self.once.insert((what, id)), "{what} of step {id}, a second time");
    }

    pub fn name(&mut self, id: Id, caller: &Caller) {
        if let Caller::Own(client) | Caller::Forged { name: client, .. } = *caller {
            self.names.insert(id, client);
        }
    }

    pub fn named(&self, assertion: Id) -> usize {
        self.names[&assertion]
    }

    pub fn handle(&self, token: Id, refresh: bool) -> String {
        if refresh { &self.refreshes[&token] } else { &self.tokens[&token] }.token.clone()
    }
}
