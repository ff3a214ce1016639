//! `huskarl` implements discovery, pushed requests, PKCE, client authentication, DPoP, ID tokens, userinfo, refresh and
//! revocation; the suite provides only keys, certificates and sockets.

mod ports;

use std::sync::Arc;

use bytes::Bytes;
use huskarl::authorizer::HttpAuthorizer;
use huskarl::cache::{GrantTokenSource, InMemoryRefreshTokenStore, InMemoryTokenCache, NoSource};
use huskarl::core::OAuthErrorCode;
use huskarl::core::client_auth::{Audience, ClientAuthentication, JwtBearer};
use huskarl::core::dpop::{AuthorizationServerDPoP, DPoP, NoDPoP};
use huskarl::core::jwt::validator::{JwtValidationError, ValidatedJwt};
use huskarl::core::server_metadata::AuthorizationServerMetadata;
use huskarl::grant::authorization_code::{AuthorizationCodeGrant, CompleteInput, CompleteOutput, Prompt, StartInput};
use huskarl::grant::client_credentials::{ClientCredentialsGrant, ClientCredentialsGrantParameters};
use huskarl::grant::core::TokenResponse;
use huskarl::grant::refresh::RefreshGrantParameters;
use huskarl::prelude::*;
use huskarl::revocation::TokenRevocation;
use huskarl::token::RefreshToken;
use huskarl::token::id_token::{IdTokenClaims, IdTokenValidationError, IdTokenValidator};
use huskarl::userinfo::UserInfoClient;
use serde_json::Value;

use ports::{Certificate, Signer, TargetClock};

use super::{Transport, check_token_type, served, transport};
use crate::browser::{Intention, Landing};
use crate::client::Client;
use crate::finding::{Finding, Tried, skip};
use crate::keys::SigningKey;
use crate::session::Session;
use crate::target::Target;
use fapi::requirement::{Requirement, fapi2_sp, oidcc, rfc6749, rfc7009, rfc8414, rfc9126, rfc9207};

const ALGORITHMS: &[&str] = &["PS256", "ES256", "EdDSA", "Ed25519"];

/// Gets tokens for a user as each client, and uses, refreshes and revokes them.
pub async fn code_flow(s: &Session) -> Tried<()> {
    for client in [&s.one, &s.two] {
        code_flow_as(s, client).await?;
    }
    Ok(())
}

async fn code_flow_as(s: &Session, client: &Client) -> Tried<()> {
    let party = Party::new(s, client);
    let metadata = party.metadata().await?;
    let grant = party.code_grant(&metadata).await?;
    let done = party.authorized(&grant).await?;
    let tokens = done.token_response;
    check_token_type(&party.transport, &party.client, tokens.access_token().token_type())?;
    let subject = done.id_token.as_ref().and_then(|token| token.sub.clone());
    if s.variant().openid() && subject.is_none() {
        return Err(party.transport.finding("an ID token with a sub", "none".into(), &oidcc::TOKEN_RESPONSE));
    }
    party.userinfo(&grant, &metadata, &tokens, subject.as_deref()).await?;
    party.resource(grant.clone(), &tokens).await?;
    let Some(refresh_token) = tokens.refresh_token() else { return Ok(()) };
    let refresh = grant.to_refresh_grant();
    let again = || refresh.exchange(RefreshGrantParameters::refresh_token(refresh_token.clone()));
    let failed = |error| party.transport.failed("use its refresh token", &rfc6749::REFRESH_BOUND_TO_CLIENT, &error);
    let fresh: TokenResponse = again().await.map_err(failed)?;
    check_token_type(&party.transport, &party.client, fresh.access_token().token_type())?;
    party.verify_refreshed(&grant, &fresh, done.id_token.as_ref()).await?;
    party.userinfo(&grant, &metadata, &fresh, subject.as_deref()).await?;
    party.resource(grant, &fresh).await?;
    if !party.revoke(&metadata, refresh_token).await? {
        return Ok(());
    }
    match s.delayed(Result::is_ok, || Box::pin(again())).await {
        Err(error) if error.verdict().is_some_and(|verdict| *verdict.code() == OAuthErrorCode::InvalidGrant) => Ok(()),
        Err(error) => {
            Err(party.transport.failed("get invalid_grant for a revoked refresh token", &rfc6749::INVALID_GRANT, &error))
        }
        Ok(_) => {
            let expected = "invalid_grant for a revoked refresh token";
            Err(party.transport.finding(expected, "tokens".into(), &rfc7009::REFRESH_TOKENS_REVOCABLE))
        }
    }
}

