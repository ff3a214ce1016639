//! The audience of assertions.

use fapi::requirement::fapi2_sp::ASSERTION_AUDIENCE_IS_ISSUER;
use fapi::requirement::rfc7519::AUD_CONTAINS_RECIPIENT;
use fapi::requirement::rfc7523::ASSERTION_AUD;
use fapi::requirement::rfc7523bis::SOLE_AUDIENCE;
use fapi::requirement::rfc9126::LENIENT_ASSERTION_AUDIENCE;
use serde_json::{Value, json};

use super::super::common::{CLIENT, ISSUER, with, without};
use super::{FAPI, Group, Keys, assertion, client, good};

pub(super) fn groups(keys: &Keys) -> Vec<Group> {
    let endpoints = [
        ("introspection_endpoint", "introspect"),
        ("revocation_endpoint", "revoke"),
        ("pushed_authorization_request_endpoint", "par"),
    ];
    let mut groups = vec![values(keys), oauth(keys), sole(keys)];
    groups.extend(endpoints.map(|(endpoint, path)| at(keys, endpoint, path)));
    groups
}

fn to(keys: &Keys, audience: Value) -> String {
    assertion(keys, &with(&good(), "aud", audience))
}

fn values(keys: &Keys) -> Group {
    let mut group = client(keys, FAPI).valid("Audience", "FAPI 2.0: the issuer as a string", to(keys, json!(ISSUER))).invalid(
        &ASSERTION_AUD,
        "Audience",
        "no aud",
        assertion(keys, &without(&good(), "aud")),
    );
    for (what, audience) in [
        ("another server", json!("https://other.example")),
        ("empty", json!("")),
        ("the issuer with a slash", json!("https://as.example/")),
        ("the issuer with its port", json!("https://as.example:443")),
        ("the issuer in upper case", json!("HTTPS://AS.EXAMPLE")),
        ("the issuer over http", json!("http://as.example")),
        ("the issuer and a space", json!("https://as.example ")),
        ("the host of the issuer", json!("as.example")),
        ("a longer host", json!("https://as.example.attacker.example")),
        ("the authorization endpoint, which takes no assertions", json!("https://as.example/authorize")),
        ("the client", json!(CLIENT)),
        ("an empty list", json!([])),
        ("a list of another server", json!(["https://other.example"])),
        ("a list with an empty text", json!([""])),
    ] {
        group = group.invalid(&ASSERTION_AUD, "Audience", format!("aud: {what}"), to(keys, audience));
    }
    for (what, audience) in [
        ("a number", json!(1)),
        ("null", Value::Null),
        ("an object", json!({ "aud": ISSUER })),
        ("true", json!(true)),
        ("a list with a number", json!([ISSUER, 1])),
        ("a list in a list", json!([[ISSUER]])),
    ] {
        group = group.invalid(&AUD_CONTAINS_RECIPIENT, "Audience", format!("aud: {what}"), to(keys, audience));
    }
    for (what, audience) in [
        ("the issuer in a list", json!([ISSUER])),
        ("the issuer twice in a list", json!([ISSUER, ISSUER])),
        ("the issuer and another server", json!([ISSUER, "https://other.example"])),
        ("another server and the issuer", json!(["https://other.example", ISSUER])),
        ("the token endpoint", json!("https://as.example/token")),
        ("the PAR endpoint", json!("https://as.example/par")),
        ("the issuer and the token endpoint", json!([ISSUER, "https://as.example/token"])),
    ] {
        group = group.invalid(&ASSERTION_AUDIENCE_IS_ISSUER, "Audience", format!("FAPI 2.0: {what}"), to(keys, audience));
    }
    group.errors("invalid_client")
}

/// OAuth: the issuer or an endpoint, alone or among others.
fn oauth(keys: &Keys) -> Group {
    let mut group = client(keys, &[]);
    for (what, audience) in [
        ("the issuer", json!(ISSUER)),
        ("the issuer in a list", json!([ISSUER])),
        ("the token endpoint", json!("https://as.example/token")),
        ("the token endpoint in a list", json!(["https://as.example/token"])),
        ("the PAR endpoint", json!("https://as.example/par")),
        ("the issuer and the token endpoint", json!([ISSUER, "https://as.example/token"])),
        ("the issuer and another server", json!([ISSUER, "https://other.example"])),
    ] {
        let of_push = audience == json!("https://as.example/par");
        group = group.valid("Audience", format!("OAuth: {what}"), to(keys, audience));
        if of_push {
            group = group.shows(&LENIENT_ASSERTION_AUDIENCE);
        }
    }
    for (what, audience) in [
        ("another server", json!("https://other.example")),
        ("the token endpoint of another server", json!("https://other.example/token")),
        ("the authorization endpoint, which takes no assertions", json!("https://as.example/authorize")),
        ("the token endpoint with a slash", json!("https://as.example/token/")),
        ("the token endpoint with a query", json!("https://as.example/token?x")),
        ("a list of other servers", json!(["https://other.example", "https://other.example/token"])),
    ] {
        group = group.invalid(&ASSERTION_AUD, "Audience", format!("OAuth: {what}"), to(keys, audience));
    }
    group.errors("invalid_client")
}

/// RFC 7523bis: only the issuer, as a string or in an array.
fn sole(keys: &Keys) -> Group {
    let mut group = client(keys, &["rfc7523bis"])
        .valid("Audience", "rfc7523bis: the issuer as a string", to(keys, json!(ISSUER)))
        .valid("Audience", "rfc7523bis: the issuer in a list", to(keys, json!([ISSUER])));
    for (what, audience) in [
        ("the token endpoint", json!("https://as.example/token")),
        ("the token endpoint in a list", json!(["https://as.example/token"])),
        ("the issuer and the token endpoint", json!([ISSUER, "https://as.example/token"])),
        ("the issuer and another server", json!([ISSUER, "https://other.example"])),
        ("the introspection endpoint, which is the one that is called", json!("https://as.example/introspect")),
    ] {
        group = group.invalid(&SOLE_AUDIENCE, "Audience", format!("rfc7523bis: {what}"), to(keys, audience));
    }
    group.errors("invalid_client")
}

/// The issuer is the audience at every endpoint; the URL of the endpoint is not.
fn at(keys: &Keys, endpoint: &'static str, path: &str) -> Group {
    client(keys, FAPI)
        .gives("endpoint", endpoint)
        .valid("Audience", format!("at the {endpoint}: the issuer"), to(keys, json!(ISSUER)))
        .shows(&fapi::requirement::rfc7523bis::ISSUER_AT_EVERY_ENDPOINT)
        .invalid(
            &ASSERTION_AUDIENCE_IS_ISSUER,
            "Audience",
            format!("at the {endpoint}: the endpoint"),
            to(keys, json!(format!("https://as.example/{path}"))),
        )
        .errors("invalid_client")
}
