//! `metadata`: metadata documents of servers.

use fapi::requirement::fapi2_sp::{FUTURE_TIMES, SIGNING_ALGORITHMS};
use fapi::requirement::oidcd::RS256_LISTED;
use serde_json::{Map, Value, json};

use super::common::{ISSUER, named};
use crate::vectors::file::{File, Group};
use crate::vectors::keys::Keys;

pub(super) fn file(keys: &Keys) -> File {
    File::new(
        "metadata",
        &[
            "The settings of a server: the members that describe one in groups of other kinds, and `mtls_endpoints` (the base URL",
            "of the endpoints for connections with a client certificate) and `token_endpoint`.",
            "The output is its whole metadata document; the order of its members does not matter. Unusable settings are refused.",
        ],
    )
    .flag("Policy", "the effects of the policies in force")
    .flag("Addresses", "issuers and endpoints")
    .flag("Keys", "the signing keys and algorithms")
    .flag("Times", "lifetimes")
    .group(documents(keys))
}

fn settings(keys: &Keys, more: Value) -> Value {
    let mut settings = json!({ "issuer": ISSUER, "keys": [named(keys, "server-es256", "as-1", "ES256")] });
    more.as_object().into_iter().flatten().for_each(|(name, value)| settings[name] = value.clone());
    settings
}

/// The document of these settings, with these differences.
fn document(more: Value) -> Value {
    let mut document = fapi2();
    document.extend(more.as_object().cloned().unwrap_or_default());
    document.retain(|_, value| !value.is_null());
    Value::Object(document)
}

fn fapi2() -> Map<String, Value> {
    // Without trusted authorities, no client can authenticate by tls_client_auth.
    let methods = json!(["private_key_jwt", "self_signed_tls_client_auth"]);
    let algorithms = json!(["ES256", "PS256", "EdDSA", "Ed25519"]);
    let document = json!({
        "issuer": ISSUER,
        "authorization_endpoint": "https://as.example/authorize",
        "token_endpoint": "https://as.example/token",
        "jwks_uri": "https://as.example/jwks",
        "pushed_authorization_request_endpoint": "https://as.example/par",
        "require_pushed_authorization_requests": true,
        "userinfo_endpoint": "https://as.example/userinfo",
        "introspection_endpoint": "https://as.example/introspect",
        "revocation_endpoint": "https://as.example/revoke",
        "scopes_supported": ["openid", "profile", "email", "offline_access", "accounts", "payments"],
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256"],
        "acr_values_supported": ["urn:example:strong"],
        "claims_supported": ["sub", "name", "email", "email_verified", "address", "birthdate"],
        "claims_parameter_supported": true,
        "request_parameter_supported": false,
        "request_uri_parameter_supported": false,
        "token_endpoint_auth_methods_supported": methods,
        "token_endpoint_auth_signing_alg_values_supported": algorithms,
        "introspection_endpoint_auth_methods_supported": methods,
        "introspection_endpoint_auth_signing_alg_values_supported": algorithms,
        "revocation_endpoint_auth_methods_supported": methods,
        "revocation_endpoint_auth_signing_alg_values_supported": algorithms,
        "code_challenge_methods_supported": ["S256"],
        "dpop_signing_alg_values_supported": algorithms,
        "authorization_response_iss_parameter_supported": true,
        "tls_client_certificate_bound_access_tokens": true,
    });
    document.as_object().cloned().unwrap_or_default()
}

