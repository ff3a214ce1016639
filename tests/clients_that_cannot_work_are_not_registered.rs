//! A client is registered only with credentials, with redirect URIs that it may use, and without anything that the policy
//! refuses.

use crate::support::client::Client;
use crate::support::refusal::refused;
use crate::support::*;
use fapi::jose::{Algorithm, Json, Object};
use fapi::policy::{AuthenticationMethod as Method, OAUTH};
use fapi::*;

const METADATA: &str = "invalid_client_metadata";

#[track_caller]
fn refuses(world: &World, client: impl Into<Registration>, secret: Option<&str>, error: &str, requirements: &[&str]) {
    let before = world.holdings();
    let outcome = world.register(client, secret);
    refused(&outcome, 400, error, requirements);
    assert_eq!(world.written_since(&before), "");
}

fn machine(method: Method) -> ClientMetadata {
    let mut metadata = ClientMetadata::new("client-1", method);
    metadata.grant_types = vec!["client_credentials".into()];
    metadata
}

#[test]
fn a_client_id_is_printable_and_limited_in_length() {
    let world = World::fapi2();
    for id in ["", "caf\u{e9}", "a\nb", &"x".repeat(256)] {
        refuses(&world, Client::new(id, 10).metadata(), None, METADATA, &["FAPI-CLIENTS-2"]);
    }
    world.registered(Client::new(&"x".repeat(255), 10).metadata(), None);
}

#[test]
fn redirect_uris_use_https_and_are_complete() {
    let world = World::fapi2();
    for (uri, requirement) in
        [("/cb", "RFC6749-3.1.2-1"), ("https://client.example/cb#x", "RFC6749-3.1.2-2"), ("javascript:alert(1)", "RFC8252-8.4-1")]
    {
        let mut metadata = Client::new("client-1", 10).metadata();
        metadata.redirect_uris.push(uri.into());
        let outcome = world.register(metadata, None);
        assert_eq!(ids(&outcome), [requirement], "{uri}");
        refused(&outcome, 400, "invalid_redirect_uri", &[requirement]);
    }
    for uri in ["http://client.example/cb", "HTTP://client.example/cb", "hTTp://client.example/cb"] {
        let mut metadata = Client::new("client-1", 10).metadata();
        metadata.redirect_uris = vec![uri.into()];
        refuses(&world, metadata, None, "invalid_redirect_uri", &["FAPI2-SP-5.3.2.2-8", "RFC9700-2.6-1"]);
    }
    let mut metadata = Client::new("client-1", 10).metadata();
    metadata.redirect_uris.clear();
    refuses(&world, metadata, None, "invalid_redirect_uri", &["RFC6749-3.1.2.2-1"]);
}

#[test]
fn the_policy_restricts_the_methods() {
    let world = World::fapi2();
    for (method, requirements) in [
        (Method::None, &["FAPI2-SP-5.3.2.1-3", "FAPI2-SP-5.3.2.1-6"][..]),
        (Method::ClientSecretBasic, &["FAPI2-SP-5.3.2.1-6"]),
        (Method::ClientSecretPost, &["FAPI2-SP-5.3.2.1-6"]),
        (Method::ClientSecretJwt, &["FAPI2-SP-5.3.2.1-6"]),
    ] {
        refuses(&world, machine(method), Some(&"s".repeat(32)), METADATA, requirements);
    }
}

#[test]
fn every_method_needs_its_credential() {
    let world = World::new(OAUTH.policy());
    let with = |method, change: fn(&mut ClientMetadata)| {
        let mut metadata = machine(method);
        change(&mut metadata);
        metadata
    };
    let jwks = |metadata: &mut ClientMetadata| metadata.jwks = Some(Json::Object(Client::new("c", 10).key.jwks()));
    let both = |metadata: &mut ClientMetadata| {
        metadata.jwks = Some(Json::Object(Client::new("c", 10).key.jwks()));
        metadata.jwks_uri = Some("https://client.example/jwks".into());
    };
    let two_names = |metadata: &mut ClientMetadata| {
        metadata.tls_client_auth_san_dns = Some("a.example".into());
        metadata.tls_client_auth_san_email = Some("a@a.example".into());
    };
    let no_name = |metadata: &mut ClientMetadata| metadata.tls_client_auth_san_ip = Some("a.example".into());
    let cases: [(ClientMetadata, Option<&str>, &str); 13] = [
        (with(Method::ClientSecretBasic, |_| {}), None, "RFC6749-2.3.2-1"),
        (with(Method::ClientSecretBasic, |_| {}), Some(""), "RFC6749-2.3.2-1"),
        (with(Method::ClientSecretPost, |_| {}), None, "RFC6749-2.3.2-1"),
        (with(Method::ClientSecretJwt, |_| {}), Some("short"), "OIDCC-16.19-1"),
        (with(Method::PrivateKeyJwt, |_| {}), None, "RFC7523-3-8"),
        (with(Method::PrivateKeyJwt, |_| {}), Some("secret"), "RFC7523-3-8"),
        (with(Method::PrivateKeyJwt, both), None, "RFC7591-2-2"),
        (with(Method::TlsClientAuth, |_| {}), None, "RFC8705-2.1-1"),
        (with(Method::TlsClientAuth, two_names), None, "RFC8705-2.1-1"),
        (with(Method::TlsClientAuth, no_name), None, "RFC8705-2.1-1"),
        (with(Method::SelfSignedTlsClientAuth, |_| {}), None, "RFC8705-2.2-1"),
        (with(Method::SelfSignedTlsClientAuth, both), None, "RFC7591-2-2"),
        (with(Method::ClientSecretBasic, both), Some("a secret"), "RFC7591-2-2"),
    ];
    for (metadata, secret, requirement) in cases {
        refuses(&world, metadata, secret, METADATA, &[requirement]);
    }
    let mut public = ClientMetadata::new("app", Method::None);
    public.redirect_uris = vec!["https://app.example/cb".into()];
    refuses(&world, public, Some("secret"), METADATA, &["RFC6749-2.3.2-1"]);
    world.registered(with(Method::PrivateKeyJwt, jwks), None);
}

