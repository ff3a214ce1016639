//! The authorization server as data, and the view of it that a decision has.

use crate::cutoff::{ClientCutoff, SubjectCutoff};
use crate::exchange::{Pause, SubjectRequest, SubjectStatus, Turn};
use crate::metadata::Metadata;
use crate::policy::Policies;
use crate::record::{Key, Stored};
use crate::resource::ResourceServer;
use crate::settings::Settings;
use crate::time::Timestamp;
use crate::user::AuthenticatedUser;
use std::ops::Deref;
use std::sync::Arc;

/// One issuer at one revision of its settings: a snapshot without clock, randomness or I/O.
///
/// A host that changes settings builds a new one and swaps the `Arc`; an exchange ends on the snapshot it began with.
#[derive(Debug)]
pub struct AuthorizationServer {
    pub(crate) settings: Settings,
    pub(crate) metadata: Metadata,
    /// Reads the access tokens that come back to this server's own endpoints.
    pub(crate) resource: Arc<ResourceServer>,
    /// One per API, in the order of the settings.
    pub(crate) apis: Vec<Arc<ResourceServer>>,
    /// The policy of every client, composed once.
    pub(crate) policies: Policies,
}

impl AuthorizationServer {
    pub(crate) fn key<T: Stored>(&self, id: impl Into<String>) -> Key<T> {
        Key::new(&self.settings.issuer, id)
    }

    pub(crate) fn digest(&self, value: &str) -> String {
        crate::entropy::digest(self.settings.primitives, value.as_bytes())
    }

    pub(crate) fn subject_cutoff(&self, subject: &str) -> Key<SubjectCutoff> {
        self.key(SubjectCutoff::id(self.settings.primitives, subject))
    }

    pub(crate) fn client_cutoff(&self, client_id: &str) -> Key<ClientCutoff> {
        self.key(client_id)
    }

    /// The view of a decision on this server.
    pub(crate) fn at<'x>(&'x self, turn: &Turn<'x>) -> ServerTurn<'x> {
        ServerTurn { turn: *turn, server: self }
    }
}

/// A run of `decide` at an endpoint of the authorization server.
#[derive(Clone, Copy)]
pub(crate) struct ServerTurn<'x> {
    turn: Turn<'x>,
    pub(crate) server: &'x AuthorizationServer,
}

impl<'x> Deref for ServerTurn<'x> {
    type Target = Turn<'x>;

    fn deref(&self) -> &Turn<'x> {
        &self.turn
    }
}

impl<'x> ServerTurn<'x> {
    pub(crate) fn settings(&self) -> &'x Settings {
        &self.server.settings
    }

    pub(crate) fn key<T: Stored>(&self, id: impl Into<String>) -> Key<T> {
        self.server.key(id)
    }

    pub(crate) fn digest(&self, value: &str) -> String {
        self.server.digest(value)
    }

    /// The end of something that begins now and lasts so many seconds.
    pub(crate) fn after(&self, seconds: u32) -> Timestamp {
        self.now().after(seconds)
    }

    /// Returns true if the user still exists and this login was not ended.
    pub(crate) fn is_still_logged_in(&self, user: &AuthenticatedUser) -> Result<bool, Pause> {
        let cutoff = self.load(self.server.subject_cutoff(&user.subject))?;
        if !SubjectCutoff::admits(cutoff, Some(user.auth_time), self.now()) {
            return Ok(false);
        }
        Ok(*self.facts.subject(SubjectRequest::new(&user.subject))? == SubjectStatus::Active)
    }

    /// Returns true if nothing that was issued to the client at that time has been withdrawn since.
    pub(crate) fn client_still_had(&self, client_id: &str, issued_at: Timestamp) -> Result<bool, Pause> {
        let cutoff = self.load(self.server.client_cutoff(client_id))?;
        Ok(ClientCutoff::admits(cutoff, issued_at, self.now()))
    }
}
