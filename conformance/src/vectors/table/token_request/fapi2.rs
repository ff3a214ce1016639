//! FAPI 2.0: codes of pushed requests, for clients that authenticate with a certificate.

use fapi::requirement::fapi2_sp::{CODE_SIXTY_SECONDS, NO_PASSWORD_GRANT, SENDER_CONSTRAINED, STRONG_CLIENT_AUTHENTICATION};
use fapi::requirement::rfc6749::CONFIDENTIAL_AUTHENTICATES;
use fapi::requirement::rfc7636::{VERIFIER_FITS, VERIFIER_PRESENT};
use fapi::requirement::{rfc8705, rfc9449};
use serde_json::{Value, json};

use super::super::common::{self, CLIENT, NOW};
use super::super::exchange::{self, Request, SECRET, by_certificate, certificate, proof, redeem, told};
use super::authorization;
use crate::vectors::file::Group;
use crate::vectors::keys::Keys;

pub(super) fn groups(keys: &Keys) -> Vec<Group> {
    vec![codes(keys), unbound(keys), bound_code(keys), by_subject(keys)]
}

/// A code of a pushed request, issued ten seconds ago.
fn before(push: Request) -> Value {
    let present = Request::of(&[("client_id", CLIENT), ("request_uri", "{request_uri}")]).set("user", json!({}));
    json!([
        exchange::at(NOW - 12, exchange::step("pushed_authorization_request_endpoint", push, &[("request_uri", "request_uri")])),
        exchange::at(NOW - 10, exchange::step("authorization_endpoint", present, &[("code", "code")])),
    ])
}

fn push() -> Request {
    let mut request = Value::from(authorization());
    let pairs = request["parameters"].take();
    let pairs = pairs.as_array().into_iter().flatten();
    pairs.fold(Request::default(), |request, pair| {
        request.with(pair[0].as_str().unwrap_or_default(), pair[1].as_str().unwrap_or_default())
    })
}

fn codes(keys: &Keys) -> Group {
    let own = certificate(keys, "client-1");
    let client = by_certificate(keys, &own);
    let redeem = || redeem().without("client_secret").set("certificate", own.clone());
    let names = ["access_token", "expires_in", "refresh_token", "scope", "token_type"];
    exchange::group(&["fapi2_security"], client)
        .gives("before", before(push().set("certificate", own.clone())))
        .valid("Good", "FAPI 2.0: a code", redeem())
        .output(told(200, &names, json!({ "token_type": "Bearer", "scope": "accounts payments" })))
        .invalid(&CODE_SIXTY_SECONDS, "Time", "FAPI 2.0: 61 seconds after the code", redeem().set("at", NOW + 51))
        .error("invalid_grant")
        .invalid(&VERIFIER_PRESENT, "Pkce", "FAPI 2.0: no verifier", redeem().without("code_verifier"))
        .error("invalid_grant")
        .invalid(&VERIFIER_FITS, "Pkce", "FAPI 2.0: another verifier", redeem().with("code_verifier", "v".repeat(43)))
        .error("invalid_grant")
        .invalid(&NO_PASSWORD_GRANT, "GrantType", "FAPI 2.0: the password grant", redeem().with("grant_type", "password"))
        .error("unauthorized_client")
        .invalid(&rfc8705::CERTIFICATE_REGISTERED, "Client", "FAPI 2.0: a certificate that is not registered", {
            redeem().set("certificate", certificate(keys, "another"))
        })
        .invalid(&rfc8705::CERTIFICATE_OF_CLIENT, "Client", "FAPI 2.0: no certificate", {
            self::redeem().without("client_secret")
        })
        .invalid(&CONFIDENTIAL_AUTHENTICATES, "Client", "FAPI 2.0: an empty secret in place of a certificate", {
            self::redeem().with("client_secret", "")
        })
        .invalid(&STRONG_CLIENT_AUTHENTICATION, "Client", "FAPI 2.0: a secret in addition to the certificate", {
            redeem().with("client_secret", SECRET)
        })
        .invalid(
            &STRONG_CLIENT_AUTHENTICATION,
            "Client",
            "FAPI 2.0: Basic in addition to the certificate",
            redeem().basic(CLIENT, "x"),
        )
        .errors("invalid_client")
}

