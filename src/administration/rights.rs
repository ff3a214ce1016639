//! Lists and withdraws grants and remembered consents.

use super::{Administered, Page, PageRequest, count, page, shows};
use crate::cutoff::{ConsentCutoff, Cutoff, next_cutoff};
use crate::exchange::{Decision, Operation, Pause, Positions, Turn};
use crate::grant::Grant;
use crate::life_cycle::Consent;
use crate::permissions::Permissions;
use crate::record::{Owner, RecordKey};
use crate::refusal::Refusal;
use crate::server::{AuthorizationServer, ServerTurn};
use crate::time::Timestamp;
use std::sync::Arc;

/// A grant: the rights of a client, and the root of its tokens.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct IssuedGrant {
    /// Identifies the grant; no token can be derived from it.
    pub id: String,
    /// The client.
    pub client_id: String,
    /// The user who gave it; `None` for a client's own grant.
    pub subject: Option<String>,
    /// The rights.
    pub permissions: Permissions,
    /// The time it was issued.
    pub issued_at: Timestamp,
    /// The time at which it expires.
    pub expires: Timestamp,
    /// True if it was revoked or withdrawn, or ended with everything of its user or client.
    pub revoked: bool,
}

/// Consent that is remembered, so that the user is not asked again.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct RememberedConsent {
    /// The client.
    pub client_id: String,
    /// The user.
    pub subject: String,
    /// The rights.
    pub permissions: Permissions,
    /// The time until which it is remembered.
    pub expires: Timestamp,
}

/// The rights that were withdrawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Withdrawn {
    /// The number of grants that are void now.
    pub grants: usize,
    /// The number of consents that are not remembered any more.
    pub consents: usize,
    /// False if the user has so many records that not all were looked at: then there may be more than these numbers say. Everything
    /// was withdrawn all the same.
    pub counted_all: bool,
}

pub(crate) struct GrantListing {
    server: Arc<AuthorizationServer>,
    owner: Owner,
    page: PageRequest,
}

impl GrantListing {
    pub(crate) fn parse(server: &Arc<AuthorizationServer>, owner: Owner, page: PageRequest) -> Result<Self, Refusal> {
        Ok(Self { server: server.clone(), owner, page })
    }
}

impl Operation<Administered<Page<IssuedGrant>>> for GrantListing {
    fn decide(&self, turn: &Turn<'_>) -> Result<Decision<Administered<Page<IssuedGrant>>>, Pause> {
        let turn = self.server.at(turn);
        let view = |key: &RecordKey, grant: Grant, expires| (key.id.clone(), grant, expires);
        let page = page(&self.server, &turn, Some(self.owner.clone()), &self.page, view)?;
        let cutoffs = page.entries.iter().flat_map(|(_, grant, _)| self.server.cutoffs(&grant.client_id, grant.subject()));
        turn.load(cutoffs.collect::<Vec<_>>())?;
        let mut entries = vec![];
        for (id, grant, expires) in page.entries {
            let revoked = !is_in_force(&turn, &grant)?;
            entries.push(IssuedGrant {
                id,
                subject: grant.subject().map(str::to_owned),
                client_id: grant.client_id,
                permissions: grant.permissions,
                issued_at: grant.issued_at.at,
                expires,
                revoked,
            });
        }
        Ok(shows(Page { entries, unreadable: page.unreadable, next: page.next }))
    }
}

/// Returns true if a grant was neither revoked nor withdrawn.
fn is_in_force(turn: &ServerTurn<'_>, grant: &Grant) -> Result<bool, Pause> {
    let logged_in = grant.user.as_ref().map_or(Ok(true), |user| turn.login_counts(user))?;
    Ok(!grant.revoked && logged_in && turn.still_has(&grant.client_id, grant.subject(), &grant.issued_at)?)
}

/// Returns true if a consent was not withdrawn.
fn is_remembered(turn: &ServerTurn<'_>, consent: &Consent) -> Result<bool, Pause> {
    turn.still_has(&consent.client_id, Some(&consent.subject), &consent.granted_at)
}

pub(crate) struct ConsentListing {
    server: Arc<AuthorizationServer>,
    owner: Owner,
    page: PageRequest,
}

impl ConsentListing {
    pub(crate) fn parse(server: &Arc<AuthorizationServer>, owner: Owner, page: PageRequest) -> Result<Self, Refusal> {
        Ok(Self { server: server.clone(), owner, page })
    }
}

