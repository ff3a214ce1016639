//! Scopes: ordered sets of case-sensitive tokens
//! ([RFC 6749 §3.3](https://www.rfc-editor.org/rfc/rfc6749#section-3.3)).

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use thiserror::Error;

use crate::requirement::{Requirement, local, rfc6749};

/// A set of scope tokens that keeps their order. Equality ignores the order.
#[derive(Clone, Default)]
pub struct Scope(Vec<String>);

impl Scope {
    /// The maximum length that [`parse`](Self::parse) accepts, in octets.
    pub const LENGTH: usize = 4096;
    /// The maximum number of tokens that [`parse`](Self::parse) accepts.
    pub const TOKENS: usize = 128;

    /// Parses tokens that are separated by single spaces. A repeated token counts once
    /// ([RFC 6749 §3.3](https://www.rfc-editor.org/rfc/rfc6749#section-3.3)).
    pub fn parse(text: &str) -> Result<Self, ScopeError> {
        if text.len() > Self::LENGTH {
            return Err(ScopeError::TooLong);
        }
        let mut scope = Self::default();
        for token in text.split(' ') {
            if token.is_empty() || !token.bytes().all(is_token_octet) {
                return Err(ScopeError::Syntax);
            }
            if !scope.contains(token) {
                scope.0.push(token.to_owned());
            }
            if scope.0.len() > Self::TOKENS {
                return Err(ScopeError::TooLong);
            }
        }
        Ok(scope)
    }

    /// Splits a text that this library wrote, with any number of tokens. An empty text is the empty set.
    fn split(text: &str) -> Option<Self> {
        let mut scope = Self::default();
        for token in text.split(' ').filter(|_| !text.is_empty()) {
            if token.is_empty() || !token.bytes().all(is_token_octet) {
                return None;
            }
            if !scope.contains(token) {
                scope.0.push(token.to_owned());
            }
        }
        Some(scope)
    }

    /// The set of these tokens, each of which is valid.
    pub(crate) fn of_tokens<'a>(tokens: impl IntoIterator<Item = &'a str>) -> Self {
        Self(tokens.into_iter().map(str::to_owned).collect())
    }

    /// Adds one token.
    pub(crate) fn add(&mut self, token: String) -> Result<(), ScopeError> {
        if token.is_empty() || !token.bytes().all(is_token_octet) {
            return Err(ScopeError::Syntax);
        }
        if !self.contains(&token) {
            self.0.push(token);
        }
        Ok(())
    }

    /// Returns true if the token is in the set.
    pub fn contains(&self, token: &str) -> bool {
        self.0.iter().any(|other| other == token)
    }

    /// Returns true if the other set has all tokens of this one.
    pub fn is_subset(&self, other: &Self) -> bool {
        self.iter().all(|token| other.contains(token))
    }

    /// Returns the tokens that both sets have, in the order of this one.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        Self(self.iter().filter(|token| other.contains(token)).map(str::to_owned).collect())
    }

    /// Returns the tokens of both sets, in the order of this one and then of the other.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        let more = other.iter().filter(|token| !self.contains(token));
        Self(self.iter().chain(more).map(str::to_owned).collect())
    }

    /// Returns the tokens that the other set does not have, in order.
    #[must_use]
    pub fn difference(&self, other: &Self) -> Self {
        Self(self.iter().filter(|token| !other.contains(token)).map(str::to_owned).collect())
    }

    /// Iterates over the tokens in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// Returns the number of tokens.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns true if there are no tokens.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

fn is_token_octet(octet: u8) -> bool {
    matches!(octet, 0x21 | 0x23..=0x5b | 0x5d..=0x7e)
}

impl PartialEq for Scope {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.is_subset(other)
    }
}

impl Eq for Scope {}

impl FromStr for Scope {
    type Err = ScopeError;

    fn from_str(text: &str) -> Result<Self, ScopeError> {
        Self::parse(text)
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, token) in self.iter().enumerate() {
            f.write_str(if at == 0 { "" } else { " " })?;
            f.write_str(token)?;
        }
        Ok(())
    }
}

impl fmt::Debug for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Scope({self})")
    }
}

