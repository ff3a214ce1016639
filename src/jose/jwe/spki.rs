//! RSA keys as `SubjectPublicKeyInfo`, which `aws-lc-rs` takes for encryption
//! ([RFC 3279 §2.3.1](https://www.rfc-editor.org/rfc/rfc3279#section-2.3.1)).

use x509_parser::prelude::FromDer;
use x509_parser::public_key::PublicKey;
use x509_parser::x509::SubjectPublicKeyInfo;

use crate::jose::RsaKey;
use crate::jose::public_key::der;

/// Writes the key in DER.
pub(super) fn write(key: &RsaKey) -> Vec<u8> {
    let bits = der(BIT_STRING, &[&[0], key.der()].concat());
    der(SEQUENCE, &[&RSA_IDENTIFIER[..], &bits].concat())
}

/// Reads a key in DER.
pub(super) fn read(der: &[u8]) -> Option<RsaKey> {
    let (_, info) = SubjectPublicKeyInfo::from_der(der).ok()?;
    let PublicKey::RSA(key) = info.parsed().ok()? else { return None };
    let minimal = |octets: &[u8]| octets.iter().copied().skip_while(|&octet| octet == 0).collect::<Vec<_>>();
    RsaKey::new(&minimal(key.modulus), &minimal(key.exponent)).ok()
}

/// The identifier of RSA keys ([RFC 8017 A.1](https://www.rfc-editor.org/rfc/rfc8017#appendix-A.1)).
pub(super) const RSA_IDENTIFIER: [u8; 15] = [0x30, 13, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1, 5, 0];

pub(super) const SEQUENCE: u8 = 0x30;
const BIT_STRING: u8 = 0x03;
