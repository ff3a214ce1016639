//! Members of keys of every type.

use data_encoding::BASE64;
use fapi::requirement::Requirement;
use fapi::requirement::rfc7517::{CERTIFICATE_MATCHES_KEY, KEY_USE, KEY_WELL_FORMED, NO_PRIVATE_KEYS};
use fapi::requirement::rfc8725::ALGORITHM_LIST;
use fapi::requirement::rfc9864::KEY_REPRESENTED_AS_BEFORE;
use serde_json::{Map, Value, json};

use super::{Group, Keys, with};
use crate::vectors::der::{self, UTF8};

pub(super) fn groups(keys: &Keys) -> Vec<Group> {
    vec![types(keys), purposes(keys), certificates(keys)]
}

fn several(key: &Map<String, Value>, more: &Value) -> Value {
    let mut key = key.clone();
    key.extend(more.as_object().cloned().unwrap_or_default());
    Value::Object(key)
}

fn types(keys: &Keys) -> Group {
    let key = keys.public("client-es256");
    let mut group = Group::new();
    for (what, more) in [
        ("an unknown member", json!({ "colour": { "kty": "oct" } })),
        ("an n and an e, which mean nothing here", json!({ "n": "AA", "e": 1 })),
        ("a thumbprint that is wrong", json!({ "x5t#S256": "AA", "x5t": 1 })),
        ("a URL of certificates, which is not followed", json!({ "x5u": "https://attacker.example/" })),
        ("an empty kid", json!({ "kid": "" })),
        ("a kid with every kind of character", json!({ "kid": "\"\\\u{0}\u{e9}\u{1f511}" })),
        ("a name that differs from d by case", json!({ "D": "AA" })),
    ] {
        group = group.valid("Ignored", what, several(&key, &more)).output(json!(["ES256"]));
    }
    for (what, kty) in [
        ("null", Value::Null),
        ("a number", json!(1)),
        ("empty", json!("")),
        ("in lower case", json!("ec")),
        ("an unknown one", json!("XYZ")),
        ("a list", json!(["EC"])),
        ("AKP, of post-quantum keys", json!("AKP")),
    ] {
        group = group.invalid(&KEY_WELL_FORMED, "Type", format!("kty: {what}"), with(&key, "kty", kty));
    }
    for (what, kid) in [("a number", json!(1)), ("null", Value::Null), ("an object", json!({}))] {
        group = group.invalid(&KEY_WELL_FORMED, "Missing", format!("kid: {what}"), with(&key, "kid", kid));
    }
    group
        .invalid(&KEY_WELL_FORMED, "Missing", "an empty object", json!({}))
        .invalid(&KEY_WELL_FORMED, "Missing", "no kty", super::super::common::without(&key, "kty"))
        .invalid(&NO_PRIVATE_KEYS, "Private", "a symmetric key", json!({ "kty": "oct", "k": "AAAA" }))
        .invalid(&NO_PRIVATE_KEYS, "Private", "a symmetric key without its secret", json!({ "kty": "oct" }))
        .invalid(&NO_PRIVATE_KEYS, "Private", "a public key with a symmetric member", with(&key, "k", "AAAA"))
        .invalid(&NO_PRIVATE_KEYS, "Private", "a private member that is null", with(&key, "d", Value::Null))
        .invalid(&NO_PRIVATE_KEYS, "Private", "a private member that is empty", with(&key, "d", ""))
        .invalid(&NO_PRIVATE_KEYS, "Private", "priv, of post-quantum keys", with(&key, "priv", "AAAA"))
}

type Case = (&'static str, &'static Requirement, Value);

