//! Encryption: what one implementation encrypts, the other decrypts, and neither decrypts what was altered.

use data_encoding::BASE64URL_NOPAD;
use fapi::Secret;
use fapi::jose::jwe::{DecryptionKey, Recipient, decrypt, encrypt};
use fapi::jose::{ContentEncryption, EncryptionKey, Jwe, KeyManagement, Object};
use fapi::primitives::aws_lc;
use josekit::jwe::{self, JweDecrypter, JweEncrypter, JweHeader};
use josekit::jwk::{Jwk, P_256, P_384, P_521, X25519};
use proptest::prelude::*;
use rand::RngCore as _;
use std::sync::OnceLock;

/// An algorithm with a private or shared key.
struct Pair {
    alg: KeyManagement,
    jwk: Jwk,
}

fn object(jwk: &Jwk) -> Object {
    Object::parse(jwk.to_string().as_bytes()).expect("an object")
}

impl Pair {
    fn ours(&self) -> DecryptionKey {
        DecryptionKey::from_jwk(self.alg, &object(&self.jwk)).expect("a key")
    }

    fn decrypts(&self, compact: &str) -> Option<Vec<u8>> {
        decrypt(&Jwe::parse(compact, aws_lc()).ok()?, &self.ours()).ok()
    }

    fn encrypts(&self, header: &Object, plaintext: &[u8]) -> String {
        let mut random = |octets: &mut [u8]| rand::rng().fill_bytes(octets);
        let header = header.to_string();
        if self.alg.is_symmetric() {
            let secret = self.jwk.parameter("k").and_then(|k| k.as_str()).expect("octets");
            let secret = Secret::from(BASE64URL_NOPAD.decode(secret.as_bytes()).expect("base64url"));
            return encrypt(Recipient::Shared(&secret), &header, plaintext, &mut random).expect("a JWE");
        }
        let public = EncryptionKey::parse(&object(&self.jwk.to_public_key().expect("a public half")), aws_lc()).expect("a key");
        encrypt(Recipient::from(&public), &header, plaintext, &mut random).expect("a JWE")
    }

    fn josekit_decrypts(&self, compact: &str) -> Option<Vec<u8>> {
        jwe::deserialize_compact(compact, &*decrypter(self.alg, &self.jwk)).ok().map(|(plaintext, _)| plaintext)
    }

    fn josekit_encrypts(&self, header: &Object, plaintext: &[u8]) -> String {
        let members: serde_json::Map<_, _> = serde_json::from_str(&header.to_string()).expect("a map");
        let public = if self.alg.is_symmetric() { self.jwk.clone() } else { self.jwk.to_public_key().expect("a public half") };
        let header = JweHeader::from_map(members).expect("a header");
        jwe::serialize_compact(plaintext, &header, &*encrypter(self.alg, &public)).expect("a JWE")
    }
}

macro_rules! algorithms {
    ($($ours:ident $theirs:ident)*) => {
        fn encrypter(alg: KeyManagement, jwk: &Jwk) -> Box<dyn JweEncrypter> {
            match alg {
                $(KeyManagement::$ours => Box::new(jwe::$theirs.encrypter_from_jwk(jwk).expect("an encrypter")),)*
                other => panic!("{other}"),
            }
        }

        fn decrypter(alg: KeyManagement, jwk: &Jwk) -> Box<dyn JweDecrypter> {
            match alg {
                $(KeyManagement::$ours => Box::new(jwe::$theirs.decrypter_from_jwk(jwk).expect("a decrypter")),)*
                other => panic!("{other}"),
            }
        }
    };
}

algorithms! {
    RsaOaep RSA_OAEP
    RsaOaep256 RSA_OAEP_256
    RsaOaep384 RSA_OAEP_384
    RsaOaep512 RSA_OAEP_512
    EcdhEs ECDH_ES
    EcdhEsA128Kw ECDH_ES_A128KW
    EcdhEsA192Kw ECDH_ES_A192KW
    EcdhEsA256Kw ECDH_ES_A256KW
    A128Kw A128KW
    A192Kw A192KW
    A256Kw A256KW
    A128GcmKw A128GCMKW
    A192GcmKw A192GCMKW
    A256GcmKw A256GCMKW
    Dir Dir
}

