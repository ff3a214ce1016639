//! Test keys, made by implementations that the library does not use.

use fapi::jose::{Jwk, Object, base64url};
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{Signature, SigningKey};

/// A P-256 key made from a seed.
#[derive(Clone)]
pub struct Key {
    kid: String,
    key: SigningKey,
}

impl Key {
    pub fn es256(kid: &str, seed: u8) -> Self {
        Self { kid: kid.into(), key: SigningKey::from_slice(&[seed; 32]).unwrap() }
    }

    pub fn jwk(&self) -> Object {
        let point = self.key.verifying_key().to_sec1_point(false);
        let text = |octets: &[u8]| base64url::encode(octets);
        Object::default()
            .with("kty", "EC")
            .with("crv", "P-256")
            .with("x", text(&point.as_bytes()[1..33]))
            .with("y", text(&point.as_bytes()[33..65]))
    }

    /// Returns the public JWK with its `kid` and `alg`.
    pub fn public(&self) -> Jwk {
        Jwk::parse(&self.named(), fapi::primitives::aws_lc()).unwrap()
    }

    pub fn named(&self) -> Object {
        self.jwk().with("kid", self.kid.as_str()).with("alg", "ES256")
    }

    pub fn jwks(&self) -> Object {
        Object::default().with("keys", vec![self.named()])
    }

    pub fn thumbprint(&self) -> String {
        self.public().thumbprint(fapi::primitives::aws_lc())
    }

    pub fn sign(&self, input: &[u8]) -> Vec<u8> {
        let signature: Signature = self.key.sign(input);
        signature.to_bytes().to_vec()
    }

    /// A compact JWS.
    pub fn jws(&self, header: &Object, claims: &Object) -> String {
        let part = |object: &Object| base64url::encode(serde_json::to_vec(object).unwrap());
        let input = format!("{}.{}", part(header), part(claims));
        format!("{input}.{}", base64url::encode(self.sign(input.as_bytes())))
    }

    pub fn kid(&self) -> &str {
        &self.kid
    }
}

pub fn mac(input: &[u8]) -> Vec<u8> {
    fapi::primitives::aws_lc().mac(fapi::primitives::Hash::Sha256, &[7; 32], input)
}

pub fn sha256(input: &[u8]) -> String {
    base64url::encode(fapi::primitives::sha256(fapi::primitives::aws_lc(), input))
}
