//! What a turn ends in: a decision with its writes, or a pause.

use super::facts::Facts;
use super::step::{ClaimsRequest, DocumentRequest, KeyUse, SessionChange, Unavailable};
use crate::client::AuthenticatedClient;
use crate::fault::Fault;
use crate::record::{RecordKey, Write};
use crate::refusal::{Delivery, ErrorCode, RedirectTarget, Refusal};

/// An acceptance, ready to be told once its writes are stored.
pub(crate) struct Decision<R> {
    pub(super) reply: R,
    pub(super) writes: Vec<Write>,
    pub(super) session: SessionChange,
    pub(super) client: Option<String>,
    pub(super) subject: Option<String>,
    pub(super) delivery: Option<Delivery>,
    pub(super) grants: bool,
}

impl<R> Decision<R> {
    /// Says something that rests on what was read at one moment; nothing is committed unless a position adds a write.
    pub(crate) fn replies(reply: R) -> Self {
        let session = SessionChange::Keep;
        Self { reply, writes: vec![], session, client: None, subject: None, delivery: None, grants: false }
    }

    /// Gives rights: commits even without writes of its own, with everything that was read as [`Write::Unchanged`].
    pub(crate) fn commits(reply: R, writes: impl IntoIterator<Item = Write>) -> Self {
        Self { writes: writes.into_iter().collect(), grants: true, ..Self::replies(reply) }
    }

    pub(crate) fn session(mut self, change: SessionChange) -> Self {
        self.session = change;
        self
    }

    pub(crate) fn and(mut self, writes: impl IntoIterator<Item = Write>) -> Self {
        self.writes.extend(writes);
        self
    }

    pub(crate) fn about(mut self, subject: impl Into<String>) -> Self {
        self.subject = Some(subject.into());
        self
    }
}

/// Why a turn did not end in an acceptance.
pub(crate) enum Pause {
    Load(Vec<RecordKey>),
    Fetch(DocumentRequest),
    Claims(ClaimsRequest),
    UseKey(KeyUse),
    Refuse(Refusal),
    Fault(Box<Failure>),
}

/// A mistake that is not the peer's, and where the peer is told that there is one.
pub(crate) struct Failure {
    pub(super) fault: Fault,
    pub(super) delivery: Option<Delivery>,
    pub(super) client: Option<String>,
}

impl From<Refusal> for Pause {
    fn from(refusal: Refusal) -> Self {
        Self::Refuse(refusal)
    }
}

impl From<Fault> for Pause {
    fn from(fault: Fault) -> Self {
        Self::Fault(Box::new(Failure { fault, delivery: None, client: None }))
    }
}

impl From<Unavailable> for Pause {
    fn from(_: Unavailable) -> Self {
        Refusal::new(ErrorCode::TemporarilyUnavailable, vec![]).into()
    }
}

/// Positions change how everything after them ends, accepted or refused.
pub(crate) trait Positions {
    /// From here on it is told at the target.
    fn deliver_to(self, target: &RedirectTarget) -> Self;
    /// From here on everything names the client and spends what it proved itself with, refused or not. An outage spends
    /// nothing: the client may ask again with the same proof.
    fn spending(self, caller: &AuthenticatedClient<'_>) -> Self;
    /// From here on everything names the client that somebody else speaks of.
    fn attributed_to(self, client_id: &str) -> Self;
}

impl<R> Positions for Result<Decision<R>, Pause> {
    fn deliver_to(mut self, target: &RedirectTarget) -> Self {
        let delivery = match &mut self {
            Ok(decision) => &mut decision.delivery,
            Err(Pause::Refuse(refusal)) => &mut refusal.delivery,
            Err(Pause::Fault(failure)) => &mut failure.delivery,
            Err(_) => return self,
        };
        delivery.get_or_insert_with(|| Delivery::Redirect(Box::new(target.clone())));
        self
    }

    fn spending(mut self, caller: &AuthenticatedClient<'_>) -> Self {
        let writes = match &mut self {
            Ok(decision) => Some(&mut decision.writes),
            Err(Pause::Refuse(refusal)) if refusal.code.blames_peer() => Some(&mut refusal.writes),
            _ => None,
        };
        if let Some(writes) = writes {
            for spent in &caller.spent {
                if writes.iter().all(|write| write.key() != spent.key()) {
                    writes.push(spent.clone());
                }
            }
        }
        self.attributed_to(caller.client.client_id())
    }

    fn attributed_to(mut self, client_id: &str) -> Self {
        let client = match &mut self {
            Ok(decision) => &mut decision.client,
            Err(Pause::Refuse(refusal)) => &mut refusal.client,
            Err(Pause::Fault(failure)) => &mut failure.client,
            Err(_) => return self,
        };
        *client = Some(client_id.to_owned());
        self
    }
}

impl Facts {
    /// Writes rest on what was read: each record that was looked at and is not written must still be what it was.
    pub(super) fn add_read_preconditions(&self, writes: &mut Vec<Write>) {
        for (key, on) in self.read() {
            if writes.iter().all(|write| write.key() != key) {
                writes.push(Write::Unchanged { key: key.clone(), on });
            }
        }
    }
}