#[test]
fn keys_are_public_and_usable() {
    let world = World::fapi2();
    let key = Client::new("client-1", 10).key;
    let set = |keys: Vec<Object>| Some(Json::Object(Object::default().with("keys", keys)));
    let unknown = || Object::default().with("kty", "AKP").with("kid", "pq-1").with("alg", "ML-DSA-65");
    for (jwks, requirements) in [
        (Some(Json::from("keys")), &["RFC7517-4-1"][..]),
        (Some(Json::Object(Object::default())), &["RFC7517-4-1"]),
        (set(vec![key.named().with("d", "AA")]), &["OIDCR-2-10", "RFC7517-9.2-1"]),
        (set(vec![key.named(), Object::default().with("kty", "oct")]), &["OIDCR-2-10", "RFC7517-9.2-1"]),
        (set(vec![]), &["RFC7523-3-8"]),
        (set(vec![key.named().with("x", "AA")]), &["RFC7518-6.2.1-1", "RFC7523-3-8"]),
        (set(vec![unknown(), key.named().with("use", "enc")]), &["RFC7517-4-1", "RFC7517-4.2-1", "RFC7523-3-8"]),
    ] {
        let mut metadata = Client::new("client-1", 10).metadata();
        metadata.jwks = jwks;
        refuses(&world, metadata, None, METADATA, requirements);
    }
    let certificate = |jwks| {
        let mut metadata = machine(Method::SelfSignedTlsClientAuth);
        metadata.jwks = jwks;
        metadata
    };
    refuses(&world, certificate(set(vec![key.named()])), None, METADATA, &["RFC8705-2.2-1"]);
}

/// A set by value is read like one at `jwks_uri`: its other keys do not matter, and are listed for a log.
#[test]
fn keys_of_no_use_beside_a_good_one_are_skipped_and_listed() {
    let world = World::fapi2();
    let client = Client::new("client-1", 10);
    let other = [
        Object::default().with("kty", "AKP").with("kid", "pq-1").with("alg", "ML-DSA-65").with("pub", "AAAA").with("use", "sig"),
        client.key.named().with("use", "enc").with("kid", "enc-1"),
        client.key.named().with("x", "AA"),
    ];
    let mut metadata = client.metadata();
    let keys: Vec<_> = other.into_iter().chain([client.key.named()]).collect();
    metadata.jwks = Some(Json::Object(Object::default().with("keys", keys)));
    let listed = Registration::of(metadata.clone()).skipped_keys(world.server.settings());
    let listed: Vec<_> = listed.iter().map(ToString::to_string).collect();
    assert_eq!(
        listed,
        [
            r#"keys[0] ("pq-1"): the key type is unknown"#,
            r#"keys[1] ("enc-1"): the key is not meant for verification"#,
            r#"keys[2] ("k1"): the point is not valid for the curve"#,
        ]
    );
    world.registered(metadata, None);
    assert_eq!(client.push(&world, &[]).reply.status(), 201);
}

#[test]
fn signing_algorithms_must_be_supported_and_allowed() {
    let world = World::fapi2();
    for (algorithm, requirement) in [(Algorithm::RS256, "FAPI2-SP-5.4.1-1.2"), (Algorithm::PS256, "OIDCC-2-5")] {
        let mut metadata = Client::new("client-1", 10).metadata();
        metadata.id_token_signed_response_alg = Some(algorithm);
        let outcome = world.register(metadata, None);
        assert_eq!(ids(&outcome).len(), 1);
        assert!(ids(&outcome)[0].starts_with(&requirement[..5]), "{:?}", ids(&outcome));
    }
    let mut metadata = Client::new("client-1", 10).metadata();
    metadata.token_endpoint_auth_signing_alg = Some(Algorithm::RS256);
    refuses(&world, metadata, None, METADATA, &["FAPI-CLIENTS-1", "OIDCC-9-6", "FAPI2-SP-5.4.1-1.2"]);
}

#[test]
fn a_client_that_clashes_with_a_later_policy_is_not_served() {
    let world = World::new(OAUTH.policy());
    let client = Client::new("client-1", 10);
    let mut metadata = client.metadata();
    metadata.token_endpoint_auth_signing_alg = Some(Algorithm::RS256);
    world.registered(metadata, None);
    let tightened = World::fapi2();
    tightened.store.replace(world.store.take());
    let before = tightened.holdings();
    let outcome = client.push(&tightened, &[]);
    refused(&outcome, 400, "unauthorized_client", &["FAPI-CLIENTS-1", "OIDCC-9-6", "FAPI2-SP-5.4.1-1.2"]);
    assert_eq!((outcome.event.client.as_deref(), &*tightened.written_since(&before)), (Some("client-1"), ""));
}

#[test]
fn a_client_may_register_a_stricter_profile() {
    let world = World::new(OAUTH.policy());
    let client = Client::new("client-1", 10);
    world.registered(under_fapi2(client.metadata()), None);
    refused(&client.push(&world, &[("code_challenge_method", Some("plain"))]), 400, "invalid_request", &["FAPI2-SP-5.3.2.2-5"]);
    let machine = under_fapi2(machine(Method::ClientSecretBasic));
    refuses(&world, machine, Some("secret"), METADATA, &["FAPI2-SP-5.3.2.1-6"]);
}
