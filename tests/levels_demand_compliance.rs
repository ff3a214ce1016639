//! A compliance level brings its rules into force for one client, whatever the server's policy is, and is judged per request.

use crate::support::client::{Client, REDIRECT, VERIFIER, pairs};
use crate::support::*;
use fapi::policy::{AuthenticationMethod as Method, LEVELS, Level, OAUTH, Policy};
use fapi::*;

fn terms(level: Option<Level>) -> ClientTerms {
    let mut terms = ClientTerms::default();
    terms.compliance_level = level;
    terms
}

fn registered(world: &World, level: Option<Level>) -> Client {
    let client = Client::new("client-1", 10);
    world.registered(Registration::of(client.metadata()).terms(terms(level)), None);
    client
}

fn authorize(world: &World, client: &Client) -> Outcome<Navigation> {
    let request = get(&pairs(&client.push_parameters()));
    world.drive(world.server.authorization_request(Inbound::new(&request), world.context()))
}

#[test]
fn requests_are_pushed_with_s256_under_a_level_alone() {
    let world = World::new(OAUTH.policy());
    let client = registered(&world, None);
    prompt(authorize(&world, &client));
    assert_eq!(client.push(&world, &[("code_challenge", None), ("code_challenge_method", None)]).reply.status(), 201);

    let client = registered(&world, Some(Level::Fapi2SpPkjDpop));
    let told = authorize(&world, &client);
    assert!(ids(&told).contains(&"OCP-FAPI-04"), "{:?}", told.event);
    let told = client.push(&world, &[("code_challenge", None), ("code_challenge_method", None)]);
    assert!(ids(&told).contains(&"OCP-FAPI-05"), "{:?}", told.event);
    let told = client.push(&world, &[("code_challenge", Some(VERIFIER)), ("code_challenge_method", Some("plain"))]);
    assert!(ids(&told).contains(&"OCP-FAPI-05"), "{:?}", told.event);
    let told = client.push(&world, &[("redirect_uri", None)]);
    assert!(ids(&told).contains(&"OCP-FAPI-17"), "{:?}", told.event);
    assert_eq!(client.push(&world, &[]).reply.status(), 201);
}

#[test]
fn tokens_of_a_level_are_bound() {
    let world = World::new(OAUTH.policy());
    let client = registered(&world, None);
    let form = [("grant_type", "client_credentials"), ("scope", "accounts")];
    assert_eq!(client.token_with(&world, &form, None).reply.status(), 200);
    let client = registered(&world, Some(Level::Fapi2SpPkjDpop));
    let told = client.token_with(&world, &form, None);
    assert!(told.reply.status() == 400 && ids(&told).contains(&"FAPI2-SP-5.3.2.1-4"), "{:?}", told.event);
    assert_eq!(client.token(&world, &form).reply.status(), 200);
    // A level with certificates admits no other binding.
    let client = registered(&world, Some(Level::Fapi2SpPkjMtls));
    let told = client.token(&world, &form);
    assert!(ids(&told).contains(&"OCP-MTLS-22"), "{:?}", told.event);
}

#[test]
fn a_level_decides_how_clients_authenticate() {
    let settings = settings(Policy::default());
    let now = Timestamp::from_seconds(1_800_000_000);
    let found = |method, level| {
        let mut metadata = ClientMetadata::new("app", method);
        metadata.redirect_uris = vec![REDIRECT.into()];
        let found = Registration::of(metadata).terms(terms(Some(level))).mistakes(&settings, now);
        let wrong = found.into_iter().filter(|mistake| mistake.member == "token_endpoint_auth_method");
        wrong.flat_map(|mistake| mistake.requirements).map(|requirement| requirement.id).collect::<Vec<_>>()
    };
    let by_key = [Level::Fapi2SpPkjMtls, Level::Fapi2SpPkjDpop, Level::Fapi1AdvPkjPar];
    for row in LEVELS {
        let keyed = by_key.contains(&row.level);
        let id = if keyed { "OCP-FAPI-13" } else { "OCP-FAPI-14" };
        for (method, allowed) in [
            (Method::PrivateKeyJwt, keyed),
            (Method::TlsClientAuth, !keyed),
            (Method::SelfSignedTlsClientAuth, !keyed),
            (Method::ClientSecretBasic, false),
            (Method::None, false),
        ] {
            let found = found(method, row.level);
            assert_eq!(found.contains(&id), !allowed, "{} {method:?}: {found:?}", row.name);
            assert_eq!(found.is_empty(), allowed, "{} {method:?}: {found:?}", row.name);
        }
    }
}

#[test]
fn a_level_that_contradicts_the_client_is_refused() {
    let world = World::new(OAUTH.policy());
    let mut metadata = Client::new("client-1", 10).metadata();
    metadata.dpop_bound_access_tokens = true;
    world.registered(Registration::of(metadata.clone()).terms(terms(Some(Level::Fapi2SpPkjDpop))), None);
    let told = world.register(Registration::of(metadata).terms(terms(Some(Level::Fapi2SpPkjMtls))), None);
    assert!(ids(&told).contains(&"OCP-MTLS-22") && ids(&told).contains(&"FAPI-CLIENTS-1"), "{:?}", told.event);
}
