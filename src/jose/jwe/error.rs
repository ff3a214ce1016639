//! The errors of JWE, each with the requirement that was violated.

use crate::jose::{ContentEncryption, JoseError, JsonError, JwkError, KeyManagement};
use crate::requirement::{Requirement, local, rfc7515, rfc7516, rfc7518, rfc7519, rfc8725};
use thiserror::Error;

/// The reason why a JWE is refused before, or after, it is decrypted. Non-exhaustive.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum JweError {
    /// The JWE is longer than the caller allows.
    #[error("the JWE is too long")]
    TooLong,
    /// The JWE contains a character that the compact serialization does not allow.
    #[error("the JWE contains a character that is neither base64url nor '.'")]
    Character,
    /// The JWE does not have five parts.
    #[error("the JWE does not have five parts")]
    Parts,
    /// A part of the JWE, or a header parameter, is not valid base64url.
    #[error("a part of the JWE or of its header is not base64url")]
    Base64,
    /// The header is not a strict JSON object.
    #[error("the header is invalid: {0}")]
    Header(#[source] JsonError),
    /// A header parameter is missing, has the wrong type or the wrong length.
    #[error("the header parameter {0} is missing, or has the wrong type or length")]
    Parameter(&'static str),
    /// The key management algorithm is RSA1_5.
    #[error("the key management algorithm RSA1_5 is not secure")]
    AlgInsecure,
    /// The key management algorithm derives its key from a password.
    #[error("keys from passwords are not supported")]
    AlgPassword,
    /// The key management algorithm is unknown.
    #[error("the key management algorithm {0:?} is unknown")]
    AlgUnknown(String),
    /// The content encryption algorithm is unknown.
    #[error("the content encryption algorithm {0:?} is unknown")]
    EncUnknown(String),
    /// `crit` is not a list of distinct extension names that are present in the header.
    #[error("crit is malformed")]
    CritMalformed,
    /// `crit` lists an extension that the library does not understand.
    #[error("crit lists {0:?}, which is not understood")]
    CritUnknown(String),
    /// `zip` is present; compressed plaintext is not supported.
    #[error("compressed plaintext is not supported")]
    Compressed,
    /// The ephemeral key of a key agreement is not a valid public key.
    #[error("the ephemeral key is invalid: {0}")]
    EphemeralKey(#[source] JwkError),
    /// There is an encrypted key, although the algorithm has none.
    #[error("there is an encrypted key, although the key is shared or agreed upon directly")]
    EncryptedKey,
    /// The initialization vector, the ciphertext or the tag does not have the length that the algorithm demands.
    #[error("the initialization vector, the ciphertext or the tag has the wrong length for {0}")]
    Length(ContentEncryption),
    /// The key is for another key management algorithm.
    #[error("the key is not for the algorithm {0}")]
    KeyUnfit(KeyManagement),
    /// The content encryption algorithm is known but not allowed here.
    #[error("the content encryption algorithm {0} is not allowed here")]
    EncRefused(ContentEncryption),
    /// The content is not declared to be a JWT.
    #[error("cty is not JWT")]
    NotNested,
    /// The content is not a well-formed JWS.
    #[error("the content is not a signed JWT: {0}")]
    Content(#[source] JoseError),
}

impl JweError {
    /// Returns the requirement that was violated.
    pub fn basis(&self) -> &'static Requirement {
        match self {
            Self::TooLong => &local::REQUEST_SIZE,
            Self::Character => &rfc8725::COMPACT_ALPHABET,
            Self::Parts | Self::EncryptedKey => &rfc7516::COMPACT_FORM,
            Self::Base64 => &rfc7515::STRICT_BASE64URL,
            Self::Header(JsonError::Encoding) => &rfc8725::UTF8_ONLY,
            Self::Header(JsonError::Repeated) => &rfc7515::HEADER_NAMES_UNIQUE,
            Self::Header(_) | Self::CritUnknown(_) => &rfc7516::DECRYPTION,
            Self::Parameter("kid") => &rfc7515::KID_IS_HINT,
            Self::Parameter("epk" | "apu" | "apv") => &rfc7518::ECDH_ES_KEY,
            Self::Parameter("iv" | "tag") => &rfc7518::GCM_SIZES,
            Self::Parameter("typ" | "cty") => &rfc7516::DECRYPTION,
            Self::Parameter(_) | Self::AlgUnknown(_) | Self::EncUnknown(_) => &rfc7515::ALG_ALLOWED,
            Self::AlgInsecure => &rfc8725::CURRENT_ALGORITHMS,
            Self::AlgPassword => &rfc8725::PBES2_LIMIT,
            Self::CritMalformed => &rfc7515::CRIT_WELL_FORMED,
            Self::Compressed => &rfc8725::DECOMPRESSION_LIMIT,
            Self::EphemeralKey(_) => &rfc8725::ECDH_INPUTS,
            Self::Length(enc) if enc.is_gcm() => &rfc7518::GCM_SIZES,
            Self::Length(_) => &rfc7518::CBC_HMAC,
            Self::KeyUnfit(_) => &rfc7516::ONE_KEY_ONE_ALGORITHM,
            Self::EncRefused(_) => &rfc8725::ALGORITHM_LIST,
            Self::NotNested => &rfc7519::NESTED_CTY,
            Self::Content(_) => &rfc8725::NESTED_OPERATIONS_VALIDATED,
        }
    }
}

/// A JWE could not be decrypted. There is no more to know: a key of the wrong length, wrong padding and a wrong tag cannot be
/// told apart ([RFC 7516 §11.5](https://www.rfc-editor.org/rfc/rfc7516#section-11.5)).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the JWE cannot be decrypted")]
pub struct DecryptionFailed;

impl DecryptionFailed {
    /// Returns the requirement that was violated.
    pub fn basis(&self) -> &'static Requirement {
        &rfc7516::DECRYPTION
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::requirement::Duty;

    #[test]
    fn every_error_cites_a_rule_that_refuses() {
        use JsonError::{Depth, Encoding, NoObject, Repeated, Syntax};
        use JweError::*;
        let (alg, enc) = (KeyManagement::Dir, ContentEncryption::A128Gcm);
        let headers = [Depth, Encoding, NoObject, Repeated, Syntax].map(Header);
        let parameters = ["alg", "enc", "kid", "typ", "cty", "epk", "apu", "apv", "iv", "tag"].map(Parameter);
        let lengths = ContentEncryption::ALL.iter().copied().map(Length);
        let others = [
            TooLong,
            Character,
            Parts,
            Base64,
            AlgInsecure,
            AlgPassword,
            AlgUnknown(String::new()),
            EncUnknown(String::new()),
            CritMalformed,
            CritUnknown(String::new()),
            Compressed,
            EphemeralKey(JwkError::Point),
            EncryptedKey,
            KeyUnfit(alg),
            EncRefused(enc),
            NotNested,
            Content(JoseError::Parts),
        ];
        for error in headers.into_iter().chain(parameters).chain(lengths).chain(others) {
            assert_eq!(error.basis().duty, Duty::Refuse, "{error}");
        }
        assert_eq!(DecryptionFailed.basis().duty, Duty::Refuse);
    }
}
