//! Grants and the tokens issued from them: which client may use them, for how long, and how they end.

use super::*;

impl Model {
    /// Redeems a code with the verifier of the request of step `verifier` and the redirect URI of client `redirect`.
    pub(super) fn redeem(&mut self, id: Id, sent: (&Caller, &Proof), code: Id, verifier: Id, redirect: usize) -> Option<Reply> {
        let (client, key) = self.sender(id, sent)?;
        let found = &self.codes[&code];
        if found.redeemed {
            // A replay by the code's own client revokes the first grant, since it is unknown which of the two requests was the
            // attacker's.
            let (own, remembered) = (found.asked.client == client, self.now < found.remembered_until);
            let first = self.grants.get_mut(&code).filter(|grant| own && remembered && self.now < grant.until);
            first?.revoked = true;
            return None;
        }
        let counts = self.counts(found.login) && found.era == self.era(found.asked.client, found.login.user);
        let good = found.asked.client == client && self.now < found.until && counts;
        let shown = redirect == client && verifier == found.asked.verifier;
        let key_fits = found.asked.key.is_none() || found.asked.key == key;
        let bound = Self::binding(client, sent.0, key)?;
        if !good || !shown || !key_fits {
            return None;
        }
        let (login, scope, until) = (found.login, found.scope, self.now + MONTH);
        let remembered_until = self.now + DAY;
        self.codes.entry(code).and_modify(|code| (code.redeemed, code.remembered_until) = (true, remembered_until));
        // A grant is identified by its code, so there is at most one.
        let era = self.era(client, login.user);
        self.grants.insert(code, Grant { client, login, scope, era, until, revoked: false, replaced: None });
        let held = if client == PHONE { bound } else { Bound::Nobody };
        self.refreshes.insert(id, Refresh { grant: code, bound: held, until, generation: 1 });
        Some(self.give(id, client, Some(code), scope, bound, true))
    }

    pub(super) fn refresh(&mut self, id: Id, sent: (&Caller, &Proof), token: Id, narrowed: Option<u8>) -> Option<Reply> {
        let (client, key) = self.sender(id, sent)?;
        let (found, grant) = self.live_refresh(token)?;
        let (found, grant) = (found.clone(), grant.clone());
        if grant.client != client || !self.in_force(&grant) {
            return None;
        }
        let bound = Self::binding(client, sent.0, key);
        let retried = grant.replaced.as_ref().is_some_and(|last| {
            let timely = self.window > 0 && self.now < last.at + self.window;
            (last.generation, last.token) == (found.generation, token) && timely && bound == Some(last.by)
        });
        let next = is_next(&found, &grant);
        if !next && !retried {
            self.grants.entry(found.grant).and_modify(|grant| grant.revoked = true);
            return None;
        }
        let scope = narrowed.unwrap_or(grant.scope);
        let bound = bound?;
        if scope & !grant.scope != 0 || (found.bound != Bound::Nobody && found.bound != bound) {
            return None;
        }
        if retried {
            let generation = found.generation + 1;
            self.refreshes.insert(id, Refresh { generation, until: grant.until, ..found.clone() });
            return Some(self.give(id, client, Some(found.grant), scope, bound, true));
        }
        let half_over = grant.until - self.now < MONTH / 2;
        let until = if half_over { self.now + MONTH } else { grant.until };
        if half_over {
            self.grants.entry(found.grant).and_modify(|grant| grant.until = until);
        }
        // Only unbound tokens are replaced at every use.
        let rotates = client == PHONE && found.bound == Bound::Nobody;
        if rotates {
            let generation = found.generation;
            self.refreshes.insert(id, Refresh { until, generation: generation + 1, ..found.clone() });
            let replaced = Replaced { generation, token, at: self.now, by: bound };
            self.grants.entry(found.grant).and_modify(|grant| grant.replaced = Some(replaced));
        } else {
            self.refreshes.entry(token).and_modify(|token| token.until = until);
        }
        Some(self.give(id, client, Some(found.grant), scope, bound, rotates))
    }

    pub(super) fn itself(&mut self, id: Id, sent: (&Caller, &Proof), scope: u8) -> Option<Reply> {
        let (client, key) = self.sender(id, sent)?;
        let scope = scope & (ACCOUNTS | PAYMENTS);
        let bound = Self::binding(client, sent.0, key)?;
        let locked = self.locked.contains(&(client, self.removals[client]));
        (client != PHONE && scope != 0 && !locked).then(|| self.give(id, client, None, scope, bound, false))
    }

    fn sender(&mut self, id: Id, (caller, proof): (&Caller, &Proof)) -> Option<(usize, Option<usize>)> {
        let client = self.caller(id, caller)?;
        Some((client, self.proven(id, proof, Place::Token)?))
    }

