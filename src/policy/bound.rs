//! The kinds of bounds that rules are made of.

use super::rule::Bound;
use crate::jose::{Algorithm, Algorithms};
use crate::pkce::{ChallengeMethod, CodeChallenge};
use crate::redirect_uri::is_loopback;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Something must be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Presence {
    /// It must.
    Required,
}

impl Bound for Presence {
    type Input = bool;

    fn admits(self, present: &bool) -> bool {
        *present
    }

    fn meet(self, _: Self) -> Option<Self> {
        Some(self)
    }
}

impl fmt::Display for Presence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("required")
    }
}

/// Which PKCE challenge is demanded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum ChallengeRule {
    /// Any, of clients that cannot authenticate.
    OfPublicClients,
    /// Any.
    Present,
    /// S256.
    S256,
}

/// The PKCE challenge of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ChallengeInput {
    /// None, from a client that can authenticate or not.
    Absent {
        /// Whether it can.
        confidential: bool,
    },
    /// `plain`, named or by default.
    Plain,
    /// `S256`.
    S256,
}

impl ChallengeInput {
    pub(crate) fn of(challenge: &CodeChallenge) -> Self {
        match challenge.method() {
            ChallengeMethod::Plain => Self::Plain,
            ChallengeMethod::S256 => Self::S256,
        }
    }
}

impl Bound for ChallengeRule {
    type Input = ChallengeInput;

    fn admits(self, challenge: &ChallengeInput) -> bool {
        match self {
            Self::OfPublicClients => *challenge != ChallengeInput::Absent { confidential: false },
            Self::Present => !matches!(challenge, ChallengeInput::Absent { .. }),
            Self::S256 => *challenge == ChallengeInput::S256,
        }
    }

    fn meet(self, other: Self) -> Option<Self> {
        Some(self.max(other))
    }
}

impl fmt::Display for ChallengeRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OfPublicClients => "of public clients",
            Self::Present => "required",
            Self::S256 => "S256",
        })
    }
}

/// At most this many (seconds).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AtMost(pub u32);

impl Bound for AtMost {
    type Input = u32;

    fn admits(self, seconds: &u32) -> bool {
        *seconds <= self.0
    }

    fn meet(self, other: Self) -> Option<Self> {
        Some(Self(self.0.min(other.0)))
    }
}

impl fmt::Display for AtMost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "at most {} s", self.0)
    }
}

macro_rules! set {
    ($(#[$doc:meta])* $set:ident of $(#[$item_doc:meta])* $item:ident { $($(#[$value_doc:meta])* $value:ident = $name:literal,)* }) => {
        $(#[$item_doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[non_exhaustive]
        pub enum $item { $($(#[$value_doc])* #[serde(rename = $name)] $value,)* }

        impl $item {
            const ALL: &'static [Self] = &[$(Self::$value),*];

            /// The name on the wire.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$value => $name),* }
            }
        }

        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub struct $set(u16);

        impl $set {
            /// The set of these.
            pub const fn of(items: &[$item]) -> Self {
                let (mut bits, mut index) = (0, 0);
                while index < items.len() {
                    bits |= 1 << items[index] as u16;
                    index += 1;
                }
                Self(bits)
            }

            /// Whether it is one of them.
            pub const fn contains(self, item: $item) -> bool {
                self.0 & (1 << item as u16) != 0
            }

            /// All of them, in the order of their definition.
            pub fn iter(self) -> impl Iterator<Item = $item> {
                $item::ALL.iter().copied().filter(move |item| self.contains(*item))
            }
        }

        impl fmt::Display for $set {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let names: Vec<_> = self.iter().map($item::name).collect();
                f.write_str(&names.join(", "))
            }
        }

        impl $set {
            fn met(self, other: Self) -> Option<Self> {
                (self.0 & other.0 != 0).then_some(Self(self.0 & other.0))
            }
        }
    };
}

set! {
    /// A set of ways to authenticate.
    AuthenticationMethods of
    /// How a client authenticates (`token_endpoint_auth_method`).
    AuthenticationMethod {
        /// A public client: it does not.
        None = "none",
        /// The secret in the Authorization header ([RFC 6749 §2.3.1](https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1)).
        ClientSecretBasic = "client_secret_basic",
        /// The secret in the body.
        ClientSecretPost = "client_secret_post",
        /// A JWT under the secret ([OpenID Connect Core §9](https://openid.net/specs/openid-connect-core-1_0.html#rfc.section.9)).
        ClientSecretJwt = "client_secret_jwt",
        /// A JWT under a private key ([RFC 7523](https://www.rfc-editor.org/rfc/rfc7523)).
        PrivateKeyJwt = "private_key_jwt",
        /// A certificate of a known authority ([RFC 8705 §2.1](https://www.rfc-editor.org/rfc/rfc8705#section-2.1)).
        TlsClientAuth = "tls_client_auth",
        /// A registered certificate ([RFC 8705 §2.2](https://www.rfc-editor.org/rfc/rfc8705#section-2.2)).
        SelfSignedTlsClientAuth = "self_signed_tls_client_auth",
    }
}

impl Bound for AuthenticationMethods {
    type Input = AuthenticationMethod;

    fn admits(self, method: &AuthenticationMethod) -> bool {
        self.contains(*method)
    }

    fn meet(self, other: Self) -> Option<Self> {
        self.met(other)
    }
}

set! {
    /// A set of response types.
    ResponseTypes of
    /// What an authorization request asks for.
    ResponseType {
        /// A code.
        Code = "code",
        /// Anything else this library knows by name and does not answer yet.
        Other = "other",
    }
}

impl Bound for ResponseTypes {
    type Input = ResponseType;

    fn admits(self, response_type: &ResponseType) -> bool {
        self.contains(*response_type)
    }

    fn meet(self, other: Self) -> Option<Self> {
        self.met(other)
    }
}

/// A set of sender constraints: what may be done to an access token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SenderConstraints(u8);

impl SenderConstraints {
    /// It is a bearer token.
    pub const NONE: Self = Self(1);
    /// It is bound to a DPoP key.
    pub const DPOP: Self = Self(2);
    /// It is bound to a certificate.
    pub const MTLS: Self = Self(4);

    /// Either set.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether all of `other` is in it.
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
}

impl Bound for SenderConstraints {
    /// What this request can be bound to.
    type Input = SenderConstraints;

    fn admits(self, offered: &SenderConstraints) -> bool {
        self.0 & offered.0 != 0
    }

    fn meet(self, other: Self) -> Option<Self> {
        (self.0 & other.0 != 0).then_some(Self(self.0 & other.0))
    }
}

impl fmt::Display for SenderConstraints {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = [(Self::NONE, "none"), (Self::DPOP, "DPoP"), (Self::MTLS, "mTLS")];
        let names: Vec<_> = names.into_iter().filter(|(sender, _)| self.contains(*sender)).map(|(_, name)| name).collect();
        f.write_str(&names.join(" or "))
    }
}

/// A set of signature algorithms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AlgorithmSet(pub Algorithms);

impl Bound for AlgorithmSet {
    type Input = Algorithm;

    fn admits(self, algorithm: &Algorithm) -> bool {
        self.0.contains(*algorithm)
    }

    fn meet(self, other: Self) -> Option<Self> {
        let both = self.0.intersection(other.0);
        (!both.is_empty()).then_some(Self(both))
    }
}

impl fmt::Display for AlgorithmSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.0.iter().map(Algorithm::name).collect();
        f.write_str(&names.join(", "))
    }
}

