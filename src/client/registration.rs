//! A host enrols a client: its metadata are checked as a whole, its secret is made unusable for who reads the store.

use super::certificate::subject_member;
use super::credential::StoredSecret;
use super::keys::is_https;
use super::{Client, ClientMetadata, is_client_id};
use crate::exchange::{Decision, Operation, Pause, Positions, Reply, Response, Turn};
use crate::jose::JwkSet;
use crate::policy::AuthenticationMethod as Method;
use crate::redirect_uri::RedirectUri;
use crate::refusal::ErrorCode::{InvalidClientMetadata, InvalidRedirectUri};
use crate::refusal::Refusal;
use crate::requirement::{Requirement, fapi2_sp, local, oidcc, rfc6749, rfc7517, rfc7523, rfc7591, rfc8705};
use crate::secret::Secret;
use crate::server::AuthorizationServer;
use crate::time::Timestamp;
use std::sync::Arc;

/// What became of an enrolment. Exhaustive.
#[derive(Debug, Clone)]
pub enum Registered {
    /// The client is stored.
    Stored,
    /// It is not; the response is what a registration endpoint would say, the event names the requirements.
    Refused(Response),
}

impl Reply for Registered {
    fn refused(response: Response) -> Self {
        Self::Refused(response)
    }
}

pub(crate) struct ClientRegistration {
    server: Arc<AuthorizationServer>,
    metadata: ClientMetadata,
    secret: Option<Secret>,
}

impl ClientRegistration {
    pub(crate) fn parse(
        server: &Arc<AuthorizationServer>,
        metadata: ClientMetadata,
        secret: Option<Secret>,
    ) -> Result<Self, Refusal> {
        Ok(Self { server: server.clone(), metadata, secret })
    }

    fn check(&self) -> Result<(), Refusal> {
        let metadata = &self.metadata;
        local::CLIENT_ID_SYNTAX.require(is_client_id(&metadata.client_id), InvalidClientMetadata)?;
        self.fits_policy()?;
        for uri in &metadata.redirect_uris {
            RedirectUri::parse(uri).map_err(|error| error.basis().refuse(InvalidRedirectUri))?;
        }
        let served = ["authorization_code", "refresh_token", "client_credentials"];
        let grants_served = metadata.grant_types.iter().all(|grant_type| served.contains(&grant_type.as_str()));
        rfc6749::GRANT_TYPE_SERVED.require(grants_served, InvalidClientMetadata)?;
        let responses_served = metadata.response_types.iter().all(|response_type| response_type == "code");
        rfc6749::RESPONSE_TYPE_PRESENT.require(responses_served, InvalidClientMetadata)?;
        let needs_redirect = metadata.may_use("authorization_code");
        rfc6749::REDIRECT_REGISTRATION.require(!needs_redirect || !metadata.redirect_uris.is_empty(), InvalidRedirectUri)?;
        let public_machine = metadata.may_use("client_credentials") && metadata.token_endpoint_auth_method == Method::None;
        rfc6749::CLIENT_CREDENTIALS_CONFIDENTIAL.require(!public_machine, InvalidClientMetadata)?;
        self.credential()
    }

    fn fits_policy(&self) -> Result<(), Refusal> {
        let policy = self.metadata.tighten(&self.server.settings.policy).map_err(|clash| {
            let mut refusal = local::CLIENT_FITS_POLICY.refuse(InvalidClientMetadata);
            refusal.basis.push(clash.new);
            refusal.basis.extend(&clash.against);
            refusal
        })?;
        policy.client_authentication.require(&self.metadata.token_endpoint_auth_method, InvalidClientMetadata)?;
        for uri in &self.metadata.redirect_uris {
            policy.redirect_uri.require(uri, InvalidRedirectUri)?;
        }
        let signs = self.server.settings.preferred_algorithm(&policy);
        local::CLIENT_FITS_POLICY.require(signs.is_some(), InvalidClientMetadata)?;
        if let Some(algorithm) = self.metadata.id_token_signed_response_alg {
            policy.issued_algorithm.require(&algorithm, InvalidClientMetadata)?;
            let ours = self.server.settings.signing_key(algorithm).is_some();
            oidcc::ID_TOKEN_SIGNED.require(ours, InvalidClientMetadata)?;
        }
        Ok(())
    }

    /// Something to authenticate with, of the kind that the method needs.
    fn credential(&self) -> Result<(), Refusal> {
        let metadata = &self.metadata;
        if let Some(jwks) = &metadata.jwks {
            let set = rfc7517::KEY_WELL_FORMED.demand(jwks.as_object(), InvalidClientMetadata)?;
            let set = JwkSet::from_object(set, self.server.settings.primitives);
            let set = set.map_err(|error| error.basis().refuse(InvalidClientMetadata))?;
            let unusable = set.skipped().first().map(|error| error.basis().refuse(InvalidClientMetadata));
            unusable.map_or(Ok(()), Err)?;
        }
        let encrypted = metadata.jwks_uri.as_deref().is_none_or(is_https);
        fapi2_sp::JWKS_OVER_TLS.require(encrypted, InvalidClientMetadata)?;
        rfc7591::ONE_KEY_SET.require(metadata.jwks.is_none() || metadata.jwks_uri.is_none(), InvalidClientMetadata)?;
        let has_keys = metadata.jwks.is_some() || metadata.jwks_uri.is_some();
        let secret_octets = self.secret.as_ref().map_or(0, |secret| secret.as_bytes().len());
        let (holds, basis): (bool, &'static Requirement) = match metadata.token_endpoint_auth_method {
            Method::None => (self.secret.is_none(), &rfc6749::METHOD_OF_CLIENT),
            Method::ClientSecretBasic | Method::ClientSecretPost => (secret_octets > 0, &rfc6749::METHOD_OF_CLIENT),
            Method::ClientSecretJwt => (secret_octets >= 32, &oidcc::SECRET_LENGTH),
            Method::PrivateKeyJwt => (has_keys, &rfc7523::ASSERTION_SIGNED),
            Method::TlsClientAuth => {
                (subject_member(&Client { metadata: metadata.clone(), secret: None }).is_some(), &rfc8705::CERTIFICATE_SUBJECT)
            }
            Method::SelfSignedTlsClientAuth => (has_keys, &rfc8705::CERTIFICATE_REGISTERED),
        };
        basis.require(holds, InvalidClientMetadata)
    }
}

impl Operation<Registered> for ClientRegistration {
    fn decide(&self, turn: &Turn<'_>) -> Result<Decision<Registered>, Pause> {
        self.decided(turn).attributed_to(&self.metadata.client_id)
    }
}

impl ClientRegistration {
    fn decided(&self, turn: &Turn<'_>) -> Result<Decision<Registered>, Pause> {
        self.check()?;
        let known = turn.facts.load(self.server.key::<Client>(&self.metadata.client_id))?;
        let secret = match (&self.secret, self.metadata.token_endpoint_auth_method) {
            (Some(secret), Method::ClientSecretJwt) => Some(StoredSecret::usable(turn, secret)?),
            (Some(secret), _) => Some(StoredSecret::recognisable(turn, &self.metadata.client_id, secret)?),
            (None, _) => None,
        };
        let client = Client { metadata: self.metadata.clone(), secret };
        Ok(Decision::commits(Registered::Stored, [known.put(&client, Timestamp::NEVER)]))
    }
}
