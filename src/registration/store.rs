//! The registration of clients in one batch.

use super::check::mistakes;
use super::{ClientSecret, Registered, Registration};
use crate::client::{Client, ClientKind, StoredSecret, row_of};
use crate::error_code::ErrorCode::InvalidClientMetadata;
use crate::exchange::{Decision, Operation, Pause, Place, Positions, Turn};
use crate::policy::AuthenticationMethod as Method;
use crate::refusal::Refusal;
use crate::requirement::{ocp, rfc6749};
use crate::server::AuthorizationServer;
use crate::time::Timestamp;
use std::collections::BTreeSet;
use std::sync::Arc;

pub(crate) struct ClientRegistration {
    server: Arc<AuthorizationServer>,
    registrations: Vec<Registration>,
}

impl ClientRegistration {
    pub(crate) fn parse(server: &Arc<AuthorizationServer>, registrations: Vec<Registration>) -> Result<Self, Refusal> {
        Ok(Self { server: server.clone(), registrations })
    }

    fn decided(&self, turn: &Turn<'_>) -> Result<Decision<Registered>, Pause> {
        for registration in &self.registrations {
            let first = mistakes(registration, &self.server.settings, turn.now()).into_iter().next();
            if let Some((_, refusal)) = first {
                return Err(Pause::Refuse(refusal)).attributed_to(&registration.metadata.client_id);
            }
        }
        self.unique()?;
        let keys = self.registrations.iter().map(|registration| self.server.key::<Client>(&registration.metadata.client_id));
        // Other servers do not look for clients that were removed.
        let removals = Some(&self.server.settings.policy.final_removal).filter(|rule| !rule.conjuncts().is_empty());
        let cutoffs = self.registrations.iter().filter(|_| removals.is_some());
        let cutoffs = cutoffs.map(|registration| self.server.client_cutoff(&registration.metadata.client_id).0);
        turn.load(keys.clone().map(|key| key.0).chain(cutoffs).collect::<Vec<_>>())?;
        let mut writes = vec![];
        for (registration, key) in self.registrations.iter().zip(keys) {
            let known = turn.load(Place(key))?;
            let client_id = &registration.metadata.client_id;
            // A record that cannot be read is written over, as if there were none.
            let before = turn.load(self.server.key::<Client>(client_id)).ok().map(|before| before.live(turn.now()));
            let is_new = matches!(before, Some(None));
            let before = before.flatten();
            let mistake = |refusal| Refusal { client: Some(client_id.clone()), ..refusal };
            if let Some(rule) = removals.filter(|_| is_new) {
                // Only the removal of a client makes a cutoff.
                let removed = turn.load(self.server.client_cutoff(client_id))?.live(turn.now()).is_some();
                rule.require(&!removed, InvalidClientMetadata, REMOVED).map_err(mistake)?;
            }
            if let Some(before) = &before {
                same_kind(before, registration.terms.kind).map_err(mistake)?;
            }
            let secret = secret(registration, turn, before.as_deref())?;
            let (metadata, terms) = (registration.metadata.clone(), registration.terms.clone());
            writes.push(known.put(&Client { metadata, terms, secret }, Timestamp::NEVER));
        }
        Ok(Decision::commits(Registered::Stored, writes))
    }

    /// Checks that no two of these clients have one identifier.
    fn unique(&self) -> Result<(), Refusal> {
        let mut ids = BTreeSet::new();
        let second = self.registrations.iter().find(|registration| !ids.insert(&registration.metadata.client_id));
        let twice = "Another one of these clients has this client_id; each client has its own.";
        let unique = ocp::cli::CLIENT_ID.require(second.is_none(), InvalidClientMetadata, twice);
        unique.map_err(|refusal| Refusal { client: second.map(|second| second.metadata.client_id.clone()), ..refusal })
    }
}

const REMOVED: &str = "The client was removed, and a removed client never returns; register it with another client_id.";

impl Operation<Registered> for ClientRegistration {
    fn decide(&self, turn: &Turn<'_>) -> Result<Decision<Registered>, Pause> {
        match &self.registrations[..] {
            [only] => self.decided(turn).attributed_to(&only.metadata.client_id),
            _ => self.decided(turn),
        }
    }
}

