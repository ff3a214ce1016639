//! The errors of parsers as refusals: the requirement that the error names, and its words.

use crate::basic::BasicError;
use crate::detail::{Detail, Harmless};
use crate::error_code::ErrorCode;
use crate::form::FormError;
use crate::jose::{ClaimError, JoseError, JwkError, JwkSetError};
use crate::pkce::PkceError;
use crate::redirect_uri::RedirectUriError;
use crate::refusal::Refusal;
use crate::requirement::Requirement;
use crate::scope::ScopeError;
use std::fmt;

/// Why a parser refuses its input.
pub(crate) trait Reason: fmt::Display {
    /// The requirement that was violated.
    fn basis(&self) -> &'static Requirement;

    /// Writes the reason without anything that the peer wrote.
    fn tell(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.fmt(f)
    }

    /// The reason, for words with more than it.
    fn told(&self) -> Told<'_, Self>
    where
        Self: Sized,
    {
        Told(self)
    }

    /// The reason as a sentence about this.
    fn about(&self, subject: &'static str) -> Detail
    where
        Self: Sized,
    {
        Detail::written(format_args!("{subject}: {}.", self.told()))
    }

    /// Refuses this with this error.
    fn refuse(&self, code: ErrorCode, subject: &'static str) -> Refusal
    where
        Self: Sized,
    {
        self.basis().refuse(code, self.about(subject))
    }
}

/// A reason without anything that the peer wrote.
pub(crate) struct Told<'a, R>(&'a R);

impl<R: Reason> fmt::Display for Told<'_, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.tell(f)
    }
}

impl<R: Reason> Harmless for Told<'_, R> {}

macro_rules! reasons {
    ($($error:ident)*) => { $(
        impl Reason for $error {
            fn basis(&self) -> &'static Requirement {
                $error::basis(self)
            }
        }
    )* };
}
reasons! { BasicError ClaimError FormError JwkError JwkSetError PkceError RedirectUriError }

impl Reason for JoseError {
    fn basis(&self) -> &'static Requirement {
        JoseError::basis(self)
    }

    fn tell(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AlgUnknown(_) => f.write_str("the algorithm is unknown"),
            Self::CritUnknown(_) => f.write_str("crit lists an extension that is not understood"),
            other => fmt::Display::fmt(other, f),
        }
    }
}

impl Reason for ScopeError {
    fn basis(&self) -> &'static Requirement {
        ScopeError::basis(self)
    }

    fn tell(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Syntax => "there is not one space between tokens, or a token has a character that none may have",
            Self::TooLong => "there are too many tokens, or too many characters",
        })
    }
}
