//! Headers, algorithms, keys and signatures.

use data_encoding::BASE64URL_NOPAD;
use fapi::requirement::fapi2_sp::{KEY_SELECTION, SIGNING_ALGORITHMS};
use fapi::requirement::oidcc::{ASSERTION_ALGORITHM, REGISTERED_METHOD};
use fapi::requirement::rfc7515::{
    ALG_ALLOWED, COMPACT_FORM, CRIT_UNDERSTOOD, HEADER_NAMES_UNIQUE, KEY_DETERMINED, KID_IS_HINT, STRICT_BASE64URL,
};
use fapi::requirement::rfc7518::{ECDSA_FORM, NO_ALG_NONE};
use fapi::requirement::rfc7523::ASSERTION_SIGNED;
use fapi::requirement::rfc7523bis::UNTYPED_ASSERTION;
use fapi::requirement::rfc8725::{ALL_LAYERS_VALIDATED, COMPACT_ALPHABET, KINDS_EXCLUSIVE};
use serde_json::{Value, json};

use super::super::common;
use super::{FAPI, Group, Keys, client, good, registered};
use crate::vectors::keys::{mac, signed};

pub(super) fn groups(keys: &Keys) -> Vec<Group> {
    vec![
        types(keys),
        algorithms(keys),
        left_out(keys),
        signatures(keys),
        forms(keys),
        registered_algorithm(keys),
        shared_kid(keys),
        secret(keys),
    ]
}

fn jws(keys: &Keys, name: &str, algorithm: &str, header: &Value) -> String {
    keys.jws(name, algorithm, header, &Value::Object(good()))
}

fn types(keys: &Keys) -> Group {
    let typed = |typ: Value| jws(keys, "client-es256", "ES256", &json!({ "kid": "k1", "typ": typ }));
    let mut group = client(keys, FAPI)
        .valid("Typ", "no typ", jws(keys, "client-es256", "ES256", &json!({ "kid": "k1" })))
        .shows(&UNTYPED_ASSERTION);
    for typ in ["JWT", "jwt", "application/JWT", "client-authentication+jwt", "Application/Client-Authentication+JWT"] {
        group = group.valid("Typ", format!("typ {typ}"), typed(json!(typ)));
    }
    for typ in ["dpop+jwt", "at+jwt", "oauth-authz-req+jwt", "logout+jwt", "JWS", "text/jwt", "JWT "] {
        group = group.invalid(&KINDS_EXCLUSIVE, "Typ", format!("typ {typ:?}"), typed(json!(typ)));
    }
    group.invalid(&KINDS_EXCLUSIVE, "Typ", "an empty typ", typed(json!(""))).errors("invalid_client")
}

fn algorithms(keys: &Keys) -> Group {
    let mut group = client(keys, FAPI);
    for (algorithm, name, kid) in [
        ("ES256", "client-es256", "k1"),
        ("PS256", "client-ps256", "k2"),
        ("EdDSA", "client-eddsa", "k3"),
        ("Ed25519", "client-eddsa", "k3"),
    ] {
        group = group.valid("Algorithm", algorithm, jws(keys, name, algorithm, &json!({ "kid": kid })));
    }
    let public = Value::Object(common::named(keys, "client-es256", "k1", "ES256")).to_string();
    let confused = signed(br#"{"alg":"HS256","kid":"k1"}"#, Value::Object(good()).to_string().as_bytes(), |message| {
        mac(public.as_bytes(), "HS256", message)
    });
    let unsigned = |alg: &str, signature: &[u8]| {
        signed(json!({ "alg": alg }).to_string().as_bytes(), Value::Object(good()).to_string().as_bytes(), |_| signature.to_vec())
    };
    // The signature verifies if a verifier ignores alg and goes by the key alone.
    let called = |alg: &str| jws(keys, "client-es256", "ES256", &json!({ "alg": alg, "kid": "k1" }));
    group
        .invalid(&SIGNING_ALGORITHMS, "Algorithm", "a MAC under the text of the public key", confused)
        .invalid(&NO_ALG_NONE, "Algorithm", "alg none", unsigned("none", b""))
        .invalid(&NO_ALG_NONE, "Algorithm", "alg None, with a signature of zeros", unsigned("None", &[0; 64]))
        .invalid(&ALG_ALLOWED, "Algorithm", "an unknown alg", called("ES256K"))
        .invalid(&ALG_ALLOWED, "Algorithm", "an empty alg", called(""))
        .errors("invalid_client")
}