/// The document of a server without FAPI 2.0, whose policy is only that of OAuth.
fn oauth() -> Value {
    let confidential =
        ["client_secret_basic", "client_secret_post", "client_secret_jwt", "private_key_jwt", "self_signed_tls_client_auth"];
    let all: Vec<&str> = ["none"].into_iter().chain(confidential).collect();
    let asymmetric = ["ES256", "ES384", "ES512", "PS256", "PS384", "PS512", "RS256", "RS384", "RS512", "EdDSA", "Ed25519"];
    let assertions: Vec<&str> = asymmetric.into_iter().chain(["HS256", "HS384", "HS512"]).collect();
    document(json!({
        "require_pushed_authorization_requests": false,
        "id_token_signing_alg_values_supported": ["ES256", "HS256"],
        "token_endpoint_auth_methods_supported": all,
        "token_endpoint_auth_signing_alg_values_supported": assertions,
        "introspection_endpoint_auth_methods_supported": confidential,
        "introspection_endpoint_auth_signing_alg_values_supported": assertions,
        "revocation_endpoint_auth_methods_supported": all,
        "revocation_endpoint_auth_signing_alg_values_supported": assertions,
        "code_challenge_methods_supported": ["S256", "plain"],
        "dpop_signing_alg_values_supported": asymmetric,
    }))
}

/// The aliases of the endpoints below a URL.
fn aliases(base: &str) -> Value {
    let at = |path: &str| format!("{base}/{path}");
    json!({
        "token_endpoint": at("token"), "pushed_authorization_request_endpoint": at("par"), "userinfo_endpoint": at("userinfo"),
        "introspection_endpoint": at("introspect"), "revocation_endpoint": at("revoke"),
    })
}

fn documents(keys: &Keys) -> Group {
    let fapi = |more: Value| {
        let mut settings = settings(keys, more);
        let fapi = settings["policy"].is_null();
        if fapi {
            settings["policy"] = json!(["fapi2_security"]);
        }
        settings
    };
    let key = |name: &str, kid: &str, algorithm: &str| Value::Object(named(keys, name, kid, algorithm));
    let three = json!([key("server-eddsa", "a", "EdDSA"), key("server-es256", "b", "ES256"), key("server-ps256", "c", "PS256")]);
    let with_rs256 = json!([key("server-es256", "as-1", "ES256"), key("server-ps256", "as-2", "RS256")]);
    let with = |document: &Value, name: &str, value: Value| {
        let mut document = document.clone();
        document[name] = value;
        document
    };
    Group::new()
        .valid("Policy", "FAPI 2.0", fapi(json!({})))
        .output(document(json!({})))
        .valid("Policy", "FAPI 2.0 and OpenID", fapi(json!({ "policy": ["openid", "fapi2_security"] })))
        .output(document(json!({})))
        .valid("Policy", "OAuth", settings(keys, json!({})))
        .output(oauth())
        .valid("Policy", "OpenID", settings(keys, json!({ "policy": ["openid"] })))
        .output(oauth())
        .valid("Keys", "three keys", fapi(json!({ "keys": three })))
        .output(document(json!({ "id_token_signing_alg_values_supported": ["ES256", "PS256", "EdDSA"] })))
        .valid("Keys", "a key for RS256, which OAuth admits", settings(keys, json!({ "keys": with_rs256 })))
        .output(with(&oauth(), "id_token_signing_alg_values_supported", json!(["ES256", "RS256", "HS256"])))
        .shows(&RS256_LISTED)
        .valid("Keys", "a key for RS256, which FAPI 2.0 excludes", fapi(json!({ "keys": with_rs256 })))
        .output(document(json!({})))
        .valid(
            "Addresses",
            "other endpoints for connections with a certificate",
            fapi(json!({ "mtls_endpoints": "https://mtls.as.example" })),
        )
        .output(document(json!({ "mtls_endpoint_aliases": aliases("https://mtls.as.example") })))
        .valid(
            "Addresses",
            "a token endpoint with a query",
            fapi(json!({ "token_endpoint": "https://as.example/token?tenant=a" })),
        )
        .output(document(json!({ "token_endpoint": "https://as.example/token?tenant=a" })))
        .invalid(&SIGNING_ALGORITHMS, "Keys", "no key of an algorithm that the policy has", {
            fapi(json!({ "keys": [key("server-ps256", "as-1", "RS256")] }))
        })
        .invalid(&FUTURE_TIMES, "Times", "clocks that may differ by nine seconds", {
            fapi(json!({ "lifetimes": { "future_tolerance": 9 } }))
        })
}
