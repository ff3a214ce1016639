//! Client grants: what a client may get for an API.

use crate::api::SubjectType;
use crate::scope::Scope;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;

/// A grant of the operator: the scope that a client may get for an API, when it acts for users or when it acts for itself. It counts
/// where the API requires one ([`AccessPolicy::RequireClientGrant`](crate::AccessPolicy)).
///
/// ```
/// use fapi::{ClientGrant, GrantedScopes, SubjectType};
///
/// let grant = ClientGrant::new("https://pay.example", SubjectType::Client, "read:payments".parse()?);
/// let everything = ClientGrant::new("https://pay.example", SubjectType::User, GrantedScopes::All);
/// # let _ = (grant, everything);
/// # Ok::<(), fapi::scope::ScopeError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ClientGrant {
    /// The identifier of the API.
    pub audience: String,
    /// The subject that the client acts for.
    pub subject_type: SubjectType,
    /// The scope tokens that it may get.
    #[serde(default)]
    pub scopes: GrantedScopes,
    /// The types of `authorization_details` that it may get, for users only.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub authorization_details_types: Vec<String>,
    /// The use of organizations, where the client acts for itself.
    #[serde(default, skip_serializing_if = "Usage::is_deny")]
    pub organization_usage: Usage,
    /// Every organization counts, not only those in [`organizations`](Self::organizations).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub allow_any_organization: bool,
    /// The identifiers of the organizations that the grant is for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub organizations: Vec<String>,
}

impl ClientGrant {
    /// A grant without organizations.
    pub fn new(audience: impl Into<String>, subject_type: SubjectType, scopes: GrantedScopes) -> Self {
        Self {
            audience: audience.into(),
            subject_type,
            scopes,
            authorization_details_types: vec![],
            organization_usage: Usage::Deny,
            allow_any_organization: false,
            organizations: vec![],
        }
    }
}

/// The scope tokens of a client grant: `"all"`, or a list. Exhaustive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GrantedScopes {
    /// Every scope token of the API, also those that are added later.
    All,
    /// These alone.
    These(Scope),
}

impl GrantedScopes {
    /// Returns true if the token is among them.
    pub fn contains(&self, token: &str) -> bool {
        match self {
            Self::All => true,
            Self::These(scope) => scope.contains(token),
        }
    }
}

impl Default for GrantedScopes {
    fn default() -> Self {
        Self::These(Scope::default())
    }
}

impl From<Scope> for GrantedScopes {
    fn from(scope: Scope) -> Self {
        Self::These(scope)
    }
}

impl std::str::FromStr for GrantedScopes {
    type Err = crate::scope::ScopeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self::These(text.parse()?))
    }
}

impl Serialize for GrantedScopes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::All => serializer.serialize_str("all"),
            Self::These(scope) => serializer.collect_seq(scope.iter()),
        }
    }
}

impl<'de> Deserialize<'de> for GrantedScopes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;

        impl<'de> de::Visitor<'de> for Visitor {
            type Value = GrantedScopes;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("\"all\", or a list of scope tokens")
            }

            fn visit_str<E: de::Error>(self, word: &str) -> Result<GrantedScopes, E> {
                if word == "all" { Ok(GrantedScopes::All) } else { Err(E::invalid_value(de::Unexpected::Str(word), &self)) }
            }

            fn visit_seq<A: de::SeqAccess<'de>>(self, mut tokens: A) -> Result<GrantedScopes, A::Error> {
                let mut all = Scope::default();
                while let Some(token) = tokens.next_element::<String>()? {
                    if token.contains(' ') {
                        return Err(de::Error::custom(format!("{token:?} is not one scope token")));
                    }
                    all.add(token).map_err(de::Error::custom)?;
                }
                Ok(GrantedScopes::These(all))
            }
        }

        deserializer.deserialize_any(Visitor)
    }
}

/// The use of organizations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Usage {
    /// No request may name one.
    #[default]
    Deny,
    /// A request may name one.
    Allow,
    /// Every request must name one.
    Require,
}

impl Usage {
    pub(super) fn is_deny(&self) -> bool {
        *self == Self::Deny
    }
}

#[cfg(test)]
mod tests {
    use super::GrantedScopes;

    #[test]
    fn all_and_lists_are_read_back_and_others_are_refused() {
        for text in [r#""all""#, "[]", r#"["a","b"]"#] {
            let scopes: GrantedScopes = serde_json::from_str(text).expect(text);
            assert_eq!(serde_json::to_string(&scopes).expect("JSON"), text);
        }
        for text in [r#""a b""#, r#""""#, r#"["a b"]"#, "true", "null", r#"{"a":""}"#] {
            assert!(serde_json::from_str::<GrantedScopes>(text).is_err(), "{text}");
        }
    }
}
