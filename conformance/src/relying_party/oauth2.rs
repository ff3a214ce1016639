//! `oauth2` implements request parameters, token requests of every grant, introspection and revocation. It has no discovery, pushed
//! requests, client assertions or DPoP: the suite's client discovers and pushes, and adds the others to the crate's requests.

use bytes::Bytes;
use oauth2::basic::{BasicClient, BasicErrorResponseType, BasicTokenResponse};
use oauth2::{
    AccessToken, AuthUrl, AuthorizationCode, ClientId, CsrfToken, IntrospectionUrl, PkceCodeChallenge, RedirectUrl, RefreshToken,
    RequestTokenError, RevocationErrorResponseType, RevocationUrl, Scope, StandardRevocableToken, TokenIntrospectionResponse,
    TokenResponse, TokenUrl,
};

use super::{Transport, authentication, check_token_type, push, served};
use crate::client::Client;
use crate::finding::Tried;
use crate::session::Session;
use crate::target::Target;
use fapi::requirement::{fapi2_sp, rfc6749, rfc7009, rfc7662};

/// Gets tokens for a user as each client, and uses, refreshes, introspects and revokes them.
pub async fn code_flow(s: &Session) -> Tried<()> {
    for client in [&s.one, &s.two] {
        code_flow_as(s, client).await?;
    }
    Ok(())
}

async fn code_flow_as(s: &Session, client: &Client) -> Tried<()> {
    let party = Party::new(s, client)?;
    let send = |request| party.transport.clone().call(request);
    let redirect_uri = RedirectUrl::new(client.settings().redirect_uri.clone())
        .map_err(|error| party.transport.failed("read the redirect URI", &rfc6749::REDIRECT_ABSOLUTE, &error))?;
    let oauth = party
        .oauth
        .clone()
        .set_redirect_uri(redirect_uri)
        .set_auth_uri(AuthUrl::from_url(client.metadata().endpoint("authorization_endpoint")?));

    let (challenge, pkce_verifier) = PkceCodeChallenge::new_random_sha256();
    let mut request = oauth
        .authorize_url(CsrfToken::new_random)
        .set_pkce_challenge(challenge)
        .add_scopes(client.scope().split_whitespace().map(|scope| Scope::new(scope.to_owned())));
    for (name, value) in &client.settings().parameters {
        request = request.add_extra_param(name.as_str(), value.as_str());
    }
    let (url, _state) = request.url();
    // The suite's client compares the state and checks `iss` when it reads the response.
    let code = client.authorize(&push(client, &url).await?).code().await?;

    let mut redeem = oauth.exchange_code(AuthorizationCode::new(code.code)).set_pkce_verifier(pkce_verifier);
    for (name, value) in authentication(client) {
        redeem = redeem.add_extra_param(name, value);
    }
    let tokens = redeem
        .request_async(&send)
        .await
        .map_err(|error| party.transport.failed("redeem its code", &rfc6749::TOKEN_RESPONSE, &error))?;
    party.check(&tokens).await?;

    let Some(refresh_token) = tokens.refresh_token() else { return party.give_back(s, tokens.access_token()).await };
    let fresh = party
        .refresh(refresh_token)
        .await
        .map_err(|error| party.transport.failed("use its refresh token", &rfc6749::REFRESH_BOUND_TO_CLIENT, &error))?;
    party.check(&fresh).await?;
    party.give_back(s, fresh.access_token()).await?;
    if !party.revoke(refresh_token.into()).await? {
        return Ok(());
    }
    match s.delayed(Result::is_ok, || Box::pin(party.refresh(refresh_token))).await {
        Err(RequestTokenError::ServerResponse(answer)) if *answer.error() == BasicErrorResponseType::InvalidGrant => Ok(()),
        Err(error) => {
            Err(party.transport.failed("get invalid_grant for a revoked refresh token", &rfc6749::INVALID_GRANT, &error))
        }
        Ok(_) => Err(party.transport.finding(
            "invalid_grant for a revoked refresh token",
            "tokens".into(),
            &rfc7009::REFRESH_TOKENS_REVOCABLE,
        )),
    }
}

/// Gets a token for each client itself, and uses, introspects and revokes it.
pub async fn client_credentials(s: &Session) -> Tried<()> {
    for client in [&s.one, &s.two] {
        client_credentials_as(s, client).await?;
    }
    Ok(())
}

async fn client_credentials_as(s: &Session, client: &Client) -> Tried<()> {
    let party = Party::new(s, client)?;
    let send = |request| party.transport.clone().call(request);
    let mut request = party.oauth.exchange_client_credentials();
    for scope in client.settings().client_scope.iter().flat_map(|scope| scope.split_whitespace()) {
        request = request.add_scope(Scope::new(scope.to_owned()));
    }
    for (name, value) in authentication(client) {
        request = request.add_extra_param(name, value);
    }
    let tokens = request
        .request_async(&send)
        .await
        .map_err(|error| party.transport.failed("get a token for itself", &rfc6749::TOKEN_RESPONSE_SHAPE, &error))?;
    party.check(&tokens).await?;
    party.give_back(s, tokens.access_token()).await
}

type Oauth = BasicClient<
    oauth2::EndpointNotSet,
    oauth2::EndpointNotSet,
    oauth2::EndpointNotSet,
    oauth2::EndpointNotSet,
    oauth2::EndpointSet,
