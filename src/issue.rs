//! Issues tokens: everything that is derived from a grant, in one place.

mod encrypt;
mod id_token;
mod sign;

#[cfg(test)]
pub(crate) use encrypt::encrypt;
pub(crate) use sign::sign;

use crate::access_token::{AccessToken, Audiences};
use crate::api::{AccessTokenFormat, Api};
use crate::client::AuthenticatedClient;
use crate::error_code::ErrorCode::UnauthorizedClient;
use crate::event;
use crate::exchange::Pause;
use crate::grant::Grant;
use crate::record::Write;
use crate::requirement::local;
use crate::scope::Scope;
use crate::sender::Confirmation;
use crate::time::MARGIN;
use id_token::id_token;

/// The grant to issue from, and the options of this request.
pub(crate) struct Issue<'a> {
    /// The handle of the grant.
    pub(crate) root: &'a str,
    pub(crate) grant: &'a Grant,
    /// The API that the access token is for.
    pub(crate) api: &'a Api,
    /// The scope of the access token.
    pub(crate) scope: Scope,
    /// The key or certificate that the access token is bound to.
    pub(crate) binding: Option<Confirmation>,
    /// The `nonce` of the authorization request, for the first ID token only.
    pub(crate) nonce: Option<&'a str>,
}

/// Tokens, ready to be sent, with the records behind them.
pub(crate) struct Issued {
    pub(crate) claims: AccessToken,
    pub(crate) access_token: String,
    pub(crate) id_token: Option<String>,
    pub(crate) writes: Vec<Write>,
}

impl Issued {
    /// The description for the event.
    pub(crate) fn event(&self, refresh_token: bool) -> event::Issued {
        event::Issued {
            grant: Some(self.claims.grant.clone()),
            access_token: Some(self.claims.jti.clone()),
            scope: self.claims.scope.clone(),
            audience: self.claims.aud.iter().next().cloned(),
            id_token: self.id_token.is_some(),
            refresh_token,
        }
    }
}

/// Issues an access token, and an ID token if the scope asks for one.
pub(crate) fn issue(turn: &AuthenticatedClient<'_>, from: Issue<'_>) -> Result<Issued, Pause> {
    let (grant, openid) = (from.grant, from.scope.contains("openid") && from.grant.user.is_some());
    let claims = AccessToken {
        iss: turn.settings().issuer.clone(),
        sub: grant.subject().unwrap_or(turn.client_id()).to_owned(),
        aud: Audiences::of(vec![from.api.identifier.clone()]),
        exp: turn.after(from.api.access_token_lifetime.unwrap_or(turn.settings().lifetimes.access_token)),
        iat: turn.now(),
        jti: turn.handle("access token").as_str().to_owned(),
        client_id: turn.client_id().to_owned(),
        scope: from.scope,
        grant: from.root.to_owned(),
        auth_time: grant.user.as_ref().map(|user| user.auth_time),
        acr: grant.user.as_ref().and_then(|user| user.acr.clone()),
        amr: grant.user.as_ref().map(|user| user.amr.clone()).unwrap_or_default(),
        cnf: from.binding,
    };
    let (access_token, stored) = mint(turn, &claims, from.api.access_token_format)?;
    let id_token = if openid { Some(id_token(turn, grant, from.nonce, &access_token)?) } else { None };
    Ok(Issued { claims, access_token, id_token, writes: stored.into_iter().collect() })
}

/// The access token as the client gets it, and the record of a reference.
fn mint(
    turn: &AuthenticatedClient<'_>,
    claims: &AccessToken,
    format: AccessTokenFormat,
) -> Result<(String, Option<Write>), Pause> {
    match format {
        AccessTokenFormat::Jwt => {
            let algorithm = turn.settings().preferred_algorithm(&turn.policy, turn.now());
            let algorithm = local::CLIENT_FITS_POLICY.demand(
                algorithm,
                UnauthorizedClient,
                "This server has no key to sign access tokens with that the policy of the client allows.",
            )?;
            Ok((sign(turn, algorithm, "at+jwt", claims)?, None))
        }
        AccessTokenFormat::Opaque => {
            let handle = turn.handle("opaque access token");
            let stored = turn.key(handle.digest(turn.primitives)).insert(claims, claims.exp.after(MARGIN));
            Ok((handle.as_str().to_owned(), Some(stored)))
        }
    }
}