impl Operation<Administered<Page<RememberedConsent>>> for ConsentListing {
    fn decide(&self, turn: &Turn<'_>) -> Result<Decision<Administered<Page<RememberedConsent>>>, Pause> {
        let turn = self.server.at(turn);
        let view = |_: &RecordKey, consent: Consent, expires| (consent, expires);
        let page = page(&self.server, &turn, Some(self.owner.clone()), &self.page, view)?;
        let cutoffs =
            page.entries.iter().flat_map(|(consent, _)| self.server.cutoffs(&consent.client_id, Some(&consent.subject)));
        turn.load(cutoffs.collect::<Vec<_>>())?;
        let mut entries = vec![];
        for (consent, expires) in page.entries {
            if is_remembered(&turn, &consent)? {
                let Consent { client_id, subject, permissions, granted_at: _ } = consent;
                entries.push(RememberedConsent { client_id, subject, permissions, expires });
            }
        }
        Ok(shows(Page { entries, unreadable: page.unreadable, next: page.next }))
    }
}

/// Revokes one grant and all its tokens.
pub(crate) struct GrantRevocation {
    server: Arc<AuthorizationServer>,
    id: String,
}

impl GrantRevocation {
    pub(crate) fn parse(server: &Arc<AuthorizationServer>, id: &str) -> Result<Self, Refusal> {
        Ok(Self { server: server.clone(), id: id.to_owned() })
    }
}

impl Operation<Administered<bool>> for GrantRevocation {
    fn decide(&self, turn: &Turn<'_>) -> Result<Decision<Administered<bool>>, Pause> {
        let turn = self.server.at(turn);
        let Some(grant) = turn.load(turn.key::<Grant>(&self.id))?.live(turn.now()) else {
            return Ok(Decision::replies(Administered::Done(false)));
        };
        let decision = if grant.revoked {
            // Nothing else decides then, so nothing else is read.
            Decision::replies(Administered::Done(false))
        } else {
            turn.load(turn.server.cutoffs(&grant.client_id, grant.subject()))?;
            let in_force = is_in_force(&turn, &grant)?;
            let revoked = in_force.then(|| grant.replace(&grant.revoke(), grant.expires()));
            Decision::commits(Administered::Done(in_force), revoked)
        };
        Ok(decision.about(grant.subject())).attributed_to(&grant.client_id)
    }
}

/// Withdraws everything that a user allowed a client: grants, codes, tokens and remembered consent. The cutoff does this; the lists
/// are only read to count what was withdrawn.
pub(crate) struct Withdrawal {
    server: Arc<AuthorizationServer>,
    subject: String,
    client_id: String,
}

impl Withdrawal {
    pub(crate) fn parse(server: &Arc<AuthorizationServer>, subject: &str, client_id: &str) -> Result<Self, Refusal> {
        Ok(Self { server: server.clone(), subject: subject.to_owned(), client_id: client_id.to_owned() })
    }
}

impl Operation<Administered<Withdrawn>> for Withdrawal {
    fn decide(&self, turn: &Turn<'_>) -> Result<Decision<Administered<Withdrawn>>, Pause> {
        let (server, turn) = (&self.server, self.server.at(turn));
        turn.load(server.cutoffs(&self.client_id, Some(&self.subject)))?;
        let owner = Owner::Subject(self.subject.clone());
        let grants =
            count(server, &turn, &owner, |grant: &Grant| Ok(grant.client_id == self.client_id && is_in_force(&turn, grant)?))?;
        let consents = count(server, &turn, &owner, |consent: &Consent| {
            Ok(consent.client_id == self.client_id && is_remembered(&turn, consent)?)
        })?;
        let known = turn.load(server.consent_cutoff(&self.subject, &self.client_id))?;
        let since = next_cutoff(ConsentCutoff::of(known.clone(), turn.now()), turn.now());
        let withdrawn = Withdrawn { grants: grants.number, consents: consents.number, counted_all: grants.all && consents.all };
        let cutoff = known.put(&ConsentCutoff { since }, Timestamp::NEVER);
        let decision = Decision::commits(Administered::Done(withdrawn), [cutoff]).about(Some(&self.subject));
        Ok(decision.unreadable([grants.unreadable, consents.unreadable].concat())).attributed_to(&self.client_id)
    }
}
