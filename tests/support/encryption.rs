//! Recipients of encrypted messages, one for each algorithm and kind of key.

use aws_lc_rs::agreement::{ECDH_P384, ECDH_P521, PrivateKey};
use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use fapi::Secret;
use fapi::jose::jwe::{DecryptionKey, Recipient, encrypt};
use fapi::jose::{ContentEncryption, EncryptionKey, Jwe, KeyManagement, Object};
use fapi::primitives::aws_lc;
use std::sync::OnceLock;

/// The RSA key of RFC 7516 A.1.
pub const RSA: &str = r#"{"kty":"RSA","e":"AQAB","n":"oahUIoWw0K0usKNuOR6H4wkf4oBUXHTxRvgb48E-BVvxkeDNjbC4he8rUWcJoZmds2h7M70imEVhRU5djINXtqllXI4DFqcI1DgjT9LewND8MW2Krf3Spsk_ZkoFnilakGygTwpZ3uesH-PFABNIUYpOiN15dsQRkgr0vEhxN92i2asbOenSZeyaxziK72UwxrrKoExv6kc5twXTq4h-QChLOln0_mtUZwfsRaMStPs6mS6XrgxnxbWhojf663tuEQueGC-FCMfra36C9knDFGzKsNa7LZK2djYgyD3JR_MB_4NUJW_TqOQtwHYbxevoJArm-L5StowjzGy-_bq6Gw","d":"kLdtIj6GbDks_ApCSTYQtelcNttlKiOyPzMrXHeI-yk1F7-kpDxY4-WY5NWV5KntaEeXS1j82E375xxhWMHXyvjYecPT9fpwR_M9gV8n9Hrh2anTpTD93Dt62ypW3yDsJzBnTnrYu1iwWRgBKrEYY46qAZIrA2xAwnm2X7uGR1hghkqDp0Vqj3kbSCz1XyfCs6_LehBwtxHIyh8Ripy40p24moOAbgxVw3rxT_vlt3UVe4WO3JkJOzlpUf-KTVI2Ptgm-dARxTEtE-id-4OJr0h-K-VFs3VSndVTIznSxfyrj8ILL6MG_Uv8YAu7VILSB3lOW085-4qE3DzgrTjgyQ","p":"1r52Xk46c-LsfB5P442p7atdPUrxQSy4mti_tZI3Mgf2EuFVbUoDBvaRQ-SWxkbkmoEzL7JXroSBjSrK3YIQgYdMgyAEPTPjXv_hI2_1eTSPVZfzL0lffNn03IXqWF5MDFuoUYE0hzb2vhrlN_rKrbfDIwUbTrjjgieRbwC6Cl0","q":"wLb35x7hmQWZsWJmB_vle87ihgZ19S8lBEROLIsZG4ayZVe9Hi9gDVCOBmUDdaDYVTSNx_8Fyw1YYa9XGrGnDew00J28cRUoeBB_jKI1oma0Orv1T9aXIWxKwd4gvxFImOWr3QRL9KEBRzk2RatUBnmDZJTIAfwTs0g68UZHvtc","dp":"ZK-YwE7diUh0qR1tR7w8WHtolDx3MZ_OTowiFvgfeQ3SiresXjm9gZ5KLhMXvo-uz-KUJWDxS5pFQ_M0evdo1dKiRTjVw_x4NyqyXPM5nULPkcpU827rnpZzAJKpdhWAgqrXGKAECQH0Xt4taznjnd_zVpAmZZq60WPMBMfKcuE","dq":"Dq0gfgJ1DdFGXiLvQEZnuKEN0UUmsJBxkjydc3j4ZYdBiMRAy86x0vHCjywcMlYYg4yoC4YZa9hNVcsjqA3FeiL19rk8g6Qn29Tt0cj8qqyFpz9vNDBUfCAiJVeESOjJDZPYHdHY8v1b-o-Z2X5tvLx-TCekf7oxyeKDUqKWjis","qi":"VIMpMYbPf47dT1w_zDUXfPimsSegnMOA1zTaX7aGk_8urY6R8-ZW1FxU7AlWAyLWybqq6t16VFd7hQd0y6flUK4SlOydB61gwanOsXGOAOv82cHq0E3eL4HrtZkUuKvnPrMnsUUFlfUdybVzxyjz9JF_XyaY14ardLSjf4L_FNY"}"#;

