//! Signatures with exactly one fault.

use std::sync::LazyLock;

use data_encoding::BASE64URL_NOPAD;
use fapi::requirement::rfc8725::ALL_LAYERS_VALIDATED;
use rsa::signature::{RandomizedSigner, SignatureEncoding, Signer};
use rsa::{BigUint, RsaPrivateKey};
use sha2::{Sha256, Sha384, Sha512};

use super::file::Group;
use super::keys::{Keys, signed};

/// Adds signatures with PSS parameters that JOSE does not use.
pub(super) fn pss(group: Group, keys: &Keys, algorithm: &str, key: &str, header: &[u8], payload: &[u8]) -> Group {
    let private = private(keys, key);
    let length = match algorithm {
        "PS256" => 32,
        "PS384" => 48,
        _ => 64,
    };
    let salted = |salt: usize| {
        signed(header, payload, |message| {
            let (key, random) = (private.clone(), &mut rsa::rand_core::OsRng);
            match algorithm {
                "PS256" => rsa::pss::SigningKey::<Sha256>::new_with_salt_len(key, salt).sign_with_rng(random, message).to_vec(),
                "PS384" => rsa::pss::SigningKey::<Sha384>::new_with_salt_len(key, salt).sign_with_rng(random, message).to_vec(),
                _ => rsa::pss::SigningKey::<Sha512>::new_with_salt_len(key, salt).sign_with_rng(random, message).to_vec(),
            }
        })
    };
    let mut group = group;
    for salt in [0, length - 1, length + 1, 20] {
        let what = format!("{algorithm}: a salt of {salt} octets");
        group = group.invalid(&ALL_LAYERS_VALIDATED, "WrongForm", what, salted(salt));
    }
    let instead = algorithm.replacen('P', "R", 1);
    group.invalid(
        &ALL_LAYERS_VALIDATED,
        "AlgConfusion",
        format!("{algorithm}: signed with {instead}"),
        signed(header, payload, |message| keys.sign(key, &instead, message)),
    )
}

/// Adds PKCS #1 v1.5 signatures with other contents.
pub(super) fn pkcs1(group: Group, keys: &Keys, algorithm: &str, key: &str, header: &[u8], payload: &[u8]) -> Group {
    let private = private(keys, key);
    let unprefixed = signed(header, payload, |message| match algorithm {
        "RS256" => rsa::pkcs1v15::SigningKey::<Sha256>::new_unprefixed(private.clone()).sign(message).to_vec(),
        "RS384" => rsa::pkcs1v15::SigningKey::<Sha384>::new_unprefixed(private.clone()).sign(message).to_vec(),
        _ => rsa::pkcs1v15::SigningKey::<Sha512>::new_unprefixed(private.clone()).sign(message).to_vec(),
    });
    let instead = algorithm.replacen('R', "P", 1);
    let modulus = private.n_octets();
    group
        .invalid(&ALL_LAYERS_VALIDATED, "WrongForm", format!("{algorithm}: the digest without its name"), unprefixed)
        .invalid(
            &ALL_LAYERS_VALIDATED,
            "AlgConfusion",
            format!("{algorithm}: signed with {instead}"),
            signed(header, payload, |message| keys.sign(key, &instead, message)),
        )
        .invalid(
            &ALL_LAYERS_VALIDATED,
            "Malleable",
            format!("{algorithm}: the modulus as signature"),
            signed(header, payload, |_| modulus),
        )
        .invalid(&ALL_LAYERS_VALIDATED, "Malleable", format!("{algorithm}: the number one as signature"), {
            signed(header, payload, |message| {
                let length = keys.sign(key, algorithm, message).len();
                (1..=length).map(|at| u8::from(at == length)).collect()
            })
        })
}

/// An RS256 signature by an RSA key of any size.
pub(super) fn rs256(keys: &Keys, name: &str, message: &[u8]) -> Vec<u8> {
    rsa::pkcs1v15::SigningKey::<Sha256>::new(private(keys, name)).sign(message).to_vec()
}

trait Octets {
    fn n_octets(&self) -> Vec<u8>;
}

impl Octets for RsaPrivateKey {
    fn n_octets(&self) -> Vec<u8> {
        rsa::traits::PublicKeyParts::n(self).to_bytes_be()
    }
}

fn private(keys: &Keys, name: &str) -> RsaPrivateKey {
    let jwk = keys.private(name);
    let number = |member: &str| {
        let text = jwk.get(member).and_then(|value| value.as_str()).unwrap_or_default();
        BigUint::from_bytes_be(&BASE64URL_NOPAD.decode(text.as_bytes()).unwrap_or_default())
    };
    let key = RsaPrivateKey::from_components(number("n"), number("e"), number("d"), vec![number("p"), number("q")]);
    key.unwrap_or_else(|error| unreachable!("{name} is an RSA key: {error}"))
}

/// The order of the curve of this algorithm, as long as a coordinate.
pub(super) fn order(algorithm: &str) -> Vec<u8> {
    let hexadecimal = match algorithm {
        "ES256" => "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551",
        "ES384" => "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973",
        _ => {
            "01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409"
        }
    };
    data_encoding::HEXLOWER.decode(hexadecimal.as_bytes()).unwrap_or_default()
}

/// The signature with S replaced by the order minus S.
pub(super) fn other_s(signature: &[u8], order: &[u8]) -> Vec<u8> {
    let (r, s) = signature.split_at(signature.len() / 2);
    let other = BigUint::from_bytes_be(order) - BigUint::from_bytes_be(s);
    [r, &padded(&other, s.len())].concat()
}

/// The signature with the order added to S, if the sum fits.
pub(super) fn plus(signature: &[u8], order: &[u8]) -> Vec<u8> {
    let (r, s) = signature.split_at(signature.len() / 2);
    let sum = BigUint::from_bytes_be(order) + BigUint::from_bytes_be(s);
    [r, &padded(&sum, s.len())].concat()
}

/// An Ed25519 signature with the order of the group added to S.
pub(super) fn plus_order(signature: Vec<u8>) -> Vec<u8> {
    static ORDER: LazyLock<BigUint> = LazyLock::new(|| {
        BigUint::parse_bytes(b"7237005577332262213973186563042994240857116359379907606001950938285454250989", 10)
            .unwrap_or_default()
    });
    let (r, s) = signature.split_at(signature.len() / 2);
    let mut sum = (BigUint::from_bytes_le(s) + &*ORDER).to_bytes_le();
    sum.resize(32, 0);
    [r, &sum].concat()
}

/// An ECDSA signature in DER, as X.509 encodes it.
pub(super) fn der_of(signature: &[u8]) -> Vec<u8> {
    let integer = |half: &[u8]| {
        let mut octets = BigUint::from_bytes_be(half).to_bytes_be();
        if octets.first().is_some_and(|first| first & 0x80 != 0) {
            octets.insert(0, 0);
        }
        super::der::value(0x02, &octets)
    };
    let (r, s) = signature.split_at(signature.len() / 2);
    super::der::value(0x30, &[integer(r), integer(s)].concat())
}

fn padded(number: &BigUint, length: usize) -> Vec<u8> {
    let octets = number.to_bytes_be();
    [vec![0; length.saturating_sub(octets.len())], octets].concat()
}
