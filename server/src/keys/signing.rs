//! Signing keys.

use super::KeyError;
use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256, RSA_PSS_SHA256, RsaKeyPair,
};
use data_encoding::BASE64URL_NOPAD;
use fapi::jose::{Algorithm, Jwk, Object};
use serde::Serialize;
use zeroize::Zeroizing;

/// The shortest and the longest RSA key, in bits.
const RSA_BITS: (usize, usize) = (2_048, 8_192);

/// A private signing key and its key identifier.
pub struct SigningKey {
    kid: String,
    algorithm: Algorithm,
    pair: Pair,
}

enum Pair {
    P256(EcdsaKeyPair),
    Rsa(RsaKeyPair),
    Ed25519(Ed25519KeyPair),
}

impl SigningKey {
    /// Generates a private key in PKCS #8: P-256, RSA of 2048 bits or Ed25519.
    pub fn generate(algorithm: Algorithm) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        let failed = |_| KeyError::Backend;
        let der = match algorithm {
            Algorithm::ES256 => {
                let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).map_err(failed)?;
                pair.to_pkcs8v1().map_err(failed)?.as_ref().to_vec()
            }
            Algorithm::PS256 | Algorithm::RS256 => {
                let pair = RsaKeyPair::generate(KeySize::Rsa2048).map_err(failed)?;
                AsDer::as_der(&pair).map_err(failed)?.as_ref().to_vec()
            }
            Algorithm::EdDSA => Ed25519KeyPair::generate().map_err(failed)?.to_pkcs8().map_err(failed)?.as_ref().to_vec(),
            _ => return Err(KeyError::Unfit(algorithm.name())),
        };
        Ok(Zeroizing::new(der))
    }

    /// Reads a key for ES256, PS256, EdDSA or RS256.
    pub fn from_pkcs8(algorithm: Algorithm, der: &[u8]) -> Result<Self, KeyError> {
        let unfit = |_| KeyError::Unfit(algorithm.name());
        let pair = match algorithm {
            Algorithm::ES256 => Pair::P256(EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, der).map_err(unfit)?),
            Algorithm::PS256 | Algorithm::RS256 => Pair::Rsa(rsa(der).ok_or(KeyError::Unfit(algorithm.name()))?),
            Algorithm::EdDSA => Pair::Ed25519(Ed25519KeyPair::from_pkcs8(der).map_err(unfit)?),
            _ => return Err(KeyError::Unfit(algorithm.name())),
        };
        let kid = BASE64URL_NOPAD.encode(&digest(&SHA256, pair.public()).as_ref()[..12]);
        Ok(Self { kid, algorithm, pair })
    }

    /// The key identifier, derived from the public key.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// The JWS signature value; `None` if the key is not for this algorithm.
    pub fn sign(&self, algorithm: Algorithm, input: &[u8]) -> Option<Vec<u8>> {
        let random = SystemRandom::new();
        match (&self.pair, algorithm) {
            (Pair::P256(pair), Algorithm::ES256) => pair.sign(&random, input).ok().map(|signature| signature.as_ref().to_vec()),
            (Pair::Rsa(pair), Algorithm::PS256 | Algorithm::RS256) if algorithm == self.algorithm => {
                let mut signature = vec![0; pair.public_modulus_len()];
                let padding = if algorithm == Algorithm::PS256 { &RSA_PSS_SHA256 } else { &RSA_PKCS1_SHA256 };
                pair.sign(padding, &random, input, &mut signature).ok()?;
                Some(signature)
            }
            (Pair::Ed25519(pair), Algorithm::EdDSA | Algorithm::Ed25519) => {
                pair.try_sign(input).ok().map(|signature| signature.as_ref().to_vec())
            }
            _ => None,
        }
    }

    /// The public key.
    pub fn public_jwk(&self) -> Result<Jwk, KeyError> {
        let unfit = || KeyError::Unfit(self.algorithm.name());
        let number = |octets: &[u8]| Some(BASE64URL_NOPAD.encode(octets));
        let mut member = Members { kid: &self.kid, r#use: "sig", alg: self.algorithm.name(), ..Members::default() };
        let public = self.pair.public();
        match &self.pair {
            Pair::P256(_) => {
                let (x, y) = public.strip_prefix(&[4]).and_then(|point| point.split_at_checked(32)).ok_or_else(unfit)?;
                (member.kty, member.crv, member.x, member.y) = ("EC", Some("P-256"), number(x), number(y));
            }
            Pair::Rsa(_) => {
                let (modulus, exponent) = rsa_numbers(public).ok_or_else(unfit)?;
                (member.kty, member.n, member.e) = ("RSA", number(modulus), number(exponent));
            }
            Pair::Ed25519(_) => (member.kty, member.crv, member.x) = ("OKP", Some("Ed25519"), number(public)),
        }
        let text = serde_json::to_vec(&member).map_err(|_| unfit())?;
        let object = Object::parse(&text).map_err(|_| unfit())?;
        Jwk::parse(&object, fapi::primitives::aws_lc()).map_err(|_| unfit())
    }
}

