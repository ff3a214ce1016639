//! The machine itself: runs an operation until it is decided, encoded and committed.

use super::decision::{Content, Decision, Failure, Pause};
use super::effect::{Commit, Committed, Load, Loaded, Unavailable};
use super::facts::Facts;
use super::outcome::{Outcome, Reply, SessionChange};
use super::question::{Question, for_each_question};
use super::step::{Ask, Step, Then, Waiting};
use super::{Operation, Turn};
use crate::context::Context;
use crate::delivery::{AuthorizationResponse, Delivery, Rendered, describe, render};
use crate::detail::Detail;
use crate::error_code::ErrorCode;
use crate::event::{Administration, Disposition, Endpoint, Event};
use crate::fault::Fault;
use crate::primitives::Primitives;
use crate::record::{RecordKey, Write};
use crate::refusal::Refusal;
use crate::requirement::Requirement;
use crate::response::Response;

/// The number of times a decision is repeated because other exchanges wrote first. Each conflict is the success of another exchange,
/// and an exchange commits once: of so many exchanges at once, and one more, none is refused for their number.
const CONFLICTS: u8 = 64;
/// More turns than any endpoint needs between two conflicts: an endless exchange is a bug.
const TURNS: u8 = 64;

/// The endpoint, and the place where it delivers errors until a better one is known.
pub(crate) struct Entrance {
    pub(crate) endpoint: Endpoint,
    pub(crate) delivery: Delivery,
    pub(crate) primitives: &'static dyn Primitives,
    /// The administrative operation, for the event.
    pub(crate) administration: Option<Administration>,
}

impl Entrance {
    pub(crate) fn new(endpoint: Endpoint, delivery: Delivery, primitives: &'static dyn Primitives) -> Self {
        Self { endpoint, delivery, primitives, administration: None }
    }
}

pub(crate) struct Exchange<R> {
    operation: Box<dyn Operation<R>>,
    entrance: Entrance,
    context: Context,
    pub(super) facts: Facts,
    /// All turns, for the event.
    turns: u8,
    /// The turns since the last conflict.
    since_conflict: u8,
    conflicts: u8,
    /// Set once nothing is left to decide: an error that still has to be encoded for its place.
    ended: Option<Box<Ended>>,
}

/// An exchange that ends without its writes.
struct Ended {
    code: ErrorCode,
    delivery: Delivery,
    event: Event,
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
        Ok(operation) => {
            let (operation, facts) = (Box::new(operation), Facts::default());
            let exchange =
                Exchange { operation, entrance, context, facts, turns: 0, since_conflict: 0, conflicts: 0, ended: None };
            Box::new(exchange).run()
        }
        Err(refusal) => {
            let delivery = refusal.delivery.unwrap_or(entrance.delivery);
            let reply = refused(render(refusal.code, &refusal.basis, Some(&refusal.detail), &delivery), &context);
            let disposition = Disposition::Refused { error: refusal.code, detail: refusal.detail, requirements: refusal.basis };
            let mut event = Event::new(entrance.endpoint, refusal.client, None, disposition, 0);
            event.claimed = refusal.claimed;
            event.administration = entrance.administration;
            Step::Done(Outcome { reply, event, session: SessionChange::Keep })
        }
    }
}

/// The reply that holds an error.
fn refused<R: Reply>(rendered: Rendered, context: &Context) -> R {
    match rendered {
        Rendered::Response(mut response) => {
            context.offer_nonce(&mut response);
            R::refused(response)
        }
        Rendered::Page(page) => R::told_to_user(*page),
    }
}

impl<R: Reply> Exchange<R> {
    pub(super) fn run(mut self: Box<Self>) -> Step<R> {
        self.turns = self.turns.saturating_add(1);
        self.since_conflict = self.since_conflict.saturating_add(1);
        if self.since_conflict > TURNS {
            return self.abandon(Fault::new("too many turns"));
        }
        if self.ended.is_some() {
            return self.deliver_error();
        }
        match self.decided() {
            Ok(decision) => self.accept(decision),
            Err(pause) => self.pause(pause),
        }
    }

