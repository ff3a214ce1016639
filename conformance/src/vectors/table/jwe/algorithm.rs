//! Every algorithm with every kind of key, and messages that do not belong to the key.

use super::{ENCRYPTION, Group, Keys, PLAINTEXT, of_key, of_secret, secret};
use crate::vectors::encrypt::{flipped, jwe, shared, with};
use data_encoding::BASE64URL_NOPAD;
use fapi::requirement::rfc7516::{DECRYPTION, ONE_KEY_ONE_ALGORITHM};
use fapi::requirement::rfc8725::{ALGORITHM_LIST, ECDH_INPUTS};
use serde_json::{Map, Value, json};

const ENCRYPTED_KEY: usize = 1;

/// The recipients with public keys: the kind, the key, one of another party, and the algorithms.
const RECIPIENTS: [(&str, &str, &str, &[&str]); 5] = [
    ("RSA", "recipient-rsa", "stranger-ps256", &["RSA-OAEP", "RSA-OAEP-256", "RSA-OAEP-384", "RSA-OAEP-512"]),
    ("P-256", "recipient-p256", "stranger-es256", AGREEMENT),
    ("P-384", "recipient-p384", "client-es384", AGREEMENT),
    ("P-521", "recipient-p521", "client-es512", AGREEMENT),
    ("X25519", "recipient-x25519", "stranger-x25519", AGREEMENT),
];

const AGREEMENT: &[&str] = &["ECDH-ES", "ECDH-ES+A128KW", "ECDH-ES+A192KW", "ECDH-ES+A256KW"];

const SHARED: [(&str, usize); 6] =
    [("A128KW", 16), ("A192KW", 24), ("A256KW", 32), ("A128GCMKW", 16), ("A192GCMKW", 24), ("A256GCMKW", 32)];

pub(super) fn groups(keys: &Keys) -> Vec<Group> {
    let mut groups = vec![];
    for (kind, name, other, algorithms) in RECIPIENTS {
        for (at, alg) in algorithms.iter().enumerate() {
            let party = Party { what: format!("{alg} for {kind}"), alg, key: keys.public(name), other: keys.public(other) };
            let instead = algorithms[(at + 1) % algorithms.len()];
            groups.push(party.fill(of_key(keys, name, alg, &all()), instead));
        }
    }
    for (alg, length) in SHARED {
        let other: Vec<u8> = secret(length).into_iter().rev().collect();
        let party = Party { what: alg.to_owned(), alg, key: shared(&secret(length)), other: shared(&other) };
        let instead = if alg.contains("GCM") { alg.replace("GCM", "") } else { alg.replace("KW", "GCMKW") };
        groups.push(party.fill(of_secret(&secret(length), alg, &all()), &instead));
    }
    groups.extend(ENCRYPTION.map(|(enc, length)| direct(enc, length)));
    groups.push(only_a256gcm(keys));
    groups.push(points(keys));
    groups
}

fn all() -> Vec<&'static str> {
    ENCRYPTION.iter().map(|(enc, _)| *enc).collect()
}

/// A recipient under one algorithm.
struct Party<'a> {
    what: String,
    alg: &'a str,
    key: Map<String, Value>,
    other: Map<String, Value>,
}

impl Party<'_> {
    fn message(&self, enc: &str) -> String {
        let more = if self.alg.starts_with("ECDH") { json!({ "apu": "QWxpY2U", "apv": "Qm9i" }) } else { json!({}) };
        jwe(&self.key, self.alg, enc, &more, PLAINTEXT.as_bytes())
    }

    fn fill(&self, mut group: Group, instead: &str) -> Group {
        let what = &self.what;
        for (enc, _) in ENCRYPTION {
            group = group.valid("Algorithm", format!("{what} with {enc}"), self.message(enc)).output(PLAINTEXT);
        }
        let bare = jwe(&self.key, self.alg, "A256GCM", &json!({}), b"");
        group = group.valid("Algorithm", format!("{what}: nothing"), bare).output("");
        let message = self.message("A128GCM");
        for (part, named) in [(1, "the encrypted key"), (2, "the initialization vector"), (3, "the ciphertext"), (4, "the tag")] {
            if part == 1 && self.alg == "ECDH-ES" {
                continue;
            }
            let altered = with(&message, part, flipped);
            group = group.invalid(&DECRYPTION, "Altered", format!("{what}: a bit of {named}"), altered);
        }
        let spaced = with(&message, 0, |header| [&header[..1], b" ", &header[1..]].concat());
        group = group.invalid(&DECRYPTION, "Altered", format!("{what}: a space in the header"), spaced);
        let others = jwe(&self.other, self.alg, "A128GCM", &json!({}), PLAINTEXT.as_bytes());
        group = group.invalid(&DECRYPTION, "WrongKey", format!("{what}: for another key"), others);
        if self.alg != "ECDH-ES" {
            for (form, change) in FORMS {
                let altered = with(&message, ENCRYPTED_KEY, *change);
                group = group.invalid(&DECRYPTION, "EncryptedKey", format!("{what}: {form}"), altered);
            }
            let header = |header: Vec<u8>| String::from_utf8_lossy(&header).replace("A128GCM\"", "A256GCM\"").into_bytes();
            let longer = with(&message, 0, header);
            group = group.invalid(&DECRYPTION, "EncryptedKey", format!("{what}: a key of half the length"), longer);
        }
        let confused = jwe(&self.key, instead, "A128GCM", &json!({}), PLAINTEXT.as_bytes());
        group.invalid(&ONE_KEY_ONE_ALGORITHM, "AlgConfusion", format!("{what}: with {instead}"), confused)
    }
}

