//! Signed messages for one client: by the algorithm that it registered, with a key of the server's or with its secret.

use super::{sign, sign_shared};
use crate::client::ClientTurn;
use crate::detail::words;
use crate::error_code::ErrorCode::UnauthorizedClient;
use crate::exchange::Pause;
use crate::fault::Fault;
use crate::jose::Algorithm;
use crate::refusal::Refusal;
use crate::requirement::local;
use serde::Serialize;

/// The algorithm that these messages for the client are signed with: the registered one, or else the server's default. The policy
/// must admit it, and the server must have a key for it, or the client a secret.
pub(crate) fn algorithm_for(
    turn: &ClientTurn<'_>,
    registered: Option<Algorithm>,
    messages: &'static str,
) -> Result<Algorithm, Refusal> {
    let (settings, now) = (turn.settings(), turn.now());
    let secret = turn.client.is_confidential() && turn.client.secret.as_ref().is_some_and(|secret| secret.is_usable());
    let usable = |algorithm: &Algorithm| match algorithm.is_symmetric() {
        true => secret,
        false => settings.keys.signing_key(*algorithm, now).is_some(),
    };
    let algorithm = registered.or_else(|| settings.default_algorithm(&turn.policy, now)).filter(usable);
    let algorithm = local::CLIENT_FITS_POLICY.demand(
        algorithm,
        UnauthorizedClient,
        words!("This server has no key for the algorithm of the client's {}.", messages),
    )?;
    let allowed = &turn.policy.issued_algorithm;
    allowed.require(
        &algorithm,
        UnauthorizedClient,
        words!("The client's {} are signed with {}; allowed: {}.", messages, algorithm, allowed.expected()),
    )?;
    Ok(algorithm)
}

/// A compact JWS over these claims, by an algorithm of [`algorithm_for`].
pub(crate) fn sign_for<T: Serialize>(
    turn: &ClientTurn<'_>,
    algorithm: Algorithm,
    typ: &str,
    claims: &T,
) -> Result<String, Pause> {
    if !algorithm.is_symmetric() {
        return sign(turn, algorithm, typ, claims);
    }
    let secret = turn.client.get().secret.as_ref().ok_or_else(|| Fault::new("a client with HS256 has no secret"))?;
    sign_shared(turn, &secret.open(turn)?, algorithm, typ, claims)
}
