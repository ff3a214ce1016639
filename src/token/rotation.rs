//! Protection of refresh tokens: rotation, or a binding to their sender.

use crate::client::{AuthenticatedClient, GrantType};
use crate::grant::Refresh;
use crate::policy::{Rotation, RotationInput};
use crate::sender::Confirmation;

/// A refresh token for a new grant, if the client may use one and the policy allows one with this protection.
pub(super) fn first(
    turn: &AuthenticatedClient<'_>,
    root: &str,
    subject: Option<&str>,
    binding: Option<Confirmation>,
) -> Option<Refresh> {
    if !turn.client.metadata.may_use(&GrantType::RefreshToken) {
        return None;
    }
    let binding = binding.filter(|_| !turn.client.is_confidential());
    at_use(turn, binding.is_some())?;
    let (grant, client_id, subject) = (root.to_owned(), turn.client_id().to_owned(), subject.map(str::to_owned));
    Some(Refresh { grant, client_id, subject, binding, rotated_at: None })
}

/// The effect that a use has on a refresh token: it is kept if the policy allows that. `None` means that there must be no token.
pub(super) fn at_use(turn: &AuthenticatedClient<'_>, bound: bool) -> Option<Rotation> {
    let unprotected = !turn.client.is_confidential() && !bound;
    let admitted = |rotation: &Rotation| turn.policy.refresh_rotation.admits(&RotationInput::new(*rotation, unprotected));
    [Rotation::Keep, Rotation::Rotate].into_iter().find(admitted)
}
