//! Reading, listing and removing clients.

use super::{Administered, Page, PageRequest, page, shows};
use crate::client::{Client, ClientMetadata, ClientTerms};
use crate::cutoff::{ClientCutoff, Cutoff, next_cutoff};
use crate::exchange::{Decision, Operation, Pause, Place, Positions, Turn};
use crate::refusal::Refusal;
use crate::server::AuthorizationServer;
use crate::time::Timestamp;
use std::sync::Arc;

/// A client as it is registered.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct RegisteredClient {
    /// The client's statements about itself.
    pub metadata: ClientMetadata,
    /// The operator's decisions about it.
    pub terms: ClientTerms,
    /// True if it has a secret. The secret itself cannot be read back.
    pub has_secret: bool,
}

impl From<&Client> for RegisteredClient {
    fn from(client: &Client) -> Self {
        Self { metadata: client.metadata.clone(), terms: client.terms.clone(), has_secret: client.secret.is_some() }
    }
}

pub(crate) struct ClientReading {
    server: Arc<AuthorizationServer>,
    client_id: String,
}

impl ClientReading {
    pub(crate) fn parse(server: &Arc<AuthorizationServer>, client_id: &str) -> Result<Self, Refusal> {
        Ok(Self { server: server.clone(), client_id: client_id.to_owned() })
    }
}

impl Operation<Administered<Option<RegisteredClient>>> for ClientReading {
    fn decide(&self, turn: &Turn<'_>) -> Result<Decision<Administered<Option<RegisteredClient>>>, Pause> {
        let found = turn.load(self.server.key::<Client>(&self.client_id))?.live(turn.now());
        Ok(Decision::replies(Administered::Done(found.map(|client| client.get().into())))).attributed_to(&self.client_id)
    }
}

pub(crate) struct ClientListing {
    server: Arc<AuthorizationServer>,
    page: PageRequest,
}

impl ClientListing {
    pub(crate) fn parse(server: &Arc<AuthorizationServer>, page: PageRequest) -> Result<Self, Refusal> {
        Ok(Self { server: server.clone(), page })
    }
}

impl Operation<Administered<Page<RegisteredClient>>> for ClientListing {
    fn decide(&self, turn: &Turn<'_>) -> Result<Decision<Administered<Page<RegisteredClient>>>, Pause> {
        let page = page(&self.server, turn, None, &self.page, |_, client: Client, _| RegisteredClient::from(&client))?;
        Ok(shows(page))
    }
}

/// Removes clients with everything that was issued to them, also those whose records cannot be read.
pub(crate) struct ClientRemoval {
    server: Arc<AuthorizationServer>,
    client_ids: Vec<String>,
}

impl ClientRemoval {
    pub(crate) fn parse(server: &Arc<AuthorizationServer>, mut client_ids: Vec<String>) -> Result<Self, Refusal> {
        client_ids.sort();
        client_ids.dedup();
        Ok(Self { server: server.clone(), client_ids })
    }
}

impl Operation<Administered<usize>> for ClientRemoval {
    fn decide(&self, turn: &Turn<'_>) -> Result<Decision<Administered<usize>>, Pause> {
        let server = &self.server;
        let keys = self.client_ids.iter().flat_map(|id| [server.key::<Client>(id).0, server.client_cutoff(id).0]);
        turn.load(keys.collect::<Vec<_>>())?;
        let (mut writes, mut removed) = (vec![], 0);
        for id in &self.client_ids {
            let (client, cutoff) = turn.load((Place(server.key::<Client>(id)), server.client_cutoff(id)))?;
            let Some(removal) = client.remove() else { continue };
            let since = next_cutoff(ClientCutoff::of(cutoff.clone(), turn.now()), turn.now());
            writes.extend([removal, cutoff.put(&ClientCutoff { since }, Timestamp::NEVER)]);
            removed += 1;
        }
        let decision = Ok(Decision::commits(Administered::Done(removed), writes));
        match &self.client_ids[..] {
            [only] => decision.attributed_to(only),
            _ => decision,
        }
    }
}
