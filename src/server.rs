//! The authorization server and its entry points, one per endpoint.

use crate::authorization::{
    AuthorizationRequest, Conclusion, Navigation, PushedAuthorizationRequest, ShowInteraction, UserDecision,
};
use crate::client::{ClientMetadata, ClientRegistration, Registered};
use crate::context::Context;
use crate::entropy::InteractionId;
use crate::event::Endpoint;
use crate::exchange::{Entrance, Step, begin};
use crate::inbound::Inbound;
use crate::introspection::IntrospectionRequest;
use crate::metadata::Metadata;
use crate::record::{Key, Stored};
use crate::refusal::{AuthenticationChallenge, Delivery};
use crate::resource::{Access, ProtectedRequest, RequiredAccess, ResourceServer};
use crate::revocation::{RevocationRequest, SubjectRevocation, SubjectRevoked};
use crate::secret::Secret;
use crate::settings::{Settings, SettingsError};
use crate::token::TokenRequest;
use crate::userinfo::UserinfoRequest;
use std::sync::Arc;

/// One issuer at one revision of its settings: a snapshot without clock, randomness or I/O.
///
/// A host that changes settings builds a new one and swaps the `Arc`; an exchange ends on the snapshot it began with.
#[derive(Debug)]
pub struct AuthorizationServer {
    pub(crate) settings: Settings,
    pub(crate) metadata: Metadata,
    pub(crate) resource: Arc<ResourceServer>,
}

impl AuthorizationServer {
    /// Checks the settings as a whole and names every mistake in them.
    pub fn new(settings: Settings) -> Result<Arc<Self>, SettingsError> {
        settings.check()?;
        let metadata = Metadata::of(&settings);
        let resource = Arc::new(ResourceServer::beside(&settings));
        Ok(Arc::new(Self { settings, metadata, resource }))
    }

    /// Takes a pushed authorization request ([RFC 9126](https://www.rfc-editor.org/rfc/rfc9126)).
    pub fn pushed_authorization_request(self: &Arc<Self>, inbound: Inbound<'_>, context: Context) -> Step {
        let entrance = self.direct(Endpoint::PushedAuthorizationRequest, &inbound);
        begin(entrance, context, || PushedAuthorizationRequest::parse(self, &inbound))
    }

    /// Takes an authorization request from a browser
    /// ([RFC 6749 §3.1](https://www.rfc-editor.org/rfc/rfc6749#section-3.1)).
    pub fn authorization_request(self: &Arc<Self>, inbound: Inbound<'_>, context: Context) -> Step<Navigation> {
        begin(self.page(Endpoint::Authorization), context, || AuthorizationRequest::parse(self, &inbound))
    }

    /// Shows an open interaction again, for a browser that reloads its page.
    pub fn interaction(self: &Arc<Self>, inbound: Inbound<'_>, id: &InteractionId, context: Context) -> Step<Navigation> {
        begin(self.page(Endpoint::Interaction), context, || ShowInteraction::parse(self, &inbound, id))
    }

    /// Takes what a user has said to a prompt; there may be another prompt.
    pub fn answer(
        self: &Arc<Self>,
        inbound: Inbound<'_>,
        id: &InteractionId,
        verdict: UserDecision,
        context: Context,
    ) -> Step<Navigation> {
        begin(self.page(Endpoint::Interaction), context, || Conclusion::parse(self, &inbound, id, verdict))
    }

    /// Takes a token request ([RFC 6749 §3.2](https://www.rfc-editor.org/rfc/rfc6749#section-3.2)).
    pub fn token_request(self: &Arc<Self>, inbound: Inbound<'_>, context: Context) -> Step {
        begin(self.direct(Endpoint::Token, &inbound), context, || TokenRequest::parse(self, &inbound))
    }

    /// Takes a request for a user's claims
    /// ([OpenID Connect Core §5.3](https://openid.net/specs/openid-connect-core-1_0.html#UserInfo)).
    pub fn userinfo_request(self: &Arc<Self>, inbound: Inbound<'_>, context: Context) -> Step {
        let entrance = self.entrance(Endpoint::Userinfo, Delivery::Resource(self.resource.challenge(&inbound)));
        begin(entrance, context, || UserinfoRequest::parse(self, &inbound))
    }

