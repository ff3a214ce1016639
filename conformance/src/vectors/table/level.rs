//! Clients with a compliance level, at a server whose own policy is OAuth: groups for several kinds.

use fapi::requirement::ocp::fapi::{ASSERTION_AUDIENCE, CODE_LIFETIME, PAR, PKCE_S256, REDIRECT_URI as URI_SENT, RESPONSE_TYPES};
use serde_json::{Value, json};

use super::common::{self, CLIENT, ISSUER, NOW};
use super::exchange::{self, CHALLENGE, REDIRECT, Request, proof, redeem, step, told};
use crate::vectors::file::Group;
use crate::vectors::keys::Keys;

const LEVEL: &str = "fapi2_sp_pkj_dpop";

/// A client of the level, after these steps.
fn group(keys: &Keys, steps: Vec<Value>) -> Group {
    let jwks = json!({ "keys": [common::named(keys, "client-es256", "k1", "ES256")] });
    let client = json!({ "token_endpoint_auth_method": "private_key_jwt", "jwks": jwks });
    let registered = json!({ "client": client, "terms": { "compliance_level": LEVEL } });
    exchange::group(&[], client).gives("before", [vec![registered], steps].concat())
}

/// An authorization request for an API alone.
fn request() -> Request {
    Request::of(&[
        ("client_id", CLIENT),
        ("response_type", "code"),
        ("redirect_uri", REDIRECT),
        ("scope", "accounts"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ])
}

/// Adds an assertion for this audience.
fn asserted(keys: &Keys, jti: &str, audience: &str, request: Request) -> Request {
    let claims = common::with(&common::assertion_claims(jti), "aud", audience);
    request
        .with("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
        .with("client_assertion", keys.jws("client-es256", "ES256", &json!({ "kid": "k1" }), &claims))
}

pub(super) fn pushed(keys: &Keys) -> Group {
    let push = |request| asserted(keys, "a", ISSUER, request);
    group(keys, vec![])
        .valid("Level", "a level: a request", push(request()))
        .output(told(201, &["expires_in", "request_uri"], json!({ "expires_in": 60 })))
        .invalid(&PKCE_S256, "Level", "a level: no challenge", {
            push(request().without("code_challenge").without("code_challenge_method"))
        })
        .invalid(&PKCE_S256, "Level", "a level: the method plain", push(request().with("code_challenge_method", "plain")))
        .invalid(&URI_SENT, "Level", "a level: no redirect_uri", push(request().without("redirect_uri")))
        .errors("invalid_request")
        .invalid(&RESPONSE_TYPES, "Level", "a level: hybrid", push(request().with("response_type", "code id_token")))
        .error("unsupported_response_type")
        .invalid(&ASSERTION_AUDIENCE, "Level", "a level: an assertion for the endpoint", {
            asserted(keys, "a", "https://as.example/par", request())
        })
        .invalid(&ASSERTION_AUDIENCE, "Level", "a level: an assertion for the token endpoint", {
            asserted(keys, "a", "https://as.example/token", request())
        })
        .errors("invalid_client")
}

pub(super) fn authorization(keys: &Keys) -> Group {
    let push = asserted(keys, "a", ISSUER, request());
    let steps = vec![step("pushed_authorization_request_endpoint", push, &[("request_uri", "request_uri")])];
    group(keys, steps)
        .valid("Level", "a level: a request that was pushed", presented())
        .output(json!({ "page": "login", "scope": "accounts" }))
        .invalid(&PAR, "Level", "a level: a request that was not pushed", request())
        .error("invalid_request")
}

fn presented() -> Request {
    Request::of(&[("client_id", CLIENT), ("request_uri", "{request_uri}")])
}

pub(super) fn token(keys: &Keys) -> Group {
    let push = asserted(keys, "a", ISSUER, request());
    let steps = vec![
        exchange::at(NOW - 12, step("pushed_authorization_request_endpoint", push, &[("request_uri", "request_uri")])),
        exchange::at(NOW - 10, step("authorization_endpoint", presented().set("user", json!({})), &[("code", "code")])),
    ];
    let redeem = || {
        asserted(keys, "b", ISSUER, redeem().without("client_secret"))
            .header("dpop", proof(keys, "sender-es256", "ES256", "p1", "/token"))
    };
    let names = ["access_token", "expires_in", "refresh_token", "scope", "token_type"];
    group(keys, steps)
        .valid("Level", "a level: a code", redeem())
        .output(told(200, &names, json!({ "token_type": "DPoP" })))
        .valid("Level", "a level: 60 seconds after the code", redeem().set("at", NOW + 49))
        .output(told(200, &names, json!({ "token_type": "DPoP" })))
        .invalid(&CODE_LIFETIME, "Level", "a level: 61 seconds after the code", redeem().set("at", NOW + 51))
        .error("invalid_grant")
}
