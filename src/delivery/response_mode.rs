//! The ways in which authorization response parameters travel to the client.

use serde::{Deserialize, Serialize};

/// `response_mode`: how the parameters of an authorization response are returned
/// ([OAuth 2.0 Multiple Response Type Encoding Practices §2.1](https://openid.net/specs/oauth-v2-multiple-response-types-1_0.html#ResponseModes),
/// [JARM §2.3](https://openid.net/specs/oauth-v2-jarm-final.html#section-2.3)).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub(crate) enum ResponseMode {
    /// In the query of the redirect URI.
    #[default]
    #[serde(rename = "query")]
    Query,
    /// In the fragment of the redirect URI.
    #[serde(rename = "fragment")]
    Fragment,
    /// In a form that a page posts to the redirect URI.
    #[serde(rename = "form_post")]
    FormPost,
    /// As one signed JWT in the query.
    #[serde(rename = "query.jwt")]
    QueryJwt,
    /// As one signed JWT in the fragment.
    #[serde(rename = "fragment.jwt")]
    FragmentJwt,
    /// As one signed JWT in a form that a page posts.
    #[serde(rename = "form_post.jwt")]
    FormPostJwt,
}

impl ResponseMode {
    /// Returns true if the parameters are signed before they are sent.
    pub(crate) const fn is_signed(self) -> bool {
        matches!(self, Self::QueryJwt | Self::FragmentJwt | Self::FormPostJwt)
    }
}
