//! Issues tokens: everything that is derived from a grant, in one place.

mod dialect;
mod encrypt;
mod for_client;
mod id_token;
mod sign;

pub(crate) use encrypt::{Content, encrypt_for, protect};
pub(crate) use for_client::{algorithm_for, sign_for};
pub(crate) use id_token::{Beside, Told, id_token};
pub(crate) use sign::sign;

use crate::access::{self, Audience, Entitled};
use crate::access_token::{AccessToken, Audiences};
use crate::api::TokenEncryption;
use crate::client::{ClientTurn, Encryption};
use crate::event;
use crate::exchange::Pause;
use crate::fault::Fault;
use crate::grant::Grant;
use crate::life_cycle::Asked;
use crate::permissions::Permissions;
use crate::record::Write;
use crate::scope::Scope;
use crate::sender::Confirmation;
use crate::time::MARGIN;
use crate::user::AuthenticatedUser;
use dialect::Payload;
use encrypt::encrypt;
use id_token::tells_auth_time;
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

/// The grant of what a user allowed: the root of its tokens, once it is stored.
pub(crate) fn granted(
    turn: &ClientTurn<'_>,
    asked: &Asked,
    user: &AuthenticatedUser,
    permissions: Permissions,
    customized: Option<Scope>,
) -> Result<Grant, Pause> {
    Ok(Grant {
        client_id: asked.client_id.clone(),
        user: Some(user.clone()),
        permissions,
        claims: asked.claims.clone(),
        claims_locales: asked.claims_locales.clone(),
        tells_auth_time: tells_auth_time(&turn.client.metadata, asked),
        issued_at: turn.issuing(turn.client_id(), Some(&user.subject))?,
        revoked: false,
        replaced: None,
        customized,
    })
}

/// Issues an access token, and an ID token if the scope asks for one. `nonce` is the one of the authorization request.
pub(crate) fn issue(turn: &ClientTurn<'_>, from: Issue<'_>, nonce: Option<&str>) -> Result<Issued, Pause> {
    let (grant, lifetime) = (from.grant, from.audience.token_lifetime(turn.settings()));
    let mut issued = access_token(turn, from, lifetime)?;
    if issued.claims.scope.contains("openid") && grant.user.is_some() {
        let beside = Beside { nonce, access_token: Some(&issued.access_token), ..Beside::default() };
        issued.id_token = Some(id_token(turn, grant, &issued.claims.scope, &beside, Told::ByName)?);
    }
    Ok(issued)
}

/// Issues an access token alone. `lifetime` is in seconds; one that is bound to nobody may have to be shorter.
pub(crate) fn access_token(turn: &ClientTurn<'_>, from: Issue<'_>, lifetime: u32) -> Result<Issued, Pause> {
    let (grant, scope) = (from.grant, from.entitled.scope);
    let openid = scope.contains("openid") && grant.user.is_some();
    let permissions = from.entitled.permissions;
    let lifetime = if from.binding.is_some() { lifetime } else { turn.settings().within(&turn.policy.bearer_lifetime, lifetime) };
    let claims = AccessToken {
        iss: turn.settings().issuer.clone(),
        sub: grant.subject().unwrap_or(turn.client_id()).to_owned(),
        aud: Audiences::of(from.audience.recipients(turn.settings(), openid)),
        exp: turn.after(lifetime),
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
    Ok(Issued { claims, access_token, id_token: None, writes: stored.into_iter().collect() })
}

/// The access token as the client gets it, and the record of one that this server cannot read.
fn mint(turn: &ClientTurn<'_>, claims: &AccessToken, audience: Audience<'_>) -> Result<(String, Option<Write>), Pause> {
    let dialect = audience.dialect();
    let Some(api) = audience.api().filter(|_| dialect.is_signed()) else {
        let handle = turn.handle("opaque access token");
        let stored = turn.key(handle.digest(turn.primitives)).insert(claims, claims.exp.after(MARGIN));
        return Ok((handle.as_str().to_owned(), Some(stored)));
    };
    let algorithm = access::signing_algorithm(turn.settings(), &turn.policy, api, turn.now())?;
    let payload = Payload { claims, dialect };
    let signed = if algorithm.is_symmetric() {
        let secret = api.signing_secret.as_ref().ok_or_else(|| Fault::new("an API with HS256 has no secret"))?;
        sign_shared(turn, secret, algorithm, "at+jwt", &payload)?
    } else {
        sign(turn, algorithm, "at+jwt", &payload)?
    };
    let Some(encryption) = &api.token_encryption else { return Ok((signed, None)) };
    let recipient = turn.server.recipients.get(&api.identifier);
    let recipient = recipient.ok_or_else(|| Fault::new("the key of an API with encrypted tokens was not read"))?;
    let key = &encryption.encryption_key;
    let algorithms = Encryption { alg: key.alg, enc: TokenEncryption::ENC };
    let token = encrypt(turn, recipient, algorithms, key.kid.as_deref(), Content::Signed(signed))?;
    // The server cannot read the token when it comes back.
    let stored = turn.key(turn.digest(&token)).insert(claims, claims.exp.after(MARGIN));
    Ok((token, Some(stored)))
}
