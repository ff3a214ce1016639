//! A server, a profile, an API, a client and its operator can demand that authorization requests are signed.

use crate::support::client::{Client, pairs};
use crate::support::refusal::refused;
use crate::support::request_object::{At, fapi2_signed};
use crate::support::*;
use fapi::jose::Algorithm;
use fapi::policy::{AuthenticationMethod, FAPI2_SIGNED_REQUESTS, OAUTH};
use fapi::*;

/// Sends the parameters of a request as they are, to both endpoints.
fn unsigned(world: &World, client: &Client) -> [Vec<&'static str>; 2] {
    let pushed = client.push(world, &[]);
    assert_eq!((pushed.reply.status().as_u16(), &*member(&pushed.reply, "error")), (400, "invalid_request"));
    let parameters = client.push_parameters();
    let request = get(&pairs(&parameters));
    let presented = world.drive(world.server.authorization_request(Inbound::new(&request), world.context()));
    refused(&presented, 400, "invalid_request", &ids(&presented));
    [ids(&pushed), ids(&presented)]
}

#[test]
fn by_the_metadata_of_a_client() {
    let world = World::new(OAUTH.policy());
    let client = Client::new("client-1", 10);
    let mut metadata = client.metadata();
    metadata.require_signed_request_object = true;
    world.registered(metadata, None);
    client.accepted_at_both(&world, &client.object(&world, &[]));
    assert_eq!(unsigned(&world, &client), [["RFC9101-10.5-1"], ["RFC9101-10.5-1"]]);
}

#[test]
fn by_its_operator() {
    let world = World::new(OAUTH.policy());
    let client = Client::new("client-1", 10);
    let mut terms = ClientTerms::default();
    terms.signed_request_object.required = true;
    world.registered(Registration::of(client.metadata()).terms(terms), None);
    client.accepted_at_both(&world, &client.object(&world, &[]));
    assert_eq!(unsigned(&world, &client), [["OCP-JAR-02"], ["OCP-JAR-02"]]);
}

#[test]
fn by_a_profile_of_a_client() {
    let world = World::new(OAUTH.policy());
    let client = Client::new("client-1", 10);
    let mut terms = ClientTerms::default();
    terms.profiles = vec![FAPI2_SIGNED_REQUESTS.id()];
    world.registered(Registration::of(client.metadata()).terms(terms), None);
    client.accepted_at_both(&world, &client.object(&world, &[]));
    assert_eq!(unsigned(&world, &client), [["FAPI2-MS-5.3.1-1"], ["FAPI2-MS-5.3.1-1"]]);
}

#[test]
fn by_the_api_that_it_is_for() {
    let mut settings = settings(OAUTH.policy());
    settings.apis[0].profiles = vec![FAPI2_SIGNED_REQUESTS.id()];
    let world = World::with(settings);
    let client = Client::registered(&world, "client-1", 10);
    client.accepted_at_both(&world, &client.object(&world, &[]));
    assert_eq!(unsigned(&world, &client), [["FAPI2-MS-5.3.1-1"], ["FAPI2-MS-5.3.1-1"]]);
    let without_nbf = client.object(&world, &[("nbf", None)]);
    client.refused_at_both(&world, &without_nbf, At::Client, "invalid_request_object", &["FAPI2-MS-5.3.1-3"]);
}

#[test]
fn by_a_server_whose_metadata_says_so() {
    let world = World::new(fapi2_signed());
    let client = Client::registered(&world, "client-1", 10);
    let object = client.object(&world, &[]);
    let pushed = client.push_object(&world, &object, &[]);
    prompt(client.present(&world, &member(&pushed.reply, "request_uri"), None));
    refused(&client.push(&world, &[]), 400, "invalid_request", &["FAPI2-MS-5.3.1-1", "RFC9101-10.5-2"]);
    refused(&client.present_object(&world, &object, &[]), 400, "invalid_request", &["FAPI2-SP-5.3.2.2-3"]);
    let says = |policy| {
        let metadata = serde_json::to_value(World::new(policy).server.metadata()).unwrap();
        (metadata["require_signed_request_object"].clone(), metadata["request_object_signing_alg_values_supported"].clone())
    };
    let algorithms = serde_json::json!(["ES256", "PS256", "EdDSA", "Ed25519"]);
    assert_eq!(says(fapi2_signed()), (true.into(), algorithms));
    let (required, algorithms) = says(OAUTH.policy());
    assert_eq!(required, false);
    assert!(algorithms.as_array().unwrap().iter().all(|name| name != "none" && !name.as_str().unwrap().starts_with("HS")));
}

/// A request that was pushed unsigned is refused if it would have to be signed now.
#[test]
fn from_one_moment_to_the_next() {
    let world = World::new(OAUTH.policy());
    let client = Client::registered(&world, "client-1", 10);
    let unsigned = member(&client.push(&world, &[]).reply, "request_uri");
    let signed = member(&client.push_object(&world, &client.object(&world, &[]), &[]).reply, "request_uri");
    let shown = prompt(client.present(&world, &unsigned, None));
    let mut metadata = client.metadata();
    metadata.require_signed_request_object = true;
    world.registered(metadata, None);
    let rechecked = &["RFC9101-10.5-1", "RFC9126-7.4-1"];
    refused(&client.present(&world, &unsigned, None), 400, "invalid_request", rechecked);
    refused(&client.answer(&world, &shown, Client::login()), 400, "invalid_request", rechecked);
    prompt(client.present(&world, &signed, None));
}