impl Serialize for Scope {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Reads an empty string as the empty set.
impl<'de> Deserialize<'de> for Scope {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<str>::deserialize(deserializer)?;
        // A scope that was granted piece by piece may be longer than one request may ask for.
        Self::split(&text).ok_or_else(|| de::Error::custom(ScopeError::Syntax))
    }
}

/// The reason why a scope is refused. Non-exhaustive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ScopeError {
    /// A token is empty or contains a character that no token may have.
    #[error("the scope is malformed")]
    Syntax,
    /// There are more octets or tokens than the limit allows.
    #[error("the scope is too long")]
    TooLong,
}

impl ScopeError {
    /// Returns the requirement that was violated.
    pub fn basis(&self) -> &'static Requirement {
        match self {
            Self::Syntax => &rfc6749::SCOPE_SYNTAX,
            Self::TooLong => &local::REQUEST_SIZE,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn scope(text: &str) -> Scope {
        Scope::parse(text).unwrap_or_default()
    }

    #[test]
    fn order_is_kept_and_ignored_by_equality() {
        let openid_first = scope("openid profile openid");
        assert_eq!(openid_first.to_string(), "openid profile");
        assert_eq!(openid_first, scope("profile openid"));
        assert_ne!(openid_first, scope("openid Profile"));
    }

    #[test]
    fn malformed_scopes_are_refused() {
        for refused in ["", " ", "a ", " a", "a  b", "a\tb", "a\"", "a\\b", "\u{e9}", "a\u{7f}", "a\nb"] {
            assert_eq!(Scope::parse(refused), Err(ScopeError::Syntax), "{refused:?}");
        }
        assert_eq!(Scope::parse(&"a".repeat(5000)), Err(ScopeError::TooLong));
        assert!(Scope::parse(&"a".repeat(Scope::LENGTH)).is_ok());
        assert_eq!(Scope::parse(&"a".repeat(Scope::LENGTH + 1)), Err(ScopeError::TooLong));
        let tokens = |count: usize| (0..count).map(|number| number.to_string()).collect::<Vec<_>>().join(" ");
        assert_eq!(Scope::parse(&tokens(Scope::TOKENS)).map(|scope| scope.len()), Ok(Scope::TOKENS));
        assert_eq!(Scope::parse(&tokens(Scope::TOKENS + 1)), Err(ScopeError::TooLong));
        assert_eq!(Scope::parse(&tokens(200)), Err(ScopeError::TooLong));
    }

    #[test]
    fn a_scope_implements_from_str_and_debug() {
        assert_eq!("openid profile".parse::<Scope>(), Ok(scope("openid profile")));
        assert_eq!("a  b".parse::<Scope>(), Err(ScopeError::Syntax));
        assert_eq!(format!("{:?}", scope("openid profile")), "Scope(openid profile)");
    }

    #[test]
    fn the_empty_set_is_stored_as_an_empty_string() {
        let stored = serde_json::to_string(&Scope::default()).unwrap_or_default();
        assert_eq!(stored, r#""""#);
        assert!(serde_json::from_str::<Scope>(&stored).is_ok_and(|scope| scope.is_empty()));
        for malformed in [r#""a  b""#, r#"" ""#, r#""a\tb""#, r#""a\"b""#, "1"] {
            assert!(serde_json::from_str::<Scope>(malformed).is_err(), "{malformed}");
        }
    }

    proptest! {
        #[test]
        fn parsing_undoes_printing(text in "[a-c:/.]{1,3}( [a-c:/.]{1,3}){0,6}") {
            let parsed = scope(&text);
            prop_assert_eq!(scope(&parsed.to_string()).to_string(), parsed.to_string());
        }

        #[test]
        fn intersection_is_the_greatest_common_subset(one in "[a-d]( [a-d]){0,5}", other in "[a-d]( [a-d]){0,5}") {
            let (one, other) = (scope(&one), scope(&other));
            let both = one.intersection(&other);
            prop_assert!(both.is_subset(&one) && both.is_subset(&other));
            prop_assert_eq!(&both, &other.intersection(&one));
            prop_assert_eq!(one.is_subset(&other), both == one);
            prop_assert_eq!(both.union(&one.difference(&other)), one);
        }

        #[test]
        fn any_text_is_read_or_refused(text: String) {
            if let Ok(scope) = Scope::parse(&text) {
                prop_assert!(scope.iter().all(|token| text.split(' ').any(|part| part == token)));
            }
        }
    }
}
