//! The two members that name the way in which an application authenticates.

use crate::policy::AuthenticationMethod;
use crate::reason::Reason;
use crate::requirement::{Requirement, ocp};
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use std::fmt;

/// The members that name the way in which an application authenticates. One of them is null: `client_authentication_methods` is for
/// the methods with keys or certificates, and `token_endpoint_auth_method` for the others
/// (`OCP-CLI-26`). [RFC 7591](https://www.rfc-editor.org/rfc/rfc7591)'s `token_endpoint_auth_method` may name each method.
///
/// ```
/// use fapi::{MethodMembers, policy::AuthenticationMethod};
///
/// let members = MethodMembers { client_authentication_methods: Some(vec!["private_key_jwt"]), ..MethodMembers::default() };
/// assert_eq!(members.method(), Ok(Some(AuthenticationMethod::PrivateKeyJwt)));
/// assert!(MethodMembers { token_endpoint_auth_method: Some("none"), ..members }.method().is_err());
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MethodMembers<'a> {
    /// The name of a method, or null.
    pub token_endpoint_auth_method: Option<&'a str>,
    /// The names of the members of the object, or null.
    pub client_authentication_methods: Option<Vec<&'a str>>,
}

/// A reason for which the two members name no method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum MethodMembersError {
    /// Neither is null.
    Both,
    /// The object has no member, or more than one.
    Number,
    /// The object has a member that is none of [`MethodMembers::IN_OBJECT`].
    NotInObject,
    /// The name is not that of a method.
    Unknown,
}

impl MethodMembers<'_> {
    /// The methods that `client_authentication_methods` may have.
    pub const IN_OBJECT: [AuthenticationMethod; 3] =
        [AuthenticationMethod::PrivateKeyJwt, AuthenticationMethod::SelfSignedTlsClientAuth, AuthenticationMethod::TlsClientAuth];

    /// The method that they name, if they name one.
    pub fn method(&self) -> Result<Option<AuthenticationMethod>, MethodMembersError> {
        let Some(methods) = &self.client_authentication_methods else {
            let of_name = |name: &str| AuthenticationMethod::ALL.iter().find(|method| method.name() == name).copied();
            let named = |name: &str| of_name(name).ok_or(MethodMembersError::Unknown);
            return self.token_endpoint_auth_method.map(named).transpose();
        };
        if ocp::cli::ONE_OF_METHODS.broken_unless(self.token_endpoint_auth_method.is_none()) {
            return Err(MethodMembersError::Both);
        }
        let [name] = methods[..] else { return Err(MethodMembersError::Number) };
        let method = Self::IN_OBJECT.into_iter().find(|method| method.name() == name);
        method.map(Some).ok_or(MethodMembersError::NotInObject)
    }
}

impl MethodMembers<'static> {
    /// The members for this method: the one that does not name it is null.
    pub fn of(method: AuthenticationMethod) -> Self {
        match Self::IN_OBJECT.contains(&method) {
            true => Self { token_endpoint_auth_method: None, client_authentication_methods: Some(vec![method.name()]) },
            false => Self { token_endpoint_auth_method: Some(method.name()), client_authentication_methods: None },
        }
    }
}

/// Both members, one of them null; each method of the object is an empty object.
impl Serialize for MethodMembers<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let empty = || std::collections::BTreeMap::<&str, ()>::new();
        let methods = self.client_authentication_methods.as_ref();
        let object = methods.map(|names| names.iter().map(|name| (*name, empty())).collect::<std::collections::BTreeMap<_, _>>());
        let mut members = serializer.serialize_map(Some(2))?;
        members.serialize_entry("token_endpoint_auth_method", &self.token_endpoint_auth_method)?;
        members.serialize_entry("client_authentication_methods", &object)?;
        members.end()
    }
}

impl MethodMembersError {
    /// The statement that is broken.
    pub fn basis(&self) -> &'static Requirement {
        &ocp::cli::ONE_OF_METHODS
    }
}

impl fmt::Display for MethodMembersError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Both => "it is given beside token_endpoint_auth_method; one of the two is null",
            Self::Number => "expected exactly one method",
            Self::NotInObject => "expected one of private_key_jwt, self_signed_tls_client_auth, tls_client_auth",
            Self::Unknown => "the method is unknown",
        })
    }
}

impl std::error::Error for MethodMembersError {}

impl Reason for MethodMembersError {
    fn basis(&self) -> &'static Requirement {
        Self::basis(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_members_of_a_method_name_it_and_one_of_them_is_null() {
        for method in AuthenticationMethod::ALL {
            let members = MethodMembers::of(*method);
            assert_eq!(members.method(), Ok(Some(*method)));
            let json = serde_json::to_value(&members).unwrap();
            let null = |name: &str| json[name].is_null();
            assert!(null("token_endpoint_auth_method") != null("client_authentication_methods"), "{json}");
        }
        let json = serde_json::to_string(&MethodMembers::of(AuthenticationMethod::TlsClientAuth)).unwrap();
        assert_eq!(json, r#"{"token_endpoint_auth_method":null,"client_authentication_methods":{"tls_client_auth":{}}}"#);
    }

    #[test]
    fn wrong_members_are_told_apart() {
        let of = |one, methods: Option<&[&'static str]>| {
            MethodMembers { token_endpoint_auth_method: one, client_authentication_methods: methods.map(<[_]>::to_vec) }.method()
        };
        assert_eq!(of(None, None), Ok(None));
        assert_eq!(of(Some("none"), Some(&["private_key_jwt"])), Err(MethodMembersError::Both));
        assert_eq!(of(None, Some(&[])), Err(MethodMembersError::Number));
        assert_eq!(of(None, Some(&["private_key_jwt", "tls_client_auth"])), Err(MethodMembersError::Number));
        assert_eq!(of(None, Some(&["client_secret_basic"])), Err(MethodMembersError::NotInObject));
        assert_eq!(of(Some("other"), None), Err(MethodMembersError::Unknown));
    }
}
