//! JSON with one meaning: no repeated names, bounded depth, order kept
//! ([RFC 7515 §4](https://www.rfc-editor.org/rfc/rfc7515#section-4),
//! [RFC 7519 §4](https://www.rfc-editor.org/rfc/rfc7519#section-4)).

use serde::ser::{Serialize, SerializeMap, Serializer};
use thiserror::Error;

mod parse;

/// Arrays and objects may be nested this deep.
pub const DEPTH: usize = 32;

/// A JSON value. Exhaustive: JSON has no other kind.
#[derive(Debug, Clone, PartialEq)]
pub enum Json {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number written without fraction and exponent that fits.
    Integer(i64),
    /// Any other finite number, as the nearest double.
    Float(f64),
    /// A string.
    String(String),
    /// An array.
    Array(Vec<Json>),
    /// An object.
    Object(Object),
}

impl Json {
    /// The one value that `text` is, which must be UTF-8 without byte order mark and end where the value ends.
    pub fn parse(text: &[u8]) -> Result<Self, JsonError> {
        parse::parse(text)
    }

    /// The text of a string.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// The value of an integer.
    pub fn as_integer(&self) -> Option<i64> {
        match self {
            Self::Integer(integer) => Some(*integer),
            _ => None,
        }
    }

    /// The value of a boolean.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(bool) => Some(*bool),
            _ => None,
        }
    }

    /// The elements of an array.
    pub fn as_array(&self) -> Option<&[Json]> {
        match self {
            Self::Array(elements) => Some(elements),
            _ => None,
        }
    }

    /// The members of an object.
    pub fn as_object(&self) -> Option<&Object> {
        match self {
            Self::Object(object) => Some(object),
            _ => None,
        }
    }

    /// The elements of an array of nothing but strings.
    pub fn as_strings(&self) -> Option<Vec<&str>> {
        self.as_array()?.iter().map(Self::as_str).collect()
    }
}

impl From<&str> for Json {
    fn from(text: &str) -> Self {
        Self::String(text.to_owned())
    }
}

impl From<String> for Json {
    fn from(text: String) -> Self {
        Self::String(text)
    }
}

impl From<bool> for Json {
    fn from(bool: bool) -> Self {
        Self::Bool(bool)
    }
}

impl From<i64> for Json {
    fn from(integer: i64) -> Self {
        Self::Integer(integer)
    }
}

impl From<Object> for Json {
    fn from(object: Object) -> Self {
        Self::Object(object)
    }
}

impl<T: Into<Json>> From<Vec<T>> for Json {
    fn from(elements: Vec<T>) -> Self {
        Self::Array(elements.into_iter().map(Into::into).collect())
    }
}

/// A JSON object: distinct names, in the order in which they came or were put; equality does not look at the order.
#[derive(Debug, Clone, Default)]
pub struct Object(Vec<(String, Json)>);

impl Object {
    /// An object without members.
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// The object that `text` is, under the rules of [`Json::parse`].
    pub fn parse(text: &[u8]) -> Result<Self, JsonError> {
        match Json::parse(text)? {
            Json::Object(object) => Ok(object),
            _ => Err(JsonError::NoObject),
        }
    }

    /// The value of the member of this name.
    pub fn get(&self, name: &str) -> Option<&Json> {
        self.0.iter().find(|(member, _)| member == name).map(|(_, value)| value)
    }

    /// Whether there is a member of this name.
    pub fn contains(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// The members in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &Json)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// How many members it has.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether it has no member.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Puts a member last, or gives the one of this name a new value where it stands; the old value is returned.
    pub fn insert(&mut self, name: impl Into<String>, value: impl Into<Json>) -> Option<Json> {
        let (name, value) = (name.into(), value.into());
        match self.0.iter_mut().find(|(member, _)| *member == name) {
            Some((_, old)) => Some(std::mem::replace(old, value)),
            None => {
                self.0.push((name, value));
                None
            }
        }
    }

    /// Takes the member of this name out.
    pub fn remove(&mut self, name: &str) -> Option<Json> {
        let at = self.0.iter().position(|(member, _)| member == name)?;
        Some(self.0.remove(at).1)
    }

    /// Puts a member last; for builders that know that its name is new.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, value: impl Into<Json>) -> Self {
        self.insert(name, value);
        self
    }

