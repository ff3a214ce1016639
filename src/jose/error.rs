//! Errors of keys and signed messages, each with the requirement that was violated.

use thiserror::Error;

use super::JsonError;
use crate::requirement::{Requirement, local, rfc7515, rfc7517, rfc7518, rfc7519, rfc8725};

/// The reason why a JWS is refused. Non-exhaustive.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum JoseError {
    /// The JWS is longer than the caller allows.
    #[error("the JWS is too long")]
    TooLong,
    /// The JWS contains a character that the compact serialization does not allow.
    #[error("the JWS contains a character that is neither base64url nor '.'")]
    Character,
    /// The JWS does not have three parts.
    #[error("the JWS does not have three parts")]
    Parts,
    /// A part of the JWS is not valid base64url.
    #[error("a part of the JWS is not base64url")]
    Base64,
    /// The header is not a strict JSON object.
    #[error("the header is invalid: {0}")]
    Header(#[source] JsonError),
    /// The payload is not a strict JSON object.
    #[error("the claims set is invalid: {0}")]
    Claims(#[source] JsonError),
    /// A registered header parameter is missing or has the wrong type.
    #[error("the header parameter {0} is missing or has the wrong type")]
    Parameter(&'static str),
    /// The algorithm is `none`.
    #[error("the algorithm is none")]
    AlgNone,
    /// The algorithm is unknown.
    #[error("the algorithm {0:?} is unknown")]
    AlgUnknown(String),
    /// `crit` is not a list of distinct extension names that are present in the header.
    #[error("crit is malformed")]
    CritMalformed,
    /// `crit` lists an extension that the library does not understand.
    #[error("crit lists {0:?}, which is not understood")]
    CritUnknown(String),
    /// `b64` or `zip` is present; both change what is signed.
    #[error("the header parameter {0} is not supported")]
    Unsupported(&'static str),
    /// The algorithm is known but not allowed here.
    #[error("the algorithm {0} is not allowed here")]
    AlgRefused(super::Algorithm),
    /// The key cannot be used with this algorithm.
    #[error("the key cannot be used with the algorithm {0}")]
    KeyUnfit(super::Algorithm),
    /// The shared secret is shorter than the output of the hash function.
    #[error("the secret is too short for the algorithm {0}")]
    SecretShort(super::Algorithm),
    /// The length of an ECDSA signature does not match its curve, for example because it is in DER.
    #[error("the signature has the wrong length")]
    SignatureLength,
    /// The signature does not verify.
    #[error("the signature does not verify")]
    Signature,
}

impl JoseError {
    /// Returns the requirement that was violated.
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
            Self::CritMalformed => &rfc7515::CRIT_WELL_FORMED,
            Self::CritUnknown(_) => &rfc7515::CRIT_UNDERSTOOD,
            Self::AlgRefused(_) | Self::KeyUnfit(_) => &rfc8725::ALGORITHM_LIST,
            Self::SecretShort(_) => &rfc7518::HMAC_KEY_SIZE,
            Self::SignatureLength => &rfc7518::ECDSA_FORM,
            Self::Signature => &rfc8725::ALL_LAYERS_VALIDATED,
        }
    }
}

/// The reason why a JWK cannot be used for verifying signatures. Non-exhaustive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum JwkError {
    /// The key is not a JSON object.
    #[error("the key is not a JSON object")]
    NoObject,
    /// A member is missing or has the wrong type.
    #[error("the member {0} is missing or has the wrong type")]
    Member(&'static str),
    /// A member is present that only a private key has.
    #[error("the private member {0} is present")]
    Private(&'static str),
    /// The key is symmetric where a public key is required.
    #[error("the key is symmetric")]
    Symmetric,
    /// The `kty` is unknown.
    #[error("the key type is unknown")]
    TypeUnknown,
    /// The `crv` is unknown or does not belong to the `kty`.
    #[error("the curve is unknown or does not belong to the key type")]
    Curve,
    /// A member is not valid base64url.
    #[error("the member {0} is not base64url")]
    Base64(&'static str),
    /// The coordinates have the wrong size, or the point is off the curve or of small order.
    #[error("the point is not valid for the curve")]
    Point,
    /// The modulus has fewer than 2048 bits.
    #[error("the modulus is too small")]
    ModulusSmall,
    /// The modulus has more than 8192 bits or is even, or the exponent is even, below 3 or longer than 32 bits.
    #[error("the modulus or exponent is not acceptable")]
    RsaLimits,
    /// An RSA integer is empty or has leading zeros.
    #[error("the modulus or exponent is not encoded in the fewest possible octets")]
    Integers,
    /// The `alg` is not a known signature algorithm.
    #[error("the key is for an unknown algorithm")]
    AlgUnknown,
    /// The `alg` does not take keys of this kind.
    #[error("the algorithm cannot be used with this kind of key")]
    AlgUnfit,
    /// `use` or `key_ops` names a purpose other than verification.
    #[error("the key is not meant for verification")]
    Purpose,
    /// `use` and `key_ops` contradict each other, or an operation is repeated.
    #[error("use and key_ops contradict each other")]
    PurposeContradicts,
    /// `x5c` is not a list of certificates of which the first one holds the key.
    #[error("x5c does not begin with a certificate that holds the key")]
    Certificate,
}

impl JwkError {
    /// Returns the requirement that was violated.
    pub fn basis(&self) -> &'static Requirement {
        match self {
            Self::NoObject | Self::Member(_) | Self::TypeUnknown | Self::Curve => &rfc7517::KEY_WELL_FORMED,
            Self::Private(_) | Self::Symmetric => &rfc7517::NO_PRIVATE_KEYS,
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

    /// Returns true if the key contains private or symmetric key material, which its owner must never disclose.
    pub fn is_leak(&self) -> bool {
        matches!(self, Self::Private(_) | Self::Symmetric)
    }
}

/// The reason why a whole JWK Set is refused. Non-exhaustive.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum JwkSetError {
    /// The set is not a strict JSON object.
    #[error("the JWK Set is invalid: {0}")]
    Json(#[source] JsonError),
    /// The set has no `keys` array.
    #[error("the JWK Set has no `keys` array")]
    NoKeys,
    /// The set has more keys than [`JwkSet::MOST`](super::JwkSet::MOST).
    #[error("the JWK Set has too many keys")]
    TooMany,
    /// The set contains a private or symmetric key, which its owner has thereby disclosed to everyone.
    #[error("the JWK Set discloses a secret key: {0}")]
    Leaked(#[source] JwkError),
}

impl JwkSetError {
    /// Returns the requirement that was violated.
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
