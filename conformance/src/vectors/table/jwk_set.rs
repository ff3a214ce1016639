//! `jwk_set`: sets, and the keys in them that can be used.

use data_encoding::BASE64URL_NOPAD;
use fapi::requirement::local::REQUEST_SIZE;
use fapi::requirement::rfc7517::{KEY_WELL_FORMED, NO_PRIVATE_KEYS, UNUSABLE_KEYS_SKIPPED};
use fapi::requirement::rfc8725::UTF8_ONLY;
use serde_json::{Map, Value, json};

use super::common::named;
use crate::vectors::file::{File, Group};
use crate::vectors::keys::Keys;

pub(super) fn file(keys: &Keys) -> File {
    File::new(
        "jwk_set",
        &[
            "The text of a JWK Set as its owner published it; base64url if it is not text.",
            "The output of a valid one is the kid of every key that can verify signatures, in order, null for one without kid.",
            "An unusable key is skipped; a private or symmetric key makes the set invalid, because its owner has disclosed it.",
            "Limits: 100 keys; 32 levels of objects and arrays.",
        ],
    )
    .flag("Usable", "sets of which every key is usable")
    .flag("Skipped", "unusable keys together with a usable one")
    .flag("Leaked", "private keys, which must not be disclosed")
    .flag("SetJson", "texts that are not a strict JSON object with a list of keys")
    .flag("Size", "the maximum number of keys, and one more")
    .group(usable(keys))
    .group(skipped(keys))
    .group(leaked(keys))
    .group(bad(keys))
}

fn set(keys: &[Value]) -> String {
    json!({ "keys": keys }).to_string()
}

/// Another valid key with this kid.
fn another(keys: &Keys, name: &str) -> Value {
    let mut key = keys.public(name);
    key.insert("kid".into(), "k1".into());
    Value::Object(key)
}

fn good(keys: &Keys) -> Value {
    Value::Object(named(keys, "client-es256", "k1", "ES256"))
}

fn usable(keys: &Keys) -> Group {
    let one = good(keys);
    let other = Value::Object(named(keys, "client-ps256", "k2", "PS256"));
    let same_kid = Value::Object(named(keys, "client-eddsa", "k1", "EdDSA"));
    let bare = Value::Object(keys.public("client-es384"));
    let many = |count: usize| set(&vec![one.clone(); count]);
    Group::new()
        .valid("Usable", "one key", set(std::slice::from_ref(&one)))
        .output(json!(["k1"]))
        .valid("Usable", "no keys", set(&[]))
        .output(json!([]))
        .valid("Usable", "three keys in order, one without kid", set(&[other.clone(), bare, one.clone()]))
        .output(json!(["k2", null, "k1"]))
        .valid("Usable", "two keys of one kid", set(&[one.clone(), same_kid]))
        .output(json!(["k1", "k1"]))
        .valid("Usable", "the same key twice", set(&[one.clone(), one.clone()]))
        .output(json!(["k1", "k1"]))
        .valid("Usable", "members in addition to the keys", json!({ "issuer": "x", "keys": [one], "alg": "none" }).to_string())
        .output(json!(["k1"]))
        .valid("Usable", "white space", format!("\n{{ \"keys\" : [\t{other} ] }}\r\n"))
        .output(json!(["k2"]))
        .valid("Size", "100 keys", many(100))
        .output(vec!["k1"; 100])
        .invalid(&REQUEST_SIZE, "Size", "101 keys", many(101))
        .invalid(&REQUEST_SIZE, "Size", "101 keys of which none is usable", set(&vec![json!({}); 101]))
}

