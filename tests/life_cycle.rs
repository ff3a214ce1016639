//! Several clients, users and browsers, an attacker who swaps and replays everything on the wire, a clock that moves and a
//! store to which others write. Every request must be answered as a simple model of the life cycle says.
//!
//! Access tokens are JWTs or opaque, proofs may require a nonce, and a refresh may be repeated for some seconds if its reply is lost.
//!
//! Two or three overlapping requests must be answered as if they had run one after the other. A request that was granted by a
//! commit comes after everything that was committed before. Several models of the past may therefore be possible, and later
//! answers decide between them.

#![allow(unreachable_pub)]

mod model;
mod moves;
mod request;
mod stage;
mod trouble;
mod wallet;

use fapi::Timestamp;
use model::Model;
use moves::{Draft, Kind, Move, moves};
use proptest::prelude::*;
use request::*;
use stage::Stage;
use trouble::{Racer, Trouble, Troubled};
use wallet::Next;

/// A request of one step with its reply.
type Seen<'r> = (Id, &'r Request, Reply);
/// One order in which the requests may have run.
type Course<'c> = Box<dyn Fn(&mut Model) -> Vec<Reply> + 'c>;

/// The stage, and every model that explains all replies so far.
struct Play {
    stage: Stage,
    models: Vec<Model>,
    step: Id,
    latest: i64,
}

impl Play {
    fn new(opaque: bool, nonces: bool, window: u32) -> Self {
        let stage = Stage::new(opaque, nonces, window);
        let now = stage.world.now.get();
        Self { models: vec![Model::new(now, opaque, nonces, window.into())], stage, step: 0, latest: now }
    }

    fn play(&mut self, next: &Move) -> Result<(), TestCaseError> {
        match next {
            Move::Send(draft) => self.alone(draft, Trouble::Nothing),
            Move::Contended(draft, times) => self.alone(draft, Trouble::Contended(*times)),
            Move::Down(draft, at) => self.alone(draft, Trouble::Down(*at)),
            Move::Race(drafts) => {
                let request = |(at, draft): &(u8, Draft)| Some((*at, draft.request(&self.stage.wallet.borrow())?));
                let requests: Vec<_> = drafts.iter().filter_map(request).collect();
                self.race(&requests)
            }
            Move::Nonce => {
                self.stage.change_nonce();
                self.models.iter_mut().for_each(|model| model.nonce += 1);
                Ok(())
            }
            Move::Pass(seconds) => {
                // The clocks differ by at most half a minute.
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

    /// Sends each request before an effect of the previous one, or after the previous one if that has fewer effects.
    fn race(&mut self, requests: &[(u8, Request)]) -> Result<(), TestCaseError> {
        let racers: Vec<_> = requests.iter().map(|(at, request)| Racer { at: *at, id: self.number(), request }).collect();
        let mut replies: Vec<Reply> = vec![];
        // The pairs of requests whose order is known.
        let mut before = vec![];
        while let Some(first) = racers.get(replies.len()) {
            let begun = replies.len();
            let host = Troubled::new(&self.stage, Trouble::Others(&racers[begun + 1..]));
            let mut met = vec![host.met(self.stage.send(&host, first.id, first.request))];
            met.append(&mut host.met.borrow_mut());
            let ended = begun + met.len();
            before.extend((0..begun).flat_map(|earlier| (begun..ended).map(move |later| (earlier, later))));
            let granted = (begun..ended).filter(|at| met[at - begun].granted);
            before.extend(granted.flat_map(|outer| (outer + 1..ended).map(move |within| (within, outer))));
            replies.extend(met.into_iter().map(|met| met.reply));
        }
        let possible = orders(racers.len()).into_iter().filter(|order| {
            let place = |racer: usize| order.iter().position(|at| *at == racer);
            before.iter().all(|(earlier, later)| place(*earlier) < place(*later))
        });
        let racers = &racers;
        let course = |order: Vec<usize>| -> Course<'_> {
            Box::new(move |model: &mut Model| {
                let mut answers: Vec<_> =
                    order.iter().map(|at| (*at, model.answer(racers[*at].id, racers[*at].request))).collect();
                answers.sort_by_key(|(at, _)| *at);
                answers.into_iter().map(|(_, answer)| answer).collect()
            })
        };
        let seen: Vec<_> = racers.iter().zip(replies).map(|(racer, reply)| (racer.id, racer.request, reply)).collect();
        self.explain(&seen, possible.map(course).collect())
    }

    /// Keeps every model that explains the replies; there must be at least one.
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

    /// Checks that every token ever issued is live or dead as the model says, both at its resource and for introspection.
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
        // The client that cannot introspect uses its refresh tokens instead, the latest first, since earlier ones may have been
        // replaced.
        for (&refresh, _) in refreshes.iter().rev().filter(|(_, seen)| seen.client == PHONE) {
            let proof = match self.models[0].held(refresh) {
                Bound::Key(key) => Proof::Fresh { key, place: Place::Token, token: None },
                _ => Proof::None,
            };
            self.send(&Request::Refresh { caller: Caller::Own(PHONE), proof, refresh, scope: None }, Trouble::Nothing)?;
        }
        Ok(())
    }
}

/// Returns every order of `count` items.
fn orders(count: usize) -> Vec<Vec<usize>> {
    let Some(last) = count.checked_sub(1) else { return vec![vec![]] };
    let inserted = |order: Vec<usize>| (0..count).map(move |at| [&order[..at], &[last], &order[at..]].concat());
    orders(last).into_iter().flat_map(inserted).collect()
}

proptest! {
    #[test]
    fn every_reply_agrees_with_the_model(opaque: bool, nonces: bool, window in prop_oneof![Just(0), 1..=60u32], moves in moves()) {
        let mut play = Play::new(opaque, nonces, window);
        for next in &moves {
            play.play(next)?;
        }
        play.audit()?;
    }
}

/// Between the two loads of an answer, another answer concludes its page and then the login ends. The first answer finds a page that
/// is open and a login that has ended, which were never there together.
#[test]
fn a_login_ends_while_two_answers_to_its_page_arrive() {
    let draft = |kind, choices: &[u8]| {
        let mut all = [0; 12];
        all[..choices.len()].copy_from_slice(choices);
        Draft { kind, choices: all }
    };
    let pushed = [draft(Kind::Push, &[]), draft(Kind::Flow, &[0, 8])];
    let direct = [draft(Kind::Direct, &[0, 2])];
    for (at, opened) in (0..6).flat_map(|at| [(at, &pushed[..]), (at, &direct[..])]) {
        let mut moves: Vec<_> = opened.iter().cloned().map(Move::Send).collect();
        moves.push(Move::Send(draft(Kind::Flow, &[])));
        let answer = || draft(Kind::Flow, &[]);
        moves.push(Move::Race(vec![(0, answer()), (at, draft(Kind::RevokeSubject, &[2])), (0, answer())]));
        let mut play = Play::new(false, false, 0);
        let played = moves.iter().try_for_each(|next| play.play(next)).and_then(|()| play.audit());
        played.unwrap_or_else(|error| panic!("before effect {at}: {error}"));
    }
}
