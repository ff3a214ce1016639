//! Sender constraints of tokens.

use fapi::requirement::fapi2_sp::{NO_TOKEN_IN_QUERY, SENDER_CONSTRAINED, TOKEN_SENDER_VERIFIED, TOKEN_SUFFICIENT, TOKEN_VALID};
use fapi::requirement::local::OWN_TOKEN;
use fapi::requirement::rfc8705::{CERTIFICATE_MISMATCH, CHAIN_NOT_REQUIRED, TOKEN_CERTIFICATE};
use fapi::requirement::rfc9068::INVALID_TOKEN;
use fapi::requirement::rfc9449::{NO_BEARER_DOWNGRADE, RESOURCE_PROOF, TOKEN_BOUND_TO_KEY};
use serde_json::{Value, json};

use super::super::common::{self, NOW};
use super::{Group, Keys, URL, bearer, bound_to, claims, client, resource, token, with};
use crate::keys::digest;
use crate::vectors::der::{self, UTF8};

pub(super) fn groups(keys: &Keys) -> Vec<Group> {
    vec![dpop(keys), certificate(keys), unbound(keys), confirmations(keys), fapi2(keys)]
}

/// A proof by this key for this token.
fn proof(keys: &Keys, key: &str, algorithm: &str, token: &str) -> String {
    let claims = json!({ "jti": "p1", "htm": "GET", "htu": URL, "iat": NOW, "ath": digest(token) });
    keys.jws(key, algorithm, &json!({ "typ": "dpop+jwt", "jwk": keys.public(key) }), &claims)
}

fn dpop(keys: &Keys) -> Group {
    let mut group = resource(keys, &["fapi2_security"]);
    for (key, algorithm) in [("sender-es256", "ES256"), ("sender-ps256", "PS256"), ("sender-eddsa", "EdDSA")] {
        let token = bound_to(keys, key);
        let input = json!({ "authorization": format!("DPoP {token}"), "dpop": proof(keys, key, algorithm, &token) });
        group = group.valid("Binding", format!("DPoP: bound to the {algorithm} key of the proof"), input).output(client());
    }
    let token = bound_to(keys, "sender-es256");
    let other = bound_to(keys, "sender-eddsa");
    let good = proof(keys, "sender-es256", "ES256", &token);
    let sent = |scheme: &str, token: &str, proof: &str| json!({ "authorization": format!("{scheme} {token}"), "dpop": proof });
    group
        .valid("Scheme", "DPoP: the scheme in lower case", sent("dpop", &token, &good))
        .output(client())
        .invalid(&NO_BEARER_DOWNGRADE, "Binding", "DPoP: the token as Bearer, with its proof", sent("Bearer", &token, &good))
        .invalid(&NO_BEARER_DOWNGRADE, "Binding", "DPoP: the token as Bearer, without proof", bearer(&token))
        .invalid(&TOKEN_BOUND_TO_KEY, "Binding", "DPoP: a proof by another key", {
            sent("DPoP", &token, &proof(keys, "stranger-es256", "ES256", &token))
        })
        .invalid(&TOKEN_SENDER_VERIFIED, "Binding", "DPoP: the token of another key", {
            sent("DPoP", &other, &proof(keys, "sender-es256", "ES256", &other))
        })
        .errors("invalid_token")
        .invalid(&RESOURCE_PROOF, "Binding", "DPoP: no proof", json!({ "authorization": format!("DPoP {token}") }))
        .error("invalid_dpop_proof")
}

fn certificate(keys: &Keys) -> Group {
    let own = der::certificate(keys, &[vec![der::attribute("2.5.4.3", UTF8, b"client-1")]]);
    let renewed = der::certificate(keys, &[vec![der::attribute("2.5.4.3", UTF8, b"client-1, renewed")]]);
    let raw = data_encoding::BASE64.decode(own.as_bytes()).unwrap_or_default();
    let thumbprint = {
        use sha2::Digest;
        data_encoding::BASE64URL_NOPAD.encode(&sha2::Sha256::digest(&raw))
    };
    let token = token(keys, &with("cnf", json!({ "x5t#S256": thumbprint })));
    let over = |certificate: &str| json!({ "authorization": format!("Bearer {token}"), "certificate": certificate });
    let proven = proof(keys, "sender-es256", "ES256", &token);
    resource(keys, &["fapi2_security"])
        .valid("Binding", "mutual TLS: the certificate of the token", over(&own))
        .output(client())
        .shows(&CHAIN_NOT_REQUIRED)
        .invalid(&CERTIFICATE_MISMATCH, "Binding", "mutual TLS: another certificate of the same key", over(&renewed))
        .invalid(&TOKEN_CERTIFICATE, "Binding", "mutual TLS: no certificate", bearer(&token))
        .invalid(&TOKEN_CERTIFICATE, "Binding", "mutual TLS: something that is not a certificate", over("AAAA"))
        .invalid(&TOKEN_BOUND_TO_KEY, "Scheme", "mutual TLS: the scheme DPoP, with a proof", {
            json!({ "authorization": format!("DPoP {token}"), "dpop": proven, "certificate": own })
        })
        .errors("invalid_token")
}