    /// Takes an introspection request ([RFC 7662](https://www.rfc-editor.org/rfc/rfc7662)).
    pub fn introspection_request(self: &Arc<Self>, inbound: Inbound<'_>, context: Context) -> Step {
        let challenge = AuthenticationChallenge::Header(format!("Basic realm=\"{}\"", self.settings.issuer));
        let entrance = self.entrance(Endpoint::Introspection, Delivery::Direct(challenge));
        begin(entrance, context, || IntrospectionRequest::parse(self, &inbound))
    }

    /// Takes a revocation request ([RFC 7009](https://www.rfc-editor.org/rfc/rfc7009)).
    pub fn revocation_request(self: &Arc<Self>, inbound: Inbound<'_>, context: Context) -> Step {
        begin(self.direct(Endpoint::Revocation, &inbound), context, || RevocationRequest::parse(self, &inbound))
    }

    /// Stores a client under these metadata, new or in place of what it was, with its secret if it has one.
    pub fn register(self: &Arc<Self>, metadata: ClientMetadata, secret: Option<Secret>, context: Context) -> Step<Registered> {
        let entrance = self.entrance(Endpoint::ClientRegistration, Delivery::Direct(AuthenticationChallenge::Body));
        begin(entrance, context, || ClientRegistration::parse(self, metadata, secret))
    }

    /// Ends whatever rests on a login of this user so far: sessions, grants, refresh tokens, access tokens.
    pub fn revoke_subject(self: &Arc<Self>, subject: &str, context: Context) -> Step<SubjectRevoked> {
        let entrance = self.entrance(Endpoint::SubjectRevocation, Delivery::Direct(AuthenticationChallenge::Body));
        begin(entrance, context, || SubjectRevocation::parse(self, subject))
    }

    /// The metadata document, the same at both its locations
    /// ([RFC 8414](https://www.rfc-editor.org/rfc/rfc8414),
    /// [OpenID Connect Discovery](https://openid.net/specs/openid-connect-discovery-1_0.html)).
    pub fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    /// The public signing keys, as they are published at `jwks_uri`.
    pub fn jwks(&self) -> &crate::settings::PublicKeys {
        &self.settings.public_keys
    }

    /// The settings this server was built from.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The side of a resource server that lives in the same process and looks into the same store.
    pub fn resource_server(&self) -> &Arc<ResourceServer> {
        &self.resource
    }

    pub(crate) fn key<T: Stored>(&self, id: impl Into<String>) -> Key<T> {
        Key::new(&self.settings.issuer, id)
    }

    pub(crate) fn digest(&self, value: &str) -> String {
        crate::entropy::digest(self.settings.primitives, value.as_bytes())
    }

    fn page(&self, endpoint: Endpoint) -> Entrance {
        self.entrance(endpoint, Delivery::Page)
    }

    /// Failed authentication is answered in the scheme that was tried
    /// ([RFC 6749 §5.2](https://www.rfc-editor.org/rfc/rfc6749#section-5.2)).
    fn direct(&self, endpoint: Endpoint, inbound: &Inbound<'_>) -> Entrance {
        let challenge = match inbound.headers().get(http::header::AUTHORIZATION) {
            Some(_) => AuthenticationChallenge::Header(format!("Basic realm=\"{}\"", self.settings.issuer)),
            None => AuthenticationChallenge::Body,
        };
        self.entrance(endpoint, Delivery::Direct(challenge))
    }

    fn entrance(&self, endpoint: Endpoint, delivery: Delivery) -> Entrance {
        Entrance { endpoint, delivery, primitives: self.settings.primitives }
    }
}

impl ResourceServer {
    /// Judges a request to a protected resource ([RFC 6750](https://www.rfc-editor.org/rfc/rfc6750),
    /// [RFC 9449 §7](https://www.rfc-editor.org/rfc/rfc9449#section-7),
    /// [RFC 8705 §3](https://www.rfc-editor.org/rfc/rfc8705#section-3)).
    pub fn protect(self: &Arc<Self>, inbound: Inbound<'_>, needed: RequiredAccess, context: Context) -> Step<Access> {
        let mut challenge = self.challenge(&inbound);
        challenge.scope = needed.scope_text();
        let entrance =
            Entrance { endpoint: Endpoint::Resource, delivery: Delivery::Resource(challenge), primitives: self.primitives() };
        begin(entrance, context, || ProtectedRequest::parse(self, &inbound, needed))
    }
}
