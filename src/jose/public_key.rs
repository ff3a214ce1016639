//! Public keys, validated on construction and kept in the encoding that verification takes.

use std::fmt;

use super::{Algorithm, JwkError, base64url};

/// A public key that can verify signatures. Keys are constructed only by parsing, so their sizes and ranges are always valid.
/// Non-exhaustive: the registry can grow.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum PublicKey {
    /// A point on one of the NIST curves.
    Ec(EcKey),
    /// An RSA modulus and exponent.
    Rsa(RsaKey),
    /// A point on edwards25519.
    Ed25519(Ed25519Key),
}

impl PublicKey {
    /// Returns the key in the encoding that verification takes: an uncompressed point, a DER `RSAPublicKey`, or the 32 octets
    /// of Ed25519. The `subjectPublicKey` of a certificate has the same contents
    /// ([RFC 5480 §2.2](https://www.rfc-editor.org/rfc/rfc5480#section-2.2),
    /// [RFC 8017 A.1.1](https://www.rfc-editor.org/rfc/rfc8017#appendix-A.1.1),
    /// [RFC 8410 §4](https://www.rfc-editor.org/rfc/rfc8410#section-4)).
    pub fn encoded(&self) -> &[u8] {
        match self {
            Self::Ec(key) => &key.point,
            Self::Rsa(key) => &key.der,
            Self::Ed25519(key) => &key.0,
        }
    }

    /// Returns true if `algorithm` takes keys of this kind
    /// ([RFC 7518 §3.1](https://www.rfc-editor.org/rfc/rfc7518#section-3.1)).
    pub fn fits(&self, algorithm: Algorithm) -> bool {
        use Algorithm::{ES256, ES384, ES512, Ed25519, EdDSA, PS256, PS384, PS512, RS256, RS384, RS512};
        match self {
            Self::Ec(key) => match key.curve {
                Curve::P256 => algorithm == ES256,
                Curve::P384 => algorithm == ES384,
                Curve::P521 => algorithm == ES512,
            },
            Self::Rsa(_) => matches!(algorithm, PS256 | PS384 | PS512 | RS256 | RS384 | RS512),
            Self::Ed25519(_) => matches!(algorithm, EdDSA | Ed25519),
        }
    }

    /// Returns the length in octets of every signature by this key
    /// ([RFC 7518 §3.4](https://www.rfc-editor.org/rfc/rfc7518#section-3.4)).
    pub fn signature_length(&self) -> usize {
        match self {
            Self::Ec(key) => 2 * key.curve.field_length(),
            Self::Rsa(key) => key.n().len(),
            Self::Ed25519(_) => 64,
        }
    }
}

/// An elliptic curve of [RFC 7518 §6.2.1.1](https://www.rfc-editor.org/rfc/rfc7518#section-6.2.1.1). Exhaustive: the library
/// supports no other curve.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Curve {
    /// `P-256`.
    P256,
    /// `P-384`.
    P384,
    /// `P-521`.
    P521,
}

impl Curve {
    /// Returns the curve with this `crv` value.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::P256, Self::P384, Self::P521].into_iter().find(|curve| curve.name() == name)
    }

    /// Returns the `crv` value.
    pub const fn name(self) -> &'static str {
        match self {
            Self::P256 => "P-256",
            Self::P384 => "P-384",
            Self::P521 => "P-521",
        }
    }

    /// Returns the length of a coordinate, in octets.
    pub const fn field_length(self) -> usize {
        match self {
            Self::P256 => 32,
            Self::P384 => 48,
            Self::P521 => 66,
        }
    }
}

/// A point on one of the NIST curves.
#[derive(Clone, PartialEq, Eq)]
pub struct EcKey {
    curve: Curve,
    point: Vec<u8>,
}

impl EcKey {
    pub(super) fn new(curve: Curve, x: &[u8], y: &[u8]) -> Result<Self, JwkError> {
        if x.len() != curve.field_length() || y.len() != curve.field_length() {
            return Err(JwkError::Point);
        }
        Ok(Self { curve, point: [&[UNCOMPRESSED], x, y].concat() })
    }

    /// Returns the curve on which the point lies.
    pub fn curve(&self) -> Curve {
        self.curve
    }

    /// Returns the first coordinate, in full length.
    pub fn x(&self) -> &[u8] {
        &self.point[1..1 + self.curve.field_length()]
    }

    /// Returns the second coordinate, in full length.
    pub fn y(&self) -> &[u8] {
        &self.point[1 + self.curve.field_length()..]
    }
}

const UNCOMPRESSED: u8 = 4;

/// An RSA modulus and exponent.
#[derive(Clone, PartialEq, Eq)]
pub struct RsaKey {
    der: Vec<u8>,
    modulus: std::ops::Range<usize>,
    exponent: std::ops::Range<usize>,
}

