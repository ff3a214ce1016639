//! JWT claims sets ([RFC 7519](https://www.rfc-editor.org/rfc/rfc7519)).

use thiserror::Error;

use super::{JoseError, Json, Object};
use crate::requirement::{Requirement, local, rfc7519};

/// A claims set. Every accessor distinguishes an absent claim from one of the wrong type.
#[derive(Debug, Clone, PartialEq)]
pub struct Claims(Object);

impl From<Object> for Claims {
    fn from(members: Object) -> Self {
        Self(members)
    }
}

impl Claims {
    /// Parses a claims set: a JSON object without repeated names
    /// ([RFC 7519 §4](https://www.rfc-editor.org/rfc/rfc7519#section-4)).
    pub fn parse(text: &[u8]) -> Result<Self, JoseError> {
        Object::parse(text).map(Self).map_err(JoseError::Claims)
    }

    /// Returns the claim with this name, whatever its type.
    pub fn get(&self, name: &str) -> Option<&Json> {
        self.0.get(name)
    }

    /// Returns all claims in the sender's order.
    pub fn members(&self) -> &Object {
        &self.0
    }

    /// Returns all claims in the sender's order, by value.
    pub fn into_members(self) -> Object {
        self.0
    }

    /// Returns a claim that must be a string.
    pub fn string(&self, name: &'static str) -> Result<Option<&str>, ClaimError> {
        self.typed(name, Json::as_str)
    }

    /// Returns a claim that must be a boolean.
    pub fn boolean(&self, name: &'static str) -> Result<Option<bool>, ClaimError> {
        self.typed(name, Json::as_bool)
    }

    /// Returns a claim that must be an object.
    pub fn object(&self, name: &'static str) -> Result<Option<&Object>, ClaimError> {
        self.typed(name, Json::as_object)
    }

    /// Returns a claim that must be an array of strings.
    pub fn string_array(&self, name: &'static str) -> Result<Option<Vec<&str>>, ClaimError> {
        self.typed(name, Json::as_strings)
    }

    /// Returns a claim that must be a time: a number from 0 to 2^53, never a string
    /// ([RFC 7519 §2](https://www.rfc-editor.org/rfc/rfc7519#section-2)).
    pub fn numeric_date(&self, name: &'static str) -> Result<Option<NumericDate>, ClaimError> {
        let seconds = self.typed(name, |claim| match claim {
            Json::Integer(integer) => Some(*integer as f64),
            Json::Float(float) => Some(*float),
            _ => None,
        })?;
        match seconds {
            Some(seconds) if !(0.0..=NumericDate::MOST).contains(&seconds) => Err(ClaimError::Range(name)),
            seconds => Ok(seconds.map(NumericDate)),
        }
    }

    /// Returns the recipients that `aud` names ([RFC 7519 §4.1.3](https://www.rfc-editor.org/rfc/rfc7519#section-4.1.3)).
    pub fn audience(&self) -> Result<Option<Audience>, ClaimError> {
        self.typed("aud", |claim| match claim {
            Json::String(recipient) => Some(Audience::One(recipient.clone())),
            _ => Some(Audience::Many(claim.as_strings()?.into_iter().map(str::to_owned).collect())),
        })
    }

    fn typed<'a, T>(&'a self, name: &'static str, read: impl FnOnce(&'a Json) -> Option<T>) -> Result<Option<T>, ClaimError> {
        self.0.get(name).map(|claim| read(claim).ok_or(ClaimError::IllTyped(name))).transpose()
    }
}

/// The recipients of a JWT; some profiles require the string form. Exhaustive: the claim has only these two forms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Audience {
    /// One recipient, as a string.
    One(String),
    /// A list of recipients, which may have one element or none.
    Many(Vec<String>),
}

impl Audience {
    /// Returns true if the recipient is listed. The comparison is by code point.
    pub fn contains(&self, recipient: &str) -> bool {
        self.iter().any(|named| named == recipient)
    }

    /// Returns the only recipient, either from the string form or from a list with one element.
    pub fn sole(&self) -> Option<&str> {
        let mut recipients = self.iter();
        recipients.next().filter(|_| recipients.next().is_none())
    }

    /// Iterates over the recipients in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        match self {
            Self::One(recipient) => std::slice::from_ref(recipient),
            Self::Many(recipients) => recipients,
        }
        .iter()
        .map(String::as_str)
    }
}

/// Seconds since 1970-01-01 UTC, possibly with a fraction, from 0 to 2^53
/// ([RFC 7519 §2](https://www.rfc-editor.org/rfc/rfc7519#section-2)). For comparisons in whole seconds, use
/// [`ceil`](Self::ceil) where the time must still lie ahead (`now < exp.ceil()` is equivalent to `now < exp`) or must have been
/// reached (`nbf.ceil() <= now`), and [`floor`](Self::floor) where the time must not be too long ago
/// (`now - age <= iat.floor()`).
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct NumericDate(f64);