/// Gets a token for each client itself, and uses it.
pub async fn client_credentials(s: &Session) -> Tried<()> {
    for client in [&s.one, &s.two] {
        client_credentials_as(s, client).await?;
    }
    Ok(())
}

async fn client_credentials_as(s: &Session, client: &Client) -> Tried<()> {
    let party = Party::new(s, client);
    let metadata = party.metadata().await?;
    let grant = ClientCredentialsGrant::builder_from_metadata(&metadata)
        .clock(party.clock())
        .client_id(party.client.id())
        .http_client(party.transport.clone())
        .client_auth(party.authentication()?)
        .dpop(party.dpop()?)
        .build();
    let scope = party.client.settings().client_scope.as_ref().map(|scope| words(scope));
    let parameters = ClientCredentialsGrantParameters::builder().maybe_scope(scope).build();
    let tokens = grant
        .exchange(parameters)
        .await
        .map_err(|error| party.transport.failed("get a token for itself", &rfc6749::TOKEN_RESPONSE_SHAPE, &error))?;
    check_token_type(&party.transport, &party.client, tokens.access_token().token_type())?;
    party.resource(grant, &tokens).await
}

struct Party {
    transport: Transport,
    client: Client,
    target: Arc<Target>,
}

impl Party {
    fn new(s: &Session, client: &Client) -> Self {
        Self { transport: Transport::new("huskarl", client), client: client.clone(), target: s.target.clone() }
    }

    /// Discovers the server at the location of the variant's profile, with the checks that FAPI 2.0 requires of a client.
    async fn metadata(&self) -> Tried<AuthorizationServerMetadata> {
        let issuer = self.target.issuer.as_str();
        let fetched = match self.client.variant().openid() {
            true => {
                AuthorizationServerMetadata::oidc_fetch()
                    .http_client(&self.transport)
                    .issuer(issuer)
                    .clock(self.clock())
                    .call()
                    .await
            }
            false => {
                AuthorizationServerMetadata::fetch().http_client(&self.transport).issuer(issuer).clock(self.clock()).call().await
            }
        };
        let mut metadata = match fetched {
            Err(_) if self.elsewhere() => AuthorizationServerMetadata::oidc_fetch()
                .http_client(&self.transport)
                .issuer(issuer)
                .clock(self.clock())
                .call()
                .await
                .map_err(|error| self.transport.failed("discover the server", &fapi2_sp::METADATA_PUBLISHED, &error))?,
            fetched => {
                fetched.map_err(|error| self.transport.failed("discover the server", &fapi2_sp::METADATA_PUBLISHED, &error))?
            }
        };
        metadata.authorization_response_iss_parameter_supported = true;
        metadata.require_pushed_authorization_requests = true;
        if let Some(algorithms) = &mut metadata.id_token_signing_alg_values_supported {
            algorithms.retain(|algorithm| ALGORITHMS.contains(&algorithm.as_str()));
        }
        Ok(metadata)
    }

    /// Returns true if a server other than the reference server publishes only the document of the other profile.
    fn elsewhere(&self) -> bool {
        !self.client.variant().openid() && !self.target.instance.strict()
    }

    async fn code_grant(&self, metadata: &AuthorizationServerMetadata) -> Tried<AuthorizationCodeGrant> {
        let builder = AuthorizationCodeGrant::builder_from_metadata(metadata);
        builder
            .map_err(|error| self.transport.failed("use what it discovered", &rfc8414::REQUIRED_MEMBERS, &error))?
            .clock(self.clock())
            .client_id(self.client.id())
            .http_client(self.transport.clone())
            .client_auth(self.authentication()?)
            .dpop(self.dpop()?)
            .redirect_uri(self.client.settings().redirect_uri.as_str())
            .oidc(self.client.variant().openid())
            .build()
            .await
            .map_err(|error| self.transport.failed("use what it discovered", &rfc8414::REQUIRED_MEMBERS, &error))
    }