/// Valid signatures by registered keys without `alg`: only the policy forbids the algorithms that it leaves out.
fn left_out(keys: &Keys) -> Group {
    let names = ["client-es256", "client-ps256", "client-eddsa", "client-es384", "client-es512"];
    let jwks: Vec<_> = names.iter().map(|name| keys.public(name)).collect();
    let mut group = registered(FAPI, json!({ "token_endpoint_auth_method": "private_key_jwt", "jwks": { "keys": jwks } }));
    for (algorithm, name) in [("PS256", "client-ps256"), ("ES256", "client-es256"), ("Ed25519", "client-eddsa")] {
        let what = format!("FAPI 2.0: {algorithm} by a key that names no algorithm");
        group = group.valid("Algorithm", what, jws(keys, name, algorithm, &json!({})));
    }
    for (algorithm, name) in [
        ("RS256", "client-ps256"),
        ("RS384", "client-ps256"),
        ("RS512", "client-ps256"),
        ("PS384", "client-ps256"),
        ("PS512", "client-ps256"),
        ("ES384", "client-es384"),
        ("ES512", "client-es512"),
    ] {
        let what = format!("FAPI 2.0: {algorithm}");
        group = group.invalid(&SIGNING_ALGORITHMS, "Algorithm", what, jws(keys, name, algorithm, &json!({})));
    }
    group.errors("invalid_client")
}

fn signatures(keys: &Keys) -> Group {
    let good_jws = jws(keys, "client-es256", "ES256", &json!({ "kid": "k1" }));
    let (message, signature) = good_jws.rsplit_once('.').unwrap_or_default();
    let other = Value::Object(super::super::common::assertion_claims("b")).to_string();
    let header = message.split('.').next().unwrap_or_default();
    let half = &BASE64URL_NOPAD.decode(signature.as_bytes()).unwrap_or_default()[..32];
    let stranger = keys.public("stranger-es256");
    client(keys, FAPI)
        .valid("Signature", "no kid", jws(keys, "client-es256", "ES256", &json!({})))
        .valid("Signature", "no kid, and the last of three keys", jws(keys, "client-eddsa", "EdDSA", &json!({})))
        .invalid(
            &ALL_LAYERS_VALIDATED,
            "Signature",
            "other claims under the signature",
            format!("{header}.{}.{signature}", BASE64URL_NOPAD.encode(other.as_bytes())),
        )
        .invalid(
            &ALL_LAYERS_VALIDATED,
            "Signature",
            "a signature of zeros",
            format!("{message}.{}", BASE64URL_NOPAD.encode(&[0; 64])),
        )
        .invalid(&ECDSA_FORM, "Signature", "half of the signature", format!("{message}.{}", BASE64URL_NOPAD.encode(half)))
        .invalid(&ECDSA_FORM, "Signature", "no signature", format!("{message}."))
        .invalid(&ALL_LAYERS_VALIDATED, "Signature", "by another party's key, under the client's kid", {
            jws(keys, "stranger-es256", "ES256", &json!({ "kid": "k1" }))
        })
        .invalid(
            &ALL_LAYERS_VALIDATED,
            "Signature",
            "by another party's key, without kid",
            jws(keys, "stranger-es256", "ES256", &json!({})),
        )
        .invalid(&ALL_LAYERS_VALIDATED, "Signature", "by the key in its own jwk", {
            jws(keys, "stranger-es256", "ES256", &json!({ "jwk": stranger }))
        })
        .invalid(&ASSERTION_SIGNED, "Signature", "a signature of the header alone", {
            let header = json!({ "alg": "EdDSA", "kid": "k3" }).to_string();
            signed(header.as_bytes(), Value::Object(good()).to_string().as_bytes(), |message| {
                keys.sign("client-eddsa", "EdDSA", message.split(|octet| *octet == b'.').next().unwrap_or_default())
            })
        })
        .invalid(
            &KEY_DETERMINED,
            "Signature",
            "a kid that is not registered",
            jws(keys, "client-es256", "ES256", &json!({ "kid": "k9" })),
        )
        .invalid(
            &KEY_DETERMINED,
            "Signature",
            "a kid in another case",
            jws(keys, "client-es256", "ES256", &json!({ "kid": "K1" })),
        )
        .invalid(
            &KEY_DETERMINED,
            "Signature",
            "the kid of a key of another type",
            jws(keys, "client-es256", "ES256", &json!({ "kid": "k2" })),
        )
        .invalid(&KEY_DETERMINED, "Signature", "an empty kid", jws(keys, "client-es256", "ES256", &json!({ "kid": "" })))
        .errors("invalid_client")
}

