//! A code is redeemed once, in time, by its client, with the same redirect URI and the verifier of its challenge.

use crate::support::client::{CHALLENGE, Client, REDIRECT, VERIFIER};
use crate::support::refusal::refused;
use crate::support::*;
use fapi::policy::OAUTH;
use fapi::*;

fn with<'a>(code: &'a str, changes: &[(&'a str, Option<&'a str>)]) -> Vec<(&'a str, &'a str)> {
    let mut parameters =
        vec![("grant_type", "authorization_code"), ("code", code), ("redirect_uri", REDIRECT), ("code_verifier", VERIFIER)];
    for (name, value) in changes {
        parameters.retain(|(known, _)| known != name);
        parameters.extend(value.map(|value| (*name, value)));
    }
    parameters
}

#[test]
fn wrong_parameters_are_refused_and_the_code_stays_valid() {
    let world = World::fapi2();
    let client = Client::registered(&world, "client-1", 10);
    let code = client.code(&world, &[]);
    let other = "x".repeat(43);
    let cases: &[(&str, Option<&str>, &str, &[&str])] = &[
        ("grant_type", None, "invalid_request", &["RFC6749-5.2-4"]),
        ("code", None, "invalid_request", &["RFC6749-5.2-4"]),
        ("code", Some(""), "invalid_request", &["RFC6749-5.2-4"]),
        ("code", Some("unknown"), "invalid_grant", &["RFC6749-5.2-5"]),
        ("redirect_uri", None, "invalid_grant", &["RFC6749-4.1.3-3"]),
        ("redirect_uri", Some("https://client.example/cb/"), "invalid_grant", &["RFC6749-4.1.3-3"]),
        ("code_verifier", None, "invalid_grant", &["RFC7636-4.6-2"]),
        ("code_verifier", Some(&other), "invalid_grant", &["RFC7636-4.6-1"]),
        ("code_verifier", Some(CHALLENGE), "invalid_grant", &["RFC7636-4.6-1"]),
        ("code_verifier", Some("short"), "invalid_grant", &["RFC7636-4.1-2"]),
        ("client_id", Some("client-2"), "invalid_client", &["RFC7521-4.2-1"]),
    ];
    for (name, value, error, requirements) in cases {
        let before = world.holdings();
        let outcome = client.token(&world, &with(&code, &[(name, *value)]));
        assert_eq!(ids(&outcome), *requirements, "{name} {value:?}");
        refused(&outcome, 400, error, requirements);
        assert!(["", "+use_marker +use_marker"].contains(&&*world.written_since(&before)), "{name}");
    }
    assert_eq!(client.redeem(&world, &code).reply.status(), 200);
}

#[test]
fn another_client_can_neither_redeem_nor_revoke_it() {
    let world = World::fapi2();
    let (client, other) = (Client::registered(&world, "client-1", 10), Client::registered(&world, "client-2", 12));
    let code = client.code(&world, &[]);
    let before = world.holdings();
    refused(&other.redeem(&world, &code), 400, "invalid_grant", &["RFC6749-4.1.3-2"]);
    assert_eq!(world.written_since(&before), "+use_marker +use_marker");
    let token = member(&client.redeem(&world, &code).reply, "access_token");
    let before = world.holdings();
    let replayed = ["RFC6749-4.1.2-2", "FAPI2-SP-5.3.2.2-9", "RFC9700-4.2.4-1"];
    refused(&other.redeem(&world, &code), 400, "invalid_grant", &replayed);
    assert_eq!(world.written_since(&before), "+use_marker +use_marker", "only its own client can have it revoked");
    assert!(matches!(client.resource(&world, &token).reply, Access::Allowed(_)));
    let before = world.holdings();
    refused(&client.redeem(&world, &code), 400, "invalid_grant", &replayed);
    assert_eq!(world.written_since(&before), "+use_marker +use_marker ~grant");
    refused(&client.redeem(&world, &code), 400, "invalid_grant", &replayed);
}

#[test]
fn it_is_valid_for_sixty_seconds_and_no_longer() {
    let world = World::fapi2();
    let client = Client::registered(&world, "client-1", 10);
    let code = client.code(&world, &[]);
    world.pass(59);
    assert_eq!(client.redeem(&world, &code).reply.status(), 200);
    let code = client.code(&world, &[]);
    world.pass(60);
    let before = world.holdings();
    refused(&client.redeem(&world, &code), 400, "invalid_grant", &["RFC6749-4.1.2-1"]);
    assert_eq!(world.written_since(&before), "+use_marker +use_marker");
    world.pass(1);
    refused(&client.redeem(&world, &code), 400, "invalid_grant", &["FAPI2-SP-5.3.2.1-11"]);
}

