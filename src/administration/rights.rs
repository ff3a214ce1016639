//! Lists and withdraws grants and remembered consents.

use super::{Administered, Page, PageRequest, all, page};
use crate::exchange::{Decision, Operation, Pause, Turn};
use crate::grant::Grant;
use crate::life_cycle::{AuthorizationCode, Consent};
use crate::permissions::Permissions;
use crate::record::{Owner, RecordKey, Write};
use crate::refusal::Refusal;
use crate::server::AuthorizationServer;
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
    /// True if it was revoked.
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
    /// The number of grants that were revoked.
    pub grants: usize,
    /// The number of consents that were forgotten.
    pub consents: usize,
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
        let view = |key: &RecordKey, grant: Grant, expires| IssuedGrant {
            id: key.id.clone(),
            subject: grant.subject().map(str::to_owned),
            client_id: grant.client_id,
            permissions: grant.permissions,
            issued_at: grant.issued_at,
            expires,
            revoked: grant.revoked,
        };
        let page = page(&self.server, turn, Some(self.owner.clone()), &self.page, view)?;
        Ok(Decision::replies(Administered::Done(page)))
    }
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
        let view = |_: &RecordKey, consent: Consent, expires| RememberedConsent {
            client_id: consent.client_id,
            subject: consent.subject,
            permissions: consent.permissions,
            expires,
        };
        let page = page(&self.server, turn, Some(self.owner.clone()), &self.page, view)?;
        Ok(Decision::replies(Administered::Done(page)))
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
        let grant = turn.load(self.server.key::<Grant>(&self.id))?.live(turn.now());
        let revoked = grant.filter(|grant| !grant.revoked).map(|grant| grant.replace(&grant.revoke(), grant.expires()));
        Ok(Decision::commits(Administered::Done(revoked.is_some()), revoked))
    }
}

/// Withdraws everything that a user allowed a client: grants, tokens and remembered consent.
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

impl Withdrawal {
    fn is_for(&self, code: &AuthorizationCode) -> bool {
        matches!(code, AuthorizationCode::Granted(granted) if granted.request.asked.client_id == self.client_id)
    }
}

impl Operation<Administered<Withdrawn>> for Withdrawal {
    fn decide(&self, turn: &Turn<'_>) -> Result<Decision<Administered<Withdrawn>>, Pause> {
        let (server, owner) = (&self.server, Owner::Subject(self.subject.clone()));
        let grants = all::<Grant>(server, turn, owner.clone())?;
        let grants = grants.into_iter().filter(|(_, grant)| grant.client_id == self.client_id && !grant.revoked);
        let grants: Vec<_> = grants.map(|(key, _)| server.key::<Grant>(key.id)).collect();
        let consents = all::<Consent>(server, turn, owner)?;
        let consents = consents.into_iter().filter(|(_, consent)| consent.client_id == self.client_id);
        let consents: Vec<_> = consents.map(|(key, _)| server.key::<Consent>(key.id)).collect();
        // A code that is not redeemed yet could still become a grant.
        let codes = all::<AuthorizationCode>(server, turn, Owner::Subject(self.subject.clone()))?;
        let codes = codes.into_iter().filter(|(_, code)| self.is_for(code));
        let codes: Vec<_> = codes.map(|(key, _)| server.key::<AuthorizationCode>(key.id)).collect();
        // Only what was loaded can be written, on the version that was loaded.
        let keys = grants.iter().map(|key| key.0.clone()).chain(consents.iter().map(|key| key.0.clone()));
        let keys = keys.chain(codes.iter().map(|key| key.0.clone()));
        turn.load(keys.collect::<Vec<_>>())?;
        let withdrawn = Withdrawn { grants: grants.len(), consents: consents.len() };
        let mut writes: Vec<Write> = vec![];
        for grant in grants {
            let grant = turn.load(grant)?.live(turn.now());
            writes.extend(grant.map(|grant| grant.replace(&grant.revoke(), grant.expires())));
        }
        for consent in consents {
            writes.extend(turn.load(consent)?.live(turn.now()).map(|consent| consent.remove()));
        }
        for code in codes {
            writes.extend(turn.load(code)?.live(turn.now()).map(|code| code.remove()));
        }
        Ok(Decision::commits(Administered::Done(withdrawn), writes).about(Some(&self.subject)))
    }
}
