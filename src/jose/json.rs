//! JSON with a single interpretation: member names are unique, depth is bounded, order is kept
//! ([RFC 7515 §4](https://www.rfc-editor.org/rfc/rfc7515#section-4),
//! [RFC 7519 §4](https://www.rfc-editor.org/rfc/rfc7519#section-4)).

use serde::ser::{Serialize, SerializeMap, Serializer};
use thiserror::Error;

mod parse;

/// The maximum nesting depth of arrays and objects.
pub const DEPTH: usize = 32;

/// A JSON value. Exhaustive: JSON has no other kinds.
#[derive(Debug, Clone, PartialEq)]
pub enum Json {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number that is written without fraction and exponent and fits into an `i64`.
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
    /// Parses a text that consists of exactly one value, in UTF-8 without a byte order mark.
    pub fn parse(text: &[u8]) -> Result<Self, JsonError> {
        parse::parse(text)
    }

    /// Returns the text if this is a string.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// Returns the value if this is an integer.
    pub fn as_integer(&self) -> Option<i64> {
        match self {
            Self::Integer(integer) => Some(*integer),
            _ => None,
        }
    }

    /// Returns the value if this is a boolean.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(bool) => Some(*bool),
            _ => None,
        }
    }

    /// Returns the elements if this is an array.
    pub fn as_array(&self) -> Option<&[Json]> {
        match self {
            Self::Array(elements) => Some(elements),
            _ => None,
        }
    }

    /// Returns the members if this is an object.
    pub fn as_object(&self) -> Option<&Object> {
        match self {
            Self::Object(object) => Some(object),
            _ => None,
        }
    }

    /// Returns the elements if this is an array that contains only strings.
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

/// A JSON object: distinct names, in the order in which they were read or inserted. Equality ignores the order.
#[derive(Debug, Clone, Default)]
pub struct Object(Vec<(String, Json)>);

impl Object {
    /// Creates an object without members.
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Parses an object under the rules of [`Json::parse`].
    pub fn parse(text: &[u8]) -> Result<Self, JsonError> {
        match Json::parse(text)? {
            Json::Object(object) => Ok(object),
            _ => Err(JsonError::NoObject),
        }
    }

    /// Returns the value of the member with this name.
    pub fn get(&self, name: &str) -> Option<&Json> {
        self.0.iter().find(|(member, _)| member == name).map(|(_, value)| value)
    }

    /// Returns true if there is a member with this name.
    pub fn contains(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// Iterates over the members in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &Json)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// Returns the number of members.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns true if there are no members.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Appends a member, or replaces the value of an existing one in place, and returns the previous value.
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

    /// Removes the member with this name and returns its value.
    pub fn remove(&mut self, name: &str) -> Option<Json> {
        let at = self.0.iter().position(|(member, _)| member == name)?;
        Some(self.0.remove(at).1)
    }

    /// Inserts a member as [`insert`](Self::insert) does and returns the object, for building an object in one expression.
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

/// Writes compact JSON text with the members in order.
impl std::fmt::Display for Json {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&serde_json::to_string(self).map_err(|_| std::fmt::Error)?)
    }
}

/// Writes compact JSON text with the members in order.
impl std::fmt::Display for Object {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&serde_json::to_string(self).map_err(|_| std::fmt::Error)?)
    }
}

/// The reason why a text is refused as JSON. Non-exhaustive.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum JsonError {
    /// The text is not UTF-8.
    #[error("not UTF-8")]
    Encoding,
    /// The text is not exactly one JSON value, or a number is out of range.
    #[error("not exactly one JSON value")]
    Syntax,
    /// A member name occurs twice in one object.
    #[error("a member name is repeated")]
    Repeated,
    /// The nesting is deeper than [`DEPTH`].
    #[error("nested too deeply")]
    Depth,
    /// The text is a JSON value, but not an object where one is required.
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
    fn accessors_return_values_of_their_own_type_only() {
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
    fn only_an_object_is_parsed_as_an_object() {
        assert_eq!(serde_json::from_str::<Object>(r#"{"a":1}"#).ok(), Some(Object::new().with("a", 1)));
        assert!(serde_json::from_str::<Object>("[]").is_err());
        let octets = Json::deserialize(BytesDeserializer::<Error>::new(b"{}"));
        assert_eq!(octets.map_err(|error| error.to_string()), Err("invalid type: byte array, expected JSON".to_owned()));
    }
}