fn unbound(keys: &Keys) -> Group {
    let token = token(keys, &Value::Object(claims()));
    let dpop = json!({ "authorization": format!("DPoP {token}"), "dpop": proof(keys, "sender-es256", "ES256", &token) });
    let bound = bound_to(keys, "sender-es256");
    resource(keys, &["fapi2_security"])
        .valid("Binding", "FAPI 2.0: a bound token", {
            json!({ "authorization": format!("DPoP {bound}"), "dpop": proof(keys, "sender-es256", "ES256", &bound) })
        })
        .output(client())
        .invalid(&SENDER_CONSTRAINED, "Binding", "FAPI 2.0: an unbound token", bearer(&token))
        .invalid(&SENDER_CONSTRAINED, "Binding", "FAPI 2.0: an unbound token, with a proof", dpop)
        .errors("invalid_token")
}

/// The requirements of FAPI 2.0 for resources, apart from sender constraints.
fn fapi2(keys: &Keys) -> Group {
    let cnf = json!({ "jkt": keys.thumbprint("sender-es256") });
    let of = |name: &str, value: Value| {
        let mut claims = claims();
        claims.insert("cnf".into(), cnf.clone());
        token(keys, &common::with(&claims, name, value))
    };
    let sent =
        |token: &str| json!({ "authorization": format!("DPoP {token}"), "dpop": proof(keys, "sender-es256", "ES256", token) });
    let good = of("jti", json!("t1"));
    let unsigned = format!("{}.", good.rsplit_once('.').unwrap_or_default().0);
    let in_query = json!({ "authorization": format!("DPoP {good}"), "dpop": proof(keys, "sender-es256", "ES256", &good), "query": "access_token=x" });
    resource(keys, &["fapi2_security"])
        .gives("scope", "accounts")
        .valid("Good", "FAPI 2.0: a token for more than is needed", sent(&good))
        .output(client())
        .invalid(&TOKEN_VALID, "Time", "FAPI 2.0: exp now", sent(&of("exp", json!(NOW))))
        .invalid(
            &TOKEN_VALID,
            "Revoked",
            "FAPI 2.0: a token of a grant that was never issued",
            sent(&of("grant", json!(digest("nobody's")))),
        )
        .invalid(&INVALID_TOKEN, "Signature", "FAPI 2.0: no signature", sent(&unsigned))
        .errors("invalid_token")
        .invalid(&TOKEN_SUFFICIENT, "Scope", "FAPI 2.0: another scope", sent(&of("scope", json!("payments"))))
        .errors("insufficient_scope")
        .invalid(&NO_TOKEN_IN_QUERY, "Scheme", "FAPI 2.0: in the query too", in_query)
        .errors("invalid_request")
}

/// `cnf` in forms that must not be accepted as a binding, nor treated as if it were absent.
fn confirmations(keys: &Keys) -> Group {
    let plain = token(keys, &Value::Object(claims()));
    let sent =
        |token: &str| json!({ "authorization": format!("DPoP {token}"), "dpop": proof(keys, "sender-es256", "ES256", token) });
    let jkt = keys.thumbprint("sender-es256");
    let mut group = resource(keys, &[])
        .valid("Binding", "no cnf, where policy allows it", bearer(&token(keys, &with("jti", "t3"))))
        .output(client())
        .invalid(&TOKEN_BOUND_TO_KEY, "Scheme", "no cnf, and the scheme DPoP with a proof", sent(&plain));
    for (what, cnf) in [
        ("an empty object", json!({})),
        ("a text", json!(jkt)),
        ("a jkt that is a number", json!({ "jkt": 1 })),
        ("an unknown confirmation", json!({ "kid": "k1" })),
        ("a key in full", json!({ "jwk": keys.public("sender-es256") })),
        ("a list", json!([{ "jkt": jkt }])),
    ] {
        group = group.invalid(&OWN_TOKEN, "Binding", format!("cnf: {what}"), bearer(&token(keys, &with("cnf", cnf))));
    }
    for (what, jkt) in [("empty", String::new()), ("in another case", jkt.to_lowercase()), ("with padding", format!("{jkt}="))] {
        let token = token(keys, &with("cnf", json!({ "jkt": jkt })));
        group = group.invalid(&TOKEN_BOUND_TO_KEY, "Binding", format!("jkt: {what}"), sent(&token));
    }
    group.errors("invalid_token")
}
