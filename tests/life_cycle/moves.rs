//! The moves: mostly the expected next step, and often enough one in which something is swapped, replayed or forged.

use super::request::*;
use super::wallet::{Next, Wallet};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use std::collections::BTreeMap;

#[derive(Debug, Clone)]
pub enum Move {
    Send(Draft),
    /// Other commits come first, this many times.
    Contended(Draft, u8),
    /// The host's n-th effect fails.
    Down(Draft, u8),
    /// Each request is sent and answered before the n-th effect of the previous one.
    Race(Vec<(u8, Draft)>),
    /// Seconds pass; a few may be negative, because the clocks of several hosts differ.
    Pass(i64),
    /// Expired records are dropped.
    Sweep,
    /// The nonce changes, if proofs require one. The previous nonce is still accepted.
    Nonce,
}

/// A request before it is known which values there are to send.
#[derive(Debug, Clone)]
pub struct Draft {
    pub kind: Kind,
    pub choices: [u8; 12],
}

#[derive(Debug, Clone, Copy)]
pub enum Kind {
    Flow,
    Withheld,
    Push,
    Present,
    Direct,
    Answer,
    Redeem,
    Refresh,
    Itself,
    Call,
    Introspect,
    Revoke,
    RevokeSubject,
    Withdraw,
    RevokeGrant,
    EndSessions,
    Remove,
    Register,
}

fn draft() -> impl Strategy<Value = Draft> {
    use Kind::*;
    let kind = prop_oneof![
        14 => Just(Flow),
        1 => Just(Withheld),
        2 => Just(Push),
        2 => Just(Present),
        1 => Just(Direct),
        2 => Just(Answer),
        4 => Just(Redeem),
        4 => Just(Refresh),
        1 => Just(Itself),
        4 => Just(Call),
        2 => Just(Introspect),
        2 => Just(Revoke),
        1 => Just(RevokeSubject),
        1 => Just(Withdraw),
        1 => Just(RevokeGrant),
        1 => Just(EndSessions),
        1 => Just(Remove),
        2 => Just(Register),
    ];
    (kind, any::<[u8; 12]>()).prop_map(|(kind, choices)| Draft { kind, choices })
}

pub fn moves() -> impl Strategy<Value = Vec<Move>> {
    let seconds = prop_oneof![
        6 => select(vec![1, 2, 10, 29, 31, -1, -10]),
        3 => select(vec![59, 60, 61, 90]),
        2 => select(vec![299, 300, 301, 599, 600, 601]),
        1 => select(vec![28_801, 86_401, 16 * 86_400, 31 * 86_400]),
    ];
    let one = prop_oneof![
        24 => draft().prop_map(Move::Send),
        9 => vec((0u8..6, draft()), 2..=3).prop_map(Move::Race),
        2 => (draft(), prop_oneof![1u8..=3, 64u8..=65]).prop_map(|(draft, times)| Move::Contended(draft, times)),
        1 => (draft(), 0u8..6).prop_map(|(draft, at)| Move::Down(draft, at)),
        3 => seconds.prop_map(Move::Pass),
        1 => Just(Move::Sweep),
        1 => Just(Move::Nonce),
    ];
    vec(one, 1..64)
}

struct Choices<'c> {
    rest: std::slice::Iter<'c, u8>,
    wallet: &'c Wallet,
}

