//! One inbound request, one outcome: the one machine under every endpoint.
//!
//! `decide` is called **from the top** each time a fact arrives. It asks for what it is missing (a `?` that pauses the
//! exchange) and, once nothing is missing, decides: an acceptance or a refusal, each with its writes. Nothing is told before it
//! is stored, nothing is stored before it can be told:
//!
//! ```text
//!            ┌──── Load / Fetch / Ask / UseKey (facts) ◀──┐
//! inbound ──▶ decide ── missing fact ─────────────────────┘
//!              │ decided
//!              ├── writes? ── Commit ── applied ──▶ Done(outcome)
//!              │                └── conflict: take the fresh records, decide again (bounded)
//!              └── no writes ────────────────────▶ Done(outcome)
//! ```
//!
//! So in `decide`: facts first, checks after; and what is expensive is remembered in [`Facts`].

mod decision;
mod facts;
#[cfg(all(test, feature = "aws-lc-rs"))]
mod order;
mod step;

use decision::Failure;
pub(crate) use decision::{Decision, Pause, Positions};
pub(crate) use facts::{Entry, Facts, Held, Keys};
pub use step::{
    Ask, ClaimsRequest, Commit, Committed, DocumentRequest, FetchedDocument, KeyUse, Load, Loaded, Outcome, Reply, Response,
    SessionChange, Step, Then, Unavailable, UserClaims,
};

use crate::context::Context;
use crate::event::{self, Disposition, Event};
use crate::fault::Fault;
use crate::primitives::Primitives;
use crate::record::Write;
use crate::refusal::{Delivery, ErrorCode, Refusal, render};

/// How often a decision is taken again because somebody else wrote first.
const CONFLICTS: u8 = 8;
/// More turns than any endpoint needs: an endless exchange is a bug.
const TURNS: u8 = 64;

/// An endpoint with its parsed request: everything that is not a fact.
pub(crate) trait Operation<R>: Send {
    /// Must be a function of its arguments: same facts, same decision.
    fn decide(&self, turn: &Turn<'_>) -> Result<Decision<R>, Pause>;
}

/// What a decision may look at.
pub(crate) struct Turn<'x> {
    pub(crate) context: &'x Context,
    pub(crate) facts: &'x Facts,
    pub(crate) primitives: &'static dyn Primitives,
}

/// Which endpoint, and how it tells errors as long as nothing better is known.
pub(crate) struct Entrance {
    pub(crate) endpoint: event::Endpoint,
    pub(crate) delivery: Delivery,
    pub(crate) primitives: &'static dyn Primitives,
}

pub(crate) struct Exchange<R> {
    decide: Box<dyn Operation<R>>,
    entrance: Entrance,
    context: Context,
    facts: Facts,
    turns: u8,
    conflicts: u8,
}

/// Parses once, then runs.
pub(crate) fn begin<R: Reply, E: Operation<R> + 'static>(
    entrance: Entrance,
    context: Context,
    parse: impl FnOnce() -> Result<E, Refusal>,
) -> Step<R> {
    #[cfg(fapi_waive)]
    let parsed = crate::waive::during(context.waived, parse);
    #[cfg(not(fapi_waive))]
    let parsed = parse();
    match parsed {
        Ok(endpoint) => {
            let facts = Facts::default();
            Box::new(Exchange { decide: Box::new(endpoint), entrance, context, facts, turns: 0, conflicts: 0 }).run()
        }
        Err(refusal) => {
            let delivery = refusal.delivery.unwrap_or(entrance.delivery);
            let mut response = render(refusal.code, &refusal.basis, &delivery);
            context.offer_nonce(&mut response);
            let disposition = Disposition::Refused { error: refusal.code, requirements: refusal.basis };
            let event = Event { endpoint: entrance.endpoint, client: refusal.client, subject: None, disposition, turns: 0 };
            Step::Done(Outcome { reply: R::refused(response), event, session: SessionChange::Keep })
        }
    }
}

impl<R: Reply> Exchange<R> {
    fn facts(&mut self) -> &mut Facts {
        &mut self.facts
    }

    fn run(mut self: Box<Self>) -> Step<R> {
        self.turns = self.turns.saturating_add(1);
        if self.turns > TURNS {
            return self.fault(Fault::new("too many turns"));
        }
        match self.decided() {
            Ok(decision) => self.accept(decision),
            Err(Pause::Load(keys)) => self.load(keys),
            Err(Pause::Fetch(request)) => {
                Step::Fetch(request.clone(), Then::fact(self, |facts, answer| facts.fetched(request, answer)))
            }
            Err(Pause::Claims(request)) => {
                Step::Ask(Ask::Claims(request.clone(), Then::fact(self, |facts, answer| facts.told(request, answer))))
            }
            Err(Pause::UseKey(key_use)) => {
                Step::UseKey(key_use.clone(), Then::fact(self, |facts, answer| facts.used(key_use, answer)))
            }
            Err(Pause::Refuse(refusal)) => self.refuse(refusal),
            Err(Pause::Fault(failure)) => {
                let Failure { fault, delivery, client } = *failure;
                self.failed(fault, delivery.as_ref(), client)
            }
        }
    }

