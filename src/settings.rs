//! What one authorization server is configured to be.

use crate::inbound::{EndpointAddress, Inbound, RequestLimits};
use crate::jose::{Algorithm, Algorithms, Jwk};
use crate::policy::{AlgorithmSet, Bound, Policy};
use crate::primitives::Primitives;
use crate::requirement::{Requirement, fapi2_sp, oidcd, rfc6749, rfc8414};
use crate::scope::Scope;
use crate::sender::{ProofPolicy, TrustAnchors};
use std::fmt;

mod public_keys;

pub use public_keys::PublicKeys;

/// One issuer's settings; start from [`Settings::new`] and change what is to be different.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Settings {
    /// The issuer identifier: an https URL without query and fragment (http on loopback for development).
    pub issuer: String,
    /// Where the endpoints are.
    pub endpoints: Endpoints,
    /// Where they are for connections with a client certificate (`mtls_endpoint_aliases`).
    pub mtls_endpoints: Option<Endpoints>,
    /// The rules in force for every client.
    pub policy: Policy,
    /// The public halves of the keys the host signs with, the preferred one first.
    pub public_keys: PublicKeys,
    /// What access tokens are for.
    pub resource: Resource,
    /// Scope tokens a client may ask for, beside those of the resource.
    pub scopes: Scope,
    /// Names of claims the host may know of a user.
    pub claims: Vec<String>,
    /// Authentication context class references the host may reach.
    pub acr_values: Vec<String>,
    /// How long things are good for, in seconds.
    pub lifetimes: Lifetimes,
    /// How large requests may be.
    pub limits: RequestLimits,
    /// The authorities whose certificates `tls_client_auth` believes.
    pub trust_anchors: TrustAnchors,
    /// The cryptographic backend.
    pub primitives: &'static dyn Primitives,
}

/// The addresses of the endpoints, as they stand in the metadata.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Endpoints {
    /// `authorization_endpoint`.
    pub authorization: String,
    /// `pushed_authorization_request_endpoint`.
    pub pushed_authorization_request: String,
    /// `token_endpoint`.
    pub token: String,
    /// `userinfo_endpoint`.
    pub userinfo: String,
    /// `introspection_endpoint`.
    pub introspection: String,
    /// `revocation_endpoint`.
    pub revocation: String,
    /// `jwks_uri`.
    pub jwks: String,
}

impl Endpoints {
    /// The endpoints under their usual names below a URL without trailing slash.
    pub fn below(base: &str) -> Self {
        let base = base.trim_end_matches('/');
        let at = |path: &str| format!("{base}/{path}");
        Self {
            authorization: at("authorize"),
            pushed_authorization_request: at("par"),
            token: at("token"),
            userinfo: at("userinfo"),
            introspection: at("introspect"),
            revocation: at("revoke"),
            jwks: at("jwks"),
        }
    }
}

impl Endpoints {
    fn all(&self) -> [&String; 7] {
        [
            &self.authorization,
            &self.pushed_authorization_request,
            &self.token,
            &self.userinfo,
            &self.introspection,
            &self.revocation,
            &self.jwks,
        ]
    }
}

/// What access tokens are for: an API, known by its identifier.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Resource {
    /// The `aud` of access tokens (RFC 9068 §3).
    pub identifier: String,
    /// Scope tokens that mean something there.
    pub scopes: Scope,
    /// What access tokens look like.
    pub format: AccessTokenFormat,
}

impl Resource {
    /// A resource that takes JWT access tokens.
    pub fn new(identifier: impl Into<String>, scopes: Scope) -> Self {
        Self { identifier: identifier.into(), scopes, format: AccessTokenFormat::Jwt }
    }
}

/// What access tokens look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum AccessTokenFormat {
    /// Signed, readable by the resource ([RFC 9068](https://www.rfc-editor.org/rfc/rfc9068)).
    Jwt,
    /// A reference into the store.
    Opaque,
}

