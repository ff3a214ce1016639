//! A text with its parsed value, so that an invalid text can be refused with the reason and still be quoted.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

/// A text that was parsed as a `T`. A text that is not a `T` is kept with the reason, so that the check of the whole document can
/// quote it.
///
/// ```
/// use fapi::{Parsed, redirect_uri::RedirectUri};
///
/// let uri: Parsed<RedirectUri> = "https://app.example/cb".into();
/// assert!(uri.get().is_ok());
/// let wrong: Parsed<RedirectUri> = "https://app.example/cb#top".into();
/// assert_eq!((wrong.as_str(), wrong.get().is_err()), ("https://app.example/cb#top", true));
/// ```
#[derive(Clone)]
pub struct Parsed<T: FromStr> {
    text: String,
    value: Result<T, T::Err>,
}

impl<T: FromStr> Parsed<T> {
    /// The text as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The value, or the reason why the text has none.
    pub fn get(&self) -> Result<&T, &T::Err> {
        self.value.as_ref()
    }
}

impl<T: FromStr> From<String> for Parsed<T> {
    fn from(text: String) -> Self {
        Self { value: text.parse(), text }
    }
}

impl<T: FromStr> From<&str> for Parsed<T> {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

/// Texts are compared octet by octet.
impl<T: FromStr> PartialEq for Parsed<T> {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl<T: FromStr> Eq for Parsed<T> {}

impl<T: FromStr> fmt::Debug for Parsed<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.text, f)
    }
}

impl<T: FromStr> fmt::Display for Parsed<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl<T: FromStr> Serialize for Parsed<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de, T: FromStr> Deserialize<'de> for Parsed<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::from)
    }
}
