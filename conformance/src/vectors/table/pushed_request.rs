//! `pushed_request`: requests to the pushed authorization request endpoint.

use fapi::requirement::fapi2_sp::{CHALLENGE_S256, PUSH_AUTHENTICATED, REDIRECT_URI_SENT, RESPONSE_TYPE_CODE};
use fapi::requirement::local::{ADMISSION, REQUEST_SIZE};
use fapi::requirement::ocp::cli::CONNECTION_ENABLED;
use fapi::requirement::ocp::grt::CONNECTION;
use fapi::requirement::rfc6749::{CLIENT_AUTHENTICATES, INVALID_REQUEST, NO_SECRET_IN_QUERY, ONE_AUTHENTICATION_METHOD};
use fapi::requirement::rfc7636::CHALLENGE_PRESENT;
use fapi::requirement::rfc9126::{
    NO_REQUEST_URI_IN_PUSH, POST_ONLY, PUSH_BY_POST_FORM, PUSH_CREATED, PUSH_VALIDATED, REQUEST_URI_LIFETIME,
    TOKEN_PARAMETERS_IGNORED,
};
use fapi::requirement::{rfc8705, rfc9126, rfc9449};
use serde_json::{Value, json};

use super::authorization_request::parameters;
use super::common::CLIENT;
use super::exchange::{self, CHALLENGE, REDIRECT, Request, SECRET, by_certificate, certificate, proof, told};
use crate::vectors::file::{File, Group};
use crate::vectors::keys::Keys;

pub(super) fn file(keys: &Keys) -> File {
    File::new(
        "pushed_request",
        &[
            "A request to the pushed authorization request endpoint; README.md describes the format of requests.",
            "The output of a valid one is the status, the names of all members of the answer, and the values of some of them.",
        ],
    )
    .flag("Good", "accepted input")
    .flag("ResponseType", "response types that are missing or not supported")
    .flag("Repeated", "parameters that occur twice")
    .flag("RedirectUri", "redirect URIs that are missing, not registered or not encrypted")
    .flag("Scope", "scopes that are malformed, unknown or too wide")
    .flag("State", "values of state that cannot be returned")
    .flag("ResponseMode", "response modes that are not supported")
    .flag("Pkce", "challenges")
    .flag("Resource", "the resource that the token is for")
    .flag("Binding", "keys that a code is to be bound to")
    .flag("Http", "methods, media types, fields and sizes")
    .flag("Unsupported", "parameters that are not supported and must not be ignored")
    .flag("Prompt", "the pages that may be shown")
    .flag("MaxAge", "max_age must be a number of seconds")
    .flag("Claims", "claims must be an object of objects")
    .flag("Client", "clients that do not identify or do not authenticate themselves")
    .flag("Level", "clients with a compliance level")
    .flag("Connection", "the connection that a user is to log in through")
    .group(http(parameters::add(clients(good()), &request)))
    .group(fapi2(keys))
    .group(one_redirect_uri(keys))
    .group(key(keys))
    .group(super::level::pushed(keys))
    .groups(connections())
}

