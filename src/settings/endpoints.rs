//! The addresses of the endpoints.

use serde::{Deserialize, Serialize};

/// The addresses of the endpoints, as they stand in the metadata.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Endpoints {
    /// `authorization_endpoint`.
    pub authorization: String,
    /// `pushed_authorization_request_endpoint`.
    pub pushed_authorization_request: String,
    /// `token_endpoint`.
    pub token: String,
    /// `userinfo_endpoint`.
    pub userinfo: String,
    /// `introspection_endpoint`.
    pub introspection: String,
    /// `revocation_endpoint`.
    pub revocation: String,
    /// `jwks_uri`.
    pub jwks: String,
}

impl Endpoints {
    /// The endpoints under their usual names below a URL; a slash at its end makes no difference.
    pub fn below(base: &str) -> Self {
        let base = base.trim_end_matches('/');
        let at = |path: &str| format!("{base}/{path}");
        Self {
            authorization: at("authorize"),
            pushed_authorization_request: at("par"),
            token: at("token"),
            userinfo: at("userinfo"),
            introspection: at("introspect"),
            revocation: at("revoke"),
            jwks: at("jwks"),
        }
    }

    pub(super) fn all(&self) -> [&String; 7] {
        [
            &self.authorization,
            &self.pushed_authorization_request,
            &self.token,
            &self.userinfo,
            &self.introspection,
            &self.revocation,
            &self.jwks,
        ]
    }
}
