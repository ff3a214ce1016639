//! Parties that messages are encrypted for, with their private keys.

use fapi::jose::jwe::{DecryptionKey, decrypt};
use fapi::jose::{EncryptionKey, Jwe, KeyManagement, Object, base64url};
use fapi::primitives::aws_lc;
use serde_json::Value;

pub struct Recipient {
    pub kid: String,
    key: DecryptionKey,
}

impl Recipient {
    pub fn new(kid: &str, alg: KeyManagement) -> Self {
        let der = DecryptionKey::generate_pkcs8(alg).unwrap();
        Self { kid: kid.into(), key: DecryptionKey::from_pkcs8(alg, &der).unwrap() }
    }

    pub fn shared(alg: KeyManagement, key: &[u8]) -> Self {
        Self { kid: String::new(), key: DecryptionKey::shared(alg, &key.to_vec().into()).unwrap() }
    }

    /// The public JWK, without members about its use.
    pub fn bare(&self) -> Object {
        self.key.public_key().unwrap().to_json()
    }

    /// The public JWK as an encryption key for one algorithm.
    pub fn jwk(&self) -> Object {
        self.bare().with("kid", self.kid.as_str()).with("use", "enc").with("alg", self.key.alg().name())
    }

    pub fn public(&self) -> EncryptionKey {
        EncryptionKey::parse(&self.jwk(), aws_lc()).unwrap()
    }

    /// The header and the plaintext; `None` if it cannot be decrypted.
    pub fn open(&self, compact: &str) -> Option<(Value, String)> {
        let jwe = Jwe::parse(compact, aws_lc()).ok()?;
        let header = serde_json::from_str(&jwe.header().members().to_string()).unwrap();
        Some((header, String::from_utf8(decrypt(&jwe, &self.key).ok()?).unwrap()))
    }
}

/// The header and the claims of a compact JWS, whose signature is not looked at.
pub fn parts(compact: &str) -> (Value, Value) {
    let parts: Vec<_> = compact.split('.').collect();
    assert_eq!(parts.len(), 3, "{compact}");
    let part = |part: &str| serde_json::from_slice(&base64url::decode(part).unwrap()).unwrap();
    (part(parts[0]), part(parts[1]))
}
