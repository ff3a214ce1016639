//! Hosts that interfere with an exchange.

use super::request::{Id, Reply, Request};
use super::stage::Stage;
use fapi::record::RecordKey;
use fapi::*;
use std::cell::{Cell, RefCell};

/// The interference of a host with an exchange.
pub enum Trouble<'r> {
    Nothing,
    Contended(u8),
    Down(u8),
    /// The first of these requests is answered before an effect of the current one, and the next one within that in the same
    /// way.
    Others(&'r [Racer<'r>]),
}

/// A request that may run concurrently with others.
pub struct Racer<'r> {
    /// The number of the effect of the previous request before which this one is sent.
    pub at: u8,
    pub id: Id,
    pub request: &'r Request,
}

/// The reply to a request that ran within another.
#[derive(Debug)]
pub struct Met {
    pub reply: Reply,
    /// True if it was granted by a commit that was applied after all requests within it had been answered.
    pub granted: bool,
}

/// The host of one exchange, with its interference.
pub struct Troubled<'s> {
    stage: &'s Stage,
    trouble: Trouble<'s>,
    effects: Cell<u8>,
    conflicts: Cell<u8>,
    /// True if the exchange got no answer with which it could continue.
    pub failed: Cell<bool>,
    /// The replies to the other requests, if they were sent.
    pub met: RefCell<Vec<Met>>,
    /// True if a commit was applied after the other requests had been answered.
    last: Cell<bool>,
}

impl<'s> Troubled<'s> {
    pub fn new(stage: &'s Stage, trouble: Trouble<'s>) -> Self {
        let (effects, conflicts, failed) = (Cell::new(0), Cell::new(0), Cell::new(false));
        Self { stage, trouble, effects, conflicts, failed, met: RefCell::default(), last: Cell::new(false) }
    }

    /// Returns the reply to a request that went through this host.
    pub fn met(&self, reply: Reply) -> Met {
        Met { granted: self.last.get() && !matches!(reply, Reply::Refused { .. }), reply }
    }

    fn effect(&self) -> Result<(), Unavailable> {
        let number = self.effects.replace(self.effects.get() + 1);
        match self.trouble {
            Trouble::Down(at) if at == number => {
                self.failed.set(true);
                return Err(Unavailable);
            }
            Trouble::Others([other, rest @ ..]) if other.at == number => {
                let host = Troubled::new(self.stage, Trouble::Others(rest));
                let reply = self.stage.send(&host, other.id, other.request);
                let mut met = vec![host.met(reply)];
                met.append(&mut host.met.borrow_mut());
                self.met.replace(met);
            }
            _ => {}
        }
        Ok(())
    }
}

impl Host for Troubled<'_> {
    fn load(&self, load: &Load) -> Result<Loaded, Unavailable> {
        self.effect()?;
        self.stage.world.load(load)
    }

    fn list(&self, list: &List) -> Result<Listed, Unavailable> {
        self.effect()?;
        self.stage.world.list(list)
    }

    fn commit(&self, commit: &Commit) -> Result<Committed, Unavailable> {
        self.effect()?;
        if let Trouble::Contended(times) = self.trouble
            && self.conflicts.get() < times
        {
            self.conflicts.set(self.conflicts.get() + 1);
            self.failed.set(self.conflicts.get() > 64);
            let keys: Vec<RecordKey> = commit.writes.iter().map(|write| write.key().clone()).collect();
            let found = self.stage.world.store.borrow().load(&keys);
            return Ok(Committed::Conflict(keys.into_iter().zip(found).collect()));
        }
        let committed = self.stage.world.commit(commit)?;
        self.last.set(committed == Committed::Applied && !self.met.borrow().is_empty());
        Ok(committed)
    }

    fn use_key(&self, key_use: &KeyUse) -> Result<Vec<u8>, Unavailable> {
        self.effect()?;
        self.stage.world.use_key(key_use)
    }
}