/// Adds a client assertion, one per request of a group.
fn asserted(keys: &Keys, jti: &str, request: Request) -> Request {
    let claims = Value::Object(common::assertion_claims(jti));
    request
        .without("client_secret")
        .with("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
        .with("client_assertion", keys.jws("client-es256", "ES256", &json!({ "kid": "k1" }), &claims))
}

fn by_assertion(keys: &Keys) -> Value {
    let jwks = json!({ "keys": [common::named(keys, "client-es256", "k1", "ES256")] });
    json!({ "token_endpoint_auth_method": "private_key_jwt", "jwks": jwks })
}

fn unbound(keys: &Keys) -> Group {
    let request = |jti: &str| asserted(keys, jti, Request::of(&[("grant_type", "client_credentials"), ("client_id", CLIENT)]));
    exchange::group(&["fapi2_security"], by_assertion(keys))
        .valid("Binding", "FAPI 2.0: a proof", request("a").header("dpop", proof(keys, "sender-es256", "ES256", "p1", "/token")))
        .output(told(200, &["access_token", "expires_in", "scope", "token_type"], json!({ "token_type": "DPoP" })))
        .valid("Binding", "FAPI 2.0: a certificate", request("a").set("certificate", certificate(keys, "client-1")))
        .output(told(200, &["access_token", "expires_in", "scope", "token_type"], json!({ "token_type": "Bearer" })))
        .invalid(&SENDER_CONSTRAINED, "Binding", "FAPI 2.0: neither proof nor certificate", request("a"))
        .error("invalid_request")
}

fn bound_code(keys: &Keys) -> Group {
    let push = asserted(keys, "a", push().with("dpop_jkt", keys.thumbprint("sender-es256")));
    let request = || asserted(keys, "b", redeem());
    let by = |key: &str| proof(keys, key, "ES256", "p1", "/token");
    exchange::group(&["fapi2_security"], by_assertion(keys))
        .gives("before", before(push))
        .valid("Binding", "a code that is bound to a key, with a proof by it", request().header("dpop", by("sender-es256")))
        .output(told(
            200,
            &["access_token", "expires_in", "refresh_token", "scope", "token_type"],
            json!({ "token_type": "DPoP" }),
        ))
        .invalid(&rfc9449::CODE_BOUND_TO_KEY, "Binding", "a code that is bound to a key, with a proof by another", {
            request().header("dpop", by("stranger-es256"))
        })
        .error("invalid_grant")
        .invalid(&rfc9449::CODE_BOUND_TO_KEY, "Binding", "a code that is bound to a key, over a certificate alone", {
            request().set("certificate", certificate(keys, "client-1"))
        })
        .error("invalid_request")
}

/// Clients that registered the subject of their certificate.
fn by_subject(keys: &Keys) -> Group {
    let request = Request::of(&[("grant_type", "client_credentials"), ("client_id", CLIENT)]);
    let over = |name: &str| request.clone().set("certificate", certificate(keys, name)).set("verified", true);
    let client = json!({ "token_endpoint_auth_method": "tls_client_auth", "tls_client_auth_subject_dn": "CN=client-1" });
    // The certificate of the client has another address.
    let address = "192.0.2.1";
    let other =
        json!({ "client_id": "client-2", "token_endpoint_auth_method": "tls_client_auth", "tls_client_auth_san_ip": address });
    let by_address = Request::of(&[("grant_type", "client_credentials"), ("client_id", "client-2")])
        .set("certificate", certificate(keys, address))
        .set("verified", true);
    exchange::group(&["fapi2_security"], client)
        .gives("before", json!([{ "client": other }]))
        .valid("Client", "a certificate with the registered subject", over(CLIENT))
        .output(told(200, &["access_token", "expires_in", "scope", "token_type"], json!({ "token_type": "Bearer" })))
        .invalid(&rfc8705::DISTINGUISHED_NAME_MATCH, "Client", "a certificate with another subject", over("another"))
        .invalid(&rfc8705::CERTIFICATE_SUBJECT, "Client", "a certificate that was not validated", {
            over(CLIENT).set("verified", false)
        })
        .invalid(&rfc8705::IP_ADDRESS_BINARY, "Client", "the registered address as common name", by_address)
        .errors("invalid_client")
}