fn request() -> Request {
    Request::of(&[
        ("client_id", CLIENT),
        ("client_secret", SECRET),
        ("response_type", "code"),
        ("redirect_uri", REDIRECT),
        ("scope", "openid accounts"),
        ("state", "a state"),
        ("nonce", "a nonce"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ])
}

fn created() -> Value {
    told(201, &["expires_in", "request_uri"], json!({ "expires_in": 60 }))
}

fn good() -> Group {
    let mut group = exchange::group(&[], json!({}))
        .valid("Good", "a request", request())
        .output(created())
        .shows(&PUSH_CREATED)
        .valid("Good", "parameters of a token request, which are ignored", request().with("grant_type", "password"))
        .output(created())
        .shows(&TOKEN_PARAMETERS_IGNORED);
    for (what, name, value) in [
        ("an unknown parameter", "colour", "blue"),
        ("an empty request_uri, which counts as absent", "request_uri", ""),
        ("the resource", "resource", "https://api.example"),
        ("a key", "dpop_jkt", CHALLENGE),
        ("the response mode of codes", "response_mode", "query"),
        ("claims", "claims", r#"{"userinfo":{"name":{"essential":true}},"id_token":{"acr":{"values":["a"]}}}"#),
        ("max_age of zero", "max_age", "0"),
        ("prompt none, which is not an error before there is a browser", "prompt", "none"),
    ] {
        group = group.valid("Good", what, request().with(name, value)).output(created());
    }
    group
}

fn clients(group: Group) -> Group {
    group
        .invalid(&rfc9126::PUSH_AUTHENTICATED, "Client", "no secret", request().without("client_secret"))
        .invalid(&rfc9126::PUSH_AUTHENTICATED, "Client", "an empty secret", request().with("client_secret", ""))
        .invalid(&CLIENT_AUTHENTICATES, "Client", "another secret", request().with("client_secret", "another secret"))
        .invalid(&CLIENT_AUTHENTICATES, "Client", "no client_id", request().without("client_id"))
        .invalid(&CLIENT_AUTHENTICATES, "Client", "an unknown client", request().with("client_id", "client-9"))
        .errors("invalid_client")
        .invalid(&ONE_AUTHENTICATION_METHOD, "Client", "Basic and a secret in the form", {
            request().basic(CLIENT, SECRET).with("client_secret", SECRET)
        })
        .invalid(&NO_REQUEST_URI_IN_PUSH, "Unsupported", "a request_uri", {
            request().with("request_uri", "urn:ietf:params:oauth:request_uri:x")
        })
        .invalid(&NO_REQUEST_URI_IN_PUSH, "Unsupported", "a request_uri of a document", {
            request().with("request_uri", "https://client.example/request.jwt")
        })
        .invalid(&PUSH_VALIDATED, "RedirectUri", "redirect_uri: one that ends in a slash", {
            request().with("redirect_uri", "https://client.example/cb/")
        })
        .errors("invalid_request")
}

fn http(mut group: Group) -> Group {
    for method in ["GET", "HEAD", "PUT", "DELETE"] {
        let request = request().raw("").set("method", method);
        group = group.invalid(&POST_ONLY, "Http", format!("the method {method}"), request);
    }
    for (what, value) in [
        ("no media type", Value::Null),
        ("JSON", json!("application/json")),
        ("multipart", json!("multipart/form-data; boundary=x")),
        ("another charset", json!("application/x-www-form-urlencoded; charset=utf-16")),
    ] {
        group = group.invalid(&PUSH_BY_POST_FORM, "Http", what, request().header("content-type", value));
    }
    group
        .invalid(&NO_SECRET_IN_QUERY, "Http", "the secret in the query", request().set("query", "client_secret=x"))
        .invalid(&INVALID_REQUEST, "Http", "a NUL", request().raw("&x=%00"))
        .invalid(&REQUEST_SIZE, "Http", "a body of more than 65,536 octets", request().raw(&format!("&x={}", "x".repeat(65_536))))
        .errors("invalid_request")
        .invalid(&ADMISSION, "Http", "more requests than the host allows", request().set("limited", 7))
        .error("temporarily_unavailable")
}

fn fapi2(keys: &Keys) -> Group {
    let own = certificate(keys, "client-1");
    let mut client = by_certificate(keys, &own);
    client["redirect_uris"] = json!([REDIRECT, "http://127.0.0.1:8080/cb"]);
    let request = || request().without("client_secret").set("certificate", own.clone());
    let bare = || self::request().without("client_secret");
    exchange::group(&["fapi2_security"], client)
        .valid("Good", "FAPI 2.0: a request", request())
        .output(created())
        .shows(&REQUEST_URI_LIFETIME)
        .valid("RedirectUri", "FAPI 2.0: loopback", request().with("redirect_uri", "http://127.0.0.1:51004/cb"))
        .output(created())
        .invalid(&CHALLENGE_PRESENT, "Pkce", "FAPI 2.0: no challenge", {
            request().without("code_challenge").without("code_challenge_method")
        })
        .invalid(&CHALLENGE_S256, "Pkce", "FAPI 2.0: the method plain", request().with("code_challenge_method", "plain"))
        .invalid(&CHALLENGE_S256, "Pkce", "FAPI 2.0: no method, which is plain", request().without("code_challenge_method"))
        .invalid(&PUSH_VALIDATED, "RedirectUri", "FAPI 2.0: http where https is registered", {
            request().with("redirect_uri", "http://client.example/cb")
        })
        .errors("invalid_request")
        .invalid(&RESPONSE_TYPE_CODE, "ResponseType", "FAPI 2.0: hybrid", request().with("response_type", "code id_token"))
        .error("unsupported_response_type")
        .invalid(&PUSH_AUTHENTICATED, "Client", "FAPI 2.0: no certificate", bare())
        .invalid(&rfc8705::CERTIFICATE_OF_CLIENT, "Client", "FAPI 2.0: no certificate, and an empty secret", {
            bare().with("client_secret", "")
        })
        .invalid(&rfc8705::CERTIFICATE_REGISTERED, "Client", "FAPI 2.0: a certificate that is not registered", {
            bare().set("certificate", certificate(keys, "another"))
        })
        .errors("invalid_client")
}

/// Only the policy forbids leaving out the redirect URI if the client has just one.
fn one_redirect_uri(keys: &Keys) -> Group {
    let own = certificate(keys, "client-1");
    let request = || request().without("client_secret").set("certificate", own.clone()).with("scope", "accounts");
    exchange::group(&["fapi2_security"], by_certificate(keys, &own))
        .valid("Good", "FAPI 2.0: a request for an API alone", request())
        .output(created())
        .invalid(&REDIRECT_URI_SENT, "RedirectUri", "FAPI 2.0: no redirect_uri", request().without("redirect_uri"))
        .error("invalid_request")
}

/// A server that tells its users apart by connections: a third party's client, and one without any.
fn connections() -> Vec<Group> {
    let group = |terms: Value| {
        exchange::group(&[], json!({}))
            .gives("connections", json!([{ "name": "customers", "is_domain_connection": true }, { "name": "staff" }]))
            .gives("before", json!([{ "client": {}, "terms": terms, "client_secret": SECRET }]))
    };
    let third = group(json!({}))
        .valid("Connection", "one that serves every client", request().with("connection", "customers"))
        .output(created())
        .valid("Connection", "none named", request())
        .output(created())
        .invalid(&CONNECTION, "Connection", "an unknown one", request().with("connection", "customer"))
        .error("invalid_request")
        .invalid(&CONNECTION_ENABLED, "Connection", "one for first parties", request().with("connection", "staff"))
        .error("access_denied");
    let first = group(json!({ "first_party": true, "connections": ["staff"] }))
        .valid("Connection", "the one that is enabled", request().with("connection", "staff"))
        .output(created())
        .invalid(&CONNECTION_ENABLED, "Connection", "one that is not enabled", request().with("connection", "customers"))
        .error("access_denied");
    vec![third, first]
}

/// Proofs and `dpop_jkt`.
fn key(keys: &Keys) -> Group {
    let by = |key: &str| proof(keys, key, "ES256", "p1", "/par");
    let own = keys.thumbprint("sender-es256");
    exchange::group(&[], json!({}))
        .valid("Binding", "a proof", request().header("dpop", by("sender-es256")))
        .output(created())
        .valid(
            "Binding",
            "a proof by the key of dpop_jkt",
            request().with("dpop_jkt", own.clone()).header("dpop", by("sender-es256")),
        )
        .output(created())
        .invalid(&rfc9449::BINDINGS_AGREE, "Binding", "a proof by another key than that of dpop_jkt", {
            request().with("dpop_jkt", own.clone()).header("dpop", by("stranger-es256"))
        })
        .error("invalid_request")
        .invalid(&rfc9449::PROOF_HTU, "Binding", "a proof for the token endpoint", {
            request().header("dpop", proof(keys, "sender-es256", "ES256", "p1", "/token"))
        })
        .error("invalid_dpop_proof")
}
