//! The result of one run: a decision with its writes, or a pause.

use super::effect::{DocumentRequest, KeyUse, List, Unavailable};
use super::outcome::SessionChange;
use super::question::Question;
use crate::delivery::{AuthorizationResponse, Delivery, RedirectTarget};
use crate::error_code::ErrorCode;
use crate::event::{Concerned, Issued};
use crate::fault::Fault;
use crate::record::{RecordKey, Write};
use crate::refusal::Refusal;
use crate::response::Response;

/// An acceptance, ready to be delivered once its writes are stored.
pub(crate) struct Decision<R> {
    pub(super) content: Content<R>,
    pub(super) writes: Vec<Write>,
    pub(super) session: SessionChange,
    pub(super) client: Option<String>,
    pub(super) subject: Option<String>,
    pub(super) delivery: Option<Delivery>,
    pub(super) issued: Option<Issued>,
    pub(super) unreadable: Vec<RecordKey>,
    pub(super) concerned: Option<Box<Concerned>>,
    pub(super) commits: bool,
}

/// A reply, or an authorization response that is yet to be encoded.
pub(super) enum Content<R> {
    Reply(R),
    Response { response: AuthorizationResponse, wrap: fn(Response) -> R },
}

impl<R> Decision<R> {
    /// Reports what was read at one moment. Nothing is committed unless a position adds a write.
    pub(crate) fn replies(reply: R) -> Self {
        Self::of(Content::Reply(reply), vec![], false)
    }

    /// Changes rights: commits even without writes of its own, with everything that was read as [`Write::Unchanged`].
    pub(crate) fn commits(reply: R, writes: impl IntoIterator<Item = Write>) -> Self {
        Self::of(Content::Reply(reply), writes.into_iter().collect(), true)
    }

    /// [`commits`](Self::commits) with an authorization response as its reply.
    pub(crate) fn responds(
        response: AuthorizationResponse,
        wrap: fn(Response) -> R,
        writes: impl IntoIterator<Item = Write>,
    ) -> Self {
        Self::of(Content::Response { response, wrap }, writes.into_iter().collect(), true)
    }

    fn of(content: Content<R>, writes: Vec<Write>, commits: bool) -> Self {
        let session = SessionChange::Keep;
        let (issued, concerned, unreadable) = (None, None, vec![]);
        Self { content, writes, session, client: None, subject: None, delivery: None, issued, concerned, unreadable, commits }
    }

    /// Changes the session cookie.
    pub(crate) fn session(mut self, change: SessionChange) -> Self {
        self.session = change;
        self
    }

    /// Adds writes.
    pub(crate) fn and(mut self, writes: impl IntoIterator<Item = Write>) -> Self {
        self.writes.extend(writes);
        self
    }

    /// Names the user, for the event.
    pub(crate) fn about(mut self, subject: Option<&str>) -> Self {
        self.subject = subject.map(str::to_owned);
        self
    }

    /// Names the records that were skipped because they cannot be read, for the event.
    pub(crate) fn unreadable(mut self, keys: Vec<RecordKey>) -> Self {
        self.unreadable = keys;
        self
    }

    /// Describes the rights that the request is about, for the event.
    pub(crate) fn concerns(mut self, concerned: Concerned) -> Self {
        self.concerned = Some(Box::new(concerned));
        self
    }

    /// Describes what is issued, for the event.
    pub(crate) fn issues(mut self, issued: Issued) -> Self {
        self.issued = Some(issued);
        self
    }
}

/// The reason why a run did not end in an acceptance.
pub(crate) enum Pause {
    Load(Vec<RecordKey>),
    List(List),
    Fetch(DocumentRequest),
    Ask(Box<Question>),
    UseKey(KeyUse),
    Refuse(Refusal),
    Fault(Box<Failure>),
}

/// An error that the peer did not cause, and the place where it is reported to the peer.
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
        Refusal::new(ErrorCode::TemporarilyUnavailable, vec![], "Something that this server depends on did not answer.").into()
    }
}

impl Pause {
    /// Sets the place of a refusal or fault that has none yet.
    pub(super) fn deliver_to(&mut self, place: Option<&Delivery>) {
        let delivery = match self {
            Self::Refuse(refusal) => &mut refusal.delivery,
            Self::Fault(failure) => &mut failure.delivery,
            _ => return,
        };
        if delivery.is_none() {
            *delivery = place.cloned();
        }
    }
}

/// Positions in the flow: each affects the outcome of everything after it, whether accepted or refused.
pub(crate) trait Positions {
    /// From here on the reply goes to the target.
    fn deliver_to(self, target: &RedirectTarget) -> Self;
    /// From here on the event names the client, and the values it proved itself with are spent, accepted or refused. An outage
    /// spends nothing: the client may ask again with the same proof.
    fn spending(self, client_id: &str, spent: &[Write]) -> Self;
    /// From here on the event names the client.
    fn attributed_to(self, client_id: &str) -> Self;
}

impl<R> Positions for Result<Decision<R>, Pause> {
    fn deliver_to(mut self, target: &RedirectTarget) -> Self {
        let place = Delivery::Redirect(Box::new(target.clone()));
        match &mut self {
            Ok(decision) => {
                decision.delivery.get_or_insert(place);
            }
            Err(pause) => pause.deliver_to(Some(&place)),
        }
        self
    }

    fn spending(mut self, client_id: &str, spent: &[Write]) -> Self {
        let writes = match &mut self {
            Ok(decision) => Some(&mut decision.writes),
            Err(Pause::Refuse(refusal)) if refusal.code.blames_peer() => Some(&mut refusal.writes),
            _ => None,
        };
        if let Some(writes) = writes {
            for spent in spent {
                if writes.iter().all(|write| write.key() != spent.key()) {
                    writes.push(spent.clone());
                }
            }
        }
        self.attributed_to(client_id)
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
