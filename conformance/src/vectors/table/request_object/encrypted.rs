//! Request objects that were signed, and then encrypted for the server.

use data_encoding::BASE64URL_NOPAD;
use fapi::requirement::local::REQUEST_SIZE;
use fapi::requirement::rfc7515::{ALG_ALLOWED, CRIT_WELL_FORMED, HEADER_NAMES_UNIQUE, STRICT_BASE64URL};
use fapi::requirement::rfc7516::{COMPACT_FORM, DECRYPTION};
use fapi::requirement::rfc7518::GCM_SIZES;
use fapi::requirement::rfc7519::{AUD_CONTAINS_RECIPIENT, NESTED_CTY};
use fapi::requirement::rfc8725::{
    ALL_LAYERS_VALIDATED, COMPACT_ALPHABET, CURRENT_ALGORITHMS, DECOMPRESSION_LIMIT, NESTED_OPERATIONS_VALIDATED, PBES2_LIMIT,
};
use fapi::requirement::rfc9101::{OBJECT_DECRYPTED, SOURCE_VERIFIED};
use fapi::requirement::rfc9126::REQUEST_OBJECT_DECRYPTED;
use serde_json::{Value, json};

use super::super::common;
use super::{Group, Keys, compact, fapi2, good, good2, header, in_force, in_force2, output, plain, sent, signed};
use crate::vectors::encrypt::{flipped, jwe, with};

pub(super) fn groups(keys: &Keys) -> Vec<Group> {
    vec![every_algorithm(keys), messages(keys), contents(keys), pushed(keys), without_key(keys)]
}

/// The server's private keys, each for one algorithm.
const SERVER_KEYS: [(&str, &str, &str); 6] = [
    ("recipient-rsa", "e1", "RSA-OAEP"),
    ("recipient-rsa", "e2", "RSA-OAEP-256"),
    ("recipient-p256", "e3", "ECDH-ES"),
    ("recipient-p384", "e4", "ECDH-ES+A128KW"),
    ("recipient-p521", "e5", "ECDH-ES+A192KW"),
    ("recipient-x25519", "e6", "ECDH-ES+A256KW"),
];

const ENCRYPTION: [&str; 6] = ["A128GCM", "A192GCM", "A256GCM", "A128CBC-HS256", "A192CBC-HS384", "A256CBC-HS512"];

fn server_keys(keys: &Keys) -> Value {
    let named = SERVER_KEYS.map(|(name, kid, alg)| {
        let mut key = keys.private(name);
        key.insert("kid".into(), kid.into());
        key.insert("alg".into(), alg.into());
        key
    });
    json!(named)
}

fn decrypting(group: Group, keys: &Keys) -> Group {
    group.gives("decryption_keys", server_keys(keys))
}

/// A message for a key of the server with these members of the header beside `alg` and `enc`.
fn message(keys: &Keys, name: &str, alg: &str, enc: &str, more: &Value, content: &str) -> String {
    jwe(&keys.public(name), alg, enc, more, content.as_bytes())
}

/// A message for the key e2.
fn sealed(keys: &Keys, content: &str) -> String {
    message(keys, "recipient-rsa", "RSA-OAEP-256", "A256GCM", &json!({ "kid": "e2", "cty": "JWT" }), content)
}

fn every_algorithm(keys: &Keys) -> Group {
    let inner = signed(keys, &Value::Object(good()));
    let mut group = decrypting(plain(keys), keys);
    for (at, (name, kid, alg)) in SERVER_KEYS.into_iter().enumerate() {
        let header = json!({ "kid": kid, "cty": "JWT" });
        for enc in [ENCRYPTION[at], ENCRYPTION[(at + 3) % 6]] {
            let text = message(keys, name, alg, enc, &header, &inner);
            group = output(group.valid("Encrypted", format!("{alg} and {enc}"), sent(text)), &in_force());
        }
        let unnamed = message(keys, name, alg, "A256GCM", &json!({ "cty": "JWT" }), &inner);
        group = output(group.valid("Encrypted", format!("{alg} without kid"), sent(unnamed)), &in_force());
    }
    for (what, more) in [
        ("cty: jwt", json!({ "kid": "e2", "cty": "jwt" })),
        ("cty: application/jwt", json!({ "kid": "e2", "cty": "application/jwt" })),
        ("an unknown header parameter", json!({ "kid": "e2", "cty": "JWT", "colour": "blue" })),
        ("typ of the encryption: JWT", json!({ "kid": "e2", "cty": "JWT", "typ": "JWT" })),
    ] {
        let text = message(keys, "recipient-rsa", "RSA-OAEP-256", "A128GCM", &more, &inner);
        group = output(group.valid("Encrypted", what, sent(text)), &in_force());
    }
    for (what, requirement, kid) in [
        ("a key of the server for another algorithm", &OBJECT_DECRYPTED, "e1"),
        ("a key that the server does not have", &DECRYPTION, "e9"),
        ("an empty kid", &DECRYPTION, ""),
        ("the kid of a signing key", &DECRYPTION, "as-1"),
    ] {
        let header = json!({ "kid": kid, "cty": "JWT" });
        let text = message(keys, "recipient-rsa", "RSA-OAEP-256", "A128GCM", &header, &inner);
        group = group.invalid(requirement, "Encrypted", what, sent(text));
    }
    let stranger = jwe(
        &keys.public("stranger-x25519"),
        "ECDH-ES+A256KW",
        "A256GCM",
        &json!({ "kid": "e6", "cty": "JWT" }),
        inner.as_bytes(),
    );
    group
        .invalid(&OBJECT_DECRYPTED, "Encrypted", "encrypted for somebody else, under a kid of the server", sent(stranger))
        .errors("invalid_request_object")
}

