//! An API names profiles, which apply to requests and tokens for it, and not to those for other APIs.

use crate::support::client::{CHALLENGE, REDIRECT};
use crate::support::refusal::refused;
use crate::support::*;
use fapi::policy::{AuthenticationMethod, OAUTH, Presence, Profile, ProfileId, Rule, SenderConstraints};
use fapi::requirement::{fapi2_sp, rfc9126};
use fapi::scope::Scope;
use fapi::*;
use http::StatusCode;
use std::sync::Arc;

const ACCOUNTS: &str = "https://accounts.example";
const PAYMENTS: &str = "https://payments.example";
const SECRET: (&str, &str) = ("client_secret", "a secret");

/// An authorization server whose API for payments accepts only pushed requests and sender-constrained tokens.
fn world() -> World {
    world_with(payments_settings())
}

fn world_with(mut settings: Settings) -> World {
    settings.default_audience = Some(ACCOUNTS.into());
    let world = World::with(settings);
    let mut metadata = ClientMetadata::new("app", AuthenticationMethod::ClientSecretPost);
    metadata.redirect_uris = vec![REDIRECT.into()];
    metadata.grant_types = ["authorization_code", "client_credentials"].map(GrantType::from).to_vec();
    world.registered(metadata, Some("a secret"));
    world
}

fn payments_settings() -> Settings {
    static STRICT: Profile = Profile::new("strict", "Pushed requests and sender-constrained tokens");
    let mut policy = STRICT.policy();
    policy.pushed_request = Rule::default().because(Presence::Required, &rfc9126::PUSH_REQUIRED_BY_CLIENT);
    let bound = SenderConstraints::DPOP.or(SenderConstraints::MTLS);
    policy.sender_constraint = Rule::default().because(bound, &fapi2_sp::SENDER_CONSTRAINED);
    let mut settings = settings(OAUTH.policy());
    settings.profiles = settings.profiles.with_policy(STRICT.id(), policy);
    let mut payments = Api::new(PAYMENTS, Scope::parse("pay").unwrap());
    payments.profiles = vec![STRICT.id()];
    settings.apis = vec![Api::new(ACCOUNTS, Scope::parse("read").unwrap()), payments];
    settings
}

fn own_token(world: &World, api: &str) -> Outcome {
    let form = [("grant_type", "client_credentials"), ("client_id", "app"), SECRET, ("resource", api)];
    let request = post(&form);
    world.drive(world.server.token_request(Inbound::new(&request), world.context()))
}

#[test]
fn its_tokens_are_issued_by_its_rules() {
    let world = world();
    assert_eq!(own_token(&world, ACCOUNTS).reply.status(), StatusCode::OK);
    refused(&own_token(&world, PAYMENTS), 400, "invalid_request", &[fapi2_sp::SENDER_CONSTRAINED.id]);
}

#[test]
fn requests_for_it_are_pushed() {
    let world = world();
    let presented = |api: &str| {
        let request = get(&[
            ("client_id", "app"),
            ("response_type", "code"),
            ("redirect_uri", REDIRECT),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
            ("resource", api),
        ]);
        ids(&world.drive(world.server.authorization_request(Inbound::new(&request), world.context())))
    };
    assert_eq!(presented(ACCOUNTS), [""; 0]);
    assert_eq!(presented(PAYMENTS), [rfc9126::PUSH_REQUIRED_BY_CLIENT.id]);
}

/// A token that was issued before the API had rules.
#[test]
fn its_resource_server_keeps_its_rules() {
    let settings = payments_settings();
    let mut before = settings.clone();
    before.apis[1].profiles.clear();
    let world = world_with(before.clone());
    let token = member(&own_token(&world, PAYMENTS).reply, "access_token");
    let asked = |settings: &Settings| {
        let request = http::Request::get("/").header("authorization", format!("Bearer {token}")).body("".into()).unwrap();
        let api = Arc::new(ResourceServer::beside(settings, &settings.apis[1]).unwrap());
        world.drive(api.protect(Inbound::new(&request), RequiredAccess::token(), world.context()))
    };
    assert!(matches!(asked(&before).reply, Access::Allowed(_)));
    let refused = asked(&settings);
    assert!(matches!(refused.reply, Access::Denied(_)));
    assert_eq!(ids(&refused), [fapi2_sp::SENDER_CONSTRAINED.id]);
}

#[test]
fn an_unknown_profile_is_a_mistake_in_the_settings() {
    let mut settings = payments_settings();
    settings.apis[0].profiles = vec![ProfileId::from("unheard of")];
    let error = AuthorizationServer::new(settings).unwrap_err().to_string();
    assert!(error.contains(r#"the API "https://accounts.example": no profile has the id "unheard of""#), "{error}");
}