fn purposes(keys: &Keys) -> Group {
    let key = keys.public("client-es256");
    let mut group = Group::new();
    for (what, more) in [
        ("use sig", json!({ "use": "sig" })),
        ("key_ops verify", json!({ "key_ops": ["verify"] })),
        ("key_ops sign and verify", json!({ "key_ops": ["sign", "verify"] })),
        ("use sig and key_ops verify", json!({ "use": "sig", "key_ops": ["verify"] })),
        ("its own algorithm", json!({ "alg": "ES256" })),
        ("key_ops verify and an unknown one", json!({ "key_ops": ["verify", "audit"] })),
    ] {
        group = group.valid("Purpose", what, several(&key, &more)).output(json!(["ES256"]));
    }
    let cases: &[Case] = &[
        ("use enc", &KEY_USE, json!({ "use": "enc" })),
        ("use SIG in upper case", &KEY_USE, json!({ "use": "SIG" })),
        ("an empty use", &KEY_USE, json!({ "use": "" })),
        ("an unknown use", &KEY_USE, json!({ "use": "tls" })),
        ("use is a number", &KEY_WELL_FORMED, json!({ "use": 1 })),
        ("use is null", &KEY_WELL_FORMED, json!({ "use": null })),
        ("use is a list", &KEY_WELL_FORMED, json!({ "use": ["sig"] })),
        ("key_ops sign alone", &KEY_USE, json!({ "key_ops": ["sign"] })),
        ("key_ops encrypt", &KEY_USE, json!({ "key_ops": ["encrypt"] })),
        ("key_ops verify twice", &KEY_USE, json!({ "key_ops": ["verify", "verify"] })),
        ("key_ops in another case", &KEY_USE, json!({ "key_ops": ["Verify"] })),
        ("use sig and key_ops wrapKey", &KEY_USE, json!({ "use": "sig", "key_ops": ["wrapKey"] })),
        ("use sig and key_ops verify and encrypt", &KEY_USE, json!({ "use": "sig", "key_ops": ["verify", "encrypt"] })),
        ("use enc and key_ops verify", &KEY_USE, json!({ "use": "enc", "key_ops": ["verify"] })),
        ("key_ops is a text", &KEY_WELL_FORMED, json!({ "key_ops": "verify" })),
        ("key_ops is one text with both", &KEY_WELL_FORMED, json!({ "key_ops": "sign, verify" })),
        ("key_ops is empty", &KEY_WELL_FORMED, json!({ "key_ops": [] })),
        ("key_ops is null", &KEY_WELL_FORMED, json!({ "key_ops": null })),
        ("key_ops has a number", &KEY_WELL_FORMED, json!({ "key_ops": ["verify", 1] })),
        ("alg is a number", &KEY_WELL_FORMED, json!({ "alg": 256 })),
        ("alg is null", &KEY_WELL_FORMED, json!({ "alg": null })),
        ("alg of another curve", &ALGORITHM_LIST, json!({ "alg": "ES384" })),
        ("alg of another type", &ALGORITHM_LIST, json!({ "alg": "RS256" })),
        ("alg of a MAC", &ALGORITHM_LIST, json!({ "alg": "HS256" })),
        ("alg of encryption", &KEY_USE, json!({ "alg": "ECDH-ES" })),
        ("alg of RSA encryption", &KEY_USE, json!({ "alg": "RSA-OAEP-256" })),
        ("alg none", &ALGORITHM_LIST, json!({ "alg": "none" })),
        ("alg in lower case", &ALGORITHM_LIST, json!({ "alg": "es256" })),
        ("alg that does not exist", &ALGORITHM_LIST, json!({ "alg": "ES521" })),
    ];
    for (what, requirement, more) in cases {
        group = group.invalid(requirement, "Purpose", *what, several(&key, more));
    }
    let rsa = several(&keys.public("client-ps256"), &json!({ "alg": "PS256" }));
    let ed = several(&keys.public("client-eddsa"), &json!({ "alg": "EdDSA" }));
    group
        .valid("Purpose", "an RSA key for PS256 alone", rsa)
        .output(json!(["PS256"]))
        .valid("Purpose", "an Ed25519 key for EdDSA, which is Ed25519 too", ed)
        .output(json!(["EdDSA", "Ed25519"]))
        .shows(&KEY_REPRESENTED_AS_BEFORE)
}

fn certificates(keys: &Keys) -> Group {
    let key = keys.public("client-es256");
    let own = der::certificate(keys, &[vec![der::attribute("2.5.4.3", UTF8, b"client-1")]]);
    let raw = BASE64.decode(own.as_bytes()).unwrap_or_default();
    let other = keys.public("stranger-es256");
    let of = |value: Value| with(&key, "x5c", value);
    let mut group = Group::new()
        .valid("Certificate", "the certificate of the key", of(json!([own])))
        .output(json!(["ES256"]))
        .valid(
            "Certificate",
            "the certificate of the key, and something that is not a certificate after it",
            of(json!([own, "AAAA"])),
        )
        .output(json!(["ES256"]))
        .valid("Certificate", "ten certificates", of(json!(vec![own.clone(); 10])))
        .output(json!(["ES256"]))
        .invalid(&CERTIFICATE_MATCHES_KEY, "Certificate", "the certificate of another key", with(&other, "x5c", json!([own])));
    for (what, value) in [
        ("an empty list", json!([])),
        ("eleven certificates", json!(vec![own.clone(); 11])),
        ("an empty text", json!([""])),
        ("base64url", json!([data_encoding::BASE64URL.encode(&[&raw[..], b"\xff\xff\xfe"].concat())])),
        ("a certificate that is cut off", json!([BASE64.encode(&raw[..raw.len() - 3])])),
        ("octets after the certificate", json!([BASE64.encode(&[&raw[..], &[0, 0, 0]].concat())])),
        ("PEM", json!([format!("-----BEGIN CERTIFICATE-----\n{own}\n-----END CERTIFICATE-----")])),
        ("a line feed inside", json!([format!("{}\n{}", &own[..64], &own[64..])])),
        ("something that is not a certificate", json!([BASE64.encode(b"certificate")])),
        ("something that is not base64 after the certificate", json!([own, "?"])),
    ] {
        group = group.invalid(&CERTIFICATE_MATCHES_KEY, "Certificate", format!("x5c: {what}"), of(value));
    }
    for (what, value) in [("a text", json!(own)), ("null", Value::Null), ("a list with a number", json!([own, 1]))] {
        group = group.invalid(&KEY_WELL_FORMED, "Certificate", format!("x5c: {what}"), of(value));
    }
    group
}
