//! The configuration of one authorization server.

mod apis;
mod check;
mod connection;
mod data;
mod endpoints;
mod keys;
mod lifetimes;
mod mistake;
mod organization;
mod own_claims;
mod switches;

pub use apis::RESERVED_SCOPES;
pub use check::SettingsError;
pub use connection::Connection;
pub use data::{
    OwnProfileData, ProfileData, ServerKeyData, ServerPolicyData, SettingsData, SettingsDataError, SettingsDataMistake,
};
pub use endpoints::Endpoints;
pub use keys::{ServerKey, ServerKeys};
pub use lifetimes::Lifetimes;
pub use mistake::{Mistake, Weight};
pub use organization::Organization;
pub use own_claims::OWN_CLAIMS;
pub use switches::{OmittedScope, Switches, UserinfoAudience};

use crate::api::{Api, ApiScopes};
use crate::inbound::{EndpointAddress, Inbound, RequestLimits};
use crate::jose::{Algorithm, Algorithms, Jwk};
use crate::policy::{
    AlgorithmSet, AtMost, AuthenticationMethod as Method, CompositionError, OwnRules, Policy, ProfileId, Profiles, Rule,
};
use crate::primitives::Primitives;
use crate::requirement::Requirement;
use crate::scope::Scope;
use crate::sender::{ProofPolicy, TrustAnchors};
use crate::time::Timestamp;

/// One issuer's settings; start from [`Settings::new`] and change the members that differ, or read them from [`SettingsData`].
///
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/support/authorization_server.rs")); }
/// # use setup::*;
/// use fapi::{Api, AuthorizationServer, Settings, policy::OAUTH};
///
/// # let key = jwk()?;
/// let mut settings = Settings::new("https://as.example", OAUTH.policy(), vec![key]);
/// settings.serve_only(Api::open("https://api.example", "read write".parse()?));
/// settings.lifetimes.access_token = 120;
/// let server = AuthorizationServer::new(settings)?;
/// assert_eq!(server.settings().endpoints.token, "https://as.example/token");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Settings {
    /// The issuer identifier: an https URL without query and fragment (http on loopback for development).
    pub issuer: String,
    /// The addresses of the endpoints.
    pub endpoints: Endpoints,
    /// Their addresses for connections with a client certificate (`mtls_endpoint_aliases`).
    pub mtls_endpoints: Option<Endpoints>,
    /// The rules in force for every client.
    pub policy: Policy,
    /// The profiles that the terms of clients may name.
    pub profiles: Profiles,
    /// The public halves of the keys the host signs with, the preferred one first.
    pub keys: ServerKeys,
    /// The APIs that access tokens are for.
    pub apis: Vec<Api>,
    /// The identifier of the API that a request is for if it names none. Without it, the token of such a request is for userinfo
    /// alone.
    pub default_audience: Option<String>,
    /// The points at which servers differ.
    pub switches: Switches,
    /// The organizations that clients may act for.
    pub organizations: Vec<Organization>,
    /// The sources of users. Without any, users are not told apart by where they come from.
    pub connections: Vec<Connection>,
    /// Scope tokens that a client may ask for, in addition to those of the APIs.
    pub scopes: Scope,
    /// Names of claims that the host may know about a user. [`OWN_CLAIMS`](crate::OWN_CLAIMS) are none of them.
    pub claims: Vec<String>,
    /// Authentication context class references the host may reach.
    pub acr_values: Vec<String>,
    /// Lifetimes, in seconds.
    pub lifetimes: Lifetimes,
    /// Limits of the size of requests.
    pub limits: RequestLimits,
    /// Connections may have client certificates: the host asks for them, or a proxy reports them. If not, the metadata do not list
    /// what needs one. By default they may.
    pub client_certificates: bool,
    /// The authorities that may certify clients for `tls_client_auth`; without any, the metadata do not list that method.
    pub trust_anchors: TrustAnchors,
    /// The cryptographic backend.
    pub primitives: &'static dyn Primitives,
}

impl Settings {
    /// The settings of an issuer under a policy: endpoints below the issuer, one [open](Api::open) API at the issuer, which is the
    /// default audience, the default backend.
    #[cfg(feature = "aws-lc-rs")]
    pub fn new(issuer: impl Into<String>, policy: Policy, keys: Vec<Jwk>) -> Self {
        Self::with_primitives(issuer, policy, keys, crate::primitives::aws_lc())
    }

    /// [`Settings::new`] over a cryptographic backend of the host's.
    pub fn with_primitives(
        issuer: impl Into<String>,
        policy: Policy,
        keys: Vec<Jwk>,
        primitives: &'static dyn Primitives,
    ) -> Self {
        let issuer = issuer.into();
        Self {
            endpoints: Endpoints::below(&issuer),
            mtls_endpoints: None,
            policy,
            profiles: Profiles::default(),
            keys: ServerKeys::new(keys),
            apis: vec![Api::open(issuer.clone(), ApiScopes::default())],
            default_audience: Some(issuer.clone()),
            switches: Switches::default(),
            organizations: vec![],
            connections: vec![],
            scopes: Scope::default(),
            claims: vec![],
            acr_values: vec![],
            lifetimes: Lifetimes::default(),
            limits: RequestLimits::default(),
            client_certificates: true,
            trust_anchors: TrustAnchors::default(),
            primitives,
            issuer,
        }
    }