    fn turn(&self) -> Turn<'_> {
        Turn { context: &self.context, facts: &self.facts, primitives: self.entrance.primitives }
    }

    fn decided(&self) -> Result<Decision<R>, Pause> {
        self.operate(|operation, turn| operation.decide(turn))
    }

    fn encoded(&self, response: &AuthorizationResponse) -> Result<Response, Pause> {
        self.operate(|operation, turn| operation.encode(turn, response))
    }

    fn operate<T>(&self, run: impl FnOnce(&dyn Operation<R>, &Turn<'_>) -> T) -> T {
        #[cfg(fapi_waive)]
        return crate::waive::during(self.context.waived, || run(&*self.operation, &self.turn()));
        #[cfg(not(fapi_waive))]
        run(&*self.operation, &self.turn())
    }

    /// Asks the host for what the operation misses, or ends in the refusal or fault it came to.
    fn pause(self: Box<Self>, pause: Pause) -> Step<R> {
        match pause {
            Pause::Load(keys) => self.load(keys),
            Pause::List(list) => Step::List(list.clone(), self.fact(|facts, answer| facts.listed(list, answer))),
            Pause::Fetch(request) => Step::Fetch(request.clone(), self.fact(|facts, answer| facts.fetched(request, answer))),
            Pause::Ask(question) => self.ask(*question),
            Pause::UseKey(key_use) => Step::UseKey(key_use.clone(), self.fact(|facts, answer| facts.used(key_use, answer))),
            Pause::Refuse(refusal) => self.refuse(refusal),
            Pause::Fault(failure) => {
                let Failure { fault, delivery, client } = *failure;
                let delivery = delivery.unwrap_or_else(|| self.entrance.delivery.clone());
                let event = self.event(client, None, Disposition::Fault(fault));
                self.end(ErrorCode::ServerError, delivery, event)
            }
        }
    }

    /// Waits for an answer, and continues with this function.
    fn then<A>(self: Box<Self>, go_on: impl GoOn<A, R>) -> Then<A, R> {
        Then::new(Paused { exchange: self, go_on })
    }

    /// Records the answer as a fact and runs again.
    fn fact<A>(self: Box<Self>, put: impl FnOnce(&mut Facts, Result<A, Unavailable>) + Send + 'static) -> Then<A, R> {
        self.then(|mut exchange: Box<Self>, answer| {
            put(&mut exchange.facts, answer);
            exchange.run()
        })
    }

    fn load(self: Box<Self>, mut keys: Vec<RecordKey>) -> Step<R> {
        keys.sort();
        keys.dedup();
        let load = Load::new(keys.clone());
        Step::Load(
            load,
            self.then(move |mut exchange, answer: Result<Loaded, Unavailable>| match answer {
                Ok(found) if found.len() != keys.len() => {
                    let fault = Fault::new(format!("{} records for {} keys", found.len(), keys.len()));
                    exchange.abandon(fault)
                }
                Ok(found) => {
                    exchange.facts.loaded(keys.into_iter().zip(found));
                    exchange.run()
                }
                Err(unavailable) => {
                    exchange.facts.not_loaded(keys, unavailable);
                    exchange.run()
                }
            }),
        )
    }

    fn accept(self: Box<Self>, decision: Decision<R>) -> Step<R> {
        let reply = match decision.content {
            Content::Reply(reply) => reply,
            Content::Response { response, wrap } => match self.encoded(&response) {
                Ok(response) => wrap(response),
                Err(mut pause) => {
                    pause.deliver_to(decision.delivery.as_ref());
                    return self.pause(pause);
                }
            },
        };
        let mut writes = decision.writes;
        if decision.commits || !writes.is_empty() {
            self.facts.add_read_preconditions(&mut writes);
        }
        let delivery = decision.delivery.unwrap_or_else(|| self.entrance.delivery.clone());
        let mut event = self.event(decision.client, decision.subject, Disposition::Accepted);
        event.issued = decision.issued;
        event.unreadable = decision.unreadable;
        event.concerned = decision.concerned;
        self.commit(writes, delivery, Outcome { reply, event, session: decision.session })
    }

    fn refuse(self: Box<Self>, refusal: Refusal) -> Step<R> {
        let delivery = refusal.delivery.unwrap_or_else(|| self.entrance.delivery.clone());
        let disposition = match refusal.code {
            ErrorCode::TemporarilyUnavailable => Disposition::Unavailable,
            error => Disposition::Refused { error, detail: refusal.detail.clone(), requirements: refusal.basis.clone() },
        };
        let reply = match self.encode_error(refusal.code, &refusal.basis, Some(&refusal.detail), &delivery) {
            Ok(reply) => reply,
            Err(pause) => return self.pause(pause),
        };
        let mut event = self.event(refusal.client, refusal.subject, disposition);
        event.claimed = refusal.claimed;
        let outcome = Outcome { reply, event, session: SessionChange::Keep };
        self.commit(refusal.writes, delivery, outcome)
    }

    fn commit(self: Box<Self>, mut writes: Vec<Write>, delivery: Delivery, outcome: Outcome<R>) -> Step<R> {
        if writes.is_empty() {
            return Step::Done(outcome);
        }
        writes.sort_by(|a, b| a.key().cmp(b.key()));
        if let Some(twice) = writes.windows(2).find(|pair| pair[0].key() == pair[1].key()) {
            let fault = Fault::new(format!("two writes to {}", twice[0].key()));
            return self.abandon(fault);
        }
        Step::Commit(
            Commit::new(self.context.now(), writes),
            self.then(move |mut exchange, answer| match answer {
                Ok(Committed::Applied) => Step::Done(outcome),
                Ok(Committed::Conflict(fresh)) if exchange.conflicts < CONFLICTS => {
                    exchange.conflicts += 1;
                    exchange.since_conflict = 0;
                    exchange.facts.reloaded(fresh.into_iter());
                    exchange.run()
                }
                Ok(Committed::Conflict(_)) | Err(Unavailable) => {
                    exchange.commit_failed(ErrorCode::TemporarilyUnavailable, delivery, Disposition::Unavailable, outcome.event)
                }
                Ok(Committed::Unknown) => {
                    exchange.commit_failed(ErrorCode::ServerError, delivery, Disposition::CommitUnknown, outcome.event)
                }
            }),
        )
    }

    /// The decision is not stored, so it is not delivered: the peer gets this error instead.
    fn commit_failed(self: Box<Self>, code: ErrorCode, delivery: Delivery, disposition: Disposition, decided: Event) -> Step<R> {
        let event = self.event(decided.client, decided.subject, disposition);
        self.end(code, delivery, event)
    }

    /// Ends at the endpoint's default place, because of a mistake that is not the peer's.
    fn abandon(self: Box<Self>, fault: Fault) -> Step<R> {
        let delivery = match self.entrance.delivery {
            // Encoding for a client may be what went wrong.
            Delivery::Redirect(_) => Delivery::Page,
            ref other => other.clone(),
        };
        let reply = refused(render(ErrorCode::ServerError, &[], None, &delivery), &self.context);
        let event = self.event(None, None, Disposition::Fault(fault));
        Step::Done(Outcome { reply, event, session: SessionChange::Keep })
    }

    fn end(mut self: Box<Self>, code: ErrorCode, delivery: Delivery, event: Event) -> Step<R> {
        self.ended = Some(Box::new(Ended { code, delivery, event }));
        self.deliver_error()
    }

    /// Encodes the error of an ended exchange; where it cannot be signed the user sees a page.
    fn deliver_error(mut self: Box<Self>) -> Step<R> {
        let Some(ended) = self.ended.take() else { return self.abandon(Fault::new("the exchange has not ended")) };
        match self.encode_error(ended.code, &[], None, &ended.delivery) {
            Ok(reply) => Step::Done(Outcome { reply, event: ended.event, session: SessionChange::Keep }),
            Err(pause) => {
                self.ended = Some(ended);
                self.pause(pause)
            }
        }
    }

    /// The error as it looks at its place. `Err` pauses for a signature; a signature that cannot be had leaves a page.
    fn encode_error(
        &self,
        code: ErrorCode,
        basis: &[&'static Requirement],
        detail: Option<&Detail>,
        delivery: &Delivery,
    ) -> Result<R, Pause> {
        let rendered = match delivery {
            Delivery::Redirect(target) => {
                let described = describe(basis, detail);
                let mut parameters = vec![("error", code.name())];
                parameters.extend(described.as_deref().map(|text| ("error_description", text)));
                match self.encoded(&target.respond(&parameters)) {
                    Ok(response) => Rendered::Response(response),
                    Err(Pause::Refuse(_) | Pause::Fault(_)) => render(code, basis, detail, &Delivery::Page),
                    Err(pause) => return Err(pause),
                }
            }
            elsewhere => render(code, basis, detail, elsewhere),
        };
        Ok(refused(rendered, &self.context))
    }

    fn event(&self, client: Option<String>, subject: Option<String>, disposition: Disposition) -> Event {
        let mut event = Event::new(self.entrance.endpoint, client, subject, disposition, self.turns);
        event.administration = self.entrance.administration.clone();
        event.unusable_keys = self.facts.unusable_keys();
        event
    }
}

/// An exchange between a step and its answer.
struct Paused<R, F> {
    exchange: Box<Exchange<R>>,
    go_on: F,
}

trait GoOn<A, R>: FnOnce(Box<Exchange<R>>, Result<A, Unavailable>) -> Step<R> + Send + 'static {}

impl<A, R, F: FnOnce(Box<Exchange<R>>, Result<A, Unavailable>) -> Step<R> + Send + 'static> GoOn<A, R> for F {}

impl<A, R: Reply, F: GoOn<A, R>> Waiting<A, R> for Paused<R, F> {
    fn resume(self: Box<Self>, answer: Result<A, Unavailable>) -> Step<R> {
        (self.go_on)(self.exchange, answer)
    }

    #[cfg(test)]
    fn exchange(self: Box<Self>) -> Box<dyn std::any::Any> {
        self.exchange
    }
}

macro_rules! define {
    ($($(#[$doc:meta])* $method:ident: $name:ident($request:ident) -> $answer:ident, $default:expr;)*) => {
        impl<R: Reply> Exchange<R> {
            /// Asks the host.
            fn ask(self: Box<Self>, question: Question) -> Step<R> {
                match question {
                    $(Question::$name(request) => {
                        Step::Ask(Ask::$name(request.clone(), self.fact(|facts, answer| {
                            facts.answers.$method.insert(request, answer);
                        })))
                    })*
                }
            }
        }
    };
}
for_each_question!(define);
