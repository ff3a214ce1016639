//! Encrypted messages, made by josekit, and messages that differ from them.

use data_encoding::BASE64URL_NOPAD;
use josekit::JoseError;
use josekit::jwe::{self, JweContentEncryption, JweEncrypter, JweHeader};
use josekit::jwk::Jwk;
use serde_json::{Map, Value, json};

/// A compact JWE for this public or shared key. The header has these members beside `alg` and `enc`.
pub(super) fn jwe(key: &Map<String, Value>, alg: &str, enc: &str, more: &Value, plaintext: &[u8]) -> String {
    let mut header = Map::from_iter([("alg".to_owned(), Value::from(alg)), ("enc".to_owned(), Value::from(enc))]);
    header.extend(more.as_object().cloned().unwrap_or_default());
    let made = Jwk::from_map(key.clone()).and_then(|jwk| {
        let encrypter = encrypter(alg, &jwk)?;
        jwe::serialize_compact(plaintext, &JweHeader::from_map(header)?, &*encrypter)
    });
    made.unwrap_or_else(|error| unreachable!("{alg} with {enc}: {error}"))
}

/// A shared key as JWK.
pub(super) fn shared(secret: &[u8]) -> Map<String, Value> {
    Map::from_iter([("kty".to_owned(), json!("oct")), ("k".to_owned(), json!(BASE64URL_NOPAD.encode(secret)))])
}

/// A compact JWE with A128GCM directly under this key of 16 octets, with these octets as header. It is the same every time.
pub(super) fn direct(secret: &[u8], header: &[u8], plaintext: &[u8]) -> String {
    let header = BASE64URL_NOPAD.encode(header);
    let iv = [7; 12];
    let sealed = jwe::enc::A128GCM.encrypt(secret, Some(&iv), plaintext, header.as_bytes());
    let (ciphertext, tag) = sealed.unwrap_or_else(|error| unreachable!("A128GCM: {error}"));
    let tag = tag.unwrap_or_default();
    format!("{header}..{}", [&iv[..], &ciphertext, &tag].map(|part| BASE64URL_NOPAD.encode(part)).join("."))
}

/// The octets of the five parts of a message.
pub(super) fn parts(compact: &str) -> Vec<Vec<u8>> {
    compact.split('.').map(|part| BASE64URL_NOPAD.decode(part.as_bytes()).unwrap_or_default()).collect()
}

/// A message with one part changed.
pub(super) fn with(compact: &str, part: usize, change: impl FnOnce(Vec<u8>) -> Vec<u8>) -> String {
    let mut parts = parts(compact);
    let changed = change(std::mem::take(&mut parts[part]));
    parts[part] = changed;
    parts.iter().map(|part| BASE64URL_NOPAD.encode(part)).collect::<Vec<_>>().join(".")
}

/// The octets with one bit of the last flipped.
pub(super) fn flipped(mut octets: Vec<u8>) -> Vec<u8> {
    if let Some(last) = octets.last_mut() {
        *last ^= 1;
    }
    octets
}

fn encrypter(alg: &str, jwk: &Jwk) -> Result<Box<dyn JweEncrypter>, JoseError> {
    Ok(match alg {
        "RSA-OAEP" => Box::new(jwe::RSA_OAEP.encrypter_from_jwk(jwk)?),
        "RSA-OAEP-256" => Box::new(jwe::RSA_OAEP_256.encrypter_from_jwk(jwk)?),
        "RSA-OAEP-384" => Box::new(jwe::RSA_OAEP_384.encrypter_from_jwk(jwk)?),
        "RSA-OAEP-512" => Box::new(jwe::RSA_OAEP_512.encrypter_from_jwk(jwk)?),
        "ECDH-ES" => Box::new(jwe::ECDH_ES.encrypter_from_jwk(jwk)?),
        "ECDH-ES+A128KW" => Box::new(jwe::ECDH_ES_A128KW.encrypter_from_jwk(jwk)?),
        "ECDH-ES+A192KW" => Box::new(jwe::ECDH_ES_A192KW.encrypter_from_jwk(jwk)?),
        "ECDH-ES+A256KW" => Box::new(jwe::ECDH_ES_A256KW.encrypter_from_jwk(jwk)?),
        "A128KW" => Box::new(jwe::A128KW.encrypter_from_jwk(jwk)?),
        "A192KW" => Box::new(jwe::A192KW.encrypter_from_jwk(jwk)?),
        "A256KW" => Box::new(jwe::A256KW.encrypter_from_jwk(jwk)?),
        "A128GCMKW" => Box::new(jwe::A128GCMKW.encrypter_from_jwk(jwk)?),
        "A192GCMKW" => Box::new(jwe::A192GCMKW.encrypter_from_jwk(jwk)?),
        "A256GCMKW" => Box::new(jwe::A256GCMKW.encrypter_from_jwk(jwk)?),
        "PBES2-HS256+A128KW" => Box::new(jwe::PBES2_HS256_A128KW.encrypter_from_jwk(jwk)?),
        _ => Box::new(jwe::Dir.encrypter_from_jwk(jwk)?),
    })
}
