//! Clients that are not conformant name claims in `scope` and ask for refresh tokens with `device`; conformant ones do neither.

use crate::support::client::Client;
use crate::support::*;
use fapi::*;
use serde_json::Value;

/// What a client gets: the members of the token response, and what userinfo tells it.
fn flow(conformant: bool, changes: &[(&str, Option<&str>)]) -> (Value, Value) {
    let mut policy = fapi2();
    policy.refresh_token = fapi::policy::PIPELINE.policy().refresh_token;
    let mut settings = settings(policy);
    settings.claims.push("favorite_color".into());
    // The API's scope token has the name of a claim.
    let scopes = "accounts payments locale".parse().unwrap();
    settings.claims.push("locale".into());
    settings.serve_only(Api::open("https://api.example", scopes));
    let world = World::with(settings);
    let client = Client::new("client-1", 10);
    let mut terms = ClientTerms::default();
    terms.oidc_conformant = conformant;
    terms.first_party = true;
    world.registered(Registration::of(client.metadata()).terms(terms), None);
    let issued = client.redeem(&world, &client.code(&world, changes));
    assert_eq!(issued.reply.status(), 200, "{:?}", issued.event);
    let told = client.userinfo(&world, &member(&issued.reply, "access_token"));
    let read = |response: &Response| serde_json::from_slice(response.body()).unwrap_or(Value::Null);
    (read(&issued.reply), read(&told.reply))
}

#[test]
fn claims_are_asked_for_by_name_in_the_older_pipeline_alone() {
    let scope = [("scope", Some("openid accounts favorite_color"))];
    let (issued, told) = flow(false, &scope);
    assert_eq!((&issued["scope"], &told["favorite_color"]), (&"openid favorite_color".into(), &"alice's favorite_color".into()));
    let (issued, told) = flow(true, &scope);
    assert_eq!((&issued["scope"], &told["favorite_color"]), (&"openid accounts".into(), &Value::Null));
    assert_eq!(told["sub"], "alice");
}

#[test]
fn a_scope_of_an_api_is_no_claim_of_a_conformant_client() {
    let (issued, told) = flow(true, &[("scope", Some("openid locale"))]);
    assert_eq!((&issued["scope"], &told["locale"]), (&"openid locale".into(), &Value::Null));
    let (_, told) = flow(false, &[("scope", Some("openid locale"))]);
    assert_eq!(told["locale"], "alice's locale");
}

#[test]
fn a_refresh_token_needs_device_and_offline_access_in_the_older_pipeline() {
    for (device, offline, refresh) in [(false, false, false), (false, true, false), (true, false, false), (true, true, true)] {
        let scope = if offline { "openid offline_access" } else { "openid" };
        let mut changes = vec![("scope", Some(scope)), ("prompt", Some("consent"))];
        changes.extend(device.then_some(("device", Some("a phone"))));
        let (issued, _) = flow(false, &changes);
        assert_eq!(issued.get("refresh_token").is_some(), refresh, "{device} {offline}");
    }
}

#[test]
fn device_has_no_effect_on_a_conformant_client() {
    for offline in [false, true] {
        let scope = if offline { "openid offline_access" } else { "openid" };
        for device in [None, Some("a phone")] {
            let (issued, _) = flow(true, &[("scope", Some(scope)), ("prompt", Some("consent")), ("device", device)]);
            assert_eq!(issued.get("refresh_token").is_some(), offline, "{device:?}");
        }
    }
}

#[test]
fn tokens_of_the_older_pipeline_are_for_userinfo_alone() {
    let (issued, told) = flow(false, &[("scope", Some("openid accounts")), ("audience", Some("https://api.example"))]);
    let token = issued["access_token"].as_str().expect("a token");
    assert!(!token.contains('.') && told["sub"] == "alice" && issued["scope"] == "openid", "{issued}");
    let (issued, _) = flow(true, &[("scope", Some("openid accounts")), ("audience", Some("https://api.example"))]);
    assert!(issued["access_token"].as_str().expect("a token").contains('.') && issued["scope"] == "openid accounts");
}
