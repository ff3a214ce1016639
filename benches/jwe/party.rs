//! Recipients with fresh keys.

use aws_lc_rs::rand;
use fapi::Secret;
use fapi::jose::jwe::{DecryptionKey, Recipient, encrypt};
use fapi::jose::{ContentEncryption, EncryptionKey, KeyManagement, Object, base64url};
use fapi::primitives::aws_lc;

/// A recipient, with what others encrypt with, and the key as the raw operations take it.
pub struct Party {
    pub key: DecryptionKey,
    pub material: Vec<u8>,
    pub theirs: Theirs,
}

pub enum Theirs {
    Public(EncryptionKey),
    Shared(Secret),
}

pub fn random(octets: &mut [u8]) {
    rand::fill(octets).unwrap();
}

pub fn drawn(length: usize) -> Vec<u8> {
    let mut octets = vec![0; length];
    random(&mut octets);
    octets
}

impl Party {
    /// An owner of RSA of 2048 bits or P-256.
    pub fn generate(alg: KeyManagement) -> Self {
        Self::of(alg, DecryptionKey::generate_pkcs8(alg).unwrap().to_vec())
    }

    /// An owner of X25519.
    pub fn x25519(alg: KeyManagement) -> Self {
        let prefix = [0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x6e, 4, 0x22, 4, 0x20];
        Self::of(alg, [&prefix[..], &drawn(32)].concat())
    }

    fn of(alg: KeyManagement, material: Vec<u8>) -> Self {
        let key = DecryptionKey::from_pkcs8(alg, &material).unwrap();
        let public = EncryptionKey::parse(&key.public_key().unwrap().to_json(), aws_lc()).unwrap();
        Self { key, material, theirs: Theirs::Public(public) }
    }

    /// A holder of a shared key of this length.
    pub fn sharing(alg: KeyManagement, length: usize) -> Self {
        let material = drawn(length);
        let secret = Secret::from(material.clone());
        Self { key: DecryptionKey::shared(alg, &secret).unwrap(), material, theirs: Theirs::Shared(secret) }
    }

    pub fn encrypt(&self, enc: ContentEncryption, plaintext: &[u8]) -> String {
        let header = Object::new().with("alg", self.key.alg().name()).with("enc", enc.name());
        let recipient = match &self.theirs {
            Theirs::Public(key) => Recipient::Public(key),
            Theirs::Shared(secret) => Recipient::Shared(secret),
        };
        encrypt(recipient, &header.to_string(), plaintext, &mut random).unwrap()
    }
}

/// The octets of the parts of a compact JWE.
pub fn parts(compact: &str) -> [Vec<u8>; 5] {
    let parts: Vec<_> = compact.split('.').map(|part| base64url::decode(part).unwrap()).collect();
    parts.try_into().unwrap()
}

pub fn joined(parts: &[Vec<u8>; 5]) -> String {
    parts.each_ref().map(base64url::encode).join(".")
}
