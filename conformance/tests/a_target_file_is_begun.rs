//! `init`: metadata of another issuer are refused, and the clients that it makes fit the target file that it writes.

#[path = "support/server.rs"]
mod server;

use std::path::Path;

use fapi_conformance::http::{Connector, Trust};
use fapi_conformance::target::file;
use fapi_conformance::target::init::{self, Begun, FILL_IN, Wishes};
use fapi_conformance::variant::PLANS;
use serde_json::{Value, json};
use wiremock::matchers::path;
use wiremock::{Mock, MockServer, ResponseTemplate};

async fn serving(change: impl FnOnce(&mut Value)) -> MockServer {
    let server = MockServer::start().await;
    let mut metadata = server::metadata(&server.uri());
    change(&mut metadata);
    let document = ResponseTemplate::new(200).set_body_json(metadata);
    Mock::given(path("/.well-known/openid-configuration")).respond_with(document).mount(&server).await;
    server
}

async fn begun(issuer: &str, folder: &Path, clients: Option<&Path>, authority: Option<&Path>) -> Result<Begun, String> {
    let wishes = Wishes { issuer, plan: &PLANS[0], authority, clients, folder };
    init::init(&wishes, Connector::new(Trust::system())).await
}

#[tokio::test]
async fn metadata_of_another_issuer_are_refused() {
    let none = Path::new("");
    let server = serving(|metadata| metadata["issuer"] = json!("https://prod.example")).await;
    let error = begun(&server.uri(), none, None, None).await.unwrap_err();
    assert!(error.contains("another issuer, https://prod.example") && error.contains("8414 3.3"), "{error}");
    let server = serving(|metadata| metadata["issuer"] = json!(format!("{}/", metadata["issuer"].as_str().unwrap()))).await;
    let error = begun(&server.uri(), none, None, None).await.unwrap_err();
    assert!(error.contains("last slash"), "{error}");
    let server = serving(|metadata| drop(metadata.as_object_mut().unwrap().remove("issuer"))).await;
    assert!(begun(&server.uri(), none, None, None).await.is_err_and(|error| error.contains("has no `issuer`")));
    let server = serving(|_| ()).await;
    assert!(begun(&server.uri(), none, None, None).await.is_ok());
}

#[tokio::test]
async fn the_authority_is_written_into_the_file_relative_to_its_folder() {
    let server = serving(|_| ()).await;
    let folder = server::folder("authority");
    let text = begun(&server.uri(), &folder, None, Some(&folder.join("keys/ca.pem"))).await.unwrap().text;
    assert!(text.contains("\nauthority = \"keys/ca.pem\"\n"), "{text}");
}

#[tokio::test]
async fn clients_that_are_made_need_only_to_be_registered() {
    let server = serving(|metadata| {
        metadata["token_endpoint_auth_methods_supported"] = json!(["private_key_jwt", "tls_client_auth"]);
        metadata["grant_types_supported"] = json!(["authorization_code", "client_credentials", "refresh_token"]);
        metadata["tls_client_certificate_bound_access_tokens"] = json!(true);
        metadata["dpop_signing_alg_values_supported"] = json!(["ES256"]);
    })
    .await;
    let folder = server::folder("made-clients");
    let made = folder.join("clients");
    let begun = begun(&server.uri(), &folder, Some(&made), None).await.unwrap();
    assert!(begun.next.iter().any(|sentence| sentence.contains("clients/clients.json")), "{:?}", begun.next);
    assert!(begun.next.iter().any(|sentence| sentence.contains("client-authority.pem")), "{:?}", begun.next);
    let text = begun.text.replace(FILL_IN, "alice");
    let targets = file::parse(&text, &folder.join("target.toml"), &PLANS[0]).unwrap_or_else(|mistakes| panic!("{mistakes}"));
    let registered: Vec<Value> = serde_json::from_str(&std::fs::read_to_string(made.join("clients.json")).unwrap()).unwrap();
    assert_eq!((targets.len(), registered.len()), (8, 16));
    for target in &targets {
        let [one, two] = &target.clients;
        assert_ne!(one.id, two.id);
        for client in [one, two] {
            let own = registered.iter().find(|registered| registered["client_id"] == client.id.as_str()).unwrap();
            assert_eq!(own["redirect_uris"], json!([client.redirect_uri]));
            let asserts = own["token_endpoint_auth_method"] == "private_key_jwt";
            assert_eq!((asserts, client.identity.is_some()), (target.variant.private_key_jwt(), target.variant.certificates()));
            assert_eq!(client.impostors.is_some(), target.variant.certificates());
        }
    }
    let keycloak: Value = serde_json::from_str(&std::fs::read_to_string(made.join("keycloak.json")).unwrap()).unwrap();
    assert_eq!(keycloak["clients"].as_array().map(Vec::len), Some(16));
}

#[tokio::test]
async fn clients_that_are_made_fit_what_the_metadata_list() {
    let server = serving(|metadata| {
        metadata["token_endpoint_auth_methods_supported"] = json!(["private_key_jwt", "tls_client_auth"]);
        metadata["token_endpoint_auth_signing_alg_values_supported"] = json!(["RS256", "PS256"]);
        metadata["id_token_signing_alg_values_supported"] = json!(["RS256", "ES256"]);
        metadata["grant_types_supported"] = json!(["authorization_code", "client_credentials", "refresh_token"]);
        metadata["tls_client_certificate_bound_access_tokens"] = json!(true);
        metadata["dpop_signing_alg_values_supported"] = json!(["ES256"]);
    })
    .await;
    let folder = server::folder("fitting-clients");
    let made = folder.join("clients");
    let text = begun(&server.uri(), &folder, Some(&made), None).await.unwrap().text.replace(FILL_IN, "alice");
    let targets = file::parse(&text, &folder.join("target.toml"), &PLANS[0]).unwrap_or_else(|mistakes| panic!("{mistakes}"));
    let registered: Vec<Value> = serde_json::from_str(&std::fs::read_to_string(made.join("clients.json")).unwrap()).unwrap();
    for target in &targets {
        let [one, two] = &target.clients;
        assert!(one.key.as_ref().zip(two.key.as_ref()).is_none_or(|(one, two)| one.thumbprint() != two.thumbprint()));
        for client in [one, two] {
            let own = registered.iter().find(|registered| registered["client_id"] == client.id.as_str()).unwrap();
            let variant = target.variant;
            let algorithm = client.key.as_ref().map(|key| key.algorithm());
            assert_eq!(algorithm, variant.private_key_jwt().then_some("PS256"), "{variant}");
            assert_eq!(own.get("token_endpoint_auth_signing_alg").and_then(Value::as_str), algorithm, "{variant}");
            let of_tokens = own.get("id_token_signed_response_alg").and_then(Value::as_str);
            assert_eq!(of_tokens, variant.openid().then_some("ES256"), "{variant}");
            assert_eq!(own["tls_client_certificate_bound_access_tokens"], json!(!variant.dpop()), "{variant}");
            assert_eq!(own["require_pushed_authorization_requests"], json!(variant.front_channel()), "{variant}");
            assert_eq!(own.get("scope").is_some_and(|scope| scope != ""), variant.front_channel(), "{variant}");
            if own["token_endpoint_auth_method"] == "tls_client_auth" {
                assert_eq!(own["tls_client_auth_subject_dn"], format!("CN={}", client.id));
            }
            assert_ne!(own["token_endpoint_auth_method"], "self_signed_tls_client_auth", "it is not listed");
            assert!(client.identity.as_ref().is_none_or(|identity| identity.chain.len() == 2), "the chain is presented");
        }
    }
}
