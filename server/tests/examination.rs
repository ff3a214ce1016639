//! `check` names every mistake and every unwise choice of a file at once, and its status says which there are.

mod common;

use common::files::{Directory, write};
use fapi::Timestamp;
use fapi_server::{Examination, printed_tables};
use std::path::Path;
use std::process::{Command, Output};

const WRONG: &str = r#"
    issuer = "http://127.0.0.1:9999"
    listen = "127.0.0.1:9999"
    ephemeral = true
    profiles = ["oauth", "pipeline"]
    default_audience = "https://api.example/account"
    switches = { resource_parametre = true, scope_omitted = "refused" }
    organizations = [{ id = "north" }, { id = "north", title = "North" }]

    [[apis]]
    identifier = "https://api.example/accounts"
    name = "<Accounts>"
    scopes = { "read:accounts" = "See accounts", profile = "See the profile" }
    token_lifetime = 2592001
    access = { user = "allow_all", client = "allow_all" }
    path = "/token"

    [[apis]]
    identifier = "https://api.example/payments"
    scopes = ["read:payments", "write payments"]

    [[apis]]
    identifier = "https://api.example/loans"
    scopes = "read:loans"
    dialect = "access_token_authz"
    signing_alg = "HS256"
    signing_secret = "short"
    enforce_policy = true

    [[apis]]
    identifier = "https://api.example/accounts"

    [[clients]]
    client_id = "app"
    token_endpoint_auth_method = "none"
    client_authentication_methods = { private_key_jwt = {} }
    redirect_uris = ["https://app.example/cb"]
    terms = { kind = "watch", first_part = true }
    grants = [{ audience = "https://api.example/accounts", subject = "user" }, { audience = 3, subject_type = "user" }]

    [[users]]
    name = "alice"
    password = "pbkdf2-sha256$10$AAECAwQFBgcICQoLDA0ODw$afJFaZDWJuyM40YNoIesGh6BKdgkVjAYgethcJVDmM8"
    permissions = { "https://api.example/acounts" = ["read:accounts"] }

    [[hooks]]
    api = "https://api.example/loan"
    scope = "read:accounts"
"#;

const UNWISE: &str = r#"
    issuer = "http://127.0.0.1:{port}"
    listen = "127.0.0.1:0"
    ephemeral = true
    profiles = ["pipeline"]

    [[apis]]
    identifier = "https://api.example/accounts"
    scopes = ["read:accounts"]

    [[apis]]
    identifier = "https://api.example/payments"
    scopes = ["read:payments"]
    access = { user = "require_client_grant", client = "require_client_grant" }

    [[clients]]
    client_id = "app"
    redirect_uris = ["https://app.example/cb"]
    grant_types = ["authorization_code", "refresh_token"]
    terms = { kind = "spa" }

    [[users]]
    name = "alice"
    password = "pbkdf2-sha256$10$AAECAwQFBgcICQoLDA0ODw$afJFaZDWJuyM40YNoIesGh6BKdgkVjAYgethcJVDmM8"
    permissions = { "https://api.example/payments" = ["write:payments"] }

    [[hooks]]
    api = "https://api.example/accounts"
    scope = ["read:accounts", "write:accounts"]
"#;

fn examined(text: &str) -> Examination {
    Examination::of_text(text, Path::new("bank.toml"), Timestamp::from_seconds(1_800_000_000))
}

fn command(arguments: &[&str]) -> (Option<i32>, Output) {
    let output = Command::new(env!("CARGO_BIN_EXE_fapi-server")).args(arguments).output().unwrap();
    (output.status.code(), output)
}

#[test]
fn every_mistake_is_told_at_once() {
    insta::assert_snapshot!(examined(WRONG));
}

#[test]
fn unwise_choices_are_told_beside_the_mistakes() {
    let examination = examined(UNWISE);
    assert!(examination.mistakes.is_empty());
    insta::assert_snapshot!(examination);
}

#[test]
fn the_status_says_if_there_are_mistakes_or_with_strict_warnings() {
    let directory = Directory::new("examination");
    let path = |name: &str, text: &str| {
        write(&directory, name, text.as_bytes());
        directory.path(name).display().to_string()
    };
    let wrong = path("wrong.toml", WRONG);
    let unwise = path("unwise.toml", UNWISE);
    let right = path("right.toml", &UNWISE[..UNWISE.find("[[apis]]").unwrap()].replace("pipeline", "oauth"));
    for (file, status, strict) in [(&wrong, 2, 2), (&unwise, 0, 1), (&right, 0, 0)] {
        assert_eq!(command(&["check", file]).0, Some(status), "{file}");
        let (code, output) = command(&["check", file, "--strict"]);
        assert_eq!(code, Some(strict), "{file}");
        assert!(String::from_utf8(output.stdout).unwrap().starts_with(&format!("{file}: ")));
    }
    assert_eq!(command(&["check", "/nowhere/server.toml"]).0, Some(2));
    let (code, output) = command(&["explain", &unwise, "--client", "shop"]);
    assert_eq!(code, Some(2));
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "fapi-server: the client \"shop\" is unknown; expected \"app\"\n");
    let (code, output) = command(&["explain", &unwise, "--client", "app", "--scope", "openid"]);
    assert_eq!(code, Some(0), "{output:?}");
}

#[test]
fn every_table_is_printed() {
    let (code, output) = command(&["explain", "--tables"]);
    assert_eq!((code, String::from_utf8(output.stdout).unwrap()), (Some(0), printed_tables()));
    for table in fapi::tables::all() {
        assert!(printed_tables().contains(&format!("{}\n", table.name)), "{}", table.name);
    }
}

#[test]
fn what_the_grant_types_of_a_client_leave_without_effect_is_a_warning() {
    let base = &UNWISE[..UNWISE.find("[[apis]]").unwrap()].replace("pipeline", "oauth");
    let client =
        "[[clients]]\nclient_id = \"app\"\ntoken_endpoint_auth_method = \"client_secret_basic\"\nclient_secret = \"a\"\n";
    let cb = "redirect_uris = [\"https://app.example/cb\"]\n";
    for (members, told) in [
        (format!("{cb}grant_types = [\"authorization_code\", \"refresh_token\"]"), &[][..]),
        ("grant_types = []".to_owned(), &["clients[0].grant_types: is empty"]),
        ("grant_types = [\"refresh_token\"]".to_owned(), &["clients[0].grant_types: refresh_token has no effect"]),
        (
            format!("{cb}grant_types = [\"client_credentials\"]"),
            &["clients[0].redirect_uris: are used by authorization_code only"],
        ),
    ] {
        let examination = examined(&format!("{base}{client}{members}\n"));
        assert!(examination.mistakes.is_empty(), "{members}: {examination}");
        let text = examination.to_string();
        let warnings: Vec<_> = text.lines().filter(|line| line.contains("clients[0].")).collect();
        assert_eq!(warnings.len(), told.len(), "{members}: {text}");
        assert!(warnings.iter().zip(told).all(|(warning, told)| warning.contains(told)), "{members}: {text}");
    }
}
