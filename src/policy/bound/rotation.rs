//! The rotation of refresh tokens.

use crate::policy::rule::Bound;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The effect that a use has on a refresh token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Rotation {
    /// It stays valid.
    Keep,
    /// A new one replaces it.
    Rotate,
}

/// A refresh token that is about to be issued or used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct RotationInput {
    /// The intended effect of a use.
    pub rotation: Rotation,
    /// The client cannot authenticate, and the token is not bound to its sender.
    pub unprotected: bool,
}

impl RotationInput {
    pub(crate) fn new(rotation: Rotation, unprotected: bool) -> Self {
        Self { rotation, unprotected }
    }
}

/// How refresh tokens are protected.
///
/// ```
/// use fapi::policy::{Bound, RotationRule};
///
/// let both = RotationRule::Never.meet(RotationRule::ProtectUnbound);
/// assert_eq!(both, Some(RotationRule::NeverAndProtectUnbound));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RotationRule {
    /// Unbound tokens of public clients are rotated.
    ProtectUnbound,
    /// None is rotated.
    Never,
    /// None is rotated, and public clients get no unbound ones.
    NeverAndProtectUnbound,
}

impl Bound for RotationRule {
    type Input = RotationInput;

    fn admits(self, input: &RotationInput) -> bool {
        let protected = !input.unprotected || input.rotation == Rotation::Rotate;
        let kept = input.rotation == Rotation::Keep;
        match self {
            Self::ProtectUnbound => protected,
            Self::Never => kept,
            Self::NeverAndProtectUnbound => protected && kept,
        }
    }

    fn meet(self, other: Self) -> Option<Self> {
        Some(if self == other { self } else { Self::NeverAndProtectUnbound })
    }
}

impl fmt::Display for RotationRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ProtectUnbound => "of unbound tokens of public clients",
            Self::Never => "never",
            Self::NeverAndProtectUnbound => "never; none for unbound public clients",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refresh_token_is_protected_kept_or_both() {
        use RotationRule::{Never, NeverAndProtectUnbound, ProtectUnbound};
        let admits = |rule: RotationRule| {
            [(Rotation::Keep, false), (Rotation::Rotate, false), (Rotation::Keep, true), (Rotation::Rotate, true)]
                .map(|(rotation, unprotected)| rule.admits(&RotationInput::new(rotation, unprotected)))
        };
        assert_eq!(admits(ProtectUnbound), [true, true, false, true]);
        assert_eq!(admits(Never), [true, false, true, false]);
        assert_eq!(admits(NeverAndProtectUnbound), [true, false, false, false]);
        for (one, other, both) in [
            (ProtectUnbound, ProtectUnbound, ProtectUnbound),
            (Never, Never, Never),
            (Never, ProtectUnbound, NeverAndProtectUnbound),
            (Never, NeverAndProtectUnbound, NeverAndProtectUnbound),
        ] {
            assert_eq!((one.meet(other), other.meet(one)), (Some(both), Some(both)));
        }
    }
}
