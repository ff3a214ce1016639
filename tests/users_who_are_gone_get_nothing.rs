//! A user whose account was removed: nothing is issued for them, whatever they had before.

use crate::support::client::{Client, REDIRECT, VERIFIER};
use crate::support::refusal::refused;
use crate::support::*;
use fapi::*;

fn world() -> (World, Client) {
    let world = World::fapi2();
    let client = Client::registered(&world, "client-1", 10);
    (world, client)
}

fn userinfo(world: &World, client: &Client, token: &str) -> Outcome {
    let ath = fapi::sender::access_token_hash(token, fapi::primitives::aws_lc());
    let proof = client.proof_claims(world, "GET", &format!("{ISSUER}/userinfo")).with("ath", ath);
    let request = http::Request::get("/").header("authorization", format!("DPoP {token}"));
    let request = request.header("dpop", client.prove(&proof)).body("".into()).unwrap();
    world.drive(world.server.userinfo_request(Inbound::new(&request), world.context()))
}

#[test]
fn refresh_tokens_codes_userinfo_and_introspection_are_refused() {
    let (world, client) = world();
    let tokens = client.redeem(&world, &client.code(&world, &[]));
    let (access, refresh) = (member(&tokens.reply, "access_token"), member(&tokens.reply, "refresh_token"));
    let code = client.code(&world, &[]);
    assert_eq!(userinfo(&world, &client, &access).reply.status(), 200);
    let is_active = |token: &str| {
        let request = client.token_request(&world, &[("token", token)], None);
        let told = world.drive(world.server.introspection_request(Inbound::new(&request), world.context()));
        &told.reply.body()[..] != br#"{"active":false}"#
    };
    assert!(is_active(&access) && is_active(&refresh));

    world.gone.borrow_mut().insert("alice".into());
    let use_refresh = || client.token(&world, &[("grant_type", "refresh_token"), ("refresh_token", &refresh)]);
    refused(&use_refresh(), 400, "invalid_grant", &["RFC6749-5.2-5"]);
    refused(&client.redeem(&world, &code), 400, "invalid_grant", &["RFC6749-5.2-5"]);
    refused(&userinfo(&world, &client, &access), 401, "invalid_token", &["RFC6750-3.1-2"]);

    assert!(!is_active(&access) && !is_active(&refresh));
    // A resource server asks the store, and not the host.
    assert!(matches!(client.resource(&world, &access).reply, Access::Allowed(_)));

    world.gone.borrow_mut().clear();
    assert!(is_active(&access) && is_active(&refresh));
    assert_eq!(use_refresh().reply.status(), 200, "an account that is unlocked again has its grants again");
}

#[test]
fn single_sign_on_asks_for_a_login() {
    let (world, client) = world();
    let uri = member(&client.push(&world, &[]).reply, "request_uri");
    let shown = prompt(client.present(&world, &uri, None));
    let answered = client.answer(&world, &shown, Client::login());
    let SessionChange::Start { session, .. } = &answered.session else { panic!("a session") };
    let silent = [("prompt", Some("none"))];
    let present = || {
        let uri = member(&client.push(&world, &silent).reply, "request_uri");
        client.present(&world, &uri, Some(session))
    };
    assert_eq!(redirected(&response(present()), "error").as_deref(), Some("consent_required"));
    world.gone.borrow_mut().insert("alice".into());
    assert_eq!(redirected(&response(present()), "error").as_deref(), Some("login_required"));
}

#[test]
fn consent_of_a_user_who_was_removed_meanwhile_gives_nothing() {
    let (world, client) = world();
    let uri = member(&client.push(&world, &[]).reply, "request_uri");
    let shown = prompt(client.present(&world, &uri, None));
    let consent = prompt(client.answer(&world, &shown, Client::login()));
    world.gone.borrow_mut().insert("alice".into());
    assert_eq!(prompt(client.answer(&world, &consent, Client::consent("openid accounts"))).kind, PromptKind::Login);
}

#[test]
fn a_host_that_cannot_say_is_an_outage() {
    let (world, client) = world();
    let code = client.code(&world, &[]);
    world.down.set("subject");
    let parameters =
        [("grant_type", "authorization_code"), ("code", &*code), ("redirect_uri", REDIRECT), ("code_verifier", VERIFIER)];
    refused(&client.token(&world, &parameters), 503, "temporarily_unavailable", &[]);
    world.down.set("");
    assert_eq!(client.token(&world, &parameters).reply.status(), 200, "nothing was used up");
}
