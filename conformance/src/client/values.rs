//! Checks of values that a careful client receives.

use std::collections::BTreeMap;

use fapi::requirement::Requirement;
use serde_json::Value;

use super::Client;
use crate::finding::{Finding, Tried};
use crate::http::Reply;

/// The minimum estimated entropy, in bits.
const LEAST_ENTROPY: f64 = 96.0;
/// The minimum length: 128 bits at 8 bits per character.
const LEAST_LENGTH: usize = 16;

impl Client {
    /// Notes a deviation if a value could be guessed.
    pub fn unguessable(&self, what: &str, value: &str, reply: u64) -> Tried<()> {
        let entropy = shannon(value);
        let finding = if value.len() < LEAST_LENGTH {
            Finding::new(format!("{what} of at least 16 characters"), format!("{} characters", value.len()))
        } else if entropy <= LEAST_ENTROPY {
            Finding::new(format!("{what} with more than 96 bits of entropy (estimated)"), format!("{entropy:.0} bits"))
        } else {
            return Ok(());
        };
        self.deviates(finding.shown_by(reply).against(&fapi::requirement::fapi2_sp::CREDENTIAL_ENTROPY))
    }
}

/// Returns true if a value is long enough and has enough estimated entropy not to be guessed.
pub fn is_unguessable(value: &str) -> bool {
    value.len() >= LEAST_LENGTH && shannon(value) > LEAST_ENTROPY
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entropy_of_known_strings() {
        assert!(shannon("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa") < 1.0);
        assert!((shannon("abcdefgh") - 24.0).abs() < 1e-9);
        assert!(shannon(&crate::keys::random()) > LEAST_ENTROPY);
    }

    #[test]
    fn error_texts() {
        assert!(is_error_text("the code's too old"));
        assert!(!is_error_text("a \"quoted\" word") && !is_error_text("a\nline") && !is_error_text("é") && !is_error_text("\\"));
    }
}