impl RsaKey {
    /// The minimum size of the modulus, in bits ([RFC 7518 §3.3](https://www.rfc-editor.org/rfc/rfc7518#section-3.3)).
    pub const LEAST_BITS: usize = 2048;
    /// The maximum size of the modulus, in bits. Verification with a larger one would cost more than an unknown peer may
    /// demand.
    pub const MOST_BITS: usize = 8192;

    pub(super) fn new(n: &[u8], e: &[u8]) -> Result<Self, JwkError> {
        let (Some(modulus), Some(exponent)) = (bits(n), bits(e)) else { return Err(JwkError::Integers) };
        if modulus < Self::LEAST_BITS {
            return Err(JwkError::ModulusSmall);
        }
        let odd = |octets: &[u8]| octets.last().is_some_and(|last| last & 1 == 1);
        // The only odd exponent of one bit is 1, which is refused.
        if modulus > Self::MOST_BITS || !odd(n) || !odd(e) || !(2..=32).contains(&exponent) {
            return Err(JwkError::RsaLimits);
        }
        let (modulus, exponent) = (der(0x02, &unsigned(n)), der(0x02, &unsigned(e)));
        let key = der(0x30, &[modulus.as_slice(), &exponent].concat());
        let modulus_end = key.len() - exponent.len();
        let (modulus, exponent) = (modulus_end - n.len()..modulus_end, key.len() - e.len()..key.len());
        Ok(Self { der: key, modulus, exponent })
    }

    /// Returns the modulus, without leading zeros.
    pub fn n(&self) -> &[u8] {
        &self.der[self.modulus.clone()]
    }

    /// Returns the exponent, without leading zeros.
    pub fn e(&self) -> &[u8] {
        &self.der[self.exponent.clone()]
    }
}

fn bits(minimal: &[u8]) -> Option<usize> {
    let first = *minimal.first().filter(|&&first| first != 0)?;
    Some(minimal.len() * 8 - first.leading_zeros() as usize)
}

fn unsigned(minimal: &[u8]) -> Vec<u8> {
    let sign: &[u8] = if minimal.first().is_some_and(|first| first & 0x80 != 0) { &[0] } else { &[] };
    [sign, minimal].concat()
}

fn der(tag: u8, contents: &[u8]) -> Vec<u8> {
    let length = contents.len();
    let [.., high, low] = length.to_be_bytes();
    let header: &[u8] = match length {
        0..=0x7f => &[tag, low],
        0x80..=0xff => &[tag, 0x81, low],
        _ => &[tag, 0x82, high, low],
    };
    [header, contents].concat()
}

/// A point on edwards25519 that is canonically encoded and not of small order.
#[derive(Clone, PartialEq, Eq)]
pub struct Ed25519Key([u8; 32]);

impl Ed25519Key {
    pub(super) fn new(x: &[u8]) -> Result<Self, JwkError> {
        let octets: [u8; 32] = x.try_into().map_err(|_| JwkError::Point)?;
        let mut y = octets;
        y[31] &= 0x7f;
        let canonical = y.iter().rev().lt(FIELD_PRIME.iter().rev());
        if !canonical || SMALL_ORDER.contains(&y) {
            return Err(JwkError::Point);
        }
        Ok(Self(octets))
    }

    /// Returns the point in the encoding of [RFC 8032 §5.1.2](https://www.rfc-editor.org/rfc/rfc8032#section-5.1.2).
    pub fn x(&self) -> &[u8; 32] {
        &self.0
    }
}

/// 2^255 - 19, little-endian.
const FIELD_PRIME: [u8; 32] = {
    let mut prime = [0xff; 32];
    prime[0] = 0xed;
    prime[31] = 0x7f;
    prime
};

/// The y coordinates, little-endian, of the eight points of small order. With such a key, one signature is valid for every
/// message.
const SMALL_ORDER: [[u8; 32]; 5] = [
    [0; 32],
    {
        let mut one = [0; 32];
        one[0] = 1;
        one
    },
    {
        let mut minus_one = FIELD_PRIME;
        minus_one[0] -= 1;
        minus_one
    },
    [
        0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98, 0xf0, 0xd5, 0xdf, 0xac, 0x05,
        0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05,
    ],
    [
        0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67, 0x0f, 0x2a, 0x20, 0x53, 0xfa,
        0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a,
    ],
];

impl fmt::Debug for EcKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EcKey({}, {}, {})", self.curve.name(), base64url::encode(self.x()), base64url::encode(self.y()))
    }
}

impl fmt::Debug for RsaKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RsaKey({}, {})", base64url::encode(self.n()), base64url::encode(self.e()))
    }
}

impl fmt::Debug for Ed25519Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Ed25519Key({})", base64url::encode(self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::der;

    #[test]
    fn der_has_the_shortest_length() {
        let head = |length: usize| der(2, &vec![1; length])[..4].to_vec();
        assert_eq!(head(127), [2, 127, 1, 1]);
        assert_eq!(head(128), [2, 0x81, 128, 1]);
        assert_eq!(head(255), [2, 0x81, 255, 1]);
        assert_eq!(head(256), [2, 0x82, 1, 0]);
    }
}
