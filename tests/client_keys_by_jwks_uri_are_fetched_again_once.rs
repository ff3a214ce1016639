//! A client's published keys are fetched, and fetched once more if none of them verifies a signature.

use crate::support::client::Client;
use crate::support::keys::Key;
use crate::support::refusal::refused;
use crate::support::*;
use fapi::jose::Object;
use fapi::*;

const URL: &str = "https://client.example/jwks";

fn world() -> (World, Client) {
    let world = World::fapi2();
    let client = Client::new("client-1", 10);
    let mut metadata = client.metadata();
    (metadata.jwks, metadata.jwks_uri) = (None, Some(URL.into()));
    world.registered(metadata, None);
    (world, client)
}

fn publish(world: &World, at: &str, keys: &Key, fetched_at: i64) {
    let body = serde_json::to_string(&keys.jwks()).unwrap();
    world.documents.borrow_mut().insert(at.to_owned(), (body, fetched_at));
}

#[test]
fn a_cached_set_is_enough() {
    let (world, client) = world();
    publish(&world, URL, &client.key, world.now.get() - 60);
    assert_eq!(client.push(&world, &[]).reply.status(), 201);
    assert_eq!(world.traced(), "load fetch commit");
}

#[test]
fn an_unknown_key_causes_one_refetch() {
    let (world, client) = world();
    publish(&world, &format!("fetch {URL}"), &Key::es256("old", 77), world.now.get() - 60);
    publish(&world, &format!("refetch {URL}"), &client.key, world.now.get());
    assert_eq!(client.push(&world, &[]).reply.status(), 201);
    assert_eq!(world.traced(), "load fetch refetch commit");
}

#[test]
fn a_new_key_with_an_old_kid_is_found() {
    let (world, client) = world();
    publish(&world, &format!("fetch {URL}"), &Key::es256("k1", 77), world.now.get() - 60);
    publish(&world, &format!("refetch {URL}"), &client.key, world.now.get());
    assert_eq!(client.push(&world, &[]).reply.status(), 201);
    assert_eq!(world.traced(), "load fetch refetch commit");
}

#[test]
fn a_key_that_stays_unknown_is_refused() {
    let (world, client) = world();
    publish(&world, URL, &Key::es256("old", 77), world.now.get() - 60);
    let before = world.holdings();
    refused(&client.push(&world, &[]), 400, "invalid_client", &["RFC7523-3-8", "RFC7515-6-1"]);
    assert_eq!((world.traced(), world.written_since(&before)), ("load fetch refetch".into(), String::new()));
}

#[test]
fn a_set_that_was_just_fetched_is_not_fetched_again() {
    let (world, client) = world();
    publish(&world, URL, &Key::es256("old", 77), world.now.get());
    refused(&client.push(&world, &[]), 400, "invalid_client", &["RFC7523-3-8", "RFC7515-6-1"]);
    assert_eq!(world.traced(), "load fetch");
}

#[test]
fn a_refetch_that_fails_leaves_the_key_unknown() {
    let (world, client) = world();
    publish(&world, &format!("fetch {URL}"), &Key::es256("old", 77), world.now.get() - 60);
    refused(&client.push(&world, &[]), 400, "invalid_client", &["RFC7523-3-8", "RFC7515-6-1"]);
}

#[test]
fn without_a_key_set_the_request_is_answered_with_503() {
    let (world, client) = world();
    let outcome = client.push(&world, &[]);
    refused(&outcome, 503, "temporarily_unavailable", &[]);
    assert_eq!(outcome.event.disposition, Disposition::Unavailable);
}

#[test]
fn a_malformed_set_or_one_with_a_secret_is_refused() {
    let (world, client) = world();
    let secret = Object::default().with("keys", vec![client.key.named().with("d", "AA")]);
    for (body, requirement) in [
        ("<html>".to_owned(), "RFC7517-4-1"),
        ("{}".to_owned(), "RFC7517-4-1"),
        (serde_json::to_string(&secret).unwrap(), "OIDCR-2-10"),
        (r#"{"keys":[{"kty":"oct","k":"AAAA","kid":"s"}]}"#.to_owned(), "OIDCR-2-10"),
    ] {
        world.documents.borrow_mut().insert(URL.to_owned(), (body, world.now.get()));
        world.traced();
        refused(&client.push(&world, &[]), 400, "invalid_client", &["RFC7523-3-8", requirement]);
        assert_eq!(world.traced(), "load fetch");
    }
}

#[test]
fn a_broken_set_in_the_cache_is_fetched_again() {
    let (world, client) = world();
    let page = ("<html>We are maintaining this".to_owned(), world.now.get() - 60);
    world.documents.borrow_mut().insert(format!("fetch {URL}"), page);
    publish(&world, &format!("refetch {URL}"), &client.key, world.now.get());
    assert_eq!(client.push(&world, &[]).reply.status(), 201);
    assert_eq!(world.traced(), "load fetch refetch commit");
}

#[test]
fn an_algorithm_that_the_policy_refuses_costs_no_fetch() {
    let (world, client) = world();
    let header = Object::default().with("alg", "RS256").with("kid", "new");
    let assertion = client.key.jws(&header, &client.claims(&world));
    let outcome = client.push(&world, &[("client_assertion", Some(&assertion))]);
    refused(&outcome, 400, "invalid_client", &["FAPI2-SP-5.4.1-1.2"]);
    assert_eq!(world.traced(), "load");
}