type Change = fn(Vec<u8>) -> Vec<u8>;

/// The forms of encrypted keys that are none.
const FORMS: &[(&str, Change)] = &[
    ("no encrypted key", |_| vec![]),
    ("one octet as encrypted key", |_| vec![1]),
    ("an encrypted key without its first octet", |key| key[1..].to_vec()),
    ("an encrypted key without its last octet", |key| key[..key.len() - 1].to_vec()),
    ("an encrypted key with an octet more", |key| [&key[..], &[0]].concat()),
    ("an encrypted key of zeros", |key| vec![0; key.len()]),
    ("an encrypted key of ones", |key| vec![0xff; key.len()]),
];

fn direct(enc: &str, length: usize) -> Group {
    let (secret, what) = (secret(length), format!("dir with {enc}"));
    let message = jwe(&shared(&secret), "dir", enc, &json!({}), PLAINTEXT.as_bytes());
    let other: Vec<u8> = secret.iter().rev().copied().collect();
    let others = jwe(&shared(&other), "dir", enc, &json!({}), PLAINTEXT.as_bytes());
    let mut group = of_secret(&secret, "dir", &all()).valid("Algorithm", what.clone(), message.clone()).output(PLAINTEXT);
    for (part, named) in [(2, "the initialization vector"), (3, "the ciphertext"), (4, "the tag")] {
        group = group.invalid(&DECRYPTION, "Altered", format!("{what}: a bit of {named}"), with(&message, part, flipped));
    }
    group.invalid(&DECRYPTION, "WrongKey", format!("{what}: for another key"), others)
}

fn only_a256gcm(keys: &Keys) -> Group {
    let message = |enc: &str| jwe(&keys.public("recipient-rsa"), "RSA-OAEP-256", enc, &json!({}), PLAINTEXT.as_bytes());
    let mut group = of_key(keys, "recipient-rsa", "RSA-OAEP-256", &["A256GCM"])
        .valid("AlgConfusion", "A256GCM, where only that is allowed", message("A256GCM"))
        .output(PLAINTEXT);
    for (enc, _) in ENCRYPTION.iter().filter(|(enc, _)| *enc != "A256GCM") {
        let what = format!("{enc}, where only A256GCM is allowed");
        group = group.invalid(&ALGORITHM_LIST, "AlgConfusion", what, message(enc));
    }
    group
}

/// Ephemeral keys that are no points of the recipient's curve.
fn points(keys: &Keys) -> Group {
    let message = jwe(&keys.public("recipient-x25519"), "ECDH-ES", "A128GCM", &json!({ "kid": "k" }), PLAINTEXT.as_bytes());
    let altered = |epk: &Value| {
        let header = json!({ "alg": "ECDH-ES", "enc": "A128GCM", "epk": epk });
        with(&message, 0, |_| header.to_string().into_bytes())
    };
    let x25519 = |octets: [u8; 32]| json!({ "kty": "OKP", "crv": "X25519", "x": BASE64URL_NOPAD.encode(&octets) });
    let prime = |more: i8| {
        let mut octets = [0xff; 32];
        (octets[0], octets[31]) = (0xed_u8.wrapping_add_signed(more), 0x7f);
        octets
    };
    let small = |number: u8| {
        let mut octets = [0; 32];
        octets[0] = number;
        octets
    };
    let of_hex = |digits: &str| {
        let decoded = data_encoding::HEXLOWER.decode(digits.as_bytes()).unwrap_or_default();
        <[u8; 32]>::try_from(decoded).unwrap_or_default()
    };
    let mut off = keys.public("recipient-p256");
    off.insert("y".into(), json!(BASE64URL_NOPAD.encode(&[1; 32])));
    let mut group = of_key(keys, "recipient-x25519", "ECDH-ES", &["A128GCM"])
        .valid("InvalidPoint", "a point of the curve", message.clone())
        .output(PLAINTEXT);
    for (what, epk) in [
        ("zero", x25519(small(0))),
        ("one", x25519(small(1))),
        ("the prime", x25519(prime(0))),
        ("one less than the prime", x25519(prime(-1))),
        ("one more than the prime", x25519(prime(1))),
        ("a point of order eight", x25519(of_hex("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"))),
        ("another point of order eight", x25519(of_hex("5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157"))),
        ("31 octets", json!({ "kty": "OKP", "crv": "X25519", "x": BASE64URL_NOPAD.encode(&[9; 31]) })),
        ("a key for signatures", Value::Object(keys.public("client-eddsa"))),
        ("an RSA key", Value::Object(keys.public("client-ps256"))),
        ("a point off P-256", Value::Object(off)),
        ("a private key", Value::Object(keys.private("client-es256"))),
        ("an unknown curve", json!({ "kty": "OKP", "crv": "X448", "x": BASE64URL_NOPAD.encode(&[9; 56]) })),
        ("no key", json!({})),
    ] {
        group = group.invalid(&ECDH_INPUTS, "InvalidPoint", what, altered(&epk));
    }
    group.invalid(&DECRYPTION, "InvalidPoint", "a point of another curve", altered(&Value::Object(keys.public("client-es256"))))
}
