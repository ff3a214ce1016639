//! Metadata and keys with a bad value beside the good one.

use data_encoding::BASE64URL_NOPAD;
use fapi::requirement::{fapi2_sp, oidcc, oidcd, rfc6749, rfc7517, rfc7518, rfc8414, rfc8705, rfc9207, rfc9449};
use serde_json::{Value, json};

use super::draft::Draft;
use super::{Place, Slip, slip};

const METADATA: Place = Place::served(&["/.well-known/"]);
const KEYS: Place = Place::served(&["/jwks"]);

pub(super) static SLIPS: &[Slip] = &[
    slip("plain", "plain is listed beside S256.", &fapi2_sp::CHALLENGE_S256, METADATA, |draft| {
        listed(draft, "code_challenge_methods_supported", "plain");
    }),
    slip("s256-in-lower-case", "Only s256 is listed, in lower case.", &rfc8414::CHALLENGE_METHODS, METADATA, |draft| {
        draft.set("code_challenge_methods_supported", json!(["s256"]));
    }),
    slip("response-type-token", "The response type token is listed.", &fapi2_sp::RESPONSE_TYPE_CODE, METADATA, |draft| {
        listed(draft, "response_types_supported", "token");
    }),
    slip("response-type-hybrid", "A hybrid response type is listed.", &fapi2_sp::RESPONSE_TYPE_CODE, METADATA, |draft| {
        listed(draft, "response_types_supported", "code id_token");
    }),
    slip("grant-implicit", "The implicit grant is listed.", &fapi2_sp::RESPONSE_TYPE_CODE, METADATA, |draft| {
        listed(draft, "grant_types_supported", "implicit");
    }),
    slip("method-secret-jwt", "client_secret_jwt is listed.", &fapi2_sp::STRONG_CLIENT_AUTHENTICATION, METADATA, |draft| {
        listed(draft, "token_endpoint_auth_methods_supported", "client_secret_jwt");
    }),
    slip(
        "method-none",
        "The authentication method none is listed.",
        &fapi2_sp::STRONG_CLIENT_AUTHENTICATION,
        METADATA,
        |draft| {
            listed(draft, "token_endpoint_auth_methods_supported", "none");
        },
    ),
    slip(
        "introspection-basic",
        "client_secret_basic is listed for introspection.",
        &fapi2_sp::STRONG_CLIENT_AUTHENTICATION,
        METADATA,
        |draft| listed(draft, "introspection_endpoint_auth_methods_supported", "client_secret_basic"),
    ),
    slip(
        "revocation-post",
        "client_secret_post is listed for revocation.",
        &fapi2_sp::STRONG_CLIENT_AUTHENTICATION,
        METADATA,
        |draft| listed(draft, "revocation_endpoint_auth_methods_supported", "client_secret_post"),
    ),
    slip("assertion-rs256", "RS256 is listed for client assertions.", &fapi2_sp::SIGNING_ALGORITHMS, METADATA, |draft| {
        listed(draft, "token_endpoint_auth_signing_alg_values_supported", "RS256");
    }),
    slip("assertion-hs256", "HS256 is listed for client assertions.", &fapi2_sp::SIGNING_ALGORITHMS, METADATA, |draft| {
        listed(draft, "token_endpoint_auth_signing_alg_values_supported", "HS256");
    }),
    slip("assertion-es512", "ES512 is listed for client assertions.", &fapi2_sp::SIGNING_ALGORITHMS, METADATA, |draft| {
        listed(draft, "token_endpoint_auth_signing_alg_values_supported", "ES512");
    }),
    slip("assertion-ps512", "PS512 is listed for client assertions.", &rfc8414::ASSERTION_ALGORITHMS, METADATA, |draft| {
        listed(draft, "token_endpoint_auth_signing_alg_values_supported", "PS512");
    }),
    slip(
        "assertion-algorithms-unlisted",
        "Client assertions are accepted with more algorithms than are listed.",
        &rfc8414::ASSERTION_ALGORITHMS,
        METADATA,
        |draft| draft.set("token_endpoint_auth_signing_alg_values_supported", json!(["ES256"])),
    ),
    slip("introspection-rs256", "RS256 is listed for introspection.", &fapi2_sp::SIGNING_ALGORITHMS, METADATA, |draft| {
        listed(draft, "introspection_endpoint_auth_signing_alg_values_supported", "RS256");
    }),
    slip("revocation-hs256", "HS256 is listed for revocation.", &fapi2_sp::SIGNING_ALGORITHMS, METADATA, |draft| {
        listed(draft, "revocation_endpoint_auth_signing_alg_values_supported", "HS256");
    }),
    slip("id-token-rs256", "RS256 is listed for ID tokens.", &fapi2_sp::SIGNING_ALGORITHMS, METADATA, |draft| {
        listed(draft, "id_token_signing_alg_values_supported", "RS256");
    }),
    slip("id-token-none", "`none` is listed for ID tokens.", &fapi2_sp::NO_ALG_NONE, METADATA, |draft| {
        listed(draft, "id_token_signing_alg_values_supported", "none");
    }),
    slip("proof-none", "`none` is listed for DPoP proofs.", &fapi2_sp::NO_ALG_NONE, METADATA, |draft| {
        listed(draft, "dpop_signing_alg_values_supported", "none");
    }),
    slip("proof-hs256", "HS256 is listed for DPoP proofs.", &fapi2_sp::SIGNING_ALGORITHMS, METADATA, |draft| {
        listed(draft, "dpop_signing_alg_values_supported", "HS256");
    }),
    slip(
        "proof-refused",
        "PS256 is listed for DPoP proofs, and proofs signed with it are refused.",
        &rfc9449::ALGORITHMS_PUBLISHED,
        Place::any(&["/token"]),
        |draft| {
            if draft.status != 200 || !proves_with(draft, "PS256") {
                return;
            }
            draft.status = 400;
            draft.body = r#"{"error":"invalid_dpop_proof"}"#.into();
        },
    ),
    slip(
        "iss-denied",
        "Support for iss is denied although every response has one.",
        &rfc9207::ISS_ADVERTISED,
        METADATA,
        |draft| {
            draft.set("authorization_response_iss_parameter_supported", false);
        },
    ),
    slip("iss-text", "Support for iss is announced as text.", &rfc9207::ISS_ADVERTISED, METADATA, |draft| {
        draft.set("authorization_response_iss_parameter_supported", "true");
    }),
    slip("http-push", "The PAR endpoint is an http URL.", &rfc8414::REQUIRED_MEMBERS, METADATA, |draft| {
        plain(draft, "pushed_authorization_request_endpoint");
    }),
    slip("http-introspection", "The introspection endpoint is an http URL.", &rfc8414::REQUIRED_MEMBERS, METADATA, |draft| {
        plain(draft, "introspection_endpoint");
    }),
    slip("http-revocation", "The revocation endpoint is an http URL.", &rfc8414::REQUIRED_MEMBERS, METADATA, |draft| {
        plain(draft, "revocation_endpoint");
    }),
    slip("http-keys", "The jwks_uri is an http URL.", &rfc8414::REQUIRED_MEMBERS, METADATA, |draft| plain(draft, "jwks_uri")),
    slip("http-authorization", "The authorization endpoint is an http URL.", &rfc8414::REQUIRED_MEMBERS, METADATA, |draft| {
        plain(draft, "authorization_endpoint");
    }),
    slip("http-alias", "An mTLS alias is an http URL.", &rfc8705::ENDPOINT_ALIASES, METADATA, |draft| {
        draft.json(|members| {
            let alias = members.get_mut("mtls_endpoint_aliases").and_then(|aliases| aliases.get_mut("token_endpoint"));
            if let Some(Value::String(url)) = alias {
                *url = url.replace("https://", "http://");
            }
        });
    }),
    slip("token-fragment", "The token endpoint has a fragment.", &rfc6749::ENDPOINT_WITHOUT_FRAGMENT, METADATA, |draft| {
        draft.edit("token_endpoint", |url| format!("{url}#a"));
    }),
    slip("key-private", "One key beside the others has its private members.", &oidcd::PUBLIC_KEYS_ONLY, KEYS, |draft| {
        key(draft, json!({ "kty": "EC", "crv": "P-256", "kid": "beside", "x": X, "y": Y, "d": X }));
    }),
    slip("key-symmetric", "A symmetric key is beside the others.", &oidcd::PUBLIC_KEYS_ONLY, KEYS, |draft| {
        key(draft, json!({ "kty": "oct", "kid": "beside", "k": X }));
    }),
    slip("key-of-1024-bits", "An RSA key of 1024 bits is beside the others.", &fapi2_sp::RSA_KEY_SIZE, KEYS, |draft| {
        let modulus = BASE64URL_NOPAD.encode(&[0xc5; 128]);
        key(draft, json!({ "kty": "RSA", "kid": "beside", "e": "AQAB", "n": modulus }));
    }),
    slip("key-p192", "A key on P-192 is beside the others.", &fapi2_sp::CURVE_KEY_SIZE, KEYS, |draft| {
        key(draft, json!({ "kty": "EC", "crv": "P-192", "kid": "beside", "x": X, "y": Y }));
    }),
    slip("key-half", "A key without y is beside the others.", &rfc7518::EC_POINT, KEYS, |draft| {
        key(draft, json!({ "kty": "EC", "crv": "P-256", "kid": "beside", "x": X }));
    }),
    slip("key-unnamed", "A key without kid is beside the others.", &oidcc::KEY_NAMED, KEYS, |draft| {
        key(draft, json!({ "kty": "EC", "crv": "P-256", "x": X, "y": Y }));
    }),
    slip("key-of-a-name", "A key has the kid of another.", &rfc7517::KEY_IDS_DISTINCT, KEYS, |draft| {
        let keys: Value = serde_json::from_slice(&draft.body).unwrap_or_default();
        key(draft, json!({ "kty": "EC", "crv": "P-256", "kid": keys["keys"][0]["kid"], "x": X, "y": Y }));
    }),
];

/// The coordinates of a point of P-256 (RFC 7515 A.3).
const X: &str = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU";
const Y: &str = "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0";

/// Adds a value to a list, if there is one.
fn listed(draft: &mut Draft<'_>, name: &str, value: &str) {
    draft.json(|members| {
        if let Some(Value::Array(list)) = members.get_mut(name) {
            list.push(value.into());
        }
    });
}

fn plain(draft: &mut Draft<'_>, name: &str) {
    draft.edit(name, |url| url.replace("https://", "http://"));
}

fn key(draft: &mut Draft<'_>, key: Value) {
    draft.json(|set| {
        if let Some(Value::Array(keys)) = set.get_mut("keys") {
            keys.push(key);
        }
    });
}

fn proves_with(draft: &Draft<'_>, algorithm: &str) -> bool {
    let proof = draft.request.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("dpop")).map(|(_, proof)| proof);
    let header = proof.and_then(|proof| BASE64URL_NOPAD.decode(proof.split('.').next()?.as_bytes()).ok());
    let header: Value = header.and_then(|header| serde_json::from_slice(&header).ok()).unwrap_or_default();
    header["alg"] == algorithm
}