fn skipped(keys: &Keys) -> Group {
    let changed = |name: &str, value: Value| {
        let mut key = keys.public("client-eddsa");
        key.insert(name.into(), value);
        Value::Object(key)
    };
    let short = Value::Object(keys.public("short-rsa"));
    let mut group =
        Group::new().valid("Skipped", "only a valid key", set(&[another(keys, "client-ps256")])).output(json!(["k1"]));
    for (what, key) in [
        ("a number", json!(1)),
        ("null", Value::Null),
        ("an array", json!([])),
        ("a text", json!("key")),
        ("an empty object", json!({})),
        ("an unknown key type", json!({ "kty": "XYZ", "kid": "x" })),
        ("a post-quantum key", json!({ "kty": "AKP", "alg": "ML-DSA-65", "kid": "pq-1", "pub": "AAAA", "use": "sig" })),
        ("an RSA key for encryption", json!({ "kty": "RSA", "use": "enc", "alg": "RSA-OAEP-256", "n": "AQAB", "e": "AQAB" })),
        ("a key for key agreement", json!({ "kty": "OKP", "crv": "X25519", "x": "AAAA" })),
        ("an unknown curve", changed("crv", json!("Ed448"))),
        ("a key for encryption", changed("use", json!("enc"))),
        ("an unknown use", changed("use", json!("tls"))),
        ("an unknown algorithm", changed("alg", json!("ES256K"))),
        ("an algorithm of another kind of key", changed("alg", json!("ES256"))),
        ("operations without verify", changed("key_ops", json!(["deriveKey"]))),
        ("a kid that is a number", changed("kid", json!(1))),
        ("an RSA key of 2,040 bits", short),
        ("a point that is not on the curve", changed("x", json!(BASE64URL_NOPAD.encode(&[0xff; 32])))),
        ("an Ed25519 key of 31 octets", changed("x", json!(BASE64URL_NOPAD.encode(&[7; 31])))),
    ] {
        group = group.valid("Skipped", format!("next to a valid key: {what}"), set(&[key, good(keys)])).output(json!(["k1"]));
        group = group.shows(&UNUSABLE_KEYS_SKIPPED);
    }
    group
}

fn leaked(keys: &Keys) -> Group {
    let mut group = Group::new().valid("Leaked", "nothing private", set(&[another(keys, "client-eddsa")])).output(json!(["k1"]));
    for (what, key) in [
        ("an EC key", keys.private("client-es256")),
        ("an RSA key", keys.private("client-ps256")),
        ("an Ed25519 key", keys.private("client-eddsa")),
        ("a shared secret for encryption", Map::from_iter([("kty".to_owned(), json!("oct")), ("use".to_owned(), json!("enc"))])),
        ("a shared secret", Map::from_iter([("kty".to_owned(), json!("oct")), ("k".to_owned(), json!("AAAA"))])),
    ] {
        let key = Value::Object(key);
        group = group
            .invalid(&NO_PRIVATE_KEYS, "Leaked", format!("{what}, private, alone"), set(std::slice::from_ref(&key)))
            .invalid(&NO_PRIVATE_KEYS, "Leaked", format!("{what}, private, after a valid one"), set(&[good(keys), key]));
    }
    let mut half = keys.public("client-ps256");
    half.insert("qi".into(), json!("AA"));
    group.invalid(&NO_PRIVATE_KEYS, "Leaked", "one member of a private RSA key", set(&[good(keys), Value::Object(half)]))
}

fn bad(keys: &Keys) -> Group {
    let key = good(keys).to_string();
    let twice = key.replacen('{', "{\"kid\":\"k0\",", 1);
    let deep = format!("{{\"keys\":[],\"x\":{}{}}}", "[".repeat(40), "]".repeat(40));
    let mut group = Group::new().valid("SetJson", "a set", set(&[another(keys, "stranger-es256")])).output(json!(["k1"]));
    for (what, text) in [
        ("nothing", String::new()),
        ("null", "null".into()),
        ("a list of keys", format!("[{key}]")),
        ("a key without set", key.clone()),
        ("keys that are an object", format!("{{\"keys\":{{\"k1\":{key}}}}}")),
        ("keys that are null", "{\"keys\":null}".into()),
        ("keys in upper case", format!("{{\"KEYS\":[{key}]}}")),
        ("an HTML page", "<!doctype html><title>404</title>".into()),
        ("a set that is cut off", format!("{{\"keys\":[{key}]")),
        ("text after the set", format!("{{\"keys\":[{key}]}} x")),
        ("a comma after the last key", format!("{{\"keys\":[{key},]}}")),
        ("a byte order mark", format!("\u{feff}{{\"keys\":[{key}]}}")),
        ("keys twice", format!("{{\"keys\":[],\"keys\":[{key}]}}")),
        ("a member of a key twice", format!("{{\"keys\":[{twice}]}}")),
        ("forty arrays", deep),
    ] {
        group = group.invalid(&KEY_WELL_FORMED, "SetJson", what, text);
    }
    let raw = |octets: &[u8]| json!({ "base64url": BASE64URL_NOPAD.encode(octets) });
    group.invalid(&UTF8_ONLY, "SetJson", "Latin-1", raw(b"{\"keys\":[],\"x\":\"\xe9\"}")).invalid(
        &UTF8_ONLY,
        "SetJson",
        "UTF-16",
        raw(b"\xff\xfe{\0\"\0k\0e\0y\0s\0\"\0:\0[\0]\0}\0"),
    )
}