impl NumericDate {
    const MOST: f64 = 9_007_199_254_740_992.0;

    /// Returns the last whole second that is not after this time.
    pub fn floor(self) -> i64 {
        self.0.floor() as i64
    }

    /// Returns the first whole second that is not before this time.
    pub fn ceil(self) -> i64 {
        self.0.ceil() as i64
    }

    /// Returns the exact value.
    pub fn as_seconds(self) -> f64 {
        self.0
    }
}

/// The reason why a claim is refused. Non-exhaustive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ClaimError {
    /// The claim has the wrong type.
    #[error("the claim {0} has the wrong type")]
    IllTyped(&'static str),
    /// The time is before 1970 or too far in the future.
    #[error("the claim {0} is out of range")]
    Range(&'static str),
}

impl ClaimError {
    /// Returns the requirement that was violated.
    pub fn basis(&self) -> &'static Requirement {
        match self {
            Self::IllTyped("aud") => &rfc7519::AUD_CONTAINS_RECIPIENT,
            Self::IllTyped("iss") => &rfc7519::ISS_FORM,
            Self::IllTyped("exp" | "nbf" | "iat" | "auth_time") => &rfc7519::NUMERIC_DATES,
            Self::IllTyped(_) => &rfc7519::WHOLE_JWT_VALID,
            Self::Range(_) => &local::NUMBER_RANGE,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claims(text: &str) -> Claims {
        Claims::parse(text.as_bytes()).unwrap_or_else(|error| panic!("{error}"))
    }

    #[test]
    fn absent_and_ill_typed_claims_are_distinguished() {
        let claims = claims(r#"{"iss":1,"sub":"s","aud":{},"exp":"1","list":["a",1]}"#);
        assert_eq!(claims.string("iss"), Err(ClaimError::IllTyped("iss")));
        assert_eq!(claims.string("sub"), Ok(Some("s")));
        assert_eq!(claims.string("jti"), Ok(None));
        assert_eq!(claims.audience(), Err(ClaimError::IllTyped("aud")));
        assert_eq!(claims.numeric_date("exp"), Err(ClaimError::IllTyped("exp")));
        assert_eq!(claims.string_array("list"), Err(ClaimError::IllTyped("list")));
    }

    #[test]
    fn each_kind_of_claim_has_its_reader() {
        let claims = claims(r#"{"yes":true,"no":false,"cnf":{"jkt":"x"},"amr":["pwd","otp"]}"#);
        assert_eq!((claims.boolean("yes"), claims.boolean("no")), (Ok(Some(true)), Ok(Some(false))));
        assert_eq!((claims.boolean("none"), claims.boolean("amr")), (Ok(None), Err(ClaimError::IllTyped("amr"))));
        assert_eq!(claims.object("cnf"), Ok(Some(&Object::new().with("jkt", "x"))));
        assert_eq!((claims.object("none"), claims.object("yes")), (Ok(None), Err(ClaimError::IllTyped("yes"))));
        assert_eq!(claims.string_array("amr"), Ok(Some(vec!["pwd", "otp"])));
        assert_eq!(claims.get("yes"), Some(&Json::Bool(true)));
        assert_eq!(claims.members().iter().map(|(name, _)| name).collect::<Vec<_>>(), ["yes", "no", "cnf", "amr"]);
        assert_eq!(claims.clone().into_members(), *claims.members());
    }

    #[test]
    fn times_are_numbers_in_range() {
        let date = |number: &str| claims(&format!(r#"{{"exp":{number}}}"#)).numeric_date("exp");
        for refused in ["-1", "1e300", "18446744073709551615", "9007199254740994", "-0.5"] {
            assert_eq!(date(refused), Err(ClaimError::Range("exp")), "{refused}");
        }
        let fraction = date("1300819380.5").ok().flatten();
        assert_eq!(fraction.map(|date| (date.floor(), date.ceil())), Some((1300819380, 1300819381)));
        assert_eq!(fraction.map(NumericDate::as_seconds), Some(1_300_819_380.5));
        assert_eq!(date("1.3e9").ok().flatten().map(NumericDate::floor), Some(1_300_000_000));
    }

    #[test]
    fn an_audience_is_one_or_many() {
        let one = claims(r#"{"aud":"a"}"#).audience().ok().flatten();
        assert_eq!(one, Some(Audience::One("a".to_owned())));
        assert_eq!(one.as_ref().and_then(Audience::sole), Some("a"));
        assert_eq!(claims(r#"{"aud":["a"]}"#).audience().ok().flatten().as_ref().and_then(Audience::sole), Some("a"));
        let many = claims(r#"{"aud":["a","b"]}"#).audience().ok().flatten();
        assert!(many.as_ref().is_some_and(|many| many.contains("b") && !many.contains("B") && many.sole().is_none()));
    }
}
