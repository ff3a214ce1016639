//! A pushed request is checked like an authorization request, errors are reported to the client directly, and the request is
//! bound to the client that pushed it.

use crate::support::client::{Client, REDIRECT};
use crate::support::refusal::{Told, refused};
use crate::support::*;
use fapi::*;

type Case = (&'static str, Option<&'static str>, &'static str, &'static [&'static str]);

const REFUSED: &[Case] = &[
    ("request_uri", Some("urn:x"), "invalid_request", &["RFC9126-2.1-2"]),
    ("request", Some("a.b.c"), "request_not_supported", &["OIDCC-6.1-1"]),
    ("registration", Some("{}"), "registration_not_supported", &["OIDCC-7.2.1-1"]),
    ("response_type", None, "invalid_request", &["RFC6749-3.1.1-1"]),
    ("response_type", Some("token"), "unsupported_response_type", &["FAPI2-SP-5.3.2.2-1", "RFC6749-3.1.1-1"]),
    ("response_type", Some("code id_token"), "unsupported_response_type", &["FAPI2-SP-5.3.2.2-1", "RFC6749-3.1.1-1"]),
    ("response_mode", Some("fragment"), "invalid_request", &["OIDCC-3.1.2.6-2"]),
    ("redirect_uri", None, "invalid_request", &["FAPI2-SP-5.3.2.2-6"]),
    (
        "redirect_uri",
        Some("https://client.example/other"),
        "invalid_request",
        &["RFC6749-3.1.2.3-2", "RFC6749-3.1.2.4-1", "RFC6749-4.1.2.1-1", "RFC9126-2.1-3"],
    ),
    ("code_challenge", None, "invalid_request", &["FAPI2-SP-5.3.2.2-5", "RFC7636-4.4.1-1"]),
    ("code_challenge", Some("short"), "invalid_request", &["RFC7636-4.3-2"]),
    ("code_challenge_method", None, "invalid_request", &["FAPI2-SP-5.3.2.2-5"]),
    ("code_challenge_method", Some("plain"), "invalid_request", &["FAPI2-SP-5.3.2.2-5"]),
    ("code_challenge_method", Some("s256"), "invalid_request", &["RFC7636-4.4.1-2"]),
    ("scope", Some("openid  accounts"), "invalid_scope", &["RFC6749-3.3-3"]),
    ("scope", Some("unknown"), "invalid_scope", &["RFC6749-5.2-6"]),
    ("state", Some("caf\u{e9}"), "invalid_request", &["RFC6749-A.5-1"]),
    ("prompt", Some("none login"), "invalid_request", &["OIDCC-3.1.2.1-6"]),
    ("max_age", Some("-1"), "invalid_request", &["OIDCC-3.1.2.1-9"]),
    ("max_age", Some("soon"), "invalid_request", &["OIDCC-3.1.2.1-9"]),
    ("max_age", Some("+5"), "invalid_request", &["OIDCC-3.1.2.1-9"]),
    ("claims", Some("[]"), "invalid_request", &["OIDCC-5.5-1", "OIDCC-3.1.2.2-1"]),
    ("claims", Some("{\"userinfo\":[]}"), "invalid_request", &["OIDCC-5.5-1", "OIDCC-3.1.2.2-1"]),
    ("claims", Some("{\"id_token\":{\"acr\":\"x\"}}"), "invalid_request", &["OIDCC-5.5-1", "OIDCC-3.1.2.2-1"]),
    ("claims", Some("{\"id_token\":{\"acr\":{\"essential\":1}}}"), "invalid_request", &["OIDCC-5.5-1", "OIDCC-3.1.2.2-1"]),
    ("claims", Some("{\"id_token\":{\"acr\":{\"values\":\"x\"}}}"), "invalid_request", &["OIDCC-5.5-1", "OIDCC-3.1.2.2-1"]),
];

#[test]
fn errors_are_reported_to_the_client() {
    let world = World::fapi2();
    let client = Client::registered(&world, "client-1", 10);
    for (name, value, error, requirements) in REFUSED {
        let before = world.holdings();
        let outcome = client.push(&world, &[(name, *value)]);
        assert_eq!(ids(&outcome), *requirements, "{name} {value:?}");
        refused(&outcome, 400, error, requirements);
        assert_eq!(outcome.reply.told().headers()["content-type"], "application/json");
        assert_eq!(world.written_since(&before), "+use_marker", "{name}: the assertion is used up and nothing else is stored");
        assert_eq!(outcome.event.client.as_deref(), Some("client-1"));
    }
}

#[test]
fn allowed_variations_are_accepted() {
    let world = World::fapi2();
    let client = Client::registered(&world, "client-1", 10);
    let long_state = "s".repeat(1500);
    let nonce = "n".repeat(64);
    let accepted: &[(&str, Option<&str>)] = &[
        ("state", None),
        ("state", Some(&long_state)),
        ("nonce", Some(&nonce)),
        ("nonce", None),
        ("scope", None),
        ("scope", Some("accounts unknown")),
        ("response_mode", Some("query")),
        ("prompt", Some("login consent")),
        ("prompt", Some("unknown")),
        ("max_age", Some("0")),
        ("claims", Some("{\"userinfo\":{\"email\":null},\"other\":1}")),
        ("ui_locales", Some("xx yy")),
        ("resource", Some("https://api.example")),
        ("colour", Some("blue")),
    ];
    for (name, value) in accepted {
        let outcome = client.push(&world, &[(name, *value)]);
        assert_eq!(outcome.reply.status(), 201, "{name} {value:?}: {:?}", outcome.event);
    }
}

#[test]
fn a_request_uri_is_only_for_the_client_that_pushed_it() {
    let world = World::fapi2();
    let client = Client::registered(&world, "client-1", 10);
    let other = Client::registered(&world, "client-2", 12);
    let uri = member(&client.push(&world, &[]).reply, "request_uri");
    let before = world.holdings();
    refused(&other.present(&world, &uri, None), 400, "invalid_request_uri", &["RFC9126-2.2-4"]);
    let unknown = format!("urn:ietf:params:oauth:request_uri:{}", "A".repeat(43));
    refused(&client.present(&world, &unknown, None), 400, "invalid_request_uri", &["RFC9126-4-3", "RFC9126-4-2"]);
    assert_eq!(world.written_since(&before), "");
}

#[test]
fn a_request_uri_is_presented_in_time() {
    let world = World::fapi2();
    let client = Client::registered(&world, "client-1", 10);
    let uri = member(&client.push(&world, &[]).reply, "request_uri");
    world.pass(59);
    prompt(client.present(&world, &uri, None));
    world.pass(1);
    refused(&client.present(&world, &uri, None), 400, "invalid_request_uri", &["RFC9126-4-3"]);
    world.pass(3600);
    refused(&client.present(&world, &uri, None), 400, "invalid_request_uri", &["RFC9126-4-3", "RFC9126-4-2"]);
}

#[test]
fn a_request_uri_lives_below_ten_minutes_under_any_settings() {
    let mut settings = settings(fapi2());
    settings.lifetimes.request_uri = 100_000;
    let world = World::with(settings);
    let client = Client::registered(&world, "client-1", 10);
    let body: serde_json::Value = serde_json::from_slice(client.push(&world, &[]).reply.body()).unwrap();
    assert_eq!(body["expires_in"], 599);
    assert_eq!(body.as_object().unwrap().len(), 2);
}

#[test]
fn a_request_is_checked_against_the_current_registration() {
    let world = World::fapi2();
    let client = Client::registered(&world, "client-1", 10);
    let uri = member(&client.push(&world, &[]).reply, "request_uri");
    let mut changed = client.metadata();
    changed.redirect_uris = vec!["https://client.example/new".into()];
    world.registered(changed, None);
    let outcome = client.present(&world, &uri, None);
    refused(&outcome, 400, "invalid_request", &["RFC9126-7.4-1", "RFC9126-4-4"]);
    assert!(outcome.reply.told().headers().get("location").is_none(), "the error must be shown on a page");
}

#[test]
fn only_the_pushed_parameters_count() {
    let world = World::fapi2();
    let client = Client::registered(&world, "client-1", 10);
    let uri = member(&client.push(&world, &[]).reply, "request_uri");
    let request =
        get(&[("client_id", &client.id), ("request_uri", &uri), ("scope", "payments"), ("redirect_uri", "https://evil.example")]);
    let shown = prompt(world.drive(world.server.authorization_request(Inbound::new(&request), world.context())));
    assert_eq!((&*shown.permissions.scope.to_string(), shown.redirect_uri.as_deref()), ("openid accounts", Some(REDIRECT)));
}

#[test]
fn a_client_may_use_only_what_it_registered() {
    let world = World::fapi2();
    let client = Client::new("client-1", 10);
    let mut metadata = client.metadata();
    metadata.scope = Some(fapi::scope::Scope::parse("accounts").unwrap());
    metadata.grant_types = vec!["client_credentials".into()];
    world.registered(metadata.clone(), None);
    refused(&client.push(&world, &[]), 400, "unauthorized_client", &["RFC6749-5.2-6", "OCP-GRT-12"]);
    metadata.grant_types = vec!["authorization_code".into()];
    world.registered(metadata, None);
    refused(&client.push(&world, &[("scope", Some("payments"))]), 400, "invalid_scope", &["RFC6749-5.2-6"]);
    let uri = member(&client.push(&world, &[]).reply, "request_uri");
    assert_eq!(prompt(client.present(&world, &uri, None)).permissions.scope.to_string(), "accounts");
}
