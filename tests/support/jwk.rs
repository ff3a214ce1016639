//! JWK members for keys from other implementations.

use fapi::jose::base64url;
use x509_parser::asn1_rs::{FromDer, Integer, Sequence};

/// The public members of an RSA key as JWK members, from a DER `RSAPublicKey`.
pub fn rsa_members(der: &[u8]) -> String {
    let (_, sequence) = Sequence::from_der(der).unwrap();
    let (rest, n) = Integer::from_der(&sequence.content).unwrap();
    let (_, e) = Integer::from_der(rest).unwrap();
    let minimal = |integer: &Integer<'_>| {
        let octets = integer.as_ref();
        base64url::encode(&octets[usize::from(octets[0] == 0)..])
    };
    format!(r#""kty":"RSA","n":"{}","e":"{}""#, minimal(&n), minimal(&e))
}

/// The public members of a P-256 key as JWK members, from an uncompressed point.
pub fn p256_members(point: &[u8]) -> String {
    let (x, y) = point[1..].split_at(32);
    format!(r#""kty":"EC","crv":"P-256","x":"{}","y":"{}""#, base64url::encode(x), base64url::encode(y))
}

/// The public member of an Ed25519 key as JWK members.
pub fn ed25519_members(x: &[u8]) -> String {
    format!(r#""kty":"OKP","crv":"Ed25519","x":"{}""#, base64url::encode(x))
}
