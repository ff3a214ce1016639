//! Client credentials ([RFC 6749 §4.4](https://www.rfc-editor.org/rfc/rfc6749#section-4.4)).

use super::response::response;
use super::{GrantRow, TokenRequest};
use crate::access::{self, Audience, Bounds, Entitled, Wanted, bounds};
use crate::api::{AccessPolicy, Api, SubjectType};
use crate::client::{AuthenticatedClient, ClientTerms};
use crate::cutoff::{ClientCutoff, Cutoff};
use crate::error_code::ErrorCode::{InvalidRequest, InvalidScope, InvalidTarget, UnauthorizedClient};
use crate::exchange::{Decision, Pause};
use crate::grant::Grant;
use crate::issue::{Issue, issue};
use crate::permissions::Permissions;
use crate::reason::Reason;
use crate::record::{Key, RecordKey};
use crate::refusal::{Also, Refusal};
use crate::requirement::{ocp, rfc6749, rfc8707};
use crate::response::Response;
use crate::scope::Scope;
use crate::server::ServerTurn;
use crate::settings::Settings;
use crate::time::Timestamp;

pub(super) const GRANT: GrantRow = GrantRow { grant_type: "client_credentials", keys, redeem };

/// The grant of the client at the API, which the request itself names.
fn keys(request: &TokenRequest, turn: &ServerTurn<'_>) -> Vec<RecordKey> {
    let Ok(api) = api(turn.settings(), request) else { return vec![] };
    let client_id = request.client.client_id();
    let grant: Key<Grant> = turn.key(root(turn, client_id, (api, organization(request, api)), None));
    vec![grant.0, turn.server.client_cutoff(client_id).0]
}

/// A token for the client itself, without a refresh token. All tokens of a client at one API descend from one grant, so that they
/// can be revoked together.
fn redeem(request: &TokenRequest, turn: &AuthenticatedClient<'_>) -> Result<Decision<Response>, Pause> {
    let now = turn.now();
    rfc6749::CLIENT_CREDENTIALS_CONFIDENTIAL.require(
        turn.client.is_confidential(),
        UnauthorizedClient,
        "The client is public; client_credentials needs a client that authenticates.",
    )?;
    let api = api(turn.settings(), request)?;
    let turn = &turn.for_api(Some(api))?;
    let audience = Audience::Api(api);
    let entitled = own_scope(request, turn, audience)?;
    let organization = organization(request, api);
    let binding = request.binding(turn)?;
    let cutoff = ClientCutoff::of(turn.load(turn.server.client_cutoff(turn.client_id()))?, now);
    let root = root(turn, turn.client_id(), (api, organization), cutoff);
    let known = turn.load(turn.key::<Grant>(&root))?;
    let mut permissions = Permissions::of(entitled.scope.clone());
    permissions.resources = vec![api.identifier.clone()];
    let fresh = Grant {
        client_id: turn.client_id().to_owned(),
        user: None,
        permissions,
        claims: Default::default(),
        claims_locales: vec![],
        tells_auth_time: false,
        issued_at: turn.issuing(turn.client_id(), None)?,
        revoked: false,
        replaced: None,
        customized: None,
    };
    let current = known.clone().live(now);
    let revoked = current.as_ref().is_some_and(|grant| grant.revoked);
    rfc6749::UNAUTHORIZED_CLIENT.require(!revoked, UnauthorizedClient, "The grant of the client was revoked.")?;
    let stored = current.is_none().then(|| known.put(&fresh, Timestamp::NEVER));
    let issued = issue(turn, Issue { root: &root, grant: &fresh, audience, entitled, organization, binding, nonce: None })?;
    let reply = response(turn, &issued, None);
    let event = issued.event(false);
    Ok(Decision::commits(reply, issued.writes).and(stored).issues(event))
}

/// The name of the grant of a client at an API, for an organization. A client that was removed and registered again has another one.
fn root(turn: &ServerTurn<'_>, client_id: &str, (api, organization): (&Api, Option<&str>), cutoff: Option<Timestamp>) -> String {
    let removed = cutoff.map(|since| format!("\0{since}")).unwrap_or_default();
    let organization = organization.map(|id| format!("\0organization {id}")).unwrap_or_default();
    turn.digest(&format!("client credentials\0{client_id}\0{}{organization}{removed}", api.identifier))
}

/// The requested scope tokens of the API; tokens about users are left out.
fn own_scope(request: &TokenRequest, turn: &AuthenticatedClient<'_>, audience: Audience<'_>) -> Result<Entitled, Pause> {
    let sent = request.form.get("scope").map(Scope::parse).transpose();
    let sent = sent.map_err(|error| error.refuse(InvalidScope, "scope"))?;
    let within =
        Bounds { organization: request.form.get("organization"), ..bounds(turn, &turn.client, audience, SubjectType::Client) };
    let entitled = access::of_client(turn, Wanted { scope: sent.as_ref(), original: None }, &within)?;
    Ok(match sent {
        None => entitled.required(&rfc6749::SCOPE_DEFAULT, InvalidScope, "The client may have no scope at this API.")?,
        Some(_) => {
            let words = "The client may have none of the requested scope at this API.";
            entitled.required(&rfc6749::UNAUTHORIZED_CLIENT, InvalidScope, words)?
        }
    })
}

/// The API that a request is for. A client has no userinfo of its own, and the older pipeline is for users alone.
fn api<'s>(settings: &'s Settings, request: &TokenRequest) -> Result<&'s Api, Refusal> {
    let parameters = request.parameters();
    let audience = access::requested(settings, &ClientTerms::default(), &parameters)?;
    let named = ["audience", "resource"].iter().any(|name| parameters.all(name).any(|value| !value.is_empty()));
    ocp::grt::CLIENT_CREDENTIALS_REQUEST
        .require(
            named || audience.api().is_some(),
            InvalidRequest,
            "audience is missing, and this server has no default audience.",
        )
        .also(&rfc8707::RESOURCE_KNOWN)?;
    rfc8707::RESOURCE_KNOWN
        .demand(audience.api(), InvalidTarget, "The request names no API, and a client has no userinfo of its own.")
        .also(&ocp::grt::CLIENT_CREDENTIALS_REQUEST)
}

/// The organization that a request names, where a client grant decides about it.
fn organization<'a>(request: &'a TokenRequest, api: &Api) -> Option<&'a str> {
    request.form.get("organization").filter(|_| api.access.client == AccessPolicy::RequireClientGrant)
}
