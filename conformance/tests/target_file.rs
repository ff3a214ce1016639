//! The target file: every mistake is found at once, with its place.

use std::path::Path;

use fapi_conformance::target::{Target, UserStrategy, file};
use fapi_server::toml_reader::Mistakes;

const CLIENTS: &str = r#"
[[client]]
id = "one"
jwk = { kty = "EC", crv = "P-256", x = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", y = "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0", d = "jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI", kid = "k1" }
redirect_uri = "https://one.example/cb"
scope = "openid profile"

[[client]]
id = "two"
jwk = { kty = "OKP", crv = "Ed25519", d = "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A", x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" }
redirect_uri = "https://two.example/cb?a=b"
scope = "openid"
"#;

fn parse(head: &str, rest: &str) -> Result<Vec<Target>, Mistakes> {
    file::parse(&format!("{head}\n{rest}"), Path::new("test.toml"))
}

fn mistakes(head: &str, rest: &str) -> Vec<String> {
    let found = parse(head, rest).err().unwrap_or_else(|| panic!("no mistake was found"));
    found.0.iter().map(ToString::to_string).collect()
}

#[test]
fn a_good_file_gives_a_target_per_variant() {
    let head = r#"
        issuer = "https://as.example"
        variants = ["openid/private_key_jwt/dpop", "oauth/private_key_jwt/dpop"]
        clock_tolerance = 5
        waits = false
        resource = { url = "https://api.example/accounts", method = "POST", content_type = "application/json", body = "{}" }
        user = { strategy = "command", command = ["./login", "--fast"] }
    "#;
    let targets = parse(head, CLIENTS).unwrap_or_else(|mistakes| panic!("{mistakes}"));
    assert_eq!(targets.len(), 2);
    let target = &targets[0];
    assert_eq!((target.issuer.as_str(), target.clock_tolerance, target.waits), ("https://as.example", 5, false));
    assert_eq!(target.clients[0].key.as_ref().map(|key| key.algorithm().to_owned()).as_deref(), Some("ES256"));
    assert_eq!(target.clients[1].key.as_ref().map(|key| key.algorithm().to_owned()).as_deref(), Some("EdDSA"));
    assert!(matches!(&target.user, UserStrategy::Command(command) if command.len() == 2));
}

#[test]
fn every_mistake_is_named() {
    let head = r#"
        issuer = "http://as.example?x=y"
        variants = ["openid/private_key_jwt/dpop", "openid/jwt/dpop"]
        waits = "no"
        colour = "blue"
        clock_tolerence = 3
        authority = "no-such-file.pem"
        resource = { method = "GET" }
        user = { strategy = "telepathy" }
    "#;
    let clients = r#"
        [[client]]
        id = "one"
        redirect_uri = "not a url"
        secret = "s"
    "#;
    let found = mistakes(head, clients);
    insta::assert_snapshot!(found.join("\n"));
}

#[test]
fn clients_must_fit_their_variants() {
    let head = "issuer = \"https://as.example\"\nvariants = [\"openid/mtls/mtls\"]";
    let found = mistakes(head, CLIENTS);
    assert!(
        found[0].ends_with(": client[0].certificate: missing member; openid/mtls/mtls needs it, and a `certificate_key`"),
        "{found:#?}"
    );
    let found = mistakes(head, &CLIENTS.replace("openid", "other"));
    let scope = ": client[1].scope: expected a scope with `openid`, which openid/mtls/mtls needs";
    assert!(found.iter().any(|mistake| mistake.ends_with(scope)), "{found:#?}");
}

#[test]
fn a_key_that_is_none_is_a_mistake_of_its_client() {
    let head = "issuer = \"https://as.example\"\nvariants = [\"openid/private_key_jwt/dpop\"]";
    let found = mistakes(head, &CLIENTS.replace("P-256", "P-257"));
    assert!(found.len() == 1 && found[0].contains(": client[0].jwk: "), "{found:#?}");
}

#[test]
fn a_text_that_is_not_toml_has_a_mistake_with_its_place() {
    let found = mistakes("issuer = ", "");
    assert_eq!(found.len(), 1);
    assert!(found[0].starts_with("test.toml:1:10: "), "{found:?}");
}
