//! `jwk`: public keys.

mod members;

use data_encoding::BASE64URL_NOPAD;
use fapi::requirement::local::RSA_LIMITS;
use fapi::requirement::rfc7515::STRICT_BASE64URL;
use fapi::requirement::rfc7517::{KEY_USE, KEY_WELL_FORMED, NO_PRIVATE_KEYS};
use fapi::requirement::rfc7518::{EC_POINT, RSA_INTEGERS, RSA_KEY_SIZE};
use serde_json::{Map, Value, json};

use crate::vectors::file::{File, Group};
use crate::vectors::keys::Keys;

pub(super) fn file(keys: &Keys) -> File {
    File::new(
        "jwk",
        &[
            "A JWK that its owner published for the verification of signatures.",
            "The output of a valid one is the algorithms it may be used with: all that fit its type and curve, or its own alg.",
            "Limits: RSA moduli of 2,048 to 8,192 bits and exponents of 32, ten certificates. The first certificate of x5c must be of the",
            "key; the others are DER that is not parsed, and thumbprints of certificates (x5t) are not checked.",
        ],
    )
    .flag("Rfc", "an example of a specification")
    .flag("Type", "key types and curves")
    .flag("Missing", "members that are missing or have the wrong type")
    .flag("Base64", "members that are not strict base64url")
    .flag("Point", "coordinates that are not on the curve, or of small order")
    .flag("Modulus", "sizes and forms of RSA integers")
    .flag("Private", "members that only a private or symmetric key has")
    .flag("Purpose", "use, key_ops and alg")
    .flag("Certificate", "x5c and the key in it")
    .flag("Ignored", "unknown members")
    .group(rfc7517())
    .group(ec(keys))
    .group(rsa(keys))
    .group(okp(keys))
    .groups(members::groups(keys))
}

fn with(key: &Map<String, Value>, name: &str, value: impl Into<Value>) -> Value {
    super::common::with(key, name, value)
}

fn octets(key: &Map<String, Value>, name: &str) -> Vec<u8> {
    BASE64URL_NOPAD.decode(key[name].as_str().unwrap_or_default().as_bytes()).unwrap_or_default()
}

fn text(octets: &[u8]) -> String {
    BASE64URL_NOPAD.encode(octets)
}

const OF_RSA: &[&str] = &["PS256", "PS384", "PS512", "RS256", "RS384", "RS512"];

fn rfc7517() -> Group {
    let n = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";
    let (x, y) = ("MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4", "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM");
    Group::from("RFC 7517, appendix A.1")
        .valid("Rfc", "the RSA key of the RFC", json!({ "kty": "RSA", "n": n, "e": "AQAB", "alg": "RS256", "kid": "2011-04-29" }))
        .output(json!(["RS256"]))
        .invalid(
            &fapi::requirement::rfc7517::KEY_USE,
            "Rfc",
            "the EC key of the RFC, which is for encryption",
            json!({ "kty": "EC", "crv": "P-256", "x": x, "y": y, "use": "enc", "kid": "1" }),
        )
}

fn ec(keys: &Keys) -> Group {
    let mut group = Group::new();
    for (curve, name, algorithm) in
        [("P-256", "client-es256", "ES256"), ("P-384", "client-es384", "ES384"), ("P-521", "client-es512", "ES512")]
    {
        let key = keys.public(name);
        let (x, y) = (octets(&key, "x"), octets(&key, "y"));
        let named = |what: &str| format!("{curve}: {what}");
        let other = if curve == "P-256" { "P-384" } else { "P-256" };
        let mut flipped = y.clone();
        flipped[y.len() - 1] ^= 1;
        group = group.valid("Type", named("a point"), key.clone()).output(json!([algorithm]));
        for (what, input) in [
            ("another y", with(&key, "y", text(&flipped))),
            ("both coordinates zero", with(&with_text(&key, "x", &vec![0; x.len()]), "y", text(&vec![0; y.len()]))),
            (
                "both coordinates at the maximum",
                with(&with_text(&key, "x", &vec![0xff; x.len()]), "y", text(&vec![0xff; y.len()])),
            ),
            ("a zero before x", with(&key, "x", text(&[&[0], &x[..]].concat()))),
            ("one octet less in x", with(&key, "x", text(&x[1..]))),
            ("one octet less in y", with(&key, "y", text(&y[..y.len() - 1]))),
            ("an empty x", with(&key, "x", "")),
            ("x and y in one, as in SEC 1", with(&key, "x", text(&[&[4], &x[..], &y].concat()))),
            ("the point of another curve", with(&key, "crv", other)),
        ] {
            group = group.invalid(&EC_POINT, "Point", named(what), input);
        }
        group = group.invalid(&NO_PRIVATE_KEYS, "Private", named("with its private member"), keys.private(name));
    }
    let key = keys.public("client-es256");
    for (what, curve) in [
        ("secp256k1", json!("secp256k1")),
        ("P-224", json!("P-224")),
        ("a curve in lower case", json!("p-256")),
        ("a curve by another name", json!("prime256v1")),
        ("Ed25519 in an EC key", json!("Ed25519")),
        ("an empty curve", json!("")),
    ] {
        group = group.invalid(&KEY_WELL_FORMED, "Type", format!("EC: {what}"), with(&key, "crv", curve));
    }
    missing(group, "EC", &key, &["crv", "x", "y"])
}

