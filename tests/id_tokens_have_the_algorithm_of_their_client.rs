//! The algorithm of ID tokens: the registered one, a secret's for clients that authenticate, and RS256 for public clients where the
//! pipeline's rule is in force.

use crate::support::client::{CHALLENGE, REDIRECT, VERIFIER};
use crate::support::jwk::rsa_members;
use crate::support::keys::Key;
use crate::support::refusal::refused;
use crate::support::*;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::KeyPair as _;
use fapi::jose::{Algorithm, Jwk, Object, base64url};
use fapi::policy::{AuthenticationMethod as Method, FAPI2_SECURITY, OAUTH, PIPELINE, Policy};
use fapi::*;

const SECRET: &str = "a secret that is long enough for HS256";

fn pipeline() -> Policy {
    OAUTH.policy().tighten(&PIPELINE.policy()).unwrap()
}

/// A server with a key for ES256 and, if there is to be one, a key for RS256.
fn world(mut policy: Policy, rs256: bool) -> World {
    policy.client_grant = Default::default();
    let mut settings = settings(policy);
    if rs256 {
        let rsa = KeyPair::generate(KeySize::Rsa2048).unwrap();
        let members = rsa_members(rsa.public_key().as_ref());
        let jwk = Object::parse(format!(r#"{{{members},"kid":"as-2","alg":"RS256"}}"#).as_bytes()).unwrap();
        let jwk = Jwk::parse(&jwk, settings.primitives).unwrap();
        settings.keys = ServerKeys::new(vec![Key::es256("as-1", 1).public(), jwk]);
    }
    World::with(settings)
}

fn registration(method: Method, algorithm: Option<Algorithm>) -> Registration {
    let mut metadata = ClientMetadata::new("app", method);
    metadata.redirect_uris = vec![REDIRECT.into()];
    metadata.id_token_signed_response_alg = algorithm;
    let mut terms = ClientTerms::default();
    terms.first_party = true;
    Registration::of(metadata).terms(terms)
}

fn id_token(world: &World, secret: Option<&str>) -> String {
    let request = get(&[
        ("client_id", "app"),
        ("response_type", "code"),
        ("redirect_uri", REDIRECT),
        ("scope", "openid"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ]);
    let shown = prompt(world.drive(world.server.authorization_request(Inbound::new(&request), world.context())));
    let answer = post(&[]);
    let inbound = Inbound::new(&answer).browser(Some(&shown.browser));
    let decision = UserDecision::LoggedIn(Authentication::of("alice"));
    let answered = response(world.drive(world.server.answer(inbound, &shown.id, decision, world.context())));
    let code = redirected(&answered, "code").unwrap_or_else(|| panic!("{answered:?}"));
    let mut form = vec![("grant_type", "authorization_code"), ("code", &*code), ("redirect_uri", REDIRECT)];
    form.extend([("code_verifier", VERIFIER), ("client_id", "app")]);
    form.extend(secret.map(|secret| ("client_secret", secret)));
    let told = world.drive(world.server.token_request(Inbound::new(&post(&form)), world.context()));
    assert_eq!(told.reply.status(), 200, "{:?}", told.event);
    member(&told.reply, "id_token")
}

fn algorithm_of(token: &str) -> String {
    let header = base64url::decode(token.split('.').next().unwrap()).unwrap();
    let header: serde_json::Value = serde_json::from_slice(&header).unwrap();
    header["alg"].as_str().unwrap().to_owned()
}

#[test]
fn public_clients_of_the_pipeline_get_rs256_whatever_they_registered() {
    for (policy, rs256, registered, issued) in [
        (pipeline(), true, Some(Algorithm::ES256), "RS256"),
        (pipeline(), true, Some(Algorithm::HS256), "RS256"),
        (pipeline(), true, None, "RS256"),
        // Without a key for it, what the client registered, or the preferred key's.
        (pipeline(), false, Some(Algorithm::ES256), "ES256"),
        (pipeline(), false, None, "ES256"),
        // Without the rule, what the client registered.
        (OAUTH.policy(), true, Some(Algorithm::ES256), "ES256"),
    ] {
        let world = world(policy, rs256);
        world.registered(registration(Method::None, registered), None);
        assert_eq!(algorithm_of(&id_token(&world, None)), issued, "{rs256} {registered:?}");
    }
}

#[test]
fn clients_that_authenticate_get_what_they_registered() {
    for (registered, issued) in [(Some(Algorithm::ES256), "ES256"), (Some(Algorithm::RS256), "RS256"), (None, "RS256")] {
        let world = world(pipeline(), true);
        world.registered(registration(Method::ClientSecretPost, registered), Some(SECRET));
        assert_eq!(algorithm_of(&id_token(&world, Some(SECRET))), issued);
    }
}

#[test]
fn a_secret_signs_id_tokens_and_still_authenticates() {
    let world = world(OAUTH.policy(), false);
    let asked = registration(Method::ClientSecretPost, Some(Algorithm::HS256));
    world.registered(asked.clone(), Some(SECRET));
    let check = |world: &World| {
        let token = id_token(world, Some(SECRET));
        assert_eq!(algorithm_of(&token), "HS256");
        let (input, signature) = token.rsplit_once('.').unwrap();
        let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, SECRET.as_bytes());
        assert!(aws_lc_rs::hmac::verify(&key, input.as_bytes(), &base64url::decode(signature).unwrap()).is_ok());
    };
    check(&world);
    world.registered(asked.keep_secret(), None);
    check(&world);
    let form = [("grant_type", "authorization_code"), ("client_id", "app"), ("client_secret", "another"), ("code", "x")];
    let told = world.drive(world.server.token_request(Inbound::new(&post(&form)), world.context()));
    assert_eq!(member(&told.reply, "error"), "invalid_client");
}

#[test]
fn hs256_needs_a_long_secret_that_can_be_used_and_a_policy_that_admits_it() {
    let asked = |method| registration(method, Some(Algorithm::HS256));
    let world = World::new(OAUTH.policy());
    let told = world.register(asked(Method::ClientSecretPost), Some("short"));
    assert!(ids(&told).contains(&"OCP-CLI-16"), "{:?}", told.event);
    let told = world.register(asked(Method::None), None);
    assert!(ids(&told).contains(&"OCP-CLI-16"), "{:?}", told.event);
    // A secret that was only kept for comparison cannot sign.
    world.registered(registration(Method::ClientSecretPost, None), Some(SECRET));
    refused(
        &world.register(asked(Method::ClientSecretPost).keep_secret(), None),
        400,
        "invalid_client_metadata",
        &["OCP-CLI-16"],
    );
    let mistakes =
        asked(Method::ClientSecretPost).secret(SECRET.to_owned()).mistakes(&settings(fapi2()), Timestamp::from_seconds(0));
    assert!(mistakes.iter().any(|mistake| mistake.member == "id_token_signed_response_alg"));
}

#[test]
fn the_metadata_list_hs256_where_a_client_can_register_it() {
    let listed = |policy: Policy| {
        let document = serde_json::to_value(world(policy, false).server.metadata()).unwrap();
        document["id_token_signing_alg_values_supported"].to_string()
    };
    assert_eq!(listed(OAUTH.policy()), r#"["ES256","HS256"]"#);
    assert_eq!(listed(FAPI2_SECURITY.policy()), r#"["ES256"]"#, "no such algorithm, and no client with a secret");
}
