//! Messages that we refuse and josekit accepts: our errors, and conditions for the messages that may get them.

use super::Is;
use super::forge::Case;
use data_encoding::BASE64URL_NOPAD;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt;

/// Our error with its clause, and a condition that a message must meet for the disagreement to be expected.
pub const STRICTER: &[(&str, Is)] = &[
    ("Certificate (RFC7517-4.7-1)", |case| case.key().get("x5c").is_some()),
    ("CritMalformed (RFC7515-4.1.11-2)", |case| case.header()["crit"].as_array().is_some_and(Vec::is_empty)),
    ("Header(Depth) (RFC7515-5.2-2)", |case| depth(&case.header()) > DEEPEST),
    ("Header(Repeated) (RFC7515-4-1)", |case| repeats(&case.header_octets())),
    ("Integers (RFC7518-6.3.1-1)", |case| ["n", "e"].iter().any(|name| octets(case, name).first() == Some(&0))),
    ("Point (RFC7518-6.2.1-1)", |case| octets(case, "x").len() != octets(case, "y").len() && case.key()["kty"] == "EC"),
    (r#"Private("d") (RFC7517-9.2-1)"#, |case| case.key().get("d").is_some()),
    (r#"Private("k") (RFC7517-9.2-1)"#, |case| case.key().get("k").is_some()),
    ("PurposeContradicts (RFC7517-4.2-1)", contradicts),
    ("Signature (RFC8725-3.3-1)", lacks_a_leading_zero),
    (r#"Unsupported("b64") (RFC7515-5.2-2)"#, |case| case.header().get("b64").is_some()),
    (r#"Unsupported("zip") (RFC7515-5.2-2)"#, |case| case.header().get("zip").is_some()),
    ("the key: Repeated (RFC 7517)", |case| repeats(case.key.as_bytes())),
];

/// The deepest nesting that the library accepts.
const DEEPEST: usize = 32;

fn depth(value: &Value) -> usize {
    match value {
        Value::Array(values) => 1 + values.iter().map(depth).max().unwrap_or_default(),
        Value::Object(members) => 1 + members.values().map(depth).max().unwrap_or_default(),
        _ => 0,
    }
}

fn octets(case: &Case, name: &str) -> Vec<u8> {
    let key = case.key();
    BASE64URL_NOPAD.decode(key[name].as_str().unwrap_or_default().as_bytes()).unwrap_or_default()
}

/// Returns true if the signature has fewer octets than the modulus of its RSA key. RFC 8017 8.1.2 refuses that, OpenSSL does not.
fn lacks_a_leading_zero(case: &Case) -> bool {
    let signature = case.compact.rsplit('.').next().unwrap_or_default();
    let length = BASE64URL_NOPAD.decode(signature.as_bytes()).unwrap_or_default().len();
    case.header()["alg"].as_str().is_some_and(|alg| alg.starts_with("PS")) && length < octets(case, "n").len()
}

/// Returns true if `key_ops` repeats an operation or contradicts `use`.
fn contradicts(case: &Case) -> bool {
    let key = case.key();
    let Some(operations) = key["key_ops"].as_array() else { return false };
    let twice = operations.iter().enumerate().any(|(at, operation)| operations[..at].contains(operation));
    let signs = |operation: &Value| operation == "sign" || operation == "verify";
    twice || (key["use"] == "sig" && !operations.iter().all(signs))
}

/// Returns true if an object in this JSON text has a name twice.
fn repeats(text: &[u8]) -> bool {
    serde_json::from_slice::<Unique>(text).is_err_and(|error| error.to_string().starts_with(TWICE))
}

const TWICE: &str = "a name twice";

/// Any JSON value without repeated names.
struct Unique;

impl<'de> Deserialize<'de> for Unique {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Self)
    }
}

macro_rules! scalars {
    ($($name:ident $kind:ty),*) => { $( fn $name<E: Error>(self, _: $kind) -> Result<Self, E> { Ok(Self) } )* };
}

impl<'de> Visitor<'de> for Unique {
    type Value = Self;

    scalars!(visit_bool bool, visit_i64 i64, visit_u64 u64, visit_f64 f64, visit_str &str);

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<Self, E> {
        Ok(Self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut values: A) -> Result<Self, A::Error> {
        while values.next_element::<Self>()?.is_some() {}
        Ok(Self)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self, A::Error> {
        let mut names = BTreeSet::new();
        while let Some(name) = members.next_key::<String>()? {
            if !names.insert(name) {
                return Err(A::Error::custom(TWICE));
            }
            members.next_value::<Self>()?;
        }
        Ok(Self)
    }
}