    /// Pushes a request, drives the browser, reads the response and gets tokens, with an ID token that huskarl verifies.
    async fn authorized(&self, grant: &AuthorizationCodeGrant) -> Tried<CompleteOutput> {
        let started = grant
            .start(self.request()?)
            .await
            .map_err(|error| self.transport.failed("push its request", &rfc9126::PUSH_CREATED, &error))?;
        let url = url::Url::parse(&started.authorization_url.to_string())
            .map_err(|error| self.transport.failed("make an authorization URL", &rfc8414::REQUIRED_MEMBERS, &error))?;
        let redirect_uri = &self.client.settings().redirect_uri;
        let callback = match self.client.browser().visit(url, redirect_uri, Intention::Approve).await? {
            Landing::Callback(callback) => callback,
            other => {
                if let Some(obstacle) = other.obstacle(&self.target.user) {
                    return Err(obstacle.into());
                }
                let finding = Finding {
                    exchange: other.exchange(),
                    ..Finding::new("a response with a code at the redirect URI", other.describe())
                };
                return Err(finding.against(&rfc6749::TOKEN_RESPONSE).into());
            }
        };
        let response: CompleteInput = callback
            .url
            .as_str()
            .parse()
            .map_err(|error| self.transport.failed("read the authorization response", &rfc6749::TOKEN_RESPONSE, &error))?;
        if callback.parameter("iss").is_none() {
            let finding =
                Finding::new("iss in the authorization response", "a response without iss").against(&fapi2_sp::RESPONSE_ISS);
            return Err(Finding { exchange: callback.exchange, ..finding }.into());
        }
        let before = self.transport.last();
        grant.complete(&started.pending_state, response).await.map_err(|error| {
            let unsent = self.transport.last() == before;
            let rule: &'static Requirement = match error.chain().find_map(|cause| cause.downcast_ref::<IdTokenValidationError>())
            {
                Some(IdTokenValidationError::NonceMismatch) => &oidcc::NONCE_COPIED,
                Some(IdTokenValidationError::Jwt { source: JwtValidationError::Signature { .. } }) => &oidcc::ID_TOKEN_SIGNED,
                Some(_) => &oidcc::ID_TOKEN_CLAIMS,
                None if unsent && callback.parameter("iss").as_ref() != Some(&self.target.issuer) => &rfc9207::RESPONSE_ISS,
                None if unsent => &rfc6749::STATE_ECHOED,
                None if self.client.variant().openid() => &oidcc::TOKEN_RESPONSE,
                None => &rfc6749::TOKEN_RESPONSE,
            };
            self.transport.failed("accept the authorization response, the token response and the ID token", rule, &error)
        })
    }

    fn request(&self) -> Tried<StartInput> {
        let (mut prompt, mut login_hint, mut resource, mut acr_values, mut max_age) = (None, None, None, None, None);
        for (name, value) in &self.client.settings().parameters {
            match name.as_str() {
                "prompt" => prompt = Some(Prompt::Other(value.clone())),
                "login_hint" => login_hint = Some(value.clone()),
                "resource" => resource = Some(vec![value.clone()]),
                "acr_values" => acr_values = Some(words(value)),
                "max_age" => max_age = value.parse().ok().map(std::time::Duration::from_secs),
                other => return skip(format!("huskarl cannot send the parameter `{other}` of the target file")),
            }
        }
        let scope = Some(words(&self.client.scope())).filter(|scope| !scope.is_empty());
        let request = StartInput::builder().maybe_scope(scope).maybe_prompt(prompt).maybe_login_hint(login_hint);
        Ok(request.maybe_resource(resource).maybe_acr_values(acr_values).maybe_max_age(max_age).build())
    }

    /// Verifies that a refreshed ID token is for the same user and login.
    async fn verify_refreshed(
        &self,
        grant: &AuthorizationCodeGrant,
        fresh: &TokenResponse,
        original: Option<&ValidatedJwt<IdTokenClaims>>,
    ) -> Tried<()> {
        let (Some(id_token), Some(original), Some(verifier)) = (fresh.id_token(), original, grant.jws_verifier()) else {
            return Ok(());
        };
        let validator = IdTokenValidator::builder()
            .verifier(verifier)
            .clock(self.clock())
            .issuer(self.target.issuer.as_str())
            .audience(self.client.id())
            .build();
        validator
            .validate_refresh(id_token, original)
            .await
            .map(drop)
            .map_err(|error| self.transport.failed("verify the ID token of a refresh", &oidcc::REFRESHED_ID_TOKEN, &error))
    }

    async fn userinfo(
        &self,
        grant: &AuthorizationCodeGrant,
        metadata: &AuthorizationServerMetadata,
        tokens: &TokenResponse,
        subject: Option<&str>,
    ) -> Tried<()> {
        let Some(subject) = subject.filter(|_| metadata.userinfo_endpoint.is_some()) else { return Ok(()) };
        let failed =
            |error| self.transport.failed("get the ID token's sub from the userinfo endpoint", &oidcc::USERINFO_SUBJECT, &error);
        let userinfo = UserInfoClient::builder_from_grant(grant, metadata).map_err(failed)?.build().await.map_err(failed)?;
        userinfo.get(&self.transport, tokens.access_token(), subject).await.map(drop).map_err(failed)
    }

