//! The public halves of the server's signing keys.

use crate::jose::{Jwk, Object};

/// The keys published at `jwks_uri`, the preferred one first. They can only be public: a [`Jwk`] holds nothing else.
#[derive(Debug, Clone, Default)]
pub struct PublicKeys(Vec<Jwk>);

impl PublicKeys {
    /// These keys.
    pub fn new(keys: Vec<Jwk>) -> Self {
        Self(keys)
    }

    /// Each key.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Jwk> {
        self.0.iter()
    }

    /// The JWK Set document ([RFC 7517 §5](https://www.rfc-editor.org/rfc/rfc7517#section-5)).
    pub fn document(&self) -> Object {
        let keys: Vec<Object> = self.0.iter().map(|key| key.to_json().with("use", "sig")).collect();
        Object::default().with("keys", keys)
    }
}
