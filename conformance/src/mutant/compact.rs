//! A JWT in a request, as a middle layer reads it.

use serde_json::{Map, Value};

use crate::keys::{self, SigningKey};

/// A JWT, as far as it can be parsed.
pub(super) struct Compact {
    pub(super) parts: Vec<String>,
    pub(super) header_text: String,
    pub(super) claims_text: String,
    pub(super) header: Map<String, Value>,
    pub(super) claims: Map<String, Value>,
}

impl Compact {
    pub(super) fn read(text: &str) -> Self {
        let parts: Vec<_> = text.split('.').map(str::to_owned).collect();
        let decoded = |at: usize| {
            let part = parts.get(at).map(|part| part.trim_end_matches('=')).unwrap_or_default();
            String::from_utf8_lossy(&data_encoding::BASE64URL_NOPAD.decode(part.as_bytes()).unwrap_or_default()).into_owned()
        };
        let (header_text, claims_text) = (decoded(0), decoded(1));
        let header = serde_json::from_str(&header_text).unwrap_or_default();
        let claims = serde_json::from_str(&claims_text).unwrap_or_default();
        Self { parts, header_text, claims_text, header, claims }
    }

    /// The octets of the signature.
    pub(super) fn signature(&self) -> Option<Vec<u8>> {
        data_encoding::BASE64URL_NOPAD.decode(self.parts.get(2)?.as_bytes()).ok()
    }

    /// The text that is signed.
    pub(super) fn message(&self) -> String {
        self.parts.iter().take(2).map(String::as_str).collect::<Vec<_>>().join(".")
    }

    /// Returns true if the signature is by this key.
    pub(super) fn is_signed_by(&self, key: &SigningKey) -> bool {
        self.is_verified_by(&key.public_jwk())
    }

    fn is_verified_by(&self, key: &Map<String, Value>) -> bool {
        let Some(signature) = self.signature().filter(|_| self.parts.len() == 3) else { return false };
        let algorithm = self.header.get("alg").and_then(Value::as_str).unwrap_or_default();
        keys::verifies(key, algorithm, self.message().as_bytes(), &signature).is_ok()
    }

    /// Returns true if it is signed with the key in its own header.
    pub(super) fn proves_its_key(&self) -> bool {
        self.header.get("jwk").and_then(Value::as_object).is_some_and(|jwk| self.is_verified_by(jwk))
    }

    /// The RFC 7638 thumbprint of the key in its own header.
    pub(super) fn thumbprint(&self) -> Option<String> {
        Some(keys::thumbprint(self.header.get("jwk")?.as_object()?))
    }

    /// Returns true if the text of an object has a member twice.
    pub(super) fn repeats(text: &str) -> bool {
        let Ok(object) = serde_json::from_str::<Map<String, Value>>(text) else { return false };
        object.keys().any(|name| text.matches(&format!("\"{name}\":")).count() > 1)
    }
}
