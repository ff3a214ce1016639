//! The answer to an introspection request: JSON, or a JWT for the caller alone
//! ([RFC 9701 §5](https://www.rfc-editor.org/rfc/rfc9701#section-5)).

use super::accepted::Accepted;
use crate::access_token::{AccessToken, Audiences};
use crate::client::AuthenticatedClient;
use crate::error_code::ErrorCode::InvalidRequest;
use crate::exchange::{Decision, Pause};
use crate::grant::Grant;
use crate::issue::{algorithm_for, protect, sign_for};
use crate::refusal::Refusal;
use crate::requirement::rfc9701;
use crate::response::{INTROSPECTION_JWT, Response, json, jwt};
use crate::scope::Scope;
use crate::sender::Confirmation;
use crate::settings::RESERVED_SCOPES;
use crate::time::Timestamp;
use http::StatusCode;
use serde::Serialize;
use std::borrow::Cow;

/// The members of an active token's answer; an inactive token has only `active`.
#[derive(Serialize, Default)]
pub(super) struct Answer<'a> {
    active: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<Cow<'a, Scope>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    token_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    exp: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    iat: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sub: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    aud: Option<&'a Audiences>,
    #[serde(skip_serializing_if = "Option::is_none")]
    iss: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    jti: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    permissions: Option<&'a [String]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    org_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cnf: Option<&'a Confirmation>,
}

impl<'a> Answer<'a> {
    /// Describes an active access token, with this part of its scope.
    pub(super) fn active(claims: &'a AccessToken, scope: Cow<'a, Scope>) -> Self {
        Self {
            active: true,
            scope: Some(scope),
            client_id: Some(&claims.client_id),
            token_type: Some(Confirmation::token_type(claims.cnf.as_ref())),
            exp: Some(claims.exp),
            iat: Some(claims.iat),
            sub: Some(&claims.sub),
            aud: Some(&claims.aud),
            iss: Some(&claims.iss),
            jti: Some(&claims.jti),
            permissions: claims.permissions.as_deref(),
            org_id: claims.org_id.as_deref(),
            cnf: claims.cnf.as_ref(),
        }
    }

    /// Describes an active refresh token of this grant.
    pub(super) fn refresh(iss: &'a str, grant: &'a Grant, expires: Timestamp) -> Self {
        Self {
            active: true,
            scope: Some(Cow::Borrowed(&grant.permissions.scope)),
            client_id: Some(&grant.client_id),
            exp: Some(expires),
            sub: grant.subject(),
            iss: Some(iss),
            ..Self::default()
        }
    }
}

/// The form of the answer to a caller.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum AnswerForm {
    Json,
    Jwt,
}

/// The claims of the JWT. It has neither `sub` nor `exp`, so that nobody takes it for an access token.
#[derive(Serialize)]
struct Signed<'a> {
    iss: &'a str,
    aud: &'a str,
    iat: Timestamp,
    token_introspection: &'a Answer<'a>,
}

impl AnswerForm {
    /// The form that the caller asks for, as far as the policy and its registration leave it a choice.
    pub(super) fn of(turn: &AuthenticatedClient<'_>, accepted: Accepted) -> Result<Self, Refusal> {
        let (signed, admitted) = (&turn.policy.signed_introspection, accepted != Accepted::Json);
        signed.require(&admitted, InvalidRequest, NO_JWT)?;
        let encrypted = turn.client.metadata.introspection_encryption().is_some();
        let words = "Accept does not admit application/token-introspection+jwt, and the client registered encrypted responses.";
        rfc9701::ENCRYPTED_RESPONSE_ALG.require(admitted || !encrypted, InvalidRequest, words)?;
        let demanded = encrypted || !signed.admits(&false);
        Ok(match accepted {
            Accepted::Jwt => Self::Jwt,
            Accepted::Either if demanded => Self::Jwt,
            Accepted::Either | Accepted::Json => Self::Json,
        })
    }

    /// The part of a token's scope that the caller is told: in a JWT for an API, that which concerns the API.
    pub(super) fn scope<'a>(self, turn: &AuthenticatedClient<'_>, claims: &'a AccessToken) -> Cow<'a, Scope> {
        if self == Self::Json || claims.client_id == turn.client_id() {
            return Cow::Borrowed(&claims.scope);
        }
        let own = |identifier: &str| {
            claims.aud.contains(identifier) && turn.client.terms.introspects.iter().any(|known| known == identifier)
        };
        let defines = |own_ones: bool, token: &str| {
            let mut apis = turn.settings().apis.iter().filter(|api| own(&api.identifier) == own_ones);
            apis.any(|api| api.scopes.scope().contains(token))
        };
        let concerns = |token: &&str| defines(true, token) || !(defines(false, token) || RESERVED_SCOPES.contains(token));
        Cow::Owned(Scope::of_tokens(claims.scope.iter().filter(concerns)))
    }

    /// The decision to answer this.
    pub(super) fn decided(self, turn: &AuthenticatedClient<'_>, told: &Answer<'_>) -> Result<Decision<Response>, Pause> {
        let mut reply = match self {
            Self::Json => json(StatusCode::OK, told),
            Self::Jwt => jwt(INTROSPECTION_JWT, signed(turn, told)?),
        };
        turn.context.offer_nonce(&mut reply);
        Ok(Decision::replies(reply))
    }
}

const NO_JWT: &str = "Accept does not admit application/token-introspection+jwt, and introspection responses are JWTs here.";

const MESSAGES: &str = "introspection responses";

fn signed(turn: &AuthenticatedClient<'_>, told: &Answer<'_>) -> Result<String, Pause> {
    let metadata = &turn.client.metadata;
    let algorithm = algorithm_for(turn, metadata.introspection_signed_response_alg, MESSAGES)?;
    let claims = Signed { iss: &turn.settings().issuer, aud: turn.client_id(), iat: turn.now(), token_introspection: told };
    let signed = sign_for(turn, algorithm, "token-introspection+jwt", &claims)?;
    protect(turn, signed, metadata.introspection_encryption(), MESSAGES)
}
