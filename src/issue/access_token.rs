//! Access tokens: JWTs ([RFC 9068](https://www.rfc-editor.org/rfc/rfc9068)) or references into the store.

use super::sign;
use crate::client::AuthenticatedClient;
use crate::exchange::{Pause, Turn};
use crate::grant::Grant;
use crate::policy::Policy;
use crate::record::{Kind, Stored, Write};
use crate::refusal::ErrorCode::UnauthorizedClient;
use crate::requirement::local;
use crate::scope::Scope;
use crate::sender::Confirmation;
use crate::server::AuthorizationServer;
use crate::settings::AccessTokenFormat;
use crate::time::{MARGIN, Timestamp};
use serde::{Deserialize, Serialize};

/// The claims of an access token: the payload of a JWT, or the record to which a reference leads.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct AccessToken {
    pub(crate) iss: String,
    pub(crate) sub: String,
    pub(crate) aud: String,
    pub(crate) exp: Timestamp,
    pub(crate) iat: Timestamp,
    pub(crate) jti: String,
    pub(crate) client_id: String,
    pub(crate) scope: Scope,
    /// The identifier of the root grant, which is opaque to other parties.
    pub(crate) grant: String,
    /// The time of the user's login; absent if `sub` is the client itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) auth_time: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) acr: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) amr: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) cnf: Option<Confirmation>,
}

impl Stored for AccessToken {
    const KIND: Kind = Kind::Access;
}

impl AccessToken {
    /// Creates the claims of a new token from this grant.
    pub(crate) fn of(
        server: &AuthorizationServer,
        turn: &Turn<'_>,
        caller: &AuthenticatedClient<'_>,
        root: &str,
        grant: &Grant,
        scope: Scope,
        cnf: Option<Confirmation>,
    ) -> Self {
        let now = turn.context.now();
        Self {
            iss: server.settings.issuer.clone(),
            sub: grant.subject().unwrap_or(caller.client.client_id()).to_owned(),
            aud: server.settings.resource.identifier.clone(),
            exp: now.after(server.settings.lifetimes.access_token),
            iat: now,
            jti: turn.context.handle(turn.primitives, "access token").as_str().to_owned(),
            client_id: caller.client.client_id().to_owned(),
            scope,
            grant: root.to_owned(),
            auth_time: grant.user.as_ref().map(|user| user.auth_time),
            acr: grant.user.as_ref().and_then(|user| user.acr.clone()),
            amr: grant.user.as_ref().map(|user| user.amr.clone()).unwrap_or_default(),
            cnf,
        }
    }

    /// Returns the token as it is handed out, and the record that must be stored for it, if any.
    pub(crate) fn mint(
        &self,
        server: &AuthorizationServer,
        turn: &Turn<'_>,
        policy: &Policy,
    ) -> Result<(String, Option<Write>), Pause> {
        match server.settings.resource.format {
            AccessTokenFormat::Jwt => {
                let algorithm = server.settings.preferred_algorithm(policy);
                let algorithm = local::CLIENT_FITS_POLICY.demand(algorithm, UnauthorizedClient)?;
                Ok((sign(server, turn, algorithm, "at+jwt", self)?, None))
            }
            AccessTokenFormat::Opaque => {
                let handle = turn.context.handle(turn.primitives, "opaque access token");
                let stored = server.key(handle.digest(turn.primitives)).insert(self, self.exp.after(MARGIN));
                Ok((handle.as_str().to_owned(), Some(stored)))
            }
        }
    }

    /// Returns the user for whom the token was issued, if any.
    pub(crate) fn subject(&self) -> Option<&str> {
        self.auth_time.map(|_| self.sub.as_str())
    }
}
