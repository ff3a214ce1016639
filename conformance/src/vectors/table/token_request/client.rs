//! Client credentials and client authentication.

use fapi::requirement::rfc6749::{
    BASIC_SERVED, CLIENT_AUTHENTICATES, INVALID_REQUEST, SCOPE_DEFAULT, SCOPE_SYNTAX, SECRET_IN_BODY, UNAUTHORIZED_CLIENT,
};
use fapi::requirement::rfc7521::CLIENT_ID_MATCHES;
use fapi::requirement::rfc7523::{ASSERTION_SIGNED, ASSERTION_TYPE};
use fapi::requirement::rfc8707::RESOURCE_KNOWN;
use fapi::requirement::{local, oidcc, rfc8705, rfc9449};
use serde_json::{Value, json};

use super::super::common::{self, CLIENT};
use super::super::exchange::{self, Request, SECRET, certificate, proof, told};
use crate::vectors::file::Group;
use crate::vectors::keys::Keys;

const NAMES: &[&str] = &["access_token", "expires_in", "scope", "token_type"];

pub(super) fn groups(keys: &Keys) -> Vec<Group> {
    vec![own(), narrow(), basic(), default_method(), assertion(keys), always_proves(keys), always_bound(keys)]
}

fn request() -> Request {
    Request::of(&[("grant_type", "client_credentials"), ("client_id", CLIENT), ("client_secret", SECRET)])
}

fn answer(scope: &str) -> Value {
    told(200, NAMES, json!({ "token_type": "Bearer", "expires_in": 300, "scope": scope }))
}

fn own() -> Group {
    let mut group = exchange::group(&[], json!({}))
        .valid("Good", "a client for itself", request())
        .output(answer("accounts payments"))
        .shows(&SECRET_IN_BODY)
        .valid("Scope", "a client's own scope", request().with("scope", "accounts"))
        .output(answer("accounts"))
        .valid("Scope", "a scope of which one token is known", request().with("scope", "admin accounts"))
        .output(answer("accounts"))
        .valid("Unknown", "a code, which client_credentials does not need", request().with("code", "x"))
        .output(answer("accounts payments"));
    for (what, scope) in [("unknown", "admin"), ("about users", "openid profile"), ("in another case", "ACCOUNTS")] {
        group =
            group.invalid(&UNAUTHORIZED_CLIENT, "Scope", format!("a client's own scope: {what}"), request().with("scope", scope));
    }
    for (what, scope) in [
        ("a space at the end", "accounts "),
        ("a space at the beginning", " accounts"),
        ("two spaces", "accounts  payments"),
        ("a backslash", "acc\\ounts"),
        ("a quotation mark", "\"accounts\""),
        ("a line feed", "accounts\npayments"),
        ("letters beyond ASCII", "\u{e9}"),
    ] {
        group = group.invalid(&SCOPE_SYNTAX, "Scope", format!("a client's own scope: {what}"), request().with("scope", scope));
    }
    let many: Vec<_> = (0..129).map(|number| number.to_string()).collect();
    group
        .invalid(&local::REQUEST_SIZE, "Scope", "a client's own scope: 129 tokens", request().with("scope", many.join(" ")))
        .invalid(
            &local::REQUEST_SIZE,
            "Scope",
            "a client's own scope: 4,097 characters",
            request().with("scope", "s".repeat(4097)),
        )
        .errors("invalid_scope")
        .invalid(
            &RESOURCE_KNOWN,
            "Resource",
            "a client for another resource",
            request().with("resource", "https://other.example"),
        )
        .error("invalid_target")
}

/// Clients with restricted registrations.
fn narrow() -> Group {
    let client =
        |id: &str, name: &str, value: Value| json!({ "client": { "client_id": id, name: value }, "client_secret": SECRET });
    let others = [
        client("profiling", "scope", json!("openid profile")),
        client("without-own", "grant_types", json!(["authorization_code"])),
    ];
    let by = |client: &str| request().with("client_id", client);
    exchange::group(&[], json!({ "scope": "openid accounts" }))
        .gives("before", others)
        .valid("Scope", "a client that registered one scope of the resource", request())
        .output(answer("accounts"))
        .invalid(&UNAUTHORIZED_CLIENT, "Scope", "a scope that the client did not register", request().with("scope", "payments"))
        .error("invalid_scope")
        .invalid(&SCOPE_DEFAULT, "Scope", "a client that registered no scope of the resource", by("profiling"))
        .error("invalid_scope")
        .invalid(&UNAUTHORIZED_CLIENT, "GrantType", "a client that did not register client_credentials", by("without-own"))
        .invalid(&UNAUTHORIZED_CLIENT, "GrantType", "a client that did not register refresh_token", {
            by("without-own").with("grant_type", "refresh_token").with("refresh_token", "x")
        })
        .errors("unauthorized_client")
}