    fn decided(&self) -> Result<Decision<R>, Pause> {
        let turn = Turn { context: &self.context, facts: &self.facts, primitives: self.entrance.primitives };
        #[cfg(fapi_waive)]
        return crate::waive::during(self.context.waived, || self.decide.decide(&turn));
        #[cfg(not(fapi_waive))]
        self.decide.decide(&turn)
    }

    fn load(self: Box<Self>, mut keys: Vec<crate::record::RecordKey>) -> Step<R> {
        keys.sort();
        keys.dedup();
        let load = Load { keys: keys.clone() };
        Step::Load(
            load,
            Then::new(self, move |exchange, answer: Result<Loaded, Unavailable>| match answer {
                Ok(found) if found.len() != keys.len() => {
                    Some(exchange.fault(Fault::new(format!("{} records for {} keys", found.len(), keys.len()))))
                }
                Ok(found) => {
                    exchange.facts.loaded(keys.into_iter().zip(found));
                    None
                }
                Err(unavailable) => {
                    exchange.facts.not_loaded(keys, unavailable);
                    None
                }
            }),
        )
    }

    fn accept(self: Box<Self>, decision: Decision<R>) -> Step<R> {
        let mut writes = decision.writes;
        if decision.grants || !writes.is_empty() {
            self.facts.add_read_preconditions(&mut writes);
        }
        let delivery = decision.delivery.unwrap_or_else(|| self.entrance.delivery.clone());
        let event = self.event(decision.client, decision.subject, Disposition::Accepted);
        self.commit(writes, delivery, Outcome { reply: decision.reply, event, session: decision.session })
    }

    fn refuse(self: Box<Self>, refusal: Refusal) -> Step<R> {
        let delivery = refusal.delivery.unwrap_or_else(|| self.entrance.delivery.clone());
        let disposition = match refusal.code {
            ErrorCode::TemporarilyUnavailable => Disposition::Unavailable,
            error => Disposition::Refused { error, requirements: refusal.basis.clone() },
        };
        let event = self.event(refusal.client, refusal.subject, disposition);
        let reply = R::refused(self.told(refusal.code, &refusal.basis, &delivery));
        self.commit(refusal.writes, delivery, Outcome { reply, event, session: SessionChange::Keep })
    }

    fn commit(self: Box<Self>, mut writes: Vec<Write>, delivery: Delivery, outcome: Outcome<R>) -> Step<R> {
        if writes.is_empty() {
            return Step::Done(outcome);
        }
        writes.sort_by(|a, b| a.key().cmp(b.key()));
        if let Some(twice) = writes.windows(2).find(|pair| pair[0].key() == pair[1].key()) {
            let fault = Fault::new(format!("two writes to {}", twice[0].key()));
            return self.fault(fault);
        }
        Step::Commit(
            Commit { now: self.context.now(), writes },
            Then::new(self, move |exchange, answer| match answer {
                Ok(Committed::Applied) => Some(Step::Done(outcome)),
                Ok(Committed::Conflict(fresh)) if exchange.conflicts < CONFLICTS => {
                    exchange.conflicts += 1;
                    exchange.facts.reloaded(fresh.into_iter());
                    None
                }
                Ok(Committed::Conflict(_)) | Err(Unavailable) => Some(exchange.commit_failed(
                    ErrorCode::TemporarilyUnavailable,
                    &delivery,
                    Disposition::Unavailable,
                    &outcome.event,
                )),
                Ok(Committed::Unknown) => {
                    Some(exchange.commit_failed(ErrorCode::ServerError, &delivery, Disposition::CommitUnknown, &outcome.event))
                }
            }),
        )
    }

    /// What was decided is not stored, so it is not told.
    fn commit_failed(&self, code: ErrorCode, delivery: &Delivery, disposition: Disposition, decided: &Event) -> Step<R> {
        let event = self.event(decided.client.clone(), decided.subject.clone(), disposition);
        Step::Done(Outcome { reply: R::refused(self.told(code, &[], delivery)), event, session: SessionChange::Keep })
    }

    fn fault(&self, fault: Fault) -> Step<R> {
        self.failed(fault, None, None)
    }

    fn failed(&self, fault: Fault, delivery: Option<&Delivery>, client: Option<String>) -> Step<R> {
        let reply = R::refused(self.told(ErrorCode::ServerError, &[], delivery.unwrap_or(&self.entrance.delivery)));
        let event = self.event(client, None, Disposition::Fault(fault));
        Step::Done(Outcome { reply, event, session: SessionChange::Keep })
    }

    fn told(&self, code: ErrorCode, basis: &[&'static crate::requirement::Requirement], delivery: &Delivery) -> Response {
        let mut response = render(code, basis, delivery);
        self.context.offer_nonce(&mut response);
        response
    }

    fn event(&self, client: Option<String>, subject: Option<String>, disposition: Disposition) -> Event {
        Event { endpoint: self.entrance.endpoint, client, subject, disposition, turns: self.turns }
    }
}
