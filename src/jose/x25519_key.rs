//! Public keys of X25519 ([RFC 8037 §3.2](https://www.rfc-editor.org/rfc/rfc8037#section-3.2)).

use std::fmt;

use super::{JwkError, base64url};

/// A point on curve25519 that is not of small order.
#[derive(Clone, PartialEq, Eq)]
pub struct X25519Key([u8; 32]);

impl X25519Key {
    pub(super) fn new(x: &[u8]) -> Result<Self, JwkError> {
        let octets: [u8; 32] = x.try_into().map_err(|_| JwkError::Point)?;
        let mut u = octets;
        u[31] &= 0x7f;
        if SMALL_ORDER.contains(&u) { Err(JwkError::Point) } else { Ok(Self(octets)) }
    }

    /// Returns the coordinate in the encoding of [RFC 7748 §5](https://www.rfc-editor.org/rfc/rfc7748#section-5).
    pub fn x(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for X25519Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "X25519Key({})", base64url::encode(self.0))
    }
}

/// 2^255 - 19 and a small number, little-endian.
const fn prime_and(more: i8) -> [u8; 32] {
    let mut number = [0xff; 32];
    number[0] = 0xed_u8.wrapping_add_signed(more);
    number[31] = 0x7f;
    number
}

const fn small(number: u8) -> [u8; 32] {
    let mut octets = [0; 32];
    octets[0] = number;
    octets
}

/// The coordinates, little-endian, with which every agreement is 0, whatever the other key
/// ([RFC 7748 §6.1](https://www.rfc-editor.org/rfc/rfc7748#section-6.1)).
const SMALL_ORDER: [[u8; 32]; 7] = [
    small(0),
    small(1),
    prime_and(-1),
    prime_and(0),
    prime_and(1),
    [
        0xe0, 0xeb, 0x7a, 0x7c, 0x3b, 0x41, 0xb8, 0xae, 0x16, 0x56, 0xe3, 0xfa, 0xf1, 0x9f, 0xc4, 0x6a, 0xda, 0x09, 0x8d, 0xeb,
        0x9c, 0x32, 0xb1, 0xfd, 0x86, 0x62, 0x05, 0x16, 0x5f, 0x49, 0xb8, 0x00,
    ],
    [
        0x5f, 0x9c, 0x95, 0xbc, 0xa3, 0x50, 0x8c, 0x24, 0xb1, 0xd0, 0xb1, 0x55, 0x9c, 0x83, 0xef, 0x5b, 0x04, 0x44, 0x5c, 0xc4,
        0x58, 0x1c, 0x8e, 0x86, 0xd8, 0x22, 0x4e, 0xdd, 0xd0, 0x9f, 0x11, 0x57,
    ],
];