impl Draft {
    /// Returns the request, if there are values to send.
    pub fn request(&self, wallet: &Wallet) -> Option<Request> {
        let mut choices = Choices { rest: self.choices.iter(), wallet };
        match self.kind {
            Kind::Flow => choices.flow(),
            Kind::Withheld => {
                let client = choices.any(CLIENTS);
                let place = [Place::Push, Place::Token][choices.any(2)];
                Some(Request::Withheld {
                    caller: Caller::Own(client),
                    proof: Proof::Fresh { key: choices.any(KEYS), place, token: None },
                })
            }
            Kind::Push => Some(choices.push()),
            Kind::Present => choices.one_of(&wallet.pushed).map(|pushed| choices.present(pushed)),
            Kind::Direct => {
                let client = if choices.attacks() { choices.any(CLIENTS) } else { PHONE };
                Some(Request::Direct { visit: choices.visit(None), client, scope: choices.scope() })
            }
            Kind::Answer => choices.one_of(&wallet.pages).map(|page| choices.answer(page)),
            Kind::Redeem => choices.one_of(&wallet.codes).map(|code| choices.redeem(code)),
            Kind::Refresh => choices.one_of(&wallet.refreshes).map(|refresh| choices.refresh(refresh)),
            Kind::Itself => {
                let client = choices.any(CLIENTS);
                let (caller, proof) = choices.sender(client, Place::Token);
                Some(Request::Itself { caller, proof, scope: choices.scope() })
            }
            Kind::Call => choices.one_of(&wallet.tokens).map(|token| choices.call(token)),
            Kind::Introspect | Kind::Revoke => {
                let refresh = choices.next() % 2 == 1;
                let (token, seen) = if refresh {
                    choices.one_of(&wallet.refreshes).map(|token| (token, &wallet.refreshes[&token]))?
                } else {
                    choices.one_of(&wallet.tokens).map(|token| (token, &wallet.tokens[&token]))?
                };
                let caller = choices.caller(seen.client);
                Some(match self.kind {
                    Kind::Revoke => Request::Revoke { caller, token, refresh },
                    _ => Request::Introspect { caller, token, refresh },
                })
            }
            Kind::RevokeSubject => Some(Request::RevokeSubject { user: choices.any(USERS) }),
            Kind::Withdraw => Some(Request::Withdraw { user: choices.any(USERS), client: choices.any(CLIENTS) }),
            Kind::RevokeGrant => choices.one_of(&wallet.tokens).map(|token| Request::RevokeGrant { token }),
            Kind::EndSessions => Some(Request::EndSessions { user: choices.any(USERS) }),
            Kind::Remove => Some(Request::Remove { client: choices.any(CLIENTS) }),
            Kind::Register => {
                let client = choices.any(CLIENTS);
                Some(Request::Register { client: wallet.removed.first().copied().unwrap_or(client) })
            }
        }
    }
}

