//! A key that others encrypt messages to this server with.

use crate::jose::{EncryptionKey, KeyManagement, Object};
use crate::time::Timestamp;

/// A key that others may encrypt for this server with, for example request objects. The host holds the private half.
///
/// A rotation needs no downtime: the previous key decrypts for a while after the key set stops to list it, since clients may cache
/// the key set ([OpenID Connect Core §10.2.1](https://openid.net/specs/openid-connect-core-1_0.html#RotateEncKeys)).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ServerDecryptionKey {
    /// The public key, with its `kid`, and with the one algorithm that it is used with as its `alg`.
    pub jwk: EncryptionKey,
    /// The time from which the key set contains it; `None` means always.
    pub published_from: Option<Timestamp>,
    /// The time from which the key set no longer contains it, though it still decrypts; `None` means never.
    pub unpublished_at: Option<Timestamp>,
    /// The time from which it no longer decrypts; `None` means never.
    pub retired_at: Option<Timestamp>,
}

impl ServerDecryptionKey {
    /// A key that is published now and until further notice.
    pub fn new(jwk: EncryptionKey) -> Self {
        Self { jwk, published_from: None, unpublished_at: None, retired_at: None }
    }

    /// Sets the time from which the key set contains it.
    #[must_use]
    pub fn published_from(mut self, moment: Timestamp) -> Self {
        self.published_from = Some(moment);
        self
    }

    /// Sets the time from which the key set no longer contains it.
    #[must_use]
    pub fn unpublished_at(mut self, moment: Timestamp) -> Self {
        self.unpublished_at = Some(moment);
        self
    }

    /// Sets the time from which it no longer decrypts.
    #[must_use]
    pub fn retired_at(mut self, moment: Timestamp) -> Self {
        self.retired_at = Some(moment);
        self
    }

    /// The algorithm it is used with, unless its JWK names none or another one than this library knows.
    pub fn alg(&self) -> Option<KeyManagement> {
        self.jwk.alg().and_then(KeyManagement::parse).filter(|alg| self.jwk.fits(*alg))
    }

    /// Returns true if the key set contains it now.
    pub(super) fn is_published(&self, now: Timestamp) -> bool {
        let begun = self.published_from.is_none_or(|from| from <= now);
        begun && self.decrypts(now) && self.unpublished_at.is_none_or(|end| now < end)
    }

    /// Returns true if it decrypts now. One that is not published yet does: another server of the issuer may have published it.
    pub(super) fn decrypts(&self, now: Timestamp) -> bool {
        self.retired_at.is_none_or(|end| now < end)
    }

    /// The key as the key set lists it.
    pub(super) fn to_json(&self) -> Object {
        let mut object = self.jwk.key().to_json();
        if let Some(kid) = self.jwk.kid() {
            object.insert("kid", kid);
        }
        if let Some(alg) = self.jwk.alg() {
            object.insert("alg", alg);
        }
        object.with("use", "enc")
    }
}

#[cfg(all(test, feature = "aws-lc-rs"))]
mod tests {
    use super::*;
    use crate::ServerKeys;
    use crate::primitives::aws_lc;

    fn key(kid: &str, alg: &str) -> ServerDecryptionKey {
        let object = Object::new().with("kty", "EC").with("crv", "P-256").with("kid", kid).with("alg", alg);
        let object = object.with("x", "axfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpY");
        let object = object.with("y", "T-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU");
        ServerDecryptionKey::new(EncryptionKey::parse(&object, aws_lc()).expect("a key"))
    }

    #[test]
    fn a_key_decrypts_longer_than_it_is_published() {
        let at = Timestamp::from_seconds;
        let old = key("old", "ECDH-ES").unpublished_at(at(200)).retired_at(at(300));
        let new = key("new", "ECDH-ES").published_from(at(100));
        let keys = ServerKeys::of(vec![]).decrypting(vec![old, new]);
        let published = |now| {
            let listed = keys.document(at(now)).to_string();
            ["old", "new"].map(|kid| listed.contains(&format!(r#""kid":"{kid}","alg":"ECDH-ES","use":"enc""#)))
        };
        assert_eq!([99, 100, 199, 200].map(published), [[true, false], [true, true], [true, true], [false, true]]);
        let found = |kid, now| {
            let found = keys.decryption_keys(kid, KeyManagement::EcdhEs, at(now));
            found.into_iter().filter_map(|key| key.jwk.kid()).collect::<Vec<_>>()
        };
        assert_eq!((found(Some("old"), 299), found(Some("old"), 300)), (vec!["old"], vec![]));
        // Without `kid` it may be either, rather one that the key set holds.
        assert_eq!((found(None, 199), found(None, 299), found(None, 300)), (vec!["old", "new"], vec!["new", "old"], vec!["new"]));
    }

    #[test]
    fn a_key_is_for_one_algorithm() {
        let keys = ServerKeys::of(vec![]).decrypting(vec![key("a", "ECDH-ES+A256KW"), key("b", "RSA1_5"), key("c", "RSA-OAEP")]);
        let found = |kid, alg| !keys.decryption_keys(Some(kid), alg, Timestamp::from_seconds(0)).is_empty();
        assert!(found("a", KeyManagement::EcdhEsA256Kw));
        assert!(!found("a", KeyManagement::EcdhEs));
        assert_eq!(keys.decryption_algorithms(), [KeyManagement::EcdhEsA256Kw], "the others are for no algorithm of theirs");
    }
}
