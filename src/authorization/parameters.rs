//! From parameters to a request: every check of an authorization request, pushed or not.

use super::hint::hinted;
use crate::access::{self, Audience, Bounds, Place, Wanted, bounds, entitle};
use crate::api::SubjectType;
use crate::claims_parameter::ClaimsParameter;
use crate::client::{ClientTurn, GrantType, not_allowed};
use crate::connection;
use crate::delivery::RedirectTarget;
use crate::detail::words;
use crate::error_code::ErrorCode::{
    InvalidRequest, InvalidScope, RegistrationNotSupported, RequestNotSupported, RequestUriNotSupported, UnauthorizedClient,
    UnsupportedResponseType,
};
use crate::jose::base64url;
use crate::life_cycle::{Asked, FrontChannel, Request};
use crate::parameters::Parameters;
use crate::permissions::Permissions;
use crate::pkce::CodeChallenge;
use crate::policy::{ChallengeInput, ResponseType};
use crate::reason::Reason;
use crate::refusal::{Also, Refusal};
use crate::requirement::{oidcc, rfc6749, rfc9449};
use crate::scope::Scope;

/// Checks the parameters of a client whose target is known
/// ([RFC 6749 §4.1.1](https://www.rfc-editor.org/rfc/rfc6749#section-4.1.1),
/// [OpenID Connect Core §3.1.2.1](https://openid.net/specs/openid-connect-core-1_0.html#AuthRequest)).
pub(super) fn request(turn: &ClientTurn<'_>, parameters: &Parameters<'_>, target: &RedirectTarget) -> Result<Request, Refusal> {
    oidcc::REQUEST_NOT_SUPPORTED.require(
        !parameters.has("request"),
        RequestNotSupported,
        "request is not supported; the parameters are sent by themselves.",
    )?;
    oidcc::REQUEST_URI_NOT_SUPPORTED.require(
        !parameters.has("request_uri"),
        RequestUriNotSupported,
        "request_uri is not one that this server gave out; other ones are not supported.",
    )?;
    oidcc::REGISTRATION_NOT_SUPPORTED.require(
        !parameters.has("registration"),
        RegistrationNotSupported,
        "registration is not supported; clients are registered beforehand.",
    )?;
    response_type(turn, parameters)?;
    let challenge = challenge(turn, parameters)?;
    let prompt = parameters.words("prompt");
    let alone = prompt.len() == 1 || !prompt.iter().any(|value| value == "none");
    oidcc::NONE_STANDS_ALONE.require(
        alone,
        InvalidRequest,
        "prompt contains none beside another value; none must stand alone.",
    )?;
    let audience = access::requested(turn.settings(), &turn.client.terms, parameters)?;
    let sent = parameters.get("scope").map(|sent| Scope::parse(&sent)).transpose();
    let sent = sent.map_err(|error| error.refuse(InvalidScope, "scope"))?;
    let scope = scope(turn, audience, sent.as_ref(), &prompt)?;
    let openid = scope.contains("openid");
    let redirect_uri_sent = parameters.has("redirect_uri");
    oidcc::REDIRECT_URI_NAMED.require(
        !openid || redirect_uri_sent,
        InvalidRequest,
        "redirect_uri is missing; a request with the scope openid must contain it.",
    )?;
    let max_age = parameters.get("max_age").map(|text| seconds(&text)).transpose()?;
    let claims = parameters.get("claims").map(|text| ClaimsParameter::parse(&text)).transpose();
    let mut claims = claims.also(&oidcc::REQUEST_VALIDATED)?.unwrap_or_default();
    let dpop_jkt = parameters.get("dpop_jkt").map(|text| thumbprint(&text)).transpose()?;
    let mut permissions = Permissions::of(scope);
    permissions.claims = claims.names_of_user();
    claims.id_token.extend(hinted(turn, parameters)?);
    permissions.resources = vec![audience.identifier().to_owned()];
    let text = |name| parameters.get(name).map(|value| value.into_owned());
    Ok(Request {
        asked: Asked {
            client_id: turn.client_id().to_owned(),
            permissions,
            prompt,
            max_age: max_age.or(turn.client.metadata.default_max_age),
            max_age_sent: max_age.is_some(),
            acr_values: parameters.words("acr_values"),
            claims,
            claims_locales: parameters.words("claims_locales"),
            ui_locales: parameters.words("ui_locales"),
            connection: connection::requested(turn.settings(), &turn.client.terms, parameters.get("connection").as_deref())?,
            login_hint: text("login_hint"),
            device_sent: parameters.has("device"),
            offline_asked: sent.is_some_and(|sent| sent.contains("offline_access")),
        },
        channel: FrontChannel { target: target.clone(), redirect_uri_sent, challenge, nonce: text("nonce"), dpop_jkt },
    })
}

