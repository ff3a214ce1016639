//! The binding of an access token: the confirmation claim (`cnf`).

use serde::{Deserialize, Serialize};

/// The `cnf` claim, which has exactly one member ([RFC 9449 §6.1](https://www.rfc-editor.org/rfc/rfc9449#section-6.1),
/// [RFC 8705 §3.1](https://www.rfc-editor.org/rfc/rfc8705#section-3.1)).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Confirmation {
    /// The thumbprint of a DPoP key.
    #[serde(rename = "jkt")]
    Key(String),
    /// The SHA-256 thumbprint of a certificate.
    #[serde(rename = "x5t#S256")]
    Certificate(String),
}

impl Confirmation {
    /// Returns the token type of a token with this binding ([RFC 9449 §5](https://www.rfc-editor.org/rfc/rfc9449#section-5)).
    pub(crate) fn token_type(binding: Option<&Self>) -> &'static str {
        match binding {
            Some(Self::Key(_)) => "DPoP",
            Some(Self::Certificate(_)) | None => "Bearer",
        }
    }
}

/// A marker for something that was used or revoked and must not be accepted again.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct UseMarker {}

impl crate::record::Stored for UseMarker {
    const KIND: crate::record::Kind = crate::record::Kind::UseMarker;
}
