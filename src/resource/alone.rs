//! A resource server that stands alone: it knows an issuer's keys or introspection endpoint, and nothing of its store.

mod introspected;
mod read;

use super::verify::{NO_ACCESS_TOKEN, invalid, timely_and_complete};
use super::{ResourceServer, Source};
use crate::access_token::AccessToken;
use crate::decryption;
use crate::error_code::ErrorCode::InvalidToken;
use crate::exchange::{Pause, Turn};
use crate::inbound::RequestLimits;
use crate::jose::{Algorithms, Json, Jwe, Jws};
use crate::key_source::{KeySource, by_value, is_https};
use crate::policy::{AtMost, Corrections, Policy};
use crate::primitives::Primitives;
use crate::requirement::{fapi2_ms, fapi2_sp, oidcd, rfc7516, rfc7517, rfc9068};
use crate::secret::Secret;
use crate::settings::{Mistake, ServerDecryptionKey, ServerKeys, SettingsError, Weight};
use read::read;
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
    /// The public halves of the keys that the host decrypts access tokens and introspection responses with. Without them, encrypted
    /// tokens are introspected.
    pub decryption_keys: Vec<ServerDecryptionKey>,
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
    /// The client that the resource server is to its issuer. With it, responses must be JWTs that the issuer signed for this client
    /// ([RFC 9701](https://www.rfc-editor.org/rfc/rfc9701)), which needs the keys of the issuer.
    pub signed_for: Option<String>,
}

impl Introspection {
    /// An endpoint, and the value of the `Authorization` header for it.
    pub fn new(endpoint: impl Into<String>, authorization: impl Into<Secret>) -> Self {
        Self { endpoint: endpoint.into(), authorization: authorization.into(), audience_if_missing: None, signed_for: None }
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
            decryption_keys: vec![],
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
        let signed = self.introspection.as_ref().is_some_and(|introspection| introspection.signed_for.is_some());
        let decrypts = self.decryption_keys.iter().all(|key| key.alg().is_some() && key.jwk.kid().is_some());
        let checks = [
            (!self.issuer.is_empty(), "the issuer is empty", &oidcd::ISSUER),
            (keys || self.introspection.is_some(), "neither keys nor introspection are configured", &rfc9068::VALIDATED),
            (encrypted, "jwks_uri is not an https URL", &fapi2_sp::JWKS_OVER_TLS),
            (keys || !signed, "signed introspection responses need keys", &fapi2_ms::SIGNED_INTROSPECTION_VERIFIED),
            (decrypts, "a decryption key has no kid, or no alg that it can be used with", &rfc7516::ONE_KEY_ONE_ALGORITHM),
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
        let alone = Alone {
            jwks: settings.jwks,
            jwks_uri: settings.jwks_uri,
            introspection: settings.introspection,
            decryption: ServerKeys::of(vec![]).decrypting(settings.decryption_keys),
        };
        Ok(Arc::new(Self {
            issuer: settings.issuer,
            identifier: settings.identifier,
            source: Source::Alone(alone),
            policy: settings.policy,
            corrections: Corrections::default(),
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
    decryption: ServerKeys,
}

impl Alone {
    /// The claims of a token, from the signed token or from an introspection response.
    pub(super) fn verify(&self, server: &ResourceServer, turn: &Turn<'_>, token: &str) -> Result<AccessToken, Pause> {
        let has_keys = self.jwks.is_some() || self.jwks_uri.is_some();
        let nested = Jwe::looks_like(token) && self.decryption.decryption().len() > 0;
        let readable = has_keys && (nested || token.split('.').count() == 3);
        match &self.introspection {
            Some(introspection) if !readable => self.introspected(server, turn, introspection, token),
            _ if nested => {
                let jws = decryption::nested(turn, &self.decryption, token)?.map_err(|error| invalid(&error))?;
                self.signed(server, turn, &jws)
            }
            _ => self.signed(server, turn, &Jws::parse(token).map_err(|error| invalid(&error))?),
        }
    }

    fn signed(&self, server: &ResourceServer, turn: &Turn<'_>, jws: &Jws) -> Result<AccessToken, Pause> {
        rfc9068::VALIDATED.require(jws.header().typ_is("at+jwt"), InvalidToken, NO_ACCESS_TOKEN)?;
        self.keys().verify(turn, jws, Algorithms::ALL_ASYMMETRIC)?.map_err(|error| invalid(&error))?;
        let said = jws.claims().map_err(|error| invalid(&error))?;
        timely_and_complete(server, turn, &said)?;
        Ok(read(server, said.members(), None)?)
    }

    fn keys(&self) -> KeySource<'_> {
        let (jwks, jwks_uri) = (self.jwks.as_ref(), self.jwks_uri.as_deref());
        KeySource { jwks, jwks_uri, only: None, public_only: &rfc7517::NO_PRIVATE_KEYS }
    }
}
