//! Lists and ends login sessions.

use super::{Administered, Page, PageRequest, count, page, shows};
use crate::cutoff::{SubjectCutoff, next_cutoff};
use crate::exchange::{Decision, Operation, Pause, Turn};
use crate::life_cycle::Session;
use crate::record::{Owner, RecordKey, Write};
use crate::refusal::Refusal;
use crate::server::AuthorizationServer;
use crate::time::Timestamp;
use std::sync::Arc;

/// A login session of a user.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct OpenSession {
    /// Identifies the session; it is not the value of its cookie.
    pub id: String,
    /// The identifier of the session for clients (`sid`).
    pub sid: String,
    /// The user.
    pub subject: String,
    /// The time of the login.
    pub auth_time: Timestamp,
    /// The clients that the user logged in at.
    pub clients: Vec<String>,
    /// The end of the session.
    pub expires: Timestamp,
}

pub(crate) struct SessionListing {
    server: Arc<AuthorizationServer>,
    subject: String,
    page: PageRequest,
}

impl SessionListing {
    pub(crate) fn parse(server: &Arc<AuthorizationServer>, subject: &str, page: PageRequest) -> Result<Self, Refusal> {
        Ok(Self { server: server.clone(), subject: subject.to_owned(), page })
    }
}

impl Operation<Administered<Page<OpenSession>>> for SessionListing {
    fn decide(&self, turn: &Turn<'_>) -> Result<Decision<Administered<Page<OpenSession>>>, Pause> {
        let view = |key: &RecordKey, session: Session, expires| (key.id.clone(), session, expires);
        let page = page(&self.server, turn, Some(Owner::Subject(self.subject.clone())), &self.page, view)?;
        let cutoff = turn.load(self.server.subject_cutoff(&self.subject))?;
        let goes_on = |session: &Session| SubjectCutoff::admits_session(cutoff.clone(), &session.user, turn.now());
        let open = page.entries.into_iter().filter(|(_, session, _)| goes_on(session));
        let entries = open.map(|(id, session, expires)| OpenSession {
            id,
            sid: session.sid,
            subject: session.user.subject,
            auth_time: session.user.auth_time,
            clients: session.clients,
            expires,
        });
        let page = Page { entries: entries.collect(), unreadable: page.unreadable, next: page.next };
        Ok(shows(page).about(Some(&self.subject)))
    }
}

/// Ends sessions of a user: one, or all. Grants stay; [`revoke_subject`](AuthorizationServer::revoke_subject) ends them too.
pub(crate) struct SessionEnd {
    server: Arc<AuthorizationServer>,
    subject: String,
    id: Option<String>,
}

impl SessionEnd {
    pub(crate) fn parse(server: &Arc<AuthorizationServer>, subject: &str, id: Option<&str>) -> Result<Self, Refusal> {
        Ok(Self { server: server.clone(), subject: subject.to_owned(), id: id.map(str::to_owned) })
    }

    fn one(&self, turn: &Turn<'_>, id: &str) -> Result<Decision<Administered<usize>>, Pause> {
        let (session, cutoff) = turn.load((self.server.key::<Session>(id), self.server.subject_cutoff(&self.subject)))?;
        let session = session.live(turn.now()).filter(|session| session.user.subject == self.subject);
        let session = session.filter(|session| SubjectCutoff::admits_session(cutoff, &session.user, turn.now()));
        let removed = session.map(|session| session.remove());
        Ok(self.ended(removed.iter().count(), removed))
    }

    /// Sessions that begin meanwhile are ended or not; none from before is left.
    fn all(&self, turn: &Turn<'_>) -> Result<Decision<Administered<usize>>, Pause> {
        let known = turn.load(self.server.subject_cutoff(&self.subject))?;
        let goes_on = |session: &Session| Ok(SubjectCutoff::admits_session(known.clone(), &session.user, turn.now()));
        let ended = count(&self.server, turn, &Owner::Subject(self.subject.clone()), goes_on)?;
        let before = known.clone().live(turn.now()).map(|cutoff| cutoff.get().clone()).unwrap_or_default();
        let cutoff = SubjectCutoff { sessions_since: Some(next_cutoff(before.latest(), turn.now())), ..before };
        Ok(self.ended(ended.number, [known.put(&cutoff, Timestamp::NEVER)]).unreadable(ended.unreadable))
    }

    fn ended(&self, number: usize, writes: impl IntoIterator<Item = Write>) -> Decision<Administered<usize>> {
        Decision::commits(Administered::Done(number), writes).about(Some(&self.subject))
    }
}

impl Operation<Administered<usize>> for SessionEnd {
    fn decide(&self, turn: &Turn<'_>) -> Result<Decision<Administered<usize>>, Pause> {
        match &self.id {
            Some(id) => self.one(turn, id),
            None => self.all(turn),
        }
    }
}
