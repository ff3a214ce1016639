//! What can be wrong with keys and signed messages, each with the requirement that it breaks.

use thiserror::Error;

use super::JsonError;
use crate::requirement::{Requirement, local, rfc7515, rfc7517, rfc7518, rfc7519, rfc8725, rfc9449};

/// Why a JWS is refused. Non-exhaustive.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum JoseError {
    /// Longer than the caller allows.
    #[error("the JWS is too long")]
    TooLong,
    /// A character that no compact serialization has.
    #[error("the JWS has a character outside of base64url and '.'")]
    Character,
    /// Not three parts.
    #[error("the JWS does not have three parts")]
    Parts,
    /// A part that is not base64url.
    #[error("a part of the JWS is not base64url")]
    Base64,
    /// The header is not a strict JSON object.
    #[error("the header is {0}")]
    Header(#[source] JsonError),
    /// The payload is not a strict JSON object.
    #[error("the claims set is {0}")]
    Claims(#[source] JsonError),
    /// A registered header parameter is missing or has another type than it must have.
    #[error("the header parameter {0} is missing or ill-typed")]
    Parameter(&'static str),
    /// The algorithm is `none`.
    #[error("the algorithm is none")]
    AlgNone,
    /// The algorithm is not known.
    #[error("the algorithm {0:?} is not known")]
    AlgUnknown(String),
    /// `crit` is not a list of distinct extensions that are present.
    #[error("crit is malformed")]
    CritMalformed,
    /// `crit` lists an extension that is not understood.
    #[error("crit lists {0:?}, which is not understood")]
    CritUnknown(String),
    /// `b64` or `zip`, which change what is signed.
    #[error("the header parameter {0} is not supported")]
    Unsupported(&'static str),
    /// The algorithm is known and not allowed here.
    #[error("the algorithm {0} is not allowed here")]
    AlgRefused(super::Algorithm),
    /// The key is not one for this algorithm.
    #[error("the key is not one for the algorithm {0}")]
    KeyUnfit(super::Algorithm),
    /// The shared secret is shorter than the output of the hash.
    #[error("the secret is too short for the algorithm {0}")]
    SecretShort(super::Algorithm),
    /// An ECDSA signature has another length than its curve gives it, as one in DER has.
    #[error("the signature has the wrong length")]
    SignatureLength,
    /// The signature does not verify.
    #[error("the signature does not verify")]
    Signature,
}

impl JoseError {
    /// The requirement that was broken.
    pub fn basis(&self) -> &'static Requirement {
        match self {
            Self::TooLong => &local::REQUEST_SIZE,
            Self::Character => &rfc8725::COMPACT_ALPHABET,
            Self::Parts => &rfc7515::COMPACT_FORM,
            Self::Base64 => &rfc7515::STRICT_BASE64URL,
            Self::Header(JsonError::Encoding) | Self::Claims(JsonError::Encoding) => &rfc8725::UTF8_ONLY,
            Self::Header(JsonError::Repeated) => &rfc7515::HEADER_NAMES_UNIQUE,
            Self::Header(_) | Self::Unsupported(_) => &rfc7515::SIGNED_AS_RECEIVED,
            Self::Claims(JsonError::Repeated) => &rfc7519::CLAIM_NAMES_UNIQUE,
            Self::Claims(_) => &rfc7519::WHOLE_JWT_VALID,
            Self::Parameter("kid") => &rfc7515::KID_IS_HINT,
            Self::Parameter("typ" | "cty") => &rfc7515::SIGNED_AS_RECEIVED,
            Self::Parameter("jwk") => &rfc7517::KEY_WELL_FORMED,
            Self::Parameter(_) | Self::AlgUnknown(_) => &rfc7515::ALG_ALLOWED,
            Self::AlgNone => &rfc7518::NO_ALG_NONE,
            Self::CritMalformed | Self::CritUnknown(_) => &rfc7515::CRIT_UNDERSTOOD,
            Self::AlgRefused(_) | Self::KeyUnfit(_) => &rfc8725::ALGORITHM_LIST,
            Self::SecretShort(_) => &rfc7518::HMAC_KEY_SIZE,
            Self::SignatureLength => &rfc7518::ECDSA_FORM,
            Self::Signature => &rfc8725::ALL_LAYERS_VALIDATED,
        }
    }
}

/// Why a JWK cannot verify signatures for us. Non-exhaustive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum JwkError {
    /// Not a JSON object.
    #[error("a key is not an object")]
    NoObject,
    /// A member is missing or has another type than it must have.
    #[error("the member {0} is missing or ill-typed")]
    Member(&'static str),
    /// A member that only a private key has.
    #[error("the private member {0} is present")]
    Private(&'static str),
    /// A symmetric key where a public one is due.
    #[error("the key is symmetric")]
    Symmetric,
    /// A `kty` that is not known.
    #[error("the key type is not known")]
    TypeUnknown,
    /// A `crv` that is not known, or not one of its `kty`.
    #[error("the curve is not one of the key type")]
    Curve,
    /// A member that is not base64url.
    #[error("the member {0} is not base64url")]
    Base64(&'static str),
    /// Coordinates of the wrong size, off the curve, or of small order.
    #[error("the point is not a valid one of the curve")]
    Point,
    /// A modulus of less than 2048 bits.
    #[error("the modulus is too small")]
    ModulusSmall,
    /// A modulus of more than 8192 bits or an even one, or an exponent that is even, below 3 or above 32 bits.
    #[error("the modulus or exponent is not acceptable")]
    RsaLimits,
    /// An RSA integer that is empty or has leading zeros.
    #[error("the modulus or exponent is not written in as few octets as possible")]
    Integers,
    /// An `alg` that is not a known signature algorithm.
    #[error("the key is for an algorithm that is not known")]
    AlgUnknown,
    /// An `alg` that does not take keys of this kind.
    #[error("the algorithm does not fit the key")]
    AlgUnfit,
    /// `use` or `key_ops` name another purpose than verification.
    #[error("the key is not for verification")]
    Purpose,
    /// `use` and `key_ops` contradict each other, or an operation is repeated.
    #[error("use and key_ops contradict each other")]
    PurposeContradicts,
    /// `x5c` is not a list of certificates of which the first holds the key.
    #[error("x5c does not hold the key")]
    Certificate,
}

impl JwkError {
    /// The requirement that was broken.
    pub fn basis(&self) -> &'static Requirement {
        match self {
            Self::NoObject | Self::Member(_) | Self::TypeUnknown | Self::Curve => &rfc7517::KEY_WELL_FORMED,
            Self::Private(_) | Self::Symmetric => &rfc9449::PROOF_KEY_PUBLIC,
            Self::Base64(_) => &rfc7515::STRICT_BASE64URL,
            Self::Point => &rfc7518::EC_POINT,
            Self::ModulusSmall => &rfc7518::RSA_KEY_SIZE,
            Self::RsaLimits => &local::RSA_LIMITS,
            Self::Integers => &rfc7518::RSA_INTEGERS,
            Self::AlgUnknown | Self::AlgUnfit => &rfc8725::ALGORITHM_LIST,
            Self::Purpose | Self::PurposeContradicts => &rfc7517::KEY_USE,
            Self::Certificate => &rfc7517::CERTIFICATE_MATCHES_KEY,
        }
    }

    /// Whether the key holds what its owner should never have shown.
    pub fn is_leak(&self) -> bool {
        matches!(self, Self::Private(_) | Self::Symmetric)
    }
}

/// Why a whole JWK Set is refused. Non-exhaustive.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum JwkSetError {
    /// Not a strict JSON object.
    #[error("the JWK Set is {0}")]
    Json(#[source] JsonError),
    /// No array `keys`.
    #[error("the JWK Set has no array keys")]
    NoKeys,
    /// More keys than [`JwkSet::MOST`](super::JwkSet::MOST).
    #[error("the JWK Set has too many keys")]
    TooMany,
    /// A private or symmetric key: whoever published it has shown it to everybody.
    #[error("the JWK Set leaks a key: {0}")]
    Leaked(#[source] JwkError),
}

impl JwkSetError {
    /// The requirement that was broken.
    pub fn basis(&self) -> &'static Requirement {
        match self {
            Self::Json(JsonError::Encoding) => &rfc8725::UTF8_ONLY,
            Self::Json(_) | Self::NoKeys => &rfc7517::KEY_WELL_FORMED,
            Self::TooMany => &local::REQUEST_SIZE,
            Self::Leaked(error) => error.basis(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jose::Algorithm;
    use crate::requirement::Duty;

    #[test]
    fn every_error_cites_a_rule_that_refuses() {
        use JsonError::{Depth, Encoding, NoObject, Repeated, Syntax};
        let mut bases: Vec<&Requirement> = [Depth, Encoding, NoObject, Repeated, Syntax]
            .into_iter()
            .flat_map(|json| {
                [
                    JoseError::Header(json.clone()).basis(),
                    JoseError::Claims(json.clone()).basis(),
                    JwkSetError::Json(json).basis(),
                ]
            })
            .collect();
        bases.extend(
            [
                JoseError::TooLong,
                JoseError::Character,
                JoseError::Parts,
                JoseError::Base64,
                JoseError::Parameter("alg"),
                JoseError::Parameter("kid"),
                JoseError::Parameter("typ"),
                JoseError::Parameter("jwk"),
                JoseError::AlgNone,
                JoseError::AlgUnknown(String::new()),
                JoseError::CritMalformed,
                JoseError::CritUnknown(String::new()),
                JoseError::Unsupported("b64"),
                JoseError::AlgRefused(Algorithm::RS256),
                JoseError::KeyUnfit(Algorithm::RS256),
                JoseError::SecretShort(Algorithm::HS256),
                JoseError::SignatureLength,
                JoseError::Signature,
            ]
            .map(|error| error.basis()),
        );
        bases.extend(
            [
                JwkError::NoObject,
                JwkError::Private("d"),
                JwkError::Base64("x"),
                JwkError::Point,
                JwkError::ModulusSmall,
                JwkError::Integers,
                JwkError::AlgUnfit,
                JwkError::Purpose,
                JwkError::Certificate,
            ]
            .map(|error| error.basis()),
        );
        bases.extend([JwkSetError::NoKeys, JwkSetError::TooMany].map(|error| error.basis()));
        for basis in bases {
            assert_eq!(basis.duty, Duty::Refuse, "{}", basis.id);
        }
    }
}