/// How long things are good for, in seconds; a policy may shorten codes and request URIs further.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Lifetimes {
    /// A `request_uri`, until it is presented.
    pub request_uri: u32,
    /// A user at the pages, from the authorization request to its response.
    pub interaction: u32,
    /// A code.
    pub code: u32,
    /// How long a used code is still recognised as used.
    pub replay_memory: u32,
    /// An access token.
    pub access_token: u32,
    /// An ID token.
    pub id_token: u32,
    /// A grant and its refresh token; use prolongs both once half of that is over.
    pub grant: u32,
    /// A login session.
    pub session: u32,
    /// A DPoP proof, after its `iat` (RFC 9449 §11.1).
    pub proof: u32,
    /// How far ahead the `exp` of a client assertion may lie.
    pub assertion: u32,
    /// How far `iat` and `nbf` may lie in the future.
    pub future_tolerance: u32,
    /// How long a JWKS may be cached: the host publishes a key that long before it signs with it.
    pub jwks: u32,
}

impl Default for Lifetimes {
    fn default() -> Self {
        Self {
            request_uri: 60,
            interaction: 600,
            code: 60,
            replay_memory: 86_400,
            access_token: 300,
            id_token: 300,
            grant: 30 * 86_400,
            session: 8 * 3_600,
            proof: 60,
            assertion: 86_400,
            future_tolerance: 30,
            jwks: 300,
        }
    }
}

impl Settings {
    /// The settings of an issuer under a policy: endpoints below the issuer, an API at the issuer, the default backend.
    #[cfg(feature = "aws-lc-rs")]
    pub fn new(issuer: impl Into<String>, policy: Policy, public_keys: Vec<Jwk>) -> Self {
        Self::with_primitives(issuer, policy, public_keys, crate::primitives::aws_lc())
    }

    /// [`Settings::new`] over a cryptographic backend of the host's.
    pub fn with_primitives(
        issuer: impl Into<String>,
        policy: Policy,
        public_keys: Vec<Jwk>,
        primitives: &'static dyn Primitives,
    ) -> Self {
        let issuer = issuer.into();
        Self {
            endpoints: Endpoints::below(&issuer),
            mtls_endpoints: None,
            policy,
            public_keys: PublicKeys::new(public_keys),
            resource: Resource::new(issuer.clone(), Scope::default()),
            scopes: Scope::default(),
            claims: vec![],
            acr_values: vec![],
            lifetimes: Lifetimes::default(),
            limits: RequestLimits::default(),
            trust_anchors: TrustAnchors::default(),
            primitives,
            issuer,
        }
    }

    /// The algorithms we sign with: those of our keys that the policy admits.
    pub(crate) fn issued_algorithms(&self) -> Algorithms {
        let ours: Vec<_> = self.public_keys.iter().filter_map(|key| key.alg()).collect();
        self.policy.issued_algorithm.within(AlgorithmSet(Algorithms::of(&ours))).0
    }

    /// The preferred key of this algorithm.
    pub(crate) fn signing_key(&self, algorithm: Algorithm) -> Option<&Jwk> {
        self.public_keys.iter().find(|key| key.alg() == Some(algorithm))
    }

    /// What an access token, or an ID token nobody has a wish for, is signed with.
    pub(crate) fn preferred_algorithm(&self, policy: &Policy) -> Option<Algorithm> {
        let admitted = |algorithm: &Algorithm| policy.issued_algorithm.admits(algorithm);
        self.public_keys.iter().filter_map(Jwk::alg).find(admitted)
    }

