//! Several APIs at one server: a token is for one of them, in its form and for its lifetime
//! ([RFC 8707](https://www.rfc-editor.org/rfc/rfc8707)).

use crate::support::client::{Client, REDIRECT, VERIFIER};
use crate::support::refusal::refused;
use crate::support::*;
use fapi::policy::{AuthenticationMethod, OAUTH};
use fapi::*;
use http::StatusCode;
use serde_json::Value;

const ACCOUNTS: &str = "https://accounts.example";
const PAYMENTS: &str = "https://payments.example";
const SECRET: (&str, &str) = ("client_secret", "a secret");

fn world(default_audience: Option<&str>) -> World {
    let mut settings = settings(OAUTH.policy());
    let mut payments = Api::open(PAYMENTS, "read pay".parse().unwrap());
    payments.dialect = Dialect::Opaque;
    payments.token_lifetime = TokenLifetime::Seconds(60);
    settings.apis = vec![Api::open(ACCOUNTS, "read".parse().unwrap()), payments];
    settings.default_audience = default_audience.map(str::to_owned);
    let world = World::with(settings);
    let mut metadata = ClientMetadata::new("app", AuthenticationMethod::ClientSecretPost);
    metadata.redirect_uris = vec![REDIRECT.into()];
    metadata.grant_types = ["authorization_code", "refresh_token", "client_credentials"].map(GrantType::from).to_vec();
    world.registered(metadata, Some("a secret"));
    world
}

fn own_token(world: &World, resources: &[&str]) -> Outcome {
    let mut form = vec![("grant_type", "client_credentials"), ("client_id", "app"), SECRET];
    form.extend(resources.iter().map(|resource| ("resource", *resource)));
    let request = post(&form);
    world.drive(world.server.token_request(Inbound::new(&request), world.context()))
}

fn body(outcome: &Outcome) -> Value {
    serde_json::from_slice(outcome.reply.body()).unwrap_or_default()
}

fn text(outcome: &Outcome, name: &str) -> String {
    member(&outcome.reply, name)
}

fn admits(world: &World, api: &str, token: &str) -> bool {
    let request = http::Request::get("/").header("authorization", format!("Bearer {token}")).body("".into()).unwrap();
    let api = world.server.resource_server(api).expect("an API");
    let outcome = world.drive(api.protect(Inbound::new(&request), RequiredAccess::token(), world.context()));
    matches!(outcome.reply, Access::Allowed(_))
}

#[test]
fn a_token_is_for_the_api_it_was_requested_for() {
    let world = world(Some(ACCOUNTS));
    let accounts = own_token(&world, &[]);
    let payments = own_token(&world, &[PAYMENTS]);
    assert_eq!((text(&accounts, "scope"), text(&payments, "scope")), ("read".into(), "read pay".into()));
    assert_eq!((&body(&accounts)["expires_in"], &body(&payments)["expires_in"]), (&300.into(), &60.into()));
    let (accounts, payments) = (text(&accounts, "access_token"), text(&payments, "access_token"));
    assert!(accounts.contains('.') && !payments.contains('.'), "each in the form of its API");
    assert!(admits(&world, ACCOUNTS, &accounts) && admits(&world, PAYMENTS, &payments));
    assert!(!admits(&world, PAYMENTS, &accounts) && !admits(&world, ACCOUNTS, &payments));
}

#[test]
fn the_event_names_the_api() {
    let world = world(Some(ACCOUNTS));
    let issued = own_token(&world, &[PAYMENTS]).event.issued.expect("something was issued");
    assert_eq!((issued.audience.as_deref(), &*issued.scope.to_string()), (Some(PAYMENTS), "read pay"));
}

#[test]
fn unknown_apis_several_at_once_and_none_without_a_default_are_refused() {
    let world = world(None);
    for resources in [&["https://other.example"][..], &[ACCOUNTS, PAYMENTS]] {
        refused(&own_token(&world, resources), 400, "invalid_target", &["RFC8707-2.1-1"]);
    }
    refused(&own_token(&world, &[]), 400, "invalid_request", &["OCP-GRT-17", "RFC8707-2.1-1"]);
    assert_eq!(own_token(&world, &[PAYMENTS, PAYMENTS]).reply.status(), StatusCode::OK);
}

#[test]
fn a_grant_keeps_its_api() {
    let world = world(Some(ACCOUNTS));
    let form = [
        ("client_id", "app"),
        SECRET,
        ("response_type", "code"),
        ("redirect_uri", REDIRECT),
        ("scope", "read pay"),
        ("resource", PAYMENTS),
        ("code_challenge", crate::support::client::CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    let request = post(&form);
    let pushed = world.drive(world.server.pushed_authorization_request(Inbound::new(&request), world.context()));
    let uri = text(&pushed, "request_uri");
    let client = Client::new("app", 10);
    let mut shown = prompt(client.present(&world, &uri, None));
    shown = prompt(client.answer(&world, &shown, Client::login()));
    assert_eq!(shown.permissions.resources, [PAYMENTS]);
    let code = redirected(&response(client.answer(&world, &shown, Client::consent("read pay"))), "code").expect("a code");
    let redeem = |more: &[(&'static str, &str)]| {
        let form = [("client_id", "app"), SECRET, ("redirect_uri", REDIRECT), ("code_verifier", VERIFIER)];
        let request = post(&[&form, more].concat());
        world.drive(world.server.token_request(Inbound::new(&request), world.context()))
    };
    let code = [("grant_type", "authorization_code"), ("code", &*code)];
    refused(&redeem(&[&code[..], &[("resource", ACCOUNTS)]].concat()), 400, "invalid_target", &["RFC8707-2.1-1"]);
    let tokens = redeem(&code);
    assert!(admits(&world, PAYMENTS, &text(&tokens, "access_token")));
    let refresh = text(&tokens, "refresh_token");
    let refresh = [("grant_type", "refresh_token"), ("refresh_token", &*refresh)];
    assert!(admits(&world, PAYMENTS, &text(&redeem(&refresh), "access_token")));
    refused(&redeem(&[&refresh[..], &[("resource", ACCOUNTS)]].concat()), 400, "invalid_target", &["RFC8707-2.1-1"]);
}
