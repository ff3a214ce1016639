//! The entry points, one per endpoint.

mod administration;

use crate::authorization::{AuthorizationRequest, Conclusion, PushedAuthorizationRequest, ShowInteraction};
use crate::context::Context;
use crate::delivery::{AuthenticationChallenge, Delivery};
use crate::entropy::InteractionId;
use crate::event::{Administration, Endpoint};
use crate::exchange::{Entrance, Step, begin};
use crate::inbound::Inbound;
use crate::interaction::{Navigation, UserDecision};
use crate::introspection::IntrospectionRequest;
use crate::jose::Object;
use crate::metadata::Metadata;
use crate::notice::{NoticeAttempt, NoticeDelivery};
use crate::policy::Policies;
use crate::record::{Record, RecordKey};
use crate::registration::{ClientRegistration, Registered, Registration};
use crate::resource::{Access, ProtectedRequest, RequiredAccess, ResourceServer};
use crate::revocation::{RevocationRequest, SubjectRevocation, SubjectRevoked};
use crate::server::AuthorizationServer;
use crate::settings::{Settings, SettingsError};
use crate::time::Timestamp;
use crate::token::{TokenRequest, grant_types_served};
use crate::userinfo::UserinfoRequest;
use std::sync::Arc;

impl AuthorizationServer {
    /// Checks the settings as a whole; the error names every mistake in them.
    pub fn new(settings: Settings) -> Result<Arc<Self>, SettingsError> {
        settings.check()?;
        let metadata = Metadata::of(&settings, grant_types_served().collect());
        let resource = Arc::new(ResourceServer::of_issuer(&settings));
        let apis = settings.apis.iter().map(|api| ResourceServer::beside(&settings, api).map(Arc::new));
        let apis = apis.collect::<Result<_, _>>()?;
        let policies = Policies::new(settings.policy.clone(), settings.profiles.clone());
        Ok(Arc::new(Self { settings, metadata, resource, apis, policies }))
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

    /// Takes the user's answer to a prompt; another prompt may follow.
    pub fn answer(
        self: &Arc<Self>,
        inbound: Inbound<'_>,
        id: &InteractionId,
        decision: UserDecision,
        context: Context,
    ) -> Step<Navigation> {
        begin(self.page(Endpoint::Interaction), context, || Conclusion::parse(self, &inbound, id, decision))
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

    /// Registers clients, each new or in place of an earlier registration: all of them, or none.
    pub fn register(self: &Arc<Self>, registrations: Vec<Registration>, context: Context) -> Step<Registered> {
        let client_ids = registrations.iter().map(|registration| registration.metadata.client_id.clone()).collect();
        let entrance = self.administration(Endpoint::ClientRegistration, Some(Administration::RegisterClients { client_ids }));
        begin(entrance, context, || ClientRegistration::parse(self, registrations))
    }

    /// Ends everything that rests on a login of this user so far: sessions, grants, refresh tokens, access tokens.
    ///
    /// The user may log in again at once. Clocks of hosts differ, so a login that the host [dates](crate::Authentication::auth_time)
    /// counts as one from before for a minute more, and the user is asked for another one.
    pub fn revoke_subject(self: &Arc<Self>, subject: &str, context: Context) -> Step<SubjectRevoked> {
        let about = Administration::RevokeSubject { subject: subject.to_owned() };
        let entrance = self.administration(Endpoint::SubjectRevocation, Some(about));
        begin(entrance, context, || SubjectRevocation::parse(self, subject))
    }

    /// Delivers a notice that is due, as the store holds it.
    pub fn deliver(self: &Arc<Self>, key: &RecordKey, notice: &Record, context: Context) -> Step<NoticeDelivery> {
        begin(self.administration(Endpoint::Notice, None), context, || NoticeAttempt::parse(self, key, notice))
    }

    /// The metadata document, the same at both its locations
    /// ([RFC 8414](https://www.rfc-editor.org/rfc/rfc8414),
    /// [OpenID Connect Discovery](https://openid.net/specs/openid-connect-discovery-1_0.html)).
    pub fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    /// The key set as it is published at `jwks_uri` now ([RFC 7517 §5](https://www.rfc-editor.org/rfc/rfc7517#section-5)).
    pub fn jwks(&self, now: Timestamp) -> Object {
        self.settings.keys.document(now)
    }

    /// The rules in force: for all clients, and for clients with profiles or rules of their own.
    pub fn policies(&self) -> &Policies {
        &self.policies
    }

    /// The settings this server was built from.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The resource servers of all APIs, in the order of the settings.
    pub fn apis(&self) -> &[Arc<ResourceServer>] {
        &self.apis
    }

    /// The resource server of one API, in the same process and over the same store.
    pub fn resource_server(&self, identifier: &str) -> Option<&Arc<ResourceServer>> {
        self.apis.iter().find(|api| api.identifier() == identifier)
    }

    fn page(&self, endpoint: Endpoint) -> Entrance {
        self.entrance(endpoint, Delivery::Page)
    }

    /// The answer to a failed authentication names the scheme that was tried
    /// ([RFC 6749 §5.2](https://www.rfc-editor.org/rfc/rfc6749#section-5.2)).
    fn direct(&self, endpoint: Endpoint, inbound: &Inbound<'_>) -> Entrance {
        let challenge = match inbound.headers().get(http::header::AUTHORIZATION) {
            Some(_) => AuthenticationChallenge::Header(format!("Basic realm=\"{}\"", self.settings.issuer)),
            None => AuthenticationChallenge::Body,
        };
        self.entrance(endpoint, Delivery::Direct(challenge))
    }

    fn administration(&self, endpoint: Endpoint, about: Option<Administration>) -> Entrance {
        let entrance = self.entrance(endpoint, Delivery::Direct(AuthenticationChallenge::Body));
        Entrance { administration: about, ..entrance }
    }

    fn entrance(&self, endpoint: Endpoint, delivery: Delivery) -> Entrance {
        Entrance::new(endpoint, delivery, self.settings.primitives)
    }
}

impl ResourceServer {
    /// Decides whether a request to a protected resource is authorized ([RFC 6750](https://www.rfc-editor.org/rfc/rfc6750), [RFC
    /// 9449 §7](https://www.rfc-editor.org/rfc/rfc9449#section-7), [RFC 8705
    /// §3](https://www.rfc-editor.org/rfc/rfc8705#section-3)).
    ///
    /// The host is not asked if the user still exists, as it is for introspection and userinfo. A token of a user who is gone is
    /// valid until it expires, unless the host [revokes](AuthorizationServer::revoke_subject) what the user had.
    pub fn protect(self: &Arc<Self>, inbound: Inbound<'_>, required: RequiredAccess, context: Context) -> Step<Access> {
        let mut challenge = self.challenge(&inbound);
        challenge.scope = required.scope_text();
        let entrance = Entrance::new(Endpoint::Resource, Delivery::Resource(challenge), self.primitives());
        begin(entrance, context, || ProtectedRequest::parse(self, &inbound, required))
    }
}
