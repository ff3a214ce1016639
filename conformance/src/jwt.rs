//! A builder of JWTs that can introduce every fault.

mod salt;

pub use salt::salt;

use data_encoding::BASE64URL_NOPAD;
use serde_json::{Map, Value};

use crate::keys::{self, SigningKey};

/// A JWT before it is signed.
#[derive(Clone)]
pub struct Jwt {
    header: Map<String, Value>,
    claims: Map<String, Value>,
    header_text: Option<Vec<u8>>,
    claims_text: Option<String>,
    key: SigningKey,
    signature: Signature,
    now: i64,
}

#[derive(Clone)]
enum Signature {
    Good,
    Corrupt,
    Bytes(Vec<u8>),
    Mac(Vec<u8>),
}

impl Jwt {
    /// Makes a JWT with only `alg`, for this time (Unix seconds).
    pub fn new(key: &SigningKey, now: i64) -> Self {
        let header = Map::from_iter([("alg".to_owned(), Value::from(key.algorithm()))]);
        let key = key.clone();
        Self { header, claims: Map::new(), header_text: None, claims_text: None, key, signature: Signature::Good, now }
    }

    /// Sets a claim.
    #[must_use]
    pub fn claim(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.claims.insert(name.into(), value.into());
        self
    }

    /// Removes a claim.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.claims.remove(name);
        self
    }

    /// Sets a header parameter.
    #[must_use]
    pub fn header(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.header.insert(name.into(), value.into());
        self
    }

    /// Removes a header parameter.
    #[must_use]
    pub fn without_header(mut self, name: &str) -> Self {
        self.header.remove(name);
        self
    }

    /// Sets `iat`, in seconds relative to now.
    #[must_use]
    pub fn issued(self, seconds: i64) -> Self {
        let time = self.now + seconds;
        self.claim("iat", time)
    }

    /// Sets `nbf`, in seconds relative to now.
    #[must_use]
    pub fn not_before(self, seconds: i64) -> Self {
        let time = self.now + seconds;
        self.claim("nbf", time)
    }

    /// Sets `exp`, in seconds relative to now.
    #[must_use]
    pub fn expires(self, seconds: i64) -> Self {
        let time = self.now + seconds;
        self.claim("exp", time)
    }

    /// Signs with this key and its algorithm, without other header parameters.
    #[must_use]
    pub fn signed_by(mut self, key: &SigningKey) -> Self {
        self.key = key.clone();
        self.header("alg", key.algorithm())
    }

    /// Signs with this key and puts its public part into `jwk`.
    #[must_use]
    pub fn proving(self, key: &SigningKey) -> Self {
        self.signed_by(key).header("jwk", key.public_jwk())
    }

    /// Makes the signature invalid.
    #[must_use]
    pub fn corrupt(mut self) -> Self {
        self.signature = Signature::Corrupt;
        self
    }

    /// Uses these bytes as its signature.
    #[must_use]
    pub fn signature(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.signature = Signature::Bytes(bytes.into());
        self
    }

    /// Sets `alg: HS256` and has the MAC by this key, of at least 32 bytes.
    #[must_use]
    pub fn authenticated_by(mut self, key: &[u8]) -> Self {
        self.signature = Signature::Mac(key.to_vec());
        self.header("alg", "HS256")
    }

    /// Sets `alg: none` and has no signature.
    #[must_use]
    pub fn unsigned(self) -> Self {
        self.unsigned_as("none")
    }

    /// Sets this `alg` and has no signature.
    #[must_use]
    pub fn unsigned_as(self, alg: &str) -> Self {
        self.header("alg", alg).signature(Vec::new())
    }

    /// Adds a header parameter whose value is not UTF-8. Nothing may be added to the header afterwards.
    #[must_use]
    pub fn header_not_utf8(mut self, name: &str) -> Self {
        let mut text = repeated(&self.header, name, &Value::from("?")).into_bytes();
        if let Some(mark) = text.iter_mut().rev().find(|byte| **byte == b'?') {
            *mark = 0xff;
        }
        self.header_text = Some(text);
        self
    }

    /// Repeats a header parameter: the header has the name twice, with this value last, which is the one that lenient parsers
    /// use.
    #[must_use]
    pub fn repeat_header(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.header_text = Some(repeated(&self.header, name, &value.into()).into_bytes());
        self
    }

    /// Repeats a claim: the payload has the name twice, with this value last, which is the one that lenient parsers use.
    #[must_use]
    pub fn repeat_claim(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.claims_text = Some(repeated(&self.claims, name, &value.into()));
        self
    }

    /// The value of a string claim.
    pub fn text_of(&self, name: &str) -> Option<&str> {
        self.claims.get(name)?.as_str()
    }

    /// The text that is signed.
    pub fn message(&self) -> String {
        let header = self.header_text.clone().unwrap_or_else(|| Value::Object(self.header.clone()).to_string().into_bytes());
        let claims = self.claims_text.clone().unwrap_or_else(|| Value::Object(self.claims.clone()).to_string());
        format!("{}.{}", BASE64URL_NOPAD.encode(&header), BASE64URL_NOPAD.encode(claims.as_bytes()))
    }

    /// Signs it and returns the compact serialization.
    pub fn sign(&self) -> String {
        let message = self.message();
        let signature = match &self.signature {
            Signature::Good => self.key.sign(message.as_bytes()),
            Signature::Bytes(bytes) => bytes.clone(),
            Signature::Mac(key) => keys::mac(key, message.as_bytes())
                .unwrap_or_else(|error| unreachable!("a key of {} bytes makes a MAC: {error}", key.len())),
            Signature::Corrupt => {
                let mut bytes = self.key.sign(message.as_bytes());
                if let Some(byte) = bytes.last_mut() {
                    *byte ^= 0x55;
                }
                bytes
            }
        };
        format!("{message}.{}", BASE64URL_NOPAD.encode(&signature))
    }
}

