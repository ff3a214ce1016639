//! Wycheproof's JOSE files (`vectors/wycheproof`): an independent check of signatures and keys, with a list of results that
//! deliberately differ.

use fapi::Secret;
use fapi::jose::{Algorithm, Algorithms, Json, Jwk, JwkSet, Jws, Object, base64url};
use fapi::primitives::aws_lc;
use std::collections::BTreeMap;

const SIGNATURES: &str = include_str!("../vectors/wycheproof/json_web_signature_test.json");
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
const OF_KEYS: &[(i64, &str)] = &[
    (2, "a set of shared secrets: publishing a secret discloses it to everyone, so the whole set is refused"),
    (7, "a modulus from a broken generator (ROCA), which only a test for the primes of that generator recognizes"),
];

#[test]
fn signatures() {
    compare(SIGNATURES, 401, OF_SIGNATURES);
}

#[test]
fn keys() {
    compare(KEYS, 26, OF_KEYS);
}

/// Checks that every result is Wycheproof's, except those listed, which must differ.
fn compare(file: &str, count: usize, kept: &[(i64, &str)]) {
    let mut surprises = BTreeMap::new();
    let file: serde_json::Value = serde_json::from_str(file).unwrap();
    let mut judged = 0;
    for group in file["testGroups"].as_array().unwrap() {
        let key = if group["public"].is_null() { &group["private"] } else { &group["public"] };
        let key = Object::parse(key.to_string().as_bytes()).unwrap();
        for test in group["tests"].as_array().unwrap() {
            judged += 1;
            let id = test["tcId"].as_i64().unwrap();
            let said = verify(&key, test["jws"].as_str().unwrap());
            let differs = said.is_ok() != (test["result"] == "valid");
            if differs != kept.iter().any(|(known, _)| *known == id) {
                surprises.insert(id, format!("{} {} {} {said:?}", group["comment"], test["comment"], test["result"]));
            }
        }
    }
    assert!(surprises.is_empty(), "{surprises:#?}");
    assert_eq!(judged, count);
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