impl Choices<'_> {
    fn next(&mut self) -> u8 {
        self.rest.next().copied().unwrap_or_default()
    }

    fn any(&mut self, among: usize) -> usize {
        usize::from(self.next()) % among
    }

    /// Returns true in one of seven cases.
    fn attacks(&mut self) -> bool {
        self.next() > 220
    }

    /// Returns an id, mostly the latest.
    fn one_of<T>(&mut self, among: &BTreeMap<Id, T>) -> Option<Id> {
        let choice = usize::from(self.next());
        let back = if choice < 150 { 0 } else { choice % among.len().max(1) };
        among.keys().rev().nth(back).copied()
    }

    /// Returns a different id, if there is one.
    fn other<T>(&mut self, among: &BTreeMap<Id, T>, than: Id) -> Id {
        let others: Vec<_> = among.keys().copied().filter(|id| *id != than).collect();
        let choice = self.any(others.len().max(1));
        others.get(choice).copied().unwrap_or(than)
    }

    fn flow(&mut self) -> Option<Request> {
        Some(match self.wallet.next {
            Next::Push => self.push(),
            Next::Present(pushed) => self.present(pushed),
            Next::Answer(page) => self.answer(page),
            Next::Redeem(code) => self.redeem(code),
        })
    }

    fn scope(&mut self) -> u8 {
        let choice = self.next();
        if choice < 100 { ACCOUNTS } else { 1 + choice % 7 }
    }

    fn caller(&mut self, client: usize) -> Caller {
        if !self.attacks() {
            return Caller::Own(client);
        }
        let (name, by) = (self.any(CLIENTS), self.any(CLIENTS));
        match (name + by) % 3 {
            0 => Caller::Own(by),
            1 => self.one_of(&self.wallet.assertions).map_or(Caller::Own(by), Caller::Replayed),
            _ => Caller::Forged { name: client, by },
        }
    }

    fn sender(&mut self, client: usize, place: Place) -> (Caller, Proof) {
        let caller = self.caller(client);
        // The clients under FAPI 2.0 without a certificate need a proof; the phone sends one in about every second case.
        let choice = self.next();
        let usual = match client {
            MUTUAL => choice >= 200,
            PHONE => choice < 90,
            _ => place == Place::Token || choice >= 170,
        };
        let proof = match choice {
            240.. => self.one_of(&self.wallet.proofs).map_or(Proof::None, Proof::Replayed),
            230..240 => Proof::Fresh { key: KEYS - 1, place, token: None },
            225..230 => Proof::Fresh { key: client, place: Place::Resource, token: None },
            _ if usual => Proof::Fresh { key: client, place, token: None },
            _ => Proof::None,
        };
        (caller, proof)
    }

    fn push(&mut self) -> Request {
        let client = self.any(CLIENTS);
        let (caller, proof) = self.sender(client, Place::Push);
        Request::Push { caller, proof, scope: self.scope() }
    }

    fn visit(&mut self, browser: Option<usize>) -> Visit {
        let browser = browser.filter(|_| !self.attacks()).unwrap_or_else(|| self.any(3));
        Visit { browser, session: self.wallet.browsers[browser] }
    }

    fn present(&mut self, pushed: Id) -> Request {
        let own = self.wallet.pushed[&pushed].client;
        let client = if self.attacks() { self.any(CLIENTS) } else { own };
        Request::Present { visit: self.visit(None), client, pushed }
    }

    fn answer(&mut self, page: Id) -> Request {
        let shown = &self.wallet.pages[&page];
        let visit = self.visit(Some(shown.browser));
        let choice = self.next();
        let usual = if shown.to_log_in {
            Say::LogIn(visit.browser)
        } else {
            Say::Consent { scope: if choice.is_multiple_of(4) { self.scope() } else { 7 }, remember: choice.is_multiple_of(3) }
        };
        let say = match choice {
            245.. => Say::Deny,
            235..245 => Say::LogIn(self.any(USERS)),
            225..235 => Say::Consent { scope: self.scope(), remember: true },
            _ => usual,
        };
        Request::Answer { visit, page, say }
    }

    fn redeem(&mut self, code: Id) -> Request {
        let found = &self.wallet.codes[&code];
        let (caller, proof) = self.sender(found.client, Place::Token);
        let others: BTreeMap<Id, ()> = self.wallet.codes.values().map(|code| (code.origin, ())).collect();
        let verifier = if self.attacks() { self.other(&others, found.origin) } else { found.origin };
        let redirect = if self.attacks() { self.any(CLIENTS) } else { found.client };
        Request::Redeem { caller, proof, code, verifier, redirect }
    }

    fn refresh(&mut self, refresh: Id) -> Request {
        let (caller, proof) = self.sender(self.wallet.refreshes[&refresh].client, Place::Token);
        let scope = if self.next() > 180 { Some(self.scope()) } else { None };
        Request::Refresh { caller, proof, refresh, scope }
    }

    fn call(&mut self, token: Id) -> Request {
        let client = self.wallet.tokens[&token].client;
        let choice = self.next();
        let dpop = match client {
            MUTUAL => choice >= 210,
            PHONE => choice < 90,
            _ => choice < 245,
        };
        let key = if self.attacks() { self.any(KEYS) } else { client };
        let elsewhere = if self.attacks() { self.other(&self.wallet.tokens, token) } else { token };
        let proof = match self.next() {
            240.. => self.one_of(&self.wallet.proofs).map_or(Proof::None, Proof::Replayed),
            235..240 => Proof::Fresh { key, place: Place::Token, token: None },
            _ if dpop => Proof::Fresh { key, place: Place::Resource, token: Some(elsewhere) },
            _ => Proof::None,
        };
        let certificate = client == MUTUAL && !self.attacks();
        Request::Call(Call { token, dpop, certificate, proof, needed: if self.attacks() { self.scope() } else { 0 } })
    }
}
