//! The claims of an access token, from its signed content, from the store, or from the issuer's introspection response.

use super::{ResourceServer, Source};
use crate::access_token::AccessToken;
use crate::cutoff::{ClientCutoff, ConsentCutoff, Cutoff, SubjectCutoff};
use crate::error_code::ErrorCode::InvalidToken;
use crate::exchange::{Keys, Pause, SignedBy, Turn};
use crate::grant::Grant;
use crate::jose::{Algorithm, Algorithms, ClaimError, Claims, Jws};
use crate::reason::Reason;
use crate::record::Key;
use crate::refusal::{Also, Refusal};
use crate::requirement::{fapi2_sp, local, rfc6750, rfc7519, rfc9068};
use crate::secret::Secret;
use crate::sender::UseMarker;
use crate::settings::ServerKeys;
use crate::user::AuthenticatedUser;

/// The claims of a token of this issuer; it may have been revoked since.
pub(crate) fn verify_access_token(server: &ResourceServer, turn: &Turn<'_>, token: &str) -> Result<AccessToken, Pause> {
    match &server.source {
        Source::Store(..) if !token.contains('.') => {
            let stored = turn.load(server.key::<AccessToken>(server.digest(token)))?.live(turn.now());
            let stored = stored.map(|stored| stored.get().clone());
            Ok(rfc6750::TOKEN_LIVE
                .demand(stored, InvalidToken, "The access token is unknown, has expired, or was revoked.")
                .also(&fapi2_sp::TOKEN_VALID)?)
        }
        Source::Store(keys, secrets) => Ok(signed(server, turn, (keys, secrets), token)?),
        Source::Alone(alone) => alone.verify(server, turn, token),
    }
}

/// A JWT that the authorization server in the same process signed.
fn signed(
    server: &ResourceServer,
    turn: &Turn<'_>,
    (keys, secrets): (&ServerKeys, &[(String, Secret)]),
    token: &str,
) -> Result<AccessToken, Refusal> {
    let jws = Jws::parse(token).map_err(|error| invalid(&error))?;
    rfc9068::VALIDATED.require(jws.header().typ_is("at+jwt"), InvalidToken, NO_ACCESS_TOKEN)?;
    let shared = jws.header().alg().is_symmetric() && !secrets.is_empty();
    if shared {
        by_secret(&jws, secrets, turn)?;
    } else {
        let kid = local::OWN_TOKEN.demand(jws.header().kid(), InvalidToken, "The access token has no kid.")?;
        let key = keys.published(turn.now()).find(|key| key.kid() == Some(kid));
        let key = rfc9068::VALIDATED.demand(
            key,
            InvalidToken,
            "The access token is signed with a key that this server does not have.",
        )?;
        let check = || jws.verify(key, Algorithms::ALL_ASYMMETRIC, turn.primitives);
        turn.facts.verified(SignedBy::Server, token, check).map_err(|error| invalid(&error))?;
    }
    let said = jws.claims().map_err(|error| invalid(&error))?;
    timely_and_complete(server, turn, &said)?;
    let claims: Option<AccessToken> = serde_json::from_slice(jws.payload()).ok();
    let claims =
        local::OWN_TOKEN.demand(claims, InvalidToken, "The access token does not have the claims of this server's tokens.")?;
    rfc9068::VALIDATED.require(claims.iss == server.issuer, InvalidToken, "iss of the access token is not this server.")?;
    Ok(claims)
}

/// Checks the MAC of a token under the secret of the one API that it is for.
fn by_secret(jws: &Jws, secrets: &[(String, Secret)], turn: &Turn<'_>) -> Result<(), Refusal> {
    let recipients = jws.claims().map_err(|error| invalid(&error))?.audience().map_err(|error| invalid(&error))?;
    let sole = recipients.as_ref().and_then(|recipients| recipients.sole());
    let of_one = secrets.iter().find(|(identifier, _)| Some(identifier.as_str()) == sole);
    let (_, secret) = rfc9068::VALIDATED.demand(
        of_one,
        InvalidToken,
        "The access token is signed with a secret, and is for no API that shares one.",
    )?;
    jws.verify_mac(secret, Algorithms::of(&[Algorithm::HS256]), turn.primitives).map_err(|error| invalid(&error))
}