    fn give(&mut self, id: Id, client: usize, grant: Option<Id>, scope: u8, bound: Bound, refresh: bool) -> Reply {
        let (until, removals) = (self.now + 5 * MINUTE, self.removals[client]);
        self.tokens.insert(id, Token { client, grant, removals, scope, bound, until, revoked: false });
        let user = grant.map(|grant| self.grants[&grant].login.user);
        let id_token_of = user.filter(|_| scope & OPENID != 0);
        Reply::Tokens { dpop: matches!(bound, Bound::Key(_)), scope, refresh, id_token_of }
    }

    pub(super) fn call(&mut self, id: Id, call: &Call) -> Option<Reply> {
        let found = self.live(call.token)?.clone();
        match found.bound {
            Bound::Key(key) => {
                let sent = call.proof.sent(id).filter(|_| call.dpop)?;
                if self.good(sent, Place::Resource, Some(call.token))? != key {
                    return None;
                }
                self.proofs.get_mut(&sent)?.spent = true;
            }
            Bound::Certificate if call.dpop || !call.certificate => return None,
            Bound::Nobody if call.dpop => return None,
            _ => {}
        }
        let allowed = Reply::Allowed { client: found.client, user: self.user(&found), scope: found.scope };
        (call.needed & !found.scope == 0).then_some(allowed)
    }

    pub(super) fn introspect(&mut self, id: Id, caller: &Caller, token: Id, refresh: bool) -> Option<Reply> {
        let client = self.caller(id, caller).filter(|client| *client != PHONE)?;
        if refresh {
            let found = self
                .live_refresh(token)
                .filter(|(found, grant)| is_next(found, grant) && grant.client == client && self.in_force(grant));
            return Some(found.map_or(Reply::Inactive, |(_, grant)| {
                let user = Some(grant.login.user);
                Reply::Active { client, user, scope: grant.scope, bound: Bound::Nobody }
            }));
        }
        let found = self.live(token).filter(|found| found.client == client || client == MUTUAL);
        Some(found.map_or(Reply::Inactive, |found| {
            let user = self.user(found);
            Reply::Active { client: found.client, user, scope: found.scope, bound: found.bound }
        }))
    }

    pub(super) fn revoke(&mut self, id: Id, caller: &Caller, token: Id, refresh: bool) -> Option<Reply> {
        let client = self.caller(id, caller)?;
        if refresh {
            let Some((found, grant)) = self.live_refresh(token) else { return Some(Reply::Done) };
            let (root, owner) = (found.grant, grant.client);
            return (owner == client).then(|| {
                self.grants.entry(root).and_modify(|grant| grant.revoked = true);
                Reply::Done
            });
        }
        let found = self.tokens.get_mut(&token)?;
        // The store eventually drops an opaque token, and an unknown token belongs to no client.
        if self.opaque && self.now >= found.until + MINUTE {
            return Some(Reply::Done);
        }
        found.revoked |= found.client == client;
        (found.client == client).then_some(Reply::Done)
    }

    /// Revokes the grant of a token. Returns true if it was in force.
    pub(super) fn revoke_grant(&mut self, token: Id) -> Reply {
        let found = self.tokens[&token].clone();
        let Some(code) = found.grant else {
            let owned = self.owns(&found);
            self.locked.insert((found.client, found.removals));
            return Reply::Ended(owned);
        };
        let in_force = self.now < self.grants[&code].until && self.in_force(&self.grants[&code]);
        self.grants.entry(code).and_modify(|grant| grant.revoked |= in_force);
        Reply::Ended(in_force)
    }

    /// Returns true if a grant was not ended in any way.
    fn in_force(&self, grant: &Grant) -> bool {
        !grant.revoked && self.counts(grant.login) && grant.era == self.era(grant.client, grant.login.user)
    }

    /// Returns true if the client still has the grant of its own that this token comes from.
    fn owns(&self, token: &Token) -> bool {
        token.removals == self.removals[token.client] && !self.locked.contains(&(token.client, token.removals))
    }

    fn live_refresh(&self, token: Id) -> Option<(&Refresh, &Grant)> {
        let found = &self.refreshes[&token];
        let grant = &self.grants[&found.grant];
        (self.now < found.until && self.now < grant.until).then_some((found, grant))
    }

    /// Returns the token if it and everything from which it was issued are live.
    fn live(&self, token: Id) -> Option<&Token> {
        let found = &self.tokens[&token];
        let rooted = match found.grant {
            Some(grant) => self.now < self.grants[&grant].until && self.in_force(&self.grants[&grant]),
            None => self.owns(found),
        };
        (rooted && !found.revoked && self.now < found.until).then_some(found)
    }

    fn user(&self, token: &Token) -> Option<usize> {
        token.grant.map(|grant| self.grants[&grant].login.user)
    }
}

/// Returns true if the token replaced the last one that was used, or is the first one.
fn is_next(token: &Refresh, grant: &Grant) -> bool {
    token.generation == grant.replaced.as_ref().map_or(0, |last| last.generation) + 1
}
