//! Form parameters with a single interpretation: strict escapes, strict UTF-8, no name twice
//! ([RFC 6749 appendix B](https://www.rfc-editor.org/rfc/rfc6749#appendix-B)).

use serde::{Deserialize, Serialize};
use thiserror::Error;
use zeroize::Zeroize;

use crate::requirement::{Requirement, local, rfc6749};

/// The parameters of a query or body. They may be credentials, so `Debug` shows only their names, and they are wiped on drop.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Form(Vec<(String, String)>);

/// The limits for the parameters of a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FormLimits {
    /// The maximum number of parameters.
    pub parameters: usize,
    /// The maximum length of a name, in octets after decoding.
    pub name: usize,
    /// The maximum length of a value, in octets after decoding.
    pub value: usize,
}

/// The parameters that may occur more than once ([RFC 8707 §2](https://www.rfc-editor.org/rfc/rfc8707#section-2)).
const REPEATABLE: &[&str] = &["resource"];

impl Default for FormLimits {
    fn default() -> Self {
        Self { parameters: 64, name: 128, value: 32 * 1024 }
    }
}

impl Form {
    /// Parses an `application/x-www-form-urlencoded` text
    /// ([RFC 6749 §3.1](https://www.rfc-editor.org/rfc/rfc6749#section-3.1)).
    pub fn parse(text: &[u8], limits: FormLimits) -> Result<Self, FormError> {
        let mut form = Self::default();
        for pair in text.split(|&octet| octet == b'&').filter(|pair| !pair.is_empty()) {
            if form.0.len() == limits.parameters {
                return Err(FormError::TooMany);
            }
            let equals = pair.iter().position(|&octet| octet == b'=');
            let (name, value) = equals.map_or((pair, &[][..]), |at| (&pair[..at], &pair[at + 1..]));
            let name = decode(name)?;
            if name.len() > limits.name {
                return Err(FormError::NameTooLong);
            }
            let value = decode(value)?;
            if value.len() > limits.value {
                return Err(FormError::ValueTooLong(name));
            }
            if !REPEATABLE.contains(&name.as_str()) && form.0.iter().any(|(earlier, _)| *earlier == name) {
                return Err(FormError::Repeated(name));
            }
            form.0.push((name, value));
        }
        Ok(form)
    }

    /// Returns the value of a parameter. An empty value counts as absent
    /// ([RFC 6749 §3.1](https://www.rfc-editor.org/rfc/rfc6749#section-3.1)).
    pub fn get(&self, name: &str) -> Option<&str> {
        self.iter().find(|(other, _)| *other == name).map(|(_, value)| value)
    }

    /// Iterates over the values of a parameter that may be repeated, without empty ones.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.iter().filter(move |(other, _)| *other == name).map(|(_, value)| value)
    }

    /// Iterates over the parameters in order, without those whose value is empty.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().filter(|(_, value)| !value.is_empty()).map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

impl Drop for Form {
    fn drop(&mut self) {
        self.0.iter_mut().for_each(|(_, value)| value.zeroize());
    }
}

impl std::fmt::Debug for Form {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Form")?;
        f.debug_list().entries(self.iter().map(|(name, _)| name)).finish()
    }
}

/// Decodes one name or value.
pub(crate) fn decode(text: &[u8]) -> Result<String, FormError> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut octets = text.iter();
    while let Some(&octet) = octets.next() {
        decoded.push(match octet {
            b'+' => b' ',
            b'%' => match (octets.next().and_then(hex), octets.next().and_then(hex)) {
                (Some(high), Some(low)) => high << 4 | low,
                _ => return Err(FormError::Escape),
            },
            0x21..=0x7e => octet,
            _ => return Err(FormError::Character),
        });
    }
    if decoded.contains(&0) {
        return Err(FormError::Nul);
    }
    String::from_utf8(decoded).map_err(|_| FormError::Encoding)
}

pub(crate) fn hex(digit: &u8) -> Option<u8> {
    char::from(*digit).to_digit(16).map(|value| value as u8)
}

