//! The authorization server as data, and the view of it that a decision has.

use crate::cutoff::{ClientCutoff, ConsentCutoff, Cutoff, Moment, SubjectCutoff};
use crate::exchange::{Pause, SubjectRequest, SubjectStatus, Turn};
use crate::metadata::Metadata;
use crate::policy::Policies;
use crate::record::{Key, RecordKey, Stored};
use crate::resource::ResourceServer;
use crate::settings::Settings;
use crate::time::Timestamp;
use crate::user::AuthenticatedUser;
use std::ops::Deref;
use std::sync::Arc;

/// One issuer at one revision of its settings: a snapshot without clock, randomness or I/O.
///
/// A host that changes settings builds a new one and swaps the `Arc`; an exchange ends on the snapshot it began with.
///
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/support/authorization_server.rs")); }
/// # use setup::*;
/// use fapi::{AuthorizationServer, Inbound, drive};
///
/// # let (server, host) = started()?;
/// # let request = post("grant_type=refresh_token&refresh_token=unknown&client_id=shop");
/// let outcome = drive(&host, server.token_request(Inbound::new(&request), context()));
/// assert_eq!(outcome.reply.status(), 400);
/// assert!(!outcome.event.refused_for().is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
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

    pub(crate) fn consent_cutoff(&self, subject: &str, client_id: &str) -> Key<ConsentCutoff> {
        self.key(ConsentCutoff::id(self.settings.primitives, subject, client_id))
    }

    /// The cutoffs of what a client has, from a user or of its own.
    pub(crate) fn cutoffs(&self, client_id: &str, subject: Option<&str>) -> Vec<RecordKey> {
        let user =
            subject.into_iter().flat_map(|subject| [self.subject_cutoff(subject).0, self.consent_cutoff(subject, client_id).0]);
        user.chain([self.client_cutoff(client_id).0]).collect()
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

    /// Returns true if the user still exists and nothing that rests on this login was ended.
    pub(crate) fn is_still_logged_in(&self, user: &AuthenticatedUser) -> Result<bool, Pause> {
        Ok(self.login_counts(user)? && self.exists(&user.subject)?)
    }

    /// Returns true if the user still exists and a session of this login is not over.
    pub(crate) fn session_goes_on(&self, user: &AuthenticatedUser) -> Result<bool, Pause> {
        let cutoff = self.load(self.server.subject_cutoff(&user.subject))?;
        Ok(SubjectCutoff::admits_session(cutoff, user, self.now()) && self.exists(&user.subject)?)
    }

    /// Returns true if nothing that rests on this login was ended.
    pub(crate) fn login_counts(&self, user: &AuthenticatedUser) -> Result<bool, Pause> {
        let cutoff = self.load(self.server.subject_cutoff(&user.subject))?;
        Ok(SubjectCutoff::admits(cutoff, user, self.now()))
    }

    /// Returns true if the host still knows the user.
    pub(crate) fn exists(&self, subject: &str) -> Result<bool, Pause> {
        Ok(*self.facts.subject(SubjectRequest::new(subject))? == SubjectStatus::Active)
    }

    /// Returns true if what the client got at that moment, from this user or of its own, has not been taken back since.
    pub(crate) fn still_has(&self, client_id: &str, subject: Option<&str>, issued_at: &Moment) -> Result<bool, Pause> {
        let consent = subject.map(|subject| self.server.consent_cutoff(subject, client_id));
        let (client, consent) = self.load((self.server.client_cutoff(client_id), consent))?;
        let allowed = consent.is_none_or(|cutoff| ConsentCutoff::admits(cutoff, issued_at, self.now()));
        Ok(allowed && ClientCutoff::admits(client, issued_at, self.now()))
    }

    /// The moment at which the client gets something now, from this user or of its own.
    pub(crate) fn issuing(&self, client_id: &str, subject: Option<&str>) -> Result<Moment, Pause> {
        let at = self.now();
        let consent = subject.map(|subject| self.server.consent_cutoff(subject, client_id));
        let (client, consent) = self.load((self.server.client_cutoff(client_id), consent))?;
        let after_client = ClientCutoff::of(client, at).filter(|since| *since > at);
        let after_consent = consent.and_then(|cutoff| ConsentCutoff::of(cutoff, at)).filter(|since| *since > at);
        Ok(Moment { at, after_client, after_consent })
    }
}
