//! Encrypted messages: the keys that others encrypt for, and the host that encrypts for them.

use super::Otherwise;
use super::group::{array, object, text};
use fapi::jose::jwe::{DecryptionKey, Recipient, encrypt};
use fapi::jose::{EncryptionKey, Json, KeyManagement, Object};
use fapi::primitives::aws_lc;
use fapi::{ServerDecryptionKey, Unavailable};

/// The private JWKs in a member of a group, each for its `alg`, with its `kid`.
pub(super) fn recipients(group: &Object, name: &str) -> Result<Vec<(String, DecryptionKey)>, Otherwise> {
    let jwks = if group.contains(name) { array(group, name)? } else { &[] };
    let read = |jwk: &Json| {
        let jwk = object(jwk)?;
        let alg = KeyManagement::parse(text(jwk, "alg")?).ok_or_else(|| Otherwise::Unjudged("an unknown algorithm".into()))?;
        Ok((text(jwk, "kid")?.to_owned(), DecryptionKey::from_jwk(alg, jwk).map_err(Otherwise::unjudged)?))
    };
    jwks.iter().map(read).collect()
}

/// A private key of the server as others know it.
pub(super) fn public(value: &Json) -> Result<ServerDecryptionKey, Otherwise> {
    let members = object(value)?.iter().filter(|(name, _)| ["kty", "crv", "x", "y", "n", "e", "kid", "alg"].contains(name));
    let members = members.fold(Object::new(), |members, (name, value)| members.with(name, value.clone()));
    EncryptionKey::parse(&members, aws_lc()).map(ServerDecryptionKey::new).map_err(Otherwise::unjudged)
}

/// A compact JWE. The octets that hosts draw are the same for each message here.
pub(super) fn encrypted(recipient: Recipient<'_>, header: &str, input: &[u8]) -> Result<Vec<u8>, Unavailable> {
    let encrypted = encrypt(recipient, header, input, &mut |octets| octets.fill(0x35));
    encrypted.map(String::into_bytes).map_err(|_| Unavailable)
}