fn with_text(key: &Map<String, Value>, name: &str, octets: &[u8]) -> Map<String, Value> {
    with(key, name, text(octets)).as_object().cloned().unwrap_or_default()
}

/// Adds tests with each of these members missing, and with another type.
fn missing(mut group: Group, kind: &str, key: &Map<String, Value>, names: &[&str]) -> Group {
    for name in names {
        group = group.invalid(&KEY_WELL_FORMED, "Missing", format!("{kind}: no {name}"), super::common::without(key, name));
        for (what, value) in [("a number", json!(1)), ("null", Value::Null), ("an array", json!([key[*name]]))] {
            group = group.invalid(&KEY_WELL_FORMED, "Missing", format!("{kind}: {name} is {what}"), with(key, name, value));
        }
        if *name == "crv" {
            continue;
        }
        let good = key[*name].as_str().unwrap_or_default();
        for (what, value) in [
            ("padding", format!("{good}=")),
            ("a space", format!("{good} ")),
            ("a line feed inside", format!("{}\n{}", &good[..2], &good[2..])),
            ("a plus, as in base64", format!("+{}", &good[1..])),
            ("a lone character at the end", format!("{}A", &good[..good.len() / 4 * 4])),
        ] {
            group = group.invalid(&STRICT_BASE64URL, "Base64", format!("{kind}: {name} with {what}"), with(key, name, value));
        }
    }
    group
}

fn rsa(keys: &Keys) -> Group {
    let key = keys.public("client-ps256");
    let n = octets(&key, "n");
    let large = |octets: usize| {
        let mut n = vec![0xff; octets];
        n[octets - 2] = 0x43;
        text(&n)
    };
    let mut even = n.clone();
    even[n.len() - 1] ^= 1;
    let e = |octets: &[u8]| with(&key, "e", text(octets));
    let group = Group::new()
        .valid("Type", "RSA: 2,048 bits", key.clone())
        .output(json!(OF_RSA))
        .valid("Modulus", "RSA: an exponent of three", e(&[3]))
        .output(json!(OF_RSA))
        .valid("Modulus", "RSA: an exponent of 32 bits", e(&[0xff, 0xff, 0xff, 0xff]))
        .output(json!(OF_RSA))
        .valid("Modulus", "RSA: 8,192 bits", with(&key, "n", large(1024)))
        .output(json!(OF_RSA))
        .invalid(&RSA_KEY_SIZE, "Modulus", "RSA: 2,040 bits", keys.public("short-rsa"))
        .invalid(&RSA_KEY_SIZE, "Modulus", "RSA: 2,047 bits", with(&key, "n", text(&[&[n[0] & 0x7f | 0x40], &n[1..]].concat())))
        .invalid(&RSA_KEY_SIZE, "Modulus", "RSA: 1,024 bits", with(&key, "n", text(&n[128..])).clone())
        .invalid(&RSA_KEY_SIZE, "Modulus", "RSA: one", with(&key, "n", text(&[1])))
        .invalid(&RSA_LIMITS, "Modulus", "RSA: 8,200 bits", with(&key, "n", large(1025)))
        .invalid(&RSA_LIMITS, "Modulus", "RSA: 16,384 bits", with(&key, "n", large(2048)))
        .invalid(&RSA_INTEGERS, "Modulus", "RSA: a zero before the modulus", with(&key, "n", text(&[&[0], &n[..]].concat())))
        .invalid(&RSA_LIMITS, "Modulus", "RSA: an even modulus", with(&key, "n", text(&even)))
        .invalid(&RSA_INTEGERS, "Modulus", "RSA: no modulus", with(&key, "n", ""))
        .invalid(&RSA_INTEGERS, "Modulus", "RSA: a modulus of zeros", with(&key, "n", text(&[0; 256])))
        .invalid(&RSA_INTEGERS, "Modulus", "RSA: no exponent", with(&key, "e", ""))
        .invalid(&RSA_INTEGERS, "Modulus", "RSA: an exponent of zero", e(&[0]))
        .invalid(&RSA_LIMITS, "Modulus", "RSA: an exponent of one", e(&[1]))
        .invalid(&RSA_LIMITS, "Modulus", "RSA: an exponent of two", e(&[2]))
        .invalid(&RSA_LIMITS, "Modulus", "RSA: an even exponent", e(&[1, 0, 0]))
        .invalid(&RSA_INTEGERS, "Modulus", "RSA: a zero before the exponent", e(&[0, 1, 0, 1]))
        .invalid(&RSA_LIMITS, "Modulus", "RSA: an exponent of 33 bits", e(&[1, 0, 0, 0, 1]))
        .invalid(&RSA_LIMITS, "Modulus", "RSA: the modulus as exponent", e(&n));
    let private = keys.private("client-ps256");
    let members = ["d", "p", "q", "dp", "dq", "qi"];
    let group = members.into_iter().fold(group, |group, member| {
        group.invalid(&NO_PRIVATE_KEYS, "Private", format!("RSA: with {member}"), with(&key, member, private[member].clone()))
    });
    let group = group.invalid(&NO_PRIVATE_KEYS, "Private", "RSA: with other primes", with(&key, "oth", json!([])));
    missing(group, "RSA", &key, &["n", "e"])
}

