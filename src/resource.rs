//! The resource server's side: checks that a token is valid, that its sender may use it, and that it covers the request.
//!
//! A token is live if its root grant is live, the token itself is not revoked, and the user's login is not revoked. Three keys,
//! read in one load, decide this.

mod presented_token;
mod protect;

pub(crate) use presented_token::{PresentedToken, is_live, liveness, revocation_mark, verify_access_token};
pub(crate) use protect::ProtectedRequest;
pub use protect::{Access, Authorized, RequiredAccess};

use crate::form::Form;
use crate::inbound::{Inbound, RequestLimits};
use crate::policy::Policy;
use crate::primitives::Primitives;
use crate::record::{Key, Stored};
use crate::refusal::{ErrorCode, Refusal, ResourceChallenge};
use crate::requirement::rfc8707;
use crate::server::AuthorizationServer;
use crate::settings::{PublicKeys, Settings};
use http::header::AUTHORIZATION;

/// A resource server that reads the authorization server's store.
#[derive(Debug, Clone)]
pub struct ResourceServer {
    issuer: String,
    /// The audience that tokens must have.
    identifier: String,
    keys: PublicKeys,
    policy: Policy,
    proof_lifetime: u32,
    future_tolerance: u32,
    pub(crate) limits: RequestLimits,
    primitives: &'static dyn Primitives,
}

/// Refuses a request for any resource but the only one, so that the client does not get a token for this one instead
/// ([RFC 8707 §2](https://www.rfc-editor.org/rfc/rfc8707#section-2)).
pub(crate) fn indicated(server: &AuthorizationServer, form: &Form) -> Result<(), Refusal> {
    let known = form.all("resource").all(|resource| resource.is_empty() || resource == server.settings.resource.identifier);
    rfc8707::RESOURCE_KNOWN.require(known, ErrorCode::InvalidTarget)
}

impl ResourceServer {
    /// Creates the resource server for the resource in these settings.
    pub fn beside(settings: &Settings) -> Self {
        Self {
            issuer: settings.issuer.clone(),
            identifier: settings.resource.identifier.clone(),
            keys: settings.public_keys.clone(),
            policy: settings.policy.clone(),
            proof_lifetime: settings.lifetimes.proof,
            future_tolerance: settings.within(&settings.policy.future_tolerance, settings.lifetimes.future_tolerance),
            limits: settings.limits,
            primitives: settings.primitives,
        }
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

    /// Returns the challenge for this caller: in the scheme that it used, or in both schemes if it used none
    /// ([RFC 9449 §7.2](https://www.rfc-editor.org/rfc/rfc9449#section-7.2)).
    pub(crate) fn challenge(&self, inbound: &Inbound<'_>) -> ResourceChallenge {
        let header = inbound.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        let scheme = header.and_then(|value| value.split(' ').next()).unwrap_or_default();
        let (dpop, bearer) = (scheme.eq_ignore_ascii_case("dpop"), scheme.eq_ignore_ascii_case("bearer"));
        let (dpop, bearer) = if dpop || bearer { (dpop, bearer) } else { (true, true) };
        let algorithms =
            crate::metadata::proof_algorithms(&self.policy).iter().map(|algorithm| algorithm.name()).collect::<Vec<_>>();
        ResourceChallenge { bearer, dpop, algorithms: algorithms.join(" "), scope: None }
    }
}
