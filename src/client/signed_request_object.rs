//! The operator's decisions about the signed authorization requests of a client.

use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// The signed authorization requests of a client ([RFC 9101](https://www.rfc-editor.org/rfc/rfc9101)).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct SignedRequestObject {
    /// Every request must be signed.
    pub required: bool,
    /// The keys that sign them; without any, every key of the client does.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub credentials: Vec<RequestObjectCredential>,
}

impl SignedRequestObject {
    pub(super) fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// A key of a client that signs its request objects. As data it is the `kid` alone, or a map with `kid` and `expires_at`.
///
/// ```
/// use fapi::{ClientTerms, RequestObjectCredential, Timestamp};
///
/// let terms = r#"{"signed_request_object":{"credentials":["2026",{"kid":"2025","expires_at":1800000000}]}}"#;
/// let terms: ClientTerms = serde_json::from_str(terms)?;
/// let expires_at = Timestamp::from_seconds(1_800_000_000);
/// let expected = ["2026".into(), RequestObjectCredential::new("2025").expires_at(expires_at)];
/// assert_eq!(terms.signed_request_object.credentials, expected);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "CredentialData", into = "CredentialData")]
#[non_exhaustive]
pub struct RequestObjectCredential {
    /// The `kid` of the key among the client's keys.
    pub kid: String,
    /// The time from which it verifies nothing; `None` means never.
    pub expires_at: Option<Timestamp>,
}

impl RequestObjectCredential {
    /// The key with this `kid`, which does not expire.
    pub fn new(kid: impl Into<String>) -> Self {
        Self { kid: kid.into(), expires_at: None }
    }

    /// Sets the time from which it verifies nothing.
    #[must_use]
    pub fn expires_at(mut self, moment: Timestamp) -> Self {
        self.expires_at = Some(moment);
        self
    }

    pub(crate) fn is_expired(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|end| end <= now)
    }
}

impl From<&str> for RequestObjectCredential {
    fn from(kid: &str) -> Self {
        Self::new(kid)
    }
}

#[derive(Serialize, Deserialize)]
#[serde(untagged, expecting = "a kid, or a map with kid and expires_at")]
enum CredentialData {
    Kid(String),
    Whole(WholeCredential),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WholeCredential {
    kid: String,
    #[serde(default)]
    expires_at: Option<Timestamp>,
}

impl From<CredentialData> for RequestObjectCredential {
    fn from(data: CredentialData) -> Self {
        match data {
            CredentialData::Kid(kid) => Self { kid, expires_at: None },
            CredentialData::Whole(WholeCredential { kid, expires_at }) => Self { kid, expires_at },
        }
    }
}

impl From<RequestObjectCredential> for CredentialData {
    fn from(credential: RequestObjectCredential) -> Self {
        match credential {
            RequestObjectCredential { kid, expires_at: None } => Self::Kid(kid),
            RequestObjectCredential { kid, expires_at } => Self::Whole(WholeCredential { kid, expires_at }),
        }
    }
}
