//! Authentication of the calling client and of the key that it proves.

use super::*;

impl Model {
    /// Returns the client that has authenticated, and uses up its assertion.
    pub(super) fn caller(&mut self, id: Id, caller: &Caller) -> Option<usize> {
        if let Some(assertion) = caller.assertion(id) {
            let assertion = self.assertions.get_mut(&assertion)?;
            let registered = self.registered[assertion.client];
            let good = registered && assertion.genuine && !assertion.spent && self.now < assertion.until;
            assertion.spent |= good;
            return good.then_some(assertion.client);
        }
        let client = match *caller {
            Caller::Own(client) => Some(client),
            // Any caller can name the phone, which has no credentials.
            Caller::Forged { name, by } if name == by || name == PHONE => Some(name),
            _ => None,
        };
        client.filter(|client| self.registered[*client])
    }

    /// Returns the key that was proven, if any, and uses up its proof. Returns `None` if the proof is invalid.
    pub(super) fn proven(&mut self, id: Id, proof: &Proof, place: Place) -> Option<Option<usize>> {
        let Some(sent) = proof.sent(id) else { return Some(None) };
        let key = self.good(sent, place, None)?;
        self.proofs.get_mut(&sent)?.spent = true;
        Some(Some(key))
    }

    /// Returns the key of a proof that is valid here and now.
    pub(super) fn good(&self, sent: Id, place: Place, token: Option<Id>) -> Option<usize> {
        let made = &self.proofs[&sent];
        let timely = self.now <= made.at + MINUTE && made.at <= self.now + 30;
        let recent = !self.nonces || self.nonce - made.nonce <= 1;
        (!made.spent && timely && recent && made.place == place && made.token == token).then_some(made.key)
    }

    /// Returns the binding of a token for this client. FAPI 2.0 issues no bearer tokens.
    pub(super) fn binding(client: usize, caller: &Caller, key: Option<usize>) -> Option<Bound> {
        match key {
            Some(key) => Some(Bound::Key(key)),
            None if client == PHONE => Some(Bound::Nobody),
            None => caller.certificate().map(|_| Bound::Certificate),
        }
    }

    pub(super) fn push(&mut self, id: Id, caller: &Caller, proof: &Proof, scope: u8) -> Option<Reply> {
        let client = self.caller(id, caller)?;
        let key = self.proven(id, proof, Place::Push)?;
        let asked = Asked { client, scope, key, verifier: id };
        self.pushed.insert(id, Pushed { asked, removals: self.removals[client], until: self.now + MINUTE, over: false });
        Some(Reply::Pushed)
    }
}
