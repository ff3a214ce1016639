//! A server starts on any free port, with or without TLS, and clients find its metadata.

mod common;

use common::{Client, oauth, options, post, running};
use fapi::Event;
use fapi::policy::{FAPI2_SECURITY, OAUTH, OPENID, ProfileId};
use fapi_server::{Authority, Config, Observer, start};
use http::{StatusCode, Version};
use std::sync::{Arc, Mutex};

fn secure() -> Config {
    Config::new(Some(Arc::new(Authority::generate().unwrap())))
}

#[tokio::test]
async fn metadata_are_the_same_at_both_locations() {
    for config in [Config::new(None), secure()] {
        let running = running(config).await;
        let client = Client::of(&running);
        let openid = client.get(&format!("{}/.well-known/openid-configuration", running.issuer)).await;
        let oauth = client.get(&format!("{}/.well-known/oauth-authorization-server", running.issuer)).await;
        assert_eq!((openid.status(), oauth.status()), (StatusCode::OK, StatusCode::OK));
        assert_eq!(openid.body(), oauth.body());
        assert_eq!(openid.headers()["content-type"], "application/json");
        let metadata: serde_json::Value = serde_json::from_str(openid.body()).unwrap();
        assert_eq!(metadata["issuer"], running.issuer);
        let jwks = client.get(metadata["jwks_uri"].as_str().unwrap()).await;
        assert_eq!(jwks.headers()["cache-control"], "public, max-age=300");
        let jwks: serde_json::Value = serde_json::from_str(jwks.body()).unwrap();
        assert_eq!(jwks["keys"].as_array().unwrap().len(), 3);
        assert!(jwks["keys"].as_array().unwrap().iter().all(|key| key.get("d").is_none()));
        running.shutdown().await;
    }
}

/// The algorithms of ID tokens, and those of the published keys, under these profiles.
async fn algorithms(profiles: &[ProfileId]) -> (Vec<String>, Vec<String>) {
    let mut config = Config::new(None);
    config.profiles = profiles.to_vec();
    let running = running(config).await;
    let client = Client::of(&running);
    let json = async |path: &str| -> serde_json::Value {
        let response = client.get(&format!("{}{path}", running.issuer)).await;
        serde_json::from_str(response.body()).unwrap()
    };
    let (metadata, keys) = (json("/.well-known/openid-configuration").await, json("/jwks").await);
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let signed = metadata["id_token_signing_alg_values_supported"].as_array().unwrap().iter().map(text).collect();
    let keys = keys["keys"].as_array().unwrap().iter().map(|key| text(&key["alg"])).collect();
    running.shutdown().await;
    (signed, keys)
}

#[tokio::test]
async fn rs256_is_offered_where_the_policy_admits_it() {
    let (signed, keys) = algorithms(&[OAUTH.id(), OPENID.id()]).await;
    assert_eq!((signed.join(" "), keys.join(" ")), ("ES256 PS256 RS256 EdDSA HS256".into(), "ES256 PS256 EdDSA RS256".into()));
    let (signed, keys) = algorithms(&[OAUTH.id(), OPENID.id(), FAPI2_SECURITY.id()]).await;
    assert_eq!((signed.join(" "), keys.join(" ")), ("ES256 PS256 EdDSA".into(), "ES256 PS256 EdDSA".into()));
}

#[tokio::test]
async fn an_issuer_may_have_a_path() {
    let mut config = Config::new(None);
    config.issuer = "http://127.0.0.1:{port}/tenant/one".into();
    let running = running(config).await;
    let client = Client::of(&running);
    let base = running.issuer.strip_suffix("/tenant/one").unwrap();
    let mut documents = vec![];
    for path in [
        "/tenant/one/.well-known/openid-configuration",
        "/.well-known/openid-configuration/tenant/one",
        "/.well-known/oauth-authorization-server/tenant/one",
    ] {
        let response = client.get(&format!("{base}{path}")).await;
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        documents.push(response.into_body());
    }
    documents.dedup();
    assert_eq!(documents.len(), 1);
    let metadata: serde_json::Value = serde_json::from_str(&documents[0]).unwrap();
    let token = client.post(metadata["token_endpoint"].as_str().unwrap(), &[]).await;
    assert_eq!(token.status(), StatusCode::BAD_REQUEST);
    assert_eq!(client.get(&format!("{base}/token")).await.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn browsers_are_told_to_insist_on_tls_and_only_over_tls() {
    let secure = running(secure()).await;
    let response = Client::of(&secure).get(&format!("{}/health", secure.issuer)).await;
    assert_eq!(response.headers()["strict-transport-security"], "max-age=31536000");
    let plain = running(Config::new(None)).await;
    let response = Client::of(&plain).get(&format!("{}/health", plain.issuer)).await;
    assert!(!response.headers().contains_key("strict-transport-security"));
}

#[tokio::test]
async fn http_2_is_spoken_over_tls() {
    let running = running(secure()).await;
    let response = Client::http2(&running).get(&format!("{}/health", running.issuer)).await;
    assert_eq!((response.status(), response.version()), (StatusCode::OK, Version::HTTP_2));
}

#[tokio::test]
async fn methods_are_judged_by_the_library() {
    let running = running(Config::new(None)).await;
    let client = Client::of(&running);
    for endpoint in ["par", "token", "introspect", "revoke"] {
        let response = client.get(&format!("{}/{endpoint}", running.issuer)).await;
        assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED, "{endpoint}");
        assert_eq!(response.headers()["allow"], "POST", "{endpoint}");
    }
}

#[derive(Default)]
struct Seen(Mutex<Vec<(String, Option<String>)>>);

impl Observer for Seen {
    fn observed(&self, event: &Event, exchange: Option<&str>) {
        self.0.lock().unwrap().push((event.endpoint.to_string(), exchange.map(str::to_owned)));
    }
}

#[tokio::test]
async fn an_observer_is_told_which_request_caused_which_event() {
    let seen = Arc::new(Seen::default());
    let mut options = options();
    options.observer = Some(seen.clone());
    let running = start(oauth(), options).await.unwrap();
    let mut request = post(&format!("{}/token", running.issuer), &[("grant_type", "password")]);
    request.headers_mut().insert("conformance-exchange", "seven".parse().unwrap());
    let client = Client::of(&running);
    client.send(request).await;
    client.get(&format!("{}/userinfo", running.issuer)).await;
    let expected = [("client_registration", None), ("token", Some("seven")), ("userinfo", None)];
    let expected = expected.map(|(endpoint, exchange)| (endpoint.to_owned(), exchange.map(str::to_owned)));
    assert_eq!(*seen.0.lock().unwrap(), expected);
}
