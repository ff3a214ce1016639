//! The resource server's side: is the token valid, is its sender the one it was issued to, does it cover the request?
//!
//! A resource server in the same process as its authorization server reads the same store: a token is live if its root grant is
//! live, the token is not revoked, and neither its user, nor its client, nor what the user allowed the client was cut off after it
//! was issued (five keys, one load). It does not ask the host if the user still exists, as introspection and userinfo do: a host that
//! closes an account calls [`revoke_subject`](crate::AuthorizationServer::revoke_subject), or a token is valid until it expires. One
//! that [stands alone](ResourceServer::standalone) needs the key set of an issuer, its introspection endpoint, or both.

mod alone;
mod presented_token;
mod protect;
mod verify;

pub use alone::{Introspection, ResourceSettings};
pub(crate) use presented_token::PresentedToken;
pub(crate) use protect::ProtectedRequest;
pub use protect::{Access, Authorized, RequiredAccess};
pub(crate) use verify::{is_live, liveness, revocation_mark, verify_access_token};

use crate::api::Api;
use crate::delivery::ResourceChallenge;
use crate::inbound::{Inbound, RequestLimits};
use crate::jose::Algorithm;
use crate::policy::{CompositionError, OwnRules, Policy};
use crate::primitives::Primitives;
use crate::record::{Key, Stored};
use crate::secret::Secret;
use crate::settings::{ServerKeys, Settings};
use alone::Alone;
use http::header::AUTHORIZATION;

/// The resource server of one API.
///
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/support/authorization_server.rs")); }
/// # use setup::*;
/// use fapi::{Access, Inbound, RequiredAccess, drive};
///
/// # let (server, host) = started()?;
/// # let request = get("");
/// let api = server.resource_server("https://api.example").ok_or("no such API")?;
/// let required = RequiredAccess::scope("read".parse()?);
/// let outcome = drive(&host, api.protect(Inbound::new(&request), required, context()));
/// // The request has no token, so the response is a challenge.
/// let Access::Denied(response) = outcome.reply else { panic!("allowed") };
/// assert_eq!(response.status(), 401);
/// assert!(response.headers().contains_key("www-authenticate"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct ResourceServer {
    issuer: String,
    /// The audience that tokens must be for.
    identifier: String,
    source: Source,
    policy: Policy,
    proof_lifetime: u32,
    future_tolerance: u32,
    pub(crate) limits: RequestLimits,
    primitives: &'static dyn Primitives,
}

/// The source of what the resource server knows about tokens.
#[derive(Debug, Clone)]
enum Source {
    /// The store that the authorization server writes, its keys, and the secrets that it shares with APIs, by their identifiers.
    Store(ServerKeys, Vec<(String, Secret)>),
    /// Keys and endpoints that the issuer publishes.
    Alone(Alone),
}

impl ResourceServer {
    /// The resource server of an API that shares the store of the authorization server with these settings. Its policy is that of
    /// the server, tightened by the profiles of the API.
    pub fn beside(settings: &Settings, api: &Api) -> Result<Self, CompositionError> {
        let policy = settings.policy_with(&api.profiles, &OwnRules::default())?;
        let future_tolerance = settings.within(&policy.future_tolerance, settings.lifetimes.future_tolerance);
        let source = Source::Store(settings.keys.clone(), secrets(std::slice::from_ref(api)));
        Ok(Self { identifier: api.identifier.clone(), source, policy, future_tolerance, ..Self::of_issuer(settings) })
    }

    /// The authorization server's own endpoints that take access tokens.
    pub(crate) fn of_issuer(settings: &Settings) -> Self {
        Self {
            issuer: settings.issuer.clone(),
            identifier: settings.issuer.clone(),
            source: Source::Store(settings.keys.clone(), secrets(&settings.apis)),
            policy: settings.policy.clone(),
            proof_lifetime: settings.lifetimes.proof,
            future_tolerance: settings.within(&settings.policy.future_tolerance, settings.lifetimes.future_tolerance),
            limits: settings.limits,
            primitives: settings.primitives,
        }
    }

    /// The identifier of its API.
    pub fn identifier(&self) -> &str {
        &self.identifier
    }

    /// Returns true if the authorization server's store can be asked about tokens.
    fn has_store(&self) -> bool {
        matches!(self.source, Source::Store(..))
    }

    pub(crate) fn primitives(&self) -> &'static dyn Primitives {
        self.primitives
    }

    pub(crate) fn key<T: Stored>(&self, id: impl Into<String>) -> Key<T> {
        Key::new(&self.issuer, id)
    }

    pub(crate) fn digest(&self, value: &str) -> String {
        crate::entropy::digest(self.primitives, value.as_bytes())
    }

    /// The challenge for this caller: in the scheme it used, or in both if it used none
    /// ([RFC 9449 §7.2](https://www.rfc-editor.org/rfc/rfc9449#section-7.2)).
    pub(crate) fn challenge(&self, inbound: &Inbound<'_>) -> ResourceChallenge {
        let header = inbound.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        let scheme = header.and_then(|value| value.split(' ').next()).unwrap_or_default();
        let (dpop, bearer) = (scheme.eq_ignore_ascii_case("dpop"), scheme.eq_ignore_ascii_case("bearer"));
        let (dpop, bearer) = if dpop || bearer { (dpop, bearer) } else { (true, true) };
        let algorithms = self.policy.proof_algorithms().iter().map(|algorithm| algorithm.name()).collect::<Vec<_>>();
        ResourceChallenge { bearer, dpop, algorithms: algorithms.join(" "), scope: None }
    }
}

/// The secrets of the APIs whose tokens are signed with one.
fn secrets(apis: &[Api]) -> Vec<(String, Secret)> {
    let signs = |api: &&Api| api.dialect.is_signed() && api.signing_alg.is_some_and(Algorithm::is_symmetric);
    apis.iter().filter(signs).filter_map(|api| Some((api.identifier.clone(), api.signing_secret.clone()?))).collect()
}
