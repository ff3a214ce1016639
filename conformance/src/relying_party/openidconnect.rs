//! `openidconnect` implements discovery, request parameters, token requests, ID tokens and userinfo. It has no pushed requests,
//! client assertions or DPoP: the suite's client pushes, and adds the others to the crate's requests.

use std::time::{Duration, UNIX_EPOCH};

use openidconnect::core::{CoreAuthenticationFlow, CoreClient, CoreProviderMetadata, CoreUserInfoClaims};
use openidconnect::{
    AccessToken, AccessTokenHash, AuthorizationCode, ClaimsVerificationError, ClientId, CsrfToken, IssuerUrl, Nonce,
    OAuth2TokenResponse, PkceCodeChallenge, RedirectUrl, Scope, TokenResponse, TokenUrl, UserInfoUrl,
};

use super::{Transport, authentication, check_token_type, push};
use crate::client::Client;
use crate::finding::Tried;
use crate::session::Session;
use fapi::requirement::{Requirement, fapi2_sp, oidcc, oidcd, rfc6749};

/// Logs a user in as each client, verifies the ID token, calls userinfo and refreshes.
pub async fn code_flow(s: &Session) -> Tried<()> {
    for client in [&s.one, &s.two] {
        code_flow_as(s, client).await?;
    }
    Ok(())
}

async fn code_flow_as(s: &Session, client: &Client) -> Tried<()> {
    let settings = client.settings();
    let transport = Transport::new("openidconnect", client);
    let send = |request| transport.clone().call(request);

    let issuer = IssuerUrl::new(s.target.issuer.clone())
        .map_err(|error| transport.failed("discover the server", &fapi2_sp::METADATA_PUBLISHED, &error))?;
    let discovered = CoreProviderMetadata::discover_async(issuer, &send)
        .await
        .map_err(|error| transport.failed("discover the server", &oidcd::REQUIRED_MEMBERS, &error))?;
    // The crate does not know `mtls_endpoint_aliases`.
    let token_endpoint = TokenUrl::from_url(client.metadata().endpoint("token_endpoint")?);
    let userinfo_endpoint = client.metadata().optional_endpoint("userinfo_endpoint").map(UserInfoUrl::from_url);
    let redirect_uri = RedirectUrl::new(settings.redirect_uri.clone())
        .map_err(|error| transport.failed("read the redirect URI", &rfc6749::REDIRECT_ABSOLUTE, &error))?;
    let party = CoreClient::from_provider_metadata(discovered, ClientId::new(client.id().to_owned()), None)
        .set_redirect_uri(redirect_uri)
        .set_token_uri(token_endpoint);

    let (challenge, pkce_verifier) = PkceCodeChallenge::new_random_sha256();
    let mut request = party
        .authorize_url(CoreAuthenticationFlow::AuthorizationCode, CsrfToken::new_random, Nonce::new_random)
        .set_pkce_challenge(challenge)
        .add_scopes(
            client.scope().split_whitespace().filter(|scope| *scope != "openid").map(|scope| Scope::new(scope.to_owned())),
        );
    for (name, value) in &settings.parameters {
        request = request.add_extra_param(name.as_str(), value.as_str());
    }
    let (url, _state, nonce) = request.url();
    // The suite's client compares the state and checks `iss` when it reads the response.
    let code = client.authorize(&push(client, &url).await?).code().await?;

    let mut redeem = party.exchange_code(AuthorizationCode::new(code.code)).set_pkce_verifier(pkce_verifier);
    for (name, value) in authentication(client) {
        redeem = redeem.add_extra_param(name, value);
    }
    let tokens =
        redeem.request_async(&send).await.map_err(|error| transport.failed("redeem its code", &oidcc::TOKEN_RESPONSE, &error))?;
    check_token_type(&transport, client, tokens.token_type().as_ref())?;

    let instance = s.target.instance.clone();
    let now = move || u64::try_from(instance.now()).unwrap_or_default();
    let verifier = party.id_token_verifier().set_time_fn(move || (UNIX_EPOCH + Duration::from_secs(now())).into());
    let Some(id_token) = tokens.id_token() else {
        return Err(transport.finding("an ID token in the token response", "none".into(), &oidcc::TOKEN_RESPONSE));
    };
    let claims = id_token.claims(&verifier, &nonce).map_err(|error| {
        let rule: &'static Requirement = match &error {
            ClaimsVerificationError::InvalidNonce(_) => &oidcc::NONCE_COPIED,
            ClaimsVerificationError::SignatureVerification(_) => &oidcc::ID_TOKEN_SIGNED,
            _ => &oidcc::ID_TOKEN_CLAIMS,
        };
        transport.failed("verify the ID token", rule, &error)
    })?;
    if let Some(hash) = claims.access_token_hash() {
        let algorithm = id_token
            .signing_alg()
            .map_err(|error| transport.failed("know the ID token's algorithm", &oidcc::ID_TOKEN_SIGNED, &error))?;
        let key = id_token
            .signing_key(&verifier)
            .map_err(|error| transport.failed("know the ID token's key", &oidcc::KEY_NAMED, &error))?;
        let expected = AccessTokenHash::from_token(tokens.access_token(), algorithm, key)
            .map_err(|error| transport.failed("compute at_hash", &oidcc::AT_HASH, &error))?;
        if expected != *hash {
            return Err(transport.finding(&format!("at_hash {}", expected.as_str()), hash.as_str().to_owned(), &oidcc::AT_HASH));
        }
    }

    let userinfo = async |token: &AccessToken| -> Tried<()> {
        let Some(endpoint) = userinfo_endpoint.clone() else { return Ok(()) };
        let party = party.clone().set_user_info_url(endpoint);
        let request = party.user_info(token.clone(), Some(claims.subject().clone()));
        let answer: Result<CoreUserInfoClaims, _> = request.request_async(&send).await;
        answer.map(drop).map_err(|error| {
            transport.failed("get the ID token's sub from the userinfo endpoint", &oidcc::USERINFO_SUBJECT, &error)
        })
    };
    userinfo(tokens.access_token()).await?;

    let Some(refresh_token) = tokens.refresh_token() else { return Ok(()) };
    let mut refresh = party.exchange_refresh_token(refresh_token);
    for (name, value) in authentication(client) {
        refresh = refresh.add_extra_param(name, value);
    }
    let fresh = refresh
        .request_async(&send)
        .await
        .map_err(|error| transport.failed("use its refresh token", &rfc6749::REFRESH_BOUND_TO_CLIENT, &error))?;
    check_token_type(&transport, client, fresh.token_type().as_ref())?;
    if let Some(id_token) = fresh.id_token() {
        let same_or_none = |got: Option<&Nonce>| match got {
            Some(got) if got.secret() != nonce.secret() => Err("another nonce than that of the first ID token".to_owned()),
            _ => Ok(()),
        };
        let refreshed = id_token
            .claims(&verifier, same_or_none)
            .map_err(|error| transport.failed("verify the ID token of a refresh", &oidcc::REFRESHED_ID_TOKEN, &error))?;
        if refreshed.subject() != claims.subject() {
            let expected = format!("sub {}, as in the first ID token", claims.subject().as_str());
            return Err(transport.finding(
                &expected,
                format!("sub {}", refreshed.subject().as_str()),
                &oidcc::REFRESHED_ID_TOKEN,
            ));
        }
    }
    userinfo(fresh.access_token()).await
}
