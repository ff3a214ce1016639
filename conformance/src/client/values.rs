//! Checks of values that a careful client receives.

use std::collections::BTreeMap;

use fapi::requirement::Requirement;
use serde_json::Value;

use super::Client;
use crate::finding::{Finding, Tried};
use crate::http::Reply;

/// The entropy that a credential must have, in bits.
const LEAST_ENTROPY: f64 = 128.0;
/// The entropy, estimated from the characters of one value, below which the value cannot be random, in bits.
const LEAST_VARIETY: f64 = 48.0;

impl Client {
    /// Notes a deviation if a value could be guessed.
    pub fn unguessable(&self, what: &str, value: &str, reply: u64) -> Tried<()> {
        if is_unguessable(value) {
            return Ok(());
        }
        let (most, length) = (most_entropy(value), value.chars().count());
        let got = if most < LEAST_ENTROPY {
            format!("one of {length} characters, which can have at most {most:.0} bits")
        } else {
            format!("one whose {length} characters repeat themselves")
        };
        let finding = Finding::new(format!("{what} with at least 128 bits of entropy"), got);
        self.deviates(finding.shown_by(reply).against(&fapi::requirement::fapi2_sp::CREDENTIAL_ENTROPY))
    }
}

/// Returns true if a value may have enough entropy not to be guessed: it is long enough for its alphabet, and does not repeat itself.
pub fn is_unguessable(value: &str) -> bool {
    most_entropy(value) >= LEAST_ENTROPY && shannon(value) >= LEAST_VARIETY
}

/// The entropy that a random value of this length and alphabet has, in bits. Separators do not count.
pub fn most_entropy(value: &str) -> f64 {
    let counted: Vec<char> = value.chars().filter(|character| !matches!(character, '-' | '.' | '_' | ':' | '~')).collect();
    let all = |fits: fn(&char) -> bool| counted.iter().all(fits);
    let alphabet: f64 = match () {
        () if all(|character| character.is_ascii_digit()) => 10.0,
        () if all(|character| matches!(character, '0'..='9' | 'a'..='f'))
            || all(|character| matches!(character, '0'..='9' | 'A'..='F')) =>
        {
            16.0
        }
        () if all(|character| matches!(character, '0'..='9' | 'a'..='z'))
            || all(|character| matches!(character, '0'..='9' | 'A'..='Z')) =>
        {
            36.0
        }
        () => 64.0,
    };
    // In base64url, `-` and `_` are characters like any other.
    let length = if alphabet > 36.0 { value.chars().count() } else { counted.len() };
    u32::try_from(length).map_or(f64::INFINITY, |length| f64::from(length) * alphabet.log2())
}

/// The part of a `request_uri` after its usual prefix.
pub fn random_part(request_uri: &str) -> &str {
    request_uri.strip_prefix("urn:ietf:params:oauth:request_uri:").unwrap_or(request_uri)
}

/// The Shannon entropy of a string, estimated from its characters, in bits.
pub fn shannon(text: &str) -> f64 {
    let mut counts: BTreeMap<char, f64> = BTreeMap::new();
    for character in text.chars() {
        *counts.entry(character).or_default() += 1.0;
    }
    let length: f64 = counts.values().sum();
    counts.values().map(|count| -count * (count / length).log2()).sum()
}

/// Returns a string member of a JSON response; demands that it is present and a string.
pub fn string_member(reply: &Reply, name: &str, rule: &'static Requirement) -> Tried<String> {
    reply.member(name).ok_or_else(|| {
        let got = reply.json().map_or("no JSON".to_owned(), |json| kind(json.get(name)).to_owned());
        Finding::new(format!("a string member `{name}`"), got).shown_by(reply.number()).against(rule).into()
    })
}

/// Returns true if RFC 6749 allows all characters of a text in `error` and `error_description`.
pub fn is_error_text(text: &str) -> bool {
    text.chars().all(|character| matches!(character, '\x20'..='\x21' | '\x23'..='\x5B' | '\x5D'..='\x7E'))
}

/// The name of a JSON value's type.
pub fn kind(value: Option<&Value>) -> &'static str {
    match value {
        None => "nothing",
        Some(Value::Null) => "null",
        Some(Value::Bool(_)) => "a boolean",
        Some(Value::Number(_)) => "a number",
        Some(Value::String(_)) => "a string",
        Some(Value::Array(_)) => "an array",
        Some(Value::Object(_)) => "an object",
    }
}

/// The first member that a JSON object has twice.
pub fn repeated_member(body: &[u8]) -> Option<String> {
    struct Names(Option<String>);

    impl<'de> serde::Deserialize<'de> for Names {
        fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            deserializer.deserialize_map(Members)
        }
    }

    struct Members;

    impl<'de> serde::de::Visitor<'de> for Members {
        type Value = Names;

        fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            formatter.write_str("an object")
        }

        fn visit_map<M: serde::de::MapAccess<'de>>(self, mut map: M) -> Result<Names, M::Error> {
            let (mut seen, mut repeated) = (std::collections::BTreeSet::new(), None);
            while let Some((name, _)) = map.next_entry::<String, serde::de::IgnoredAny>()? {
                if !seen.insert(name.clone()) {
                    repeated.get_or_insert(name);
                }
            }
            Ok(Names(repeated))
        }
    }

    serde_json::from_slice::<Names>(body).ok()?.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_that_is_there_twice() {
        assert_eq!(repeated_member(br#"{"a":1,"b":{"a":2},"a":3}"#).as_deref(), Some("a"));
        assert_eq!(repeated_member(br#"{"a":1,"b":{"a":2,"a":3}}"#), None);
        assert_eq!(repeated_member(b"[]"), None);
    }

    #[test]
    fn entropy_of_known_strings() {
        assert!(shannon("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa") < 1.0);
        assert!((shannon("abcdefgh") - 24.0).abs() < 1e-9);
        assert!(shannon(&crate::keys::random()) > LEAST_VARIETY);
    }

    #[test]
    fn values_of_128_bits_and_less() {
        let enough = [
            "0b7c3f4e9a1d4c6f8e2b5a7d9c0f1e3b",
            "0B7C3F4E-9A1D-4C6F-8E2B-5A7D9C0F1E3B",
            "3q2-7wkZJb1yVt0aXc_Q5A",
            "k3x9q0w8e7r6t5y4u3i2o1p0a9s",
        ];
        assert!(enough.into_iter().all(is_unguessable));
        let little = [
            "12345678901234567890123456",
            "0b7c3f4e9a1d4c6f",
            "3q2-7wkZJb1yVt0aXc",
            "",
            "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        ];
        assert!(!little.into_iter().any(is_unguessable));
    }

    #[test]
    fn error_texts() {
        assert!(is_error_text("the code's too old"));
        assert!(!is_error_text("a \"quoted\" word") && !is_error_text("a\nline") && !is_error_text("é") && !is_error_text("\\"));
    }
}
