//! The listener of the aliases passes client certificates to the library unchanged.

mod common;

use common::{Client, running};
use fapi::policy::AuthenticationMethod;
use fapi::{ClientMetadata, GrantType};
use fapi_server::{Authority, Config};
use http::header::AUTHORIZATION;
use http::{Request, StatusCode};
use http_body_util::Full;
use serde_json::Value;
use std::sync::Arc;

fn config(authority: &Arc<Authority>) -> Config {
    let mut machine = ClientMetadata::new("machine", AuthenticationMethod::TlsClientAuth);
    machine.tls_client_auth_subject_dn = Some("CN=machine".into());
    machine.tls_client_certificate_bound_access_tokens = true;
    machine.grant_types = vec![GrantType::ClientCredentials];
    let mut config = Config::new(Some(authority.clone()));
    config.clients = vec![machine.into()];
    config.client_authorities = vec![authority.certificate().clone()];
    config
}

const FORM: [(&str, &str); 3] = [("grant_type", "client_credentials"), ("client_id", "machine"), ("scope", "api:read")];

#[tokio::test]
async fn a_certificate_authenticates_and_binds() {
    let authority = Arc::new(Authority::generate().unwrap());
    let running = running(config(&authority)).await;
    let machine = Client::with_certificate(&running, &authority, "machine");
    let alias = running.mtls_base.clone().unwrap();
    let granted = machine.post(&format!("{alias}/token"), &FORM).await;
    assert_eq!(granted.status(), StatusCode::OK, "{}", granted.body());
    let granted: Value = serde_json::from_str(granted.body()).unwrap();
    let call = |url: String| {
        let bearer = format!("Bearer {}", granted["access_token"].as_str().unwrap());
        let request = Request::get(url).header(AUTHORIZATION, bearer).header("x-fapi-interaction-id", "c4f0");
        request.body(Full::default()).unwrap()
    };
    let called = machine.send(call(format!("{alias}/resource"))).await;
    assert_eq!(called.status(), StatusCode::OK, "{}", called.body());
    assert_eq!(called.headers()["x-fapi-interaction-id"], "c4f0");
    assert!(called.headers().contains_key("date"));
    assert_eq!(called.body(), r#"{"client_id":"machine","scope":"api:read","method":"GET"}"#);

    let other = Client::with_certificate(&running, &authority, "other");
    assert_eq!(other.send(call(format!("{alias}/resource"))).await.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(
        machine.send(call(running.resource.clone())).await.status(),
        StatusCode::UNAUTHORIZED,
        "this listener requests no certificate"
    );
}

#[tokio::test]
async fn certificates_of_others_do_not_authenticate() {
    let authority = Arc::new(Authority::generate().unwrap());
    let running = running(config(&authority)).await;
    let url = format!("{}/token", running.mtls_base.as_ref().unwrap());
    let stranger = Authority::generate().unwrap();
    for client in [
        Client::with_certificate(&running, &authority, "other"),
        Client::with_certificate(&running, &stranger, "machine"),
        Client::of(&running),
    ] {
        let refused = client.post(&url, &FORM).await;
        assert_eq!(refused.status(), StatusCode::BAD_REQUEST, "{}", refused.body());
        assert!(refused.body().contains("invalid_client"), "{}", refused.body());
    }
}

#[tokio::test]
async fn without_aliases_the_main_listener_asks() {
    let authority = Arc::new(Authority::generate().unwrap());
    let mut config = config(&authority);
    config.mtls = None;
    let running = running(config).await;
    let machine = Client::with_certificate(&running, &authority, "machine");
    assert_eq!(machine.post(&format!("{}/token", running.issuer), &FORM).await.status(), StatusCode::OK);
    let metadata = machine.get(&format!("{}/.well-known/openid-configuration", running.issuer)).await;
    assert!(!metadata.body().contains("mtls_endpoint_aliases"));
}

#[tokio::test]
async fn browsers_find_no_pages_at_the_aliases() {
    let authority = Arc::new(Authority::generate().unwrap());
    let running = running(config(&authority)).await;
    let client = Client::of(&running);
    for path in ["authorize", "interaction/x", ".well-known/openid-configuration"] {
        let url = format!("{}/{path}", running.mtls_base.as_ref().unwrap());
        assert_eq!(client.get(&url).await.status(), StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn a_client_at_the_address_without_certificates_is_told_where_the_others_are() {
    let authority = Arc::new(Authority::generate().unwrap());
    let running = running(config(&authority)).await;
    let machine = Client::with_certificate(&running, &authority, "machine");
    let refused = machine.post(&format!("{}/token", running.issuer), &FORM).await;
    assert_eq!(refused.status(), StatusCode::BAD_REQUEST);
    let told: Value = serde_json::from_str(refused.body()).unwrap();
    let text = told["error_description"].as_str().unwrap();
    assert!(
        text.starts_with("The request came without a client certificate;") && text.contains("mtls_endpoint_aliases"),
        "{text}"
    );
}