    /// The address at which a request reached an endpoint.
    pub(crate) fn address<'s>(&'s self, inbound: &Inbound<'_>, endpoint: impl Fn(&'s Endpoints) -> &'s String) -> &'s str {
        match (inbound.endpoint(), &self.mtls_endpoints) {
            (EndpointAddress::MtlsAlias, Some(aliases)) => endpoint(aliases),
            _ => endpoint(&self.endpoints),
        }
    }

    /// What a DPoP proof must fit at an endpoint of ours.
    pub(crate) fn fit<'a>(&self, policy: &'a Policy) -> ProofPolicy<'a> {
        let future_tolerance = self.within(&policy.future_tolerance, self.lifetimes.future_tolerance);
        ProofPolicy { policy, lifetime: self.lifetimes.proof, future_tolerance, access_token: None }
    }

    /// What is left of a lifetime under the policy.
    pub(crate) fn within(&self, rule: &crate::policy::Rule<crate::policy::AtMost>, seconds: u32) -> u32 {
        rule.within(crate::policy::AtMost(seconds)).0
    }

    pub(crate) fn check(&self) -> Result<(), SettingsError> {
        let mut mistakes = vec![];
        let mut demand = |holds: bool, text: String, basis: &'static Requirement| {
            if !holds {
                mistakes.push(Mistake { text, basis });
            }
        };
        demand(
            is_issuer(&self.issuer),
            format!("issuer {:?} is not an https URL without query and fragment", self.issuer),
            &oidcd::ISSUER,
        );
        demand(
            self.preferred_algorithm(&self.policy).is_some(),
            "no signing key has an algorithm that the policy admits".into(),
            &fapi2_sp::SIGNING_ALGORITHMS,
        );
        demand(
            self.lifetimes.future_tolerance >= 10,
            "times up to 10 seconds ahead must be accepted".into(),
            &fapi2_sp::FUTURE_TIMES,
        );
        let addresses = [&self.endpoints].into_iter().chain(&self.mtls_endpoints).flat_map(Endpoints::all);
        for address in addresses {
            demand(
                is_address(address),
                format!("endpoint {address:?} is not an https URL without fragment"),
                &rfc6749::ENDPOINT_WITHOUT_FRAGMENT,
            );
        }
        for key in self.public_keys.iter() {
            demand(
                key.alg().is_some_and(|algorithm| AlgorithmSet(Algorithms::ALL_ASYMMETRIC).admits(&algorithm)),
                format!("signing key {:?} names no asymmetric algorithm", key.kid()),
                &rfc8414::ASSERTION_ALGORITHMS,
            );
            demand(key.kid().is_some(), "a signing key has no kid".into(), &fapi2_sp::KEY_IDS_DISTINCT);
            let same = self.public_keys.iter().filter(|other| other.kid() == key.kid()).count();
            demand(same == 1, format!("{same} signing keys are called {:?}", key.kid()), &fapi2_sp::KEY_IDS_DISTINCT);
        }
        if mistakes.is_empty() { Ok(()) } else { Err(SettingsError { mistakes }) }
    }
}

/// https without fragment; http on loopback is for development.
fn is_address(address: &str) -> bool {
    is_issuer(address.split('?').next().unwrap_or_default()) && !address.contains('#')
}

/// https without query and fragment; http on loopback is for development.
fn is_issuer(issuer: &str) -> bool {
    let Ok(url) = url::Url::parse(issuer) else { return false };
    let loopback = matches!(url.host_str(), Some("127.0.0.1" | "localhost" | "[::1]"));
    let plain = issuer.bytes().all(|octet| octet.is_ascii_graphic() && octet != b'"' && octet != b'\\')
        && url.query().is_none()
        && url.fragment().is_none();
    plain && (url.scheme() == "https" || (url.scheme() == "http" && loopback))
}

/// Why a server cannot be built.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SettingsError {
    /// Every mistake.
    pub mistakes: Vec<Mistake>,
}

/// One mistake in the settings.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Mistake {
    /// What is wrong.
    pub text: String,
    /// Which requirement it would break.
    pub basis: &'static Requirement,
}

impl fmt::Display for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, mistake) in self.mistakes.iter().enumerate() {
            let separator = if index == 0 { "" } else { "; " };
            write!(f, "{separator}{} ({})", mistake.text, mistake.basis.id)?;
        }
        Ok(())
    }
}

impl std::error::Error for SettingsError {}
