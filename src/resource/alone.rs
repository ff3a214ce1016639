//! A resource server that stands alone: it knows an issuer's keys or introspection endpoint, and nothing of its store.

use super::verify::{NO_ACCESS_TOKEN, invalid, timely_and_complete};
use super::{ResourceServer, Source};
use crate::access_token::{AccessToken, Audiences};
use crate::error_code::ErrorCode::InvalidToken;
use crate::exchange::{OutgoingRequest, Pause, Turn};
use crate::inbound::RequestLimits;
use crate::jose::{Algorithms, Claims, Json, Jws, Object};
use crate::key_source::{KeySource, by_value, is_https};
use crate::policy::{AtMost, Policy};
use crate::primitives::Primitives;
use crate::refusal::{Also, Refusal};
use crate::requirement::{fapi2_sp, local, oidcd, rfc6750, rfc7517, rfc9068, rfc9700};
use crate::scope::Scope;
use crate::secret::Secret;
use crate::sender::Confirmation;
use crate::settings::{Mistake, SettingsError, Weight};
use crate::time::Timestamp;
use std::sync::Arc;

/// The settings of a resource server that stands alone.
///
/// ```
/// use fapi::{ResourceServer, ResourceSettings, policy::OAUTH};
///
/// let mut settings = ResourceSettings::new("https://as.example", "https://api.example", OAUTH.policy());
/// settings.jwks_uri = Some("https://as.example/jwks".into());
/// let resource = ResourceServer::standalone(settings)?;
/// assert_eq!(resource.identifier(), "https://api.example");
/// # Ok::<(), fapi::SettingsError>(())
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ResourceSettings {
    /// The issuer whose tokens are accepted.
    pub issuer: String,
    /// The API: the `aud` that tokens must have.
    pub identifier: String,
    /// The issuer's key set by value.
    pub jwks: Option<Json>,
    /// The https URL of the issuer's key set. The host fetches and caches it.
    pub jwks_uri: Option<String>,
    /// The issuer's introspection endpoint, for tokens that are no JWTs. Without keys every token is introspected.
    pub introspection: Option<Introspection>,
    /// The rules for sender constraints and DPoP proofs.
    pub policy: Policy,
    /// Seconds that a DPoP proof is valid after its `iat`.
    pub proof_lifetime: u32,
    /// Seconds that `iat` and `nbf` may lie in the future.
    pub future_tolerance: u32,
    /// Limits of the size of requests.
    pub limits: RequestLimits,
    /// The cryptographic backend.
    pub primitives: &'static dyn Primitives,
}

/// An introspection endpoint ([RFC 7662](https://www.rfc-editor.org/rfc/rfc7662)).
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Introspection {
    /// Its https URL.
    pub endpoint: String,
    /// The value of the `Authorization` header that the resource server authenticates with.
    pub authorization: Secret,
    /// The API that responses without `aud` are about. `aud` is optional there ([RFC 7662
    /// §2.2](https://www.rfc-editor.org/rfc/rfc7662#section-2.2)), and without it a token for another API looks like one for this.
    /// So by default such a response is refused. Name the API of this resource server if the issuer never tells a resource server
    /// about tokens for another API.
    pub audience_if_missing: Option<String>,
}

impl Introspection {
    /// An endpoint, and the value of the `Authorization` header for it.
    pub fn new(endpoint: impl Into<String>, authorization: impl Into<Secret>) -> Self {
        Self { endpoint: endpoint.into(), authorization: authorization.into(), audience_if_missing: None }
    }
}

impl ResourceSettings {
    /// A resource server for the tokens of this issuer; it still needs keys or an introspection endpoint.
    #[cfg(feature = "aws-lc-rs")]
    pub fn new(issuer: impl Into<String>, identifier: impl Into<String>, policy: Policy) -> Self {
        Self::with_primitives(issuer, identifier, policy, crate::primitives::aws_lc())
    }

    /// [`ResourceSettings::new`] over a cryptographic backend of the host's.
    pub fn with_primitives(
        issuer: impl Into<String>,
        identifier: impl Into<String>,
        policy: Policy,
        primitives: &'static dyn Primitives,
    ) -> Self {
        Self {
            issuer: issuer.into(),
            identifier: identifier.into(),
            jwks: None,
            jwks_uri: None,
            introspection: None,
            policy,
            proof_lifetime: 60,
            future_tolerance: 30,
            limits: RequestLimits::default(),
            primitives,
        }
    }