/// The reason why a form is refused. Non-exhaustive.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum FormError {
    /// A `%` is not followed by two hexadecimal digits.
    #[error("a percent escape is malformed")]
    Escape,
    /// A space, control character or non-ASCII octet is not escaped.
    #[error("a character is not escaped")]
    Character,
    /// A decoded name or value is not UTF-8.
    #[error("a parameter is not UTF-8")]
    Encoding,
    /// A decoded name or value contains NUL.
    #[error("a parameter contains NUL")]
    Nul,
    /// A name occurs twice.
    #[error("the parameter {0:?} is repeated")]
    Repeated(String),
    /// There are more parameters than the limit allows.
    #[error("too many parameters")]
    TooMany,
    /// A name is longer than the limit allows.
    #[error("a parameter name is too long")]
    NameTooLong,
    /// A value is longer than the limit allows.
    #[error("the parameter {0:?} is too long")]
    ValueTooLong(String),
}

impl FormError {
    /// Returns the requirement that was violated.
    pub fn basis(&self) -> &'static Requirement {
        match self {
            Self::Escape | Self::Character | Self::Encoding => &rfc6749::FORM_IS_UTF8,
            Self::Nul => &rfc6749::INVALID_REQUEST,
            Self::Repeated(_) => &rfc6749::NO_REPEATED_PARAMETER,
            Self::TooMany => &local::PARAMETER_COUNT,
            Self::NameTooLong | Self::ValueTooLong(_) => &local::REQUEST_SIZE,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parse(text: &str) -> Result<Form, FormError> {
        Form::parse(text.as_bytes(), FormLimits { parameters: 4, name: 8, value: 8 })
    }

    #[test]
    fn each_defect_has_its_own_error() {
        for (text, error) in [
            ("a=%", FormError::Escape),
            ("a=%4", FormError::Escape),
            ("a=%zz", FormError::Escape),
            ("a=%+1", FormError::Escape),
            ("%4g=a", FormError::Escape),
            ("a=b c", FormError::Character),
            ("a=b\n", FormError::Character),
            ("a=\u{e9}", FormError::Character),
            ("a=%ff", FormError::Encoding),
            ("a=%c0%80", FormError::Encoding),
            ("a=%ed%a0%80", FormError::Encoding),
            ("a=%00", FormError::Nul),
            ("a=1&a=2", FormError::Repeated("a".to_owned())),
            ("a=1&%61=1", FormError::Repeated("a".to_owned())),
            ("a=&a=1", FormError::Repeated("a".to_owned())),
            ("a&b&c&d&e", FormError::TooMany),
            ("resource=1&resource=2&resource=3&resource=4&resource=5", FormError::TooMany),
            ("abcdefghi=1", FormError::NameTooLong),
            ("a=123456789", FormError::ValueTooLong("a".to_owned())),
        ] {
            assert_eq!(parse(text).err(), Some(error), "{text:?}");
        }
        assert!(parse("abcdefgh=12345678&b&c&d").is_ok(), "values at the limits are accepted");
    }

    #[test]
    fn an_empty_value_is_absent() {
        let form = parse("a=&b&c=%20+&d==1").unwrap_or_default();
        assert_eq!((form.get("a"), form.get("b"), form.get("c"), form.get("d")), (None, None, Some("  "), Some("=1")));
        assert_eq!(form.iter().count(), 2);
    }

    #[test]
    fn names_are_case_sensitive_and_listed_ones_may_repeat() {
        let form = parse("resource=a&A=1&a=2&resource=b").unwrap_or_default();
        assert_eq!(form.all("resource").collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!((form.get("A"), form.get("a")), (Some("1"), Some("2")));
    }

    #[test]
    fn debug_shows_no_value() {
        assert_eq!(format!("{:?}", parse("a=secret").unwrap_or_default()), r#"Form["a"]"#);
    }

    proptest! {
        #[test]
        fn decoding_undoes_encoding(parameters in prop::collection::btree_map("\\PC{1,8}", "\\PC{1,8}", 0..8)) {
            let text = form_urlencoded::Serializer::new(String::new()).extend_pairs(&parameters).finish();
            let form = Form::parse(text.as_bytes(), FormLimits::default()).unwrap_or_default();
            let read = form.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
            prop_assert_eq!(parameters, read);
        }

        #[test]
        fn any_octets_are_read_or_refused(text: Vec<u8>) {
            let _ = Form::parse(&text, FormLimits::default());
        }
    }
}
