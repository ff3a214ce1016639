//! Arithmetic on numbers as octets, to make faulty keys and signatures.

use data_encoding::HEXLOWER;

pub fn hex(digits: &str) -> Vec<u8> {
    HEXLOWER.decode(digits.as_bytes()).unwrap()
}

/// The order of P-256.
pub const P256_ORDER: &str = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";
/// The prime of P-256.
pub const P256_PRIME: &str = "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff";
/// The order of the subgroup of edwards25519, little-endian.
pub const ED25519_ORDER: &str = "edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010";

/// `a - b`, big-endian and of the same length; `a` is not smaller than `b`.
pub fn minus(a: &[u8], b: &[u8]) -> Vec<u8> {
    let mut borrow = 0i16;
    let mut digits: Vec<u8> = a
        .iter()
        .zip(b)
        .rev()
        .map(|(a, b)| {
            let digit = i16::from(*a) - i16::from(*b) - borrow;
            borrow = i16::from(digit < 0);
            digit.rem_euclid(256) as u8
        })
        .collect();
    digits.reverse();
    digits
}

/// `a + b`, little-endian and of the same length.
pub fn plus(a: &[u8], b: &[u8]) -> Vec<u8> {
    let mut carry = 0u16;
    a.iter()
        .zip(b)
        .map(|(a, b)| {
            let digit = u16::from(*a) + u16::from(*b) + carry;
            carry = digit >> 8;
            digit as u8
        })
        .collect()
}

/// An ECDSA signature in DER.
pub fn der(signature: &[u8]) -> Vec<u8> {
    let integer = |octets: &[u8]| {
        let zeros = octets.iter().take_while(|octet| **octet == 0).count();
        let sign: &[u8] = if octets.get(zeros).is_some_and(|first| *first >= 0x80) { &[0] } else { &[] };
        let digits = [sign, &octets[zeros..]].concat();
        [&[2, digits.len() as u8], &digits[..]].concat()
    };
    let (r, s) = signature.split_at(signature.len() / 2);
    let both = [integer(r), integer(s)].concat();
    let length: &[u8] = if both.len() < 0x80 { &[both.len() as u8] } else { &[0x81, both.len() as u8] };
    [&[0x30], length, &both].concat()
}
