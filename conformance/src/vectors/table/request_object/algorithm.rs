//! Algorithms, keys and signatures.

use data_encoding::BASE64URL_NOPAD;
use fapi::requirement::ocp::jar::{CREDENTIALS, EXPIRED_CREDENTIAL};
use fapi::requirement::oidcc::REQUEST_SIGNATURE;
use fapi::requirement::rfc7515::{ALG_ALLOWED, KEY_DETERMINED};
use fapi::requirement::rfc7518::{ECDSA_FORM, NO_ALG_NONE};
use fapi::requirement::rfc8725::ALL_LAYERS_VALIDATED;
use fapi::requirement::rfc9101::{ALGORITHM_ALLOWED, KEY_OF_KID, OBJECT_SIGNATURE, SOURCE_VERIFIED};
use fapi::requirement::{Requirement, fapi1_adv, fapi2_sp};
use serde_json::{Map, Value, json};

use super::super::common::{self, NOW};
use super::super::exchange::SECRET;
use super::{
    CLIENT_KEYS, Group, Keys, compact, fapi1_with, fapi2_with, good, good1, good2, header, in_force, in_force2, jwks, of, output,
    plain, sent, signed,
};
use crate::vectors::keys::{mac, signed as serialized};

const ERROR: &str = "invalid_request_object";

pub(super) fn groups(keys: &Keys) -> Vec<Group> {
    vec![
        every_algorithm(keys),
        left_out(keys, "FAPI 2.0", fapi2_with(keys, unnamed(keys)), &good2(), &in_force2(), FAPI2, &fapi2_sp::SIGNING_ALGORITHMS),
        left_out(keys, "FAPI 1.0", fapi1_with(unnamed(keys)), &good1(), &in_force(), FAPI1, &fapi1_adv::SIGNING_ALGORITHMS),
        registered(keys),
        signatures(keys),
        shared_kid(keys),
        credentials(keys),
    ]
}

/// Every algorithm with a key pair, and the key that it fits.
const ALL: [(&str, &str); 11] = [
    ("ES256", "client-es256"),
    ("ES384", "client-es384"),
    ("ES512", "client-es512"),
    ("PS256", "client-ps256"),
    ("PS384", "client-ps256"),
    ("PS512", "client-ps256"),
    ("RS256", "client-ps256"),
    ("RS384", "client-ps256"),
    ("RS512", "client-ps256"),
    ("EdDSA", "client-eddsa"),
    ("Ed25519", "client-eddsa"),
];

const FAPI2: &[&str] = &["ES256", "PS256", "EdDSA", "Ed25519"];
const FAPI1: &[&str] = &["ES256", "PS256"];

/// Keys that name no algorithm; the first one has the `kid` that client assertions name.
fn unnamed(keys: &Keys) -> Value {
    let names = ["client-es256", "client-es384", "client-es512", "client-ps256", "client-eddsa"];
    let mut all = names.map(|name| keys.public(name));
    all[0].insert("kid".into(), "k1".into());
    json!({ "keys": all })
}

fn untyped(keys: &Keys, name: &str, algorithm: &str, claims: &Map<String, Value>) -> Value {
    sent(keys.jws(name, algorithm, &json!({ "typ": "oauth-authz-req+jwt" }), &Value::Object(claims.clone())))
}

fn every_algorithm(keys: &Keys) -> Group {
    let mut group = of(&[], json!({ "jwks": unnamed(keys) }));
    for (algorithm, name) in ALL {
        let what = format!("{algorithm} by a key that names no algorithm");
        group = output(group.valid("Algorithm", what, untyped(keys, name, algorithm, &good())), &in_force());
    }
    let claims = Value::Object(good());
    let public = Value::Object(keys.public("client-es256")).to_string();
    let by_secret = |algorithm: &str, secret: &[u8]| {
        let header = json!({ "typ": "oauth-authz-req+jwt", "alg": algorithm });
        sent(serialized(header.to_string().as_bytes(), claims.to_string().as_bytes(), |message| mac(secret, algorithm, message)))
    };
    let called = |alg: Value| {
        let header = json!({ "typ": "oauth-authz-req+jwt", "alg": alg });
        sent(keys.jws_of("client-es256", "ES256", header.to_string().as_bytes(), claims.to_string().as_bytes()))
    };
    for algorithm in ["HS256", "HS384", "HS512"] {
        let what = format!("{algorithm} under the secret of the client");
        group = group.invalid(&ALGORITHM_ALLOWED, "Algorithm", what, by_secret(algorithm, SECRET.as_bytes()));
    }
    group
        .invalid(&ALGORITHM_ALLOWED, "Algorithm", "a MAC under the text of a public key", by_secret("HS256", public.as_bytes()))
        .invalid(&NO_ALG_NONE, "Algorithm", "alg none", sent(compact(&json!({ "alg": "none" }), &claims, b"")))
        .invalid(&SOURCE_VERIFIED, "Algorithm", "alg none, with kid and typ", {
            sent(compact(&json!({ "alg": "none", "kid": "k1", "typ": "oauth-authz-req+jwt" }), &claims, b""))
        })
        .invalid(&NO_ALG_NONE, "Algorithm", "alg none, with a valid signature", called(json!("none")))
        .invalid(&NO_ALG_NONE, "Algorithm", "alg None, with a valid signature", called(json!("None")))
        .invalid(&ALG_ALLOWED, "Algorithm", "an unknown alg", called(json!("ES256K")))
        .invalid(&ALG_ALLOWED, "Algorithm", "an alg in lower case", called(json!("es256")))
        .invalid(&ALG_ALLOWED, "Algorithm", "an empty alg", called(json!("")))
        .invalid(&ALG_ALLOWED, "Algorithm", "an alg that is a list", called(json!(["ES256"])))
        .invalid(&ALG_ALLOWED, "Algorithm", "the alg of an encrypted message", called(json!("RSA-OAEP")))
        .errors(ERROR)
}

