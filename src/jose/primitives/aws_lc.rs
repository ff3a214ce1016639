//! The primitives, implemented with `aws-lc-rs`.

use aws_lc_rs::signature::{self, ParsedPublicKey, UnparsedPublicKey, VerificationAlgorithm};
use aws_lc_rs::{digest, hmac};
use rustls_pki_types::SignatureVerificationAlgorithm;
use webpki::aws_lc_rs as certificate;

use super::{Hash, Primitives};
use crate::jose::{Algorithm, Curve, PublicKey};

/// Returns the primitives, implemented with `aws-lc-rs`.
pub fn aws_lc() -> &'static dyn Primitives {
    &AwsLc
}

#[derive(Debug)]
struct AwsLc;

impl Primitives for AwsLc {
    fn digest(&self, hash: Hash, input: &[u8]) -> Vec<u8> {
        let algorithm = match hash {
            Hash::Sha256 => &digest::SHA256,
            Hash::Sha384 => &digest::SHA384,
            Hash::Sha512 => &digest::SHA512,
        };
        digest::digest(algorithm, input).as_ref().to_vec()
    }

    fn mac(&self, hash: Hash, key: &[u8], input: &[u8]) -> Vec<u8> {
        let algorithm = match hash {
            Hash::Sha256 => hmac::HMAC_SHA256,
            Hash::Sha384 => hmac::HMAC_SHA384,
            Hash::Sha512 => hmac::HMAC_SHA512,
        };
        hmac::sign(&hmac::Key::new(algorithm, key), input).as_ref().to_vec()
    }

    fn accepts(&self, key: &PublicKey) -> bool {
        ParsedPublicKey::new(usual_verification(key), key.encoded()).is_ok()
    }

    fn verify(&self, algorithm: Algorithm, key: &PublicKey, message: &[u8], signature: &[u8]) -> bool {
        verification(algorithm, key)
            .is_some_and(|verification| UnparsedPublicKey::new(verification, key.encoded()).verify(message, signature).is_ok())
    }

    fn certificate_algorithms(&self) -> &'static [&'static dyn SignatureVerificationAlgorithm] {
        CERTIFICATE_ALGORITHMS
    }
}

fn verification(algorithm: Algorithm, key: &PublicKey) -> Option<&'static dyn VerificationAlgorithm> {
    Some(match (algorithm, key) {
        (Algorithm::ES256, PublicKey::Ec(key)) if key.curve() == Curve::P256 => &signature::ECDSA_P256_SHA256_FIXED,
        (Algorithm::ES384, PublicKey::Ec(key)) if key.curve() == Curve::P384 => &signature::ECDSA_P384_SHA384_FIXED,
        (Algorithm::ES512, PublicKey::Ec(key)) if key.curve() == Curve::P521 => &signature::ECDSA_P521_SHA512_FIXED,
        (Algorithm::PS256, PublicKey::Rsa(_)) => &signature::RSA_PSS_2048_8192_SHA256,
        (Algorithm::PS384, PublicKey::Rsa(_)) => &signature::RSA_PSS_2048_8192_SHA384,
        (Algorithm::PS512, PublicKey::Rsa(_)) => &signature::RSA_PSS_2048_8192_SHA512,
        (Algorithm::RS256, PublicKey::Rsa(_)) => &signature::RSA_PKCS1_2048_8192_SHA256,
        (Algorithm::RS384, PublicKey::Rsa(_)) => &signature::RSA_PKCS1_2048_8192_SHA384,
        (Algorithm::RS512, PublicKey::Rsa(_)) => &signature::RSA_PKCS1_2048_8192_SHA512,
        (Algorithm::EdDSA | Algorithm::Ed25519, PublicKey::Ed25519(_)) => &signature::ED25519,
        _ => return None,
    })
}

fn usual_verification(key: &PublicKey) -> &'static dyn VerificationAlgorithm {
    match key {
        PublicKey::Ec(key) => match key.curve() {
            Curve::P256 => &signature::ECDSA_P256_SHA256_FIXED,
            Curve::P384 => &signature::ECDSA_P384_SHA384_FIXED,
            Curve::P521 => &signature::ECDSA_P521_SHA512_FIXED,
        },
        PublicKey::Rsa(_) => &signature::RSA_PSS_2048_8192_SHA256,
        PublicKey::Ed25519(_) => &signature::ED25519,
    }
}

const CERTIFICATE_ALGORITHMS: &[&dyn SignatureVerificationAlgorithm] = &[
    certificate::ECDSA_P256_SHA256,
    certificate::ECDSA_P256_SHA384,
    certificate::ECDSA_P256_SHA512,
    certificate::ECDSA_P384_SHA256,
    certificate::ECDSA_P384_SHA384,
    certificate::ECDSA_P384_SHA512,
    certificate::ECDSA_P521_SHA256,
    certificate::ECDSA_P521_SHA384,
    certificate::ECDSA_P521_SHA512,
    certificate::ED25519,
    certificate::RSA_PKCS1_2048_8192_SHA256,
    certificate::RSA_PKCS1_2048_8192_SHA384,
    certificate::RSA_PKCS1_2048_8192_SHA512,
    certificate::RSA_PKCS1_2048_8192_SHA256_ABSENT_PARAMS,
    certificate::RSA_PKCS1_2048_8192_SHA384_ABSENT_PARAMS,
    certificate::RSA_PKCS1_2048_8192_SHA512_ABSENT_PARAMS,
    certificate::RSA_PSS_2048_8192_SHA256_LEGACY_KEY,
    certificate::RSA_PSS_2048_8192_SHA384_LEGACY_KEY,
    certificate::RSA_PSS_2048_8192_SHA512_LEGACY_KEY,
];
