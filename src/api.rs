//! APIs: the resource servers that access tokens are for.

use crate::policy::ProfileId;
use crate::scope::Scope;
use serde::{Deserialize, Serialize};

/// An API, known by its identifier. Each has its own scopes, and its own form and lifetime of access tokens.
///
/// ```
/// use fapi::{AccessTokenFormat, Api};
///
/// let mut payments = Api::new("https://pay.example", "read:payments write:payments".parse()?);
/// payments.access_token_format = AccessTokenFormat::Opaque;
/// payments.access_token_lifetime = Some(60);
/// # Ok::<(), fapi::scope::ScopeError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Api {
    /// The `aud` of its access tokens, compared octet by octet (RFC 9068 §3, RFC 8707 §2).
    pub identifier: String,
    /// The scope tokens that it understands.
    #[serde(default)]
    pub scopes: Scope,
    /// The form of its access tokens.
    #[serde(default)]
    pub access_token_format: AccessTokenFormat,
    /// Seconds that its access tokens are valid; `None` means the server's lifetime of access tokens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access_token_lifetime: Option<u32>,
    /// The profiles that requests and tokens for it must obey, in addition to those of the server and of the client.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub profiles: Vec<ProfileId>,
}

impl Api {
    /// An API that takes JWT access tokens.
    pub fn new(identifier: impl Into<String>, scopes: Scope) -> Self {
        Self {
            identifier: identifier.into(),
            scopes,
            access_token_format: AccessTokenFormat::Jwt,
            access_token_lifetime: None,
            profiles: vec![],
        }
    }
}

/// The form of access tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum AccessTokenFormat {
    /// Signed, readable by the API ([RFC 9068](https://www.rfc-editor.org/rfc/rfc9068)).
    #[default]
    Jwt,
    /// A reference into the store.
    Opaque,
}