#[test]
fn the_policy_shortens_a_longer_setting() {
    for (policy, longest) in [(fapi2(), 60), (OAUTH.policy(), 600)] {
        let mut settings = settings(policy);
        settings.lifetimes.code = 3600;
        let world = World::with(settings);
        let client = Client::registered(&world, "client-1", 10);
        for (seconds, status) in [(longest - 1, 200), (longest, 400)] {
            let code = client.code(&world, &[]);
            world.pass(seconds);
            assert_eq!(client.redeem(&world, &code).reply.status(), status, "{seconds}");
        }
    }
}

#[test]
fn a_clients_own_profile_shortens_its_codes() {
    let mut settings = settings(OAUTH.policy());
    settings.lifetimes.code = 600;
    let world = World::with(settings);
    let client = Client::registered(&world, "client-1", 10);
    let code = client.code(&world, &[]);
    world.pass(61);
    world.registered(under_fapi2(client.metadata()), None);
    refused(&client.redeem(&world, &code), 400, "invalid_grant", &["FAPI2-SP-5.3.2.1-11"]);
}

#[test]
fn a_verifier_is_required_exactly_if_there_was_a_challenge() {
    let world = World::new(OAUTH.policy());
    let client = Client::registered(&world, "client-1", 10);
    let code = client.code(&world, &[("code_challenge", None), ("code_challenge_method", None)]);
    refused(&client.token(&world, &with(&code, &[])), 400, "invalid_grant", &["RFC9700-2.1.1-2"]);
    assert_eq!(client.token(&world, &with(&code, &[("code_verifier", None)])).reply.status(), 200);
    let code = client.code(&world, &[("code_challenge", Some(VERIFIER)), ("code_challenge_method", Some("plain"))]);
    refused(&client.token(&world, &with(&code, &[("code_verifier", None)])), 400, "invalid_grant", &["RFC7636-4.6-2"]);
    assert_eq!(client.token(&world, &with(&code, &[])).reply.status(), 200);
    let code = client.code(&world, &[("code_challenge_method", None)]);
    refused(&client.token(&world, &with(&code, &[])), 400, "invalid_grant", &["RFC7636-4.6-1"]);
}

#[test]
fn a_redirect_uri_that_was_not_sent_need_not_be_repeated() {
    let world = World::new(OAUTH.policy());
    let client = Client::registered(&world, "client-1", 10);
    let changes = [("redirect_uri", None), ("scope", Some("accounts"))];
    let code = client.code(&world, &changes);
    assert_eq!(client.token(&world, &with(&code, &[("redirect_uri", None)])).reply.status(), 200);
    let code = client.code(&world, &changes);
    assert_eq!(client.token(&world, &with(&code, &[])).reply.status(), 200, "it may be sent nevertheless");
    let code = client.code(&world, &changes);
    let wrong = with(&code, &[("redirect_uri", Some("https://b.example"))]);
    refused(&client.token(&world, &wrong), 400, "invalid_grant", &["RFC6749-4.1.3-3"]);
}

#[test]
fn a_client_without_the_grant_type_cannot_redeem() {
    let world = World::fapi2();
    let client = Client::registered(&world, "client-1", 10);
    let code = client.code(&world, &[]);
    let mut metadata = client.metadata();
    metadata.grant_types = vec!["client_credentials".into()];
    world.registered(metadata, None);
    refused(&client.redeem(&world, &code), 400, "unauthorized_client", &["RFC6749-5.2-6", "OCP-GRT-12"]);
    for (grant_type, error, requirements) in [
        ("password", "unauthorized_client", &["RFC6749-5.2-6", "OCP-GRT-12", "RFC9700-2.4-1", "FAPI2-SP-5.3.2.1-2"][..]),
        ("implicit", "unauthorized_client", &["RFC6749-5.2-6", "OCP-GRT-12"]),
        ("urn:ietf:params:oauth:grant-type:jwt-bearer", "unsupported_grant_type", &["RFC6749-4.5-1"]),
    ] {
        refused(&client.token(&world, &[("grant_type", grant_type)]), 400, error, requirements);
    }
}

#[test]
fn a_response_is_not_cacheable_and_names_what_it_grants() {
    let world = World::fapi2();
    let client = Client::registered(&world, "client-1", 10);
    let redeemed = client.redeem(&world, &client.code(&world, &[])).reply;
    assert_eq!(crate::support::refusal::header(&redeemed, "cache-control"), "no-store");
    assert_eq!(crate::support::refusal::header(&redeemed, "pragma"), "no-cache");
    let body: serde_json::Value = serde_json::from_slice(redeemed.body()).unwrap();
    assert_eq!((&body["expires_in"], &body["scope"]), (&300.into(), &"openid accounts".into()));
}