/// The octets before the 32 octets of an X25519 key in PKCS #8.
pub const X25519: [u8; 16] = [0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x6e, 4, 0x22, 4, 0x20];

/// A recipient, with what others encrypt with.
pub struct Party {
    pub key: DecryptionKey,
    theirs: Theirs,
}

enum Theirs {
    Public(EncryptionKey),
    Shared(Secret),
}

impl Party {
    /// The owner of a private key.
    pub fn of(key: DecryptionKey) -> Self {
        let jwk = key.public_key().expect("a public half").to_json().with("use", "enc").with("alg", key.alg().name());
        Self { key, theirs: Theirs::Public(EncryptionKey::parse(&jwk, aws_lc()).expect("a key")) }
    }

    /// The holder of a shared key.
    pub fn sharing(alg: KeyManagement, secret: Vec<u8>) -> Self {
        let secret = Secret::from(secret);
        Self { key: DecryptionKey::shared(alg, &secret).expect("a key"), theirs: Theirs::Shared(secret) }
    }

    pub fn recipient(&self) -> Recipient<'_> {
        match &self.theirs {
            Theirs::Public(key) => key.into(),
            Theirs::Shared(secret) => Recipient::Shared(secret),
        }
    }

    /// A message for the recipient.
    pub fn encrypt(&self, enc: ContentEncryption, plaintext: &[u8]) -> String {
        let header = Object::new().with("alg", self.key.alg().name()).with("enc", enc.name()).with("cty", "JWT");
        encrypt(self.recipient(), &header.to_string(), plaintext, &mut random).expect("a JWE")
    }
}

pub fn random(octets: &mut [u8]) {
    aws_lc_rs::rand::fill(octets).expect("random octets");
}

pub fn parse(compact: &str) -> Jwe {
    Jwe::parse(compact, aws_lc()).expect(compact)
}

/// The octets of the parts of a compact JWE, for messages that differ from it.
pub fn parts(compact: &str) -> [Vec<u8>; 5] {
    let parts: Vec<_> = compact.split('.').map(|part| fapi::jose::base64url::decode(part).expect("base64url")).collect();
    parts.try_into().expect("five parts")
}

pub fn joined(parts: &[Vec<u8>; 5]) -> String {
    parts.each_ref().map(fapi::jose::base64url::encode).join(".")
}

/// A private RSA key for an algorithm.
pub fn rsa(alg: KeyManagement) -> DecryptionKey {
    DecryptionKey::from_jwk(alg, &Object::parse(RSA.as_bytes()).expect("an object")).expect("a key")
}

/// A fresh secret.
pub fn octets(length: usize) -> Vec<u8> {
    let mut octets = vec![0; length];
    random(&mut octets);
    octets
}

/// One recipient for every algorithm and kind of key; those of `dir` fit the content encryption.
pub fn parties(enc: ContentEncryption) -> Vec<Party> {
    let mut parties = vec![];
    for &alg in KeyManagement::ALL {
        if alg == KeyManagement::Dir {
            parties.push(Party::sharing(alg, octets(enc.key_length())));
        } else if alg.is_symmetric() {
            parties.push(Party::sharing(alg, octets(alg.wrapping_length().expect("AES"))));
        } else if alg.agrees() {
            parties.extend(agreement_keys().iter().map(|der| Party::of(DecryptionKey::from_pkcs8(alg, der).expect("a key"))));
        } else {
            parties.push(Party::of(rsa(alg)));
        }
    }
    parties
}

/// A private key of each curve in PKCS #8.
fn agreement_keys() -> &'static [Vec<u8>; 4] {
    static KEYS: OnceLock<[Vec<u8>; 4]> = OnceLock::new();
    KEYS.get_or_init(|| {
        let generated = |curve| -> Vec<u8> {
            let der: Pkcs8V1Der<'_> = PrivateKey::generate(curve).expect("a key").as_der().expect("PKCS #8");
            der.as_ref().to_vec()
        };
        let p256 = DecryptionKey::generate_pkcs8(KeyManagement::EcdhEs).expect("a key").to_vec();
        [p256, generated(&ECDH_P384), generated(&ECDH_P521), [&X25519[..], &octets(32)].concat()]
    })
}
