//! JWK thumbprints ([RFC 7638](https://www.rfc-editor.org/rfc/rfc7638)).

use super::{Jwk, PublicKey, base64url};
use crate::jose::primitives::{Primitives, sha256};

impl Jwk {
    /// Returns the SHA-256 thumbprint in base64url, computed over the required members only
    /// ([RFC 7638 §3](https://www.rfc-editor.org/rfc/rfc7638#section-3)).
    pub fn thumbprint(&self, primitives: &dyn Primitives) -> String {
        base64url::encode(sha256(primitives, canonical(self.key()).as_bytes()))
    }
}

/// Writes the required members in lexicographic order without white space. No value needs an escape.
fn canonical(key: &PublicKey) -> String {
    match key {
        PublicKey::Ec(key) => format!(
            r#"{{"crv":"{}","kty":"EC","x":"{}","y":"{}"}}"#,
            key.curve().name(),
            base64url::encode(key.x()),
            base64url::encode(key.y())
        ),
        PublicKey::Rsa(key) => {
            format!(r#"{{"e":"{}","kty":"RSA","n":"{}"}}"#, base64url::encode(key.e()), base64url::encode(key.n()))
        }
        PublicKey::Ed25519(key) => format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{}"}}"#, base64url::encode(key.x())),
    }
}
