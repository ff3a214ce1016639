//! Distinguished names: written as [RFC 4514](https://www.rfc-editor.org/rfc/rfc4514) specifies, compared by structure and
//! never as text ([RFC 8705 §2.1](https://www.rfc-editor.org/rfc/rfc8705#section-2.1)).

use std::fmt;

use thiserror::Error;
use x509_parser::asn1_rs::{Any, FromDer};
use x509_parser::x509::X509Name;

use crate::requirement::{Requirement, rfc8705};

mod text;
mod value;

use value::Value;

/// A distinguished name. Two names are equal under the rules of
/// [RFC 4517 §4.2.15](https://www.rfc-editor.org/rfc/rfc4517#section-4.2.15): they have the same relative names in the same
/// order, the attributes of each in any order, and every value is compared by the rule of its attribute. For known attributes,
/// the rule ignores case and insignificant spaces; values that only further string preparation would equate are treated as
/// different. Values of unknown attributes must be identical to the octet.
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
    /// Parses the text form. Spaces around separators are allowed, because older texts have them
    /// ([RFC 4514 §3](https://www.rfc-editor.org/rfc/rfc4514#section-3)).
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
        self.kind == other.kind && self.value.matches(&other.value, short_name(&self.kind).is_some())
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

fn short_name(kind: &str) -> Option<&'static str> {
    KNOWN.iter().find(|(_, known)| *known == kind).map(|(name, _)| *name)
}

fn kind_of(name: &str) -> Option<&'static str> {
    KNOWN.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, kind)| *kind)
}

/// Attributes whose values are compared without regard to case and insignificant spaces
/// ([RFC 4519 §2](https://www.rfc-editor.org/rfc/rfc4519#section-2)). If an attribute has several names, the first one is
/// printed.
const KNOWN: &[(&str, &str)] = &[
    ("CN", "2.5.4.3"),
    ("commonName", "2.5.4.3"),
    ("SN", "2.5.4.4"),
    ("surname", "2.5.4.4"),
    ("serialNumber", "2.5.4.5"),
    ("C", "2.5.4.6"),
    ("countryName", "2.5.4.6"),
    ("L", "2.5.4.7"),
    ("localityName", "2.5.4.7"),
    ("ST", "2.5.4.8"),
    ("S", "2.5.4.8"),
    ("stateOrProvinceName", "2.5.4.8"),
    ("STREET", "2.5.4.9"),
    ("streetAddress", "2.5.4.9"),
    ("O", "2.5.4.10"),
    ("organizationName", "2.5.4.10"),
    ("OU", "2.5.4.11"),
    ("organizationalUnitName", "2.5.4.11"),
    ("title", "2.5.4.12"),
    ("T", "2.5.4.12"),
    ("description", "2.5.4.13"),
    ("businessCategory", "2.5.4.15"),
    ("postalCode", "2.5.4.17"),
    ("name", "2.5.4.41"),
    ("givenName", "2.5.4.42"),
    ("GN", "2.5.4.42"),
    ("G", "2.5.4.42"),
    ("initials", "2.5.4.43"),
    ("generationQualifier", "2.5.4.44"),
    ("dnQualifier", "2.5.4.46"),
    ("pseudonym", "2.5.4.65"),
    ("organizationIdentifier", "2.5.4.97"),
    ("UID", "0.9.2342.19200300.100.1.1"),
    ("userId", "0.9.2342.19200300.100.1.1"),
    ("DC", "0.9.2342.19200300.100.1.25"),
    ("domainComponent", "0.9.2342.19200300.100.1.25"),
    ("emailAddress", "1.2.840.113549.1.9.1"),
    ("E", "1.2.840.113549.1.9.1"),
    ("jurisdictionL", "1.3.6.1.4.1.311.60.2.1.1"),
    ("jurisdictionST", "1.3.6.1.4.1.311.60.2.1.2"),
    ("jurisdictionC", "1.3.6.1.4.1.311.60.2.1.3"),
];

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
