//! Events name what an operator needs: the words that the peer was told, the identity that it claimed, the keys that cannot be
//! used, and the user, grant, scope and API of what was accepted.

use crate::support::client::{Client, REDIRECT};
use crate::support::refusal::posted;
use crate::support::*;
use fapi::jose::{Json, JwkError, Object};
use fapi::*;

fn detail<R>(outcome: &Outcome<R>) -> &str {
    match &outcome.event.disposition {
        Disposition::Refused { detail, .. } => detail.as_str(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_peer_and_the_event_are_told_the_same() {
    let world = World::fapi2();
    let client = Client::registered(&world, "client-1", 10);
    let outcome = client.push(&world, &[("redirect_uri", Some("https://client.example/cb/"))]);
    let words = "redirect_uri matches none of the registered redirect URIs; they are compared character by character.";
    assert_eq!(detail(&outcome), words);
    let ids = ids(&outcome).join(", ");
    assert_eq!(member(&outcome.reply, "error_description"), format!("{words} ({ids})"));
}

#[test]
fn a_raw_space_in_a_form_is_located() {
    let world = World::fapi2();
    let request = posted("client_id=client-1&scope=openid accounts");
    let outcome = world.drive(world.server.pushed_authorization_request(Inbound::new(&request), world.context()));
    let words = "The parameters cannot be read: scope (parameter 2) has the octet 0x20, which must be escaped as %20.";
    assert_eq!(detail(&outcome), words);
}

#[test]
fn expired_and_too_far_ahead_are_told_apart() {
    let world = World::fapi2();
    let client = Client::registered(&world, "client-1", 10);
    let assertion = |changes: Object| {
        let claims = changes.iter().fold(client.claims(&world), |claims, (name, value)| claims.with(name, value.clone()));
        client.push(&world, &[("client_assertion", Some(&client.assert(&claims)))])
    };
    let now = world.now.get();
    let cases = [
        (("exp", now - 5), "The client assertion expired 5 s ago, by the clock of this server."),
        (("exp", now + 90_000), "exp of the client assertion is 90000 s ahead; at most 86400 s are allowed."),
        (("nbf", now + 31), "nbf of the client assertion is 31 s in the future; at most 30 s are allowed."),
        (("iat", now + 61), "iat of the client assertion is 61 s in the future; expected: at most 60 s."),
    ];
    for ((name, value), words) in cases {
        assert_eq!(detail(&assertion(Object::default().with(name, value))), words);
    }
}

#[test]
fn a_claim_that_is_not_proven_is_named() {
    let world = World::fapi2();
    let client = Client::registered(&world, "client-1", 10);
    let stranger = Client::new("client-1", 77);
    let outcome = client.push(&world, &[("client_assertion", Some(&stranger.assertion(&world)))]);
    let claimed = outcome.event.claimed.as_ref().expect("a claim");
    assert_eq!((claimed.client_id.as_deref(), claimed.kid.as_deref()), (Some("client-1"), Some("k1")));
    assert_eq!((claimed.method, outcome.event.client.as_deref()), (Some("private_key_jwt"), None));

    let outcome = client.push(&world, &[("client_assertion", Some("a.b.c"))]);
    let claimed = outcome.event.claimed.as_ref().expect("a claim");
    assert_eq!((claimed.client_id.as_deref(), claimed.kid.as_deref()), (Some("client-1"), None));

    let long = "x".repeat(5_000);
    let outcome = world.drive(world.server.token_request(Inbound::new(&post(&[("client_id", &*long)])), world.context()));
    let claimed = outcome.event.claimed.expect("a claim");
    assert_eq!(claimed.client_id.map(|text| text.len()), Some(Claimed::LENGTH), "only the beginning is kept");

    let proven = client.push(&world, &[("scope", Some("nothing-of-that"))]);
    assert_eq!((proven.event.claimed, proven.event.client.as_deref()), (None, Some("client-1")));
}

#[test]
fn keys_that_cannot_be_used_are_named() {
    let world = World::fapi2();
    let client = Client::new("client-1", 10);
    let mut metadata = client.metadata();
    let url = "https://client.example/jwks";
    (metadata.jwks, metadata.jwks_uri) = (None, Some(url.into()));
    world.registered(metadata, None);
    let publish = |set: &str| {
        let now = world.now.get();
        world.documents.borrow_mut().insert(url.to_owned(), (set.to_owned(), now));
        client.push(&world, &[])
    };
    let own = client.key.public().to_json();
    let outcome = publish(&format!(r#"{{"keys":[{{"kty":"AKP","kid":"pq"}},{own},{{"kty":"EC"}}]}}"#));
    assert_eq!(outcome.reply.status(), 201, "{:?}", outcome.event);
    let [unusable] = &outcome.event.unusable_keys[..] else { panic!("{:?}", outcome.event) };
    assert_eq!((unusable.jwks_uri.as_deref(), &unusable.set), (Some(url), &None));
    let skipped: Vec<_> = unusable.skipped.iter().map(|key| (key.index, key.kid.as_deref(), key.error)).collect();
    assert_eq!(skipped, [(0, Some("pq"), JwkError::TypeUnknown), (2, None, JwkError::Member("crv"))]);

    world.pass(1);
    let outcome = publish("<html>");
    let [unusable] = &outcome.event.unusable_keys[..] else { panic!("{:?}", outcome.event) };
    assert!(unusable.jwks_uri.as_deref() == Some(url) && unusable.set.is_some(), "{unusable:?}");
    assert!(detail(&outcome).starts_with("Client assertion: the JWK Set is invalid"), "{}", detail(&outcome));
}

#[test]
fn what_was_accepted_is_named() {
    let world = World::fapi2();
    let client = Client::registered(&world, "client-1", 10);
    let pushed = client.push(&world, &[]);
    let asked = pushed.event.concerned.as_ref().expect("rights");
    assert_eq!((asked.scope.to_string().as_str(), asked.audience.as_deref()), ("openid accounts", Some("https://api.example")));
    assert_eq!(asked.grant, None);

    let tokens = client.redeem(&world, &client.code(&world, &[]));
    let issued = tokens.event.issued.as_ref().expect("an issue");
    assert_eq!(tokens.event.subject.as_deref(), Some("alice"));
    let grant = issued.grant.clone().expect("a grant");

    let token = member(&tokens.reply, "access_token");
    for event in [client.resource(&world, &token).event, client.userinfo(&world, &token).event] {
        let used = event.concerned.expect("rights");
        assert_eq!((event.subject.as_deref(), used.grant.as_ref()), (Some("alice"), Some(&grant)));
        assert_eq!((used.scope.to_string().as_str(), used.audience.as_deref()), ("openid accounts", Some("https://api.example")));
    }
    let refresh = member(&tokens.reply, "refresh_token");
    let caller = client.assertion(&world);
    let kind = ("client_assertion_type", crate::support::client::BEARER);
    let request = post(&[("token", &*refresh), ("client_assertion", &*caller), kind]);
    let revoked = world.drive(world.server.revocation_request(Inbound::new(&request), world.context())).event;
    let withdrawn = revoked.concerned.expect("rights");
    assert_eq!((revoked.subject.as_deref(), withdrawn.grant.as_ref()), (Some("alice"), Some(&grant)));
}

#[test]
fn a_mistake_in_a_registration_is_named_with_its_place() {
    let world = World::fapi2();
    let mut metadata = Client::new("client-1", 10).metadata();
    metadata.redirect_uris = vec![REDIRECT.into(), "https://*.example/cb".into()];
    metadata.jwks = Some(Json::parse(br#"{"keys":[{"kty":"AKP"}]}"#).expect("JSON"));
    let mistakes = Registration::of(metadata).mistakes(world.server.settings(), Timestamp::from_seconds(world.now.get()));
    let texts: Vec<_> = mistakes.iter().map(|mistake| (mistake.member, mistake.detail.as_str())).collect();
    let uri = ("redirect_uris", "Entry 2 of redirect_uris: the redirect URI has no valid host or path.");
    assert!(texts.contains(&uri), "{texts:?}");
    assert!(texts.contains(&("jwks", "No key of jwks can be used; key 1: the key type is unknown.")), "{texts:?}");
}