    fn check(&self) -> Result<(), SettingsError> {
        let keys = self.jwks.is_some() || self.jwks_uri.is_some();
        let encrypted = self.jwks_uri.as_deref().is_none_or(is_https);
        let endpoint = self.introspection.as_ref().is_none_or(|introspection| is_https(&introspection.endpoint));
        let checks = [
            (!self.issuer.is_empty(), "the issuer is empty", &oidcd::ISSUER),
            (keys || self.introspection.is_some(), "neither keys nor introspection are configured", &rfc9068::VALIDATED),
            (encrypted, "jwks_uri is not an https URL", &fapi2_sp::JWKS_OVER_TLS),
            (endpoint, "the introspection endpoint is not an https URL", &fapi2_sp::JWKS_OVER_TLS),
        ];
        let broken = checks.into_iter().filter(|(holds, ..)| !holds);
        let mut mistakes: Vec<_> = broken
            .map(|(_, text, basis)| Mistake { place: String::new(), text: text.into(), basis, weight: Weight::Wrong })
            .collect();
        if let Some(Err(error)) = self.jwks.as_ref().map(|jwks| by_value(jwks, self.primitives)) {
            mistakes.push(Mistake {
                place: String::new(),
                text: format!("jwks: {error}"),
                basis: error.basis(),
                weight: Weight::Wrong,
            });
        }
        if mistakes.is_empty() { Ok(()) } else { Err(SettingsError { mistakes }) }
    }
}

impl ResourceServer {
    /// A resource server without its authorization server in the same process. It verifies JWTs with the issuer's published keys,
    /// asks the introspection endpoint about other tokens, and stores nothing but the DPoP proofs it has seen.
    pub fn standalone(settings: ResourceSettings) -> Result<Arc<Self>, SettingsError> {
        settings.check()?;
        let future_tolerance = settings.policy.future_tolerance.within(AtMost(settings.future_tolerance)).0;
        let alone = Alone { jwks: settings.jwks, jwks_uri: settings.jwks_uri, introspection: settings.introspection };
        Ok(Arc::new(Self {
            issuer: settings.issuer,
            identifier: settings.identifier,
            source: Source::Alone(alone),
            policy: settings.policy,
            proof_lifetime: settings.proof_lifetime,
            future_tolerance,
            limits: settings.limits,
            primitives: settings.primitives,
        }))
    }
}

/// An issuer, as it is seen from outside.
#[derive(Debug, Clone)]
pub(super) struct Alone {
    jwks: Option<Json>,
    jwks_uri: Option<String>,
    introspection: Option<Introspection>,
}

impl Alone {
    /// The claims of a token, from the signed token or from an introspection response.
    pub(super) fn verify(&self, server: &ResourceServer, turn: &Turn<'_>, token: &str) -> Result<AccessToken, Pause> {
        let has_keys = self.jwks.is_some() || self.jwks_uri.is_some();
        match &self.introspection {
            Some(introspection) if !has_keys || token.split('.').count() != 3 => introspected(server, turn, introspection, token),
            _ => self.signed(server, turn, token),
        }
    }

    fn signed(&self, server: &ResourceServer, turn: &Turn<'_>, token: &str) -> Result<AccessToken, Pause> {
        let jws = Jws::parse(token).map_err(|error| invalid(&error))?;
        rfc9068::VALIDATED.require(jws.header().typ_is("at+jwt"), InvalidToken, NO_ACCESS_TOKEN)?;
        let (jwks, jwks_uri) = (self.jwks.as_ref(), self.jwks_uri.as_deref());
        let keys = KeySource { jwks, jwks_uri, public_only: &rfc7517::NO_PRIVATE_KEYS };
        keys.verify(turn, &jws, Algorithms::ALL_ASYMMETRIC)?.map_err(|error| invalid(&error))?;
        let said = jws.claims().map_err(|error| invalid(&error))?;
        timely_and_complete(server, turn, &said)?;
        Ok(read(server, said.members(), None)?)
    }
}

