//! Encrypted messages of this server: most are a signed JWT inside a JWE
//! ([RFC 7519 §11.2](https://www.rfc-editor.org/rfc/rfc7519#section-11.2)).

use crate::client::{ClientTurn, Encryption};
use crate::detail::words;
use crate::error_code::ErrorCode::UnauthorizedClient;
use crate::exchange::{KeyUse, Pause, Turn};
use crate::fault::Fault;
use crate::jose::{EncryptionKey, KeyManagement, Object};
use crate::primitives::{Hash, Primitives};
use crate::reason::Reason;
use crate::requirement::{local, oidcc};
use crate::secret::Secret;

/// The content of an encrypted message.
pub(crate) enum Content {
    /// A signed JWT.
    Signed(String),
    /// Something else, of which the header says nothing.
    Plain(Vec<u8>),
}

/// A signed JWT for the client, encrypted if the client registered that.
pub(crate) fn protect(
    turn: &ClientTurn<'_>,
    signed: String,
    encryption: Option<Encryption>,
    messages: &'static str,
) -> Result<String, Pause> {
    match encryption {
        Some(encryption) => encrypt_for(turn, encryption, Content::Signed(signed), messages),
        None => Ok(signed),
    }
}

/// A compact JWE for the client alone, for one of its keys or under a key made of its secret. What cannot be encrypted as the client
/// registered it is refused: these messages are never sent in another form.
pub(crate) fn encrypt_for(
    turn: &ClientTurn<'_>,
    encryption: Encryption,
    content: Content,
    messages: &'static str,
) -> Result<String, Pause> {
    if encryption.alg.is_symmetric() {
        return encrypt_shared(turn, encryption, content, messages);
    }
    let recipient = turn.keys().recipient(turn, encryption.alg)?.map_err(|why| {
        let alg = encryption.alg.name();
        let words = words!("The client registered {} that are encrypted with {}: {}.", messages, alg, why.told());
        why.basis().refuse(UnauthorizedClient, words).also([&local::CLIENT_FITS_POLICY])
    })?;
    encrypt(turn, &recipient, encryption, recipient.kid(), content)
}

/// A compact JWE for this key. The host draws the content encryption key.
pub(crate) fn encrypt(
    turn: &Turn<'_>,
    recipient: &EncryptionKey,
    encryption: Encryption,
    kid: Option<&str>,
    content: Content,
) -> Result<String, Pause> {
    let (header, input) = parts(encryption, kid, content);
    text(turn.use_key(KeyUse::Encrypt { recipient: recipient.clone(), header, input })?)
}

fn encrypt_shared(
    turn: &ClientTurn<'_>,
    encryption: Encryption,
    content: Content,
    messages: &'static str,
) -> Result<String, Pause> {
    let secret = turn.client.get().secret.as_ref().filter(|secret| turn.client.is_confidential() && secret.is_usable());
    let words = words!("The client registered {} that are encrypted under its secret, and has none.", messages);
    let secret = oidcc::SYMMETRIC_ENCRYPTION_KEY.demand(secret, UnauthorizedClient, words)?.open(turn)?;
    let (header, input) = parts(encryption, None, content);
    let key = key_of_secret(&secret, encryption, turn.primitives);
    text(turn.use_key(KeyUse::EncryptShared { key, header, input })?)
}

/// The left part of a hash of the secret, of the length that the algorithms need
/// ([OpenID Connect Core §10.2](https://openid.net/specs/openid-connect-core-1_0.html#Enc)).
fn key_of_secret(secret: &Secret, encryption: Encryption, primitives: &dyn Primitives) -> Vec<u8> {
    let length = match encryption.alg {
        KeyManagement::Dir => encryption.enc.key_length(),
        alg => alg.wrapping_length().unwrap_or_else(|| encryption.enc.key_length()),
    };
    let hash = match length {
        ..=32 => Hash::Sha256,
        33..=48 => Hash::Sha384,
        _ => Hash::Sha512,
    };
    let mut key = primitives.digest(hash, secret.as_bytes());
    key.truncate(length);
    key
}

/// The protected header, and the plaintext.
fn parts(encryption: Encryption, kid: Option<&str>, content: Content) -> (String, Vec<u8>) {
    let mut header = Object::new().with("alg", encryption.alg.name()).with("enc", encryption.enc.name());
    let input = match content {
        Content::Signed(compact) => {
            header.insert("cty", "JWT");
            compact.into_bytes()
        }
        Content::Plain(octets) => octets,
    };
    if let Some(kid) = kid {
        header.insert("kid", kid);
    }
    (header.to_string(), input)
}

fn text(jwe: &[u8]) -> Result<String, Pause> {
    Ok(String::from_utf8(jwe.to_vec()).map_err(|_| Fault::new("a compact JWE is ASCII"))?)
}

#[cfg(all(test, feature = "aws-lc-rs"))]
mod tests {
    use super::*;
    use crate::jose::{ContentEncryption, base64url};
    use crate::primitives::aws_lc;

    #[test]
    fn a_key_of_a_secret_is_the_left_part_of_its_hash() {
        let of = |alg, enc| {
            let encryption = Encryption::registered(Some(alg), Some(enc)).expect("an algorithm");
            key_of_secret(&Secret::from("abc".to_owned()), encryption, aws_lc())
        };
        let left = |hash, length| aws_lc().digest(hash, b"abc")[..length].to_vec();
        use ContentEncryption::{A128CbcHs256, A128Gcm, A192CbcHs384, A256CbcHs512, A256Gcm};
        assert_eq!(of(KeyManagement::A128Kw, A256CbcHs512), left(Hash::Sha256, 16));
        assert_eq!(of(KeyManagement::A192GcmKw, A128Gcm), left(Hash::Sha256, 24));
        assert_eq!(of(KeyManagement::A256Kw, A128Gcm), left(Hash::Sha256, 32));
        assert_eq!(of(KeyManagement::Dir, A128Gcm), left(Hash::Sha256, 16));
        assert_eq!(of(KeyManagement::Dir, A256Gcm), left(Hash::Sha256, 32));
        assert_eq!(of(KeyManagement::Dir, A128CbcHs256), left(Hash::Sha256, 32));
        assert_eq!(of(KeyManagement::Dir, A192CbcHs384), left(Hash::Sha384, 48));
        assert_eq!(of(KeyManagement::Dir, A256CbcHs512), left(Hash::Sha512, 64));
        // FIPS 180-2, B.1.
        assert_eq!(base64url::encode(of(KeyManagement::A128Kw, A128Gcm)), "ungWv48Bz-pBQUDeXa4iIw");
    }
}
