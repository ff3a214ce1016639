//! Lists and ends login sessions.

use super::{Administered, Page, PageRequest, all, page};
use crate::exchange::{Decision, Operation, Pause, Turn};
use crate::life_cycle::Session;
use crate::record::{Owner, RecordKey};
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
        let view = |key: &RecordKey, session: Session, expires| OpenSession {
            id: key.id.clone(),
            sid: session.sid,
            subject: session.user.subject,
            auth_time: session.user.auth_time,
            clients: session.clients,
            expires,
        };
        let page = page(&self.server, turn, Some(Owner::Subject(self.subject.clone())), &self.page, view)?;
        Ok(Decision::replies(Administered::Done(page)))
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
}

impl Operation<Administered<usize>> for SessionEnd {
    fn decide(&self, turn: &Turn<'_>) -> Result<Decision<Administered<usize>>, Pause> {
        let sessions = all::<Session>(&self.server, turn, Owner::Subject(self.subject.clone()))?;
        let ended = sessions.into_iter().filter(|(key, _)| self.id.as_ref().is_none_or(|id| *id == key.id));
        let keys: Vec<_> = ended.map(|(key, _)| self.server.key::<Session>(key.id)).collect();
        turn.load(keys.iter().map(|key| key.0.clone()).collect::<Vec<_>>())?;
        let mut writes = vec![];
        for key in keys {
            writes.extend(turn.load(key)?.live(turn.now()).map(|session| session.remove()));
        }
        Ok(Decision::commits(Administered::Done(writes.len()), writes).about(Some(&self.subject)))
    }
}
