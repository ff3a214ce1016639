//! Headers, and messages inside.

use super::{Group, Keys, PLAINTEXT, of_key, of_secret, secret};
use crate::vectors::encrypt::{direct, jwe, shared, with};
use data_encoding::BASE64URL_NOPAD;
use fapi::requirement::rfc7515::{
    ALG_ALLOWED, CRIT_WELL_FORMED, HEADER_NAMES_UNIQUE, KID_IS_HINT, STRICT_BASE64URL, UNKNOWN_HEADERS_IGNORED,
};
use fapi::requirement::rfc7516::DECRYPTION;
use fapi::requirement::rfc7518::{ECDH_ES_KEY, GCM_SIZES};
use fapi::requirement::rfc7519::NESTED_CTY;
use fapi::requirement::rfc8725::{CURRENT_ALGORITHMS, DECOMPRESSION_LIMIT, NESTED_OPERATIONS_VALIDATED, PBES2_LIMIT, UTF8_ONLY};
use serde_json::{Value, json};

pub(super) fn groups(keys: &Keys) -> Vec<Group> {
    vec![ignored(keys), json_of(), parameters(), agreement(keys), gcm_key_wrap(), insecure(), crit(), nested(keys)]
}

fn of_direct() -> Group {
    of_secret(&secret(16), "dir", &["A128GCM"])
}

fn message(header: impl AsRef<[u8]>) -> String {
    direct(&secret(16), header.as_ref(), PLAINTEXT.as_bytes())
}

