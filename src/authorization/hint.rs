//! `id_token_hint`: an ID token of this server names the user whom the client expects.

use crate::claims_parameter::ClaimRequest;
use crate::client::ClientTurn;
use crate::error_code::ErrorCode::InvalidRequest;
use crate::exchange::SignedBy;
use crate::jose::{Algorithms, Jws};
use crate::parameters::Parameters;
use crate::refusal::Refusal;
use crate::requirement::{Requirement, oidcc};

/// The hinted user, as a request for a `sub` of this value, which means the same
/// ([OpenID Connect Core §3.1.2.2](https://openid.net/specs/openid-connect-core-1_0.html#AuthRequestValidation)).
///
/// The ID token may have expired, and may have been issued to another client. It must be signed with a key that the key set still
/// holds.
pub(super) fn hinted(turn: &ClientTurn<'_>, parameters: &Parameters<'_>) -> Result<Option<ClaimRequest>, Refusal> {
    let Some(hint) = parameters.get("id_token_hint") else { return Ok(None) };
    let jws = Jws::parse(&hint).map_err(|error| foreign(error.basis()))?;
    let header = jws.header();
    // Tokens of other kinds that this server signs have a `typ` of their own.
    oidcc::HINT_IS_OURS.require(
        header.typ().is_none() || header.typ_is("JWT"),
        InvalidRequest,
        "The typ of id_token_hint is not that of an ID token; expected JWT or none.",
    )?;
    let settings = turn.settings();
    let key = header.kid().and_then(|kid| settings.keys.published(turn.now()).find(|key| key.kid() == Some(kid)));
    let words = "The kid of id_token_hint names no key of this server; expected an ID token that this server issued.";
    let key = oidcc::HINT_IS_OURS.demand(key, InvalidRequest, words)?;
    let check = || jws.verify(key, Algorithms::ALL_ASYMMETRIC, turn.primitives);
    turn.facts.verified(SignedBy::Server, &hint, check).map_err(|error| foreign(error.basis()))?;
    let claims = jws.claims().map_err(|error| foreign(error.basis()))?;
    let text = |name| claims.string(name).map_err(|error| foreign(error.basis()));
    oidcc::HINT_IS_OURS.require(
        text("iss")? == Some(&settings.issuer),
        InvalidRequest,
        "The iss of id_token_hint is not this server; expected an ID token that this server issued.",
    )?;
    let subject = oidcc::HINT_IS_OURS.demand(text("sub")?, InvalidRequest, "id_token_hint has no sub; expected an ID token.")?;
    Ok(Some(ClaimRequest { name: "sub".into(), essential: true, values: vec![subject.into()] }))
}

fn foreign(basis: &'static Requirement) -> Refusal {
    let words = "id_token_hint is not a valid ID token of this server.";
    oidcc::HINT_IS_OURS.refuse(InvalidRequest, words).also([basis])
}
