//! The dates of JWTs that clients make.

use super::ClientTurn;
use crate::detail::words;
use crate::error_code::ErrorCode;
use crate::refusal::Refusal;
use crate::requirement::Requirement;

/// Checks that the date of a claim is not further in the future than clocks may differ. The claim is named with its JWT.
pub(crate) fn not_ahead(
    turn: &ClientTurn<'_>,
    date: i64,
    (claim, jwt): (&'static str, &'static str),
    basis: &'static Requirement,
    code: ErrorCode,
) -> Result<(), Refusal> {
    let tolerance = turn.settings().within(&turn.policy.future_tolerance, turn.settings().lifetimes.future_tolerance);
    let ahead = u32::try_from(date.saturating_sub(turn.now().seconds()).max(0)).unwrap_or(u32::MAX);
    turn.policy.future_tolerance.require(
        &ahead,
        code,
        words!("{} of the {} is {} s in the future; expected: {}.", claim, jwt, ahead, turn.policy.future_tolerance.expected()),
    )?;
    basis.require(
        ahead <= tolerance,
        code,
        words!("{} of the {} is {} s in the future; at most {} s are allowed.", claim, jwt, ahead, tolerance),
    )
}
