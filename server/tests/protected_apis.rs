//! Each API of a configuration has a resource of its own, which takes the tokens for this API alone.

mod common;

use bytes::Bytes;
use common::{Client, running};
use data_encoding::BASE64;
use fapi_server::{Config, Running};
use http::Request;
use http_body_util::Full;
use serde_json::{Value, json};

const FILE: &str = r#"
    issuer = "http://127.0.0.1:{port}"
    listen = "127.0.0.1:0"
    ephemeral = true
    profiles = ["oauth", "pipeline"]
    organizations = [{ id = "north" }]

    [[apis]]
    identifier = "http://127.0.0.1:{port}/accounts"
    scopes = ["read:accounts", "write:accounts"]

    [[apis]]
    identifier = "https://api.example/payments"
    scopes = ["read:payments", "write:payments"]
    dialect = "access_token_authz"
    enforce_policies = true
    signing_alg = "HS256"
    signing_secret = "a secret of at least thirty-two octets"

    [[clients]]
    client_id = "machine"
    client_secret = "a secret of the machine"
    grant_types = ["client_credentials"]
    terms.kind = "non_interactive"

    [[clients.grants]]
    audience = "http://127.0.0.1:{port}/accounts"
    subject_type = "client"
    scopes = "all"

    [[clients.grants]]
    audience = "https://api.example/payments"
    subject_type = "client"
    scopes = ["read:payments", "write:payments"]

    [[hooks]]
    client = "machine"
    api = "http://127.0.0.1:{port}/accounts"
    scope = ["read:accounts"]

    [[hooks]]
    client = "machine"
    api = "https://api.example/empty"
    scope = []

    [[apis]]
    identifier = "https://api.example/strict"
    scopes = ["read:strict", "write:strict"]
    required_scope = "write:strict"

    [[apis]]
    identifier = "https://api.example/empty"
    scopes = ["read:empty"]

    [[apis]]
    identifier = "https://api.example/lax"
    scopes = ["read:lax"]
    required_scope = []

    [[clients.grants]]
    audience = "https://api.example/strict"
    subject_type = "client"
    scopes = "all"

    [[clients.grants]]
    audience = "https://api.example/empty"
    subject_type = "client"
    scopes = "all"

    [[clients.grants]]
    audience = "https://api.example/lax"
    subject_type = "client"
    scopes = "all"

    [[hooks]]
    client = "machine"
    api = "https://api.example/lax"
    scope = []
"#;

async fn server() -> Running {
    running(Config::parse(FILE, "server.toml".as_ref()).unwrap()).await
}

/// The reply to a request for a token.
async fn token(client: &Client, running: &Running, audience: &str, scope: &str) -> Value {
    let form = [("grant_type", "client_credentials"), ("audience", audience), ("scope", scope)];
    let mut request = common::post(&format!("{}/token", running.issuer), &form);
    let credentials = BASE64.encode(b"machine:a+secret+of+the+machine");
    request.headers_mut().insert("authorization", format!("Basic {credentials}").parse().unwrap());
    serde_json::from_str(client.send(request).await.body()).unwrap()
}

/// The status and the reply of a resource.
async fn call(client: &Client, url: &str, token: &Value) -> (u16, Value) {
    let bearer = format!("Bearer {}", token["access_token"].as_str().unwrap());
    let request = Request::get(url).header("authorization", bearer).body(Full::<Bytes>::default()).unwrap();
    let response = client.send(request).await;
    (response.status().as_u16(), serde_json::from_str(response.body()).unwrap_or_default())
}

#[tokio::test]
async fn a_token_is_for_the_resource_of_its_api() {
    let running = server().await;
    let client = Client::of(&running);
    let [(accounts, at_accounts), (payments, at_payments), ..] = &running.resources[..] else { panic!("two APIs") };
    assert_eq!(*accounts, format!("{}/accounts", running.issuer));
    assert_eq!((at_accounts, &running.resource), (accounts, accounts), "the identifier is below the issuer");
    assert_eq!(*at_payments, format!("{}/resource/1", running.issuer));

    let issued = token(&client, &running, payments, "read:payments").await;
    let (status, answer) = call(&client, at_payments, &issued).await;
    let expected = json!({
        "client_id": "machine", "scope": "read:payments", "permissions": ["read:payments"], "method": "GET"
    });
    assert_eq!((status, answer), (200, expected));
    assert_eq!(call(&client, at_accounts, &issued).await.0, 401);

    let issued = token(&client, &running, accounts, "read:accounts").await;
    assert_eq!(call(&client, at_accounts, &issued).await.0, 200);
    assert_eq!(call(&client, at_payments, &issued).await.0, 401);
    running.shutdown().await;
}

#[tokio::test]
async fn a_hook_sets_the_scope_of_the_requests_that_it_is_for() {
    let running = server().await;
    let client = Client::of(&running);
    let [(accounts, _), (payments, _), ..] = &running.resources[..] else { panic!("two APIs") };
    let hooked = token(&client, &running, accounts, "read:accounts write:accounts").await;
    assert_eq!(hooked["scope"], "read:accounts");
    let other = token(&client, &running, payments, "read:payments write:payments").await;
    assert!(other["access_token"].is_string(), "{other}");
    assert!(other.get("scope").is_none_or(|scope| scope == "read:payments write:payments"), "{other}");
    running.shutdown().await;
}

#[tokio::test]
async fn an_api_that_is_not_registered_is_no_target() {
    let running = server().await;
    let client = Client::of(&running);
    for audience in ["https://api.example/payments/", "https://api.example", &running.issuer] {
        assert_eq!(token(&client, &running, audience, "read:payments").await["error"], "invalid_target", "{audience}");
    }
    running.shutdown().await;
}

/// API-19.
#[tokio::test]
async fn a_resource_requires_a_scope_of_its_api_or_the_one_that_its_configuration_names() {
    let running = server().await;
    let client = Client::of(&running);
    let [.., (strict, at_strict), (empty, at_empty), (lax, at_lax)] = &running.resources[..] else { panic!("five APIs") };
    for (api, url, scope, expected) in [
        (strict, at_strict, "read:strict write:strict", 200),
        (strict, at_strict, "read:strict", 403),
        // The hooks leave no scope.
        (empty, at_empty, "read:empty", 403),
        (lax, at_lax, "read:lax", 200),
    ] {
        let issued = token(&client, &running, api, scope).await;
        assert_eq!(call(&client, url, &issued).await.0, expected, "{api} {scope}");
    }
    running.shutdown().await;
}
