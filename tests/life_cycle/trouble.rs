//! Hosts that disturb an exchange.

use super::request::{Id, Reply, Request};
use super::stage::Stage;
use fapi::record::RecordKey;
use fapi::*;
use std::cell::{Cell, RefCell};

/// What a host does to an exchange.
pub enum Trouble<'r> {
    Nothing,
    Contended(u8),
    Down(u8),
    /// Before the n-th effect another request is answered.
    Other(u8, Id, &'r Request),
}

/// The host of one exchange, with its trouble.
pub struct Troubled<'s> {
    stage: &'s Stage,
    trouble: Trouble<'s>,
    effects: Cell<u8>,
    conflicts: Cell<u8>,
    /// It got no answer that it could go on with.
    pub failed: Cell<bool>,
    /// What the other request was answered, if it came to that.
    pub other: RefCell<Option<Reply>>,
    /// A commit was applied after the other request was answered.
    pub last: Cell<bool>,
}

impl<'s> Troubled<'s> {
    pub fn new(stage: &'s Stage, trouble: Trouble<'s>) -> Self {
        let (effects, conflicts, failed) = (Cell::new(0), Cell::new(0), Cell::new(false));
        Self { stage, trouble, effects, conflicts, failed, other: RefCell::default(), last: Cell::new(false) }
    }

    fn effect(&self) -> Result<(), Unavailable> {
        let number = self.effects.replace(self.effects.get() + 1);
        match self.trouble {
            Trouble::Down(at) if at == number => {
                self.failed.set(true);
                return Err(Unavailable);
            }
            Trouble::Other(at, id, request) if at == number => {
                let reply = self.stage.send(&self.stage.world, id, request);
                self.other.replace(Some(reply));
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

    fn commit(&self, commit: &Commit) -> Result<Committed, Unavailable> {
        self.effect()?;
        if let Trouble::Contended(times) = self.trouble
            && self.conflicts.get() < times
        {
            self.conflicts.set(self.conflicts.get() + 1);
            self.failed.set(self.conflicts.get() > 8);
            let keys: Vec<RecordKey> = commit.writes.iter().map(|write| write.key().clone()).collect();
            let found = self.stage.world.store.borrow().load(&keys);
            return Ok(Committed::Conflict(keys.into_iter().zip(found).collect()));
        }
        let committed = self.stage.world.commit(commit)?;
        self.last.set(committed == Committed::Applied && self.other.borrow().is_some());
        Ok(committed)
    }

    fn use_key(&self, key_use: &KeyUse) -> Result<Vec<u8>, Unavailable> {
        self.effect()?;
        self.stage.world.use_key(key_use)
    }
}
