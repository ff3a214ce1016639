//! Form parameters with a single interpretation: strict escapes, strict UTF-8, no name twice
//! ([RFC 6749 appendix B](https://www.rfc-editor.org/rfc/rfc6749#appendix-B)).

use std::fmt;

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
        for (index, pair) in text.split(|&octet| octet == b'&').filter(|pair| !pair.is_empty()).enumerate() {
            if form.0.len() == limits.parameters {
                return Err(FormError::TooMany);
            }
            let equals = pair.iter().position(|&octet| octet == b'=');
            let (name, value) = equals.map_or((pair, &[][..]), |at| (&pair[..at], &pair[at + 1..]));
            let mut place = Place { position: index + 1, name: None };
            let name = decode(name).map_err(|defect| defect.at(place))?;
            if name.len() > limits.name {
                return Err(FormError::NameTooLong(place));
            }
            place.name = NAMES.into_iter().find(|known| *known == name);
            let value = decode(value).map_err(|defect| defect.at(place))?;
            if value.len() > limits.value {
                return Err(FormError::ValueTooLong(place));
            }
            if !REPEATABLE.contains(&name.as_str()) && form.0.iter().any(|(earlier, _)| *earlier == name) {
                return Err(FormError::Repeated(place));
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

impl fmt::Debug for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Form")?;
        f.debug_list().entries(self.iter().map(|(name, _)| name)).finish()
    }
}

/// The parameters that this library reads: errors name them, since their names are no secrets.
const NAMES: [&str; 31] = [
    "access_token",
    "acr_values",
    "claims",
    "claims_locales",
    "client_assertion",
    "client_assertion_type",
    "client_id",
    "client_secret",
    "code",
    "code_challenge",
    "code_challenge_method",
    "code_verifier",
    "dpop_jkt",
    "grant_type",
    "id_token_hint",
    "login_hint",
    "max_age",
    "nonce",
    "prompt",
    "redirect_uri",
    "refresh_token",
    "request",
    "request_uri",
    "resource",
    "response_mode",
    "response_type",
    "scope",
    "state",
    "token",
    "token_type_hint",
    "ui_locales",
];

/// A parameter of a form, by its place and, if it is one that this library reads, its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Place {
    /// The number of the parameter, counted from 1.
    pub position: usize,
    /// The name of the parameter.
    pub name: Option<&'static str>,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name {
            Some(name) => write!(f, "{name} (parameter {})", self.position),
            None => write!(f, "parameter {}", self.position),
        }
    }
}

/// A defect in a name or value.
pub(crate) enum Defect {
    Escape,
    Character(u8),
    Encoding,
    Nul,
}

impl Defect {
    fn at(self, place: Place) -> FormError {
        match self {
            Self::Escape => FormError::Escape(place),
            Self::Character(octet) => FormError::Character { place, octet },
            Self::Encoding => FormError::Encoding(place),
            Self::Nul => FormError::Nul(place),
        }
    }
}

/// Decodes one name or value.
pub(crate) fn decode(text: &[u8]) -> Result<String, Defect> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut octets = text.iter();
    while let Some(&octet) = octets.next() {
        decoded.push(match octet {
            b'+' => b' ',
            b'%' => match (octets.next().and_then(hex), octets.next().and_then(hex)) {
                (Some(high), Some(low)) => high << 4 | low,
                _ => return Err(Defect::Escape),
            },
            0x21..=0x7e => octet,
            _ => return Err(Defect::Character(octet)),
        });
    }
    if decoded.contains(&0) {
        return Err(Defect::Nul);
    }
    String::from_utf8(decoded).map_err(|_| Defect::Encoding)
}

pub(crate) fn hex(digit: &u8) -> Option<u8> {
    char::from(*digit).to_digit(16).map(|value| value as u8)
}

