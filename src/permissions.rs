//! The unit of authorization: what is asked for, consented to, granted and narrowed.

use crate::jose::{Json, Object};
use crate::scope::Scope;
use serde::{Deserialize, Serialize};

/// Rights at one or more APIs: scope, authorization details, claims asked for by name, and the APIs they are for.
///
/// The same type represents a client's request, a user's consent and the rights of a grant, so that each step can only keep or
/// narrow the rights of the previous step.
///
/// ```
/// use fapi::Permissions;
///
/// let requested = Permissions::of("read write".parse()?);
/// let allowed = Permissions::of("read".parse()?);
/// assert!(requested.covers(&allowed));
/// assert_eq!(requested.intersection(&allowed), allowed);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Permissions {
    /// Scope tokens.
    pub scope: Scope,
    /// `authorization_details` ([RFC 9396](https://www.rfc-editor.org/rfc/rfc9396)).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub authorization_details: Vec<AuthorizationDetail>,
    /// Names of claims about the user that were asked for one by one, in alphabetical order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub claims: Vec<String>,
    /// Identifiers of the APIs that the rights are for ([RFC 8707](https://www.rfc-editor.org/rfc/rfc8707)).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resources: Vec<String>,
}

impl Permissions {
    /// Rights that consist of a scope alone.
    pub fn of(scope: Scope) -> Self {
        Self { scope, ..Self::default() }
    }

    /// Returns true if every right of `other` is among these.
    pub fn covers(&self, other: &Self) -> bool {
        other.scope.is_subset(&self.scope)
            && other.authorization_details.iter().all(|detail| self.authorization_details.contains(detail))
            && other.claims.iter().all(|name| self.claims.contains(name))
            && other.resources.iter().all(|resource| self.resources.contains(resource))
    }

    /// The rights that both have, in the order of these.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        let both = |own: &[String], others: &[String]| own.iter().filter(|name| others.contains(name)).cloned().collect();
        let details = self.authorization_details.iter().filter(|detail| other.authorization_details.contains(detail));
        Self {
            scope: self.scope.intersection(&other.scope),
            authorization_details: details.cloned().collect(),
            claims: both(&self.claims, &other.claims),
            resources: both(&self.resources, &other.resources),
        }
    }

    /// The rights that either has.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        let mut all = Self { scope: self.scope.union(&other.scope), ..self.clone() };
        all.authorization_details
            .extend(other.authorization_details.iter().filter(|detail| !self.authorization_details.contains(detail)).cloned());
        all.claims.extend(other.claims.iter().cloned());
        all.claims.sort();
        all.claims.dedup();
        all.resources.extend(other.resources.iter().filter(|resource| !self.resources.contains(resource)).cloned());
        all
    }

    /// The same rights with a narrower scope.
    #[must_use]
    pub fn narrowed(&self, scope: &Scope) -> Self {
        Self { scope: self.scope.intersection(scope), ..self.clone() }
    }
}

/// One element of `authorization_details`: a JSON object with a `type`
/// ([RFC 9396 §2](https://www.rfc-editor.org/rfc/rfc9396#section-2)). Two are equal if they hold the same members.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Json", into = "Json")]
pub struct AuthorizationDetail(Object);

impl AuthorizationDetail {
    /// The detail that the object is, if it has a `type`.
    pub fn new(object: Object) -> Option<Self> {
        object.get("type").and_then(Json::as_str).is_some().then_some(Self(object))
    }

    /// Its `type`.
    pub fn kind(&self) -> &str {
        self.0.get("type").and_then(Json::as_str).unwrap_or_default()
    }

    /// All its members.
    pub fn members(&self) -> &Object {
        &self.0
    }
}

impl TryFrom<Json> for AuthorizationDetail {
    type Error = &'static str;

    fn try_from(json: Json) -> Result<Self, Self::Error> {
        match json {
            Json::Object(object) => Self::new(object).ok_or("an authorization detail needs a `type`"),
            _ => Err("an authorization detail is a JSON object"),
        }
    }
}

impl From<AuthorizationDetail> for Json {
    fn from(detail: AuthorizationDetail) -> Self {
        Self::Object(detail.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn permissions(scope: &str, claims: &[&str], amounts: &[i64]) -> Permissions {
        let detail = |amount: &i64| AuthorizationDetail::new(Object::new().with("type", "payment").with("amount", *amount));
        Permissions {
            scope: Scope::parse(scope).unwrap_or_default(),
            authorization_details: amounts.iter().filter_map(detail).collect(),
            claims: claims.iter().map(|name| (*name).to_owned()).collect(),
            resources: vec!["https://api.example".into()],
        }
    }

    #[test]
    fn each_kind_of_right_counts() {
        let granted = permissions("a b", &["email"], &[1, 2]);
        assert!(granted.covers(&permissions("b", &[], &[2])));
        assert!(!granted.covers(&permissions("c", &[], &[])));
        assert!(!granted.covers(&permissions("a", &["name"], &[])));
        assert!(!granted.covers(&permissions("a", &[], &[3])));
        let elsewhere = Permissions { resources: vec!["https://other.example".into()], ..permissions("a", &[], &[]) };
        assert!(!granted.covers(&elsewhere));
    }

    #[test]
    fn both_cover_their_intersection_and_the_union_covers_both() {
        let (one, other) = (permissions("a b", &["email"], &[1, 2]), permissions("b c", &["email", "name"], &[2, 3]));
        let (both, either) = (one.intersection(&other), one.union(&other));
        assert_eq!(both, permissions("b", &["email"], &[2]));
        assert!(one.covers(&both) && other.covers(&both) && either.covers(&one) && either.covers(&other));
        assert_eq!(one.narrowed(&other.scope), permissions("b", &["email"], &[1, 2]));
    }

    #[test]
    fn the_stored_form_is_read_back() {
        let stored = serde_json::to_string(&permissions("a", &["email"], &[1])).unwrap_or_default();
        assert_eq!(serde_json::from_str::<Permissions>(&stored).ok(), Some(permissions("a", &["email"], &[1])), "{stored}");
        assert!(serde_json::from_str::<Permissions>(r#"{"scope":"a","authorization_details":[{"amount":1}]}"#).is_err());
        assert!(serde_json::from_str::<Permissions>(r#"{"scope":"a","roles":[]}"#).is_err(), "an unknown member is not dropped");
    }
}