fn response_type(turn: &ClientTurn<'_>, parameters: &Parameters<'_>) -> Result<(), Refusal> {
    let sent = rfc6749::RESPONSE_TYPE_PRESENT.demand(
        parameters.get("response_type"),
        InvalidRequest,
        "response_type is missing; it must be code.",
    )?;
    let response_type = ResponseType::parse(&sent);
    turn.policy.response_type.require(
        &response_type,
        UnsupportedResponseType,
        words!("response_type is not allowed here; allowed: {}.", turn.policy.response_type.expected()),
    )?;
    let answered = response_type.filter(|known| *known == ResponseType::Code);
    let response_type = rfc6749::RESPONSE_TYPE_PRESENT.demand(
        answered,
        UnsupportedResponseType,
        "response_type is not supported; it must be code.",
    )?;
    if rfc6749::UNAUTHORIZED_CLIENT.broken_unless(turn.client.may_use(&GrantType::AuthorizationCode, &turn.policy)) {
        return Err(not_allowed(&GrantType::AuthorizationCode, UnauthorizedClient));
    }
    rfc6749::UNAUTHORIZED_CLIENT.require(
        turn.client.metadata.has_response_type(response_type),
        UnauthorizedClient,
        "The client is not registered for this response_type.",
    )
}

/// PKCE ([RFC 7636 §4.3](https://www.rfc-editor.org/rfc/rfc7636#section-4.3)).
fn challenge(turn: &ClientTurn<'_>, parameters: &Parameters<'_>) -> Result<Option<CodeChallenge>, Refusal> {
    let (sent, method) = (parameters.get("code_challenge"), parameters.get("code_challenge_method"));
    let parsed = sent.map(|challenge| CodeChallenge::parse(&challenge, method.as_deref()));
    let challenge = parsed.transpose().map_err(|error| error.refuse(InvalidRequest, "PKCE"))?;
    let absent = ChallengeInput::Absent { confidential: turn.client.is_confidential() };
    turn.policy.code_challenge.require(
        &challenge.as_ref().map_or(absent, ChallengeInput::of),
        InvalidRequest,
        insufficient(&challenge),
    )?;
    Ok(challenge)
}

fn insufficient(challenge: &Option<CodeChallenge>) -> &'static str {
    match challenge {
        None => "code_challenge is missing; this client must use PKCE.",
        Some(_) => "code_challenge_method is missing or plain; it must be S256.",
    }
}

/// The requested scope tokens that the client may have, of the OpenID ones and those of the API; unknown ones are ignored.
fn scope(turn: &ClientTurn<'_>, audience: Audience<'_>, sent: Option<&Scope>, prompt: &[String]) -> Result<Scope, Refusal> {
    let within = Bounds {
        place: Place::Authorization,
        consent_prompted: prompt.iter().any(|value| value == "consent"),
        ..bounds(turn, &turn.client, audience, SubjectType::User)
    };
    let scope = entitle(Wanted { scope: sent, original: None }, &within)?;
    match sent {
        None => rfc6749::SCOPE_DEFAULT.require(
            !scope.is_empty(),
            InvalidScope,
            "scope is missing, and the client has no scope by default at this API.",
        )?,
        Some(_) => rfc6749::UNAUTHORIZED_CLIENT.require(
            !scope.is_empty(),
            InvalidScope,
            "The client may have none of the requested scope at this API.",
        )?,
    }
    Ok(scope)
}

/// `dpop_jkt` ([RFC 9449 §10](https://www.rfc-editor.org/rfc/rfc9449#section-10)): base64url of a SHA-256.
fn thumbprint(value: &str) -> Result<String, Refusal> {
    let octets = base64url::decode(value).filter(|octets| octets.len() == 32);
    rfc9449::CODE_BOUND_TO_KEY.require(
        octets.is_some(),
        InvalidRequest,
        "dpop_jkt is not the base64url of a SHA-256 thumbprint.",
    )?;
    Ok(value.to_owned())
}

/// Only digits: a number of seconds has no sign.
fn seconds(value: &str) -> Result<u32, Refusal> {
    let digits = Some(value).filter(|value| value.bytes().all(|octet| octet.is_ascii_digit()));
    oidcc::MAX_AGE.demand(
        digits.and_then(|digits| digits.parse().ok()),
        InvalidRequest,
        "max_age is not a whole number of seconds from 0 to 4294967295.",
    )
}
