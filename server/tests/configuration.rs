//! A configuration is checked as a whole, and every mistake in it is named.

mod common;

use common::options;
use fapi::ClientMetadata;
use fapi::policy::{AuthenticationMethod, OAUTH};
use fapi_server::{Config, start};
use std::path::Path;

fn mistakes(text: &str) -> String {
    Config::parse(text, Path::new("/nowhere/server.toml")).unwrap_err().to_string()
}

#[test]
fn every_mistake_is_named() {
    insta::assert_snapshot!(mistakes(
        r#"
        isuer = "https://as.example"
        listen = "everywhere"
        profiles = ["fapi2_security", "fapi3"]
        scopes = "openid open\"id"
        hsts = -1

        [tls]
        certificate = "server.pem"
        kee = "server.key"

        [mtls]
        base = "https://mtls.as.example"

        [resource]
        format = "xml"

        [lifetimes]
        code = "a minute"

        [limits]
        requests_per_second = 1.5
        burts = 3
        connections = 0

        [outbound]
        allow = "internal.example"

        [[clients]]
        default_max_age = 60

        [[clients]]
        client_id = "two"
        token_endpoint_auth_method = "magic"

        [[clients]]
        client_id = "three"
        client_secret = 3
        dpop_bound_access_token = true
        redirect_uris = ["https://client.example/cb", 4]
        grant_types = "authorization_code"

        [[users]]
        name = "alice"
        password = "wonderland"
        age = 7

        [users.claims]
        birthdate = 1852-05-04
        address = { locality = "Oxford", since = [1862-07-04] }
        "#
    ));
}

#[test]
fn what_does_not_fit_together_is_named_too() {
    insta::assert_snapshot!(mistakes(
        r#"
        issuer = "https://as.example/?a=b"
        listen = "192.0.2.1:9443"
        auto_approve = true

        [mtls]
        base = "http://mtls.as.example"
        listen = "192.0.2.1:9444"

        [limits]
        connections = 0
        head = 100

        [[clients]]
        client_id = "twice"

        [[clients]]
        client_id = "twice"
        "#
    ));
}

#[test]
fn every_line_that_is_not_toml_is_named() {
    insta::assert_snapshot!(mistakes("issuer = \nlisten = 1\nhsts = one two\n[tls\nkey = \"the password is xyzzy\n"));
}

/// A check would use the defaults of members that could not be read.
#[test]
fn nothing_is_said_about_what_could_not_be_read() {
    let found = mistakes("issuer = 1\nlisten = \"192.0.2.1:9443\"\n[tls]\ncertificate = \"server.pem\"\nkey = 1\n");
    assert_eq!(found.lines().count(), 4, "{found}");
}

#[test]
fn a_file_that_cannot_be_read_is_named() {
    let found = Config::load(Path::new("/nowhere/server.toml")).unwrap_err().to_string();
    assert!(found.contains("/nowhere/server.toml: ") && !found.contains(":1:1"), "{found}");
}

#[test]
fn clients_that_the_library_refuses_are_named() {
    insta::assert_snapshot!(mistakes(
        r#"
        issuer = "http://127.0.0.1:{port}"
        listen = "127.0.0.1:0"
        ephemeral = true

        [[clients]]
        client_id = "secret"
        client_secret = "a shared secret is not strong enough"
        redirect_uris = ["https://client.example/cb"]

        [[clients]]
        client_id = "plain"
        token_endpoint_auth_method = "private_key_jwt"
        token_endpoint_auth_signing_alg = "RS256"
        jwks_uri = "https://client.example/jwks"
        redirect_uris = ["http://client.example/cb", "http://client.example/cb#fragment"]

        [[clients]]
        client_id = "bound"
        token_endpoint_auth_method = "private_key_jwt"
        jwks_uri = "https://client.example/jwks"
        redirect_uris = ["http://client.example/cb", "https://client.example/cb#fragment"]

        [[clients]]
        client_id = "twice"
        token_endpoint_auth_method = "private_key_jwt"
        jwks_uri = "https://client.example/jwks"
        grant_types = ["client_credentials"]
        dpop_bound_access_tokens = true
        tls_client_certificate_bound_access_tokens = true
        "#
    ));
}

/// A policy that code sets judges the clients instead of the one of the profiles.
#[tokio::test]
async fn a_server_in_code_is_checked_as_a_file_is() {
    let mut config = Config::new(None);
    config.clients = vec![ClientMetadata::new("web", AuthenticationMethod::None).into()];
    config.lifetimes.code = 0;
    let refused = start(config.clone(), options()).await.unwrap_err().to_string();
    for expected in
        ["lifetimes.code: expected a whole", "clients[0].token_endpoint_auth_method: none is not", "clients[0].redirect_uris: "]
    {
        assert!(refused.contains(expected), "{refused}");
    }
    let mut options = options();
    options.policy = Some(OAUTH.policy());
    let refused = start(config, options).await.unwrap_err().to_string();
    assert!(!refused.contains("token_endpoint_auth_method"), "{refused}");
}

/// The example has every member; only its certificates do not exist here.
#[test]
fn the_example_is_right_but_for_its_files() {
    let example = include_str!("../example.toml");
    let found = mistakes(example);
    let lines: Vec<_> = found.lines().skip(1).collect();
    assert_eq!(lines.len(), 3, "{found}");
    assert!(lines.iter().all(|line| line.contains("/nowhere/tls/")), "{found}");

    // The members that are commented out are valid as well.
    let uncommented: String = example
        .lines()
        .map(|line| line.strip_prefix("# ").filter(|line| is_member(line)).unwrap_or(line))
        .fold(String::new(), |text, line| text + line + "\n");
    let found = mistakes(&uncommented);
    assert!(!found.contains("unknown member"), "{found}");
}

fn is_member(line: &str) -> bool {
    line.split_once(" = ").is_some_and(|(name, value)| {
        name.chars().all(|letter| letter.is_ascii_lowercase() || letter == '_') && !value.starts_with("the ")
    })
}