/// Valid signatures by registered keys without `alg`: only the profile forbids the algorithms that it leaves out.
fn left_out(
    keys: &Keys,
    profile: &str,
    group: Group,
    claims: &Map<String, Value>,
    force: &Map<String, Value>,
    allowed: &[&str],
    requirement: &'static Requirement,
) -> Group {
    let mut group = group;
    for (algorithm, name) in ALL {
        let (what, input) = (format!("{profile}: {algorithm}"), untyped(keys, name, algorithm, claims));
        group = match allowed.contains(&algorithm) {
            true => output(group.valid("Algorithm", what, input), force),
            false => group.invalid(requirement, "Algorithm", what, input),
        };
    }
    let none = sent(compact(&json!({ "alg": "none" }), &Value::Object(claims.clone()), b""));
    group.invalid(&NO_ALG_NONE, "Algorithm", format!("{profile}: alg none"), none).errors(ERROR)
}

/// A client that registered one algorithm.
fn registered(keys: &Keys) -> Group {
    let group = of(&[], json!({ "jwks": unnamed(keys), "request_object_signing_alg": "ES256" }));
    let group = output(
        group.valid("Algorithm", "the registered algorithm", untyped(keys, "client-es256", "ES256", &good())),
        &in_force(),
    );
    group
        .invalid(&REQUEST_SIGNATURE, "Algorithm", "an algorithm that is not the registered one", {
            untyped(keys, "client-ps256", "PS256", &good())
        })
        .invalid(
            &REQUEST_SIGNATURE,
            "Algorithm",
            "EdDSA where ES256 is registered",
            untyped(keys, "client-eddsa", "EdDSA", &good()),
        )
        .invalid(&NO_ALG_NONE, "Algorithm", "alg none where ES256 is registered", {
            sent(compact(&json!({ "alg": "none", "typ": "JWT" }), &Value::Object(good()), b""))
        })
        .errors(ERROR)
}