/// The reason why a form is refused. Non-exhaustive.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum FormError {
    /// A `%` is not followed by two hexadecimal digits.
    #[error("{0} has a % without two hexadecimal digits")]
    Escape(Place),
    /// A space, control character or non-ASCII octet is not escaped.
    #[error("{place} has the octet {octet:#04x}, which must be escaped as %{octet:02X}")]
    Character {
        /// The parameter.
        place: Place,
        /// The octet.
        octet: u8,
    },
    /// A decoded name or value is not UTF-8.
    #[error("{0} is not UTF-8")]
    Encoding(Place),
    /// A decoded name or value contains NUL.
    #[error("{0} contains NUL")]
    Nul(Place),
    /// A name occurs twice.
    #[error("{0} has the name of an earlier one")]
    Repeated(Place),
    /// There are more parameters than the limit allows.
    #[error("there are too many")]
    TooMany,
    /// A name is longer than the limit allows.
    #[error("the name of {0} is too long")]
    NameTooLong(Place),
    /// A value is longer than the limit allows.
    #[error("the value of {0} is too long")]
    ValueTooLong(Place),
}

impl FormError {
    /// Returns the requirement that was violated.
    pub fn basis(&self) -> &'static Requirement {
        match self {
            Self::Escape(_) | Self::Character { .. } | Self::Encoding(_) => &rfc6749::FORM_IS_UTF8,
            Self::Nul(_) => &rfc6749::INVALID_REQUEST,
            Self::Repeated(_) => &rfc6749::NO_REPEATED_PARAMETER,
            Self::TooMany => &local::PARAMETER_COUNT,
            Self::NameTooLong(_) | Self::ValueTooLong(_) => &local::REQUEST_SIZE,
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
        let at = |position| Place { position, name: None };
        for (text, error) in [
            ("a=%", FormError::Escape(at(1))),
            ("a=%4", FormError::Escape(at(1))),
            ("a=%zz", FormError::Escape(at(1))),
            ("a=%+1", FormError::Escape(at(1))),
            ("%4g=a", FormError::Escape(at(1))),
            ("a=b c", FormError::Character { place: at(1), octet: b' ' }),
            ("a=b\n", FormError::Character { place: at(1), octet: b'\n' }),
            ("a=\u{e9}", FormError::Character { place: at(1), octet: 0xc3 }),
            ("a=%ff", FormError::Encoding(at(1))),
            ("a=%c0%80", FormError::Encoding(at(1))),
            ("a=%ed%a0%80", FormError::Encoding(at(1))),
            ("a=%00", FormError::Nul(at(1))),
            ("a=1&a=2", FormError::Repeated(at(2))),
            ("a=1&%61=1", FormError::Repeated(at(2))),
            ("a=&a=1", FormError::Repeated(at(2))),
            ("a&b&c&d&e", FormError::TooMany),
            ("resource=1&resource=2&resource=3&resource=4&resource=5", FormError::TooMany),
            ("abcdefghi=1", FormError::NameTooLong(at(1))),
            ("a=123456789", FormError::ValueTooLong(at(1))),
        ] {
            assert_eq!(parse(text).err(), Some(error), "{text:?}");
        }
        assert!(parse("abcdefgh=12345678&b&c&d").is_ok(), "values at the limits are accepted");
    }

    #[test]
    fn an_error_says_where_it_is_and_repeats_no_text_of_the_peer() {
        let told = |text: &str| Form::parse(text.as_bytes(), FormLimits::default()).unwrap_err().to_string();
        assert_eq!(told("client_id=a&scope=b c"), "scope (parameter 2) has the octet 0x20, which must be escaped as %20");
        assert_eq!(told("sec%72et=b&secret=c"), "parameter 2 has the name of an earlier one");
        assert_eq!(told("state=%"), "state (parameter 1) has a % without two hexadecimal digits");
        assert_eq!(told("x\u{e9}=1"), "parameter 1 has the octet 0xc3, which must be escaped as %C3");
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
