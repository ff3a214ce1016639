//! The response types of authorization requests.

use crate::policy::rule::Bound;
use serde::de::{Deserialize, Deserializer, Error};
use std::borrow::Cow;
use std::str::FromStr;

set! {
    /// A set of response types.
    ///
    /// ```
    /// use fapi::policy::{Bound, ResponseType, ResponseTypes};
    ///
    /// let hybrid = ResponseTypes::of(&[ResponseType::Code, ResponseType::CodeIdToken]);
    /// assert!(hybrid.admits(&ResponseType::parse("id_token code")));
    /// assert!(!hybrid.admits(&ResponseType::parse("code code")), "this is no response type");
    /// ```
    ResponseTypes of
    /// The response type that an authorization request asks for, one of [OAuth 2.0 Multiple Response Type Encoding
    /// Practices](https://openid.net/specs/oauth-v2-multiple-response-types-1_0.html).
    ///
    /// These are the ones that are known; a policy decides which of them are accepted, and this version of the library answers
    /// `code`.
    ResponseType {
        /// A code.
        Code = "code",
        /// An ID token.
        IdToken = "id_token",
        /// An access token.
        Token = "token",
        /// An ID token and an access token.
        IdTokenToken = "id_token token",
        /// A code and an ID token.
        CodeIdToken = "code id_token",
        /// A code and an access token.
        CodeToken = "code token",
        /// A code, an ID token and an access token.
        CodeIdTokenToken = "code id_token token",
        /// Nothing but the user's decision.
        None = "none",
    }
}

impl ResponseType {
    /// The response type that a parameter names: distinct words in any order, each separated from the next by one space
    /// ([RFC 6749 §3.1.1](https://www.rfc-editor.org/rfc/rfc6749#section-3.1.1)).
    ///
    /// ```
    /// use fapi::policy::ResponseType;
    ///
    /// assert_eq!(ResponseType::parse("token code"), Some(ResponseType::CodeToken));
    /// assert_eq!(ResponseType::parse("code  token"), None);
    /// ```
    pub fn parse(text: &str) -> Option<Self> {
        let mut words: Vec<&str> = text.split(' ').collect();
        // The words of each name are in alphabetical order.
        words.sort_unstable();
        Self::ALL.iter().copied().find(|known| known.name().split(' ').eq(words.iter().copied()))
    }
}

impl FromStr for ResponseType {
    type Err = UnknownResponseType;

    fn from_str(text: &str) -> Result<Self, UnknownResponseType> {
        Self::parse(text).ok_or(UnknownResponseType)
    }
}

/// The text is not a known response type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("unknown response type")]
pub struct UnknownResponseType;

impl<'de> Deserialize<'de> for ResponseType {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(|error| Error::custom(format_args!("{error} {text:?}")))
    }
}

impl Bound for ResponseTypes {
    /// The response type of a request; `None` is one that is not known, which no set admits.
    type Input = Option<ResponseType>;

    fn admits(self, response_type: &Option<ResponseType>) -> bool {
        response_type.is_some_and(|response_type| self.contains(response_type))
    }

    fn meet(self, other: Self) -> Option<Self> {
        self.met(other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_order_of_words_means_nothing_and_all_else_is_strict() {
        for (text, known) in [
            ("code", ResponseType::Code),
            ("token", ResponseType::Token),
            ("id_token", ResponseType::IdToken),
            ("none", ResponseType::None),
            ("token id_token", ResponseType::IdTokenToken),
            ("id_token code", ResponseType::CodeIdToken),
            ("token code", ResponseType::CodeToken),
            ("token id_token code", ResponseType::CodeIdTokenToken),
            ("id_token code token", ResponseType::CodeIdTokenToken),
        ] {
            assert_eq!(ResponseType::parse(text), Some(known), "{text:?}");
        }
        for text in
            ["", " ", "code ", " code", "code  token", "code\ttoken", "code+token", "code code", "none code", "Code", "codetoken"]
        {
            assert_eq!(ResponseType::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_set_keeps_every_response_type_apart() {
        let all = ResponseTypes::of(ResponseType::ALL);
        assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), 8);
        for known in ResponseType::ALL {
            assert_eq!(ResponseType::parse(known.name()), Some(*known));
            assert_eq!(ResponseTypes::of(&[*known]).iter().collect::<Vec<_>>(), [*known]);
        }
    }
}
