//! Refresh tokens: kept for clients that authenticate, bound or rotated for public clients, never widened.

use crate::support::client::{Client, REDIRECT, VERIFIER, with_proof};
use crate::support::keys::Key;
use crate::support::refusal::refused;
use crate::support::*;
use fapi::policy::{AuthenticationMethod as Method, Conjunct, OAUTH, Profile, RotationRule};
use fapi::*;
use rustls_pki_types::CertificateDer;

fn refresh(client: &Client, world: &World, token: &str, scope: Option<&str>) -> Outcome {
    let mut parameters = vec![("grant_type", "refresh_token"), ("refresh_token", token)];
    parameters.extend(scope.map(|scope| ("scope", scope)));
    client.token(world, &parameters)
}

fn granted(world: &World, client: &Client) -> String {
    member(&client.redeem(world, &client.code(world, &[])).reply, "refresh_token")
}

#[test]
fn a_confidential_client_keeps_its_token_and_may_change_its_key() {
    let world = World::fapi2();
    let client = Client::registered(&world, "client-1", 10);
    let token = granted(&world, &client);
    let renewed = Client { dpop: Key::es256("d2", 77), ..client.clone() };
    for client in [&client, &renewed, &client] {
        let outcome = refresh(client, &world, &token, None);
        assert_eq!(outcome.reply.status(), 200, "{:?}", outcome.event);
        let body: serde_json::Value = serde_json::from_slice(outcome.reply.body()).unwrap();
        assert_eq!((body.get("refresh_token"), &body["scope"]), (None, &"openid accounts".into()));
        assert!(matches!(client.resource(&world, &member(&outcome.reply, "access_token")).reply, Access::Allowed(_)));
    }
}

#[test]
fn wrong_requests_are_refused() {
    let world = World::fapi2();
    let (client, other) = (Client::registered(&world, "client-1", 10), Client::registered(&world, "client-2", 12));
    let token = granted(&world, &client);
    let before = world.holdings();
    refused(&refresh(&other, &world, &token, None), 400, "invalid_grant", &["RFC6749-6-2"]);
    refused(&refresh(&client, &world, "unknown", None), 400, "invalid_grant", &["RFC6749-5.2-5"]);
    refused(&refresh(&client, &world, "", None), 400, "invalid_request", &["RFC6749-5.2-4"]);
    refused(&refresh(&client, &world, &token, Some("accounts payments")), 400, "invalid_scope", &["RFC6749-6-1"]);
    refused(&refresh(&client, &world, &token, Some("a  b")), 400, "invalid_scope", &["RFC6749-3.3-3"]);
    let unproven = client.token_with(&world, &[("grant_type", "refresh_token"), ("refresh_token", &token)], None);
    refused(&unproven, 400, "invalid_request", &["FAPI2-SP-5.3.2.1-4"]);
    let written = world.written_since(&before);
    assert!(written.split(' ').all(|change| change == "+use_marker"), "{written}");
    let anonymous = post(&[("grant_type", "refresh_token"), ("refresh_token", &token), ("client_id", "client-1")]);
    let step = world.server.token_request(Inbound::new(&anonymous), world.context());
    assert_eq!(world.refuses(step, 400, "invalid_client", &["RFC6749-4.1.3-1", "RFC6749-5.2-3"]), "");
}

#[test]
fn a_refresh_may_request_less_scope_and_the_grant_keeps_the_rest() {
    let world = World::fapi2();
    let client = Client::registered(&world, "client-1", 10);
    let token = granted(&world, &client);
    let narrow = refresh(&client, &world, &token, Some("accounts")).reply;
    assert_eq!(member(&narrow, "scope"), "accounts");
    assert!(!String::from_utf8_lossy(narrow.body()).contains("id_token"));
    assert_eq!(member(&refresh(&client, &world, &token, None).reply, "scope"), "openid accounts");
}

#[test]
fn a_refreshed_id_token_has_the_same_user_and_no_nonce() {
    let world = World::fapi2();
    let client = Client::registered(&world, "client-1", 10);
    let token = granted(&world, &client);
    world.pass(100);
    let id_token = member(&refresh(&client, &world, &token, None).reply, "id_token");
    let claims = fapi::jose::base64url::decode(id_token.split('.').nth(1).unwrap()).unwrap();
    let claims: serde_json::Value = serde_json::from_slice(&claims).unwrap();
    assert_eq!((&claims["sub"], &claims["iat"], claims.get("nonce")), (&"alice".into(), &world.now.get().into(), None));
}

