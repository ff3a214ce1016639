//! Headers and keys of proofs at the token endpoint.

use data_encoding::BASE64URL_NOPAD;
use fapi::requirement::fapi2_sp::SIGNING_ALGORITHMS;
use fapi::requirement::rfc7515::{CRIT_UNDERSTOOD, HEADER_NAMES_UNIQUE, SIGNED_AS_RECEIVED, STRICT_BASE64URL};
use fapi::requirement::rfc7517::{KEY_USE, KEY_WELL_FORMED};
use fapi::requirement::rfc7518::{EC_POINT, ECDSA_FORM, NO_ALG_NONE, RSA_KEY_SIZE};
use fapi::requirement::rfc8725::{ALGORITHM_LIST, ALL_LAYERS_VALIDATED};
use fapi::requirement::rfc9449::{PROOF_ALG, PROOF_COMPLETE, PROOF_EXTENSIBLE, PROOF_KEY_PUBLIC, PROOF_SIGNATURE, PROOF_TYP};
use serde_json::{Value, json};

use super::super::common;
use super::{Group, Keys, by, good, proof, token_endpoint};
use crate::vectors::forge;
use crate::vectors::keys::{mac, signed};

pub(super) fn groups(keys: &Keys) -> Vec<Group> {
    vec![types(keys), algorithms(keys), fapi2(keys), public_keys(keys), signatures(keys)]
}

fn claims() -> Value {
    Value::Object(good("a"))
}

/// A proof with this header, signed with the sender's P-256 key.
fn headed(keys: &Keys, header: &Value) -> String {
    keys.jws("sender-es256", "ES256", header, &claims())
}