pub(super) const NO_ACCESS_TOKEN: &str = "typ of the access token is not at+jwt.";

/// The refusal of a JWT for this reason.
pub(super) fn invalid(error: &impl Reason) -> Refusal {
    let refusal = rfc9068::VALIDATED.refuse(InvalidToken, error.about("Access token"));
    refusal.also([error.basis(), &rfc9068::INVALID_TOKEN, &fapi2_sp::TOKEN_VALID])
}

/// Checks `nbf`, and that the claims that every JWT access token has are there
/// ([RFC 9068 §2.2](https://www.rfc-editor.org/rfc/rfc9068#section-2.2)).
pub(super) fn timely_and_complete(server: &ResourceServer, turn: &Turn<'_>, said: &Claims) -> Result<(), Refusal> {
    let begins = said.numeric_date("nbf").map_err(|error| invalid(&error))?;
    let now = turn.now().after(server.future_tolerance);
    rfc7519::NOT_BEFORE_NBF.require(
        begins.is_none_or(|nbf| nbf.ceil() <= now.seconds()),
        InvalidToken,
        "nbf of the access token is in the future.",
    )?;
    rfc9068::VALIDATED.require(
        is_complete(said).map_err(|error| invalid(&error))?,
        InvalidToken,
        "The access token has not all of iss, sub, aud, client_id, jti, exp and iat.",
    )
}

fn is_complete(said: &Claims) -> Result<bool, ClaimError> {
    for name in ["iss", "sub", "jti"] {
        if said.string(name)?.is_none() {
            return Ok(false);
        }
    }
    if said.string("client_id")?.is_none() && said.string("azp")?.is_none() {
        return Ok(false);
    }
    Ok(said.numeric_date("exp")?.is_some() && said.numeric_date("iat")?.is_some() && said.audience()?.is_some())
}

type Liveness = (Key<Grant>, Key<UseMarker>, Key<ClientCutoff>, Option<(Key<SubjectCutoff>, Key<ConsentCutoff>)>);

/// The records that decide if a token is live.
pub(crate) fn liveness(server: &ResourceServer, claims: &AccessToken) -> Liveness {
    let user = claims.subject().map(|subject| {
        let consent = ConsentCutoff::id(server.primitives, subject, &claims.client_id);
        (server.key(SubjectCutoff::id(server.primitives, subject)), server.key(consent))
    });
    let revoked = server.key(server.digest(&revocation_mark(&claims.jti)));
    (server.key(&claims.grant), revoked, server.key(&claims.client_id), user)
}

/// Returns true if a token is live: its grant is, and the token was not revoked by itself. A grant is never younger than its tokens.
pub(crate) fn is_live(
    claims: &AccessToken,
    (grant, revoked, client, user): <Liveness as Keys>::Found<'_>,
    turn: &Turn<'_>,
) -> bool {
    let now = turn.now();
    let Some(grant) = grant.live(now).filter(|grant| !grant.revoked) else { return false };
    let named = claims.auth_time.map(|auth_time| AuthenticatedUser::new(&*claims.sub, auth_time));
    let login = grant.user.as_ref().or(named.as_ref());
    let user_allows = user.is_none_or(|(subject, consent)| {
        let logged_in = login.is_some_and(|user| SubjectCutoff::admits(subject, user, now));
        logged_in && ConsentCutoff::admits(consent, &grant.issued_at, now)
    });
    user_allows && !revoked.is_live(now) && ClientCutoff::admits(client, &grant.issued_at, now)
}

/// The name under which the revocation of one access token is remembered.
pub(crate) fn revocation_mark(jti: &str) -> String {
    format!("revoked\0{jti}")
}
