//! The values of attributes: text where possible, otherwise octets.

use std::fmt;

use x509_parser::asn1_rs::{Any, Class, Tag, ToDer};

use super::{short_name, whole_value};

/// A value: decoded if its attribute is known and it is a string, otherwise the whole DER value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    Text(String),
    Der(Vec<u8>),
}

impl Value {
    pub(super) fn of(kind: &str, value: &Any<'_>) -> Option<Self> {
        match string(value) {
            Some(text) if short_name(kind).is_some() => Some(Self::Text(text)),
            _ => value.to_der_vec().ok().map(Self::Der),
        }
    }

    /// Returns true if both values are equal. If `ignoring_case` is set, case and insignificant spaces are ignored.
    pub(super) fn matches(&self, other: &Self, ignoring_case: bool) -> bool {
        match (self, other) {
            (Self::Text(one), Self::Text(other)) if ignoring_case => prepared(one) == prepared(other),
            (Self::Text(text), Self::Der(der)) | (Self::Der(der), Self::Text(text)) => {
                whole_value(der).and_then(|value| string(&value)).as_ref() == Some(text)
            }
            (one, other) => one == other,
        }
    }
}

fn prepared(text: &str) -> String {
    let words: Vec<&str> = text.split(' ').filter(|word| !word.is_empty()).collect();
    words.join(" ").to_lowercase()
}

/// Decodes an ASN.1 string of any type that certificates use.
fn string(value: &Any<'_>) -> Option<String> {
    if value.class() != Class::Universal {
        return None;
    }
    let data = value.data;
    let characters = |width: usize, read: fn(&[u8]) -> Option<char>| {
        data.len().is_multiple_of(width).then(|| data.chunks(width).map(read).collect()).flatten()
    };
    match value.tag() {
        Tag::Utf8String | Tag::NumericString | Tag::PrintableString | Tag::Ia5String | Tag::VisibleString => {
            String::from_utf8(data.to_vec()).ok()
        }
        Tag::T61String if data.is_ascii() => String::from_utf8(data.to_vec()).ok(),
        Tag::BmpString => characters(2, |pair| char::from_u32(u16::from_be_bytes(pair.try_into().ok()?).into())),
        Tag::UniversalString => characters(4, |four| char::from_u32(u32::from_be_bytes(four.try_into().ok()?))),
        _ => None,
    }
}

/// Writes the value as [RFC 4514 §2.4](https://www.rfc-editor.org/rfc/rfc4514#section-2.4) specifies.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Der(der) => {
                f.write_str("#")?;
                der.iter().try_for_each(|octet| write!(f, "{octet:02X}"))
            }
            Self::Text(text) => text.char_indices().try_for_each(|(at, character)| {
                let (first, last) = (at == 0, at + character.len_utf8() == text.len());
                match character {
                    '"' | '+' | ',' | ';' | '<' | '>' | '\\' => write!(f, "\\{character}"),
                    ' ' if first || last => f.write_str("\\ "),
                    '#' if first => f.write_str("\\#"),
                    control if control.is_ascii_control() => write!(f, "\\{:02X}", u32::from(control)),
                    plain => write!(f, "{plain}"),
                }
            }),
        }
    }
}
