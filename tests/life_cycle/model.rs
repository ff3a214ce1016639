//! What must be answered: the life cycle once more, as plain tables and ifs, without a line of the library's.

mod browser;
mod client;
mod token;

use super::request::*;
use std::collections::BTreeMap;

/// Everything that has ever been given out, and what has become of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Model {
    pub now: i64,
    /// How often the nonce has changed.
    pub nonce: u32,
    /// Whether proofs need one.
    nonces: bool,
    /// Whether access tokens are opaque.
    opaque: bool,
    assertions: BTreeMap<Id, Assertion>,
    proofs: BTreeMap<Id, Made>,
    pushed: BTreeMap<Id, Pushed>,
    pages: BTreeMap<Id, Page>,
    sessions: BTreeMap<Id, Session>,
    /// By client and user: scope, and until when.
    consents: BTreeMap<(usize, usize), (u8, i64)>,
    codes: BTreeMap<Id, Code>,
    grants: BTreeMap<Id, Grant>,
    refreshes: BTreeMap<Id, Refresh>,
    tokens: BTreeMap<Id, Token>,
    /// Logins of a user from before this moment count no more.
    epochs: [i64; USERS],
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Assertion {
    client: usize,
    /// Signed by the client that it names.
    genuine: bool,
    until: i64,
    spent: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Made {
    key: usize,
    place: Place,
    token: Option<Id>,
    at: i64,
    nonce: u32,
    spent: bool,
}

/// What a client has asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Asked {
    client: usize,
    scope: u8,
    /// The key that was proven with it.
    key: Option<usize>,
    /// The step whose verifier fits.
    verifier: Id,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Pushed {
    asked: Asked,
    until: i64,
    over: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Login {
    user: usize,
    at: i64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Page {
    asked: Asked,
    pushed: Option<Id>,
    browser: usize,
    login: Option<Login>,
    granted_before: u8,
    until: i64,
    over: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Session {
    login: Login,
    until: i64,
    over: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Code {
    asked: Asked,
    login: Login,
    /// What the user has agreed to.
    scope: u8,
    until: i64,
    remembered_until: i64,
    redeemed: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Grant {
    client: usize,
    login: Login,
    scope: u8,
    until: i64,
    revoked: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Refresh {
    grant: Id,
    /// What its client, which proves nothing else, must prove.
    bound: Bound,
    until: i64,
    rotated: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Token {
    client: usize,
    /// The grant it descends from; a client's own token has none.
    grant: Option<Id>,
    scope: u8,
    bound: Bound,
    until: i64,
    revoked: bool,
}

const MINUTE: i64 = 60;
const DAY: i64 = 86_400;
/// A grant, its refresh token and a remembered consent.
const MONTH: i64 = 30 * DAY;

impl Model {
    pub fn new(now: i64, opaque: bool, nonces: bool) -> Self {
        Self {
            now,
            nonce: 0,
            nonces,
            opaque,
            assertions: BTreeMap::new(),
            proofs: BTreeMap::new(),
            pushed: BTreeMap::new(),
            pages: BTreeMap::new(),
            sessions: BTreeMap::new(),
            consents: BTreeMap::new(),
            codes: BTreeMap::new(),
            grants: BTreeMap::new(),
            refreshes: BTreeMap::new(),
            tokens: BTreeMap::new(),
            epochs: [i64::MIN; USERS],
        }
    }

    /// The one right answer to a request that nobody disturbs.
    pub fn answer(&mut self, id: Id, request: &Request) -> Reply {
        self.made(id, request);
        let answered = match request {
            Request::Withheld { .. } => Some(Reply::Withheld),
            Request::Push { caller, proof, scope } => self.push(id, caller, proof, *scope),
            Request::Present { visit, client, pushed } => self.present(id, visit, *client, *pushed),
            Request::Direct { visit, client, scope } => self.direct(id, visit, *client, *scope),
            Request::Answer { visit, page, say } => self.say(id, visit, *page, say),
            Request::Redeem { caller, proof, code, verifier, redirect } => {
                self.redeem(id, (caller, proof), *code, *verifier, *redirect)
            }
            Request::Refresh { caller, proof, refresh, scope } => self.refresh(id, (caller, proof), *refresh, *scope),
            Request::Itself { caller, proof, scope } => self.itself(id, (caller, proof), *scope),
            Request::Call(call) => self.call(id, call),
            Request::Introspect { caller, token, refresh } => self.introspect(id, caller, *token, *refresh),
            Request::Revoke { caller, token, refresh } => self.revoke(id, caller, *token, *refresh),
            Request::RevokeSubject { user } => {
                self.epochs[*user] = self.epochs[*user].max(self.now + 1);
                Some(Reply::Done)
            }
        };
        answered.unwrap_or(REFUSED)
    }

    /// A request that was made and had no effect.
    pub fn made(&mut self, id: Id, request: &Request) {
        let (caller, proof) = match request {
            Request::Withheld { caller, proof }
            | Request::Push { caller, proof, .. }
            | Request::Redeem { caller, proof, .. }
            | Request::Refresh { caller, proof, .. }
            | Request::Itself { caller, proof, .. } => (Some(caller), proof),
            Request::Introspect { caller, .. } | Request::Revoke { caller, .. } => (Some(caller), &Proof::None),
            Request::Call(Call { proof, .. }) => (None, proof),
            _ => return,
        };
        if let Some(&(Caller::Own(by) | Caller::Forged { by, .. })) = caller
            && asserts(by)
        {
            let client = if let Some(&Caller::Forged { name, .. }) = caller { name } else { by };
            let assertion = Assertion { client, genuine: client == by, until: self.now + MINUTE, spent: false };
            self.assertions.insert(id, assertion);
        }
        if let &Proof::Fresh { key, place, token } = proof {
            self.proofs.insert(id, Made { key, place, token, at: self.now, nonce: self.nonce, spent: false });
        }
    }

    pub fn bound(&self, token: Id) -> Bound {
        self.tokens[&token].bound
    }

    /// What a refresh token is bound to.
    pub fn held(&self, refresh: Id) -> Bound {
        self.refreshes[&refresh].bound
    }

    fn counts(&self, login: Login) -> bool {
        login.at >= self.epochs[login.user]
    }
}
