//! Issues tokens: everything that is derived from a grant, in one place.

mod dialect;
mod encrypt;
mod id_token;
mod sign;

#[cfg(test)]
pub(crate) use encrypt::encrypt;
pub(crate) use sign::sign;

use crate::access::{self, Audience, Entitled};
use crate::access_token::{AccessToken, Audiences};
use crate::client::AuthenticatedClient;
use crate::event;
use crate::exchange::Pause;
use crate::fault::Fault;
use crate::grant::Grant;
use crate::record::Write;
use crate::sender::Confirmation;
use crate::time::MARGIN;
use dialect::Payload;
use id_token::id_token;
use sign::sign_shared;

/// The grant to issue from, and the options of this request.
pub(crate) struct Issue<'a> {
    /// The handle of the grant.
    pub(crate) root: &'a str,
    pub(crate) grant: &'a Grant,
    /// The recipient of the access token.
    pub(crate) audience: Audience<'a>,
    /// The scope of the access token, and the permissions it lists.
    pub(crate) entitled: Entitled,
    /// The organization that the client acts for.
    pub(crate) organization: Option<&'a str>,
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
    let (grant, scope) = (from.grant, from.entitled.scope);
    let openid = scope.contains("openid") && grant.user.is_some();
    let permissions = from.entitled.permissions;
    let claims = AccessToken {
        iss: turn.settings().issuer.clone(),
        sub: grant.subject().unwrap_or(turn.client_id()).to_owned(),
        aud: Audiences::of(from.audience.recipients(turn.settings(), openid)),
        exp: turn.after(from.audience.token_lifetime(turn.settings())),
        iat: turn.now(),
        jti: turn.handle("access token").as_str().to_owned(),
        client_id: turn.client_id().to_owned(),
        scope,
        permissions: permissions.map(|permissions| permissions.iter().map(str::to_owned).collect()),
        org_id: from.organization.map(str::to_owned),
        grant: from.root.to_owned(),
        auth_time: grant.user.as_ref().map(|user| user.auth_time),
        acr: grant.user.as_ref().and_then(|user| user.acr.clone()),
        amr: grant.user.as_ref().map(|user| user.amr.clone()).unwrap_or_default(),
        cnf: from.binding,
    };
    let (access_token, stored) = mint(turn, &claims, from.audience)?;
    let id_token = if openid { Some(id_token(turn, grant, from.nonce, (&access_token, &claims.scope))?) } else { None };
    Ok(Issued { claims, access_token, id_token, writes: stored.into_iter().collect() })
}

/// The access token as the client gets it, and the record of a reference.
fn mint(turn: &AuthenticatedClient<'_>, claims: &AccessToken, audience: Audience<'_>) -> Result<(String, Option<Write>), Pause> {
    let dialect = audience.dialect();
    let Some(api) = audience.api().filter(|_| dialect.is_signed()) else {
        let handle = turn.handle("opaque access token");
        let stored = turn.key(handle.digest(turn.primitives)).insert(claims, claims.exp.after(MARGIN));
        return Ok((handle.as_str().to_owned(), Some(stored)));
    };
    let algorithm = access::signing_algorithm(turn.settings(), &turn.policy, api, turn.now())?;
    let payload = Payload { claims, dialect };
    if algorithm.is_symmetric() {
        let secret = api.signing_secret.as_ref().ok_or_else(|| Fault::new("an API with HS256 has no secret"))?;
        return Ok((sign_shared(turn, secret, algorithm, "at+jwt", &payload)?, None));
    }
    Ok((sign(turn, algorithm, "at+jwt", &payload)?, None))
}
