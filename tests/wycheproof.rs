//! Wycheproof's JOSE files (`vectors/wycheproof`): an independent check of signatures, keys and encryption, with a list of results
//! that deliberately differ.

use fapi::Secret;
use fapi::jose::jwe::{DecryptionKey, decrypt};
use fapi::jose::{Algorithm, Algorithms, ContentEncryption, Json, Jwe, Jwk, JwkSet, Jws, KeyManagement, Object, base64url};
use fapi::primitives::aws_lc;
use std::collections::BTreeMap;

const SIGNATURES: &str = include_str!("../vectors/wycheproof/json_web_signature_test.json");
const ENCRYPTION: &str = include_str!("../vectors/wycheproof/json_web_encryption_test.json");
const KEYS: &str = include_str!("../vectors/wycheproof/json_web_key_test.json");

/// Results that differ from Wycheproof's, by `tcId`, each with the reason.
const OF_SIGNATURES: &[(i64, &str)] = &[
    (346, "the key is for PS256, but the message uses PS384: RFC 8725 3.1, one algorithm per key"),
    (350, "as 346"),
    (347, "the key names the algorithm ES521, which does not exist"),
    (351, "as 347"),
    (367, "the padding that the comment mentions is absent: the message is identical to 357, which is valid"),
    (370, "as 367"),
    (372, "a question mark in the header: RFC 7515 2, not a base64url character"),
    (373, "as 372, in the payload"),
];
const OF_ENCRYPTION: &[(i64, &str)] = &[
    (100, "RSA1_5: RFC 8725 3.2, only algorithms that are still secure"),
    (101, "as 100"),
    (102, "as 100"),
    (103, "as 100"),
    (104, "as 100"),
    (105, "as 100"),
    (112, "as 100"),
    (128, "as 100"),
    (135, "compressed: RFC 8725 3.6"),
];
const OF_KEYS: &[(i64, &str)] = &[
    (2, "a set of shared secrets: publishing a secret discloses it to everyone, so the whole set is refused"),
    (7, "a modulus from a broken generator (ROCA), which only a test for the primes of that generator recognizes"),
];

#[test]
fn signatures() {
    compare(SIGNATURES, 401, OF_SIGNATURES, |group, test| verify(&key(group), test["jws"].as_str().unwrap()));
}

#[test]
fn keys() {
    compare(KEYS, 26, OF_KEYS, |group, test| verify(&key(group), test["jws"].as_str().unwrap()));
}

#[test]
fn encryption() {
    compare(ENCRYPTION, 139, OF_ENCRYPTION, |group, test| {
        let plaintext = read(&object(&group["private"]), test["jwe"].as_str().unwrap())?;
        let expected = test["pt"].as_str().map(|hex| data_encoding::HEXLOWER.decode(hex.as_bytes()).unwrap());
        assert!(test["result"] == "invalid" || expected == Some(plaintext), "the plaintext of {}", test["tcId"]);
        Ok(())
    });
}

/// A group or a test of a file.
type Part = serde_json::Value;

/// Checks that every result is Wycheproof's, except those listed, which must differ.
fn compare(file: &str, count: usize, kept: &[(i64, &str)], judge: impl Fn(&Part, &Part) -> Result<(), String>) {
    let mut surprises = BTreeMap::new();
    let file: Part = serde_json::from_str(file).unwrap();
    let mut judged = 0;
    for group in file["testGroups"].as_array().unwrap() {
        for test in group["tests"].as_array().unwrap() {
            judged += 1;
            let id = test["tcId"].as_i64().unwrap();
            let said = judge(group, test);
            let differs = said.is_ok() != (test["result"] == "valid");
            if differs != kept.iter().any(|(known, _)| *known == id) {
                surprises.insert(id, format!("{} {} {} {said:?}", group["comment"], test["comment"], test["result"]));
            }
        }
    }
    assert!(surprises.is_empty(), "{surprises:#?}");
    assert_eq!(judged, count);
}

fn key(group: &Part) -> Object {
    object(if group["public"].is_null() { &group["private"] } else { &group["public"] })
}

fn object(value: &Part) -> Object {
    Object::parse(value.to_string().as_bytes()).unwrap()
}

/// Decrypts as the owner of the key. A key for a content encryption algorithm is used directly.
fn read(key: &Object, compact: &str) -> Result<Vec<u8>, String> {
    let alg = key.get("alg").and_then(Json::as_str).unwrap();
    let direct = ContentEncryption::parse(alg).map(|_| KeyManagement::Dir);
    let alg = KeyManagement::parse(alg).or(direct).ok_or("the key is for an unknown algorithm")?;
    let key = DecryptionKey::from_jwk(alg, key).map_err(|error| error.to_string())?;
    let jwe = Jwe::parse(compact, aws_lc()).map_err(|error| error.to_string())?;
    decrypt(&jwe, &key).map_err(|error| error.to_string())
}

/// Verifies as a relying party would, with a key or keys that another party registered. A secret is a symmetric key by itself.
fn verify(key: &Object, compact: &str) -> Result<(), String> {
    let jws = Jws::parse(compact).map_err(|error| error.to_string())?;
    let all = Algorithms::ALL_ASYMMETRIC;
    let keys = key.get("keys").and_then(Json::as_array).unwrap_or_default();
    let of_secret = |key: &Object| key.get("kty").and_then(Json::as_str) == Some("oct");
    if let [Json::Object(only)] = keys
        && of_secret(only)
    {
        return verify(only, compact);
    }
    if key.contains("keys") {
        let set = JwkSet::from_object(key, aws_lc()).map_err(|error| error.to_string())?;
        let mut candidates = set.candidates(jws.header().kid(), jws.header().alg());
        return if candidates.any(|key| jws.verify(key, all, aws_lc()).is_ok()) {
            Ok(())
        } else {
            Err("no key verifies it".into())
        };
    }
    let text = |name: &str| key.get(name).and_then(Json::as_str);
    if of_secret(key) {
        let secret = base64url::decode(text("k").unwrap_or_default()).ok_or("the secret is not base64url")?;
        let allowed: Algorithms = text("alg").and_then(Algorithm::parse).into_iter().collect();
        return jws.verify_mac(&Secret::from(secret), allowed, aws_lc()).map_err(|error| error.to_string());
    }
    let key = Jwk::parse(key, aws_lc()).map_err(|error| error.to_string())?;
    jws.verify(&key, all, aws_lc()).map_err(|error| error.to_string())
}