fn okp(keys: &Keys) -> Group {
    let key = keys.public("client-eddsa");
    let x = octets(&key, "x");
    // The prime of the field, little-endian. From here on, numbers are second encodings of smaller ones.
    let mut prime = [0xff; 32];
    (prime[0], prime[31]) = (0xed, 0x7f);
    let changed = |at: usize, octet: u8| {
        let mut octets = prime;
        octets[at] = octet;
        octets
    };
    let hex = |digits: &str| data_encoding::HEXLOWER.decode(digits.as_bytes()).unwrap_or_default();
    let one: Vec<u8> = [&[1][..], &[0; 31]].concat();
    let mut minus_one_signed = changed(0, 0xec);
    minus_one_signed[31] |= 0x80;
    let mut group = Group::new().valid("Type", "Ed25519: a point", key.clone()).output(json!(["EdDSA", "Ed25519"]));
    for (what, octets) in [
        ("31 octets", x[..31].to_vec()),
        ("33 octets", [&x[..], &[0]].concat()),
        ("no octets", vec![]),
        ("57 octets, as of Ed448", vec![7; 57]),
        ("the point of order one", one.clone()),
        ("the point of order two", changed(0, 0xec).to_vec()),
        ("the point of order two with its sign set", minus_one_signed.to_vec()),
        ("a point of order four", vec![0; 32]),
        ("a point of order four with its sign set", [&[0; 31][..], &[0x80]].concat()),
        ("a point of order eight", hex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05")),
        ("another point of order eight", hex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a")),
        ("a second spelling of zero", prime.to_vec()),
        ("a second spelling of one", changed(0, 0xee).to_vec()),
        ("nothing but ones", vec![0xff; 32]),
    ] {
        group = group.invalid(&EC_POINT, "Point", format!("Ed25519: {what}"), with(&key, "x", text(&octets)));
    }
    group = group.invalid(&KEY_USE, "Type", "OKP: X25519", with(&key, "crv", "X25519"));
    for (what, curve) in [("Ed448", "Ed448"), ("P-256 in an OKP key", "P-256"), ("ed25519 in lower case", "ed25519")] {
        group = group.invalid(&KEY_WELL_FORMED, "Type", format!("OKP: {what}"), with(&key, "crv", curve));
    }
    let group = group.invalid(&NO_PRIVATE_KEYS, "Private", "Ed25519: with its private member", keys.private("client-eddsa"));
    missing(group, "Ed25519", &key, &["crv", "x"])
}