fn forms(keys: &Keys) -> Group {
    let text =
        |header: &str| keys.jws_of("client-es256", "ES256", header.as_bytes(), Value::Object(good()).to_string().as_bytes());
    let good_jws = jws(keys, "client-eddsa", "EdDSA", &json!({ "kid": "k3" }));
    client(keys, FAPI)
        .valid("Form", "unknown parameters", text(r#"{"kid":"k1","alg":"ES256","colour":"blue"}"#))
        .invalid(&COMPACT_FORM, "Form", "no JWT", "assertion")
        .invalid(&COMPACT_FORM, "Form", "four parts", format!("{good_jws}.AAAA"))
        .invalid(&COMPACT_FORM, "Form", "a JWE", format!("{good_jws}.AAAA.AAAA"))
        .invalid(&COMPACT_ALPHABET, "Form", "a space at the end", format!("{good_jws} "))
        .invalid(&COMPACT_ALPHABET, "Form", "padding", format!("{good_jws}=="))
        .invalid(&COMPACT_ALPHABET, "Form", "a JSON serialization", "{\"payload\":\"\"}")
        .invalid(&STRICT_BASE64URL, "Form", "a lone character at the end", format!("{good_jws}AAA"))
        .invalid(&HEADER_NAMES_UNIQUE, "Form", "kid twice", text(r#"{"kid":"k9","alg":"ES256","kid":"k1"}"#))
        .invalid(
            &CRIT_UNDERSTOOD,
            "Form",
            "an extension that must be understood",
            text(r#"{"kid":"k1","alg":"ES256","crit":["x"],"x":1}"#),
        )
        .invalid(&KID_IS_HINT, "Form", "a kid that is a number", text(r#"{"kid":1,"alg":"ES256"}"#))
        .errors("invalid_client")
}

/// FAPI 2.0: keys with the same kid are distinguished by type and algorithm.
fn shared_kid(keys: &Keys) -> Group {
    let named = |name: &str, algorithm: &str| common::named(keys, name, "k", algorithm);
    let jwks =
        json!({ "keys": [named("client-ps256", "PS256"), named("client-es256", "ES256"), named("stranger-es256", "ES256")] });
    registered(FAPI, json!({ "token_endpoint_auth_method": "private_key_jwt", "jwks": jwks }))
        .valid("Signature", "one kid for three keys: the RSA key", jws(keys, "client-ps256", "PS256", &json!({ "kid": "k" })))
        .shows(&KEY_SELECTION)
        .valid("Signature", "one kid for three keys: the second of two P-256 keys", {
            jws(keys, "stranger-es256", "ES256", &json!({ "kid": "k" }))
        })
        .shows(&KEY_SELECTION)
        .invalid(&ALL_LAYERS_VALIDATED, "Signature", "one kid for three keys: none of them", {
            jws(keys, "sender-es256", "ES256", &json!({ "kid": "k" }))
        })
        .errors("invalid_client")
}

/// OpenID Connect: a client that registered the signing algorithm of its assertions.
fn registered_algorithm(keys: &Keys) -> Group {
    let jwks = json!({ "keys": [common::named(keys, "client-es256", "k1", "ES256"), keys.public("client-ps256"), keys.public("client-eddsa")] });
    let client = json!({
        "token_endpoint_auth_method": "private_key_jwt", "token_endpoint_auth_signing_alg": "ES256", "jwks": jwks,
    });
    registered(&[], client)
        .valid("Algorithm", "the registered algorithm", jws(keys, "client-es256", "ES256", &json!({})))
        .invalid(&ASSERTION_ALGORITHM, "Algorithm", "registered for ES256: PS256", jws(keys, "client-ps256", "PS256", &json!({})))
        .invalid(&ASSERTION_ALGORITHM, "Algorithm", "registered for ES256: RS256", jws(keys, "client-ps256", "RS256", &json!({})))
        .invalid(&ASSERTION_ALGORITHM, "Algorithm", "registered for ES256: EdDSA", jws(keys, "client-eddsa", "EdDSA", &json!({})))
        .errors("invalid_client")
}

/// `client_secret_jwt`, if the policy allows it.
fn secret(keys: &Keys) -> Group {
    let secret = "a secret of exactly 48 octets, neither more, less";
    let by = |secret: &str, algorithm: &str| {
        let header = json!({ "alg": algorithm }).to_string();
        signed(header.as_bytes(), Value::Object(good()).to_string().as_bytes(), |message| {
            mac(secret.as_bytes(), algorithm, message)
        })
    };
    registered(&[], json!({ "token_endpoint_auth_method": "client_secret_jwt" }))
        .gives("client_secret", &secret[..48])
        .valid("Algorithm", "HS256 under the secret", by(&secret[..48], "HS256"))
        .valid("Algorithm", "HS384 under a secret as long as its hash", by(&secret[..48], "HS384"))
        .invalid(
            &fapi::requirement::rfc7518::HMAC_KEY_SIZE,
            "Algorithm",
            "HS512 under a secret that is too short for it",
            by(&secret[..48], "HS512"),
        )
        .invalid(
            &ALL_LAYERS_VALIDATED,
            "Signature",
            "HS256 under another secret",
            by("another secret, which is long enough for it", "HS256"),
        )
        .invalid(&ALL_LAYERS_VALIDATED, "Signature", "HS256 under the secret and one more octet", by(secret, "HS256"))
        .invalid(
            &REGISTERED_METHOD,
            "Algorithm",
            "a signature where a MAC was registered",
            jws(keys, "client-es256", "ES256", &json!({})),
        )
        .errors("invalid_client")
}
