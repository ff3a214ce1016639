//! UserInfo returns the claims that scope and `claims` parameter request, to the client that received the token.

use crate::support::client::Client;
use crate::support::refusal::{header, refused};
use crate::support::*;
use fapi::policy::OAUTH;
use fapi::*;
use serde_json::{Value, json};

fn userinfo(changes: &[(&str, Option<&str>)]) -> (Value, String) {
    let world = World::fapi2();
    let client = Client::registered(&world, "client-1", 10);
    let token = member(&client.redeem(&world, &client.code(&world, changes)).reply, "access_token");
    world.traced();
    let outcome = client.userinfo(&world, &token);
    assert_eq!(outcome.reply.status(), 200, "{:?}", outcome.event);
    assert_eq!(outcome.event.subject.as_deref(), Some("alice"));
    (serde_json::from_slice(outcome.reply.body()).unwrap(), world.traced())
}

#[test]
fn claims_of_scopes_and_claims_by_name() {
    assert_eq!(userinfo(&[]), (json!({ "sub": "alice" }), "load subject commit".into()));
    let (told, trace) = userinfo(&[("scope", Some("openid profile email"))]);
    let email = json!({ "sub": "alice", "email": "alice's email", "email_verified": true, "name": "alice's name" });
    assert_eq!((told, &*trace), (email, "load subject claims commit"));
    let claims = r#"{"userinfo":{"email":{"essential":true},"phone_number":null,"nickname":null},"id_token":{"name":null}}"#;
    let (told, _) = userinfo(&[("claims", Some(claims))]);
    assert_eq!(told, json!({ "sub": "alice", "email": "alice's email" }), "claims without a value are left out");
    let other = r#"{"userinfo":{"email":{"value":"bob's email"},"name":{"values":["x","alice's name"]}}}"#;
    assert_eq!(userinfo(&[("claims", Some(other))]).0, json!({ "sub": "alice", "name": "alice's name" }));
}

/// The host of these tests has a value for every claim that it is asked for.
#[test]
fn claims_of_the_servers_own_are_not_asked_from_the_host() {
    let asked: Vec<_> = OWN_CLAIMS.iter().chain(&["email"]).map(|name| format!("\"{name}\":null")).collect();
    let (told, _) = userinfo(&[("claims", Some(&format!("{{\"userinfo\":{{{}}}}}", asked.join(","))))]);
    assert_eq!(told, json!({ "sub": "alice", "email": "alice's email" }));
}

#[test]
fn claims_requested_for_the_id_token_are_in_it() {
    let world = World::fapi2();
    let client = Client::registered(&world, "client-1", 10);
    let claims = r#"{"id_token":{"email":null,"iss":null,"cnf":null,"name":{"value":"x"}}}"#;
    let redeemed = client.redeem(&world, &client.code(&world, &[("claims", Some(claims)), ("scope", Some("openid email"))]));
    let token = member(&redeemed.reply, "id_token");
    let claims = fapi::jose::base64url::decode(token.split('.').nth(1).unwrap()).unwrap();
    let claims: Value = serde_json::from_slice(&claims).unwrap();
    assert_eq!(
        (&claims["email"], &claims["iss"], claims.get("name"), claims.get("cnf")),
        (&json!("alice's email"), &json!(ISSUER), None, None)
    );
}

#[test]
fn the_scope_openid_is_required() {
    let world = World::fapi2();
    let client = Client::registered(&world, "client-1", 10);
    let token = member(&client.redeem(&world, &client.code(&world, &[("scope", Some("accounts"))])).reply, "access_token");
    let before = world.holdings();
    let outcome = client.userinfo(&world, &token);
    refused(&outcome, 403, "insufficient_scope", &["RFC6750-3.1-3"]);
    assert_eq!(world.written_since(&before), "+use_marker", "the proof was valid");
}

#[test]
fn a_plain_bearer_token_may_be_sent_in_the_body() {
    let world = World::new(OAUTH.policy());
    let client = Client::registered(&world, "client-1", 10);
    let code = client.code(&world, &[]);
    let parameters = [
        ("grant_type", "authorization_code"),
        ("code", &*code),
        ("redirect_uri", crate::support::client::REDIRECT),
        ("code_verifier", crate::support::client::VERIFIER),
    ];
    let token = member(&client.token_with(&world, &parameters, None).reply, "access_token");
    let send = |request: &http::Request<bytes::Bytes>| {
        world.drive(world.server.userinfo_request(Inbound::new(request), world.context()))
    };
    assert_eq!(send(&post(&[("access_token", &token)])).reply.status(), 200);
    let mut both = post(&[("access_token", &token)]);
    both.headers_mut().insert("authorization", format!("Bearer {token}").parse().unwrap());
    refused(&send(&both), 400, "invalid_request", &["RFC6750-3.1-1"]);
    let unknown = send(&post(&[("access_token", "unknown")]));
    refused(&unknown, 401, "invalid_token", &["RFC6750-3.1-2", "FAPI2-SP-5.3.4-3"]);
    assert!(header(&unknown.reply, "www-authenticate").contains("Bearer error=\"invalid_token\""), "a token was sent");
    refused(&send(&post(&[])), 401, "", &["RFC6750-3-1"]);
}

#[test]
fn other_methods_are_not_served() {
    let world = World::fapi2();
    for method in [http::Method::PUT, http::Method::DELETE, http::Method::HEAD, http::Method::OPTIONS] {
        let request = http::Request::builder().method(method).uri("/").body(bytes::Bytes::new()).unwrap();
        let outcome = world.drive(world.server.userinfo_request(Inbound::new(&request), world.context()));
        refused(&outcome, 405, "invalid_request", &["OIDCC-5.3-1"]);
        assert_eq!(header(&outcome.reply, "allow"), "GET, POST");
    }
}
