//! The syntax of the compact serialization.

use fapi::requirement::local::REQUEST_SIZE;
use fapi::requirement::rfc7515::{COMPACT_FORM, STRICT_BASE64URL};
use fapi::requirement::rfc7518::NO_ALG_NONE;
use fapi::requirement::rfc8725::{ALGORITHM_LIST, ALL_LAYERS_VALIDATED, COMPACT_ALPHABET};
use serde_json::{Value, json};

use super::{FAPI, Group, Keys, PAYLOAD, of_key};
use crate::vectors::keys::{sealed, sign_by};

/// A header with a deterministic algorithm, so that the files do not change.
const HEADER: &[u8] = br#"{"alg":"EdDSA"}"#;

pub(super) fn groups(keys: &Keys) -> Vec<Group> {
    vec![rfc7515(), rfc7515_rs256(), parts(keys), base64(keys), sizes(keys)]
}

/// RFC 7515, appendix A: the payload of its examples.
const RFC_PAYLOAD: &str = "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
const RFC_SIGNATURE: &str = "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";

fn rfc7515() -> Group {
    let key = json!({
        "kty": "EC", "crv": "P-256",
        "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
    });
    let other = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UifQ";
    let private = {
        let mut members = key.as_object().cloned().unwrap_or_default();
        members.insert("d".into(), "jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI".into());
        members
    };
    let mac = format!("eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.{RFC_PAYLOAD}.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
    let mut group = Group::from("RFC 7515, appendix A.3");
    group.members.extend(of_key(key, FAPI).members);
    group
        .valid("Rfc", "the message of the RFC", format!("eyJhbGciOiJFUzI1NiJ9.{RFC_PAYLOAD}.{RFC_SIGNATURE}"))
        .invalid(&ALL_LAYERS_VALIDATED, "Signature", "a signature of another message", format!("{other}.{RFC_SIGNATURE}"))
        .invalid(
            &COMPACT_ALPHABET,
            "Base64",
            "padded base64url",
            sealed(&format!("{other}=="), |message| sign_by(private, "ES256", message)),
        )
        .invalid(&COMPACT_FORM, "Parts", "two parts", other)
        .invalid(&NO_ALG_NONE, "AlgNone", "RFC 7515 appendix A.5: alg none", format!("eyJhbGciOiJub25lIn0.{RFC_PAYLOAD}."))
        .invalid(&ALGORITHM_LIST, "AlgConfusion", "RFC 7515 appendix A.1: a MAC where a signature is expected", mac)
}

fn rfc7515_rs256() -> Group {
    let n = "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ";
    let signature = "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";
    let mut group = Group::from("RFC 7515, appendix A.2");
    group.members.extend(of_key(json!({ "kty": "RSA", "n": n, "e": "AQAB" }), &["RS256"]).members);
    let message = format!("eyJhbGciOiJSUzI1NiJ9.{RFC_PAYLOAD}");
    group.valid("Rfc", "the message of appendix A.2", format!("{message}.{signature}")).invalid(
        &ALL_LAYERS_VALIDATED,
        "Signature",
        "appendix A.2 with another first character of the signature",
        format!("{message}.d{}", &signature[1..]),
    )
}

fn sign(keys: &Keys, header: &[u8], payload: &[u8]) -> String {
    keys.jws_of("client-eddsa", "EdDSA", header, payload)
}

fn parts(keys: &Keys) -> Group {
    let good = sign(keys, HEADER, PAYLOAD);
    let [header, payload, signature] = [0, 1, 2].map(|at| good.split('.').nth(at).unwrap_or_default().to_owned());
    let flattened = json!({ "protected": header, "payload": payload, "signature": signature });
    let general = json!({ "payload": payload, "signatures": [{ "protected": header, "signature": signature }] });
    let mut group = of_key(keys.public("client-eddsa"), FAPI)
        .valid("Parts", "three parts", good.as_str())
        .valid("Parts", "an empty payload", sign(keys, HEADER, b""))
        .valid("Parts", "a payload that is not JSON", sign(keys, HEADER, b"\xff\x00 text"));
    for (what, text) in [
        ("nothing", String::new()),
        ("one part", header.clone()),
        ("three dots alone", "...".into()),
        ("one dot alone", ".".into()),
        ("four parts", format!("{good}.AAAA")),
        ("a dot at the end", format!("{good}.")),
        ("a dot at the beginning", format!(".{good}")),
        ("the five parts of a JWE", format!("{header}.AAAA.AAAA.AAAA.AAAA")),
        ("two JWS in a row", format!("{good}.{good}")),
    ] {
        group = group.invalid(&COMPACT_FORM, "Parts", what, text);
    }
    for (what, text) in [
        ("the flattened JSON serialization", flattened.to_string()),
        ("the general JSON serialization", general.to_string()),
        ("a comma in place of a dot", good.replacen('.', ",", 1)),
        ("two JWS with a comma", format!("{good},{good}")),
        ("full stops of another script", good.replace('.', "\u{3002}")),
    ] {
        group = group.invalid(&COMPACT_ALPHABET, "Parts", what, text);
    }
    group
}

fn base64(keys: &Keys) -> Group {
    // 0xfb 0xff needs the two characters that differ between base64 and base64url.
    let differing: &[u8] = b"\xfb\xff\xbf";
    let good = sign(keys, HEADER, differing);
    let [header, payload, signature] = [0, 1, 2].map(|at| good.split('.').nth(at).unwrap_or_default().to_owned());
    // A verifier that accepts the spelling must find a valid signature, so it is made over the text as it stands.
    let resigned = |message: String| sealed(&message, |message| keys.sign("client-eddsa", "EdDSA", message));
    let mut group =
        of_key(keys.public("client-eddsa"), FAPI).valid("Base64", "both characters of base64url's own", good.as_str());
    for (what, text) in [
        ("base64 in place of base64url", {
            let text = resigned(format!("{header}.{}", payload.replace('-', "+").replace('_', "/")));
            text.replace('-', "+").replace('_', "/")
        }),
        ("padding after the header", resigned(format!("{header}=.{payload}"))),
        ("padding after the signature", format!("{good}==")),
        ("a space at the beginning", format!(" {good}")),
        ("a space at the beginning, signed with it", resigned(format!(" {header}.{payload}"))),
        ("a space at the end", format!("{good} ")),
        ("a line feed at the end", format!("{good}\n")),
        ("a carriage return and line feed in the payload", {
            resigned(format!("{header}.{}\r\n{}", &payload[..2], &payload[2..]))
        }),
        ("a tab in the signature", format!("{header}.{payload}.\t{signature}")),
        ("a question mark in the header", resigned(format!("?{header}.{payload}"))),
        ("a percent escape of a dot", good.replacen('.', "%2E", 1)),
        ("a NUL at the end", format!("{good}\0")),
        ("a tilde, as in SD-JWT", format!("{good}~")),
        ("a letter of another script that looks the same", resigned(format!("{header}.{payload}\u{435}"))),
        ("a byte order mark", format!("\u{feff}{good}")),
        ("a byte order mark, signed with it", resigned(format!("\u{feff}{header}.{payload}"))),
        ("a zero width space", resigned(format!("{header}\u{200b}.{payload}"))),
    ] {
        group = group.invalid(&COMPACT_ALPHABET, "Base64", what, text);
    }
    let trailing = format!("{}x", &signature[..signature.len() - 1]);
    for (what, text) in [
        ("trailing bits in the signature", format!("{header}.{payload}.{trailing}")),
        ("trailing bits in the payload", resigned(format!("{header}.YR"))),
        ("trailing bits in the header", resigned(format!("{}.{payload}", bits(&sign(keys, br#"{"alg":"EdDSA" }"#, b""))))),
        ("one character more than whole octets in the header", resigned(format!("{header}A.{payload}"))),
        ("one character more than whole octets in the payload", resigned(format!("{header}.{payload}A"))),
        ("one character as signature", format!("{header}.{payload}.A")),
    ] {
        group = group.invalid(&STRICT_BASE64URL, "Base64", what, text);
    }
    group
}

/// The header of a JWS with a trailing bit set: the last character for 16 octets has four unused bits.
fn bits(jws: &str) -> String {
    let header = jws.split('.').next().unwrap_or_default();
    let (rest, last) = header.split_at(header.len().saturating_sub(1));
    format!("{rest}{}", if last == "Q" { "R" } else { "B" })
}

fn sizes(keys: &Keys) -> Group {
    // A payload of n octets has 4n/3 characters; header, dots and signature take the rest.
    let fitting = |length: usize| {
        let padding = (0..4).map(|more| format!("{{\"alg\":\"EdDSA\"{}}}", " ".repeat(more)));
        let made = padding.filter_map(|header| {
            let payload = (length - 2 - 86 - (header.len() * 4).div_ceil(3)) * 3 / 4;
            let jws = sign(keys, header.as_bytes(), "a".repeat(payload).as_bytes());
            (jws.len() == length).then_some(jws)
        });
        made.into_iter().next().unwrap_or_default()
    };
    of_key(keys.public("client-eddsa"), FAPI)
        .valid("Size", "16,384 octets", Value::from(fitting(16 * 1024)))
        .invalid(&REQUEST_SIZE, "Size", "16,385 octets", Value::from(fitting(16 * 1024 + 1)))
        .invalid(&REQUEST_SIZE, "Size", "40,000 octets", sign(keys, HEADER, "a".repeat(30_000).as_bytes()))
}