#[test]
fn with_the_registered_algorithm() {
    let world = World::new(OAUTH.policy());
    let client = Client::new("client-1", 10);
    let mut metadata = client.metadata();
    metadata.request_object_signing_alg = Some(Algorithm::ES256);
    world.registered(metadata.clone(), None);
    let object = client.object(&world, &[]);
    client.accepted_at_both(&world, &object);
    metadata.jwks_uri = Some("https://client.example/jwks".into());
    metadata.jwks = None;
    metadata.request_object_signing_alg = Some(Algorithm::PS256);
    metadata.token_endpoint_auth_method = AuthenticationMethod::None;
    metadata.grant_types.retain(|grant| grant.as_str() == "authorization_code");
    world.registered(metadata, None);
    refused(&client.present_object(&world, &object, &[]), 400, "invalid_request_object", &["OIDCC-6.3.2-1"]);
}

#[test]
fn of_clients_that_can_sign() {
    let mistakes = |change: &dyn Fn(&mut ClientMetadata, &mut ClientTerms)| {
        let client = Client::new("client-1", 10);
        let (mut metadata, mut terms) = (client.metadata(), ClientTerms::default());
        change(&mut metadata, &mut terms);
        let registration = Registration::of(metadata).terms(terms).secret("a secret of at least 32 octets, so long".to_owned());
        let found = registration.mistakes(&settings(OAUTH.policy()), Timestamp::from_seconds(1_800_000_000));
        found.iter().map(|mistake| (mistake.member, mistake.requirements[0].id)).collect::<Vec<_>>()
    };
    let by_secret = |metadata: &mut ClientMetadata| {
        metadata.token_endpoint_auth_method = AuthenticationMethod::ClientSecretBasic;
        metadata.jwks = None;
    };
    assert_eq!(mistakes(&|_, _| ()), []);
    assert_eq!(mistakes(&|metadata, _| by_secret(metadata)), []);
    assert_eq!(mistakes(&|metadata, _| metadata.require_signed_request_object = true), []);
    let without = |metadata: &mut ClientMetadata, _: &mut ClientTerms| {
        by_secret(metadata);
        metadata.require_signed_request_object = true;
    };
    assert_eq!(mistakes(&without), [("require_signed_request_object", "RFC9101-6.2-1")]);
    let at_address = |metadata: &mut ClientMetadata, _: &mut ClientTerms| {
        by_secret(metadata);
        metadata.require_signed_request_object = true;
        metadata.jwks_uri = Some("https://client.example/jwks".into());
    };
    assert_eq!(mistakes(&at_address), []);
    let unfit = |metadata: &mut ClientMetadata, _: &mut ClientTerms| metadata.request_object_signing_alg = Some(Algorithm::PS256);
    assert_eq!(mistakes(&unfit), [("request_object_signing_alg", "RFC9101-6.2-1")]);
    let secret =
        |metadata: &mut ClientMetadata, _: &mut ClientTerms| metadata.request_object_signing_alg = Some(Algorithm::HS256);
    let found = mistakes(&secret);
    assert!(found.contains(&("request_object_signing_alg", "RFC9101-6.2-3")), "{found:?}");
    let required = |metadata: &mut ClientMetadata, terms: &mut ClientTerms| {
        by_secret(metadata);
        terms.signed_request_object.required = true;
    };
    assert_eq!(mistakes(&required), [("signed_request_object", "RFC9101-6.2-1")]);
    let listed = |kid: &'static str| {
        mistakes(&move |_, terms: &mut ClientTerms| terms.signed_request_object.credentials = vec![kid.into()])
    };
    assert_eq!((listed("k1"), listed("k2")), (vec![], vec![("signed_request_object", "OCP-CLI-25")]));
    let uris = |uri: &'static str| mistakes(&move |metadata: &mut ClientMetadata, _| metadata.request_uris = vec![uri.into()]);
    assert_eq!(uris("https://client.example/request#hash"), []);
    assert_eq!(uris("http://client.example/request"), [("request_uris", "OIDCC-6-2")]);
    assert_eq!(uris("urn:x"), [("request_uris", "OIDCC-6-2")]);
}

#[test]
fn at_servers_that_take_them() {
    let mut settings = settings(OAUTH.policy());
    settings.switches.request_parameter = false;
    let world = World::with(settings);
    let mut metadata = Client::new("client-1", 10).metadata();
    metadata.require_signed_request_object = true;
    refused(&world.register(metadata, None), 400, "invalid_client_metadata", &["OIDCC-6.1-1"]);
    let metadata = serde_json::to_value(world.server.metadata()).unwrap();
    assert_eq!(metadata["request_parameter_supported"], false);
    assert_eq!(metadata.get("request_object_signing_alg_values_supported"), None);
    let members = World::new(OAUTH.policy());
    let metadata = serde_json::to_value(members.server.metadata()).unwrap();
    assert_eq!(metadata["request_parameter_supported"], true);
}