    /// Calls the target's resource, if there is one, with headers from huskarl; sends the call again, once, if a nonce is
    /// demanded.
    async fn resource<G>(&self, grant: G, tokens: &TokenResponse) -> Tried<()>
    where
        G: huskarl::grant::core::OAuth2ExchangeGrant + 'static,
    {
        let Some(resource) = &self.target.resource else { return Ok(()) };
        let failed = |deed: &str, error: &dyn std::error::Error| self.transport.failed(deed, &fapi2_sp::TOKEN_IN_HEADER, error);
        let source = GrantTokenSource::builder()
            .grant(grant)
            .grant_parameters(NoSource)
            .refresh_store(InMemoryRefreshTokenStore::default())
            .build();
        source.prime(tokens.clone()).await.map_err(|error| failed("keep its token", &error))?;
        let authorizer = HttpAuthorizer::builder().cache(InMemoryTokenCache::builder().source(source).build()).build();
        let uri: http::Uri =
            resource.url.as_str().parse().map_err(|error: http::uri::InvalidUri| failed("read the resource's URL", &error))?;
        let method: http::Method =
            resource.method.parse().map_err(|error: http::method::InvalidMethod| failed("use the resource's method", &error))?;
        for again in [true, false] {
            let headers =
                authorizer.get_headers(&method, &uri).await.map_err(|error| failed("make headers for the resource", &error))?;
            let (content_type, body) = resource.body.clone().unwrap_or_default();
            let mut request = http::Request::new(Bytes::from(body));
            *request.method_mut() = method.clone();
            *request.uri_mut() = uri.clone();
            *request.headers_mut() = headers;
            if let Some(content_type) = content_type.parse::<http::HeaderValue>().ok().filter(|value| !value.is_empty()) {
                request.headers_mut().insert("content-type", content_type);
            }
            let reply = self.transport.carry(request).await.map_err(|error| failed("reach the resource", &error))?;
            let (status, headers) = (http::StatusCode::from_u16(reply.status()), transport::fields(&reply));
            authorizer.process_response(&uri, &headers);
            if again && status.is_ok_and(|status| huskarl::authorizer::dpop_resend_advised(status, &headers)) {
                continue;
            }
            return served(&reply);
        }
        Ok(())
    }

    /// Revokes the refresh token, if the server has a revocation endpoint.
    async fn revoke(&self, metadata: &AuthorizationServerMetadata, refresh_token: &RefreshToken) -> Tried<bool> {
        let Ok(builder) = TokenRevocation::builder_from_metadata(metadata) else { return Ok(false) };
        let id = self.client.id().to_owned();
        let revocation = builder.clock(self.clock()).client_id(id).client_auth(self.authentication()?).build();
        let failed = |error| self.transport.failed("revoke its refresh token", &rfc7009::REFRESH_TOKENS_REVOCABLE, &error);
        revocation.revoke(&self.transport, refresh_token).await.map(|()| true).map_err(failed)
    }

    fn clock(&self) -> TargetClock {
        TargetClock::new(&self.target)
    }

    fn authentication(&self) -> Tried<Arc<dyn ClientAuthentication>> {
        match &self.client.settings().key {
            Some(key) if self.client.variant().private_key_jwt() => {
                Ok(Arc::new(JwtBearer::builder().signer(self.signer(key)?).audience(Audience::Issuer).build()))
            }
            _ => Ok(Arc::new(Certificate)),
        }
    }

    fn dpop(&self) -> Tried<Arc<dyn AuthorizationServerDPoP>> {
        match self.client.variant().dpop() {
            true => Ok(Arc::new(DPoP::builder().signer(self.signer(self.client.dpop_key())?).build())),
            false => Ok(Arc::new(NoDPoP)),
        }
    }

    fn signer(&self, key: &SigningKey) -> Tried<Signer> {
        let public = serde_json::from_value(Value::Object(key.public_jwk()))
            .map_err(|error| self.transport.failed("read a public JWK", &fapi2_sp::SIGNING_ALGORITHMS, &error))?;
        Ok(Signer { key: key.clone(), public })
    }
}

fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}
