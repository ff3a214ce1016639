//! The values of attributes: text where possible, otherwise octets.

use std::fmt;

use x509_parser::asn1_rs::{Any, Class, FromDer, Tag, ToDer};

use super::attributes::{Rule, rule_of};
use super::whole_value;

/// A value: decoded if its attribute is known and it is a string, otherwise the whole DER value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    Text(String),
    Der(Vec<u8>),
}

impl Value {
    pub(super) fn of(kind: &str, value: &Any<'_>) -> Option<Self> {
        let text = match rule_of(kind) {
            None | Some(Rule::Octets) => None,
            Some(Rule::Lines) => string(value).or_else(|| lines(value)),
            Some(_) => string(value),
        };
        text.map(Self::Text).or_else(|| value.to_der_vec().ok().map(Self::Der))
    }

    /// Returns true if both values are equal by this rule; without one they must be identical.
    pub(super) fn matches(&self, other: &Self, rule: Option<Rule>) -> bool {
        match (self, other, rule) {
            (Self::Text(one), Self::Text(other), Some(rule)) => prepared(one, rule) == prepared(other, rule),
            (Self::Text(text), Self::Der(der), _) | (Self::Der(der), Self::Text(text), _) => {
                whole_value(der).and_then(|value| string(&value)).as_ref() == Some(text)
            }
            (one, other, _) => one == other,
        }
    }
}

/// The text as it is compared ([RFC 4517 §4.2](https://www.rfc-editor.org/rfc/rfc4517#section-4.2)).
fn prepared(text: &str, rule: Rule) -> String {
    let words = || text.split(' ').filter(|word| !word.is_empty());
    match rule {
        Rule::Text | Rule::Octets => words().collect::<Vec<_>>().join(" ").to_lowercase(),
        Rule::Number => words().collect(),
        Rule::Telephone => words().collect::<String>().replace('-', "").to_lowercase(),
        Rule::Lines => text.split('$').map(|line| prepared(line, Rule::Text)).collect::<Vec<_>>().join("$"),
    }
}

/// Decodes a sequence of strings into the text form of a postal address
/// ([RFC 4517 §3.3.28](https://www.rfc-editor.org/rfc/rfc4517#section-3.3.28)).
fn lines(value: &Any<'_>) -> Option<String> {
    if (value.class(), value.tag()) != (Class::Universal, Tag::Sequence) {
        return None;
    }
    let (mut rest, mut lines) = (value.data, vec![]);
    while !rest.is_empty() {
        let (after, line) = Any::from_der(rest).ok()?;
        lines.push(string(&line)?.replace('\\', "\\5C").replace('$', "\\24"));
        rest = after;
    }
    Some(lines.join("$"))
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