/// A received JWT, parsed but not verified.
pub struct Received {
    /// The header.
    pub header: Map<String, Value>,
    /// The claims.
    pub claims: Map<String, Value>,
    message: String,
    signature: Vec<u8>,
}

impl Received {
    /// Parses a compact JWS.
    pub fn parse(text: &str) -> Result<Self, String> {
        let [header, claims, signature] = text.split('.').collect::<Vec<_>>()[..] else {
            return Err("it does not have three parts".into());
        };
        let object = |part: &str, what: &str| {
            let bytes = BASE64URL_NOPAD.decode(part.as_bytes()).map_err(|_| format!("the {what} is not base64url"))?;
            serde_json::from_slice::<Map<String, Value>>(&bytes).map_err(|_| format!("the {what} is not a JSON object"))
        };
        Ok(Self {
            header: object(header, "header")?,
            claims: object(claims, "payload")?,
            message: format!("{header}.{claims}"),
            signature: BASE64URL_NOPAD.decode(signature.as_bytes()).map_err(|_| "the signature is not base64url".to_owned())?,
        })
    }

    /// The header's `alg`.
    pub fn algorithm(&self) -> &str {
        self.header.get("alg").and_then(Value::as_str).unwrap_or_default()
    }

    /// Verifies the signature with this public JWK.
    pub fn verify(&self, jwk: &Map<String, Value>) -> Result<(), String> {
        keys::verifies(jwk, self.algorithm(), self.message.as_bytes(), &self.signature)
    }

    /// The [salt] of the signature with this public JWK.
    pub fn salt(&self, jwk: &Map<String, Value>) -> Option<Vec<u8>> {
        salt(jwk, self.algorithm(), self.message.as_bytes(), &self.signature)
    }
}

fn repeated(members: &Map<String, Value>, name: &str, value: &Value) -> String {
    let text = Value::Object(members.clone()).to_string();
    let body = &text[1..text.len() - 1];
    let comma = if members.is_empty() { "" } else { "," };
    format!("{{{body}{comma}{}:{value}}}", Value::from(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repeated_member_is_there_twice() {
        let key = SigningKey::es256();
        let jwt = Jwt::new(&key, 0).claim("aud", "a").repeat_claim("aud", "b").sign();
        let payload = jwt.split('.').nth(1).map(|part| BASE64URL_NOPAD.decode(part.as_bytes()));
        assert_eq!(payload, Some(Ok(br#"{"aud":"a","aud":"b"}"#.to_vec())));
    }

    #[test]
    fn a_header_that_is_not_utf8_is_signed_as_it_is() {
        let key = SigningKey::es256();
        let jwt = Jwt::new(&key, 0).header_not_utf8("x").sign();
        let parts: Vec<_> = jwt.split('.').collect();
        let decoded = |at: usize| BASE64URL_NOPAD.decode(parts[at].as_bytes()).unwrap_or_default();
        assert_eq!(decoded(0), b"{\"alg\":\"ES256\",\"x\":\"\xff\"}");
        let message = format!("{}.{}", parts[0], parts[1]);
        assert_eq!(keys::verifies(&key.public_jwk(), "ES256", message.as_bytes(), &decoded(2)), Ok(()));
    }

    #[test]
    fn what_is_signed_verifies_and_what_is_corrupt_does_not() {
        let key = SigningKey::eddsa();
        let good = Received::parse(&Jwt::new(&key, 0).claim("a", 1).sign()).map(|jwt| jwt.verify(&key.public_jwk()));
        assert_eq!(good, Ok(Ok(())));
        let bad = Received::parse(&Jwt::new(&key, 0).claim("a", 1).corrupt().sign()).map(|jwt| jwt.verify(&key.public_jwk()));
        assert!(matches!(bad, Ok(Err(_))));
    }
}
