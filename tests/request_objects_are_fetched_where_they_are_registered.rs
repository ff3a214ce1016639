//! A request object by reference: only where the server allows it, only from an address that the client registered, and each time
//! anew.

use crate::support::client::Client;
use crate::support::refusal::refused;
use crate::support::*;
use fapi::policy::OAUTH;
use fapi::*;

const URL: &str = "https://client.example/request";

fn world_with(served: bool) -> (World, Client) {
    let mut settings = settings(OAUTH.policy());
    settings.switches.request_uri_parameter = served;
    let world = World::with(settings);
    let client = Client::new("client-1", 10);
    let mut metadata = client.metadata();
    metadata.request_uris = vec![URL.into(), "https://client.example/other?a=b#GkurKxf5T0Y".into()];
    world.registered(metadata, None);
    (world, client)
}

fn publish(world: &World, url: &str, body: &str) {
    world.documents.borrow_mut().insert(url.to_owned(), (body.to_owned(), world.now.get()));
}

#[test]
fn it_is_taken_from_a_registered_address() {
    let (world, client) = world_with(true);
    publish(&world, URL, &client.object(&world, &[]));
    let shown = prompt(client.present(&world, URL, None));
    assert_eq!(world.traced(), "load refetch commit");
    let answered = response(client.answer(&world, &shown, UserDecision::Denied));
    assert_eq!(redirected(&answered, "state").as_deref(), Some("a state"));
    prompt(client.present(&world, URL, None));
    assert!(world.traced().contains("refetch"), "it is fetched each time");
}

/// A fragment says that the contents have changed, and is not sent.
#[test]
fn the_fragment_of_an_address_does_not_count() {
    let (world, client) = world_with(true);
    publish(&world, URL, &client.object(&world, &[]));
    publish(&world, "https://client.example/other?a=b", &client.object(&world, &[]));
    for url in [
        "https://client.example/request#0a1b2c",
        "https://client.example/other?a=b",
        "https://client.example/other?a=b#GkurKxf5T0Y",
        "https://client.example/other?a=b#changed",
    ] {
        prompt(client.present(&world, url, None));
    }
}

#[test]
fn other_addresses_are_not_called() {
    let (world, client) = world_with(true);
    for url in [
        "https://client.example/requests",
        "https://client.example/request?x",
        "https://client.example/other",
        "https://CLIENT.example/request",
        "https://evil.example/request",
        "https://localhost/",
    ] {
        publish(&world, url, &client.object(&world, &[]));
        refused(&client.present(&world, url, None), 400, "invalid_request_uri", &["OIDCC-6.2-3"]);
    }
    for url in ["http://client.example/request", "urn:x", "file:///etc/passwd", "request"] {
        refused(&client.present(&world, url, None), 400, "invalid_request_uri", &["OIDCC-6-2"]);
    }
    assert!(!world.traced().contains("fetch"));
}

#[test]
fn a_document_that_is_no_request_object_is_refused() {
    let (world, client) = world_with(true);
    refused(&client.present(&world, URL, None), 400, "invalid_request_uri", &["OIDCC-6.2.3-1"]);
    let good = client.object(&world, &[]);
    for body in ["", "<html>", "{}", &good[1..]] {
        publish(&world, URL, body);
        let outcome = client.present(&world, URL, None);
        assert_eq!((&*refusal::error_of(&response(outcome))), "invalid_request_object", "{body}");
    }
    publish(&world, URL, &format!("{good}\n"));
    prompt(client.present(&world, URL, None));
    let long = format!("{good}{}", "A".repeat(40_000));
    publish(&world, URL, &long);
    refused(&client.present(&world, URL, None), 400, "invalid_request_uri", &["RFC9101-10.4.1-1"]);
    publish(&world, URL, &good);
    for media_type in ["application/jwt", "application/oauth-authz-req+jwt; charset=utf-8", "Application/JWT"] {
        publish(&world, &format!("type {URL}"), media_type);
        prompt(client.present(&world, URL, None));
    }
    for media_type in ["", "text/html", "application/json", "application/jwk-set+json", "text/application/jwt"] {
        publish(&world, &format!("type {URL}"), media_type);
        refused(&client.present(&world, URL, None), 400, "invalid_request_uri", &["RFC9101-10.4.1-1"]);
    }
}

#[test]
fn it_is_checked_like_one_by_value() {
    let (world, client) = world_with(true);
    let other = Client::registered(&world, "client-2", 12);
    publish(&world, URL, &other.object(&world, &[]));
    let unverified = &["RFC9101-6.2-1", "RFC8725-3.3-1"];
    refused(&client.present(&world, URL, None), 400, "invalid_request_object", unverified);
    publish(&world, URL, &client.object(&world, &[("aud", Some("x".into()))]));
    refused(&client.present(&world, URL, None), 303, "invalid_request_object", &["RFC7519-4.1.3-1"]);
    publish(&world, URL, &client.object(&world, &[("request_uri", Some(URL.into()))]));
    refused(&client.present(&world, URL, None), 303, "invalid_request_object", &["OIDCC-6.1-3"]);
    publish(&world, URL, &client.object(&world, &[]));
    refused(&other.present(&world, URL, None), 400, "invalid_request_uri", &["OIDCC-6.2-3"]);
}

#[test]
fn by_default_the_server_takes_none() {
    let (world, client) = world_with(false);
    publish(&world, URL, &client.object(&world, &[]));
    let parameters = client.push_parameters();
    let mut parameters = client::pairs(&parameters);
    parameters.push(("request_uri", URL));
    let request = get(&parameters);
    let outcome = world.drive(world.server.authorization_request(Inbound::new(&request), world.context()));
    refused(&outcome, 303, "request_uri_not_supported", &["OIDCC-6.2-1"]);
    assert!(!world.traced().contains("fetch"));
    let says = |world: &World| {
        let metadata = serde_json::to_value(world.server.metadata()).unwrap();
        ["request_uri_parameter_supported", "require_request_uri_registration"].map(|name| metadata.get(name).cloned())
    };
    assert_eq!(says(&world), [Some(false.into()), None]);
    assert_eq!(says(&world_with(true).0), [Some(true.into()), Some(true.into())]);
}
