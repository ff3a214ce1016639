//! What an RSA signature rests on beside its input: the salt, which anyone with the public key can read.

use data_encoding::BASE64URL_NOPAD;
use rsa::BigUint;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

/// Octets of SHA-256.
const HASH: usize = 32;
/// The prefix of a SHA-256 hash in a signature of PKCS #1, version 1.5 ([RFC 8017 §9.2](https://www.rfc-editor.org/rfc/rfc8017#section-9.2)).
const PREFIX: [u8; 19] =
    [0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20];

/// The salt of a signature with PS256 ([RFC 8017 §9.1.2](https://www.rfc-editor.org/rfc/rfc8017#section-9.1.2)), and an empty one for
/// RS256, whose signature is a function of key and input alone. `None` if it is no such signature of this input by this key.
pub fn salt(jwk: &Map<String, Value>, algorithm: &str, input: &[u8], signature: &[u8]) -> Option<Vec<u8>> {
    let number = |name: &str| jwk.get(name).and_then(Value::as_str).and_then(|text| BASE64URL_NOPAD.decode(text.as_bytes()).ok());
    let (modulus, exponent) = (number("n")?, number("e")?);
    let encoded = BigUint::from_bytes_be(signature).modpow(&BigUint::from_bytes_be(&exponent), &BigUint::from_bytes_be(&modulus));
    let encoded = encoded.to_bytes_be();
    let mut message = vec![0; modulus.len().checked_sub(encoded.len())?];
    message.extend(encoded);
    let hash = Sha256::digest(input);
    match algorithm {
        "RS256" => {
            let filled = message.len().checked_sub(3 + PREFIX.len() + HASH)?;
            let expected = [&[0, 1][..], &vec![0xff; filled], &[0], &PREFIX, &hash].concat();
            (expected == message).then(Vec::new)
        }
        "PS256" => of_pss(&message, &hash),
        _ => None,
    }
}

/// The modulus has a multiple of eight bits, so that the first bit of the message is always zero.
fn of_pss(message: &[u8], hash: &[u8]) -> Option<Vec<u8>> {
    let (0xbc, rest) = message.split_last().map(|(last, rest)| (*last, rest))? else { return None };
    let (masked, check) = rest.split_at_checked(rest.len().checked_sub(HASH)?)?;
    let mut data: Vec<_> = masked.iter().zip(mask(check)).map(|(octet, mask)| octet ^ mask).collect();
    *data.first_mut()? &= 0x7f;
    let start = data.iter().position(|octet| *octet != 0)?;
    let salt = data.get(start..)?.strip_prefix(&[1])?.to_vec();
    let computed = Sha256::new().chain_update([0; 8]).chain_update(hash).chain_update(&salt).finalize();
    (computed.as_slice() == check).then_some(salt)
}

/// MGF1 with SHA-256 ([RFC 8017 §B.2.1](https://www.rfc-editor.org/rfc/rfc8017#appendix-B.2.1)).
fn mask(seed: &[u8]) -> impl Iterator<Item = u8> {
    let block = move |counter: u32| Sha256::new().chain_update(seed).chain_update(counter.to_be_bytes()).finalize();
    (0..u32::MAX).flat_map(block)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rsa::RsaPrivateKey;
    use rsa::rand_core::OsRng;
    use rsa::signature::{RandomizedSigner, SignatureEncoding, Signer};
    use rsa::traits::PublicKeyParts;
    use serde_json::json;

    #[test]
    fn each_pss_signature_has_its_salt_and_one_of_pkcs1_has_none() {
        let key = RsaPrivateKey::new(&mut OsRng, 2048).unwrap();
        let [n, e] = [key.n(), key.e()].map(|number| BASE64URL_NOPAD.encode(&number.to_bytes_be()));
        let Value::Object(jwk) = json!({ "kty": "RSA", "n": n, "e": e }) else { unreachable!("an object was written") };
        let pss = |length| {
            let signer = rsa::pss::SigningKey::<Sha256>::new_with_salt_len(key.clone(), length);
            signer.sign_with_rng(&mut OsRng, b"input").to_vec()
        };
        let of = |algorithm, input: &[u8], signature: &[u8]| salt(&jwk, algorithm, input, signature);
        let (one, two) = (of("PS256", b"input", &pss(32)), of("PS256", b"input", &pss(32)));
        assert!(one.is_some() && one != two && one.as_ref().is_some_and(|salt| salt.len() == 32), "{one:?} {two:?}");
        // Without salt, such a signature would be the same each time.
        assert_eq!(of("PS256", b"input", &pss(0)), Some(vec![]));
        assert_eq!(pss(0), pss(0));
        assert_eq!(of("PS256", b"other", &pss(32)), None);
        let pkcs1 = rsa::pkcs1v15::SigningKey::<Sha256>::new(key.clone()).sign(b"input").to_vec();
        assert_eq!((of("RS256", b"input", &pkcs1), of("RS256", b"other", &pkcs1)), (Some(vec![]), None));
        assert_eq!((of("PS256", b"input", &pkcs1), of("RS256", b"input", &pss(32))), (None, None));
    }
}
