//! One inbound request, one outcome: the state machine behind every endpoint.
//!
//! `decide` runs **from the top** each time a fact arrives. It asks for the missing facts (a `?` that pauses the exchange) and,
//! once none is missing, decides: an acceptance or a refusal, each with its writes. A decision is then encoded for the place it is
//! delivered to, which may pause as well (an authorization response can be a signed JWT). No reply leaves before its writes commit,
//! and nothing commits before the reply is complete:
//!
//! ```text
//!            ┌──── Load / Fetch / Ask / UseKey (facts) ◀──┐
//! inbound ──▶ decide, encode ── missing fact ─────────────┘
//!              │ decided
//!              ├── writes? ── Commit ── applied ──▶ Done(outcome)
//!              │                └── conflict: take the fresh records, decide again (bounded)
//!              └── no writes ────────────────────▶ Done(outcome)
//! ```
//!
//! Code in `decide` therefore loads facts first and checks afterwards; [`Facts`] remembers expensive results between runs.

mod decision;
mod effect;
mod facts;
#[cfg(all(test, feature = "aws-lc-rs"))]
mod order;
mod outcome;
mod question;
mod run;
mod step;

pub(crate) use decision::{Decision, Pause, Positions};
pub use effect::{
    Commit, Committed, DocumentKind, DocumentRequest, FetchedDocument, KeyUse, List, Listed, Load, Loaded, Unavailable,
};
pub(crate) use facts::{Entry, Facts, Held, KeyOrigin, Keys, Place, SignedBy};
pub use outcome::{Outcome, Reply, SessionChange};
pub(crate) use question::for_each_question;
pub use question::{
    ClaimsRequest, CustomizeRequest, Customized, HookPoint, OutgoingRequest, OutgoingResponse, PermissionsRequest,
    SubjectRequest, SubjectStatus, UserClaims, UserPermissions,
};
pub(crate) use run::{Entrance, begin};
pub use step::{Ask, Step, Then};

use crate::context::Context;
use crate::delivery::AuthorizationResponse;
use crate::entropy::Handle;
use crate::fault::Fault;
use crate::primitives::Primitives;
use crate::response::Response;
use crate::time::Timestamp;

/// An endpoint with its parsed request: everything that is not a fact.
pub(crate) trait Operation<R>: Send {
    /// Decides from the facts so far. Must be a function of its arguments: same facts, same decision.
    fn decide(&self, turn: &Turn<'_>) -> Result<Decision<R>, Pause>;

    /// Encodes an authorization response. Operations of the front channel sign it where its mode says so.
    fn encode(&self, _: &Turn<'_>, response: &AuthorizationResponse) -> Result<Response, Pause> {
        if response.mode().is_signed() {
            return Err(Fault::new("this endpoint signs no authorization responses").into());
        }
        Ok(response.encode())
    }
}

/// The inputs of one run of `decide`.
#[derive(Clone, Copy)]
pub(crate) struct Turn<'x> {
    pub(crate) context: &'x Context,
    pub(crate) facts: &'x Facts,
    pub(crate) primitives: &'static dyn Primitives,
}

impl<'x> Turn<'x> {
    /// The exchange's time.
    pub(crate) fn now(&self) -> Timestamp {
        self.context.now()
    }

    /// Reads all keys in one step.
    pub(crate) fn load<K: Keys>(&self, keys: K) -> Result<K::Found<'x>, Pause> {
        self.facts.load(keys)
    }

    /// An unguessable value for one purpose of this exchange.
    pub(crate) fn handle(&self, label: &str) -> Handle {
        self.context.handle(self.primitives, label)
    }

    /// The result of using a key that the host holds.
    pub(crate) fn use_key(&self, key_use: KeyUse) -> Result<&'x [u8], Pause> {
        self.facts.use_key(key_use)
    }
}