/// An RSA key of a length that clients accept.
fn rsa(der: &[u8]) -> Option<RsaKeyPair> {
    RsaKeyPair::from_pkcs8(der).ok().filter(|pair| (RSA_BITS.0..=RSA_BITS.1).contains(&(pair.public_modulus_len() * 8)))
}

impl Pair {
    fn public(&self) -> &[u8] {
        match self {
            Self::P256(pair) => pair.public_key().as_ref(),
            Self::Rsa(pair) => pair.public_key().as_ref(),
            Self::Ed25519(pair) => pair.public_key().as_ref(),
        }
    }
}

#[derive(Default, Serialize)]
struct Members<'a> {
    kty: &'static str,
    kid: &'a str,
    r#use: &'static str,
    alg: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    crv: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    x: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    y: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    n: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    e: Option<String>,
}

/// Modulus and exponent of an RSAPublicKey (PKCS #1).
fn rsa_numbers(der: &[u8]) -> Option<(&[u8], &[u8])> {
    let (sequence, rest) = element(der, 0x30)?;
    let (modulus, rest_of_sequence) = element(sequence, 0x02)?;
    let (exponent, end) = element(rest_of_sequence, 0x02)?;
    (rest.is_empty() && end.is_empty()).then_some((unsigned(modulus), unsigned(exponent)))
}

fn element(der: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (first, rest) = der.split_first()?;
    let (length, rest) = rest.split_first()?;
    let (length, rest) = match length {
        0..=0x7f => (usize::from(*length), rest),
        0x81 => rest.split_first().map(|(length, rest)| (usize::from(*length), rest))?,
        0x82 => rest.split_at_checked(2).map(|(length, rest)| (usize::from(length[0]) << 8 | usize::from(length[1]), rest))?,
        _ => return None,
    };
    if *first == tag { rest.split_at_checked(length) } else { None }
}

fn unsigned(integer: &[u8]) -> &[u8] {
    integer.strip_prefix(&[0]).unwrap_or(integer)
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_lc_rs::signature::{
        ECDSA_P256_SHA256_FIXED, ED25519, RSA_PKCS1_2048_8192_SHA256, RSA_PSS_2048_8192_SHA256, UnparsedPublicKey,
        VerificationAlgorithm,
    };

    #[test]
    fn every_key_signs_with_its_own_algorithm_only() {
        let is_rsa = |algorithm| matches!(algorithm, Algorithm::PS256 | Algorithm::RS256);
        let algorithms: [(Algorithm, &'static dyn VerificationAlgorithm); 4] = [
            (Algorithm::ES256, &ECDSA_P256_SHA256_FIXED),
            (Algorithm::PS256, &RSA_PSS_2048_8192_SHA256),
            (Algorithm::EdDSA, &ED25519),
            (Algorithm::RS256, &RSA_PKCS1_2048_8192_SHA256),
        ];
        for (algorithm, verifier) in algorithms {
            let key = SigningKey::from_pkcs8(algorithm, &SigningKey::generate(algorithm).unwrap()).unwrap();
            let signature = key.sign(algorithm, b"input").unwrap();
            UnparsedPublicKey::new(verifier, key.pair.public()).verify(b"input", &signature).unwrap();
            for (other, _) in algorithms.iter().filter(|(other, _)| *other != algorithm) {
                assert_eq!(key.sign(*other, b"input"), None);
                let of_other = SigningKey::from_pkcs8(*other, &SigningKey::generate(algorithm).unwrap());
                assert_eq!(of_other.is_ok(), is_rsa(algorithm) && is_rsa(*other), "the file of an RSA key says what it is for");
            }
            assert_eq!(key.public_jwk().unwrap().kid(), Some(key.kid()));
        }
    }
}