/// Whom a client assertion must be addressed to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum AudienceRule {
    /// To nobody but the issuer, as a string or as the one element of an array.
    SoleIssuer,
    /// To the issuer, as a string.
    IssuerString,
}

/// Whom a client assertion is addressed to, of those that may be meant by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum AssertionAudience {
    /// The issuer, as a string.
    IssuerString,
    /// An array whose one element is the issuer.
    SoleIssuer,
    /// An array that holds the issuer or an endpoint, and others.
    Among,
    /// The address of an endpoint.
    Address,
}

impl Bound for AudienceRule {
    type Input = AssertionAudience;

    fn admits(self, audience: &AssertionAudience) -> bool {
        match self {
            Self::SoleIssuer => matches!(audience, AssertionAudience::IssuerString | AssertionAudience::SoleIssuer),
            Self::IssuerString => *audience == AssertionAudience::IssuerString,
        }
    }

    fn meet(self, other: Self) -> Option<Self> {
        Some(self.max(other))
    }
}

impl fmt::Display for AudienceRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::SoleIssuer => "the issuer alone",
            Self::IssuerString => "the issuer as a string",
        })
    }
}

/// Where responses may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum RedirectRule {
    /// Nowhere over an unencrypted connection, but for the loopback interface.
    Encrypted,
}

impl Bound for RedirectRule {
    type Input = str;

    fn admits(self, uri: &str) -> bool {
        let Some((scheme, rest)) = uri.split_once("://") else { return true };
        if !scheme.eq_ignore_ascii_case("http") {
            return true;
        }
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let host = match authority.rsplit_once(':') {
            Some((host, port)) if port.bytes().all(|octet| octet.is_ascii_digit()) => host,
            _ => authority,
        };
        is_loopback(host)
    }

    fn meet(self, _: Self) -> Option<Self> {
        Some(self)
    }
}

impl fmt::Display for RedirectRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no http but loopback")
    }
}

/// What becomes of a refresh token when it is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Rotation {
    /// It stays.
    Keep,
    /// A new one takes its place.
    Rotate,
}

/// What a decision on rotation looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct RotationInput {
    /// What would be done.
    pub rotation: Rotation,
    /// Whether the client cannot authenticate and the token is not bound to its sender.
    pub unprotected: bool,
}

impl RotationInput {
    pub(crate) fn new(rotation: Rotation, unprotected: bool) -> Self {
        Self { rotation, unprotected }
    }
}

/// How refresh tokens are protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum RotationRule {
    /// Those nobody proves anything for are rotated.
    ProtectUnbound,
    /// None is rotated.
    Never,
    /// None is rotated, and those nobody proves anything for are not issued.
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
