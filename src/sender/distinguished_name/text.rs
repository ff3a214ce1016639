//! The parser of the text form ([RFC 4514 §3](https://www.rfc-editor.org/rfc/rfc4514#section-3)).

use super::attributes::{Rule, kind_of, rule_of};
use super::{Attribute, DistinguishedNameError, Value, whole_value};
use crate::form::hex;

/// Returns the relative names in the order of the text.
pub(super) fn parse(text: &str) -> Result<Vec<Vec<Attribute>>, DistinguishedNameError> {
    if text.trim().is_empty() || text.len() > LENGTH {
        return Err(DistinguishedNameError::Length);
    }
    let mut reader = Reader { rest: text.as_bytes() };
    let mut names = vec![vec![reader.attribute()?]];
    while let Some((&separator, rest)) = reader.rest.split_first() {
        reader.rest = rest;
        let attribute = reader.attribute()?;
        match (separator, names.last_mut()) {
            (b'+', Some(last)) => last.push(attribute),
            _ => names.push(vec![attribute]),
        }
    }
    Ok(names)
}

const LENGTH: usize = 2048;

struct Reader<'a> {
    rest: &'a [u8],
}

impl Reader<'_> {
    /// Parses one attribute, up to the separator or the end.
    fn attribute(&mut self) -> Result<Attribute, DistinguishedNameError> {
        let equals = self.rest.iter().position(|&octet| octet == b'=').ok_or(DistinguishedNameError::Syntax)?;
        let (name, rest) = (self.rest[..equals].trim_ascii(), self.rest[equals + 1..].trim_ascii_start());
        let name = std::str::from_utf8(name).map_err(|_| DistinguishedNameError::Syntax)?;
        let kind = if let Some(dotted) = dotted(name) {
            dotted.to_owned()
        } else if is_name(name) {
            kind_of(name).ok_or_else(|| DistinguishedNameError::Attribute(name.to_owned()))?.to_owned()
        } else {
            return Err(DistinguishedNameError::Syntax);
        };
        self.rest = rest;
        let encoded = self.rest.first() == Some(&b'#');
        if !encoded && rule_of(&kind) == Some(Rule::Octets) {
            return Err(DistinguishedNameError::Encoding(name.to_owned()));
        }
        let value = if encoded { self.encoded(&kind) } else { self.string() };
        Ok(Attribute { kind, value: value.ok_or(DistinguishedNameError::Syntax)? })
    }

    /// Parses a value in hexadecimal DER.
    fn encoded(&mut self, kind: &str) -> Option<Value> {
        let end = self.rest.iter().position(|octet| matches!(octet, b',' | b'+')).unwrap_or(self.rest.len());
        let (digits, rest) = self.rest.split_at(end);
        let pairs = digits.get(1..)?.trim_ascii_end().chunks(2);
        let der = pairs.map(|pair| Some(hex(pair.first()?)? << 4 | hex(pair.get(1)?)?)).collect::<Option<Vec<u8>>>()?;
        self.rest = rest;
        Value::of(kind, &whole_value(&der)?)
    }

    /// Parses a value as text. Trailing spaces count only if they are escaped.
    fn string(&mut self) -> Option<Value> {
        let mut value = Vec::new();
        let mut significant = 0;
        while let Some((&octet, rest)) = self.rest.split_first() {
            match octet {
                b',' | b'+' => break,
                b'"' | b';' | b'<' | b'>' | 0 => return None,
                b'\\' => {
                    let (escaped, rest) = escape(rest)?;
                    value.push(escaped);
                    significant = value.len();
                    self.rest = rest;
                    continue;
                }
                b' ' => value.push(b' '),
                octet => {
                    value.push(octet);
                    significant = value.len();
                }
            }
            self.rest = rest;
        }
        value.truncate(significant);
        String::from_utf8(value).ok().map(Value::Text)
    }
}

fn escape(rest: &[u8]) -> Option<(u8, &[u8])> {
    match rest {
        [octet @ (b' ' | b'"' | b'#' | b'+' | b',' | b';' | b'<' | b'=' | b'>' | b'\\'), rest @ ..] => Some((*octet, rest)),
        [high, low, rest @ ..] => Some((hex(high)? << 4 | hex(low)?, rest)),
        _ => None,
    }
}

fn is_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name.bytes().all(|octet| octet.is_ascii_alphanumeric() || octet == b'-')
}

/// The object identifier, if the name is one. [RFC 2253 §4](https://www.rfc-editor.org/rfc/rfc2253#section-4) allowed `OID.`
/// before it, and some programs still write that.
fn dotted(name: &str) -> Option<&str> {
    let oid = match name.split_at_checked(4) {
        Some((prefix, oid)) if prefix.eq_ignore_ascii_case("OID.") => oid,
        _ => name,
    };
    let number = |part: &str| {
        !part.is_empty() && part.bytes().all(|octet| octet.is_ascii_digit()) && (part == "0" || !part.starts_with('0'))
    };
    (oid.contains('.') && oid.split('.').all(number)).then_some(oid)
}
