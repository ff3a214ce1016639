//! A JWS that is refused for another reason than its signature has a valid signature over its text: otherwise, a verifier that
//! misses the fault would still refuse it because of the signature.

use std::collections::BTreeSet;

use data_encoding::{BASE64URL_NOPAD, Encoding};
use fapi_conformance::vectors::runner;
use josekit::jwk::Jwk;
use josekit::jws::{self, JwsVerifier};
use serde_json::{Map, Value};

/// Flags of tests about the signature itself, or about texts without three parts.
const ABOUT_SIGNATURES: &[&str] = &["Signature", "Malleable", "WrongForm", "AlgNone", "Parts"];

/// Tests with other flags whose signature does not verify, each with the reason.
const UNSIGNED: &[(&[&str], &str)] = &[
    (
        &[
            "access_token-21",
            "access_token-22",
            "access_token-99",
            "access_token-102",
            "access_token-103",
            "access_token-105",
            "client_assertion-199",
            "client_assertion-200",
            "client_assertion-201",
            "client_assertion-204",
            "dpop_proof-101",
            "dpop_proof-102",
            "dpop_proof-103",
            "dpop_proof-104",
            "dpop_proof-105",
            "dpop_proof-107",
            "jws-38",
        ],
        "The text does not have three parts.",
    ),
    (
        &["jws-32", "jws-42"],
        "A parser may strip the prefix, so the signature is over the rest. Another test has a signature over the whole text.",
    ),
    (
        &[
            "access_token-24",
            "client_assertion-205",
            "dpop_proof-2",
            "dpop_proof-186",
            "dpop_proof-187",
            "dpop_proof-188",
            "dpop_proof-189",
            "dpop_proof-190",
            "jws-49",
        ],
        "The fault is in the signature.",
    ),
    (
        &["dpop_proof-175", "dpop_proof-224"],
        "A point of small order, or one that is not on the curve, has no private key; the key is refused.",
    ),
    (&["dpop_proof-176"], "The checker of this test does not accept such a short RSA key."),
];

#[test]
fn what_is_not_about_the_signature_is_signed() {
    let known: Value = serde_json::from_str(include_str!("../../../vectors/keys.json")).unwrap();
    let known: Vec<Value> = known["keys"].as_object().unwrap().values().cloned().collect();
    let listed: BTreeSet<&str> = UNSIGNED.iter().flat_map(|(ids, _)| *ids).copied().collect();
    let (mut signed, mut unsigned, mut surprises) = (0, BTreeSet::new(), Vec::new());
    for (kind, text) in runner::files() {
        let file: Value = serde_json::from_str(text).unwrap();
        for group in file["groups"].as_array().unwrap() {
            for test in group["tests"].as_array().unwrap() {
                let about = |flag: &Value| ABOUT_SIGNATURES.contains(&flag.as_str().unwrap());
                if test["result"] != "invalid" || test["flags"].as_array().unwrap().iter().any(about) {
                    continue;
                }
                let id = test["id"].as_str().unwrap();
                for text in texts(kind, &test["input"]) {
                    if unsigned_by_name(&text) {
                        continue;
                    }
                    let keys = group.get("key").into_iter().chain(&known);
                    if keys.into_iter().any(|key| verifies(&text, key)) {
                        signed += 1;
                    } else if listed.contains(id) {
                        unsigned.insert(id.to_owned());
                    } else {
                        surprises.push(format!("{id} ({}): {text:?}", test["comment"]));
                    }
                }
            }
        }
    }
    assert!(surprises.is_empty(), "{surprises:#?}");
    let stale: Vec<_> = listed.iter().filter(|id| !unsigned.contains(**id)).collect();
    assert!(stale.is_empty(), "listed, but signed or gone: {stale:?}");
    assert!(signed > 400, "only {signed} signatures were seen");
}

/// The JWSs of an input.
fn texts(kind: &str, input: &Value) -> Vec<String> {
    let of = |value: &Value| value.as_str().map(str::to_owned);
    match kind {
        "jws" | "client_assertion" => of(input).into_iter().collect(),
        "dpop_proof" => {
            input.as_array().map_or_else(|| of(input).into_iter().collect(), |all| all.iter().filter_map(of).collect())
        }
        "access_token" => {
            let field = input["authorization"].as_str().and_then(|field| field.split_once(' '));
            field.map(|(_, token)| token.trim().to_owned()).into_iter().chain(of(&input["dpop"])).collect()
        }
        _ => vec![],
    }
}

/// Returns true for a signature by this key, with any algorithm that fits the key.
fn verifies(text: &str, key: &Value) -> bool {
    let Some((message, signature)) = parts(text) else { return false };
    let members: Map<String, Value> = key.as_object().unwrap().clone();
    let Ok(jwk) = Jwk::from_map(members) else { return false };
    verifiers(&jwk).iter().any(|verifier| verifier.verify(message.as_bytes(), &signature).is_ok())
}

fn verifiers(jwk: &Jwk) -> Vec<Box<dyn JwsVerifier>> {
    macro_rules! fitting {
        ($($algorithm:ident)*) => {
            [$(jws::$algorithm.verifier_from_jwk(jwk).ok().map(|verifier| Box::new(verifier) as Box<dyn JwsVerifier>)),*]
        };
    }
    fitting![ES256 ES384 ES512 EdDSA PS256 PS384 PS512 RS256 RS384 RS512].into_iter().flatten().collect()
}

/// Returns true if the header names a MAC or no signature.
fn unsigned_by_name(text: &str) -> bool {
    let header = text.split('.').next().unwrap_or_default();
    let header = String::from_utf8_lossy(&lenient().decode(header.as_bytes()).unwrap_or_default()).to_ascii_lowercase();
    ["\"alg\":\"hs", "\"alg\":\"none"].iter().any(|name| header.contains(name))
}

/// The signing input, and the signature as a lenient parser reads it.
fn parts(text: &str) -> Option<(&str, Vec<u8>)> {
    let (message, signature) = text.rsplit_once('.')?;
    let mut plain: String = signature.replace('+', "-").replace('/', "_");
    plain.retain(|character| character.is_ascii_alphanumeric() || "-_".contains(character));
    if plain.len() % 4 == 1 {
        plain.pop();
    }
    Some((message, lenient().decode(plain.as_bytes()).ok()?))
}

fn lenient() -> Encoding {
    let mut specification = BASE64URL_NOPAD.specification();
    specification.check_trailing_bits = false;
    specification.encoding().unwrap()
}