>;
type Refused = RequestTokenError<super::transport::Unsent, oauth2::basic::BasicErrorResponse>;

struct Party<'a> {
    target: &'a Target,
    client: &'a Client,
    transport: Transport,
    oauth: Oauth,
}

impl<'a> Party<'a> {
    fn new(s: &'a Session, client: &'a Client) -> Tried<Self> {
        let token_endpoint = TokenUrl::from_url(client.metadata().endpoint("token_endpoint")?);
        let oauth = BasicClient::new(ClientId::new(client.id().to_owned())).set_token_uri(token_endpoint);
        Ok(Self { target: &s.target, client, transport: Transport::new("oauth2", client), oauth })
    }

    /// Checks the token type, and that the target's resource accepts the token.
    async fn check(&self, tokens: &BasicTokenResponse) -> Tried<()> {
        check_token_type(&self.transport, self.client, tokens.token_type().as_ref())?;
        let Some(resource) = &self.target.resource else { return Ok(()) };
        let failed = |deed: &str, error: &dyn std::error::Error| self.transport.failed(deed, &fapi2_sp::TOKEN_IN_HEADER, error);
        let (content_type, body) = resource.body.clone().unzip();
        let mut request = http::Request::builder()
            .method(resource.method.as_str())
            .uri(resource.url.as_str())
            .header("authorization", format!("Bearer {}", tokens.access_token().secret()));
        if let Some(content_type) = content_type {
            request = request.header("content-type", content_type);
        }
        let request = request.body(Bytes::from(body.unwrap_or_default())).map_err(|error| failed("call the resource", &error))?;
        served(&self.transport.carry_bound(request).await.map_err(|error| failed("reach the resource", &error))?)
    }

    async fn refresh(&self, refresh_token: &RefreshToken) -> Result<BasicTokenResponse, Refused> {
        let send = |request| self.transport.clone().call(request);
        let mut refresh = self.oauth.exchange_refresh_token(refresh_token);
        for (name, value) in authentication(self.client) {
            refresh = refresh.add_extra_param(name, value);
        }
        refresh.request_async(&send).await
    }

    /// Demands that an access token is active until it is revoked.
    async fn give_back(&self, s: &Session, token: &AccessToken) -> Tried<()> {
        if self.is_active(token).await? == Some(false) {
            return Err(self.transport.finding(
                "active: true for a new access token",
                "active: false".into(),
                &rfc7662::ACTIVE_ANSWER,
            ));
        }
        if !self.revoke(token.into()).await? {
            return Ok(());
        }
        let is_active = |answer: &Tried<Option<bool>>| matches!(answer, Ok(Some(true)));
        if s.delayed(is_active, || Box::pin(self.is_active(token))).await? == Some(true) {
            return Err(self.transport.finding(
                "active: false for a revoked access token",
                "active: true".into(),
                &rfc7662::TOKEN_CHECKED,
            ));
        }
        Ok(())
    }

    /// Introspects a token, if the server lets clients do that.
    async fn is_active(&self, token: &AccessToken) -> Tried<Option<bool>> {
        let Some(endpoint) = self.client.metadata().optional_endpoint("introspection_endpoint") else { return Ok(None) };
        let send = |request| self.transport.clone().call(request);
        let oauth = self.oauth.clone().set_introspection_url(IntrospectionUrl::from_url(endpoint));
        let mut request = oauth.introspect(token).set_token_type_hint("access_token");
        for (name, value) in authentication(self.client) {
            request = request.add_extra_param(name, value);
        }
        match request.request_async(&send).await {
            Ok(answer) => Ok(Some(answer.active())),
            Err(RequestTokenError::ServerResponse(_)) if !self.target.instance.strict() => Ok(None),
            Err(error) => Err(self.transport.failed("introspect its access token", &rfc7662::ACTIVE_ANSWER, &error)),
        }
    }

    /// Revokes a token; returns true if the server did so. The crate revokes only over https.
    async fn revoke(&self, token: StandardRevocableToken) -> Tried<bool> {
        let endpoint = self.client.metadata().optional_endpoint("revocation_endpoint");
        let Some(endpoint) = endpoint.filter(|endpoint| endpoint.scheme() == "https") else { return Ok(false) };
        let send = |request| self.transport.clone().call(request);
        let is_access_token = matches!(token, StandardRevocableToken::AccessToken(_));
        let oauth = self.oauth.clone().set_revocation_url(RevocationUrl::from_url(endpoint));
        let mut request = match oauth.revoke_token(token) {
            Ok(request) => request,
            Err(error) => return Err(self.transport.failed("revoke its token", &rfc7009::REFRESH_TOKENS_REVOCABLE, &error)),
        };
        for (name, value) in authentication(self.client) {
            request = request.add_extra_param(name, value);
        }
        match request.request_async(&send).await {
            Ok(()) => Ok(true),
            // A server need not support the revocation of access tokens.
            Err(RequestTokenError::ServerResponse(answer))
                if is_access_token && *answer.error() == RevocationErrorResponseType::UnsupportedTokenType =>
            {
                Ok(false)
            }
            Err(error) => Err(self.transport.failed("revoke its token", &rfc7009::REFRESH_TOKENS_REVOCABLE, &error)),
        }
    }
}
