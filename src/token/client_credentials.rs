//! Client credentials ([RFC 6749 §4.4](https://www.rfc-editor.org/rfc/rfc6749#section-4.4)).

use super::TokenRequest;
use super::response::response;
use crate::client::AuthenticatedClient;
use crate::exchange::{Decision, Pause, Response, Turn};
use crate::grant::Grant;
use crate::issue::AccessToken;
use crate::refusal::ErrorCode::{InvalidScope, UnauthorizedClient};
use crate::refusal::Refusal;
use crate::requirement::rfc6749;
use crate::scope::Scope;
use crate::time::Timestamp;

impl TokenRequest {
    /// A token of the client's own, without refresh token. All of them descend from one grant per client, so that they can be
    /// revoked together.
    pub(super) fn client_credentials(
        &self,
        turn: &Turn<'_>,
        caller: &AuthenticatedClient<'_>,
    ) -> Result<Decision<Response>, Pause> {
        let (server, now) = (&self.server, turn.context.now());
        rfc6749::CLIENT_CREDENTIALS_CONFIDENTIAL.require(caller.client.is_confidential(), UnauthorizedClient)?;
        let scope = self.own_scope(caller)?;
        let binding = self.binding(turn, caller)?;
        let root = server.digest(&format!("client credentials\0{}", caller.client.client_id()));
        let known = turn.facts.load(server.key::<Grant>(&root))?;
        let fresh = Grant {
            client_id: caller.client.client_id().to_owned(),
            user: None,
            scope: scope.clone(),
            claims: Default::default(),
            claims_locales: vec![],
            tells_auth_time: false,
            revoked: false,
        };
        let mut writes = vec![];
        if !known.is_live(now) {
            writes.push(known.insert(&fresh, Timestamp::NEVER));
        }
        let revoked = known.live(now).is_some_and(|grant| grant.revoked);
        rfc6749::UNAUTHORIZED_CLIENT.require(!revoked, UnauthorizedClient)?;
        let claims = AccessToken::of(server, turn, caller, &root, &fresh, scope, binding);
        let (access_token, stored) = claims.mint(server, turn, caller.policy)?;
        writes.extend(stored);
        Ok(Decision::commits(response(turn, &claims, &access_token, None, None), writes))
    }

    /// Scope tokens of the resource; those that are about users are none.
    fn own_scope(&self, caller: &AuthenticatedClient<'_>) -> Result<Scope, Refusal> {
        let resource = &self.server.settings.resource.scopes;
        let registered = caller.client.metadata.scope.as_ref();
        let may_have = registered.map_or_else(|| resource.clone(), |registered| registered.intersection(resource));
        rfc6749::SCOPE_DEFAULT.require(!may_have.is_empty(), InvalidScope)?;
        let Some(sent) = self.form.get("scope") else { return Ok(may_have) };
        let sent = Scope::parse(sent).map_err(|error| error.basis().refuse(InvalidScope))?;
        let scope = sent.intersection(&may_have);
        rfc6749::UNAUTHORIZED_CLIENT.require(!scope.is_empty(), InvalidScope)?;
        Ok(scope)
    }
}
