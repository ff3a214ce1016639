//! The operations that a message contains, with prepared keys and without the message around them.

use crate::party::{Party, Theirs, drawn, parts};
use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::agreement::{self, PrivateKey, UnparsedPublicKey, agree};
use aws_lc_rs::cipher::{self, DecryptionContext, EncryptionContext, UnboundCipherKey};
use aws_lc_rs::cipher::{PaddedBlockDecryptingKey, PaddedBlockEncryptingKey};
use aws_lc_rs::hmac;
use aws_lc_rs::iv::FixedLength;
use aws_lc_rs::key_wrap::{AES_128, AesKek, KeyWrap};
use aws_lc_rs::rsa::{OAEP_SHA256_MGF1SHA256, OaepPrivateDecryptingKey, OaepPublicEncryptingKey, PrivateDecryptingKey};
use fapi::jose::{ContentEncryption, RecipientKey};
use std::hint::black_box;

pub struct Raw {
    key: Key,
    content_key: Vec<u8>,
    encrypted_key: Vec<u8>,
    content: Content,
    sealed: Vec<u8>,
}

enum Key {
    Rsa(OaepPrivateDecryptingKey, OaepPublicEncryptingKey),
    Agreement { ours: PrivateKey, public: Vec<u8>, wraps: bool },
    Wrap(Vec<u8>),
    Direct,
}

#[allow(clippy::large_enum_variant)] // there is one at a time
enum Content {
    Gcm(LessSafeKey),
    Cbc { encrypts: PaddedBlockEncryptingKey, decrypts: PaddedBlockDecryptingKey, mac: hmac::Key },
}

const AAD: &[u8] = &[b'a'; 60];

impl Raw {
    pub fn of(party: &Party, enc: ContentEncryption) -> Self {
        let content_key = drawn(enc.key_length());
        let wraps = !party.key.alg().is_direct();
        let key = match &party.theirs {
            Theirs::Shared(_) if wraps => Key::Wrap(party.material.clone()),
            Theirs::Shared(_) => Key::Direct,
            Theirs::Public(theirs) => match theirs.key() {
                RecipientKey::Rsa(_) => {
                    let private = PrivateDecryptingKey::from_pkcs8(&party.material).unwrap();
                    let public = OaepPublicEncryptingKey::new(private.public_key()).unwrap();
                    Key::Rsa(OaepPrivateDecryptingKey::new(private).unwrap(), public)
                }
                RecipientKey::X25519(_) => {
                    agreeing(PrivateKey::from_private_key(&agreement::X25519, &party.material[16..]), wraps)
                }
                _ => agreeing(PrivateKey::from_private_key_der(&agreement::ECDH_P256, &party.material), wraps),
            },
        };
        let content = if enc.is_gcm() {
            Content::Gcm(LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &content_key).unwrap()))
        } else {
            let (mac, cipher) = content_key.split_at(16);
            let cipher = || UnboundCipherKey::new(&cipher::AES_128, cipher).unwrap();
            Content::Cbc {
                encrypts: PaddedBlockEncryptingKey::cbc_pkcs7(cipher()).unwrap(),
                decrypts: PaddedBlockDecryptingKey::cbc_pkcs7(cipher()).unwrap(),
                mac: hmac::Key::new(hmac::HMAC_SHA256, mac),
            }
        };
        let mut raw = Self { key, content_key, encrypted_key: vec![], content, sealed: vec![] };
        raw.encrypted_key = match &raw.key {
            // The encrypted key of a message has the right length, and so has what it costs.
            Key::Rsa(..) | Key::Wrap(_) => raw.encrypt_key(),
            Key::Agreement { .. } if wraps => wrapped(&[7; 16], &raw.content_key),
            _ => vec![],
        };
        let message = parts(&party.encrypt(enc, &crate::PLAINTEXT));
        assert_eq!(message[1].len(), raw.encrypted_key.len());
        raw.sealed = raw.content.seal(&crate::PLAINTEXT);
        raw
    }

    pub fn encrypt(&self, plaintext: &[u8]) -> (Vec<u8>, Vec<u8>) {
        (self.encrypt_key(), self.content.seal(plaintext))
    }

    pub fn decrypt(&self) -> Vec<u8> {
        match &self.key {
            Key::Rsa(private, _) => {
                let mut key = vec![0; private.min_output_size()];
                black_box(private.decrypt(&OAEP_SHA256_MGF1SHA256, &self.encrypted_key, &mut key, None).unwrap());
            }
            Key::Agreement { ours, public, wraps } => {
                let agreed = agreed(ours, public);
                if *wraps {
                    black_box(unwrapped(&[7; 16], &self.encrypted_key));
                }
                black_box(agreed);
            }
            Key::Wrap(key) => drop(black_box(unwrapped(key, &self.encrypted_key))),
            Key::Direct => {}
        }
        self.content.open(&self.sealed)
    }

    fn encrypt_key(&self) -> Vec<u8> {
        match &self.key {
            Key::Rsa(_, public) => {
                let mut encrypted = vec![0; public.ciphertext_size()];
                public.encrypt(&OAEP_SHA256_MGF1SHA256, &self.content_key, &mut encrypted, None).unwrap();
                encrypted
            }
            Key::Agreement { ours, public, wraps } => {
                let ephemeral = PrivateKey::generate(ours.algorithm()).unwrap();
                black_box(ephemeral.compute_public_key().unwrap());
                let agreed = agreed(&ephemeral, public);
                if *wraps { wrapped(&agreed[..16], &self.content_key) } else { agreed }
            }
            Key::Wrap(key) => wrapped(key, &self.content_key),
            Key::Direct => vec![],
        }
    }
}

