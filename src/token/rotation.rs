//! Protection of refresh tokens: rotation, or a binding to their sender.

use crate::client::{AuthenticatedClient, GrantType};
use crate::error_code::ErrorCode::InvalidGrant;
use crate::grant::Refresh;
use crate::policy::{Rotation, RotationInput};
use crate::refusal::Refusal;
use crate::sender::Confirmation;

/// A refresh token for a new grant, if the client may use one and the policy allows one with this protection. `offline` is true for a
/// client that got `offline_access`.
pub(super) fn first(
    turn: &AuthenticatedClient<'_>,
    root: &str,
    subject: Option<&str>,
    binding: Option<Confirmation>,
    offline: bool,
) -> Option<Refresh> {
    if !turn.policy.refresh_token.admits(&offline) || !turn.client.metadata.may_use(&GrantType::RefreshToken) {
        return None;
    }
    let binding = binding.filter(|_| !turn.client.is_confidential());
    at_use(turn, binding.is_some()).ok()?;
    let (grant, client_id, subject) = (root.to_owned(), turn.client_id().to_owned(), subject.map(str::to_owned));
    Some(Refresh { grant, client_id, subject, binding, generation: 1 })
}

/// The effect that a use has on a refresh token: it is kept if the policy allows that. The policy may allow no such token at all.
pub(super) fn at_use(turn: &AuthenticatedClient<'_>, bound: bool) -> Result<Rotation, Refusal> {
    let unprotected = !turn.client.is_confidential() && !bound;
    let (rule, input) = (&turn.policy.refresh_rotation, |rotation| RotationInput::new(rotation, unprotected));
    if !rule.admits(&input(Rotation::Keep)) && rule.admits(&input(Rotation::Rotate)) {
        return Ok(Rotation::Rotate);
    }
    rule.require(&input(Rotation::Keep), InvalidGrant, "The policy allows no refresh token like this one any more.")
        .map(|()| Rotation::Keep)
}