#[test]
fn use_extends_its_lifetime_and_disuse_ends_it() {
    let world = World::fapi2();
    let client = Client::registered(&world, "client-1", 10);
    let token = granted(&world, &client);
    let day = 86_400;
    for _ in 0..3 {
        world.pass(5 * day);
        let before = world.holdings();
        assert_eq!(refresh(&client, &world, &token, None).reply.status(), 200);
        assert_eq!(world.written_since(&before), "+use_marker +use_marker", "the lifetime is not extended during its first half");
    }
    world.pass(1);
    let before = world.holdings();
    assert_eq!(refresh(&client, &world, &token, None).reply.status(), 200);
    assert_eq!(world.written_since(&before), "+use_marker +use_marker ~grant ~refresh");
    for _ in 0..5 {
        world.pass(16 * day);
        assert_eq!(refresh(&client, &world, &token, None).reply.status(), 200);
    }
    world.pass(30 * day);
    refused(&refresh(&client, &world, &token, None), 400, "invalid_grant", &["RFC6749-5.2-5"]);
}

/// A public client with its world and a refresh token.
fn public(proof: bool) -> (World, Client, String) {
    public_at(proof, &[])
}

/// Like `public`, over a connection with this certificate, to which its tokens are then bound.
fn public_at(proof: bool, chain: &[CertificateDer<'_>]) -> (World, Client, String) {
    let mut settings = settings(OAUTH.policy());
    settings.profiles = fapi::policy::Profiles::default().with(&UNROTATED);
    let world = World::with(settings);
    let client = Client::new("app", 10);
    let mut metadata = ClientMetadata::new("app", Method::None);
    metadata.tls_client_certificate_bound_access_tokens = !chain.is_empty();
    metadata.redirect_uris = vec![REDIRECT.into()];
    metadata.grant_types = vec!["authorization_code".into(), "refresh_token".into()];
    world.registered(metadata, None);
    let mut parameters = client.push_parameters();
    parameters.retain(|(name, _)| name != "scope");
    parameters.push(("scope".into(), "accounts".into()));
    let request = get(&crate::support::client::pairs(&parameters));
    let shown = prompt(world.drive(world.server.authorization_request(Inbound::new(&request), world.context())));
    let shown = prompt(client.answer(&world, &shown, Client::login()));
    let code = redirected(&response(client.answer(&world, &shown, Client::consent("accounts"))), "code").unwrap();
    let parameters =
        [("grant_type", "authorization_code"), ("code", &*code), ("redirect_uri", REDIRECT), ("code_verifier", VERIFIER)];
    let redeemed = anonymously_at(&world, &client, &parameters, proof, chain);
    assert_eq!(redeemed.reply.status(), 200, "{:?}", redeemed.event);
    let token = member(&redeemed.reply, "refresh_token");
    (world, client, token)
}

fn anonymously(world: &World, client: &Client, parameters: &[(&str, &str)], proof: bool) -> Outcome {
    anonymously_at(world, client, parameters, proof, &[])
}

fn anonymously_at(
    world: &World,
    client: &Client,
    parameters: &[(&str, &str)],
    proof: bool,
    chain: &[CertificateDer<'_>],
) -> Outcome {
    let mut all = vec![("client_id", "app")];
    all.extend(parameters);
    let proof = proof.then(|| client.proof(world, "POST", "https://as.example/token"));
    let request = with_proof(post(&all), proof.as_deref());
    let inbound = Inbound::new(&request).certificates(ClientCertificates::Unverified { chain });
    world.drive(world.server.token_request(inbound, world.context()))
}

#[test]
fn an_unbound_token_of_a_public_client_is_rotated_and_its_replay_ends_the_grant() {
    let (world, client, first) = public(false);
    let before = world.holdings();
    let refreshed = anonymously(&world, &client, &[("grant_type", "refresh_token"), ("refresh_token", &first)], false);
    assert_eq!(world.written_since(&before), "+refresh ~grant");
    let second = member(&refreshed.reply, "refresh_token");
    let access = member(&refreshed.reply, "access_token");
    assert_ne!(first, second);
    let before = world.holdings();
    let replayed = anonymously(&world, &client, &[("grant_type", "refresh_token"), ("refresh_token", &first)], false);
    refused(&replayed, 400, "invalid_grant", &["RFC9700-4.14.2-1"]);
    assert_eq!(world.written_since(&before), "~grant");
    for token in [&first, &second] {
        let dead = anonymously(&world, &client, &[("grant_type", "refresh_token"), ("refresh_token", token)], false);
        refused(&dead, 400, "invalid_grant", &["RFC6749-5.2-5"]);
    }
    let request = http::Request::get("/").header("authorization", format!("Bearer {access}")).body(bytes::Bytes::new()).unwrap();
    let outcome = world.drive(world.server.resource_server("https://api.example").expect("an API").protect(
        Inbound::new(&request),
        RequiredAccess::token(),
        world.context(),
    ));
    refused(&outcome, 401, "invalid_token", &["RFC6750-3.1-2", "FAPI2-SP-5.3.4-3"]);
}

#[test]
fn rotation_extends_grant_and_token_alike() {
    let (world, client, mut token) = public(false);
    for _ in 0..8 {
        world.pass(14 * 86_400);
        let refreshed = anonymously(&world, &client, &[("grant_type", "refresh_token"), ("refresh_token", &token)], false);
        assert_eq!(refreshed.reply.status(), 200, "{:?}", refreshed.event);
        token = member(&refreshed.reply, "refresh_token");
    }
    world.pass(30 * 86_400);
    let expired = anonymously(&world, &client, &[("grant_type", "refresh_token"), ("refresh_token", &token)], false);
    refused(&expired, 400, "invalid_grant", &["RFC6749-5.2-5"]);
}

#[test]
fn a_bound_token_of_a_public_client_is_kept_and_needs_its_key() {
    let (world, client, token) = public(true);
    let parameters = [("grant_type", "refresh_token"), ("refresh_token", &*token)];
    let refreshed = anonymously(&world, &client, &parameters, true);
    assert_eq!(refreshed.reply.status(), 200, "{:?}", refreshed.event);
    assert!(!String::from_utf8_lossy(refreshed.reply.body()).contains("refresh_token"));
    let thief = Client { dpop: Key::es256("d2", 77), ..client.clone() };
    let before = world.holdings();
    refused(&anonymously(&world, &thief, &parameters, true), 400, "invalid_grant", &["RFC9449-5-4"]);
    refused(&anonymously(&world, &thief, &parameters, false), 400, "invalid_grant", &["RFC9449-5-4"]);
    assert_eq!(world.written_since(&before), "+use_marker", "the proof");
}

#[test]
fn a_token_of_a_public_client_that_is_bound_to_a_certificate_needs_it() {
    let certificate = || {
        let key = rcgen::KeyPair::generate().unwrap();
        rcgen::CertificateParams::default().self_signed(&key).unwrap().der().clone()
    };
    let (mine, other) = ([certificate()], [certificate()]);
    let (world, client, token) = public_at(false, &mine);
    let parameters = [("grant_type", "refresh_token"), ("refresh_token", &*token)];
    let refreshed = anonymously_at(&world, &client, &parameters, false, &mine);
    assert_eq!(refreshed.reply.status(), 200, "{:?}", refreshed.event);
    assert!(!String::from_utf8_lossy(refreshed.reply.body()).contains("refresh_token"), "the token must be kept");
    let before = world.holdings();
    refused(&anonymously(&world, &client, &parameters, false), 400, "invalid_request", &["RFC8705-3.4-1"]);
    refused(&anonymously_at(&world, &client, &parameters, false, &other), 400, "invalid_grant", &["RFC8705-4-1"]);
    assert_eq!(world.written_since(&before), "");
}

#[test]
fn a_client_without_the_grant_type_gets_none() {
    let world = World::fapi2();
    let client = Client::new("client-1", 10);
    let mut metadata = client.metadata();
    metadata.grant_types = vec!["authorization_code".into()];
    world.registered(metadata, None);
    let redeemed = client.redeem(&world, &client.code(&world, &[])).reply;
    assert!(!String::from_utf8_lossy(redeemed.body()).contains("refresh_token"));
    refused(&refresh(&client, &world, "x", None), 400, "unauthorized_client", &["RFC6749-5.2-6", "OCP-GRT-12"]);
}

/// No refresh token is rotated, so that a public client gets none that is not bound.
static UNROTATED: Profile = Profile::new("unrotated", "Rules of an ecosystem")
    .refresh_rotation(&[Conjunct::new(RotationRule::Never, &fapi::requirement::fapi2_sp::NO_REFRESH_ROTATION)]);

#[test]
fn a_token_that_the_policy_does_not_allow_any_more_is_void() {
    for bound in [false, true] {
        let (world, client, token) = public(bound);
        let mut registration = Registration::of(done(&world, "app"));
        registration.terms.profiles.push(UNROTATED.id());
        world.registered(registration, None);
        let before = world.holdings();
        let used = anonymously(&world, &client, &[("grant_type", "refresh_token"), ("refresh_token", &token)], bound);
        if bound {
            assert_eq!(used.reply.status(), 200, "{:?}", used.event);
        } else {
            refused(&used, 400, "invalid_grant", &["RFC9700-2.2.2-1"]);
            assert_eq!(world.written_since(&before), "");
        }
    }
}

fn done(world: &World, client_id: &str) -> ClientMetadata {
    match world.drive(world.server.client(client_id, world.context())).reply {
        Administered::Done(Some(client)) => client.metadata,
        other => panic!("{other:?}"),
    }
}
