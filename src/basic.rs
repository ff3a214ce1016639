//! Client credentials in HTTP Basic
//! ([RFC 6749 §2.3.1](https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1)).

use thiserror::Error;
use zeroize::Zeroizing;

use crate::form;
use crate::jose::base64url;
use crate::requirement::{Requirement, rfc6749};
use crate::secret::Secret;

/// A client's identifier and password, decoded.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct BasicCredentials {
    /// The `client_id`, never empty.
    pub client_id: String,
    /// The `client_secret`, which may be empty.
    pub secret: Secret,
}

impl BasicCredentials {
    /// Parses the value of an `Authorization` field: strict base64, split at the first colon, both halves form-decoded
    /// ([RFC 6749 §2.3.1](https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1)).
    pub fn parse(authorization: &[u8]) -> Result<Self, BasicError> {
        let (scheme, credentials) = authorization.split_at_checked(SCHEME.len()).ok_or(BasicError::Scheme)?;
        if !scheme.eq_ignore_ascii_case(SCHEME) {
            return Err(BasicError::Scheme);
        }
        let spaces = credentials.iter().take_while(|&&octet| octet == b' ').count();
        let credentials = &credentials[spaces..];
        let decoded = Zeroizing::new(base64url::decode_padded(credentials).ok_or(BasicError::Base64)?);
        let colon = decoded.iter().position(|&octet| octet == b':').ok_or(BasicError::Colon)?;
        let client_id = form::decode(&decoded[..colon]).map_err(|_| BasicError::Form)?;
        let secret = form::decode(&decoded[colon + 1..]).map_err(|_| BasicError::Form)?;
        if client_id.is_empty() {
            return Err(BasicError::ClientId);
        }
        Ok(Self { client_id, secret: secret.into() })
    }
}

const SCHEME: &[u8] = b"Basic ";

/// The reason why an `Authorization` field has no Basic credentials. Non-exhaustive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum BasicError {
    /// The scheme is not Basic.
    #[error("the scheme is not Basic")]
    Scheme,
    /// The credentials are not base64 with padding.
    #[error("the credentials are not base64")]
    Base64,
    /// The credentials have no colon.
    #[error("the credentials have no colon")]
    Colon,
    /// The identifier or the secret is not form-encoded.
    #[error("the credentials are not form-encoded")]
    Form,
    /// The `client_id` is empty.
    #[error("the client_id is empty")]
    ClientId,
}

impl BasicError {
    /// Returns the requirement that was violated.
    pub fn basis(&self) -> &'static Requirement {
        &rfc6749::BASIC_DECODING
    }
}

#[cfg(test)]
mod tests {
    use data_encoding::BASE64;
    use proptest::prelude::*;

    use super::*;

    fn parse(pair: &str) -> Result<BasicCredentials, BasicError> {
        BasicCredentials::parse(format!("Basic {}", BASE64.encode(pair.as_bytes())).as_bytes())
    }

    #[test]
    fn the_first_colon_separates_and_both_halves_are_form_encoded() {
        let credentials = parse("a%3Ab+c:d:%25%C3%A9");
        assert_eq!(credentials, Ok(BasicCredentials { client_id: "a:b c".to_owned(), secret: "d:%é".to_owned().into() }));
    }

    #[test]
    fn malformed_credentials_are_refused() {
        for (pair, error) in [
            ("client", BasicError::Colon),
            (":secret", BasicError::ClientId),
            ("a:%", BasicError::Form),
            ("a:b c", BasicError::Form),
            ("%ff:b", BasicError::Form),
            ("a:%00", BasicError::Form),
        ] {
            assert_eq!(parse(pair), Err(error), "{pair}");
        }
        for (field, error) in [
            ("", BasicError::Scheme),
            ("Bearer YTpi", BasicError::Scheme),
            ("BasicYTpi", BasicError::Scheme),
            ("Basic YTpi=", BasicError::Base64),
            ("Basic YTpiYw", BasicError::Base64),
            ("Basic YTp iYw==", BasicError::Base64),
            ("Basic YTpi, Basic YTpi", BasicError::Base64),
        ] {
            assert_eq!(BasicCredentials::parse(field.as_bytes()), Err(error), "{field}");
        }
        assert!(BasicCredentials::parse(b"bAsIc YTpi").is_ok());
    }

    proptest! {
        #[test]
        fn any_octets_are_read_or_refused(field: Vec<u8>) {
            let _ = BasicCredentials::parse(&field);
            let _ = BasicCredentials::parse(format!("Basic {}", BASE64.encode(&field)).as_bytes());
        }

        #[test]
        fn decoding_undoes_encoding(client_id in "\\PC{1,8}", secret in "\\PC{0,8}") {
            let encode = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
            let credentials = parse(&format!("{}:{}", encode(&client_id), encode(&secret)));
            prop_assert_eq!(credentials, Ok(BasicCredentials { client_id, secret: secret.into() }));
        }
    }
}