/// Asks the issuer about a token ([RFC 7662 §2](https://www.rfc-editor.org/rfc/rfc7662#section-2)).
fn introspected(
    server: &ResourceServer,
    turn: &Turn<'_>,
    introspection: &Introspection,
    token: &str,
) -> Result<AccessToken, Pause> {
    let authorization = String::from_utf8_lossy(introspection.authorization.as_bytes()).into_owned();
    let answer = turn.facts.send(OutgoingRequest {
        url: introspection.endpoint.clone(),
        method: "POST",
        headers: vec![
            ("authorization", authorization),
            ("content-type", "application/x-www-form-urlencoded".into()),
            ("accept", "application/json".into()),
        ],
        body: form_urlencoded::Serializer::new(String::new()).append_pair("token", token).finish(),
    })?;
    // Anything but an answer is an outage of the issuer, not a fault of the token.
    let said = Object::parse(&answer.body).ok().filter(|_| answer.status == 200).ok_or(crate::Unavailable)?;
    let active = said.get("active").and_then(Json::as_bool).ok_or(crate::Unavailable)?;
    rfc6750::TOKEN_LIVE
        .require(active, InvalidToken, "The issuer calls the access token inactive.")
        .also(&fapi2_sp::TOKEN_VALID)?;
    Ok(read(server, &said, introspection.audience_if_missing.as_deref())?)
}

/// The members of a token or of an introspection response. A response without `exp` is about a token that the issuer calls active
/// at this moment.
fn read(server: &ResourceServer, said: &Object, audience_if_missing: Option<&str>) -> Result<AccessToken, Refusal> {
    let claims = Claims::from(said.clone());
    let text = |name| claims.string(name).map_err(|error| invalid(&error));
    let date = |name| claims.numeric_date(name).map_err(|error| invalid(&error));
    let iss = text("iss")?.unwrap_or(&server.issuer).to_owned();
    rfc9068::VALIDATED.require(
        iss == server.issuer,
        InvalidToken,
        "iss of the access token is not the issuer that this resource trusts.",
    )?;
    let audience = claims.audience().map_err(|error| invalid(&error))?;
    let audience = audience.map(|audience| audience.iter().map(str::to_owned).collect());
    let audience = audience.or_else(|| audience_if_missing.map(|audience| vec![audience.to_owned()]));
    let audience =
        rfc9700::TOKEN_FOR_US.demand(audience, InvalidToken, "The issuer does not say which API the access token is for.")?;
    let exp = date("exp")?.map_or(Timestamp::NEVER, |exp| Timestamp::from_seconds(exp.floor()));
    let iat = date("iat")?.map_or(0, |iat| iat.floor());
    let scope = text("scope")?.map(Scope::parse).transpose();
    let scope = local::OWN_TOKEN.demand(scope.ok(), InvalidToken, "scope of the access token is malformed.")?.unwrap_or_default();
    let client_id = text("client_id")?.or(text("azp")?).unwrap_or_default().to_owned();
    let sub = text("sub")?.unwrap_or_default().to_owned();
    // A client's own token has the client as its subject (RFC 9068 §2.2).
    let auth_time = date("auth_time")?.map(|time| Timestamp::from_seconds(time.floor()));
    let user = !sub.is_empty() && sub != client_id;
    Ok(AccessToken {
        iss,
        aud: Audiences::of(audience),
        exp,
        iat: Timestamp::from_seconds(iat),
        jti: text("jti")?.unwrap_or_default().to_owned(),
        client_id,
        scope,
        permissions: permissions(said)?,
        org_id: text("org_id")?.map(str::to_owned),
        grant: String::new(),
        auth_time: user.then(|| auth_time.unwrap_or(Timestamp::from_seconds(iat))),
        sub,
        acr: text("acr")?.map(str::to_owned),
        amr: vec![],
        cnf: confirmation(said)?,
    })
}

/// The permissions of the user, in dialects that list them.
fn permissions(said: &Object) -> Result<Option<Vec<String>>, Refusal> {
    let Some(listed) = said.get("permissions") else { return Ok(None) };
    let texts = match listed {
        Json::Array(listed) => listed.iter().map(|each| each.as_str().map(str::to_owned)).collect::<Option<Vec<_>>>(),
        _ => None,
    };
    local::OWN_TOKEN.demand(texts, InvalidToken, "permissions of the access token is not an array of strings.").map(Some)
}

/// `cnf`: a token with a confirmation that cannot be checked must not be accepted
/// ([RFC 7800 §3.1](https://www.rfc-editor.org/rfc/rfc7800#section-3.1)).
fn confirmation(said: &Object) -> Result<Option<Confirmation>, Refusal> {
    let Some(cnf) = said.get("cnf") else { return Ok(None) };
    let cnf = serde_json::from_str(&cnf.to_string()).ok();
    local::OWN_TOKEN.demand(cnf, InvalidToken, "cnf of the access token is one that cannot be checked.").map(Some)
}
