//! The claims about the request object itself, without its dates.

use fapi::requirement::oidcc::NO_NESTED_REQUEST;
use fapi::requirement::rfc7519::{AUD_CONTAINS_RECIPIENT, ISS_FORM, WHOLE_JWT_VALID};
use fapi::requirement::rfc8725::KEY_OF_ISSUER;
use fapi::requirement::rfc9101::CLIENT_IDS_AGREE;
use fapi::requirement::rfc9126::REQUEST_OBJECT_CLIENT;
use fapi::requirement::{Requirement, fapi1_adv, fapi2_ms};
use serde_json::{Map, Value, json};

use super::super::common::{self, CLIENT, ISSUER};
use super::{Group, Keys, by_value, fapi1, fapi2, good, good1, good2, header, in_force, in_force2, output, plain};

pub(super) fn groups(keys: &Keys) -> Vec<Group> {
    vec![
        audiences(keys),
        demanded(keys, "FAPI 2.0", fapi2(keys), &good2(), &in_force2(), &fapi2_ms::REQUEST_OBJECT_AUDIENCE),
        demanded(keys, "FAPI 1.0", fapi1(keys), &good1(), &in_force(), &fapi1_adv::REQUEST_OBJECT_AUDIENCE),
        identity(keys),
        pushed_identity(keys),
        nested(keys),
    ]
}

fn audiences(keys: &Keys) -> Group {
    let with = |aud: Value| by_value(keys, &common::with(&good(), "aud", aud));
    let mut group =
        output(plain(keys).valid("Audience", "no aud", by_value(keys, &common::without(&good(), "aud"))), &in_force());
    for (what, aud) in [
        ("the issuer in a list", json!([ISSUER])),
        ("the issuer after another server", json!(["https://other.example", ISSUER])),
        ("the issuer before other servers", json!([ISSUER, "https://other.example", "https://third.example"])),
        ("the issuer twice", json!([ISSUER, ISSUER])),
    ] {
        group = output(group.valid("Audience", what, with(aud)), &in_force());
    }
    for (what, aud) in [
        ("another server", json!("https://other.example")),
        ("other servers", json!(["https://other.example", "https://third.example"])),
        ("no server", json!([])),
        ("empty", json!("")),
        ("the issuer with a slash", json!(format!("{ISSUER}/"))),
        ("the issuer in another case", json!("https://AS.example")),
        ("the issuer with its port", json!("https://as.example:443")),
        ("the issuer over http", json!("http://as.example")),
        ("the issuer and a space", json!(format!("{ISSUER} "))),
        ("two issuers in a text", json!(format!("{ISSUER} https://other.example"))),
        ("the token endpoint", json!(format!("{ISSUER}/token"))),
        ("the authorization endpoint", json!(format!("{ISSUER}/authorize"))),
        ("the client", json!(CLIENT)),
        ("null", Value::Null),
        ("a number", json!(1)),
        ("an object", json!({ "iss": ISSUER })),
        ("a list of lists", json!([[ISSUER]])),
        ("the issuer and a number", json!([ISSUER, 1])),
        ("the issuer and null", json!([ISSUER, null])),
    ] {
        group = group.invalid(&AUD_CONTAINS_RECIPIENT, "Audience", format!("aud: {what}"), with(aud));
    }
    group.errors("invalid_request_object")
}

/// A profile under which there must be an audience.
fn demanded(
    keys: &Keys,
    profile: &str,
    group: Group,
    claims: &Map<String, Value>,
    force: &Map<String, Value>,
    requirement: &'static Requirement,
) -> Group {
    let with = |aud: Value| by_value(keys, &common::with(claims, "aud", aud));
    let mut group = group;
    for (what, aud) in [
        ("the issuer", json!(ISSUER)),
        ("the issuer in a list", json!([ISSUER])),
        ("the issuer after another server", json!(["https://other.example", ISSUER])),
    ] {
        group = output(group.valid("Audience", format!("{profile}: aud: {what}"), with(aud)), force);
    }
    group = group.invalid(requirement, "Audience", format!("{profile}: no aud"), by_value(keys, &common::without(claims, "aud")));
    for (what, aud) in [
        ("another server", json!("https://other.example")),
        ("no server", json!([])),
        ("the PAR endpoint", json!(format!("{ISSUER}/par"))),
        ("the token endpoint in a list", json!([format!("{ISSUER}/token")])),
    ] {
        group = group.invalid(&AUD_CONTAINS_RECIPIENT, "Audience", format!("{profile}: aud: {what}"), with(aud));
    }
    group.errors("invalid_request_object")
}

