//! Distinguished names: written as [RFC 4514](https://www.rfc-editor.org/rfc/rfc4514) specifies, compared by structure and
//! never as text ([RFC 8705 §2.1](https://www.rfc-editor.org/rfc/rfc8705#section-2.1)).

use std::fmt;

use thiserror::Error;
use x509_parser::asn1_rs::{Any, FromDer};
use x509_parser::x509::X509Name;

use crate::requirement::{Requirement, rfc8705};

mod attributes;
mod text;
mod value;

use attributes::{rule_of, short_name};
use value::Value;

/// A distinguished name. Two names are equal under the rules of
/// [RFC 4517 §4.2.15](https://www.rfc-editor.org/rfc/rfc4517#section-4.2.15): they have the same relative names in the same
/// order, the attributes of each in any order, and every value is compared by the rule of its attribute. For most attributes with
/// a name, the rule ignores case and insignificant spaces; for numbers it ignores spaces, and for telephone numbers hyphens too.
/// Values that only further string preparation would equate are treated as different. Values of attributes without a name, and of
/// those that are not strings, must be identical to the octet.
///
/// The names are those of [RFC 4519 §2](https://www.rfc-editor.org/rfc/rfc4519#section-2), of X.520 and PKCS #9 as certificates
/// use them, and of certificates for extended validation and for electronic identification. Case does not matter. Every attribute
/// may be named by its dotted identifier.
#[derive(Debug, Clone, Eq, Default)]
pub struct DistinguishedName {
    /// The relative names, the most general first, as in certificates. The text form has the most general last.
    relative_names: Vec<Vec<Attribute>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Attribute {
    /// The object identifier in dotted form.
    kind: String,
    value: Value,
}

impl DistinguishedName {
    /// Parses the text form. Spaces around separators and `OID.` before a dotted identifier are allowed, because older texts have
    /// them ([RFC 4514 §3](https://www.rfc-editor.org/rfc/rfc4514#section-3)).
    pub fn parse(text: &str) -> Result<Self, DistinguishedNameError> {
        let mut relative_names = text::parse(text)?;
        relative_names.reverse();
        Ok(Self { relative_names })
    }

    /// Reads the name from a certificate.
    pub(super) fn of(name: &X509Name<'_>) -> Option<Self> {
        let attributes = |relative: &x509_parser::x509::RelativeDistinguishedName<'_>| {
            let attribute = |attribute: &x509_parser::x509::AttributeTypeAndValue<'_>| {
                let kind = attribute.attr_type().to_id_string();
                let value = Value::of(&kind, attribute.attr_value())?;
                Some(Attribute { kind, value })
            };
            relative.iter().map(attribute).collect()
        };
        Some(Self { relative_names: name.iter().map(attributes).collect::<Option<_>>()? })
    }

    /// Returns true if the name has no parts.
    pub fn is_empty(&self) -> bool {
        self.relative_names.is_empty()
    }
}

impl PartialEq for DistinguishedName {
    fn eq(&self, other: &Self) -> bool {
        let pairs = || self.relative_names.iter().zip(&other.relative_names);
        self.relative_names.len() == other.relative_names.len() && pairs().all(|(one, other)| same_relative_name(one, other))
    }
}

fn same_relative_name(one: &[Attribute], other: &[Attribute]) -> bool {
    let mut left: Vec<&Attribute> = other.iter().collect();
    one.len() == other.len()
        && one.iter().all(|attribute| match left.iter().position(|other| attribute.matches(other)) {
            Some(at) => {
                left.swap_remove(at);
                true
            }
            None => false,
        })
}

impl Attribute {
    fn matches(&self, other: &Self) -> bool {
        self.kind == other.kind && self.value.matches(&other.value, rule_of(&self.kind))
    }
}

/// Writes the text form of [RFC 4514 §2](https://www.rfc-editor.org/rfc/rfc4514#section-2).
impl fmt::Display for DistinguishedName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, relative_name) in self.relative_names.iter().rev().enumerate() {
            f.write_str(if at == 0 { "" } else { "," })?;
            for (at, Attribute { kind, value }) in relative_name.iter().enumerate() {
                let plus = if at == 0 { "" } else { "+" };
                write!(f, "{plus}{}={value}", short_name(kind).unwrap_or(kind))?;
            }
        }
        Ok(())
    }
}

/// Parses octets that are exactly one ASN.1 value.
fn whole_value(der: &[u8]) -> Option<Any<'_>> {
    match Any::from_der(der) {
        Ok(([], value)) => Some(value),
        _ => None,
    }
}

/// The reason why a text is not a distinguished name. Non-exhaustive.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum DistinguishedNameError {
    /// The text does not have the form that RFC 4514 describes.
    #[error("the distinguished name is malformed")]
    Syntax,
    /// The name of an attribute is unknown. Its dotted identifier can be used instead.
    #[error("the attribute {0:?} is unknown")]
    Attribute(String),
    /// The values of the attribute are not strings, so the text form has them in hexadecimal DER after a number sign.
    #[error("the value of {0:?} must be a number sign and hexadecimal DER")]
    Encoding(String),
    /// The text is empty or too long.
    #[error("the distinguished name is empty or too long")]
    Length,
}

impl DistinguishedNameError {
    /// Returns the requirement that was violated.
    pub fn basis(&self) -> &'static Requirement {
        &rfc8705::DISTINGUISHED_NAME_MATCH
    }
}
