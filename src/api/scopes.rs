//! The scope tokens of an API, with their descriptions.

use crate::scope::{Scope, ScopeError};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

/// The scope tokens that an API understands. Each may have a description, for the page that asks the user.
///
/// As data they are a map from tokens to descriptions, a list of tokens, or one text with spaces:
///
/// ```
/// use fapi::ApiScopes;
///
/// let scopes: ApiScopes = serde_json::from_str(r#"{ "read:payments": "See payments", "write:payments": "" }"#)?;
/// assert_eq!(scopes.description("read:payments"), Some("See payments"));
/// assert_eq!(scopes.description("write:payments"), None);
/// assert!(scopes.scope().contains("write:payments"));
/// assert_eq!(serde_json::from_str::<ApiScopes>(r#""read write""#)?, "read write".parse()?);
/// assert_eq!(serde_json::from_str::<ApiScopes>(r#"["read", "write"]"#)?, "read write".parse()?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ApiScopes {
    scope: Scope,
    descriptions: BTreeMap<String, String>,
}

impl ApiScopes {
    /// The tokens.
    pub fn scope(&self) -> &Scope {
        &self.scope
    }

    /// The description of a token, if it has one.
    pub fn description(&self, token: &str) -> Option<&str> {
        self.descriptions.get(token).map(String::as_str)
    }

    /// Sets the description of a token, which is added if it is missing.
    pub fn describe(&mut self, token: &str, description: impl Into<String>) -> Result<(), ScopeError> {
        self.scope = self.scope.union(&token.parse()?);
        let description = description.into();
        if !description.is_empty() {
            self.descriptions.insert(token.to_owned(), description);
        }
        Ok(())
    }
}

impl From<Scope> for ApiScopes {
    fn from(scope: Scope) -> Self {
        Self { scope, descriptions: BTreeMap::new() }
    }
}

impl FromStr for ApiScopes {
    type Err = ScopeError;

    fn from_str(text: &str) -> Result<Self, ScopeError> {
        Ok(Scope::from_str(text)?.into())
    }
}

impl Serialize for ApiScopes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.descriptions.is_empty() {
            return self.scope.serialize(serializer);
        }
        serializer.collect_map(self.scope.iter().map(|token| (token, self.description(token).unwrap_or_default())))
    }
}

impl<'de> Deserialize<'de> for ApiScopes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Visitor)
    }
}

struct Visitor;

impl<'de> de::Visitor<'de> for Visitor {
    type Value = ApiScopes;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("scope tokens with their descriptions, a list of scope tokens, or scope tokens in one text")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<ApiScopes, E> {
        if text.is_empty() { Ok(ApiScopes::default()) } else { text.parse().map_err(E::custom) }
    }

    fn visit_seq<A: de::SeqAccess<'de>>(self, mut tokens: A) -> Result<ApiScopes, A::Error> {
        let mut scope = Scope::default();
        while let Some(token) = tokens.next_element::<String>()? {
            scope = scope.union(&one(&token)?);
        }
        Ok(scope.into())
    }

    fn visit_map<A: de::MapAccess<'de>>(self, mut entries: A) -> Result<ApiScopes, A::Error> {
        let mut scopes = ApiScopes::default();
        while let Some((token, description)) = entries.next_entry::<String, String>()? {
            let known = scopes.scope.union(&one(&token)?);
            if known.len() == scopes.scope.len() {
                return Err(de::Error::custom(format!("the scope {token:?} is there twice")));
            }
            scopes.scope = known;
            if !description.is_empty() {
                scopes.descriptions.insert(token, description);
            }
        }
        Ok(scopes)
    }
}

/// One scope token.
fn one<E: de::Error>(token: &str) -> Result<Scope, E> {
    let scope = Scope::parse(token).map_err(E::custom)?;
    if scope.len() == 1 { Ok(scope) } else { Err(E::custom(format!("{token:?} is not one scope token"))) }
}

#[cfg(test)]
mod tests {
    use super::ApiScopes;

    #[test]
    fn every_form_is_read_back() {
        for text in [r#""""#, r#""a b""#, r#"{"a":"A","b":""}"#] {
            let scopes: ApiScopes = serde_json::from_str(text).expect(text);
            assert_eq!(serde_json::to_string(&scopes).expect("JSON"), text);
        }
    }

    #[test]
    fn what_is_not_a_list_of_scope_tokens_is_refused() {
        for text in [r#"{"a b":""}"#, r#"["a b"]"#, r#"{"a":1}"#, r#"[1]"#, "1", r#"{"a":"","a":""}"#, r#""a\"b""#, "null"] {
            assert!(serde_json::from_str::<ApiScopes>(text).is_err(), "{text}");
        }
    }
}