/// Members that differ from those of the client, with the requirement and the comment.
fn wrong_identity() -> Vec<(&'static str, &'static str, &'static Requirement, Value)> {
    vec![
        ("another client", "client_id", &CLIENT_IDS_AGREE, json!("client-2")),
        ("empty", "client_id", &CLIENT_IDS_AGREE, json!("")),
        ("in another case", "client_id", &CLIENT_IDS_AGREE, json!("Client-1")),
        ("with a space", "client_id", &CLIENT_IDS_AGREE, json!("client-1 ")),
        ("with a NUL", "client_id", &CLIENT_IDS_AGREE, json!("client-1\0")),
        ("with a letter beyond ASCII", "client_id", &CLIENT_IDS_AGREE, json!("cli\u{435}nt-1")),
        ("a number", "client_id", &WHOLE_JWT_VALID, json!(1)),
        ("null", "client_id", &WHOLE_JWT_VALID, Value::Null),
        ("a list", "client_id", &WHOLE_JWT_VALID, json!([CLIENT])),
        ("an object", "client_id", &WHOLE_JWT_VALID, json!({ "id": CLIENT })),
        ("another client", "iss", &KEY_OF_ISSUER, json!("client-2")),
        ("the server", "iss", &KEY_OF_ISSUER, json!(ISSUER)),
        ("empty", "iss", &KEY_OF_ISSUER, json!("")),
        ("in another case", "iss", &KEY_OF_ISSUER, json!("CLIENT-1")),
        ("with a line feed", "iss", &KEY_OF_ISSUER, json!("client-1\n")),
        ("a number", "iss", &ISS_FORM, json!(1)),
        ("null", "iss", &ISS_FORM, Value::Null),
        ("a list", "iss", &ISS_FORM, json!([CLIENT])),
        ("a number", "sub", &WHOLE_JWT_VALID, json!(1)),
        ("a list", "sub", &WHOLE_JWT_VALID, json!(["alice"])),
    ]
}

fn identity(keys: &Keys) -> Group {
    let with = |name: &str, value: Value| by_value(keys, &common::with(&good(), name, value));
    let mut group =
        output(plain(keys).valid("Identity", "no iss", by_value(keys, &common::without(&good(), "iss"))), &in_force());
    for (what, name, requirement, value) in wrong_identity() {
        group = group.invalid(requirement, "Identity", format!("{name}: {what}"), with(name, value));
    }
    group
        .invalid(&CLIENT_IDS_AGREE, "Identity", "no client_id", by_value(keys, &common::without(&good(), "client_id")))
        .invalid(&CLIENT_IDS_AGREE, "Identity", "no client_id, but iss and sub", {
            let claims = super::members(common::without(&good(), "client_id"));
            by_value(keys, &common::with(&claims, "sub", CLIENT))
        })
        .errors("invalid_request_object")
}

fn pushed_identity(keys: &Keys) -> Group {
    let with = |name: &str, value: Value| by_value(keys, &common::with(&good2(), name, value));
    let group = fapi2(keys).valid("Identity", "FAPI 2.0: no iss", by_value(keys, &common::without(&good2(), "iss")));
    output(group, &in_force2())
        .invalid(
            &REQUEST_OBJECT_CLIENT,
            "Identity",
            "FAPI 2.0: no client_id",
            by_value(keys, &common::without(&good2(), "client_id")),
        )
        .invalid(&REQUEST_OBJECT_CLIENT, "Identity", "FAPI 2.0: another client_id", with("client_id", json!("client-2")))
        .invalid(&KEY_OF_ISSUER, "Identity", "FAPI 2.0: another iss", with("iss", json!("client-2")))
        .invalid(&KEY_OF_ISSUER, "Identity", "FAPI 2.0: the server as iss", with("iss", json!(ISSUER)))
        .errors("invalid_request_object")
}

fn nested(keys: &Keys) -> Group {
    // This algorithm has one signature for each text.
    let inner = keys.jws("client-eddsa", "EdDSA", &header("k3"), &Value::Object(good()));
    let with = |name: &str, value: Value| by_value(keys, &common::with(&good(), name, value));
    let mut group =
        output(plain(keys).valid("Nested", "a claim whose name contains request", with("request_id", json!("a"))), &in_force());
    for (what, name, value) in [
        ("another request object", "request", json!(inner)),
        ("empty", "request", json!("")),
        ("null", "request", Value::Null),
        ("an object", "request", Value::Object(good())),
        ("an address", "request_uri", json!("https://client.example/request")),
        ("one of PAR", "request_uri", json!("urn:ietf:params:oauth:request_uri:a")),
        ("empty", "request_uri", json!("")),
        ("null", "request_uri", Value::Null),
    ] {
        group = group.invalid(&NO_NESTED_REQUEST, "Nested", format!("{name} inside: {what}"), with(name, value));
    }
    group.errors("invalid_request_object")
}
