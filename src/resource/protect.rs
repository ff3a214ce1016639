//! Decides whether a protected resource answers a request.

use super::{PresentedToken, ResourceServer};
use crate::error_code::ErrorCode::InsufficientScope;
use crate::exchange::{Decision, Operation, Pause, Positions, Reply, Turn};
use crate::inbound::{EndpointAddress, Inbound};
use crate::refusal::{Also, Refusal};
use crate::requirement::{fapi2_sp, rfc6750};
use crate::response::Response;
use crate::scope::Scope;
use crate::time::Timestamp;
use std::sync::Arc;

/// The result of [`protect`](ResourceServer::protect). Exhaustive.
#[derive(Debug, Clone)]
pub enum Access {
    /// The request is authorized, and the resource answers it.
    Allowed(Authorized),
    /// The request is refused, and this response is sent instead.
    Denied(Response),
}

impl Reply for Access {
    fn refused(response: Response) -> Self {
        Self::Denied(response)
    }
}

/// The client that sends the request, and the access that its token grants.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Authorized {
    /// The identifier of the client.
    pub client_id: String,
    /// The host's own identifier of the user for whom the client acts; `None` if the client acts for itself.
    pub subject: Option<String>,
    /// The scope of the token.
    pub scope: Scope,
    /// The organization that the client acts for.
    pub organization: Option<String>,
    /// Every permission that the user has at the API, if its dialect lists them.
    pub permissions: Vec<String>,
    /// The time at which the user logged in.
    pub auth_time: Option<Timestamp>,
    /// The authentication context class reference that the user's login satisfied.
    pub acr: Option<String>,
    /// The time at which the token expires.
    pub expires: Timestamp,
}

/// The access that a resource requires.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct RequiredAccess {
    scope: Option<Scope>,
    /// One token of the scope is enough.
    any: bool,
}

impl RequiredAccess {
    /// Requires any live token for this resource.
    pub fn token() -> Self {
        Self::default()
    }

    /// Requires a token whose scope covers this one.
    pub fn scope(scope: Scope) -> Self {
        Self { scope: Some(scope), any: false }
    }

    /// Requires a token whose scope has at least one token of this one. An empty scope requires any live token.
    pub fn any_of(scope: Scope) -> Self {
        Self { scope: Some(scope).filter(|scope| !scope.is_empty()), any: true }
    }

    /// A scope that is enough, for the response to a request that has too little.
    pub(crate) fn scope_text(&self) -> Option<String> {
        let scope = self.scope.as_ref()?;
        if self.any { scope.iter().next().map(str::to_owned) } else { Some(scope.to_string()) }
    }

    fn is_covered_by(&self, scope: &Scope) -> bool {
        self.scope.as_ref().is_none_or(|required| match self.any {
            true => required.iter().any(|token| scope.contains(token)),
            false => required.is_subset(scope),
        })
    }
}

pub(crate) struct ProtectedRequest {
    server: Arc<ResourceServer>,
    presented: PresentedToken,
    required: RequiredAccess,
}

impl ProtectedRequest {
    pub(crate) fn parse(server: &Arc<ResourceServer>, inbound: &Inbound<'_>, required: RequiredAccess) -> Result<Self, Refusal> {
        let target = match inbound.endpoint() {
            EndpointAddress::Resource(url) => url,
            _ => &server.identifier,
        };
        let presented = PresentedToken::parse(server, inbound, target, None)?;
        Ok(Self { server: server.clone(), presented, required })
    }
}

impl Operation<Access> for ProtectedRequest {
    fn decide(&self, turn: &Turn<'_>) -> Result<Decision<Access>, Pause> {
        let (token, spent) = self.presented.admit(&self.server, turn, Some(&self.server.identifier))?;
        let sufficient = rfc6750::SCOPE_COVERS
            .require(
                self.required.is_covered_by(&token.scope),
                InsufficientScope,
                "The scope of the access token does not cover the scope that this resource requires.",
            )
            .also(&fapi2_sp::TOKEN_SUFFICIENT);
        // The proof was valid, so it is used up although the token does not suffice.
        let sufficient = sufficient.writing(spent.clone());
        let authorized = Authorized {
            client_id: token.client_id.clone(),
            subject: token.subject().map(str::to_owned),
            scope: token.scope.clone(),
            permissions: token.permissions.clone().unwrap_or_default(),
            organization: token.org_id.clone(),
            auth_time: token.auth_time,
            acr: token.acr.clone(),
            expires: token.exp,
        };
        let decided = sufficient.map_err(Pause::from).map(|()| {
            Decision::replies(Access::Allowed(authorized)).and(spent).about(token.subject()).concerns(token.concerned())
        });
        decided.attributed_to(&token.client_id)
    }
}