fn basic() -> Group {
    let basic = |secret: &str| request().basic(CLIENT, secret);
    let encoded = SECRET.replace(' ', "+");
    exchange::group(&[], json!({ "token_endpoint_auth_method": "client_secret_basic" }))
        .valid("Client", "Basic", basic(&encoded))
        .output(answer("accounts payments"))
        .shows(&BASIC_SERVED)
        .valid("Client", "Basic, and the same client_id in the form", basic(&encoded).with("client_id", CLIENT))
        .output(answer("accounts payments"))
        .invalid(&INVALID_REQUEST, "Client", "two Authorization fields", {
            let field = "Basic Y2xpZW50LTE6YStzZWNyZXQrdGhhdCtpcytsb25nK2Vub3VnaCtmb3IrZXZlcnkrcHVycG9zZQ==";
            request().without("client_id").without("client_secret").header("authorization", json!([field, field]))
        })
        .error("invalid_request")
        .invalid(&CLIENT_AUTHENTICATES, "Client", "Basic with another secret", basic("another"))
        .invalid(&CLIENT_AUTHENTICATES, "Client", "Basic of an unknown client", request().basic("client-9", &encoded))
        .invalid(&CLIENT_AUTHENTICATES, "Client", "Basic, and another client_id in the form", {
            basic(&encoded).with("client_id", "client-2")
        })
        .invalid(&oidcc::REGISTERED_METHOD, "Client", "a secret in the form, which the client did not register", request())
        .errors("invalid_client")
}

/// A registration without an authentication method.
fn default_method() -> Group {
    exchange::group(&[], json!({ "token_endpoint_auth_method": null }))
        .valid("Client", "Basic, where no method was registered", request().basic(CLIENT, SECRET))
        .output(answer("accounts payments"))
        .shows(&oidcc::DEFAULT_METHOD)
}

fn assertion(keys: &Keys) -> Group {
    let jwks = json!({ "keys": [common::named(keys, "client-es256", "k1", "ES256")] });
    let signed =
        |key: &str| keys.jws(key, "ES256", &json!({ "kid": "k1" }), &Value::Object(common::assertion_claims("an assertion")));
    let with = |assertion: String| {
        Request::of(&[("grant_type", "client_credentials")])
            .with("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
            .with("client_assertion", assertion)
    };
    exchange::group(&[], json!({ "token_endpoint_auth_method": "private_key_jwt", "jwks": jwks }))
        .valid("Client", "an assertion", with(signed("client-es256")))
        .output(answer("accounts payments"))
        .valid("Client", "an assertion and the same client_id", with(signed("client-es256")).with("client_id", CLIENT))
        .output(answer("accounts payments"))
        .invalid(&CLIENT_ID_MATCHES, "Client", "an assertion and another client_id", {
            with(signed("client-es256")).with("client_id", "client-2")
        })
        .invalid(&ASSERTION_TYPE, "Client", "a valid assertion of an unknown type", {
            with(signed("client-es256")).with("client_assertion_type", "jwt-bearer")
        })
        .invalid(&ASSERTION_SIGNED, "Client", "an assertion that is not a JWT", with("x".into()))
        .invalid(&ASSERTION_SIGNED, "Client", "an assertion by a key that is not registered", with(signed("stranger-es256")))
        .errors("invalid_client")
}

fn always_proves(keys: &Keys) -> Group {
    let dpop = proof(keys, "sender-es256", "ES256", "p1", "/token");
    exchange::group(&[], json!({ "dpop_bound_access_tokens": true }))
        .valid("Binding", "a client that always proves a key, with a proof", request().header("dpop", dpop))
        .output(told(200, NAMES, json!({ "token_type": "DPoP" })))
        .invalid(&rfc9449::CLIENT_ALWAYS_PROVES, "Binding", "a client that always proves a key, without proof", request())
        .error("invalid_request")
}

fn always_bound(keys: &Keys) -> Group {
    exchange::group(&[], json!({ "tls_client_certificate_bound_access_tokens": true }))
        .valid("Binding", "a client with certificate-bound tokens, with a certificate", {
            request().set("certificate", certificate(keys, "client-1"))
        })
        .output(answer("accounts payments"))
        .invalid(
            &rfc8705::TOKENS_ALWAYS_BOUND,
            "Binding",
            "a client with certificate-bound tokens, without certificate",
            request(),
        )
        .error("invalid_request")
}