fn types(keys: &Keys) -> Group {
    let key = keys.public("sender-es256");
    let typed = |typ: &str| headed(keys, &json!({ "typ": typ, "jwk": key }));
    let mut group = token_endpoint();
    for typ in ["dpop+jwt", "DPoP+JWT", "application/dpop+jwt", "APPLICATION/DPOP+JWT"] {
        group = group.valid("Header", format!("typ {typ}"), typed(typ));
    }
    group = group
        .valid("Header", "unknown parameters", headed(keys, &json!({ "typ": "dpop+jwt", "jwk": key, "kid": "x", "colour": [1] })))
        .shows(&PROOF_EXTENSIBLE)
        .invalid(&PROOF_TYP, "Header", "no typ", headed(keys, &json!({ "jwk": key })));
    for typ in ["JWT", "", "dpop", "dpop-jwt", "text/dpop+jwt", "application/application/dpop+jwt", "dpop+jwt ", "at+jwt"] {
        group = group.invalid(&PROOF_TYP, "Header", format!("typ {typ:?}"), typed(typ));
    }
    for (what, typ) in [("a number", json!(1)), ("null", Value::Null), ("a list", json!(["dpop+jwt"]))] {
        group = group.invalid(
            &SIGNED_AS_RECEIVED,
            "Header",
            format!("typ: {what}"),
            headed(keys, &json!({ "typ": typ, "jwk": key })),
        );
    }
    let text = |header: &str| keys.jws_of("sender-es256", "ES256", header.as_bytes(), claims().to_string().as_bytes());
    let jwk = Value::Object(key.clone()).to_string();
    group
        .invalid(&CRIT_UNDERSTOOD, "Header", "an extension that must be understood", {
            headed(keys, &json!({ "typ": "dpop+jwt", "jwk": key, "crit": ["x"], "x": 1 }))
        })
        .invalid(&HEADER_NAMES_UNIQUE, "Header", "jwk twice", {
            let other = Value::Object(keys.public("stranger-es256"));
            text(&format!(r#"{{"typ":"dpop+jwt","alg":"ES256","jwk":{other},"jwk":{jwk}}}"#))
        })
        .invalid(&HEADER_NAMES_UNIQUE, "Header", "a member of the jwk twice", {
            text(&format!(r#"{{"typ":"dpop+jwt","alg":"ES256","jwk":{}}}"#, jwk.replacen('{', "{\"kty\":\"RSA\",", 1)))
        })
        .invalid(&PROOF_COMPLETE, "Header", "no alg", text(&format!(r#"{{"typ":"dpop+jwt","jwk":{jwk}}}"#)))
        .errors("invalid_dpop_proof")
}

const SENDERS: [(&str, &str); 9] = [
    ("ES384", "sender-es384"),
    ("ES512", "sender-es512"),
    ("PS256", "sender-ps256"),
    ("PS384", "sender-ps256"),
    ("PS512", "sender-ps256"),
    ("RS256", "sender-ps256"),
    ("RS512", "sender-ps256"),
    ("EdDSA", "sender-eddsa"),
    ("Ed25519", "sender-eddsa"),
];

fn algorithms(keys: &Keys) -> Group {
    let key = keys.public("sender-es256");
    let made = |alg: &str, sign: &dyn Fn(&[u8]) -> Vec<u8>| {
        let header = json!({ "typ": "dpop+jwt", "alg": alg, "jwk": key }).to_string();
        signed(header.as_bytes(), claims().to_string().as_bytes(), sign)
    };
    let group =
        SENDERS.iter().fold(token_endpoint().valid("Algorithm", "ES256", proof(keys, &claims())), |group, (algorithm, name)| {
            group.valid("Algorithm", *algorithm, by(keys, name, algorithm, &claims()))
        });
    let public = Value::Object(key.clone()).to_string();
    group
        .invalid(
            &PROOF_ALG,
            "Algorithm",
            "alg HS256, under the text of the public key",
            made("HS256", &|it| mac(public.as_bytes(), "HS256", it)),
        )
        .invalid(&PROOF_ALG, "Algorithm", "alg HS512", made("HS512", &|it| mac(&[0; 64], "HS512", it)))
        .invalid(&NO_ALG_NONE, "Algorithm", "alg none", made("none", &|_| vec![]))
        .invalid(
            &NO_ALG_NONE,
            "Algorithm",
            "alg NONE, with a valid signature",
            made("NONE", &|it| keys.sign("sender-es256", "ES256", it)),
        )
        .invalid(&PROOF_ALG, "Algorithm", "an unknown alg", made("ES256K", &|it| keys.sign("sender-es256", "ES256", it)))
        .invalid(
            &ALGORITHM_LIST,
            "Algorithm",
            "the alg of another curve",
            made("ES384", &|it| keys.sign("sender-es384", "ES384", it)),
        )
        .invalid(
            &ALGORITHM_LIST,
            "Algorithm",
            "the alg of another type of key",
            made("PS256", &|it| keys.sign("sender-ps256", "PS256", it)),
        )
        .errors("invalid_dpop_proof")
}

/// FAPI 2.0 allows only some algorithms and requires sender-constrained tokens.
fn fapi2(keys: &Keys) -> Group {
    let mut group = common::fapi2_client(Group::new(), keys).gives("lifetimes", json!({ "proof": 60, "future_tolerance": 30 }));
    for (algorithm, name) in
        [("ES256", "sender-es256"), ("PS256", "sender-ps256"), ("EdDSA", "sender-eddsa"), ("Ed25519", "sender-eddsa")]
    {
        group = group.valid("Algorithm", format!("FAPI 2.0: {algorithm}"), by(keys, name, algorithm, &claims()));
    }
    for (algorithm, name) in SENDERS.iter().filter(|(algorithm, _)| !["PS256", "EdDSA", "Ed25519"].contains(algorithm)) {
        group = group.invalid(
            &SIGNING_ALGORITHMS,
            "Algorithm",
            format!("FAPI 2.0: {algorithm}"),
            by(keys, name, algorithm, &claims()),
        );
    }
    group
        .errors("invalid_dpop_proof")
        .invalid(&fapi::requirement::fapi2_sp::SENDER_CONSTRAINED, "Binding", "FAPI 2.0: no proof", Value::Null)
        .error("invalid_request")
}

fn public_keys(keys: &Keys) -> Group {
    let shown = |jwk: Value| headed(keys, &json!({ "typ": "dpop+jwt", "jwk": jwk }));
    let key = keys.public("sender-es256");
    let with = |name: &str, value: Value| shown(common::with(&key, name, value));
    let rsa = json!({ "typ": "dpop+jwt", "alg": "RS256", "jwk": keys.public("short-rsa") });
    let low_order = json!({ "kty": "OKP", "crv": "Ed25519", "x": BASE64URL_NOPAD.encode(&[0; 32]) });
    // 2 is not the y coordinate of a point on the curve, as half of all numbers are not.
    let pointless = json!({ "kty": "OKP", "crv": "Ed25519", "x": BASE64URL_NOPAD.encode(&[&[2][..], &[0; 31]].concat()) });
    let pointless = json!({ "typ": "dpop+jwt", "alg": "EdDSA", "jwk": pointless }).to_string();
    let forged = json!({ "typ": "dpop+jwt", "alg": "EdDSA", "jwk": low_order }).to_string();
    token_endpoint()
        .valid(
            "Key",
            "a jwk with its purpose and algorithm",
            shown({
                let mut key = key.clone();
                key.extend([
                    ("use".to_owned(), json!("sig")),
                    ("alg".to_owned(), json!("ES256")),
                    ("kid".to_owned(), json!("d1")),
                ]);
                Value::Object(key)
            }),
        )
        .invalid(&PROOF_COMPLETE, "Key", "no jwk", headed(keys, &json!({ "typ": "dpop+jwt" })))
        .invalid(
            &PROOF_COMPLETE,
            "Key",
            "a kid in place of a jwk",
            headed(keys, &json!({ "typ": "dpop+jwt", "kid": keys.thumbprint("sender-es256") })),
        )
        .invalid(&PROOF_COMPLETE, "Key", "a jku in place of a jwk", {
            headed(keys, &json!({ "typ": "dpop+jwt", "jku": "https://attacker.example/jwks" }))
        })
        .invalid(&KEY_WELL_FORMED, "Key", "a jwk that is a text", shown(json!(Value::Object(key.clone()).to_string())))
        .invalid(&KEY_WELL_FORMED, "Key", "a jwk that is a set", shown(json!({ "keys": [key] })))
        .invalid(&KEY_WELL_FORMED, "Key", "an empty jwk", shown(json!({})))
        .invalid(&KEY_WELL_FORMED, "Key", "an unknown key type", with("kty", json!("XYZ")))
        .invalid(&KEY_WELL_FORMED, "Key", "an unknown curve", with("crv", json!("P-224")))
        .invalid(
            &STRICT_BASE64URL,
            "Key",
            "a coordinate with padding",
            with("x", json!(format!("{}=", key["x"].as_str().unwrap_or_default()))),
        )
        .invalid(&EC_POINT, "Key", "not a point of the curve", with("x", json!("A".repeat(43))))
        .invalid(&EC_POINT, "Key", "an Ed25519 point of small order, for which a signature of zeros is valid", {
            signed(forged.as_bytes(), claims().to_string().as_bytes(), |_| vec![0; 64])
        })
        .invalid(&PROOF_SIGNATURE, "Key", "an Ed25519 key that is not on the curve", {
            signed(pointless.as_bytes(), claims().to_string().as_bytes(), |_| vec![0; 64])
        })
        .invalid(
            &RSA_KEY_SIZE,
            "Key",
            "an RSA key of 2,040 bits",
            signed(rsa.to_string().as_bytes(), claims().to_string().as_bytes(), |it| forge::rs256(keys, "short-rsa", it)),
        )
        .invalid(&KEY_USE, "Key", "a key for encryption", with("use", json!("enc")))
        .invalid(&ALGORITHM_LIST, "Key", "a key for another algorithm", with("alg", json!("ES384")))
        .invalid(&PROOF_KEY_PUBLIC, "Key", "the private key", shown(Value::Object(keys.private("sender-es256"))))
        .invalid(&PROOF_KEY_PUBLIC, "Key", "the private RSA key", {
            keys.jws("sender-ps256", "PS256", &json!({ "typ": "dpop+jwt", "jwk": keys.private("sender-ps256") }), &claims())
        })
        .invalid(&PROOF_KEY_PUBLIC, "Key", "the private Ed25519 key", {
            keys.jws("sender-eddsa", "EdDSA", &json!({ "typ": "dpop+jwt", "jwk": keys.private("sender-eddsa") }), &claims())
        })
        .invalid(&PROOF_KEY_PUBLIC, "Key", "a shared secret", shown(json!({ "kty": "oct", "k": "AAAA" })))
        .invalid(&PROOF_KEY_PUBLIC, "Key", "an empty private member", with("d", json!("")))
        .errors("invalid_dpop_proof")
}

fn signatures(keys: &Keys) -> Group {
    let one = proof(keys, &claims());
    let (message, signature) = one.rsplit_once('.').unwrap_or_default();
    let other = Value::Object(good("b")).to_string();
    let header = message.split('.').next().unwrap_or_default();
    token_endpoint()
        .valid("Good", "a signature by the key in the header", one.as_str())
        .invalid(&PROOF_SIGNATURE, "Key", "another key in the header", {
            headed(keys, &json!({ "typ": "dpop+jwt", "jwk": keys.public("stranger-es256") }))
        })
        .invalid(&ALL_LAYERS_VALIDATED, "Form", "other claims under the signature", {
            format!("{header}.{}.{signature}", BASE64URL_NOPAD.encode(other.as_bytes()))
        })
        .invalid(&ALL_LAYERS_VALIDATED, "Form", "a signature of zeros", format!("{message}.{}", BASE64URL_NOPAD.encode(&[0; 64])))
        .invalid(&ECDSA_FORM, "Form", "no signature", format!("{message}."))
        .invalid(&ECDSA_FORM, "Form", "a signature in DER", {
            let raw = BASE64URL_NOPAD.decode(signature.as_bytes()).unwrap_or_default();
            format!("{message}.{}", BASE64URL_NOPAD.encode(&forge::der_of(&raw)))
        })
        .invalid(&STRICT_BASE64URL, "Form", "a signature with a lone character", format!("{one}AAA"))
        .errors("invalid_dpop_proof")
}