fn signatures(keys: &Keys) -> Group {
    let claims = Value::Object(good());
    let of = |name: &str, algorithm: &str, header: Value| sent(keys.jws(name, algorithm, &header, &claims));
    let valid = signed(keys, &claims);
    let (message, signature) = valid.rsplit_once('.').unwrap_or_default();
    let first = message.split('.').next().unwrap_or_default();
    let other = common::with(&good(), "scope", "openid").to_string();
    let octets = BASE64URL_NOPAD.decode(signature.as_bytes()).unwrap_or_default();
    let der = crate::vectors::forge::der_of(&octets);
    let mut group = plain(keys);
    for (name, kid, algorithm) in CLIENT_KEYS {
        let what = format!("{algorithm} by the key {kid}");
        group = output(group.valid("Good", what, of(name, algorithm, header(kid))), &in_force());
        let what = format!("{algorithm} by a key that is not named");
        group = output(group.valid("Signature", what, of(name, algorithm, json!({ "typ": "oauth-authz-req+jwt" }))), &in_force());
    }
    group
        .invalid(&ALL_LAYERS_VALIDATED, "Signature", "other claims under the signature", {
            sent(format!("{first}.{}.{signature}", BASE64URL_NOPAD.encode(other.as_bytes())))
        })
        .invalid(&OBJECT_SIGNATURE, "Signature", "another header under the signature", {
            let header = json!({ "alg": "ES256", "kid": "k1", "typ": "JWT" }).to_string();
            sent(format!("{}.{}", BASE64URL_NOPAD.encode(header.as_bytes()), valid.split_once('.').map_or("", |(_, rest)| rest)))
        })
        .invalid(&ALL_LAYERS_VALIDATED, "Signature", "a signature of zeros", {
            sent(format!("{message}.{}", BASE64URL_NOPAD.encode(&[0; 64])))
        })
        .invalid(&ECDSA_FORM, "Signature", "no signature", sent(format!("{message}.")))
        .invalid(&ECDSA_FORM, "Signature", "half of the signature", {
            sent(format!("{message}.{}", BASE64URL_NOPAD.encode(&octets[..32])))
        })
        .invalid(&ECDSA_FORM, "Signature", "the signature in DER", sent(format!("{message}.{}", BASE64URL_NOPAD.encode(&der))))
        .invalid(&ALL_LAYERS_VALIDATED, "Signature", "by another party's key, under the client's kid", {
            of("stranger-es256", "ES256", header("k1"))
        })
        .invalid(&ALL_LAYERS_VALIDATED, "Signature", "by another party's key, without kid", {
            of("stranger-es256", "ES256", json!({ "typ": "oauth-authz-req+jwt" }))
        })
        .invalid(&ALL_LAYERS_VALIDATED, "Signature", "by the server's key", of("server-es256", "ES256", header("k1")))
        .invalid(&OBJECT_SIGNATURE, "Signature", "by the key in its own jwk", {
            of("stranger-es256", "ES256", json!({ "typ": "oauth-authz-req+jwt", "jwk": keys.public("stranger-es256") }))
        })
        .invalid(&KEY_OF_KID, "Signature", "a kid that is not registered", of("client-es256", "ES256", header("k9")))
        .invalid(&KEY_OF_KID, "Signature", "a kid in another case", of("client-es256", "ES256", header("K1")))
        .invalid(&KEY_OF_KID, "Signature", "an empty kid", of("client-es256", "ES256", header("")))
        .invalid(&KEY_OF_KID, "Signature", "the kid of a key of another type", of("client-es256", "ES256", header("k2")))
        .invalid(&KEY_DETERMINED, "Signature", "RS256 by a key for PS256", of("client-ps256", "RS256", header("k2")))
        .invalid(&KEY_DETERMINED, "Signature", "an algorithm for which no key is registered", {
            of("client-es384", "ES384", json!({ "typ": "oauth-authz-req+jwt" }))
        })
        .errors(ERROR)
}

/// Several keys with one kid: the algorithm and the signature tell which one it is.
fn shared_kid(keys: &Keys) -> Group {
    let named = |name: &str, algorithm: &str| common::named(keys, name, "k", algorithm);
    let jwks =
        json!({ "keys": [named("client-ps256", "PS256"), named("client-es256", "ES256"), named("sender-es256", "ES256")] });
    let by = |name: &str, algorithm: &str| sent(keys.jws(name, algorithm, &header("k"), &Value::Object(good())));
    let group = of(&[], json!({ "jwks": jwks }));
    let group = output(group.valid("Signature", "one kid for three keys: the RSA key", by("client-ps256", "PS256")), &in_force());
    let group = output(
        group.valid("Signature", "one kid for three keys: the second of two P-256 keys", by("sender-es256", "ES256")),
        &in_force(),
    );
    group
        .invalid(&ALL_LAYERS_VALIDATED, "Signature", "one kid for three keys: a fourth key", by("stranger-es256", "ES256"))
        .error(ERROR)
}

/// A client of which the operator lists the keys that sign requests.
fn credentials(keys: &Keys) -> Group {
    let listed = json!(["k2", { "kid": "k3", "expires_at": NOW + 1 }, { "kid": "k1", "expires_at": NOW }]);
    let stranger = common::named(keys, "sender-es256", "k4", "ES256");
    let mut all = jwks(keys);
    if let Some(all) = all["keys"].as_array_mut() {
        all.push(Value::Object(stranger));
    }
    let by = |name: &str, algorithm: &str, kid: &str| {
        sent(keys.jws(name, algorithm, &header(kid), &common::with(&good(), "state", "listed")))
    };
    let force = super::members(common::with(&in_force(), "state", "listed"));
    let group = of(&[], json!({ "jwks": all })).gives("terms", json!({ "signed_request_object": { "credentials": listed } }));
    let group = output(group.valid("Signature", "a key that the operator lists", by("client-ps256", "PS256", "k2")), &force);
    let group = output(group.valid("Signature", "a listed key in its last second", by("client-eddsa", "EdDSA", "k3")), &force);
    group
        .invalid(&EXPIRED_CREDENTIAL, "Signature", "a listed key that has ended", by("client-es256", "ES256", "k1"))
        .invalid(&CREDENTIALS, "Signature", "a key of the client that is not listed", by("sender-es256", "ES256", "k4"))
        .errors(ERROR)
}