    fn first_repeated(&self) -> Option<&str> {
        if self.len() < 2 {
            return None;
        }
        let mut names: Vec<&str> = self.0.iter().map(|(name, _)| name.as_str()).collect();
        names.sort_unstable();
        names.windows(2).find(|pair| pair[0] == pair[1]).map(|pair| pair[0])
    }
}

impl PartialEq for Object {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().all(|(name, value)| other.get(name) == Some(value))
    }
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(bool) => serializer.serialize_bool(*bool),
            Self::Integer(integer) => serializer.serialize_i64(*integer),
            Self::Float(float) => serializer.serialize_f64(*float),
            Self::String(text) => serializer.serialize_str(text),
            Self::Array(elements) => serializer.collect_seq(elements),
            Self::Object(object) => object.serialize(serializer),
        }
    }
}

impl Serialize for Object {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.len()))?;
        for (name, value) in self.iter() {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

/// Compact JSON text, members in order.
impl std::fmt::Display for Json {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&serde_json::to_string(self).map_err(|_| std::fmt::Error)?)
    }
}

/// Compact JSON text, members in order.
impl std::fmt::Display for Object {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&serde_json::to_string(self).map_err(|_| std::fmt::Error)?)
    }
}

/// Why a text is not JSON for us. Non-exhaustive.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum JsonError {
    /// Not UTF-8.
    #[error("not UTF-8")]
    Encoding,
    /// Not one JSON value, or a number out of range.
    #[error("not one JSON value")]
    Syntax,
    /// A name occurs twice in one object.
    #[error("a member name is repeated")]
    Repeated,
    /// Nested deeper than [`DEPTH`].
    #[error("nested too deep")]
    Depth,
    /// A JSON value, but no object where one is due.
    #[error("not a JSON object")]
    NoObject,
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;
    use serde::de::value::{BytesDeserializer, Error};

    fn json(text: &str) -> Option<Json> {
        Json::parse(text.as_bytes()).ok()
    }

    #[test]
    fn a_value_is_read_as_what_it_is_and_nothing_else() {
        let [integer, bool, text] = ["7", "true", r#""7""#].map(json);
        let [integer, bool, text] = [&integer, &bool, &text].map(Option::as_ref);
        assert_eq!([integer, bool, text].map(|value| value.and_then(Json::as_integer)), [Some(7), None, None]);
        assert_eq!([integer, bool, text].map(|value| value.and_then(Json::as_bool)), [None, Some(true), None]);
        assert_eq!([integer, bool, text].map(|value| value.and_then(Json::as_str)), [None, None, Some("7")]);
    }

    #[test]
    fn objects_are_equal_member_by_member_in_any_order() {
        let object = |text: &str| Object::parse(text.as_bytes()).ok();
        assert_eq!(object(r#"{"a":1,"b":2}"#), object(r#"{"b":2,"a":1}"#));
        for other in [r#"{"a":1}"#, r#"{"a":1,"b":3}"#, r#"{"a":1,"c":2}"#, r#"{"a":1,"b":2,"c":3}"#, "{}"] {
            assert_ne!(object(r#"{"a":1,"b":2}"#), object(other), "{other}");
        }
        assert!(Object::new().is_empty() && !Object::new().with("a", 1).is_empty());
    }

    #[test]
    fn only_an_object_is_read_as_one() {
        assert_eq!(serde_json::from_str::<Object>(r#"{"a":1}"#).ok(), Some(Object::new().with("a", 1)));
        assert!(serde_json::from_str::<Object>("[]").is_err());
        let octets = Json::deserialize(BytesDeserializer::<Error>::new(b"{}"));
        assert_eq!(octets.map_err(|error| error.to_string()), Err("invalid type: byte array, expected JSON".to_owned()));
    }
}