fn messages(keys: &Keys) -> Group {
    let valid = sealed(keys, &signed(keys, &common::with(&good(), "state", "altered")));
    let parts: Vec<&str> = valid.split('.').collect();
    let headed = |header: &str| sent(format!("{}.{}", BASE64URL_NOPAD.encode(header.as_bytes()), parts[1..].join(".")));
    let force = super::members(common::with(&in_force(), "state", "altered"));
    let mut group = output(
        decrypting(plain(keys), keys).valid("Encrypted", "a message of which others are altered", sent(valid.clone())),
        &force,
    );
    for (part, name) in [(1, "encrypted key"), (2, "initialization vector"), (3, "ciphertext"), (4, "tag")] {
        let altered = with(&valid, part, flipped);
        group = group.invalid(&OBJECT_DECRYPTED, "Encrypted", format!("one bit of the {name} flipped"), sent(altered));
    }
    for (what, requirement, header) in [
        ("another header of the same meaning", &DECRYPTION, r#"{"enc":"A256GCM","alg":"RSA-OAEP-256","kid":"e2","cty":"JWT"}"#),
        ("RSA1_5", &CURRENT_ALGORITHMS, r#"{"alg":"RSA1_5","enc":"A256GCM","kid":"e2","cty":"JWT"}"#),
        ("an unknown alg", &ALG_ALLOWED, r#"{"alg":"RSA-OAEP-224","enc":"A256GCM","kid":"e2","cty":"JWT"}"#),
        ("an unknown enc", &ALG_ALLOWED, r#"{"alg":"RSA-OAEP-256","enc":"A64GCM","kid":"e2","cty":"JWT"}"#),
        ("no enc", &ALG_ALLOWED, r#"{"alg":"RSA-OAEP-256","kid":"e2","cty":"JWT"}"#),
        ("zip: DEF", &DECOMPRESSION_LIMIT, r#"{"alg":"RSA-OAEP-256","enc":"A256GCM","zip":"DEF","kid":"e2","cty":"JWT"}"#),
        (
            "a key from a password",
            &PBES2_LIMIT,
            r#"{"alg":"PBES2-HS256+A128KW","enc":"A256GCM","p2s":"AAAAAAAAAAA","p2c":1,"cty":"JWT"}"#,
        ),
        (
            "an extension of the encryption that must be understood",
            &DECRYPTION,
            r#"{"alg":"RSA-OAEP-256","enc":"A256GCM","kid":"e2","cty":"JWT","crit":["x"],"x":1}"#,
        ),
        (
            "crit of the encryption is empty",
            &CRIT_WELL_FORMED,
            r#"{"alg":"RSA-OAEP-256","enc":"A256GCM","kid":"e2","cty":"JWT","crit":[]}"#,
        ),
        ("enc twice", &HEADER_NAMES_UNIQUE, r#"{"alg":"RSA-OAEP-256","enc":"A256GCM","enc":"A256GCM","kid":"e2","cty":"JWT"}"#),
    ] {
        group = group.invalid(requirement, "Encrypted", what, headed(header));
    }
    let joined = |parts: &[&str]| sent(parts.join("."));
    let long = format!("{}.{}.{}.{}{}.{}", parts[0], parts[1], parts[2], parts[3], "A".repeat(24_576), parts[4]);
    group
        .invalid(&GCM_SIZES, "Encrypted", "no tag", joined(&[parts[0], parts[1], parts[2], parts[3], ""]))
        .invalid(&GCM_SIZES, "Encrypted", "no initialization vector", joined(&[parts[0], parts[1], "", parts[3], parts[4]]))
        .invalid(&OBJECT_DECRYPTED, "Encrypted", "no encrypted key", joined(&[parts[0], "", parts[2], parts[3], parts[4]]))
        .invalid(&OBJECT_DECRYPTED, "Encrypted", "no ciphertext", joined(&[parts[0], parts[1], parts[2], "", parts[4]]))
        .invalid(&COMPACT_ALPHABET, "Encrypted", "a padded part", {
            joined(&[parts[0], parts[1], parts[2], &format!("{}=", parts[3]), parts[4]])
        })
        .invalid(&STRICT_BASE64URL, "Encrypted", "a lone character in a part", {
            joined(&[parts[0], parts[1], &format!("{}A", parts[2]), parts[3], parts[4]])
        })
        .invalid(&COMPACT_FORM, "Encrypted", "an encrypted key beside a direct one", {
            headed(r#"{"alg":"dir","enc":"A256GCM","kid":"e2","cty":"JWT"}"#)
        })
        .invalid(&REQUEST_SIZE, "Size", "a message of more than 24,576 octets", sent(long))
        .errors("invalid_request_object")
}

fn contents(keys: &Keys) -> Group {
    let claims = Value::Object(super::members(common::with(&good(), "state", "inner")));
    let inner = signed(keys, &claims);
    let force = super::members(common::with(&in_force(), "state", "inner"));
    let group = output(
        decrypting(plain(keys), keys).valid("Encrypted", "signed by the client, and encrypted", sent(sealed(keys, &inner))),
        &force,
    );
    let unsigned = compact(&json!({ "alg": "none" }), &claims, b"");
    let untyped = message(keys, "recipient-rsa", "RSA-OAEP-256", "A256GCM", &json!({ "kid": "e2" }), &inner);
    let called = message(keys, "recipient-rsa", "RSA-OAEP-256", "A256GCM", &json!({ "kid": "e2", "cty": "json" }), &inner);
    group
        .invalid(
            &SOURCE_VERIFIED,
            "Encrypted",
            "claims that are encrypted, and not signed",
            sent(sealed(keys, &claims.to_string())),
        )
        .invalid(&SOURCE_VERIFIED, "Encrypted", "alg none inside", sent(sealed(keys, &unsigned)))
        .invalid(&NESTED_OPERATIONS_VALIDATED, "Encrypted", "no JWT inside", sent(sealed(keys, "x")))
        .invalid(&OBJECT_DECRYPTED, "Encrypted", "nothing inside", sent(sealed(keys, "")))
        .invalid(&NESTED_OPERATIONS_VALIDATED, "Encrypted", "encrypted twice", sent(sealed(keys, &sealed(keys, &inner))))
        .invalid(&NESTED_OPERATIONS_VALIDATED, "Encrypted", "a line feed inside", sent(sealed(keys, &format!("{inner}\n"))))
        .invalid(&NESTED_CTY, "Encrypted", "no cty", sent(untyped))
        .invalid(&NESTED_CTY, "Encrypted", "cty: json", sent(called))
        .invalid(&ALL_LAYERS_VALIDATED, "Encrypted", "signed by another party inside", {
            sent(sealed(keys, &keys.jws("stranger-es256", "ES256", &header("k1"), &claims)))
        })
        .invalid(&AUD_CONTAINS_RECIPIENT, "Encrypted", "another audience inside", {
            sent(sealed(keys, &signed(keys, &common::with(&good(), "aud", "https://other.example"))))
        })
        .errors("invalid_request_object")
}

fn pushed(keys: &Keys) -> Group {
    let valid = sealed(keys, &signed(keys, &Value::Object(good2())));
    let group = output(
        decrypting(fapi2(keys), keys).valid("Encrypted", "FAPI 2.0: signed and encrypted", sent(valid.clone())),
        &in_force2(),
    );
    group
        .invalid(&REQUEST_OBJECT_DECRYPTED, "Encrypted", "FAPI 2.0: one bit of the tag flipped", sent(with(&valid, 4, flipped)))
        .invalid(&SOURCE_VERIFIED, "Encrypted", "FAPI 2.0: claims that are encrypted, and not signed", {
            sent(sealed(keys, &Value::Object(good2()).to_string()))
        })
        .errors("invalid_request_object")
}

/// A server without keys for messages to it.
fn without_key(keys: &Keys) -> Group {
    let inner = signed(keys, &Value::Object(good()));
    let group = plain(keys).gives("keys", json!([common::named(keys, "server-es256", "s1", "ES256")]));
    output(group.valid("Encrypted", "a server without decryption keys: signed alone", sent(inner.clone())), &in_force())
        .invalid(&OBJECT_DECRYPTED, "Encrypted", "a server without decryption keys: encrypted", sent(sealed(keys, &inner)))
        .error("invalid_request_object")
}
