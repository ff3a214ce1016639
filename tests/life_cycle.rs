//! Several clients, users and browsers, somebody who swaps and replays whatever is seen on the wire, a clock that moves and a
//! store that others write to: whatever they do, each is answered as a simple model of the life cycle says.
//!
//! Requests that overlap must be answered as if one had come after the other; a request that was granted, by a commit, comes
//! after everything that was committed before. So there may be several models of what has happened, and the next answers tell
//! which of them are possible.

#![allow(unreachable_pub)]

mod model;
mod moves;
mod request;
mod stage;
mod trouble;
mod wallet;

use fapi::Timestamp;
use model::Model;
use moves::{Draft, Move, moves};
use proptest::prelude::*;
use request::*;
use stage::Stage;
use trouble::{Trouble, Troubled};
use wallet::Next;

/// What was sent in one step, and what came back.
type Seen<'r> = (Id, &'r Request, Reply);
/// One order in which it may have happened.
type Course<'c> = Box<dyn Fn(&mut Model) -> Vec<Reply> + 'c>;

/// The stage, and every course of events that would explain all answers so far.
struct Play {
    stage: Stage,
    models: Vec<Model>,
    step: Id,
    latest: i64,
}

impl Play {
    fn new() -> Self {
        let stage = Stage::new();
        let now = stage.world.now.get();
        Self { models: vec![Model::new(now)], stage, step: 0, latest: now }
    }

    fn play(&mut self, next: &Move) -> Result<(), TestCaseError> {
        match next {
            Move::Send(draft) => self.alone(draft, Trouble::Nothing),
            Move::Contended(draft, times) => self.alone(draft, Trouble::Contended(*times)),
            Move::Down(draft, at) => self.alone(draft, Trouble::Down(*at)),
            Move::Race(one, at, other) => {
                let requests = (one.request(&self.stage.wallet.borrow()), other.request(&self.stage.wallet.borrow()));
                let (Some(one), Some(other)) = requests else { return Ok(()) };
                self.race(*at, &one, &other)
            }
            Move::Pass(seconds) => {
                // No clock is more than half a minute behind another.
                let now = (self.stage.world.now.get() + seconds).max(self.latest - 30);
                self.latest = self.latest.max(now);
                self.stage.world.now.set(now);
                self.models.iter_mut().for_each(|model| model.now = now);
                Ok(())
            }
            Move::Sweep => {
                self.stage.world.store.borrow_mut().sweep(Timestamp::from_seconds(self.latest - 30));
                Ok(())
            }
        }
    }

    fn alone(&mut self, draft: &Draft, trouble: Trouble<'_>) -> Result<(), TestCaseError> {
        let Some(request) = draft.request(&self.stage.wallet.borrow()) else { return Ok(()) };
        self.send(&request, trouble)
    }

    fn number(&mut self) -> Id {
        self.step += 1;
        self.step
    }

    fn send(&mut self, request: &Request, trouble: Trouble<'_>) -> Result<(), TestCaseError> {
        let id = self.number();
        let (reply, failed) = {
            let host = Troubled::new(&self.stage, trouble);
            (self.stage.send(&host, id, request), host.failed.get())
        };
        let course = move |model: &mut Model| {
            if failed {
                model.made(id, request);
                return vec![Reply::Unavailable];
            }
            vec![model.answer(id, request)]
        };
        self.explain(&[(id, request, reply)], vec![Box::new(course)])
    }

    fn race(&mut self, at: u8, one: &Request, other: &Request) -> Result<(), TestCaseError> {
        let (first, second) = (self.number(), self.number());
        let (reply, met, granted) = {
            let host = Troubled::new(&self.stage, Trouble::Other(at, second, other));
            let reply = self.stage.send(&host, first, one);
            let granted = host.last.get() && !matches!(reply, Reply::Refused { .. });
            (reply, host.other.take(), granted)
        };
        let mut courses: Vec<Course<'_>> = vec![];
        if met.is_some() {
            courses.push(Box::new(|model: &mut Model| {
                let before = model.answer(second, other);
                vec![model.answer(first, one), before]
            }));
        }
        if !granted {
            courses.push(Box::new(|model: &mut Model| vec![model.answer(first, one), model.answer(second, other)]));
        }
        let reply_to_other = met.unwrap_or_else(|| self.stage.send(&self.stage.world, second, other));
        self.explain(&[(first, one, reply), (second, other, reply_to_other)], courses)
    }

    /// Follows every course that leads to what was seen; there must be one.
    fn explain(&mut self, seen: &[Seen<'_>], courses: Vec<Course<'_>>) -> Result<(), TestCaseError> {
        let replies: Vec<_> = seen.iter().map(|(_, _, reply)| reply.clone()).collect();
        let (mut possible, mut expected) = (vec![], vec![]);
        for model in &self.models {
            for course in &courses {
                let mut model = model.clone();
                let answers = course(&mut model);
                if answers == replies && !possible.contains(&model) {
                    possible.push(model);
                } else {
                    expected.push(answers);
                }
            }
        }
        prop_assert!(!possible.is_empty(), "{:#?}\nshould have been answered with one of {:?}", seen, expected);
        self.models = possible;
        if replies.iter().any(|reply| matches!(reply, Reply::Refused { .. })) {
            self.stage.wallet.borrow_mut().next = Next::Push;
        }
        Ok(())
    }

    /// Whatever was ever given out is dead or alive, for its resource and for who introspects, as the model says.
    fn audit(&mut self) -> Result<(), TestCaseError> {
        let (tokens, refreshes) = {
            let wallet = self.stage.wallet.borrow();
            (wallet.tokens.clone(), wallet.refreshes.clone())
        };
        for (&token, seen) in &tokens {
            let (dpop, proof) = match self.models[0].bound(token) {
                Bound::Key(key) => (true, Proof::Fresh { key, place: Place::Resource, token: Some(token) }),
                _ => (false, Proof::None),
            };
            self.send(&Request::Call(Call { token, dpop, certificate: true, proof, needed: 0 }), Trouble::Nothing)?;
            let caller = Caller::Own(if seen.client == PHONE { MUTUAL } else { seen.client });
            self.send(&Request::Introspect { caller, token, refresh: false }, Trouble::Nothing)?;
        }
        for (&token, seen) in refreshes.iter().filter(|(_, seen)| seen.client != PHONE) {
            let caller = Caller::Own(seen.client);
            self.send(&Request::Introspect { caller, token, refresh: true }, Trouble::Nothing)?;
        }
        Ok(())
    }
}

proptest! {
    #[test]
    fn every_answer_is_the_one_of_the_model(moves in moves()) {
        let mut play = Play::new();
        for next in &moves {
            play.play(next)?;
        }
        play.audit()?;
    }
}
