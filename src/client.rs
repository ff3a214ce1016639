//! Clients: their registration, the rules it brings into force, and the one way to authenticate them.

mod assertion;
mod authentication;
mod certificate;
mod client_grant;
mod credential;
mod grants;
mod identifier;
mod metadata;
mod methods;
mod named;
mod terms;

pub use crate::grant_type::GrantType;
pub(crate) use authentication::{At, AuthenticatedClient, Presented, authenticate};
pub(crate) use certificate::subject_member;
pub use client_grant::{ClientGrant, GrantedScopes, Usage};
pub(crate) use credential::StoredSecret;
pub use grants::{GRANTS, GrantRow, Limit, Offer, Only};
pub(crate) use grants::{default_grants, not_allowed, print as print_grants, row_of};
pub use identifier::{CLIENT_ID_ENTROPY, generated_client_id};
pub use metadata::ClientMetadata;
pub use methods::{MethodMembers, MethodMembersError};
pub use named::UnknownName;
pub use terms::{ClientKind, ClientOrigin, ClientTerms, NotificationChannel, SignedRequestObject};

use crate::api::Api;
use crate::error_code::ErrorCode;
use crate::exchange::{Held, Pause};
use crate::key_source::KeySource;
use crate::permissions::Permissions;
use crate::policy::{AuthenticationMethod, CompositionError, OwnRules, Policy};
use crate::record::{Kind, Owner, Stored};
use crate::refusal::Refusal;
use crate::requirement::oidcr;
use crate::server::ServerTurn;
use serde::{Deserialize, Serialize};
use std::ops::Deref;
use std::sync::Arc;

/// A client as it is stored.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Client {
    pub(crate) metadata: ClientMetadata,
    #[serde(default, skip_serializing_if = "ClientTerms::is_default")]
    pub(crate) terms: ClientTerms,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) secret: Option<StoredSecret>,
}

impl Stored for Client {
    const KIND: Kind = Kind::Client;

    fn owners(&self) -> Vec<Owner> {
        vec![Owner::Client(self.metadata.client_id.clone())]
    }
}

impl Client {
    pub(crate) fn client_id(&self) -> &str {
        &self.metadata.client_id
    }

    /// Returns true if the client has something to authenticate with
    /// ([RFC 6749 §2.1](https://www.rfc-editor.org/rfc/rfc6749#section-2.1)).
    pub(crate) fn is_confidential(&self) -> bool {
        self.metadata.token_endpoint_auth_method != AuthenticationMethod::None
    }

    /// The rules that follow from its metadata and its level.
    pub(crate) fn own_rules(&self) -> OwnRules {
        self.terms.own_rules(&self.metadata)
    }

    /// Returns true if the client may use this grant type now: it has it, and neither its terms nor the policy rule it out.
    pub(crate) fn may_use(&self, grant: &GrantType, policy: &Policy) -> bool {
        self.terms.may_use(&self.metadata, grant, policy)
    }
}

impl ClientTerms {
    /// The rules that follow from the metadata of a client under these terms, and from its level.
    pub fn own_rules(&self, metadata: &ClientMetadata) -> OwnRules {
        OwnRules { level: self.compliance_level, ..metadata.own_rules() }
    }

    /// Returns true if a client with this metadata may use the grant type.
    pub(crate) fn may_use(&self, metadata: &ClientMetadata, grant: &GrantType, policy: &Policy) -> bool {
        let confidential = metadata.token_endpoint_auth_method != AuthenticationMethod::None;
        let within = |row: &GrantRow| row.exceeded(self, confidential).next().is_none();
        metadata.may_use(grant) && row_of(grant).is_none_or(within) && policy.grant_type.admits(grant)
    }
}

/// The words about a client that was removed since.
pub(crate) const CLIENT_GONE: &str = "The client is not registered any more.";

/// Returns true for 1 to 255 printable characters ([RFC 6749 §A.1](https://www.rfc-editor.org/rfc/rfc6749#appendix-A.1)): a text
/// that may become the key of a record.
pub(crate) fn is_client_id(text: &str) -> bool {
    (1..=255).contains(&text.len()) && text.bytes().all(|octet| (0x20..=0x7e).contains(&octet))
}

/// A run of `decide` for a client that is known, with the rules in force for it.
#[derive(Clone)]
pub(crate) struct ClientTurn<'x> {
    turn: ServerTurn<'x>,
    pub(crate) client: Held<'x, Client>,
    pub(crate) policy: Arc<Policy>,
}

impl<'x> Deref for ClientTurn<'x> {
    type Target = ServerTurn<'x>;

    fn deref(&self) -> &ServerTurn<'x> {
        &self.turn
    }
}

impl<'x> ClientTurn<'x> {
    /// Composes the policy of the client, once per exchange.
    pub(crate) fn new(turn: &ServerTurn<'x>, client: Held<'x, Client>) -> Result<Self, Pause> {
        let policy = turn.facts.policy(|| turn.server.policies.compose(&client.terms.profiles, &client.own_rules()));
        let policy = policy.map_err(|error| does_not_fit(error, &client))?.clone();
        Ok(Self { turn: *turn, client, policy })
    }

    /// The same with the rules of the API, if it is known and has rules of its own.
    pub(crate) fn for_api(&self, api: Option<&Api>) -> Result<Self, Refusal> {
        let profiles = api.map(|api| &*api.profiles).unwrap_or_default();
        if profiles.is_empty() {
            return Ok(self.clone());
        }
        let parts = [&*self.client.terms.profiles, profiles].concat();
        let policy = self.turn.server.policies.compose(&parts, &self.client.own_rules());
        let policy = policy.map_err(|error| does_not_fit(&error, &self.client))?;
        Ok(Self { policy, ..self.clone() })
    }

    /// The same with the rules of the API that these permissions are for.
    pub(crate) fn for_api_of(&self, permissions: &Permissions) -> Result<Self, Refusal> {
        self.for_api(permissions.resources.first().and_then(|identifier| self.settings().api(identifier)))
    }

    pub(crate) fn client_id(&self) -> &'x str {
        self.client.get().client_id()
    }

    /// The client's keys.
    pub(crate) fn keys(&self) -> KeySource<'x> {
        let metadata = &self.client.get().metadata;
        let (jwks, jwks_uri) = (metadata.jwks.as_ref(), metadata.jwks_uri.as_deref());
        KeySource { jwks, jwks_uri, public_only: &oidcr::PUBLIC_KEYS_ONLY }
    }
}

/// Refuses a client whose own rules and profiles, or those of the API, contradict the server's policy.
fn does_not_fit(error: &CompositionError, client: &Client) -> Refusal {
    let mut refusal = error.refuse(ErrorCode::UnauthorizedClient);
    refusal.client = Some(client.client_id().to_owned());
    refusal
}