/// The secret as it is stored: it can be used where something is computed with it.
fn secret(registration: &Registration, turn: &Turn<'_>, before: Option<&Client>) -> Result<Option<StoredSecret>, Pause> {
    let (client_id, method) = (&registration.metadata.client_id, registration.metadata.token_endpoint_auth_method);
    let signs = registration.metadata.id_token_signed_response_alg.is_some_and(|algorithm| algorithm.is_symmetric());
    let used = signs || method == Method::ClientSecretJwt;
    Ok(match &registration.secret {
        ClientSecret::New(secret) if used => Some(StoredSecret::usable(turn, secret)?),
        ClientSecret::New(secret) => Some(StoredSecret::recognisable(turn, client_id, secret)?),
        ClientSecret::Kept => {
            let same = before.filter(|before| before.metadata.token_endpoint_auth_method == method);
            let secret = same.and_then(|before| before.secret.clone());
            let mistake = |refusal| Refusal { client: Some(client_id.clone()), ..refusal };
            let secret = rfc6749::METHOD_OF_CLIENT
                .demand(secret, InvalidClientMetadata, "There is no client_secret that could be kept.")
                .map_err(mistake)?;
            ocp::cli::ID_TOKEN_ALG
                .require(
                    !used || secret.is_usable(),
                    InvalidClientMetadata,
                    "The client_secret that is kept can only be compared, not computed with; send a new one.",
                )
                .map_err(mistake)?;
            Some(secret)
        }
        ClientSecret::None => None,
    })
}

/// Checks that a client does not change its kind while that decides what it may have.
fn same_kind(before: &Client, kind: Option<ClientKind>) -> Result<(), Refusal> {
    let Some(old) = before.terms.kind.filter(|old| kind != Some(*old)) else { return Ok(()) };
    let machine = old == ClientKind::NonInteractive;
    ocp::grt::KIND_CHANGE.require(
        !machine,
        InvalidClientMetadata,
        "The kind of a client that is non_interactive cannot be changed.",
    )?;
    let mut rows = before.metadata.grant_types.iter().filter_map(row_of);
    let bound = rows.any(|row| row.is_for(old) && !kind.is_some_and(|kind| row.is_for(kind)) && !row.is_for_every_kind());
    ocp::grt::KIND_CHANGE.require(
        !bound,
        InvalidClientMetadata,
        "The client has a grant type for its present kind alone; remove that first.",
    )
}

#[cfg(test)]
mod tests {
    use super::same_kind;
    use crate::client::{Client, ClientKind, ClientMetadata, ClientTerms, GrantType};
    use crate::policy::AuthenticationMethod;

    fn client(kind: Option<ClientKind>, grants: &[GrantType]) -> Client {
        let mut metadata = ClientMetadata::new("app", AuthenticationMethod::None);
        metadata.grant_types = grants.to_vec();
        Client { metadata, terms: ClientTerms { kind, ..ClientTerms::default() }, secret: None }
    }

    #[test]
    fn a_kind_stays_while_a_grant_type_is_for_that_kind_alone() {
        use ClientKind::{Native, NonInteractive, RegularWeb, Spa};
        let device = client(Some(Native), &[GrantType::AuthorizationCode, GrantType::DeviceCode]);
        for (kind, kept) in [(Some(Native), true), (Some(Spa), false), (Some(RegularWeb), false), (None, false)] {
            assert_eq!(same_kind(&device, kind).is_ok(), kept, "{kind:?}");
        }
        let code = client(Some(Native), &[GrantType::AuthorizationCode]);
        let machine = client(Some(NonInteractive), &[GrantType::ClientCredentials]);
        let nobody = client(None, &[GrantType::DeviceCode]);
        for kind in [None, Some(Native), Some(Spa), Some(RegularWeb), Some(NonInteractive)] {
            assert!(same_kind(&code, kind).is_ok() && same_kind(&nobody, kind).is_ok(), "{kind:?}");
            assert_eq!(same_kind(&machine, kind).is_ok(), kind == Some(NonInteractive), "{kind:?}");
        }
    }
}
