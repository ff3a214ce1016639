//! Client credentials ([RFC 6749 §4.4](https://www.rfc-editor.org/rfc/rfc6749#section-4.4)).

use super::response::response;
use super::{GrantRow, TokenRequest};
use crate::api::Api;
use crate::audience;
use crate::client::AuthenticatedClient;
use crate::cutoff::{ClientCutoff, Cutoff};
use crate::error_code::ErrorCode::{InvalidScope, UnauthorizedClient};
use crate::exchange::{Decision, Pause};
use crate::grant::Grant;
use crate::issue::{Issue, issue};
use crate::permissions::Permissions;
use crate::reason::Reason;
use crate::record::{Key, RecordKey};
use crate::refusal::Refusal;
use crate::requirement::rfc6749;
use crate::response::Response;
use crate::scope::Scope;
use crate::server::ServerTurn;
use crate::settings::Settings;
use crate::time::Timestamp;

pub(super) const GRANT: GrantRow = GrantRow { grant_type: "client_credentials", keys, redeem };

/// The grant of the client at the API, which the request itself names.
fn keys(request: &TokenRequest, turn: &ServerTurn<'_>) -> Vec<RecordKey> {
    let Ok(api) = audience::requested(turn.settings(), &request.parameters()) else { return vec![] };
    let client_id = request.client.client_id();
    let grant: Key<Grant> = turn.key(root(turn, client_id, api, None));
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
    let api = audience::requested(turn.settings(), &request.parameters())?;
    let turn = &turn.for_api(Some(api))?;
    let scope = own_scope(request, turn, api)?;
    let binding = request.binding(turn)?;
    let cutoff = ClientCutoff::of(turn.load(turn.server.client_cutoff(turn.client_id()))?, now);
    let root = root(turn, turn.client_id(), api, cutoff);
    let known = turn.load(turn.key::<Grant>(&root))?;
    let mut permissions = Permissions::of(scope.clone());
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
    };
    let current = known.clone().live(now);
    let revoked = current.as_ref().is_some_and(|grant| grant.revoked);
    rfc6749::UNAUTHORIZED_CLIENT.require(!revoked, UnauthorizedClient, "The grant of the client was revoked.")?;
    let stored = current.is_none().then(|| known.put(&fresh, Timestamp::NEVER));
    let issued = issue(turn, Issue { root: &root, grant: &fresh, api, scope, binding, nonce: None })?;
    let reply = response(turn, &issued, None);
    let event = issued.event(false);
    Ok(Decision::commits(reply, issued.writes).and(stored).issues(event))
}

/// The name of the grant of a client at an API. A client that was removed and registered again has another one.
fn root(turn: &ServerTurn<'_>, client_id: &str, api: &Api, cutoff: Option<Timestamp>) -> String {
    let removed = cutoff.map(|since| format!("\0{since}")).unwrap_or_default();
    turn.digest(&format!("client credentials\0{client_id}\0{}{removed}", api.identifier))
}

/// The requested scope tokens of the API; tokens about users are left out.
fn own_scope(request: &TokenRequest, turn: &AuthenticatedClient<'_>, api: &Api) -> Result<Scope, Refusal> {
    let settings: &Settings = turn.settings();
    let may_have = turn.client.may_have(settings).intersection(&api.scopes);
    rfc6749::SCOPE_DEFAULT.require(!may_have.is_empty(), InvalidScope, "The client may have no scope at this API.")?;
    let Some(sent) = request.form.get("scope") else { return Ok(may_have) };
    let sent = Scope::parse(sent).map_err(|error| error.refuse(InvalidScope, "scope"))?;
    let scope = sent.intersection(&may_have);
    rfc6749::UNAUTHORIZED_CLIENT.require(
        !scope.is_empty(),
        InvalidScope,
        "The client may have none of the requested scope at this API.",
    )?;
    Ok(scope)
}
