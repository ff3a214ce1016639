//! The syntax of the compact serialization, and lengths.

use super::{Group, PLAINTEXT, of_secret, secret};
use crate::vectors::encrypt::{direct, jwe, shared, with};
use fapi::requirement::local::REQUEST_SIZE;
use fapi::requirement::rfc7515::STRICT_BASE64URL;
use fapi::requirement::rfc7516::COMPACT_FORM;
use fapi::requirement::rfc7518::{CBC_HMAC, GCM_SIZES};
use fapi::requirement::rfc8725::COMPACT_ALPHABET;
use serde_json::json;

const HEADER: &[u8] = br#"{"alg":"dir","enc":"A128GCM"}"#;

pub(super) fn groups() -> Vec<Group> {
    vec![parts(), base64(), gcm(), cbc(), sizes()]
}

fn of_direct() -> Group {
    of_secret(&secret(16), "dir", &["A128GCM"])
}

fn message(plaintext: &str) -> String {
    direct(&secret(16), HEADER, plaintext.as_bytes())
}

fn parts() -> Group {
    let valid = message("five parts");
    let parts: Vec<_> = valid.split('.').map(str::to_owned).collect();
    let first = |count: usize| parts[..count].join(".");
    let json = json!({ "protected": parts[0], "iv": parts[2], "ciphertext": parts[3], "tag": parts[4] });
    let mut group = of_direct().valid("Parts", "five parts", valid.clone()).output("five parts");
    for (what, input) in [
        ("nothing", String::new()),
        ("one part", first(1)),
        ("two parts", first(2)),
        ("three parts, as of a JWS", first(3)),
        ("four parts", first(4)),
        ("an empty sixth part", format!("{valid}.")),
        ("six parts", format!("{valid}.AAAA")),
        ("only dots", "......".into()),
    ] {
        group = group.invalid(&COMPACT_FORM, "Parts", what, input);
    }
    group
        .invalid(&COMPACT_FORM, "EncryptedKey", "an encrypted key beside a direct one", with(&valid, 1, |_| vec![7; 24]))
        .invalid(&COMPACT_ALPHABET, "Parts", "the JSON serialization", json.to_string())
}

fn base64() -> Group {
    let valid = message("strictly");
    let mut group = of_direct().valid("Base64", "strict base64url", valid.clone()).output("strictly");
    for (what, input) in [
        ("padding", format!("{valid}==")),
        ("a line break at the end", format!("{valid}\n")),
        ("a space in front", format!(" {valid}")),
        ("a line break after the header", valid.replacen('.', ".\n", 1)),
        ("an exclamation mark", format!("{valid}!")),
        ("a letter that is not ASCII", format!("{valid}\u{e9}")),
        ("a plus", valid.replacen("..", "..+", 1)),
    ] {
        group = group.invalid(&COMPACT_ALPHABET, "Base64", what, input);
    }
    let trailing = format!("{}B", &valid[..valid.len() - 1]);
    group.invalid(&STRICT_BASE64URL, "Base64", "set trailing bits", trailing).invalid(
        &STRICT_BASE64URL,
        "Base64",
        "one character too many",
        format!("{valid}AAA"),
    )
}

fn gcm() -> Group {
    let valid = message("lengths of GCM");
    let mut group =
        of_direct().valid("Length", "AES-GCM: the lengths of the specification", valid.clone()).output("lengths of GCM");
    for (what, part, length) in [
        ("no initialization vector", 2, 0),
        ("an initialization vector of 8 octets", 2, 8),
        ("an initialization vector of 11 octets", 2, 11),
        ("no tag", 4, 0),
        ("a tag of 4 octets", 4, 4),
        ("a tag of 12 octets", 4, 12),
        ("a tag of 15 octets", 4, 15),
    ] {
        let cut = with(&valid, part, |octets| octets[..length].to_vec());
        group = group.invalid(&GCM_SIZES, "Length", format!("AES-GCM: {what}"), cut);
    }
    for (what, part) in [("an initialization vector of 16 octets", 2), ("a tag of 20 octets", 4)] {
        let longer = with(&valid, part, |octets| [&octets[..], &[0; 4]].concat());
        group = group.invalid(&GCM_SIZES, "Length", format!("AES-GCM: {what}"), longer);
    }
    group
}

fn cbc() -> Group {
    let valid = jwe(&shared(&secret(32)), "dir", "A128CBC-HS256", &json!({ "kid": "k" }), PLAINTEXT.as_bytes());
    let mut group = of_secret(&secret(32), "dir", &["A128CBC-HS256"])
        .valid("Length", "AES-CBC: the lengths of the specification", valid.clone())
        .output(PLAINTEXT);
    for (what, part, length) in [
        ("no initialization vector", 2, 0),
        ("an initialization vector of 12 octets", 2, 12),
        ("no ciphertext", 3, 0),
        ("a ciphertext of 15 octets", 3, 15),
        ("no tag", 4, 0),
        ("a tag of 8 octets", 4, 8),
        ("a tag of 15 octets", 4, 15),
    ] {
        let cut = with(&valid, part, |octets| octets[..length].to_vec());
        group = group.invalid(&CBC_HMAC, "Length", format!("AES-CBC: {what}"), cut);
    }
    let longer = |part: usize, more: usize| with(&valid, part, |octets| [octets, vec![0; more]].concat());
    group
        .invalid(&CBC_HMAC, "Length", "AES-CBC: an initialization vector of 24 octets", longer(2, 8))
        .invalid(&CBC_HMAC, "Length", "AES-CBC: a ciphertext of 17 octets", longer(3, 1))
        .invalid(&CBC_HMAC, "Length", "AES-CBC: the whole tag of 32 octets", longer(4, 16))
}

/// The header and the plaintext vary together, because not every length is one of base64url.
fn sizes() -> Group {
    let fitting = |length: usize| {
        let made = (0..4).flat_map(|pad| {
            let header = format!(r#"{{"alg":"dir","enc":"A128GCM","p":"{}"}}"#, "a".repeat(pad));
            (18_300..18_400).map(move |plaintext| (header.clone(), plaintext))
        });
        let mut made = made.map(|(header, plaintext)| {
            let plaintext = "a".repeat(plaintext);
            (direct(&secret(16), header.as_bytes(), plaintext.as_bytes()), plaintext)
        });
        made.find(|(jwe, _)| jwe.len() == length).unwrap_or_default()
    };
    let (longest, plaintext) = fitting(24 * 1024);
    of_direct()
        .valid("Size", "24,576 octets", longest)
        .output(plaintext)
        .invalid(&REQUEST_SIZE, "Size", "24,577 octets", fitting(24 * 1024 + 1).0)
        .invalid(&REQUEST_SIZE, "Size", "60,000 octets", message(&"a".repeat(45_000)))
}