/// A message with these members beside `alg` and `enc`.
fn more(members: &str) -> String {
    message(format!(r#"{{"alg":"dir","enc":"A128GCM",{members}}}"#))
}

fn ignored(keys: &Keys) -> Group {
    let stranger = Value::Object(keys.public("stranger-es256"));
    let mut group = of_direct();
    for (what, members) in [
        ("an unknown parameter", r#""colour":{"alg":"none"}"#.to_owned()),
        ("jku, which is not followed", r#""jku":"https://attacker.example/jwks""#.into()),
        ("x5u, which is not followed", r#""x5u":1"#.into()),
        ("x5c, which is not trusted", r#""x5c":["not a certificate"]"#.into()),
        ("the jwk of another party", format!(r#""jwk":{stranger}"#)),
        ("b64, which is a parameter of signatures", r#""b64":false"#.into()),
        ("parameters of other algorithms", r#""epk":1,"apu":2,"iv":3,"tag":4,"p2c":5"#.into()),
        ("a kid that looks like a path", r#""kid":"../../../dev/null""#.into()),
        ("typ and cty of any text", r#""typ":"whatever","cty":"it is""#.into()),
    ] {
        group = group.valid("Ignored", what, more(&members)).output(PLAINTEXT).shows(&UNKNOWN_HEADERS_IGNORED);
    }
    group
        .valid("HeaderJson", "white space in the header", message(" {\r\n\t\"alg\" : \"dir\" , \"enc\":\"A128GCM\"}\n"))
        .output(PLAINTEXT)
        .valid("HeaderJson", "a name and a value in escapes", message(r#"{"\u0061lg":"\u0064ir","enc":"A128GCM"}"#))
        .output(PLAINTEXT)
}

fn json_of() -> Group {
    let mut group = of_direct().valid("HeaderJson", "an object", more(r#""kid":"an object""#)).output(PLAINTEXT);
    for (what, header) in [
        ("nothing", ""),
        ("null", "null"),
        ("an array", r#"[{"alg":"dir","enc":"A128GCM"}]"#),
        ("an object that is cut off", r#"{"alg":"dir","enc":"A128GCM""#),
        ("text after the object", r#"{"alg":"dir","enc":"A128GCM"} x"#),
        ("a comma after the last member", r#"{"alg":"dir","enc":"A128GCM",}"#),
        ("a comment", r#"{"alg":"dir",/* */"enc":"A128GCM"}"#),
        ("a byte order mark", "\u{feff}{\"alg\":\"dir\",\"enc\":\"A128GCM\"}"),
    ] {
        group = group.invalid(&DECRYPTION, "HeaderJson", what, message(header));
    }
    group
        .invalid(&HEADER_NAMES_UNIQUE, "HeaderJson", "alg twice", message(r#"{"alg":"dir","alg":"dir","enc":"A128GCM"}"#))
        .invalid(&HEADER_NAMES_UNIQUE, "HeaderJson", "enc twice", more(r#""enc":"A128GCM""#))
        .invalid(&UTF8_ONLY, "HeaderJson", "Latin-1", message(b"{\"alg\":\"dir\",\"enc\":\"A128GCM\",\"x\":\"\xe9\"}"))
}

fn parameters() -> Group {
    let mut group = of_direct().valid("HeaderParameter", "alg and enc", more(r#""kid":"alg and enc""#)).output(PLAINTEXT);
    for (what, header) in [
        ("no alg", r#"{"enc":"A128GCM"}"#),
        ("alg null", r#"{"alg":null,"enc":"A128GCM"}"#),
        ("alg in upper case", r#"{"ALG":"dir","enc":"A128GCM"}"#),
        ("an unknown alg", r#"{"alg":"direct","enc":"A128GCM"}"#),
        ("alg DIR", r#"{"alg":"DIR","enc":"A128GCM"}"#),
        ("alg none", r#"{"alg":"none","enc":"A128GCM"}"#),
        ("alg of a signature", r#"{"alg":"ES256","enc":"A128GCM"}"#),
        ("no enc", r#"{"alg":"dir"}"#),
        ("enc of a list", r#"{"alg":"dir","enc":["A128GCM"]}"#),
        ("an unknown enc", r#"{"alg":"dir","enc":"A128CTR"}"#),
        ("enc in lower case", r#"{"alg":"dir","enc":"a128gcm"}"#),
        ("enc none", r#"{"alg":"dir","enc":"none"}"#),
    ] {
        group = group.invalid(&ALG_ALLOWED, "HeaderParameter", what, message(header));
    }
    group
        .invalid(&KID_IS_HINT, "HeaderParameter", "a kid that is a number", more(r#""kid":1"#))
        .invalid(&DECRYPTION, "HeaderParameter", "a typ that is null", more(r#""typ":null"#))
        .invalid(&DECRYPTION, "HeaderParameter", "a cty that is a list", more(r#""cty":["JWT"]"#))
}

fn agreement(keys: &Keys) -> Group {
    let valid = jwe(&keys.public("recipient-p256"), "ECDH-ES", "A128GCM", &json!({ "kid": "a" }), PLAINTEXT.as_bytes());
    let epk = Value::Object(keys.public("client-es256"));
    let altered = |header: Value| with(&valid, 0, |_| header.to_string().into_bytes());
    let mut group = of_key(keys, "recipient-p256", "ECDH-ES", &["A128GCM"])
        .valid("HeaderParameter", "an ephemeral key", valid.clone())
        .output(PLAINTEXT);
    for (what, header) in [
        ("no epk", json!({ "alg": "ECDH-ES", "enc": "A128GCM" })),
        ("an epk that is a text", json!({ "alg": "ECDH-ES", "enc": "A128GCM", "epk": epk.to_string() })),
        ("an apu that is a number", json!({ "alg": "ECDH-ES", "enc": "A128GCM", "epk": epk, "apu": 1 })),
        ("an apv that is null", json!({ "alg": "ECDH-ES", "enc": "A128GCM", "epk": epk, "apv": null })),
    ] {
        group = group.invalid(&ECDH_ES_KEY, "HeaderParameter", what, altered(header));
    }
    let apu = json!({ "alg": "ECDH-ES", "enc": "A128GCM", "epk": epk, "apu": "Alice==" });
    let apv = json!({ "alg": "ECDH-ES", "enc": "A128GCM", "epk": epk, "apv": "B" });
    group.invalid(&STRICT_BASE64URL, "HeaderParameter", "an apu with padding", altered(apu)).invalid(
        &STRICT_BASE64URL,
        "HeaderParameter",
        "an apv of one character",
        altered(apv),
    )
}

fn gcm_key_wrap() -> Group {
    let valid = jwe(&shared(&secret(16)), "A128GCMKW", "A128GCM", &json!({ "kid": "g" }), PLAINTEXT.as_bytes());
    let altered = |members: Value| {
        let mut header =
            json!({ "alg": "A128GCMKW", "enc": "A128GCM", "iv": "AAAAAAAAAAAAAAAA", "tag": "AAAAAAAAAAAAAAAAAAAAAA" });
        for (name, value) in members.as_object().into_iter().flatten() {
            if let Some(known) = header.as_object_mut() {
                known.insert(name.clone(), value.clone());
                known.retain(|_, value| !value.is_null());
            }
        }
        with(&valid, 0, |_| header.to_string().into_bytes())
    };
    let octets = |length: usize| BASE64URL_NOPAD.encode(&vec![0; length]);
    let mut group = of_secret(&secret(16), "A128GCMKW", &["A128GCM"])
        .valid("HeaderParameter", "iv and tag of the encrypted key", valid.clone())
        .output(PLAINTEXT);
    for (what, members) in [
        ("no iv", json!({ "iv": null })),
        ("no tag", json!({ "tag": null })),
        ("an iv that is a number", json!({ "iv": 12 })),
        ("an iv of 16 octets", json!({ "iv": octets(16) })),
        ("an empty tag", json!({ "tag": "" })),
        ("a tag of 12 octets in the header", json!({ "tag": octets(12) })),
    ] {
        group = group.invalid(&GCM_SIZES, "HeaderParameter", what, altered(members));
    }
    group.invalid(&STRICT_BASE64URL, "HeaderParameter", "an iv with padding", altered(json!({ "iv": "AAAAAAAAAAAAAAA=" })))
}

fn insecure() -> Group {
    let password = jwe(&shared(&secret(16)), "PBES2-HS256+A128KW", "A128GCM", &json!({}), PLAINTEXT.as_bytes());
    let counted = message(r#"{"alg":"PBES2-HS512+A256KW","enc":"A128GCM","p2s":"AAAAAAAAAAA","p2c":2147483647}"#);
    of_direct()
        .valid("Insecure", "A128GCM under a shared key", more(r#""kid":"secure""#))
        .output(PLAINTEXT)
        .invalid(&CURRENT_ALGORITHMS, "Insecure", "RSA1_5", message(r#"{"alg":"RSA1_5","enc":"A128GCM"}"#))
        .invalid(&PBES2_LIMIT, "Insecure", "a key from a password", password)
        .invalid(&PBES2_LIMIT, "Insecure", "a key from a password and 2,147,483,647 rounds", counted)
        .invalid(&DECOMPRESSION_LIMIT, "Insecure", "zip: DEF", more(r#""zip":"DEF""#))
        .invalid(&DECOMPRESSION_LIMIT, "Insecure", "zip: another", more(r#""zip":"GZIP""#))
        .invalid(&DECOMPRESSION_LIMIT, "Insecure", "zip: null", more(r#""zip":null"#))
}

fn crit() -> Group {
    let mut group = of_direct().valid("Crit", "an extension that is not critical", more(r#""exp":1"#)).output(PLAINTEXT);
    for (what, members) in [
        ("an extension that nobody knows", r#""crit":["x-unknown"],"x-unknown":true"#),
        ("exp", r#""crit":["exp"],"exp":1800000060"#),
        ("b64, which is for signatures", r#""crit":["b64"],"b64":false"#),
    ] {
        group = group.invalid(&DECRYPTION, "Crit", what, more(members));
    }
    for (what, members) in [
        ("an empty list", r#""crit":[]"#),
        ("null", r#""crit":null"#),
        ("a text", r#""crit":"exp","exp":1"#),
        ("an absent parameter", r#""crit":["exp"]"#),
        ("the same extension twice", r#""crit":["exp","exp"],"exp":1"#),
        ("alg", r#""crit":["alg"]"#),
        ("tag, which JWE defines", r#""crit":["tag"],"tag":"AA""#),
        ("p2c, which JWA defines", r#""crit":["p2c"],"p2c":1"#),
    ] {
        group = group.invalid(&CRIT_WELL_FORMED, "Crit", what, more(members));
    }
    group
}

fn nested(keys: &Keys) -> Group {
    let signed = keys.jws("client-eddsa", "EdDSA", &json!({}), &json!({ "iss": "joe" }));
    let inner = |header: &str, plaintext: &str| direct(&secret(16), header.as_bytes(), plaintext.as_bytes());
    let declared = |plaintext: &str| inner(r#"{"alg":"dir","enc":"A128GCM","cty":"JWT"}"#, plaintext);
    let none = format!("{}.{}.", BASE64URL_NOPAD.encode(br#"{"alg":"none"}"#), BASE64URL_NOPAD.encode(PLAINTEXT.as_bytes()));
    let mut group = of_direct().gives("content", "jwt");
    for (what, cty) in [("JWT", "JWT"), ("jwt in lower case", "jwt"), ("a media type", "application/jwt")] {
        let header = json!({ "alg": "dir", "enc": "A128GCM", "cty": cty }).to_string();
        group = group.valid("Nested", format!("cty: {what}"), inner(&header, &signed)).output(signed.clone());
    }
    for (what, plaintext) in [
        ("a claims set without signature", PLAINTEXT.to_owned()),
        ("nothing", String::new()),
        ("alg none", none),
        ("another encrypted message", declared(&signed)),
        ("a signed message and a line break", format!("{signed}\n")),
    ] {
        group = group.invalid(&NESTED_OPERATIONS_VALIDATED, "Nested", format!("inside: {what}"), declared(&plaintext));
    }
    group.invalid(&NESTED_CTY, "Nested", "no cty", inner(r#"{"alg":"dir","enc":"A128GCM"}"#, &signed)).invalid(
        &NESTED_CTY,
        "Nested",
        "cty: json",
        inner(r#"{"alg":"dir","enc":"A128GCM","cty":"json"}"#, &signed),
    )
}