/// A pair for every algorithm and kind of key.
fn pairs(enc: ContentEncryption) -> Vec<Pair> {
    static PRIVATE: OnceLock<(Jwk, Vec<Jwk>)> = OnceLock::new();
    let (rsa, agreement) = PRIVATE.get_or_init(|| {
        let mut keys: Vec<_> = [P_256, P_384, P_521].into_iter().map(|curve| Jwk::generate_ec_key(curve).unwrap()).collect();
        keys.push(Jwk::generate_ecx_key(X25519).unwrap());
        (Jwk::generate_rsa_key(2048).unwrap(), keys)
    });
    let oct = |length: usize| Jwk::generate_oct_key(length as u8).unwrap();
    let of = |&alg: &KeyManagement| {
        let keys = match alg {
            KeyManagement::Dir => vec![oct(enc.key_length())],
            alg if alg.is_symmetric() => vec![oct(alg.wrapping_length().expect("AES"))],
            alg if alg.agrees() => agreement.clone(),
            _ => vec![rsa.clone()],
        };
        keys.into_iter().map(move |jwk| Pair { alg, jwk })
    };
    KeyManagement::ALL.iter().flat_map(of).collect()
}

fn header(alg: KeyManagement, enc: ContentEncryption) -> Object {
    let header = Object::new().with("alg", alg.name()).with("enc", enc.name());
    if alg.agrees() { header.with("apu", "QWxpY2U").with("apv", "Qm9i") } else { header }
}

#[test]
fn each_decrypts_what_the_other_encrypts() {
    let mut messages = 0;
    for &enc in ContentEncryption::ALL {
        for pair in pairs(enc) {
            let header = header(pair.alg, enc);
            for plaintext in [&b"{}"[..], &[7; 16], &[9; 999]] {
                let (ours, theirs) = (pair.encrypts(&header, plaintext), pair.josekit_encrypts(&header, plaintext));
                for (by, compact) in [("ours", &ours), ("josekit's", &theirs)] {
                    assert_eq!(pair.decrypts(compact).as_deref(), Some(plaintext), "{by}: {} {enc}", pair.alg);
                    assert_eq!(pair.josekit_decrypts(compact).as_deref(), Some(plaintext), "{by}: {} {enc}", pair.alg);
                    messages += 1;
                }
            }
        }
    }
    assert_eq!(messages, 6 * 3 * 2 * (4 + 4 * 4 + 3 + 3 + 1));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn neither_decrypts_what_was_altered(
        enc in proptest::sample::select(ContentEncryption::ALL),
        which in any::<prop::sample::Index>(),
        at in any::<prop::sample::Index>(),
        bit in 0..8_u8,
    ) {
        let pairs = pairs(enc);
        let pair = &pairs[which.index(pairs.len())];
        let compact = pair.josekit_encrypts(&header(pair.alg, enc), b"a plaintext");
        let mut octets: Vec<_> = compact.split('.').map(|part| BASE64URL_NOPAD.decode(part.as_bytes()).unwrap()).collect();
        let lengths: Vec<_> = octets.iter().map(Vec::len).collect();
        let mut at = at.index(lengths.iter().sum());
        for part in &mut octets {
            if let Some(octet) = part.get_mut(at) {
                *octet ^= 1 << bit;
                break;
            }
            at -= part.len();
        }
        let altered = octets.iter().map(|part| BASE64URL_NOPAD.encode(part)).collect::<Vec<_>>().join(".");
        prop_assert_eq!(pair.decrypts(&altered), None);
        prop_assert_eq!(pair.josekit_decrypts(&altered), None);
    }
}
