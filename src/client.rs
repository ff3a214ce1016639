//! Clients: what they registered, what that means for the rules in force, and the one way to be sure who calls.

mod assertion;
mod authentication;
mod certificate;
mod credential;
mod keys;
mod metadata;
mod registration;

pub(crate) use authentication::{At, AuthenticatedClient, Presented, authenticate};
pub use metadata::ClientMetadata;
pub(crate) use registration::ClientRegistration;
pub use registration::Registered;

use crate::exchange::{Facts, Held, Pause};
use crate::policy::{AuthenticationMethod, Policy};
use crate::record::{Kind, Stored};
use crate::refusal::ErrorCode;
use crate::requirement::local;
use crate::scope::Scope;
use crate::server::AuthorizationServer;
use credential::StoredSecret;
use serde::{Deserialize, Serialize};

/// A client as it is stored.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Client {
    pub(crate) metadata: ClientMetadata,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    secret: Option<StoredSecret>,
}

impl Stored for Client {
    const KIND: Kind = Kind::Client;
}

impl Client {
    pub(crate) fn client_id(&self) -> &str {
        &self.metadata.client_id
    }

    /// The scope it may ask for.
    pub(crate) fn may_have(&self, server: &AuthorizationServer) -> Scope {
        let served = server.settings.scopes.union(&server.settings.resource.scopes);
        self.metadata.scope.as_ref().map_or_else(|| served.clone(), |registered| registered.intersection(&served))
    }

    /// A confidential client has something to authenticate with
    /// ([RFC 6749 §2.1](https://www.rfc-editor.org/rfc/rfc6749#section-2.1)).
    pub(crate) fn is_confidential(&self) -> bool {
        self.metadata.token_endpoint_auth_method != AuthenticationMethod::None
    }
}

/// 1 to 255 printable characters ([RFC 6749 §A.1](https://www.rfc-editor.org/rfc/rfc6749#appendix-A.1)): what may become the
/// key of a record.
pub(crate) fn is_client_id(text: &str) -> bool {
    (1..=255).contains(&text.len()) && text.bytes().all(|octet| (0x20..=0x7e).contains(&octet))
}

/// The rules in force for a client: the server's and those its metadata add, computed once per exchange.
pub(crate) fn policy_for<'f>(
    server: &AuthorizationServer,
    facts: &'f Facts,
    client: &Held<'f, Client>,
) -> Result<&'f Policy, Pause> {
    let policy = facts.policy(|| client.metadata.tighten(&server.settings.policy));
    Ok(policy.map_err(|clash| {
        let mut refusal = local::CLIENT_FITS_POLICY.refuse(ErrorCode::UnauthorizedClient);
        refusal.basis.push(clash.new);
        refusal.basis.extend(&clash.against);
        refusal.client = Some(client.client_id().to_owned());
        refusal
    })?)
}
