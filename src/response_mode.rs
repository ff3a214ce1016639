//! The ways in which authorization response parameters travel to the client.

use serde::{Deserialize, Serialize};

/// `response_mode`: how the parameters of an authorization response are returned
/// ([OAuth 2.0 Multiple Response Type Encoding Practices §2.1](https://openid.net/specs/oauth-v2-multiple-response-types-1_0.html#ResponseModes),
/// [JARM §2.3](https://openid.net/specs/oauth-v2-jarm-final.html#section-2.3)).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub enum ResponseMode {
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
    /// Every mode.
    pub const ALL: &'static [Self] =
        &[Self::Query, Self::Fragment, Self::FormPost, Self::QueryJwt, Self::FragmentJwt, Self::FormPostJwt];

    /// The shorthand for the signed form of the default mode
    /// ([JARM §2.3.4](https://openid.net/specs/oauth-v2-jarm-final.html#section-2.3.4)).
    pub const JWT: &'static str = "jwt";

    /// The name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Query => "query",
            Self::Fragment => "fragment",
            Self::FormPost => "form_post",
            Self::QueryJwt => "query.jwt",
            Self::FragmentJwt => "fragment.jwt",
            Self::FormPostJwt => "form_post.jwt",
        }
    }

    /// The mode that a parameter names, if the response type has this one by default.
    ///
    /// ```
    /// use fapi::policy::ResponseMode;
    ///
    /// let default = ResponseMode::default_of("code id_token");
    /// assert_eq!(ResponseMode::parse("jwt", default), Some(ResponseMode::FragmentJwt));
    /// assert_eq!(ResponseMode::parse("form_post", default), Some(ResponseMode::FormPost));
    /// assert_eq!(ResponseMode::parse("web_message", default), None);
    /// ```
    pub fn parse(text: &str, default: Self) -> Option<Self> {
        match text {
            Self::JWT => Some(default.signed()),
            text => Self::ALL.iter().copied().find(|known| known.name() == text),
        }
    }

    /// The mode of a response type, known or not, if a request names none: the fragment if a token or an ID token is part of the
    /// response, and otherwise the query
    /// ([§5](https://openid.net/specs/oauth-v2-multiple-response-types-1_0.html#Combinations)).
    pub fn default_of(response_type: &str) -> Self {
        let tokens = response_type.split(' ').any(|word| matches!(word, "token" | "id_token"));
        if tokens { Self::Fragment } else { Self::Query }
    }

    /// Returns true if the parameters are signed before they are sent.
    pub const fn is_signed(self) -> bool {
        matches!(self, Self::QueryJwt | Self::FragmentJwt | Self::FormPostJwt)
    }

    /// The mode in which the same place holds a signed JWT.
    #[must_use]
    pub const fn signed(self) -> Self {
        match self {
            Self::Query | Self::QueryJwt => Self::QueryJwt,
            Self::Fragment | Self::FragmentJwt => Self::FragmentJwt,
            Self::FormPost | Self::FormPostJwt => Self::FormPostJwt,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mode_is_read_by_its_name_and_jwt_by_its_default() {
        for mode in ResponseMode::ALL {
            assert_eq!(ResponseMode::parse(mode.name(), ResponseMode::Query), Some(*mode));
            assert_eq!(serde_json::to_value(mode).expect("text"), mode.name());
            assert_eq!(mode.is_signed(), mode.signed() == *mode);
            assert!(mode.signed().name().strip_suffix(".jwt").is_some_and(|place| mode.name().starts_with(place)), "{mode:?}");
        }
        for (response_type, default) in [
            ("code", ResponseMode::Query),
            ("none", ResponseMode::Query),
            ("", ResponseMode::Query),
            ("saml", ResponseMode::Query),
            ("token", ResponseMode::Fragment),
            ("id_token", ResponseMode::Fragment),
            ("token code", ResponseMode::Fragment),
            ("saml id_token", ResponseMode::Fragment),
        ] {
            assert_eq!(ResponseMode::default_of(response_type), default, "{response_type:?}");
            assert_eq!(ResponseMode::parse("jwt", default), Some(default.signed()));
        }
        for text in ["", "Query", "jwt.query", "query ", "none", ".jwt"] {
            assert_eq!(ResponseMode::parse(text, ResponseMode::Query), None, "{text:?}");
        }
    }
}
