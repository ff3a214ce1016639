//! The expected replies: the life cycle implemented a second time, as plain tables and conditions, without any code of the
//! library.

mod browser;
mod client;
mod token;

use super::request::*;
use std::collections::{BTreeMap, BTreeSet};

/// Everything that has ever been issued, and its state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Model {
    pub now: i64,
    /// The number of times that the nonce has changed.
    pub nonce: u32,
    /// True if proofs require a nonce.
    nonces: bool,
    /// True if access tokens are opaque.
    opaque: bool,
    /// The seconds in which a client may repeat a refresh whose reply was lost.
    window: i64,
    assertions: BTreeMap<Id, Assertion>,
    proofs: BTreeMap<Id, Made>,
    pushed: BTreeMap<Id, Pushed>,
    pages: BTreeMap<Id, Page>,
    sessions: BTreeMap<Id, Session>,
    /// Scope, expiry and the time of consent by client and user.
    consents: BTreeMap<(usize, usize), (u8, i64, Era)>,
    codes: BTreeMap<Id, Code>,
    grants: BTreeMap<Id, Grant>,
    refreshes: BTreeMap<Id, Refresh>,
    tokens: BTreeMap<Id, Token>,
    /// How often everything of a user was revoked.
    revocations: [u32; USERS],
    /// How often all sessions of a user were ended.
    session_ends: [u32; USERS],
    /// How often a user withdrew everything from a client.
    withdrawals: [[u32; CLIENTS]; USERS],
    /// How often a client was removed.
    removals: [u32; CLIENTS],
    registered: [bool; CLIENTS],
    /// The clients whose own grant was revoked, each with the number of its removals before.
    locked: BTreeSet<(usize, u32)>,
}

/// The number of removals of a client, and of withdrawals of a user from it. What was issued before one of them is void.
type Era = (u32, u32);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Assertion {
    client: usize,
    /// True if the client that the assertion names has signed it.
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

/// An authorization request of a client.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Asked {
    client: usize,
    scope: u8,
    /// The key that was proven with it.
    key: Option<usize>,
    /// The step whose verifier matches.
    verifier: Id,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Pushed {
    asked: Asked,
    /// The number of removals of its client before.
    removals: u32,
    until: i64,
    over: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Login {
    user: usize,
    /// The number of revocations of the user before.
    revocations: u32,
    /// The number of times that all sessions of the user had been ended before.
    session_ends: u32,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Page {
    asked: Asked,
    pushed: Option<Id>,
    removals: u32,
    browser: usize,
    login: Option<Login>,
    /// The session that the user is logged in with.
    session: Option<Id>,
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
    /// The scope to which the user has consented.
    scope: u8,
    era: Era,
    until: i64,
    remembered_until: i64,
    redeemed: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Grant {
    client: usize,
    login: Login,
    scope: u8,
    era: Era,
    until: i64,
    revoked: bool,
    /// The last refresh token that was replaced.
    replaced: Option<Replaced>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Replaced {
    generation: u32,
    token: Id,
    at: i64,
    by: Bound,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Refresh {
    grant: Id,
    /// The binding that the client must prove, if it proves nothing else.
    bound: Bound,
    until: i64,
    generation: u32,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Token {
    client: usize,
    /// The grant from which the token was issued; a client's own token has none.
    grant: Option<Id>,
    /// The number of removals of its client before.
    removals: u32,
    scope: u8,
    bound: Bound,
    until: i64,
    revoked: bool,
}

const MINUTE: i64 = 60;
const DAY: i64 = 86_400;
/// The lifetime of a grant, of its refresh token and of a remembered consent.
const MONTH: i64 = 30 * DAY;

impl Model {
    pub fn new(now: i64, opaque: bool, nonces: bool, window: i64) -> Self {
        Self {
            now,
            nonce: 0,
            nonces,
            opaque,
            window,
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
            revocations: [0; USERS],
            session_ends: [0; USERS],
            withdrawals: [[0; CLIENTS]; USERS],
            removals: [0; CLIENTS],
            registered: [true; CLIENTS],
            locked: BTreeSet::new(),
        }
    }

    /// The only correct reply to a request that runs undisturbed.
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
                self.revocations[*user] += 1;
                Some(Reply::Done)
            }
            Request::Withdraw { user, client } => {
                self.withdrawals[*user][*client] += 1;
                Some(Reply::Done)
            }
            Request::RevokeGrant { token } => Some(self.revoke_grant(*token)),
            Request::EndSessions { user } => {
                self.session_ends[*user] += 1;
                Some(Reply::Done)
            }
            Request::Remove { client } => {
                let known = std::mem::replace(&mut self.registered[*client], false);
                self.removals[*client] += u32::from(known);
                Some(Reply::Ended(known))
            }
            Request::Register { client } => {
                self.registered[*client] = true;
                Some(Reply::Done)
            }
        };
        answered.unwrap_or(REFUSED)
    }

    /// Records a request that was sent without any effect.
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

    /// Returns the binding of a refresh token.
    pub fn held(&self, refresh: Id) -> Bound {
        self.refreshes[&refresh].bound
    }

    /// Returns true if what rests on this login counts.
    fn counts(&self, login: Login) -> bool {
        login.revocations == self.revocations[login.user]
    }

    fn era(&self, client: usize, user: usize) -> Era {
        (self.removals[client], self.withdrawals[user][client])
    }
}