    /// Makes this API the only one, and the one that a request is for if it names none.
    pub fn serve_only(&mut self, api: Api) {
        self.default_audience = Some(api.identifier.clone());
        self.apis = vec![api];
    }

    /// The API with this identifier.
    pub fn api(&self, identifier: &str) -> Option<&Api> {
        self.apis.iter().find(|api| api.identifier == identifier)
    }

    /// The API that a request is for if it names none.
    pub fn default_api(&self) -> Option<&Api> {
        self.api(self.default_audience.as_ref()?)
    }

    /// Every scope token that the server knows.
    pub(crate) fn all_scopes(&self) -> Scope {
        self.apis.iter().fold(self.scopes.clone(), |all, api| all.union(api.scopes.scope()))
    }

    /// The policy tightened by a client's own rules and its profiles.
    pub(crate) fn policy_with(&self, profiles: &[ProfileId], own: &OwnRules) -> Result<Policy, CompositionError> {
        self.profiles.add(self.policy.tighten(&own.policy())?, profiles)
    }

    /// The algorithms that ID tokens may be signed with: those of the keys, and that of client secrets, as far as the policy admits
    /// them.
    pub(crate) fn id_token_algorithms(&self) -> Algorithms {
        let admitted = |method: &Method| self.policy.client_authentication.admits(method);
        let with_secret = [Method::ClientSecretBasic, Method::ClientSecretPost, Method::ClientSecretJwt];
        let secrets = with_secret.iter().any(admitted).then_some(Algorithm::HS256);
        let ours = self.keys.all_algorithms().chain(secrets).collect();
        self.policy.issued_algorithm.within(AlgorithmSet(ours)).0
    }

    /// The algorithm of an ID token whose client registered none, and of an access token whose API did: RS256, if policy and keys allow it
    /// ([OpenID Connect Registration §2](https://openid.net/specs/openid-connect-registration-1_0.html#ClientMetadata),
    /// `OIDCR-2-11`).
    pub(crate) fn default_algorithm(&self, policy: &Policy, now: Timestamp) -> Option<Algorithm> {
        let usable =
            |algorithm: &Algorithm| policy.issued_algorithm.admits(algorithm) && self.keys.signing_key(*algorithm, now).is_some();
        Some(Algorithm::RS256).filter(usable).or_else(|| self.preferred_algorithm(policy, now))
    }

    /// The algorithm that access tokens for an API are signed with: its own, or the one that the server has by default under the rules
    /// of the API. `None` if the server has no key that those rules allow.
    pub fn signing_algorithm(&self, api: &Api, now: Timestamp) -> Option<Algorithm> {
        self.signing_algorithm_under(&self.policy_with(&api.profiles, &OwnRules::default()).ok()?, api, now)
    }

    /// The same under the rules of a client and the API.
    pub(crate) fn signing_algorithm_under(&self, policy: &Policy, api: &Api, now: Timestamp) -> Option<Algorithm> {
        api.signing_alg.or_else(|| self.default_algorithm(policy, now))
    }

    /// The algorithm of the ID tokens of public clients, whatever they registered, if the policy names one and the server can use it.
    pub(crate) fn public_algorithm(&self, policy: &Policy, now: Timestamp) -> Option<Algorithm> {
        let named = policy.public_id_token.value()?.0;
        let usable =
            |algorithm: &Algorithm| policy.issued_algorithm.admits(algorithm) && self.keys.signing_key(*algorithm, now).is_some();
        named.iter().find(usable)
    }

    /// The algorithm of access tokens for an API that is registered without one.
    pub(crate) fn preferred_algorithm(&self, policy: &Policy, now: Timestamp) -> Option<Algorithm> {
        let mut algorithms = self.keys.signing(now).flat_map(|key| key.algorithms.iter());
        algorithms.find(|algorithm| policy.issued_algorithm.admits(algorithm))
    }

    /// The statements by which a client that was removed stays unknown.
    pub(crate) fn removal_bases(&self) -> impl Iterator<Item = &'static Requirement> {
        self.policy.final_removal.conjuncts().iter().map(|conjunct| conjunct.basis)
    }

    /// The address at which a request reached an endpoint.
    pub(crate) fn address<'s>(&'s self, inbound: &Inbound<'_>, endpoint: impl Fn(&'s Endpoints) -> &'s String) -> &'s str {
        match (inbound.endpoint(), &self.mtls_endpoints) {
            (EndpointAddress::MtlsAlias, Some(aliases)) => endpoint(aliases),
            _ => endpoint(&self.endpoints),
        }
    }

    /// The limits of a DPoP proof at an endpoint of this server.
    pub(crate) fn proof_policy<'a>(&self, policy: &'a Policy) -> ProofPolicy<'a> {
        let future_tolerance = self.within(&policy.future_tolerance, self.lifetimes.future_tolerance);
        ProofPolicy { policy, lifetime: self.lifetimes.proof, future_tolerance, access_token: None }
    }

    /// The part of a lifetime that the policy allows.
    pub(crate) fn within(&self, rule: &Rule<AtMost>, seconds: u32) -> u32 {
        rule.within(AtMost(seconds)).0
    }
}