fn agreeing<E: std::fmt::Debug>(ours: Result<PrivateKey, E>, wraps: bool) -> Key {
    let ours = ours.unwrap();
    let public = ours.compute_public_key().unwrap().as_ref().to_vec();
    Key::Agreement { ours, public, wraps }
}

fn agreed(ours: &PrivateKey, theirs: &[u8]) -> Vec<u8> {
    let theirs = UnparsedPublicKey::new(ours.algorithm(), theirs);
    agree(ours, theirs, (), |secret| Ok(secret.to_vec())).unwrap()
}

fn wrapped(wrapping: &[u8], key: &[u8]) -> Vec<u8> {
    let mut output = vec![0; key.len() + 8];
    AesKek::new(&AES_128, wrapping).unwrap().wrap(key, &mut output).unwrap();
    output
}

fn unwrapped(wrapping: &[u8], wrapped: &[u8]) -> Vec<u8> {
    let mut output = vec![0; wrapped.len()];
    AesKek::new(&AES_128, wrapping).unwrap().unwrap(wrapped, &mut output).unwrap();
    output
}

impl Content {
    fn seal(&self, plaintext: &[u8]) -> Vec<u8> {
        let mut text = plaintext.to_vec();
        match self {
            Self::Gcm(key) => {
                let nonce = Nonce::assume_unique_for_key([7; 12]);
                key.seal_in_place_append_tag(nonce, Aad::from(AAD), &mut text).unwrap();
            }
            Self::Cbc { encrypts, mac, .. } => {
                encrypts.less_safe_encrypt(&mut text, EncryptionContext::Iv128(FixedLength::from(&[7; 16]))).unwrap();
                black_box(hmac::sign(mac, &text));
            }
        }
        text
    }

    fn open(&self, sealed: &[u8]) -> Vec<u8> {
        let mut text = sealed.to_vec();
        match self {
            Self::Gcm(key) => {
                key.open_in_place(Nonce::assume_unique_for_key([7; 12]), Aad::from(AAD), &mut text).unwrap();
            }
            Self::Cbc { decrypts, mac, .. } => {
                black_box(hmac::sign(mac, &text));
                decrypts.decrypt(&mut text, DecryptionContext::Iv128(FixedLength::from(&[7; 16]))).unwrap();
            }
        }
        text
    }
}
