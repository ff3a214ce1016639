//! What an access token is bound to: the confirmation claim (`cnf`).

use serde::{Deserialize, Serialize};

/// `cnf`, of which exactly one member is set
/// ([RFC 9449 §6.1](https://www.rfc-editor.org/rfc/rfc9449#section-6.1),
/// [RFC 8705 §3.1](https://www.rfc-editor.org/rfc/rfc8705#section-3.1)).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Confirmation {
    /// The thumbprint of a DPoP key.
    #[serde(rename = "jkt")]
    Key(String),
    /// The SHA-256 of a certificate.
    #[serde(rename = "x5t#S256")]
    Certificate(String),
}

impl Confirmation {
    /// The token type that a token bound like this has
    /// ([RFC 9449 §5](https://www.rfc-editor.org/rfc/rfc9449#section-5)).
    pub(crate) fn token_type(binding: Option<&Self>) -> &'static str {
        match binding {
            Some(Self::Key(_)) => "DPoP",
            Some(Self::Certificate(_)) | None => "Bearer",
        }
    }
}

/// Something that was used, or revoked, and must not be believed again.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct UseMarker {}

impl crate::record::Stored for UseMarker {
    const KIND: crate::record::Kind = crate::record::Kind::UseMarker;
}
