//! `thumbprint`: keys and their thumbprints.

use fapi::requirement::rfc7515::STRICT_BASE64URL;
use fapi::requirement::rfc7517::{KEY_USE, KEY_WELL_FORMED, NO_PRIVATE_KEYS};
use fapi::requirement::rfc7518::{EC_POINT, RSA_INTEGERS, RSA_KEY_SIZE};
use fapi::requirement::rfc7638::THUMBPRINT;
use serde_json::{Map, Value, json};

use crate::vectors::file::{File, Group};
use crate::vectors::keys::Keys;

pub(super) fn file(keys: &Keys) -> File {
    let ours = [
        ("P-256", "client-es256"),
        ("P-384", "client-es384"),
        ("P-521", "client-es512"),
        ("RSA", "client-ps256"),
        ("Ed25519", "client-eddsa"),
    ];
    File::new("thumbprint", &["A public JWK and its SHA-256 thumbprint; members that do not define the key are ignored."])
        .flag("Rfc", "an example of a specification")
        .flag("Canonical", "differences that must not change a thumbprint: order, other members, spelling")
        .flag("PrivateKey", "private keys, which must not be disclosed")
        .flag("BadKey", "keys that are invalid")
        .group(rfc7638())
        .group(rfc8037())
        .group(rfc9449())
        .groups(ours.map(|(what, name)| own(what, keys, name)))
}

/// The modulus of RFC 7638, section 3.1.
const N: &str = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";

fn rfc7638() -> Group {
    Group::from("RFC 7638, section 3.1")
        .gives("thumbprint", "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs")
        .valid(
            "Rfc",
            "the key of the RFC, with members that have no effect",
            json!({ "kty": "RSA", "n": N, "e": "AQAB", "alg": "RS256", "kid": "2011-04-29" }),
        )
        .shows(&THUMBPRINT)
        .valid("Canonical", "the key of the RFC, only the members, in their order", json!({ "e": "AQAB", "kty": "RSA", "n": N }))
        .valid("Canonical", "the key of the RFC, the members in reverse", json!({ "n": N, "kty": "RSA", "e": "AQAB" }))
        .valid(
            "Canonical",
            "the key of the RFC with unknown members",
            json!({ "kty": "RSA", "n": N, "e": "AQAB", "x": "AA", "crv": "P-256", "colour": { "n": "AA" } }),
        )
        .invalid(
            &RSA_INTEGERS,
            "BadKey",
            "the exponent with a leading zero, which would give another thumbprint",
            json!({ "kty": "RSA", "n": N, "e": "AAEAAQ" }),
        )
        .invalid(
            &RSA_INTEGERS,
            "BadKey",
            "the modulus with a leading zero, which would give another thumbprint",
            json!({ "kty": "RSA", "n": format!("AA{N}"), "e": "AQAB" }),
        )
        .invalid(
            &STRICT_BASE64URL,
            "BadKey",
            "the exponent with padding, which would give another thumbprint",
            json!({ "kty": "RSA", "n": N, "e": "AQAB====" }),
        )
        .invalid(
            &STRICT_BASE64URL,
            "BadKey",
            "the modulus with set trailing bits, which would give another thumbprint",
            json!({ "kty": "RSA", "n": format!("{}x", &N[..N.len() - 1]), "e": "AQAB" }),
        )
        .invalid(&RSA_KEY_SIZE, "BadKey", "half of the modulus", json!({ "kty": "RSA", "n": &N[..172], "e": "AQAB" }))
}

fn rfc8037() -> Group {
    let x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
    Group::from("RFC 8037, appendix A.3")
        .gives("thumbprint", "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k")
        .valid("Rfc", "the key of the RFC", json!({ "crv": "Ed25519", "kty": "OKP", "x": x }))
        .valid(
            "Canonical",
            "the key of RFC 8037 with its purpose",
            json!({ "kty": "OKP", "use": "sig", "x": x, "crv": "Ed25519" }),
        )
        .invalid(
            &NO_PRIVATE_KEYS,
            "PrivateKey",
            "the same key with its private member",
            json!({ "crv": "Ed25519", "kty": "OKP", "x": x, "d": "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A" }),
        )
        .invalid(
            &EC_POINT,
            "BadKey",
            "the point of order one",
            json!({ "crv": "Ed25519", "kty": "OKP", "x": "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" }),
        )
        .invalid(&KEY_USE, "BadKey", "the same octets on X25519", json!({ "crv": "X25519", "kty": "OKP", "x": x }))
        .invalid(&KEY_WELL_FORMED, "BadKey", "the same octets on Ed448", json!({ "crv": "Ed448", "kty": "OKP", "x": x }))
}

fn rfc9449() -> Group {
    let (x, y) = ("l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs", "9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA");
    Group::from("RFC 9449, section 6.1")
        .gives("thumbprint", "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I")
        .valid("Rfc", "the key of the RFC's proofs", json!({ "kty": "EC", "crv": "P-256", "x": x, "y": y }))
        .invalid(
            &EC_POINT,
            "BadKey",
            "coordinates that are not on the curve",
            json!({ "kty": "EC", "crv": "P-256", "x": x, "y": format!("8{}", &y[1..]) }),
        )
        .invalid(&EC_POINT, "BadKey", "the coordinates swapped", json!({ "kty": "EC", "crv": "P-256", "x": y, "y": x }))
}

/// A key of the files, with and without members that the thumbprint ignores.
fn own(what: &str, keys: &Keys, name: &str) -> Group {
    let key = keys.public(name);
    let backwards: Map<String, Value> = key.clone().into_iter().rev().collect();
    let mut adorned = key.clone();
    adorned.insert("kid".into(), "a \"name\" \\ with \u{e9}scapes".into());
    adorned.insert("key_ops".into(), json!(["verify"]));
    Group::new()
        .gives("thumbprint", keys.thumbprint(name))
        .valid("Canonical", format!("{what}: the members that define the key"), key)
        .valid("Canonical", format!("{what}: the members in reverse order"), backwards)
        .valid("Canonical", format!("{what}: with a name and operations"), adorned)
        .invalid(&NO_PRIVATE_KEYS, "PrivateKey", format!("{what}: the private key"), keys.private(name))
}
